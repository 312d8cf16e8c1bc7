"""The shape of a record in packages and exports, said in two public languages.

A line of ``records/<kind>.jsonl`` is :func:`flatten`; :func:`table_schema` describes it as a
Frictionless Table Schema (v1), :func:`json_schema` as JSON Schema (2020-12). Titles are given in
Vietnamese with English beside them, whatever language the screen speaks, so that a package made
twice is the same twice.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from stdesk.domain.codes import code_list
from stdesk.domain.fields import Field, FieldType
from stdesk.domain.kinds import Kind
from stdesk.domain.records import Record, State, to_json
from stdesk.domain.secrecy import LEVELS
from stdesk.i18n import Text

PARTIAL_DATE = r"^[0-9]{4}(-[0-9]{2}(-[0-9]{2})?)?$"
_UUID = r"^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$"
_MOMENT = r"^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z$"

# The columns every kind has: name, type, title, constraints.
_SYSTEM: tuple[tuple[str, str, Text, dict[str, Any]], ...] = (
    ("id", "string", Text("Mã STDesk", "STDesk id"), {"required": True, "unique": True, "pattern": _UUID}),
    (
        "number",
        "integer",
        Text("Số thứ tự của đơn vị", "Unit's own number"),
        {"required": True, "minimum": 1},
    ),
    ("version", "integer", Text("Lần sửa", "Version"), {"required": True, "minimum": 1}),
    ("state", "string", Text("Trạng thái", "State"), {"required": True, "enum": [str(one) for one in State]}),
    ("secrecy", "string", Text("Độ mật", "Secrecy level"), {"required": True, "enum": list(LEVELS)}),
    ("created_at", "string", Text("Ngày nhập", "Created at"), {"pattern": _MOMENT}),
    ("changed_at", "string", Text("Ngày sửa", "Changed at"), {"pattern": _MOMENT}),
)
SYSTEM_COLUMNS = tuple(name for name, *_ in _SYSTEM)

_TYPES = {
    FieldType.INTEGER: "integer",
    FieldType.NUMBER: "number",
    FieldType.MONEY: "integer",
    FieldType.CHOICES: "array",
    FieldType.CLASS: "array",
    FieldType.TAGS: "array",
    FieldType.PEOPLE: "array",
    FieldType.ROWS: "array",
    FieldType.LINKS: "array",
    FieldType.FILES: "array",
}


def packaged_fields(kind: Kind) -> tuple[Field, ...]:
    """The fields that travel, in the kind's order."""
    return tuple(field for field in kind.shown if field.packaged)


def flatten(record: Record, kind: Kind) -> dict[str, Any]:
    """One line of a table: the system columns, then the filled fields that travel.

    Lists stay lists; an empty field is absent. Who created and changed the record stays at home.
    """
    plain = to_json(record)
    values = plain["values"]
    line = {name: plain[name] for name in SYSTEM_COLUMNS if plain[name] != ""}
    line.update((f.name, values[f.name]) for f in packaged_fields(kind) if values.get(f.name) is not None)
    return line


def table_schema(kind: Kind) -> dict[str, Any]:
    """The Frictionless Table Schema of ``records/<kind>.jsonl``."""
    system = [
        {"name": name, "type": kind_of, "title": title.vi, "title_en": title.en, "constraints": constraints}
        for name, kind_of, title, constraints in _SYSTEM
    ]
    return {
        "fields": system + [_column(field) for field in packaged_fields(kind)],
        "primaryKey": ["id"],
        "missingValues": [""],
    }


def _column(field: Field) -> dict[str, Any]:
    column: dict[str, Any] = {
        "name": field.name,
        "type": _TYPES.get(field.type, "string"),
        "title": field.label.vi,
        "title_en": field.label.en,
    }
    if described := _description(field):
        column["description"] = described
    if constraints := _constraints(field):
        column["constraints"] = constraints
    if field.is_composite:
        column["items"] = _item_schema(field)
    return column


def _description(field: Field) -> str:
    parts = [field.help.vi]
    if field.type is FieldType.MONEY:
        parts.append("Đơn vị: đồng.")
    if field.type is FieldType.DATE:
        parts.append("Năm, năm-tháng hoặc năm-tháng-ngày (ISO 8601).")
    if field.codes:
        listed = code_list(field.codes)
        parts.append(f"Danh mục: {listed.title.vi}" + (f" ({listed.source})." if listed.source else "."))
    return " ".join(part for part in parts if part)


def _constraints(field: Field) -> dict[str, Any]:
    if field.type is FieldType.CHOICE:
        return {"enum": list(code_list(field.codes).codes)}
    if field.type is FieldType.DATE:
        return {"pattern": PARTIAL_DATE}
    if field.type in (FieldType.INTEGER, FieldType.NUMBER, FieldType.MONEY):
        return {"minimum": 0}
    return {}


def json_schema(kind: Kind) -> dict[str, Any]:
    """The JSON Schema of one line of ``records/<kind>.jsonl``.

    Further properties are allowed: fields are added in later versions, never renamed.
    """
    properties: dict[str, Any] = {
        name: {"type": type_, "title": title.vi, **_json_constraints(constraints)}
        for name, type_, title, constraints in _SYSTEM
    }
    properties.update(
        (field.name, {"title": field.label.vi, **_value_schema(field)}) for field in packaged_fields(kind)
    )
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": f"urn:stdesk:{kind.name}:1",
        "title": kind.label.vi,
        "type": "object",
        "required": [name for name, _, _, constraints in _SYSTEM if constraints.get("required")],
        "properties": properties,
    }


def _json_constraints(constraints: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in constraints.items() if key in ("enum", "pattern", "minimum")}


def _value_schema(field: Field) -> dict[str, Any]:
    if field.is_composite:
        return {"type": "array", "items": _item_schema(field)}
    return {"type": _TYPES.get(field.type, "string"), **_json_constraints(_constraints(field))}


def _item_schema(field: Field) -> dict[str, Any]:
    if columns := field.item_columns:
        return {"type": "object", "properties": {column.name: _value_schema(column) for column in columns}}
    if field.type is FieldType.CHOICES:
        return {"type": "string", "enum": list(code_list(field.codes).codes)}
    if field.type is FieldType.CLASS:
        return {"type": "string", "pattern": "^[^:]+:.+$"}
    return {"type": "string"}


def data_dictionary(kind: Kind) -> list[dict[str, str]]:
    """Every column that travels, for people: name, type, both titles, meaning, code list."""
    rows = [
        {"name": name, "type": type_, "vi": title.vi, "en": title.en, "description": "", "codes": ""}
        for name, type_, title, _ in _SYSTEM
    ]
    for field in packaged_fields(kind):
        rows.append(
            {
                "name": field.name,
                "type": str(field.type),
                "vi": field.label.vi,
                "en": field.label.en,
                "description": _description(field),
                "codes": field.codes,
            }
        )
    return rows

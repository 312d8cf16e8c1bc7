"""Values of fields: made canonical on the way in, put into words on the way out."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from stdesk import i18n, text
from stdesk.domain import codes, dates
from stdesk.domain.fields import WITH_ITEMS, Field, FieldType, Value
from stdesk.domain.money import show_money
from stdesk.domain.people import show_person
from stdesk.errors import UserError

MAX_TEXT = 100_000  # characters; a cell of Excel holds 32,767
MAX_ITEMS = 2_000
_MAX_INT = 2**53  # what JSON readers everywhere keep exactly


def canonical(field: Field, value: Any) -> Value:
    """``value`` as the store, the history and the package hold it; ``None`` when empty.

    Raises:
        UserError: ``bad_value`` naming the field, when the value cannot be one of its type.
    """
    if value is None or value == "" or value == () or value == []:
        return None
    try:
        return _CANONICAL[field.type](field, value)
    except (TypeError, ValueError) as error:
        raise UserError("bad_value", field=str(field.label), value=str(value)[:80]) from error


def _text(_field: Field, value: Any) -> Value:
    return text.clean(_limited(str(value))) or None


def _long_text(_field: Field, value: Any) -> Value:
    return text.clean_lines(_limited(str(value))) or None


def _limited(value: str) -> str:
    if len(value) > MAX_TEXT:
        raise ValueError(len(value))
    return value


def _integer(_field: Field, value: Any) -> Value:
    if isinstance(value, bool):
        raise TypeError(value)
    number = int(value)
    if number != float(value) or not 0 <= number <= _MAX_INT:
        raise ValueError(value)
    return number


def _number(_field: Field, value: Any) -> Value:
    number = float(value)
    if isinstance(value, bool) or not math.isfinite(number) or number < 0:
        raise ValueError(value)
    return number


def _date(_field: Field, value: Any) -> Value:
    if not isinstance(value, str) or not dates.is_partial_date(value):
        raise ValueError(value)
    return value


def _choice(field: Field, value: Any) -> Value:
    return _code(field, value)


def _code(field: Field, value: Any) -> str:
    if not isinstance(value, str) or codes.code_list(field.codes).get(value) is None:
        raise ValueError(value)
    return value


def _choices(field: Field, value: Any) -> Value:
    return tuple(dict.fromkeys(_code(field, one) for one in _several(value)))


def _class(_field: Field, value: Any) -> Value:
    found = []
    for one in _several(value):
        scheme, separator, code = str(one).partition(":")
        if not (scheme and separator and code):
            raise ValueError(one)
        found.append(f"{scheme}:{code}")
    return tuple(dict.fromkeys(found))


def _tags(_field: Field, value: Any) -> Value:
    found = (text.clean(_limited(str(one))) for one in _several(value))
    return tuple(dict.fromkeys(one for one in found if one)) or None


def _links(_field: Field, value: Any) -> Value:
    return tuple(dict.fromkeys(str(one) for one in _several(value)))


def _items(field: Field, value: Any) -> Value:
    items = []
    for one in _several(value):
        if not isinstance(one, Mapping):
            raise TypeError(one)
        unknown = set(one) - {column.name for column in field.item_columns}
        if unknown:
            raise ValueError(sorted(unknown))
        cells = {column.name: canonical(column, one.get(column.name)) for column in field.item_columns}
        if item := {name: cell for name, cell in cells.items() if cell is not None}:
            items.append(item)
    if field.single:
        items = items[:1]
    return tuple(items) or None


def _several(value: Any) -> Iterable[Any]:
    if isinstance(value, str | Mapping) or not isinstance(value, Iterable):
        raise TypeError(value)
    several = list(value)
    if len(several) > MAX_ITEMS:
        raise ValueError(len(several))
    return several


_CANONICAL = {
    FieldType.TEXT: _text,
    FieldType.LONG_TEXT: _long_text,
    FieldType.INTEGER: _integer,
    FieldType.NUMBER: _number,
    FieldType.MONEY: _integer,
    FieldType.DATE: _date,
    FieldType.CHOICE: _choice,
    FieldType.CHOICES: _choices,
    FieldType.CLASS: _class,
    FieldType.TAGS: _tags,
    FieldType.PEOPLE: _items,
    FieldType.ROWS: _items,
    FieldType.LINKS: _links,
    FieldType.FILES: _items,
}


def show(field: Field, value: Value) -> str:
    """``value`` in words, in the language in use; empty for nothing."""
    if value is None:
        return ""
    return _SHOWN.get(field.type, _plain)(field, value)


def _plain(_field: Field, value: Value) -> str:
    return str(value)


def _show_number(_field: Field, value: Value) -> str:
    shown = f"{value:,.2f}".rstrip("0").rstrip(".")
    if i18n.language() == "vi":
        shown = shown.translate(str.maketrans(",.", ".,"))
    return shown


def _show_class(field: Field, value: Value) -> str:
    listed = codes.code_list(field.codes)
    shown = []
    for one in value:
        scheme, _, code = one.partition(":")
        known = scheme == listed.scheme and listed.get(code) is not None
        shown.append(f"{code} {listed.label(code)}" if known else one)
    return "; ".join(shown)


def _show_people(_field: Field, value: Value) -> str:
    return "; ".join(show_person(one) for one in value)


def _show_rows(field: Field, value: Value) -> str:
    rows = []
    for item in value:
        cells = [show(column, item.get(column.name)) for column in field.columns]
        rows.append(", ".join(cell for cell in cells if cell))
    return "; ".join(rows)


_SHOWN: dict[FieldType, Callable[[Field, Value], str]] = {
    FieldType.INTEGER: lambda f, v: str(v) if f.names else i18n.count(v),
    FieldType.MONEY: lambda _f, v: show_money(v),
    FieldType.NUMBER: _show_number,
    FieldType.DATE: lambda _f, v: dates.show(v),
    FieldType.CHOICE: lambda f, v: codes.code_list(f.codes).label(v),
    FieldType.CHOICES: lambda f, v: "; ".join(codes.code_list(f.codes).label(one) for one in v),
    FieldType.CLASS: _show_class,
    FieldType.TAGS: lambda _f, v: ", ".join(v),
    FieldType.PEOPLE: _show_people,
    FieldType.ROWS: _show_rows,
    FieldType.LINKS: lambda _f, v: i18n.count(len(v)),
    FieldType.FILES: lambda _f, v: "; ".join(one.get("name", "") for one in v),
}


def search_text(field: Field, value: Value) -> str:
    """What of ``value`` is found by its words."""
    if value is None:
        return ""
    if field.type is FieldType.PEOPLE:
        return " ".join(one.get("name", "") for one in value)
    if field.type in WITH_ITEMS or field.type is FieldType.TAGS:
        return show(field, value)
    if field.type in (FieldType.CHOICE, FieldType.CHOICES, FieldType.CLASS):
        return show(field, value)
    return str(value)


def order_key(field: Field, value: Value) -> Any:
    """A key whose plain order is right for the field: Vietnamese for text, given name for people."""
    if value is None:
        return None
    if field.type in (FieldType.INTEGER, FieldType.NUMBER, FieldType.MONEY, FieldType.DATE):
        return value
    if field.type is FieldType.PEOPLE:
        return "\x02".join(text.person_sort_key(one.get("name", "")) for one in value[:3])
    return text.sort_key(show(field, value)[:200])

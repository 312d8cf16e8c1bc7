"""How a report writes things: always Vietnamese, whatever language the screen speaks.

A report is a document of the administration; its words may not depend on a switch in the
window, so nothing here asks :mod:`stdesk.i18n` for the language in use.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from stdesk.domain import codes, dates
from stdesk.domain.fields import Field, FieldType, Value
from stdesk.text import clean_lines

BLANK = "……………………………"
"""What a person fills in by hand or in Word."""

OPEN_END = "…"
"""Ends a sentence that a person has to complete; drawn as dots to the end of the line."""


class Day(str):
    """A partial date in a cell of a table, in stored form ("2025-03-04", "2025-03", "2025")."""

    __slots__ = ()


Cell = str | int | float | Day
"""A cell of a table. Text, a number or a date stays what it is until it is drawn."""


def number(value: float) -> str:
    """``1234.5`` as ``1.234,5``; at most two decimals."""
    if isinstance(value, int):
        return f"{value:,}".replace(",", ".")
    shown = f"{value:,.2f}".rstrip("0").rstrip(".")
    return shown.translate(str.maketrans(",.", ".,"))


def day(value: date) -> str:
    """A day as tables and sentences write it: ``04/03/2025``."""
    return value.strftime("%d/%m/%Y")


def place_and_date(place: str, when: date, *, day_known: bool) -> str:
    """``Cà Mau, ngày 07 tháng 3 năm 2026`` by the rule of Decree 30/2020.

    Days below 10 and the months 1 and 2 carry a leading zero, the other months do not. A day
    not yet known is left blank, to be written by hand when the report is signed.
    """
    written = dates.in_words(when)
    if not day_known:
        written = f"ngày …… {written[len('ngày 00 ') :]}"
    return f"{place or BLANK[:8]}, {written}"


def fill(sentence: str, params: Mapping[str, Any]) -> str:
    """``sentence`` with its ``{placeholders}``; whole numbers grouped, missing ones an ellipsis."""
    shown = {
        name: number(one) if isinstance(one, int) and not isinstance(one, bool) else one
        for name, one in params.items()
    }
    return sentence.format_map(_Lenient(shown))


class _Lenient(dict[str, Any]):
    def __missing__(self, key: str) -> str:
        return "…"


def label(list_name: str, code: str) -> str:
    """The Vietnamese label of ``code``; the code itself when the list does not know it."""
    entry = codes.code_list(list_name).get(code)
    return entry.text.vi if entry else code


def person(item: Mapping[str, Any]) -> str:
    """``Đại tá, PGS.TS Nguyễn Văn A``: rank first, as the police write names."""
    short = [
        _short(list_name, str(item[part]))
        for part, list_name in (("academic_title", "academic_title"), ("degree", "degree"))
        if item.get(part)
    ]
    named = f"{'.'.join(short)} {item.get('name', '')}".strip()
    rank = label("rank", str(item["rank"])) if item.get("rank") else ""
    return f"{rank}, {named}" if rank and short else f"{rank} {named}".strip()


def _short(list_name: str, code: str) -> str:
    entry = codes.code_list(list_name).get(code)
    return (entry.extra.get("short") or entry.text.vi) if entry else code


def cell(field: Field, value: Value) -> Cell:
    """``value`` of ``field`` as a cell of a table; numbers and dates keep their type."""
    if value is None:
        return ""
    if field.type in (FieldType.INTEGER, FieldType.MONEY, FieldType.NUMBER):
        return value if isinstance(value, int | float) else str(value)
    if field.type is FieldType.DATE:
        return Day(value) if dates.is_partial_date(str(value)) else clean_lines(str(value))
    return clean_lines(_words(field, value))


def shown(one: Cell) -> str:
    """A cell as it stands on paper."""
    if isinstance(one, Day):
        return dates.show(one)
    return one if isinstance(one, str) else number(one)


def in_text(field: Field, value: Value) -> str:
    """``value`` in words inside a sentence or a joined cell."""
    return shown(cell(field, value))


def _words(field: Field, value: Value) -> str:
    if isinstance(value, str):
        return label(field.codes, value) if field.type is FieldType.CHOICE else value
    if not isinstance(value, list | tuple):
        return str(value)
    if field.type is FieldType.PEOPLE:
        return "; ".join(person(one) for one in value)
    if field.type is FieldType.ROWS:
        return "; ".join(_row(field, one) for one in value)
    if field.type is FieldType.FILES:
        return "; ".join(str(one.get("name", "")) for one in value)
    if field.type is FieldType.CLASS:
        return "; ".join(_classified(field, str(one)) for one in value)
    return "; ".join(label(field.codes, str(one)) if field.codes else str(one) for one in value)


def _row(field: Field, item: Mapping[str, Any]) -> str:
    parts = [
        str(item[column.name]) if column.name == "year" else in_text(column, item[column.name])
        for column in field.columns
        if item.get(column.name) is not None
    ]
    return ", ".join(parts)


def _classified(field: Field, stored: str) -> str:
    scheme, _, code = stored.partition(":")
    listed = codes.code_list(field.codes)
    entry = listed.get(code) if scheme == listed.scheme else None
    return f"{code} {entry.text.vi}" if entry else stored

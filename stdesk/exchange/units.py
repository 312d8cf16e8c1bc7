"""In which unit a sheet's amounts of money are: by its titles, a column's header, the other columns."""

from __future__ import annotations

import re
from collections.abc import Sequence

from stdesk.domain.fields import FieldType
from stdesk.domain.kinds import Kind
from stdesk.exchange.mapping import Mapped
from stdesk.text import fold

T = FieldType

_UNIT_OF_MONEY = (
    (re.compile(r"\b(?:ti|ty)\s*(?:dong|d|vnd)\b"), 10**9),
    (re.compile(r"\b(?:trieu|tr)\b\.?\s*(?:dong|d|vnd)?|\btrd\b"), 10**6),
    (re.compile(r"\b(?:nghin|ngan)\b|\b1[.,]?000\s*(?:dong|d|vnd)"), 10**3),
)
_IN_DONG = re.compile(r"\(\s*(?:dvt|don vi(?: tinh)?)?\s*:?\s*(?:dong|d|vnd|vn dong)\s*\)")
_SAYS_UNIT = re.compile(r"\b(?:dvt|don vi tinh|don vi|dv)\b\s*(?:tien)?\s*:")


def unit_of_sheet(kind: Kind, mapped: Mapped, titles: Sequence[str]) -> int:
    """đồng per 1 in columns that name no unit; 0 when nothing says it."""
    return _unit_in_titles(titles) or _unit_of_all(kind, mapped)


def unit_of_header(header: str) -> int:
    """đồng per 1 that a column's header names ("Kinh phí (trđ)"); 0 when it names none."""
    return 1 if _IN_DONG.search(fold(header)) else _unit_of(fold(header), needs_label=False)


def _unit_in_titles(titles: Sequence[str]) -> int:
    return next((unit for line in titles if (unit := _unit_of(fold(line), needs_label=True))), 0)


def _unit_of_all(kind: Kind, mapped: Mapped) -> int:
    """The unit that some columns of money name and none contradicts: "Kinh phí (trđ)", "NSNN", "Khác"."""
    headers = [column.header for column in mapped.columns if _is_money(kind, column.target)]
    units = {unit_of_header(one) for one in headers} - {0}
    return units.pop() if len(units) == 1 else 0


def _is_money(kind: Kind, target: str) -> bool:
    name, _, spread = target.partition(".")
    field_ = kind.by_name.get(name)
    if field_ is None or not spread:
        return field_ is not None and field_.type is T.MONEY
    value = next((one.value for one in field_.spreads if one.name == spread), "")
    return any(one.name == value and one.type is T.MONEY for one in field_.columns)


def _unit_of(text: str, *, needs_label: bool) -> int:
    """đồng per 1 that "ĐVT: triệu đồng" or "(triệu đồng)" says; 0 when it says none."""
    if needs_label:
        label = _SAYS_UNIT.search(text)
        if not label:
            return 0
        text = text[label.end() : label.end() + 30]
    return next((unit for pattern, unit in _UNIT_OF_MONEY if pattern.search(text)), 0)

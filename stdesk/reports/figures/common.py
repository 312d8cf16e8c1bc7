"""What the subjects share: rows of code lists, and how a record is sorted into them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import cache
from typing import Any

from stdesk import resources
from stdesk.domain import codes
from stdesk.domain.records import Record
from stdesk.reports.tally import UNKNOWN

UNKNOWN_LABEL = "Chưa ghi"
UNSORTED = "unsorted"
"""Key of what the statistical forms have no place for."""


def one(_record: Record) -> int:
    """Every record counts once."""
    return 1


def listed(list_name: str) -> list[tuple[str, str]]:
    """The rows of a code list, then one for records without a code."""
    entries = codes.code_list(list_name).codes.values()
    return [*((entry.code, entry.text.vi) for entry in entries), (UNKNOWN, UNKNOWN_LABEL)]


def present(list_name: str, found: Iterable[str]) -> list[tuple[str, str]]:
    """Those of :func:`listed` that occur in ``found``."""
    wanted = set(found)
    return [row for row in listed(list_name) if row[0] in wanted]


def choice(name: str) -> Callable[[Record], str]:
    """The code of a record's field ``name``."""
    return lambda record: str(record.get(name) or UNKNOWN)


def fields() -> list[tuple[str, str]]:
    """The six fields of research of the first level, then one for records without."""
    entries = codes.code_list("field_of_research").codes.values()
    rows = [(entry.code, entry.text.vi) for entry in entries if not entry.parent and len(entry.code) == 1]
    return [*rows, (UNKNOWN, "Chưa phân loại")]


def field_level_1(record: Record) -> str:
    """The first digit of a record's first field of research; ``unknown`` without one."""
    for stored in record.get("field_codes") or ():
        code = str(stored).partition(":")[2][:1]
        if code in "123456" and code:
            return code
    return UNKNOWN


@cache
def statistics() -> Mapping[str, Any]:
    """How codes stand in the statistical forms (``resources/codes/statistics.toml``)."""
    return resources.read_toml("codes", "statistics.toml")


@cache
def sorted_codes(part: str, order: str) -> Mapping[str, str]:
    """Code -> the column or table of ``part`` of :func:`statistics` it belongs to."""
    said = statistics()[part]
    return {code: place for place in said[order] for code in said[place]}


def statistics_labels(part: str, order: str) -> list[tuple[str, str]]:
    """The columns or tables of ``part`` in order with their labels, the one for the rest last."""
    said = statistics()[part]
    return [(place, said["label"][place]) for place in (*said[order], UNSORTED)]

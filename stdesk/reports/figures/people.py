"""People: distinct names as written, by gender, degree and academic title as written in the period.

Two people of one name count once, since only the name is known. Who is written with two degrees
in the period counts with the higher one, and with the first gender that is written.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from stdesk.domain import codes
from stdesk.domain.records import Record
from stdesk.reports.figures.common import UNKNOWN_LABEL, listed
from stdesk.reports.tally import TOTAL, UNKNOWN, Measure, Row, Tally
from stdesk.text import fold

_ROLES = (("authors", "Tác giả"), ("leaders", "Chủ nhiệm nhiệm vụ"), ("researchers", "Người nghiên cứu"))
_TABLES = (
    ("people_by_gender", "Người làm nghiên cứu, tác giả theo giới tính", "Giới tính", "gender"),
    ("people_by_degree", "Người làm nghiên cứu, tác giả theo học vị", "Học vị", "degree"),
    ("people_by_title", "Người làm nghiên cứu, tác giả theo học hàm", "Học hàm", "academic_title"),
)


@dataclass
class _Person:
    """What the period's records say of one name."""

    said: dict[str, str] = field(default_factory=dict)
    records: list[str] = field(default_factory=list)

    def add(self, item: Mapping[str, Any], record: str) -> None:
        """One more place in which the name stands."""
        if not self.records or self.records[-1] != record:
            self.records.append(record)
        if gender := str(item.get("gender") or ""):
            self.said.setdefault("gender", gender)
        for part in ("degree", "academic_title"):
            code = str(item.get(part) or "")
            if code and _rank(part, code) < _rank(part, self.said.get(part, "")):
                self.said[part] = code


@cache
def _rank(list_name: str, code: str) -> int:
    """The place of ``code`` in its list, which begins with the highest; no code comes last."""
    known = list(codes.code_list(list_name).codes)
    return known.index(code) if code in known else len(known) + (not code)


def count_people(tally: Tally, publications: Sequence[Record], tasks: Sequence[Record]) -> None:
    """The people in ``publications`` and ``tasks``."""
    found = {
        "authors": _gather(publications, ("contributors",)),
        "leaders": _gather(tasks, ("leader",)),
        "researchers": _gather(tasks, ("leader", "members")),
    }
    for role, people in found.items():
        tally.put(f"people.{role}", "person", len(people), _behind(people.values()))
    measures = [Measure(role, label, "person", lambda _: 0) for role, label in _ROLES]
    for name, title, head, part in _TABLES:
        _table(tally, name, title, head, part, found, measures)


def _gather(records: Sequence[Record], fields: Sequence[str]) -> dict[str, _Person]:
    people: dict[str, _Person] = {}
    for record in records:
        for name in fields:
            for item in record.get(name) or ():
                if key := fold(str(item.get("name", ""))):
                    people.setdefault(key, _Person()).add(item, record.id)
    return people


def _behind(people: Any) -> list[str]:
    return list(dict.fromkeys(record for person in people for record in person.records))


def _table(
    tally: Tally,
    name: str,
    title: str,
    head: str,
    part: str,
    found: Mapping[str, Mapping[str, _Person]],
    measures: Sequence[Measure],
) -> None:
    groups: dict[str, dict[str, list[_Person]]] = {}
    for role, people in found.items():
        for person in people.values():
            key = person.said.get(part, UNKNOWN)
            groups.setdefault(key, {}).setdefault(role, []).append(person)
    order = [key for key, _ in listed(part)]
    labels = {**dict(listed(part)), UNKNOWN: UNKNOWN_LABEL}
    keys = [key for key in order if key in groups] + [key for key in groups if key not in order]
    rows: list[Row] = []
    for key in keys:
        cells = []
        for measure in measures:
            people_here = groups[key].get(measure.key, [])
            cells.append(f"{name}.{key}.{measure.key}")
            tally.put(cells[-1], "person", len(people_here), _behind(people_here))
        rows.append((key, labels.get(key, key), cells))
    totals = [f"people.{measure.key}" for measure in measures]
    for place, total in enumerate(totals):
        added = sum(tally.value(cells[place]) for _, _, cells in rows)
        tally.adds_up(
            f"{name}.{measures[place].key}", f"{title}, cột “{measures[place].label}”", added, total
        )
    tally.table(name, title, head, measures, [*rows, (TOTAL, "Tổng số", totals)])

"""Counting: sums over records, kept with the ids of the records behind them, and tables of such sums."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from stdesk.domain.records import Record
from stdesk.progress import Progress
from stdesk.reports.words import number

UNKNOWN = "unknown"
TOTAL = "total"
"""Key of a table's last row when it sums the others."""

Row = tuple[str, str, Sequence[str]]
"""Key, label and the names of its figures, one a column."""


@dataclass(frozen=True, slots=True)
class Measure:
    """What is summed: ``pick`` says how much one record adds."""

    key: str
    label: str
    unit: str
    pick: Callable[[Record], int]


@dataclass
class Tally:
    """Figures being gathered, in the shape the snapshot keeps them."""

    values: dict[str, dict[str, Any]] = field(default_factory=dict)
    tables: list[dict[str, Any]] = field(default_factory=list)
    checks: list[dict[str, Any]] = field(default_factory=list)
    progress: Progress = field(default_factory=Progress)  # may stop the counting between two figures

    def put(self, name: str, unit: str, value: int, records: Iterable[str] = ()) -> int:
        """Keep ``value`` under ``name`` with the ids of the records behind it."""
        self.values[name] = {"value": value, "unit": unit, "records": list(records)}
        return value

    def count(self, name: str, unit: str, records: Iterable[Record], pick: Callable[[Record], int]) -> int:
        """Sum ``pick`` over ``records`` under ``name``, with the ids of those that add to it."""
        self.progress.check()
        behind: list[str] = []
        total = 0
        for record in records:
            if amount := pick(record):
                total += amount
                behind.append(record.id)
        self.values[name] = {"value": total, "unit": unit, "records": behind}
        return total

    def totals(self, prefix: str, records: Sequence[Record], measures: Sequence[Measure]) -> None:
        """One figure a measure over all ``records``."""
        for measure in measures:
            self.count(f"{prefix}.{measure.key}", measure.unit, records, measure.pick)

    def split(
        self,
        name: str,
        title: str,
        head: str,
        rows: Sequence[tuple[str, str]],
        row_of: Callable[[Record], str],
        records: Sequence[Record],
        measures: Sequence[Measure],
        total_prefix: str,
    ) -> None:
        """A table of ``records`` by ``row_of`` with one column a measure, checked against the total."""
        listed, totals = self.groups(name, title, rows, row_of, records, measures, total_prefix)
        self.table(name, title, head, measures, [*listed, (TOTAL, "Tổng số", totals)])

    def groups(
        self,
        name: str,
        title: str,
        rows: Sequence[tuple[str, str]],
        row_of: Callable[[Record], str],
        records: Sequence[Record],
        measures: Sequence[Measure],
        total_prefix: str,
        key_prefix: str = "",
    ) -> tuple[list[Row], list[str]]:
        """The rows of :meth:`split` and the names of the totals they add up to, without making a table."""
        groups: dict[str, list[Record]] = {key: [] for key, _ in rows}
        for record in records:
            groups.setdefault(row_of(record), []).append(record)
        labels = dict(rows)
        listed: list[Row] = []
        sums = [0] * len(measures)
        for key, group in groups.items():
            if not group and key == UNKNOWN:
                continue
            cells = [f"{name}.{key_prefix}{key}.{measure.key}" for measure in measures]
            for place, measure in enumerate(measures):
                sums[place] += self.count(cells[place], measure.unit, group, measure.pick)
            listed.append((f"{key_prefix}{key}", labels.get(key, key), cells))
        totals = [f"{total_prefix}.{measure.key}" for measure in measures]
        for measure, added, total in zip(measures, sums, totals, strict=True):
            self.adds_up(f"{name}.{key_prefix}{measure.key}", f"{title}, cột “{measure.label}”", added, total)
        return listed, totals

    def rows(
        self,
        name: str,
        title: str,
        head: str,
        rows: Sequence[tuple[str, str, Sequence[Record], Sequence[Measure]]],
        totals: Sequence[str] = (),
    ) -> None:
        """A table whose rows are measured each in its own way."""
        measures = rows[0][3] if rows else ()
        listed: list[Row] = []
        sums = [0] * len(measures)
        for key, text, records, own in rows:
            cells = []
            for place, measure in enumerate(own):
                figure = f"{name}.{key}.{measure.key}"
                sums[place] += self.count(figure, measure.unit, records, measure.pick)
                cells.append(figure)
            listed.append((key, text, cells))
        for added, total, measure in zip(sums, totals, measures, strict=False):
            self.adds_up(f"{name}.{measure.key}", f"{title}, cột “{measure.label}”", added, total)
        if totals and listed:
            listed.append((TOTAL, "Tổng số", list(totals)))
        self.table(name, title, head, measures, listed)

    def adds_up(self, name: str, what: str, added: int, total: str) -> None:
        """Check that the rows of ``what`` add up to the figure ``total``."""
        expected = int(self.values[total]["value"])
        self.check(name, added, expected, f"{what}: các dòng cộng lại được {number(added)}", "tổng số")

    def check(
        self,
        name: str,
        found: int,
        expected: int,
        said: str,
        against: str,
        *,
        ok: bool | None = None,
        records: Iterable[str] = (),
        more: str = "",
    ) -> None:
        """Keep whether ``found`` is ``expected``, and a sentence that says both.

        Args:
            said: the sentence up to and with the number found.
            against: what it is compared with.
            ok: whether it holds, when that is not just the two numbers being equal.
            records: the records that make the difference.
            more: who or what makes it, in words.
        """
        holds = found == expected if ok is None else ok
        gap = "" if holds or found == expected else f", lệch {number(abs(found - expected))}"
        joined = f"{'bằng' if found == expected else 'trong'} {against} ({number(expected)})"
        if not holds:
            joined = f"còn {against} là {number(expected)}"
        text = f"{said}, {joined}{gap}{f': {more}' if more and not holds else ''}."
        one = {"id": name, "sum": found, "total": expected, "ok": holds, "text": text}
        self.checks.append(one | ({"records": list(records)} if not holds else {}))

    def table(
        self, name: str, title: str, head: str, measures: Sequence[Measure], rows: Iterable[Row]
    ) -> None:
        """Keep a table; its figures are counted already."""
        columns = [{"key": one.key, "label": one.label, "unit": one.unit} for one in measures]
        listed = [{"key": key, "label": label, "cells": list(cells)} for key, label, cells in rows]
        self.tables.append({"id": name, "title": title, "head": head, "columns": columns, "rows": listed})

    def value(self, name: str) -> int:
        """A figure counted before."""
        return int(self.values[name]["value"])

    def as_data(self) -> dict[str, Any]:
        """The figures as the snapshot keeps them."""
        return {"values": self.values, "tables": self.tables, "checks": self.checks}


def failed_checks(figures: Mapping[str, Any]) -> tuple[Mapping[str, Any], ...]:
    """The cross-checks of ``figures`` that do not hold: ``{id, sum, total, ok, text, records}``."""
    return tuple(one for one in figures.get("checks", ()) if not one["ok"])

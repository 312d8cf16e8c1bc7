"""Counting: sums over records, kept with the ids of the records behind them, and tables of such sums."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from stdesk.domain.records import Record

UNKNOWN = "unknown"


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

    def count(self, name: str, unit: str, records: Iterable[Record], pick: Callable[[Record], int]) -> int:
        """Sum ``pick`` over ``records`` under ``name``, with the ids of those that add to it."""
        behind = [(record.id, amount) for record in records if (amount := pick(record))]
        value = sum(amount for _, amount in behind)
        self.values[name] = {"value": value, "unit": unit, "records": [record for record, _ in behind]}
        return value

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
        groups: dict[str, list[Record]] = {key: [] for key, _ in rows}
        for record in records:
            groups.setdefault(row_of(record), []).append(record)
        labels = dict(rows)
        listed = []
        sums = dict.fromkeys((measure.key for measure in measures), 0)
        for key, group in groups.items():
            if not group and key == UNKNOWN:
                continue
            cells = []
            for measure in measures:
                figure = f"{name}.{key}.{measure.key}"
                sums[measure.key] += self.count(figure, measure.unit, group, measure.pick)
                cells.append(figure)
            listed.append({"key": key, "label": labels.get(key, key), "cells": cells})
        totals = [f"{total_prefix}.{measure.key}" for measure in measures]
        for measure, total in zip(measures, totals, strict=True):
            self._check(f"{name}.{measure.key}", sums[measure.key], total)
        listed.append({"key": "total", "label": "Tổng số", "cells": totals})
        self._add(name, title, head, measures, listed)

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
        listed = []
        sums = [0] * len(measures)
        for key, text, records, own in rows:
            cells = []
            for place, measure in enumerate(own):
                figure = f"{name}.{key}.{measure.key}"
                sums[place] += self.count(figure, measure.unit, records, measure.pick)
                cells.append(figure)
            listed.append({"key": key, "label": text, "cells": cells})
        for added, total, measure in zip(sums, totals, measures, strict=False):
            self._check(f"{name}.{measure.key}", added, total)
        if totals and listed:
            listed.append({"key": "total", "label": "Tổng số", "cells": list(totals)})
        self._add(name, title, head, measures, listed)

    def _check(self, name: str, added: int, total: str) -> None:
        expected = self.values[total]["value"]
        self.checks.append({"id": name, "sum": added, "total": expected, "ok": added == expected})

    def _add(
        self, name: str, title: str, head: str, measures: Sequence[Measure], rows: list[dict[str, Any]]
    ) -> None:
        columns = [{"key": one.key, "label": one.label, "unit": one.unit} for one in measures]
        self.tables.append({"id": name, "title": title, "head": head, "columns": columns, "rows": rows})

    def as_data(self) -> dict[str, Any]:
        """The figures as the snapshot keeps them."""
        return {"values": self.values, "tables": self.tables, "checks": self.checks}

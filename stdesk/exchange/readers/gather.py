"""Rows on their way from a file's reader into a :class:`Sheet`: trimmed, counted, decoded."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from types import MappingProxyType

from stdesk.exchange import legacy
from stdesk.exchange.legacy import FontCode
from stdesk.exchange.readers.limits import MAX_MERGES, MERGES_WITHIN_ROWS, Budget
from stdesk.exchange.sheets import LEGACY, CellValue, Merge, Row, Sheet
from stdesk.progress import Progress
from stdesk.text import nfc

_ROWS_A_STEP = 1000
# One cell that looks old can be chance in a long sheet.
_SUSPECTS_NEEDED = 2

Run = tuple[str, FontCode | None]


class Gatherer:
    """Takes one sheet's rows; ``finish`` gives the sheet."""

    def __init__(self, name: str, hidden: bool, budget: Budget, progress: Progress | None) -> None:
        self.name = nfc(name)
        self.hidden = hidden
        self.budget = budget
        self._progress = progress
        self._rows: list[Row] = []
        self._merged: list[Merge] = []
        self._legacy: dict[str, int] = {}
        self._suspects: dict[str, int] = {}
        self._decoded: dict[tuple[str, FontCode], str] = {}
        self._doubts: list[str] = []

    def doubt(self, doubt: str) -> None:
        """Note a doubt about the row being read."""
        if doubt not in self._doubts:
            self._doubts.append(doubt)

    def decoded(self, runs: Iterable[Run]) -> str:
        """The text of a cell made of ``runs``, each in its font's code."""
        changed: set[str] = set()
        parts: list[str] = []
        for text, code in runs:
            whole = text if code is None else self._decode(text, code)
            if code is not None and whole != text:
                changed.add(code.encoding)
            parts.append(whole)
        for encoding in sorted(changed):
            self._legacy[encoding] = self._legacy.get(encoding, 0) + 1
            self.doubt(LEGACY + encoding)
        return nfc("".join(parts))

    def _decode(self, text: str, code: FontCode) -> str:
        known = self._decoded.get((text, code))
        if known is None:
            known = self._decoded[text, code] = legacy.decode_cell(text, code)
            self.budget.characters(len(known))
        return known

    def suspect(self, text: str) -> None:
        """Look whether a text without a telling font looks like an old code."""
        if not text.isascii() and (found := legacy.suspect(text)):
            self._suspects[found] = self._suspects.get(found, 0) + 1

    def row(self, number: int, values: list[CellValue]) -> None:
        """Row ``number`` (from 1) with ``values`` from column A on; empty ones are dropped."""
        while values and values[-1] is None:
            values.pop()
        doubts = tuple(self._doubts) if self._doubts else ()
        if doubts:
            self._doubts.clear()
        if not values:
            return
        self.budget.cells(len(values) - values.count(None), len(values))
        self.budget.long_texts(values)
        self._rows.append(Row(number, tuple(values), doubts))
        if self._progress is not None and len(self._rows) % _ROWS_A_STEP == 0:
            self._progress.step(_ROWS_A_STEP)

    @property
    def rows_taken(self) -> int:
        """How many rows with something in them came so far."""
        return len(self._rows)

    def again(self, number: int) -> None:
        """Row ``number`` is the same as the one before."""
        last = self._rows[-1]
        self.budget.cells(len(last.values) - last.values.count(None), len(last.values))
        self.budget.long_texts(last.values)
        self._rows.append(Row(number, last.values, last.doubts))

    def merge(self, area: Merge) -> None:
        """A merged range, kept when near the top."""
        if area[0] <= MERGES_WITHIN_ROWS and len(self._merged) < MAX_MERGES:
            self._merged.append(area)

    def finish(self) -> Sheet:
        """The sheet; rows stand in the order of their numbers."""
        if self._progress is not None:
            self._progress.step(len(self._rows) % _ROWS_A_STEP)
        if any(a.number > b.number for a, b in zip(self._rows, self._rows[1:], strict=False)):
            self._rows.sort(key=lambda row: row.number)
        return Sheet(
            name=self.name,
            rows=tuple(self._rows),
            merged=tuple(sorted(self._merged)),
            legacy=MappingProxyType(dict(self._legacy)),
            suspected_legacy=self._suspected(),
            hidden=self.hidden,
        )

    def _suspected(self) -> str:
        if not self._suspects:
            return ""
        code = max(self._suspects, key=lambda found: self._suspects[found])
        few = len(self._rows) < 2 * _SUSPECTS_NEEDED
        return code if few or self._suspects[code] >= _SUSPECTS_NEEDED else ""


def tidy(text: str) -> str | None:
    """``text`` in NFC, None when it is blank."""
    if not text or text.isspace():
        return None
    return text if unicodedata.is_normalized("NFC", text) else unicodedata.normalize("NFC", text)

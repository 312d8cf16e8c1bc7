"""The findings of a rule as rows that are put into words only when they are seen."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, overload

from PySide6.QtCore import QObject

from stdesk.domain.rules.core import Finding
from stdesk.i18n import count, tr
from stdesk.ui.tables.rows_model import RIGHT, Cell, RowsColumn, RowsModel

NUMBER, TITLE, MESSAGE, REASON = range(4)


class _Rows(Sequence[Sequence[Any]]):
    """Rows made when asked for, and kept."""

    def __init__(
        self, findings: Sequence[Finding], titles: Mapping[str, str], reasons: Mapping[str, str]
    ) -> None:
        self._findings = findings
        self._titles = titles
        self._reasons = reasons
        self._made: dict[int, tuple[object, ...]] = {}

    def __len__(self) -> int:
        return len(self._findings)

    @overload
    def __getitem__(self, at: int) -> Sequence[Any]: ...
    @overload
    def __getitem__(self, at: slice) -> Sequence[Sequence[Any]]: ...
    def __getitem__(self, at: int | slice) -> Any:
        if isinstance(at, slice):
            return [self[one] for one in range(*at.indices(len(self)))]
        if at not in self._made:
            self._made[at] = self._row(self._findings[at])
        return self._made[at]

    def _row(self, finding: Finding) -> tuple[object, ...]:
        reason = self._reasons.get(finding.key, "")
        given = Cell(tr("Explained"), "check-circle", "green", tip=reason) if reason else ""
        number = count(finding.number) if finding.number else ""
        return (number, self._titles.get(finding.record, ""), finding.message, given)


class FindingsModel(RowsModel):
    """Number, title, what is wrong, reason."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(
            (
                RowsColumn(tr("No."), 4, RIGHT),
                RowsColumn(tr("Title"), 22),
                RowsColumn(tr("What is wrong"), 0),
                RowsColumn(tr("Reason"), 10),
            ),
            parent=parent,
        )

    def show_findings(
        self, findings: Sequence[Finding], titles: Mapping[str, str], reasons: Mapping[str, str]
    ) -> None:
        """Show other findings; thousands cost no more than those that are seen."""
        self.beginResetModel()
        rows: Any = _Rows(findings, titles, reasons)
        self._rows = rows
        self.endResetModel()

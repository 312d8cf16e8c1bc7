"""The sums that must agree: each with its sentence; those that do not come first."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QVBoxLayout, QWidget

from stdesk.i18n import count, tr
from stdesk.ui import theme
from stdesk.ui.tables.rows_model import RIGHT, Cell, RowsColumn, RowsModel
from stdesk.ui.tables.view import TableView
from stdesk.ui.widgets.labels import label

_ASIDE = 110  # pixels at most of the sentence in hand


class SumsView(QWidget):
    """A table, and under it the whole sentence of the line in hand.

    Signals:
        records_wanted: (what it is about, ids of the records that make the difference).
    """

    records_wanted = Signal(str, object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._checks: list[Mapping[str, Any]] = []
        t = theme.tokens()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(t.s)
        self.model = RowsModel(
            (
                RowsColumn(tr("Agrees"), 11),
                RowsColumn(tr("What must agree"), 0),
                RowsColumn(tr("Added up"), 14, RIGHT),
                RowsColumn(tr("Total"), 14, RIGHT),
            ),
            parent=self,
        )
        self.table = TableView()
        self.table.setModel(self.model)
        self.table.horizontalHeader().setStretchLastSection(False)
        self.table.setAccessibleName(tr("Sums that must agree"))
        self.table.row_opened.connect(self._open)
        self.table.clicked.connect(lambda index: self._open(index.row()))
        self.table.selectionModel().currentChanged.connect(lambda *_: self._show_sentence())
        column.addWidget(self.table, 1)
        note = QFrame()
        note.setProperty("place", "note")
        inner = QVBoxLayout(note)
        inner.setContentsMargins(t.m, t.s, t.m, t.s)
        self.sentence = label("", wrap=True)
        inner.addWidget(self.sentence)
        note.setMaximumHeight(_ASIDE)
        column.addWidget(note)

    def show_checks(self, checks: Sequence[Mapping[str, Any]]) -> None:
        """Show these cross-checks, as the figures keep them."""
        self._checks = sorted(checks, key=lambda one: bool(one["ok"]))
        self.model.set_rows([_row(one) for one in self._checks])
        if self._checks:
            self.table.selectRow(0)
        self._show_sentence()

    def _at(self, row: int) -> Mapping[str, Any] | None:
        return self._checks[row] if 0 <= row < len(self._checks) else None

    def _show_sentence(self) -> None:
        one = self._at(self.table.currentIndex().row())
        self.sentence.setText(str(one.get("text") or one["id"]) if one else "")
        self.sentence.setToolTip(self.sentence.text())

    def _open(self, row: int) -> None:
        one = self._at(row)
        if one is not None and one.get("records"):
            self.records_wanted.emit(tr("Records that make the difference"), list(one["records"]))


def _row(one: Mapping[str, Any]) -> tuple[object, ...]:
    sign = Cell(tr("✓ Agrees"), "check-circle", "green", coloured=True)
    if not one["ok"]:
        sign = Cell(tr("✗ Does not"), "x-circle", "red", coloured=True)
    return (sign, str(one.get("text") or one["id"]), count(int(one["sum"])), count(int(one["total"])))

"""The records behind a figure: each with its number and title; Enter opens it."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QToolButton, QVBoxLayout, QWidget

from stdesk.domain.kinds import Kinds
from stdesk.i18n import count, ntr, tr
from stdesk.services.figures import Behind
from stdesk.ui import theme
from stdesk.ui.icons import icon
from stdesk.ui.tables.rows_model import RIGHT, Cell, RowsColumn, RowsModel
from stdesk.ui.tables.view import TableView
from stdesk.ui.widgets.labels import ElidedLabel, label

_CAME = 3


class BehindPanel(QWidget):
    """Hidden until a figure is asked for.

    Signals:
        record_wanted: (kind, id) of the record to be opened.
        put_away: the person closed it.
    """

    record_wanted = Signal(str, str)
    put_away = Signal()

    def __init__(self, kinds: Kinds, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._kinds = kinds
        self.records: list[Behind] = []
        t = theme.tokens()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, t.xs, 0, 0)
        column.setSpacing(t.xs)
        row = QHBoxLayout()
        row.setSpacing(t.s)
        self.name = ElidedLabel("", "strong")
        self.said = label("", "soft")
        close = QToolButton()
        close.setProperty("quiet", True)
        close.setIcon(icon("x", "text_soft"))
        close.setAccessibleName(tr("Put the list away"))
        close.setToolTip(tr("Put the list away (Esc)"))
        close.clicked.connect(self.put_away)
        row.addWidget(self.name, 1)
        row.addWidget(self.said)
        row.addWidget(close)
        column.addLayout(row)
        self.model = RowsModel(
            (
                RowsColumn(tr("No."), 6, RIGHT),
                RowsColumn(tr("Sort"), 18),
                RowsColumn(tr("Title"), 0),
                RowsColumn(tr("Since then"), 14),
            ),
            parent=self,
        )
        self.table = TableView()
        self.table.setModel(self.model)
        self.table.horizontalHeader().setStretchLastSection(False)
        self.table.setAccessibleName(tr("Records behind the figure"))
        self.table.row_opened.connect(self._open)
        column.addWidget(self.table, 1)
        self.hide()

    def show_records(self, name: str, records: Sequence[Behind]) -> None:
        """Show the records behind the figure called ``name``."""
        self.records = list(records)
        self.name.setText(name)
        came, gone = (sum(one.came == wanted for one in self.records) for wanted in (1, -1))
        text = ntr("{n} record", "{n} records", len(self.records))
        if came or gone:
            text = tr("{came} came, {gone} went", came=count(came), gone=count(gone))
        self.said.setText(text if self.records else tr("No record is behind this figure."))
        self.model.set_rows([self._row(one) for one in self.records])
        self.table.setColumnHidden(_CAME, not came and not gone)
        if self.records:
            self.table.selectRow(0)
        self.show()

    def _row(self, one: Behind) -> tuple[object, ...]:
        kind = str(self._kinds[one.kind].label) if one.kind in self._kinds else ""
        title = one.title or (tr("(without a title)") if one.kind else tr("(no longer in the library)"))
        came: object = ""
        if one.came > 0:
            came = Cell(tr("Came"), "plus", "green")
        elif one.came < 0:
            came = Cell(tr("Went"), "minus", "amber")
        return (count(one.number) if one.number else "", kind, title, came)

    def _open(self, row: int) -> None:
        if 0 <= row < len(self.records) and self.records[row].kind:
            self.record_wanted.emit(self.records[row].kind, self.records[row].id)

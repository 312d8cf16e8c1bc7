"""What changed since the newest submission: records that are new, changed, gone. Enter opens one."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from stdesk.domain.kinds import Kinds
from stdesk.i18n import count, tr
from stdesk.services.reporting import Since
from stdesk.ui import theme
from stdesk.ui.tables.rows_model import RIGHT, Cell, RowsColumn, RowsModel
from stdesk.ui.tables.view import TableView
from stdesk.ui.widgets.buttons import icon_button
from stdesk.ui.widgets.labels import label


class SinceView(QWidget):
    """A table in the place of the pages.

    Signals:
        record_wanted: (kind, id).
        put_away: back to the pages.
    """

    record_wanted = Signal(str, str)
    put_away = Signal()

    def __init__(self, kinds: Kinds, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._kinds = kinds
        self._records: list[Any] = []
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.tokens().s)
        row = QHBoxLayout()
        self.caption = label("", "heading", wrap=True)
        back = icon_button("arrow-left", tr("Back to the pages"))
        back.clicked.connect(self.put_away)
        row.addWidget(self.caption, 1)
        row.addWidget(back)
        column.addLayout(row)
        self.model = RowsModel(
            (
                RowsColumn(tr("What happened"), 14),
                RowsColumn(tr("No."), 6, RIGHT),
                RowsColumn(tr("Sort"), 20),
                RowsColumn(tr("Title"), 0),
            ),
            parent=self,
        )
        self.table = TableView()
        self.table.setModel(self.model)
        self.table.horizontalHeader().setStretchLastSection(False)
        self.table.setAccessibleName(tr("What changed since the submission"))
        self.table.row_opened.connect(self._open)
        column.addWidget(self.table, 1)

    def show_since(self, since: Since) -> None:
        """Show the list."""
        self.caption.setText(tr("What changed since submission {n}", n=str(since.report.submission)))
        looks = (
            (since.added, Cell(tr("New"), "plus", "green")),
            (since.changed, Cell(tr("Changed"), "pencil-simple", "blue")),
            (since.gone, Cell(tr("Gone"), "minus", "amber")),
        )
        self._records = [one for found, _ in looks for one in found]
        self.model.set_rows(
            [
                (cell, count(one.number), self._kind(one.kind), one.title)
                for found, cell in looks
                for one in found
            ]
        )
        if self._records:
            self.table.selectRow(0)

    def _kind(self, name: str) -> str:
        return str(self._kinds[name].label) if name in self._kinds else name

    def _open(self, row: int) -> None:
        if 0 <= row < len(self._records):
            self.record_wanted.emit(self._records[row].kind, self._records[row].id)

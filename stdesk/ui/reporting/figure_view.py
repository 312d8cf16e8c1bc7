"""The table of figures: single cells are chosen, Enter opens what is behind one, or types an estimate."""

from __future__ import annotations

import re

from PySide6.QtCore import QModelIndex, Qt, Signal
from PySide6.QtGui import QFocusEvent, QGuiApplication, QKeyEvent, QKeySequence, QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QWidget

from stdesk.text import clean
from stdesk.ui import clipboard
from stdesk.ui.reporting.figures_model import ESTIMATE, LABEL, MARK, FiguresModel
from stdesk.ui.tables.view import TableView

_NAMES = 220  # pixels at least
_AROUND, _ICON = 26, 20  # beside a number; a picture before it
_GROUPS = re.compile(r"(?<=\d)[.,](?=\d{3}(?:\D|$))")


class FigureView(TableView):
    """One table of figures.

    Signals:
        cell_opened: the cell whose records are wanted.
    """

    cell_opened = Signal(QModelIndex)

    def __init__(self, model: FiguresModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectItems)
        self._figures = model  # before the view asks how wide its columns are
        self.setModel(model)
        self.horizontalHeader().setStretchLastSection(False)
        self.doubleClicked.disconnect()
        self.clicked.connect(self._clicked_cell)
        self.doubleClicked.connect(self._edit_estimate)

    def widths_from_model(self) -> None:
        """The names take what is left, and never less than can be read."""
        super().widths_from_model()
        header, model, metrics = self.horizontalHeader(), self._figures, self.fontMetrics()
        for at in range(1, model.columnCount()):
            texts = (str(model.index(row, at).data() or "") for row in range(model.rowCount()))
            widest = max(map(metrics.horizontalAdvance, texts), default=0) + _AROUND
            icons = _ICON if model.columns[at].part in (MARK, ESTIMATE) else 0
            self.setColumnWidth(at, max(widest + icons, header.sectionSizeHint(at)))
        self._fit_names()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """The names grow and shrink with the table."""
        super().resizeEvent(event)
        self._fit_names()

    def _fit_names(self) -> None:
        header = self.horizontalHeader()
        if header.count():
            header.setSectionResizeMode(0, QHeaderView.ResizeMode.Interactive)
            others = sum(self.columnWidth(at) for at in range(1, header.count()))
            self.setColumnWidth(0, max(_NAMES, self.viewport().width() - others))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter and F2 open or type, a digit types, Del takes an estimate away, Ctrl+C copies."""
        if self.state() == QAbstractItemView.State.EditingState:  # Enter that ends typing comes here too
            super().keyPressEvent(event)
            return
        index = self.currentIndex()
        estimate = self._figures.is_estimate(index) and self._figures.editable
        if event.matches(QKeySequence.StandardKey.Copy):
            self.copy_cells()
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_F2):
            self._open_cell(index)
        elif estimate and event.key() in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace):
            self._figures.setData(index, "")
        elif estimate and event.text().isdecimal():
            self.edit(index)
            editor = QGuiApplication.focusObject()
            if editor is not None and editor is not self:  # the digit that began it belongs in it
                QGuiApplication.sendEvent(editor, event)
        else:
            super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        """There is always a cell to start from: the first number."""
        super().focusInEvent(event)
        model = self._figures
        if model.rowCount() and (not self.currentIndex().isValid() or not self.selectedIndexes()):
            column = max(min(self.currentIndex().column(), model.columnCount() - 1), 1)
            self.setCurrentIndex(model.index(max(self.currentIndex().row(), 0), column))

    def copy_cells(self) -> None:
        """The chosen cells as a table for Excel and Word, with names and headers when there are several.

        Numbers go without their dots, which Excel would take for decimals.
        """
        chosen = self.selectedIndexes()
        if not chosen:
            return
        rows = sorted({one.row() for one in chosen})
        columns = sorted({one.column() for one in chosen})
        if len(chosen) == 1:
            clipboard.put_text(self._plain(rows[0], columns[0]))
            return
        columns = sorted({0, *columns})
        lines = [[self._figures.columns[column].title for column in columns]]
        lines += [[self._plain(row, column) for column in columns] for row in rows]
        clipboard.put_text("\n".join("\t".join(line) for line in lines))
        self.copied.emit(len(rows))

    def _plain(self, row: int, column: int) -> str:
        text = clean(str(self._figures.index(row, column).data() or ""))
        words = self._figures.columns[column].part in (LABEL, MARK)
        return text if words else _GROUPS.sub("", text)

    def _clicked_cell(self, index: QModelIndex) -> None:
        if not self._figures.is_estimate(index) and index.column() > 0:
            self._open_cell(index)

    def _edit_estimate(self, index: QModelIndex) -> None:
        if self._figures.is_estimate(index):
            self._open_cell(index)

    def _open_cell(self, index: QModelIndex) -> None:
        if self._figures.is_estimate(index):
            if self._figures.editable:
                self.edit(index)
        elif index.isValid():
            self.cell_opened.emit(index)

    def estimate_column(self) -> int:
        """Where estimates are typed; -1 when there is no such column."""
        parts = [one.part for one in self._figures.columns]
        return parts.index(ESTIMATE) if ESTIMATE in parts else -1

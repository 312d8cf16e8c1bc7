"""The table everywhere: one look, one set of manners."""

from __future__ import annotations

from itertools import chain, islice
from typing import Any

from PySide6.QtCore import QAbstractItemModel, QItemSelection, QItemSelectionModel, QModelIndex, Qt, Signal
from PySide6.QtGui import QFocusEvent, QGuiApplication, QKeyEvent, QKeySequence
from PySide6.QtWidgets import QAbstractItemView, QFrame, QHeaderView, QTableView, QWidget

from stdesk.text import clean
from stdesk.ui import clipboard, theme

_COPIED = 20_000  # rows; more belongs in an export


class TableView(QTableView):
    """Whole rows are chosen; Enter or a double click opens; Ctrl+C copies with the headers.

    Signals:
        row_opened: row number.
        delete_pressed: Del.
        header_clicked: column and whether Shift was held.
        copied: how many rows.
        copy_wanted: instead of copying, where the rows are too many to be held (``copies_itself``).
    """

    row_opened = Signal(int)
    delete_pressed = Signal()
    header_clicked = Signal(int, bool)
    copied = Signal(int)
    copy_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.copies_itself = True
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setTabKeyNavigation(False)
        self.setTextElideMode(Qt.TextElideMode.ElideRight)
        self.setCornerButtonEnabled(False)
        vertical = self.verticalHeader()
        vertical.hide()
        vertical.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        vertical.setDefaultSectionSize(theme.tokens().row)
        header = self.horizontalHeader()
        header.setHighlightSections(False)
        header.setResizeContentsPrecision(0)
        header.setSectionsClickable(True)
        header.setTextElideMode(Qt.TextElideMode.ElideRight)
        header.setStretchLastSection(True)
        header.setMinimumSectionSize(40)
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        header.sectionClicked.connect(self._clicked)
        self.doubleClicked.connect(self._open)

    def setModel(self, model: QAbstractItemModel | None) -> None:
        """Show ``model``, columns as wide as it wants them."""
        super().setModel(model)
        if model is not None:
            # To paint itself the header asks whether whole columns are chosen, which after "select all"
            # looks at every row of every column: 7 s at 100,000 rows (measured). It shows no choice anyway.
            for header in (self.horizontalHeader(), self.verticalHeader()):
                header.setSelectionModel(QItemSelectionModel(model, header))
        self.widths_from_model()

    def widths_from_model(self) -> None:
        """Give each column the width, in characters, that the model's columns ask for."""
        columns: Any = getattr(self.model(), "columns", ())
        character = self.fontMetrics().averageCharWidth() + 1
        for place, column in enumerate(columns):
            wide = max(column.width, min(len(column.title) + 1, 14))
            self.setColumnWidth(place, wide * character + 20)
            if column.width == 0:
                self.horizontalHeader().setSectionResizeMode(place, QHeaderView.ResizeMode.Stretch)

    def chosen_spans(self) -> list[tuple[int, int]]:
        """The chosen rows as ranges (first, last) in order, none touching another.

        Read from the selection's own ranges: asking for every index takes seconds after "select all".
        """
        chosen = self.selectionModel().selection() if self.model() else QItemSelection()
        found: list[tuple[int, int]] = []
        for first, last in sorted((span.top(), span.bottom()) for span in chosen.toList()):
            if found and first <= found[-1][1] + 1:
                found[-1] = (found[-1][0], max(last, found[-1][1]))
            else:
                found.append((first, last))
        return found

    def chosen_count(self) -> int:
        """How many rows are chosen."""
        return sum(last - first + 1 for first, last in self.chosen_spans())

    def chosen_rows(self, most: int | None = None) -> list[int]:
        """The chosen rows in order, at most ``most``."""
        rows = chain.from_iterable(range(first, last + 1) for first, last in self.chosen_spans())
        return list(islice(rows, most))

    def copy_rows(self) -> None:
        """Put the chosen rows on the clipboard as a table that Excel and Word take, headers first."""
        if not self.copies_itself:
            self.copy_wanted.emit()
            return
        model = self.model()
        rows = self.chosen_rows(_COPIED)
        if model is None or not rows:
            return
        header = self.horizontalHeader()
        columns = [header.logicalIndex(place) for place in range(model.columnCount())]
        columns = [column for column in columns if not self.isColumnHidden(column)]
        display = Qt.ItemDataRole.DisplayRole
        lines = [[model.headerData(column, Qt.Orientation.Horizontal, display) for column in columns]]
        lines += [[model.index(row, column).data(display) for column in columns] for row in rows]
        clipboard.put_text("\n".join("\t".join(clean(str(cell or "")) for cell in line) for line in lines))
        self.copied.emit(len(rows))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter opens, Del asks for the trash, Ctrl+C copies."""
        if event.matches(QKeySequence.StandardKey.Copy):
            self.copy_rows()
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_F2) and not (
            event.modifiers() & Qt.KeyboardModifier.ControlModifier
        ):
            self._open(self.currentIndex())
        elif event.key() == Qt.Key.Key_Delete:
            self.delete_pressed.emit()
        else:
            super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Qt makes the first row current without choosing it: Del and Enter would do nothing."""
        super().focusInEvent(event)
        selection = self.selectionModel()
        if selection is not None and self.currentIndex().isValid() and not selection.hasSelection():
            self.selectRow(self.currentIndex().row())

    def keyboardSearch(self, search: str) -> None:
        """Nothing: Qt would walk through every row of the library for a letter."""
        del search

    def _open(self, index: QModelIndex) -> None:
        if index.isValid():
            self.row_opened.emit(index.row())

    def _clicked(self, column: int) -> None:
        shift = QGuiApplication.keyboardModifiers() & Qt.KeyboardModifier.ShiftModifier
        self.header_clicked.emit(column, bool(shift))

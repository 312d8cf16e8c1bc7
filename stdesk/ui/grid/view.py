"""The sheet itself: the manners of a spreadsheet over a :class:`GridModel`."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, cast

from PySide6.QtCore import (
    QCoreApplication,
    QEvent,
    QItemSelectionModel,
    QModelIndex,
    QPersistentModelIndex,
    Qt,
    Signal,
)
from PySide6.QtGui import QInputMethodEvent, QKeyEvent, QKeySequence
from PySide6.QtWidgets import (
    QAbstractItemDelegate,
    QAbstractItemView,
    QFrame,
    QHeaderView,
    QTableView,
    QWidget,
)

from stdesk.services.grid import Placed, Read
from stdesk.ui import clipboard, theme
from stdesk.ui.grid.cell_editors import CellLine, Move, move_of
from stdesk.ui.grid.completion import Completion
from stdesk.ui.grid.delegate import CellDelegate
from stdesk.ui.grid.frozen import FrozenColumn
from stdesk.ui.grid.model import GridModel

Index = QModelIndex | QPersistentModelIndex
Trigger = QAbstractItemView.EditTrigger
_KEY = QKeySequence.StandardKey
_MOST_COPIED = 500_000  # cells
_LEAST_EDITOR = 200  # pixels


class GridView(QTableView):
    """Ranges are chosen, typing replaces, Enter goes down and Tab right.

    Signals:
        paste_wanted: Ctrl+V.
        clear_wanted: list of (row, column) to be emptied.
        fill_wanted: list of ``Placed`` to be put in.
        open_wanted: row and column whose record is to be opened in its form.
        copied: how many rows.
    """

    paste_wanted = Signal()
    clear_wanted = Signal(object)
    fill_wanted = Signal(object)
    open_wanted = Signal(int, int)
    copied = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ContiguousSelection)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectItems)
        self.setEditTriggers(Trigger.AnyKeyPressed | Trigger.DoubleClicked)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setWordWrap(False)
        self.setTabKeyNavigation(False)
        self.setTextElideMode(Qt.TextElideMode.ElideRight)
        self._delegate = CellDelegate(self)
        self._delegate.left.connect(self._left)
        self.setItemDelegate(self._delegate)
        self._tabbed_from: int | None = None
        self._composing = False
        vertical = self.verticalHeader()
        vertical.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        vertical.setDefaultSectionSize(theme.tokens().row)
        vertical.setFixedWidth(62)
        vertical.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        header = self.horizontalHeader()
        header.setHighlightSections(True)
        header.setResizeContentsPrecision(0)
        header.setTextElideMode(Qt.TextElideMode.ElideRight)
        header.setMinimumSectionSize(48)
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        self._frozen = FrozenColumn(self)

    # -- what it shows -----------------------------------------------------------------------

    def show_model(self, model: GridModel, completion: Completion) -> None:
        """Show another model's rows."""
        self._delegate.completion = completion
        self.setModel(model)
        self.widths_from_model()

    def widths_from_model(self) -> None:
        """Columns as wide as they ask for."""
        character = self.fontMetrics().averageCharWidth() + 1
        for place, column in enumerate(self._grid.columns):
            wide = max(column.width, min(len(column.title) + 1, 16))
            self.setColumnWidth(place, wide * character + 18)
        self._frozen.follow_model()

    @property
    def _grid(self) -> GridModel:
        return cast("GridModel", self.model())

    @property
    def editing(self) -> bool:
        """Whether a cell is being typed into."""
        return self.state() == QAbstractItemView.State.EditingState

    def finish_editing(self) -> None:
        """Take what stands in the open cell."""
        if self._delegate.editor is not None:
            self.commitData(self._delegate.editor)
            self.closeEditor(self._delegate.editor, QAbstractItemDelegate.EndEditHint.NoHint)

    def block(self) -> tuple[int, int, int, int]:
        """First row, first column, last row, last column of what is chosen; of the current cell else."""
        spans = self.selectionModel().selection().toList() if self.model() else []
        if not spans:
            at = self.currentIndex()
            return at.row(), at.column(), at.row(), at.column()
        return (
            min(one.top() for one in spans),
            min(one.left() for one in spans),
            max(one.bottom() for one in spans),
            max(one.right() for one in spans),
        )

    def go(self, row: int, column: int) -> None:
        """Make a cell the current one."""
        index = self._grid.index(row, column)
        if index.isValid():
            self.selectionModel().setCurrentIndex(index, QItemSelectionModel.SelectionFlag.ClearAndSelect)
            self.scrollTo(index)

    def scrollTo(  # noqa: N802 - Qt's name
        self, index: Index, hint: QAbstractItemView.ScrollHint = QAbstractItemView.ScrollHint.EnsureVisible
    ) -> None:
        """Into sight, not behind the column that stays."""
        super().scrollTo(index, hint)
        if index.column() > 0 and (hidden := self._frozen.covered - self.visualRect(index).left()) > 0:
            bar = self.horizontalScrollBar()
            bar.setValue(max(0, bar.value() - hidden))

    # -- keys --------------------------------------------------------------------------------

    def event(self, event: QEvent) -> bool:
        """Ctrl+Z and Ctrl+Y are the grid's own while there is something typed to take back."""
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent) and self.model():
            edits = self._grid.edits
            if (event.matches(_KEY.Undo) and edits.can_undo) or (_is_redo(event) and edits.can_redo):
                event.accept()
                return True
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress and self._tab(event):
            return True
        return super().event(event)

    def _tab(self, event: QKeyEvent) -> bool:
        """Tab goes from cell to cell, Ctrl+Tab out of the grid."""
        if event.key() not in (Qt.Key.Key_Tab, Qt.Key.Key_Backtab):
            return False
        if event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self.focusNextPrevChild(event.key() == Qt.Key.Key_Tab)
        else:
            self._move(move_of(event) or Move.RIGHT)
        return True

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """What a spreadsheet does with them."""
        if not self.currentIndex().isValid() or not (self._standard(event) or self._special(event)):
            super().keyPressEvent(event)

    def inputMethodEvent(self, event: QInputMethodEvent) -> None:
        """Text that a Vietnamese keyboard commits at once: Qt opens the cell for it and then loses it."""
        composing, self._composing = self._composing, bool(event.preeditString())
        at = self.currentIndex()
        plain = event.commitString() and not event.preeditString() and not composing
        if not (plain and at.isValid() and not self.editing and self._grid.can_edit(at.column())):
            super().inputMethodEvent(event)
            return
        self.edit(at, Trigger.AllEditTriggers, cast("Any", None))
        if self._delegate.editor is not None:
            QCoreApplication.sendEvent(self._delegate.editor, event)

    def _standard(self, event: QKeyEvent) -> bool:
        if event.matches(_KEY.Copy):
            self.copy()
        elif event.matches(_KEY.Cut):
            self.copy()
            self.clear_wanted.emit(list(self._cells()))
        elif event.matches(_KEY.Paste):
            self.paste_wanted.emit()
        elif event.matches(_KEY.Undo) and self._grid.edits.can_undo:
            self._show_step(self._grid.undo())
        elif _is_redo(event) and self._grid.edits.can_redo:
            self._show_step(self._grid.redo())
        else:
            return False
        return True

    def _special(self, event: QKeyEvent) -> bool:
        key, ctrl = event.key(), bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier)
        at = self.currentIndex()
        if key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            if ctrl:
                self.open_wanted.emit(at.row(), at.column())
            else:
                self._move(move_of(event) or Move.DOWN)
        elif key == Qt.Key.Key_F2 or (key == Qt.Key.Key_Down and _alt(event)):
            self._edit_current(everything=key != Qt.Key.Key_F2)
        elif key in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace) and not ctrl:
            self.clear_wanted.emit(list(self._cells()))
        elif key == Qt.Key.Key_D and ctrl:
            self.fill_down()
        elif key == Qt.Key.Key_Space and ctrl:
            self.selectColumn(at.column())
        elif key == Qt.Key.Key_Space and event.modifiers() & Qt.KeyboardModifier.ShiftModifier:
            self.selectRow(at.row())
        else:
            return False
        return True

    def _edit_current(self, *, everything: bool) -> None:
        at = self.currentIndex()
        if not self._grid.can_edit(at.column()):
            self.open_wanted.emit(at.row(), at.column())
            return
        self.edit(at, Trigger.AllEditTriggers, cast("Any", None))
        editor = self._delegate.editor
        if isinstance(editor, CellLine):
            editor.deselect()
            editor.end(False)
            if everything:
                editor.asked.emit("")
        elif editor is not None:
            cursor = editor.textCursor()
            cursor.movePosition(cursor.MoveOperation.End)
            editor.setTextCursor(cursor)

    def _left(self, move: Move) -> None:
        editor = self._delegate.editor
        if editor is None:
            return
        if move is not Move.BACK:
            self.commitData(editor)
        self.closeEditor(editor, QAbstractItemDelegate.EndEditHint.NoHint)
        self.setFocus()
        if move is not Move.BACK:
            self._move(move)

    def _move(self, move: Move) -> None:
        """One cell on; Enter after some Tabs begins the next row where the Tabs began."""
        at, last = self.currentIndex(), self._grid.columnCount() - 1
        row, column = at.row(), at.column()
        if move in (Move.RIGHT, Move.LEFT):
            if self._tabbed_from is None:
                self._tabbed_from = column
            column += 1 if move is Move.RIGHT else -1
            if column > last:
                row, column = row + 1, 0
                self._tabbed_from = 0
            elif column < 0:
                row, column = row - 1, last
        else:
            if self._tabbed_from is not None and move is Move.DOWN:
                column = self._tabbed_from
            self._tabbed_from = None
            row += 1 if move is Move.DOWN else -1
        tabbed = self._tabbed_from
        self.go(min(max(row, 0), self._grid.rowCount() - 1), column)
        self._tabbed_from = tabbed

    def currentChanged(self, current: Index, previous: Index) -> None:
        """Going elsewhere by arrows or the mouse forgets where the Tabs began."""
        super().currentChanged(current, previous)
        self._tabbed_from = None

    def _show_step(self, step: Any) -> None:
        if step is None:
            return
        names = [column.name for column in self._grid.columns]
        if step.name in names:
            self.go(step.row, names.index(step.name))

    # -- blocks ------------------------------------------------------------------------------

    def _cells(self) -> Iterator[tuple[int, int]]:
        top, left, bottom, right = self.block()
        for row in range(top, min(bottom, self._grid.first_free()) + 1):
            for column in range(left, right + 1):
                yield row, column

    def copy(self) -> None:
        """Put the chosen cells on the clipboard, as Excel and Word take them."""
        model = self._grid
        top, left, bottom, right = self.block()
        bottom = max(top, min(bottom, model.first_free() - 1, top + _MOST_COPIED // (right - left + 1)))
        names = [column.name for column in model.columns[left : right + 1]]
        rows = [[model.text(row, name) for name in names] for row in range(top, bottom + 1)]
        alone = len(rows) == 1 and len(names) == 1
        clipboard.put_text(rows[0][0] if alone else model.grid.copied(rows))
        self.copied.emit(len(rows))

    def fill_down(self) -> None:
        """The chosen cells get what stands in the first of them; one alone, what stands above it."""
        top, left, bottom, right = self.block()
        bottom = min(bottom, max(top, self._grid.first_free() - 1))
        if top == bottom:
            top -= 1
        if top < 0:
            return
        model = self._grid
        placed = []
        for column in range(left, right + 1):
            if model.can_edit(column):
                name = model.columns[column].name
                typed = model.edits.cell(top, name)
                read = typed or Read(model.value(top, name), "", "", model.text(top, name))
                placed += [Placed(row, name, read) for row in range(top + 1, bottom + 1)]
        self.fill_wanted.emit(placed)


def _is_redo(event: QKeyEvent) -> bool:
    return event.matches(_KEY.Redo) or (
        event.key() == Qt.Key.Key_Y and event.modifiers() == Qt.KeyboardModifier.ControlModifier
    )


def _alt(event: QKeyEvent) -> bool:
    return bool(event.modifiers() & Qt.KeyboardModifier.AltModifier)

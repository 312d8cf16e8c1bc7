"""What a cell is typed into: a line that proposes, or a small page for text with line breaks."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum

from PySide6.QtCore import QEvent, QModelIndex, QObject, QPersistentModelIndex, QStringListModel, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QCompleter, QLineEdit, QPlainTextEdit, QWidget

from stdesk.domain.values import MAX_TEXT

_MOST = 12  # proposals at once
_KEYS = {Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Tab, Qt.Key.Key_Backtab, Qt.Key.Key_Escape}


class Move(StrEnum):
    """Where one goes when a cell is left."""

    DOWN = "down"
    UP = "up"
    RIGHT = "right"
    LEFT = "left"
    BACK = "back"  # Esc: what was typed is forgotten


def move_of(event: QKeyEvent) -> Move | None:
    """Where ``event`` leads out of a cell; ``None`` when it stays inside."""
    key, shift = event.key(), bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
    if key == Qt.Key.Key_Escape:
        return Move.BACK
    if key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
        return Move.UP if shift else Move.DOWN
    if key == Qt.Key.Key_Backtab:
        return Move.LEFT
    if key == Qt.Key.Key_Tab:
        return Move.LEFT if shift else Move.RIGHT
    return None


class _LastPart(QCompleter):
    """Completes what stands behind the last separator of a cell that holds several things."""

    def __init__(self, strings: QStringListModel, parent: QObject) -> None:
        super().__init__(strings, parent)
        self.head = ""
        self.setCompletionMode(QCompleter.CompletionMode.UnfilteredPopupCompletion)
        self.setMaxVisibleItems(_MOST)

    def pathFromIndex(self, index: QModelIndex | QPersistentModelIndex) -> str:  # noqa: N802 - Qt's name
        """The whole cell with the proposal in it."""
        return self.head + str(index.data())


class CellLine(QLineEdit):
    """A line over a cell.

    Signals:
        left: the cell was left by a key (a :class:`Move`).
        asked: proposals are wanted for this text.
    """

    left = Signal(object)
    asked = Signal(str)

    def __init__(self, parent: QWidget, *, several: bool = False) -> None:
        super().__init__(parent)
        self.setMaxLength(MAX_TEXT)
        self._several = several
        self._strings = QStringListModel(self)
        self._completer = _LastPart(self._strings, self)
        self.setCompleter(self._completer)
        self.textEdited.connect(self._ask)

    def part(self) -> str:
        """The text proposals are for: behind the last semicolon where a cell holds several things."""
        text = self.text()
        head, separator, last = text.rpartition(";") if self._several else ("", "", text)
        self._completer.head = f"{head}{separator} " if separator else ""
        return last.strip()

    def propose(self, part: str, found: Sequence[str]) -> None:
        """Show what was found for ``part``, unless something else stands there by now."""
        if part != self.part() or not self.isVisible():
            return
        self._strings.setStringList(list(found))
        popup = self._completer.popup()
        if found:
            self._completer.complete()
        elif popup is not None:
            popup.hide()

    def _ask(self, _text: str) -> None:
        part = self.part()
        if part:
            self.asked.emit(part)
        elif (popup := self._completer.popup()) is not None:
            popup.hide()

    def event(self, event: QEvent) -> bool:
        """Keys that leave the cell do so at once, taking the proposal that is marked."""
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            move = move_of(event)
            if move is not None:
                event.accept()
                self._leave(move)
                return True
            if event.key() == Qt.Key.Key_Down and event.modifiers() & Qt.KeyboardModifier.AltModifier:
                self.asked.emit("")
                return True
        return super().event(event)

    def _leave(self, move: Move) -> None:
        popup = self._completer.popup()
        if popup is not None and popup.isVisible():
            marked = popup.currentIndex()
            popup.hide()
            if move is Move.BACK:
                return  # the first Esc only puts the proposals away
            if marked.isValid():
                self.setText(self._completer.pathFromIndex(marked))
        self.left.emit(move)


class CellText(QPlainTextEdit):
    """A small page over a cell; Alt+Enter begins a line, as in other sheets.

    Signals:
        left: the cell was left by a key (a :class:`Move`).
    """

    left = Signal(object)

    def text(self) -> str:
        """All that stands there."""
        return self.toPlainText()[:MAX_TEXT]

    def event(self, event: QEvent) -> bool:
        """Keys that leave the cell do so at once."""
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            alt = event.modifiers() & (Qt.KeyboardModifier.AltModifier | Qt.KeyboardModifier.ControlModifier)
            if alt and event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
                self.insertPlainText("\n")
                return True
            if (move := move_of(event)) is not None:
                event.accept()
                self.left.emit(move)
                return True
        return super().event(event)


def leaves_cell(event: QEvent) -> bool:
    """Whether ``event`` is a key that the editor of a cell sees to itself."""
    return isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress and event.key() in _KEYS

"""A line that proposes what was written before, accents optional; anything may be typed."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QStringListModel, Qt, Signal
from PySide6.QtGui import QFocusEvent
from PySide6.QtWidgets import QCompleter, QLineEdit, QWidget

from stdesk.text import fold

MOST = 12  # proposals at once


class SuggestLine(QLineEdit):
    """A text line with proposals.

    Signals:
        wanted: proposals are wanted for the first time (the line got the focus).
        chosen: a proposal was taken.
    """

    wanted = Signal()
    chosen = Signal(str)

    def __init__(
        self, find: Callable[[str], Sequence[str]] | None = None, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._known: list[tuple[str, str]] = []
        self._find = find
        self._asked = False
        self._strings = QStringListModel(self)
        completer = QCompleter(self._strings, self)
        completer.setCompletionMode(QCompleter.CompletionMode.UnfilteredPopupCompletion)
        completer.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        completer.setMaxVisibleItems(MOST)
        completer.activated.connect(self.chosen)
        self.setCompleter(completer)
        self.textEdited.connect(self._propose)

    def set_known(self, texts: Sequence[str]) -> None:
        """The texts to propose from."""
        self._known = [(fold(text), text) for text in texts]

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Ask for proposals once."""
        super().focusInEvent(event)
        if not self._asked:
            self._asked = True
            self.wanted.emit()

    def _propose(self, typed: str) -> None:
        self.propose(self._find(typed) if self._find else matching(self._known, typed))

    def propose(self, found: Sequence[str]) -> None:
        """Show these proposals under the line while it has the focus."""
        self._strings.setStringList(list(found[:MOST]))
        popup = self.completer().popup()
        if not found and popup is not None:
            popup.hide()
        elif self.hasFocus() and self.text():
            self.completer().complete()


def matching(known: Sequence[tuple[str, str]], typed: str) -> list[str]:
    """Of (folded, text) those that hold every word of ``typed``; those beginning with it first."""
    needle = fold(typed).strip()
    if not needle:
        return []
    parts = needle.split()
    found = [(key, text) for key, text in known if all(part in key for part in parts)]
    return [text for key, text in sorted(found, key=lambda one: not one[0].startswith(needle))]

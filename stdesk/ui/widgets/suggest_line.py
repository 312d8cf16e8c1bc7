"""A line that proposes what was written before, accents optional; anything may be typed.

The proposals are a list inside the window, never a window of its own: the line keeps the
focus, so an input method goes on composing undisturbed.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QEvent, QObject, QPoint, Qt, Signal
from PySide6.QtGui import QFocusEvent, QGuiApplication, QHideEvent, QInputMethodEvent, QKeyEvent
from PySide6.QtWidgets import (
    QAbstractScrollArea,
    QFrame,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QVBoxLayout,
    QWidget,
)

from stdesk.i18n import tr
from stdesk.text import fold
from stdesk.ui import theme

MOST = 12  # proposals at once
_WIDEST = 640
_TAKING = (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Tab)
_WALKING = {Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1, Qt.Key.Key_PageDown: 6, Qt.Key.Key_PageUp: -6}


@dataclass(frozen=True, slots=True)
class Proposal:
    """Something proposed.

    Attributes:
        text: what the line takes.
        detail: said after it in the list.
        data: for whoever takes it.
    """

    text: str
    detail: str = ""
    data: Any = None

    @property
    def shown(self) -> str:
        """As it stands in the list."""
        return f"{self.text}  ·  {self.detail}" if self.detail else self.text


class ProposalList(QFrame):
    """The list below a line; a child of the window, without focus.

    Signals:
        pressed: place of the proposal clicked.
    """

    pressed = Signal(int)

    def __init__(self, owner: QWidget) -> None:
        super().__init__(owner.window())
        self._owner = owner
        self.setProperty("place", "popup")
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        column = QVBoxLayout(self)
        column.setContentsMargins(4, 4, 4, 4)
        self.list = QListWidget()
        self.list.setFrameShape(QFrame.Shape.NoFrame)
        self.list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.setTextElideMode(Qt.TextElideMode.ElideRight)
        self.list.setMouseTracking(True)
        self.list.setStyleSheet("QListView { border: none; background: transparent; }")
        self.list.setUniformItemSizes(True)
        self.list.setAccessibleName(tr("Proposals"))
        self.list.itemClicked.connect(lambda item: self.pressed.emit(self.list.row(item)))
        column.addWidget(self.list)
        self.hide()

    def show_texts(self, texts: Sequence[str]) -> None:
        """Show these below the owner, or above it where there is no room below."""
        self.list.clear()
        for text in texts:
            item = QListWidgetItem(text.replace("\n", " "))
            item.setToolTip(text)
            self.list.addItem(item)
        self.list.setCurrentRow(-1)
        window = self._owner.window()
        if self.parentWidget() is not window:
            self.setParent(window)
        row = max(self.list.sizeHintForRow(0), theme.tokens().xl)
        high = row * min(len(texts), MOST) + 2 * self.list.frameWidth() + 12
        wide = self.list.sizeHintForColumn(0) + 40
        wide = min(max(wide, self._owner.width(), 220), _WIDEST, window.width() - 16)
        place = self._owner.mapTo(window, QPoint(0, self._owner.height() + 2))
        if place.y() + high > window.height():
            above = place.y() - self._owner.height() - 4
            if above > window.height() - place.y():
                high = min(high, above)
                place.setY(above - high)
            else:
                high = window.height() - place.y()
        place.setX(max(0, min(place.x(), window.width() - wide - 8)))
        self.setGeometry(place.x(), place.y(), wide, high)
        self.show()
        self.raise_()


class SuggestLine(QLineEdit):
    """A text line with proposals.

    While proposals are open: Down and Up walk through them, Enter or Tab takes the one that is
    marked (none is at first, so what was typed is never replaced unasked), Esc closes them and
    leaves what was typed. Down or Alt+Down opens them.

    Args:
        find: from what stands in the line to proposals, quickly; without it from ``set_known``.

    Signals:
        wanted: proposals are wanted for the first time (the line got the focus).
        entered: the line got the focus.
        chosen: the text of the proposal taken.
        taken: the :class:`Proposal` itself.
    """

    wanted = Signal()
    entered = Signal()
    chosen = Signal(str)
    taken = Signal(object)

    def __init__(
        self,
        find: Callable[[str], Sequence[str | Proposal]] | None = None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._known: list[tuple[str, str]] = []
        self._find = find
        self._asked = False
        self._shown: list[Proposal] = []
        self._popup: ProposalList | None = None
        self._composed = ""
        self._described = ""
        self._areas: list[QAbstractScrollArea] = []
        self.textEdited.connect(self._propose)

    # -- proposals ---------------------------------------------------------------------------

    def set_known(self, texts: Sequence[str]) -> None:
        """The texts to propose from."""
        self._known = [(fold(text), text) for text in texts]

    def set_find(self, find: Callable[[str], Sequence[str | Proposal]]) -> None:
        """Where the proposals come from."""
        self._find = find

    def found(self, typed: str) -> Sequence[str | Proposal]:
        """What is proposed for ``typed``."""
        if self._find is not None:
            return self._find(typed)
        return matching(self._known, typed) if typed.strip() else [text for _key, text in self._known]

    def propose(self, found: Sequence[str | Proposal]) -> None:
        """Show these proposals under the line while it has the focus."""
        shown = [Proposal(one) if isinstance(one, str) else one for one in found[:MOST]]
        only = len(shown) == 1 and not shown[0].detail and shown[0].text == self.text().strip()
        if not shown or only or not self.hasFocus() or not self.isVisible():
            self.close_proposals()
            return
        self._shown = shown
        if not self.proposals_open:
            self._described = self.accessibleDescription()
        if self._popup is None:
            self._popup = ProposalList(self)
            self._popup.pressed.connect(self._take)
            self.destroyed.connect(self._popup.deleteLater)
        self._popup.show_texts([one.shown for one in shown])
        self._watch_scrolling()

    def propose_again(self) -> None:
        """Ask anew for what stands there: more is known now."""
        if self.hasFocus() and self.text().strip() and self.isModified():
            self._propose(self.text())

    @property
    def proposals_open(self) -> bool:
        """Whether the list is seen."""
        return self._popup is not None and self._popup.isVisible()

    @property
    def proposals(self) -> list[str]:
        """What the open list says."""
        return [one.shown for one in self._shown] if self.proposals_open else []

    def open_proposals(self) -> None:
        """Show what is proposed, also for an empty line."""
        self.propose(self.found(self._with_composed()))

    def close_proposals(self) -> None:
        """Hide the list; the text stays."""
        if self._popup is not None and self._popup.isVisible():
            self._popup.hide()
            self.setAccessibleDescription(self._described)

    def _propose(self, typed: str) -> None:
        if typed.strip():
            self.propose(self.found(typed))
        else:
            self.close_proposals()

    def _with_composed(self) -> str:
        """The text with what an input method is composing."""
        at = self.cursorPosition()
        return self.text()[:at] + self._composed + self.text()[at:]

    def _take(self, place: int) -> None:
        proposal = self._shown[place]
        self.close_proposals()
        if self._composed:
            QGuiApplication.inputMethod().reset()
            self._composed = ""
        self.setText(proposal.text)
        self.setModified(True)
        self.chosen.emit(proposal.text)
        self.taken.emit(proposal)

    # -- keys, composing, leaving ------------------------------------------------------------

    def event(self, event: QEvent) -> bool:
        """Esc and Tab belong to the open list before they belong to window and form."""
        if self.proposals_open and isinstance(event, QKeyEvent):
            if event.type() == QEvent.Type.ShortcutOverride and event.key() == Qt.Key.Key_Escape:
                event.accept()
                return True
            if event.type() == QEvent.Type.KeyPress and event.key() == Qt.Key.Key_Tab:
                self.keyPressEvent(event)  # a widget's own event() would take it for moving on
                if event.isAccepted():
                    return True
                event.accept()  # else Qt hands it to the parent as well, and goes on two fields
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """The keys of the list; all others are typed."""
        if self._list_key(event):
            event.accept()
        elif event.key() == Qt.Key.Key_Tab:
            event.ignore()
        else:
            super().keyPressEvent(event)

    def _list_key(self, event: QKeyEvent) -> bool:
        key = Qt.Key(event.key())
        held = event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        if not self.proposals_open or self._popup is None:
            opens = key == Qt.Key.Key_Down and held in (
                Qt.KeyboardModifier.NoModifier,
                Qt.KeyboardModifier.AltModifier,
            )
            if opens:
                self.open_proposals()
            return opens
        if key == Qt.Key.Key_Escape:
            self.close_proposals()
            return True
        place = self._popup.list.currentRow()
        if key in _TAKING and held == Qt.KeyboardModifier.NoModifier:
            if place >= 0:
                self._take(place)
                return True
            self.close_proposals()
            return False
        if key in _WALKING and held == Qt.KeyboardModifier.NoModifier:
            self._mark(place + _WALKING[key])
            return True
        return False

    def _mark(self, place: int) -> None:
        if self._popup is not None:
            place = max(-1, min(place, len(self._shown) - 1))  # -1: back to what was typed
            self._popup.list.setCurrentRow(place)
            if place < 0:
                self._popup.list.clearSelection()
            said = self._shown[place].shown if place >= 0 else ""
            self.setAccessibleDescription(said)  # a reader hears of the list through its line

    def inputMethodEvent(self, event: QInputMethodEvent) -> None:
        """Propose for what is being composed, and touch nothing of it."""
        super().inputMethodEvent(event)
        before, self._composed = self._composed, event.preeditString()
        if self._composed != before and (self._composed or before):
            self._propose(self._with_composed())

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Ask for proposals once."""
        super().focusInEvent(event)
        self.entered.emit()
        if not self._asked:
            self._asked = True
            self.wanted.emit()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Without the focus nothing is proposed."""
        super().focusOutEvent(event)
        self._composed = ""
        self.close_proposals()

    def hideEvent(self, event: QHideEvent) -> None:
        """A list without its line would hang in the air."""
        super().hideEvent(event)
        self.close_proposals()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """The window was resized: the list would stand elsewhere than the line."""
        if event.type() in (QEvent.Type.Resize, QEvent.Type.WindowDeactivate):
            self.close_proposals()
        return super().eventFilter(watched, event)

    def _watch_scrolling(self) -> None:
        if self._areas:
            return
        widget: QWidget | None = self.parentWidget()
        while widget is not None:
            if isinstance(widget, QAbstractScrollArea):
                widget.verticalScrollBar().valueChanged.connect(self.close_proposals)
                self._areas.append(widget)
            widget = widget.parentWidget()
        self.window().installEventFilter(self)


def matching(known: Sequence[tuple[str, str]], typed: str) -> list[str]:
    """Of (folded, text) those that hold every word of ``typed``; those beginning with it first."""
    needle = fold(typed).strip()
    if not needle:
        return []
    parts = needle.split()
    found = [(key, text) for key, text in known if all(part in key for part in parts)]
    return [text for key, text in sorted(found, key=lambda one: not one[0].startswith(needle))]

"""All people of a long field in a list that is searched: the chips show the first ones only."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLineEdit, QListWidget, QListWidgetItem, QVBoxLayout

from stdesk.i18n import ntr, tr
from stdesk.text import fold
from stdesk.ui import theme
from stdesk.ui.icons import icon
from stdesk.ui.widgets.buttons import icon_button
from stdesk.ui.widgets.escape import claims_escape
from stdesk.ui.widgets.labels import label

_HIGH = 260
_PLACE = Qt.ItemDataRole.UserRole


class PeopleList(QFrame):
    """Enter opens a person, Del takes one away, Ctrl+Up and Ctrl+Down move one, Esc closes.

    Signals:
        opened, removed: place of a person.
        moved: place, and by how many.
        closed: by Esc or its button.
    """

    opened = Signal(int)
    removed = Signal(int)
    moved = Signal(int, int)
    closed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("place", "card")
        t = theme.tokens()
        column = QVBoxLayout(self)
        column.setContentsMargins(t.s, t.s, t.s, t.s)
        column.setSpacing(t.s)
        row = QHBoxLayout()
        self.search = QLineEdit()
        self.search.setPlaceholderText(tr("Find a person in this list, accents optional"))
        self.search.setAccessibleName(tr("Find a person in this list, accents optional"))
        self.search.addAction(icon("magnifying-glass", "text_soft"), QLineEdit.ActionPosition.LeadingPosition)
        self.count = label("", "small")
        self.done = icon_button("check-circle", tr("Done"))
        row.addWidget(self.search, 1)
        row.addWidget(self.count)
        row.addWidget(self.done)
        column.addLayout(row)
        self.list = QListWidget()
        self.list.setUniformItemSizes(True)
        self.list.setAccessibleName(tr("All people"))
        self.list.setFixedHeight(_HIGH)
        column.addWidget(self.list)
        column.addWidget(label(tr("Enter: details · Del: remove · Ctrl+Up, Ctrl+Down: move"), "small"))
        self.search.textChanged.connect(self._filter)
        self.done.clicked.connect(self.closed)
        self.list.itemDoubleClicked.connect(lambda item: self.opened.emit(item.data(_PLACE)))
        for part in (self.search, self.list):
            part.installEventFilter(self)

    def show_people(self, texts: Sequence[str]) -> None:
        """Show these, the place one was at kept."""
        place = self.list.currentRow()
        self.list.clear()
        for at, text in enumerate(texts):
            item = QListWidgetItem(f"{at + 1}.  {text}")
            item.setData(_PLACE, at)
            self.list.addItem(item)
        self.list.setCurrentRow(min(max(place, 0), len(texts) - 1))
        self._filter(self.search.text())

    def go_to(self, place: int) -> None:
        """Mark a person."""
        self.list.setCurrentRow(place)
        self.list.setFocus()

    def _filter(self, typed: str) -> None:
        parts = fold(typed).split()
        seen = 0
        for at in range(self.list.count()):
            item = self.list.item(at)
            hay = fold(item.text())
            fits = all(part in hay for part in parts)
            item.setHidden(not fits)
            seen += fits
        current = self.list.currentItem()
        if current is not None and current.isHidden():
            first = next((at for at in range(self.list.count()) if not self.list.item(at).isHidden()), -1)
            self.list.setCurrentRow(first)
        self.count.setText(ntr("{n} person", "{n} people", seen))

    def event(self, event: QEvent) -> bool:
        """Esc belongs to this list first."""
        return claims_escape(event) or super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Esc: first the search is cleared, then the list closes."""
        if event.key() == Qt.Key.Key_Escape:
            if self.search.text():
                self.search.clear()
            else:
                self.closed.emit()
        else:
            super().keyPressEvent(event)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """The keys of the list; from the search line down into it."""
        if not isinstance(event, QKeyEvent) or event.type() != QEvent.Type.KeyPress:
            return False
        if watched is self.search:
            return self._from_search(event)
        if self.list.currentRow() < 0:
            return False
        item = self.list.currentItem()
        place, key = int(item.data(_PLACE)), event.key()
        control = bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier)
        if key in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and not control:
            self.opened.emit(place)
        elif key == Qt.Key.Key_Delete:
            self.removed.emit(place)
        elif control and key in (Qt.Key.Key_Up, Qt.Key.Key_Down):
            self.moved.emit(place, -1 if key == Qt.Key.Key_Up else 1)
        else:
            return False
        return True

    def _from_search(self, event: QKeyEvent) -> bool:
        item = self.list.currentItem()
        if event.key() == Qt.Key.Key_Down:
            self.list.setFocus()
            return True
        control = bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier)
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and not control and item is not None:
            self.opened.emit(int(item.data(_PLACE)))
            return True
        return False

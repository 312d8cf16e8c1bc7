"""The tree of acts with their changes, and the text that shows one change."""

from __future__ import annotations

import html
from collections.abc import Mapping, Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent
from PySide6.QtWidgets import QTextEdit, QTreeWidget, QTreeWidgetItem, QWidget

from stdesk.domain.kinds import Kind
from stdesk.i18n import tr
from stdesk.services.catalogue import FieldChange, HistoryEntry
from stdesk.ui import theme
from stdesk.ui.history.difference import as_html, difference, spoken
from stdesk.ui.history.wording import field_label, short, shown_value
from stdesk.ui.icons import icon

ENTRY = Qt.ItemDataRole.UserRole
CHANGE = Qt.ItemDataRole.UserRole + 1
_LONG = 2_000  # characters of a value in the overview of an act


class ActTree(QTreeWidget):
    """Acts, and below each what it changed. Left and Right fold, Enter opens.

    Signals:
        opened: Enter or a double click on a change.
    """

    opened = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setHeaderHidden(True)
        self.setUniformRowHeights(True)
        self.setTextElideMode(Qt.TextElideMode.ElideRight)
        self.setExpandsOnDoubleClick(False)
        self.setIndentation(18)
        self.itemDoubleClicked.connect(lambda item, _column: self._open(item))

    def add_act(self, text: str, entry: HistoryEntry, *, undone: bool, picture: str = "") -> QTreeWidgetItem:
        """A line for an act at the end."""
        item = QTreeWidgetItem([text])
        item.setData(0, ENTRY, entry)
        item.setToolTip(0, text)
        if undone:
            item.setForeground(0, QColor(theme.tokens().text_soft))
        if picture:
            item.setIcon(0, icon(picture, "accent"))
        self.addTopLevelItem(item)
        return item

    def chosen(self) -> tuple[HistoryEntry | None, FieldChange | None]:
        """The act and the change one is at."""
        item = self.currentItem()
        if item is None:
            return None, None
        change = item.data(0, CHANGE)
        top = item
        while (above := top.parent()) is not None:
            top = above
        return top.data(0, ENTRY), change

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter opens what is below or the change itself."""
        control = event.modifiers() & Qt.KeyboardModifier.ControlModifier
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and not control:
            self._open(self.currentItem())
        else:
            super().keyPressEvent(event)

    def _open(self, item: QTreeWidgetItem | None) -> None:
        if item is None:
            return
        if item.data(0, CHANGE) is not None:
            self.opened.emit()
        else:
            item.setExpanded(not item.isExpanded())


def change_item(kind: Kind, change: FieldChange, titles: Mapping[str, str]) -> QTreeWidgetItem:
    """A line for one change: "Năm: 2024 → 2025"."""
    before = short(shown_value(kind, change.field, change.before, titles))
    after = short(shown_value(kind, change.field, change.after, titles))
    item = QTreeWidgetItem([f"{field_label(kind, change.field)}: {before} → {after}"])
    item.setData(0, CHANGE, change)
    item.setToolTip(0, item.text(0))
    return item


class ChangeText(QTextEdit):
    """What changed, to be read and copied: struck out what went, underlined what came."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setReadOnly(True)
        self.setTabChangesFocus(True)
        self.setMinimumHeight(70)
        self.setAccessibleName(tr("What changed"))

    def show_nothing(self) -> None:
        """Empty."""
        self.clear()
        self.setAccessibleDescription("")

    def show_note(self, text: str) -> None:
        """A sentence in place of changes."""
        self.setPlainText(text)
        self.setAccessibleDescription(text)

    def show_change(self, before: str, after: str) -> None:
        """One field."""
        pieces = difference(before, after)
        self.setHtml(as_html(pieces))
        self.setAccessibleDescription(spoken(pieces))

    def show_lines(self, changes: Sequence[tuple[str, str, str]]) -> None:
        """Several fields: name, before, after."""
        parts, told = [], []
        for name, before, after in changes:
            pieces = difference(before[:_LONG], after[:_LONG])
            parts.append(f'<p style="margin:0 0 6px 0"><b>{html.escape(name)}</b><br>{as_html(pieces)}</p>')
            told.append(f"{name}: {spoken(pieces)}")
        self.setHtml("".join(parts) or f"<p>{html.escape(tr('No field was changed.'))}</p>")
        self.setAccessibleDescription("; ".join(told))

"""Chips: short things in a row that can be opened and taken away."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import QEvent, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QToolButton, QWidget

from stdesk.i18n import tr
from stdesk.ui.icons import icon
from stdesk.ui.widgets.flow_layout import FlowLayout
from stdesk.ui.widgets.labels import plain

_LONGEST = 48  # characters shown of a chip


class Chip(QPushButton):
    """One chip. Enter opens it, Del or its ✕ takes it away, Ctrl+arrows move it.

    Signals:
        opened, removed: by keyboard or mouse.
        moved: by how many places.
    """

    opened = Signal()
    removed = Signal()
    moved = Signal(int)

    def __init__(self, text: str, *, removable: bool = True, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("chip", True)
        self.setText(plain(text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"))
        self.setToolTip(text)
        self.setAccessibleName(text)
        self.removable = removable
        self.clicked.connect(self.opened)
        self._close: QToolButton | None = None
        if removable:
            row = QHBoxLayout(self)
            row.setContentsMargins(0, 0, 4, 0)
            row.addStretch(1)
            self._close = QToolButton()
            self._close.setProperty("chip_close", True)
            self._close.setIcon(icon("x", "text_soft"))
            self._close.setIconSize(QSize(12, 12))
            self._close.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # Del does the same from the keyboard
            self._close.setAccessibleName(tr("Remove {name}", name=text))
            self._close.setToolTip(tr("Remove (Del)"))
            self._close.clicked.connect(self.removed)
            row.addWidget(self._close)

    def sizeHint(self) -> QSize:
        """The text with room for the ✕."""
        hint = super().sizeHint()
        wide = self.fontMetrics().horizontalAdvance(self.text()) + (44 if self._close else 26)
        return QSize(wide, max(28, hint.height()))

    def minimumSizeHint(self) -> QSize:
        """The same: a chip is never squeezed."""
        return self.sizeHint()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Del removes, Ctrl+arrows move, Enter opens."""
        key = event.key()
        control = event.modifiers() & Qt.KeyboardModifier.ControlModifier
        if key in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace) and self._close:
            self.removed.emit()
        elif control and key in (Qt.Key.Key_Left, Qt.Key.Key_Right):
            self.moved.emit(-1 if key == Qt.Key.Key_Left else 1)
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and not control:
            self.opened.emit()
        else:
            super().keyPressEvent(event)


class ChipRow(QWidget):
    """A wrapping row of chips, each with a key.

    Signals:
        opened: key of the chip pressed.
        removed: key of the chip taken away (the row itself is left as it is).
        moved: key and by how many places.
    """

    opened = Signal(str)
    removed = Signal(str)
    moved = Signal(str, int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._flow = FlowLayout(self, spacing=6)
        self._chips: dict[str, Chip] = {}
        self._tail: list[QWidget] = []

    def set_chips(self, chips: Iterable[tuple[str, str]], *, removable: bool = True) -> None:
        """Show (key, text) of each; focus stays at its place."""
        wanted = list(chips)
        keys = list(self._chips)
        held = next((at for at, key in enumerate(keys) if self._chips[key].hasFocus()), None)
        old, self._chips = self._chips, {}
        for place, (key, text) in enumerate(wanted):
            kept = old.pop(key, None)
            if kept is not None and kept.accessibleName() == text and kept.removable == removable:
                self._flow.removeWidget(kept)  # making a chip anew costs milliseconds
                chip = kept
            else:
                if kept is not None:
                    old[key] = kept
                chip = self._made(key, text, removable=removable)
            self._flow.insert(place, chip)
            chip.show()
            self._chips[key] = chip
        for gone in old.values():
            self._flow.removeWidget(gone)
            gone.hide()
            gone.deleteLater()
        self.updateGeometry()
        if held is not None and self._chips:
            list(self._chips.values())[min(held, len(self._chips) - 1)].setFocus()

    def _made(self, key: str, text: str, *, removable: bool) -> Chip:
        chip = Chip(text, removable=removable, parent=self)
        chip.opened.connect(lambda: self.opened.emit(key))
        chip.removed.connect(lambda: self.removed.emit(key))
        chip.moved.connect(lambda by: self.moved.emit(key, by))
        return chip

    def add_tail(self, widget: QWidget) -> None:
        """A widget that stands after the last chip."""
        self._flow.addWidget(widget)
        self._tail.append(widget)

    def chip(self, key: str) -> Chip | None:
        """The chip of ``key``."""
        return self._chips.get(key)

    @property
    def keys(self) -> list[str]:
        """The keys in their order."""
        return list(self._chips)

    def event(self, event: QEvent) -> bool:
        """A changed layout changes the height that the row needs."""
        if event.type() == QEvent.Type.LayoutRequest:
            self.updateGeometry()
        return super().event(event)

    def hasHeightForWidth(self) -> bool:
        """The narrower, the higher."""
        return True

    def heightForWidth(self, width: int) -> int:
        """Height of the wrapped row."""
        return self._flow.heightForWidth(width)

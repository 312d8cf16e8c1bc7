"""A line for a password: hidden, shown on demand, with a word when Caps Lock is on."""

from __future__ import annotations

import sys

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QToolButton, QWidget

from stdesk.i18n import tr
from stdesk.services.passwords import LONGEST
from stdesk.ui import theme
from stdesk.ui.icons import icon

_VK_CAPITAL = 0x14  # Windows' number of the key


def caps_in(event: QKeyEvent) -> bool | None:
    """Whether Caps Lock is on, as far as a key pressed tells; ``None`` = it does not."""
    if sys.platform == "win32":
        import ctypes

        return bool(ctypes.windll.user32.GetKeyState(_VK_CAPITAL) & 1)
    typed = event.text()
    if len(typed) != 1 or not typed.isalpha() or typed.upper() == typed.lower():
        return None
    shifted = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
    return typed.isupper() != shifted


class _Line(QLineEdit):
    caps_told = Signal(bool)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Typing, and what it says of Caps Lock."""
        told = caps_in(event)
        if event.key() == Qt.Key.Key_CapsLock:
            told = False  # just pressed: the next letter will tell
        if told is not None:
            self.caps_told.emit(told)
        super().keyPressEvent(event)


class PasswordLine(QWidget):
    """The line and the button that shows what is typed.

    Signals:
        caps_told: whether Caps Lock is on.
        changed: what is typed.
        entered: Enter was pressed.
    """

    caps_told = Signal(bool)
    changed = Signal(str)
    entered = Signal()

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(theme.tokens().xs)
        self.line = _Line()
        self.line.setEchoMode(QLineEdit.EchoMode.Password)
        self.line.setMaxLength(LONGEST)
        self.line.setContextMenuPolicy(Qt.ContextMenuPolicy.NoContextMenu)  # nothing of it is to be copied
        self.line.caps_told.connect(self.caps_told)
        self.line.textChanged.connect(self.changed)
        self.line.returnPressed.connect(self.entered)
        self.show_button = QToolButton()
        self.show_button.setCheckable(True)
        self.show_button.toggled.connect(self._show_text)
        row.addWidget(self.line, 1)
        row.addWidget(self.show_button)
        self.setFocusProxy(self.line)
        self.rename(name)
        self._show_text(False)

    def rename(self, name: str) -> None:
        """What readers call the line."""
        self.line.setAccessibleName(name)

    def text(self) -> str:
        """What is typed."""
        return self.line.text()

    def clear(self) -> None:
        """Nothing typed, nothing shown."""
        self.line.clear()
        self.show_button.setChecked(False)

    def _show_text(self, on: bool) -> None:
        mode = QLineEdit.EchoMode.Normal if on else QLineEdit.EchoMode.Password
        self.line.setEchoMode(mode)
        said = tr("Hide what is typed") if on else tr("Show what is typed")
        self.show_button.setIcon(icon("eye-slash" if on else "eye", "text"))
        self.show_button.setToolTip(said)
        self.show_button.setAccessibleName(said)

    def changeEvent(self, event: QEvent) -> None:
        """A line switched off shows nothing."""
        if event.type() == QEvent.Type.EnabledChange and not self.isEnabled():
            self.show_button.setChecked(False)
        super().changeEvent(event)

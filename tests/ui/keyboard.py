"""Typing as a Vietnamese keyboard does it: composed text comes as a committed string."""

from __future__ import annotations

from PySide6.QtGui import QInputMethodEvent
from PySide6.QtWidgets import QApplication, QWidget


def write(control: QWidget, text: str) -> None:
    """Type ``text`` into ``control``, word by word, through the input method."""
    for part in text.split(" "):
        for piece in (part, " "):
            event = QInputMethodEvent("", [])
            event.setCommitString(piece)
            QApplication.sendEvent(control, event)
    event = QInputMethodEvent("", [])
    event.setCommitString("", -1, 1)  # the blank after the last word
    QApplication.sendEvent(control, event)

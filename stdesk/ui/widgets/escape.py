"""Esc belongs to what lies over a page before it steps back in the page."""

from __future__ import annotations

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent


def claims_escape(event: QEvent) -> bool:
    """Whether ``event`` asks who wants Esc; it is then claimed, and comes as a key press."""
    asks = (
        isinstance(event, QKeyEvent)
        and event.type() == QEvent.Type.ShortcutOverride
        and event.key() == Qt.Key.Key_Escape
    )
    if asks:
        event.accept()
    return asks

"""Buttons with a picture before their text."""

from __future__ import annotations

from PySide6.QtCore import QSize
from PySide6.QtWidgets import QAbstractButton, QPushButton, QWidget

from stdesk.ui.icons import spaced_icon


def icon_button(picture: str, text: str, tone: str = "text", parent: QWidget | None = None) -> QPushButton:
    """A button with a picture in a colour of the theme, and air between it and ``text``."""
    button = QPushButton(text, parent)
    give_icon(button, picture, tone)
    return button


def give_icon(button: QAbstractButton, picture: str, tone: str = "text", size: int = 16) -> None:
    """Put a picture before the text of ``button``; Qt itself leaves next to no room between."""
    button.setIcon(spaced_icon(picture, tone))
    button.setIconSize(QSize(size + size // 4, size))

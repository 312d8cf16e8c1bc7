"""Icons: the bundled set, drawn in the colours of the theme."""

from __future__ import annotations

from functools import cache

from PySide6.QtCore import QByteArray, QRectF, QSize, Qt
from PySide6.QtGui import QIcon, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer
from PySide6.QtWidgets import QLabel, QWidget

from stdesk import resources
from stdesk.ui import theme

_SIZES = (16, 20, 24, 30, 32, 40, 48, 64, 96)  # 16, 20, 24, 32 and 48 px at 100, 150 and 200 %


def icon(name: str, tone: str = "text") -> QIcon:
    """The icon ``name`` in a colour of the theme: "text", "text_soft", "accent", "red", ..."""
    tokens = theme.tokens()
    return _drawn(name, getattr(tokens, tone), tokens.text_faint)


def spaced_icon(name: str, tone: str = "text") -> QIcon:
    """The icon for a button with a text: a quarter of its height is left free before the text."""
    tokens = theme.tokens()
    return _drawn(name, getattr(tokens, tone), tokens.text_faint, spaced=True)


def pixmap(name: str, tone: str, size: int, widget: QWidget | None = None) -> QPixmap:
    """The icon as a picture of ``size`` pixels, sharp on the screen of ``widget``."""
    ratio = widget.devicePixelRatioF() if widget else 1.0
    return icon(name, tone).pixmap(QSize(size, size), ratio)


def icon_label(name: str, tone: str = "text_soft", size: int = 20) -> QLabel:
    """A picture beside a text that says the same, so it stays unnamed for screen readers."""
    label = QLabel()
    label.setPixmap(pixmap(name, tone, size, label))
    label.setFixedSize(size, size)
    return label


def coloured_svg(name: str, colour: str) -> str:
    """The icon's source with its one colour set."""
    return resources.read_text("icons", f"{name}.svg").replace("currentColor", colour)


@cache
def _drawn(name: str, colour: str, faint: str, *, spaced: bool = False) -> QIcon:
    made = QIcon()
    for mode, shade in ((QIcon.Mode.Normal, colour), (QIcon.Mode.Disabled, faint)):
        renderer = QSvgRenderer(QByteArray(coloured_svg(name, shade).encode()))
        for size in _SIZES:
            picture = QPixmap(size + size // 4 if spaced else size, size)
            picture.fill(Qt.GlobalColor.transparent)
            painter = QPainter(picture)
            renderer.render(painter, QRectF(0, 0, size, size))
            painter.end()
            made.addPixmap(picture, mode)
    return made


def forget() -> None:
    """Drop what was drawn; pixmaps must not outlive the application."""
    _drawn.cache_clear()

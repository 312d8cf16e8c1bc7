"""A line of a list that is a button: picture, text cut at its end, a word at the right."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QPushButton, QSizePolicy, QStyle, QStyleOptionButton, QStylePainter, QWidget

from stdesk.text import clean
from stdesk.ui import theme
from stdesk.ui.icons import icon

_EDGE = 8
_GAP = 8


class LineButton(QPushButton):
    """Opens what it names; by mouse, Enter or blank."""

    def __init__(
        self, picture: str, tone: str, text: str, aside: str = "", parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setProperty("quiet", True)
        self._icon = icon(picture, tone)
        self._text, self._aside = clean(text[:500]), aside
        self.setAccessibleName(f"{self._text} {aside}".strip())
        self.setToolTip(self._text)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setAutoDefault(True)

    def sizeHint(self) -> QSize:
        """One line."""
        return QSize(240, theme.tokens().row)

    def minimumSizeHint(self) -> QSize:
        """As narrow as its place."""
        return QSize(80, theme.tokens().row)

    def paintEvent(self, event: QPaintEvent) -> None:
        """The button's own frame, then picture, text and word."""
        del event
        t = theme.tokens()
        painter = QStylePainter(self)
        option = QStyleOptionButton()
        self.initStyleOption(option)
        painter.drawControl(QStyle.ControlElement.CE_PushButtonBevel, option)
        self._draw_text(painter, t)
        painter.end()

    def _draw_text(self, painter: QPainter, t: theme.Tokens) -> None:
        height, metrics = self.height(), self.fontMetrics()
        self._icon.paint(painter, _EDGE, (height - t.icon) // 2, t.icon, t.icon)
        right = self.width() - _EDGE
        middle = Qt.AlignmentFlag.AlignVCenter
        if self._aside:
            wide = metrics.horizontalAdvance(self._aside)
            painter.setPen(t.text_soft)
            painter.drawText(right - wide, 0, wide, height, middle, self._aside)
            right -= wide + _GAP
        left = _EDGE + t.icon + _GAP
        shown = metrics.elidedText(self._text, Qt.TextElideMode.ElideRight, right - left)
        painter.setPen(t.text)
        painter.drawText(left, 0, right - left, height, middle, shown)

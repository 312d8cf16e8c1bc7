"""The ring: how much of the year to the due day is gone, and the days that are left."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from stdesk.ui import theme

_SIZE = 132
_THICK = 11.0


class DueRing(QWidget):
    """A ring with a number in it; the sentence beside it says the same in words."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._part, self._number, self._word, self._tone = 0.0, "", "", "accent"
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def show_days(self, part: float, number: str, word: str, tone: str) -> None:
        """Fill ``part`` (0 to 1) of the ring in ``tone``, with ``number`` over ``word`` inside."""
        self._part, self._number, self._word, self._tone = min(max(part, 0.0), 1.0), number, word, tone
        self.setAccessibleName(f"{number} {word}")
        self.update()

    def sizeHint(self) -> QSize:
        """A square."""
        return QSize(_SIZE, _SIZE)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the ring from the top, clockwise."""
        del event
        t = theme.tokens()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        edge = _THICK / 2 + 1
        ring = QRectF(self.rect()).adjusted(edge, edge, -edge, -edge)
        painter.setPen(QPen(QColor(t.line), _THICK))
        painter.drawEllipse(ring)
        pen = QPen(QColor(getattr(t, self._tone)), _THICK)
        pen.setCapStyle(Qt.PenCapStyle.RoundCap)
        painter.setPen(pen)
        if self._part > 0:
            painter.drawArc(ring, 90 * 16, -round(self._part * 360 * 16))
        painter.setPen(QColor(t.text))
        painter.setFont(theme.font(32, theme.font().weight()))
        middle = Qt.AlignmentFlag.AlignHCenter
        painter.drawText(ring.adjusted(0, 0, 0, -22), middle | Qt.AlignmentFlag.AlignVCenter, self._number)
        painter.setPen(QColor(t.text_soft))
        painter.setFont(theme.font(t.size_small))
        flags = middle | Qt.AlignmentFlag.AlignTop | Qt.TextFlag.TextWordWrap
        painter.drawText(ring.adjusted(22, 70, -22, 0), flags, self._word)
        painter.end()

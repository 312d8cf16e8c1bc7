"""A chart on the screen: the drawing of the paper in the window's colours and typeface."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QLineF, QPointF, QRectF, QSize
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from stdesk.services.charts import Box, Chart, Drawing, Label, Stroke, Tone, described, draw
from stdesk.ui import theme

_PIXELS = 96 / 72  # a point
_WIDEST = 760  # pixels: a longer bar says no more
_USUAL, _LEAST = 560, 260


class ChartView(QWidget):
    """Shows one chart as wide as there is room and as high as it needs; readers hear its numbers."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._chart: Chart | None = None
        self._drawing: Drawing | None = None
        self._drawn_for = 0
        self._metrics: dict[tuple[float, bool], QFontMetricsF] = {}
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        self.setMinimumWidth(_LEAST)
        self.hide()

    def show_chart(self, chart: Chart | None) -> None:
        """Show ``chart``; ``None`` shows nothing."""
        self._chart, self._drawing = chart, None
        self.setVisible(chart is not None)
        if chart is not None:
            self.setAccessibleName(chart.title)
            self.setAccessibleDescription(described(chart))
        self.updateGeometry()
        self.update()

    def drawing(self, width: int) -> Drawing | None:
        """What is painted ``width`` pixels wide, in points."""
        if self._chart is None:
            return None
        width = max(_LEAST, min(width, _WIDEST))
        if self._drawing is None or self._drawn_for != width:
            self._drawing = draw(self._chart, width / _PIXELS, self._measure)
            self._drawn_for = width
        return self._drawing

    def hasHeightForWidth(self) -> bool:
        """Labels wrap."""
        return True

    def heightForWidth(self, width: int) -> int:
        """As high as the chart needs to be."""
        drawing = self.drawing(width)
        return int(drawing.height * _PIXELS) + 2 if drawing else 0

    def sizeHint(self) -> QSize:
        """Of a usual width."""
        return QSize(_USUAL, self.heightForWidth(_USUAL))

    def minimumSizeHint(self) -> QSize:
        """As narrow as it can be read."""
        return QSize(_LEAST, self.heightForWidth(max(self.width(), _LEAST)))

    def changeEvent(self, event: QEvent) -> None:
        """Another typeface: everything is measured anew."""
        if event.type() in (QEvent.Type.FontChange, QEvent.Type.ApplicationFontChange):
            self._metrics.clear()
            self._drawing = None
            self.updateGeometry()
        super().changeEvent(event)

    def _font(self, size: float, bold: bool) -> QFont:
        font = QFont(self.font())
        font.setPixelSize(max(1, round(size * _PIXELS)))
        font.setBold(bold)
        return font

    def _measure(self, text: str, size: float, bold: bool) -> float:
        metrics = self._metrics.get((size, bold))
        if metrics is None:
            metrics = self._metrics[size, bold] = QFontMetricsF(self._font(size, bold))
        return metrics.horizontalAdvance(text) / _PIXELS

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the drawing in the colours of the theme."""
        del event
        drawing = self.drawing(self.width())
        if drawing is None:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        colours = _colours()
        for one in drawing.items:
            if isinstance(one, Box):
                _paint_box(painter, one, colours)
            elif isinstance(one, Stroke):
                painter.setPen(QPen(colours[one.tone], max(one.width * _PIXELS, 0.6)))
                painter.drawLine(_line(one))
            else:
                self._paint_label(painter, one, colours)
        painter.end()

    def _paint_label(self, painter: QPainter, one: Label, colours: dict[Tone, QColor]) -> None:
        painter.setPen(colours[one.tone])
        painter.setFont(self._font(one.size, one.bold))
        painter.drawText(QPointF(one.left * _PIXELS, one.y * _PIXELS), one.text)


def _line(one: Stroke) -> QLineF:
    return QLineF(one.x1 * _PIXELS, one.y1 * _PIXELS, one.x2 * _PIXELS, one.y2 * _PIXELS)


def _paint_box(painter: QPainter, one: Box, colours: dict[Tone, QColor]) -> None:
    place = QRectF(one.x * _PIXELS, one.y * _PIXELS, one.width * _PIXELS, one.height * _PIXELS)
    painter.fillRect(place, colours[one.fill])
    if one.outline:
        painter.setPen(QPen(colours[Tone.LINE], 0.8))
        painter.drawRect(place)


def _colours() -> dict[Tone, QColor]:
    t = theme.tokens()
    named = {
        Tone.DARK: t.accent,
        Tone.PALE: t.accent_soft,
        Tone.PAPER: t.surface,
        Tone.LINE: t.text_soft,
        Tone.FAINT: t.line,
        Tone.TEXT: t.text,
        Tone.SOFT: t.text_soft,
    }
    return {tone: QColor(name) for tone, name in named.items()}

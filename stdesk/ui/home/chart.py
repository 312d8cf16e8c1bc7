"""One chart: this year beside the last, a pair of bars for each kind."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QFrame, QSizePolicy, QVBoxLayout, QWidget

from stdesk.i18n import count, tr
from stdesk.ui import theme
from stdesk.ui.widgets.labels import label

_BAR, _GAP, _GROUP = 14, 3, 12


@dataclass(frozen=True, slots=True)
class Pair:
    """A kind's records of this year and of the year before."""

    name: str
    now: int
    before: int


class YearBars(QWidget):
    """Bars from left to right; numbers stand at their ends, so that nothing depends on colour."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._pairs: tuple[Pair, ...] = ()
        self._years = ("", "")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def show_pairs(self, pairs: Sequence[Pair], year: int) -> None:
        """Show these, of ``year`` and the year before."""
        self._pairs, self._years = tuple(pairs), (str(year), str(year - 1))
        parts = [
            f"{one.name}: {self._years[0]} {count(one.now)}, {self._years[1]} {count(one.before)}"
            for one in pairs
        ]
        self.setAccessibleName("; ".join(parts))
        self.setToolTip("\n".join(parts))
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        """High enough for the pairs."""
        return QSize(320, max(1, len(self._pairs)) * (2 * _BAR + _GAP + _GROUP))

    def minimumSizeHint(self) -> QSize:
        """As high as it wants to be."""
        return QSize(200, self.sizeHint().height())

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the pairs from the top."""
        del event
        t = theme.tokens()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(theme.font(t.size_small))
        metrics = painter.fontMetrics()
        names = max((metrics.horizontalAdvance(one.name) for one in self._pairs), default=0)
        left = min(names + 12, self.width() * 2 // 5)
        year = max(metrics.horizontalAdvance(one) for one in self._years) + 8
        most = max((max(one.now, one.before) for one in self._pairs), default=0) or 1
        numbers = metrics.horizontalAdvance(count(most)) + 12
        room = max(20, self.width() - left - year - numbers)
        y = _GROUP // 2
        for one in self._pairs:
            box = QRectF(0, y, left - 10, 2 * _BAR + _GAP)
            painter.setPen(QColor(t.text))
            shown = metrics.elidedText(one.name, Qt.TextElideMode.ElideRight, left - 10)
            painter.drawText(box, Qt.AlignmentFlag.AlignVCenter, shown)
            for at, (n, tone) in enumerate(((one.now, t.accent), (one.before, t.line_strong))):
                top = y + at * (_BAR + _GAP)
                wide = room * n / most
                line = QRectF(left, top - 2, year, _BAR + 4)
                painter.setPen(QColor(t.text_soft))
                painter.drawText(line, Qt.AlignmentFlag.AlignVCenter, self._years[at])
                painter.setPen(Qt.PenStyle.NoPen)
                painter.setBrush(QColor(tone))
                painter.drawRoundedRect(QRectF(left + year, top, max(wide, 2), _BAR), 3, 3)
                painter.setPen(QColor(t.text))
                place = QRectF(left + year + wide + 8, top - 2, numbers, _BAR + 4)
                painter.drawText(place, Qt.AlignmentFlag.AlignVCenter, count(n))
            y += 2 * _BAR + _GAP + _GROUP
        painter.end()


class ChartCard(QFrame):
    """The chart under its heading."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("place", "card")
        t = theme.tokens()
        column = QVBoxLayout(self)
        column.setContentsMargins(t.l, t.m, t.l, t.m)
        column.setSpacing(t.xs)
        self.title = label(tr("This year beside the last"), "section")
        self.bars = YearBars()
        column.addWidget(self.title)
        column.addWidget(self.bars)
        column.addStretch(1)

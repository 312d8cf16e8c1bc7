"""One step of a life on its line: a mark, its name, its day, and a word for where it stands."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QPushButton, QSizePolicy, QStyle, QStyleOptionButton, QStylePainter, QWidget

from stdesk.domain.dates import show
from stdesk.domain.due import Step, StepState
from stdesk.i18n import tr
from stdesk.ui import theme
from stdesk.ui.icons import icon

_LOOKS = {
    StepState.DONE: ("check-circle", "green"),
    StepState.NEXT: ("arrow-right", "accent"),
    StepState.LATE: ("warning", "red"),
    StepState.SKIPPED: ("minus", "text_soft"),
    StepState.NOT_DUE: ("circle", "text_soft"),
    StepState.STOPPED: ("stop", "red"),
}
_MARK = 20  # pixels of the mark
_LEFT = 12
_HEIGHT = 38


def state_look(state: StepState) -> tuple[str, str]:
    """Icon and colour of a state."""
    return _LOOKS[state]


def state_word(state: StepState) -> str:
    """What a state is called; colour never speaks alone."""
    return {
        StepState.DONE: tr("done"),
        StepState.NEXT: tr("next"),
        StepState.LATE: tr("overdue"),
        StepState.SKIPPED: tr("no day given"),
        StepState.NOT_DUE: tr("not due yet"),
        StepState.STOPPED: tr("stopped"),
    }[state]


def day_words(step: Step) -> str:
    """The day of a step: as written, or until when it is due."""
    if step.when:
        return show(step.when)
    return tr("by {day}", day=show(step.due.isoformat())) if step.due else ""


class StepButton(QPushButton):
    """A step; Enter, blank or the mouse leads to its field."""

    def __init__(self, step: Step, *, first: bool, last: bool, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.step = step
        self._first, self._last = first, last
        self.setProperty("quiet", True)
        picture, self._tone = state_look(step.state)
        self._icon = icon(picture, self._tone)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setAutoDefault(True)
        name = f"{step.label}: {day_words(step)}" if day_words(step) else step.label
        self.setAccessibleName(f"{name}, {state_word(step.state)}")
        self.setToolTip(self.accessibleName())

    def sizeHint(self) -> QSize:
        """One line with room for the mark."""
        return QSize(300, max(_HEIGHT, self.fontMetrics().height() + 16))

    def minimumSizeHint(self) -> QSize:
        """As narrow as its place."""
        return QSize(120, self.sizeHint().height())

    def paintEvent(self, event: QPaintEvent) -> None:
        """The button's frame, the piece of line, the mark and the words."""
        del event
        t = theme.tokens()
        painter = QStylePainter(self)
        option = QStyleOptionButton()
        self.initStyleOption(option)
        painter.drawControl(QStyle.ControlElement.CE_PushButtonBevel, option)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._draw_line(painter, t)
        self._draw_words(painter, t)
        painter.end()

    def _draw_line(self, painter: QPainter, t: theme.Tokens) -> None:
        x, middle = _LEFT + _MARK / 2, self.height() / 2
        painter.setPen(QPen(QColor(t.line_strong), 1.5))
        if not self._first:
            painter.drawLine(QPointF(x, 0), QPointF(x, middle - _MARK / 2 - 2))
        if not self._last:
            painter.drawLine(QPointF(x, middle + _MARK / 2 + 2), QPointF(x, self.height()))
        if self.step.state in (StepState.NEXT, StepState.LATE, StepState.STOPPED):
            soft = t.accent_soft if self.step.state is StepState.NEXT else t.red_soft
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(soft))
            painter.drawEllipse(QRectF(x - 13, middle - 13, 26, 26))
        self._icon.paint(painter, _LEFT, round(middle - _MARK / 2), _MARK, _MARK)

    def _draw_words(self, painter: QPainter, t: theme.Tokens) -> None:
        height, middle = self.height(), Qt.AlignmentFlag.AlignVCenter
        here = self.step.state in (StepState.NEXT, StepState.LATE, StepState.STOPPED)
        right = self.width() - 10
        word = state_word(self.step.state)
        painter.setPen(QColor(getattr(t, self._tone)))
        painter.setFont(theme.font(t.size_small))
        wide = max(painter.fontMetrics().horizontalAdvance(word), 84)
        painter.drawText(QRectF(right - wide, 0, wide, height), middle | Qt.AlignmentFlag.AlignRight, word)
        right -= wide + 12
        painter.setFont(theme.font())
        day = day_words(self.step)
        if day:
            room = painter.fontMetrics().horizontalAdvance(day)
            painter.setPen(QColor(t.text))
            painter.drawText(QRectF(right - room, 0, room + 1, height), middle, day)
            right -= room + 12
        weight = theme.HEADER_WEIGHT if here else theme.font().weight()
        painter.setFont(theme.font(t.size_body, weight))
        painter.setPen(QColor(t.text if here or self.step.state is StepState.DONE else t.text_soft))
        left = _LEFT + _MARK + 12
        room = max(0, round(right - left))
        shown = painter.fontMetrics().elidedText(self.step.label, Qt.TextElideMode.ElideRight, room)
        painter.drawText(QRectF(left, 0, room, height), middle, shown)

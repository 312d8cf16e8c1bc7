"""A month to pick a day from; only an aid, dates are typed."""

from __future__ import annotations

from datetime import date

from PySide6.QtCore import QDate, QEvent, QLocale, QObject, QPoint, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QTextCharFormat
from PySide6.QtWidgets import (
    QAbstractItemView,
    QCalendarWidget,
    QFrame,
    QHBoxLayout,
    QPushButton,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from stdesk import i18n
from stdesk.domain.dates import FIRST_YEAR, LAST_YEAR
from stdesk.i18n import tr
from stdesk.ui import theme
from stdesk.ui.icons import icon
from stdesk.ui.widgets.labels import label


class CalendarPopup(QFrame):
    """Arrows move, PageUp and PageDown change the month, Enter picks, Esc closes.

    Signals:
        picked: the ``date`` chosen.
    """

    picked = Signal(object)

    def __init__(self, at: date, today: date, parent: QWidget | None = None) -> None:
        super().__init__(parent, Qt.WindowType.Popup)
        self.setProperty("place", "popup")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        t = theme.tokens()
        column = QVBoxLayout(self)
        column.setContentsMargins(t.s, t.s, t.s, t.s)
        column.setSpacing(t.xs)
        self.calendar = QCalendarWidget()
        country = QLocale.Country.Vietnam if i18n.language() == "vi" else QLocale.Country.UnitedKingdom
        speech = QLocale.Language.Vietnamese if i18n.language() == "vi" else QLocale.Language.English
        self.calendar.setLocale(QLocale(speech, country))
        self.calendar.setFirstDayOfWeek(Qt.DayOfWeek.Monday)
        self.calendar.setVerticalHeaderFormat(QCalendarWidget.VerticalHeaderFormat.NoVerticalHeader)
        self.calendar.setDateRange(QDate(FIRST_YEAR, 1, 1), QDate(LAST_YEAR, 12, 31))
        self.calendar.setSelectedDate(QDate(at.year, at.month, at.day))
        self._dress(today)
        self.calendar.activated.connect(self._pick)
        self.calendar.clicked.connect(self._pick)
        self._view = self.calendar.findChild(QAbstractItemView)
        if self._view is not None:
            self._view.installEventFilter(self)
        column.addWidget(self.calendar)
        row = QHBoxLayout()
        row.addWidget(label(tr("Arrows, Enter · a month or a year alone is typed"), "small"), 1)
        now = QPushButton(tr("Today"))
        now.setProperty("link", True)
        now.clicked.connect(lambda: self._pick(QDate(today.year, today.month, today.day)))
        row.addWidget(now)
        column.addLayout(row)

    def _dress(self, today: date) -> None:
        """Its parts are outside the style sheet of the window."""
        t = theme.tokens()
        self.calendar.setStyleSheet(
            f"QWidget#qt_calendar_navigationbar {{ background: {t.raised}; }}"
            f"QCalendarWidget QToolButton {{ border: none; background: transparent; color: {t.text};"
            f" font-weight: 600; padding: 4px 8px; }}"
            f"QCalendarWidget QToolButton:hover {{ background: {t.hover}; }}"
            f"QCalendarWidget QTableView {{ border: none; background: {t.raised};"
            f" selection-background-color: {t.accent}; selection-color: {t.on_accent}; }}"
            f"QCalendarWidget QTableView::item {{ border: none; padding: 0px; }}"
        )
        plain, soft, bold = QTextCharFormat(), QTextCharFormat(), QTextCharFormat()
        plain.setForeground(QColor(t.text))
        soft.setForeground(QColor(t.text_soft))
        for day in (Qt.DayOfWeek.Saturday, Qt.DayOfWeek.Sunday):
            self.calendar.setWeekdayTextFormat(day, plain)  # Qt's red would mean "blocks" here
        self.calendar.setHeaderTextFormat(soft)
        bold.setForeground(QColor(t.accent))
        bold.setFontWeight(700)
        self.calendar.setDateTextFormat(QDate(today.year, today.month, today.day), bold)
        for name, picture in (
            ("qt_calendar_prevmonth", "caret-left"),
            ("qt_calendar_nextmonth", "caret-right"),
        ):
            button = self.calendar.findChild(QToolButton, name)
            if button is not None:
                button.setIcon(icon(picture, "text"))
                button.setAccessibleName(tr("Month before") if "prev" in name else tr("Month after"))

    def open_below(self, widget: QWidget) -> None:
        """Show it below ``widget``, inside the screen."""
        self.adjustSize()
        place = widget.mapToGlobal(QPoint(0, widget.height() + 2))
        room = widget.screen().availableGeometry()
        place.setX(max(room.left(), min(place.x(), room.right() - self.width())))
        if place.y() + self.height() > room.bottom():
            place.setY(max(room.top(), place.y() - self.height() - widget.height() - 4))
        self.move(place)
        self.show()
        (self._view or self.calendar).setFocus()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Enter picks at once; Qt would want it pressed in an edit mode of its own."""
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
                self._pick(self.calendar.selectedDate())
                return True
            if event.key() == Qt.Key.Key_Escape:
                self.close()
                return True
        return super().eventFilter(watched, event)

    def _pick(self, day: QDate) -> None:
        if self.isVisible():
            self.close()
            self.picked.emit(date(day.year(), day.month(), day.day()))

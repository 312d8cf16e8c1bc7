"""Which report: a year, a half, a plan, several years, or any span a person types."""

from __future__ import annotations

from datetime import date

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from stdesk.domain.periods import Period, parse_period, understand_period
from stdesk.errors import UserError
from stdesk.i18n import tr
from stdesk.ui import theme
from stdesk.ui.forms.choice_editor import QuietCombo
from stdesk.ui.widgets.escape import claims_escape
from stdesk.ui.widgets.labels import label

_YEARS_BACK = 6
_SPAN_OF_SUMMARY = 5
_ANY = "?"


def periods(today: date) -> list[Period]:
    """The periods worth offering: the next plan, then year by year report, halves and plan, then summaries.

    In the last weeks of a year the next one is offered too.
    """
    newest = today.year + (today.month == 12)
    codes = [f"{newest + 1}-KH"]
    for year in range(newest, newest - _YEARS_BACK, -1):
        codes += [f"{year}", f"{year}-H1", f"{year}-H2", f"{year}-KH"]
    block = today.year - today.year % _SPAN_OF_SUMMARY  # five-year programmes end in 2025, 2030 ...
    codes += [f"{last - _SPAN_OF_SUMMARY + 1}-{last}" for last in (block, block - _SPAN_OF_SUMMARY)]
    return [parse_period(code) for code in codes]


class _Line(QLineEdit):
    """Where any period is typed.

    Signals:
        given_up: Esc.
    """

    given_up = Signal()

    def event(self, event: QEvent) -> bool:
        """Esc is the line's own before it is the page's."""
        return claims_escape(event) or super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Esc gives up."""
        if event.key() == Qt.Key.Key_Escape:
            self.given_up.emit()
        else:
            super().keyPressEvent(event)


class PeriodChooser(QWidget):
    """A labelled list of periods with their documents; its last line lets one type any other.

    Signals:
        chosen: the :class:`Period` the person picked.
    """

    chosen = Signal(object)

    def __init__(self, today: date, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._today = today
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(theme.tokens().s)
        caption = label(tr("Period"), "label")
        self.combo = QuietCombo()
        self.combo.setAccessibleName(tr("Reporting period"))
        self.combo.setMinimumContentsLength(24)
        self.combo.setMaxVisibleItems(20)
        for one in periods(today):
            self._offer(one)
        self.combo.addItem(tr("Another period…"), _ANY)
        self.line = _Line()
        self.problem = label("", "error")
        self.problem.hide()
        self.line.setPlaceholderText(tr("01/01/2026 - 30/09/2026, or 2021-2025"))
        self.line.setAccessibleName(tr("Another period: two days, or years"))
        self.line.setMinimumWidth(250)
        self.line.setToolTip(tr("Enter takes it, Esc goes back"))
        self.line.returnPressed.connect(self._typed)
        self.line.given_up.connect(self._give_up)
        self.line.textEdited.connect(lambda _text: self._mark(""))
        self.line.hide()
        caption.setBuddy(self.combo)
        row.addWidget(caption)
        row.addWidget(self.combo)
        typed = QVBoxLayout()
        typed.setSpacing(0)
        typed.addWidget(self.line)
        typed.addWidget(self.problem)
        row.addLayout(typed)
        self._period = parse_period(str(today.year))
        self.show_period(self._period.code)
        self.combo.activated.connect(lambda _at: self._picked())

    @property
    def period(self) -> Period:
        """The period shown."""
        return self._period

    def show_period(self, code: str) -> None:
        """Show the period called ``code``, telling nobody; what is no period changes nothing."""
        try:
            period = parse_period(code)
        except UserError:
            return
        at = self.combo.findData(period.code)
        if at < 0:
            at = self.combo.count() - 1
            self.combo.insertItem(at, str(period.name), period.code)
        self._period = period
        self.combo.setCurrentIndex(at)
        self._ask(typing=False)

    def _offer(self, period: Period) -> None:
        self.combo.addItem(str(period.name), period.code)

    def _picked(self) -> None:
        if self.combo.currentData() == _ANY:
            self._ask(typing=True)
            return
        self._period = parse_period(str(self.combo.currentData()))
        self.chosen.emit(self._period)

    def _ask(self, *, typing: bool) -> None:
        self.combo.setVisible(not typing)
        self.line.setVisible(typing)
        if typing:
            self.line.clear()
            self._mark("")
            self.line.setFocus(Qt.FocusReason.OtherFocusReason)

    def _typed(self) -> None:
        try:
            period = understand_period(self.line.text(), self._today)
        except UserError as error:
            self._mark(str(error))
            return
        self.show_period(period.code)
        self.combo.setFocus(Qt.FocusReason.OtherFocusReason)
        self.chosen.emit(self._period)

    def _mark(self, problem: str) -> None:
        self.line.setAccessibleDescription(problem)
        self.problem.setText(tr("No period. Write two days, or years.") if problem else "")
        self.problem.setToolTip(problem)
        self.problem.setVisible(bool(problem))

    def _give_up(self) -> None:
        self.show_period(self._period.code)
        self.combo.setFocus(Qt.FocusReason.OtherFocusReason)

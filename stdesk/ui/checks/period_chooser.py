"""Which period: a year or one of its halves."""

from __future__ import annotations

from datetime import date

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QWidget

from stdesk.domain.periods import Period, parse_period
from stdesk.i18n import tr
from stdesk.ui import theme
from stdesk.ui.forms.choice_editor import QuietCombo
from stdesk.ui.widgets.labels import label

_YEARS_BACK = 6


def periods(today: date) -> list[Period]:
    """The periods worth offering, newest year first; in the last weeks of a year the next one too."""
    newest = today.year + (today.month == 12)
    years = range(newest, newest - _YEARS_BACK, -1)
    return [parse_period(f"{year}{part}") for year in years for part in ("", "-H1", "-H2")]


class PeriodChooser(QWidget):
    """A labelled list of periods.

    Signals:
        chosen: the :class:`Period` the person picked.
    """

    chosen = Signal(object)

    def __init__(self, today: date, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(theme.tokens().s)
        caption = label(tr("Period"), "label")
        self.combo = QuietCombo()
        self.combo.setAccessibleName(tr("Reporting period"))
        self.combo.setMinimumContentsLength(18)
        self._periods = periods(today)
        for one in self._periods:
            text = str(one.label)
            self.combo.addItem(text[:1].upper() + text[1:])
        caption.setBuddy(self.combo)
        row.addWidget(caption)
        row.addWidget(self.combo)
        self.show_period(str(today.year))
        self.combo.activated.connect(lambda _at: self.chosen.emit(self.period))

    @property
    def period(self) -> Period:
        """The period shown."""
        return self._periods[self.combo.currentIndex()]

    def show_period(self, code: str) -> None:
        """Show the period called ``code``, telling nobody; one that is not offered changes nothing."""
        place = next((at for at, one in enumerate(self._periods) if one.code == code), None)
        if place is not None:
            self.combo.setCurrentIndex(place)

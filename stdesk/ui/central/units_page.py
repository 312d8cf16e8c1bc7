"""The first page: who has sent, who is late, what has to be done."""

from __future__ import annotations

from functools import partial

from PySide6.QtWidgets import QPushButton, QWidget

from stdesk.central.model import QUARANTINED, UnitStatus
from stdesk.i18n import count, tr
from stdesk.ui import theme
from stdesk.ui.central import reading, words
from stdesk.ui.central.page import CentralPage, PeriodChoice, fill, table_of
from stdesk.ui.central.reading import Overview
from stdesk.ui.central.session import CentralSession
from stdesk.ui.tables.rows_model import RowsColumn
from stdesk.ui.widgets.empty_state import EmptyState
from stdesk.ui.widgets.flow_layout import FlowLayout
from stdesk.ui.widgets.labels import label, plain


class UnitsPage(CentralPage):
    """Numbers that filter, over the table of the units."""

    name = "units"

    def __init__(self, centre: CentralSession, parent: QWidget | None = None) -> None:
        super().__init__(centre, parent)
        self._seen: Overview | None = None
        self._shown: list[UnitStatus] = []
        self._filter = words.ALL
        self.period = PeriodChoice(centre)
        self.head.add_action(self.period)
        self.about = label("", "soft", wrap=True)
        self.column.addWidget(self.about)
        self.filters = QWidget()
        self.filters.setAccessibleName(tr("Show only these units"))
        flow = FlowLayout(self.filters, theme.tokens().s)
        self.buttons: dict[str, QPushButton] = {}
        for name in words.FILTERS:
            button = QPushButton()
            button.setCheckable(True)
            button.clicked.connect(partial(self.show_only, name))
            self.buttons[name] = button
            flow.addWidget(button)
        self.column.addWidget(self.filters)
        self.table, self.model = table_of(
            (
                RowsColumn(tr("Code"), 8),
                RowsColumn(tr("Unit"), 0),
                RowsColumn(tr("State"), 16),
                RowsColumn(tr("To do"), 21),
                RowsColumn(tr("Came on"), 14),
            ),
            tr("Units, what has to be done first"),
            self,
        )
        self.spare(self.table, 4)
        self.table.row_opened.connect(self._open)
        self.column.addWidget(self.table, 1)
        self.none = label(tr("No unit is in this state."), "soft")
        self.column.addWidget(self.none)
        self.empty = EmptyState(
            "users-three",
            tr("No unit is registered yet"),
            tr(
                "A unit gives its key card on a stick. Open the card, compare its eight words with the unit over the "
                "telephone, then write the key roster for everybody."
            ),
            tr("Open a key card…"),
            partial(centre.page_wanted.emit, "keys", "card"),
        )
        self.column.addWidget(self.empty, 1)
        self._lay_out()

    def title(self) -> str:
        """The page's name."""
        return tr("Units")

    def focus_place(self) -> QWidget:
        """The table, or the way to begin."""
        return self.table if self._seen and self._seen.registered else self.empty.button or self

    def refresh(self) -> None:
        """Read who has sent."""
        self.read(partial(reading.overview, self.centre.agency, self.centre.period), self._show)

    def _show(self, seen: Overview) -> None:
        other = self._seen is not None and self._seen.period.code != seen.period.code
        self._seen = seen
        self.period.show_periods(seen.periods)
        self.about.setText(
            tr("{period}, due {day}", period=str(seen.period.name), day=f"{seen.period.due:%d/%m/%Y}")
        )
        self._lay_out()
        self._fill(0 if other else None)
        self.settle_focus()

    def _lay_out(self) -> None:
        there = bool(self._seen and self._seen.registered)
        for widget in (self.filters, self.table, self.about, self.period):
            widget.setVisible(there)
        self.empty.setVisible(self._seen is not None and not there)

    def show_only(self, name: str, _on: bool = True) -> None:
        """Show the units of one filter; pressed twice, all of them."""
        self._filter = words.ALL if name == self._filter else name
        self._fill(0)

    def _fill(self, at: int | None) -> None:
        statuses = self._seen.statuses if self._seen else ()
        for name, button in self.buttons.items():
            n = sum(words.is_in(one, name) for one in statuses)
            text = f"{words.filter_word(name)}  {count(n)}"
            button.setText(plain(text))
            button.setAccessibleName(text)
            button.setChecked(name == self._filter)
        held = self.current()
        wanted = [one for one in statuses if words.is_in(one, self._filter)]
        self._shown = sorted(wanted, key=lambda one: (words.urgency(one), -one.days_late, one.unit))
        if at is None and held is not None:
            at = next((n for n, one in enumerate(self._shown) if one.unit == held.unit), None)
        fill(self.table, self.model, [words.unit_row(one) for one in self._shown], at)
        self.none.setVisible(bool(self._seen and self._seen.registered and not self._shown))

    def current(self) -> UnitStatus | None:
        """The unit one is at."""
        at = self.table.currentIndex().row()
        return self._shown[at] if 0 <= at < len(self._shown) else None

    def _open(self, at: int) -> None:
        one = self._shown[at]
        which = QUARANTINED if one.blocked else one.package.fingerprint if one.package else ""
        self.centre.page_wanted.emit("unit", (one.unit, which))

    def step_back(self) -> bool:
        """Esc: all units again."""
        if self._filter != words.ALL:
            self.show_only(words.ALL)
            return True
        return False

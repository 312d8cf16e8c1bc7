"""The calendar: a month at the left, what is due at the right, overdue first; each line opens its record."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from functools import partial
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QSplitter, QToolButton, QVBoxLayout, QWidget

from stdesk.domain.dates import show as show_date
from stdesk.i18n import ntr, tr
from stdesk.progress import Progress
from stdesk.services.calendar import DueItem
from stdesk.services.desk import Desk
from stdesk.ui import theme
from stdesk.ui.calendar.month import MonthView
from stdesk.ui.icons import icon
from stdesk.ui.page import Page
from stdesk.ui.session import Session
from stdesk.ui.tables.rows_model import CENTRE, Cell, RowsColumn, RowsModel
from stdesk.ui.tables.view import TableView
from stdesk.ui.tasks import Task
from stdesk.ui.widgets.chips import Chip
from stdesk.ui.widgets.labels import label
from stdesk.ui.widgets.page_head import PageHead
from stdesk.ui.widgets.progress_strip import ProgressStrip

_MOST = 200  # overdue lines listed, and as many again of a month; more are named by their number


class CalendarPage(Page):
    """A month and its agenda; Enter on a day lists that day, Esc the month again."""

    name = "calendar"

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(session, parent)
        self.items: tuple[DueItem, ...] = ()
        self.listed: Sequence[DueItem] = ()
        self._late: list[DueItem] = []
        self._late_rows: list[tuple[Cell, Cell, Cell]] = []
        self._by_month: dict[tuple[int, int], list[DueItem]] = {}
        self.only: date | None = None
        self._task: Task | None = None
        t = theme.tokens()
        column = QVBoxLayout(self)
        column.setContentsMargins(t.xl, t.l, t.xl, t.l)
        column.setSpacing(t.m)
        self.head = PageHead(self.title())
        column.addWidget(self.head)
        self._turning()
        self.progress = ProgressStrip()
        column.addWidget(self.progress)
        split = QSplitter(Qt.Orientation.Horizontal)
        split.setChildrenCollapsible(False)
        split.setHandleWidth(t.l)
        self.month = MonthView(session.desk.today())
        self.month.setMinimumWidth(340)
        self.month.day_chosen.connect(lambda _day: self._moved())
        self.month.day_opened.connect(self.open_day)
        split.addWidget(self.month)
        split.addWidget(self._agenda())
        split.setSizes([540, 620])
        column.addWidget(split, 1)
        self._moved()

    def title(self) -> str:
        """The page's name."""
        return tr("Calendar")

    def _turning(self) -> None:
        for picture, text, months in (
            ("caret-left", tr("The month before (Page Up)"), -1),
            ("caret-right", tr("The month after (Page Down)"), 1),
        ):
            button = QToolButton()
            button.setIcon(icon(picture, "text"))
            button.setToolTip(text)
            button.setAccessibleName(text)
            button.clicked.connect(partial(self._turn, months))
            self.head.add_action(button)
        today = QPushButton(tr("Today"))
        today.clicked.connect(lambda: self.month.go(self.session.desk.today()))
        self.head.add_action(today)

    def _agenda(self) -> QWidget:
        t = theme.tokens()
        side = QWidget()
        column = QVBoxLayout(side)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(t.s)
        row = QHBoxLayout()
        row.setSpacing(t.s)
        self.about = label("", "strong", wrap=True)
        self.day_chip = Chip("")
        self.day_chip.removed.connect(self.whole_month)
        self.day_chip.opened.connect(self.whole_month)
        self.day_chip.hide()
        row.addWidget(self.day_chip)
        row.addWidget(self.about, 1)
        column.addLayout(row)
        self.model = RowsModel(
            (RowsColumn(tr("Due"), 12, CENTRE), RowsColumn(tr("Title"), 0), RowsColumn(tr("What"), 15)),
            parent=self,
        )
        self.table = TableView()
        self.table.setModel(self.model)
        self.table.horizontalHeader().setStretchLastSection(False)
        self.table.setAccessibleName(tr("What is due, overdue first"))
        self.table.row_opened.connect(self.open_row)
        column.addWidget(self.table, 1)
        return side

    # -- reading -----------------------------------------------------------------------------

    def refresh(self) -> None:
        """Work out what is due, off the GUI thread."""
        if self._task is not None:
            self._task.cancel()
        task = self.session.runner.run(self, partial(_everything, self.session.desk), slow=True)
        task.finished.connect(self._show)
        task.failed.connect(self.session.say_error)
        task.ended.connect(partial(self._ended, task))
        self._task = task
        self.progress.follow(task)

    def _ended(self, task: Task) -> None:
        if self._task is task:
            self._task = None

    def _show(self, items: tuple[DueItem, ...]) -> None:
        self.items = items
        self._late = [one for one in items if one.overdue]
        self._late_rows = [_row(one) for one in self._late[:_MOST]]
        self._by_month = {}
        for one in items:
            self._by_month.setdefault((one.on.year, one.on.month), []).append(one)
        self.month.sheet.set_items(items)
        self._list()

    def open_with(self, arguments: Any) -> None:
        """{"day": date}: be on that day."""
        if isinstance(arguments, Mapping) and isinstance(arguments.get("day"), date):
            self.month.go(arguments["day"])

    def focus_place(self) -> QWidget:
        """The month."""
        return self.month

    def step_back(self) -> bool:
        """From the list to the month, then from one day to the whole month."""
        if self.table.hasFocus():
            self.month.setFocus()
        elif self.only is not None:
            self.whole_month()
        else:
            return False
        return True

    # -- moving ------------------------------------------------------------------------------

    def _turn(self, months: int, _checked: bool = False) -> None:
        self.month.turn(months)

    def _moved(self) -> None:
        month = self.month.sheet.month
        self.head.set_title(tr("Calendar, {month}", month=f"{month:%m/%Y}"))
        if self.only is not None and self.only != self.month.day:
            self.only = None
        self._list()

    def open_day(self, day: date) -> None:
        """List what is due on ``day``."""
        self.only = day
        self._list()
        if self.listed:
            self.table.selectRow(0)
            self.table.setFocus()

    def whole_month(self) -> None:
        """List the month again, what is overdue before it."""
        self.only = None
        self._list()
        self.month.setFocus()

    def _list(self) -> None:
        month = self.month.sheet.month
        if self.only is not None:
            found, rows = list(self.month.sheet.items(self.only)), []
            text = (
                ntr("{n} thing due", "{n} things due", len(found))
                if found
                else tr("Nothing is due on this day.")
            )
            hidden = 0
        else:
            inside = self._by_month.get((month.year, month.month), [])
            ahead = [one for one in inside if not one.overdue]
            found, rows = [*self._late[:_MOST], *ahead], self._late_rows
            text = self._sentence(self._late, inside)
            hidden = max(0, len(self._late) - _MOST)
        self.listed = found[: 2 * _MOST]
        self.model.set_rows([*rows, *(_row(one) for one in self.listed[len(rows) :])])
        hidden += len(found) - len(self.listed)
        if hidden:
            text += " · " + ntr("{n} more not listed", "{n} more not listed", hidden)
        self.about.setText(text)
        self.day_chip.setVisible(self.only is not None)
        if self.only is not None:
            shown = show_date(self.only.isoformat())
            self.day_chip.setText(shown)
            self.day_chip.setAccessibleName(tr("Only {day}; press for the whole month", day=shown))

    @staticmethod
    def _sentence(late: Sequence[DueItem], inside: Sequence[DueItem]) -> str:
        parts = []
        if late:
            parts.append(ntr("{n} thing overdue", "{n} things overdue", len(late)))
        ahead = sum(not one.overdue for one in inside)
        parts.append(ntr("{n} thing due this month", "{n} things due this month", ahead))
        return " · ".join(parts) if late or ahead else tr("Nothing is due this month.")

    def open_row(self, row: int) -> None:
        """Open the record of a line, at the field that says it is done; a report opens its checks."""
        one = self.listed[row]
        if one.record:
            self.session.record_wanted.emit(one.kind, one.record, one.field)
        else:
            self.session.page_wanted.emit("checks", {"period": one.period})


def _everything(desk: Desk, progress: Progress) -> tuple[DueItem, ...]:
    return desk.calendar.everything(progress)


def _row(one: DueItem) -> tuple[Cell, Cell, Cell]:
    day = show_date(one.on.isoformat())
    late = ntr("{n} day late", "{n} days late", -one.days) if one.overdue else ""
    tip = f"{day}, {late}" if late else day
    first = Cell(day, "warning" if one.overdue else "", "red", tip, coloured=one.overdue)
    what = Cell(one.text, tip=f"{one.text} ({one.article})" if one.article else "")
    return first, Cell(one.title), what

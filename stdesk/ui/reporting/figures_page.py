"""The figures of a report: each beside what it was, what is expected, and the records that make it."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any

from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QStackedWidget, QVBoxLayout, QWidget

from stdesk.domain.periods import Period
from stdesk.domain.records import Changes
from stdesk.errors import UserError
from stdesk.i18n import tr
from stdesk.services.figures import Snapshot
from stdesk.ui import theme
from stdesk.ui.checks.period_chooser import PeriodChooser
from stdesk.ui.page import Page
from stdesk.ui.reporting.figures_body import FiguresBody
from stdesk.ui.reporting.known import BESIDE_THE_FIGURES, Drafted, Known, gather
from stdesk.ui.reporting.road import Road
from stdesk.ui.reporting.road_state import FIGURES
from stdesk.ui.session import Session
from stdesk.ui.tasks import Task
from stdesk.ui.widgets.empty_state import EmptyState
from stdesk.ui.widgets.labels import plain
from stdesk.ui.widgets.note_line import NoteLine
from stdesk.ui.widgets.page_head import PageHead
from stdesk.ui.widgets.progress_strip import ProgressStrip

_LONG_S = 8.0  # seconds of gathering after which it is done anew only when asked for
_EMPTY, _BODY = range(2)


class FiguresPage(Page):
    """Tables at the left, the one in hand at the right, below it the records behind a figure."""

    name = "figures"

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        known = Known.of(session)  # first: it must hear of a change before the page does
        super().__init__(session, parent)
        self.known = known
        self.snapshot: Snapshot | None = None
        self._task: Task | None = None
        self._wanted = ""
        self._took = 0.0
        t = theme.tokens()
        column = QVBoxLayout(self)
        column.setContentsMargins(t.xl, t.l, t.xl, t.m)
        column.setSpacing(t.s)
        head = PageHead(self.title())
        self.chooser = PeriodChooser(session.desk.today())
        self.chooser.chosen.connect(lambda _period: self._period_chosen())
        head.add_action(self.chooser)
        column.addWidget(head)
        self.road = Road(session)
        column.addWidget(self.road)
        self.progress = ProgressStrip()
        column.addWidget(self.progress)
        self.note = NoteLine()
        column.addWidget(self.note)
        self.stack = QStackedWidget()
        self.empty = EmptyState("sigma", "", "", tr("Import from Excel"), self._to_import)
        self.stack.addWidget(self.empty)
        self.body = FiguresBody(session)
        self.stack.addWidget(self.body)
        column.addWidget(self.stack, 1)
        self.road.show(self.chooser.period, FIGURES)
        self._say_waiting()

    def title(self) -> str:
        """The page's name."""
        return tr("Figures")

    def focus_place(self) -> QWidget:
        """The figures; before there are any, the period."""
        return self.body.view if self.stack.currentIndex() == _BODY else self.chooser.combo

    # -- where one is ------------------------------------------------------------------------

    def open_with(self, arguments: Any) -> None:
        """{"period": code, "figure": name of a figure whose records are wanted}."""
        if not isinstance(arguments, Mapping):
            return
        self._wanted = str(arguments.get("figure") or "")
        code = str(arguments.get("period") or self.chooser.period.code)
        if code != self.chooser.period.code:
            self.chooser.show_period(code)
            self._period_chosen()
        elif self.snapshot is not None:
            self._show_wanted()

    def place(self) -> Any:
        """The period."""
        return {"period": self.chooser.period.code}

    def _period_chosen(self) -> None:
        self._cancel()
        self.snapshot = None
        self.road.show(self.chooser.period, FIGURES)
        self._took = 0.0
        self.body.behind.hide()
        self.refresh()

    def showEvent(self, event: QShowEvent) -> None:
        """A draft gathered elsewhere meanwhile is taken over."""
        super().showEvent(event)
        held = self.known.draft(self.chooser.period.code)
        if held is not None and self.snapshot is not held.snapshot and self._task is None:
            self._show(held)

    def concerns(self, changes: Changes) -> bool:
        """What is written beside the records changes no figure; estimates are read by themselves."""
        if changes.label in BESIDE_THE_FIGURES and self.snapshot is not None:
            self.body.read_estimates()
            return False
        return True

    def step_back(self) -> bool:
        """Esc: stop gathering, then put the list of records away."""
        if self._task is not None:
            self._task.cancel()
            return True
        if self.body.behind.isVisible():
            self.body.put_away()
            return True
        return False

    # -- gathering ---------------------------------------------------------------------------

    def refresh(self) -> None:
        """Gather the figures anew; when that takes long, only when asked for."""
        held = self.known.draft(self.chooser.period.code)
        if held is not None:
            self._show(held)
        elif self.snapshot is not None and self._took > _LONG_S:
            text = tr("Records were changed; these figures are from before.")
            self.note.tell(text, [(tr("Count anew"), self.gather)], picture="clock-counter-clockwise")
        else:
            self.gather()

    def gather(self) -> None:
        """Count every figure of the period."""
        self._cancel()
        self.note.clear()
        if self.snapshot is None:
            self._say_waiting()
        desk, code = self.session.desk, self.chooser.period.code
        task = self.session.runner.run(self, partial(gather, desk, code), slow=True)
        task.finished.connect(partial(self._gathered, task, self.known.generation))
        task.failed.connect(self._failed)
        task.cancelled.connect(self._stopped)
        task.ended.connect(partial(self._ended, task))
        self._task = task
        self.progress.follow(task)

    def _cancel(self) -> None:
        task, self._task = self._task, None
        if task is not None:
            task.blockSignals(True)
            task.cancel()
            self.progress.hide()

    def _ended(self, task: Task) -> None:
        if self._task is task:
            self._task = None

    def _gathered(self, task: Task, generation: int, drafted: Drafted) -> None:
        if self._task is task:
            self.known.note_draft(drafted, generation)
            self._show(drafted)

    def _failed(self, error: BaseException) -> None:
        if isinstance(error, UserError) and self.snapshot is None:
            self._say_empty(tr("The figures cannot be gathered"), str(error), tr("Try again"), self.gather)
        else:
            self.session.say_error(error, self.gather)

    def _stopped(self) -> None:
        self.session.say(tr("Stopped. Nothing was changed."))
        if self.snapshot is None:
            text = tr("Gathering was stopped; nothing was changed.")
            self._say_empty(tr("No figures yet"), text, tr("Count anew"), self.gather)

    def _say_waiting(self) -> None:
        self._say_empty(tr("The figures are being gathered"), tr("They stand here in a moment."))

    def _say_empty(self, title: str, text: str, words: str = "", act: Any = None) -> None:
        self.empty.set_texts(title, text)
        button = self.empty.button
        if button is not None:
            button.setVisible(bool(words))
            button.setText(plain(words))
            button.clicked.disconnect()
            button.clicked.connect(lambda: act() if act else None)
        self.stack.setCurrentIndex(_EMPTY)

    # -- showing -----------------------------------------------------------------------------

    def _show(self, drafted: Drafted) -> None:
        self.note.clear()
        self.snapshot, self._took = drafted.snapshot, drafted.took
        period = self.chooser.period
        if not any(drafted.snapshot.records.values()) and not drafted.snapshot.comparison.get("rows"):
            self._say_nothing(period)
            return
        self._say_time(period)
        self.body.show_snapshot(drafted.snapshot, period)
        self.stack.setCurrentIndex(_BODY)
        self._show_wanted()

    def _say_nothing(self, period: Period) -> None:
        text = tr("Take in a workbook, add records with a date in it, or choose another period.")
        title = tr("Nothing belongs to {period} yet.", period=str(period.label))
        if period.start > self.session.desk.today() and not period.is_plan:
            text = tr("It begins on {day}.", day=f"{period.start:%d/%m/%Y}") + " " + text
        self._say_empty(title, text, tr("Import from Excel"), self._to_import)

    def _say_time(self, period: Period) -> None:
        if period.start > self.session.desk.today() and not period.is_plan:
            text = tr(
                "{period} has not begun: only what is dated ahead is counted.", period=str(period.label)
            )
            self.note.tell(text[:1].upper() + text[1:])

    def _show_wanted(self) -> None:
        """Go to the figure another page asked for."""
        wanted, self._wanted = self._wanted, ""
        if wanted:
            self.body.go_to(wanted)

    def _to_import(self) -> None:
        self.session.page_wanted.emit("import", None)

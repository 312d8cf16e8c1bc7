"""The overview: when is it due, what is missing, what comes next, what was I doing."""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import (
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QPushButton,
    QScrollArea,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from stdesk import paths
from stdesk.domain.dates import show as show_date
from stdesk.domain.kinds import Kind
from stdesk.domain.records import State
from stdesk.i18n import count, ntr, tr
from stdesk.progress import Progress
from stdesk.services.calendar import DueItem
from stdesk.services.sample import make_sample
from stdesk.services.standing import NOT_SENT, Standing
from stdesk.ui import theme
from stdesk.ui.checks.grouping import Group
from stdesk.ui.home.cards import ActsRow, DueCard, Line, LinesCard, WayCard
from stdesk.ui.home.chart import ChartCard, Pair
from stdesk.ui.home.notices import Notices, Sent, read_sent
from stdesk.ui.home.overview import MOST, Ahead, Missing, Overview, Recent, Survey, glance, look_ahead, survey
from stdesk.ui.icons import icon_label
from stdesk.ui.page import Page
from stdesk.ui.records.facet_panel import FINDINGS, STATE
from stdesk.ui.session import Session
from stdesk.ui.tasks import Task
from stdesk.ui.widgets import remembered
from stdesk.ui.widgets.finding_line import severity_look
from stdesk.ui.widgets.labels import label
from stdesk.ui.widgets.page_head import PageHead
from stdesk.ui.widgets.progress_strip import ProgressStrip

_SETTLE_MS = 200  # several acts in a row are gathered once
_LONG_S = 8.0  # seconds of checking after which it is done anew only when asked for
_OWN = "own_library"  # where the unit's own data lies, while one looks at the sample


class HomePage(Page):
    """The first page; an empty library shows the ways to begin instead."""

    name = "home"

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(session, parent)
        self.found: Overview | None = None
        self.ahead: Ahead | None = None
        self.checks: Survey | None = None
        self.sent: Sent | None = None
        self._tasks: list[Task] = []
        self._again = False
        self._took = self._began = 0.0  # how long the checks took last, and when they began
        t = theme.tokens()
        column = QVBoxLayout(self)
        column.setContentsMargins(t.xl, t.s, t.xl, t.s)
        column.setSpacing(t.s)
        column.addWidget(PageHead(self.title()))
        column.addWidget(self._banner())
        self.stack = QStackedWidget()
        self.stack.addWidget(QWidget())  # until the first answer
        self.stack.addWidget(_scrolled(self._full()))
        self.stack.addWidget(_scrolled(self._empty()))
        column.addWidget(self.stack, 1)
        self._settle = QTimer(self, interval=_SETTLE_MS, singleShot=True)
        self._settle.timeout.connect(self._gather)

    def title(self) -> str:
        """The page's name."""
        return tr("Overview")

    # -- parts -------------------------------------------------------------------------------

    def _banner(self) -> QFrame:
        t = theme.tokens()
        self.banner = QFrame()
        self.banner.setProperty("place", "note")
        self.banner.setProperty("tone", "amber")
        row = QHBoxLayout(self.banner)
        row.setContentsMargins(t.m, t.xs, t.s, t.xs)
        row.setSpacing(t.s)
        row.addWidget(icon_label("eye", "amber", 20))
        text = tr(
            "This is the sample: unit, people and figures are invented. Try everything, nothing can go wrong."
        )
        row.addWidget(label(text, wrap=True), 1)
        self.own = QPushButton(tr("Back to the unit's own data"))
        self.own.clicked.connect(self._to_own)
        row.addWidget(self.own)
        self.banner.setAccessibleName(text)
        self.banner.hide()
        return self.banner

    def _full(self) -> QWidget:
        t = theme.tokens()
        side = QWidget()
        grid = QGridLayout(side)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setSpacing(t.m)
        go = self.session.page_wanted.emit
        self.notices = Notices(self.session)
        grid.addWidget(self.notices, 0, 0, 1, 2)
        self.due = DueCard(self._go_on)
        self.missing = LinesCard(tr("What is missing"), tr("Nothing is missing for this report."))
        self.again = self.missing.add_link(tr("Look again"), self.check_again)
        self.again.hide()
        self.missing.add_link(tr("By rule"), self._to_checks)
        self.next = LinesCard(tr("Due next"), tr("Looking at what is due…"))
        self.next.add_link(tr("Calendar"), partial(go, "calendar", None))
        self.recent = LinesCard(tr("What you were doing"), tr("Nothing has been entered yet."))
        self.recent.add_link(tr("History"), partial(go, "history", None))
        self.chart = ChartCard()
        cards = ((self.due, self.missing), (self.next, self.recent), (self.chart, self._acts()))
        for row, pair in enumerate(cards, 1):
            for column, card in enumerate(pair):
                grid.addWidget(card, row, column)
        grid.setColumnStretch(0, 1)
        grid.setColumnStretch(1, 1)
        grid.setRowStretch(len(cards) + 1, 1)
        return side

    def _acts(self) -> ActsRow:
        self.buttons = ActsRow()
        go = self.session.page_wanted.emit
        self.buttons.add("upload-simple", tr("Import from Excel"), partial(go, "import", None))
        for kind in self.session.desk.kinds:
            self.buttons.add(kind.icon, _add_text(kind), self._new(kind))
        if any(kind.stays_open for kind in self.session.desk.kinds):
            self.buttons.add("fast-forward", tr("Carry over into the new year"), partial(go, "carry", {}))
        self.buttons.add("list-checks", tr("Ready to submit"), partial(go, "checks", None))
        return self.buttons

    def _empty(self) -> QWidget:
        t = theme.tokens()
        side = QWidget()
        column = QVBoxLayout(side)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(t.l)
        column.addStretch(1)
        column.addWidget(label(tr("The library is still empty. How do you want to begin?"), "heading"))
        row = QHBoxLayout()
        row.setSpacing(t.l)
        go = self.session.page_wanted.emit
        self.ways = [
            WayCard(
                "file-xls",
                tr("From the tables you have"),
                tr(
                    "Take in the unit's own Excel file. You see what becomes of every row before anything "
                    "is written, and one undo takes all of it back."
                ),
                [(tr("Import from Excel"), partial(go, "import", None))],
            ),
            WayCard(
                "note-pencil",
                tr("One by one"),
                tr("Enter the first item. What is still missing is said under each field while you type."),
                [(_add_text(kind), self._new(kind)) for kind in self.session.desk.kinds],
            ),
            WayCard(
                "eye",
                tr("Look at the sample"),
                tr(
                    "An invented unit with invented people opens in a library of its own: "
                    "nothing of it gets in among your data."
                ),
                [(tr("Open the sample"), self.open_sample)],
            ),
        ]
        for way in self.ways:
            row.addWidget(way, 1)
        column.addLayout(row)
        self.sample_progress = ProgressStrip()
        column.addWidget(self.sample_progress)
        settings = QPushButton(tr("Names and signature of the unit…"))
        settings.setProperty("link", True)
        settings.clicked.connect(partial(go, "settings", None))
        column.addWidget(settings, 0, Qt.AlignmentFlag.AlignLeft)
        column.addStretch(3)
        return side

    def _new(self, kind: Kind) -> Callable[[], None]:
        return partial(self.session.record_wanted.emit, kind.name, "", "")

    # -- the sample --------------------------------------------------------------------------

    def open_sample(self) -> None:
        """Make the sample's own library beside the unit's, and open it."""
        folder = paths.default_library().with_name("STDesk - mẫu")
        task = self.session.run(self, partial(_sample, folder), self._sample_made, beside=True)
        self.sample_progress.follow(task)

    def _sample_made(self, folder: Path) -> None:
        remembered.opened().put(**{_OWN: str(self.session.desk.folder)})
        self.session.library_wanted.emit(folder)

    def _to_own(self) -> None:
        self.session.library_wanted.emit(Path(remembered.opened().get(_OWN)))

    # -- reading -----------------------------------------------------------------------------

    def refresh(self) -> None:
        """Gather anew: at once the first time, then when a burst of changes has settled."""
        if self.found is None and not self._tasks:
            self._gather()
        else:
            self._settle.start()

    @property
    def settled(self) -> bool:
        """Whether all that is shown has been read."""
        return self.checks is not None and not self._tasks and not self._settle.isActive()

    def _gather(self) -> None:
        """What is known at once, what is due, the checks: asked for together, each shown when it is there."""
        if self._tasks:
            self._again = True
            for task in self._tasks:
                task.cancel()
            return
        desk = self.session.desk
        self._run(lambda _progress: glance(desk), self._show_glance, quick=True)
        self._run(partial(read_sent, desk), self._show_sent, quick=True)
        self._run(partial(look_ahead, desk), self._show_ahead)
        if self._took > _LONG_S:  # a large library is not checked through after each act
            self.again.show()
        else:
            self._check()

    def check_again(self) -> None:
        """Run the checks now."""
        if not self._tasks:
            self._check()

    def _check(self) -> None:
        self.again.hide()
        self._took, self._began = 0.0, time.monotonic()
        checks = self._run(partial(survey, self.session.desk), self._show_survey)
        checks.cancelled.connect(self._stopped)
        self.missing.progress.follow(checks)

    def _run(
        self, work: Callable[[Progress], object], then: Callable[..., None], *, quick: bool = False
    ) -> Task:
        task = self.session.runner.run(self, work, beside=quick, slow=not quick)
        task.finished.connect(then)
        task.failed.connect(self.session.say_error)
        task.ended.connect(partial(self._ended, task))
        self._tasks.append(task)
        return task

    def _stopped(self) -> None:
        if not self._again and self.checks is None:
            self.due.text.setText(tr("Stopped before everything was looked at."))

    def _ended(self, task: Task) -> None:
        self._tasks.remove(task)
        if self._again and not self._tasks:
            self._again = False
            self._settle.start()

    def _show_glance(self, found: Overview) -> None:
        if self.checks is not None and self.checks.period != found.period:
            self.checks = None
        self.found = found
        own = Path(remembered.opened().get(_OWN, "."))
        self.banner.setVisible(found.sample)
        self.own.setVisible(own.is_absolute() and own != self.session.desk.folder)
        if found.empty:
            self.stack.setCurrentIndex(2)
            return
        self.stack.setCurrentIndex(1)
        self._show_due()
        self.recent.show_lines([self._recent_line(one) for one in found.recent])
        self._show_missing()

    def _show_ahead(self, ahead: Ahead) -> None:
        self.ahead = ahead
        self.next.empty.setText(tr("Nothing else is due."))
        self.next.show_lines(self._next_lines(ahead))
        kinds = self.session.desk.kinds
        pairs = [Pair(str(kinds[name].plural), now, before) for name, (now, before) in ahead.years.items()]
        self.chart.bars.show_pairs(pairs, self.session.desk.today().year)

    def _show_survey(self, checks: Survey) -> None:
        self.checks = checks
        self._took = time.monotonic() - self._began
        self.missing.progress.hide()
        self._note_check(checks)
        self._show_due()
        self._show_missing()

    def _show_sent(self, sent: Sent) -> None:
        self.sent = sent
        self.notices.show_notices(sent.notices)
        self._show_due()

    def _show_due(self) -> None:
        if self.found is not None:
            self.due.show_overview(self.found, self.checks, self._standing())

    def _standing(self) -> Standing | None:
        """Where the report in hand stands, once it was sent."""
        found, sent = self.found, self.sent
        if found is None or sent is None or sent.standing is None or sent.period.code != found.period.code:
            return None
        return sent.standing if sent.standing.state != NOT_SENT else None

    def showEvent(self, event: QShowEvent) -> None:
        """A sending is no change of a record: it is asked for whenever the page is seen."""
        stale = self._stale
        super().showEvent(event)
        if not stale and not self._tasks:
            self._run(partial(read_sent, self.session.desk), self._show_sent, quick=True)

    def _note_check(self, checks: Survey) -> None:
        """The road of the report need not check again."""
        from stdesk.ui.reporting.known import Known  # late: a start that asks for no report need not pay

        Known.of(self.session).note_check(checks.period.code, checks.open)

    # -- lines -------------------------------------------------------------------------------

    def _show_missing(self) -> None:
        found, checks = self.found, self.checks
        if found is None:
            return
        lines = [self._missing_line(one) for one in checks.missing] if checks is not None else []
        kinds = self.session.desk.kinds
        for kind, n in found.drafts.items():
            if n:
                text = ntr("{n} draft not counted in", "{n} drafts not counted in", n)
                arguments = {"filters": {STATE: (State.DRAFT.value,)}}
                go = partial(self.session.page_wanted.emit, f"records:{kind}", arguments)
                lines.append(Line("note-pencil", "text_soft", f"{kinds[kind].plural}: {text}", "", go))
        if checks is not None:
            lines += [self._rule_line(one, checks.period.code) for one in checks.rules]
        self.missing.show_lines(lines[:MOST])

    def _rule_line(self, one: Group, period: str) -> Line:
        look = severity_look(one.severity)
        go = partial(self.session.page_wanted.emit, "checks", {"period": period, "rule": one.key})
        return Line(*look, one.title, count(len(one.findings)), go)

    def _missing_line(self, one: Missing) -> Line:
        look = ("x-circle", "red") if one.blocks else ("warning", "amber")
        text = ntr("{n} thing to complete", "{n} things to complete", one.findings)
        if not one.kind:
            return Line(*look, tr("The library as a whole: {things}", things=text), "", self._to_checks)
        go = partial(self.session.page_wanted.emit, f"records:{one.kind}", {"filters": {FINDINGS: ("open",)}})
        aside = ntr("on {n} record", "on {n} records", one.records)
        return Line(*look, f"{self.session.desk.kinds[one.kind].plural}: {text}", aside, go)

    def _next_lines(self, ahead: Ahead) -> list[Line]:
        lines = []
        if ahead.overdue:
            text = ntr("{n} thing overdue", "{n} things overdue", ahead.overdue)
            go = partial(self.session.page_wanted.emit, "calendar", {})
            lines.append(Line("warning", "red", text, tr("see the calendar"), go))
        lines += [self._due_line(one) for one in ahead.coming]
        return lines[:MOST]

    def _due_line(self, one: DueItem) -> Line:
        if one.record:
            go = partial(self.session.record_wanted.emit, one.kind, one.record, one.field)
            picture = self.session.desk.kinds[one.kind].icon
        else:
            go = partial(self.session.page_wanted.emit, "checks", {"period": one.period})
            picture = "file-text"
        aside = show_date(one.on.isoformat()) if one.days else tr("today")
        return Line(picture, "text_soft", f"{one.text}: {one.title}", aside, go)

    def _recent_line(self, one: Recent) -> Line:
        kind = self.session.desk.kinds[one.kind]
        go = partial(self.session.record_wanted.emit, one.kind, one.id, "")
        if one.unsaved:
            title = one.title or tr("New: {kind}", kind=kind.label)
            return Line("pencil-line", "amber", title, tr("not saved · go on writing"), go)
        aside = tr("Draft") if one.draft else ""
        return Line(kind.icon, "text_soft", one.title or tr("(no title)"), aside, go)

    def _to_checks(self) -> None:
        code = self.found.period.code if self.found else ""
        self.session.page_wanted.emit("checks", {"period": code})

    def _go_on(self) -> None:
        found = self.found
        if found is None:
            return
        open_ones = self.checks is None or self.checks.open
        page = "package" if found.frozen else ("checks" if open_ones else "report")
        arguments = {"period": found.period.code}
        if found.frozen and self._standing() is not None:
            arguments["tab"] = "answers"
        self.session.page_wanted.emit(page, arguments)


def _sample(folder: Path, _progress: Progress) -> Path:
    return make_sample(folder)


def _add_text(kind: Kind) -> str:
    return tr("Add: {kind}", kind=str(kind.label))


def _scrolled(inner: QWidget) -> QScrollArea:
    """At 1366 × 768 and 125 % not everything has room."""
    area = QScrollArea()
    area.setWidgetResizable(True)
    area.setFrameShape(QFrame.Shape.NoFrame)
    area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    inner.setProperty("place", "clear")
    area.setWidget(inner)
    return area

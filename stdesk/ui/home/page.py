"""The overview: when is it due, what is missing, what was I doing."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QFrame, QHBoxLayout, QScrollArea, QStackedWidget, QVBoxLayout, QWidget

from stdesk.domain.kinds import Kind
from stdesk.i18n import count, message, ntr, tr
from stdesk.services.catalogue import HistoryEntry
from stdesk.ui import theme
from stdesk.ui.checks.grouping import Group
from stdesk.ui.home.cards import ActsRow, DueCard, Line, LinesCard, WayCard
from stdesk.ui.home.overview import Overview, Recent, gather
from stdesk.ui.page import Page
from stdesk.ui.session import Session
from stdesk.ui.tasks import Task
from stdesk.ui.times import shown_time
from stdesk.ui.widgets.finding_line import severity_look
from stdesk.ui.widgets.labels import label
from stdesk.ui.widgets.page_head import PageHead

_SETTLE_MS = 200  # several acts in a row are gathered once


class HomePage(Page):
    """The first page; an empty library shows the ways to begin instead."""

    name = "home"

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(session, parent)
        self.found: Overview | None = None
        self._task: Task | None = None
        t = theme.tokens()
        column = QVBoxLayout(self)
        column.setContentsMargins(t.xl, t.l, t.xl, t.l)
        column.setSpacing(t.m)
        column.addWidget(PageHead(self.title()))
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

    def _full(self) -> QWidget:
        t = theme.tokens()
        side = QWidget()
        column = QVBoxLayout(side)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(t.l)
        column.addWidget(self._acts())
        self.due = DueCard(self._go_on)
        self.missing = LinesCard(tr("What is missing"), tr("Nothing is missing for this year's report."))
        self.recent = LinesCard(tr("Changed last"), tr("Nothing has been entered yet."))
        self.acts = LinesCard(tr("Done last"), tr("Nothing has been done yet."))
        top, bottom = QHBoxLayout(), QHBoxLayout()
        for row, left, right in ((top, self.due, self.missing), (bottom, self.recent, self.acts)):
            row.setSpacing(t.l)
            row.addWidget(left, 1)
            row.addWidget(right, 1)
            column.addLayout(row)
        column.addStretch(1)
        return side

    def _acts(self) -> ActsRow:
        self.buttons = ActsRow()
        go = self.session.page_wanted.emit
        self.buttons.add("upload-simple", tr("Import from Excel"), partial(go, "import", None))
        for kind in self.session.desk.kinds:
            self.buttons.add(kind.icon, _add_text(kind), self._new(kind))
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
                "gear",
                tr("Say who you are"),
                tr("Names, symbol and signature of the unit: filled in once, printed on every report."),
                [(tr("Settings of the unit"), partial(go, "settings", None))],
            ),
        ]
        for way in self.ways:
            row.addWidget(way, 1)
        column.addLayout(row)
        column.addStretch(3)
        return side

    def _new(self, kind: Kind) -> Callable[[], None]:
        return partial(self.session.record_wanted.emit, kind.name, "", "")

    # -- reading -----------------------------------------------------------------------------

    def refresh(self) -> None:
        """Gather anew: at once the first time, then when a burst of changes has settled."""
        if self.found is None and self._task is None:
            self._gather()
        else:
            self._settle.start()

    def _gather(self) -> None:
        if self._task is not None:
            self._settle.start()
            return
        self._task = task = self.session.runner.run(self, partial(gather, self.session.desk), slow=True)
        task.finished.connect(self._show)
        task.failed.connect(self.session.say_error)
        task.ended.connect(self._ended)

    def _ended(self) -> None:
        self._task = None

    def _show(self, found: Overview) -> None:
        self.found = found
        if found.empty:
            self.stack.setCurrentIndex(2)
            return
        self.stack.setCurrentIndex(1)
        self.due.show_overview(found)
        self.missing.show_lines(self._missing_lines(found))
        self.recent.show_lines([self._recent_line(one) for one in found.recent])
        self.acts.show_lines([self._act_line(one) for one in found.acts])

    def _missing_lines(self, found: Overview) -> list[Line]:
        lines = [self._group_line(one, found.period.code) for one in found.missing]
        drafts = {kind: n for kind, n in found.drafts.items() if n}
        if drafts:
            kind = max(drafts, key=lambda one: drafts[one])
            text = ntr("{n} draft not counted in", "{n} drafts not counted in", sum(drafts.values()))
            go = partial(self.session.page_wanted.emit, f"records:{kind}", None)
            lines = [*lines[:4], Line("note-pencil", "text_soft", text, "", go)]
        return lines

    def _group_line(self, group: Group, period: str) -> Line:
        name, tone = severity_look(group.severity)
        go = partial(self.session.page_wanted.emit, "checks", {"period": period, "rule": group.key})
        return Line(name, tone, group.title, count(len(group.findings)), go)

    def _recent_line(self, one: Recent) -> Line:
        kind = self.session.desk.kinds[one.kind]
        go = partial(self.session.record_wanted.emit, one.kind, one.id, "")
        return Line(
            kind.icon, "text_soft", one.title or tr("(no title)"), tr("Draft") if one.draft else "", go
        )

    def _act_line(self, one: HistoryEntry) -> Line:
        what = message(f"did_{one.label}", **one.params)
        if one.kind_of == "undo":
            what = tr("Undone: {what}", what=what)
        elif one.kind_of == "redo":
            what = tr("Done again: {what}", what=what)
        go = partial(self.session.page_wanted.emit, "history", None)
        return Line("clock-counter-clockwise", "text_soft", what, shown_time(one.at), go)

    def _go_on(self) -> None:
        found = self.found
        if found is None:
            return
        page = "package" if found.frozen else ("checks" if found.open else "report")
        self.session.page_wanted.emit(page, {"period": found.period.code})


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

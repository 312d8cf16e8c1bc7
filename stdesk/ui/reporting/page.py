"""The report: look at it, print it, take it to Word; freeze the figures, and what was frozen."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QScrollArea, QTabWidget, QVBoxLayout, QWidget

from stdesk.domain.records import Changes
from stdesk.errors import Exit, UserError
from stdesk.i18n import message, tr
from stdesk.services.figures import Snapshot
from stdesk.services.reporting import FrozenReport, SignedCopy, Since
from stdesk.ui import theme
from stdesk.ui.attachments.outside import ask_or_say
from stdesk.ui.choose import choose
from stdesk.ui.reporting import work as do
from stdesk.ui.reporting.freeze_panel import FreezePanel
from stdesk.ui.reporting.looking_page import PAGES, LookingPage, open_path
from stdesk.ui.reporting.road import Road
from stdesk.ui.reporting.road_state import FREEZE, LOOK
from stdesk.ui.reporting.since_view import SinceView
from stdesk.ui.reporting.work import PeriodState
from stdesk.ui.roles.approve import Approving
from stdesk.ui.session import Message, Session, Tone
from stdesk.ui.widgets.page_head import PageHead

_SIDE = 316
_SINCE = 1
_PARTS = (LOOK, FREEZE)


class ReportPage(LookingPage):
    """What can be done at the left, the pages at the right."""

    name = "report"

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(session, parent)
        self.frozen_state: PeriodState | None = None
        self.since: Since | None = None
        t = theme.tokens()
        outer = QVBoxLayout(self)
        outer.setContentsMargins(t.xl, t.l, t.xl, t.m)
        outer.setSpacing(t.s)
        head = PageHead(self.title())
        self.chooser.chosen.connect(lambda _period: self._period_chosen())
        head.add_action(self.chooser)
        outer.addWidget(head)
        self.road = Road(session, counts_since=False)
        outer.addWidget(self.road)
        outer.addWidget(self.progress)
        outer.addWidget(self.register)
        outer.addWidget(self.note)
        row = QHBoxLayout()
        row.setSpacing(t.l)
        row.addWidget(self._side())
        self.changes = SinceView(session.desk.kinds)
        self.changes.record_wanted.connect(lambda kind, one: session.record_wanted.emit(kind, one, ""))
        self.changes.put_away.connect(self._show_pages_again)
        self.main.addWidget(self.preview)
        self.main.addWidget(self.changes)
        row.addWidget(self.main, 1)
        outer.addLayout(row, 1)
        self.road.show(self.chooser.period, LOOK)
        self.show_buttons()

    def _side(self) -> QWidget:
        self.looking.look_wanted.connect(self.look)
        self.looking.print_wanted.connect(self.print_pages)
        self.looking.word_wanted.connect(self.open_in_word)
        self.looking.save_wanted.connect(self.save_documents)
        self.looking.folder_wanted.connect(self._choose_folder)
        self.looking.door.connect(self._go)
        self.looking.version.activated.connect(lambda _at: self.look())
        self.looking.document.activated.connect(lambda _at: self.look())
        self.freezing = FreezePanel()
        self.freezing.freeze_wanted.connect(lambda trial: self.freeze(trial=trial))
        self.freezing.reopen_wanted.connect(self.reopen)
        self.freezing.report_chosen.connect(self._look_at)
        self.freezing.since_wanted.connect(self._show_since)
        self.freezing.package_wanted.connect(partial(self._go, "package"))
        self.freezing.checks_wanted.connect(partial(self._go, "checks"))
        self.freezing.signed.add_wanted.connect(self._add_signed)
        self.freezing.signed.open_wanted.connect(self._open_signed)
        self.freezing.approving.approve_wanted.connect(self._approve)
        self.tabs = QTabWidget()
        self.tabs.setFixedWidth(_SIDE)
        for panel, name in ((self.looking, tr("Look, print")), (self.freezing, tr("Freeze"))):
            self.tabs.addTab(_scrolled(panel), name)
        self.tabs.tabBar().setAccessibleName(tr("What to do with the report"))
        self.tabs.currentChanged.connect(lambda at: self.road.show(self.chooser.period, _PARTS[at]))
        return self.tabs

    def title(self) -> str:
        """The page's name."""
        return tr("Report")

    def focus_place(self) -> QWidget:
        """The first act of the side in hand."""
        if self.tabs.currentIndex() == 0:
            return self.looking.look_button
        freezing = self.freezing
        places = (freezing.freeze_button, freezing.reason, freezing.list)
        return next((one for one in places if one.isVisible() and one.isEnabled()), self.tabs.tabBar())

    # -- where one is ------------------------------------------------------------------------

    def open_with(self, arguments: Any) -> None:
        """{"period": code, "part": "look" or "freeze"}."""
        if not isinstance(arguments, Mapping):
            return
        if (part := arguments.get("part")) in _PARTS:
            self.tabs.setCurrentIndex(_PARTS.index(part))
            self.focus_place().setFocus()
        if arguments.get("period") not in (None, "", self.chooser.period.code):
            self.chooser.show_period(str(arguments["period"]))
            self._period_chosen()

    def place(self) -> Any:
        """The period and the side in hand."""
        return {"period": self.chooser.period.code, "part": _PARTS[self.tabs.currentIndex()]}

    def _period_chosen(self) -> None:
        self.freezing.blocked.hide()
        self.note.clear()
        self._put_pages_away()
        self.looking.choose(None)
        self.road.show(self.chooser.period, _PARTS[self.tabs.currentIndex()])
        self.refresh()

    def step_back(self) -> bool:
        """Esc: stop what is under way, back to the pages, then put them away."""
        if self._task is not None:
            self._task.cancel()
        elif self.main.currentIndex() == _SINCE:
            self._show_pages_again()
        elif self.preview.pages.pages:
            self._put_pages_away()
        else:
            return False
        return True

    def _go(self, page: str) -> None:
        self.session.page_wanted.emit(page, {"period": self.chooser.period.code})

    # -- state -------------------------------------------------------------------------------

    def refresh(self) -> None:
        """Read what is frozen of the period, then what changed since."""
        code = self.chooser.period.code
        work = partial(do.read_state, self.session.desk, code)
        self.session.run(self, work, partial(self._show_state, code))
        if self._shown is not None and self._shown.report is None and self._shown_at != self.known.generation:
            text = tr("Something was changed; these pages are from before.")
            self.note.tell(text, [(tr("Look anew"), self.look)], picture="clock-counter-clockwise")

    def _show_state(self, code: str, state: PeriodState) -> None:
        if code != self.chooser.period.code:
            return
        self.frozen_state, self.since = state, None
        self.looking.show_reports(state.reports)
        self.freezing.show_state(state)
        held = self.known.draft(code)
        self.freezing.show_counts(do.counted(held.snapshot, self.session.desk.kinds) if held else "")
        self.freezing.show_since(None)
        self.show_buttons()
        if state.real is not None:
            work = partial(do.read_since, self.session.desk, code)
            self.session.run(self, work, partial(self._take_since, code), slow=True)

    def _take_since(self, code: str, since: Since | None) -> None:
        if code == self.chooser.period.code:
            self.since = since
            self.freezing.show_since(since)
            changed = 0 if since is None else len(since.added) + len(since.changed) + len(since.gone)
            self.known.note_since(code, changed)

    def show_buttons(self) -> None:
        """Nothing else can be begun while something is under way."""
        free = self._task is None
        self.looking.set_free(free)
        self.freezing.set_free(free, read_only=self.session.desk.read_only)

    def show_counts(self, snapshot: Snapshot) -> None:
        """Beside the button that freezes stands what would be frozen."""
        self.freezing.show_counts(do.counted(snapshot, self.session.desk.kinds))

    def _show_since(self) -> None:
        if self.since is not None:
            self.changes.show_since(self.since)
            self.main.setCurrentIndex(_SINCE)
            self.changes.table.setFocus()

    def _show_pages_again(self) -> None:
        self.main.setCurrentIndex(PAGES)
        self.freezing.since_button.setFocus()

    # -- freezing ----------------------------------------------------------------------------

    def freeze(self, *, trial: bool = False) -> None:
        """Freeze the period; when something is in the way, say what, and the ways on."""
        work = partial(do.freeze, self.session.desk, self.chooser.period.code, trial)
        self._run(work, self._frozen, self._not_frozen)

    def _frozen(self, report: FrozenReport) -> None:
        self.freezing.blocked.hide()
        text = (
            tr("Frozen as a trial. Its pages are marked THỬ; it is not handed in.")
            if report.trial
            else tr("The figures are frozen. Report and package are made from them now.")
        )
        if not report.trial:
            self.known.note_check(report.period, 0)
        self.session.changed.emit(Changes())
        make = partial(self._go, "package")
        self.session.said.emit(Message(text, Tone.DONE, tr("Make the data package"), make))
        self._after = partial(self._look_at_new, report)

    def _look_at_new(self, report: FrozenReport) -> None:
        state = self.frozen_state
        self.looking.show_reports((report, *(state.reports if state else ())))
        self._look_at(report)

    def _not_frozen(self, error: BaseException) -> None:
        told = ("freeze_blocked", "period_empty", "period_not_begun", "reopen_first")
        if not isinstance(error, UserError) or error.code not in told:
            self.session.say_error(error)
            return
        if error.code == "freeze_blocked":
            self.known.note_check(self.chooser.period.code, int(error.params.get("n", 0)))
        self.freezing.show_blocked(error)

    def reopen(self, reason: str) -> None:
        """Open the newest submission again, so that the next can be frozen."""
        work = partial(do.reopen, self.session.desk, self.chooser.period.code, reason)
        self._run(work, self._reopened, self._not_reopened)

    def _reopened(self, changes: Changes | None) -> None:
        self.freezing.reason.clear()
        self.freezing.blocked.hide()
        if changes is not None:
            self.session.done(changes)

    def _not_reopened(self, error: BaseException) -> None:
        self.session.say_error(error)
        if isinstance(error, UserError) and error.code == "reopen_reason_missing":
            self.freezing.reason.setFocus()

    # -- signed copies -----------------------------------------------------------------------

    def _add_signed(self, report: FrozenReport, paths: list[Path]) -> None:
        if not paths:
            pattern = tr("Scans (*.pdf *.jpg *.jpeg *.png *.tif *.tiff);;All files (*)")
            chosen = choose.open_file(self, tr("The signed, stamped copy"), pattern)
            paths = [chosen] if chosen is not None else []
        if paths:
            work = partial(do.keep_signed, self.session.desk, report, paths[0])
            self._run(work, partial(self._signed_kept, report, paths[1:]))

    def _approve(self, typed: Approving) -> None:
        self._run(partial(do.approve, self.session.desk, typed), self._approved, self._not_approved)

    def _approved(self, changes: Changes) -> None:
        self.freezing.approving.done()
        self.session.changed.emit(changes)
        self.session.say(message(f"did_{changes.label}", **changes.params), Tone.DONE)

    def _not_approved(self, error: BaseException) -> None:
        if isinstance(error, UserError) and error.exit_code is not Exit.ENVIRONMENT:
            self.freezing.approving.show_problem(str(error))
        else:
            self.session.say_error(error)

    def _open_signed(self, copy: SignedCopy, plain: bool = False) -> None:
        anyway = partial(self._open_signed, copy, True)
        work = partial(do.check_signed, self.session.desk, copy, plain)
        self._run(work, open_path, partial(ask_or_say, self.session, anyway))

    def _signed_kept(self, report: FrozenReport, rest: list[Path], copy: SignedCopy) -> None:
        if copy.changes.label:
            self.session.done(copy.changes)
        else:
            self.session.say(tr("This very copy is kept already: {file}", file=copy.name))
        if rest:
            self._after = partial(self._add_signed, report, rest)


def _scrolled(panel: QWidget) -> QScrollArea:
    area = QScrollArea(widgetResizable=True)
    area.setFrameShape(QFrame.Shape.NoFrame)
    area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    panel.setProperty("place", "clear")
    area.setWidget(panel)
    return area

"""The report: look at it, freeze the figures, save it as PDF, Word and Excel."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import Any

from PySide6.QtCore import QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QListWidget,
    QListWidgetItem,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from stdesk.errors import UserError
from stdesk.i18n import ntr, tr
from stdesk.services.reporting import FrozenReport
from stdesk.ui import theme
from stdesk.ui.checks.period_chooser import PeriodChooser
from stdesk.ui.choose import choose
from stdesk.ui.icons import icon
from stdesk.ui.page import Page
from stdesk.ui.reporting.preview import Preview
from stdesk.ui.reporting.work import Shown, freeze, frozen_reports, look, save_documents
from stdesk.ui.session import Message, Session, Tone
from stdesk.ui.tasks import Task, Work
from stdesk.ui.times import shown_time
from stdesk.ui.widgets.buttons import give_icon, icon_button
from stdesk.ui.widgets.labels import label
from stdesk.ui.widgets.page_head import PageHead
from stdesk.ui.widgets.progress_strip import ProgressStrip

_SIDE = 300


def report_name(report: FrozenReport) -> str:
    """What a frozen report is called: its submission, or that it is a trial."""
    if report.trial:
        return tr("Trial of {when}", when=shown_time(report.at))
    return tr("Submission {n}", n=str(report.submission))


class ReportPage(Page):
    """What can be done at the left, the pages at the right."""

    name = "report"

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(session, parent)
        self._task: Task | None = None
        self._reports: list[FrozenReport] = []
        self._report: FrozenReport | None = None
        self._after: Callable[[], None] | None = None
        t = theme.tokens()
        outer = QVBoxLayout(self)
        outer.setContentsMargins(t.xl, t.l, t.xl, t.l)
        outer.setSpacing(t.m)
        head = PageHead(self.title())
        self.chooser = PeriodChooser(session.desk.today())
        self.chooser.chosen.connect(lambda _period: self._period_chosen())
        head.add_action(self.chooser)
        outer.addWidget(head)
        self.progress = ProgressStrip()
        outer.addWidget(self.progress)
        row = QHBoxLayout()
        row.setSpacing(t.l)
        self.preview = Preview(session.runner, self.look)
        row.addWidget(self._side())
        row.addWidget(self.preview, 1)
        outer.addLayout(row, 1)

    def _side(self) -> QWidget:
        t = theme.tokens()
        side = QWidget()
        side.setFixedWidth(_SIDE)
        column = QVBoxLayout(side)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(t.s)
        self.state = label("", "heading", wrap=True)
        self.state_text = label("", "soft", wrap=True)
        column.addWidget(self.state)
        column.addWidget(self.state_text)
        column.addSpacing(t.xs)
        self.look_button = self._button(column, "eye", tr("Look at the report"), self.look)
        self.freeze_button = self._button(column, "seal-check", tr("Freeze the figures"), self.freeze)
        self.freeze_button.setProperty("primary", True)
        give_icon(self.freeze_button, "seal-check", "on_accent")
        column.addWidget(self._blocked_note())
        self.save_button = self._button(
            column, "download-simple", tr("Save PDF, Word, Excel…"), self.save_documents
        )
        self.package_button = self._button(column, "package", tr("Make the data package"), self._to_package)
        column.addSpacing(t.s)
        self.list_caption = label(tr("Frozen so far"), "section")
        column.addWidget(self.list_caption)
        self.list = QListWidget()
        self.list.setAccessibleName(tr("Frozen reports of the period"))
        self.list.setWordWrap(True)
        self.list.itemActivated.connect(lambda _item: self._look_at_chosen())
        self.list.itemClicked.connect(lambda _item: self._look_at_chosen())
        column.addWidget(self.list, 1)
        column.addStretch(0)
        return side

    def _blocked_note(self) -> QFrame:
        t = theme.tokens()
        self.blocked = QFrame()
        self.blocked.setProperty("place", "note")
        self.blocked.setProperty("tone", "amber")
        column = QVBoxLayout(self.blocked)
        column.setContentsMargins(t.m, t.s, t.m, t.m)
        column.setSpacing(t.s)
        self.blocked_text = label("", wrap=True)
        column.addWidget(self.blocked_text)
        self.checks_button = self._button(column, "list-checks", tr("See what is missing"), self._to_checks)
        self.trial_button = self._button(
            column, "flask", tr("Freeze as a trial"), partial(self.freeze, trial=True)
        )
        self.trial_button.setToolTip(tr("Every page is marked THỬ; it is not handed in."))
        self.blocked.hide()
        return self.blocked

    def _button(self, column: QVBoxLayout, picture: str, text: str, act: Callable[[], None]) -> QPushButton:
        button = icon_button(picture, text)
        button.clicked.connect(lambda: act())
        column.addWidget(button)
        return button

    def focus_place(self) -> QWidget:
        """The first act: looking."""
        return self.look_button

    def title(self) -> str:
        """The page's name."""
        return tr("Report")

    # -- state -------------------------------------------------------------------------------

    def open_with(self, arguments: Any) -> None:
        """{"period": code}."""
        if isinstance(arguments, Mapping) and arguments.get("period") not in (None, self.chooser.period.code):
            self.chooser.show_period(str(arguments["period"]))
            self._period_chosen()

    def _period_chosen(self) -> None:
        self.blocked.hide()
        self._report = None
        self.preview.clear()
        self.refresh()

    def refresh(self) -> None:
        """Read which reports of the period are frozen."""
        work = partial(frozen_reports, self.session.desk, self.chooser.period)
        self.session.run(self, work, self._show_state)

    def _show_state(self, reports: list[FrozenReport]) -> None:
        self._reports = reports
        real = [one for one in reports if not one.trial]
        period = str(self.chooser.period.label)
        if real:
            self.state.setText(tr("Frozen: submission {n}", n=str(real[0].submission)))
            text = tr(
                "The figures of {period} were frozen on {when}.", period=period, when=shown_time(real[0].at)
            )
            self.state_text.setText(f"{text} " + tr("Later changes go into the next submission."))
        elif reports:
            self.state.setText(tr("Only tried so far"))
            self.state_text.setText(tr("There are trials of {period}; nothing is frozen yet.", period=period))
        else:
            self.state.setText(tr("Not frozen yet"))
            self.state_text.setText(
                tr(
                    "Look at the report of {period}, then freeze: what leaves is made from that.",
                    period=period,
                )
            )
        self.list.clear()
        for report in reports:
            self.list.addItem(_item(report))
        for widget in (self.list, self.list_caption):
            widget.setVisible(bool(reports))
        self._show_buttons()

    def _show_buttons(self) -> None:
        free = self._task is None
        for button in (self.look_button, self.save_button):
            button.setEnabled(free)
        for button in (self.freeze_button, self.trial_button):
            button.setEnabled(free and not self.session.desk.read_only)
        self.package_button.setEnabled(free and bool(self._reports))
        self.list.setEnabled(free)

    # -- looking -----------------------------------------------------------------------------

    def look(self) -> None:
        """Show the report with the figures as they are now."""
        work = partial(look, self.session.desk, self.chooser.period, None)
        self._run(work, self._show_pages, slow=True)

    def _look_at_chosen(self) -> None:
        at = self.list.currentRow()
        if 0 <= at < len(self._reports):
            self._look_at(self._reports[at])

    def _look_at(self, report: FrozenReport) -> None:
        work = partial(look, self.session.desk, self.chooser.period, report)
        self._run(work, self._show_pages, slow=True)

    def _show_pages(self, shown: Shown) -> None:
        self._report = shown.report
        name = report_name(shown.report) if shown.report else tr("The figures as they are now")
        self.preview.show_report(shown, name)
        self.preview.pages.setFocus()

    # -- freezing ----------------------------------------------------------------------------

    def freeze(self, *, trial: bool = False) -> None:
        """Freeze the period; when something is in the way, say what, and the ways on."""
        work = partial(freeze, self.session.desk, self.chooser.period, trial)
        self._run(work, self._frozen, self._not_frozen)

    def _frozen(self, report: FrozenReport) -> None:
        self.blocked.hide()
        text = (
            tr("Frozen as a trial. Its pages are marked THỬ; it is not handed in.")
            if report.trial
            else tr("The figures are frozen. Report and package are made from them now.")
        )
        self.session.said.emit(Message(text, Tone.DONE, tr("Make the data package"), self._to_package))
        self.refresh()
        self._after = partial(self._look_at, report)

    def _not_frozen(self, error: BaseException) -> None:
        if not isinstance(error, UserError) or error.code not in ("freeze_blocked", "period_empty"):
            self.session.say_error(error)
            return
        self.blocked_text.setText(_why_blocked(error))
        self.blocked.show()
        self.checks_button.setFocus()

    # -- saving ------------------------------------------------------------------------------

    def save_documents(self) -> None:
        """Write what is shown (the figures as they are now when nothing is) as PDF, Word and Excel."""
        folder = choose.folder(self, tr("Where to save the report"), str(Path.home()))
        if folder is not None:
            work = partial(save_documents, self.session.desk, self.chooser.period, self._report, folder)
            self._run(work, self._saved)

    def _saved(self, files: list[Path]) -> None:
        folder = files[0].parent
        text = tr(
            "Saved in {folder}: {files}", folder=str(folder), files=", ".join(one.name for one in files)
        )
        self.session.said.emit(Message(text, Tone.DONE, tr("Open the folder"), partial(_open_folder, folder)))

    # -- ways on -----------------------------------------------------------------------------

    def _to_checks(self) -> None:
        self.session.page_wanted.emit("checks", {"period": self.chooser.period.code})

    def _to_package(self) -> None:
        self.session.page_wanted.emit("package", {"period": self.chooser.period.code})

    def step_back(self) -> bool:
        """Esc: stop what is under way, then put the pages away."""
        if self._task is not None:
            self._task.cancel()
            return True
        if self.preview.pages.pages:
            self.preview.clear()
            self._report = None
            return True
        return False

    def _run(self, work: Work, then: Any, failed: Any = None, *, slow: bool = False) -> None:
        if self._task is not None:
            return
        self._after = None
        task = self.session.runner.run(self, work, slow=slow)
        self._task = task
        task.finished.connect(then)
        task.failed.connect(failed or self.session.say_error)
        task.cancelled.connect(self._stopped)
        task.ended.connect(self._ended)
        self.progress.follow(task)
        self._show_buttons()

    def _stopped(self) -> None:
        self.session.say(tr("Stopped. Nothing was changed."))

    def _ended(self) -> None:
        self._task = None
        self._show_buttons()
        after, self._after = self._after, None
        if after is not None:
            after()


def _item(report: FrozenReport) -> QListWidgetItem:
    by = f" · {report.by}" if report.by else ""
    kind = tr("Trial, marked THỬ") if report.trial else tr("Submission {n}", n=str(report.submission))
    item = QListWidgetItem(f"{kind}\n{shown_time(report.at)}{by}")
    item.setIcon(icon("flask", "amber") if report.trial else icon("seal-check", "green"))
    item.setToolTip(tr("Enter shows its pages"))
    return item


def _why_blocked(error: UserError) -> str:
    if error.code == "period_empty":
        return str(error)
    n = int(error.params.get("n", 0))
    left = ntr(
        "{n} finding is still to be mended or explained before the figures can be frozen.",
        "{n} findings are still to be mended or explained before the figures can be frozen.",
        n,
    )
    return f"{left} " + tr("The first: {message}", message=str(error.params.get("message", "")))


def _open_folder(folder: Path) -> None:
    QDesktopServices.openUrl(QUrl.fromLocalFile(str(folder)))

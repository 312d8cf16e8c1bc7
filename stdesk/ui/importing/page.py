"""Other people's workbooks in: choose, look at every row, correct, then take in."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QIcon
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QStackedWidget, QTabBar, QVBoxLayout, QWidget

from stdesk.domain.records import Changes
from stdesk.errors import UserError
from stdesk.i18n import count, message, ntr, tr
from stdesk.progress import Progress
from stdesk.services.desk import Desk
from stdesk.services.intake import ImportPlan, Taken, Verdict
from stdesk.ui import theme
from stdesk.ui.icons import icon
from stdesk.ui.importing.choose_file import ChooseFile, dropped_file
from stdesk.ui.importing.sheet_view import SheetView
from stdesk.ui.importing.understood import entering, titles_in_library, verdict_word
from stdesk.ui.page import Page
from stdesk.ui.session import Session, Tone
from stdesk.ui.tasks import Task, Work
from stdesk.ui.widgets.buttons import icon_button
from stdesk.ui.widgets.empty_state import EmptyState
from stdesk.ui.widgets.labels import ElidedLabel, plain
from stdesk.ui.widgets.page_head import PageHead
from stdesk.ui.widgets.progress_strip import ProgressStrip

_Made = tuple[ImportPlan, dict[str, str]]  # a plan, and the titles of the records it speaks of


class ImportPage(Page):
    """Three states: no file, a preview, taken in. Nothing is written before the main button."""

    name = "import"

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(session, parent)
        self.plan: ImportPlan | None = None
        self._task: Task | None = None
        self._own_act = False
        self._fixed: dict[str, dict[int, str]] = {}
        self._titles: dict[str, str] = {}
        self.setAcceptDrops(True)
        t = theme.tokens()
        column = QVBoxLayout(self)
        column.setContentsMargins(t.xl, t.l, t.xl, t.l)
        column.setSpacing(t.m)
        column.addWidget(self._head())
        self.progress = ProgressStrip()
        column.addWidget(self.progress)
        self.stack = QStackedWidget()
        self.chooser = ChooseFile()
        self.chooser.chosen.connect(self.open_file)
        self.stack.addWidget(self.chooser)
        self.stack.addWidget(self._preview())
        self.done = EmptyState(
            "check-circle",
            "",
            "",
            tr("See what is still missing"),
            partial(session.page_wanted.emit, "checks", None),
        )
        self.stack.addWidget(self.done)
        column.addWidget(self.stack, 1)
        self._show_state()

    def _head(self) -> PageHead:
        head = PageHead(self.title())
        self.again_button = icon_button("arrow-left", tr("Another file"))
        self.again_button.clicked.connect(self.start_over)
        self.take_button = QPushButton()
        self.take_button.setProperty("primary", True)
        self.take_button.clicked.connect(self.take)
        head.add_action(self.again_button)
        head.add_action(self.take_button)
        return head

    def _preview(self) -> QWidget:
        side = QWidget()
        column = QVBoxLayout(side)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.tokens().s)
        self.sheet = SheetView(self.session.desk.kinds)
        self.summary = ElidedLabel("", "soft")
        row = QHBoxLayout()
        row.addWidget(self.summary, 1)
        row.addWidget(self.sheet.columns_button)
        column.addLayout(row)
        self.tabs = QTabBar()
        self.tabs.setExpanding(False)
        self.tabs.setDrawBase(False)
        self.tabs.setElideMode(Qt.TextElideMode.ElideRight)
        self.tabs.setAccessibleName(tr("Sheets of the workbook"))
        self.tabs.currentChanged.connect(self._show_sheet)
        column.addWidget(self.tabs)
        self.sheet.kind_corrected.connect(self._correct_kind)
        self.sheet.column_corrected.connect(self._correct_column)
        self.sheet.taken_toggled.connect(self._take_sheet)
        column.addWidget(self.sheet, 1)
        return side

    def title(self) -> str:
        """The page's name."""
        return tr("Import from Excel")

    # -- choosing and looking ----------------------------------------------------------------

    def open_with(self, arguments: Any) -> None:
        """A path to look at at once."""
        if isinstance(arguments, (str, Path)) and str(arguments):
            self.open_file(Path(arguments))

    def open_file(self, path: Path) -> None:
        """Look at the workbook ``path``; nothing is written."""
        if self._task is None:
            self.chooser.say("")
            self._run(partial(_preview, self.session.desk, path), self._show_new_plan, self._refused)

    def _show_new_plan(self, made: _Made) -> None:
        plan = made[0]
        if not plan.sheets:
            notes = " ".join(note.text for note in plan.notes)
            self._say_problem(
                tr(
                    "“{file}” holds no table that could be taken in. {notes}",
                    file=plan.path.name,
                    notes=notes,
                )
            )
            return
        self._fixed = {}
        self.tabs.blockSignals(True)
        while self.tabs.count():
            self.tabs.removeTab(0)
        for sheet in plan.sheets:
            self.tabs.addTab("")
            self.tabs.setTabToolTip(self.tabs.count() - 1, sheet.sheet)
        self.tabs.blockSignals(False)
        self._show_plan(made)

    def _show_plan(self, made: _Made) -> None:
        plan, titles = made
        self.plan, self._titles = plan, titles
        for at, sheet in enumerate(plan.sheets):
            self.tabs.setTabText(at, plain(f"{sheet.sheet} ({count(len(sheet.rows))})"))
            unclear = not sheet.kind or sheet.count(Verdict.LOOK)
            self.tabs.setTabIcon(at, _tab_icon(left_out=sheet.left_out, unclear=bool(unclear)))
        self.summary.setText(
            "  ·  ".join([plan.path.name, _in_words(plan), *(one.text for one in plan.notes)])
        )
        self._show_sheet(max(0, self.tabs.currentIndex()))
        self._show_state()

    def _show_sheet(self, at: int) -> None:
        if self.plan is not None and 0 <= at < len(self.plan.sheets):
            plan, sheet = self.plan, self.plan.sheets[at]
            self.sheet.show_sheet(sheet, self._titles, partial(plan.cells, sheet))

    # -- correcting --------------------------------------------------------------------------

    def _correct_kind(self, kind: str) -> None:
        if self.plan is not None:
            sheet = self.plan.sheets[self.tabs.currentIndex()].sheet
            self._fixed.pop(sheet, None)
            self._correct(sheet, kind, {})

    def _take_sheet(self, taken: bool) -> None:
        if self.plan is not None:
            sheet = self.plan.sheets[self.tabs.currentIndex()].sheet
            work = partial(_leave_out, self.session.desk, self.plan, sheet, not taken)
            self._run(work, self._show_plan, self._not_corrected)

    def _correct_column(self, column: int, target: str) -> None:
        if self.plan is None:
            return
        sheet = self.plan.sheets[self.tabs.currentIndex()].sheet
        before = self._fixed.setdefault(sheet, {})
        columns = {at: "" for at, one in before.items() if target not in ("", "#") and one == target}
        columns[column] = target
        before.update(columns)
        self._correct(sheet, None, columns)

    def _correct(self, sheet: str, kind: str | None, columns: dict[int, str]) -> None:
        if self.plan is not None:
            work = partial(_correct, self.session.desk, self.plan, sheet, kind, columns)
            self._run(work, self._show_plan, self._not_corrected)

    def _not_corrected(self, error: BaseException) -> None:
        self.session.say_error(error)
        self._show_sheet(self.tabs.currentIndex())

    def concerns(self, changes: Changes) -> bool:
        """Doubles are looked for among all records, whatever their kind."""
        return not self._own_act and (self.plan is not None or changes.label == "imported")

    def refresh(self) -> None:
        """The library changed under the preview: what is a double may be another now."""
        if self.plan is not None and self._task is None:
            self._correct(self.plan.sheets[0].sheet, None, {})
        elif self.stack.currentWidget() is self.done:
            self.start_over()

    # -- taking in ---------------------------------------------------------------------------

    def take(self) -> None:
        """Take the rows in, as one act that one undo takes back."""
        if self.plan is not None and self._task is None:
            self._run(partial(_take, self.session.desk, self.plan), self._show_taken, self.session.say_error)

    def _show_taken(self, taken: Taken) -> None:
        plan, self.plan = self.plan, None
        self._own_act = True  # no news to this page
        self.session.done(taken.changes)
        self._own_act = False
        counts = taken.counts
        parts = [f"{verdict_word(one)}: {count(counts.get(one, 0))}" for one in Verdict if counts.get(one)]
        drafts = counts.get(Verdict.LOOK, 0)
        if drafts:
            parts.append(
                ntr(
                    "{n} row became a draft to be looked through",
                    "{n} rows became drafts to be looked through",
                    drafts,
                )
            )
        file = plan.path.name if plan else ""
        self.done.set_texts(
            tr("“{file}” is in the library", file=file),
            f"{'  ·  '.join(parts)}. " + tr("Ctrl+Z takes all of it back."),
        )
        self.stack.setCurrentWidget(self.done)
        self._show_buttons()

    # -- states ------------------------------------------------------------------------------

    def start_over(self) -> None:
        """Back to choosing a file."""
        if self._task is None:
            self.plan = None
            self.chooser.say("")
            self._show_state()
            self.chooser.button.setFocus()

    def step_back(self) -> bool:
        """Esc: from the columns to the rows, from the preview to the choice of a file."""
        if self._task is not None:
            self._task.cancel()
            return True
        if self.plan is not None and self.sheet.columns_button.isChecked():
            self.sheet.columns_button.setChecked(False)
            return True
        if self.stack.currentWidget() is not self.chooser:
            self.start_over()
            return True
        return False

    def _run(self, work: Work, then: Any, refused: Any) -> None:
        task = self.session.runner.run(self, work)
        self._task = task
        task.finished.connect(then)
        task.failed.connect(refused)
        task.cancelled.connect(self._stopped)
        self._freeze(True)
        task.ended.connect(self._ended)
        self.progress.follow(task)

    def _ended(self) -> None:
        self._task = None
        self._freeze(False)
        if self.isVisible():
            self.focus_place().setFocus()

    def focus_place(self) -> QWidget:
        """Where the hands go on after work that had closed the page."""
        if self.plan is not None:
            return self.sheet.focus_place()
        if self.stack.currentWidget() is self.done and self.done.button is not None:
            return self.done.button
        return self.chooser.button

    def _freeze(self, working: bool) -> None:
        self.chooser.setEnabled(not working)
        self.sheet.setEnabled(not working)
        self.sheet.columns_button.setEnabled(not working)
        self.tabs.setEnabled(not working)
        self._show_buttons()

    def _stopped(self) -> None:
        self.session.say(tr("Stopped. Nothing was changed."))
        self._show_sheet(self.tabs.currentIndex())

    def _refused(self, error: BaseException) -> None:
        self._say_problem(str(error) if isinstance(error, UserError) else message("internal_error"))

    def _say_problem(self, text: str) -> None:
        self.plan = None
        self.chooser.say(text)
        self._show_state()
        self.session.say(text, Tone.FAIL)

    def _show_state(self) -> None:
        self.stack.setCurrentIndex(0 if self.plan is None else 1)
        self._show_buttons()

    def _show_buttons(self) -> None:
        showing = self.stack.currentWidget() is not self.chooser
        self.again_button.setVisible(showing)
        self.again_button.setEnabled(self._task is None)
        self.take_button.setVisible(self.plan is not None)
        if self.plan is not None:
            n = entering(self.plan)
            self.take_button.setText(
                ntr("Take {n} row into the library", "Take {n} rows into the library", n)
            )
            self.take_button.setEnabled(bool(n) and self._task is None and not self.session.desk.read_only)

    # -- dropping ----------------------------------------------------------------------------

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """One file of this computer may be dropped, unless work is under way."""
        if self._task is None and dropped_file(event.mimeData()) is not None:
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        """Look at the file dropped."""
        path = dropped_file(event.mimeData())
        if path is not None and self._task is None:
            event.acceptProposedAction()
            self.open_file(path)


def _preview(desk: Desk, path: Path, progress: Progress) -> _Made:
    plan = desk.intake.preview(path, progress=progress)
    return plan, titles_in_library(desk, plan)


def _correct(
    desk: Desk, plan: ImportPlan, sheet: str, kind: str | None, columns: dict[int, str], progress: Progress
) -> _Made:
    made = desk.intake.correct(plan, sheet, kind=kind, columns=columns)
    progress.check()  # stopped meanwhile: the plan stays as it was
    return made, titles_in_library(desk, made)


def _leave_out(desk: Desk, plan: ImportPlan, sheet: str, left_out: bool, progress: Progress) -> _Made:
    made = desk.intake.correct(plan, sheet, left_out=left_out)
    progress.check()
    return made, titles_in_library(desk, made)


def _tab_icon(*, left_out: bool, unclear: bool) -> QIcon:
    if left_out:
        return icon("prohibit", "text_soft")
    return icon("warning", "amber") if unclear else icon("table", "text_soft")


def _take(desk: Desk, plan: ImportPlan, progress: Progress) -> Taken:
    return desk.intake.take(plan, progress)


def _in_words(plan: ImportPlan) -> str:
    rows = sum(len(sheet.rows) for sheet in plan.taken)
    parts = [ntr("{n} row", "{n} rows", rows)]
    if left := len(plan.sheets) - len(plan.taken):
        parts.append(ntr("{n} sheet left out", "{n} sheets left out", left))
    parts += [f"{verdict_word(one)} {count(plan.count(one))}" for one in Verdict if plan.count(one)]
    return ", ".join(parts)

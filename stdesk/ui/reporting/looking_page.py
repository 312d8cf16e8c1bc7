"""Looking at a report, printing it, taking it to Word and to a folder."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from PySide6.QtCore import QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtPrintSupport import QPrinter
from PySide6.QtWidgets import QStackedWidget, QWidget

from stdesk.errors import UserError
from stdesk.i18n import ntr, tr
from stdesk.services.figures import Snapshot
from stdesk.services.reporting import FrozenReport
from stdesk.ui.checks.period_chooser import PeriodChooser
from stdesk.ui.choose import choose
from stdesk.ui.page import Page
from stdesk.ui.reporting import work as do
from stdesk.ui.reporting.known import Drafted, Known
from stdesk.ui.reporting.look_panel import LookPanel, document_name, keep_folder, own_folder, report_name
from stdesk.ui.reporting.preview import Preview
from stdesk.ui.reporting.printing import ask
from stdesk.ui.reporting.work import Shown, Wanted
from stdesk.ui.roles.register import RegisterStrip
from stdesk.ui.session import Message, Session, Tone
from stdesk.ui.tasks import Task, Work
from stdesk.ui.widgets.note_line import NoteLine
from stdesk.ui.widgets.progress_strip import ProgressStrip

PAGES = 0  # in the room of the pages


class LookingPage(Page):
    """What the report page does with pages and files; one thing at a time."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        known = Known.of(session)  # first: it must hear of a change before the page does
        super().__init__(session, parent)
        self.known = known
        self.chooser = PeriodChooser(session.desk.today())
        self.progress = ProgressStrip()
        self.register = RegisterStrip(may_leave_out=False)
        self.note = NoteLine()
        self.looking = LookPanel()
        self.preview = Preview(session.runner, self.look)
        self.main = QStackedWidget()
        self._task: Task | None = None
        self._printer: QPrinter | None = None
        self._shown: Shown | None = None
        self._shown_at = -1  # generation of what was shown
        self._after: Callable[[], None] | None = None
        self._rest = False  # the annexes are being set

    def show_buttons(self) -> None:
        """What can be begun now."""

    def show_counts(self, snapshot: Snapshot) -> None:
        """A draft was gathered."""

    def _put_pages_away(self) -> None:
        self.preview.clear()
        self._shown = None
        self.main.setCurrentIndex(PAGES)

    # -- looking -----------------------------------------------------------------------------

    def _wanted(self) -> Wanted:
        return Wanted(self.chooser.period.code, self.looking.chosen, self.looking.chosen_document)

    def _held(self, wanted: Wanted) -> Drafted | None:
        return self.known.draft(wanted.code) if wanted.report is None else None

    def look(self) -> None:
        """Show the version and document chosen: the first pages at once, then all."""
        if self._rest:  # annexes of what is no longer wanted
            self._after = self.look
            if self._task is not None:
                self._task.cancel()
            return
        wanted = self._wanted()
        work = partial(do.look_first, self.session.desk, wanted, self._held(wanted))
        self._run(work, partial(self._show_first, self.known.generation), self._not_shown, slow=True)

    def _look_at(self, report: FrozenReport) -> None:
        self.looking.choose(report)
        self.looking.choose_document(do.REPORT)
        self.look()

    def _show_first(self, generation: int, shown: Shown) -> None:
        if shown.wanted.code != self.chooser.period.code:
            return
        self._note_draft(shown, generation)
        self.note.clear()
        self.main.setCurrentIndex(PAGES)
        self._show(shown, generation)
        self.preview.pages.setFocus()
        self.known.note_looked(shown.wanted.code)
        if not shown.whole:
            work = partial(do.look_whole, self.session.desk, shown.wanted, shown.snapshot)
            self._after = partial(self._show_rest, work, generation)

    def _show_rest(self, work: Work, generation: int) -> None:
        self._run(work, partial(self._show, generation=generation), slow=True)
        self._rest = True

    def _note_draft(self, shown: Shown, generation: int) -> None:
        if shown.drafted is not None:
            self.known.note_draft(shown.drafted, generation)
            self.show_counts(shown.snapshot)

    def _show(self, shown: Shown, generation: int) -> None:
        if shown.wanted != self._wanted():
            return
        held = self._shown
        more = held is not None and held.wanted == shown.wanted and held.snapshot is shown.snapshot
        self._shown, self._shown_at = shown, generation
        name = report_name(shown.report)
        if shown.wanted.document != do.REPORT:
            name = f"{document_name(shown.wanted.document)} · {name}"
        self.preview.show_report(shown, name, keep_place=more)

    def _not_shown(self, error: BaseException) -> None:
        """What cannot be shown is said where it would stand, with what to do."""
        if isinstance(error, UserError):
            self._put_pages_away()
            self.note.tell(str(error), [(tr("Try again"), self.look)], picture="x-circle", tone="red")
        else:
            self.session.say_error(error, self.look)

    # -- printing ----------------------------------------------------------------------------

    def print_pages(self) -> None:
        """Print the version and document chosen, every page of it made first."""
        wanted, shown = self._wanted(), self._shown
        fresh = shown is not None and (shown.report is not None or self._shown_at == self.known.generation)
        if shown is not None and fresh and shown.whole and shown.wanted == wanted:
            self._ask_printer(shown)
            return
        work = partial(do.make_whole, self.session.desk, wanted, self._held(wanted))
        self._run(work, partial(self._print_made, self.known.generation), self._not_shown, slow=True)

    def _print_made(self, generation: int, shown: Shown) -> None:
        self._note_draft(shown, generation)
        self._show(shown, generation)
        self._after = partial(self._ask_printer, shown)

    def _ask_printer(self, shown: Shown) -> None:
        printer = ask.printer(self, do.folder_name(shown.snapshot), len(shown.sizes))
        if printer is None:
            return
        self._printer = printer  # its last reference must not end in the thread that prints
        self._print(shown, None)

    def _print(self, shown: Shown, register: str | None) -> None:
        if self._printer is not None:
            work = partial(do.print_document, self.session.desk, shown, self._printer, register=register)
            self._run(work, self._printed, self._asking(partial(self._print, shown)), slow=True)

    def _asking(self, again: Callable[[str], object]) -> Callable[[BaseException], None]:
        """What to do when something fails: ask for the register number when that is all, and go on."""

        def failed(error: BaseException) -> None:
            if not self.register.takes(error, again):
                self.session.say_error(error)

        return failed

    def _printed(self, pages: int) -> None:
        self.session.say(ntr("{n} page was printed.", "{n} pages were printed.", pages), Tone.DONE)

    # -- files -------------------------------------------------------------------------------

    def save_documents(self) -> None:
        """Write the documents ticked of the version chosen."""
        folder = choose.folder(self, tr("Where to save the report"), str(own_folder().parent))
        if folder is not None:
            self._save(self._wanted(), self.looking.formats, folder, None)

    def _save(self, wanted: Wanted, formats: Sequence[str], folder: Path, register: str | None) -> None:
        work = partial(
            do.save_documents, self.session.desk, wanted, self._held(wanted), formats, folder,
            register=register,
        )  # fmt: skip
        self._run(work, self._saved, self._asking(partial(self._save, wanted, formats, folder)))

    def _saved(self, files: list[Path]) -> None:
        folder = files[0].parent
        text = tr(
            "Saved in {folder}: {files}", folder=str(folder), files=", ".join(one.name for one in files)
        )
        self.session.said.emit(Message(text, Tone.DONE, tr("Open the folder"), partial(open_path, folder)))

    def open_in_word(self) -> None:
        """Write the Word file of the version and document chosen and open it."""
        self._write_for_word(self._wanted(), None)

    def _write_for_word(self, wanted: Wanted, register: str | None) -> None:
        work = partial(
            do.write_for_word, self.session.desk, wanted, self._held(wanted), own_folder(), register=register
        )
        self._run(work, self._open_word, self._asking(partial(self._write_for_word, wanted)))

    def _open_word(self, path: Path) -> None:
        if open_path(path):
            text = tr("Opened {path}. What you write there stays yours.", path=str(path))
            self.session.said.emit(
                Message(text, Tone.DONE, tr("Open the folder"), partial(open_path, path.parent))
            )
        else:
            text = tr("No program for Word files was found. The file lies at {path}.", path=str(path))
            self.session.say(text, Tone.WARN)

    def _choose_folder(self) -> None:
        folder = choose.folder(self, tr("Where the Word files go"), str(own_folder()))
        if folder is not None:
            keep_folder(folder)
            self.looking.show_folder()

    # -- what is under way -------------------------------------------------------------------

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
        self.show_buttons()

    def _stopped(self) -> None:
        if self._after is None:
            self.session.say(tr("Stopped. Nothing was changed."))

    def _ended(self) -> None:
        self._task, self._rest = None, False
        self.show_buttons()
        after, self._after = self._after, None
        if after is not None:
            after()


def open_path(path: Path) -> bool:
    """Open a file or folder with the program the system has for it."""
    return QDesktopServices.openUrl(QUrl.fromLocalFile(str(path)))

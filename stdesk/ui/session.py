"""What every page is given: the open desk, background work, messages, navigation."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from functools import partial
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, Signal

from stdesk import logs
from stdesk.domain.records import Changes
from stdesk.errors import Exit, UserError, from_os_error
from stdesk.i18n import message, ntr, tr
from stdesk.progress import Progress
from stdesk.services.desk import Desk
from stdesk.services.traces import Left
from stdesk.ui.tasks import Task, TaskRunner, Work


class Tone(StrEnum):
    """What a message means; shown by icon and word as well as colour."""

    DONE = "done"
    INFO = "info"
    WARN = "warn"
    FAIL = "fail"


@dataclass(frozen=True, slots=True)
class Message:
    """One line of the message bar.

    Attributes:
        text: what happened, and what to do.
        tone: what it means.
        action_label, action: the way back or on ("Hoàn tác"), when there is one.
    """

    text: str
    tone: Tone = Tone.INFO
    action_label: str = ""
    action: Callable[[], object] | None = None


@dataclass(frozen=True, slots=True)
class ClosedWork:
    """Work on the folder of a library that is closed meanwhile: encrypting it, going back to a backup.

    The window goes, a page with the progress and a way to stop stands in its place, and the library is opened
    anew where one was. When the work fails or is stopped, so it is too, and why is said.

    Attributes:
        title: what is being done.
        work: a plain function over plain data.
        said: what the message bar says after, made from the work's result.
        key: from the work's result: what opens the library anew, ``None`` = no password; by default what
            opened it before.
        page: shown after; "" = where one was.
    """

    title: str
    work: Work
    said: Callable[[Any], str]
    key: Callable[[Any], Any] | None = None
    page: str = ""


DAMAGE = ("library_damaged", "snapshot_missing", "snapshot_changed")
"""Codes of what is wrong with the library itself: another try mends none of it."""


class Conversation(QObject):
    """What a window says and does: work away from it, messages, navigation; of whatever is open in it.

    Args:
        runner: where work is done.
        folder: what a failure of the disk is about when it names nothing itself.

    Signals:
        changed: ``Changes`` of a finished act; pages refresh what they show.
        said: ``Message`` for the message bar.
        page_wanted: (page name, arguments) to be shown.
    """

    changed = Signal(object)
    said = Signal(object)
    page_wanted = Signal(str, object)

    def __init__(self, runner: TaskRunner, folder: Path, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.runner = runner
        self.folder = folder

    def run(
        self,
        owner: QObject,
        work: Work,
        then: Callable[[Any], None] | None = None,
        *,
        beside: bool = False,
        slow: bool = False,
        again: Callable[[], object] | None = None,
    ) -> Task:
        """Run ``work`` off the GUI thread; ``then`` gets its result, failures go to the message bar.

        ``again`` does the act once more, offered when the disk refused it; without it what is shown is read anew.
        """
        task = self.runner.run(owner, work, beside=beside, slow=slow)
        if then is not None:
            task.finished.connect(then)
        task.failed.connect(partial(self._failed, again))
        task.cancelled.connect(lambda: self.say(tr("Stopped. Nothing was changed.")))
        return task

    def _failed(self, again: Callable[[], object] | None, error: BaseException) -> None:
        of_the_disk = isinstance(error, OSError) or (
            isinstance(error, UserError) and error.exit_code is Exit.ENVIRONMENT
        )
        self.say_error(error, again if of_the_disk else None)

    def say(self, text: str, tone: Tone = Tone.INFO) -> None:
        """Show a line in the message bar."""
        self.said.emit(Message(text, tone))

    def say_error(self, error: BaseException, again: Callable[[], object] | None = None) -> None:
        """Show what went wrong: its sentence, or for a bug where the report lies.

        What disk, lock or file refused can be tried again: by ``again``, else by reading anew what is shown.
        """
        if isinstance(error, OSError):
            error = from_os_error(error, error.filename or self.folder)
        if isinstance(error, UserError):
            logs.note("refused", code=error.code)
        if isinstance(error, UserError) and (again or error.exit_code is Exit.ENVIRONMENT):
            act = again or partial(self.changed.emit, Changes())
            self.said.emit(Message(str(error), Tone.FAIL, tr("Try again"), act))
        elif isinstance(error, UserError):
            self.said.emit(Message(str(error), Tone.FAIL))
        else:
            self.said.emit(Message(message("internal_error"), Tone.FAIL))


class Session(Conversation):
    """The shared state of one window over one open library.

    Signals:
        record_wanted: (kind, record id or "" for a new one, field name) to be opened in its page.
        library_wanted: folder of another library to be opened instead of this one.
        lock_wanted: the library is to be locked now, until its password is typed.
        lock_minutes_changed: the time after which it locks itself was chosen anew.
        closed_wanted: ``ClosedWork`` to be done on the library while it is closed.
    """

    record_wanted = Signal(str, str, str)
    library_wanted = Signal(object)
    lock_wanted = Signal()
    lock_minutes_changed = Signal()
    closed_wanted = Signal(object)

    def __init__(self, desk: Desk, runner: TaskRunner, parent: QObject | None = None) -> None:
        super().__init__(runner, desk.folder, parent)
        self.desk = desk

    def say_error(self, error: BaseException, again: Callable[[], object] | None = None) -> None:
        """As any window does; of damage with the way to the page that looks the library over."""
        if isinstance(error, UserError) and error.code in DAMAGE:
            logs.note("refused", code=error.code)
            look = partial(self.page_wanted.emit, "doctor", {"look": "quick"})
            self.said.emit(Message(str(error), Tone.FAIL, tr("Look it over"), look))
        else:
            super().say_error(error, again)

    def done(self, changes: Changes) -> None:
        """An act is finished: refresh the views, say so and offer the way back."""
        self.changed.emit(changes)
        if changes.label:
            logs.note("did", label=changes.label)
            text = message(f"did_{changes.label}", **changes.params)
            self.said.emit(Message(text, Tone.DONE, tr("Undo (Ctrl+Z)"), self.undo))
        if changes.ids:
            task = self.runner.run(self, partial(_traces_of, self.desk, changes), beside=True)
            task.finished.connect(self.tell_traces)

    def tell_traces(self, left: Left) -> None:
        """Say what still holds the words of a record just put above the ceiling, and offer to take it away."""
        if left.backups:
            act = partial(self._remove_traces, left)
            self.said.emit(Message(left.said, Tone.WARN, tr("Remove those backups"), act))
        elif left:
            self.say(left.said, Tone.WARN)

    def _remove_traces(self, left: Left) -> None:
        work = partial(_remove_traces, self.desk, left)
        self.run(self, work, self._traces_removed, slow=True, again=partial(self._remove_traces, left))

    def _traces_removed(self, gone: int) -> None:
        self.changed.emit(Changes())
        said = ntr(
            "{n} backup is gone; a new one was made first.",
            "{n} backups are gone; a new one was made first.",
            gone,
        )
        self.say(said, Tone.DONE)

    def undo(self) -> None:
        """Take the last act back."""
        desk = self.desk
        self.run(
            self,
            desk.catalogue.undo,
            lambda changes: self._stepped(changes, back=True),
            again=self.undo,
        )

    def redo(self) -> None:
        """Do again what was last taken back."""
        desk = self.desk
        self.run(
            self,
            desk.catalogue.redo,
            lambda changes: self._stepped(changes, back=False),
            again=self.redo,
        )

    def _stepped(self, changes: Changes, *, back: bool) -> None:
        self.changed.emit(changes)
        what = message(f"did_{changes.label}", **changes.params)
        self.say(tr("Undone: {what}", what=what) if back else tr("Done again: {what}", what=what))


def _traces_of(desk: Desk, changes: Changes, progress: Progress) -> Left:
    progress.check()
    return desk.traces.left(changes)


def _remove_traces(desk: Desk, left: Left, progress: Progress) -> int:
    return desk.traces.remove(left, progress)

"""Backups nobody asks for: every few minutes it is asked whether one is due, and it is made beside the work."""

from __future__ import annotations

import logging
from functools import partial

from PySide6.QtCore import QCoreApplication, QObject, QTimer, Signal

from stdesk.errors import UserError, from_os_error
from stdesk.i18n import tr
from stdesk.ui.backups import reading
from stdesk.ui.session import Message, Session, Tone
from stdesk.ui.tasks import Task

log = logging.getLogger(__name__)
_FIRST_MS = 4_000  # the window comes first
_EVERY_MS = 5 * 60_000


class Keeper(QObject):
    """Belongs to a session; asks and makes in a thread for slow reading, so that no save waits for it.

    Attributes:
        problem: why the last one could not be made; "" after one that could.

    Signals:
        changed: something was made or failed.
    """

    changed = Signal()

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self._session = session
        self._task: Task | None = None
        self.problem = ""
        self._timer = QTimer(self, interval=_EVERY_MS)
        self._timer.timeout.connect(self.ask)
        if not session.desk.read_only and session.desk.as_of is None:
            self._timer.start()
            session.library_wanted.connect(self.stop)
            session.closed_wanted.connect(self.stop)
            if (app := QCoreApplication.instance()) is not None:
                app.aboutToQuit.connect(self.stop)
            QTimer.singleShot(_FIRST_MS, self, self.ask)

    @staticmethod
    def of(session: Session) -> Keeper | None:
        """The keeper of ``session``; ``None`` for a window that only looks."""
        found = session.findChild(Keeper)
        return found if isinstance(found, Keeper) else None

    @property
    def busy(self) -> bool:
        """Whether one is being made or asked for."""
        return self._task is not None

    def ask(self) -> None:
        """Make one if one is due; not while the one before is under way."""
        if self._task is not None:
            return
        task = self._session.runner.run(
            self, partial(reading.back_up_when_due, self._session.desk), slow=True
        )
        self._task = task
        task.finished.connect(self._made)
        task.failed.connect(self._failed)
        task.ended.connect(self._ended)

    def stop(self, _why: object = None) -> None:
        """No more: the library is about to be closed."""
        self._timer.stop()
        if self._task is not None:
            self._task.cancel()

    def _ended(self) -> None:
        self._task = None

    def _made(self, made: bool) -> None:
        if self.problem or made:
            self.problem = ""
            self.changed.emit()

    def _failed(self, error: BaseException) -> None:
        if isinstance(error, OSError):
            error = from_os_error(error, error.filename or self._session.desk.folder)
        if not isinstance(error, UserError):
            log.error("backup failed", exc_info=error)
        why = str(error) if isinstance(error, UserError) else tr("the program itself failed; see the report")
        first, self.problem = not self.problem, why
        if first:  # said once, not every few minutes; the overview keeps saying it
            text = tr("The backup that was due could not be made: {why}", why=why)
            self._session.said.emit(Message(text, Tone.FAIL, tr("Try again"), self.ask))
        self.changed.emit()

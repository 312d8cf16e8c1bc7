"""When to check: all of it in the background, what was just changed at once."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from stdesk.domain.records import Changes
from stdesk.progress import Progress
from stdesk.services.desk import Desk
from stdesk.ui.checks.grouping import CheckView, check_again_for_view, check_for_view
from stdesk.ui.session import Session
from stdesk.ui.tasks import Task
from stdesk.ui.widgets.progress_strip import ProgressStrip

_FEW = 200  # records looked at again by themselves; after more everything is
# Acts that change what is said of findings and nothing that is found.
_OF_FINDINGS = frozenset({"explained_findings", "took_reasons_back", "put_off_findings"})


class Checker(QObject):
    """Runs checks for a page, one at a time.

    Signals:
        answered: a :class:`CheckView`.
        state_changed: a check began, ended or was stopped.
    """

    answered = Signal(object)
    state_changed = Signal()

    def __init__(self, session: Session, owner: QWidget) -> None:
        super().__init__(owner)
        self._session = session
        self._owner = owner
        self._whole: Task | None = None
        self._quick: Task | None = None
        self._touched: set[str] = set()
        self._wants_all = True
        self._code = ""
        self.stopped = False  # the last check was given up: what is shown is of an earlier one
        self.strip: ProgressStrip | None = None

    @property
    def checking(self) -> bool:
        """Whether the whole is being checked."""
        return self._whole is not None

    @property
    def busy(self) -> bool:
        """Whether anything is being looked at."""
        return self._whole is not None or self._quick is not None

    def note(self, changes: Changes) -> None:
        """Remember what was changed until :meth:`refresh`."""
        if changes.label not in _OF_FINDINGS:
            self._touched.update(changes.ids)
            self._wants_all = True

    def refresh(self, code: str, view: CheckView | None) -> None:
        """What was changed since ``view`` is looked at again at once, then everything when that may say more."""
        if view is None or view.checked.period.code != code:
            self.check(code)
            return
        if len(self._touched) <= _FEW:
            self._look_again(view)
        if self._wants_all:
            self.check(code)

    def check(self, code: str) -> None:
        """Check the period ``code`` anew; a check still under way is given up."""
        self._drop(self._whole)
        self._touched.clear()
        self._wants_all, self.stopped, self._code = False, False, code
        task = self._session.runner.run(self._owner, partial(_check, self._session.desk, code), slow=True)
        task.finished.connect(self._answered)
        task.failed.connect(self._session.say_error)
        task.cancelled.connect(self._given_up)
        task.ended.connect(partial(self._ended, task))
        self._whole = task
        if self.strip is not None:
            self.strip.follow(task)
        self.state_changed.emit()

    def _look_again(self, view: CheckView) -> None:
        self._drop(self._quick)
        work = partial(_check_again, self._session.desk, view, frozenset(self._touched))
        task = self._session.runner.run(self._owner, work, beside=True)
        task.finished.connect(self._answered)
        task.failed.connect(self._session.say_error)
        task.ended.connect(partial(self._ended, task))
        self._quick = task

    def _answered(self, view: CheckView) -> None:
        if view.checked.period.code == self._code:
            self.answered.emit(view)

    def _given_up(self) -> None:
        self.stopped = True

    def _ended(self, task: Task) -> None:
        if self._whole is task:
            self._whole = None
        if self._quick is task:
            self._quick = None
        self.state_changed.emit()

    def _drop(self, task: Task | None) -> None:
        if task is None:
            return
        task.finished.disconnect(self._answered)
        if task is self._whole:
            task.cancelled.disconnect(self._given_up)
        task.cancel()


def _check(desk: Desk, code: str, progress: Progress) -> CheckView:
    return check_for_view(desk, desk.preparation.period(code), progress)


def _check_again(desk: Desk, view: CheckView, records: frozenset[str], progress: Progress) -> CheckView:
    return check_again_for_view(desk, view, records, progress)

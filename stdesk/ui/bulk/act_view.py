"""What the two views of the page share: looking off the GUI thread, and one act that is not cut off by it."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QWidget

from stdesk.domain.kinds import Kind
from stdesk.ui.session import Session
from stdesk.ui.tasks import Task, Work
from stdesk.ui.widgets.progress_strip import ProgressStrip

_FLASH_MS = 300  # what ends sooner shows no progress


class ActView(QWidget):
    """Shows what an act would do, and does it when the button of the page is pressed.

    Signals:
        ready: how many records or groups it would be done to; 0 while nothing can be done.
        done: the ``Changes`` of a finished act.
    """

    ready = Signal(int)
    done = Signal(object)

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.session = session
        self.kind: Kind | None = None
        self.task: Task | None = None
        self.progress = ProgressStrip()
        self._asked = 0
        self._acting = False  # an act under way is not cut off by looking again

    def look(self) -> None:
        """See again what the act would do."""
        raise AssertionError("every view looks")

    def apply(self) -> Task | None:
        """Do it; ``None`` when there is nothing to do now."""
        raise AssertionError("every view acts")

    def _begin_look(self) -> bool:
        """What was asked before is no longer wanted; False while an act is under way."""
        if self._acting:
            return False
        self._asked += 1
        if self.task is not None:
            self.task.cancel()
        return True

    def _ask(self, work: Work, show: Callable[[Any], None]) -> None:
        task = self.session.runner.run(self, work, slow=True)
        task.finished.connect(show)
        task.failed.connect(self.session.say_error)
        self._follow(task)

    def _act(self, work: Work) -> Task:
        self._acting = True
        task = self.session.run(self, work, self.done.emit, again=self.apply)
        self._follow(task)
        task.ended.connect(self._acted)
        self.ready.emit(0)
        return task

    def _acted(self) -> None:
        self._acting = False
        self.look()

    def _follow(self, task: Task) -> None:
        self.task = task
        task.ended.connect(partial(self._ended, task))
        QTimer.singleShot(_FLASH_MS, task, partial(self._follow_slow, task))

    def _follow_slow(self, task: Task) -> None:
        if self.task is task:
            self.progress.follow(task)

    def _ended(self, task: Task) -> None:
        if self.task is task:
            self.task = None

"""The one place where work leaves the GUI thread and its result comes back.

Work is a plain function over plain data: never a bound method of a widget, whose last
reference would then die in a worker thread and take the program with it. A :class:`Task` is a
child of the widget that asked for it, so when the widget goes nobody is called any more.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from functools import partial
from itertools import count
from typing import Any

from PySide6.QtCore import QObject, Qt, QTimer, Signal, Slot

from stdesk.errors import UserError
from stdesk.progress import Cancelled, Progress

log = logging.getLogger(__name__)

Work = Callable[[Progress], Any]
POLL_MS = 100


class Task(QObject):
    """One piece of work under way.

    Signals:
        finished: the result.
        failed: the exception; a ``UserError`` carries its sentence.
        faulted: after it, when the exception is the program's own fault.
        cancelled: the person stopped it.
        progressed: the ``Progress``, polled every tenth of a second.
        ended: after any of the three.
    """

    finished = Signal(object)
    failed = Signal(object)
    faulted = Signal(object)
    cancelled = Signal()
    progressed = Signal(object)
    ended = Signal()

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self.progress = Progress()
        self._future: Future[Any] | None = None
        self._timer = QTimer(self, interval=POLL_MS)
        self._timer.timeout.connect(self._report)

    def start(self, pool: ThreadPoolExecutor, work: Work, done: Callable[[Future[Any]], None]) -> Future[Any]:
        """Hand ``work`` to ``pool``; ``done`` is called from its thread."""
        self._timer.start()
        self._future = future = pool.submit(work, self.progress)
        future.add_done_callback(done)
        return future

    def cancel(self) -> None:
        """Ask the work to stop at its next step; work not begun is dropped."""
        self.progress.cancel()
        if self._future is not None:
            self._future.cancel()

    @Slot()
    def _report(self) -> None:
        self.progressed.emit(self.progress)

    def deliver(self) -> None:
        """Hand the result to whoever asked, in the GUI thread; the task is over."""
        self._timer.stop()
        if self._future is None or self._future.cancelled():
            self.cancelled.emit()
        else:
            self._hand_over(self._future)
        self.ended.emit()
        self._future = None
        self.deleteLater()

    def _hand_over(self, future: Future[Any]) -> None:
        error = future.exception()
        if error is None:
            self.finished.emit(future.result())
        elif isinstance(error, Cancelled):
            self.cancelled.emit()
        else:
            if isinstance(error, OSError):  # the disk, not the program; its owner says so
                log.info("the system refused", exc_info=error)
            elif not isinstance(error, UserError):
                log.error("work failed", exc_info=error)
            self.failed.emit(error)
            if not isinstance(error, OSError | UserError):
                self.faulted.emit(error)


class _Bell(QObject):
    """What worker threads ring: it lives as long as the runner, a task only as long as its widget.

    Ringing a task itself would now and then touch one that its widget's end is just taking apart.
    """

    rung = Signal(int)


class TaskRunner(QObject):
    """Acts on the library run one at a time, in order; other work runs beside them.

    What reads the whole library, such as every check of a year, is slow: it has threads of its own,
    so that neither a save nor the rows of a list wait for it.

    Signals:
        faulted: an exception of some work that is the program's own fault, to be written down.
    """

    faulted = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._library = ThreadPoolExecutor(1, "stdesk-library")
        self._beside = ThreadPoolExecutor(2, "stdesk-work")
        self._slow = ThreadPoolExecutor(2, "stdesk-reading")
        self._over = False
        self._tasks: dict[int, Task] = {}  # under way, by number
        self._numbers = count(1)
        self._working: set[Future[Any]] = set()  # whether anybody waits for them or not
        self._bell = _Bell(self)
        # Queued: work that is done at once must not deliver before the caller has connected.
        self._bell.rung.connect(self._deliver, Qt.ConnectionType.QueuedConnection)

    def run(self, owner: QObject, work: Work, *, beside: bool = False, slow: bool = False) -> Task:
        """Start ``work`` for ``owner``; connect to the task returned.

        Args:
            owner: the task is its child.
            work: what to do.
            beside: it writes nothing and is quick: it need not wait for acts under way.
            slow: it writes nothing and reads the whole library.
        """
        task = Task(owner)
        task.faulted.connect(self.faulted)
        if self._over:  # the window is going: nothing new is begun, nobody waits for it
            return task
        number = next(self._numbers)
        self._tasks[number] = task
        task.destroyed.connect(partial(self._gone, number))
        pool = self._slow if slow else self._beside if beside else self._library
        self._working = {future for future in self._working if not future.done()}
        self._working.add(task.start(pool, work, partial(_ring, self._bell, number)))
        return task

    def busy(self) -> bool:
        """Whether something is still being done, or done and not handed over, even if its widget went."""
        return bool(self._tasks) or any(not future.done() for future in self._working)

    @Slot(int)
    def _deliver(self, number: int) -> None:
        task = self._tasks.pop(number, None)
        if task is not None:
            task.deliver()

    def _gone(self, number: int, _task: QObject | None = None) -> None:
        self._tasks.pop(number, None)  # its widget went: nobody is waiting

    def shutdown(self) -> None:
        """Wait for what is under way, drop what is not begun and what is asked for later."""
        self._over = True
        for pool in (self._library, self._beside, self._slow):
            pool.shutdown(wait=True, cancel_futures=True)


def _ring(bell: _Bell, number: int, _future: Future[Any]) -> None:  # in the worker thread
    try:
        bell.rung.emit(number)
    except RuntimeError:
        log.debug("a task outlived the window")

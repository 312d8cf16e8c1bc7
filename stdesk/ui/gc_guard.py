"""Python's cycle collector, kept on the GUI thread and short.

A cycle that holds a widget may otherwise be collected in a worker thread, where destroying a
widget ends the program. And a collection of everything would look at the whole program each time
(some 400 ms): what is there when the window stands is set aside for good, and mostly only what
was made since the last time is looked at.

Objects are counted, never fetched: a list of all objects (``gc.get_objects``) refers for a moment to a
tuple that another thread is just making, and the making then fails with a ``SystemError``.
"""

from __future__ import annotations

import gc
import time

from PySide6.QtCore import QObject, QTimer

INTERVAL_MS = 5_000
_STANDS_MS = 3_000  # after the start: the program is loaded, the window stands
_MOST = 100_000  # objects looked at in one go: about 40 ms
_NS_EACH = 400  # to look at one object
_ROUNDS = (6, 60)  # young ones every time, those that stayed every so many rounds, all every so many


class GcGuard(QObject):
    """Collects on a timer of the GUI thread while it lives, instead of whenever and anywhere."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        gc.disable()
        self._round = 0
        self._held = [0, 0, 0]  # about so many objects of each age, the young ones last counted
        self._timer = QTimer(self, interval=INTERVAL_MS)
        self._timer.timeout.connect(self.collect)
        self._timer.start()
        QTimer.singleShot(_STANDS_MS, self, self._set_aside)

    def collect(self) -> None:
        """One short collection; what would take long to look at is set aside instead.

        Set aside are, above all, the many records that a long piece of work holds for a while. They still go
        when nobody refers to them; only a cycle among them would stay.
        """
        self._round += 1
        middle, whole = _ROUNDS
        oldest = 2 if self._round % whole == 0 else 1 if self._round % middle == 0 else 0
        self._held[0] = gc.get_count()[0]
        looked_at = sum(self._held[: oldest + 1])
        if looked_at > _MOST:
            self._set_aside()
            return
        begun = time.perf_counter_ns()
        gc.collect(oldest)
        # No more than those looked at have stayed, and no more than fit into the time that it took.
        stayed = min(looked_at, (time.perf_counter_ns() - begun) // _NS_EACH)
        self._held[: oldest + 1] = [0] * (oldest + 1)
        self._held[min(oldest + 1, 2)] += stayed

    def _set_aside(self) -> None:
        """Never look again at what is there now."""
        gc.freeze()
        self._held = [0, 0, 0]

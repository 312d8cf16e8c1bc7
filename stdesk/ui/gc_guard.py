"""Python's cycle collector, kept on the GUI thread and short.

A cycle that holds a widget may otherwise be collected in a worker thread, where destroying a
widget ends the program. And a collection of everything would look at the whole program each time
(some 400 ms): what is there when the window stands is set aside for good, and mostly only what
was made since the last time is looked at.
"""

from __future__ import annotations

import gc

from PySide6.QtCore import QObject, QTimer

INTERVAL_MS = 5_000
_STANDS_MS = 3_000  # after the start: the program is loaded, the window stands
_MOST = 100_000  # objects looked at in one go: about 40 ms
_ROUNDS = (6, 60)  # young ones every time, those that stayed every so many rounds, all every so many


class GcGuard(QObject):
    """Collects on a timer of the GUI thread while it lives, instead of whenever and anywhere."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        gc.disable()
        self._round = 0
        self._timer = QTimer(self, interval=INTERVAL_MS)
        self._timer.timeout.connect(self.collect)
        self._timer.start()
        QTimer.singleShot(_STANDS_MS, self, gc.freeze)

    def collect(self) -> None:
        """One short collection; what would take long to look at is set aside instead.

        Set aside are, above all, the many records that a long piece of work holds for a while. They still go
        when nobody refers to them; only a cycle among them would stay.
        """
        self._round += 1
        middle, whole = _ROUNDS
        oldest = 2 if self._round % whole == 0 else 1 if self._round % middle == 0 else 0
        if sum(len(gc.get_objects(generation)) for generation in range(oldest + 1)) > _MOST:
            gc.freeze()
        else:
            gc.collect(oldest)

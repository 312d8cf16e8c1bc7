"""Python's cycle collector, kept on the GUI thread.

A cycle that holds a widget may otherwise be collected in a worker thread, where destroying a
widget ends the program.
"""

from __future__ import annotations

import gc

from PySide6.QtCore import QObject, QTimer

INTERVAL_MS = 30_000


class GcGuard(QObject):
    """Collects on a timer of the GUI thread while it lives, instead of whenever and anywhere."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        gc.disable()
        self._timer = QTimer(self, interval=INTERVAL_MS)
        self._timer.timeout.connect(gc.collect)
        self._timer.start()

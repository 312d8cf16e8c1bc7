"""Sees that nobody is at the computer any more: no key and no mouse, asleep, or its screen locked."""

from __future__ import annotations

import sys
import time
from typing import Any

from PySide6.QtCore import QEvent, QObject, Qt, QTimer, Signal
from PySide6.QtGui import QGuiApplication, QWindow
from PySide6.QtWidgets import QWidget

TICK_MS = 5_000
ASLEEP_S = 60
"""A tick that comes so much too late was not a busy moment: the computer slept."""
IDLE, ASLEEP, SCREEN = "idle", "asleep", "screen"

_INPUT = frozenset({
    QEvent.Type.KeyPress, QEvent.Type.MouseButtonPress, QEvent.Type.MouseMove, QEvent.Type.Wheel,
    QEvent.Type.TouchBegin, QEvent.Type.TouchUpdate, QEvent.Type.TabletPress, QEvent.Type.TabletMove,
    QEvent.Type.InputMethod,
})  # fmt: skip

# Windows: WinUser.h, WtsApi32.h
_WM_POWERBROADCAST, _WM_WTSSESSION_CHANGE = 0x0218, 0x02B1
_PBT_APMSUSPEND = 0x0004
_AWAY = {0x2, 0x4, 0x7}  # console and remote disconnect, session locked
_THIS_SESSION = 0


def means_away(number: int, what: int) -> str:
    """What a message of Windows says of the computer: ``ASLEEP``, ``SCREEN``, or "" for anything else."""
    if number == _WM_POWERBROADCAST and what == _PBT_APMSUSPEND:
        return ASLEEP
    if number == _WM_WTSSESSION_CHANGE and what in _AWAY:
        return SCREEN
    return ""


def slept() -> float:
    """Seconds this computer has slept since it was started, as far as the system tells; it only grows."""
    with_sleep, without = getattr(time, "CLOCK_BOOTTIME", None), getattr(time, "CLOCK_MONOTONIC", None)
    if with_sleep is None or without is None:  # Windows says so itself, see below
        return 0.0
    return time.clock_gettime(with_sleep) - time.clock_gettime(without)


class _Ear(QWidget):  # pragma: no cover - Windows only
    """A window nobody sees, told by Windows that the screen is locked or the computer goes to sleep.

    A window of its own, so that the messages of the ones in use are not looked at one by one.
    """

    heard = Signal(str)

    def __init__(self) -> None:
        super().__init__(None, Qt.WindowType.Tool)
        import ctypes

        ctypes.windll.wtsapi32.WTSRegisterSessionNotification(int(self.winId()), _THIS_SESSION)  # type: ignore[attr-defined,unused-ignore]

    def nativeEvent(self, event_type: Any, message: Any) -> tuple[bool, int]:
        """Messages of this window."""
        from ctypes import wintypes

        told = wintypes.MSG.from_address(int(message))
        if why := means_away(told.message, told.wParam):
            self.heard.emit(why)
        return False, 0


class Watch(QObject):
    """Tells once when a person has gone.

    Signals:
        gone: ``IDLE``, ``ASLEEP`` or ``SCREEN``.
    """

    gone = Signal(str)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._seconds = 0.0
        self._last = self._ticked = time.monotonic()
        self._slept = slept()
        self._timer = QTimer(self, interval=TICK_MS)
        self._timer.timeout.connect(self.look)
        self._ear: _Ear | None = None
        self._heard: list[QWindow] = []

    def start(self, minutes: int) -> None:
        """Watch from now on; idle for ``minutes`` counts, 0 = never (asleep and screen still do)."""
        self._seconds = minutes * 60.0
        self._last = self._ticked = time.monotonic()
        self._slept = slept()
        self._timer.start()
        app = QGuiApplication.instance()
        if isinstance(app, QGuiApplication):
            app.focusWindowChanged.connect(self._listen, Qt.ConnectionType.UniqueConnection)
            self._listen(app.focusWindow())
        if sys.platform == "win32" and self._ear is None:  # pragma: no cover
            self._ear = _Ear()
            self._ear.heard.connect(self._tell)

    def stop(self) -> None:
        """Stop watching."""
        self._timer.stop()

    @property
    def watching(self) -> bool:
        """Whether somebody is waited for."""
        return self._timer.isActive()

    def _listen(self, window: QWindow | None) -> None:
        """Input reaches a window before its widgets: a filter there sees little else."""
        if window is not None:
            window.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Somebody is there."""
        del watched
        if event.type() in _INPUT:
            self._last = time.monotonic()
        return False

    def look(self) -> None:
        """Whether somebody is still there; asked every few seconds."""
        now, asleep = time.monotonic(), slept()
        late, self._ticked = now - self._ticked - TICK_MS / 1000, now
        deeper, self._slept = asleep - self._slept, asleep
        if late > ASLEEP_S or deeper > 1:
            self._tell(ASLEEP)
        elif self._seconds and now - self._last >= self._seconds:
            self._tell(IDLE)

    def _tell(self, why: str) -> None:
        if self._timer.isActive():
            self._timer.stop()
            self.gone.emit(why)

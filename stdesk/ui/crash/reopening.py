"""Keeps where the person is in the window, and offers to go back there after a sudden end."""

from __future__ import annotations

import json
from functools import partial
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, QTimer

from stdesk.crashes import Report
from stdesk.errors import UserError
from stdesk.i18n import tr
from stdesk.progress import Progress
from stdesk.services.whereabouts import Spot, Whereabouts
from stdesk.ui.crash.page import show_over

if TYPE_CHECKING:
    from stdesk.ui.shell import MainWindow

_EVERY_MS = 3_000


class Following(QObject):
    """Looks now and then where the window is and keeps it, away from the GUI thread.

    Args:
        window: the window; the follower goes with it.
        whereabouts: of its library.
    """

    def __init__(self, window: MainWindow, whereabouts: Whereabouts) -> None:
        super().__init__(window)
        self._window, self._whereabouts = window, whereabouts
        self._last = ""
        self._timer = QTimer(self, interval=_EVERY_MS)
        self._timer.timeout.connect(self.look)
        self._timer.start()

    def look(self) -> None:
        """Keep the place when it is another than the one kept last."""
        spot = self._window.where()
        if not spot[0]:
            return
        shown = json.dumps(spot, default=str)
        if shown != self._last:
            self._last = shown
            self._window.session.runner.run(self, partial(_keep, self._whereabouts, spot), beside=True)


def _keep(whereabouts: Whereabouts, spot: Spot | None, _progress: Progress) -> None:
    try:
        whereabouts.keep(spot)
    except (OSError, UserError):
        return  # a help, not a promise


def offer(window: MainWindow, report: Report, spot: Spot | None) -> None:
    """Say in a line over the page that the program stopped suddenly, and offer the ways back."""
    acts: list[tuple[str, Any]] = []
    if spot is not None and window.has(spot[0]) and spot != window.where():
        acts.append((tr("Open where I was"), partial(_go, window, spot)))
    if report.text:
        acts.append((tr("See the report"), partial(_see, window, report)))
    acts.append((tr("Put the message away"), window.band.clear))
    text = (
        tr("The program stopped suddenly last time. Everything saved is intact.")
        if report.text
        else tr("The program was ended from outside last time (a power cut?). Everything saved is intact.")
    )
    window.band.tell(text, acts, picture="warning", tone="amber")


def _go(window: MainWindow, spot: Spot) -> None:
    window.band.clear()
    window.go(*spot)


def _see(window: MainWindow, report: Report) -> None:
    show_over(window, report, earlier=True)

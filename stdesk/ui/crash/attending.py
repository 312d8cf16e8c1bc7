"""What stands in the band over a window's pages: a library others hold, a sudden end, a doubtful place."""

from __future__ import annotations

import contextlib
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from stdesk.crashes import Report
from stdesk.errors import UserError
from stdesk.i18n import tr
from stdesk.progress import Progress
from stdesk.services.desk import Desk
from stdesk.services.places import PlaceWarning, is_told, put_told
from stdesk.ui.crash.looking_only import LookingOnly
from stdesk.ui.crash.reopening import Following, offer

if TYPE_CHECKING:
    from stdesk.ui.shell import MainWindow


class Attending(QObject):
    """Sees to each new window over a library.

    Args:
        left: how earlier runs of the program ended, offered in the first window.

    Signals:
        writing_wanted: folder of the library that is to be opened for writing after all.
    """

    writing_wanted = Signal(object)

    def __init__(self, left: list[Report], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.left = left

    def attend(self, window: MainWindow, *, return_now: bool = False) -> None:
        """See to ``window``; ``return_now``: go to where the person was without asking."""
        desk = window.session.desk
        if desk.as_of is not None:
            return
        if desk.read_only:
            looking = LookingOnly(window)
            looking.writing_wanted.connect(partial(self.writing_wanted.emit, desk.folder))
            return
        spot = None
        with contextlib.suppress(OSError, UserError):
            spot = desk.whereabouts.kept()
        if return_now and spot is not None and window.has(spot[0]):
            window.go(*spot)
        elif self.left:
            offer(window, max(self.left, key=lambda one: bool(one.text)), spot)
        else:
            _look_at_place(window)
        self.left = []
        Following(window, desk.whereabouts)


def forget(desk: Desk) -> None:
    """The library is closed as it should be: there is nothing to go back to."""
    with contextlib.suppress(OSError, UserError):
        desk.whereabouts.keep(None)


def _look_at_place(window: MainWindow) -> None:
    task = window.session.runner.run(window, partial(_warnings, window.session.desk), beside=True)
    task.finished.connect(partial(_tell_places, window))


def _warnings(desk: Desk, _progress: Progress) -> list[PlaceWarning]:
    return [one for one in desk.place_warnings() if not is_told(desk.folder, one)]


def _tell_places(window: MainWindow, found: list[PlaceWarning]) -> None:
    if found and not window.band.isVisible():
        acts = [(tr("Understood"), partial(_understood, window, found))]
        window.band.tell("\n".join(one.said for one in found), acts, picture="warning", tone="amber")


def _understood(window: MainWindow, found: list[PlaceWarning]) -> None:
    window.band.clear()
    window.session.runner.run(window, partial(_keep, window.session.desk.folder, found), beside=True)


def _keep(folder: Path, found: list[PlaceWarning], _progress: Progress) -> None:
    with contextlib.suppress(OSError):
        put_told(folder, found)

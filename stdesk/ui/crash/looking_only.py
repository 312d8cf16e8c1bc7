"""A window over a library that another program holds: it says who, and when the library is free again."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal

from stdesk.domain.records import Changes
from stdesk.i18n import tr
from stdesk.progress import Progress
from stdesk.services.holders import Holder, holder_of
from stdesk.ui.widgets.note_line import Act

if TYPE_CHECKING:
    from stdesk.ui.shell import MainWindow

_EVERY_MS = 5_000


class LookingOnly(QObject):
    """Keeps the band of a read-only window true.

    Args:
        window: of a library opened to be looked at only; this goes with it.

    Signals:
        writing_wanted: the person wants to open it for writing now.
    """

    writing_wanted = Signal()

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window = window
        self._known: Holder | None = None
        self._told = False
        self._timer = QTimer(self, interval=_EVERY_MS)
        self._timer.timeout.connect(self.look)
        self._timer.start()
        self.look()

    def look(self) -> None:
        """Ask who holds the library, away from the GUI thread."""
        session = self._window.session
        task = session.runner.run(self, partial(_holder, session.desk.folder), beside=True)
        task.finished.connect(self._tell)

    def _tell(self, holder: Holder | None) -> None:
        if self._told and holder == self._known:
            return
        freed = self._told and self._known is not None and holder is None
        self._known, self._told = holder, True
        again: Act = (tr("Read again"), partial(self._window.session.changed.emit, Changes()))
        if holder is not None:
            text = tr(
                "To be looked at only: {who} has this library open since {since}. What is changed there shows after "
                "reading again.",
                who=holder.who,
                since=holder.since,
            )
            acts = [(tr("Try again"), self.writing_wanted.emit), again]
        elif freed:
            text = tr("The library has been given back: it can be opened for writing now.")
            acts = [(tr("Open for writing"), self.writing_wanted.emit)]
        else:
            text = tr("This library is open to be looked at only; nothing can be changed here.")
            acts = [(tr("Open for writing"), self.writing_wanted.emit), again]
        self._window.band.tell(text, acts, picture="eye", tone="green" if freed else "amber")


def _holder(folder: Path, _progress: Progress) -> Holder | None:
    return holder_of(folder)

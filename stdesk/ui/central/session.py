"""What every page of the centre's window is given: the open centre, background work, messages, navigation."""

from __future__ import annotations

from datetime import date

from PySide6.QtCore import QObject, Signal

from stdesk.central.agency import Agency
from stdesk.clock import local_date
from stdesk.domain.records import Changes
from stdesk.ui.session import Conversation, Tone
from stdesk.ui.tasks import TaskRunner


class CentralSession(Conversation):
    """The shared state of one window over one open centre.

    Attributes:
        agency: the open centre. name: its name.
        period: code of the period that every page shows.

    Signals:
        period_changed: another one was chosen.
    """

    period_changed = Signal(str)

    def __init__(self, agency: Agency, name: str, runner: TaskRunner, parent: QObject | None = None) -> None:
        super().__init__(runner, agency.folder, parent)
        self.agency = agency
        self.name = name
        self.period = str(self.today().year)

    def today(self) -> date:
        """The calendar day here."""
        return local_date(self.agency.clock())

    def show_period(self, code: str) -> None:
        """Every page shows this period from now on."""
        if code != self.period:
            self.period = code
            self.period_changed.emit(code)
            self.changed.emit(Changes())

    def happened(self, text: str, tone: Tone = Tone.DONE) -> None:
        """An act is finished: every page reads anew what it shows, and it is said."""
        self.changed.emit(Changes())
        self.say(text, tone)

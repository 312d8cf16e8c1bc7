"""What editors propose while one types, kept up to date for the whole session."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal

from stdesk.domain.records import Changes
from stdesk.progress import Progress
from stdesk.services.suggestions import Suggestions
from stdesk.ui.session import Session
from stdesk.ui.widgets.suggest_line import SuggestLine

_NAME = "proposals"


class Proposals(QObject):
    """One a session; made by :func:`proposals_of`.

    Signals:
        read: more is known than before.
    """

    read = Signal()

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self.setObjectName(_NAME)
        self._session = session
        self._reading = False
        self.known: Suggestions = session.desk.suggestions
        session.changed.connect(self._changed)

    def wake(self) -> None:
        """Read off the GUI thread what is out of date, if anything is."""
        if self._reading or not self.known.stale:
            return
        self._reading = True
        known = self.known

        def work(progress: Progress) -> bool:
            return known.build(progress)

        task = self._session.runner.run(self, work, slow=True)
        task.finished.connect(self._read)
        task.failed.connect(self._failed)
        task.cancelled.connect(self._stopped)

    def _read(self, anything: bool) -> None:
        self._reading = False
        if anything:
            self.read.emit()

    def _failed(self, error: BaseException) -> None:
        self._reading = False
        self._session.say_error(error)

    def _stopped(self) -> None:
        self._reading = False

    def _changed(self, changes: Changes) -> None:
        self.known.invalidate(changes)


def proposals_of(session: Session) -> Proposals:
    """The proposals of ``session``."""
    found = session.findChild(Proposals, _NAME)
    return found if isinstance(found, Proposals) else Proposals(session)


def propose_texts(line: SuggestLine, session: Session, kind: str, field: str) -> None:
    """Have ``line`` propose what the library holds in ``field`` (``people.unit`` of a person)."""
    known = session.desk.suggestions
    wake_by(line, session)
    line.set_find(lambda typed: known.texts(kind, field, typed))


def wake_by(line: SuggestLine, session: Session) -> None:
    """Bring the proposals up to date whenever one comes to ``line``; show them as soon as they are."""
    proposals = proposals_of(session)
    line.entered.connect(proposals.wake)
    proposals.read.connect(line.propose_again)

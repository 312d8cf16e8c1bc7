"""A line that finds records of any kind by their words."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QWidget

from stdesk.i18n import tr
from stdesk.progress import Progress
from stdesk.services.catalogue import Catalogue, Hit
from stdesk.ui.session import Session
from stdesk.ui.widgets.suggest_line import Proposal, SuggestLine

SEARCH_MS = 180
_MOST = 12


class RecordLine(SuggestLine):
    """Finds in the background; late answers to older words are dropped.

    Args:
        but: id of the record that is not to be found: the one that asks.

    Signals:
        record_taken: the :class:`Hit` chosen; the line is empty again.
    """

    record_taken = Signal(object)

    def __init__(
        self, session: Session, but: Callable[[], str] = lambda: "", parent: QWidget | None = None
    ) -> None:
        super().__init__(lambda _typed: (), parent)
        self._session = session
        self._but = but
        self._searches = 0
        self.setPlaceholderText(tr("Find a record by its words"))
        self._timer = QTimer(self, singleShot=True, interval=SEARCH_MS)
        self._timer.timeout.connect(self._search)
        self.textEdited.connect(lambda _text: self._timer.start())
        self.taken.connect(self._chosen)

    def open_proposals(self) -> None:
        """What the words find."""
        self._search()

    def _propose(self, typed: str) -> None:
        if not typed.strip():
            self.close_proposals()

    def _search(self) -> None:
        words = self.text().strip()
        self._searches += 1
        if words:
            asked, catalogue = self._searches, self._session.desk.catalogue

            def work(_progress: Progress) -> tuple[int, list[Hit]]:
                return asked, _found(catalogue, words)

            self._session.run(self, work, self._show_found, beside=True)

    def _show_found(self, answer: tuple[int, list[Hit]]) -> None:
        asked, hits = answer
        if asked != self._searches:
            return
        kinds = self._session.desk.kinds
        self.propose(
            [
                Proposal(hit.title, f"{kinds[hit.kind].label} {hit.number} · {_year(hit)}".strip(" ·"), hit)
                for hit in hits
                if hit.id != self._but()
            ]
        )

    def _chosen(self, proposal: Proposal) -> None:
        self.clear()
        self.record_taken.emit(proposal.data)


def _found(catalogue: Catalogue, words: str) -> list[Hit]:
    return catalogue.find(words, limit=_MOST)


def _year(hit: Hit) -> str:
    return hit.date[:4]

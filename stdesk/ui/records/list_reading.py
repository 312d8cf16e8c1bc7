"""Asking for a list: at once, off the GUI thread, one question at a time, the newest only."""

from __future__ import annotations

from array import array
from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial

from PySide6.QtCore import QObject, QTimer, Signal

from stdesk.progress import Progress
from stdesk.services.catalogue import Catalogue, ListQuery, ListRow
from stdesk.ui.session import Session
from stdesk.ui.tables.paged_model import PAGE
from stdesk.ui.tasks import Task


@dataclass(frozen=True, slots=True)
class Wanted:
    """A question.

    Attributes:
        asked: its number.
        query: what is to be listed.
        fields: of the columns shown.
        current: key of the current row, whose page is read first.
        present: the keys listed now.
    """

    asked: int
    query: ListQuery
    fields: tuple[str, ...] = ()
    current: int | None = None
    present: array[int] | None = None


@dataclass(frozen=True, slots=True)
class Listed:
    """The answer.

    Attributes:
        wanted: the question; late answers are known by its number.
        keys: of all rows in order.
        first: the rows of the page that is painted first, the page of row ``around``.
        drafts: how many of them are drafts.
        empty: there is no record of this kind at all.
        same: these very keys were listed before.
    """

    wanted: Wanted
    keys: array[int]
    first: Mapping[int, ListRow]
    around: int
    drafts: int
    empty: bool
    same: bool

    @property
    def narrowed(self) -> bool:
        """Whether words or filters left something out."""
        query = self.wanted.query
        return bool(query.words or query.filters or query.ids is not None)


def read_list(catalogue: Catalogue, wanted: Wanted, progress: Progress) -> Listed:
    """Keys in order, and the rows of the page that will be painted first.

    Raises:
        Cancelled: a newer question was asked meanwhile.
    """
    query = wanted.query
    found = catalogue.found(query, progress)
    keys = found.keys
    around = 0
    if wanted.current is not None:
        try:
            around = keys.index(wanted.current)
        except ValueError:
            around = 0
    start = around // PAGE * PAGE
    progress.check()
    return Listed(
        wanted=wanted,
        keys=keys,
        first=catalogue.rows(query.kind, keys[start : start + PAGE], wanted.fields),
        around=around,
        drafts=found.drafts,
        empty=not keys and not catalogue.count(query.kind),
        same=wanted.present is not None and keys == wanted.present,
    )


class ListReader(QObject):
    """Answers the newest question; while one is answered the newest of the others waits.

    Nothing is held back to see whether more is typed: what is typed within one turn of the event
    loop is one question, and a question that is overtaken is stopped where it stands.

    Signals:
        listed: ``Listed``.
    """

    listed = Signal(object)

    def __init__(self, session: Session, parent: QObject) -> None:
        super().__init__(parent)
        self._session = session
        self._next: Wanted | None = None
        self._task: Task | None = None
        self._turn = QTimer(self, singleShot=True, interval=0)
        self._turn.timeout.connect(self._start)

    def ask(self, wanted: Wanted) -> None:
        """Answer ``wanted``, and nothing asked before it."""
        self._next = wanted
        if self._task is not None:
            self._task.cancel()
        else:
            self._turn.start()

    def _start(self) -> None:
        if self._next is None or self._task is not None:
            return
        wanted, self._next = self._next, None
        work = partial(read_list, self._session.desk.catalogue, wanted)
        self._task = self._session.runner.run(self, work, beside=True)
        self._task.finished.connect(self.listed)
        self._task.failed.connect(self._session.say_error)
        self._task.ended.connect(self._ended)

    def _ended(self) -> None:
        self._task = None
        self._start()

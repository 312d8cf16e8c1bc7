"""What was typed and is not saved: kept while one looks at other records, and over a crash."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from PySide6.QtCore import QObject, QTimer, Signal

from stdesk.domain.fields import Value
from stdesk.domain.kinds import Kind
from stdesk.domain.records import Record
from stdesk.domain.secrecy import ORDINARY
from stdesk.services.desk import Desk
from stdesk.services.drafts import Draft
from stdesk.ui.forms.form import Typed
from stdesk.ui.session import Session

PAUSE_MS = 1_500  # typing pauses so long before the draft is written


@dataclass(frozen=True, slots=True)
class Unsaved:
    """What stands in a form and is not saved.

    Attributes:
        typed: the fields that differ.
        level: the secrecy level chosen.
        version: of the record it was typed over; 0 = a new one.
        found: when it was kept, if it was found again after a restart; "" = typed since.
    """

    typed: Typed = field(default_factory=Typed)
    level: str = ORDINARY
    version: int = 0
    found: str = ""

    @property
    def empty(self) -> bool:
        """Whether there is nothing to keep of it."""
        return not (self.typed.values or self.typed.texts)


class Keeper(QObject):
    """The unsaved work of one page; a copy lies in the library's drafts.

    Writing waits for a pause in typing and runs off the GUI thread, one at a time, the newest wins.

    Signals:
        due: typing paused: call :meth:`write` with what stands in the form.
        found: drafts of an earlier start were read into :attr:`kept`.
        failed: the draft could not be written (said once until one succeeds).
    """

    due = Signal()
    found = Signal()
    failed = Signal(object)

    def __init__(self, kind: Kind, session: Session, parent: QObject) -> None:
        super().__init__(parent)
        self.kept: dict[str, Unsaved] = {}  # record id ("" = a new one) -> what was typed
        self._kind = kind
        self._session = session
        self._waiting: dict[str, Draft | None] = {}  # None: the draft is to be dropped
        self._written: set[str] = set()
        self._busy = self._read = self._troubled = False
        self._pause = QTimer(self, singleShot=True, interval=PAUSE_MS)
        self._pause.timeout.connect(self.due)

    # -- found again -------------------------------------------------------------------------

    def read(self) -> None:
        """Look once for what an earlier start left."""
        if not self._read:
            self._read = True
            work = partial(_all, self._session.desk, self._kind.name)
            self._session.runner.run(self, work, beside=True).finished.connect(self._found)

    def _found(self, drafts: list[Draft]) -> None:
        for one in reversed(drafts):  # the newest comes last, where a page begins to offer
            again = Unsaved(Typed(one.values, one.texts), one.level, one.version, one.at)
            self._written.add(one.record_id)
            if not again.empty:
                self.kept.setdefault(one.record_id, again)
        if any(one.found for one in self.kept.values()):
            self.found.emit()

    # -- kept --------------------------------------------------------------------------------

    def touched(self) -> None:
        """Something was typed: write it once typing pauses."""
        self._pause.start()

    def put_aside(self, record_id: str, unsaved: Unsaved) -> None:
        """Keep what was typed into a form that is left; written at once."""
        self._pause.stop()
        self.kept[record_id] = unsaved
        self.write(record_id, unsaved)

    def take(self, record_id: str) -> Unsaved | None:
        """What was kept of a record, to be put into its form again."""
        return self.kept.pop(record_id, None)

    def saved(self, record_id: str, values: Mapping[str, Value]) -> None:
        """``values`` were saved: what was kept of the record is done with, unless more was typed."""
        kept = self.kept.get(record_id)
        if kept is not None and not kept.typed.texts and dict(kept.typed.values) == dict(values):
            del self.kept[record_id]
        if record_id not in self.kept:
            self.drop(record_id)

    # -- the copy in the library -------------------------------------------------------------

    def write(self, record_id: str, unsaved: Unsaved) -> None:
        """Write the draft of a record, or drop it when there is nothing to keep."""
        if unsaved.empty:
            self.drop(record_id)
            return
        self._written.add(record_id)
        typed = unsaved.typed
        draft = Draft(
            self._kind.name, record_id, unsaved.version, dict(typed.values), dict(typed.texts), unsaved.level
        )
        self._waiting[record_id] = draft
        self.flush()

    def drop(self, record_id: str) -> None:
        """Forget the draft of a record; nothing is written when there is none."""
        self._pause.stop()
        if record_id in self._written:
            self._written.discard(record_id)
            self._waiting[record_id] = None
            self.flush()

    def flush(self) -> None:
        """Write what waits."""
        if self._busy or not self._waiting:
            return
        batch, self._waiting, self._busy = self._waiting, {}, True
        task = self._session.runner.run(self, partial(_store, self._session.desk, self._kind.name, batch))
        task.finished.connect(self._stored)
        task.failed.connect(partial(self._not_stored, batch))

    def _stored(self, _n: int) -> None:
        self._busy = self._troubled = False
        self.flush()

    def _not_stored(self, batch: dict[str, Draft | None], error: BaseException) -> None:
        self._busy = False
        self._waiting = batch | self._waiting
        if not self._troubled:
            self._troubled = True
            self.failed.emit(error)


def _all(desk: Desk, kind: str, _progress: Any) -> list[Draft]:
    return desk.drafts.all(kind)


def _store(desk: Desk, kind: str, batch: dict[str, Draft | None], _progress: Any) -> int:
    for record_id, draft in batch.items():
        if draft is None:
            desk.drafts.drop(kind, record_id)
        else:
            desk.drafts.put(draft)
    return len(batch)


def version_of(record: Record | None) -> int:
    """The version a form was filled from; 0 = a new one."""
    return record.version if record else 0

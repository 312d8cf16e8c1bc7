"""Going from finding to finding through the forms: mended, saved, on to the next, back to the list."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from stdesk.domain.records import Changes
from stdesk.domain.rules.core import Finding
from stdesk.i18n import tr
from stdesk.ui.session import Session
from stdesk.ui.widgets.note_line import Act, NoteLine


class Walk(QObject):
    """The findings being walked through; one a session, see :func:`walk_of`.

    Signals:
        changed: it began, went on or ended.
    """

    changed = Signal()

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self._session = session
        self._steps: Sequence[Finding] = ()
        self._at = 0
        self._going: str = ""  # the record after whose saving it goes on
        self.title = ""
        self._done: set[str] = set()  # keys of findings whose record was saved while at them
        session.changed.connect(self._saved)

    @property
    def current(self) -> Finding | None:
        """The finding one is at; ``None`` when nobody walks."""
        return self._steps[self._at] if self._steps else None

    @property
    def place(self) -> tuple[int, int]:
        """Which one of how many, counted from 1."""
        return self._at + 1, len(self._steps)

    @property
    def following(self) -> Finding | None:
        """The finding after this one; ``None`` at the last."""
        return self._steps[self._at + 1] if self._at + 1 < len(self._steps) else None

    @property
    def mended(self) -> bool:
        """Whether the record was saved while one was at this finding."""
        return self.current is not None and self.current.key in self._done

    def is_at(self, record: str) -> bool:
        """Whether ``record`` is the one to be mended now."""
        return bool(record) and self.current is not None and self.current.record == record

    def begin(self, findings: Sequence[Finding], at: int, title: str) -> None:
        """Walk through ``findings`` from place ``at``; opens the record at its field."""
        self._steps, self._at, self.title = findings, at, title
        self._done.clear()
        self._open()

    def end(self) -> None:
        """Nobody walks any more."""
        if self._steps:
            self._steps, self._at, self._going = (), 0, ""
            self.changed.emit()

    def go_on(self) -> None:
        """The next finding; after the last one back to the list."""
        self._going = ""
        if self.following is None:
            self.go_back()
        else:
            self._at += 1
            self._open()

    def go_on_after(self, record: str) -> None:
        """Go on as soon as ``record`` is saved."""
        self._going = record

    def go_back(self) -> None:
        """To the list of findings, which goes on from here."""
        self._session.page_wanted.emit("checks", None)

    def _open(self) -> None:
        one = self.current
        if one is not None:
            self.changed.emit()
            self._session.record_wanted.emit(one.kind, one.record, one.field)

    def _saved(self, changes: Changes) -> None:
        one = self.current
        if one is None or one.record not in changes.ids:
            return
        self._done.add(one.key)
        if self._going == one.record:
            self.go_on()
        else:
            self.changed.emit()


def walk_of(session: Session) -> Walk:
    """The walk of ``session``, made when first asked for."""
    found = session.findChild(Walk)
    return found if isinstance(found, Walk) else Walk(session)


class WalkBar(NoteLine):
    """Above the form of the record one is at: which finding of how many, on, back.

    Args:
        record: asked for the id of the record that is open.
        go_on: saves what is to be saved, then goes on.
    """

    def __init__(
        self,
        session: Session,
        record: Callable[[], str],
        go_on: Callable[[], object],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.walk = walk_of(session)
        self._record = record
        self._go_on = go_on
        self.walk.changed.connect(self.look)

    @property
    def on(self) -> bool:
        """Whether the open record is the one to be mended now."""
        return self.walk.is_at(self._record())

    def look(self) -> None:
        """Show where one is, or nothing when another record is open."""
        if not self.on:
            self.clear()
            return
        at, of = self.walk.place
        text = tr("{n} of {total} of “{group}”", n=at, total=of, group=self.walk.title)
        one = self.walk.current
        if self.walk.mended:
            text += "  ·  " + tr("saved")
        elif one is not None:
            text += f"\n{one.message}"
        acts: list[Act] = [(tr("Back to the list (Esc)"), self.walk.go_back)]
        if self.walk.following is not None:
            acts.insert(0, (tr("Next (F6)"), self._go_on))
        done = self.walk.mended
        self.tell(
            text, acts, picture="check-circle" if done else "list-checks", tone="green" if done else "blue"
        )

"""What the parts of an open library share: its engine, tables, clock and person."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from threading import RLock, get_ident

from sqlalchemy import Connection, Engine

from stdesk.clock import Clock, timestamp
from stdesk.domain.kinds import Kinds
from stdesk.errors import Exit, UserError
from stdesk.store import chain, faults, scrub
from stdesk.store.engine import for_writing
from stdesk.store.tables import Tables
from stdesk.store.vault import Vault


@dataclass(frozen=True, slots=True)
class AsOf:
    """What a copy shows.

    Attributes:
        day: the day it shows the library at, in Vietnam. until: the last moment, a UTC timestamp.
        library: folder of the library it was made from.
    """

    day: date
    until: str
    library: Path


@dataclass
class OpenAct:
    """The transaction under way: its thread and connection, and what writes down what it still holds."""

    thread: int
    connection: Connection
    flush: Callable[[], None] = lambda: None


@dataclass
class Context:
    """An open library, as its parts see it.

    Attributes:
        as_of: of a copy that shows a library as it once was, see :mod:`stdesk.store.as_of`; such a
            copy is only read.
        vault: the key of a library with a password, while it is open; ``None`` of one without.
        owes: an act made the library forget content; see :mod:`stdesk.store.scrub`.
        forgotten: act -> titles it made the library forget; in memory only, until somebody asked.
    """

    folder: Path
    engine: Engine
    kinds: Kinds
    tables: Tables
    clock: Clock
    user: str
    read_only: bool
    as_of: AsOf | None = None
    vault: Vault | None = None
    open_act: OpenAct | None = None
    owes: bool = False
    forgotten: dict[int, set[str]] = field(default_factory=dict, repr=False)
    write_lock: RLock = field(default_factory=RLock)

    @property
    def home(self) -> Path:
        """The folder that holds the attachments and frozen reports."""
        return self.as_of.library if self.as_of is not None else self.folder

    def now(self) -> str:
        """The present moment as it is stored."""
        return timestamp(self.clock())

    def note_forgotten(self, action: int, titles: set[str]) -> None:
        """Remember for a while what ``action`` made the library forget: it has to be looked for elsewhere."""
        self.forgotten.setdefault(action, set()).update(titles)

    def check_writable(self) -> None:
        """Raise ``library_opened_read_only``, ``as_of_read_only`` when nothing may be written."""
        if self.as_of is not None:
            raise UserError("as_of_read_only", Exit.ENVIRONMENT, day=f"{self.as_of.day:%d/%m/%Y}")
        if self.read_only:
            raise UserError("library_opened_read_only", Exit.ENVIRONMENT, path=str(self.folder))

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """One consistent view; inside an act (same thread) the act's own, so it sees what it wrote.

        Raises:
            UserError: what the disk or another program refused.
        """
        act = self.open_act
        if act is not None and act.thread == get_ident():
            act.flush()
            yield act.connection
            return
        with faults.told(self.folder), self.engine.begin() as connection:
            yield connection

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """One transaction that holds the write lock from its start; an exception undoes it all.

        Raises:
            UserError: what the disk or another program refused; ``library_opened_read_only``.
        """
        self.check_writable()
        if self.open_act is not None and self.open_act.thread == get_ident():
            raise RuntimeError("an act inside an act")  # a bug of the caller, not the person's
        with self.write_lock, faults.told(self.folder), for_writing(self.engine).begin() as connection:
            self.open_act = OpenAct(get_ident(), connection)
            try:
                yield connection
                chain.seal(connection)
            finally:
                self.open_act = None
        if self.owes:
            scrub.settle(self)

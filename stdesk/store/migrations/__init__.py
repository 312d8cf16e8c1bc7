"""The ladder from the first schema to today's: frozen steps, each one transaction with its number."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from sqlalchemy import Connection, Engine, text

from stdesk.domain.kinds import Kind, Kinds
from stdesk.store.engine import APPLICATION_ID, for_writing
from stdesk.store.migrations import m0001, m0002, m0003, m0004, m0005
from stdesk.store.tables import kind_statements


class Step(Protocol):
    """A module ``mNNNN``: a title and statements that never change once released."""

    @property
    def TITLE(self) -> str: ...  # noqa: N802 - a module's constant
    @property
    def STATEMENTS(self) -> tuple[str, ...]: ...  # noqa: N802


LADDER: tuple[Step, ...] = (m0001, m0002, m0003, m0004, m0005)


def latest(ladder: tuple[Step, ...] = LADDER) -> int:
    """The schema version this program writes."""
    return len(ladder)


def schema_version(connection: Connection) -> int:
    """The schema version of an open library; 0 = an empty file."""
    return int(connection.exec_driver_sql("PRAGMA user_version").scalar_one())


def climb(
    engine: Engine, *, ladder: tuple[Step, ...] = LADDER, after: Callable[[Connection], None] | None = None
) -> int:
    """Bring the library to the top of ``ladder``; returns the steps taken.

    A step that fails or is killed leaves the library at the step before it: statements, the
    version number and ``after`` are one transaction.
    """
    taken = 0
    while True:
        with for_writing(engine).begin() as connection:
            here = schema_version(connection)
            if here >= len(ladder):
                return taken
            for statement in ladder[here].STATEMENTS:
                connection.exec_driver_sql(statement)
            connection.exec_driver_sql(f"PRAGMA user_version = {here + 1}")
            if here == 0:
                connection.exec_driver_sql(f"PRAGMA application_id = {APPLICATION_ID}")
            if after is not None:
                after(connection)
            taken += 1


def add_kind_tables(connection: Connection, kind: Kind) -> None:
    """Make the table, indexes, search index and triggers of ``kind`` inside the open transaction."""
    for statement in kind_statements(kind):
        connection.exec_driver_sql(statement)


def missing_kinds(connection: Connection, kinds: Kinds) -> list[Kind]:
    """The kinds that the library has no table for."""
    names = connection.execute(text("SELECT name FROM sqlite_master WHERE type = 'table'")).scalars()
    present = set(names)
    return [kind for kind in kinds if kind.name not in present]

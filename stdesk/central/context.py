"""What every part of the centre's core works with."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, select

from stdesk.central import tables
from stdesk.central.database import Database
from stdesk.clock import Clock, timestamp
from stdesk.domain.kinds import Kinds


@dataclass(frozen=True, slots=True)
class Context:
    """An open centre.

    Attributes:
        folder: where packages are kept: ``packages/ab/ab….zip``, named by the file's SHA-512.
    """

    database: Database
    kinds: Kinds
    clock: Clock
    folder: Path

    @classmethod
    def of(cls, database: Database, kinds: Kinds, clock: Clock) -> Context:
        """The context of an open database, whose settings say where packages are kept."""
        with database.reading() as connection:
            kept = read_setting(connection, "folder")
        return cls(database, kinds, clock, Path(kept))

    def now(self) -> str:
        """The time as a UTC timestamp."""
        return timestamp(self.clock())

    def setting(self, name: str, default: str = "") -> str:
        """A setting of the centre."""
        with self.database.reading() as connection:
            return read_setting(connection, name, default)

    def put_setting(self, name: str, value: str) -> None:
        """Keep a setting of the centre."""
        with self.database.writing() as connection:
            put(connection, tables.setting, {"name": name}, {"value": value})


def read_setting(connection: Connection, name: str, default: str = "") -> str:
    """A setting, inside an open transaction."""
    found = connection.execute(select(tables.setting.c.value).where(tables.setting.c.name == name)).scalar()
    return default if found is None else str(found)


def put(connection: Connection, table: Any, key: dict[str, Any], values: dict[str, Any]) -> None:
    """Insert the row called ``key``, or give it other ``values``."""
    if connection.dialect.name == "postgresql":
        from sqlalchemy.dialects.postgresql import insert
    else:
        from sqlalchemy.dialects.sqlite import insert  # type: ignore[assignment]
    statement = insert(table).values(**key, **values)
    statement = statement.on_conflict_do_update(index_elements=list(key), set_=values)
    connection.execute(statement)

"""The connection to SQLite: durable, strict, with transactions that say how they begin."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.pool import QueuePool
from sqlcipher3 import dbapi2 as sqlcipher

from stdesk.store.faults import DamageError

APPLICATION_ID = 0x5354444B  # "STDK" in the file's header: this is a library of STDesk
BUSY_MS = 2_000
_CACHE_KIB = 65_536  # holds the search index of 100,000 records; measured to halve the p95
_CONNECTIONS = 4

READ_WRITE, READ_ONLY, FROZEN, NEW = "mode=rw", "mode=ro", "immutable=1", "mode=rwc"
SCRATCH = "mode=rw&nolock=1"  # a copy being made: no other looks at it, and it is thrown away when it fails


def make_engine(database: Path, mode: str = READ_WRITE, key: bytes | None = None) -> Engine:
    """An engine on the file ``database``; nothing is opened yet.

    Args:
        mode: ``READ_WRITE``; ``NEW`` makes the file; ``READ_ONLY``; ``FROZEN`` = nobody can write;
            ``SCRATCH`` = quick and not durable.
        key: 32 raw bytes when the file is encrypted.
    """
    engine = create_engine(
        "sqlite://", module=sqlcipher, creator=_opener(database, mode, key), poolclass=QueuePool, hide_parameters=True,
        pool_size=_CONNECTIONS, max_overflow=8,
    )  # fmt: skip
    event.listen(engine, "begin", _begin)
    return engine


def raw(connection: Connection) -> Any:
    """The driver's own connection, for cursors that must be quick and for backups."""
    return connection.connection.driver_connection


def for_writing(engine: Engine) -> Engine:
    """The same engine, whose transactions take the write lock at their start."""
    return engine.execution_options(stdesk_begin="BEGIN IMMEDIATE")


def _opener(database: Path, mode: str, key: bytes | None) -> Callable[[], Any]:
    address = database.absolute().as_uri()
    if not address.startswith("file:///"):  # \\server\share: SQLite wants no authority
        address = address.replace("file://", "file:////", 1)

    def connect() -> Any:
        connection = sqlcipher.connect(
            f"{address}?{mode}",
            uri=True,
            isolation_level=None,  # the driver must not begin or end transactions by itself
            check_same_thread=False,
            timeout=BUSY_MS / 1000,
        )
        try:
            _prepare(connection, mode, key)
        except UnicodeDecodeError as error:  # SQLite quoting a spoilt schema
            connection.close()
            raise DamageError("schema") from error
        except BaseException:
            connection.close()
            raise
        return connection

    return connect


def _prepare(connection: Any, mode: str, key: bytes | None) -> None:
    give_key(connection, key)
    pragmas = [
        "trusted_schema = OFF",
        "cell_size_check = ON",
        "foreign_keys = ON",
        "temp_store = MEMORY",  # nothing sorted or gathered goes through a file beside the library
        f"cache_size = -{_CACHE_KIB}",
    ]
    if mode in (READ_WRITE, NEW):
        # synchronous = NORMAL loses acknowledged work at a power cut
        pragmas += ["journal_mode = WAL", "synchronous = FULL"]
        pragmas.append("secure_delete = ON")  # measured: a save takes as long as without
    elif mode == SCRATCH:
        pragmas += ["journal_mode = OFF", "synchronous = OFF", "foreign_keys = OFF"]
    else:
        pragmas.append("query_only = ON")
    for pragma in pragmas:
        connection.execute(f"PRAGMA {pragma}").fetchall()


def give_key(connection: Any, key: bytes | None) -> None:
    """Unlock a connection just opened; must be the first thing done with it.

    Args:
        key: 32 raw bytes, so that opening costs no stretching; ``None``: the file is not encrypted.
    """
    if key is None:
        return
    connection.execute("PRAGMA cipher_log_level = NONE").fetchall()  # it would write to stderr
    connection.execute("PRAGMA cipher_default_compatibility = 4").fetchall()  # whatever later versions prefer
    connection.execute(f"PRAGMA key = {key_text(key)}").fetchall()
    connection.execute("PRAGMA cipher_memory_security = OFF").fetchall()  # a third of the speed; measured


def key_text(key: bytes) -> str:
    """A raw key as SQLCipher reads it in PRAGMA and ATTACH."""
    return f"\"x'{key.hex()}'\""


def cipher_faults(connection: Connection, most: int = 1_000) -> list[str]:
    """What SQLCipher finds wrong with the pages of an encrypted file: every one, not only the first.

    Empty of a sound file, and of one that is not encrypted. The whole file is read.
    """
    cursor = raw(connection).execute("PRAGMA cipher_integrity_check")
    return [str(row[0]) for row in cursor.fetchmany(most)]


def _begin(connection: Connection) -> None:
    connection.exec_driver_sql(connection.get_execution_options().get("stdesk_begin", "BEGIN"))

"""A database made anew under another key, or none, and compared with the old one row by row."""

from __future__ import annotations

import contextlib
import itertools
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from sqlcipher3 import dbapi2 as sqlcipher

from stdesk.errors import Exit, UserError
from stdesk.progress import Cancelled, Progress
from stdesk.store.engine import give_key, key_text
from stdesk.store.tables import quoted
from stdesk.store.vault import Vault

_ROWS = 2_000  # compared at a time
_STEPS = 20_000  # of SQLite's machine between two looks whether it is to stop


def convert(
    source: Path, target: Path, old_vault: Vault | None, new_vault: Vault | None, progress: Progress
) -> int:
    """Make ``target`` of the database ``source``, which nobody else has open; returns how many rows it holds.

    Raises:
        UserError: ``library_busy``; ``locking_failed`` when it is not the same, or not sound. Cancelled.
    """
    old = connect(source, old_vault)
    try:
        _hold_alone(old, source.parent)
        version, mark = (
            old.execute(f"PRAGMA {name}").fetchone()[0] for name in ("user_version", "application_id")
        )
        key = key_text(new_vault.database) if new_vault is not None else "''"
        old.execute(f"ATTACH DATABASE ? AS made KEY {key}", (str(target),))
        for pragma in ("journal_mode", "synchronous"):  # the swap forces it to the disk when it is whole
            old.execute(f"PRAGMA made.{pragma} = OFF").fetchall()
        with _stopped_by(old, progress):
            old.execute("SELECT sqlcipher_export('made')").fetchall()
        old.execute(f"PRAGMA made.user_version = {int(version)}")
        old.execute(f"PRAGMA made.application_id = {int(mark)}")
        old.execute("DETACH DATABASE made")
        new = connect(target, new_vault)
        try:
            with _stopped_by(new, progress):
                rows = compare(old, new, progress)
                _check_sound(new)
        finally:
            new.close()
    finally:
        old.close()
    return rows


def connect(path: Path, vault: Vault | None) -> Any:
    """The driver's connection to a database that is converted."""
    connection = sqlcipher.connect(f"{path.absolute().as_uri()}?mode={'rw' if path.exists() else 'rwc'}", uri=True,
                                   isolation_level=None)  # fmt: skip
    give_key(connection, vault.database if vault is not None else None)
    connection.execute("PRAGMA temp_store = MEMORY").fetchall()
    return connection


def _hold_alone(connection: Any, folder: Path) -> None:
    """The database as one file: fails when any other program has it open, be it only to read."""
    (mode,) = connection.execute("PRAGMA journal_mode = DELETE").fetchone()
    if mode != "delete":
        raise UserError("library_busy", Exit.ENVIRONMENT, path=str(folder))


@contextlib.contextmanager
def _stopped_by(connection: Any, progress: Progress) -> Iterator[None]:
    stopped = False

    def look() -> int:
        nonlocal stopped
        try:
            progress.check()
        except Cancelled:
            stopped = True
        return int(stopped)

    connection.set_progress_handler(look, _STEPS)
    try:
        yield
    except sqlcipher.OperationalError:
        if stopped:
            raise Cancelled from None
        raise
    finally:
        connection.set_progress_handler(None, 0)


def compare(old: Any, new: Any, progress: Progress) -> int:
    """Every table, index and trigger is there, and every row the same; returns how many rows."""
    schema = "SELECT type, name, tbl_name, sql FROM sqlite_master ORDER BY type, name"
    if old.execute(schema).fetchall() != new.execute(schema).fetchall():
        raise failed("schema")
    names = old.execute(
        "SELECT name FROM sqlite_master WHERE type = 'table' AND sql NOT LIKE 'CREATE VIRTUAL%' ORDER BY name"
    ).fetchall()
    total = 0
    for (name,) in names:
        sql = f"SELECT * FROM {quoted(name)}"
        for ours, theirs in itertools.zip_longest(_parts(old, sql), _parts(new, sql)):
            progress.check()
            if ours != theirs:
                raise failed(name)
            total += len(ours)
    return total


def _parts(connection: Any, sql: str) -> Iterator[list[Any]]:
    cursor = connection.execute(sql)
    while part := cursor.fetchmany(_ROWS):
        yield part


def _check_sound(connection: Any) -> None:
    if connection.execute("PRAGMA integrity_check").fetchall() != [("ok",)]:
        raise failed("integrity_check")
    for pragma in ("foreign_key_check", "cipher_integrity_check"):
        if connection.execute(f"PRAGMA {pragma}").fetchone() is not None:
            raise failed(pragma)


def failed(what: str) -> UserError:
    """The error that something did not come out as it was."""
    return UserError("locking_failed", Exit.ENVIRONMENT, what=what)

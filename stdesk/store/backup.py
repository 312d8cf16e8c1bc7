"""Copies of the database that are opened and counted before they are believed."""

from __future__ import annotations

import contextlib
import secrets
from pathlib import Path
from typing import Any

from sqlalchemy import Engine
from sqlcipher3 import dbapi2 as sqlcipher

from stdesk import atomic
from stdesk.errors import Exit, UserError
from stdesk.store.engine import raw
from stdesk.store.faults import told
from stdesk.store.tables import quoted

_PAGES = 4_096  # copied at a time


def write_backup(engine: Engine, target: Path) -> Path:
    """Copy the database behind ``engine`` to ``target``, whole or not at all; it may be in use.

    Raises:
        UserError: ``backup_exists``; ``backup_failed`` when the copy does not hold what the
            library holds; what the disk refused.
    """
    if target.exists():
        raise UserError("backup_exists", Exit.ENVIRONMENT, path=str(target))
    part = target.with_name(f".{target.name}.{secrets.token_hex(4)}.part")
    with told(target):
        target.parent.mkdir(parents=True, exist_ok=True)
        try:
            with engine.connect() as connection:
                expected = _copy(raw(connection), part)
            if _check(part) != expected:
                raise UserError("backup_failed", Exit.ENVIRONMENT, path=str(target))
            atomic.flush(part)
            part.replace(target)
            atomic.flush(target)
        finally:
            for suffix in ("", "-wal", "-shm", "-journal"):
                with contextlib.suppress(OSError):
                    part.with_name(part.name + suffix).unlink()
    return target


def _copy(source: Any, part: Path) -> dict[str, int]:
    copy = sqlcipher.connect(str(part), isolation_level=None)
    try:
        source.execute("BEGIN")  # what is counted is what is copied
        try:
            source.backup(copy, pages=_PAGES)
            counted = _count(source)
        finally:
            source.execute("COMMIT")
        copy.execute("PRAGMA journal_mode = DELETE").fetchall()  # one file, readable anywhere
    finally:
        copy.close()
    return counted


def _check(part: Path) -> dict[str, int]:
    copy = sqlcipher.connect(f"{part.absolute().as_uri()}?mode=ro", uri=True, isolation_level=None)
    try:
        if copy.execute("PRAGMA integrity_check").fetchall() != [("ok",)]:
            return {}
        if copy.execute("PRAGMA foreign_key_check").fetchall():
            return {}
        return _count(copy)
    finally:
        copy.close()


def _count(connection: Any) -> dict[str, int]:
    tables = connection.execute(
        "SELECT name FROM sqlite_master WHERE type = 'table' AND sql NOT LIKE 'CREATE VIRTUAL%' ORDER BY name"
    ).fetchall()
    return {
        name: connection.execute(f"SELECT count(*) FROM {quoted(name)}").fetchone()[0] for (name,) in tables
    }

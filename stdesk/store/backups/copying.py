"""Copies of the database that are opened and counted before they are believed."""

from __future__ import annotations

import contextlib
import hashlib
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import Engine
from sqlcipher3 import dbapi2 as sqlcipher

from stdesk import atomic
from stdesk.errors import Exit, UserError
from stdesk.progress import Progress
from stdesk.store import chain
from stdesk.store.engine import give_key, raw
from stdesk.store.faults import told
from stdesk.store.tables import quoted

_PAGES = 4_096  # copied at a time
_GROWING = {"record", "action", "change", "chain", "chain_forgotten", "chain_head", "setting_change"}
_NO_REASON = "key NOT LIKE 'backup:%' AND key NOT LIKE 'window:%' AND key <> 'role:tries'"
"""Settings that are something to make a backup for: not when backups are made, where one was in the window, tries."""


@dataclass(frozen=True, slots=True)
class Facts:
    """What a database holds, read in the transaction in which it was copied.

    Attributes:
        library, unit: its id and the unit's name. schema: its version.
        tables: table -> rows. counts: kind -> records not in the trash.
        head, count: of the history. state: see :class:`stdesk.store.backups.model.BackupInfo`.
    """

    library: str
    unit: str
    schema: int
    tables: Mapping[str, int]
    counts: Mapping[str, int]
    head: str
    count: int
    state: str


def write_backup(engine: Engine, target: Path, key: bytes | None = None) -> Path:
    """Copy the database behind ``engine`` to ``target``, whole or not at all; it may be in use.

    Args:
        key: of an encrypted library; the copy is encrypted with it.

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
            expected = copy(engine, part, key)
            if not is_sound(part, key, expected.tables, deep=True):
                raise UserError("backup_failed", Exit.ENVIRONMENT, path=str(target))
            atomic.flush(part)
            part.replace(target)
            atomic.flush(target)
        finally:
            for suffix in ("", "-wal", "-shm", "-journal"):
                with contextlib.suppress(OSError):
                    part.with_name(part.name + suffix).unlink()
    return target


def copy(engine: Engine, target: Path, key: bytes | None, progress: Progress | None = None) -> Facts:
    """Copy the database behind ``engine`` to the new file ``target``; what is counted is what is copied.

    Not forced to the disk, and not yet to be believed: see :func:`is_sound`.
    """

    def told_on(_status: int, remaining: int, total: int) -> None:
        if progress is not None:
            progress.check()
            progress.total, progress.done = total, total - remaining

    with engine.connect() as connection:
        source = raw(connection)
        made = sqlcipher.connect(str(target), isolation_level=None)
        try:
            give_key(made, key)
            for pragma in ("journal_mode = OFF", "synchronous = OFF"):  # half of one is thrown away
                made.execute(f"PRAGMA {pragma}").fetchall()
            source.execute("BEGIN")
            try:
                source.backup(made, pages=_PAGES, progress=told_on)
                facts = read_facts(source)
            finally:
                source.execute("COMMIT")
            made.execute("PRAGMA journal_mode = DELETE").fetchall()  # one file, readable anywhere
        finally:
            made.close()
    return facts


def is_sound(
    path: Path, key: bytes | None, tables: Mapping[str, int], *, deep: bool, walked: bool = True
) -> bool:
    """Whether the copy at ``path`` opens, is in order, and holds as many rows as it should.

    Args:
        deep: indexes are compared with their tables and links with what they name as well, and of an
            encrypted copy every page with its check sum. walked: every page is looked at; else only those that
            counting needs, which takes a tenth of the time.
    """
    with contextlib.closing(open_copy(path, key)) as made:
        check = "integrity_check" if deep else "quick_check"
        if (deep or walked) and made.execute(f"PRAGMA {check}").fetchall() != [("ok",)]:
            return False
        if deep and made.execute("PRAGMA foreign_key_check").fetchone() is not None:
            return False
        if deep and key is not None and made.execute("PRAGMA cipher_integrity_check").fetchone() is not None:
            return False
        return count_rows(made) == dict(tables)


def open_copy(path: Path, key: bytes | None) -> Any:
    """The driver's connection to a copy that nobody writes to, mistrusted: it may come from elsewhere."""
    address = path.absolute().as_uri()
    if not address.startswith("file:///"):  # \\server\share: SQLite wants no authority
        address = address.replace("file://", "file:////", 1)
    made = sqlcipher.connect(
        f"{address}?immutable=1", uri=True, isolation_level=None, check_same_thread=False
    )
    try:
        give_key(made, key)
        for pragma in ("trusted_schema = OFF", "cell_size_check = ON", "query_only = ON"):
            made.execute(f"PRAGMA {pragma}").fetchall()
    except BaseException:
        made.close()
        raise
    return made


def read_facts(connection: Any) -> Facts:
    """What the open database holds."""
    names = _tables(connection)
    tables = count_rows(connection)
    counts = {
        name: connection.execute(f"SELECT count(*) FROM {quoted(name)} WHERE state <> 'trashed'").fetchone()[
            0
        ]
        for name in _kinds(connection)
    }
    head = chain.head(connection) if "chain" in names else None
    settings = dict(
        connection.execute(
            "SELECT key, value FROM setting WHERE key IN ('library:id', 'unit_name')"
        ).fetchall()
    )
    return Facts(
        library=settings.get("library:id", ""),
        unit=settings.get("unit_name", ""),
        schema=connection.execute("PRAGMA user_version").fetchone()[0],
        tables=tables,
        counts=counts,
        head=head.hash if head is not None else "",
        count=connection.execute("SELECT count(*) FROM action").fetchone()[0],
        state=state_of(connection),
    )


def state_of(connection: Any) -> str:
    """A short mark of what a backup is made for: quick to work out, another one when anything changed."""
    digest = hashlib.sha256()

    def take(sql: str) -> None:
        digest.update(repr((sql, connection.execute(sql).fetchall())).encode())

    take("SELECT max(action), count(*) FROM action")
    take(f"SELECT key, value FROM setting WHERE {_NO_REASON} ORDER BY key")
    growing = _GROWING | set(_kinds(connection)) | {"setting"}
    for name in _tables(connection):
        if name == "chain_head":
            take("SELECT * FROM chain_head")
        elif name in ("draft", "own_key", "role_code"):  # rows that change where they stand
            columns = {"draft": "kind, record, at", "own_key": "key_id, retired_at"}.get(
                name, "place, retired_at"
            )
            take(f"SELECT {columns} FROM {name} ORDER BY 1, 2")
        elif name not in growing and "__search" not in name:
            take(f"SELECT count(*) FROM {quoted(name)}")
    return digest.hexdigest()[:32]


def count_rows(connection: Any) -> dict[str, int]:
    """Table -> rows."""
    return {
        name: connection.execute(f"SELECT count(*) FROM {quoted(name)}").fetchone()[0]
        for name in _tables(connection)
    }


def _tables(connection: Any) -> list[str]:
    found = connection.execute(
        "SELECT name FROM sqlite_master WHERE type = 'table' AND sql NOT LIKE 'CREATE VIRTUAL%' ORDER BY name"
    ).fetchall()
    return [name for (name,) in found]


def _kinds(connection: Any) -> list[str]:
    found = connection.execute(
        "SELECT t.name FROM sqlite_master t JOIN sqlite_master s ON s.name = t.name || '__search' "
        "WHERE t.type = 'table' AND s.type = 'table' ORDER BY t.name"
    ).fetchall()
    return [name for (name,) in found]

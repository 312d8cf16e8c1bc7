"""What lies in a library's folder beside the library, and can be read without its password.

Converting a library leaves its former self under ``kept/<stamp>-converted`` for the moment between the swap
and the end; :func:`sweep` takes it away, at the latest at the next opening.
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from stdesk.store import sealed, swap

CONVERTED = "converted"
_CONVERTED = re.compile(rf".*-{CONVERTED}(-[0-9]+)?")
_AREAS = ("backups", swap.KEPT, "outbox", "inbox", "reports", "crash", "as-of")
COPIES = ("backups", swap.KEPT)
"""Where backups and former selves of the library lie."""
_PLAIN_DATABASE = b"SQLite format 3\0"
_ALWAYS_PLAIN = {"library.key", "backup.json", "files.txt"}  # they hold nothing of a record


@dataclass(frozen=True, slots=True)
class Readable:
    """Files of one folder of the library that anybody can read who has the disk.

    Attributes:
        area: the folder's name ("backups", "kept", "outbox", "inbox", "reports" ...). path: the folder.
        files, size: how many, and their bytes.
    """

    area: str
    path: Path
    files: int
    size: int


def readable(folder: Path) -> tuple[Readable, ...]:
    """What of the library in ``folder`` is not encrypted, by folder; the library itself is not looked at.

    What is encrypted in ``backups``, ``kept`` and ``as-of`` is left out. ``outbox`` and ``inbox`` hold what was
    made to be handed over. Raises OSError.
    """
    found = []
    for area in _AREAS:
        plain = [path for path in _files(folder / area) if _is_readable(path)]
        if plain:
            size = sum(path.stat().st_size for path in plain)
            found.append(Readable(area, folder / area, len(plain), size))
    return tuple(found)


def sweep(folder: Path) -> bool:
    """Take away what a conversion replaced; whether nothing of it is left.

    It is deleted, not overwritten: on today's disks (SSD, and files the backups share) overwriting reaches
    other places than those that hold the content.
    """
    kept = folder / swap.KEPT
    try:
        found = [one for one in kept.iterdir() if _CONVERTED.fullmatch(one.name)]
    except OSError:
        return True
    for one in found:
        shutil.rmtree(one, ignore_errors=True)
    if found:
        with suppress(OSError):
            kept.rmdir()  # when nothing else is kept
    return not any(one.exists() for one in found)


def drop_old_copies(folder: Path) -> int:
    """Delete what in ``backups`` and ``kept`` of a locked library can be read without its password.

    Backups made since it was locked stay. Killed in the middle, a backup half deleted is none: its
    manifest goes first. Deleted, not overwritten, see :func:`sweep`.

    Returns:
        how many files went.

    Raises:
        ValueError: the library has no password: a bug of the caller. OSError.
    """
    if not (folder / "library.key").is_file():
        raise ValueError(folder)
    old = [path for area in COPIES for path in _files(folder / area) if _is_readable(path)]
    for database in [path for path in old if path.name == "library.db"]:
        for name in ("backup.json", "files.txt"):
            database.with_name(name).unlink(missing_ok=True)
    for path in old:
        path.unlink()
        with suppress(OSError):
            path.parent.rmdir()
    return len(old)


def _files(folder: Path) -> Iterator[Path]:
    if folder.is_dir() and not folder.is_symlink():
        for path in folder.rglob("*"):
            if path.is_file() and not path.is_symlink():
                yield path


def _is_readable(path: Path) -> bool:
    if path.name in _ALWAYS_PLAIN or path.suffix == ".lock" or not path.stat().st_size:
        return False
    if path.suffix == ".db":
        with path.open("rb") as file:
            return file.read(len(_PLAIN_DATABASE)) == _PLAIN_DATABASE
    return not sealed.is_sealed(path)

"""Checksums of our own for the pages of the database, from when it was closed until it is opened again.

Plain SQLite has none: of 400 flipped bits its ``integrity_check`` finds a few dozen. Closing a library writes
``library.db-sums``, a CRC-32 of every 4 KiB; opening it for writing takes the file away. So while it lies
there, nobody of ours has written, and a page that differs was changed by a failing disk or by a hand. What
opening finds is kept in ``library.db-hurt``, since afterwards it could no longer be told.

A CRC finds accidents. Whoever changes the library on purpose can write new sums; for that there is the chain.
"""

from __future__ import annotations

import contextlib
import hashlib
import struct
import zlib
from pathlib import Path

SUMS, HURT = "library.db-sums", "library.db-hurt"
_DATABASE = "library.db"
_MAGIC = b"STDESK-SUMS-1\n"
_PAGE = 4096
_BLOCK = 256 * _PAGE
_DIGEST = 16  # bytes
_MOST = 1_000  # pages named


def write(folder: Path) -> None:
    """Write the sums of the database in ``folder``, which is closed; what the disk refuses is let go.

    They are not forced to the disk: sums that are lost or half there only leave us without any.
    """
    database, target = folder / _DATABASE, folder / SUMS
    journal = database.with_name(f"{_DATABASE}-wal")
    with contextlib.suppress(OSError):
        if journal.exists():  # it was not closed by us alone: the file will yet change
            return
        body = _sums(database)
        part = target.with_name(f".{SUMS}.part")
        part.write_bytes(_MAGIC + hashlib.blake2b(body, digest_size=_DIGEST).digest() + body)
        part.replace(target)


def bad_pages(folder: Path) -> list[int] | None:
    """The pages (from 1) that are not as they were when the library was closed; ``None``: not known.

    A page too few or too many counts too. Raises OSError.
    """
    try:
        written = (folder / SUMS).read_bytes()
    except FileNotFoundError:
        return None
    body = written[len(_MAGIC) + _DIGEST :]
    digest = hashlib.blake2b(body, digest_size=_DIGEST).digest()
    if written[: len(_MAGIC) + _DIGEST] != _MAGIC + digest:
        return None
    now = _sums(folder / _DATABASE)
    if now == body:
        return []
    pages = max(len(now), len(body)) // 4
    differ = (one for one in range(pages) if now[4 * one : 4 * one + 4] != body[4 * one : 4 * one + 4])
    return [page + 1 for page, _ in zip(differ, range(_MOST), strict=False)]


def take(folder: Path, at: str) -> None:
    """Before the library is opened for writing: compare, note what differs, take the sums away."""
    with contextlib.suppress(OSError):
        if bad := bad_pages(folder):
            said = f"{at} {' '.join(map(str, bad))}\n"
            with (folder / HURT).open("a", encoding="ascii") as out:
                out.write(said)
    with contextlib.suppress(OSError):
        (folder / SUMS).unlink()


def seen(folder: Path) -> list[tuple[str, list[int]]]:
    """What openings found: when (UTC timestamp) and which pages."""
    try:
        lines = (folder / HURT).read_text("ascii", errors="replace").splitlines()
    except OSError:
        return []
    found = []
    for at, *pages in (line.split() for line in lines if line.strip()):
        found.append((at, [int(page) for page in pages if page.isdecimal()]))
    return found


def _sums(database: Path) -> bytes:
    sums: list[int] = []
    with database.open("rb") as file:
        while block := file.read(_BLOCK):
            view = memoryview(block)
            sums += [zlib.crc32(view[start : start + _PAGE]) for start in range(0, len(block), _PAGE)]
    return struct.pack(f"<{len(sums)}I", *sums)

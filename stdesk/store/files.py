"""Attachments by content: ``files/<first 2>/<first 40 hex digits of the SHA-512>``, never changed."""

from __future__ import annotations

import contextlib
import errno
import hashlib
import os
import re
import secrets
import shutil
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import Connection

from stdesk import atomic, text
from stdesk.domain import media
from stdesk.domain.fields import FieldType
from stdesk.domain.records import State
from stdesk.errors import Exit, UserError
from stdesk.progress import Progress
from stdesk.store.codec import load_cell
from stdesk.store.engine import raw
from stdesk.store.tables import KindTable, quoted

FOLDER = "files"
_NAME = re.compile(r"[0-9a-f]{40}")
_BLOCK = 1 << 20  # bytes
LARGEST = 1 << 30  # bytes: a package must fit on a FAT32 stick, and nobody reads more
_LONGEST_NAME = 240  # characters


@dataclass(frozen=True, slots=True)
class FileUse:
    """One place where a record names an attachment.

    Attributes:
        file, sha512, size, name, media_type: as the record's item says.
        record_id, kind, number, title, trashed: the record. field: which of its fields.
    """

    file: str
    sha512: str
    size: int
    name: str
    media_type: str
    record_id: str
    kind: str
    number: int
    title: str
    trashed: bool
    field: str


def add(folder: Path, source: Path, progress: Progress | None = None) -> dict[str, Any]:
    """Copy ``source`` into the library at ``folder``; returns the item to keep in a record.

    The copy is hashed while it is made, forced to the disk, and only then named. What the library
    holds already is read again, and replaced when it is no longer what it was.

    Raises:
        UserError: ``not_a_file``; ``attachment_empty``; ``attachment_too_big``; ``file_changed``
            while it was copied. OSError: what the disk refused.
        Cancelled: asked to stop; nothing is left behind.
    """
    status = source.stat()
    if not stat.S_ISREG(status.st_mode):  # a pipe or device would never end
        raise UserError("not_a_file", Exit.USAGE, path=str(source))
    _check_size(source, status.st_size)
    if progress is not None:
        progress.start(status.st_size, text.clean(source.name))
    files = folder / FOLDER
    files.mkdir(exist_ok=True)
    if shutil.disk_usage(files).free < status.st_size:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(files))
    part = files / f".{secrets.token_hex(8)}.part"
    try:
        digest, size = _copy(source, part, progress)
        if size != status.st_size:
            raise UserError("file_changed", Exit.ENVIRONMENT, path=str(source))
        kind = kind_of(part, source.name)
        target = files / digest[:2] / digest[:40]
        target.parent.mkdir(exist_ok=True)
        if not (target.is_file() and hash_of(target) == digest):
            part.replace(target)
            atomic.flush(target)
            atomic.flush_folder(files)
    finally:
        with contextlib.suppress(OSError):
            part.unlink()
    return {
        "name": name_of(source),
        "file": digest[:40],
        "sha512": digest,
        "size": size,
        "media_type": kind,
    }


def name_of(source: Path) -> str:
    """The name a file is kept under: one line without invisible signs, its ending kept."""
    name = text.clean(source.name) or "tep"
    ending = Path(name).suffix[:20]
    return name if len(name) <= _LONGEST_NAME else name[: _LONGEST_NAME - len(ending) - 1] + "…" + ending


def kind_of(path: Path, name: str = "") -> str:
    """The media type of the file at ``path``, by what is in it. Raises OSError."""
    with path.open("rb") as file:
        head = file.read(media.HEAD)
        size = file.seek(0, os.SEEK_END)
        file.seek(max(0, size - media.TAIL))
        return media.media_type(name or path.name, head, file.read(media.TAIL))


def hash_of(path: Path, progress: Progress | None = None) -> str:
    """SHA-512 of the file at ``path``, in hexadecimal. Raises OSError, Cancelled."""
    digest = hashlib.sha512()
    with path.open("rb") as file:
        while block := file.read(_BLOCK):
            digest.update(block)
            if progress is not None:
                progress.step(len(block))
    return digest.hexdigest()


def remove(folder: Path, file: str) -> None:
    """Take a copy away that was made for an act which then did not happen."""
    if _NAME.fullmatch(file):
        with contextlib.suppress(OSError):
            place(folder, file).unlink()


def uses(connection: Connection, where: KindTable) -> Iterator[FileUse]:
    """Every attachment that a record of one kind names: one pass over the rows that have any."""
    kind = where.kind
    for field in kind.of_type(FieldType.FILES):
        cell = f"k.{quoted(field.name)}"
        sql = (
            f"SELECT r.id, k.number, k.state, k.{quoted(kind.title)}, {cell} FROM {where.name} k "
            f"JOIN record r ON r.pk = k.pk WHERE {cell} IS NOT NULL ORDER BY k.pk"
        )
        for record_id, number, state, title, files in raw(connection).execute(sql):
            for item in load_cell(files):
                yield FileUse(
                    str(item.get("file", "")),
                    str(item.get("sha512", "")),
                    int(item.get("size") or 0),
                    str(item.get("name", "")),
                    str(item.get("media_type", "")),
                    record_id,
                    kind.name,
                    number,
                    str(title or ""),
                    state == State.TRASHED.value,
                    field.name,
                )


def titles(connection: Connection, where: KindTable) -> list[tuple[str, int, str]]:
    """Id, number and title of every live record of one kind that has a title."""
    title = f"k.{quoted(where.kind.title)}"
    sql = (
        f"SELECT r.id, k.number, {title} FROM {where.name} k JOIN record r ON r.pk = k.pk "
        f"WHERE k.state <> 'trashed' AND {title} IS NOT NULL"
    )
    return [(row[0], row[1], row[2]) for row in raw(connection).execute(sql)]


def _check_size(source: Path, size: int) -> None:
    if not size:
        raise UserError("attachment_empty", Exit.USAGE, name=text.clean(source.name))
    if size > LARGEST:
        raise UserError(
            "attachment_too_big",
            Exit.USAGE,
            name=text.clean(source.name),
            size=_in_megabytes(size),
            limit=_in_megabytes(LARGEST),
        )


def _in_megabytes(size: int) -> int:
    return -(-size // (1 << 20))


def path_of(folder: Path, file: str) -> Path:
    """Where the attachment ``file`` lies.

    Raises:
        UserError: ``attachment_unknown`` when ``file`` is no such name (records may come from
            elsewhere and say anything); ``attachment_missing`` when it is not there.
    """
    if not _NAME.fullmatch(file):
        raise UserError("attachment_unknown", file=file[:60])
    path = place(folder, file)
    if not path.is_file():
        raise UserError("attachment_missing", Exit.ENVIRONMENT, file=file, path=str(path))
    return path


def place(folder: Path, file: str) -> Path:
    """Where ``file`` belongs in the library at ``folder``, whether it is there or not."""
    return folder / FOLDER / file[:2] / file


def names(folder: Path) -> frozenset[str]:
    """The attachments that are there."""
    found = (path.name for path in (folder / FOLDER).glob("??/*"))
    return frozenset(name for name in found if _NAME.fullmatch(name))


def _copy(source: Path, part: Path, progress: Progress | None) -> tuple[str, int]:
    digest, size = hashlib.sha512(), 0
    with source.open("rb") as read, part.open("xb") as out:
        while block := read.read(_BLOCK):
            digest.update(block)
            out.write(block)
            size += len(block)
            if size > LARGEST:
                raise UserError("file_changed", Exit.ENVIRONMENT, path=str(source))
            if progress is not None:
                progress.step(len(block))
        out.flush()
        os.fsync(out.fileno())
    return digest.hexdigest(), size

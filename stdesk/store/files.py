"""Attachments by content: ``files/<first 2>/<first 40 hex digits of the SHA-512>``, never changed.

In a library with a password they are encrypted one by one (:mod:`stdesk.store.sealed`), under names that
say nothing (:meth:`stdesk.store.vault.Vault.file_name`). Records call a file by the same 40 digits either
way. ``vault`` is the key of such a library; ``None`` of one without a password.
"""

from __future__ import annotations

import contextlib
import errno
import hashlib
import os
import re
import secrets
import shutil
import stat
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, BinaryIO

from sqlalchemy import Connection

from stdesk import atomic, text
from stdesk.domain import media
from stdesk.domain.fields import FieldType
from stdesk.domain.records import State
from stdesk.errors import Exit, UserError
from stdesk.progress import Progress
from stdesk.store import sealed
from stdesk.store.codec import load_cell
from stdesk.store.engine import raw
from stdesk.store.tables import KindTable, quoted
from stdesk.store.vault import Vault

FOLDER = "files"
_DIGITS = 40  # of the SHA-512, hexadecimal
_NAME = re.compile(rf"[0-9a-f]{{{_DIGITS}}}")
_NAMELESS = "~"
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


def add(
    folder: Path, source: Path, progress: Progress | None = None, *, vault: Vault | None = None
) -> dict[str, Any]:
    """Copy ``source`` into the library at ``folder``; returns the item to keep in a record.

    The copy is hashed while it is made, forced to the disk, and only then named. What the library
    holds already is read again, and replaced when it is no longer what it was. For a locked library the
    source is read twice: its key follows from its content; no readable copy touches the library's disk.

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
        progress.start(status.st_size * (1 if vault is None else 2), text.clean(source.name))
    files = folder / FOLDER
    files.mkdir(exist_ok=True)
    if shutil.disk_usage(files).free < status.st_size:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(files))
    part = files / f".{secrets.token_hex(8)}.part"
    try:
        digest, size = (
            _copy(source, part, progress) if vault is None else _seal(source, part, progress, vault)
        )
        if size != status.st_size:
            raise UserError("file_changed", Exit.ENVIRONMENT, path=str(source))
        with open_file(part, digest, vault) as made:
            kind = kind_of(made, source.name)
        target = place(folder, digest[:_DIGITS], vault)
        target.parent.mkdir(exist_ok=True)
        if not is_sound(target, digest, vault):
            part.replace(target)
            atomic.flush(target)
            atomic.flush_folder(files)
    finally:
        with contextlib.suppress(OSError):
            part.unlink()
    return {
        "name": name_of(source),
        "file": digest[:_DIGITS],
        "sha512": digest,
        "size": size,
        "media_type": kind,
    }


def name_of(source: Path) -> str:
    """The name a file is kept under: one line without invisible signs, its ending kept."""
    name = text.clean(source.name) or "tep"
    ending = Path(name).suffix[:20]
    return name if len(name) <= _LONGEST_NAME else name[: _LONGEST_NAME - len(ending) - 1] + "…" + ending


def open_file(path: Path, file: str, vault: Vault | None, name: str = "") -> BinaryIO:
    """The content of the attachment ``file`` that lies at ``path``; errors call it ``name``. Raises OSError."""
    if vault is None:
        return path.open("rb")
    nameless_file = file.startswith(_NAMELESS)
    key = vault.stored_key(file.removeprefix(_NAMELESS)) if nameless_file else vault.file_key(file)
    return sealed.open_sealed(path, key, name or file)


def read_whole(stream: BinaryIO, file: str, most: int) -> bytes:
    """What ``stream`` holds. Raises ``attachment_too_big`` above ``most`` bytes; OSError."""
    content = stream.read(most + 1)
    if len(content) > most:
        raise UserError(
            "attachment_too_big", name=file, size=_in_megabytes(most + 1), limit=_in_megabytes(most)
        )
    return content


def size_of(path: Path, vault: Vault | None) -> int:
    """Bytes of content of the attachment at ``path``. Raises OSError."""
    size = path.stat().st_size
    return size if vault is None else sealed.content_size(size)


def kind_of(source: Path | BinaryIO, name: str = "") -> str:
    """The media type of a file or stream, by what is in it. Raises OSError."""
    if isinstance(source, Path):
        with source.open("rb") as file:
            return kind_of(file, name or source.name)
    source.seek(0)
    head = source.read(media.HEAD)
    size = source.seek(0, os.SEEK_END)
    source.seek(max(0, size - media.TAIL))
    return media.media_type(name, head, source.read(media.TAIL))


def hash_of(source: Path | BinaryIO, progress: Progress | None = None) -> str:
    """SHA-512 of a file, or of what a stream still holds, in hexadecimal. Raises OSError, Cancelled."""
    if isinstance(source, Path):
        with source.open("rb") as file:
            return hash_of(file, progress)
    digest = hashlib.sha512()
    while block := source.read(_BLOCK):
        digest.update(block)
        if progress is not None:
            progress.step(len(block))
    return digest.hexdigest()


def is_sound(path: Path, sha512: str, vault: Vault | None) -> bool:
    """Whether the attachment at ``path`` is there and what it was. Raises OSError."""
    if not path.is_file():
        return False
    with Spoilt(), open_file(path, sha512, vault) as stream:
        return hash_of(stream) == sha512
    return False


def is_own(path: Path, vault: Vault | None) -> bool:
    """Whether the file at ``path`` below the attachments is what its name says: the program put it there.

    Raises:
        OSError: it cannot be read.
    """
    if vault is None:
        return hash_of(path).startswith(path.name)
    with Spoilt(), sealed.open_sealed(path, vault.stored_key(path.name)) as stream:
        return bool(hash_of(stream))
    return False


class Spoilt:
    """Ends the block when a sealed file in it proves to be changed; what follows the block says so."""

    def __enter__(self) -> None:
        """Nothing to prepare."""

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> bool:
        return isinstance(error, UserError) and error.code == "attachment_changed"


def remove(folder: Path, file: str, vault: Vault | None = None) -> None:
    """Take a copy away that was made for an act which then did not happen."""
    if _NAME.fullmatch(file):
        with contextlib.suppress(OSError):
            place(folder, file, vault).unlink()


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


def path_of(folder: Path, file: str, vault: Vault | None = None) -> Path:
    """Where the attachment ``file`` lies.

    Raises:
        UserError: ``attachment_unknown`` when ``file`` is no such name (records may come from
            elsewhere and say anything); ``attachment_missing`` when it is not there.
    """
    if not _NAME.fullmatch(file.removeprefix(_NAMELESS) if vault is not None else file):
        raise UserError("attachment_unknown", file=file[:60])
    path = place(folder, file, vault)
    if not path.is_file():
        raise UserError("attachment_missing", Exit.ENVIRONMENT, file=file, path=str(path))
    return path


def place(folder: Path, file: str, vault: Vault | None = None) -> Path:
    """Where ``file`` belongs in the library at ``folder``, whether it is there or not."""
    name = file.removeprefix(_NAMELESS)
    if vault is not None and name == file:
        name = vault.file_name(file)
    return folder / FOLDER / name[:2] / name


def names(folder: Path) -> frozenset[str]:
    """The names on the disk of the attachments that are there."""
    found = (path.name for path in (folder / FOLDER).glob("??/*"))
    return frozenset(name for name in found if _NAME.fullmatch(name))


def known(there: frozenset[str], named: Iterable[str], vault: Vault) -> frozenset[str]:
    """What files on the disk of a locked library are called in its records; the rest :func:`nameless`.

    Args:
        there: names on the disk. named: every file that anything in the library names.
    """
    called = {vault.file_name(file): file for file in named if _NAME.fullmatch(file)}
    return frozenset(called.get(name) or nameless(name) for name in there)


def nameless(name: str) -> str:
    """What a file of a locked library is called that only its name on the disk is known of."""
    return _NAMELESS + name


def _seal(source: Path, part: Path, progress: Progress | None, vault: Vault) -> tuple[str, int]:
    with source.open("rb") as read, part.open("xb") as out:
        digest = hash_of(read, progress)
        read.seek(0)
        again, size = sealed.seal(read, out, vault.file_key(digest), progress)
        out.flush()
        os.fsync(out.fileno())
    if again != digest:
        raise UserError("file_changed", Exit.ENVIRONMENT, path=str(source))
    return digest, size


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

"""Attachments by content: ``files/<first 2>/<first 40 hex digits of the SHA-512>``, never changed."""

from __future__ import annotations

import contextlib
import hashlib
import os
import re
import secrets
import stat
from pathlib import Path
from typing import Any

from stdesk import atomic, text
from stdesk.errors import Exit, UserError
from stdesk.progress import Progress

FOLDER = "files"
_NAME = re.compile(r"[0-9a-f]{40}")
_BLOCK = 1 << 20  # bytes
_MEDIA_TYPES = {
    ".pdf": "application/pdf",
    ".doc": "application/msword",
    ".docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    ".xls": "application/vnd.ms-excel",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ".ppt": "application/vnd.ms-powerpoint",
    ".pptx": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
    ".odt": "application/vnd.oasis.opendocument.text",
    ".ods": "application/vnd.oasis.opendocument.spreadsheet",
    ".txt": "text/plain",
    ".csv": "text/csv",
    ".jpg": "image/jpeg",
    ".jpeg": "image/jpeg",
    ".png": "image/png",
    ".tif": "image/tiff",
    ".tiff": "image/tiff",
    ".zip": "application/zip",
}


def add(folder: Path, source: Path, progress: Progress | None = None) -> dict[str, Any]:
    """Copy ``source`` into the library at ``folder``; returns the item to keep in a record.

    The copy is hashed while it is made, forced to the disk, and only then named.

    Raises:
        UserError: ``not_a_file``. OSError: what the disk refused.
        Cancelled: asked to stop; nothing is left behind.
    """
    status = source.stat()
    if not stat.S_ISREG(status.st_mode):  # a pipe or device would never end
        raise UserError("not_a_file", Exit.USAGE, path=str(source))
    if progress is not None:
        progress.start(status.st_size, source.name)
    files = folder / FOLDER
    files.mkdir(exist_ok=True)
    part = files / f".{secrets.token_hex(8)}.part"
    try:
        digest, size = _copy(source, part, progress)
        target = files / digest[:2] / digest[:40]
        target.parent.mkdir(exist_ok=True)
        if not (target.is_file() and target.stat().st_size == size):
            part.replace(target)
            atomic.flush(target)
            atomic.flush_folder(files)
    finally:
        with contextlib.suppress(OSError):
            part.unlink()
    return {
        "name": text.clean(source.name),
        "file": digest[:40],
        "sha512": digest,
        "size": size,
        "media_type": _MEDIA_TYPES.get(source.suffix.lower(), "application/octet-stream"),
    }


def path_of(folder: Path, file: str) -> Path:
    """Where the attachment ``file`` lies.

    Raises:
        UserError: ``attachment_unknown`` when ``file`` is no such name (records may come from
            elsewhere and say anything); ``attachment_missing`` when it is not there.
    """
    if not _NAME.fullmatch(file):
        raise UserError("attachment_unknown", file=file[:60])
    path = folder / FOLDER / file[:2] / file
    if not path.is_file():
        raise UserError("attachment_missing", Exit.ENVIRONMENT, file=file, path=str(path))
    return path


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
            if progress is not None:
                progress.step(len(block))
        out.flush()
        os.fsync(out.fileno())
    return digest.hexdigest(), size

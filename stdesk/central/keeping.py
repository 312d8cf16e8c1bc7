"""The folder where packages are kept whole, each under the SHA-512 of its file."""

from __future__ import annotations

import hashlib
import os
import secrets
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from stdesk import i18n
from stdesk.atomic import flush_folder
from stdesk.central.context import Context
from stdesk.errors import from_os_error
from stdesk.paths import open_plain
from stdesk.progress import Progress

_CHUNK = 1 << 20
_FORGOTTEN = 2 * 86_400  # seconds after which a copy under way is one that was stopped
PACKAGES, WORK = "packages", "work"


@dataclass(frozen=True, slots=True)
class Copied:
    """A file copied to where nobody else writes, not yet under its name.

    Attributes:
        path: the copy. sha512: hex, of its bytes. size: in bytes.
    """

    path: Path
    sha512: str
    size: int


@contextmanager
def work_folder(context: Context) -> Iterator[Path]:
    """A private folder for one intake, taken away afterwards; those of stopped ones are swept."""
    base = context.folder / WORK
    try:
        base.mkdir(parents=True, exist_ok=True)
        _sweep(base)
        folder = base / secrets.token_hex(8)
        folder.mkdir(mode=0o700)
    except OSError as error:
        raise from_os_error(error, base) from error
    try:
        yield folder
    finally:
        _remove(folder)


def copy_in(source: Path, target: Path, progress: Progress) -> Copied:
    """Copy ``source``, hashing; what is checked afterwards is the copy, which no stick can change any more.

    Raises:
        UserError: what the system refused, naming the source or the target.
    """
    digest, size = hashlib.sha512(), 0
    try:
        with open_plain(source) as file:
            progress.start(os.fstat(file.fileno()).st_size, i18n.message("central_copying"))
            with target.open("xb") as out:
                while chunk := file.read(_CHUNK):
                    progress.step(len(chunk))
                    digest.update(chunk)
                    _write(out, chunk, target)
                    size += len(chunk)
                out.flush()
                os.fsync(out.fileno())
    except OSError as error:
        raise from_os_error(error, source) from error
    return Copied(target, digest.hexdigest(), size)


def measured(path: Path, progress: Progress) -> Copied:
    """A file that lies in a private folder already, hashed."""
    digest, size = hashlib.sha512(), 0
    try:
        with path.open("rb") as file:
            while chunk := file.read(_CHUNK):
                progress.check()
                digest.update(chunk)
                size += len(chunk)
    except OSError as error:
        raise from_os_error(error, path) from error
    return Copied(path, digest.hexdigest(), size)


def _write(out: BinaryIO, chunk: bytes, target: Path) -> None:
    try:
        out.write(chunk)
    except OSError as error:
        raise from_os_error(error, target) from error


def keep(context: Context, copied: Copied) -> str:
    """Give a copy its name for ever; the name, relative to the centre's folder. Twice is once."""
    name = f"{PACKAGES}/{copied.sha512[:2]}/{copied.sha512}.zip"
    target = context.folder / name
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        copied.path.replace(target)
        flush_folder(target.parent)
    except OSError as error:
        raise from_os_error(error, target) from error
    return name


def _sweep(base: Path) -> None:
    before = time.time() - _FORGOTTEN
    for folder in base.iterdir():
        with suppress(OSError):
            if folder.stat().st_mtime < before:
                _remove(folder)


def _remove(folder: Path) -> None:
    shutil.rmtree(folder, ignore_errors=True)

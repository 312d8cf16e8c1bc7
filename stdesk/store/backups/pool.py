"""The files of all backups of a place, each once: linked where the disk can, else copied and proved."""

from __future__ import annotations

import contextlib
import errno
import hashlib
import os
import re
import secrets
import shutil
from collections.abc import Collection
from dataclasses import dataclass, field
from pathlib import Path

from stdesk import atomic
from stdesk.errors import Exit, UserError
from stdesk.progress import Progress
from stdesk.store.backups.model import POOL

_NAME = re.compile(r"[0-9a-f]{40}")
_BLOCK = 1 << 20  # bytes
_ROOM = 4 << 20  # bytes that a disk is left


@dataclass
class Pool:
    """The pool of the place ``place``.

    Attributes:
        links: whether the disk can link files of the library; found out at the first.
    """

    place: Path
    links: bool = True
    _there: dict[str, int] = field(default_factory=dict)
    _touched: set[Path] = field(default_factory=set)

    def __post_init__(self) -> None:
        self._there = {name: status.st_size for name, status in _scan(self.place / POOL)}

    @staticmethod
    def path_in(place: Path, name: str) -> Path:
        """Where ``name`` lies in the pool of ``place``."""
        return place / POOL / name[:2] / name

    def has(self, name: str, size: int) -> bool:
        """Whether it is there, and as long as it should be."""
        return self._there.get(name) == size

    def take(self, source: Path, name: str, size: int, expected: str, progress: Progress | None) -> str:
        """Put the file ``source`` into the pool.

        Args:
            expected: hexadecimal digits that its SHA-512 begins with; "" when nobody knows.

        Returns:
            Its SHA-512 when it was read for the purpose; "" when it was linked.

        Raises:
            ValueError: it is not what was expected: the library's own copy is damaged. OSError.
        """
        target = self.path_in(self.place, name)
        self._make_folder(target.parent)
        if name in self._there:  # of another length: damaged
            target.unlink()
            del self._there[name]
        said = ""
        if not (self.links and self._link(source, target)):
            said = _copy(source, target, expected, progress)
        self._there[name] = size
        self._touched.add(target.parent)
        return said

    def flush(self) -> None:
        """Force the new names to the disk. Raises OSError."""
        for folder in sorted(self._touched):
            atomic.flush_folder(folder)
        self._touched.clear()

    def check_room(self, wanted: int) -> None:
        """Raise ``backup_no_room`` when the disk has not ``wanted`` bytes."""
        free = shutil.disk_usage(self.place).free
        if free < wanted + _ROOM:
            raise UserError(
                "backup_no_room", Exit.ENVIRONMENT, path=str(self.place),
                wanted=_megabytes(wanted + _ROOM), free=_megabytes(free),
            )  # fmt: skip

    def _link(self, source: Path, target: Path) -> bool:
        try:
            os.link(source, target)
        except FileExistsError:
            target.unlink()
            os.link(source, target)
        except OSError as error:
            if error.errno in (
                errno.EMLINK,
                errno.ENOSPC,
                errno.EIO,
                errno.EROFS,
                errno.ENODEV,
                errno.ENOENT,
            ):
                if error.errno == errno.EMLINK:
                    return False
                raise
            self.links = False  # another disk, or one that has no links
            return False
        return True

    def _make_folder(self, folder: Path) -> None:
        if not folder.is_dir():
            folder.mkdir(parents=True, exist_ok=True)
            self._touched |= {folder.parent, self.place}


def sizes(place: Path) -> dict[str, tuple[int, bool]]:
    """Name -> bytes, and whether the library holds the same file as well (so that it takes no room)."""
    return {name: (status.st_size, status.st_nlink > 1) for name, status in _scan(place / POOL)}


def sweep(place: Path, named: Collection[str]) -> int:
    """Take away what no backup of ``place`` names, and what was begun and never finished; returns the bytes freed."""
    freed = 0
    for folder in sorted((place / POOL).glob("??")):
        for name in sorted({one.name for one in os.scandir(folder)}.difference(named)):
            with contextlib.suppress(OSError):
                status = (folder / name).lstat()
                (folder / name).unlink()
                freed += status.st_size if status.st_nlink == 1 else 0
        with contextlib.suppress(OSError):
            folder.rmdir()
    return freed


def read_hash(path: Path, progress: Progress | None = None, *, past_cache: bool = True) -> str:
    """SHA-512 of the file at ``path``. Raises OSError.

    Args:
        past_cache: past the system's memory of what was written, which proves nothing about a medium.
    """
    digest = hashlib.sha512()
    with path.open("rb") as file:
        if past_cache and hasattr(os, "posix_fadvise"):
            with contextlib.suppress(OSError):
                os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)
        while block := file.read(_BLOCK):
            digest.update(block)
            if progress is not None:
                progress.step(len(block))
    return digest.hexdigest()


def copy_proved(source: Path, target: Path, expected: str = "", progress: Progress | None = None) -> str:
    """Copy ``source`` to the new file ``target``, whole or not at all; returns its SHA-512.

    It is forced to the medium and read back from there.

    Raises:
        ValueError: ``source`` is not what was ``expected``. UserError: ``backup_failed`` when the medium gives
            back something else than was written. OSError.
    """
    return _copy(source, target, expected, progress)


def _copy(source: Path, target: Path, expected: str, progress: Progress | None) -> str:
    part = target.with_name(f".{secrets.token_hex(8)}.part")
    try:
        with source.open("rb") as read, part.open("xb") as out:
            digest = hashlib.sha512()
            while block := read.read(_BLOCK):
                digest.update(block)
                out.write(block)
                if progress is not None:
                    progress.step(len(block))
            out.flush()
            os.fsync(out.fileno())
        said = digest.hexdigest()
        if not said.startswith(expected):
            raise ValueError(source.name)
        if read_hash(part) != said:
            raise UserError("backup_failed", Exit.ENVIRONMENT, path=str(target))
        part.replace(target)
    except BaseException:
        with contextlib.suppress(OSError):
            part.unlink()
        raise
    atomic.flush(target)
    return said


def _scan(pool: Path) -> list[tuple[str, os.stat_result]]:
    found: list[tuple[str, os.stat_result]] = []
    if not pool.is_dir():
        return found
    for folder in os.scandir(pool):
        if len(folder.name) == 2 and folder.is_dir(follow_symlinks=False):
            found += [
                (one.name, os.lstat(one.path))  # a DirEntry knows no links on Windows
                for one in os.scandir(folder.path)
                if _NAME.fullmatch(one.name) and one.is_file(follow_symlinks=False)
            ]
    return found


def _megabytes(size: int) -> int:
    return -(-size // (1 << 20))

"""Readable copies of what the library keeps, for other programs: made when asked for, gone when the library closes."""

from __future__ import annotations

import contextlib
import shutil
import tempfile
import weakref
from collections.abc import Callable
from pathlib import Path, PurePath
from typing import BinaryIO

from stdesk import text
from stdesk.errors import UserError, from_os_error
from stdesk.store.lock import Lock

_FORBIDDEN = frozenset('<>:"/\\|?*')
_RESERVED = frozenset(
    {"con", "prn", "aux", "nul", *(f"{one}{n}" for one in ("com", "lpt") for n in range(1, 10))}
)
_LONGEST_NAME = 120  # bytes, so that any disk takes it
_PREFIX, _LOCK = "stdesk-copies-", "stdesk.lock"


class Copies:
    """The copies made while a library is open: read-only files in a folder of their own, each under its own name.

    They lie readable on the disk of this computer; of a locked library they are made only when a person
    accepted that. What a program that was killed left is taken away by the next one that makes a copy.
    """

    def __init__(self) -> None:
        self._folder: Path | None = None
        self._lock: Lock | None = None
        self._gone: Callable[[], object] = lambda: None

    def make(self, name: str, content: BinaryIO) -> Path:
        """A read-only copy of ``content`` called ``name``, as far as a disk takes it.

        Raises:
            UserError: what the disk refused; ``attachment_changed``. Nothing readable is then left behind.
        """
        target = None
        try:
            target = Path(tempfile.mkdtemp(dir=self._own_folder())) / safe_name(name)
            with target.open("xb") as out:
                shutil.copyfileobj(content, out, 1 << 20)
            target.chmod(0o444)
        except OSError as error:
            _drop(target)
            raise from_os_error(error, target or name) from error
        except BaseException:
            _drop(target)
            raise
        return target

    def clear(self) -> None:
        """Take them away; what another program holds open stays until it lets go (Windows)."""
        self._gone()
        self._folder = None
        self._gone = lambda: None

    def _own_folder(self) -> Path:
        if self._folder is None:
            _sweep(Path(tempfile.gettempdir()))
            folder = Path(tempfile.mkdtemp(prefix=_PREFIX))
            lock = Lock.take(folder / _LOCK, user="", at="")  # while it is held nobody sweeps
            self._folder, self._gone = folder, weakref.finalize(self, _clear, folder, lock)
        return self._folder


def safe_name(name: str) -> str:
    """``name`` as any disk takes it: short, without signs that Windows forbids, its ending kept."""
    plain = "".join("_" if one in _FORBIDDEN or ord(one) < 32 else one for one in text.clean(name)).strip(
        " ."
    )
    ending = PurePath(plain).suffix[:20]
    stem = plain.removesuffix(ending)
    if stem.split(".")[0].casefold() in _RESERVED:
        stem = f"_{stem}"
    while len((stem + ending).encode()) > _LONGEST_NAME:
        stem = stem[:-1]
    return (stem.rstrip(" .") + ending) or "tep"


def _sweep(place: Path) -> None:
    for folder in place.glob(f"{_PREFIX}*"):
        with contextlib.suppress(UserError, OSError):
            if not folder.is_symlink() and (folder / _LOCK).is_file():
                Lock.take(folder / _LOCK, user="", at="").release()
                _clear(folder, None)


def _drop(target: Path | None) -> None:
    if target is not None:
        shutil.rmtree(target.parent, ignore_errors=True)


def _clear(folder: Path, lock: Lock | None) -> None:
    if lock is not None:
        lock.release()
    for path in folder.rglob("*"):
        with contextlib.suppress(OSError):
            if path.is_file():
                path.chmod(0o600)  # Windows does not delete what is read-only
    shutil.rmtree(folder, ignore_errors=True)

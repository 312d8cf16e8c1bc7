"""One writer at a time: a lock file that says who, since when and where.

The operating system's own lock on the file ends with the process that holds it, so a lock left
by a crash is taken over at once; what is written in the file is for people, and for folders
reached from another computer, where the system's lock may not.
"""

from __future__ import annotations

import contextlib
import errno
import json
import os
import platform
import sys
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from stdesk import processes
from stdesk.errors import Exit, UserError, from_os_error

_HELD = {errno.EACCES, errno.EAGAIN, errno.EWOULDBLOCK, errno.EDEADLK}
_FAR = 1 << 30  # Windows locks bytes against reading too: one that holds no text
_MOST = 4096  # bytes; a note is a line


@dataclass(frozen=True, slots=True)
class Holder:
    """Who holds a lock.

    Attributes:
        who: the person, with computer and process. since: "HH:MM dd/mm/yyyy", in this computer's time.
        elsewhere: on another computer, which this one cannot ask.
    """

    who: str
    since: str
    elsewhere: bool


def holder(path: Path) -> Holder | None:
    """Who holds the lock at ``path``, by what is written there; the lock itself is not touched.

    ``None``: nobody, or a process of this computer that is gone. A lock that is merely asked for would be
    refused to somebody else for that moment.
    """
    try:
        handle = os.open(path, os.O_RDONLY | getattr(os, "O_CLOEXEC", 0))
    except OSError:
        return None
    try:
        note = _read(handle)
    finally:
        os.close(handle)
    elsewhere = bool(note) and note.get("host") != platform.node()
    if not note or (not elsewhere and note.get("pid") != os.getpid() and not _alive(note)):
        return None
    return Holder(_by(note), _shown(str(note.get("since", "?"))), elsewhere)


class Lock:
    """The right to write to a library, held until :meth:`release`."""

    def __init__(self, handle: int) -> None:
        self._handle: int | None = handle

    @classmethod
    def take(cls, path: Path, *, user: str, at: str) -> Lock:
        """Take the lock at ``path``.

        Raises:
            UserError: ``library_locked`` with who holds it and since when;
                ``library_read_only`` when the folder cannot be written.
        """
        try:
            handle = os.open(path, os.O_RDWR | os.O_CREAT | getattr(os, "O_CLOEXEC", 0), 0o644)
        except OSError as error:
            if error.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
                raise UserError("library_read_only", Exit.ENVIRONMENT, path=str(path.parent)) from error
            raise from_os_error(error, path) from error
        try:
            held = not _lock(handle)
            note = _read(handle)
            elsewhere = bool(note) and note.get("host") != platform.node()
            if held or elsewhere:
                raise _locked(path, note, elsewhere)
            _write(handle, {"host": platform.node(), "pid": os.getpid(), "user": user, "since": at})
        except OSError as error:  # it knows no name: the file was open already
            os.close(handle)
            raise from_os_error(error, path.parent) from error
        except BaseException:
            os.close(handle)
            raise
        return cls(handle)

    def release(self) -> None:
        """Give the lock back. The file stays, empty: removing it would race with the next one."""
        if self._handle is not None:
            with contextlib.suppress(OSError):
                os.ftruncate(self._handle, 0)
            os.close(self._handle)
            self._handle = None


def left_behind(path: Path) -> bool:
    """Whether the lock at ``path`` was taken and not given back: the library is open, or was not closed."""
    try:
        return bool(path.read_bytes()[:_MOST].strip())
    except OSError:
        return False


def _locked(path: Path, note: dict[str, Any], elsewhere: bool) -> UserError:
    code = "library_locked_elsewhere" if elsewhere else "library_locked"
    return UserError(
        code,
        Exit.ENVIRONMENT,
        path=str(path.parent),
        by=_by(note),
        since=_shown(str(note.get("since", "?"))),
        lock=path.name,
    )


def _by(note: dict[str, Any]) -> str:
    user, host = str(note.get("user") or "?"), str(note.get("host") or "?")
    return f"{user} ({host}, {note.get('pid', '?')})"


def _shown(moment: str) -> str:
    """A moment as people write it, in the time of this computer."""
    try:
        return f"{datetime.fromisoformat(moment).astimezone():%H:%M %d/%m/%Y}"
    except ValueError:
        return moment


def _read(handle: int) -> dict[str, Any]:
    os.lseek(handle, 0, os.SEEK_SET)
    try:
        note = json.loads(os.read(handle, _MOST))
    except (ValueError, OSError):
        return {}
    return note if isinstance(note, dict) else {}


def _write(handle: int, note: dict[str, Any]) -> None:
    os.ftruncate(handle, 0)
    os.lseek(handle, 0, os.SEEK_SET)
    os.write(handle, json.dumps(note, ensure_ascii=False).encode())
    os.fsync(handle)


def _alive(note: dict[str, Any]) -> bool:
    pid = note.get("pid")
    return isinstance(pid, int) and pid != os.getpid() and processes.runs(pid)


if sys.platform == "win32":
    import msvcrt

    def _lock(handle: int) -> bool:
        os.lseek(handle, _FAR, os.SEEK_SET)
        try:
            msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)
        except OSError as error:
            if error.errno in _HELD:
                return False
            raise
        return True

else:
    import fcntl

    def _lock(handle: int) -> bool:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            if error.errno in _HELD:
                return False
            if error.errno in (errno.ENOLCK, errno.ENOTSUP, errno.EOPNOTSUPP):
                return not _alive(_read(handle))  # a file system without locks: go by what is written
            raise
        return True

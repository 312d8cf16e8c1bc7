"""Flushing: a file, its folder and its volume, and closing what is still being flushed."""

from __future__ import annotations

import contextlib
import ctypes
import errno
import functools
import os
import time
from collections.abc import Callable
from concurrent.futures import Future
from pathlib import Path
from typing import Any

_RETRIES = 5
# What file systems answer that cannot flush a folder.
_NO_FOLDERS = (errno.EINVAL, errno.EBADF, errno.ENOTSUP, errno.ENOSYS)


def timed_flush(handle: int) -> float:
    """fsync(2); the seconds it took."""
    begun = time.monotonic()
    os.fsync(handle)
    return time.monotonic() - begun


def give_name(part: Path, target: Path) -> None:
    """Rename; on Windows a virus scanner may hold a fresh file for a moment. Raises OSError."""
    for left in reversed(range(_RETRIES)):
        try:
            part.rename(target)
        except PermissionError:
            if not left or os.name != "nt":
                raise
            time.sleep(0.2)
        else:
            return


def close_after(flushing: Future[Any] | None, handle: int) -> None:
    """Close now, or when the flush under way is done: the number must not go to another file before."""
    if flushing is None or os.name == "nt":  # there an open file cannot be removed, so it is waited for
        if flushing:
            flushing.exception()
        with contextlib.suppress(OSError):
            os.close(handle)
    else:
        flushing.add_done_callback(lambda _: close_after(None, handle))


def harden(target: Path) -> None:
    """Flush a file that has just got its name, its folder and its volume; raises OSError."""
    handle = os.open(target, os.O_RDWR | getattr(os, "O_BINARY", 0))
    try:
        os.fsync(handle)
        _flush_folder(target.parent)
        _sync_volume(handle)
    finally:
        os.close(handle)


def _flush_folder(folder: Path) -> None:
    if os.name == "nt":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    except OSError as error:
        if error.errno not in _NO_FOLDERS:
            raise
    finally:
        os.close(handle)


def _sync_volume(handle: int) -> None:
    """syncfs(2): all of the volume, its tables too, but no other volume."""
    call = _syncfs()
    if call is not None and call(handle):
        number = ctypes.get_errno()
        if number != errno.ENOSYS:
            raise OSError(number, os.strerror(number))


@functools.cache
def _syncfs() -> Callable[[int], int] | None:
    if os.name == "nt":
        return None
    try:
        found: Callable[[int], int] = ctypes.CDLL(None, use_errno=True).syncfs
    except (OSError, AttributeError):
        return _sync_all
    return found


def _sync_all(_handle: int) -> int:
    os.sync()
    return 0

"""Reading what a medium holds, past the system's memory of what was written to it.

Reading a file again after writing it proves nothing: the bytes come from the page cache, and a
worn-out or forged stick that dropped every write passes. So the pages are dropped
(``posix_fadvise``) and the file is read with ``O_DIRECT`` (Windows: ``FILE_FLAG_NO_BUFFERING``),
which wants buffers, places and lengths in whole sectors; pages of an anonymous ``mmap`` are.
"""

from __future__ import annotations

import contextlib
import ctypes
import hashlib
import io
import mmap
import os
from collections.abc import Callable, Iterable
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import Any, Self

from stdesk.package.volumes import reaches_device
from stdesk.progress import Progress

DEVICE, CACHE = "device", "cache"
BLOCK = 1 << 20  # bytes; at 1 MB/s a stop is noticed within a second
_BUFFERS = 16
_SECTOR = 4096
_GENERIC_READ, _SHARE_READ, _OPEN_EXISTING, _NO_BUFFERING = 0x80000000, 1, 3, 0x20000000

Use = Callable[[int, memoryview], Iterable["Future[Any]"]]


class DeviceFile:
    """A file read from its device; :attr:`read_back` says whether that is sure."""

    def __init__(self, path: Path) -> None:
        """Open ``path``; raises OSError."""
        self._path = path
        self._place = 0
        self._size = path.stat().st_size
        forget_cached(path)
        direct = _open_direct(path) if reaches_device(path) else None
        self.read_back = CACHE if direct is None else DEVICE
        self._file = path.open("rb", buffering=0) if direct is None else io.FileIO(direct, "rb")

    def read_into(self, buffer: memoryview) -> int:
        """Fill ``buffer`` as far as the file goes; its length is a multiple of 4,096."""
        if self._place >= self._size:
            return 0
        if self.read_back == DEVICE and self._place % _SECTOR:  # after a reading cut short by the system
            self._plain()
        try:
            count = self._file.readinto(buffer) or 0
        except OSError:
            if self._place or self.read_back == CACHE:
                raise
            self._plain()  # opened well, but this file system refuses to read that way
            count = self._file.readinto(buffer) or 0
        self._place += count
        return count

    def _plain(self) -> None:
        self._file.close()
        self._file = self._path.open("rb", buffering=0)
        self._file.seek(self._place)
        self.read_back = CACHE

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()


def read_blocks(path: Path, use: Use, progress: Progress) -> str:
    """Give every block of ``path`` to ``use(offset, block)``, in order, as the device has it.

    Args:
        use: what it returns are the works under way on the block; its memory is used again once
            they are done. Their errors are raised here.

    Returns:
        :data:`DEVICE`, or :data:`CACHE` where the system gives no way past its memory.

    Raises:
        OSError: the device failed; Cancelled.
    """
    slots = [(memoryview(mmap.mmap(-1, BLOCK)), list[Future[Any]]()) for _ in range(_BUFFERS)]
    place = turn = 0
    with DeviceFile(path) as device:
        try:
            while True:
                progress.check()
                buffer, works = slots[turn % _BUFFERS]
                _settle(works)
                count = device.read_into(buffer)
                if not count:
                    break
                works.extend(use(place, buffer[:count]))
                place += count
                turn += 1
        finally:
            for _, works in slots:
                _wait(works)
        for _, works in slots:
            _settle(works)
        return device.read_back


def sha512_of(path: Path, progress: Progress) -> tuple[str, int, str]:
    """SHA-512 (hex) and size of what the device holds, and how it was read."""
    digest = hashlib.sha512()
    size = 0
    with ThreadPoolExecutor(1) as beside:

        def use(_place: int, block: memoryview) -> list[Future[Any]]:
            nonlocal size
            size += len(block)
            progress.step(len(block))
            return [beside.submit(digest.update, block)]

        how = read_blocks(path, use, progress)
    return digest.hexdigest(), size, how


def forget_cached(path: Path) -> None:
    """Drop the pages of a flushed file from memory, where the system lets a program ask for that."""
    if hasattr(os, "posix_fadvise"):
        with contextlib.suppress(OSError), path.open("rb") as file:
            os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)


def _settle(works: list[Future[Any]]) -> None:
    for work in works:
        work.result()
    works.clear()


def _wait(works: list[Future[Any]]) -> None:
    for work in works:
        work.exception()


def _open_direct(path: Path) -> int | None:
    """A handle that reads past the cache; ``None`` where there is none."""
    if hasattr(os, "O_DIRECT"):
        try:
            return os.open(path, os.O_RDONLY | os.O_DIRECT)
        except OSError:
            return None
    kernel = getattr(getattr(ctypes, "windll", None), "kernel32", None)
    return None if kernel is None else open_unbuffered(kernel, path)


def open_unbuffered(kernel: Any, path: Path) -> int | None:
    """The same on Windows: ``CreateFileW`` with ``FILE_FLAG_NO_BUFFERING``."""
    create = kernel.CreateFileW
    create.restype = ctypes.c_void_p
    create.argtypes = [
        ctypes.c_wchar_p, ctypes.c_uint32, ctypes.c_uint32, ctypes.c_void_p,
        ctypes.c_uint32, ctypes.c_uint32, ctypes.c_void_p,
    ]  # fmt: skip
    handle = create(str(path), _GENERIC_READ, _SHARE_READ, None, _OPEN_EXISTING, _NO_BUFFERING, None)
    if handle is None or handle == ctypes.c_void_p(-1).value:
        return None
    import msvcrt

    return int(getattr(msvcrt, "open_osfhandle")(handle, os.O_RDONLY | getattr(os, "O_BINARY", 0)))  # noqa: B009

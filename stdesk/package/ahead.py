"""Work that runs ahead of or behind the writing, in bounded memory (reading and hashing free the GIL)."""

from __future__ import annotations

import contextlib
import hashlib
import queue
import threading
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Generic, TypeVar

_T = TypeVar("_T")
_LOOK = 0.1  # seconds between two looks whether the other side is still there


class _End(Generic[_T]):
    """The last item: there are no more, or this is why."""

    def __init__(self, error: BaseException | None = None) -> None:
        self.error = error


def ahead(items: Iterable[_T], most: int) -> Iterator[_T]:
    """``items``, made in a thread of their own, at most ``most`` of them waiting.

    Raises:
        Whatever making them raised, at its place among them.
    """
    waiting: queue.Queue[_T | _End[_T]] = queue.Queue(most)
    left = threading.Event()
    maker = threading.Thread(target=_make, args=(items, waiting, left), name="ahead", daemon=True)
    maker.start()
    try:
        while True:
            item = waiting.get()
            if not isinstance(item, _End):
                yield item
            elif item.error is not None:
                raise item.error
            else:
                return
    finally:
        left.set()
        with contextlib.suppress(queue.Empty):
            while True:  # who waits for room goes on at once
                waiting.get_nowait()
        maker.join()


def _make(items: Iterable[_T], waiting: queue.Queue[_T | _End[_T]], left: threading.Event) -> None:
    try:
        for item in items:
            if not _given(item, waiting, left):
                return
    except BaseException as error:  # noqa: BLE001 - raised again on the other side
        _given(_End(error), waiting, left)
    else:
        _given(_End(), waiting, left)


def _given(item: _T | _End[_T], waiting: queue.Queue[_T | _End[_T]], left: threading.Event) -> bool:
    """Put into the queue; not, when nobody takes from it any more."""
    while not left.is_set():
        try:
            waiting.put(item, timeout=_LOOK)
        except queue.Full:
            continue
        return True
    return False


class Trailing:
    """SHA-512 of a file from its start, following the writing as far as it gets.

    It reads what was just written, out of the system's memory, in a thread of its own: on a stick it
    keeps up; on a disk faster than the hash it lags behind, and whoever reads the file back goes on
    at :attr:`upto` with :attr:`digest`.
    """

    def __init__(self) -> None:
        """Nothing is followed yet."""
        self.digest = hashlib.sha512()
        self.upto = 0
        self._limit = 0
        self._more = threading.Condition()
        self._open = False
        self._thread: threading.Thread | None = None

    def follow(self, path: Path) -> None:
        """Begin with the file at ``path``."""
        self._open = True
        self._thread = threading.Thread(target=self._run, args=(path,), name="hash", daemon=True)
        self._thread.start()

    def allow(self, place: int) -> None:
        """What lies before ``place`` is written and stays as it is."""
        with self._more:
            self._limit = place
            self._more.notify()

    def close(self) -> None:
        """Stop where it is."""
        with self._more:
            self._open = False
            self._more.notify()
        if self._thread:
            self._thread.join()
            self._thread = None

    def _run(self, path: Path) -> None:
        buffer = memoryview(bytearray(_CHUNK))
        with contextlib.suppress(OSError), path.open("rb", buffering=0) as file:
            while count := self._wait():
                taken = file.readinto(buffer[: min(count, _CHUNK)])
                if not taken:
                    return
                self.digest.update(buffer[:taken])
                self.upto += taken

    def _wait(self) -> int:
        """How many bytes can be taken; 0: no more."""
        with self._more:
            while self._open and self._limit <= self.upto:
                self._more.wait()
            return self._limit - self.upto if self._open else 0


_CHUNK = 1 << 20

"""What long work is given, so that it can say how far it is and be stopped."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import TypeVar

_T = TypeVar("_T")


class Cancelled(Exception):  # noqa: N818 - it is no error
    """The person asked to stop; nothing went wrong."""


@dataclass
class Progress:
    """Written by the worker, read (polled) by anyone; it never calls back.

    Attributes:
        done: steps finished of the present stretch.
        total: steps of the present stretch; 0 while unknown.
        note: what is being done now, in the language in use.
    """

    done: int = 0
    total: int = 0
    note: str = ""
    _stop: threading.Event = field(default_factory=threading.Event, repr=False)

    def start(self, total: int, note: str = "") -> None:
        """Begin a stretch of ``total`` steps."""
        self.check()
        self.done, self.total, self.note = 0, total, note

    def step(self, count: int = 1) -> None:
        """Count steps done; raises :class:`Cancelled` when asked to stop."""
        self.check()
        self.done += count

    def check(self) -> None:
        """Raise :class:`Cancelled` when asked to stop."""
        if self._stop.is_set():
            raise Cancelled

    def each(self, items: Iterable[_T]) -> Iterator[_T]:
        """``items`` as they are, :meth:`check` before each; no steps are counted."""
        for one in items:
            self.check()
            yield one

    def cancel(self) -> None:
        """Ask the worker to stop at its next step."""
        self._stop.set()

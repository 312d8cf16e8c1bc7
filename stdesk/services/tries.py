"""Wrong passwords of a library are counted, and each makes the next wait longer.

The count lies beside the library (``library.tries``), so that it survives a restart; whoever has the disk can take
it away: what keeps *him* out is the cost of trying one password (see ``stdesk.store.vault``). A file that is
missing or garbled counts as no wrong password: nobody is locked out by it.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from stdesk import atomic
from stdesk.clock import Clock, system_clock

FILE = "library.tries"
FREE = 5
"""Wrong passwords before the first wait."""
LONGEST = 300
"""Seconds."""
_SMALL = 1_000  # bytes; more than that is not ours
_MOST = 1_000_000


@dataclass(frozen=True, slots=True)
class _Kept:
    """Wrong ones until now; when the last was typed by the clock (seconds since 1970) and since the PC started."""

    wrong: int = 0
    at: float = 0.0
    up: float = 0.0


_here: dict[Path, _Kept] = {}  # what this process knows, when the folder cannot be written


def pause_after(wrong: int) -> int:
    """Seconds to wait after ``wrong`` wrong passwords."""
    return 0 if wrong <= FREE else min(LONGEST, 2 ** min(wrong - FREE, 20))


class Tries:
    """The count of one library.

    Args:
        clock: the time of day.
        up: seconds since the computer started; not moved by setting the clock.
    """

    def __init__(
        self, folder: Path, clock: Clock = system_clock, up: Callable[[], float] = time.monotonic
    ) -> None:
        self._file = folder.absolute() / FILE
        self._clock = clock
        self._up = up

    def wait(self) -> int:
        """Whole seconds until the next try; 0 = now."""
        kept = self._read()
        pause = pause_after(kept.wrong)
        if not pause:
            return 0
        passed = self._passed(kept)
        if passed is None:  # clock put back and computer started anew: the pause begins again
            self._write(_Kept(kept.wrong, self._now(), self._up()))
            return pause
        return max(0, int(pause - passed + 0.999))

    def begin(self) -> None:
        """A password is about to be tried: counted as wrong at once, so that killing the program helps nobody."""
        self._write(_Kept(min(_MOST, self._read().wrong + 1), self._now(), self._up()))

    def right(self) -> None:
        """It was right: the count starts over."""
        _here.pop(self._file, None)
        with suppress(OSError):
            self._file.unlink(missing_ok=True)

    def count(self) -> int:
        """Wrong ones in a row."""
        return self._read().wrong

    def _now(self) -> float:
        return self._clock().timestamp()

    def _passed(self, kept: _Kept) -> float | None:
        """Seconds since the last one: the shorter of what two clocks say; ``None`` when neither can know."""
        by_clock, by_start = self._now() - kept.at, self._up() - kept.up
        told = [one for one in (by_clock, by_start) if one >= 0]
        return min(told) if told else None

    def _read(self) -> _Kept:
        here = _here.get(self._file, _Kept())
        try:
            with self._file.open("rb") as file:
                raw = file.read(_SMALL + 1)
            found = json.loads(raw) if len(raw) <= _SMALL else {}
            kept = _Kept(int(found["wrong"]), float(found["at"]), float(found["up"]))
        except (OSError, ValueError, TypeError, KeyError, OverflowError, RecursionError):
            return here
        sound = 0 <= kept.wrong <= _MOST and abs(kept.at) < 1e12 and abs(kept.up) < 1e12
        return max(kept, here, key=lambda one: one.wrong) if sound else here

    def _write(self, kept: _Kept) -> None:
        _here[self._file] = kept
        text = json.dumps({"wrong": kept.wrong, "at": kept.at, "up": kept.up})
        with suppress(OSError):  # a library on a write-protected medium can still be opened
            atomic.write_bytes(self._file, text.encode())

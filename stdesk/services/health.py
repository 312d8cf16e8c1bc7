"""What the doctor says of a library."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

Depth = Literal["quick", "full"]
State = Literal["ok", "mended", "hurt", "unknown"]
QUICK: Depth = "quick"
FULL: Depth = "full"


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that was looked at.

    Attributes:
        name: code, for ``--json`` and :func:`mend`: ``file``, ``pages``, ``references``, ``index``,
            ``derived``, ``files``, ``snapshots``, ``history``, ``witness``, ``records``, ``settings``,
            ``orphans``, ``backups``, ``room``.
        title: what was looked at, in the language spoken: "Search index".
        state: ``ok``; ``mended``; ``hurt``; ``unknown`` = could not be looked at, or not at this depth.
        said: one sentence: what was found.
        found: a line each, the first hundred. more: how many further ones.
        mend: what mending would do, when it can be mended; ``None`` otherwise.
    """

    name: str
    title: str
    state: State
    said: str
    found: tuple[str, ...] = ()
    more: int = 0
    mend: str | None = None


@dataclass(frozen=True, slots=True)
class Size:
    """How much room a part of the library takes. ``title``: what, in the language spoken; ``size``: bytes."""

    name: str
    title: str
    size: int
    count: int


@dataclass(frozen=True, slots=True)
class Health:
    """What the doctor found.

    Attributes:
        at: UTC timestamp. depth: how deep it looked.
        sizes: of the database, attachments, reports, backups; free room last.
    """

    at: str
    depth: Depth
    checks: tuple[Check, ...]
    sizes: tuple[Size, ...]

    @property
    def sound(self) -> bool:
        """Nothing is hurt."""
        return all(check.state != "hurt" for check in self.checks)

    @property
    def mendable(self) -> tuple[Check, ...]:
        """What can be mended."""
        return tuple(check for check in self.checks if check.state == "hurt" and check.mend is not None)


@dataclass(frozen=True, slots=True)
class Lost:
    """Something a recovered library no longer holds; ``kind`` "" for what is no record."""

    kind: str
    number: int
    title: str
    said: str


@dataclass(frozen=True, slots=True)
class Recovered:
    """A library made anew from what could be read.

    Attributes:
        library: its folder. backup: the backup it began from, "" when none was good.
        records: how many it holds. acts: acts done after the backup that were done again.
        lost: what is missing.
    """

    library: Path
    backup: str
    records: int
    acts: int
    lost: tuple[Lost, ...]

"""What the page knows of a package before it is made: what it carries, what it starts from, who can open it."""

from __future__ import annotations

from dataclasses import dataclass

from stdesk.services.reporting import FrozenReport
from stdesk.services.sealing import Centre


@dataclass(frozen=True, slots=True)
class Carried:
    """What a package would carry.

    Attributes:
        records, files: how many. size: bytes of the package, about.
        added, changed: of a delta, records new and changed since its base.
        withdrawn: of a delta, the records no longer handed in, each in a line.
    """

    records: int
    files: int
    size: int
    added: int = 0
    changed: int = 0
    withdrawn: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Plan:
    """All of it, for one frozen report.

    Attributes:
        full, delta: what each would carry; ``None``: there is no base, or it cannot be told.
        base: the submission a delta starts from. names: of the full package and of the delta.
        prefer_delta: a delta is made unless something else is chosen.
        first: what has to be done before; a sentence, "" for nothing.
    """

    report: FrozenReport
    full: Carried | None
    delta: Carried | None
    base: int
    names: tuple[str, str]
    centre: Centre
    prefer_delta: bool = True
    first: str = ""

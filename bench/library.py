"""A library of a given size, made once for all measurements of a run."""

from __future__ import annotations

from pathlib import Path

from bench.data import publications
from stdesk.services.desk import Desk
from stdesk.store.library import Library


def make(folder: Path, count: int) -> Path:
    """A library of ``count`` publications in ``folder``, unless it is there."""
    if (folder / "library.db").exists():
        return folder
    with Desk.create(folder, unit_code="CAT-MH", unit_name="Công an tỉnh Minh Hải"):
        pass
    from stdesk.clock import system_clock
    from stdesk.domain.kinds import all_kinds

    with Library.open(folder, kinds=all_kinds(), clock=system_clock) as library:
        rows = publications(count)
        for start in range(0, count, 20_000):
            with library.work("imported", file="bench") as work:
                for _ in range(min(20_000, count - start)):
                    work.create("publication", next(rows))
    return folder

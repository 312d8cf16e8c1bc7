"""The hourly backup of a library with many attachments, against a flushed copy of its database file alone.

The attachments are empty as far as the disk knows (sparse): a hard link costs the same, whatever is in a file.
"""

from __future__ import annotations

import os
import shutil
import sys
import time
from pathlib import Path
from statistics import median

from bench.measure import report, timed
from stdesk.progress import Progress
from stdesk.services.desk import Desk

ROUNDS = 3


def make(folder: Path, library: Path, size: int, count: int) -> Path:
    """A copy of ``library`` in ``folder`` with ``count`` attachments of ``size`` bytes together."""
    if folder.exists():
        shutil.rmtree(folder)
    folder.mkdir(parents=True)
    shutil.copyfile(library / "library.db", folder / "library.db")
    for at in range(count):
        name = f"{at * 2654435761 % (1 << 32):08x}{at:032x}"
        path = folder / "files" / name[:2] / name
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("xb") as file:
            file.truncate(size // count)
    return folder


def hourly(folder: Path) -> dict[str, float]:
    """Seconds of the first backup, of those after an hour's work, and of copying and flushing the database."""
    found: dict[str, list[float]] = {"first": [], "hourly": [], "deep": [], "bare": []}
    with Desk.open(folder) as desk:
        for number in range(ROUNDS + 1):
            desk.catalogue.save("publication", {"title": f"Một giờ làm việc {number}"})
            found["bare"].append(_bare(folder))
            start = time.perf_counter()
            made = desk.backups.run("hourly", Progress())
            found["hourly" if number else "first"].append(time.perf_counter() - start)
            if made is None:
                raise RuntimeError("nothing was backed up")
    with Desk.open(folder) as desk:
        start = time.perf_counter()
        checked = desk.backups.check(desk.backups.listed()[0])
        found["deep"].append(time.perf_counter() - start)
        if not checked.ok:
            raise RuntimeError(checked.problem)
    return {name: median(seconds) for name, seconds in found.items()}


def _bare(folder: Path) -> float:
    target = folder / "bare.db"
    start = time.perf_counter()
    shutil.copyfile(folder / "library.db", target)
    with target.open("rb+") as file:
        os.fsync(file.fileno())
    seconds = time.perf_counter() - start
    target.unlink()
    return seconds


if __name__ == "__main__":
    report(timed(lambda: hourly(Path(sys.argv[1]))))

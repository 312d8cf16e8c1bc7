"""A library with a password against the same one without, turn by turn: saving, searching, opening.

``python -m bench.locked PLAIN LOCKED``; the locked one is made from the plain one when it is not there.
"""

from __future__ import annotations

import shutil
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from bench.measure import report, timed
from bench.search import WORDS
from stdesk.progress import Progress
from stdesk.services.desk import Desk

PASSWORD = "mật khẩu để đo, đủ dài"
SAVES, ROUNDS, OPENINGS = 60, 4, 7
_RECORD = {"document_type": "journal_article", "title": "Giám định dấu vết để đo", "issued": "2026-03"}


def make(plain: Path, locked: Path) -> None:
    """The locked copy of ``plain``."""
    from stdesk.clock import system_clock
    from stdesk.domain.kinds import all_kinds
    from stdesk.store import locking

    if locked.exists():
        return
    part = locked.with_name(f"{locked.name}.part")
    shutil.rmtree(part, ignore_errors=True)
    shutil.copytree(plain, part)
    locking.lock(part, all_kinds(), system_clock, "bench", PASSWORD, "", Progress())
    shutil.rmtree(part / "kept", ignore_errors=True)
    part.rename(locked)


def _taken(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def _measure(plain: Path, locked: Path) -> dict[str, Any]:
    times: dict[str, dict[str, list[float]]] = {
        name: {"plain": [], "locked": []} for name in ("save", "search", "open", "open, password")
    }
    with Desk.open(locked, secret=PASSWORD) as desk:
        vault = desk.vault
    for _ in range(OPENINGS):
        times["open"]["plain"].append(_taken(lambda: Desk.open(plain).close()))
        times["open"]["locked"].append(_taken(lambda: Desk.open(locked, vault=vault).close()))
        times["open, password"]["locked"].append(_taken(lambda: Desk.open(locked, secret=PASSWORD).close()))
        times["open, password"]["plain"].append(times["open"]["plain"][-1])
    with Desk.open(plain) as one, Desk.open(locked, vault=vault) as other:
        desks = {"plain": one, "locked": other}
        for turn in range(ROUNDS + 1):
            for words in WORDS:
                for name, desk in desks.items():
                    took = _taken(lambda desk=desk, words=words: desk.catalogue.find(words, limit=50))
                    if turn:  # the first reads the pages in
                        times["search"][name].append(took)
        for number in range(SAVES):
            for name, desk in desks.items():
                values = {**_RECORD, "pages": str(number)}
                times["save"][name].append(
                    _taken(lambda desk=desk, values=values: desk.catalogue.save("publication", values))
                )
    return {
        what: {
            name: {"median": _share(found, 0.5), "p95": _share(found, 0.95)} for name, found in both.items()
        }
        for what, both in times.items()
    }


def _share(found: list[float], share: float) -> float:
    return sorted(found)[min(len(found) - 1, int(share * len(found)))]


if __name__ == "__main__":
    make(Path(sys.argv[1]), Path(sys.argv[2]))
    report(timed(lambda: _measure(Path(sys.argv[1]), Path(sys.argv[2]))))

"""One act, and every call it makes below its folder failing in turn: SQLite's own way of testing itself.

``python -m tests.torture.faults.loop ACT FOLDER [MOST]`` in a process with ``shim.c`` preloaded. For each sort
of call and each error the k-th call fails, k = 1, 2, 3 ... until the act ends without meeting the fault, once for
that call alone and once from then on. Each try is a process of its own, forked from this one. Prints one line
of JSON: how many tries, how they came out, and what was wrong.
"""

from __future__ import annotations

import errno
import json
import shutil
import sys
import traceback
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from stdesk.errors import UserError
from tests.torture.faults.acts import ACTS, Act
from tests.torture.faults.processes import forked, must
from tests.torture.faults.shim import SORTS, Faults

ERRORS = (errno.ENOSPC, errno.EIO, errno.EROFS, errno.EDQUOT)


@dataclass
class Found:
    """What came of all tries."""

    tries: int = 0
    met: int = 0
    outcomes: Counter[str] = field(default_factory=Counter)
    shrugged: Counter[str] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)


def run(name: str, folder: Path, most: int) -> Found:
    """Every fault of the act ``name``; at most ``most`` places of each sort and error, spread evenly."""
    act, faults, found = ACTS[name], Faults(), Found()
    base = folder / "base"
    must(forked(lambda: act.prepare(base)))
    old = must(forked(lambda: act.state(base)))
    clean = _fresh(base, folder)
    counts = {}
    for sort in SORTS:
        clean = _fresh(base, folder)
        counts[sort] = must(forked(lambda sort=sort, clean=clean: _count(act, faults, sort, clean)))
    new = must(forked(lambda: act.state(clean)))
    if old == new:
        found.wrong.append("the act changes nothing")
    for sort, count in counts.items():
        for place in _places(count, most):
            for error in ERRORS:
                for lasting in (False, True):
                    label = f"{sort} {place}/{count} {errno.errorcode[error]}{' lasting' if lasting else ''}"
                    fault = (sort, place, error, lasting)
                    _try(act, faults, fault, label, _fresh(base, folder), (old, new), found)
    return found


def _places(count: int, most: int) -> list[int]:
    """1, 2, 3 ... or as many of them as there is time for, the first and the last among them."""
    if count <= most:
        return list(range(1, count + 1))
    return sorted({1 + round(step * (count - 1) / (most - 1)) for step in range(most)})


def _count(act: Act, faults: Faults, sort: str, folder: Path) -> int:
    faults.arm(sort, 1 << 40, errno.EIO, False, folder)
    act.do(folder)
    return faults.disarm()[0]


def _fresh(base: Path, folder: Path) -> Path:
    work = folder / "work"
    shutil.rmtree(work, ignore_errors=True)
    shutil.copytree(base, work)
    return work


def _try(
    act: Act, faults: Faults, fault: tuple[str, int, int, bool], label: str, work: Path,
    states: tuple[Any, Any], found: Found,
) -> None:  # fmt: skip
    def attempt() -> tuple[str, int]:
        faults.arm(*fault, work)
        came = _outcome(lambda: act.do(work))
        return came, faults.disarm()[1]

    old, new = states
    answer = forked(attempt)
    if answer.get("failed"):
        found.wrong.append(f"{label}: died: {answer['failed'][-700:]}")
        return
    (came, fired), found.tries = answer["value"], found.tries + 1
    found.met += bool(fired)
    found.outcomes[came.partition(":")[0]] += 1
    if came.startswith("fault"):
        found.wrong.append(f"{label}: {came}")
    after = forked(lambda: act.state(work))
    if after.get("failed"):
        found.wrong.append(f"{label}: {came}; cannot be opened: {after['failed'][-700:]}")
        return
    if after["value"] not in (old, new):
        found.wrong.append(f"{label}: {came}; neither old nor new: {after['value']}")
    if came == "done":
        if after["value"] != new:
            found.wrong.append(f"{label}: called done and is not: {after['value']}")
        found.shrugged[fault[0]] += bool(fired)
    elif after["value"] == old:
        again = forked(lambda: (_outcome(lambda: act.do(work)), act.state(work)))
        if again.get("failed") or again["value"] != ["done", new]:
            found.wrong.append(f"{label}: {came}; a second try: {str(again)[-700:]}")


def _outcome(do: Callable[[], None]) -> str:
    try:
        do()
    except UserError as error:
        text = str(error)
        if "{" in text or error.code in text or not text.strip():
            return f"fault: {error.code} has no sentence: {text}"
        return f"refused: {error.code}"
    except Exception:  # noqa: BLE001 - anything else is what the test looks for
        return f"fault: {traceback.format_exc()[-900:]}"
    return "done"


def main() -> None:
    """See the module."""
    name, folder, *more = sys.argv[1:]
    found = run(name, Path(folder), int(more[0]) if more else 40)
    told = {
        "tries": found.tries, "met": found.met, "outcomes": dict(found.outcomes),
        "shrugged": dict(found.shrugged), "wrong": found.wrong,
    }  # fmt: skip
    sys.stdout.write(json.dumps(told, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    main()

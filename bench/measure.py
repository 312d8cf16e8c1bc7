"""One measured run: a child process of its own, so that memory and caches are its own."""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any

_SPAWNED = "BENCH_SPAWNED"


@dataclass(frozen=True, slots=True)
class Run:
    """Seconds, peak resident memory in MiB, and what the run says of itself."""

    seconds: float
    memory: float
    said: Any = None


@dataclass(frozen=True, slots=True)
class Figure:
    """One line of the table: ours beside the peer, and the promise as a ratio."""

    name: str
    ours: float
    peer: float
    unit: str
    peer_name: str
    promise: float | None = None  # largest ratio ours/peer that was promised
    note: str = ""

    @property
    def ratio(self) -> float:
        """Ours over the peer's."""
        return self.ours / self.peer if self.peer else float("inf")

    @property
    def kept(self) -> str:
        """Whether the promise is kept, in a word."""
        if self.promise is None:
            return ""
        return "kept" if self.ratio <= self.promise else "MISSED"


def timed(work: Callable[[], Any]) -> Run:
    """Run ``work`` here; memory is this process's peak so far."""
    start = time.perf_counter()
    said = work()
    seconds = time.perf_counter() - start
    return Run(seconds, _peak(), said)


def _peak() -> float:
    """Peak resident memory of this process in MiB; ``ru_maxrss`` would count the parent's too."""
    status = Path("/proc/self/status")
    if status.exists():
        line = next(one for one in status.read_text().splitlines() if one.startswith("VmHWM"))
        return int(line.split()[1]) / 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def child(module: str, *arguments: str, runs: int = 3) -> Run:
    """Run ``python -m module arguments`` ``runs`` times; the run of median length.

    The child prints one JSON document {"seconds", "memory", "said"} as its last line.
    """
    found = [_once(module, arguments) for _ in range(runs)]
    middle = median(sorted(run.seconds for run in found)[: runs if runs % 2 else runs - 1])
    return next(run for run in found if run.seconds == middle)


def _once(module: str, arguments: Sequence[str]) -> Run:
    done = subprocess.run(
        [sys.executable, "-m", module, *arguments],
        capture_output=True,
        text=True,
        check=False,
        env=_surroundings(),
    )
    if done.returncode:
        raise RuntimeError(f"{module} {arguments}: {done.stderr[-2000:]}")
    return Run(**json.loads(done.stdout.strip().splitlines()[-1]))


def _surroundings() -> dict[str, str]:
    """No screen, and compiled modules kept as an installed program keeps them, outside the tree."""
    kept = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    cache = Path("out/bench/compiled").absolute()
    return {
        **kept,
        "QT_QPA_PLATFORM": "offscreen",
        "PYTHONPYCACHEPREFIX": str(cache),
        _SPAWNED: repr(time.time()),
    }


def since_spawned() -> float:
    """Seconds since the parent started this process: the interpreter and every import are in it."""
    return time.time() - float(os.environ[_SPAWNED])


def report(run: Run) -> None:
    """What a child prints at its end."""
    print(json.dumps({"seconds": run.seconds, "memory": run.memory, "said": run.said}))

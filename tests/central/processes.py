"""Processes of the centre side by side, some of them killed; run as a program, it is told its jobs in JSON.

One interpreter starts and forks a process for each job, so that many cost little more than one.
"""

from __future__ import annotations

import importlib
import json
import os
import signal
import subprocess
import sys
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

Point = tuple[str, str, int]
"""Where to be killed: "module.function", "before" or "after", at its how manyth call."""


def run(place: str, moment: datetime, jobs: Sequence[tuple[Point | None, Sequence[Path]]]) -> list[Any]:
    """Let a process for each job, all at the same time, take these packages: its outcomes, or its signal."""
    told = json.dumps(
        [place, moment.isoformat(), [(point, [str(one) for one in paths]) for point, paths in jobs]]
    )
    root = str(Path(__file__).parents[2])
    done = subprocess.run(
        [sys.executable, "-m", "tests.central.processes", told],
        cwd=root, env=os.environ | {"PYTHONPATH": root}, capture_output=True, text=True, timeout=200, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    found: list[Any] = json.loads(done.stdout)
    return found


def _kill_at(point: Point) -> None:
    where, when, nth = point
    module, name = where.split(".")
    home = importlib.import_module(f"stdesk.central.{module}")
    real, calls = getattr(home, name), [0]

    def wrapped(*args: Any, **kwargs: Any) -> Any:
        calls[0] += 1
        mine = calls[0] == nth
        if mine and when == "before":
            os.kill(os.getpid(), signal.SIGKILL)
        found = real(*args, **kwargs)
        if mine:
            os.kill(os.getpid(), signal.SIGKILL)
        return found

    setattr(home, name, wrapped)


def _job(place: str, moment: str, point: Point | None, paths: Sequence[str]) -> list[str]:
    from stdesk.central.agency import Agency

    if point:
        _kill_at(point)
    with Agency.open(place, clock=lambda: datetime.fromisoformat(moment)) as agency:
        return [agency.intake(Path(path)).outcome for path in paths]


def main() -> None:
    """Fork, wait, say what became of each."""
    place, moment, jobs = json.loads(sys.argv[1])
    importlib.import_module("stdesk.central.agency")
    children = []
    for point, paths in jobs:
        reader, writer = os.pipe()
        child = os.fork()
        if not child:
            os.close(reader)
            said = json.dumps(_job(place, moment, point, paths))
            os.write(writer, said.encode())
            os._exit(0)
        os.close(writer)
        children.append((child, reader))
    found: list[Any] = []
    for child, reader in children:
        with os.fdopen(reader) as pipe:
            said = pipe.read()
        status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        found.append(json.loads(said) if said else -status)
    sys.stdout.write(json.dumps(found))


if __name__ == "__main__":
    main()

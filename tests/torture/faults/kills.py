"""Acts killed at any moment: ``python -m tests.torture.faults.kills ACT FOLDER TRIALS`` prints one line of JSON.

``saves`` is a person who goes on saving: whatever was acknowledged must be there. Every other act must
afterwards be whole or not begun, and possible again.
"""

from __future__ import annotations

import json
import random
import shutil
import sys
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tests.helpers import handing
from tests.torture.faults.acts import ACTS, Act, opened, state
from tests.torture.faults.processes import forked, killed, must

_MOST = 400  # records; then a new library, so that a try stays short


def acts(name: str, folder: Path, trials: int) -> dict[str, Any]:
    """Kill the act ``name`` at ``trials`` moments."""
    return _acts(ACTS[name], folder, trials, random.Random(f"{name} 6"))


def _acts(act: Act, folder: Path, trials: int, chance: random.Random) -> dict[str, Any]:
    base, work = folder / "base", folder / "work"
    must(forked(lambda: act.prepare(base)))
    old = must(forked(lambda: act.state(base)))
    shutil.copytree(base, work)
    began = time.monotonic()
    must(forked(lambda: act.do(work)))
    takes = time.monotonic() - began
    new = must(forked(lambda: act.state(work)))
    came: Counter[str] = Counter()
    wrong: list[str] = []
    for turn in range(trials):
        shutil.rmtree(work)
        shutil.copytree(base, work)
        after = chance.uniform(0, takes * 1.1)
        told, ended = killed(lambda _said: act.do(work), after)
        found = forked(lambda: act.state(work))
        if told or found.get("failed") or found["value"] not in (old, new):
            wrong.append(f"{turn}: after {after:.3f} s: {told} {str(found)[-900:]}")
            continue
        came["ended" if ended else "new" if found["value"] == new else "old"] += 1
        if found["value"] == old:
            again = forked(lambda: (act.do(work), act.state(work))[1])
            if again.get("failed") or again["value"] != new:
                wrong.append(f"{turn}: after {after:.3f} s; a second try: {str(again)[-900:]}")
    return {"trials": trials, "takes": round(takes, 3), "came": dict(came), "wrong": wrong}


def saves(folder: Path, trials: int) -> dict[str, Any]:
    """Kill somebody who goes on saving, attaching and taking back."""
    chance = random.Random("saves 6")
    wrong: list[str] = []
    acknowledged, slowest, records = 0, 0.0, _MOST + 1
    for turn in range(trials):
        if records > _MOST:
            shutil.rmtree(folder / "base", ignore_errors=True)
            must(forked(lambda: ACTS["save"].prepare(folder / "base")))
            records = must(forked(lambda: _counted(folder / "base")))
        first = records + 1
        told, _ = killed(
            lambda said, first=first: _go_on(folder / "base", first, said), chance.uniform(0.02, 0.6)
        )
        began = time.monotonic()
        must(forked(lambda: _open_and_close(folder / "base")))
        slowest = max(slowest, time.monotonic() - began)
        found = forked(lambda: state(folder / "base"))
        if found.get("failed"):
            wrong.append(f"{turn}: {str(found)[-900:]}")
            records = _MOST + 1
            continue
        fault, records = _judged(told, found["value"], records)
        acknowledged += len(told)
        if fault:
            wrong.append(f"{turn}: {fault}")
    return {"trials": trials, "acknowledged": acknowledged, "slowest": round(slowest, 3), "wrong": wrong}


def _go_on(folder: Path, first: int, said: Callable[[str], None]) -> None:
    with opened(folder) as desk:
        number = first
        while True:
            record = handing.save(desk, number)
            said(f"saved {number}")
            if number % 5 == 0:
                item = desk.catalogue.attach(folder / "biên bản.pdf")
                desk.catalogue.save("publication", {"attachments": (item,)}, record_id=record)
                said(f"attached {number}")
            if number % 7 == 0:
                desk.catalogue.undo()
                said(f"undone {number}")
                desk.catalogue.redo()
                said(f"redone {number}")
            number += 1


def _judged(told: list[str], found: dict[str, Any], before: int) -> tuple[str, int]:
    saved = sum(line.startswith("saved") for line in told)
    titles, acts_there = len(found["titles"]), len(found["acts"])
    if failed := [line for line in told if line.startswith("failed")]:
        return failed[0][-900:], titles
    undone = bool(told) and told[-1].startswith("undone")
    # one more act than was acknowledged may be there: it was whole and its word was cut off
    least, most = before + saved, before + saved + 1
    if told and (undone or titles < least):  # an undo may be the act whose word was cut off
        least -= 1
    if not least <= titles <= most:
        return f"{titles} records, {before} before, {told[-5:]}", titles
    lost = [line for line in told if line.startswith("attached")]
    if len(found["files"]) < len(lost):
        return f"{len(found['files'])} files, {lost[-3:]}", titles
    return ("" if acts_there else "no history"), titles


def _counted(folder: Path) -> int:
    return len(state(folder)["titles"])


def _open_and_close(folder: Path) -> None:
    opened(folder).close()


def main() -> None:
    """See the module."""
    name, folder, trials = sys.argv[1:]
    found = saves(Path(folder), int(trials)) if name == "saves" else acts(name, Path(folder), int(trials))
    sys.stdout.write(json.dumps(found, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    main()

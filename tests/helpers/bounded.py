"""Readers of foreign files run in a process with little memory and time, one file after another.

``python -m tests.helpers.bounded READER SEED COUNT FOLDER`` reads COUNT spoilt files (seeds SEED, SEED+1, …) and prints
a line of JSON when all is told. Every file has ten seconds of work by the kernel's clock and 500 MB; what ends the
process is told by the number that lies in FOLDER/at. ``… hostile FOLDER`` reads the
files of :mod:`tests.helpers.hostile_files` that FOLDER/wanted names.
"""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

SECONDS = 10.0  # of work on one file
MEGABYTES = 500  # of resident memory
_ADDRESSES = 2 << 30
ROOT = Path(__file__).resolve().parents[2]


@dataclass(slots=True)
class Told:
    """What came of many files.

    Attributes:
        counts: outcome -> how often: "read", "refused".
        failures: seed -> what went wrong with it.
        died: seeds of files whose reader's process died alone, where it may.
        slowest: seconds of work on one file, and its seed. megabytes: most resident memory.
    """

    counts: Counter[str] = field(default_factory=Counter)
    failures: dict[int, str] = field(default_factory=dict)
    died: list[int] = field(default_factory=list)
    slowest: tuple[float, int] = (0.0, -1)
    megabytes: int = 0


def run(reader: str, seeds: Sequence[int], folder: Path) -> Told:
    """Read the spoilt files of ``seeds`` (consecutive), in as many processes as it takes."""
    from tests.helpers.reading import READERS

    told, at, end = Told(), seeds[0], seeds[-1] + 1
    folder.mkdir(parents=True, exist_ok=True)
    while at < end:
        done = subprocess.run(
            [
                sys.executable,
                "-X",
                "faulthandler",
                "-m",
                "tests.helpers.bounded",
                reader,
                str(at),
                str(end - at),
                str(folder),
            ],
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=False,
            timeout=600 + 3 * SECONDS * (end - at),
        )
        _join(told, done.stdout)
        if done.returncode == 0:
            return told
        number, _, counts = (folder / "at").read_text().partition(" ")
        last = int(number)
        told.counts.update(json.loads(counts))
        late = done.returncode == -signal.SIGPROF
        if READERS[reader].apart:  # the program ends it after as long, with a sentence
            told.died.append(last)
        else:
            why = f"more than {SECONDS:.0f} seconds of work" if late else f"ended by {done.returncode}"
            told.failures[last] = f"{why}: {done.stderr[-800:]}"
        at = last + 1
    return told


def _join(told: Told, out: str) -> None:
    if not out.strip().startswith("{"):
        return
    said = json.loads(out)
    told.counts.update(said["counts"])
    told.failures.update({int(seed): why for seed, why in said["failures"].items()})
    told.slowest = max(told.slowest, tuple(said["slowest"]))
    told.megabytes = max(told.megabytes, said["megabytes"])


def read_hostile(names: Sequence[tuple[str, str]], scale: int, folder: Path) -> list[tuple[str, float, int]]:
    """Hostile files one after another in one process: outcome, seconds of work, most megabytes until then."""
    from tests.helpers.hostile_files import FILES

    for number, (reader, name) in enumerate(
        names
    ):  # made here: making one may take more memory than reading it may
        (folder / f"hostile-{number}").write_bytes(FILES[reader, name](folder, scale))
    (folder / "wanted").write_text(json.dumps(names))
    done = subprocess.run(
        [sys.executable, "-m", "tests.helpers.bounded", "hostile", str(folder)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
        timeout=600 + 3 * SECONDS * len(names),
    )
    found = [tuple(json.loads(line)) for line in done.stdout.splitlines()]
    if done.returncode:
        found.append((f"ended by {done.returncode}: {done.stderr[-800:]}", SECONDS, 0))
    return found


# -- in the process


def main(arguments: list[str]) -> int:
    """See the head of this file."""
    import resource

    from tests.helpers.reading import READERS

    resource.setrlimit(resource.RLIMIT_AS, (_ADDRESSES, _ADDRESSES))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if arguments[0] == "hostile":
        return _hostile(Path(arguments[1]))
    reader = READERS[arguments[0]]
    first, count, folder = int(arguments[1]), int(arguments[2]), Path(arguments[3])
    counts: Counter[str] = Counter()
    failures: dict[int, str] = {}
    slowest = (0.0, -1)
    originals = reader.seeds(folder)
    at = os.open(folder / "at", os.O_CREAT | os.O_RDWR | os.O_TRUNC)
    for seed in range(first, first + count):
        os.ftruncate(at, os.pwrite(at, f"{seed} {json.dumps(counts)}".encode(), 0))
        chance = random.Random(f"{arguments[0]} {seed}")
        raw = reader.spoil(chance.choice(originals), chance, originals)
        _clock()
        began = time.process_time()
        outcome = _outcome(reader, raw, folder)
        slowest = max(slowest, (time.process_time() - began, seed))
        counts[outcome.partition(":")[0]] += 1
        if outcome not in ("read", "refused"):
            failures[seed] = outcome
        elif _megabytes() > MEGABYTES:
            failures[seed] = f"{_megabytes()} MB"
            break
    print(json.dumps({"counts": counts, "failures": failures, "slowest": slowest, "megabytes": _megabytes()}))
    return 0


def _hostile(folder: Path) -> int:
    from tests.helpers.reading import READERS, read_apart

    for number, (reader, _name) in enumerate(json.loads((folder / "wanted").read_text())):
        raw = (folder / f"hostile-{number}").read_bytes()
        _clock()
        began = _worked()
        if READERS[reader].apart:
            outcome = _outcome(
                replace(READERS[reader], read=lambda raw, _, it=reader: read_apart(it, raw)), raw, folder
            )
        else:
            outcome = _outcome(READERS[reader], raw, folder)
        print(json.dumps([outcome, _worked() - began, _megabytes()]), flush=True)
    return 0


def _worked() -> float:
    """Seconds of work of this process and of those it waited for."""
    times = os.times()
    return times.user + times.system + times.children_user + times.children_system


def _clock() -> None:
    signal.setitimer(signal.ITIMER_PROF, SECONDS)  # with no handler, the kernel ends the process


def _megabytes() -> int:
    import resource

    most = [resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss]
    status = Path("/proc/self/status")
    if status.exists():  # ru_maxrss still counts what the process that started this one held
        most += [int(line.split()[1]) for line in status.read_text().splitlines() if line.startswith("VmHWM")]
    else:
        most.append(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
    return max(most) >> 10


def _outcome(reader: object, raw: bytes, folder: Path) -> str:
    import traceback

    from stdesk.errors import UserError

    try:
        reader.read(raw, folder)  # type: ignore[attr-defined]
    except UserError as error:
        said = str(error)
        good = said != error.code and "…}" not in said and len(said) < 4_000
        return "refused" if good else f"bad sentence: {error.code} {said[:200]}"
    except Exception as error:  # noqa: BLE001 - whatever it raises is what is looked for
        if isinstance(error, OSError) or (reader.apart and not isinstance(error, RecursionError)):  # type: ignore[attr-defined]
            return "refused"
        return f"raised: {''.join(traceback.format_exception(error))[-1_500:]}"
    return "read"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

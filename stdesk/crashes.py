"""Reports of faults of the program's own, which a person may read and pass on: no word of a record.

A fault that Python sees is written at once. One that ends the process (a signal, an access violation)
is written by ``faulthandler`` into a file that stands ready, and is found at the next start; a file that
was left empty says that the process was ended from outside: a power cut, a kill.
"""

from __future__ import annotations

import contextlib
import faulthandler
import os
import platform
import textwrap
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import IO

from stdesk import __version__, i18n, logs, paths, processes, traces

_KEPT = 20  # reports in a folder
_RUNNING = ".running"  # what faulthandler writes to, "<pid>.running"
_LARGEST = 200_000  # bytes of one that are read
_facts: dict[str, str] = {}


@dataclass(frozen=True, slots=True)
class Report:
    """A report of a fault.

    Attributes:
        text: what a person reads and passes on. path: where it lies; ``None`` when it could not be written.
        kind: of what sort, "ValueError", "SIGSEGV"; "" = the process was ended from outside.
    """

    text: str
    path: Path | None
    kind: str


def folder() -> Path:
    """Where reports lie while no library is open, and what :func:`watch` writes."""
    return paths.settings_folder() / "crash"


def know(**facts: str) -> None:
    """Facts for the reports to come: versions ("qt", "schema"); never of a record."""
    _facts.update(facts)


def report(error: BaseException, place: Path | None = None) -> Report:
    """Write down a fault; one that cannot be written is still given back, to be shown.

    Args:
        place: the folder for it; :func:`folder` when ``None``.
    """
    text = _whole(traces.describe(error))
    return Report(text, _write(place or folder(), text), traces.kind_of(error))


def _whole(what: str) -> str:
    return "\n".join([*_head(), "", what, "", *_tail(logs.last_lines())]) + "\n"


def _head() -> list[str]:
    facts: Mapping[str, str] = {
        "program": f"STDesk {__version__}",
        "python": platform.python_version(),
        "system": f"{platform.system()} {platform.release()} {platform.machine()}",
        **_facts,
    }
    moment = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    about = textwrap.wrap(i18n.message("crash_report_head"), 80)
    return [*about, "", f"time: {moment}", *(f"{name}: {value}" for name, value in facts.items())]


def _tail(lines: list[str]) -> list[str]:
    return ["log:", *lines] if lines else []


def _write(place: Path, text: str) -> Path | None:
    target = place / f"{datetime.now(UTC):%Y%m%d-%H%M%S-%f}.txt"
    try:
        place.mkdir(parents=True, exist_ok=True)
        for old in sorted(place.glob("*.txt"))[: 1 - _KEPT]:
            with contextlib.suppress(OSError):
                old.unlink()
        with os.fdopen(
            os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8"
        ) as out:
            out.write(text)
    except OSError:  # a full disk must not hide the fault itself
        return None
    return target


# -- what ends the process ------------------------------------------------------------------


class Watch:
    """A running program, and the file its end by a signal would be written to."""

    def __init__(self, file: Path, out: IO[str]) -> None:
        self._file, self._out = file, out

    def end(self) -> None:
        """The program ends as it should: nothing is to be found at the next start."""
        faulthandler.disable()
        with contextlib.suppress(OSError):
            self._out.close()
        with contextlib.suppress(OSError):
            self._file.unlink()


def watch(place: Path | None = None) -> Watch | None:
    """Stand ready for a signal from now on; ``None`` when there is no place for it."""
    place = place or folder()
    file = place / f"{os.getpid()}{_RUNNING}"
    try:
        place.mkdir(parents=True, exist_ok=True)
        out = os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8")
        faulthandler.enable(out)
    except (OSError, ValueError, RuntimeError):
        return None
    return Watch(file, out)


def left_behind(place: Path | None = None) -> list[Report]:
    """How programs before this one ended, when not as they should; each is told once."""
    place = place or folder()
    found = []
    for file in sorted(place.glob(f"*{_RUNNING}")):
        pid = file.name.removesuffix(_RUNNING)
        if not pid.isdigit() or _runs(int(pid)):
            continue
        with contextlib.suppress(OSError):
            text = traces.hide_folders(file.read_bytes()[:_LARGEST].decode("utf-8", "replace"))
            ended = datetime.fromtimestamp(file.stat().st_mtime, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
            file.unlink()  # on Windows a file in use stays, with its program
            found.append(_report_of(place, text.strip(), ended))
    return found


def _report_of(place: Path, text: str, ended: str) -> Report:
    if not text:
        return Report("", None, "")
    log = _tail(logs.written_last(place.parent))
    whole = "\n".join([*_head(), f"ended: {ended}", "", text, "", *log]) + "\n"
    first = text.splitlines()[0].removeprefix("Fatal Python error: ")
    return Report(whole, _write(place, whole), first[:60])


def _runs(pid: int) -> bool:
    return pid == os.getpid() or (processes.runs(pid) and not _is_another(pid))


def _is_another(pid: int, proc: Path = Path("/proc")) -> bool:
    """Whether that number now belongs to some other program: the system gives them again."""
    with contextlib.suppress(OSError, ValueError, IndexError):
        words = (proc / str(pid) / "cmdline").read_bytes()
        return bool(words) and b"stdesk" not in words.lower() and b"python" not in words.lower()
    return False

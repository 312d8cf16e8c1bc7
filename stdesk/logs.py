"""The log: what the program did, never what it holds.

Three files of half a megabyte in the settings folder, readable by the person alone. A line is a
moment, a level, a module and an event with facts of our own (codes, numbers, folders of libraries).
Arguments of other log calls are never written, only their fixed words: an argument could quote a
record, and so could the message of an exception, of which only kind and place are kept.
"""

from __future__ import annotations

import contextlib
import logging
import os
import re
from collections import deque
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from stdesk import paths, traces

FILE = "stdesk.log"
_SIZE, _FILES = 512 * 1024, 3
_KEPT = 30  # lines that a crash report takes along
_LONGEST = 400  # characters of one fact
_BAD = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")
_OURS = "stdesk"
_log = logging.getLogger("stdesk.event")
_last: deque[str] = deque(maxlen=_KEPT)


def setup(folder: Path | None = None) -> Path | None:
    """Write the log to ``folder`` (the settings folder) from now on.

    Returns:
        the file; ``None`` when it cannot be written: the program works the same without.
    """
    folder = folder or paths.settings_folder()
    close()
    root = logging.getLogger()
    memory = _Memory()
    memory.setFormatter(_Lines())
    root.addHandler(memory)
    logging.getLogger(_OURS).setLevel(logging.INFO)
    _log.disabled = False  # a library that sets up its own logging may switch off everybody else's
    logging.raiseExceptions = False  # a full disk is no reason to write to the console
    try:
        folder.mkdir(parents=True, exist_ok=True)
        handler = _Rotating(folder / FILE, encoding="utf-8")
        handler.setFormatter(_Lines())
    except OSError:
        return None
    root.addHandler(handler)
    return folder / FILE


def close() -> None:
    """Stop writing the log."""
    root = logging.getLogger()
    for handler in [one for one in root.handlers if isinstance(one, _Rotating | _Memory)]:
        root.removeHandler(handler)
        handler.close()


def note(event: str, **facts: Any) -> None:
    """Write one line: an event's code and facts about it.

    Args:
        event: a code, "opened". facts: codes, numbers, the folder of a library; never a value of a
            record, a name, a title, a word searched for, a password.
    """
    _log.info(event, extra={"facts": facts})


def last_lines() -> list[str]:
    """The last lines written by this process, oldest first, for a crash report."""
    return list(_last)


def written_last(folder: Path | None = None) -> list[str]:
    """The last lines in the file, of whatever run, for the report of one that ended suddenly."""
    try:
        file = (folder or paths.settings_folder()) / FILE
        with file.open("rb") as content:
            content.seek(max(0, file.stat().st_size - _KEPT * _LONGEST))
            return content.read().decode("utf-8", "replace").splitlines()[-_KEPT:]
    except OSError:
        return []


class _Lines(logging.Formatter):
    """What of a log record may be written."""

    def format(self, record: logging.LogRecord) -> str:
        moment = datetime.fromtimestamp(record.created, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        ours = record.name.split(".")[0] == _OURS
        words = record.msg if ours and isinstance(record.msg, str) else ""
        facts = getattr(record, "facts", {})
        parts = [words, *(f"{name}={value}" for name, value in facts.items())]
        if record.exc_info and record.exc_info[1] is not None:
            parts.append(traces.one_line(record.exc_info[1]))
        said = " ".join(_BAD.sub(" ", part)[:_LONGEST] for part in parts if part)
        return f"{moment} {record.levelname} {record.name} {said}".rstrip()


class _Rotating(logging.FileHandler):
    """A file of the person's alone, and the two before it; one that another program holds goes on growing.

    Python's own handler would load its module for sockets with it.
    """

    def _open(self) -> Any:
        with contextlib.suppress(OSError):
            os.close(os.open(self.baseFilename, os.O_WRONLY | os.O_CREAT, 0o600))
        return super()._open()

    def emit(self, record: logging.LogRecord) -> None:
        """Write a line, in the next file when this one is full."""
        with contextlib.suppress(OSError, ValueError):  # its folder may be gone, its disk full
            if self.stream is not None and self.stream.tell() >= _SIZE:
                self._turn()
            super().emit(record)

    def _turn(self) -> None:
        if self.stream is not None:
            self.stream.close()
        self.stream = None  # as FileHandler has it until the next line
        names = [self.baseFilename, *(f"{self.baseFilename}.{n}" for n in range(1, _FILES))]
        for older, newer in reversed(list(zip(names[1:], names, strict=False))):
            with contextlib.suppress(OSError):
                Path(newer).replace(older)

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802 - Python's own name
        """A line that cannot be written is done without."""
        del record


class _Memory(logging.Handler):
    """Keeps the last lines at hand."""

    def emit(self, record: logging.LogRecord) -> None:
        with contextlib.suppress(Exception):
            _last.append(self.format(record))

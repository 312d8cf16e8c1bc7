"""Files of others, taken apart by another process: a hostile or damaged one costs an answer, never the program.

The file's bytes go to that process by its standard input: it gets no name and no path, so that none stands in
the system's list of processes, and what lies encrypted in the library need not lie readable on the disk first.
"""

from __future__ import annotations

import contextlib
import io
import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, BinaryIO, TypeAlias

from stdesk.errors import UserError, from_os_error
from stdesk.exchange.foreign_child import LOCKED, MOST_CONTENT, SECONDS
from stdesk.paths import open_plain
from stdesk.progress import Cancelled, Progress

__all__ = ["MOST_CONTENT", "SECONDS", "Foreign", "Source", "ask", "foreign"]

# Modules are looked for where this program found its own and nowhere else: not in the folder it was started
# in, which may be somebody's stick, nor where the environment says.
_START = (
    "import os, sys; sys.path[:] = sys.argv.pop(1).split(os.pathsep);"
    "from stdesk.exchange.foreign_child import main; sys.exit(main(sys.argv[1:]))"
)
_OUT_OF_TIME = -getattr(signal, "SIGXCPU", 1 << 10)  # what the system ends it by after SECONDS of work
_LONGEST_ANSWER = 80 << 20  # bytes; a drawn page of 4,000 × 4,000 is 64 MB
_PATIENCE = 3  # times as long by the clock, where the machine is busy with other things
_STEP = 0.05  # seconds between two looks at the clock
_BLOCK = 1 << 18  # bytes


@dataclass(frozen=True, slots=True)
class Foreign:
    """A file of somebody else, wherever its bytes lie.

    Attributes:
        name: what it is called in sentences.
        open: opens it at its first byte; the stream is closed by who asked for it.
    """

    name: str
    open: Callable[[], BinaryIO]


Source: TypeAlias = Path | Foreign
"""A plain file of the person's own, or what the library keeps."""


def foreign(source: Source) -> Foreign:
    """``source`` as something that can be opened."""
    return Foreign(source.name, partial(open_plain, source)) if isinstance(source, Path) else source


def ask(
    what: str, source: Source, more: tuple[str, ...] = (), progress: Progress | None = None
) -> tuple[dict[str, Any], bytes]:
    """What the other process says of ``source``: its JSON and the bytes behind it.

    Raises:
        UserError: ``pdf_unreadable`` (damaged, hostile, of no kind that is read), ``pdf_locked``, ``pdf_too_slow``,
            ``foreign_too_big``; what opening or reading ``source`` raises.
        Cancelled: asked to stop.
    """
    told = progress or Progress()
    told.check()
    file = foreign(source)
    try:
        stream = file.open()
    except OSError as error:
        raise from_os_error(error, file.name) from error
    with stream:
        code, answer, late = _asked(what, file.name, stream, more, told)
    told.check()
    if late:
        raise UserError("pdf_too_slow", name=file.name)
    return _parsed(file.name, code, answer)


def _asked(
    what: str, name: str, stream: BinaryIO, more: tuple[str, ...], progress: Progress
) -> tuple[int, bytes, bool]:
    plain = _is_plain(stream)
    child = subprocess.Popen(
        [sys.executable, "-I", "-S", "-c", _START, _modules(), what, *more],
        stdin=stream if plain else subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
    )
    feeding = _Feeding(name, stream, child)
    over, late = threading.Event(), threading.Event()
    helpers = [threading.Thread(target=_watch, args=(child, progress, over, late), daemon=True)]
    if not plain:
        helpers.append(threading.Thread(target=feeding.run, daemon=True))
    for one in helpers:
        one.start()
    with child:
        answer = child.stdout.read(_LONGEST_ANSWER + 1) if child.stdout else b""
        if len(answer) > _LONGEST_ANSWER:
            child.kill()
        child.wait()
        over.set()
        for one in helpers:
            one.join()
    if feeding.problem is not None:
        raise feeding.problem
    return child.returncode, answer, late.is_set() or child.returncode == _OUT_OF_TIME


def _is_plain(stream: BinaryIO) -> bool:
    """Whether the other process can read the very file: it then takes only what it needs of a large one."""
    return isinstance(stream, io.BufferedReader) and type(stream.raw) is io.FileIO and not stream.tell()


class _Feeding:
    """Gives the content to the child, in a thread of its own: the child may answer before it has read all."""

    def __init__(self, name: str, stream: BinaryIO, child: subprocess.Popen[bytes]) -> None:
        self.problem: BaseException | None = None
        self._name, self._stream, self._child = name, stream, child

    def run(self) -> None:
        """Read until the end; whatever went wrong with reading ends the child and is kept for who asked."""
        try:
            for block in self._blocks():
                if not self._give(block):
                    return
        except BaseException as error:  # noqa: BLE001 - raised again by who asked
            self.problem = from_os_error(error, self._name) if isinstance(error, OSError) else error
            self._child.kill()
        finally:
            with contextlib.suppress(OSError):  # the child has gone, and its end of the pipe with it
                self._pipe.close()

    @property
    def _pipe(self) -> BinaryIO:
        assert self._child.stdin is not None
        return self._child.stdin  # type: ignore[return-value]

    def _blocks(self) -> Any:
        given = 0
        while block := self._stream.read(_BLOCK):
            given += len(block)
            if given > MOST_CONTENT:
                raise UserError("foreign_too_big", name=self._name, size=MOST_CONTENT >> 20)
            yield block

    def _give(self, block: bytes) -> bool:
        try:
            self._pipe.write(block)
        except OSError:  # it died, or has seen enough
            return False
        return True


def _modules() -> str:
    root = str(Path(__file__).resolve().parents[2])
    return os.pathsep.join(dict.fromkeys([root, *(place for place in sys.path if Path(place).is_absolute())]))


def _parsed(name: str, code: int, answer: bytes) -> tuple[dict[str, Any], bytes]:
    if code == LOCKED:
        raise UserError("pdf_locked", name=name)
    head, _, tail = answer.partition(b"\n")
    if code or len(answer) > _LONGEST_ANSWER:
        raise UserError("pdf_unreadable", name=name)
    try:
        told = json.loads(head)
    except (ValueError, RecursionError) as error:
        raise UserError("pdf_unreadable", name=name) from error
    if not isinstance(told, dict):
        raise UserError("pdf_unreadable", name=name)
    return told, tail


def _watch(
    child: subprocess.Popen[bytes], progress: Progress, over: threading.Event, late: threading.Event
) -> None:
    """End ``child`` when it takes too long or nobody wants its answer any more."""
    end = time.monotonic() + _PATIENCE * SECONDS
    while not over.wait(_STEP):
        try:
            progress.check()
        except Cancelled:
            child.kill()
            return
        if time.monotonic() > end:
            late.set()
            child.kill()
            return

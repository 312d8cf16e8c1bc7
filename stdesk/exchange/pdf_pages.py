"""PDFs of others, asked in another process: a hostile or damaged one costs an answer, never the program."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from stdesk.errors import UserError
from stdesk.exchange.pdf_child import MOST_PAGES, SECONDS
from stdesk.progress import Cancelled, Progress

__all__ = ["MOST_PAGES", "SECONDS", "DrawnPage", "PdfPages", "ask", "draw_page", "look"]

# Modules are looked for where this program found its own and nowhere else: not in the folder it was started
# in, which may be somebody's stick, nor where the environment says.
_START = (
    "import os, sys; sys.path[:] = sys.argv.pop(1).split(os.pathsep);"
    "from stdesk.exchange.pdf_child import main; sys.exit(main(sys.argv[1:]))"
)
_LOCKED = 3
_LONGEST_ANSWER = 80 << 20  # bytes; a drawn page of 4,000 × 4,000 is 64 MB
_STEP = 0.05  # seconds between two looks at the clock


@dataclass(frozen=True, slots=True)
class PdfPages:
    """How many pages a PDF has, and the sizes in points of those that are shown."""

    pages: int
    sizes: tuple[tuple[float, float], ...]


@dataclass(frozen=True, slots=True)
class DrawnPage:
    """A page as 8-bit RGB rows of ``stride`` bytes."""

    page: int
    width: int
    height: int
    stride: int
    pixels: bytes


def look(path: Path, progress: Progress | None = None) -> PdfPages:
    """The pages of ``path``, at most :data:`MOST_PAGES` with their sizes. Raises what :func:`ask` does."""
    told, _ = ask("look", path, (), progress)
    return PdfPages(int(told["pages"]), tuple((float(w), float(h)) for w, h in told["sizes"]))


def draw_page(path: Path, page: int, width: int, progress: Progress | None = None) -> DrawnPage:
    """Page ``page`` (from 0) drawn ``width`` pixels wide. Raises what :func:`ask` does."""
    told, pixels = ask("draw", path, (str(page), str(width)), progress)
    wide, high, stride = int(told["width"]), int(told["height"]), int(told["stride"])
    if not (wide > 0 and high > 0 and 3 * wide <= stride and len(pixels) >= stride * high):
        raise UserError("pdf_unreadable", name=path.name)
    return DrawnPage(page, wide, high, stride, pixels)


def ask(
    what: str, path: Path, more: tuple[str, ...] = (), progress: Progress | None = None
) -> tuple[dict[str, Any], bytes]:
    """What the other process says of ``path``: its JSON and the bytes behind it.

    Raises:
        UserError: ``pdf_unreadable`` (damaged, hostile, no PDF), ``pdf_locked``, ``pdf_too_slow``.
        Cancelled: asked to stop.
    """
    told = progress or Progress()
    told.check()
    command = [sys.executable, "-I", "-S", "-c", _START, _modules(), what, str(path), *more]
    child = subprocess.Popen(
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
    )
    over = threading.Event()
    late = threading.Event()
    watch = threading.Thread(target=_watch, args=(child, told, over, late), daemon=True)
    watch.start()
    with child:
        answer = child.stdout.read(_LONGEST_ANSWER + 1) if child.stdout else b""
        if len(answer) > _LONGEST_ANSWER:
            child.kill()
        child.wait()
        over.set()
        watch.join()
    told.check()
    if late.is_set():
        raise UserError("pdf_too_slow", name=path.name)
    return _parsed(path, child.returncode, answer)


def _modules() -> str:
    root = str(Path(__file__).resolve().parents[2])
    return os.pathsep.join(dict.fromkeys([root, *(place for place in sys.path if Path(place).is_absolute())]))


def _parsed(path: Path, code: int, answer: bytes) -> tuple[dict[str, Any], bytes]:
    if code == _LOCKED:
        raise UserError("pdf_locked", name=path.name)
    head, _, tail = answer.partition(b"\n")
    if code or len(answer) > _LONGEST_ANSWER:
        raise UserError("pdf_unreadable", name=path.name)
    try:
        told = json.loads(head)
    except ValueError as error:
        raise UserError("pdf_unreadable", name=path.name) from error
    return told, tail


def _watch(
    child: subprocess.Popen[bytes], progress: Progress, over: threading.Event, late: threading.Event
) -> None:
    """End ``child`` when it takes too long or nobody wants its answer any more."""
    end = time.monotonic() + SECONDS
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

"""The QR codes on the pages of a scan. The file is somebody's, so it is opened in another process."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from stdesk.errors import Exit, UserError
from stdesk.exchange.foreign import Source, ask
from stdesk.exchange.scan_child import MOST_PAGES
from stdesk.progress import Progress

__all__ = ["LARGEST", "MOST_PAGES", "SUFFIXES", "ScanCodes", "read_codes"]

LARGEST = 1 << 30  # bytes
SUFFIXES = (".pdf", ".png", ".jpg", ".jpeg", ".tif", ".tiff", ".bmp")


@dataclass(frozen=True, slots=True)
class ScanCodes:
    """How many pages a scan has, and the texts of the codes of each that was looked at."""

    pages: int
    codes: tuple[tuple[str, ...], ...]


def read_codes(path: Path, progress: Progress | None = None) -> ScanCodes:
    """The codes on the pages of ``path``, a PDF or a picture; at most :data:`MOST_PAGES` pages are looked at.

    Raises:
        UserError: ``scan_unreadable`` (damaged, hostile, neither PDF nor picture), ``scan_too_large``,
            ``pdf_locked``, ``pdf_too_slow``, ``file_missing``.
        Cancelled: asked to stop.
    """
    told = progress or Progress()
    try:
        size = path.stat().st_size
    except OSError as error:
        raise UserError("scan_missing", Exit.ENVIRONMENT, path=str(path)) from error
    if size > LARGEST:
        raise UserError("scan_too_large", name=path.name)
    codes: list[tuple[str, ...]] = []
    told.start(0)
    while True:
        answer = _ask(path, len(codes), told)
        pages, new = int(answer["pages"]), answer["codes"]
        codes += [tuple(str(one) for one in texts) for texts in new]
        wanted = min(pages, MOST_PAGES)
        told.total, told.done = wanted, len(codes)
        if len(codes) >= wanted or not new:
            return ScanCodes(pages, tuple(codes))


def _ask(source: Source, first: int, progress: Progress) -> dict[str, Any]:
    try:
        answer, _ = ask("codes", source, (str(first),), progress)
    except UserError as error:
        if error.code != "pdf_unreadable":
            raise
        raise UserError("scan_unreadable", name=source.name) from error
    return answer

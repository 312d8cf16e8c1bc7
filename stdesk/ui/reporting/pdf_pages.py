"""Pages of a PDF as pictures. PDFium is one per process and not made for threads: one call at a time."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from threading import Lock
from typing import Any

from stdesk.progress import Progress

_ONE_AT_A_TIME = Lock()
LARGEST = 6000  # pixels along a side


@dataclass(frozen=True, slots=True)
class PageImage:
    """A drawn page: 8-bit RGB rows of ``stride`` bytes."""

    page: int
    width: int
    height: int
    stride: int
    pixels: bytes


@contextmanager
def _opened(pdf: bytes) -> Iterator[Any]:
    import pypdfium2  # late: 60 ms that a window without a preview need not pay

    with _ONE_AT_A_TIME:
        document = pypdfium2.PdfDocument(pdf)
        try:
            yield document
        finally:
            document.close()


def page_sizes(pdf: bytes) -> list[tuple[float, float]]:
    """Width and height of every page, in points."""
    with _opened(pdf) as document:
        return [document.get_page_size(at) for at in range(len(document))]


def draw_page(pdf: bytes, page: int, width: int, progress: Progress) -> PageImage:
    """Draw one page ``width`` pixels wide."""
    progress.check()
    with _opened(pdf) as document:
        found = document[page]
        points = max(found.get_size())
        scale = min(width / found.get_width(), LARGEST / points)
        bitmap = found.render(scale=scale, rev_byteorder=True)
        try:
            return PageImage(page, bitmap.width, bitmap.height, bitmap.stride, bytes(bitmap.buffer))
        finally:
            bitmap.close()
            found.close()

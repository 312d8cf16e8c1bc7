"""Pages of a PDF as pictures. PDFium is one per process and not made for threads: one call at a time."""

from __future__ import annotations

import atexit
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
    """A drawn page: 8-bit RGB (or grey) rows of ``stride`` bytes."""

    page: int
    width: int
    height: int
    stride: int
    pixels: bytes


@dataclass(frozen=True, slots=True)
class Drawing:
    """Page ``page`` (from 0) of ``pdf``, to be drawn ``width`` pixels wide."""

    pdf: bytes
    page: int
    width: int
    grey: bool = False

    def image(self, progress: Progress) -> PageImage:
        """Draw it."""
        progress.check()
        with _opened(self.pdf) as document:
            found = document[self.page]
            points = max(found.get_size())
            scale = min(self.width / found.get_width(), LARGEST / points)
            bitmap = found.render(scale=scale, rev_byteorder=not self.grey, grayscale=self.grey)
            try:
                pixels = bytes(bitmap.buffer)
                return PageImage(self.page, bitmap.width, bitmap.height, bitmap.stride, pixels)
            finally:
                bitmap.close()
                found.close()


class _Open:
    """The document opened last stays open: of a report with 576 pages, opening is three quarters of drawing one."""

    pdf: bytes = b""
    document: Any = None

    @classmethod
    def close(cls) -> None:
        """Give back what is open."""
        if cls.document is not None:
            cls.document.close()
        cls.pdf, cls.document = b"", None

    @classmethod
    def take(cls, pdf: bytes) -> Any:
        """``pdf``, opened."""
        if cls.document is None or cls.pdf is not pdf:
            import pypdfium2  # late: 60 ms that a window without a preview need not pay

            if cls.document is None:
                atexit.register(cls.close)
            cls.close()
            cls.document, cls.pdf = pypdfium2.PdfDocument(pdf), pdf
        return cls.document


@contextmanager
def _opened(pdf: bytes) -> Iterator[Any]:
    with _ONE_AT_A_TIME:
        yield _Open.take(pdf)


def put_away() -> None:
    """Close the document that was drawn last."""
    with _ONE_AT_A_TIME:
        _Open.close()


def page_sizes(pdf: bytes) -> list[tuple[float, float]]:
    """Width and height of every page, in points."""
    with _opened(pdf) as document:
        return [document.get_page_size(at) for at in range(len(document))]


def draw_page(pdf: bytes, page: int, width: int, progress: Progress) -> PageImage:
    """Draw one page ``width`` pixels wide."""
    return Drawing(pdf, page, width).image(progress)

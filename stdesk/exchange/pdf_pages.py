"""Pages of a PDF of somebody else, drawn by another process (:mod:`stdesk.exchange.pdf_child`)."""

from __future__ import annotations

from dataclasses import dataclass

from stdesk.errors import UserError
from stdesk.exchange.foreign import Source, ask, foreign
from stdesk.exchange.pdf_child import MOST_PAGES
from stdesk.progress import Progress

__all__ = ["MOST_PAGES", "DrawnPage", "PdfPages", "draw_page", "look"]


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


def look(source: Source, progress: Progress | None = None) -> PdfPages:
    """The pages of ``source``, at most :data:`MOST_PAGES` with their sizes. Raises what :func:`ask` does."""
    told, _ = ask("look", source, (), progress)
    return PdfPages(int(told["pages"]), tuple((float(w), float(h)) for w, h in told["sizes"]))


def draw_page(source: Source, page: int, width: int, progress: Progress | None = None) -> DrawnPage:
    """Page ``page`` (from 0) drawn ``width`` pixels wide. Raises what :func:`ask` does."""
    told, pixels = ask("draw", source, (str(page), str(width)), progress)
    wide, high, stride = int(told["width"]), int(told["height"]), int(told["stride"])
    if not (wide > 0 and high > 0 and 3 * wide <= stride and len(pixels) >= stride * high):
        raise UserError("pdf_unreadable", name=foreign(source).name)
    return DrawnPage(page, wide, high, stride, pixels)

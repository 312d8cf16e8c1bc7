"""Pages of the PDF: where the pen is, what every page carries, and text set on it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager
from io import BytesIO
from typing import Any

from reportlab.lib.colors import HexColor
from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas
from reportlab.pdfgen.textobject import PDFTextObject

from stdesk.progress import Progress
from stdesk.reports import layout
from stdesk.reports.document import TRIAL, Document
from stdesk.reports.pdf_archive import About, write
from stdesk.reports.pdf_foot import Foot
from stdesk.reports.pdf_glyphs import Glyphs
from stdesk.reports.pdf_tags import Tags, pagination
from stdesk.reports.type_setting import Line, face


class Pages:
    """A PDF being written from top to bottom; lengths in points, ``y`` counts from the bottom."""

    def __init__(self, document: Document, progress: Progress | None) -> None:
        self._document = document
        self._progress = progress
        self._buffer = BytesIO()
        self.canvas = Canvas(
            self._buffer,
            invariant=1,
            pageCompression=1,
            lang="vi-VN",
            initialFontName=face().name,  # type: ignore[arg-type] # the stub says float
        )
        self.number = 0
        self._shown = 0  # the number at the top: an annex may count its own pages
        self._copies = [0]  # pages drawn before each copy of the paper
        self.y = 0.0
        self._landscape = False
        self._bookmarks = 0
        self._level = -1
        self._tags = Tags(self.canvas)
        self._glyphs: dict[str, Glyphs] = {}
        self.new_page()

    @property
    def left(self) -> float:
        """Where text begins."""
        return layout.LEFT * mm

    @property
    def width(self) -> float:
        """Width of the text."""
        return layout.text_width(landscape=self._landscape) * mm

    @property
    def right(self) -> float:
        """Where text ends."""
        return self.left + self.width

    @property
    def top(self) -> float:
        """Where the first line's top lies on every page."""
        return self._height - layout.TOP * mm

    @property
    def room(self) -> float:
        """What is left of the page."""
        return self.y - layout.BOTTOM * mm

    @property
    def full(self) -> float:
        """What a whole page has room for."""
        return self.top - layout.BOTTOM * mm

    @property
    def _height(self) -> float:
        return (layout.A4[0] if self._landscape else layout.A4[1]) * mm

    def tag(
        self, kind: str, alt: str = "", box: tuple[float, float, float, float] | None = None
    ) -> AbstractContextManager[None]:
        """What is drawn inside is a ``kind`` for screen readers: P, H1, H2, Table, TR, TH, TD, Caption, Figure …

        Tags nest (Table > TR > TD) and go on over pages. What is drawn inside a Table or TR but in no cell, or in
        no tag at all, is decoration: readers pass over it. A Figure says in ``alt`` what it shows; ``box`` is where
        it lies on the page (left, bottom, right, top in points). The order of tags is the order of reading.
        """
        return self._tags.tag(kind, alt, box)

    def cells(self, kind: str, written: Iterable[str]) -> None:
        """A row of ``kind`` (TD, TH) cells with the operators that show each, inside a table and :meth:`text`."""
        self._tags.cells(kind, written)

    def text(self) -> AbstractContextManager[PDFTextObject]:
        """One text object for many tags: ``with pages.text() as text: with pages.tag("TD"): text.textOut(…)``.

        While it is open nothing else may be drawn on the canvas. A text object begun in another way must not have
        tags opened between its beginning and ``drawText``.
        """
        return self._tags.text()

    def glyphs(self, style: str) -> Glyphs:
        """How letters of a cut are written in this document."""
        if style not in self._glyphs:
            self._glyphs[style] = Glyphs(self.canvas, style)
        return self._glyphs[style]

    def check(self) -> None:
        """Let the person stop the work here."""
        if self._progress:
            self._progress.check()

    def step(self, count: int) -> None:
        """Say that ``count`` rows are set."""
        if self._progress:
            self._progress.step(count)

    def new_page(self, *, landscape: bool | None = None, apart: bool = False) -> None:
        """End this page and begin another; ``apart``: its number is 1, what follows counts on from it."""
        self.check()
        if self.number:
            self._end_page()
        if landscape is not None:
            self._landscape = landscape
        self.number += 1
        self._shown = 1 if apart else self._shown + 1
        wide, high = layout.A4
        self.canvas.setPageSize((high * mm, wide * mm) if self._landscape else (wide * mm, high * mm))
        self.y = self.top
        if self._document.trial:
            self.canvas.addLiteral(pagination("Watermark"))
            self._mark_trial()
            self.canvas.addLiteral("EMC")
        if self._shown > 1:
            self.canvas.addLiteral(pagination("Header"))
            self._centre_number()
            self.canvas.addLiteral("EMC")
        self._tags.begin_page()

    def new_copy(self) -> None:
        """The same paper once more in the same file: its pages are counted from 1 at the top and at the foot."""
        self._copies.append(self.number)
        self.new_page(landscape=False, apart=True)

    def corner(self, text: str) -> None:
        """A word in the upper right corner, above the text: which copy this is."""
        size, italic = layout.SIZE_RECIPIENTS, face("italic")
        at = layout.A4[1] * mm - layout.PAGE_NUMBER_DOWN * mm
        with self._tagged("P"):
            self.line(text, "italic", size, self.right - italic.width(text, size), at)

    def _end_page(self) -> None:
        self._tags.end_page()
        self.canvas.showPage()

    @contextmanager
    def _tagged(self, kind: str) -> Iterator[None]:
        """A tag around what is in none yet."""
        if not kind or self._tags.inside:
            yield
            return
        with self.tag(kind):
            yield

    def need(self, height: float) -> None:
        """Go on to a new page unless ``height`` is left on this one."""
        if height > self.room and self.y < self.top:
            self.new_page()

    def bookmark(self, text: str, level: int) -> None:
        """An entry in the PDF's outline, leading here."""
        self._bookmarks += 1
        key = f"b{self._bookmarks}"
        self.canvas.bookmarkHorizontal(key, 0, self.y + layout.SIZE_TEXT)
        self._level = min(level, self._level + 1)  # an outline cannot jump a level
        self.canvas.addOutlineEntry(text, key, level=self._level)

    def line(self, text: str, style: str, size: float, x: float, y: float) -> None:
        """One line of printable ``text`` with its baseline's left end at ``x``, ``y``."""
        self.canvas.setFont(face(style).name, size)
        self.canvas.drawString(x, y, text)

    def centred(self, text: str, style: str, size: float, centre: float, width: float, down: float) -> float:
        """``text`` centred on ``centre``, from ``down`` points below the pen; returns where it ends."""
        with self._tagged("P"):
            for one in face(style).balanced(text, size, width):
                down += size * layout.LEADING
                self.line(spaced(one), style, size, centre - one.width / 2, self.y - down)
        return down

    def rule(self, centre: float, length: float, down: float) -> None:
        """A thin rule centred on ``centre``, ``down`` points below the pen."""
        self.canvas.setLineWidth(layout.RULE_WEIGHT)
        self.canvas.line(centre - length / 2, self.y - down, centre + length / 2, self.y - down)

    def finish(self) -> bytes:
        """The whole file, the foot of every page drawn now that their number is known."""
        self._end_page()
        document = self._document
        canvas: Any = self.canvas
        drawn = canvas._doc.Pages.pages  # noqa: SLF001 - pages are kept until the file is written
        for first, behind in zip(self._copies, [*self._copies[1:], len(drawn)], strict=True):
            foot = Foot(canvas, document.code, behind - first, trial=document.trial)
            for number, page in enumerate(drawn[first:behind], 1):
                shown = foot.drawn(number, page.pagewidth)
                page.stream = f"{page.stream}\n{pagination('Footer')} q\n{shown}\nQ EMC\n"
        about = About(
            title=document.title,
            author=document.author,
            subject=document.subject if document.code else document.head.subject,
            created=document.created,
            identity=f"{document.kind} {document.code}",
        )
        return write(canvas, self._tags, about)

    def _centre_number(self) -> None:
        shown = str(self._shown)
        size = layout.SIZE_PAGE_NUMBER
        middle = (layout.A4[1] if self._landscape else layout.A4[0]) * mm / 2
        at = self._height - layout.PAGE_NUMBER_DOWN * mm
        self.line(shown, "regular", size, middle - face().width(shown, size) / 2, at)

    def _mark_trial(self) -> None:
        """Large, pale and aslant beneath the text, and small at the foot."""
        canvas = self.canvas
        wide, high = (layout.A4[1], layout.A4[0]) if self._landscape else layout.A4
        bold = face("bold")
        canvas.saveState()
        canvas.setFillColor(HexColor(f"#{layout.TRIAL_COLOUR}"))
        canvas.translate(wide * mm / 2, high * mm / 2)
        canvas.rotate(35 if self._landscape else 52)
        size = 200
        canvas.setFont(bold.name, size)
        canvas.drawString(-bold.width(TRIAL, size) / 2, -size / 3, TRIAL)
        canvas.restoreState()


def spaced(line: Line) -> str:
    """The line's text with the blank it was broken at: a reader that joins lines reads two words, not one."""
    return f"{line.text} " if line.goes_on else line.text

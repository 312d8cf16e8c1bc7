"""Pages of the PDF: where the pen is, what every page carries, and text set on it."""

from __future__ import annotations

from io import BytesIO

from reportlab.lib.colors import HexColor
from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas

from stdesk.progress import Progress
from stdesk.reports import layout
from stdesk.reports.document import TRIAL, TRIAL_NOTE, Document
from stdesk.reports.type_setting import Line, face

_FIXED_DATE = b"D:20000101000000+00'00'"  # what reportlab writes when asked to be repeatable


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
        self.canvas.setTitle(document.title)
        self.canvas.setAuthor(document.author)
        self.canvas.setSubject(f"{document.head.subject} [{document.reference}]")
        self.canvas.setCreator("STDesk")
        self.number = 0
        self.y = 0.0
        self._landscape = False
        self._bookmarks = 0
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

    def check(self) -> None:
        """Let the person stop the work here."""
        if self._progress:
            self._progress.check()

    def step(self, count: int) -> None:
        """Say that ``count`` rows are set."""
        if self._progress:
            self._progress.step(count)

    def new_page(self, *, landscape: bool | None = None) -> None:
        """End this page and begin another."""
        self.check()
        if self.number:
            self.canvas.showPage()
        if landscape is not None:
            self._landscape = landscape
        self.number += 1
        wide, high = layout.A4
        self.canvas.setPageSize((high * mm, wide * mm) if self._landscape else (wide * mm, high * mm))
        self.y = self.top
        if self._document.trial:
            self._mark_trial()
        if self.number > 1:
            self._centre_number()

    def need(self, height: float) -> None:
        """Go on to a new page unless ``height`` is left on this one."""
        if height > self.room and self.y < self.top:
            self.new_page()

    def bookmark(self, text: str, level: int) -> None:
        """An entry in the PDF's outline, leading here."""
        self._bookmarks += 1
        key = f"b{self._bookmarks}"
        self.canvas.bookmarkHorizontal(key, 0, self.y + layout.SIZE_TEXT)
        self.canvas.addOutlineEntry(text, key, level=level)

    def line(self, text: str, style: str, size: float, x: float, y: float) -> None:
        """One line of printable ``text`` with its baseline's left end at ``x``, ``y``."""
        self.canvas.setFont(face(style).name, size)
        self.canvas.drawString(x, y, text)

    def centred(self, text: str, style: str, size: float, centre: float, width: float, down: float) -> float:
        """``text`` centred on ``centre``, from ``down`` points below the pen; returns where it ends."""
        cut = face(style)
        for one in cut.balanced(text, size, width):
            down += size * layout.LEADING
            self.line(one.text, style, size, centre - one.width / 2, self.y - down)
        return down

    def rule(self, centre: float, length: float, down: float) -> None:
        """A thin rule centred on ``centre``, ``down`` points below the pen."""
        self.canvas.setLineWidth(0.6)
        self.canvas.line(centre - length / 2, self.y - down, centre + length / 2, self.y - down)

    def paragraph(
        self,
        text: str,
        *,
        style: str = "regular",
        size: float = layout.SIZE_TEXT,
        indent: float = layout.INDENT * mm,
        after: float = 0,
        open_end: bool = False,
    ) -> None:
        """A justified paragraph with its first line indented, flowing over pages.

        Never one line alone at the foot or the head of a page.

        Args:
            after: room that what follows must find on the same page as its last line (headings).
            open_end: dots to the end of the last line, and over a whole line more.
        """
        lines = face(style).break_lines(text, size, self.width, indent)
        leading = size * layout.LEADING
        self.y -= layout.SPACE_BEFORE if self.y < self.top else 0
        for place, one in enumerate(lines):
            self._stay_together(place, len(lines), leading, after)
            self.y -= leading
            self._justified(one, style, size, indent if place == 0 else 0)
        if open_end:
            self._dots(lines[-1].width + (indent if len(lines) == 1 else 0), style, size)
        self.check()

    def _dots(self, used: float, style: str, size: float) -> None:
        cut = face(style)
        dot = cut.width("…", size)
        base = size * (layout.LEADING - 1)
        used += cut.width(" ", size)
        self.line("…" * int((self.width - used) / dot), style, size, self.left + used, self.y + base)
        self.need(size * layout.LEADING)
        self.y -= size * layout.LEADING
        self.line("…" * int(self.width / dot), style, size, self.left, self.y + base)

    def _stay_together(self, place: int, count: int, leading: float, after: float) -> None:
        rest = count - place
        if place == 0:
            needed = min(rest, 2) * leading + (after if rest <= 2 else 0)
        elif rest == 2:
            needed = 2 * leading + after
        else:
            needed = leading
        if needed > self.room and self.y < self.top:
            self.new_page()

    def _justified(self, one: Line, style: str, size: float, indent: float) -> None:
        gaps = one.text.count(" ")
        spare = self.width - indent - one.width
        text = self.canvas.beginText(self.left + indent, self.y + size * (layout.LEADING - 1))
        text.setFont(face(style).name, size)
        if one.goes_on and gaps and 0 < spare < self.width / 4:
            text.setWordSpace(spare / gaps)
        text.textOut(one.text)
        text.setWordSpace(0)  # it would go on into whatever text comes next
        self.canvas.drawText(text)

    def finish(self) -> bytes:
        """The whole file."""
        self.canvas.showPage()
        self.canvas.save()
        made = self._document.created.strftime("D:%Y%m%d%H%M%S+00'00'").encode("ascii")
        return self._buffer.getvalue().replace(_FIXED_DATE, made)

    def _centre_number(self) -> None:
        shown = str(self.number)
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
        size = 9
        at = wide * mm / 2 - bold.width(TRIAL_NOTE, size) / 2
        self.line(TRIAL_NOTE, "bold", size, at, 10 * mm)

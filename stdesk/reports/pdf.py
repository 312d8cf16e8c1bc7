"""A paper as PDF in the layout of Decree 30/2020, its typeface embedded, the same bytes every time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from reportlab.lib.units import mm

from stdesk.domain.kinds import Kinds
from stdesk.progress import Progress
from stdesk.reports import charts, layout, pdf_text
from stdesk.reports.abreast import draw_row, in_rows
from stdesk.reports.annexes import Annex, Table
from stdesk.reports.charts import Chart
from stdesk.reports.document import Block, Document, Paragraph, build_document
from stdesk.reports.pdf_drawing import paint
from stdesk.reports.pdf_ending import Ending
from stdesk.reports.pdf_head import draw_address, draw_head
from stdesk.reports.pdf_pages import Pages
from stdesk.reports.pdf_table import TableWriter
from stdesk.reports.snapshot import Snapshot
from stdesk.reports.type_setting import face

_STYLES = {"body": "regular", "heading1": "bold", "heading2": "bold", "heading3": "regular"}
_TAGS = {"body": "P", "heading1": "H2", "heading2": "H3", "heading3": "H4"}
_BEGINNING = 2 * pdf_text.LEADING + layout.SPACE_BEFORE  # what of a text must stand below its heading
_AROUND = 8  # points above and below a table or chart


def render_pdf(snapshot: Snapshot, kinds: Kinds, progress: Progress | None = None) -> bytes:
    """The report of ``snapshot`` with its annexes.

    Raises:
        UserError: the program's form or font is missing.
        Cancelled: the person stopped it.
    """
    return render(build_document(snapshot, kinds), progress)


def render(
    document: Document,
    progress: Progress | None = None,
    *,
    annexes: bool = True,
    copies: Sequence[str] = ("",),
) -> bytes:
    """``document`` as PDF.

    Args:
        annexes: ``False`` leaves them out: the first pages, at once.
        copies: a word for the corner of each copy that goes into the file; each counts its own pages.

    Raises:
        UserError: the program's font is missing.
        Cancelled: the person stopped it.
    """
    if not annexes:
        document = replace(document, annexes=())
    if progress:
        progress.start(document.row_count)
    pages = Pages(document, progress)
    for place, copy in enumerate(copies):
        if place:
            pages.new_copy()
        if copy:
            pages.corner(copy)
        _paper(pages, document)
    return pages.finish()


def _paper(pages: Pages, document: Document) -> None:
    draw_head(pages, document)
    draw_address(pages, document.head)
    for line in document.basis:
        pdf_text.paragraph(pages, line, "italic")
    ending = Ending(pages, document)
    _body(pages, document.body, ending.height)
    ending.draw()
    for annex in document.annexes:
        _annex(pages, annex, apart=document.annexes_apart)


def _body(pages: Pages, body: tuple[Block, ...], ending: float) -> None:
    """The blocks in order; the ending's height must be free below the last one."""
    tables = 0
    for place, one in enumerate(body):
        if isinstance(one, Paragraph):
            if one.style != "body":
                pages.bookmark(one.text, 1 if one.style != "heading1" else 0)
            after = _needed_after(pages, body, place, ending)
            style, kind = _STYLES[one.style], _TAGS[one.style]
            pdf_text.paragraph(pages, one.text, style, kind=kind, after=after, open_end=one.open_end)
            continue
        pages.y -= _AROUND
        tables += 1
        _block(pages, one, one.title)
        pages.y -= _AROUND / 2


def _needed_after(pages: Pages, body: tuple[Block, ...], place: int, ending: float) -> float:
    """What must stand on the page of the last lines of paragraph ``place``.

    Below a heading the beginning of what it heads, below the last paragraph the signature.
    """
    if place == len(body) - 1:
        return ending
    needed = 0.0
    while place < len(body) - 1 and isinstance(one := body[place], Paragraph) and one.style != "body":
        place += 1
        following = body[place]
        if isinstance(following, Paragraph) and following.style != "body":
            needed += pdf_text.height(following.text, _STYLES[following.style], pages.width)
        else:
            needed += _beginning(pages, following)
            needed += ending if place == len(body) - 1 else 0
    return needed


def _beginning(pages: Pages, block: Block) -> float:
    """What of a text, table or chart must stand below its heading."""
    if not isinstance(block, Paragraph):
        return _height(pages, block, 0.3)
    whole = pdf_text.height(block.text, "regular", pages.width) + pdf_text.LEADING * block.open_end
    return whole if whole < _BEGINNING + 2 * pdf_text.LEADING else _BEGINNING


def _height(pages: Pages, block: Table | Chart, share: float) -> float:
    """Height of a block with its title, or of its beginning when it is higher than ``share`` of a page."""
    if isinstance(block, Chart):
        return charts.draw(block, pages.width).height + _AROUND
    caption = _CAPTION if block.title else 0.0
    return TableWriter(pages, block).height(pages.full * share) + caption + _AROUND


def _annex(pages: Pages, annex: Annex, *, apart: bool) -> None:
    """An annex on pages of its own, across; its tables and charts numbered when they have titles."""
    pages.new_page(landscape=True, apart=apart)
    pages.bookmark(f"{annex.number}. {annex.title}", 0)
    middle = pages.left + pages.width / 2
    with pages.tag("H1"):
        down = pages.centred(annex.number, "bold", layout.SIZE_TYPE, middle, pages.width, 0)
        down = pages.centred(annex.title, "bold", layout.SIZE_TYPE, middle, pages.width - 16 * mm, down)
    down = pages.centred(annex.note, "italic", layout.SIZE_NUMBER, middle, pages.width - 16 * mm, down)
    pages.y -= down + 10
    number = 0
    for place, block in enumerate(in_rows(annex.blocks)):
        if place:
            pages.y -= 14
        if isinstance(block, Table):
            number += 1
            _block(pages, block, f"{number}. {block.title}" if block.title else "")
        else:
            _charts(pages, block)


_CAPTION = layout.SIZE_NUMBER * layout.LEADING + 3


def _block(pages: Pages, block: Table | Chart, title: str) -> None:
    """A table with its title, or a chart, which draws its own."""
    if isinstance(block, Chart):
        _charts(pages, (block,))
        return
    writer = TableWriter(pages, block)
    if title:
        pages.need(writer.height(pages.full * 0.7) + _CAPTION)
        _caption(pages, title)
    writer.write()


def _charts(pages: Pages, row: tuple[Chart, ...]) -> None:
    """Charts side by side, each read out as one picture."""
    drawn = draw_row(row, pages.width)
    high = drawn[0].height
    pages.need(min(high, pages.full))
    left = pages.left
    for drawing in drawn:
        with pages.tag("Figure", drawing.words, (left, pages.y - high, left + drawing.width, pages.y)):
            paint(pages.canvas, drawing, left, pages.y)
        left += drawing.width
    pages.y -= high


def _caption(pages: Pages, text: str) -> None:
    """The title of a table; one that is longer than a line goes on below."""
    size, bold = layout.SIZE_NUMBER, face("bold")
    with pages.tag("H2"):
        for line in bold.break_lines(text, size, pages.width):
            pages.y -= size * layout.LEADING
            pages.line(line.text, "bold", size, pages.left, pages.y + 3)
    pages.y -= 3

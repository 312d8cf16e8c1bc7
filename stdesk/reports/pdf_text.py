"""Paragraphs of the PDF: justified, over pages, headings with what they head, no line alone."""

from __future__ import annotations

from reportlab.lib.units import mm

from stdesk.reports import layout
from stdesk.reports.line_breaking import gap_stretch, justified_lines
from stdesk.reports.pdf_pages import Pages, spaced
from stdesk.reports.type_setting import Line, face

INDENT = layout.INDENT * mm
LEADING = layout.SIZE_TEXT * layout.LEADING
_SHORTEST_DOTS = 42  # points: fewer dots at the end of a line are no room to write
_TOGETHER = 2  # lines of a paragraph that are never parted from each other


def height(text: str, style: str, width: float) -> float:
    """Height of a paragraph with the space above it."""
    return (
        len(justified_lines(face(style), text, layout.SIZE_TEXT, width, INDENT)) * LEADING
        + layout.SPACE_BEFORE
    )


def paragraph(
    pages: Pages,
    text: str,
    style: str = "regular",
    *,
    kind: str = "P",
    after: float = 0,
    open_end: bool = False,
) -> None:
    """A justified paragraph with its first line indented, flowing over pages.

    Args:
        kind: how it is tagged: P, H1, H2, H3.
        after: room that what follows must find on the same page as its last lines.
        open_end: dots to the end of the last line, and over a whole line more.
    """
    size = layout.SIZE_TEXT
    lines = justified_lines(face(style), text, size, pages.width, INDENT)
    pages.y -= layout.SPACE_BEFORE if pages.y < pages.top else 0
    with pages.tag(kind):
        for place, one in enumerate(lines):
            _stay_together(pages, place, len(lines), after + LEADING * open_end)
            pages.y -= LEADING
            _draw(pages, one, style, INDENT if place == 0 else 0)
        if open_end:
            _dots(pages, lines[-1].width + (INDENT if len(lines) == 1 else 0), style)
    pages.check()


def _stay_together(pages: Pages, place: int, count: int, after: float) -> None:
    """Go on to a new page where the lines from ``place`` on would be parted wrongly."""
    rest = count - place
    if place == 0:
        needed = min(rest, _TOGETHER) * LEADING + (after if rest <= _TOGETHER else 0)
        if rest == _TOGETHER + 1:  # three lines go neither two to one nor one to two
            needed = rest * LEADING + after
    elif rest == _TOGETHER:
        needed = _TOGETHER * LEADING + after
    else:
        needed = LEADING
    if needed > pages.room and pages.y < pages.top:
        pages.new_page()


def _draw(pages: Pages, one: Line, style: str, indent: float) -> None:
    size = layout.SIZE_TEXT
    blank = face(style).width(" ", size)
    stretch = gap_stretch(one, blank, pages.width - indent)
    text = pages.canvas.beginText(pages.left + indent, pages.y + size * (layout.LEADING - 1))
    text.setFont(face(style).name, size)
    if stretch != 1:
        text.setWordSpace((stretch - 1) * blank)
    text.textOut(spaced(one))
    if stretch != 1:
        text.setWordSpace(0)  # it would go on into whatever text comes next
    pages.canvas.drawText(text)


def _dots(pages: Pages, used: float, style: str) -> None:
    """Dots to the end of this line and over one more, for a person to write on."""
    size = layout.SIZE_TEXT
    cut = face(style)
    dot = cut.width("…", size)
    used += cut.width(" ", size)
    for room in (pages.width - used, pages.width):
        dots = round(room / dot) if room > _SHORTEST_DOTS else 0
        if room == pages.width:
            pages.need(LEADING)
            pages.y -= LEADING
        if not dots:
            continue
        text = pages.canvas.beginText(pages.right - room, pages.y + size * (layout.LEADING - 1))
        text.setFont(cut.name, size)
        text.setCharSpace((room - dots * dot) / dots)  # to the very margin, evenly
        text.textOut("…" * dots)
        text.setCharSpace(0)
        pages.canvas.drawText(text)

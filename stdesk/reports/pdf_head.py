"""The first page's head in the PDF: boxes 1 to 5b and the framed marks 10a, 10b and 11 of Decree 30/2020."""

from __future__ import annotations

from reportlab.lib.colors import HexColor, black
from reportlab.lib.units import mm

from stdesk.reports import layout
from stdesk.reports.document import ADDRESS, COUNTRY, MOTTO, Document, Head, addressees, letter_subject
from stdesk.reports.pdf_pages import Pages
from stdesk.reports.type_setting import face

_SINGLE = 1.15  # of the size: a single line of this typeface, between the lines of one name
_BELOW_NAMES = 4  # points from a name's last line to its rule
_ROW_APART = 12  # from the rules to the row of number and date


def draw_head(pages: Pages, document: Document) -> None:
    """Names, number, place and date, marks, type and subject; the pen stands below them."""
    head = document.head
    left_width = pages.width * layout.HEAD_LEFT_SHARE
    right_width = pages.width - left_width
    left, right = pages.left + left_width / 2, pages.left + left_width + right_width / 2
    narrow = left_width - 2 * mm
    down = _names(pages, head, left, narrow)
    other = _country(pages, right, right_width)
    row = max(down, other) + _ROW_APART  # number and date stand on one line
    down = pages.centred(f"Số: {head.number}", "regular", layout.SIZE_NUMBER, left, narrow, row)
    if not head.type_name:
        size = layout.SIZE_LETTER_SUBJECT
        down = pages.centred(letter_subject(head.subject), "regular", size, left, narrow, down + 6)
    down = stamps(pages, document.marks.all, left, down)
    other = pages.centred(head.place_date, "italic", layout.SIZE_PLACE, right, right_width, row)
    pages.y -= max(down, other) + 14
    if head.type_name:
        _type(pages, head)


def _names(pages: Pages, head: Head, centre: float, width: float) -> float:
    size = layout.SIZE_BODY_NAME
    down = _tight(pages, head.superior, "regular", size, centre, width, 0)
    down = _tight(pages, head.issuer, "bold", size, centre, width, down)
    last = face("bold").balanced(head.issuer, size, width)[-1]
    pages.rule(centre, last.width * layout.RULE_SHARE, down + _BELOW_NAMES)
    return down


def _country(pages: Pages, centre: float, width: float) -> float:
    down = _tight(pages, COUNTRY, "bold", layout.SIZE_COUNTRY, centre, width, 0)
    down = _tight(pages, MOTTO, "bold", layout.SIZE_MOTTO, centre, width, down)
    pages.rule(centre, face("bold").width(MOTTO, layout.SIZE_MOTTO), down + _BELOW_NAMES)
    return down


def _tight(
    pages: Pages, text: str, style: str, size: float, centre: float, width: float, down: float
) -> float:
    """Like :meth:`Pages.centred`, line spacing single as the decree wants it between names."""
    with pages.tag("P"):
        for one in face(style).balanced(text, size, width):
            down += size * _SINGLE
            pages.line(one.text, style, size, centre - one.width / 2, pages.y - down)
    return down


def stamps(pages: Pages, marks: tuple[str, ...], centre: float, down: float) -> float:
    """Framed words below each other; secrecy and urgency red, how far it may go black."""
    canvas, size = pages.canvas, layout.SIZE_STAMP
    high = layout.STAMP_HEIGHT * mm
    bold = face("bold")
    down += 9 if marks else 0
    for place, mark in enumerate(marks):
        down += layout.STAMP_APART * mm if place else 0
        wide = layout.STAMP_WIDTHS.get(mark, layout.STAMP_WIDE) * mm
        colour = HexColor(f"#{layout.STAMP_COLOUR}") if mark in layout.STAMP_WIDTHS else black
        canvas.saveState()
        canvas.setStrokeColor(colour)
        canvas.setLineWidth(1)
        canvas.rect(centre - wide / 2, pages.y - down - high, wide, high)
        canvas.restoreState()
        base = pages.y - down - high / 2 - size * 0.33
        with pages.tag("P"):
            canvas.setFillColor(colour)
            pages.line(mark, "bold", size, centre - bold.width(mark, size) / 2, base)
            canvas.setFillColor(black)
        down += high
    return down


def _type(pages: Pages, head: Head) -> None:
    """BÁO CÁO, what it is about, and the rule below."""
    middle, wide = pages.left + pages.width / 2, pages.width - 16 * mm
    size = layout.SIZE_TYPE
    with pages.tag("H1"):
        down = pages.centred(head.type_name, "bold", size, middle, pages.width, 0)
        down = pages.centred(head.subject, "bold", size, middle, wide, down)
    if head.subject:
        last = face("bold").balanced(head.subject, size, wide)[-1]
        pages.rule(middle, last.width * layout.RULE_SHARE, down + 6)
    pages.y -= down + 14


def draw_address(pages: Pages, head: Head) -> None:
    """Kính gửi: one addressee on its line; several below it, their dashes under the colon."""
    if not head.address_to:
        return
    size, cut = layout.SIZE_TEXT, face()
    leading = size * layout.LEADING
    alone = len(head.address_to) == 1
    hang = cut.width(f"{ADDRESS} " if alone else ADDRESS[:-1], size)
    dash = "" if alone else "- "
    inner = hang + cut.width(dash, size)
    shown = head.address_to if alone else addressees(head)
    told = [
        cut.balanced(one, size, pages.width - inner - (0 if alone else layout.INDENT * mm)) for one in shown
    ]
    widest = inner + max(line.width for lines in told for line in lines)
    left = pages.left + max(pages.width - widest, 0) / 2
    y = pages.y - leading
    with pages.tag("P"):
        pages.line(ADDRESS, "regular", size, left, y)
        y -= 0 if alone else leading
        for lines in told:
            for place, line in enumerate(lines):
                at = left + (inner if place else hang)
                pages.line(line.text if place else f"{dash}{line.text}", "regular", size, at, y)
                y -= leading
    pages.y = y + leading - 8

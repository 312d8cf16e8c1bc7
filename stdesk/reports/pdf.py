"""The report as PDF in the layout of Decree 30/2020, its typeface embedded, the same bytes every time."""

from __future__ import annotations

from reportlab.lib.units import mm

from stdesk.domain.kinds import Kinds
from stdesk.progress import Progress
from stdesk.reports import layout
from stdesk.reports.annexes import Annex
from stdesk.reports.document import COUNTRY, MOTTO, Document, Head, build_document
from stdesk.reports.pdf_pages import Pages
from stdesk.reports.pdf_table import TableWriter
from stdesk.reports.snapshot import Snapshot
from stdesk.reports.type_setting import face

_STYLES = {"body": "regular", "heading1": "bold", "heading2": "bold"}


def render_pdf(snapshot: Snapshot, kinds: Kinds, progress: Progress | None = None) -> bytes:
    """The report of ``snapshot`` with its annexes.

    Raises:
        UserError: the program's form or font is missing.
        Cancelled: the person stopped it.
    """
    document = build_document(snapshot, kinds)
    if progress:
        progress.start(sum(len(table.rows) for annex in document.annexes for table in annex.tables))
    pages = Pages(document, progress)
    _head(pages, document.head)
    _address(pages, document.head)
    for line in document.basis:
        pages.paragraph(line, style="italic")
    _body(pages, document)
    _ending(pages, document)
    for annex in document.annexes:
        _annex(pages, annex)
    return pages.finish()


def _head(pages: Pages, head: Head) -> None:
    """Boxes 1 to 5a: issuing body on the left, national title on the right, then type and subject."""
    left_width = pages.width * layout.HEAD_LEFT_SHARE
    right_width = pages.width - left_width
    left, right = pages.left + left_width / 2, pages.left + left_width + right_width / 2
    narrow = left_width - 2 * mm
    down = pages.centred(head.superior, "regular", layout.SIZE_BODY_NAME, left, narrow, 0)
    down = pages.centred(head.issuer, "bold", layout.SIZE_BODY_NAME, left, narrow, down)
    last = face("bold").balanced(head.issuer, layout.SIZE_BODY_NAME, narrow)[-1]
    pages.rule(left, max(last.width * 0.4, 16 * mm), down + 6)
    other = pages.centred(COUNTRY, "bold", layout.SIZE_COUNTRY, right, right_width, 0)
    other = pages.centred(MOTTO, "bold", layout.SIZE_MOTTO, right, right_width, other)
    pages.rule(right, face("bold").width(MOTTO, layout.SIZE_MOTTO), other + 6)
    row = max(down, other) + 10  # number and date stand on one line
    down = pages.centred(f"Số: {head.number}", "regular", layout.SIZE_NUMBER, left, narrow, row)
    other = pages.centred(head.place_date, "italic", layout.SIZE_PLACE, right, right_width, row)
    pages.y -= max(down, other) + 14
    middle = pages.left + pages.width / 2
    down = pages.centred(head.type_name, "bold", layout.SIZE_TYPE, middle, pages.width, 0)
    wide = pages.width - 16 * mm
    down = pages.centred(head.subject, "bold", layout.SIZE_TYPE, middle, wide, down)
    last = face("bold").balanced(head.subject, layout.SIZE_TYPE, wide)[-1]
    pages.rule(middle, min(max(last.width * 0.4, 20 * mm), 60 * mm), down + 7)
    pages.y -= down + 14


def _address(pages: Pages, head: Head) -> None:
    """Kính gửi: one addressee on the line, several below it."""
    size = layout.SIZE_TEXT
    middle = pages.left + pages.width / 2
    wide = pages.width - 10 * mm
    if len(head.address_to) == 1:
        down = pages.centred(f"Kính gửi: {head.address_to[0]}", "regular", size, middle, wide, 0)
    else:
        down = pages.centred("Kính gửi:", "regular", size, middle, wide, 0)
        for place, one in enumerate(head.address_to, 1):
            mark = "." if place == len(head.address_to) else ";"
            down = pages.centred(f"- {one}{mark}", "regular", size, middle, wide, down)
    pages.y -= down + 8


def _body(pages: Pages, document: Document) -> None:
    for one in document.body:
        heading = one.style != "body"
        if heading:
            pages.bookmark(one.text, 0 if one.style == "heading1" else 1)
        after = 3 * layout.SIZE_TEXT * layout.LEADING if heading else 0
        pages.paragraph(one.text, style=_STYLES[one.style], after=after, open_end=one.open_end)


def _ending(pages: Pages, document: Document) -> None:
    """Nơi nhận on the left, authority, post and name on the right, on one page."""
    left_width = pages.width * 0.45
    right_width = pages.width - left_width
    centre = pages.left + left_width + right_width / 2
    listed = [
        one.text
        for line in document.recipients
        for one in face().break_lines(line, layout.SIZE_RECIPIENTS, left_width - 4 * mm)
    ]
    recipients = (layout.SIZE_RECIPIENTS_HEAD + len(listed) * layout.SIZE_RECIPIENTS) * layout.LEADING
    signature = document.signature
    bold = face("bold")
    count = sum(
        len(bold.break_lines(one, layout.SIZE_SIGNATURE, right_width))
        for one in (*signature.lines, signature.name)
    )
    signed = count * layout.SIZE_SIGNATURE * layout.LEADING + layout.SIGNATURE_ROOM * mm
    pages.need(min(max(recipients, signed) + 12, pages.full))
    pages.y -= 12
    start = pages.y
    pages.line("Nơi nhận:", "bold_italic", layout.SIZE_RECIPIENTS_HEAD, pages.left, start - 15)
    at = start - 15
    for text in listed:
        at -= layout.SIZE_RECIPIENTS * layout.LEADING
        pages.line(text, "regular", layout.SIZE_RECIPIENTS, pages.left, at)
    down = 0.0
    for text in signature.lines:
        down = pages.centred(text, "bold", layout.SIZE_SIGNATURE, centre, right_width, down)
    down += layout.SIGNATURE_ROOM * mm
    down = pages.centred(signature.name, "bold", layout.SIZE_SIGNATURE, centre, right_width, down)
    pages.y -= max(down, start - at)


def _annex(pages: Pages, annex: Annex) -> None:
    pages.new_page(landscape=True)
    pages.bookmark(f"{annex.number}. {annex.title}", 0)
    middle = pages.left + pages.width / 2
    down = pages.centred(annex.number, "bold", layout.SIZE_TYPE, middle, pages.width, 0)
    down = pages.centred(annex.title, "bold", layout.SIZE_TYPE, middle, pages.width, down)
    down = pages.centred(annex.note, "italic", layout.SIZE_NUMBER, middle, pages.width, down)
    pages.y -= down + 10
    for place, table in enumerate(annex.tables):
        if place:
            pages.y -= 14
        writer = TableWriter(pages, table)
        if table.title:
            caption = layout.SIZE_NUMBER * layout.LEADING + 3
            pages.need(writer.height(pages.full * 0.7) + caption)
            _caption(pages, f"{place + 1}. {table.title}")
        writer.write()


def _caption(pages: Pages, text: str) -> None:
    size = layout.SIZE_NUMBER
    pages.y -= size * layout.LEADING
    pages.line(face("bold").printable(text), "bold", size, pages.left, pages.y + 3)
    pages.y -= 3

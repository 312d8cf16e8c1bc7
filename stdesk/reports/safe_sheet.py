"""A sheet of secrets for the safe: one page in the manner of Decree 30/2020, with tags for readers.

In Vietnamese whatever the screen speaks. What is secret stands in the lines and the QR code and nowhere else in
the file.
"""

from __future__ import annotations

from datetime import datetime
from io import BytesIO

import segno
from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas

from stdesk.reports import layout, words
from stdesk.reports.document import COUNTRY, MOTTO
from stdesk.reports.paper_head import SUPERIOR
from stdesk.reports.pdf_archive import About, write
from stdesk.reports.pdf_tags import Tags
from stdesk.reports.type_setting import face
from stdesk.text import clean

QR_SIDE = 44.0
"""Millimetres."""
_LEADING = 1.25


class Sheet:
    """One page with tags for readers; ``down`` is where the pen stands, millimetres from the top."""

    def __init__(self) -> None:
        self.canvas = Canvas(
            BytesIO(),
            invariant=1,
            pageCompression=1,
            lang="vi-VN",
            initialFontName=face().name,  # type: ignore[arg-type] # the stub says float
        )
        self.tags = Tags(self.canvas)
        self.canvas.setPageSize((layout.A4[0] * mm, layout.A4[1] * mm))
        self.tags.begin_page()
        self.left, self.down = layout.LEFT, layout.TOP
        self.width = layout.text_width(landscape=False)

    def up(self, down: float) -> float:
        """Points from the bottom of what lies ``down`` millimetres from the top."""
        return (layout.A4[1] - down) * mm

    def text(self, text: str, style: str, size: float, *, width: float = 0) -> None:
        """A paragraph below the pen."""
        cut = face(style)
        with self.tags.tag("P"):
            for line in cut.break_lines(text, size, (width or self.width) * mm):
                self.down += size * _LEADING / mm
                self.show(f"{line.text} " if line.goes_on else line.text, style, size, self.left * mm)

    def centred(
        self, text: str, style: str, size: float, *, middle: float = 0, width: float = 0, rule: float = 0
    ) -> None:
        """Lines about ``middle`` (by default that of the page), a rule of a share of the last one below."""
        at = (middle or self.left + self.width / 2) * mm
        wide = 0.0
        with self.tags.tag("P"):
            for line in face(style).balanced(text, size, (width or self.width) * mm):
                self.down += size * _LEADING / mm
                self.show(f"{line.text} " if line.goes_on else line.text, style, size, at - line.width / 2)
                wide = line.width
        if rule:
            with self.tags.artifact("Layout"):
                self.canvas.setLineWidth(layout.RULE_WEIGHT)
                up = self.up(self.down + 1.2)
                self.canvas.line(at - wide * rule / 2, up, at + wide * rule / 2, up)

    def pair(self, name: str, value: str) -> None:
        """A fact: its name, and what it is."""
        start = self.left
        with self.tags.tag("P"):
            indent = face().width(f"{name}: ", 13) / mm
            for at, line in enumerate(face("bold").break_lines(value, 13, (self.width - indent) * mm)):
                self.down += 13 * _LEADING / mm
                if not at:
                    self.show(f"{name}: ", "regular", 13, start * mm)
                self.show(line.text, "bold", 13, (start + indent) * mm)

    def show(self, text: str, style: str, size: float, left: float) -> None:
        """A text on the line of the pen."""
        self.canvas.setFont(face(style).name, size)
        self.canvas.drawString(left, self.up(self.down), text)

    def finish(self, about: About) -> bytes:
        """The whole file."""
        self.tags.end_page()
        self.canvas.showPage()
        return write(self.canvas, self.tags, about)

    def qr(self, text: str, said: str, top: float, side: float, width: float = QR_SIDE) -> None:
        """``text`` as a QR code ``width`` mm wide, its corner at ``side`` and ``top``; readers hear ``said``."""
        rows = [bytes(row) for row in segno.make_qr(text, error="q", boost_error=False).matrix]
        dot = width * mm / len(rows)
        box = (side * mm, self.up(top + width), (side + width) * mm, self.up(top))
        with self.tags.tag("Figure", said, box):
            for row, dots in enumerate(rows):
                for column, dark in enumerate(dots):
                    if dark:
                        x, y = side * mm + column * dot, self.up(top) - (row + 1) * dot
                        self.canvas.rect(x, y, dot, dot, stroke=0, fill=1)


def draw_head(sheet: Sheet, superior: str, unit: str, place: str, printed: datetime) -> None:
    """Names, national title, place and day."""
    narrow = sheet.width * layout.HEAD_LEFT_SHARE
    top, left = sheet.down, sheet.left + narrow / 2
    right, wide = sheet.left + narrow + (sheet.width - narrow) / 2, sheet.width - narrow
    above = clean(superior) or SUPERIOR
    size = layout.SIZE_BODY_NAME
    sheet.centred(above.upper(), "regular", size, middle=left, width=narrow - 2)
    sheet.centred(clean(unit).upper(), "bold", size, middle=left, width=narrow - 2, rule=layout.RULE_SHARE)
    lower, sheet.down = sheet.down, top
    sheet.centred(COUNTRY, "bold", layout.SIZE_COUNTRY, middle=right, width=wide)
    sheet.centred(MOTTO, "bold", layout.SIZE_MOTTO, middle=right, width=wide, rule=1)
    sheet.down += 4
    day = printed
    where = clean(place) or words.BLANK
    said = f"{where}, ngày {day:%d} tháng {day.month if day.month > 2 else f'{day:%m}'} năm {day.year}"
    sheet.centred(said, "italic", layout.SIZE_PLACE, middle=right, width=wide)
    sheet.down = max(lower, sheet.down) + 6


def draw_signatures(sheet: Sheet) -> None:
    """Who printed it, who keeps it."""
    top, quarter = sheet.down, sheet.width / 4
    for at, name in enumerate(("NGƯỜI IN", "NGƯỜI CẤT GIỮ")):
        sheet.down = top
        middle = sheet.left + quarter * (1 + 2 * at)
        sheet.centred(name, "bold", 13, middle=middle, width=2 * quarter)
        sheet.centred("(Ký, ghi rõ họ tên, ngày nhận)", "italic", 12, middle=middle, width=2 * quarter)

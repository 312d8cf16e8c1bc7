"""The unit's signing key on one sheet for the safe: to be typed or scanned when the computer is gone.

Set in the manner of Decree 30/2020 (names, national title, type of paper, signatures); in Vietnamese whatever
the screen speaks. The secret stands in the code's lines and in the QR code and nowhere else in the file.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
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

TITLE = "CHÌA KHÓA KÝ SỐ CỦA ĐƠN VỊ"
SUBJECT = "Bản giấy cất trong két, tủ có khóa"
WARNING = (
    "Ai có tờ này đều ký được gói dữ liệu thay đơn vị. Không sao chụp, không chụp ảnh, không gửi qua mạng. "
    "Bỏ vào phong bì dán kín, ký giáp lai, giao người giữ con dấu hoặc cán bộ được phân công cất giữ."
)
STEPS = (
    "Mở STDesk trên máy mới, mở kho dữ liệu lấy từ bản sao lưu (nếu kho còn chìa khóa thì không cần làm gì thêm).",
    "Vào Cài đặt, mục Chìa khóa và trung ương, bấm Khôi phục từ bản giấy.",
    "Gõ bốn dòng mã ở trên (chữ hoa hay thường đều được; số 0 và chữ O là một), hoặc chọn tệp quét tờ này.",
    "So tám từ hiện trên màn hình với tám từ ghi ở trên. Khớp là đúng chìa khóa.",
    "Nếu tờ này thất lạc hoặc nghi bị lộ: báo ngay cho trung ương để thu hồi chìa khóa và đăng ký chìa khóa mới.",
)
_CODE_SIZE, _WORD_SIZE, _SMALL = 19, 15, 11.5
_QR_SIDE = 44.0  # mm
_LEADING = 1.25


@dataclass(frozen=True, slots=True)
class KeyPaper:
    """What the sheet says.

    Attributes:
        superior, unit, unit_code, place: as on the unit's papers.
        key_id: 16 digits. words: of the fingerprint. made: when the key was made, "05/11/2026 08:30".
        lines: the secret as four lines to be typed. qr: the same for a scanner.
        printed: now, with its time zone.
    """

    superior: str
    unit: str
    unit_code: str
    place: str
    key_id: str
    words: Sequence[str]
    made: str
    lines: Sequence[str]
    qr: str
    printed: datetime


def render_key_page(paper: KeyPaper) -> bytes:
    """The sheet as PDF, the same bytes for the same facts.

    Raises:
        UserError: the program's font is missing.
    """
    sheet = _Sheet()
    _head(sheet, paper)
    sheet.centred(TITLE, "bold", layout.SIZE_TYPE)
    sheet.centred(SUBJECT, "bold", layout.SIZE_TYPE)
    sheet.down += 4
    sheet.text(WARNING, "italic", _SMALL)
    sheet.down += 3
    facts = (
        ("Đơn vị", f"{clean(paper.unit)} (mã {clean(paper.unit_code)})"),
        ("Số hiệu chìa khóa", paper.key_id),
        ("Tạo lúc", paper.made),
    )
    for name, value in facts:
        sheet.pair(name, value)
    sheet.down += 4
    sheet.text("1. Mã chìa khóa (bí mật)", "bold", 13)
    _code(sheet, paper)
    sheet.down += 4
    sheet.text("2. Tám từ để nhận ra chìa khóa (không bí mật, đọc được qua điện thoại)", "bold", 13)
    sheet.down += 1
    _words(sheet, paper.words)
    sheet.down += 4
    sheet.text("3. Cách khôi phục", "bold", 13)
    for at, step in enumerate(STEPS, 1):
        sheet.text(f"{at}. {step}", "regular", 12)
    sheet.down += 6
    _signatures(sheet)
    about = About(
        TITLE, clean(paper.unit), SUBJECT, paper.printed, f"{paper.key_id} {paper.printed.isoformat()}"
    )
    return sheet.finish(about)


class _Sheet:
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


def _head(sheet: _Sheet, paper: KeyPaper) -> None:
    narrow = sheet.width * layout.HEAD_LEFT_SHARE
    top, left = sheet.down, sheet.left + narrow / 2
    right, wide = sheet.left + narrow + (sheet.width - narrow) / 2, sheet.width - narrow
    superior = clean(paper.superior) or SUPERIOR
    size = layout.SIZE_BODY_NAME
    sheet.centred(superior.upper(), "regular", size, middle=left, width=narrow - 2)
    sheet.centred(
        clean(paper.unit).upper(), "bold", size, middle=left, width=narrow - 2, rule=layout.RULE_SHARE
    )
    lower, sheet.down = sheet.down, top
    sheet.centred(COUNTRY, "bold", layout.SIZE_COUNTRY, middle=right, width=wide)
    sheet.centred(MOTTO, "bold", layout.SIZE_MOTTO, middle=right, width=wide, rule=1)
    sheet.down += 4
    day = paper.printed
    place = clean(paper.place) or words.BLANK
    said = f"{place}, ngày {day:%d} tháng {day.month if day.month > 2 else f'{day:%m}'} năm {day.year}"
    sheet.centred(said, "italic", layout.SIZE_PLACE, middle=right, width=wide)
    sheet.down = max(lower, sheet.down) + 6


def _code(sheet: _Sheet, paper: KeyPaper) -> None:
    top = sheet.down + 3
    side = sheet.left + sheet.width - _QR_SIDE
    rows = [bytes(row) for row in segno.make_qr(paper.qr, error="q", boost_error=False).matrix]
    dot = _QR_SIDE * mm / len(rows)
    box = (side * mm, sheet.up(top + _QR_SIDE), (side + _QR_SIDE) * mm, sheet.up(top))
    sheet.down = top + 4
    for at, line in enumerate(paper.lines, 1):
        with sheet.tags.tag("P"):
            sheet.down += 9
            sheet.show(f"{at}", "regular", 11, sheet.left * mm)
            for place, group in enumerate(line.split()):
                sheet.show(f"{group} ", "bold", _CODE_SIZE, (sheet.left + 7 + place * 27) * mm)
    with sheet.tags.tag("Figure", "Mã QR của chìa khóa bí mật", box):
        for row, dots in enumerate(rows):
            for column, dark in enumerate(dots):
                if dark:
                    x, y = side * mm + column * dot, sheet.up(top) - (row + 1) * dot
                    sheet.canvas.rect(x, y, dot, dot, stroke=0, fill=1)
    sheet.down = top + _QR_SIDE


def _words(sheet: _Sheet, said: Sequence[str]) -> None:
    each = sheet.width / 4
    for at, word in enumerate(said):
        if at % 4 == 0:
            sheet.down += 8
        with sheet.tags.tag("P"):
            sheet.show(f"{at + 1}. ", "regular", _SMALL, (sheet.left + at % 4 * each) * mm)
            sheet.show(f"{word} ", "bold", _WORD_SIZE, (sheet.left + at % 4 * each + 6) * mm)


def _signatures(sheet: _Sheet) -> None:
    top, quarter = sheet.down, sheet.width / 4
    for at, name in enumerate(("NGƯỜI IN", "NGƯỜI CẤT GIỮ")):
        sheet.down = top
        middle = sheet.left + quarter * (1 + 2 * at)
        sheet.centred(name, "bold", 13, middle=middle, width=2 * quarter)
        sheet.centred("(Ký, ghi rõ họ tên, ngày nhận)", "italic", 12, middle=middle, width=2 * quarter)

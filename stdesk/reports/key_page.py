"""The unit's signing key on one sheet for the safe: to be typed or scanned when the computer is gone.

Set in the manner of Decree 30/2020 (names, national title, type of paper, signatures); in Vietnamese whatever
the screen speaks. The secret stands in the code's lines and in the QR code and nowhere else in the file.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from reportlab.lib.units import mm

from stdesk.reports import layout
from stdesk.reports.pdf_archive import About
from stdesk.reports.safe_sheet import QR_SIDE, Sheet, draw_head, draw_signatures
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
    sheet = Sheet()
    draw_head(sheet, paper.superior, paper.unit, paper.place, paper.printed)
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
    draw_signatures(sheet)
    about = About(
        TITLE, clean(paper.unit), SUBJECT, paper.printed, f"{paper.key_id} {paper.printed.isoformat()}"
    )
    return sheet.finish(about)


def _code(sheet: Sheet, paper: KeyPaper) -> None:
    top = sheet.down + 3
    side = sheet.left + sheet.width - QR_SIDE
    sheet.down = top + 4
    for at, line in enumerate(paper.lines, 1):
        with sheet.tags.tag("P"):
            sheet.down += 9
            sheet.show(f"{at}", "regular", 11, sheet.left * mm)
            for place, group in enumerate(line.split()):
                sheet.show(f"{group} ", "bold", _CODE_SIZE, (sheet.left + 7 + place * 27) * mm)
    sheet.qr(paper.qr, "Mã QR của chìa khóa bí mật", top, side)
    sheet.down = top + QR_SIDE


def _words(sheet: Sheet, said: Sequence[str]) -> None:
    each = sheet.width / 4
    for at, word in enumerate(said):
        if at % 4 == 0:
            sheet.down += 8
        with sheet.tags.tag("P"):
            sheet.show(f"{at + 1}. ", "regular", _SMALL, (sheet.left + at % 4 * each) * mm)
            sheet.show(f"{word} ", "bold", _WORD_SIZE, (sheet.left + at % 4 * each + 6) * mm)

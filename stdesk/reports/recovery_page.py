"""The recovery code of a library on one sheet for the safe: opens the library when the password is forgotten."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from reportlab.lib.units import mm

from stdesk.reports import layout
from stdesk.reports.pdf_archive import About
from stdesk.reports.safe_sheet import QR_SIDE, Sheet, draw_head, draw_signatures
from stdesk.text import clean

TITLE = "MÃ KHÔI PHỤC KHO DỮ LIỆU"
SUBJECT = "Bản giấy cất trong két, tủ có khóa"
WARNING = (
    "Ai có tờ này và có máy tính hoặc bản sao lưu thì mở được toàn bộ kho dữ liệu. Không gửi qua điện thoại, "
    "không chụp ảnh, không sao chụp, không để cùng chỗ với máy tính. Bỏ vào phong bì dán kín, ký giáp lai, "
    "giao người được phân công cất giữ."
)
ONLY_WAY = (
    "Quên mật khẩu mà mất cả tờ này thì không ai mở lại được kho, kể cả trung ương và người làm phần mềm."
)
STEPS = (
    "Mở STDesk, chọn kho của đơn vị. Ở màn hình hỏi mật khẩu, bấm Tôi có mã khôi phục.",
    "Gõ mã ở trên (chữ hoa hay thường, có gạch nối hay không đều được; số 0 và chữ O là một), hoặc quét mã QR.",
    "Khi kho đã mở: vào An toàn dữ liệu, đặt mật khẩu mới và in tờ mới.",
    "In tờ mới xong thì hủy tờ này; mã cũ không mở được kho nữa, nhưng vẫn mở được các bản sao lưu làm trước đó.",
    "Nếu tờ này thất lạc hoặc nghi bị lộ: in ngay tờ mới và báo lãnh đạo đơn vị.",
)
_CODE_SIZE, _SMALL = 25, 11.5
_GROUPS, _STEP = 4, 28.5  # groups of a line, millimetres from one to the next


@dataclass(frozen=True, slots=True)
class RecoveryPaper:
    """What the sheet says.

    Attributes:
        superior, unit, unit_code, place: as on the unit's papers.
        library: the folder's name, by which the unit calls the library.
        groups: the code. qr: the same for a scanner.
        printed: now, with its time zone.
    """

    superior: str
    unit: str
    unit_code: str
    place: str
    library: str
    groups: Sequence[str]
    qr: str
    printed: datetime


def render_recovery_page(paper: RecoveryPaper) -> bytes:
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
    sheet.pair("Đơn vị", f"{clean(paper.unit)} (mã {clean(paper.unit_code)})")
    sheet.pair("Kho dữ liệu", clean(paper.library))
    sheet.pair("Mã làm lúc", f"{paper.printed:%d/%m/%Y %H:%M}")
    sheet.down += 5
    sheet.text("1. Mã khôi phục (bí mật)", "bold", 13)
    _code(sheet, paper)
    sheet.down += 4
    sheet.text(ONLY_WAY, "bold", 12)
    sheet.down += 4
    sheet.text("2. Khi quên mật khẩu", "bold", 13)
    for at, step in enumerate(STEPS, 1):
        sheet.text(f"{at}. {step}", "regular", 12)
    sheet.down += 7
    draw_signatures(sheet)
    name = f"{clean(paper.library)} {paper.printed.isoformat()}"
    return sheet.finish(About(TITLE, clean(paper.unit), SUBJECT, paper.printed, name))


def _code(sheet: Sheet, paper: RecoveryPaper) -> None:
    top = sheet.down + 3
    sheet.down = top
    for first in range(0, len(paper.groups), _GROUPS):
        part = paper.groups[first : first + _GROUPS]
        sheet.down += 6
        for place in range(len(part)):  # "group 3" is what the program asks to be typed back
            with sheet.tags.artifact("Layout"):
                sheet.show(f"nhóm {first + place + 1}", "regular", 8.5, (sheet.left + place * _STEP) * mm)
        sheet.down += 10
        with sheet.tags.tag("P"):
            for place, group in enumerate(part):
                sheet.show(f"{group} ", "bold", _CODE_SIZE, (sheet.left + place * _STEP) * mm)
        sheet.down += 4
    sheet.qr(paper.qr, "Mã QR của mã khôi phục", top, sheet.left + sheet.width - QR_SIDE)
    sheet.down = top + QR_SIDE

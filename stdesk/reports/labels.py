"""Labels for the stick and its envelope: whose data, which report, which file, and the code it is checked by.

Two sizes: sheets of 24 labels of 70 x 36 mm, three abreast, as they are sold for office printers, of which some
may be gone already; and A6, for an envelope. What is printed is Vietnamese whatever the screen speaks.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from io import BytesIO
from typing import Literal, TypeAlias

import segno
from reportlab.lib.colors import HexColor, black
from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas

from stdesk.errors import Exit, UserError
from stdesk.reports import layout, words
from stdesk.reports.letters import grouped, size_of
from stdesk.reports.pdf_archive import About, write
from stdesk.reports.pdf_tags import Tags
from stdesk.reports.type_setting import Line, face
from stdesk.text import clean

Size: TypeAlias = Literal["sheet", "a6"]
SHEET: Size = "sheet"
A6: Size = "a6"
SIZES: tuple[Size, ...] = (SHEET, A6)

ACROSS, DOWN = 3, 8
ON_SHEET = ACROSS * DOWN
"""Labels of a sheet."""

LABEL = (70.0, 36.0)  # mm
_ABOVE = (layout.A4[1] - DOWN * LABEL[1]) / 2
_INSIDE = 4.5  # mm kept free inside a label: printers leave the sheet's edge white
_CODE_SIDE = 19.0  # mm
_CODE_SIDE_A6 = 34.0
_A6 = (105.0, 148.0)
_EDGE_A6 = 9.0
_CUT = 2.0  # mm: the marks at a label's corners, for plain paper and scissors
_CUT_COLOUR = "B0B0B0"
_SMALLEST = 0.55  # of the sizes below, when names are long
_TIGHTEST = 0.72  # of its size: a name that stays on its line
_SHOWN = 16  # digits of the check code a small label has room for
TRIAL = "BẢN THỬ"
TITLE = "Gói dữ liệu thông tin khoa học và công nghệ"


@dataclass(frozen=True, slots=True)
class LabelFacts:
    """What a label says.

    Attributes:
        unit: name of the unit. period: "năm 2026". submission: lần nộp.
        file: name of the file on the stick. size: in bytes. sha512: of the file, hexadecimal.
        day: when it was written.
        secrecy: the mark stamped on it ("MẬT"), "" for none.
        trial: frozen although something blocks. sealed: only the receiver can open it.
        receiver: to whom it goes; "" leaves a line.
        medium: sort and register number of the stick; "" leaves a line.
        others: further files that belong to it.
    """

    unit: str
    period: str
    submission: int
    file: str
    size: int
    sha512: str
    day: date
    secrecy: str = ""
    trial: bool = False
    sealed: bool = False
    receiver: str = ""
    medium: str = ""
    others: int = 0

    @property
    def marks(self) -> tuple[str, ...]:
        """What is framed: the secrecy, and that it is a trial."""
        return tuple(one for one in (self.secrecy, TRIAL if self.trial else "") if one)

    @property
    def named(self) -> str:
        """The report in a line."""
        period = clean(self.period)
        trial = TRIAL.lower() if self.trial else f"lần nộp {self.submission:02d}"
        return f"{period[:1].upper()}{period[1:]}, {trial}"


@dataclass(frozen=True, slots=True)
class _Text:
    """A text of a label: its cut and its size when nothing is long; a ``tight`` one rather shrinks than breaks."""

    text: str
    style: str = "regular"
    size: float = 8.0
    tight: bool = False

    def sized(self, scale: float, width: float) -> float:
        """Its size when all are made smaller by ``scale`` and a line has ``width`` points."""
        size = self.size * scale
        if self.tight:
            wide = face(self.style).width(face(self.style).printable(clean(self.text)), size)
            size *= min(1.0, (width - 0.5) / wide) if 0 < wide * _TIGHTEST < width - 0.5 else 1.0
        return size

    def lines(self, size: float, width: float, *, balanced: bool = False) -> list[Line]:
        """Its lines at ``size``."""
        cut, text = face(self.style), clean(self.text)
        return cut.balanced(text, size, width) if balanced else cut.break_lines(text, size, width)


def render_labels(labels: Sequence[LabelFacts], size: Size = SHEET, *, first: int = 1) -> bytes:
    """A PDF of ``labels``, the same bytes every time.

    Args:
        first: on which label of the first sheet to begin, 1 to :data:`ON_SHEET`, row by row; A6 has one a page.

    Raises:
        UserError: ``label_first`` when there is no such label on a sheet; the program's font is missing.
    """
    if not 1 <= first <= ON_SHEET:
        raise UserError("label_first", Exit.USAGE, first=first, most=ON_SHEET)
    sheet = _Sheet(labels[0])
    for place, one in enumerate(labels):
        if size == A6:
            sheet.begin(_A6)
            _envelope(sheet, one)
        else:
            at = place + first - 1
            if place == 0 or at % ON_SHEET == 0:
                sheet.begin(layout.A4)
            _small(sheet, one, at % ON_SHEET)
    return sheet.finish()


class _Sheet:
    """Pages with tags for readers; lengths in millimetres from the upper left corner."""

    def __init__(self, about: LabelFacts) -> None:
        self.canvas = Canvas(
            BytesIO(),
            invariant=1,
            pageCompression=1,
            lang="vi-VN",
            initialFontName=face().name,  # type: ignore[arg-type] # the stub says float
        )
        self.tags = Tags(self.canvas)
        self._about = about
        self._high = 0.0
        self._begun = False

    def begin(self, paper: tuple[float, float]) -> None:
        """A new page."""
        self._end()
        self._begun = True
        self._high = paper[1]
        self.canvas.setPageSize((paper[0] * mm, paper[1] * mm))
        self.tags.begin_page()

    def finish(self) -> bytes:
        """The whole file."""
        self._end()
        about = self._about
        moment = datetime(about.day.year, about.day.month, about.day.day, tzinfo=UTC)
        title = f"Nhãn {about.file}"
        return write(self.canvas, self.tags, About(title, clean(about.unit), title, moment, about.sha512))

    def _end(self) -> None:
        if self._begun:
            self.tags.end_page()
            self.canvas.showPage()

    def up(self, down: float) -> float:
        """Points from the bottom of what lies ``down`` millimetres from the top."""
        return (self._high - down) * mm

    def texts(
        self,
        texts: Sequence[_Text],
        left: float,
        down: float,
        width: float,
        high: float,
        *,
        middle: bool = False,
    ) -> float:
        """Set ``texts`` below each other, smaller when they would not fit; returns where they end."""
        scale = self._scale(texts, width, high)
        for one in texts:
            size = one.sized(scale, width * mm)
            with self.tags.tag("P"):
                for line in one.lines(size, width * mm, balanced=middle):
                    down += size * _LEADING / mm
                    self.canvas.setFont(face(one.style).name, size)
                    at = left * mm + ((width * mm - line.width) / 2 if middle else 0)
                    text = f"{line.text} " if line.goes_on else line.text
                    self.canvas.drawString(at, self.up(down), text)
            down += size * _APART / mm
        return down

    @staticmethod
    def _scale(texts: Sequence[_Text], width: float, high: float) -> float:
        scale = 1.0
        while scale > _SMALLEST:
            sizes = [one.sized(scale, width * mm) for one in texts]
            told = zip(texts, sizes, strict=True)
            used = sum(size * (_LEADING * len(one.lines(size, width * mm)) + _APART) for one, size in told)
            if used <= high * mm:
                return scale
            scale -= 0.05
        return _SMALLEST

    def frame(self, mark: str, left: float, down: float, width: float, high: float) -> None:
        """A framed word, red when it is a level of secrecy."""
        colour = HexColor(f"#{layout.STAMP_COLOUR}") if mark in layout.STAMP_WIDTHS else black
        bold, size = face("bold"), high * mm * 0.62
        size = min(size, size * (width * mm - 4) / max(bold.width(mark, size), 1))
        self.canvas.saveState()
        self.canvas.setStrokeColor(colour)
        self.canvas.setLineWidth(0.8)
        self.canvas.rect(left * mm, self.up(down + high), width * mm, high * mm)
        self.canvas.restoreState()
        with self.tags.tag("P"):
            self.canvas.setFillColor(colour)
            self.canvas.setFont(bold.name, size)
            at = left * mm + (width * mm - bold.width(mark, size)) / 2
            self.canvas.drawString(at, self.up(down + high / 2) - size * 0.34, mark)
            self.canvas.setFillColor(black)

    def code(self, one: LabelFacts, left: float, down: float, side: float) -> None:
        """The QR code: name and check code of the file, in the symbol's own alphabet."""
        rows = [bytes(row) for row in segno.make_qr(qr_text(one), error="m", boost_error=False).matrix]
        dot = side * mm / len(rows)
        box = (left * mm, self.up(down + side), (left + side) * mm, self.up(down))
        with self.tags.tag("Figure", f"Mã QR: {one.file}, mã kiểm tra {one.sha512}", box):
            for row, dots in enumerate(rows):
                for column, dark in enumerate(dots):
                    if dark:
                        x, y = left * mm + column * dot, self.up(down) - (row + 1) * dot
                        self.canvas.rect(x, y, dot, dot, stroke=0, fill=1)


_LEADING, _APART = 1.12, 0.22  # of the size: between lines, and between texts


def qr_text(one: LabelFacts) -> str:
    """What the QR code holds: capitals, digits and few marks, which make the smallest symbol."""
    return f"{one.file.upper()} SHA512:{one.sha512.upper()}"


def _small(sheet: _Sheet, one: LabelFacts, at: int) -> None:
    left, down = at % ACROSS * LABEL[0], _ABOVE + at // ACROSS * LABEL[1]
    _corners(sheet, left, down)
    inside, high = LABEL[0] - 2 * _INSIDE, LABEL[1] - 2 * _INSIDE
    column = left + LABEL[0] - _INSIDE - _CODE_SIDE
    marks = one.marks[:2]
    each = 5.0 if len(marks) < 2 else 3.6
    for place, mark in enumerate(marks):
        sheet.frame(mark, column, down + _INSIDE - 1 + place * (each + 0.6), _CODE_SIDE, each)
    sheet.code(one, column, down + LABEL[1] - _INSIDE - _CODE_SIDE, _CODE_SIDE)
    more = f"và {one.others} tệp khác đi cùng" if one.others else ""
    texts = (
        _Text(one.unit, "bold", 9),
        _Text(one.named, size=8.5),
        _Text(one.file, "bold", 8.5, tight=True),
        *((_Text(more, size=7.5),) if more else ()),
        _Text(f"Ghi ngày {words.day(one.day)}, {'niêm phong' if one.sealed else 'để ngỏ'}", size=7.5),
        _Text(f"Mã kiểm tra: {grouped(one.sha512[:_SHOWN])} …", size=7.5),
    )
    sheet.texts(texts, left + _INSIDE, down + _INSIDE - 1, inside - _CODE_SIDE - 2, high + 2)


def _corners(sheet: _Sheet, left: float, down: float) -> None:
    canvas = sheet.canvas
    canvas.saveState()
    canvas.setStrokeColor(HexColor(f"#{_CUT_COLOUR}"))
    canvas.setLineWidth(0.25)
    for x, way in ((left, 1), (left + LABEL[0], -1)):
        for y, turn in ((down, 1), (down + LABEL[1], -1)):
            canvas.line(x * mm, sheet.up(y), (x + way * _CUT) * mm, sheet.up(y))
            canvas.line(x * mm, sheet.up(y), x * mm, sheet.up(y + turn * _CUT))
    canvas.restoreState()


def _envelope(sheet: _Sheet, one: LabelFacts) -> None:
    wide = _A6[0] - 2 * _EDGE_A6
    down = sheet.texts((_Text(one.unit.upper(), "bold", 11),), _EDGE_A6, _EDGE_A6 - 2, wide, 14, middle=True)
    for mark in one.marks:
        width = min(layout.STAMP_WIDTHS.get(mark, 30.0), wide)
        sheet.frame(mark, (_A6[0] - width) / 2, down + 1, width, 7)
        down += 8.5
    head = (_Text(TITLE.upper(), "bold", 11), _Text(one.named, size=12))
    down = sheet.texts(head, _EDGE_A6, down + 1.5, wide, 20, middle=True) + 2
    code_down = _A6[1] - _EDGE_A6 - _CODE_SIDE_A6
    others = f"và {one.others} tệp khác đi cùng" if one.others else ""
    facts = (
        _Text(f"Kính gửi: {one.receiver or words.BLANK}", size=11),
        _Text(f"Tệp: {one.file}", "bold", 11, tight=True),
        *((_Text(others, size=10.5),) if others else ()),
        _Text(f"Dung lượng: {size_of(one.size)}", size=10.5),
        _Text(f"Ngày ghi: {words.day(one.day)}", size=10.5),
        _Text("Niêm phong: chỉ nơi nhận mở được" if one.sealed else "Để ngỏ: không niêm phong", size=10.5),
        _Text(f"Vật mang tin, số đăng ký: {one.medium or words.BLANK}", size=10.5),
    )
    sheet.texts(facts, _EDGE_A6, down, wide, code_down - down - 2)
    sheet.code(one, _EDGE_A6, code_down, _CODE_SIDE_A6)
    beside = _EDGE_A6 + _CODE_SIDE_A6 + 3
    code = (_Text("Mã kiểm tra SHA-512:", size=9), _Text(grouped(one.sha512), size=9))
    sheet.texts(code, beside, code_down - 2, _A6[0] - _EDGE_A6 - beside, _CODE_SIDE_A6 + 2)

"""The slip that goes with an answer: one page to print and sign, with the short answer as a QR code.

Four states, four looks that survive a bad copy: received has a dashed frame and an empty circle, valid a thin frame
and half a circle, accepted white words on black and a full circle, returned a thick frame that is crossed out.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime, timedelta
from io import BytesIO
from typing import Any

from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas

from stdesk import resources
from stdesk.domain.kinds import Kinds
from stdesk.domain.periods import parse_period
from stdesk.errors import UserError
from stdesk.package.answer import Answer, deadline_of
from stdesk.reports import words
from stdesk.reports.pdf_foot import qr_rows
from stdesk.reports.type_setting import face

_WIDTH, _HEIGHT = 210 * mm, 297 * mm
_LEFT, _RIGHT = 25 * mm, 190 * mm
_BANNER = 24 * mm
_QR = 84 * mm
_QUIET = 4  # dots of white around the code
_VIETNAM = timedelta(hours=7)


def slip(answer: Answer, kinds: Kinds, *, unit_name: str, code: str, qr: str) -> bytes:
    """The slip of ``answer`` as PDF, the same bytes every time.

    Args:
        code: for the telephone, "XXXX-XXXX-XXXX"; "" for none. qr: text of the QR code.

    Raises:
        UserError: the program's font is missing.
    """
    form = resources.read_toml("letters", "answer-slip-2023-10-07.toml")
    buffer = BytesIO()
    canvas = Canvas(buffer, pagesize=(_WIDTH, _HEIGHT), invariant=1, pageCompression=1, lang="vi-VN")
    canvas.setTitle(f"{form['title']} - {form['state'][answer.status]['name']} - {answer.package}")
    canvas.setAuthor(answer.centre)
    page = _Page(canvas)
    page.head(answer, form)
    page.banner(answer.status, form["state"][answer.status])
    page.rows(_rows(answer, kinds, unit_name, form))
    if answer.note:
        page.text(f"{form['remark']}: {answer.note}", most=4)
    if step := _next(answer, form):
        page.text(f"{form['next']}: {step}")
    page.codes(code, qr, form)
    page.signatures(form)
    canvas.showPage()
    canvas.save()
    return buffer.getvalue()


def _rows(answer: Answer, kinds: Kinds, unit_name: str, form: Mapping[str, Any]) -> list[tuple[str, str]]:
    names = form["rows"]
    try:
        period = parse_period(answer.period).label.vi
    except UserError:
        period = answer.period
    counted = [
        f"{kinds[kind].label.vi if kind in kinds else kind}: {words.number(count)}"
        for kind, count in sorted(answer.counts.items())
        if count
    ]
    found = [
        (names["unit"], f"{answer.unit} - {unit_name}" if unit_name else answer.unit),
        (names["period"], period[:1].upper() + period[1:]),
        (names["package"], answer.package),
        (names["submission"], words.number(answer.submission)),
        (names["counts"], "; ".join(counted) or "0"),
        (names["at"], _moment(answer.at)),
    ]
    if answer.lines:
        found.append((names["lines"], f"{words.number(len(answer.lines))} dòng, nêu trong tệp trả lời"))
    if answer.proposals:
        found.append((names["proposals"], words.number(len(answer.proposals))))
    code = answer.fingerprint[:32].upper()
    found.append((names["fingerprint"], " ".join(code[at : at + 8] for at in range(0, 32, 8)) + " …"))
    return found


def _moment(at: str) -> str:
    there = datetime.fromisoformat(at.replace("Z", "+00:00")) + _VIETNAM
    return f"{there:%H:%M} ngày {words.day(there.date())}"


def _next(answer: Answer, form: Mapping[str, Any]) -> str:
    there: date = (datetime.fromisoformat(answer.at.replace("Z", "+00:00")) + _VIETNAM).date()
    due = deadline_of(answer.status, there)
    return str(form["steps"][due.next]).format(day=words.day(due.on)) if due else ""


class _Page:
    """One page being drawn from top to bottom."""

    def __init__(self, canvas: Canvas) -> None:
        self._canvas = canvas
        self._y = _HEIGHT - 20 * mm

    def head(self, answer: Answer, form: Mapping[str, Any]) -> None:
        """Who answers, the motto, the title and the number."""
        left, right = _LEFT + 32 * mm, _RIGHT - 45 * mm
        top = self._y
        lowest = top
        for line in face("bold").balanced(answer.centre.upper(), 11, 70 * mm):
            self._centred(line.text, "bold", 11, left, lowest)
            lowest -= 14
        for place, text in enumerate(form["motto"]):
            self._centred(text, "bold", 11, right, top - 14 * place)
        self._canvas.setLineWidth(0.6)
        self._canvas.line(right - 60, top - 14 - 4, right + 60, top - 14 - 4)
        self._canvas.line(left - 30, lowest + 8, left + 30, lowest + 8)
        self._y = min(lowest, top - 28) - 20
        middle = (_LEFT + _RIGHT) / 2
        self._centred(form["title"], "bold", 14, middle, self._y)
        self._y -= 16
        self._centred(form["number"].format(number=answer.number), "italic", 11, middle, self._y)
        self._y -= 14

    def banner(self, status: str, said: Mapping[str, str]) -> None:
        """The state, so that no other can be taken for it."""
        bottom = self._y - _BANNER
        _FRAMES[status](self._canvas, bottom)
        self._canvas.saveState()
        ink = 1 if status == "accepted" else 0
        self._canvas.setFillGray(ink)
        self._canvas.setStrokeGray(ink)
        _sign(self._canvas, status, _LEFT + 16 * mm, bottom + _BANNER / 2, 7 * mm)
        self._canvas.setFont(face("bold").name, 26)
        self._canvas.drawString(_LEFT + 30 * mm, bottom + _BANNER / 2 - 9, said["name"])
        self._canvas.restoreState()
        self._y = bottom - 20
        self.text(said["meaning"], style="bold")
        self._y -= 4

    def rows(self, rows: list[tuple[str, str]]) -> None:
        """Names and values, ruled."""
        for name, value in rows:
            lines = face().break_lines(value, 11, _RIGHT - _LEFT - 52 * mm)[:3]
            self._canvas.setFont(face().name, 11)
            self._canvas.drawString(_LEFT, self._y, name)
            for line in lines:
                self._canvas.drawString(_LEFT + 52 * mm, self._y, line.text)
                self._y -= 14
            self._canvas.setLineWidth(0.25)
            self._canvas.line(_LEFT, self._y + 10, _RIGHT, self._y + 10)
            self._y -= 3
        self._y -= 4

    def text(self, text: str, *, style: str = "regular", most: int = 3) -> None:
        """A few lines; what is longer ends in dots and stands whole in the file."""
        lines = [line.text for line in face(style).break_lines(" ".join(text.split()), 11, _RIGHT - _LEFT)]
        if len(lines) > most:
            lines = [*lines[: most - 1], f"{lines[most - 1].rstrip(' .')} …"]
        self._canvas.setFont(face(style).name, 11)
        for line in lines:
            self._canvas.drawString(_LEFT, self._y, line)
            self._y -= 14

    def codes(self, code: str, qr: str, form: Mapping[str, Any]) -> None:
        """The QR code, and beside it the code for the telephone."""
        bottom = self._y - _QR - 2 * mm
        matrix = qr_rows(qr)
        dot = _QR / (len(matrix) + 2 * _QUIET)
        self._canvas.setFillGray(0)
        for down, row in enumerate(matrix):
            y = bottom + _QR - (down + 1 + _QUIET) * dot
            for start, length in _dark(row):
                self._canvas.rect(_LEFT + (start + _QUIET) * dot, y, length * dot, dot, stroke=0, fill=1)
        left = _LEFT + _QR + 8 * mm
        y = bottom + _QR - 8 * mm
        if code:
            y = self._beside(form["code"], "bold", 11, left, y)
            self._canvas.setFont(face("bold").name, 20)
            self._canvas.drawString(left, y - 12, code)
            y = self._beside(form["code_help"], "italic", 10, left, y - 32)
        self._beside(form["qr_help"], "italic", 10, left, y - 8)
        self._y = bottom - 8

    def signatures(self, form: Mapping[str, Any]) -> None:
        """Room for two to sign."""
        for place, side in enumerate(form["sides"]):
            middle = _LEFT + 35 * mm if place == 0 else _RIGHT - 38 * mm
            self._centred(side, "bold", 11, middle, self._y - 8)
            self._centred(form["sign"], "italic", 10, middle, self._y - 22)

    def _beside(self, text: str, style: str, size: float, left: float, y: float) -> float:
        self._canvas.setFont(face(style).name, size)
        for line in face(style).break_lines(text, size, _RIGHT - left):
            self._canvas.drawString(left, y, line.text)
            y -= size * 1.3
        return y

    def _centred(self, text: str, style: str, size: float, middle: float, y: float) -> None:
        self._canvas.setFont(face(style).name, size)
        self._canvas.drawCentredString(middle, y, text)


def _dark(row: bytes) -> list[tuple[int, int]]:
    found, at = [], row.find(1)
    while at >= 0:
        end = row.find(0, at)
        end = len(row) if end < 0 else end
        found.append((at, end - at))
        at = row.find(1, end)
    return found


def _sign(canvas: Canvas, status: str, x: float, y: float, radius: float) -> None:
    """A circle: empty, half, full, or crossed out."""
    canvas.setLineWidth(2)
    canvas.circle(x, y, radius, stroke=1, fill=1 if status == "accepted" else 0)
    if status == "valid":
        path = canvas.beginPath()
        path.arc(x - radius, y - radius, x + radius, y + radius, 90, 180)
        path.close()
        canvas.drawPath(path, stroke=0, fill=1)
    elif status == "accepted":
        canvas.setStrokeGray(0)
        canvas.setLineWidth(3)
        canvas.lines([(x - 8, y, x - 2, y - 7), (x - 2, y - 7, x + 9, y + 8)])
    elif status == "returned":
        reach = radius * 0.7
        canvas.lines(
            [(x - reach, y - reach, x + reach, y + reach), (x - reach, y + reach, x + reach, y - reach)]
        )


def _dashed(canvas: Canvas, bottom: float) -> None:
    canvas.saveState()
    canvas.setDash(6, 4)
    canvas.setLineWidth(1)
    canvas.rect(_LEFT, bottom, _RIGHT - _LEFT, _BANNER)
    canvas.restoreState()


def _thin(canvas: Canvas, bottom: float) -> None:
    canvas.setLineWidth(1.2)
    canvas.rect(_LEFT, bottom, _RIGHT - _LEFT, _BANNER)


def _black(canvas: Canvas, bottom: float) -> None:
    canvas.setFillGray(0)
    canvas.rect(_LEFT, bottom, _RIGHT - _LEFT, _BANNER, stroke=0, fill=1)
    canvas.setLineWidth(1)
    canvas.rect(_LEFT - 3, bottom - 3, _RIGHT - _LEFT + 6, _BANNER + 6)


def _crossed(canvas: Canvas, bottom: float) -> None:
    canvas.saveState()
    canvas.setLineWidth(4)
    canvas.rect(_LEFT, bottom, _RIGHT - _LEFT, _BANNER)
    canvas.setLineWidth(0.8)
    first, last = _RIGHT - 45 * mm, _RIGHT
    for step in range(0, 12):
        x = first + step * (last - first - _BANNER / 2) / 11
        canvas.line(x, bottom, x + _BANNER / 2, bottom + _BANNER)
    canvas.restoreState()


_FRAMES: Mapping[str, Callable[[Canvas, float], None]] = {
    "received": _dashed, "valid": _thin, "accepted": _black, "returned": _crossed,
}  # fmt: skip

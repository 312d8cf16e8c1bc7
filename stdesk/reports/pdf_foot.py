"""What the bottom of every page carries: the paper's code, the same as a QR code, and "trang n/N".

The QR code stands where the left and the bottom margin meet, so that no text comes near it; its dots are
large enough for a scanner at 100 dpi. Printers leave the outer 10 mm white: nothing is drawn there.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

import segno
from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas

from stdesk.reports import layout, paper_code
from stdesk.reports.document import TRIAL_NOTE
from stdesk.reports.pdf_glyphs import Glyphs
from stdesk.reports.type_setting import face

EDGE = 10.0  # mm that printers leave white
QR_LEFT, QR_BOTTOM, QR_SIDE = 12.0, EDGE, 12.0  # mm: the dark part; its quiet zone is white margin
QUIET = 4  # dots of white around it
CODE_LABEL = "Mã bản in:"
PAGE_LABEL = "trang {page}/{pages}"
_SIZE = 9
_BASE = EDGE + 0.8  # mm: the lower line of text
_NOTE_BASE = EDGE + 5.2


class Foot:
    """Foots of a document of ``pages`` pages; one without a code has nothing there but the trial's note."""

    def __init__(self, canvas: Canvas, code: str, pages: int, *, trial: bool) -> None:
        self._canvas = canvas
        self._code = code
        self._pages = pages
        self._trial = trial
        self._glyphs: dict[str, Glyphs] = {}
        self._operators: list[str] = []

    def drawn(self, page: int, width: float) -> str:
        """The operators that draw the foot of ``page`` (from 1), which is ``width`` points wide."""
        self._operators = []
        self._draw(page, width)
        return "\n".join(self._operators)

    def _draw(self, page: int, width: float) -> None:
        bold = face("bold")
        if self._trial:
            at = (width - bold.width(TRIAL_NOTE, _SIZE)) / 2
            self._line(TRIAL_NOTE, "bold", at, _NOTE_BASE)
        if not self._code:
            return
        left = layout.LEFT * mm
        self._line(CODE_LABEL, "regular", left, _BASE)
        self._line(self._code, "bold", left + face().width(f"{CODE_LABEL} ", _SIZE), _BASE)
        said = PAGE_LABEL.format(page=page, pages=self._pages)
        self._line(said, "regular", width - layout.RIGHT * mm - face().width(said, _SIZE), _BASE)
        self._symbol(paper_code.mark(self._code, page, self._pages))

    def _line(self, text: str, style: str, x: float, up: float) -> None:
        if style not in self._glyphs:
            self._glyphs[style] = Glyphs(self._canvas, style)
        cut = self._glyphs[style]
        shown = cut.shown(text, _SIZE, _SIZE)
        self._operators.append(f"BT {cut.font(_SIZE, _SIZE)} 1 0 0 1 {x:.2f} {up * mm:.2f} Tm {shown} ET")

    def _symbol(self, text: str) -> None:
        """One path of boxes, a run of dark dots each."""
        rows = qr_rows(text)
        dot = QR_SIDE * mm / len(rows)
        boxes = [
            f"{QR_LEFT * mm + start * dot:.3f} {(QR_BOTTOM + QR_SIDE) * mm - (down + 1) * dot:.3f}"
            f" {length * dot:.3f} {dot:.3f} re"
            for down, row in enumerate(rows)
            for start, length in _runs(row)
        ]
        self._operators.append(f"{' '.join(boxes)} f")


def qr_rows(text: str) -> tuple[bytes, ...]:
    """The dots of the QR code of ``text``: a row of bytes each, 1 is dark. Error correction level M."""
    symbol = segno.make_qr(text, error="m", boost_error=False, mask=_mask(len(text)))
    return tuple(bytes(row) for row in symbol.matrix)


@cache
def _mask(length: int) -> int:
    """A pattern that suits texts of this length; trying all of them for each page would take most of the time."""
    return int(segno.make_qr("7" * (length - 4) + " 1/9", error="m", boost_error=False).mask)


def _runs(row: bytes) -> Iterator[tuple[int, int]]:
    at = row.find(1)
    while at >= 0:
        end = row.find(0, at)
        end = len(row) if end < 0 else end
        yield at, end - at
        at = row.find(1, end)

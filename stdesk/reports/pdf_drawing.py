"""Drawings on a page of the PDF, in black and greys."""

from __future__ import annotations

from typing import Any

from reportlab.pdfgen.canvas import Canvas

from stdesk.reports.drawing import Box, Drawing, Label, Stroke, Tone
from stdesk.reports.type_setting import face

GREYS = {
    Tone.DARK: 0.32,
    Tone.PALE: 0.82,
    Tone.PAPER: 1.0,
    Tone.LINE: 0.15,
    Tone.FAINT: 0.75,
    Tone.TEXT: 0.0,
    Tone.SOFT: 0.3,
}
OUTLINE = 0.5  # points


def paint(canvas: Canvas, drawing: Drawing, x: float, top: float) -> None:
    """Paint ``drawing`` with its top left corner at ``x``, ``top`` (from the page's bottom)."""
    canvas.saveState()
    for one in drawing.items:
        if isinstance(one, Box):
            canvas.setFillGray(GREYS[one.fill])
            canvas.setStrokeGray(GREYS[Tone.LINE])
            canvas.setLineWidth(OUTLINE)
            canvas.rect(x + one.x, top - one.y - one.height, one.width, one.height, int(one.outline), 1)
        elif isinstance(one, Stroke):
            canvas.setStrokeGray(GREYS[one.tone])
            canvas.setLineWidth(one.width)
            canvas.line(x + one.x1, top - one.y1, x + one.x2, top - one.y2)
        else:
            _label(canvas, one, x, top)
    canvas.restoreState()


def _label(canvas: Any, one: Label, x: float, top: float) -> None:
    cut = face("bold" if one.bold else "regular")
    text = cut.printable(one.text)
    canvas.setFillGray(GREYS[one.tone])
    canvas.setFont(cut.name, one.size)
    canvas.drawString(x + one.left, top - one.y, text)

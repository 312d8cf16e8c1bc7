"""Drawings as pictures, for documents that cannot draw: the same bytes for the same drawing."""

from __future__ import annotations

from functools import lru_cache
from io import BytesIO

from PIL import Image, ImageDraw, ImageFont

from stdesk import resources
from stdesk.reports.drawing import Box, Drawing, Stroke, Tone
from stdesk.reports.pdf_drawing import GREYS, OUTLINE
from stdesk.reports.type_setting import FILES, face

_FINER = 3  # drawn so many times larger, then brought down: smooth edges
_LARGEST = 12_000  # pixels along a side, before


def png(drawing: Drawing, dpi: int = 220) -> bytes:
    """``drawing`` as a grey PNG of ``dpi`` dots an inch."""
    finer = _FINER
    while finer > 1 and max(drawing.width, drawing.height) * dpi / 72 * finer > _LARGEST:
        finer -= 1
    scale = dpi / 72 * finer
    size = (max(1, round(drawing.width * dpi / 72)), max(1, round(drawing.height * dpi / 72)))
    image = Image.new("L", (size[0] * finer, size[1] * finer), 255)
    pen = ImageDraw.Draw(image)
    for one in drawing.items:
        if isinstance(one, Box):
            _box(pen, one, scale)
        elif isinstance(one, Stroke):
            ends = (one.x1 * scale, one.y1 * scale, one.x2 * scale, one.y2 * scale)
            pen.line(ends, fill=_grey(one.tone), width=max(1, round(one.width * scale)))
        else:
            cut = "bold" if one.bold else "regular"
            font = _font(cut, round(one.size * scale))
            place = (one.left * scale, one.y * scale)
            pen.text(place, face(cut).printable(one.text), fill=_grey(one.tone), font=font, anchor="ls")
    out = BytesIO()
    image.resize(size, Image.Resampling.BOX).save(
        out, "PNG", dpi=(dpi, dpi), optimize=False, compress_level=9
    )
    return out.getvalue()


def _box(pen: ImageDraw.ImageDraw, one: Box, scale: float) -> None:
    left, top = round(one.x * scale), round(one.y * scale)
    right = max(left, round((one.x + one.width) * scale) - 1)
    bottom = max(top, round((one.y + one.height) * scale) - 1)
    outline = _grey(Tone.LINE) if one.outline else None
    pen.rectangle((left, top, right, bottom), _grey(one.fill), outline, max(1, round(OUTLINE * scale)))


def _grey(tone: Tone) -> int:
    return round(GREYS[tone] * 255)


@lru_cache(maxsize=64)
def _font(style: str, size: int) -> ImageFont.FreeTypeFont:
    path = resources.path("fonts", FILES[style])
    return ImageFont.truetype(str(path), size, layout_engine=ImageFont.Layout.BASIC)

"""In the other process: a picture decoded, no larger than it is shown.

Formats are the few that scanners, cameras and screens give; others (SVG, HEIC, AVIF, PSD …) are not shown: their
decoders are larger, younger or can do more than draw. A file that was cut short is refused, not shown half.
"""

from __future__ import annotations

import io
from typing import Any, BinaryIO

FORMATS = ("PNG", "JPEG", "GIF", "BMP", "TIFF", "WEBP")
MOST_PIXELS = 80_000_000  # an A3 sheet at 600 dpi has 70 million; four bytes each while it is decoded
MOST_CANVAS = 24_000_000  # of WebP, whose decoder holds several pictures at once
MOST_HELD = 330 << 20  # bytes of decoded picture, and of the file where it is held in memory
LARGEST_SIDE = 4_000  # pixels; of what is handed back
_ORIENTATION = 0x0112  # of EXIF; 2 to 8 = how the camera was held, as Pillow's ways to transpose
_TURNS = {2: 0, 3: 3, 4: 1, 5: 5, 6: 4, 7: 6, 8: 2}
_BAND = 4_000_000  # pixels made smaller at a time
_HEAD = 30  # bytes in which a WebP says how large it is


def picture(source: BinaryIO, more: list[int]) -> tuple[dict[str, Any], bytes]:
    """The first frame as 8-bit RGB, turned as its camera says; or only its size, when it is too large to decode.

    ``{width, height, whole_width, whole_height}`` and the rows without gaps; ``{too_big, whole_…}`` and nothing.
    """
    from PIL import Image

    side = max(1, min(more[0], LARGEST_SIDE))
    Image.MAX_IMAGE_PIXELS = None  # looked at here, before anything is decoded
    wide, high = _webp_size(source)
    if wide * high > MOST_CANVAS:
        return _too_big(wide, high)
    with Image.open(source, formats=FORMATS) as image:
        wide, high = image.size
        if wide * high > MOST_PIXELS or _held(source) + _depth(image) * wide * high > MOST_HELD:
            return _too_big(wide, high)
        if image.format == "JPEG":
            image.draft("RGB", (side, side))  # decoded no finer than is shown
        image.load()
        turn = image.getexif().get(_ORIENTATION)
        small = _small(image, side)
    if turn in _TURNS:
        small = small.transpose(_TURNS[turn])
    told = {"width": small.width, "height": small.height}
    whole = (high, wide) if turn in (5, 6, 7, 8) else (wide, high)
    return {**told, "whole_width": whole[0], "whole_height": whole[1]}, small.tobytes()


def _depth(image: Any) -> int:
    """Bytes a pixel takes while it is decoded: of a progressive JPEG all coefficients of three colours are kept."""
    return 6 if image.info.get("progressive") else 4


def _held(source: BinaryIO) -> int:
    return source.getbuffer().nbytes if isinstance(source, io.BytesIO) else 0


def _too_big(wide: int, high: int) -> tuple[dict[str, Any], bytes]:
    return {"too_big": True, "whole_width": wide, "whole_height": high}, b""


def _webp_size(source: BinaryIO) -> tuple[int, int]:
    """Width and height of an extended WebP: merely opening one takes memory for all of it."""
    head = source.read(_HEAD)
    source.seek(0)
    if head[:4] != b"RIFF" or head[8:12] != b"WEBP" or len(head) < _HEAD:
        return 0, 0
    if head[12:16] == b"VP8X":
        return int.from_bytes(head[24:27], "little") + 1, int.from_bytes(head[27:30], "little") + 1
    if head[12:16] == b"VP8 ":
        return int.from_bytes(head[26:28], "little") & 0x3FFF, int.from_bytes(head[28:30], "little") & 0x3FFF
    bits = int.from_bytes(head[21:25], "little")  # VP8L
    return (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1


def _small(image: Any, side: int) -> Any:
    """``image`` in RGB on white, within ``side``; made so band by band, since every step takes memory anew."""
    from PIL import Image

    wide, high = image.size
    longer = max(wide, high, side)
    size = max(1, wide * side // longer), max(1, high * side // longer)
    small = Image.new("RGB", size)
    rows = max(1, _BAND * size[1] // (wide * high))  # of the small one
    for top in range(0, size[1], rows):
        bottom = min(top + rows, size[1])
        band = _plain(image.crop((0, top * high // size[1], wide, -(-bottom * high // size[1]))))
        small.paste(band.resize((size[0], bottom - top), Image.Resampling.BOX), (0, top))
    return small


def _plain(band: Any) -> Any:
    """``band`` in RGB, what is clear in white."""
    from PIL import Image

    if band.mode.startswith("I;16"):
        band = band.point(lambda value: value / 256, "L")
        band.info.pop("transparency", None)
    if not band.has_transparency_data:
        return band.convert("RGB")
    clear = band.convert("RGBA")
    white = Image.new("RGBA", clear.size, "white")
    white.alpha_composite(clear)
    return white.convert("RGB")

"""In the other process: the QR codes on the pages of a scan, a PDF or a picture.

A page is looked at coarsely first, as most scans are clean; what is not found there is looked for more finely and
with another idea of what is dark.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Any, BinaryIO

MOST_PAGES = 400
PICTURES = ("PNG", "JPEG", "TIFF", "BMP")
MOST_PIXELS = 80_000_000  # an A3 sheet at 600 dpi has 70 million; four bytes each while it is decoded
_SECONDS = 7  # of looking, then what was found is answered and the next process goes on
_SIDES = (1800, 3000, 4200)  # pixels along a page's longer side; an A4 sheet at 150, 257, 360 dpi
_MOST_CODES, _LONGEST = 8, 4_296  # of one page; characters: more no QR code holds (ISO/IEC 18004)
_MARK = 1024  # bytes in which a PDF says what it is


def codes(source: BinaryIO, more: list[int]) -> tuple[dict[str, Any], bytes]:
    """``{pages, codes}``: how many pages the scan has, and the codes of those from ``more[0]`` (from 0) on.

    Not all pages at once: as many as a few seconds allow, at least one.
    """
    pdf = b"%PDF-" in source.read(_MARK)
    source.seek(0)
    end = time.monotonic() + _SECONDS
    pages, views = _of_pdf(source) if pdf else _of_picture(source)
    found: list[list[str]] = []
    for place in range(more[0], min(pages, MOST_PAGES)):
        found.append(_codes(views, place))
        if time.monotonic() > end:
            break
    return {"pages": pages, "codes": found}, b""


def _codes(views: Any, place: int) -> list[str]:
    import zxingcpp

    ways = zxingcpp.Binarizer
    wanted: Any = zxingcpp.BarcodeFormat.QRCode
    for image in views(place):
        grey = memoryview(image.tobytes()).cast("B", shape=[image.height, image.width])
        for way in (ways.LocalAverage, ways.GlobalHistogram):
            read = zxingcpp.read_barcodes(grey, formats=wanted, binarizer=way)
            texts = sorted({one.text for one in read if 0 < len(one.text) <= _LONGEST})
            if texts:
                return texts[:_MOST_CODES]
    return []


def _of_pdf(source: BinaryIO) -> tuple[int, Any]:
    import pypdfium2

    document = pypdfium2.PdfDocument(source)

    def views(place: int) -> Iterator[Any]:
        page = document[place]
        longer = max(*page.get_size(), 1.0)
        for side in _SIDES:
            bitmap = page.render(scale=side / longer, grayscale=True, may_draw_forms=False)
            yield bitmap.to_pil().convert("L")
            bitmap.close()
        page.close()

    return len(document), views


def _of_picture(source: BinaryIO) -> tuple[int, Any]:
    from PIL import Image

    Image.MAX_IMAGE_PIXELS = None  # looked at below, page by page, before anything is decoded
    picture = Image.open(source, formats=PICTURES)

    def views(place: int) -> Iterator[Any]:
        picture.seek(place)
        if picture.width * picture.height > MOST_PIXELS:
            raise ValueError("too large")
        if picture.format == "JPEG":
            picture.draft("L", (_SIDES[-1], _SIDES[-1]))  # decoded no finer than is looked at
        grey = picture.convert("L")
        longer = max(grey.size)
        sides = [side for side in _SIDES if side < longer] or [longer, 2 * longer]
        for side in sides:
            size = (max(1, grey.width * side // longer), max(1, grey.height * side // longer))
            yield grey.resize(size, Image.Resampling.BICUBIC if side > longer else Image.Resampling.BOX)

    return int(getattr(picture, "n_frames", 1)), views

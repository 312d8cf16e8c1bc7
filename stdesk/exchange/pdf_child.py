"""In the other process: the pages and the text of a PDF that somebody else made.

PDFium reads from the stream what it needs. It is built without JavaScript and forms here, so that nothing inside
the file is run.
"""

from __future__ import annotations

import ctypes
import unicodedata
from dataclasses import dataclass, field
from typing import Any, BinaryIO

MOST_PAGES = 400  # that a view lays out; more are said, not shown
_READ_PAGES = 3  # pages whose text is read: cover, title page, imprint
_MOST_CHARACTERS = 9_000  # of one page
_LARGEST = 4_000  # pixels along a side
_PICTURE = 3  # PDFium's type of a page object that is a picture
_APART = 1.6  # gaps wider than so many type sizes part two columns
_RAISED = 0.78  # smaller than this share of its line: a footnote mark


@dataclass(slots=True)
class _Run:
    """Characters on one line, next to one another."""

    characters: list[tuple[str, float]] = field(default_factory=list)  # with their size
    left: float = 0.0
    right: float = 0.0
    base: float = 0.0
    heavy: int = 0
    font: str = ""


def _document(source: BinaryIO) -> Any:
    import pypdfium2

    return pypdfium2.PdfDocument(source)


# -- text ----------------------------------------------------------------------------------


def text(source: BinaryIO, _more: list[int]) -> tuple[dict[str, Any], bytes]:
    """The lines of the first pages, with their places and sizes in points, and what the PDF says of itself."""
    document = _document(source)
    lines: list[dict[str, Any]] = []
    pictures = False
    width = height = 0.0
    for number in range(min(len(document), _READ_PAGES)):
        page = document[number]
        if not number:
            width, height = page.get_size()
        found = _lines_of(page, number)
        pictures = pictures or (not found and _has_picture(page))
        lines += found
        page.close()
    told = {"pages": len(document), "width": width, "height": height, "pictures": pictures}
    return {**told, "lines": lines, "metadata": _metadata(document)}, b""


def _metadata(document: Any) -> dict[str, str]:
    found = document.get_metadata_dict(skip_empty=True)
    return {name: str(found[name])[:500] for name in ("Title", "Author", "CreationDate") if name in found}


def _has_picture(page: Any) -> bool:
    return any(
        one.type == _PICTURE for one, _ in zip(page.get_objects(max_depth=3), range(200), strict=False)
    )


def _lines_of(page: Any, number: int) -> list[dict[str, Any]]:
    text = page.get_textpage()
    try:
        runs = _runs(text.raw)
    finally:
        text.close()
    top = page.get_height()
    runs = [run for run in runs if any(one.strip() for one, _ in run.characters)]
    runs.sort(key=lambda run: (-round(run.base), run.left))
    return [_line(run, number, top) for run in runs]


def _line(run: _Run, page: int, top: float) -> dict[str, Any]:
    sizes = sorted(size for one, size in run.characters if one.strip())
    usual = sizes[len(sizes) // 2]
    kept = "".join(one for one, size in run.characters if size >= usual * _RAISED or one.isspace())
    return {
        "text": unicodedata.normalize("NFC", " ".join(kept.split()))[:2_000],
        "size": round(usual, 1),
        "left": round(run.left, 1),
        "right": round(run.right, 1),
        "top": round(top - run.base, 1),
        "page": page,
        "bold": run.heavy * 2 > len(run.characters),
        "font": run.font,
    }


def _runs(handle: Any) -> list[_Run]:
    import pypdfium2.raw as pdfium

    box = pdfium.FS_RECTF()
    x, y = ctypes.c_double(), ctypes.c_double()
    runs: list[_Run] = []
    run: _Run | None = None
    for at in range(min(pdfium.FPDFText_CountChars(handle), _MOST_CHARACTERS)):
        code = pdfium.FPDFText_GetUnicode(handle, at)
        one = chr(code) if code and code < 0x110000 and not 0xD800 <= code < 0xE000 else ""
        if one in ("\r", "\n"):
            run = None
            continue
        if not one or pdfium.FPDFText_GetCharAngle(handle, at) > 0.1:
            continue
        if not pdfium.FPDFText_GetLooseCharBox(handle, at, box):
            continue
        pdfium.FPDFText_GetCharOrigin(handle, at, x, y)
        size = box.top - box.bottom
        if run is None or _elsewhere(run, box.left, y.value, size):
            run = _joined(runs, box.left, y.value, size)
            if run is None:
                run = _Run(left=box.left, right=box.left, base=y.value, font=_font(pdfium, handle, at))
                runs.append(run)
        elif one.strip() and box.left - run.right > 0.22 * size and run.characters[-1][0].strip():
            run.characters.append((" ", size))
        run.characters.append((one, size))
        run.right = max(run.right, box.right)
        run.heavy += pdfium.FPDFText_GetFontWeight(handle, at) >= 600
    return runs


def _elsewhere(run: _Run, left: float, base: float, size: float) -> bool:
    """Whether a character stands on another line, or across a gap that parts columns."""
    if abs(base - run.base) > 0.45 * max(size, run.characters[-1][1]):
        return True
    return left - run.right > _APART * size or run.right - left > 3 * size


def _joined(runs: list[_Run], left: float, base: float, size: float) -> _Run | None:
    """The run that a new piece of text goes on with: some programs write a line in many pieces."""
    for run in reversed(runs[-4:]):
        if abs(run.base - base) < 0.2 * size and -0.3 * size <= left - run.right <= 0.6 * size:
            if left - run.right > 0.15 * size:
                run.characters.append((" ", size))
            return run
    return None


def _font(pdfium: Any, handle: Any, at: int) -> str:
    buffer = ctypes.create_string_buffer(128)
    flags = ctypes.c_int()
    length = pdfium.FPDFText_GetFontInfo(handle, at, buffer, 128, flags)
    return buffer.value.decode("utf-8", "replace") if 0 < length <= 128 else ""


# -- pages ---------------------------------------------------------------------------------


def look(source: BinaryIO, _more: list[int]) -> tuple[dict[str, Any], bytes]:
    """How many pages there are, and the sizes in points of those that are shown."""
    document = _document(source)
    shown = min(len(document), MOST_PAGES)
    sizes = [document.get_page_size(at) for at in range(shown)]
    return {"pages": len(document), "sizes": [[max(w, 1.0), max(h, 1.0)] for w, h in sizes]}, b""


def draw(source: BinaryIO, more: list[int]) -> tuple[dict[str, Any], bytes]:
    """Page ``more[0]`` (from 0), ``more[1]`` pixels wide, as rows of RGB."""
    number, width = more
    page = _document(source)[number]
    wide, high = (max(one, 1.0) for one in page.get_size())
    scale = min(width / wide, _LARGEST / max(wide, high))
    bitmap = page.render(scale=scale, rev_byteorder=True, may_draw_forms=False)
    told = {"width": bitmap.width, "height": bitmap.height, "stride": bitmap.stride}
    return told, bytes(bitmap.buffer)

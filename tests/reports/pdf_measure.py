"""What stands on the pages of a PDF, measured: millimetres from the paper's top left corner, sizes in points."""

from __future__ import annotations

import ctypes
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby

import pypdfium2 as pdfium

raw = pdfium.raw
MM = 72 / 25.4
Colour = tuple[int, int, int]


@dataclass(frozen=True)
class Letter:
    text: str
    left: float
    right: float
    top: float
    base: float
    size: float
    font: str
    colour: Colour


@dataclass(frozen=True)
class Row:
    """Letters on one baseline that stand together, blanks between them kept."""

    text: str
    letters: tuple[Letter, ...]

    @property
    def left(self) -> float:
        return self.letters[0].left

    @property
    def right(self) -> float:
        return self.letters[-1].right

    @property
    def width(self) -> float:
        return self.right - self.left

    @property
    def middle(self) -> float:
        return (self.left + self.right) / 2

    @property
    def base(self) -> float:
        return self.letters[0].base

    @property
    def size(self) -> float:
        (size,) = {round(one.size, 2) for one in self.letters}
        return size

    @property
    def font(self) -> str:
        return " and ".join(sorted({one.font for one in self.letters}))

    @property
    def colour(self) -> Colour:
        (colour,) = {one.colour for one in self.letters}
        return colour


@dataclass(frozen=True)
class Rule:
    """A stroke or a frame: its box, and its colour."""

    left: float
    top: float
    right: float
    bottom: float
    colour: Colour

    @property
    def width(self) -> float:
        return self.right - self.left

    @property
    def height(self) -> float:
        return self.bottom - self.top

    @property
    def middle(self) -> float:
        return (self.left + self.right) / 2


class Measured:
    """A PDF opened to be measured."""

    def __init__(self, data: bytes) -> None:
        self.data = data
        self.pdf = pdfium.PdfDocument(data)
        self._rows: dict[int, list[Row]] = {}

    def __len__(self) -> int:
        return len(self.pdf)

    def size(self, page: int) -> tuple[float, float]:
        return self.pdf[page].get_width() / MM, self.pdf[page].get_height() / MM

    def letters(self, page: int) -> Iterator[Letter]:
        one = self.pdf[page]
        high, text = one.get_height(), one.get_textpage()
        for place in range(text.count_chars()):
            said = text.get_text_range(place, 1)
            if not said.strip():
                continue
            left, _, right, top = text.get_charbox(place, loose=False)
            x, y = ctypes.c_double(), ctypes.c_double()
            raw.FPDFText_GetCharOrigin(text, place, x, y)
            name = ctypes.create_string_buffer(200)
            raw.FPDFText_GetFontInfo(text, place, name, 200, None)
            parts = [ctypes.c_uint() for _ in range(4)]
            raw.FPDFText_GetFillColor(text, place, *parts)
            yield Letter(
                unicodedata.normalize("NFC", said),
                left / MM,
                right / MM,
                (high - top) / MM,
                (high - y.value) / MM,
                raw.FPDFText_GetFontSize(text, place),
                name.value.decode().rpartition("+")[2],
                (parts[0].value, parts[1].value, parts[2].value),
            )

    def rows(self, page: int) -> list[Row]:
        """From the top down, on one height from left to right; a wide gap begins another row."""
        if page not in self._rows:
            found = sorted(self.letters(page), key=lambda one: (round(one.base, 1), one.left))
            self._rows[page] = [
                row
                for _, line in groupby(found, key=lambda one: round(one.base, 1))
                for row in _apart(list(line))
            ]
        return self._rows[page]

    def row(self, page: int, start: str) -> Row:
        """The first row that begins with ``start``."""
        for row in self.rows(page):
            if row.text.startswith(start):
                return row
        raise AssertionError((start, [row.text for row in self.rows(page)]))

    def rules(self, page: int) -> list[Rule]:
        """The strokes and frames of a page."""
        one = self.pdf[page]
        high = one.get_height()
        found = []
        for part in one.get_objects():
            if part.type != raw.FPDF_PAGEOBJ_PATH:
                continue
            left, bottom, right, top = part.get_bounds()
            colour = [ctypes.c_uint() for _ in range(4)]
            raw.FPDFPageObj_GetStrokeColor(part.raw, *colour)
            shade = (colour[0].value, colour[1].value, colour[2].value)
            found.append(Rule(left / MM, (high - top) / MM, right / MM, (high - bottom) / MM, shade))
        return found

    def rule_below(self, page: int, row: Row) -> Rule:
        """The flat rule just below ``row``."""
        below = [
            one
            for one in self.rules(page)
            if one.height < 1 and 0 < one.top - row.base < 4 and one.left < row.middle < one.right
        ]
        (rule,) = below
        return rule


def _apart(line: list[Letter]) -> Iterator[Row]:
    held: list[Letter] = []
    text = ""
    for one in line:
        gap = one.left - held[-1].right if held else 0.0
        if held and gap > one.size / MM * 0.75:  # wider than any gap between words of one text
            yield Row(text, tuple(held))
            held, text = [], ""
        elif held and gap > one.size / MM * 0.16:
            text += " "
        held.append(one)
        text += one.text
    if held:
        yield Row(text, tuple(held))

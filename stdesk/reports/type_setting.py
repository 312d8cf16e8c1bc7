"""The report's typeface: registering it, measuring text with it, breaking text into lines.

Vietnamese is broken at blanks. What is longer than a line (a link, a pasted row of letters) is
cut where the line is full, so that nothing ever runs over a margin or out of a cell.
"""

from __future__ import annotations

import struct
import threading
from dataclasses import dataclass
from functools import cache

from reportlab import rl_config
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFError, TTFont

from stdesk import resources
from stdesk.errors import Exit, UserError
from stdesk.reports.word_groups import word_groups

FILES = {
    "regular": "LiberationSerif-Regular.ttf",
    "bold": "LiberationSerif-Bold.ttf",
    "italic": "LiberationSerif-Italic.ttf",
    "bold_italic": "LiberationSerif-BoldItalic.ttf",
}
MISSING = "□"  # stands for what the typeface cannot show (emoji, other scripts)
_MAX_REMEMBERED = 50_000
_STROKES = "/-_.?&="  # a link or reference is cut after one of them
_lock = threading.Lock()

rl_config.useA85 = False  # a PDF is binary anyway; as text its pages take a fifth more room and time


@dataclass(frozen=True, slots=True)
class Line:
    """A line of text, its natural width in points, and whether the paragraph goes on after it."""

    text: str
    width: float
    goes_on: bool


_NO_FONT = (TTFError, OSError, struct.error, LookupError, ValueError)  # gone, cut off, no font at all


class Face:
    """One cut of the typeface."""

    def __init__(self, style: str) -> None:
        self.name = f"STDesk-{style}"
        path = resources.path("fonts", FILES[style])
        try:
            font = TTFont(self.name, str(path))
        except _NO_FONT as error:
            raise UserError("report_font_missing", Exit.ENVIRONMENT, path=path.name) from error
        pdfmetrics.registerFont(font)
        self._widths: dict[int, float] = font.face.charWidths
        self._known = frozenset(map(chr, font.face.charToGlyph))
        self._words: dict[str, float] = {}

    def printable(self, text: str) -> str:
        """``text`` with a box for each character the typeface does not have."""
        if self._known.issuperset(text):
            return text
        return "".join(one if one in self._known else MISSING for one in text if one != "\ufe0f")

    def width(self, text: str, size: float) -> float:
        """Width of printable ``text`` in points."""
        return self._wide(text) * size / 1000

    def _wide(self, text: str) -> float:
        """Width of ``text`` at size 1,000; words come again and again and are remembered."""
        found = self._words.get(text)
        if found is None:
            if len(self._words) > _MAX_REMEMBERED:
                self._words.clear()
            found = sum(self._widths.get(ord(one), 500.0) for one in text)
            self._words[text] = found
        return found

    def break_lines(self, text: str, size: float, width: float, indent: float = 0) -> list[Line]:
        """``text`` in lines of at most ``width`` points, the first one shorter by ``indent``."""
        lines: list[Line] = []
        for part in self.printable(text).split("\n"):
            lines.extend(self._paragraph(part.split(), size, width, width - indent))
            indent = 0
        return lines or [Line("", 0, False)]

    def balanced(self, text: str, size: float, width: float) -> list[Line]:
        """Like :meth:`break_lines` in as few lines, made about equally long: for centred titles.

        A number stays with its unit where there is room for both.
        """
        text = self.printable(text)
        words = list(word_groups(text))
        if any(self.width(word, size) > width for word in words):
            words = text.split()
        lines = self._paragraph(words, size, width, width)
        low, high = 0.0, width
        while len(lines) > 1 and high - low > size / 2:
            middle = (low + high) / 2
            tried = self._paragraph(words, size, middle, middle)
            if len(tried) <= len(lines):
                lines, high = tried, middle
            else:
                low = middle
        return lines

    def _paragraph(self, words: list[str], size: float, width: float, room: float) -> list[Line]:
        if not words:
            return [Line("", 0, False)]
        scale = size / 1000
        known, blank = self._words, self._wide(" ") * scale
        wides = [(known.get(word) or self._wide(word)) * scale for word in words]
        whole = sum(wides) + blank * (len(words) - 1)
        if whole <= room:
            return [Line(" ".join(words), whole, False)]
        if max(wides) > min(width, room):
            words = self._fitting(words, size, min(width, room))
            wides = [self._wide(word) * scale for word in words]
        lines: list[Line] = []
        start, used = 0, -blank
        for place, wide in enumerate(wides):
            if used + blank + wide > room and place > start:
                lines.append(Line(" ".join(words[start:place]), used, True))
                start, used, room = place, wide, width
            else:
                used += blank + wide
        lines.append(Line(" ".join(words[start:]), used, False))
        return lines

    def _fitting(self, words: list[str], size: float, width: float) -> list[str]:
        """``words`` with those wider than a line cut into pieces that fit."""
        if all(self.width(word, size) <= width for word in words):
            return words
        pieces: list[str] = []
        for word in words:
            if self.width(word, size) <= width:
                pieces.append(word)
            else:
                pieces.extend(self._cut(word, size, width))
        return pieces

    def _cut(self, word: str, size: float, width: float) -> list[str]:
        """``word`` in pieces that fit, cut after a stroke or hyphen where there is one."""
        pieces: list[str] = []
        start, used = 0, 0.0
        for place, letter in enumerate(word):
            wide = self._widths.get(ord(letter), 500.0) * size / 1000
            if used + wide > width and place > start:
                end = max(word.rfind(mark, start, place) for mark in _STROKES) + 1
                end = end if end > start else place
                pieces.append(word[start:end])
                used = self.width(word[end:place], size) if end < place else 0.0
                start = end
            used += wide
        pieces.append(word[start:])
        return pieces


def face(style: str = "regular") -> Face:
    """The cut called ``style``: regular, bold, italic or bold_italic.

    Raises:
        UserError: ``report_font_missing`` when the program's own font file is gone or damaged.
    """
    with _lock:
        return _face(style)


@cache
def _face(style: str) -> Face:
    return Face(style)

"""The report's typeface: registering it, measuring text with it, breaking text into lines.

Vietnamese is broken at blanks. What is longer than a line (a link, a pasted row of letters) is
cut where the line is full, so that nothing ever runs over a margin or out of a cell.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass
from functools import cache

from reportlab import rl_config
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFError, TTFont

from stdesk import resources
from stdesk.errors import Exit, UserError

FILES = {
    "regular": "LiberationSerif-Regular.ttf",
    "bold": "LiberationSerif-Bold.ttf",
    "italic": "LiberationSerif-Italic.ttf",
    "bold_italic": "LiberationSerif-BoldItalic.ttf",
}
MISSING = "□"  # stands for what the typeface cannot show (emoji, other scripts)
_MAX_REMEMBERED = 50_000
_lock = threading.Lock()

rl_config.useA85 = False  # a PDF is binary anyway; as text its pages take a fifth more room and time


@dataclass(frozen=True, slots=True)
class Line:
    """A line of text, its natural width in points, and whether the paragraph goes on after it."""

    text: str
    width: float
    goes_on: bool


class Face:
    """One cut of the typeface."""

    def __init__(self, style: str) -> None:
        self.name = f"STDesk-{style}"
        path = resources.path("fonts", FILES[style])
        try:
            font = TTFont(self.name, str(path))
        except (TTFError, OSError) as error:
            raise UserError("report_font_missing", Exit.ENVIRONMENT, path=path.name) from error
        pdfmetrics.registerFont(font)
        self._widths: dict[int, float] = font.face.charWidths
        self._known = frozenset(map(chr, font.face.charToGlyph))
        self._words: dict[str, float] = {}

    def printable(self, text: str) -> str:
        """``text`` with a box for each character the typeface does not have."""
        strange = set(text) - self._known
        if not strange:
            return text
        return "".join(one if one in self._known else MISSING for one in text if one != "\ufe0f")

    def width(self, text: str, size: float) -> float:
        """Width of printable ``text`` in points."""
        found = self._words.get(text)
        if found is None:
            if len(self._words) > _MAX_REMEMBERED:
                self._words.clear()
            found = sum(self._widths.get(ord(one), 500.0) for one in text)
            self._words[text] = found
        return found * size / 1000

    def break_lines(self, text: str, size: float, width: float, indent: float = 0) -> list[Line]:
        """``text`` in lines of at most ``width`` points, the first one shorter by ``indent``."""
        lines: list[Line] = []
        for part in self.printable(text).split("\n"):
            lines.extend(self._paragraph(part.split(), size, width, width - indent))
            indent = 0
        return lines or [Line("", 0, False)]

    def balanced(self, text: str, size: float, width: float) -> list[Line]:
        """Like :meth:`break_lines` in as few lines, made about equally long: for centred titles."""
        lines = self.break_lines(text, size, width)
        low, high = 0.0, width
        while len(lines) > 1 and high - low > size / 2:
            middle = (low + high) / 2
            tried = self.break_lines(text, size, middle)
            if len(tried) <= len(lines):
                lines, high = tried, middle
            else:
                low = middle
        return lines

    def _paragraph(self, words: list[str], size: float, width: float, room: float) -> list[Line]:
        blank = self.width(" ", size)
        lines: list[Line] = []
        line: list[str] = []
        used = 0.0
        for word in self._fitting(words, size, min(width, room)):
            wide = self.width(word, size)
            if line and used + blank + wide > room:
                lines.append(Line(" ".join(line), used, True))
                line, used, room = [word], wide, width
            else:
                used += wide + (blank if line else 0)
                line.append(word)
        lines.append(Line(" ".join(line), used, False))
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
        pieces: list[str] = []
        start, used = 0, 0.0
        for place, letter in enumerate(word):
            wide = self._widths.get(ord(letter), 500.0) * size / 1000
            if used + wide > width and place > start:
                pieces.append(word[start:place])
                start, used = place, 0.0
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

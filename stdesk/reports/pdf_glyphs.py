"""Text of the PDF written straight as its operators: the drawing library looks at every letter of it anew.

A long annex is a hundred thousand short lines; encoded letter by letter with a table kept for the document they
take a tenth of the time.
"""

from __future__ import annotations

from typing import Any

from reportlab.pdfbase import pdfmetrics
from reportlab.pdfgen.canvas import Canvas

from stdesk.reports.type_setting import face

_OTHER = "\ufffe"  # a letter that has no place in the font's first part


class Glyphs(dict[int, str]):
    """How the letters of one cut are written in one document."""

    def __init__(self, canvas: Canvas, style: str) -> None:
        super().__init__()
        self._canvas: Any = canvas
        self._name = face(style).name
        self._font: Any = pdfmetrics.getFont(self._name)
        self._others = False

    def __missing__(self, code: int) -> str:
        part, letters = self._font.splitString(chr(code), self._canvas._doc)[0]  # noqa: SLF001
        written = _OTHER if part else str(self._canvas._escape(letters))  # noqa: SLF001
        self._others = self._others or bool(part)
        self[code] = written
        return written

    def font(self, size: float, leading: float) -> str:
        """The operators that choose this cut."""
        inner = self._font.getSubsetInternalName(0, self._canvas._doc)  # noqa: SLF001
        return f"{inner} {size:.2f} Tf {leading:.2f} TL"

    def shown(self, text: str, size: float, leading: float) -> str:
        """The operators that show printable ``text``; the font's first part is chosen before and after."""
        written = text.translate(self)
        if not self._others or _OTHER not in written:
            return f"({written}) Tj"
        document = self._canvas._doc  # noqa: SLF001
        said = []
        for part, letters in self._font.splitString(text, document):
            inner = self._font.getSubsetInternalName(part, document)
            said.append(f"{inner} {size:.2f} Tf ({self._canvas._escape(letters)}) Tj")  # noqa: SLF001
        return f"{' '.join(said)} {self.font(size, leading)}"


def operators(holder: Any) -> list[str]:
    """The list to which a canvas or a text object adds what it draws."""
    code: list[str] = holder._code  # noqa: SLF001 - there is no other way to write operators of one's own
    return code

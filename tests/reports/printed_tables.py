"""The numbered tables of figures as they stand in a PDF, a DOCX and an XLSX, read back from the files."""

from __future__ import annotations

import re
import subprocess
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from xml.etree import ElementTree

import openpyxl
from docx import Document as WordFile
from docx.oxml.ns import qn

Rows = list[tuple[str, list[int]]]
_NUMBER = re.compile(r"-?\d{1,3}(?:\.\d{3})*")
_CAPTION = re.compile(r"(\d{1,2})\. (.+)")
_MARGIN = 57.0  # points above and below: page number, code, trial note


def same(text: str) -> str:
    """A label without what a line break may add or take."""
    return unicodedata.normalize("NFC", "".join(text.split()))


def in_word(data: bytes, titles: dict[str, int]) -> dict[str, tuple[list[str], Rows]]:
    """Title -> column labels and rows, of a DOCX."""
    found: dict[str, tuple[list[str], Rows]] = {}
    title = ""
    for part in WordFile(BytesIO(data)).element.body:
        if part.tag == qn("w:p"):
            text = "".join(one.text or "" for one in part.iter(qn("w:t")))
            caption = _CAPTION.fullmatch(text)
            title = caption[2] if caption and caption[2] in titles else title if not text else ""
        elif part.tag == qn("w:tbl") and title:
            cells = [
                ["".join(t.text or "" for t in cell.iter(qn("w:t"))) for cell in row.iter(qn("w:tc"))]
                for row in part.iter(qn("w:tr"))
            ]
            rows = [(row[0], [int(one.replace(".", "")) for one in row[1:]]) for row in cells[1:]]
            found[title] = (cells[0][1:], rows)
            title = ""
    return found


def references_in_word(data: bytes) -> dict[tuple[str, str], str]:
    """Row of a table and annex -> what the list of references of a DOCX says of them."""
    for table in WordFile(BytesIO(data)).element.body.iter(qn("w:tbl")):
        rows = [
            ["".join(t.text or "" for t in cell.iter(qn("w:t"))) for cell in row.iter(qn("w:tc"))]
            for row in table.iter(qn("w:tr"))
        ]
        if rows[0][0] == "Bảng, dòng":
            return {(row[0], row[1]): row[2] for row in rows[1:]}
    raise AssertionError("no list of references")


def in_excel(data: bytes, titles: dict[str, int]) -> dict[str, tuple[list[str], Rows]]:
    """Title -> column labels and rows, of an XLSX."""
    found: dict[str, tuple[list[str], Rows]] = {}
    sheet = openpyxl.load_workbook(BytesIO(data), read_only=True)["Phụ lục I"]
    lines = [[*row, *[None] * 20] for row in sheet.iter_rows(values_only=True)]
    for place, line in enumerate(lines):
        caption = _CAPTION.fullmatch(str(line[0] or ""))
        if not caption or caption[2] not in titles or line[1] is not None:
            continue
        heads = [one for one in lines[place + 1][1:] if one is not None]
        rows: Rows = []
        for row in lines[place + 2 :]:
            if row[0] is None:
                break
            values = row[1 : len(heads) + 1]
            assert all(type(one) is int for one in values), row  # real numbers, not texts
            rows.append((str(row[0]), [one for one in values if isinstance(one, int)]))
        found[caption[2]] = ([str(one) for one in heads], rows)
    return found


@dataclass(frozen=True)
class _Line:
    words: list[tuple[float, float, str]]  # left, right, text

    @property
    def text(self) -> str:
        return " ".join(one for _, _, one in self.words)


def in_pdf(path: Path, titles: dict[str, int]) -> dict[str, tuple[list[str], Rows]]:
    """Title -> what stands in the heading line by line, and the rows, of a PDF (by pdftotext).

    Args:
        titles: title -> how many columns of numbers it has.
    """
    found: dict[str, tuple[list[str], Rows]] = {}
    title, heading = "", True
    begun: list[tuple[str, list[int]]] = []
    for line in _lines(path):
        caption = _CAPTION.fullmatch(line.text)
        if caption and caption[2] in titles:
            title, heading = caption[2], True
            found[title] = ([], [])
            continue
        if caption and title and _numbers(line, titles[title]) is None:
            title = ""  # the next table, which is none of those asked for
        if not title:
            continue
        numbers = _numbers(line, titles[title])
        heads, begun = found[title]
        if numbers is not None:
            heading = False
            count = titles[title]
            begun.append((" ".join(text for _, _, text in line.words[:-count]), numbers))
        elif heading:
            heads.append(line.text)
        elif begun:
            begun[-1] = (f"{begun[-1][0]} {line.text}", begun[-1][1])
    return found


def _numbers(line: _Line, count: int) -> list[int] | None:
    """The numbers at the right end of a line of a table with ``count`` columns of them."""
    words = [text for _, _, text in line.words]
    if len(words) <= count or not all(_NUMBER.fullmatch(one) for one in words[-count:]):
        return None
    return [int(one.replace(".", "")) for one in words[-count:]]


def _lines(path: Path) -> Iterator[_Line]:
    """The lines of all pages, the margins left out; the great word over a trial's pages too."""
    done = subprocess.run(["pdftotext", "-bbox", str(path), "-"], capture_output=True, check=True)
    tree = ElementTree.fromstring(done.stdout)
    space = "{http://www.w3.org/1999/xhtml}"
    for page in tree.iter(f"{space}page"):
        height = float(page.attrib["height"])
        rows: dict[int, list[tuple[float, float, str]]] = {}
        for word in page.iter(f"{space}word"):
            left, top, right, foot = (float(word.attrib[n]) for n in ("xMin", "yMin", "xMax", "yMax"))
            if top < _MARGIN or foot > height - _MARGIN or foot - top > 40:
                continue
            near = next((key for key in rows if abs(key - foot * 10) < 30), round(foot * 10))
            rows.setdefault(near, []).append((left, right, word.text or ""))
        for key in sorted(rows):
            yield _Line(sorted(rows[key]))

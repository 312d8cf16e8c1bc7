"""Texts that make a regular expression go back and forth, as long as a cell can be, through every reader of texts."""

from __future__ import annotations

import json
import time
from pathlib import Path

import pytest

from tests.helpers.hostile_files import HEADERS, _row, _sheet, letter
from tests.helpers.reading import READERS

pytestmark = pytest.mark.torture

CELL, LINE = 32_700, 2_000  # characters of a cell of a workbook, of a line of a PDF
MOST = 10.0  # seconds of work
PUMPS = (
    "\n",
    " ",
    "\t",
    "(",
    "( ",
    "0",
    "9.",
    "1,",
    "1 nam ",
    "nam ",
    "nữ ",
    "1 lop ",
    "a, ",
    "a; ",
    "-",
    "\n-",
    "a\n",
    "đ/c ",
    "1. ",
    "; ",
    "1/",
    "1/1/2025 - ",
    "a - ",
    "A.",
    "ThS. ",
    "10.1234/",
    "0-",
    "978-",
    "tr. 1-2 ",
    "trieu ",
    "ty ",
    "1:0",
    " t1:00",
    "số ",
    "tap 1 so ",
    "Tạp chí a",
    "ngay 1 thang ",
    "Nguyễn Văn A - ",
    "và ",
    " và a",
    "&",
    "'",
    '"',
    "\\",
    "https://a/",
    "http://",
)


def texts(pump: str, size: int) -> list[str]:
    """``pump`` again and again, alone and between signs that are nearly what is looked for."""
    return [
        (before + pump * size)[:size] + after for before in ("", "1", "Nguyễn A (") for after in ("x", "\x7f")
    ]


@pytest.mark.parametrize("pump", PUMPS, ids=ascii)
def test_a_long_cell_and_a_long_header(pump: str, tmp_path: Path) -> None:
    for text in texts(pump, CELL):
        plain = text.replace("\x7f", "?").replace("&", "&amp;").replace("<", "&lt;")
        cells = "".join(f'<c r="{letter(at)}2" t="s"><v>0</v></c>' for at in range(len(HEADERS)))
        strings = f"<si><t xml:space='preserve'>{plain}</t></si>"
        body = _row(1, list(HEADERS)) + f'<row r="2">{cells}</row>'
        _in_time("xlsx", _sheet(tmp_path / "a.xlsx", body, strings=strings), tmp_path)
        head = '<row r="1"><c r="G1" t="s"><v>0</v></c></row>' + _row(2, list(HEADERS)) + _row(3, ["x"] * 7)
        _in_time("xlsx", _sheet(tmp_path / "a.xlsx", head, strings=strings), tmp_path)
        _in_time("text", text.encode(), tmp_path)
        _in_time("clipboard", text.encode(), tmp_path)
        _in_time("code", text.encode(), tmp_path)


@pytest.mark.parametrize("pump", PUMPS, ids=ascii)
def test_long_lines_of_a_first_page(pump: str, tmp_path: Path) -> None:
    for text in texts(pump, LINE):
        line = {"text": text, "size": 11, "left": 50, "right": 500, "page": 0, "bold": False, "font": ""}
        lines = [{**line, "top": 40 + 14 * at, "size": 18 if at == 3 else 11} for at in range(40)]
        told = {
            "pages": 1,
            "width": 595,
            "height": 842,
            "pictures": False,
            "lines": lines,
            "metadata": {"Title": text},
        }
        _in_time("page_text", json.dumps(told).encode() + b"\n", tmp_path)


def _in_time(reader: str, raw: bytes, folder: Path) -> None:
    began = time.process_time()
    READERS[reader].read(raw, folder)
    assert time.process_time() - began < MOST, (reader, raw[:80])

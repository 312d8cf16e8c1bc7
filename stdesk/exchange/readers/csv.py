"""Lists kept as text (.csv, .tsv, .txt): the encoding and the separator are found out.

Values stay text: a reader that makes numbers of them loses the zeros in front.
"""

from __future__ import annotations

import csv
import unicodedata
from collections import Counter
from collections.abc import Iterator
from io import StringIO
from pathlib import Path

from stdesk.errors import Exit, UserError
from stdesk.exchange import legacy
from stdesk.exchange.readers import limits
from stdesk.exchange.readers.gather import Gatherer, tidy
from stdesk.exchange.readers.limits import Budget
from stdesk.exchange.sheets import CellValue, Workbook
from stdesk.progress import Progress

_SEPARATORS = ";\t,|"
_SAMPLE_LINES = 50
_LIST_SUFFIXES = {".csv", ".tsv"}
# A text of another kind under another name must look like columns in this share of its lines.
_ALIKE_SHARE = 0.8
_CONTROLS = {*range(32), 127} - {9, 10, 12, 13}


def read_csv(path: Path, progress: Progress | None) -> Workbook:
    """Read a text file as one sheet named after the file.

    Raises:
        UserError: ``csv_encoding`` in no encoding known here, ``not_a_workbook`` when it is no
            list, ``workbook_too_big``.
    """
    text = decode_bytes(path.read_bytes(), path)
    lines, separator = _table(text, path)
    gatherer = Gatherer(path.stem, False, Budget(path), progress)
    gatherer.budget.characters(len(text))
    for number, cells in enumerate(_records(lines, separator), start=1):
        values: list[CellValue] = [tidy(cell) for cell in cells]
        for value in values:
            if isinstance(value, str):
                gatherer.suspect(value)
        gatherer.row(number, values)
    return Workbook(path, (gatherer.finish(),), "csv")


def decode_bytes(data: bytes, path: Path) -> str:
    """The text of a file in UTF-8, UTF-16, Windows-1258 or an old code's Windows-1252.

    Raises:
        UserError: ``csv_encoding``; ``not_a_workbook`` when it is no text at all.
    """
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return _strict(data, "utf-16", path)
    if b"\x00" in data[:4096]:
        # UTF-16 without its mark: every second byte of Latin text is zero.
        odd, even = data[1:4096:2].count(0), data[:4096:2].count(0)
        if 3 * max(odd, even) < len(data[:4096:2]) or min(odd, even) * 10 > max(odd, even):
            raise not_a_workbook(path)
        return _strict(data, "utf-16-le" if odd > even else "utf-16-be", path)
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = _one_byte(data, path)
    return _no_controls(text, path)


def _strict(data: bytes, encoding: str, path: Path) -> str:
    try:
        return _no_controls(data.decode(encoding), path)
    except UnicodeDecodeError as error:
        raise UserError("csv_encoding", Exit.NO, path=str(path)) from error


def _one_byte(data: bytes, path: Path) -> str:
    western = data.decode("cp1252", "replace")
    if any(legacy.suspect(line) for line in western.splitlines()[:1000]):
        return western
    try:
        text = unicodedata.normalize("NFC", data.decode("cp1258"))
    except UnicodeDecodeError as error:
        raise UserError("csv_encoding", Exit.NO, path=str(path)) from error
    # Windows-1258 writes tones apart; one that joins no letter shows that it is another encoding.
    if any(unicodedata.combining(mark) for mark in text):
        raise UserError("csv_encoding", Exit.NO, path=str(path))
    return text


def _no_controls(text: str, path: Path) -> str:
    if any(map(_CONTROLS.__contains__, map(ord, set(text)))):
        raise not_a_workbook(path)
    return text


def not_a_workbook(path: Path) -> UserError:
    """The file holds no table the program knows."""
    return UserError("not_a_workbook", Exit.NO, path=str(path))


def _table(text: str, path: Path) -> tuple[str, str]:
    """The text below Excel's ``sep=`` line, and the separator."""
    first, _, rest = text.partition("\n")
    hint = first.strip().lower()
    if hint.startswith("sep=") and len(hint) == 5:
        return rest, first.strip()[4]
    if not text.strip():
        raise UserError("workbook_empty_file", Exit.NO, path=str(path))
    separator, share = _separator(text)
    if share < _ALIKE_SHARE and path.suffix.lower() not in _LIST_SUFFIXES:
        raise not_a_workbook(path)
    return text, separator


def _separator(text: str) -> tuple[str, float]:
    """The separator that gives the most rows alike, and their share of the first rows."""
    best, best_score, best_share = ",", 0.0, 0.0
    for separator in _SEPARATORS:
        widths: Counter[int] = Counter()
        for cells in _records(text, separator):
            if any(cell.strip() for cell in cells):
                widths[len(cells)] += 1
            if widths.total() >= _SAMPLE_LINES:
                break
        several = {width: count for width, count in widths.items() if width > 1}
        if not several:
            continue
        width, count = max(several.items(), key=lambda item: (item[1], item[0]))
        share = count / widths.total() if widths.total() > 1 else 0.0
        if (score := share + width / 10_000) > best_score:
            best, best_score, best_share = separator, score, share
    return best, best_share


def _records(text: str, separator: str) -> Iterator[list[str]]:
    for cells in csv.reader(StringIO(text, newline=""), delimiter=separator):
        if len(cells) > limits.MAX_COLUMNS:
            raise ValueError(len(cells))
        yield cells

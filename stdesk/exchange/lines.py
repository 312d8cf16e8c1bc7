"""What each line below a header is: data, a heading between the rows, a total, a note, a signature.

A line with a number in its numbering column is always data; the others are told by their words
and by how little stands in them. Headings are kept with the rows under them, since "I. Cấp Bộ"
is often the only place that says the level. Cells merged downwards are given to every row they
cover; a row whose title is part of such a merge continues the work above it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from stdesk.exchange.layout import Table
from stdesk.exchange.sheets import CellValue, Row
from stdesk.text import clean, fold

_TOTAL = re.compile(
    r"(?:tong cong|tong so|tong kinh phi|tong|cong|total|sum|luy ke|mang sang|chuyen sang)"
    r"(?:\s+(?:trang|muc|phan|nhom|cap|chung|co|i+v?|vi{0,3})\b.*|\s+(?:[a-h]|\d{1,2})(?:\.\d{1,2})?)?\s*(?:\(.*\))?\s*(?:[:=].*|\d.*)?\Z"
)
_TOTAL_OF = re.compile(r"tong (?:cong|so)\b.{0,60}\d")
_SIGNATURE = re.compile(
    r"(?:nguoi (?:lap|tong hop|bao cao|thong ke|viet)|can bo (?:lap|tong hop|thong ke)|thu truong|noi nhan"
    r"|(?:pho )?(?:giam doc|truong phong|doi truong|cuc truong|hieu truong)\Z"
    r"|(?:kt|tl|tm|tuq|q)\s?\.\s*(?:giam doc|truong|thu truong|cuc truong|chi huy|hieu truong|lanh dao)"
    r"|\(?\s*ky(?:,|\s+ten|\s+va\b)|xac nhan cua|lanh dao (?:don vi|phong)|chi huy (?:don vi|phong)|ke toan\Z"
    r"|(?:[^,]{0,40},\s*)?ngay\s[\s\d./…_]{1,12}thang\s[\s\d./…_]{1,12}nam\b)"
)
_NOTE = re.compile(r"[-*+\s]*(?:ghi chu|chu thich|luu y|giai thich|chu y|notes?)\s*[:.(]|\(?\*+\)?\s*\S")
_MARK = re.compile(
    r"(?:(?P<part>(?:Phần|PHẦN|Mục|MỤC|Nhóm|NHÓM)\s+\S{1,8})"
    r"|(?P<mark>(?:[IVX]{1,5}|[A-ZĐ]|[a-zđ]|\d{1,2})(?:\.\d{1,2})*))"
    r"\s*[.)\-:/]+\s*(?=\S)"
)
_STYLES = ("part", "capital", "roman", "digit", "small", "plain")
_NUMBERING = re.compile(
    r"(?:\d{1,6}(?:[.,]\d{1,3})*|(?:[IVXivx]{1,6}|[A-ZĐa-zđ])(?:\.\d{1,3})*)\s*[.):/-]?\Z|[-+*\u2022\u2013]\Z"
)
_PAGE = re.compile(r"(?:trang|page)\s*(?:so\s*)?\d{1,4}(?:\s*/\s*\d{1,4})?\.?\Z")
_NUMERIC = re.compile(r"\d{1,6}(?:[.,]\d{1,3})*[.)]?\Z")


@dataclass(frozen=True, slots=True)
class Line:
    """One row of data.

    Attributes:
        row: the row, merged cells filled in.
        sections: the headings it stands under, outermost first, without their numbering.
        continues: number of the row whose work it continues; 0 = a work of its own.
    """

    row: Row
    sections: tuple[str, ...] = ()
    continues: int = 0


@dataclass(frozen=True, slots=True)
class Body:
    """The lines of a table: rows of data, numbers of the other rows, and notes found below."""

    lines: tuple[Line, ...]
    not_data: tuple[int, ...]
    notes: tuple[str, ...] = ()


@dataclass(slots=True)
class Places:
    """Which column holds what, as far as telling the lines apart needs it; -1 = no column does.

    Attributes:
        means: whether a text is one of the codes that headings speak of (a level, a type).
    """

    number: int = -1
    title: int = -1
    width: int = 1
    means: Callable[[str], bool] = field(default=lambda _text: False)


def read_body(table: Table, places: Places) -> Body:
    """The rows of ``table`` told apart."""
    reading = _Reading(table, places)
    for row in table.rows:
        reading.take(row)
    return Body(tuple(reading.lines), (*table.not_data, *reading.not_data), tuple(reading.notes))


class _Reading:
    def __init__(self, table: Table, places: Places) -> None:
        self.places = places
        self.lines: list[Line] = []
        self.not_data: list[int] = []
        self.notes: list[str] = []
        self._headings: list[tuple[str, str]] = []
        self._sections: tuple[str, ...] = ()
        self._signed = False
        self._down, self._works = _merged_down(table, places.title)
        self._across = _merged_across(table)

    def take(self, row: Row) -> None:
        given = self._down.get(row.number)
        if given:
            row = _filled_in(row, given)
        if self._is_plainly_data(row):
            self._signed = False
            self._add(row)
            return
        self._take_sparse(row)

    def _take_sparse(self, row: Row) -> None:
        cells = self._cells(row)
        texts = [clean(value) for value in row.values if isinstance(value, str)]
        folded = fold(texts[0]) if texts else ""
        if _is_number(self._number(row)) and not self._is_heading(row, cells):
            self._add(row)
        elif (len(texts) == len(cells) == 1 and _PAGE.match(folded)) or (
            _is_total(folded) and not self._has_other_title(row, texts[0])
        ):
            self.not_data.append(row.number)
        elif self._signs(row, texts):
            self._signed = True
            self.not_data.append(row.number)
        elif len(texts) == len(cells) == 1 and _NOTE.match(folded):
            self.notes.append(texts[0])
            self.not_data.append(row.number)
        elif self._signed:
            self.not_data.append(row.number)
        elif self._is_heading(row, cells):
            self._open(row)
            self.not_data.append(row.number)
        else:
            self._add(row, self._continued(row))

    def _add(self, row: Row, continues: int = 0) -> None:
        continues = self._works.get(row.number, 0) or continues
        self.lines.append(Line(row, self._sections, continues))

    def _continued(self, row: Row) -> int:
        """The numbered row right above whose work a row without number and title of its own goes on with."""
        above = self.lines[-1] if self.lines else None
        places = self.places
        if above is None or places.number < 0 or places.title < 0 or self._number(row) is not None:
            return 0
        title = row.values[places.title] if places.title < len(row.values) else None
        begins = title is not None and not (isinstance(title, str) and clean(title)[:1].islower())
        first = above.continues or above.row.number
        if begins or above.row.number != row.number - 1 or row.number in self._works:
            return 0
        numbered = above.continues or _is_number(self._number(above.row))
        return first if numbered and any(isinstance(value, str) for value in row.values) else 0

    def _is_plainly_data(self, row: Row) -> bool:
        """True for nearly every row of data, at the cost of two look-ups."""
        places = self.places
        if not 0 <= places.title < len(row.values):
            return False
        title = row.values[places.title]
        if type(title) is not str:
            return False
        filled = len(row.values) - row.values.count(None)
        number = self._number(row)
        if type(number) is int or type(number) is float:
            return filled >= 3
        if number is None:
            if title[:1].islower() and self._continued(row):
                return False
            few = len(row.values) if self._signed and places.number >= 0 else max(3, places.width // 2)
            return filled >= few and not _is_total(fold(title)) and not self._signs_title(title)
        return filled >= 3 and _is_number(number)

    def _number(self, row: Row) -> CellValue:
        """What numbers the row: a number, "1.2", "II", "A"; a longer text there is a line of its own."""
        at = self.places.number
        value = row.values[at] if 0 <= at < len(row.values) else None
        return None if isinstance(value, str) and not _NUMBERING.match(value.strip()) else value

    def _cells(self, row: Row) -> list[CellValue]:
        """What the row holds besides its number."""
        numbered = self.places.number if self._number(row) is not None else -1
        return [value for column, value in enumerate(row.values) if value is not None and column != numbered]

    def _signs_title(self, title: str) -> bool:
        return len(title) < 60 and bool(_SIGNATURE.match(fold(clean(title))))

    def _signs(self, row: Row, texts: Sequence[str]) -> bool:
        few = len(texts) <= 4 and all(len(text) <= 120 for text in texts)
        return few and any(_SIGNATURE.match(fold(text)) for text in texts)

    def _has_other_title(self, row: Row, text: str) -> bool:
        at = self.places.title
        title = row.values[at] if 0 <= at < len(row.values) else None
        return isinstance(title, str) and clean(title) != text

    def _is_heading(self, row: Row, cells: Sequence[CellValue]) -> bool:
        texts = [clean(value) for value in cells if isinstance(value, str)]
        if len(texts) != 1 or len(texts[0]) > 200:
            return False
        text, number = texts[0], self._number(row)
        if _is_number(number):  # "1 | Đề tài cấp Bộ" alone in its row
            return len(cells) == 1 and self.places.means(text) and len(text) < 60
        title, at = self.places.title, next(c for c, value in enumerate(row.values) if isinstance(value, str))
        if at > title and self._continued(row):
            return False  # below another column's header: it belongs to the work above
        if isinstance(number, str) or _MARK.match(text) or self.places.means(_unmarked(text)):
            return True
        if len(cells) > 1:
            return False
        return at != title or text.isupper() or text.endswith(":") or self._across.get(row.number, 1) >= 3

    def _open(self, row: Row) -> None:
        """Put the heading in its place below the headings of another style that came first."""
        mark = self._number(row)
        text = next(clean(value) for value in self._cells(row) if isinstance(value, str))
        style = _style(f"{mark}. x" if isinstance(mark, str) else text)
        styles = [one for one, _ in self._headings]
        if style in styles:
            del self._headings[styles.index(style) :]
        self._headings.append((style, _unmarked(text)))
        self._sections = tuple(heading for _, heading in self._headings)


def _is_number(value: CellValue) -> bool:
    if isinstance(value, (int, float)):
        return True
    return isinstance(value, str) and bool(_NUMERIC.match(value.strip()))


def _is_total(folded: str) -> bool:
    if not folded.startswith(("tong", "cong", "total", "sum", "luy ke", "mang sang", "chuyen sang")):
        return False
    return bool(_TOTAL.match(folded) or _TOTAL_OF.match(folded))


def _style(text: str) -> str:
    match = _MARK.match(text)
    if not match:
        return "plain"
    if match["part"]:
        return "part"
    mark = match["mark"]
    letters, dots = mark.partition(".")[0], mark.count(".") or ""
    if mark[0].isdigit():
        return f"digit{mark.count('.')}"
    if set(letters) <= set("IVX"):
        return f"roman{dots}"
    return f"{'capital' if letters.isupper() else 'small'}{dots}"


def _unmarked(text: str) -> str:
    """A heading without its numbering and colon."""
    match = _MARK.match(text)
    return (text[match.end() :] if match else text).strip(" :.-") or text


def _merged_down(table: Table, title: int) -> tuple[dict[int, dict[int, CellValue]], dict[int, int]]:
    """What merged cells give to the rows below their first, and which rows continue a work."""
    last_header = max(table.header_rows, default=0)
    tall = [merge for merge in table.merged if merge[0] > last_header and merge[2] > merge[0]]
    if not tall:
        return {}, {}
    by_number: Mapping[int, Row] = {row.number: row for row in table.rows}
    given: dict[int, dict[int, CellValue]] = {}
    works: dict[int, int] = {}
    for top, left, bottom, _right in tall:
        first = by_number.get(top)
        if first is None or left >= len(first.values) or first.values[left] is None:
            continue
        for number in range(top + 1, min(bottom, top + 10_000) + 1):
            if number in by_number:
                given.setdefault(number, {})[left] = first.values[left]
                if left == title:
                    works[number] = top
    return given, works


def _merged_across(table: Table) -> dict[int, int]:
    return {top: right - left + 1 for top, left, bottom, right in table.merged if top == bottom}


def _filled_in(row: Row, given: Mapping[int, CellValue]) -> Row:
    values = list(row.values) + [None] * (max(given) + 1 - len(row.values))
    for column, value in given.items():
        if values[column] is None:
            values[column] = value
    return replace(row, values=tuple(values))

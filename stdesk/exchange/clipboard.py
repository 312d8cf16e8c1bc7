"""What the clipboard of a spreadsheet or a word processor holds, as a table of texts; and the way back.

Spreadsheets put rows of tab-separated text there: a cell with a line break or a tab is wrapped in
quotes and its quotes are doubled. Word's plain text breaks such cells apart, but its HTML does not.
Whatever stands there is text of others: it is read in bounded memory and never interpreted.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from html import unescape

from stdesk.text import clean_lines

MOST_ROWS = 20_000
MOST_COLUMNS = 200
MOST_CELLS = 1_000_000
MOST_CHARACTERS = 30_000_000  # of the clipboard's text; more is not looked at
_MOST_SPAN = 1_000
_NEEDS_QUOTES = re.compile(r'[\t\n\r]|\A"')
# What a spreadsheet would take for a formula goes there behind an apostrophe, which it takes for "this is text";
# read back, one apostrophe before such a sign is not the person's.
_FORMULA = re.compile("'*+[=+\\-@\t\r\n\uff1d\uff0b\uff0d\uff20]")
_QUOTED = re.compile(r'"((?:[^"]|"")*+)"(?=\t|\r\n|\n|\r|\Z)')
_PLAIN = re.compile(r"[^\t\n\r]*+")
# A comment, a tag, a declaration, text. What has no end is taken as far as it was read: nothing is read twice,
# so that no text takes longer than its length (html.parser's time is its square, CVE-2025-6069).
_PIECE = re.compile(
    r"<!--.*?(?:-->|\Z)|<(?P<end>/?)(?P<tag>[a-zA-Z][^\s/<>]*+)(?P<more>(?:[^<>\"']|\"[^\"]*+\"|'[^']*+')*+)>?"
    r"|<[!?/][^<>]*+>?|(?P<text>[^<]++|<)",
    re.DOTALL,
)
_SPAN = re.compile(r"(?<![\w-])(colspan|rowspan)\s{0,9}=\s{0,9}[\"']?\s{0,9}([0-9]{1,7})", re.IGNORECASE)
_UNSEEN = ("style", "script", "title")
_UNSEEN_END = re.compile(r"</(?:style|script|title)\b", re.IGNORECASE)
_ENDLESS_SIGN = re.compile(r"&#[xX]?[0-9a-fA-F]{9,}+;?")  # html.unescape makes a number of it and fails
_OF_EXCEL = re.compile(r"urn:schemas-microsoft-com:office:excel|Excel\.Sheet", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Pasted:
    """A table as pasted.

    Attributes:
        rows: all equally long; a cell is "" where there is none.
        cut: there was more than is taken.
    """

    rows: tuple[tuple[str, ...], ...] = ()
    cut: bool = False

    @property
    def columns(self) -> int:
        """How many columns it has."""
        return len(self.rows[0]) if self.rows else 0


def read_table(text: str, html: str = "") -> Pasted:
    """The table on the clipboard, from its plain text and its HTML (either may be empty).

    Word's table is read from the HTML, a spreadsheet's from the text, which is what it shows.
    """
    if html and "<t" in html[:MOST_CHARACTERS] and not _OF_EXCEL.search(html[:4_000]):
        found = read_html(html)
        if found.rows:
            return found
    return read_tsv(text)


# --- plain text ------------------------------------------------------------------------------


def read_tsv(text: str) -> Pasted:
    """Rows of tab-separated text; one line end at the end of all belongs to the last row."""
    cut = len(text) > MOST_CHARACTERS
    text = text[:MOST_CHARACTERS].replace("\0", "")
    rows: list[list[str]] = []
    cells = 0
    for row in _rows(text):
        cells += len(row)
        if len(rows) >= MOST_ROWS or cells > MOST_CELLS:
            cut = True
            break
        cut = cut or len(row) > MOST_COLUMNS
        rows.append(row[:MOST_COLUMNS])
    return Pasted(_even(rows), cut)


def _rows(text: str) -> Iterator[list[str]]:
    at, end = 0, len(text)
    row: list[str] = []
    while at < end:
        cell, at = _cell(text, at)
        row.append(cell[1:] if cell[:1] == "'" and _FORMULA.match(cell) else cell)
        if at < end and text[at] == "\t":
            at += 1
            if at == end:
                row.append("")
                yield row
                return
            continue
        at += 2 if text.startswith("\r\n", at) else 1
        yield row
        row = []


def _cell(text: str, at: int) -> tuple[str, int]:
    """The cell that begins at ``at``, and where it ends.

    Quotes are the spreadsheet's only where they were needed: "an toàn" in quotes is a person's.
    """
    if text.startswith('"', at) and (quoted := _QUOTED.match(text, at)):
        inside = quoted[1]
        if '""' in inside or "\n" in inside or "\t" in inside or "\r" in inside:
            return inside.replace('""', '"').replace("\r\n", "\n").replace("\r", "\n"), quoted.end()
    plain = _PLAIN.match(text, at)
    stop = plain.end() if plain else at
    return text[at:stop], stop


def write_tsv(rows: Iterable[Sequence[str]]) -> str:
    """``rows`` as spreadsheets take them, no text as a formula; read again by :func:`read_tsv` they are the same."""
    return "".join("\t".join(_written(cell) for cell in row) + "\r\n" for row in rows)


def _written(cell: str) -> str:
    if _FORMULA.match(cell):
        cell = f"'{cell}"
    if not _NEEDS_QUOTES.search(cell):
        return cell
    return '"' + cell.replace('"', '""') + '"'


def _even(rows: list[list[str]]) -> tuple[tuple[str, ...], ...]:
    width = max(map(len, rows), default=0)
    if width * len(rows) > MOST_CELLS:  # one line as long as a book among thousands of short ones
        width = max(1, MOST_CELLS // len(rows))
    return tuple((*row[:width], *("",) * (width - len(row))) for row in rows)


# --- HTML ------------------------------------------------------------------------------------


def read_html(html: str) -> Pasted:
    """The first table in ``html`` that has more than one cell; nothing when there is none.

    A merged cell stands at its first place, the others it covers are empty; a table within a cell
    is that cell's text.
    """
    parser = _TableParser()
    parser.read(html[:MOST_CHARACTERS])
    for table in parser.tables:
        rows = [row for row in table.rows if any(row)]
        if sum(map(len, rows)) > 1:
            return Pasted(_even(rows), table.cut or len(html) > MOST_CHARACTERS)
    return Pasted()


@dataclass(slots=True)
class _Table:
    rows: list[list[str]] = field(default_factory=list)
    below: dict[int, int] = field(default_factory=dict)  # column -> rows that a cell above still covers
    cells: int = 0
    cut: bool = False

    def begin_row(self) -> None:
        if len(self.rows) >= MOST_ROWS:
            self.cut = True
        else:
            self.rows.append([])

    def add(self, text: str, across: int, down: int) -> None:
        if self.cut:
            return
        row = self.rows[-1]
        self._skip_covered(row)
        if len(row) + across > MOST_COLUMNS or self.cells + across > MOST_CELLS:
            self.cut = True
            return
        for column in range(len(row), len(row) + across):
            if down > 1:
                self.below[column] = down  # this row counts too: see end_row
        row.extend([text, *("",) * (across - 1)])
        self.cells += across

    def end_row(self) -> None:
        if self.rows and not self.cut:
            self._skip_covered(self.rows[-1])
            self.below = {column: left - 1 for column, left in self.below.items() if left > 1}

    def _skip_covered(self, row: list[str]) -> None:
        while len(row) in self.below:
            row.append("")


class _TableParser:
    """Tables of a fragment; tags that are never closed, nested or crossed do no harm."""

    def __init__(self) -> None:
        self.tables: list[_Table] = []
        self._depth = 0  # of tables within tables
        self._cell: list[str] | None = None
        self._span = (1, 1)
        self._in_row = False

    def read(self, html: str) -> None:
        """Go through ``html`` once; what stands open at its end is taken as it is."""
        at = 0
        while found := _PIECE.match(html, at):
            at = found.end()
            if found["text"] is not None:
                self._take(found["text"])
            elif found["tag"] is not None:
                tag = found["tag"].lower()
                if found["end"]:
                    self._close(tag)
                elif tag in _UNSEEN:
                    end = _UNSEEN_END.search(html, at)
                    at = end.start() if end else len(html)
                else:
                    self._open(tag, found["more"])
                    if self.tables and self.tables[-1].cut:
                        break
        self._end_row()

    def _open(self, tag: str, more: str) -> None:
        """Open what ``tag`` opens; what stands open of the same kind is closed first."""
        if tag == "table":
            self._depth += 1
            if self._depth == 1:
                self.tables.append(_Table())
        elif self._depth == 1 and tag == "tr":
            self._end_row()
            self.tables[-1].begin_row()
            self._in_row = True
        elif self._depth == 1 and tag in ("td", "th") and self._in_row:
            self._end_cell()
            self._cell = []
            said = {name.lower(): number for name, number in reversed(_SPAN.findall(more))}
            self._span = (_number(said.get("colspan")), _number(said.get("rowspan")))
        elif tag in ("br", "p", "div", "li", "td", "th", "tr") and self._cell is not None:
            self._cell.append("\n" if tag not in ("td", "th") else " ")

    def _close(self, tag: str) -> None:
        """Close what ``tag`` closes."""
        if tag == "table" and self._depth:
            if self._depth == 1:
                self._end_row()
            self._depth -= 1
        elif self._depth == 1 and tag == "tr":
            self._end_row()
        elif self._depth == 1 and tag in ("td", "th"):
            self._end_cell()
        elif tag in ("p", "div", "li") and self._cell is not None:
            self._cell.append("\n")

    def _take(self, text: str) -> None:
        """Text of the cell one is in; line ends of the source are blanks."""
        if self._cell is not None:
            plain = unescape(_ENDLESS_SIGN.sub("\ufffd", text)) if "&" in text else text
            self._cell.append(re.sub(r"\s+", " ", plain.replace("\xa0", " ").replace("\0", "")))

    def _end_cell(self) -> None:
        if self._cell is not None:
            text = clean_lines("".join(self._cell))
            self.tables[-1].add(re.sub(r"\n{2,}", "\n", text), *self._span)
            self._cell = None

    def _end_row(self) -> None:
        self._end_cell()
        if self._in_row:
            self.tables[-1].end_row()
            self._in_row = False


def _number(text: str | None) -> int:
    """A span as written: 1 when it is missing or nonsense."""
    digits = (text or "").strip()
    if not (digits.isascii() and digits.isdecimal()) or len(digits) > 6:
        return 1
    return min(max(int(digits), 1), _MOST_SPAN)

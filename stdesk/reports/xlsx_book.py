"""A workbook written row by row: any number of rows in little memory, the same bytes every time.

Text is written as text whatever it begins with, so that a title "=HYPERLINK(...)" stays a title; nothing is
a formula, nothing leads out of the file.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import NamedTuple

from stdesk.reports import layout
from stdesk.reports.document import TRIAL_NOTE
from stdesk.reports.fixed_zip import DECLARATION, FixedZip, content_types, package_relations, relations
from stdesk.reports.office_text import attribute, escaped
from stdesk.reports.words import Cell, Day

MAX_TEXT = 32_767  # characters in a cell of Excel
MAX_LINKS = 65_000  # in a sheet of Excel
CUT = "… (cắt bớt, xem đủ trong snapshot.json)"
_FONT = "Times New Roman"
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_REFERENCE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_EPOCH = date(1899, 12, 30).toordinal()
_FIRST_EXCEL_DAY = date(1900, 3, 1)  # before it Excel counts a day that never was
_DAY = re.compile(r"\d{4}-\d\d-\d\d")
_ESCAPE_LIKE = re.compile("_(?=x[0-9A-Fa-f]{4}_)")  # "_x0041_" in a text would be read as "A"
_QUOTED = (
    "=",
    "+",
    "-",
    "@",
    "'",
    "\t",
    "\r",
)  # what a spreadsheet would take for the beginning of a command
_A4 = 9  # Excel's number for the paper
_INCH = 25.4
_FONTS = {  # size, bold, italic, colour
    "cell": (11, False, False, ""),
    "bold": (11, True, False, ""),
    "head": (11, True, False, ""),
    "title": (13, True, False, ""),
    "note": (12, False, True, ""),
    "trial": (20, True, False, "FFC00000"),
    "link": (11, False, False, "FF0563C1"),
    "marked": (11, True, False, "FFC00000"),
}
_FORMATS = {"": 0, "0": 1, "#,##0": 3, "#,##0.##": 164, "dd/mm/yyyy": 165, "+#,##0;-#,##0;0": 166}
_OWN_FORMATS = {name: number for name, number in _FORMATS.items() if number >= 164}


def letters(place: int) -> str:
    """The name of a column: 1 is A, 27 is AA."""
    name = ""
    while place:
        place, rest = divmod(place - 1, 26)
        name = chr(65 + rest) + name
    return name


def quoted_sheet(name: str) -> str:
    """A sheet's name as references write it."""
    return "'" + name.replace("'", "''") + "'"


class Look(NamedTuple):
    """How a cell looks.

    Attributes:
        font: cell, bold, head, title, note, trial, link or marked.
        align: ``left``, ``center``, ``right``; "" for titles, which have no frame and do not wrap.
        pattern: of a number or date.
        quoted: text that begins like a command of the spreadsheet.
    """

    font: str
    align: str = ""
    pattern: str = ""
    quoted: bool = False


@dataclass(slots=True)
class Looks:
    """The looks used in one workbook and their numbers, in the order they were first used."""

    numbers: dict[Look, int] = field(default_factory=lambda: {Look("cell"): 0})

    def number(self, look: Look) -> int:
        """The number a cell refers to its look by."""
        return self.numbers.setdefault(look, len(self.numbers))

    def xml(self) -> str:
        """``xl/styles.xml``."""
        fonts = list(_FONTS)
        patterns = "".join(
            f'<numFmt numFmtId="{number}" formatCode="{name}"/>' for name, number in _OWN_FORMATS.items()
        )
        edge = "".join(
            f'<{side} style="thin"><color auto="1"/></{side}>' for side in ("left", "right", "top", "bottom")
        )
        looks = "".join(_look_xml(look, fonts) for look in self.numbers)
        return (
            f'{DECLARATION}<styleSheet xmlns="{_MAIN}"><numFmts count="{len(_OWN_FORMATS)}">{patterns}</numFmts>'
            f'<fonts count="{len(fonts)}">{"".join(_font_xml(*_FONTS[one]) for one in fonts)}</fonts>'
            '<fills count="3"><fill><patternFill patternType="none"/></fill><fill><patternFill '
            'patternType="gray125"/></fill><fill><patternFill patternType="solid">'
            '<fgColor rgb="FFEDEDED"/></patternFill></fill></fills>'
            '<borders count="2"><border><left/><right/><top/><bottom/><diagonal/></border>'
            f"<border>{edge}<diagonal/></border></borders>"
            '<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs>'
            f'<cellXfs count="{len(self.numbers)}">{looks}</cellXfs><cellStyles count="1">'
            '<cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>'
        )


def _font_xml(size: int, bold: bool, italic: bool, colour: str) -> str:
    paint = f'<color rgb="{colour}"/>' if colour else ""
    return (
        f'<font>{"<b/>" if bold else ""}{"<i/>" if italic else ""}<sz val="{size}"/>{paint}'
        f'<name val="{_FONT}"/><family val="1"/></font>'
    )


def _look_xml(look: Look, fonts: list[str]) -> str:
    framed = bool(look.align)
    upright = "center" if look.font == "head" else "top"
    quoted = ' quotePrefix="1"' if look.quoted else ""
    inside = (
        f'<alignment horizontal="{look.align}" vertical="{upright}" wrapText="1"/></xf>'
        if framed
        else "</xf>"
    )
    return (
        f'<xf numFmtId="{_FORMATS[look.pattern]}" fontId="{fonts.index(look.font)}" '
        f'fillId="{2 if look.font == "head" else 0}" borderId="{int(framed)}" xfId="0" applyFont="1" '
        f'applyNumberFormat="1" applyFill="1" applyBorder="1" applyAlignment="1"{quoted}>{inside}'
    )


class Put(NamedTuple):
    """A value with how it looks; ``to``: where in this workbook a click on it leads."""

    value: Cell
    font: str = "cell"
    align: str = ""
    pattern: str = ""
    to: str = ""


Row = tuple[Sequence[Put], float]
"""The cells of a row, and its height in points (0: as high as it comes out)."""


@dataclass(frozen=True, slots=True)
class Page:
    """One sheet.

    Attributes:
        name: on its tab.
        widths: of the columns in characters.
        rows: made when they are written.
        head: number of the row of headings, 0 when there are several tables on the sheet.
        last: number of the last row of the table under the headings.
        rows_in_all: how many rows there are.
    """

    name: str
    widths: tuple[float, ...]
    rows: Callable[[], Iterable[Row]]
    head: int
    last: int
    rows_in_all: int


class Book:
    """A workbook of sheets known beforehand."""

    def __init__(self, created: datetime, code: str, *, trial: bool) -> None:
        self._zip = FixedZip(created)
        self._looks = Looks()
        self._code = code
        self._trial = trial

    def write(self, pages: Sequence[Page], described: Callable[[FixedZip], None]) -> bytes:
        """The whole file; ``described`` writes the properties."""
        package = self._zip
        sheets = [(f"xl/worksheets/sheet{n}.xml", "spreadsheetml.worksheet+xml") for n in _places(pages)]
        package.write(
            "[Content_Types].xml",
            content_types(
                [
                    ("xl/workbook.xml", "spreadsheetml.sheet.main+xml"),
                    ("xl/styles.xml", "spreadsheetml.styles+xml"),
                    *sheets,
                ]
            ),
        )
        package.write("_rels/.rels", package_relations("xl/workbook.xml"))
        package.write("xl/workbook.xml", _workbook(pages))
        package.write(
            "xl/_rels/workbook.xml.rels",
            relations(
                [
                    *((f"rId{n}", "worksheet", f"worksheets/sheet{n}.xml") for n in _places(pages)),
                    (f"rId{len(pages) + 1}", "styles", "styles.xml"),
                ]
            ),
        )
        for (name, _), page in zip(sheets, pages, strict=True):
            package.stream(name, self._sheet(page, selected=page is pages[0]))
        package.write("xl/styles.xml", self._looks.xml())
        described(package)
        return package.finish()

    def _sheet(self, page: Page, *, selected: bool) -> Iterator[str]:
        columns = "".join(
            f'<col min="{n}" max="{n}" width="{width}" customWidth="1"/>'
            for n, width in enumerate(page.widths, 1)
        )
        frozen = (
            f'<pane ySplit="{page.head}" topLeftCell="A{page.head + 1}" activePane="bottomLeft" state="frozen"/>'
            '<selection pane="bottomLeft"/>'
            if page.head
            else ""
        )
        front = ' tabSelected="1"' if selected else ""
        yield (
            f'<worksheet xmlns="{_MAIN}" xmlns:r="{_REFERENCE}"><sheetPr><pageSetUpPr fitToPage="1"/></sheetPr>'
            f'<dimension ref="A1:{letters(len(page.widths))}{max(page.rows_in_all, 1)}"/>'
            f'<sheetViews><sheetView{front} workbookViewId="0">{frozen}'
            f'</sheetView></sheetViews><sheetFormatPr defaultRowHeight="15"/><cols>{columns}</cols><sheetData>'
        )
        links: list[str] = []
        for number, (cells, height) in enumerate(page.rows(), 1):
            yield self._row(number, cells, height, links)
        yield "</sheetData>"
        yield self._after(page, links)

    def _row(self, number: int, cells: Sequence[Put], height: float, links: list[str]) -> str:
        high = f' ht="{height:g}" customHeight="1"' if height else ""
        made = [f'<row r="{number}"{high}>']
        for place, one in enumerate(cells):
            where = f"{_COLUMNS[place]}{number}"
            made.append(self._cell(where, one))
            if one.to and len(links) < MAX_LINKS:
                links.append(f'<hyperlink ref="{where}" location="{attribute(one.to)}"/>')
        made.append("</row>")
        return "".join(made)

    def _cell(self, where: str, one: Put) -> str:
        value = one.value
        if isinstance(value, str):
            serial = _serial(value) if isinstance(value, Day) else None
            if serial is not None:
                return f'<c r="{where}" s="{self._look(one, "dd/mm/yyyy")}"><v>{serial}</v></c>'
            if not value:
                return f'<c r="{where}" s="{self._look(one, "")}"/>'
            quoted = value.startswith(_QUOTED)
            return (
                f'<c r="{where}" s="{self._look(one, "", quoted=quoted)}" t="inlineStr"><is>'
                f'<t xml:space="preserve">{text_xml(value)}</t></is></c>'
            )
        pattern = one.pattern or ("#,##0" if isinstance(value, int) else "#,##0.##")
        return f'<c r="{where}" s="{self._look(one, pattern)}"><v>{value!r}</v></c>'

    def _look(self, one: Put, pattern: str, *, quoted: bool = False) -> int:
        return self._looks.number(Look(one.font, one.align, pattern, quoted))

    def _after(self, page: Page, links: list[str]) -> str:
        """What the schema wants behind the rows, in its order."""
        filtered = f'<autoFilter ref="{_filter(page)}"/>' if page.head else ""
        linked = f"<hyperlinks>{''.join(links)}</hyperlinks>" if links else ""
        sides = " ".join(
            f'{side}="{length / _INCH:.4f}"'
            for side, length in (
                ("left", layout.LEFT),
                ("right", layout.RIGHT),
                ("top", layout.TOP),
                ("bottom", layout.BOTTOM),
                ("header", 8.5),
                ("footer", 8.5),
            )
        )
        mark = f" - {TRIAL_NOTE}" if self._trial else ""
        code = f"Mã {self._code}".replace("&", "&&") if self._code else ""
        return (
            f"{filtered}{linked}<pageMargins {sides}/>"
            f'<pageSetup paperSize="{_A4}" orientation="landscape" fitToHeight="0"/>'
            f"<headerFooter><oddHeader>&amp;C&amp;P{escaped(mark)}</oddHeader>"
            f"<oddFooter>&amp;L{escaped(code)}&amp;R&amp;A, trang &amp;P/&amp;N</oddFooter></headerFooter>"
            f'<ignoredErrors><ignoredError sqref="A1:{letters(len(page.widths))}{max(page.rows_in_all, 1)}" '
            'numberStoredAsText="1"/></ignoredErrors></worksheet>'
        )


_COLUMNS = tuple(letters(place) for place in range(1, 257))


def _places(pages: Sequence[Page]) -> range:
    return range(1, len(pages) + 1)


def _filter(page: Page) -> str:
    return f"A{page.head}:{letters(len(page.widths))}{max(page.last, page.head)}"


def _absolute(area: str) -> str:
    return re.sub(r"([A-Z]+)(\d+)", r"$\1$\2", area)


def _workbook(pages: Sequence[Page]) -> str:
    sheets = "".join(
        f'<sheet name="{attribute(page.name)}" sheetId="{n}" r:id="rId{n}"/>'
        for n, page in enumerate(pages, 1)
    )
    filters, areas, heads = [], [], []
    for place, page in enumerate(pages):
        sheet, here = escaped(quoted_sheet(page.name)), f'localSheetId="{place}"'
        if page.head:
            area = _absolute(_filter(page))
            filters.append(
                f'<definedName name="_xlnm._FilterDatabase" {here} hidden="1">{sheet}!{area}</definedName>'
            )
            heads.append(
                f'<definedName name="_xlnm.Print_Titles" {here}>{sheet}!${page.head}:${page.head}</definedName>'
            )
        whole = f"$A$1:${letters(len(page.widths))}${max(page.rows_in_all, 1)}"
        areas.append(f'<definedName name="_xlnm.Print_Area" {here}>{sheet}!{whole}</definedName>')
    return (
        f'{DECLARATION}<workbook xmlns="{_MAIN}" xmlns:r="{_REFERENCE}"><workbookPr/><bookViews>'
        f'<workbookView activeTab="0"/></bookViews><sheets>{sheets}</sheets>'
        f"<definedNames>{''.join((*filters, *areas, *heads))}</definedNames></workbook>"
    )


def text_xml(value: str) -> str:
    """Text of a cell: cut to what a cell holds, nothing in it taken for an escape."""
    clear = escaped(value if len(value) <= MAX_TEXT else value[: MAX_TEXT - len(CUT)] + CUT)
    return _ESCAPE_LIKE.sub("_x005F_", clear) if "_x" in clear else clear


def _serial(value: Day) -> int | None:
    """A whole day as Excel counts it; a year or a month stays text ("2025-03"), which sorts as written."""
    if not _DAY.fullmatch(value) or (day := date.fromisoformat(value)) < _FIRST_EXCEL_DAY:
        return None
    return day.toordinal() - _EPOCH

"""The parts of an .xlsx beside its sheets: list of sheets, styles, shared strings (ECMA-376 part 1)."""

from __future__ import annotations

import posixpath
import re
from dataclasses import dataclass
from io import BytesIO

from stdesk.exchange import legacy
from stdesk.exchange.legacy import FontCode
from stdesk.exchange.readers.archive import Archive, parse
from stdesk.exchange.readers.gather import Run, tidy
from stdesk.exchange.readers.limits import MAX_PIECES, Budget
from stdesk.exchange.readers.values import Shows, number_shows
from stdesk.progress import Progress

_MAIN = (
    "http://schemas.openxmlformats.org/spreadsheetml/2006/main",
    "http://purl.oclc.org/ooxml/spreadsheetml/main",
)
_OFFICE_RELATIONS = (
    "http://schemas.openxmlformats.org/officeDocument/2006/relationships",
    "http://purl.oclc.org/ooxml/officeDocument/relationships",
)
_ESCAPED = re.compile("_x([0-9A-Fa-f]{4})_")

# A shared or inline string: plain, or its runs with the name of each run's own font ("" = the cell's).
RichText = tuple[tuple[str, str], ...]
StoredText = str | None | RichText


def names_of(*locals_: str) -> dict[str, str]:
    """Full name -> local name of spreadsheet elements, in transitional and strict files."""
    return {f"{space} {name}": name for space in _MAIN for name in locals_}


@dataclass(frozen=True, slots=True)
class SheetPart:
    """One entry of the list of sheets."""

    name: str
    part: str
    hidden: bool


@dataclass(frozen=True, slots=True)
class Styles:
    """By a cell's style number: how its number shows, and its font's old code."""

    shows: tuple[Shows, ...] = (Shows.NUMBER,)
    codes: tuple[FontCode | None, ...] = (None,)

    @property
    def any_legacy(self) -> bool:
        return any(self.codes)


class _Elements:
    """Collects ``(local name, attributes)`` of the elements of a small part."""

    def __init__(self) -> None:
        self.found: list[tuple[str, dict[str, str]]] = []

    def start(self, name: str, attributes: dict[str, str]) -> None:
        self.found.append((name.rpartition(" ")[2], attributes))

    def end(self, name: str) -> None:
        """Only starts matter."""

    def text(self, data: str) -> None:
        """No text matters."""


def elements(archive: Archive, part: str) -> list[tuple[str, dict[str, str]]]:
    """The elements of a small part in document order; text is left out."""
    handler = _Elements()
    parse(BytesIO(archive.read_small(part)), handler)
    return handler.found


def relations(archive: Archive, part: str) -> dict[str, tuple[str, str]]:
    """Id -> (last word of the type, part name) of what ``part`` points to; "" is the package."""
    folder, name = posixpath.split(part)
    where = posixpath.join(folder, "_rels", f"{name}.rels")
    if not archive.has(where):
        return {}
    found: dict[str, tuple[str, str]] = {}
    for element, attributes in elements(archive, where):
        target = attributes.get("Target", "").replace("\\", "/")
        if element == "Relationship" and attributes.get("TargetMode") != "External":
            whole = target if target.startswith("/") else posixpath.join(folder, target)
            kind = attributes.get("Type", "").rpartition("/")[2]
            found[attributes.get("Id", "")] = (kind, posixpath.normpath(whole).lstrip("/"))
    return found


def main_part(archive: Archive) -> str:
    """Name of the part an Office file is about, such as ``xl/workbook.xml``; empty when none."""
    for kind, part in relations(archive, "").values():
        if kind == "officeDocument":
            return part
    return "xl/workbook.xml" if archive.has("xl/workbook.xml") else ""


def sheet_list(archive: Archive, workbook: str) -> tuple[list[SheetPart], bool]:
    """The worksheets in tab order (charts and dialogs left out), and whether dates count from 1904."""
    links = relations(archive, workbook)
    sheets: list[SheetPart] = []
    from_1904 = False
    for element, attributes in elements(archive, workbook):
        if element == "workbookPr":
            from_1904 = attributes.get("date1904") in ("1", "true", "on")
        elif element == "sheet":
            link = next((attributes[f"{r} id"] for r in _OFFICE_RELATIONS if f"{r} id" in attributes), "")
            kind, part = links.get(link, ("", ""))
            if kind == "worksheet":
                hidden = attributes.get("state", "visible") != "visible"
                sheets.append(SheetPart(attributes.get("name", ""), part, hidden))
    return sheets, from_1904


def read_styles(archive: Archive, workbook: str) -> Styles:
    """The cell formats; without a styles part every number is a number."""
    part = next((p for kind, p in relations(archive, workbook).values() if kind == "styles"), "")
    if not part or not archive.has(part):
        return Styles()
    formats: dict[int, str] = {}
    fonts: list[str] = []
    cells: list[tuple[int, int]] = []
    section = ""
    for element, attributes in elements(archive, part):
        if element in ("numFmts", "fonts", "cellXfs", "cellStyleXfs", "fills", "dxfs"):
            section = element
        elif element == "numFmt" and section == "numFmts":
            formats[int(attributes["numFmtId"])] = attributes.get("formatCode", "")
        elif element == "font" and section == "fonts":
            fonts.append("")
        elif element == "name" and section == "fonts" and fonts:
            fonts[-1] = attributes.get("val", "")
        elif element == "xf" and section == "cellXfs":
            cells.append((int(attributes.get("numFmtId", 0)), int(attributes.get("fontId", 0))))
    by_font = [legacy.font_code(font) for font in fonts] or [None]
    return Styles(
        shows=tuple(number_shows(number, formats.get(number)) for number, _ in cells) or (Shows.NUMBER,),
        codes=tuple(by_font[font] if 0 <= font < len(by_font) else None for _, font in cells) or (None,),
    )


class _Strings:
    """Handler of the shared strings part."""

    _NAMES = names_of("si", "t", "r", "rFont", "rPh")

    def __init__(self, budget: Budget, fonts_matter: bool) -> None:
        self.strings: list[StoredText] = []
        self._budget = budget
        self._fonts_matter = fonts_matter
        self._runs: list[tuple[str, str]] = []
        self._font = ""
        self._parts: list[str] = []
        self._in_text = False
        self._in_reading_aid = False

    def start(self, name: str, attributes: dict[str, str]) -> None:
        local = self._NAMES.get(name)
        if local == "t":
            self._in_text = not self._in_reading_aid
        elif local == "rPh":
            self._in_reading_aid = True
        elif local == "r":
            self._font = ""
        elif local == "rFont":
            self._font = attributes.get("val", "")
        elif local == "si":
            self._runs, self._font, self._parts = [], "", []

    def end(self, name: str) -> None:
        local = self._NAMES.get(name)
        if local == "t" and self._in_text:
            self._in_text = False
            self._runs.append(("".join(self._parts), self._font))
            self._parts = []
        elif local == "rPh":
            self._in_reading_aid = False
        elif local == "si":
            self.strings.append(stored_text(self._runs, self._fonts_matter, self._budget))

    def text(self, data: str) -> None:
        if self._in_text:
            self._parts.append(data)
            if len(self._parts) > MAX_PIECES:
                raise ValueError(len(self._parts))


def stored_text(runs: list[tuple[str, str]], fonts_matter: bool, budget: Budget) -> StoredText:
    """A string of ``runs`` of (text, own font): joined unless a font decides how to read it."""
    if any(font and (fonts_matter or legacy.font_code(font)) for _, font in runs):
        rich = tuple((unescape(text), font) for text, font in runs)
        budget.characters(sum(len(text) for text, _ in rich))
        return rich
    whole = tidy(unescape("".join(text for text, _ in runs)))
    budget.characters(len(whole or "") + 1)
    return whole


def coded_runs(rich: RichText, cell_code: FontCode | None) -> list[Run]:
    """The runs with the old code of each one's font, the cell's where a run names none."""
    return [(text, legacy.font_code(font) if font else cell_code) for text, font in rich]


def unescape(text: str) -> str:
    """``_x000D_`` and its like as the character meant (ECMA-376 part 1, 22.4.2.4)."""
    return _ESCAPED.sub(_meant, text) if "_x" in text else text


def _meant(found: re.Match[str]) -> str:
    number = int(found[1], 16)
    return found[0] if 0xD800 <= number <= 0xDFFF else chr(number)


def shared_strings(
    archive: Archive, workbook: str, styles: Styles, budget: Budget, progress: Progress | None
) -> list[StoredText]:
    """The strings cells point to by number; empty when the file has none."""
    part = next((p for kind, p in relations(archive, workbook).values() if kind == "sharedStrings"), "")
    if not part or not archive.has(part):
        return []
    handler = _Strings(budget, styles.any_legacy)
    with archive.open(part) as stream:
        parse(stream, handler, progress)
    return handler.strings

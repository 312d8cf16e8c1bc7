"""Workbooks for tests: honest ones, old ones and hostile ones, written as real files."""

from __future__ import annotations

import struct
import zipfile
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from pathlib import Path
from typing import Any

import openpyxl
from openpyxl.cell.rich_text import CellRichText, TextBlock
from openpyxl.cell.text import InlineFont
from openpyxl.styles import Font

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_TYPES = "application/vnd.openxmlformats-officedocument.spreadsheetml"


def save(path: Path, rows: Iterable[Iterable[Any]], font: str = "", title: str = "Danh mục") -> Path:
    """One sheet with ``rows``, every cell in ``font`` when given."""
    book = openpyxl.Workbook()
    sheet: Any = book.active
    sheet.title = title
    for row in rows:
        sheet.append(list(row))
    if font:
        for cells in sheet.iter_rows():
            for cell in cells:
                cell.font = Font(name=font)
    book.save(path)
    return path


def save_old_fonts(path: Path) -> Path:
    """The source of ``tests/exchange/data/phong-cu.{xls,ods}``, made from it with LibreOffice:
    ``soffice --headless --convert-to xls phong-cu.xlsx``, the same for ods.
    """
    book = openpyxl.Workbook()
    sheet: Any = book.active
    sheet.title = "Đề tài cũ"
    cells: list[tuple[str, Any, str]] = [
        ("A1", "CéNG HßA X· HéI CHñ NGHÜA VIÖT NAM", ".VnTimeH"),
        ("A3", "Tªn ®Ò tµi", ".VnTime"),
        ("B3", "Cô quan chuû trì", "VNI-Times"),
        ("C3", "Ngày nghiệm thu", "Times New Roman"),
        ("A4", "N©ng cao hiÖu qu¶ gi÷ g×n trËt tù ®\u00adêng bé", ".VnTime"),
        ("B4", "Coâng an tænh Minh Haûi", "VNI-Times"),
        ("C4", date(2009, 11, 14), "Times New Roman"),
        ("D4", "Đã là Unicode: Lê Thị Huế", ".VnTime"),
        ("E4", 2008, ".VnTime"),
        ("F4", 12.5, ".VnTime"),
        ("G4", True, ".VnTime"),
        ("C6", datetime(2010, 1, 2, 8, 30), "Times New Roman"),  # noqa: DTZ001 - a cell has no zone
    ]
    for place, value, font in cells:
        sheet[place] = value
        sheet[place].font = Font(name=font)
    sheet["A6"] = CellRichText(
        TextBlock(InlineFont(rFont=".VnTime"), "B¸o c¸o "),
        TextBlock(InlineFont(rFont="Times New Roman"), "Müller "),
        TextBlock(InlineFont(rFont=".VnTime"), "®· göi"),
    )
    sheet.merge_cells("A1:C1")
    hidden = book.create_sheet("Ẩn")
    hidden["B2"] = "Ghi chú\nhai dòng"
    hidden.sheet_state = "hidden"
    book.save(path)
    return path


def raw_xlsx(
    path: Path,
    sheets: Mapping[str, str | bytes],
    *,
    strings: str | None = None,
    styles: str | None = None,
    kind: str = "worksheet",
    state: str = "visible",
    parts: Mapping[str, bytes] | None = None,
    compress: int = zipfile.ZIP_DEFLATED,
) -> Path:
    """A workbook part by part; ``sheets`` are tab name -> content of ``<sheetData>`` or a whole part."""
    names = list(sheets)
    listed = "".join(
        f'<sheet name="{name}" sheetId="{n}" state="{state}" r:id="rId{n}"/>'
        for n, name in enumerate(names, 1)
    )
    links = "".join(
        f'<Relationship Id="rId{n}" Type="{_RELATIONS}/{kind}" Target="worksheets/sheet{n}.xml"/>'
        for n in range(1, len(names) + 1)
    )
    for extra, target in (("sharedStrings", strings), ("styles", styles)):
        if target is not None:
            links += f'<Relationship Id="{extra}" Type="{_RELATIONS}/{extra}" Target="{extra}.xml"/>'
    with zipfile.ZipFile(path, "w", compress) as archive:
        archive.writestr(
            "[Content_Types].xml",
            f'<Types xmlns="{_PACKAGE}/content-types">'
            f'<Override PartName="/xl/workbook.xml" ContentType="{_TYPES}.sheet.main+xml"/>'
            f'<Override PartName="/xl/sharedStrings.xml" ContentType="{_TYPES}.sharedStrings+xml"/></Types>',
        )
        archive.writestr(
            "_rels/.rels", relationships(f'Type="{_RELATIONS}/officeDocument" Target="xl/workbook.xml"')
        )
        archive.writestr(
            "xl/workbook.xml",
            f'<workbook xmlns="{MAIN}" xmlns:r="{_RELATIONS}"><sheets>{listed}</sheets></workbook>',
        )
        archive.writestr(
            "xl/_rels/workbook.xml.rels",
            f'<Relationships xmlns="{_PACKAGE}/relationships">{links}</Relationships>',
        )
        for n, content in enumerate(sheets.values(), 1):
            whole = content if isinstance(content, bytes) else worksheet(content).encode()
            archive.writestr(f"xl/worksheets/sheet{n}.xml", whole)
        if strings is not None:
            archive.writestr("xl/sharedStrings.xml", f'<sst xmlns="{MAIN}">{strings}</sst>')
        if styles is not None:
            archive.writestr("xl/styles.xml", f'<styleSheet xmlns="{MAIN}">{styles}</styleSheet>')
        for name, data in (parts or {}).items():
            archive.writestr(name, data)
    return path


def relationships(*links: str) -> str:
    """A relationships part of ``links``."""
    inner = "".join(f'<Relationship Id="r{n}" {link}/>' for n, link in enumerate(links))
    return f'<Relationships xmlns="{_PACKAGE}/relationships">{inner}</Relationships>'


def worksheet(rows: str, after: str = "", before: str = "") -> str:
    """A worksheet part around ``rows``."""
    return f'<worksheet xmlns="{MAIN}">{before}<sheetData>{rows}</sheetData>{after}</worksheet>'


def text_cell(place: str, text: str) -> str:
    """A cell that holds its text itself."""
    return f'<c r="{place}" t="inlineStr"><is><t xml:space="preserve">{text}</t></is></c>'


def raw_ods(path: Path, tables: str, styles: str = "", parts: Mapping[str, bytes] | None = None) -> Path:
    """An OpenDocument spreadsheet around ``tables``; ``styles`` are its automatic styles."""
    odf = "urn:oasis:names:tc:opendocument:xmlns:"
    spaces = " ".join(f'xmlns:{p}="{odf}{p}:1.0"' for p in ("office", "table", "text", "style"))
    content = (
        f"<office:document-content {spaces}><office:automatic-styles>{styles}</office:automatic-styles>"
        f"<office:body><office:spreadsheet>{tables}</office:spreadsheet></office:body></office:document-content>"
    )
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet", zipfile.ZIP_STORED)
        archive.writestr("content.xml", content)
        for name, data in (parts or {}).items():
            archive.writestr(name, data)
    return path


def raw_xlsb(path: Path, cells: Mapping[tuple[int, int], str | float | bytes]) -> Path:
    """A binary workbook of one sheet (MS-XLSB), only the records a reader needs; ``bytes`` are a whole
    cell record's type and what follows its place, style first.
    """
    rows = b""
    for row in sorted({row for row, _ in cells}):
        rows += _record(0, struct.pack("<IIHHBI", row, 0, 300, 0, 0, 0))
        for (_, column), value in sorted(item for item in cells.items() if item[0][0] == row):
            place = struct.pack("<II", column, 0)
            if isinstance(value, bytes):
                rows += _record(value[0], place[:4] + value[1:])
            elif isinstance(value, str):
                rows += _record(6, place + _wide(value))
            else:
                rows += _record(5, place + struct.pack("<d", value))
    last_row, last_column = max(row for row, _ in cells), max(column for _, column in cells)
    extent = _record(148, struct.pack("<IIII", 0, last_row, 0, last_column))
    sheet = _record(129, b"") + extent + _record(145, b"") + rows + _record(146, b"") + _record(130, b"")
    bundle = _record(156, struct.pack("<II", 0, 1) + _wide("rId1") + _wide("Trang 1"))
    book = _record(131, b"") + _record(143, b"") + bundle + _record(144, b"") + _record(132, b"")
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", f'<Types xmlns="{_PACKAGE}/content-types"/>')
        archive.writestr(
            "_rels/.rels", relationships(f'Type="{_RELATIONS}/officeDocument" Target="xl/workbook.bin"')
        )
        archive.writestr("xl/workbook.bin", book)
        archive.writestr(
            "xl/_rels/workbook.bin.rels",
            f'<Relationships xmlns="{_PACKAGE}/relationships"><Relationship Id="rId1" '
            f'Type="{_RELATIONS}/worksheet" Target="worksheets/sheet1.bin"/>'
            f'<Relationship Id="rId2" Type="{_RELATIONS}/styles" Target="styles.bin"/>'
            f'<Relationship Id="rId3" Type="{_RELATIONS}/sharedStrings" Target="sharedStrings.bin"/></Relationships>',
        )
        items = b"".join(_record(19, b"\0" + _wide(text)) for text in ("N©ng cao", "Đạt"))
        begin, end = _record(159, struct.pack("<II", 2, 2)), _record(160, b"")
        archive.writestr("xl/sharedStrings.bin", begin + items + end)
        fonts = b"".join(_record(43, bytes(21) + _wide(name)) for name in ("Arial", ".VnTime"))
        formats = ((0, 0), (14, 0), (0, 1))  # number format and font of styles 0, 1, 2
        styles = b"".join(_record(47, struct.pack("<HHH10x", 0, number, font)) for number, font in formats)
        archive.writestr(
            "xl/styles.bin",
            _record(278, b"")
            + fonts
            + _record(617, b"\3\0\0\0")
            + styles
            + _record(618, b"")
            + _record(279, b""),
        )
        archive.writestr("xl/worksheets/sheet1.bin", sheet)
    return path


def _record(kind: int, data: bytes) -> bytes:
    head = bytes([kind]) if kind < 0x80 else bytes([kind & 0x7F | 0x80, kind >> 7])
    size, left = b"", len(data)
    while True:
        size += bytes([left & 0x7F | (0x80 if left > 0x7F else 0)])
        left >>= 7
        if not left:
            return head + size + data


def _wide(text: str) -> bytes:
    return struct.pack("<I", len(text)) + text.encode("utf-16-le")


def compound_file(path: Path, streams: Iterable[str]) -> Path:
    """An OLE container (MS-CFB) with ``streams`` (at most three) of 4,096 zero bytes each."""
    names = ["Root Entry", *streams]
    free, end, table = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD
    entries = b""
    for index, name in enumerate(names):
        wide = name.encode("utf-16-le")
        root = index == 0
        # A chain to the right is a search tree when the names are in order (length, then capitals).
        right = index + 1 if not root and index + 1 < len(names) else free
        child = 1 if root and len(names) > 1 else free
        start, size = (end, 0) if root else (2 + 8 * (index - 1), 4096)
        entries += wide.ljust(64, b"\0") + struct.pack(
            "<HBBIII16sIQQIQ",
            len(wide) + 2,
            5 if root else 2,
            1,
            free,
            right,
            child,
            b"",
            0,
            0,
            0,
            start,
            size,
        )
    entries = entries.ljust(512, b"\0")
    fat = [table, end]
    for index in range(len(names) - 1):
        first = 2 + 8 * index
        fat += [*range(first + 1, first + 8), end]
    fat += [free] * (128 - len(fat))
    header = (
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
        + b"\0" * 16
        + struct.pack("<HHHHH6xIIIIIIIIII", 0x3E, 3, 0xFFFE, 9, 6, 0, 1, 1, 0, 4096, end, 0, end, 0, 0)
    )
    header += struct.pack("<108I", *([free] * 108))
    path.write_bytes(header + struct.pack("<128I", *fat) + entries + b"\0" * 4096 * (len(names) - 1))
    return path

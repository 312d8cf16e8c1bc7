"""Files built to take a reader's memory or time, made when they are wanted: (reader, name) -> how to make one.

``scale`` 1 is for every run of the tests; larger ones come near the largest file that a reader takes at all.
"""

from __future__ import annotations

import io
import json
import struct
import zlib
from collections.abc import Callable
from pathlib import Path

from tests.helpers.workbooks import raw_ods, raw_xlsx, text_cell, worksheet

Make = Callable[[Path, int], bytes]
HEADERS = ("Tên nhiệm vụ", "Chủ nhiệm", "Thời gian", "Kinh phí", "Ghi chú", "Số người tham gia")
_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_ONE_ROW = f'<row r="1">{text_cell("A1", "x")}</row>'


def letter(column: int) -> str:
    """A, B, … XFD of column 0, 1, …"""
    name = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        name = _LETTERS[rest] + name
    return name


def _sheet(path: Path, rows: str, **more: object) -> bytes:
    return raw_xlsx(path, {"a": rows}, **more).read_bytes()  # type: ignore[arg-type]


def _row(number: int, texts: list[str]) -> str:
    return f'<row r="{number}">{"".join(text_cell(f"{letter(at)}{number}", one) for at, one in enumerate(texts))}</row>'


# -- XML


def _declared(doctype: str, said: str) -> Make:
    def make(folder: Path, scale: int) -> bytes:
        text = said * (10_000 * scale if len(said) < 4 else 1)
        cell = f'<row r="1"><c r="A1" t="inlineStr"><is><t>{text}</t></is></c></row>'
        whole = doctype.replace("LONG", "a" * 50_000 * scale) + worksheet(cell)
        return raw_xlsx(folder / "a.xlsx", {"a": whole.encode()}).read_bytes()

    return make


_LAUGHS = (
    "<!DOCTYPE b [<!ENTITY a0 'ha'>"
    + "".join(f"<!ENTITY a{n} '{f'&a{n - 1};' * 10}'>" for n in range(1, 12))
    + "]>"
)


def _deep(folder: Path, scale: int) -> bytes:
    return _sheet(folder / "a.xlsx", "<x>" * 100_000 * scale + "</x>" * 100_000 * scale)


def _attributes(folder: Path, scale: int) -> bytes:
    many = " ".join(f'a{n}="{n}"' for n in range(40_000 * scale))
    return _sheet(folder / "a.xlsx", f'<row r="1" {many}><c r="A1"><v>1</v></c></row>')


def _namespaces(folder: Path, scale: int) -> bytes:
    many = " ".join(f'xmlns:n{n}="u:{n}"' for n in range(60_000 * scale))
    return _sheet(folder / "a.xlsx", f"<x {many}>{'<y/>' * 20_000}</x>{_ONE_ROW}")


# -- ZIP


def _ratio(folder: Path, scale: int) -> bytes:
    return _sheet(folder / "a.xlsx", _ONE_ROW + " " * (20 << 20) * scale)


def _quoted_overlap(_folder: Path, scale: int) -> bytes:
    """Every entry's packed bytes quote the next entries' headers, down to one kernel all share (Fifield 2019)."""
    kernel = zlib.compressobj(9, zlib.DEFLATED, -15)
    packed = kernel.compress(bytes(1 << 20)) + kernel.flush()
    names = [f"xl/{n:04d}.xml".encode() for n in range(400 * scale)]
    body, entries = bytearray(), []
    crc, size, data = zlib.crc32(bytes(1 << 20)), 1 << 20, packed
    for name in reversed(names):
        head = (
            struct.pack("<4s5H3L2H", b"PK\x03\x04", 20, 0, 8, 0, 33, crc, len(data), size, len(name), 0)
            + name
        )
        entries.append((name, crc, len(data), size, len(head)))
        quote = struct.pack("<BHH", 0, len(head), len(head) ^ 0xFFFF)
        body[:0] = head
        data = quote + head + data
        crc, size = zlib.crc32(head + bytes(1)), size + len(head)
    whole, directory, offset = bytes(body) + packed, bytearray(), 0
    for name, crc, length, size, head in reversed(entries):
        directory += (
            struct.pack(
                "<4s6H3L5H2L",
                b"PK\x01\x02",
                20,
                20,
                0,
                8,
                0,
                33,
                crc,
                length,
                size,
                len(name),
                0,
                0,
                0,
                0,
                0,
                offset,
            )
            + name
        )
        offset += head
    return (
        whole
        + bytes(directory)
        + struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, len(names), len(names), len(directory), len(whole), 0)
    )


def _wide_lie(folder: Path, scale: int) -> bytes:
    """The directory says another size, in zip64 fields, than what unpacks."""
    raw = bytearray(_sheet(folder / "a.xlsx", _ONE_ROW + " " * 100_000 * scale))
    at = raw.rfind(b"PK\x01\x02")
    raw[at + 20 : at + 28] = b"\xff" * 8
    return bytes(raw)


# -- sheets


def _far_apart(folder: Path, scale: int) -> bytes:
    rows = "".join(f'<row r="{n}"><c r="XFD{n}"><v>1</v></c></row>' for n in range(1, 120 * min(scale, 8)))
    return _sheet(folder / "a.xlsx", f'<dimension ref="A1:XFD1048576"/>{rows}')


def _one_string(folder: Path, scale: int) -> bytes:
    """A long text that thousands of cells share."""
    rows = "".join(
        f'<row r="{n}">' + "".join(f'<c r="{letter(at)}{n}" t="s"><v>0</v></c>' for at in range(6)) + "</row>"
        for n in range(2, 250 * scale)
    )
    text = ("Nguyễn Văn A, 50 (nữ: 12); " * 1_300)[:32_767]
    return _sheet(folder / "a.xlsx", _row(1, list(HEADERS)) + rows, strings=f"<si><t>{text}</t></si>")


def _many_strings(folder: Path, scale: int) -> bytes:
    strings = "".join(f"<si><t>{n}</t></si>" for n in range(40_000 * scale))
    return _sheet(folder / "a.xlsx", _ONE_ROW, strings=strings)


def _wide(folder: Path, scale: int) -> bytes:
    headers = [f"{HEADERS[n % 6]} thứ {n}" if n % 3 else HEADERS[n % 6] for n in range(16_000)]
    return _sheet(
        folder / "a.xlsx",
        _row(1, headers) + "".join(_row(n, ["Nghiên cứu về một việc", "Nguyễn Văn A"]) for n in (2, 3)),
    )


def _formulas(folder: Path, scale: int) -> bytes:
    formula = "(" * 100_000 * scale + "1" + ")" * 100_000 * scale
    cells = (
        f'<c r="A1"><f>{formula}</f><v>7</v></c><c r="B1"><f>HYPERLINK("http://example.invalid","x")</f></c>'
    )
    return _sheet(folder / "a.xlsx", f'<row r="1">{cells}</row>')


def _merges(folder: Path, scale: int) -> bytes:
    merges = "".join(f'<mergeCell ref="A{n}:XFD{n + 5}"/>' for n in range(1, 20_000 * scale))
    return raw_xlsx(
        folder / "a.xlsx", {"a": worksheet(_ONE_ROW, f"<mergeCells>{merges}</mergeCells>").encode()}
    ).read_bytes()


def _styles(folder: Path, scale: int) -> bytes:
    styles = "<fonts>" + "<font><name val='.VnTime'/></font>" * 10_000 * scale + "</fonts><cellXfs>"
    return _sheet(
        folder / "a.xlsx", _ONE_ROW, styles=styles + "<xf fontId='0'/>" * 10_000 * scale + "</cellXfs>"
    )


def _numbers(folder: Path, scale: int) -> bytes:
    cells = "".join(f'<row r="{n}"><c r="A{n}"><v>{"9" * 300_000}</v></c></row>' for n in range(1, 6 * scale))
    return _sheet(folder / "a.xlsx", cells)


def _ods_spaces(folder: Path, scale: int) -> bytes:
    cell = (
        '<table:table-cell office:value-type="string"><text:p>'
        + '<text:s text:c="99999999"/>' * 3_000
        + "</text:p></table:table-cell>"
    )
    rows = f"<table:table-row>{cell}</table:table-row>" * scale
    return raw_ods(folder / "a.ods", f'<table:table table:name="a">{rows}</table:table>').read_bytes()


def _ods_nested(folder: Path, scale: int) -> bytes:
    deep = "<table:table><table:table-row><table:table-cell>" * 50_000 * scale
    return raw_ods(
        folder / "a.ods", deep + "</table:table-cell></table:table-row></table:table>" * 50_000 * scale
    ).read_bytes()


def _text(pattern: str, times: int, encoding: str = "utf-8") -> Make:
    return lambda _folder, scale: (pattern * times * scale).encode(encoding)


def _csv_rows(folder: Path, scale: int) -> bytes:
    head = ";".join(HEADERS)
    return (
        head + "\n" + f"{'Nguyễn Văn A, ' * 60};{'50 (nữ: 12) ' * 40};1/1/2025 - ;1.250,5;x;y\n" * 280
    ).encode()


# -- JSON and texts


def _json(pattern: str, times: int, before: str = "", after: str = "") -> Make:
    return lambda _folder, scale: (before + pattern * times * scale + after).encode()


def _envelope_number(_folder: Path, _scale: int) -> bytes:
    """A card by a key of its own whose signed text holds a number beyond all numbers."""
    from tests.helpers.answers import CENTRE_KEY

    text = json.dumps(
        {"unit_code": "A", "public": CENTRE_KEY.public.line}, sort_keys=True, separators=(",", ":")
    )
    text = text[:-1] + ',"x":1e999}'
    signature = CENTRE_KEY.sign(text.encode(), "stdesk-envelope-1 key: x")
    outer = {"format": "stdesk-envelope-1", "type": "key", "body": text, "signature": signature}
    return json.dumps(outer, sort_keys=True, separators=(",", ":")).encode() + b"\n"


def _qr_bomb(_folder: Path, _scale: int) -> bytes:
    from stdesk.package.answer import QR_MARK, _base45

    return (QR_MARK + _base45(zlib.compress(bytes(2 << 20), 9))).encode()


def _bag(declaration: str, manifest: str) -> Make:
    def make(_folder: Path, scale: int) -> bytes:
        parts = (
            declaration,
            manifest * 20_000 * scale,
            "Label" * 50_000 * scale,
            "a:b " * 50_000 * scale,
            "0" * 400_000,
        )
        return "\n-----\n".join(parts).encode()

    return make


# -- PDFs and pictures


def _png(wide: int, high: int, rows: int = 8) -> bytes:
    """A PNG that says it is so large and holds some rows."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    data = zlib.compress((b"\0" + bytes(3 * wide)) * rows, 9)
    head = struct.pack(">IIBBBBB", wide, high, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", data) + chunk(b"IEND", b"")


def _png_text(_folder: Path, scale: int) -> bytes:
    """A small picture with a comment that unpacks to hundreds of megabytes."""
    bomb = b"Comment\0\0" + zlib.compress(bytes(20 << 20) * min(scale, 16), 9)
    chunk = struct.pack(">I", len(bomb)) + b"zTXt" + bomb + struct.pack(">I", zlib.crc32(b"zTXt" + bomb))
    small = _png(8, 8)
    return small[:33] + chunk + small[33:]


def _gif_frames(_folder: Path, scale: int) -> bytes:
    from PIL import Image

    out = io.BytesIO()
    frames = [Image.new("P", (8, 8), n % 200) for n in range(200 * scale)]
    frames[0].save(out, "GIF", save_all=True, append_images=frames[1:])
    return out.getvalue()


def _tiff_loop(_folder: Path, _scale: int) -> bytes:
    from PIL import Image

    out = io.BytesIO()
    Image.new("L", (8, 8)).save(out, "TIFF")
    raw = bytearray(out.getvalue())
    start = struct.unpack_from("<I", raw, 4)[0]
    count = struct.unpack_from("<H", raw, start)[0]
    struct.pack_into("<I", raw, start + 2 + 12 * count, start)  # the next page is this page
    return bytes(raw)


def _pdf(objects: list[bytes]) -> bytes:
    body = b"%PDF-1.7\n" + b"".join(b"%d 0 obj\n%s\nendobj\n" % (n, one) for n, one in enumerate(objects, 1))
    return body + b"trailer<</Size %d/Root 1 0 R>>\n%%%%EOF" % (len(objects) + 1)


def _pdf_stream(content: bytes, box: bytes = b"0 0 595 842") -> bytes:
    packed = zlib.compress(content, 9)
    return _pdf(
        [
            b"<</Type/Catalog/Pages 2 0 R/OpenAction<</S/Launch/F(calc.exe)>>>>",
            b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
            b"<</Type/Page/Parent 2 0 R/MediaBox[%s]/Contents 4 0 R/Resources<</XObject<</X 5 0 R>>>>>>"
            % box,
            b"<</Length %d/Filter/FlateDecode>>stream\n%s\nendstream" % (len(packed), packed),
            b"<</Type/XObject/Subtype/Form/BBox[0 0 9 9]/Resources<</XObject<</X 5 0 R>>>>"
            b"/Length 12>>stream\n/X Do /X Do \nendstream",
        ]
    )


FILES: dict[tuple[str, str], Make] = {
    ("xlsx", "billion laughs"): _declared(_LAUGHS, "&a11;"),
    ("xlsx", "one long entity, often"): _declared("<!DOCTYPE b [<!ENTITY a 'LONG'>]>", "&a;"),
    ("xlsx", "outside entity"): _declared("<!DOCTYPE b [<!ENTITY a SYSTEM 'file:///etc/passwd'>]>", "&a;x"),
    ("xlsx", "outside DTD"): _declared("<!DOCTYPE b SYSTEM 'http://example.invalid/a.dtd'>", "x"),
    ("xlsx", "deep nesting"): _deep,
    ("xlsx", "attributes"): _attributes,
    ("xlsx", "namespaces"): _namespaces,
    ("xlsx", "ratio"): _ratio,
    ("xlsx", "quoted overlap"): _quoted_overlap,
    ("xlsx", "zip64 lie"): _wide_lie,
    ("xlsx", "cells far apart"): _far_apart,
    ("xlsx", "one string everywhere"): _one_string,
    ("xlsx", "many strings"): _many_strings,
    ("xlsx", "16,000 columns"): _wide,
    ("xlsx", "deep formulas"): _formulas,
    ("xlsx", "merges"): _merges,
    ("xlsx", "styles"): _styles,
    ("xlsx", "long numbers"): _numbers,
    ("ods", "spaces"): _ods_spaces,
    ("ods", "nested tables"): _ods_nested,
    ("csv", "one line"): _text("a", 1 << 20),
    ("csv", "one line of columns"): _text("a;", 1 << 20),
    ("csv", "a quote without end"): _text('"a;b\n', 50_000),
    ("csv", "empty lines"): _text("\n", 2 << 20),
    ("csv", "one wide letter"): lambda _f, scale: ("\U0001f600;b\n" + "a;b\n" * 100_000 * scale).encode(),
    ("csv", "zeros"): _text("a;b\0\n", 200_000),
    ("csv", "UTF-16"): _text("đ;b\n", 40_000, "utf-16"),
    ("csv", "bad UTF-8"): lambda _f, scale: b"\xed\xa0\x80;\xff\xfe\n" * 20_000 * scale,
    ("csv", "accents without end"): lambda _f, scale: (
        "Tên;Năm\na" + "\u0301" * 400_000 * scale + ";2025\n"
    ).encode(),
    ("csv", "long cells"): _csv_rows,
    ("clipboard", "tags without end"): _text("<a ", 60_000),
    ("clipboard", "comments without end"): _text("<table><td><!--", 60_000),
    ("clipboard", "sections"): _text("<![", 60_000),
    ("clipboard", "quotes"): _text("<table><tr><td a='\"", 40_000),
    ("clipboard", "tables in tables"): _text("<table><tr><td>", 20_000),
    ("clipboard", "spans"): _text("<td rowspan=999 colspan=99>", 60_000),
    ("clipboard", "number of a sign"): lambda _f, scale: (
        b"<table><tr><td>x<td>&#" + b"9" * 100_000 * scale + b";"
    ),
    ("clipboard", "quoted cells"): _text('"a\t""', 60_000),
    ("mapping", "nested"): _json("[", 100_000),
    ("mapping", "long number"): _json("9", 900_000, '{"columns":', "}"),
    ("remarks", "nested"): _json('[{"a":', 100_000),
    ("remarks", "long number"): _json("9", 900_000, '[{"number":', "}]"),
    ("remarks", "half a letter"): _json('{"number":1,"error":"\\ud800"},', 1_000, "[", "{}]"),
    ("remarks", "no number"): _json('{"number":NaN,"error":-Infinity},', 1_000, "[", "{}]"),
    ("remarks", "endless number"): _json('{"number":1e999,"error":"x"},', 1_000, "[", "{}]"),
    ("snapshot", "nested"): _json("[", 200_000),
    ("snapshot", "long number"): _json("9", 900_000, '{"format":', "}"),
    ("remembered", "nested"): _json("[", 200_000),
    ("envelope", "nested"): _json('{"a":', 150_000),
    ("envelope", "braces in the body"): _json(
        "{", 500_000, '{"body":"', '","format":"stdesk-envelope-1","signature":"","type":"key"}\n'
    ),
    ("envelope", "endless number"): _envelope_number,
    ("code", "QR that unpacks"): _qr_bomb,
    ("code", "long"): _text("a - ", 300_000),
    ("bag", "long lines"): _bag("BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n", "0 \t"),
    ("bag", "odd encoding"): _bag(
        "BagIt-Version: 0.97\nTag-File-Character-Encoding: a\0b\n", "0  data/a.txt\n"
    ),
    ("bag", "unpacking encoding"): _bag(
        "BagIt-Version: 0.97\nTag-File-Character-Encoding: zip\n", "0  data/a.txt\n"
    ),
    ("picture", "60,000 points wide"): lambda _f, _s: _png(60_000, 60_000),
    ("picture", "cut short"): lambda _f, _s: _png(3_000, 3_000),
    ("picture", "comment"): _png_text,
    ("picture", "frames"): _gif_frames,
    ("picture", "pages in a ring"): _tiff_loop,
    ("scan", "pages in a ring"): _tiff_loop,
    ("scan", "60,000 points wide"): lambda _f, _s: _png(60_000, 60_000),
    ("pdf", "forms in forms"): lambda _f, _s: _pdf_stream(b"/X Do " * 20),
    ("pdf", "unpacks"): lambda _f, scale: _pdf_stream(b" " * (10 << 20) * min(scale, 16)),
    ("pdf", "saves"): lambda _f, scale: _pdf_stream(b"q " * 500_000 * scale),
    ("pdf", "huge page"): lambda _f, _s: _pdf_stream(b"", b"0 0 1e9 1e9"),
}

"""Every reader of a foreign file, with good files of its format and how they are spoilt."""

from __future__ import annotations

import io
import json
import random
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any

from tests.helpers import reading_packages as packed
from tests.helpers.mutating import spoil, spoil_value, spoil_zip

Spoil = Callable[[bytes, random.Random, list[bytes]], bytes]
_TODAY = date(2026, 11, 22)
_DATA = Path(__file__).resolve().parents[1] / "exchange" / "data"


@dataclass(frozen=True, slots=True)
class Reader:
    """A reader of foreign bytes.

    Attributes:
        read: takes the bytes and a folder for its files; raises UserError or OSError, nothing else.
        seeds: makes good files in a folder, each a few kilobytes.
        apart: it runs in the process that may die alone.
        costly: files of it take more than some ten milliseconds.
    """

    read: Callable[[bytes, Path], object]
    seeds: Callable[[Path], list[bytes]]
    spoil: Spoil = spoil
    apart: bool = False
    costly: bool = False


# -- workbooks and lists


def _workbook(suffix: str, raw: bytes, folder: Path) -> None:
    from stdesk.domain.kinds import all_kinds
    from stdesk.exchange.plan import plan_import
    from stdesk.exchange.readers import read_workbook

    path = folder / f"đọc{suffix}"
    path.write_bytes(raw)
    book = read_workbook(path)
    if sum(len(sheet.rows) for sheet in book.sheets) <= 300:
        plan_import(book, all_kinds(), today=_TODAY)


_TABLE = (
    ("TT", "Tên nhiệm vụ", "Chủ nhiệm", "Thời gian", "Kinh phí (triệu đồng)", "Số người tham gia", "Ghi chú"),
    (
        1,
        "Nâng cao hiệu quả khám nghiệm hiện trường",
        "ThS. Nguyễn Văn A; Trần Thị B",
        "01/2025 - 12/2026",
        "1.250,5",
        "50 (nữ: 12)",
        "x",
    ),
    (
        2,
        "Ứng dụng trí tuệ nhân tạo",
        "Đại tá, PGS.TS Lê C (chủ biên)",
        "2026",
        300,
        "02 lớp x 50 người",
        "10.1234/abc",
    ),
)


def _xlsx(folder: Path) -> list[bytes]:
    from tests.helpers.workbooks import raw_xlsx, save, text_cell

    strings = "<si><t>Tên tài liệu</t></si><si><r><rPr><rFont val='.VnTime'/></rPr><t>N©ng cao</t></r></si>"
    cells = (
        f'<row r="1">{text_cell("A1", "TT")}<c r="B1" t="s"><v>0</v></c></row>'
        '<row r="2"><c r="A2"><v>1</v></c><c r="B2" t="s"><v>1</v></c><c r="C2" s="0"><f>1+1</f><v>45000</v></c></row>'
    )
    return [
        save(folder / "a.xlsx", _TABLE).read_bytes(),
        raw_xlsx(folder / "b.xlsx", {"Một": cells, "Hai": cells}, strings=strings).read_bytes(),
    ]


def _xlsb(folder: Path) -> list[bytes]:
    from tests.helpers.workbooks import raw_xlsb

    cells = {
        (row, column): str(value) for row, line in enumerate(_TABLE) for column, value in enumerate(line)
    }
    return [raw_xlsb(folder / "a.xlsb", cells).read_bytes()]


def _csv(_folder: Path) -> list[bytes]:
    text = "\n".join(";".join(f'"{one}"' if ";" in str(one) else str(one) for one in line) for line in _TABLE)
    return [
        text.encode(),
        text.encode("utf-16"),
        text.replace(";", "\t").encode("utf-8-sig"),
        text.encode("cp1258", "replace"),
    ]


def _clipboard(raw: bytes, _folder: Path) -> None:
    from stdesk.exchange.clipboard import read_table

    text = raw.decode("utf-8", "surrogateescape")
    read_table(text)
    read_table("", text)


def _pasted(_folder: Path) -> list[bytes]:
    cells = "".join(f"<tr>{''.join(f'<td colspan=2>{one}</td>' for one in line)}</tr>" for line in _TABLE)
    rows = "\n".join("\t".join(f'"{one}\n""x"""' for one in line) for line in _TABLE)
    return [f"<html><style>td</style><table>{cells}</table></html>".encode(), rows.encode()]


# -- PDFs, pictures, scans


def read_apart(reader: str, raw: bytes) -> None:
    """``raw`` as the program reads it: by the other process."""
    from stdesk.exchange.foreign import Foreign
    from stdesk.exchange.pdf_pages import draw_page
    from stdesk.exchange.pictures import read_picture
    from stdesk.exchange.scans import _ask
    from stdesk.progress import Progress

    file = Foreign("tệp", lambda: io.BytesIO(raw))
    if reader == "pdf":
        draw_page(file, 0, 200)
    elif reader == "picture":
        read_picture(file)
    else:
        _ask(file, 0, Progress())


# The very functions of the other process.


def _pdf(raw: bytes, _folder: Path) -> None:
    from stdesk.exchange import pdf_child

    pdf_child.look(io.BytesIO(raw), [])
    pdf_child.text(io.BytesIO(raw), [])
    pdf_child.draw(io.BytesIO(raw), [0, 200])


def _pdfs(folder: Path) -> list[bytes]:
    from reportlab.lib.pagesizes import A4
    from reportlab.pdfgen.canvas import Canvas

    canvas = Canvas(str(folder / "a.pdf"), pagesize=A4, pageCompression=0)
    canvas.setTitle("Nghien cuu")
    canvas.drawString(100, 700, "NGHIEN CUU UNG DUNG TRI TUE NHAN TAO")
    canvas.drawInlineImage(_image("RGB"), 100, 100, 60, 60)
    canvas.showPage()
    canvas.drawString(100, 700, "DOI: 10.1234/abc.2026")
    canvas.save()
    plain = (folder / "a.pdf").read_bytes()
    return [plain, _small_pdf()]


def _small_pdf() -> bytes:
    content = zlib.compress(b"BT /F1 24 Tf 72 700 Td (Chao) Tj ET 0 0 m 100 100 l S")
    objects = (
        b"<</Type/Catalog/Pages 2 0 R/Outlines 6 0 R/OpenAction<</S/JavaScript/JS(app.alert(1))>>>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R/Resources<</Font<</F1 5 0 R>>>>>>",
        b"<</Length %d/Filter/FlateDecode>>stream\n%s\nendstream" % (len(content), content),
        b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
        b"<</Type/Outlines/First 6 0 R/Last 6 0 R/Count 1>>",
    )
    body = b"%PDF-1.7\n" + b"".join(b"%d 0 obj\n%s\nendobj\n" % (n, one) for n, one in enumerate(objects, 1))
    return body + b"trailer<</Size 7/Root 1 0 R>>\n%%EOF"


def _image(mode: str) -> Any:
    from PIL import Image

    image = Image.new("RGB", (37, 23), "teal")
    image.paste("white", (5, 5, 20, 15))
    return image.convert(mode)


def _picture(raw: bytes, _folder: Path) -> None:
    from stdesk.exchange import picture_child

    told, pixels = picture_child.picture(io.BytesIO(raw), [20])
    assert told.get("too_big") or len(pixels) == 3 * told["width"] * told["height"]


def _pictures(_folder: Path) -> list[bytes]:
    made = []
    for form, mode, more in (
        ("PNG", "RGBA", {}),
        ("PNG", "P", {}),
        ("PNG", "I;16", {}),
        ("JPEG", "RGB", {}),
        ("JPEG", "CMYK", {"progressive": True}),
        ("GIF", "P", {}),
        ("BMP", "RGB", {}),
        ("BMP", "P", {}),
        ("TIFF", "RGB", {"compression": "tiff_lzw"}),
        ("TIFF", "1", {"compression": "group4"}),
        ("TIFF", "RGB", {"compression": "jpeg"}),
        ("TIFF", "L", {"compression": "tiff_deflate"}),
        ("WEBP", "RGBA", {}),
        ("WEBP", "RGB", {"lossless": True}),
    ):
        out = io.BytesIO()
        image = _image("L").convert("I;16") if mode == "I;16" else _image(mode)
        image.save(out, form, **more)
        made.append(out.getvalue())
    out = io.BytesIO()
    _image("RGB").save(out, "GIF", save_all=True, append_images=[_image("L"), _image("RGB")])
    return [*made, out.getvalue()]


def _scan(raw: bytes, _folder: Path) -> None:
    from stdesk.exchange import scan_child

    scan_child.codes(io.BytesIO(raw), [0])


def _scans(_folder: Path) -> list[bytes]:
    import segno

    out, png = io.BytesIO(), io.BytesIO()
    segno.make("STDESK1:ABC 7/9").save(png, kind="png", scale=3)
    from PIL import Image

    Image.open(png).convert("L").save(out, "TIFF", compression="tiff_lzw")
    return [png.getvalue(), out.getvalue()]


def _page_text(raw: bytes, _folder: Path) -> None:
    """What the other process says, were it taken over by the file: its answer is foreign too."""
    from stdesk.domain.kinds import all_kinds
    from stdesk.errors import UserError
    from stdesk.exchange import first_page, foreign

    told, _ = foreign._parsed("tệp.pdf", 0, raw)
    try:
        page = first_page._page(told)
    except (LookupError, TypeError, ValueError, AttributeError, ArithmeticError):  # as read_first_page does
        raise UserError("pdf_unreadable", name="tệp.pdf") from None
    for kind in all_kinds():
        first_page.propose(kind, page, "10.1234_abc.pdf", today=_TODAY)


def _page_texts(folder: Path) -> list[bytes]:
    from stdesk.exchange import pdf_child
    from tests.helpers.first_pages import PAGES, write

    made = []
    for page in PAGES[::8]:
        raw = write(page, folder / "p.pdf").read_bytes()
        made.append(json.dumps(pdf_child.text(io.BytesIO(raw), [])[0]).encode())
    return made


def _spoil_json(raw: bytes, chance: random.Random, others: list[bytes]) -> bytes:
    if chance.random() < 0.3:
        return spoil(raw, chance, others)
    return json.dumps(spoil_value(json.loads(raw), chance), ensure_ascii=chance.random() < 0.5).encode()


# -- JSON files


def _mapping(raw: bytes, folder: Path) -> None:
    from stdesk.domain.kinds import all_kinds
    from stdesk.exchange.mapping import read_mapping

    (folder / "m.json").write_bytes(raw)
    read_mapping(folder / "m.json", all_kinds())


def _remarks(raw: bytes, folder: Path) -> None:
    from stdesk.central import remarks

    (folder / "r.json").write_bytes(raw)
    for _row, said in remarks._from_json(folder / "r.json"):
        assert all(isinstance(one, str) for one in said.values())


def _snapshot(raw: bytes, _folder: Path) -> None:
    from stdesk.reports.snapshot import Snapshot

    Snapshot.from_bytes(raw)


def _snapshots(_folder: Path) -> list[bytes]:
    return [(_DATA.parents[1] / "golden" / "snapshots" / "v1.json").read_bytes()]


def _remembered(raw: bytes, folder: Path) -> None:
    from stdesk.ui.widgets.remembered import Remembered

    (folder / "w.json").write_bytes(raw)
    found = Remembered(folder / "w.json")
    found.get("language")
    found.get_bytes("geometry")


# -- cells and what is typed


def _texts(raw: bytes, _folder: Path) -> None:
    """One text as every field of every kind reads it, and as the import's readers of cells do."""
    from stdesk.domain.fields import FieldType
    from stdesk.domain.kinds import all_kinds
    from stdesk.domain.values import canonical
    from stdesk.errors import UserError
    from stdesk.exchange import legacy
    from stdesk.exchange.attendance import read_attendance

    text = raw.decode("utf-8", "replace")[:40_000]
    for kind in all_kinds():
        for field in kind.fields:
            if field.type is FieldType.FILES:
                continue
            try:
                canonical(field, text)
            except UserError as error:
                assert str(error) != error.code
    read_attendance(text)
    legacy.suspect(text)
    for code in (legacy.TCVN3, legacy.VNI):
        legacy.decode(text, code)


def _typed(_folder: Path) -> list[bytes]:
    made = (
        "50 (nữ: 12), nam 38",
        "02 lớp x 50 người",
        "1.250,5 triệu đồng",
        "01/2025 - 12/2026",
        "ngày 05 tháng 11 năm 2026",
        "GS.TS Nguyễn Văn A (chủ biên), Trần Thị B; Đại tá Lê C",
        "10.1234/abc.2026",
        "0866-756X",
        "978-604-0-00001-0",
        "tr. 12 - 25",
        "N©ng cao hiÖu qu¶",
        "Coâng an tænh Minh Haûi",
    )
    return [one.encode() for one in made]


def _json_seeds(*values: Any) -> Callable[[Path], list[bytes]]:
    return lambda _folder: [json.dumps(one, ensure_ascii=False).encode() for one in values]


_MAPPING = {"kind": "publication", "columns": {"Tên": "title", "Năm": "issued", "Ghi chú": ""}}
_REMARK = {
    "unit": "PC09",
    "kind": "publication",
    "number": 3,
    "field": "issn",
    "error": "Sai",
    "advice": "Xem lại",
}

READERS: dict[str, Reader] = {
    "xlsx": Reader(partial(_workbook, ".xlsx"), _xlsx, spoil_zip),
    "xlsb": Reader(partial(_workbook, ".xlsb"), _xlsb, spoil_zip),
    "ods": Reader(partial(_workbook, ".ods"), lambda _: [(_DATA / "phong-cu.ods").read_bytes()], spoil_zip),
    "xls": Reader(partial(_workbook, ".xls"), lambda _: [(_DATA / "phong-cu.xls").read_bytes()]),
    "csv": Reader(partial(_workbook, ".csv"), _csv),
    "clipboard": Reader(_clipboard, _pasted),
    "pdf": Reader(_pdf, _pdfs, apart=True, costly=True),
    "picture": Reader(_picture, _pictures, apart=True),
    "scan": Reader(_scan, _scans, apart=True, costly=True),
    "page_text": Reader(_page_text, _page_texts, _spoil_json),
    "package": Reader(packed.package, packed.packages, packed.spoil_package, costly=True),
    "sealed": Reader(packed.sealed, packed.seals, costly=True),
    "snapshot": Reader(_snapshot, _snapshots, _spoil_json),
    "bag": Reader(packed.bag, packed.bags),
    "envelope": Reader(packed.envelope, packed.envelopes, packed.spoil_envelope),
    "code": Reader(packed.code, packed.codes),
    "mapping": Reader(_mapping, _json_seeds(_MAPPING), _spoil_json),
    "remarks": Reader(_remarks, _json_seeds([_REMARK, _REMARK]), _spoil_json),
    "remembered": Reader(_remembered, _json_seeds({"language": "vi", "geometry": "AdnQywAD"}), _spoil_json),
    "text": Reader(_texts, _typed),
}

"""Files that are no workbook, broken, or built to harm: one sentence each, quickly and in little memory."""

from __future__ import annotations

import os
import random
import subprocess
import sys
import time
import zipfile
from collections.abc import Callable
from pathlib import Path

import docx
import pytest

from stdesk import i18n, resources
from stdesk.errors import Exit, UserError
from stdesk.exchange.readers import read_workbook
from stdesk.exchange.sheets import Row, Workbook
from tests.helpers.workbooks import (
    compound_file,
    raw_ods,
    raw_xlsb,
    raw_xlsx,
    relationships,
    save,
    text_cell,
    worksheet,
)

DATA = Path(__file__).parent / "data"
SAMPLE = resources.path("samples", "so-lieu-don-vi-2026.xlsx")
ONE_ROW = f'<row r="1">{text_cell("A1", "x")}</row>'
BOMB = (
    '<?xml version="1.0"?><!DOCTYPE b [<!ENTITY a0 "ha">'
    + "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 12))
    + "]>"
)


def refusal(path: Path) -> UserError:
    with pytest.raises(UserError) as caught:
        read_workbook(path)
    error = caught.value
    for language in i18n.LANGUAGES:
        i18n.use(language)
        assert path.name in str(error)
        assert str(error) != error.code
        assert "…" not in str(error)
    i18n.use("vi")
    return error


@pytest.mark.parametrize(
    ("name", "data", "code"),
    [
        ("thư.xlsx", "Kính gửi đồng chí,\nXin báo cáo số liệu.\n".encode(), "not_a_workbook"),
        ("thư.txt", "Kính gửi, đồng chí\nXin báo cáo số liệu.\nTrân trọng\n".encode(), "not_a_workbook"),
        ("a.xlsx", b"%PDF-1.7\n%\xe2\xe3", "not_a_workbook"),
        ("a.png", b"\x89PNG\r\n\x1a\n" + bytes(100), "not_a_workbook"),
        ("a.xls", b"\xff\xd8\xff\xe0" + bytes(100), "not_a_workbook"),
        ("a.xlsx", b"{\\rtf1 x}", "not_a_workbook"),
        ("a.csv", bytes(range(256)) * 4, "not_a_workbook"),
        ("a.csv", b"\n \n", "workbook_empty_file"),
        ("a.xlsx", b"", "workbook_empty_file"),
        ("a.xls", b"<html><table><tr><td>1</td></tr></table></html>", "workbook_is_web_page"),
        ("a.xls", b'\xef\xbb\xbf<?xml version="1.0"?><Workbook/>', "workbook_is_web_page"),
        ("a.xlsx", b"PK\x05\x06" + bytes(18), "not_a_workbook"),
        ("a.xlsx", b"PK\x03\x04" + bytes(50), "workbook_damaged"),
        ("a.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(1000), "workbook_damaged"),
        ("a.xls", b"\x09\x08\x08\x00" + bytes(1000), "workbook_damaged"),
    ],
)
def test_files_of_other_kinds(tmp_path: Path, name: str, data: bytes, code: str) -> None:
    path = tmp_path / name
    path.write_bytes(data)
    error = refusal(path)
    assert (error.code, error.exit_code) == (code, Exit.NO)


def test_word_files_and_archives(tmp_path: Path) -> None:
    docx.Document().save(str(tmp_path / "báo cáo.xlsx"))
    assert refusal(tmp_path / "báo cáo.xlsx").code == "workbook_is_word"
    assert refusal(compound_file(tmp_path / "cũ.xls", ["WordDocument"])).code == "workbook_is_word"
    assert refusal(compound_file(tmp_path / "thư.msg", ["__properties"])).code == "not_a_workbook"
    with zipfile.ZipFile(tmp_path / "nén.zip", "w") as archive:
        archive.write(SAMPLE, "số liệu.xlsx")
    assert refusal(tmp_path / "nén.zip").code == "workbook_is_archive"
    raw_ods(tmp_path / "a.ods", "")
    with zipfile.ZipFile(tmp_path / "thư.odt", "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.text")
        archive.writestr("content.xml", "<a/>")
    assert refusal(tmp_path / "thư.odt").code == "not_a_workbook"


def test_passwords(tmp_path: Path) -> None:
    new = compound_file(tmp_path / "a.xlsx", ["EncryptionInfo", "EncryptedPackage"])
    assert refusal(new).code == "workbook_password"
    manifest = {"META-INF/manifest.xml": b"<m><encryption-data/></m>"}
    assert refusal(raw_ods(tmp_path / "a.ods", "", parts=manifest)).code == "workbook_password"
    old = tmp_path / "a.xls"
    # Records BOF (workbook, BIFF8) and FILEPASS, as MS-XLS 2.1.7.20 puts them in front.
    old.write_bytes(
        bytes.fromhex("09081000 0006 0500") + bytes(12) + bytes.fromhex("2f000600") + bytes(6) + bytes(4)
    )
    assert refusal(old).code == "workbook_password"


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no pipes here")
def test_a_pipe_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "a.xlsx")
    assert refusal(tmp_path / "a.xlsx").code == "not_a_workbook"


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may read anything")
def test_no_permission(tmp_path: Path) -> None:
    path = save(tmp_path / "a.xlsx", [[1]])
    path.chmod(0)
    assert refusal(path).exit_code == Exit.ENVIRONMENT


# --- bombs


@pytest.mark.parametrize(
    "build",
    [
        lambda p: raw_xlsx(
            p, {"a": (BOMB + worksheet("<row r='1'><c r='A1'><v>&a11;</v></c></row>")).encode()}
        ),
        lambda p: raw_xlsx(p, {"a": ""}, parts={"xl/worksheets/sheet2.xml": b""}, strings="</sst>" + BOMB),
        lambda p: raw_xlsx(
            p, {"a": ('<!DOCTYPE w [<!ENTITY x SYSTEM "file:///etc/passwd">]>' + worksheet("")).encode()}
        ),
        lambda p: _with_part(p, "xl/workbook.xml", BOMB.encode() + b"<b>&a11;</b>"),
        lambda p: _with_part(p, "_rels/.rels", BOMB.encode() + b"<b>&a11;</b>"),
        lambda p: _replaced_content(p, BOMB.encode() + b"<b>&a11;</b>"),
    ],
)
def test_entities_are_refused_at_once(tmp_path: Path, build: Callable[[Path], Path]) -> None:
    path = build(tmp_path / "bom")
    started = time.perf_counter()
    assert refusal(path).code in ("workbook_unsafe", "workbook_damaged")
    assert time.perf_counter() - started < 2


def _with_part(path: Path, name: str, data: bytes) -> Path:
    """A good workbook with one part replaced."""
    good = raw_xlsx(path.with_suffix(".good"), {"a": ONE_ROW})
    with zipfile.ZipFile(good) as source, zipfile.ZipFile(path, "w") as target:
        for member in source.namelist():
            target.writestr(member, data if member == name else source.read(member))
    return path


def _replaced_content(path: Path, data: bytes) -> Path:
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("content.xml", data)
    return path


def test_a_part_that_unpacks_without_end(tmp_path: Path) -> None:
    part = worksheet(ONE_ROW + " " * (30 << 20)).encode()
    assert refusal(raw_xlsx(tmp_path / "a.xlsx", {"a": part})).code == "workbook_unsafe"


def test_more_than_a_workbook_unpacks_to(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    piece = os.urandom(1 << 20) * 10  # beyond deflate's window: grows little, shrinks not at all
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for n in range(61):
            archive.writestr(f"{n}.bin", piece[: 1 << 16])
    data = bytearray(path.read_bytes())
    # Every part claims 10 MB: the sum is refused before anything is unpacked.
    place = data.find(b"PK\x01\x02")
    while place >= 0:
        data[place + 24 : place + 28] = (10 << 20).to_bytes(4, "little")
        place = data.find(b"PK\x01\x02", place + 4)
    path.write_bytes(data)
    assert refusal(path).code == "workbook_too_big"


def test_too_many_parts(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    with zipfile.ZipFile(path, "w") as archive:
        for n in range(10_001):
            archive.writestr(str(n), b"")
    assert refusal(path).code == "workbook_too_big"


def test_two_names_for_the_same_bytes(tmp_path: Path) -> None:
    path = raw_xlsx(tmp_path / "a.xlsx", {"a": ONE_ROW, "b": ONE_ROW})
    data = bytearray(path.read_bytes())
    entries = []
    place = data.find(b"PK\x01\x02")
    while place >= 0:
        entries.append(place)
        place = data.find(b"PK\x01\x02", place + 4)
    data[entries[-1] + 42 : entries[-1] + 46] = data[entries[-2] + 42 : entries[-2] + 46]
    path.write_bytes(data)
    assert refusal(path).code == "workbook_unsafe"


def test_one_name_twice_and_strange_packing(tmp_path: Path) -> None:
    path = raw_xlsx(tmp_path / "a.xlsx", {"a": ONE_ROW}, parts={"XL/Workbook.xml": b"<other/>"})
    assert refusal(path).code == "workbook_unsafe"
    path = raw_xlsx(tmp_path / "b.xlsx", {"a": ONE_ROW}, compress=zipfile.ZIP_LZMA)
    assert refusal(path).code == "workbook_unsafe"


def test_a_tag_of_megabytes(tmp_path: Path) -> None:
    noise = os.urandom(6 << 20).hex()
    path = raw_xlsx(tmp_path / "a.xlsx", {"a": worksheet("", before=f'<x a="{noise}"/>').encode()})
    assert refusal(path).code == "workbook_unsafe"


def test_a_cell_in_the_last_corner(tmp_path: Path) -> None:
    rows = '<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="XFD1048576"><v>2</v></c></row>'
    sheet = read_workbook(raw_xlsx(tmp_path / "a.xlsx", {"a": rows})).sheets[0]
    assert [row.number for row in sheet.rows] == [1, 1_048_576]
    assert sheet.rows[1].values == (None,) * 16_383 + (2,)
    sheet = read_workbook(raw_xlsb(tmp_path / "a.xlsb", {(0, 0): 1.0, (1_048_575, 16_383): 2.0})).sheets[0]
    assert [row.number for row in sheet.rows] == [1, 1_048_576]


@pytest.mark.parametrize(
    "cell", ["XFE1", "AAAA1", "A0", "a1", "1", "é1"],
)  # fmt: skip
def test_places_outside_a_sheet(tmp_path: Path, cell: str) -> None:
    row = "0" if cell == "A0" else "1"
    path = raw_xlsx(tmp_path / "a.xlsx", {"Trang số 1": f'<row r="{row}"><c r="{cell}"><v>1</v></c></row>'})
    error = refusal(path)
    assert error.code == "workbook_damaged"
    assert "Trang số 1" in str(error)


def test_repeated_cells_of_open_document(tmp_path: Path) -> None:
    path = raw_ods(
        tmp_path / "a.ods",
        '<table:table table:name="a"><table:table-row table:number-rows-repeated="1048576">'
        '<table:table-cell table:number-columns-repeated="16384" office:value-type="float" office:value="3"/>'
        "</table:table-row></table:table>",
    )
    assert refusal(path).code == "workbook_too_big"
    blanks = '<text:s text:c="999999999"/>' * 5000
    path = raw_ods(
        tmp_path / "b.ods",
        '<table:table table:name="a"><table:table-row><table:table-cell office:value-type="string"><text:p>'
        f"{blanks}</text:p></table:table-cell></table:table-row></table:table>",
    )
    assert refusal(path).code == "workbook_too_big"


def test_formatted_empty_rows_are_passed_over_in_little_memory(tmp_path: Path) -> None:
    """In a process of its own with bounded memory; the last row must not be lost."""
    pytest.importorskip("resource")
    empty = "".join(f'<c r="{letter}%d" s="1"/>' for letter in "ABCDEF")
    row = f'<row r="%d" spans="1:6" ht="15" customHeight="1">{empty}</row>'
    rows = "".join(row % ((n,) * 7) for n in range(2, 200_000))
    path = raw_xlsx(
        tmp_path / "a.xlsx",
        {"a": f'{ONE_ROW}{rows}<row r="1048576">{text_cell("F1048576", "cuối")}</row>'},
    )
    code = (
        "import resource, sys\nresource.setrlimit(resource.RLIMIT_AS, (400 << 20, 400 << 20))\n"
        "from pathlib import Path\nfrom stdesk.exchange.readers import read_workbook\n"
        "sheet = read_workbook(Path(sys.argv[1])).sheets[0]\n"
        "assert [(row.number, row.values[-1]) for row in sheet.rows] == [(1, 'x'), (1048576, 'cu\\u1ed1i')]\n"
    )
    started = time.perf_counter()
    subprocess.run([sys.executable, "-c", code, str(path)], check=True, timeout=60)
    assert time.perf_counter() - started < 10


def test_three_hundred_sheets_and_long_cells(tmp_path: Path) -> None:
    long = "Điều tra " * 3640
    book = read_workbook(
        raw_xlsx(
            tmp_path / "a.xlsx",
            {f"T{n}": f'<row r="1">{text_cell("A1", long[:32767])}</row>' for n in range(300)},
        )
    )
    assert len(book.sheets) == 300
    assert all(sheet.rows == (Row(1, (long[:32767],)),) for sheet in book.sheets)


def test_strings_that_are_not_there(tmp_path: Path) -> None:
    cell = '<row r="1"><c r="A1" t="s"><v>%s</v></c></row>'
    assert refusal(raw_xlsx(tmp_path / "a.xlsx", {"a": cell % 0})).code == "workbook_damaged"
    path = raw_xlsx(tmp_path / "b.xlsx", {"a": cell % 7}, strings="<si><t>x</t></si>")
    assert refusal(path).code == "workbook_damaged"


def test_a_sheet_listed_but_missing(tmp_path: Path) -> None:
    path = raw_xlsx(tmp_path / "a.xlsx", {"a": ONE_ROW})
    with zipfile.ZipFile(path) as source, zipfile.ZipFile(tmp_path / "b.xlsx", "w") as target:
        for name in source.namelist():
            if "sheet1" not in name:
                target.writestr(name, source.read(name))
    assert refusal(tmp_path / "b.xlsx").code == "workbook_damaged"


def test_numbers_that_are_none_are_kept_as_text(tmp_path: Path) -> None:
    cells = "".join(
        f'<c r="{place}1"><v>{value}</v></c>'
        for place, value in zip("ABCDE", ("12a", "nan", "1e999", "9" * 5000, "1_000"), strict=True)
    )
    values = (
        read_workbook(raw_xlsx(tmp_path / "a.xlsx", {"a": f'<row r="1">{cells}</row>'}))
        .sheets[0]
        .rows[0]
        .values
    )
    assert values == ("12a", "nan", "1e999", "9" * 5000, "1_000")


def test_outside_parts_are_never_fetched(tmp_path: Path) -> None:
    outside = relationships(
        'Type="http://x/worksheet" TargetMode="External" Target="http://example.invalid/a.xml"'
    ).replace('Id="r0"', 'Id="rId1"')
    path = _with_part(tmp_path / "a.xlsx", "xl/_rels/workbook.xml.rels", outside.encode())
    assert read_workbook(path).sheets == ()


# --- damage


def _read_or_refused(path: Path) -> Workbook | str:
    started = time.perf_counter()
    try:
        return read_workbook(path)
    except UserError as error:
        return error.code
    finally:
        assert time.perf_counter() - started < 10


@pytest.mark.parametrize(
    "source", [SAMPLE, DATA / "phong-cu.xls", DATA / "phong-cu.ods"], ids=lambda p: p.suffix
)
def test_cut_anywhere(tmp_path: Path, source: Path) -> None:
    data = source.read_bytes()
    path = tmp_path / "cut"
    whole = read_workbook(source)
    for part in range(60):
        path.write_bytes(data[: len(data) * part // 60])
        found = _read_or_refused(path)
        # A cut workbook is never taken for a whole one with less in it.
        assert isinstance(found, str) or found.sheets == whole.sheets


@pytest.mark.parametrize(
    "source", [SAMPLE, DATA / "phong-cu.xls", DATA / "phong-cu.ods"], ids=lambda p: p.suffix
)
def test_any_byte_changed(tmp_path: Path, source: Path) -> None:
    data = source.read_bytes()
    chance = random.Random(20261115)
    path = tmp_path / "flip"
    for _ in range(200):
        changed = bytearray(data)
        for _ in range(chance.choice((1, 1, 1, 8))):
            changed[chance.randrange(len(changed))] ^= 1 << chance.randrange(8)
        path.write_bytes(changed)
        _read_or_refused(path)


def test_any_byte_of_the_xml_changed(tmp_path: Path) -> None:
    """Behind the ZIP's checksums: each part is damaged and packed anew."""
    chance = random.Random(8)
    with zipfile.ZipFile(SAMPLE) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    targets = [name for name in parts if name.startswith(("xl/", "_rels", "[Content"))]
    path = tmp_path / "a.xlsx"
    for _ in range(100):
        name = chance.choice(targets)
        changed = bytearray(parts[name])
        for _ in range(chance.choice((1, 4))):
            changed[chance.randrange(len(changed))] = chance.randrange(256)
        with zipfile.ZipFile(path, "w") as archive:
            for part, data in parts.items():
                archive.writestr(part, bytes(changed) if part == name else data)
        _read_or_refused(path)


def test_any_byte_of_a_binary_workbook_changed(tmp_path: Path) -> None:
    chance = random.Random(9)
    good = raw_xlsb(tmp_path / "good.xlsb", {(n, n % 5): f"số {n}" if n % 2 else float(n) for n in range(40)})
    with zipfile.ZipFile(good) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    path = tmp_path / "a.xlsb"
    for _ in range(150):
        name = chance.choice(["xl/workbook.bin", "xl/worksheets/sheet1.bin"])
        changed = bytearray(parts[name])
        changed[chance.randrange(len(changed))] = chance.randrange(256)
        with zipfile.ZipFile(path, "w") as archive:
            for part, data in parts.items():
                archive.writestr(part, bytes(changed) if part == name else data)
        _read_or_refused(path)

"""Workbooks as units send them, read back as they were meant."""

# ruff: noqa: DTZ001, E501 - a cell's moment has no zone; pieces of XML stay in one line

from __future__ import annotations

import struct
import time
from datetime import date, datetime
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl.styles import Font
from python_calamine import CalamineWorkbook

from stdesk import resources
from stdesk.errors import Exit, UserError
from stdesk.exchange.readers import read_workbook
from stdesk.exchange.sheets import Row, Sheet
from stdesk.progress import Cancelled, Progress
from stdesk.text import nfc
from tests.helpers.workbooks import (
    MAIN,
    raw_ods,
    raw_xlsb,
    raw_xlsx,
    save,
    save_old_fonts,
    text_cell,
    worksheet,
)

DATA = Path(__file__).parent / "data"


def only_sheet(path: Path) -> Sheet:
    (sheet,) = read_workbook(path).sheets
    return sheet


# --- the sample a unit would send


def test_the_sample_reads_as_proper_vietnamese() -> None:
    book = read_workbook(resources.path("samples", "so-lieu-don-vi-2026.xlsx"))
    assert [sheet.name for sheet in book.sheets] == ["Ấn phẩm", "Đề tài", "Tập huấn", "De tai cu (TCVN3)"]
    assert [len(sheet.rows) for sheet in book.sheets] == [94, 51, 19, 26]
    assert book.sheets[0].merged == ((3, 0, 3, 10),)
    old = book.sheets[3]
    by_number = {row.number: row for row in old.rows}
    assert by_number[1].values == ("Danh mục đề tài đã nghiệm thu",)
    assert by_number[3].values == ("STT", "Tên đề tài", "Chủ nhiệm", "Năm nghiệm thu", "Xếp loại")
    assert by_number[5].values == (
        2, "Giải pháp tăng cường công tác giám định kỹ thuật hình sự hiện nay", "Lý Công Cường", 2012, "Đạt",
    )  # fmt: skip
    assert by_number[17].values[2] == "Hoàng Xuân Ánh"
    letters = set(
        "aăâeêioôơuưyàảãáạằẳẵắặầẩẫấậèẻẽéẹềểễếệìỉĩíịòỏõóọồổỗốộờởỡớợùủũúụừửữứựỳỷỹýỵbcdđghklmnpqrstvx ,-0123456789"
    )
    for row in old.rows:
        for value in row.values:
            assert not isinstance(value, str) or set(value.lower()) <= letters
    assert by_number[5].doubts == ("legacy:TCVN3",)
    assert set(old.legacy) == {"TCVN3"}
    assert [sheet.suspected_legacy for sheet in book.sheets] == ["", "", "", ""]


# --- old fonts in every format


def check_old_fonts(path: Path) -> None:
    first, hidden = read_workbook(path).sheets
    assert first.name == "Đề tài cũ"
    assert first.rows == (
        Row(1, ("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM",), ("legacy:TCVN3",)),
        Row(3, ("Tên đề tài", "Cơ quan chủ trì", "Ngày nghiệm thu"), ("legacy:TCVN3", "legacy:VNI")),
        Row(
            4,
            (
                "Nâng cao hiệu quả giữ gìn trật tự đường bộ", "Công an tỉnh Minh Hải", date(2009, 11, 14),
                "Đã là Unicode: Lê Thị Huế", 2008, 12.5, True,
            ),
            ("legacy:TCVN3", "legacy:VNI"),
        ),
        Row(6, ("Báo cáo Müller đã gửi", None, datetime(2010, 1, 2, 8, 30)), ("legacy:TCVN3",)),
    )  # fmt: skip
    assert first.merged == ((1, 0, 1, 2),)
    assert dict(first.legacy) == {"TCVN3": 4, "VNI": 2}
    assert not first.hidden
    assert hidden.hidden
    assert hidden.rows == (Row(2, (None, "Ghi chú\nhai dòng")),)


def test_old_fonts_in_xlsx(tmp_path: Path) -> None:
    check_old_fonts(save_old_fonts(tmp_path / "phong-cu.xlsx"))


@pytest.mark.parametrize("name", ["phong-cu.xls", "phong-cu.ods"])
def test_old_fonts_in_files_of_libreoffice(name: str) -> None:
    check_old_fonts(DATA / name)


def test_the_format_is_known_by_content_not_by_name(tmp_path: Path) -> None:
    for name, kind in (("phong-cu.xls", "xls"), ("phong-cu.ods", "ods")):
        copy = tmp_path / f"{kind}.csv"
        copy.write_bytes((DATA / name).read_bytes())
        assert read_workbook(copy).format == kind
    xlsx = save(tmp_path / "so lieu.xlsx", [["Tên"]]).rename(tmp_path / "so lieu.xls")
    assert read_workbook(xlsx).format == "xlsx"


def test_old_text_whose_font_was_changed_is_only_suspected(tmp_path: Path) -> None:
    rows = [["Tªn ®Ò tµi vµ kÕt qu¶"], ["N©ng cao hiÖu qu¶ c«ng t¸c"], ["Gi¶i ph¸p t¨ng c\xadêng qu¶n lý"]]
    sheet = only_sheet(save(tmp_path / "a.xlsx", rows, font="Arial"))
    assert sheet.suspected_legacy == "TCVN3"
    assert sheet.rows[1] == Row(2, ("N©ng cao hiÖu qu¶ c«ng t¸c",))
    assert dict(sheet.legacy) == {}


def test_shared_strings_with_runs_and_reading_aids(tmp_path: Path) -> None:
    path = raw_xlsx(
        tmp_path / "a.xlsx",
        {"Trang": '<row r="1"><c r="A1" t="s"><v>0</v></c><c r="B1" t="s"><v>1</v></c><c r="C1" t="s"><v>2</v></c></row>'},
        strings='<si><r><t>Nâng </t></r><r><rPr><rFont val="Arial"/></rPr><t>cao</t></r></si>'
        '<si><r><rPr><rFont val=".VnTime"/></rPr><t>hiÖu qu¶</t></r><r><rPr><rFont val="Arial"/></rPr><t> ö</t></r></si>'
        "<si><t>đúng</t><rPh><t>thừa</t></rPh></si>",
    )  # fmt: skip
    assert only_sheet(path).rows == (Row(1, ("Nâng cao", "hiệu quả ö", "đúng"), ("legacy:TCVN3",)),)


# --- values


_text = st.text(
    st.characters(codec="utf-8", exclude_categories=("Cc", "Cs", "Co", "Cn")) | st.sampled_from("ếệữđĐ ̣\n"),
    min_size=1, max_size=40,
)  # fmt: skip
_moments = st.datetimes(datetime(1900, 3, 1), datetime(2199, 12, 31)).map(
    lambda at: at.replace(microsecond=0)
)
_cells = st.one_of(
    st.none(), st.booleans(), st.integers(-(10**14), 10**14), st.floats(-1e12, 1e12, allow_subnormal=False),
    st.dates(date(1900, 3, 1), date(2199, 12, 31)), _moments, _text,
)  # fmt: skip


def _same(ours: Any, theirs: Any) -> bool:
    if isinstance(theirs, datetime):
        # A day's fraction is stored in 15 digits: half a second at the most is lost.
        whole = ours if isinstance(ours, datetime) else datetime(ours.year, ours.month, ours.day)
        return abs((whole - theirs).total_seconds()) <= 0.5
    if isinstance(theirs, float):
        return bool(ours == pytest.approx(theirs, rel=1e-12))
    return bool(ours == theirs) and isinstance(ours, bool) == isinstance(theirs, bool)


def _expected(value: Any) -> Any:
    if isinstance(value, str):
        return None if value.isspace() or not value else nfc(value)
    return value


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.lists(_cells, min_size=1, max_size=6), min_size=1, max_size=8))
def test_any_grid_comes_back_as_written(tmp_path: Path, grid: list[list[Any]]) -> None:
    for row in grid:
        for place, value in enumerate(row):
            # Excel's own escapes and formulas mean something else than they say.
            if isinstance(value, str) and ("_x" in value or value.startswith(("=", "#"))):
                row[place] = "x"
    book = openpyxl.Workbook()
    for number, row in enumerate(grid, start=1):
        for column, value in enumerate(row, start=1):
            book.active.cell(number, column, value)
    book.save(tmp_path / "a.xlsx")
    read = {row.number: row.values for row in only_sheet(tmp_path / "a.xlsx").rows}
    for number, row in enumerate(grid, start=1):
        expected = [_expected(value) for value in row]
        while expected and expected[-1] is None:
            expected.pop()
        found = read.get(number, ())
        assert len(found) == len(expected)
        for ours, theirs in zip(found, expected, strict=True):
            assert _same(ours, theirs)


def test_values_of_every_kind(tmp_path: Path) -> None:
    styles = (
        '<numFmts count="2"><numFmt numFmtId="170" formatCode="&quot;ngày&quot;\\ dd/mm/yyyy"/>'
        '<numFmt numFmtId="171" formatCode="#,##0\\ &quot;đồng&quot;"/></numFmts>'
        '<fonts><font><name val="Arial"/></font></fonts><cellXfs><xf numFmtId="0"/><xf numFmtId="170"/>'
        '<xf numFmtId="171"/><xf numFmtId="20"/><xf numFmtId="46"/><xf numFmtId="22"/></cellXfs>'
    )
    cells = (
        '<c r="A1" s="1"><v>45292</v></c><c r="B1" s="2"><v>1500000</v></c><c r="C1" s="3"><v>0.354166666666667</v></c>'
        '<c r="D1" s="4"><v>1.09375</v></c><c r="E1" s="5"><v>45292.5</v></c><c r="F1" t="b"><v>1</v></c>'
        '<c r="G1" t="d"><v>2024-01-01</v></c><c r="H1" t="str"><f>A1</f><v>chữ</v></c><c r="I1" s="1"><v>-5</v></c>'
        '<c r="J1" t="inlineStr"><is><t>a_x000D_b</t></is></c><c r="K1"><v>1E3</v></c><c r="L1" s="99"><v>7</v></c>'
    )
    row = only_sheet(raw_xlsx(tmp_path / "a.xlsx", {"a": f'<row r="1">{cells}</row>'}, styles=styles)).rows[0]
    assert row == Row(
        1,
        (
            date(2024, 1, 1), 1500000, "08:30", "26:15", datetime(2024, 1, 1, 12), True, date(2024, 1, 1), "chữ",
            -5, "a\rb", 1000.0, 7,
        ),
    )  # fmt: skip


def test_what_cannot_be_taken_at_face_value_is_doubted(tmp_path: Path) -> None:
    rows = (
        '<row r="1"><c r="A1"><v>1</v></c><c r="B1"><f>SUM(A1)</f></c></row>'
        '<row r="2"><c r="A2"><f>SUM(A1)</f><v></v></c></row>'
        '<row r="3"><c r="A3" t="str"><f>""</f><v></v></c><c r="B3"><v>2</v></c></row>'
        '<row r="4"><c r="A4" t="e"><v>#REF!</v></c><c r="B4"><v>3</v></c><c r="C4" t="e"><v>#N/A</v></c></row>'
    )
    assert only_sheet(raw_xlsx(tmp_path / "a.xlsx", {"a": rows})).rows == (
        Row(1, (1,), ("formula_without_value",)),
        Row(3, (None, 2)),
        Row(4, (None, 3), ("error_value",)),
    )


def test_text_is_kept_as_written_but_composed(tmp_path: Path) -> None:
    sheet = only_sheet(save(tmp_path / "a.xlsx", [["  Đề tài\n thứ hai ", "Nguyê\u0303n", "   "]]))
    assert sheet.rows == (Row(1, ("  Đề tài\n thứ hai ", "Nguyễn")),)


def test_rows_and_cells_that_do_not_say_their_place(tmp_path: Path) -> None:
    rows = (
        "<row><c><v>1</v></c><c/><c><v>2</v></c></row><row/><row><c s='0'/></row><row><c><v>4</v></c></row>"
        + "<row><c/></row>" * 40_000
        + "<row><c><v>5</v></c></row>"
    )
    assert [(row.number, row.values) for row in only_sheet(raw_xlsx(tmp_path / "a.xlsx", {"a": rows})).rows] == [
        (1, (1, None, 2)), (4, (4,)), (40_005, (5,)),
    ]  # fmt: skip


def test_places_said_and_not_said_in_one_sheet(tmp_path: Path) -> None:
    rows = (
        '<row r="1"><c r="A1"><v>1</v></c></row><row r="2"><c r="A2" s="0"/></row>'
        "<row><c><v>3</v></c></row>"
        '<row r="9"><c r="A9" s="0"/><c><v>2</v></c></row>'
    )
    assert [(row.number, row.values) for row in only_sheet(raw_xlsx(tmp_path / "a.xlsx", {"a": rows})).rows] == [
        (1, (1,)), (3, (3,)), (9, (None, 2)),
    ]  # fmt: skip


def test_the_sheets_own_word_about_its_size_is_not_believed(tmp_path: Path) -> None:
    rows = "".join(f'<row r="{n}"><c r="A{n}"><v>{n}</v></c></row>' for n in range(1, 1001))
    part = worksheet(rows, before='<dimension ref="A1"/>').encode()
    assert len(only_sheet(raw_xlsx(tmp_path / "a.xlsx", {"a": part})).rows) == 1000


def test_strict_files_and_prefixed_names(tmp_path: Path) -> None:
    strict = worksheet('<row r="1"><c r="A1"><v>1</v></c></row>').replace(
        MAIN, "http://purl.oclc.org/ooxml/spreadsheetml/main"
    )
    prefixed = (
        f'<x:worksheet xmlns:x="{MAIN}"><x:sheetData><x:row r="1"><x:c r="B1"><x:v>2</x:v></x:c></x:row>'
        "</x:sheetData></x:worksheet>"
    )
    book = read_workbook(raw_xlsx(tmp_path / "a.xlsx", {"a": strict.encode(), "b": prefixed.encode()}))
    assert [sheet.rows[0].values for sheet in book.sheets] == [(1,), (None, 2)]


def test_hidden_sheets_are_read_and_chart_sheets_left_out(tmp_path: Path) -> None:
    content = {"a": f'<row r="1">{text_cell("A1", "x")}</row>'}
    assert only_sheet(raw_xlsx(tmp_path / "a.xlsx", content, state="veryHidden")).hidden
    assert read_workbook(raw_xlsx(tmp_path / "b.xlsx", content, kind="chartsheet")).sheets == ()
    book = openpyxl.Workbook()
    book.active["A1"] = "số liệu"
    book.create_chartsheet("Biểu đồ")
    book.save(tmp_path / "c.xlsx")
    assert only_sheet(tmp_path / "c.xlsx").rows == (Row(1, ("số liệu",)),)


def test_binary_workbooks(tmp_path: Path) -> None:
    path = raw_xlsb(
        tmp_path / "a.xlsb",
        {
            (0, 0): "Tên đề tài", (2, 1): "Nâng cao", (2, 2): 2008.0, (2, 3): 0.5,
            # Type, style, content: a packed whole number, hundredths, the high half of 1.5, a date.
            (3, 0): bytes([2]) + struct.pack("<Ii", 0, 2008 << 2 | 2), (3, 1): bytes([2]) + struct.pack("<Ii", 0, 1250 << 2 | 3),
            (3, 2): bytes([2]) + struct.pack("<II", 0, 0x3FF80000), (3, 3): bytes([5]) + struct.pack("<Id", 1, 45292.0),
            (4, 0): bytes([7]) + struct.pack("<II", 2, 0), (4, 1): bytes([7]) + struct.pack("<II", 0, 1),
            (4, 2): bytes([4]) + struct.pack("<IB", 0, 1), (4, 3): bytes([3]) + struct.pack("<IB", 0, 0x17),
        },
    )  # fmt: skip
    assert only_sheet(path).rows == (
        Row(1, ("Tên đề tài",)),
        Row(3, (None, "Nâng cao", 2008, 0.5)),
        Row(4, (2008, 12.5, 1.5, date(2024, 1, 1))),
        Row(5, ("Nâng cao", "Đạt", True), ("legacy:TCVN3", "error_value")),
    )


def test_binary_workbooks_agree_with_an_independent_reader(tmp_path: Path) -> None:
    cells: dict[tuple[int, int], str | float | bytes] = {
        (n, n % 4): f"số {n}" if n % 2 else n + 0.25 for n in range(50)
    }
    path = raw_xlsb(tmp_path / "a.xlsb", cells)
    theirs = CalamineWorkbook.from_path(path).get_sheet_by_index(0).to_python(skip_empty_area=False)
    ours = {row.number: row.values for row in only_sheet(path).rows}
    for number, row in enumerate(theirs, start=1):
        assert [value for value in ours[number] if value is not None] == [
            value for value in row if value != ""
        ]


def test_open_document_repeats_notes_and_blanks(tmp_path: Path) -> None:
    def cell(text: str, more: str = "") -> str:
        return f'<table:table-cell office:value-type="string" {more}>{text}</table:table-cell>'

    path = raw_ods(
        tmp_path / "a.ods",
        '<table:table table:name="Trang"><table:table-row table:number-rows-repeated="2">'
        + cell("<text:p>lặp</text:p>", 'table:number-columns-repeated="2"')
        + '<table:table-cell table:number-columns-repeated="16382"/></table:table-row>'
        + '<table:table-row table:number-rows-repeated="100000"><table:table-cell/></table:table-row>'
        + "<table:table-row>"
        + cell("<office:annotation><text:p>chú</text:p></office:annotation><text:p>một<text:s text:c='2'/>hai</text:p><text:p>ba</text:p>")
        + '<table:table-cell office:value-type="time" office:time-value="PT08H30M00S"/>'
        + '<table:covered-table-cell/><table:table-cell table:formula="of:=1"/>'
        + '<table:table-cell office:value-type="date" office:date-value="2024-01-02"/></table:table-row></table:table>',
    )  # fmt: skip
    assert only_sheet(path).rows == (
        Row(1, ("lặp", "lặp")),
        Row(2, ("lặp", "lặp")),
        Row(100_003, ("một  hai\nba", "08:30", None, None, date(2024, 1, 2)), ("formula_without_value",)),
    )


# --- text files


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_text_lists(tmp_path: Path, encoding: str, separator: str) -> None:
    lines = [
        ["STT", "Tên đề tài", "Năm"],
        ["01", "Nâng cao; hiệu quả, mới", "2008"],
        ["02", 'Dòng "một"\nhai', ""],
    ]
    written = "\r\n".join(separator.join('"' + c.replace('"', '""') + '"' for c in line) for line in lines)
    path = tmp_path / "danh sách.csv"
    path.write_bytes(written.encode(encoding))
    sheet = only_sheet(path)
    assert sheet.name == "danh sách"
    assert sheet.rows == (
        Row(1, ("STT", "Tên đề tài", "Năm")),
        Row(2, ("01", "Nâng cao; hiệu quả, mới", "2008")),
        Row(3, ("02", 'Dòng "một"\nhai')),
    )


def test_text_in_windows_1258(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    # ê + acute apart, as Windows-1258 writes ế.
    path.write_bytes("Tên;Kê\u0301t qua\u0309\nĐê\u0300 ta\u0300i;Đa\u0323t\n".encode("cp1258"))
    assert only_sheet(path).rows == (Row(1, ("Tên", "Kết quả")), Row(2, ("Đề tài", "Đạt")))


def test_text_in_an_old_code_is_suspected(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes("Tªn ®Ò tµi;KÕt qu¶\nN©ng cao hiÖu qu¶ c«ng t¸c;§¹t\n".encode("cp1252"))
    sheet = only_sheet(path)
    assert sheet.suspected_legacy == "TCVN3"
    assert sheet.rows[1].values == ("N©ng cao hiÖu qu¶ c«ng t¸c", "§¹t")


def test_excels_separator_line_and_lists_under_other_names(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("sep=|\na|b\n1|2\n", encoding="utf-8")
    assert only_sheet(path).rows == (Row(1, ("a", "b")), Row(2, ("1", "2")))
    tabs = tmp_path / "xuất.xls"
    tabs.write_text("STT\tTên\n1\tMột\n2\tHai\n", encoding="utf-8")
    assert only_sheet(tabs).rows[2] == Row(3, ("2", "Hai"))
    one_column = tmp_path / "b.csv"
    one_column.write_text("Tên\nMột\n", encoding="utf-8")
    assert only_sheet(one_column).rows == (Row(1, ("Tên",)), Row(2, ("Một",)))


def test_text_in_no_known_encoding_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(b"a;b\n\xec\xec\xec;\x8d\x9d\n")
    with pytest.raises(UserError) as caught:
        read_workbook(path)
    assert caught.value.code == "csv_encoding"


# --- progress and speed


def test_progress_counts_rows_and_can_stop(tmp_path: Path) -> None:
    path = save(tmp_path / "a.xlsx", [[n] for n in range(2500)])
    progress = Progress()
    read_workbook(path, progress)
    assert progress.done == 2500
    assert "a.xlsx" in progress.note

    class Impatient(Progress):
        def step(self, count: int = 1) -> None:
            super().step(count)
            self.cancel()

    with pytest.raises(Cancelled):
        read_workbook(path, Impatient())


def test_a_long_list_takes_no_longer_than_with_the_plain_library(tmp_path: Path) -> None:
    strings = "".join(
        f"<si><t>Nghiên cứu ứng dụng số {n} trong công tác bảo đảm trật tự</t></si>" for n in range(3000)
    )
    texts, numbers = "ABCDEFG", "HIJK"
    rows = "".join(
        f'<row r="{r}">'
        + "".join(f'<c r="{c}{r}" t="s"><v>{(r * 7 + i) % 3000}</v></c>' for i, c in enumerate(texts))
        + "".join(f'<c r="{c}{r}"><v>{r * 1.5}</v></c>' for c in numbers)
        + "</row>"
        for r in range(1, 4001)
    )
    path = raw_xlsx(tmp_path / "a.xlsx", {"a": rows}, strings=strings)

    def ours() -> None:
        assert len(only_sheet(path).rows) == 4_000

    def plain() -> None:
        book = openpyxl.load_workbook(path, read_only=True, data_only=True)
        assert sum(1 for _ in book.active.iter_rows(values_only=True)) == 4_000
        book.close()

    def best(work: Any) -> float:
        times = []
        for _ in range(2):
            started = time.perf_counter()
            work()
            times.append(time.perf_counter() - started)
        return min(times)

    assert best(ours) <= 1.6 * best(plain)


def test_old_fonts_cost_little(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    for _ in range(3000):
        book.active.append(["N©ng cao hiÖu qu¶ c«ng t¸c", 1, "§¹t"])
    for cells in book.active.iter_rows():
        for cell in cells:
            cell.font = Font(name=".VnTime")
    book.save(tmp_path / "a.xlsx")
    sheet = only_sheet(tmp_path / "a.xlsx")
    assert dict(sheet.legacy) == {"TCVN3": 6000}
    assert {row.values for row in sheet.rows} == {("Nâng cao hiệu quả công tác", 1, "Đạt")}


def test_refusals_of_the_file_system(tmp_path: Path) -> None:
    for path, code in ((tmp_path / "không có.xlsx", "not_found"), (tmp_path, "is_a_folder")):
        with pytest.raises(UserError) as caught:
            read_workbook(path)
        assert (caught.value.code, caught.value.exit_code) == (code, Exit.ENVIRONMENT)

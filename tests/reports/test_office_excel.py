"""The workbook as Excel finds it: sheets, filters, types of cells, ways from figures to lists."""

from __future__ import annotations

import re
from datetime import datetime
from io import BytesIO
from typing import Any
from zipfile import ZipFile

import openpyxl
import pytest

from stdesk.reports.comparison import Last
from stdesk.reports.document import build_document
from stdesk.reports.snapshot import Snapshot
from stdesk.reports.type_setting import face
from stdesk.reports.words import Day
from stdesk.reports.xlsx import render_xlsx
from stdesk.reports.xlsx_book import letters, text_xml
from stdesk.reports.xlsx_height import SIZE, lines_of
from tests.reports.samples import KINDS, publications, record, sample, sessions, tasks


@pytest.fixture(scope="module")
def frozen() -> Snapshot:
    before = sample(*publications(40), *tasks(46))
    last = Last("2025", "năm 2025", "library", "", before.figures)
    return sample(*publications(86), *tasks(46), *sessions(17), last=last)


@pytest.fixture(scope="module")
def excel(frozen: Snapshot) -> Any:
    return openpyxl.load_workbook(BytesIO(render_xlsx(frozen, KINDS)))


def lines(sheet: Any) -> list[tuple[Any, ...]]:
    """Rows of a sheet of figures below its headings."""
    return list(sheet.iter_rows(min_row=4))


def test_a_sheet_an_annex_then_the_figures(excel: Any, frozen: Snapshot) -> None:
    annexes = [one.number for one in build_document(frozen, KINDS).annexes]
    assert excel.sheetnames == [*annexes, "Số liệu", "Đối chiếu", "Kiểm tra chéo", "So sánh"]


def test_filters_frozen_heads_and_print_settings(excel: Any) -> None:
    sheet = excel["Phụ lục II"]
    assert sheet.freeze_panes == "A6" and sheet.auto_filter.ref == "A5:K91"
    assert sheet.print_title_rows == "$5:$5" and sheet.print_area == "'Phụ lục II'!$A$1:$K$92"
    assert [cell.value for cell in sheet[5]][:3] == ["TT", "Loại tài liệu", "Tên tài liệu"]
    for one in excel:
        assert one.page_setup.orientation == "landscape" and int(one.page_setup.paperSize) == 9
        assert one.sheet_properties.pageSetUpPr.fitToPage and one.page_setup.fitToHeight == 0
        assert re.fullmatch(r"Mã [0-9A-Z]{4}(-[0-9A-Z]{4}){2}", one.oddFooter.left.text)
        assert one.oddHeader.center.text == "&P"
    for name in ("Số liệu", "Đối chiếu", "So sánh"):
        assert excel[name].freeze_panes == "A4" and excel[name].auto_filter.ref.startswith("A3:")
        assert excel[name].print_title_rows == "$3:$3"


def test_real_dates_and_numbers_and_partial_dates_that_sort() -> None:
    one = record(
        "research_task",
        1,
        {
            "title": "A",
            "start": "2026-02-03",
            "end": "2027",
            "accepted": "2026-05",
            "funding_total": 1_500_000,
        },
    )
    sheet = openpyxl.load_workbook(BytesIO(render_xlsx(sample(one), KINDS)))["Phụ lục II"]
    heads = [cell.value for cell in sheet[5]]
    row = dict(zip(heads, sheet[6], strict=True))
    assert row["Bắt đầu"].value == datetime(2026, 2, 3) and row["Bắt đầu"].number_format == "dd/mm/yyyy"  # noqa: DTZ001
    assert row["Kết thúc"].value == "2027" and row["Ngày nghiệm thu"].value == "2026-05"
    assert row["Tổng kinh phí (đồng)"].value == 1_500_000
    assert row["Tổng kinh phí (đồng)"].number_format == "#,##0"


def test_a_day_excel_cannot_count_stays_text() -> None:
    from stdesk.reports.xlsx_book import _serial

    assert _serial(Day("1900-03-01")) == 61 and _serial(Day("2026-11-10")) == 46336
    assert _serial(Day("1899-12-31")) is None and _serial(Day("2026-11")) is None


def test_every_figure_is_there_once_with_its_value(excel: Any, frozen: Snapshot) -> None:
    found = {row[7].value: row[4].value for row in lines(excel["Số liệu"])}
    assert found == {name: one["value"] for name, one in frozen.figures["values"].items()}


def test_a_figure_leads_to_its_rows_in_the_list(excel: Any, frozen: Snapshot) -> None:
    """Counted again from the lists themselves: the rows named are the records of the figure."""
    figures = excel["Số liệu"]
    behind = excel["Đối chiếu"]
    row = next(one for one in lines(figures) if one[7].value == "tasks.women")
    at = re.fullmatch(r"'Đối chiếu'!A(\d+)", row[7].hyperlink.location)
    assert at is not None
    line = behind[int(at[1])]
    assert line[4].value == frozen.figure("tasks.women") > 0
    named = [int(one) for part in line[7].value.split(", ") for one in _run(part)]
    wanted = [
        place
        for place, one in enumerate(frozen.records["research_task"], 1)
        if one["id"] in frozen.figures["values"]["tasks.women"]["records"]
    ]
    assert named == wanted and line[5].value == len(wanted)
    sheet, cell = line[6].hyperlink.location.split("!")
    assert sheet == f"'{line[6].value}'" and excel[line[6].value][cell].value == wanted[0]


def _run(part: str) -> range:
    first, _, last = part.partition("–")
    return range(int(first), int(last or first) + 1)


def test_every_link_leads_to_a_cell_of_this_workbook(excel: Any) -> None:
    for sheet in excel:
        for row in sheet.iter_rows():
            for cell in row:
                if cell.hyperlink:
                    assert cell.hyperlink.target is None
                    name, where = cell.hyperlink.location.split("!")
                    assert excel[name.strip("'")][where].value is not None


def test_this_year_beside_the_last(excel: Any, frozen: Snapshot) -> None:
    sheet = excel["So sánh"]
    assert [one.value for one in sheet[3]][4:8] == ["Năm 2026", "Năm 2025", "Chênh lệch", "Lưu ý"]
    rows = lines(sheet)
    assert len(rows) == len(frozen.comparison["rows"])
    for row, wanted in zip(rows, frozen.comparison["rows"], strict=True):
        this, last, difference = (cell.value for cell in row[4:7])
        assert (this, last) == (wanted["this"], wanted["last"])
        assert difference == this - last
        assert (row[7].value == "Không đổi") == (this == last)
    assert any(row[6].value > 0 for row in rows) and rows[0][6].number_format == "+#,##0;-#,##0;0"


def test_without_a_last_year_nothing_is_compared() -> None:
    assert "So sánh" not in openpyxl.load_workbook(BytesIO(render_xlsx(sample(*tasks(2)), KINDS))).sheetnames


def test_a_trial_says_so_in_the_first_row_and_the_page_head() -> None:
    book = openpyxl.load_workbook(BytesIO(render_xlsx(sample(*tasks(2), trial=True), KINDS)))
    for sheet in book:
        assert "THỬ" in sheet["A1"].value and sheet["A1"].font.size >= 18
        assert "THỬ" in sheet.oddHeader.center.text
    assert book["Phụ lục II"].freeze_panes == "A7"


@pytest.mark.parametrize(
    "text",
    [
        "=1+1",
        "+84 912",
        "-5",
        "@SUM(A1)",
        "'trích dẫn'",
        '=HYPERLINK("http://x","y")',
        "=cmd|' /C calc'!A0",
        "#N/A",
        "_x0041_",
        "&P&D",
    ],
)
def test_text_stays_text_whatever_it_begins_with(text: str) -> None:
    data = render_xlsx(sample(record("research_task", 1, {"title": text, "start": "2026"})), KINDS)
    cell = openpyxl.load_workbook(BytesIO(data))["Phụ lục II"]["C6"]
    assert cell.data_type == "s"
    assert cell.value.replace("_x005F_", "_") == text
    assert bool(cell.quotePrefix) == text.startswith(("=", "+", "-", "@", "'"))
    with ZipFile(BytesIO(data)) as archive:
        assert not any("externalLink" in name or "connections" in name for name in archive.namelist())


def test_what_looks_like_an_escape_is_escaped() -> None:
    assert text_xml("_x0041_ _x_ a_xB") == "_x005F_x0041_ _x_ a_xB"
    assert text_xml("<&>\x00\ufffe") == "&lt;&amp;&gt;"


def test_column_names() -> None:
    assert [letters(n) for n in (1, 26, 27, 52, 703)] == ["A", "Z", "AA", "AZ", "AAA"]


def test_rows_are_as_high_as_their_text() -> None:
    cut = face()
    wide = cut.width("Nghiên cứu ứng dụng", SIZE) + 1
    assert lines_of("", cut, 50) == 1
    assert lines_of("Nghiên cứu ứng dụng", cut, wide) == 1
    assert lines_of("Nghiên cứu ứng dụng Nghiên cứu", cut, wide) == 2
    assert lines_of("a\nb\nc", cut, 500) == 3
    assert lines_of("x" * 100, cut, cut.width("x" * 30, SIZE)) == 4

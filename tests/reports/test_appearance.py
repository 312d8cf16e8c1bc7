"""What a reader sees at a glance: charts side by side, no row, heading or word left alone, nothing said twice."""

from __future__ import annotations

import re
from dataclasses import replace
from io import BytesIO

import openpyxl
import pytest

from stdesk.domain.periods import parse_period
from stdesk.reports import layout, pdf, xlsx
from stdesk.reports.abreast import draw_row, in_rows
from stdesk.reports.annexes import Annex
from stdesk.reports.blocks import Column, Table
from stdesk.reports.charts import Chart, Series, draw
from stdesk.reports.column_widths import column_widths
from stdesk.reports.comparison import FROZEN, Last
from stdesk.reports.document import Document, Paragraph, build_document
from stdesk.reports.drawing import Label
from stdesk.reports.figure_blocks import NONE_OF
from stdesk.reports.line_breaking import justified_lines
from stdesk.reports.type_setting import face
from stdesk.services.charts import charts_of
from tests.reports.pdf_measure import MM, Measured
from tests.reports.samples import KINDS, publications, sample, sessions, tasks

_WIDE = layout.text_width(landscape=True) * MM


def chart(title: str, *values: int) -> Chart:
    labels = tuple(f"Loại số {n}" for n in range(1, len(values) + 1))
    return Chart(title, labels, (Series("Năm 2026", values), Series("Năm 2025", values)), "nhiệm vụ")


@pytest.fixture(scope="module")
def paper() -> Document:
    return build_document(sample(*publications(2)), KINDS)


def with_tables(paper: Document, *blocks: Table | Chart) -> Measured:
    return Measured(
        pdf.render(replace(paper, annexes=(Annex("a", "Phụ lục", "BẢNG", "(Kèm theo)", blocks),)))
    )


@pytest.mark.parametrize(
    ("count", "rows"), [(0, []), (1, [1]), (2, [2]), (3, [3]), (4, [2, 2]), (5, [3, 2]), (7, [3, 2, 2])]
)
def test_charts_stand_side_by_side(count: int, rows: list[int]) -> None:
    table = Table("Bảng", (Column("A", 1),), (("x",),))
    charts = [chart(f"Hình {n}", n + 1, 2) for n in range(count)]
    found = list(in_rows([table, *charts, table]))
    assert [len(one) for one in found if isinstance(one, tuple)] == rows
    assert found[0] is table and found[-1] is table
    assert [one for row in found if isinstance(row, tuple) for one in row] == charts


@pytest.mark.parametrize("count", [2, 3])
def test_a_row_of_charts_is_as_wide_as_the_page_and_even(count: int) -> None:
    row = [
        chart("Một tiêu đề dài hơn một dòng khi đứng cạnh hình khác", *range(1, n + 3)) for n in range(count)
    ]
    drawn = draw_row(row, _WIDE)
    assert len({one.height for one in drawn}) == 1
    assert _WIDE - 2 <= sum(one.width for one in drawn) <= _WIDE
    for one in drawn:
        assert all(item.left + item.width <= one.width for item in one.items if isinstance(item, Label))


def test_the_charts_of_a_report_stand_on_one_page(paper: Document) -> None:
    made = with_tables(paper, chart("Hình một", *range(1, 5)), chart("Hình hai", 3, 4), chart("Hình ba", 5, 1),
                       chart("Hình bốn", 2, 2))  # fmt: skip
    at = [page for page in range(len(made)) for row in made.rows(page) if row.text.startswith("Hình ")]
    assert len(at) == 4 and len(set(at)) == 1
    first, second = made.row(at[0], "Hình một"), made.row(at[0], "Hình hai")
    assert first.base == pytest.approx(second.base, abs=0.1)
    assert second.left - first.left == pytest.approx(layout.text_width(landscape=True) / 2, abs=6)


def test_the_unit_stands_by_the_legend_not_beyond_the_bars() -> None:
    drawn = draw(Chart("T", ("a", "b"), (Series("Nay", (1, 2)), Series("Trước", (2, 3))), "hồ sơ"), 560)
    unit = next(one for one in drawn.items if isinstance(one, Label) and one.text.startswith("Đơn vị tính"))
    legend = next(one for one in drawn.items if isinstance(one, Label) and one.text == "Trước")
    assert unit.y == legend.y and 10 < unit.left - legend.left - legend.width < 20


@pytest.mark.parametrize("count", range(22, 32))
def test_no_row_is_alone_on_a_further_page(paper: Document, count: int) -> None:
    rows = tuple((f"Dòng {n}", n) for n in range(1, count + 1))
    table = Table("Bảng", (Column("Tên", 5), Column("Số", 1, "right")), rows)
    made = with_tables(paper, table)
    held = [sum(row.text.startswith("Dòng") for row in made.rows(page)) for page in range(len(made))]
    held = [one for one in held if one]
    assert sum(held) == count and held[-1] >= 3


@pytest.mark.parametrize("before", range(24, 34))
def test_a_heading_is_never_at_the_foot_of_a_page(paper: Document, before: int) -> None:
    lines = tuple(Paragraph("body", f"Câu thứ {n}.") for n in range(before))
    three = "Ba dòng chữ về công tác thông tin khoa học và công nghệ của đơn vị trong năm. " * 3
    body = (
        *lines,
        Paragraph("heading2", "7. Kinh phí"),
        Paragraph("body", three),
        Paragraph("body", "Hết./."),
    )
    made = Measured(pdf.render(replace(paper, body=body, annexes=())))
    heading = next(page for page in range(len(made)) if any(r.text == "7. Kinh phí" for r in made.rows(page)))
    assert any(row.text.startswith("Ba dòng") for row in made.rows(heading))


def test_a_paragraph_does_not_end_in_a_lost_syllable() -> None:
    said = "Căn cứ Chỉ thị số 05/CT-BCA-V04 ngày 07/10/2023 của Bộ trưởng Bộ Công an."
    lines = justified_lines(face("italic"), said, 14, 165 * MM, 10 * MM)
    assert [one.text.split()[-2:] for one in lines][-1] == ["Công", "an."]


def test_a_single_annex_has_no_number() -> None:
    alone = build_document(sample(empty=True), KINDS)
    assert [one.number for one in alone.annexes] == ["Phụ lục"]
    several = build_document(sample(*tasks(3)), KINDS)
    assert [one.number for one in several.annexes][:2] == ["Phụ lục I", "Phụ lục II"]


def test_empty_rows_of_the_state_form_are_named_once_and_whole_in_a_workbook() -> None:
    made = build_document(sample(*tasks(3)), KINDS)
    forms = [one for one in made.tables if "04/CS" in one.title]
    assert forms
    for table in forms:
        together = [
            str(row[0]).removeprefix(NONE_OF) for row in table.rows if str(row[0]).startswith(NONE_OF)
        ]
        assert together and all(not any(row[1:]) for row in table.rows if str(row[0]).startswith(NONE_OF))
        shown = {str(row[0]) for row in table.rows}
        gone = [str(row[0]).removeprefix("- ") for row in table.whole if row[0] not in shown]
        named = [name for one in together for name in one.split("; ")]
        assert [one.lower() for one in gone] == [one.lower() for one in named]
        assert not any(value for row in table.whole if row[0] not in shown for value in row[1:])
        assert not re.search(r"n[A-Z]{2}", " ".join(together))  # abbreviations keep their capitals


def test_a_plan_is_not_compared_with_the_year_that_is_over() -> None:
    records = [*publications(20), *tasks(12), *sessions(3)]
    last = sample(*records, period=parse_period("2026"))
    made = sample(
        *records, period=parse_period("2027-KH"), last=Last("2026", "năm 2026", FROZEN, "", last.figures)
    )
    titles = [one.title for one in build_document(made, KINDS).tables]
    assert not [one for one in titles if "So sánh" in one or "so sánh" in one]
    assert all(len(one.series) == 1 or one.series[0].label == "Phải nộp" for one in charts_of(made))


@pytest.mark.parametrize("code", ["2026", "2026-H1", "2027-KH", "2021-2026"])
def test_sentences_read_well(code: str) -> None:
    records = [*publications(40), *tasks(20), *sessions(6)]
    text = "\n".join(one["text"] for one in sample(*records, period=parse_period(code)).narrative)
    assert not re.search(r"(gồm|trong đó): [^.;:]+: ", text)  # one colon after another
    assert not re.search(r"\b(\w+ \w+) \1\b", text.lower())  # nothing said twice in a row
    assert "  " not in text and " ," not in text and " ;" not in text and ".." not in text


def test_a_column_with_hundreds_of_authors_is_given_room() -> None:
    columns = (Column("TT", 1, "center"), Column("Tên", 5), Column("Tác giả", 4), Column("Nơi", 5))
    row = (1, "Một tên", "Lê A", "Hà Nội")
    usual = column_widths(Table("", columns, (row, row)), _WIDE)
    crowd = (1, "Một tên", "; ".join(["Đại tá Nguyễn Văn Ân"] * 300), "Hà Nội")
    wide = column_widths(Table("", columns, (row, crowd)), _WIDE)
    assert wide[2] > 1.8 * usual[2] and sum(wide) == pytest.approx(_WIDE)
    assert column_widths(Table("", columns, ()), _WIDE)[2] == pytest.approx(usual[2], rel=0.05)


def test_large_sums_have_room_in_the_workbook() -> None:
    records = [replace(one, values={**one.values, "funding_total": 9_876_543_210_123}) for one in tasks(4)]
    made = sample(*records)
    book = openpyxl.load_workbook(BytesIO(xlsx.render(build_document(made, KINDS), made)))
    sheet = book["Phụ lục I"]
    checked = 0
    for line in sheet.iter_rows():
        for cell in line:
            if isinstance(cell.value, int):
                checked += 1
                assert sheet.column_dimensions[cell.column_letter].width >= len(f"{cell.value:,}") + 2
    assert checked > 50

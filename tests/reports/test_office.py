"""The DOCX and the XLSX as Word and Excel find them."""

from __future__ import annotations

import re
import shutil
import subprocess
from datetime import datetime
from io import BytesIO
from pathlib import Path
from zipfile import ZipFile

import openpyxl
import pypdfium2 as pdfium
import pytest
from docx import Document as WordFile
from docx.oxml.ns import qn

from stdesk.progress import Cancelled, Progress
from stdesk.reports.document import build_document
from stdesk.reports.docx import render_docx
from stdesk.reports.pdf import render_pdf
from stdesk.reports.words import shown
from stdesk.reports.xlsx import MAX_TEXT, render_xlsx
from tests.reports.hostile import HOSTILE
from tests.reports.samples import KINDS, record, sample, tasks


@pytest.fixture(scope="module")
def word() -> bytes:
    return render_docx(sample(), KINDS)


@pytest.fixture(scope="module")
def excel() -> bytes:
    return render_xlsx(sample(), KINDS)


def test_word_has_the_same_paragraphs_as_the_pdf(word: bytes) -> None:
    made = build_document(sample(), KINDS)
    paragraphs = [one.text for one in WordFile(BytesIO(word)).paragraphs]
    for one in made.body:
        assert any(found.startswith(one.text) for found in paragraphs), one.text
    for line in (*made.basis, made.head.type_name, made.head.subject):
        assert line in paragraphs


def test_word_styles_are_real(word: bytes) -> None:
    docx = WordFile(BytesIO(word))
    used = {one.style.name for one in docx.paragraphs}
    assert {"Heading 1", "Heading 2", "Body Text", "Legal Basis", "Annex Heading"} <= used
    for name in ("Normal", "Body Text", "Heading 1", "Heading 2", "Table Text", "Recipients"):
        fonts = docx.styles[name].element.rPr.find(qn("w:rFonts"))
        assert {fonts.get(qn(f"w:{slot}")) for slot in ("ascii", "hAnsi", "cs", "eastAsia")} == {
            "Times New Roman"
        }
        assert not [key for key in fonts.attrib if "Theme" in key]
        assert docx.styles[name].element.rPr.find(qn("w:lang")).get(qn("w:val")) == "vi-VN"
    body = docx.styles["Body Text"]
    assert body.font.size.pt == 14
    assert round(body.paragraph_format.first_line_indent.mm) == 10
    assert body.paragraph_format.space_before.pt >= 6
    assert docx.styles["Heading 1"].font.bold and docx.styles["Legal Basis"].font.italic


def test_word_sections_margins_and_page_numbers(word: bytes) -> None:
    sections = list(WordFile(BytesIO(word)).sections)
    assert len(sections) == 7  # the report and six annexes
    for place, section in enumerate(sections):
        size = (round(section.page_width.mm), round(section.page_height.mm))
        assert size == ((210, 297) if place == 0 else (297, 210))
        margins = [
            round(getattr(section, f"{side}_margin").mm) for side in ("top", "bottom", "left", "right")
        ]
        assert margins == [20, 20, 30, 15]
    first = sections[0]
    assert first.different_first_page_header_footer
    assert " PAGE " in first.header._element.xml and "PAGE" not in first.first_page_header._element.xml
    assert not any(section.different_first_page_header_footer for section in sections[1:])


def test_word_tables_repeat_their_heads_and_hold_every_row(word: bytes) -> None:
    made = build_document(sample(), KINDS)
    tables = WordFile(BytesIO(word)).element.body.findall(qn("w:tbl"))
    expected = [table for annex in made.annexes for table in annex.tables]
    assert len(tables) == len(expected) + 2  # head and signature are set side by side in tables
    listed = [table for table in tables if table.find(f".//{qn('w:tblHeader')}") is not None]
    for found, wanted in zip(listed, expected, strict=True):
        rows = [
            ["".join(t.text or "" for t in cell.iter(qn("w:t"))) for cell in row.findall(qn("w:tc"))]
            for row in found.findall(qn("w:tr"))
        ]
        assert rows[0] == [column.label for column in wanted.columns]
        assert rows[1:] == [[shown(cell) for cell in row] for row in wanted.rows]


def test_a_trial_says_so_in_every_header() -> None:
    docx = WordFile(BytesIO(render_docx(sample(*tasks(2), trial=True), KINDS)))
    first = docx.sections[0]
    for header in (first.header, first.first_page_header):
        assert "THỬ" in "".join(one.text for one in header.paragraphs)
    assert all(section.header.is_linked_to_previous for section in list(docx.sections)[1:])


@pytest.mark.skipif(not shutil.which("soffice"), reason="LibreOffice is not installed")
def test_libreoffice_lays_the_docx_like_the_pdf(word: bytes, tmp_path: Path) -> None:
    (tmp_path / "a.docx").write_bytes(word)
    profile = f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}"
    command = [
        "soffice",
        profile,
        "--headless",
        "--convert-to",
        "pdf",
        "--outdir",
        str(tmp_path),
        str(tmp_path / "a.docx"),
    ]
    subprocess.run(command, check=True, capture_output=True, timeout=120)
    laid = pdfium.PdfDocument(tmp_path / "a.pdf")
    own = pdfium.PdfDocument(render_pdf(sample(), KINDS))
    assert abs(len(laid) - len(own)) <= 1
    text = laid[0].get_textpage().get_text_bounded()
    assert "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM" in text  # on one line


def test_excel_has_filters_frozen_heads_and_print_settings(excel: bytes) -> None:
    book = openpyxl.load_workbook(BytesIO(excel))
    assert book.sheetnames == [f"Phụ lục {n}" for n in ("I", "II", "III", "IV", "V", "VI")]
    sheet = book["Phụ lục II"]
    assert sheet.freeze_panes == "A6" and sheet.auto_filter.ref == "A5:K91"
    assert sheet.print_title_rows == "$5:$5" and sheet.print_area == "'Phụ lục II'!$A$1:$K$92"
    assert sheet.page_setup.orientation == "landscape" and int(sheet.page_setup.paperSize) == 9
    assert [cell.value for cell in sheet[5]][:3] == ["TT", "Loại tài liệu", "Tên tài liệu"]


def test_excel_holds_real_dates_and_numbers() -> None:
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
    assert row["Kết thúc"].value == 2027 and row["Kết thúc"].number_format == "0"
    assert row["Ngày nghiệm thu"].value == "05/2026"
    assert row["Tổng kinh phí (đồng)"].value == 1_500_000
    assert row["Tổng kinh phí (đồng)"].number_format == "#,##0"


def test_excel_says_a_trial_in_the_first_row_and_the_page_head() -> None:
    book = openpyxl.load_workbook(BytesIO(render_xlsx(sample(*tasks(2), trial=True), KINDS)))
    for sheet in book:
        assert "THỬ" in sheet["A1"].value and sheet["A1"].font.size >= 18
        assert "THỬ" in sheet.oddHeader.center.text
    assert book["Phụ lục II"].freeze_panes == "A7"


def test_hostile_text_opens_and_is_never_a_formula() -> None:
    listed = [
        record("research_task", n, {"title": text, "start": "2026", "host": text, "leader": [{"name": text}]})
        for n, text in enumerate(HOSTILE, 1)
    ]
    name = " ".join(text[:40] for text in HOSTILE)
    frozen = sample(*listed, unit={"unit_name": name, "signer_name": name, "recipients": name})
    rows = build_document(frozen, KINDS).annexes[1].tables[0].rows
    assert len(rows) == len(HOSTILE)
    docx = WordFile(BytesIO(render_docx(frozen, KINDS)))
    cells = {
        "".join(t.text or "" for t in cell.iter(qn("w:t"))) for cell in docx.element.body.iter(qn("w:tc"))
    }
    data = render_xlsx(frozen, KINDS)
    sheet = openpyxl.load_workbook(BytesIO(data))["Phụ lục II"]
    for place, row in enumerate(rows):
        title = shown(row[2])
        assert title.replace("\n", "") in cells
        assert (sheet.cell(6 + place, 3).value or "") == title
    assert not [cell for row in sheet.iter_rows() for cell in row if cell.data_type == "f"]
    with ZipFile(BytesIO(data)) as archive:
        assert not any(b"<f>" in archive.read(name) for name in archive.namelist())


def test_text_longer_than_a_cell_is_cut_and_says_so() -> None:
    one = record("research_task", 1, {"title": "Đ" * 40_000, "start": "2026"})
    sheet = openpyxl.load_workbook(BytesIO(render_xlsx(sample(one), KINDS)))["Phụ lục II"]
    assert len(sheet["C6"].value) == MAX_TEXT and "cắt bớt" in sheet["C6"].value


def test_characters_no_xml_can_hold_are_dropped_not_fatal() -> None:
    frozen = sample(*tasks(1))
    first = dict(frozen.records["research_task"][0])
    first["values"] = {**first["values"], "title": "A\x00B\x1f\ufffeC"}
    frozen.records["research_task"] = (first,)  # type: ignore[index] # as a foreign snapshot may hold
    assert "ABC" in str(
        list(openpyxl.load_workbook(BytesIO(render_xlsx(frozen, KINDS)))["Phụ lục II"].values)
    )
    assert any(
        "ABC" in c.text for t in WordFile(BytesIO(render_docx(frozen, KINDS))).tables for c in t._cells
    )


@pytest.mark.parametrize("render", [render_docx, render_xlsx])
def test_progress_and_cancelling(render) -> None:  # type: ignore[no-untyped-def]
    progress = Progress()
    render(sample(), KINDS, progress)
    assert progress.total > 149 and progress.done == progress.total
    stopped = Progress()
    stopped.cancel()
    with pytest.raises(Cancelled):
        render(sample(*tasks(3)), KINDS, stopped)


def test_the_properties_name_the_report_and_when_it_was_frozen(word: bytes, excel: bytes) -> None:
    docx, book = WordFile(BytesIO(word)), openpyxl.load_workbook(BytesIO(excel))
    for properties in (docx.core_properties, book.properties):
        assert "thông tin khoa học và công nghệ năm 2026" in properties.title
        assert properties.created.isoformat().startswith("2026-11-10T20:30:00")
        assert properties.modified == properties.created
    assert docx.core_properties.author == "Công an tỉnh Cà Mau"
    assert re.search(r"\[[0-9a-f]{12}\]", docx.core_properties.comments)

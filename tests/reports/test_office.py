"""The DOCX as Word finds it: its XML, its styles, its pages; hostile data in both office files."""

from __future__ import annotations

import re
from dataclasses import replace
from io import BytesIO
from typing import Any
from xml.etree import ElementTree
from zipfile import ZipFile

import openpyxl
import pytest
import zxingcpp
from docx import Document as WordFile
from docx.oxml.ns import qn
from PIL import Image

from stdesk.progress import Cancelled, Progress
from stdesk.reports import docx
from stdesk.reports.charts import Chart, Series
from stdesk.reports.document import Document, build_document
from stdesk.reports.docx import render_docx
from stdesk.reports.prepared import Prepared
from stdesk.reports.words import shown
from stdesk.reports.xlsx import MAX_TEXT, render_xlsx
from tests.reports.hostile import HOSTILE
from tests.reports.samples import KINDS, record, sample, tasks


@pytest.fixture(scope="module")
def made() -> Document:
    return build_document(sample(), KINDS)


@pytest.fixture(scope="module")
def word() -> bytes:
    return render_docx(sample(), KINDS)


def parts_of(data: bytes) -> dict[str, ElementTree.Element]:
    """Every XML part; parsing fails where a part is not well formed."""
    with ZipFile(BytesIO(data)) as archive:
        return {
            name: ElementTree.fromstring(archive.read(name))
            for name in archive.namelist()
            if name.endswith((".xml", ".rels"))
        }


def text_of(element: Any) -> str:
    return "".join(t.text or "" for t in element.iter(qn("w:t")))


def test_word_has_the_same_paragraphs_as_the_pdf(word: bytes, made: Document) -> None:
    paragraphs = [one.text for one in WordFile(BytesIO(word)).paragraphs]
    for one in made.body:
        assert any(found.startswith(one.text) for found in paragraphs), one  # type: ignore[union-attr]
    for line in (*made.basis, made.head.type_name, made.head.subject):
        assert line in paragraphs


def test_word_styles_are_real(word: bytes) -> None:
    docx = WordFile(BytesIO(word))
    used = {one.style.name for one in docx.paragraphs if one.style}
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
    levels = {
        name: docx.styles[name].element.pPr.find(qn("w:outlineLvl")).get(qn("w:val"))
        for name in ("Heading 1", "Heading 2", "Annex Heading", "Table Caption")
    }
    assert levels == {"Heading 1": "0", "Heading 2": "1", "Annex Heading": "0", "Table Caption": "1"}


def test_every_style_and_relation_that_is_used_is_there(word: bytes) -> None:
    parts = parts_of(word)
    known = {one.get(qn("w:styleId")) for one in parts["word/styles.xml"].iter(qn("w:style"))}
    for name in ("word/document.xml", "word/header1.xml", "word/footer1.xml"):
        assert {one.get(qn("w:val")) for one in parts[name].iter(qn("w:pStyle"))} <= known
    with ZipFile(BytesIO(word)) as archive:
        listed = set(archive.namelist())
    for name, part in parts.items():
        if name.endswith(".rels"):
            for one in part:
                folder = "" if name == "_rels/.rels" else "word/"
                assert folder + one.get("Target") in listed
                assert one.get("TargetMode") is None  # nothing leads out of the file
    declared = {one.get("PartName") for one in parts["[Content_Types].xml"] if one.get("PartName")}
    assert declared == {
        f"/{name}" for name in listed if name.endswith(".xml") and name != "[Content_Types].xml"
    }
    ids = [one.get("id") for one in parts["word/document.xml"].findall(".//{*}docPr")]
    assert len(ids) == len(set(ids))


def test_word_sections_margins_and_page_numbers(word: bytes, made: Document) -> None:
    sections = list(WordFile(BytesIO(word)).sections)
    assert len(sections) == 1 + len(made.annexes)
    for place, section in enumerate(sections):
        size = (round(section.page_width.mm), round(section.page_height.mm))  # type: ignore[union-attr]
        assert size == ((210, 297) if place == 0 else (297, 210))
        margins = [
            round(getattr(section, f"{side}_margin").mm) for side in ("top", "bottom", "left", "right")
        ]
        assert margins == [20, 20, 30, 15]
        assert section.different_first_page_header_footer
        assert " PAGE " in section.header._element.xml
        assert "PAGE" not in section.first_page_header._element.xml
        assert section.header.paragraphs[0].style.paragraph_format.alignment is not None
        start = section._sectPr.find(qn("w:pgNumType"))
        assert (start is None) if place == 0 else start.get(qn("w:start")) == "1"


def test_annexes_that_count_on_show_their_numbers(made: Document) -> None:
    sections = list(WordFile(BytesIO(docx.render(replace(made, annexes_apart=False)))).sections)
    assert all(one._sectPr.find(qn("w:pgNumType")) is None for one in sections)
    assert [one.different_first_page_header_footer for one in sections] == [True] + [False] * len(
        made.annexes
    )
    assert all(one.footer.is_linked_to_previous for one in sections[1:])


def test_every_page_carries_code_qr_and_page(word: bytes, made: Document) -> None:
    for place, section in enumerate(WordFile(BytesIO(word)).sections):
        for footer in (section.footer, section.first_page_footer):
            told = text_of(footer._element)
            assert made.code in told
            assert " PAGE " in footer._element.xml and " NUMPAGES " in footer._element.xml
            assert (made.annexes[place - 1].number in told) == (place > 0)
            assert footer._element.find(".//{*}docPr").get("descr").endswith(made.code)
    with ZipFile(BytesIO(word)) as archive:
        picture = Image.open(BytesIO(archive.read("word/media/code.png"))).convert("L")
    framed = Image.new("L", (picture.width + 80, picture.height + 80), 255)
    framed.paste(picture, (40, 40))
    assert [one.text for one in zxingcpp.read_barcodes(framed)] == [made.code.replace("-", "")]


def test_word_tables_repeat_their_heads_and_hold_every_row(word: bytes, made: Document) -> None:
    tables = WordFile(BytesIO(word)).element.body.findall(qn("w:tbl"))
    expected = list(made.tables)
    assert len(tables) == len(expected) + 2  # head and signature are set side by side in tables
    listed = [table for table in tables if table.find(f".//{qn('w:tblHeader')}") is not None]
    for found, wanted in zip(listed, expected, strict=True):
        rows = [[text_of(cell) for cell in row.findall(qn("w:tc"))] for row in found.findall(qn("w:tr"))]
        assert rows[0] == [column.label for column in wanted.columns]
        assert rows[1:] == [[shown(cell).replace("\n", "") for cell in row] for row in wanted.rows]


def test_only_a_row_too_long_for_a_page_may_break() -> None:
    listed = [
        record("research_task", n, {"title": title, "start": "2026"})
        for n, title in enumerate(("Ngắn", "Rất dài " * 800), 1)
    ]
    document = WordFile(BytesIO(render_docx(sample(*listed), KINDS)))
    rows = {
        row.cells[2].text[:4]: row
        for table in document.tables
        for row in table.rows[1:]
        if len(row.cells) > 2
    }
    short, long = rows["Ngắn"], rows["Rất "]
    assert short._tr.find(f".//{qn('w:cantSplit')}") is not None
    assert long._tr.find(f".//{qn('w:cantSplit')}") is None


def test_head_with_marks_and_drafter() -> None:
    head = {
        "number": "7",
        "secrecy_mark": "toi_mat",
        "urgency": "hoa_toc",
        "circulation": "return",
        "drafter": "nva",
        "copies": "5",
    }
    document = WordFile(BytesIO(render_docx(sample(*tasks(2), prepared=Prepared(head=head)), KINDS)))
    left = document.tables[0].rows[1].cells[0]
    framed = {
        one.text: {edge.get(qn("w:color")) for edge in one._p.pPr.find(qn("w:pBdr"))}
        for one in left.paragraphs
        if one._p.pPr.find(qn("w:pBdr")) is not None
    }
    assert list(framed) == ["TỐI MẬT", "HỎA TỐC", "XEM XONG TRẢ LẠI"]
    assert framed["TỐI MẬT"] == {"D40000"} and framed["XEM XONG TRẢ LẠI"] == {"000000"}
    assert left.paragraphs[0].text == "Số: 07/BC-CAT-PV01"
    ending = [table for table in document.tables if "Nơi nhận:" in table.rows[0].cells[0].text]
    assert ending[0].rows[0].cells[0].text.endswith("NVA (05)")


def test_a_trial_says_so_on_every_page() -> None:
    document = WordFile(BytesIO(render_docx(sample(*tasks(2), trial=True), KINDS)))
    for section in document.sections:
        for header in (section.header, section.first_page_header):
            assert 'string="THỬ"' in header._element.xml
        for footer in (section.footer, section.first_page_footer):
            assert "BẢN THỬ" in text_of(footer._element)


def test_a_chart_is_a_picture_that_says_what_it_shows(made: Document) -> None:
    chart = Chart("Nhiệm vụ theo <cấp>", ("Bộ", "Cơ sở"), (Series("2026", (3, 5)),), "nhiệm vụ")
    annex = replace(made.annexes[0], blocks=(chart, *made.annexes[0].blocks[:1], chart))
    data = docx.render(replace(made, annexes=(annex,)))
    shown = list(parts_of(data)["word/document.xml"].findall(".//{*}docPr"))
    assert len(shown) == 2 and all("Nhiệm vụ theo <cấp>" in one.get("descr") for one in shown)
    assert data == docx.render(replace(made, annexes=(annex,)))
    with ZipFile(BytesIO(data)) as archive:
        assert archive.read("word/media/image1.png").startswith(b"\x89PNG")


def test_hostile_text_opens_and_is_never_a_formula() -> None:
    listed = [
        record("research_task", n, {"title": text, "start": "2026", "host": text, "leader": [{"name": text}]})
        for n, text in enumerate(HOSTILE, 1)
    ]
    name = " ".join(text[:40] for text in HOSTILE)
    frozen = sample(*listed, unit={"unit_name": name, "signer_name": name, "recipients": name})
    table = next(one for one in build_document(frozen, KINDS).annexes if one.key == "research_task").blocks[0]
    rows = table.rows  # type: ignore[union-attr]
    assert len(rows) == len(HOSTILE)
    data = render_docx(frozen, KINDS)
    parts_of(data)
    cells = {text_of(cell) for cell in WordFile(BytesIO(data)).element.body.iter(qn("w:tc"))}
    data = render_xlsx(frozen, KINDS)
    parts_of(data)
    sheet = openpyxl.load_workbook(BytesIO(data))["Phụ lục II"]
    for place, row in enumerate(rows):
        title = shown(row[2])
        assert title.replace("\n", "") in cells
        assert (sheet.cell(6 + place, 3).value or "") == title
    with ZipFile(BytesIO(data)) as archive:
        assert not any(
            b"<f>" in archive.read(one) or b"<f " in archive.read(one) for one in archive.namelist()
        )


def test_300_authors_a_long_department_and_an_empty_report() -> None:
    people = [{"name": f"Nguyễn Văn Tác Giả Thứ {n}"} for n in range(300)]
    one = record(
        "publication",
        1,
        {
            "title": "A",
            "document_type": "journal_article",
            "issued": "2026",
            "contributors": people,
            "department": "Phòng " + "nghiệp vụ " * 20,
        },
    )
    for frozen in (sample(one), sample(empty=True), sample(one, unit={})):
        assert WordFile(BytesIO(render_docx(frozen, KINDS))).paragraphs
        assert openpyxl.load_workbook(BytesIO(render_xlsx(frozen, KINDS))).sheetnames
    whole = "".join(
        t.text or "" for t in parts_of(render_docx(sample(one), KINDS))["word/document.xml"].iter(qn("w:t"))
    )
    assert whole.count("Nguyễn Văn Tác Giả Thứ") == 300


def test_text_longer_than_a_cell_is_cut_and_says_so() -> None:
    one = record("research_task", 1, {"title": "Đ" * 40_000, "start": "2026"})
    sheet = openpyxl.load_workbook(BytesIO(render_xlsx(sample(one), KINDS)))["Phụ lục II"]
    assert len(sheet["C6"].value) == MAX_TEXT and "cắt bớt" in sheet["C6"].value


def test_characters_no_xml_can_hold_are_dropped_not_fatal() -> None:
    frozen = sample(*tasks(1))
    first = dict(frozen.records["research_task"][0])
    first["values"] = {**first["values"], "title": "A\x00B\x1f\ufffe\u202e\u200fC ]]>"}
    frozen.records["research_task"] = (first,)  # type: ignore[index] # as a foreign snapshot may hold
    assert "ABC ]]>" in str(
        list(openpyxl.load_workbook(BytesIO(render_xlsx(frozen, KINDS)))["Phụ lục II"].values)
    )
    assert any(
        "ABC ]]>" in c.text for t in WordFile(BytesIO(render_docx(frozen, KINDS))).tables for c in t._cells
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


def test_the_properties_name_the_report_and_when_it_was_frozen(word: bytes, made: Document) -> None:
    excel = render_xlsx(sample(), KINDS)
    docx, book = WordFile(BytesIO(word)), openpyxl.load_workbook(BytesIO(excel))
    for properties in (docx.core_properties, book.properties):
        assert properties.title == made.title
        assert properties.created.isoformat().startswith("2026-11-10T20:30:00")
        assert properties.modified == properties.created
        assert properties.language == "vi-VN"
    assert docx.core_properties.author == "Công an tỉnh Cà Mau"
    assert re.fullmatch(r"\[[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4}\]", docx.core_properties.comments)

"""Papers of other kinds than the report: letters, notes with tables, charts and two signatures, first pages."""

from __future__ import annotations

from dataclasses import replace

import pytest

from stdesk.reports.blocks import Column, Table
from stdesk.reports.charts import Chart, Series
from stdesk.reports.document import Document, Paragraph, Signature, build_document
from stdesk.reports.paper_head import on_paper, symbol
from stdesk.reports.pdf import render
from stdesk.reports.prepared import Prepared
from tests.reports.pdf_measure import Measured
from tests.reports.samples import KINDS, UNIT, sample, tasks

CHART = Chart("Ấn phẩm theo loại", ("Sách", "Bài báo"), (Series("năm 2026", (3, 12)),), "ấn phẩm")


def table(rows: int, *, total: bool = False) -> Table:
    columns = (Column("TT", 1, "center"), Column("Tên tệp", 6), Column("Số dòng", 2, "right"))
    return Table(
        "Thành phần bàn giao", columns, tuple((n, f"tep-{n}.pdf", n) for n in range(1, rows + 1)), total
    )


def note(*body: Paragraph | Table | Chart) -> Document:
    made = build_document(sample(*tasks(1)), KINDS)
    both = (Signature(("BÊN GIAO",), "Lê A"), Signature(("BÊN NHẬN",), "Trần B"))
    head = replace(made.head, type_name="PHIẾU GIAO NHẬN", subject="", address_to=())
    return replace(
        made, kind="note", head=head, basis=(), body=body, annexes=(), signatures=both, recipients=()
    )


def test_tables_and_charts_stand_in_the_text() -> None:
    opened = Measured(
        render(note(Paragraph("body", "Hai bên giao, nhận:"), table(5), CHART, Paragraph("body", "Hết.")))
    )
    page = [row.text for row in opened.rows(0)]
    order = [
        page.index(one)
        for one in ("Hai bên giao, nhận:", "Thành phần bàn giao", "tep-5.pdf", "Hết.", "BÊN GIAO")
    ]
    assert order == sorted(order) and "Ấn phẩm theo loại" in page
    for row in opened.rows(0):
        assert row.base > 276 or (row.left >= 29.9 and row.right <= 195.1)


def test_a_heading_stays_with_its_table() -> None:
    for lines in range(18, 32):
        filler = [Paragraph("body", "Dòng.") for _ in range(lines)]
        opened = Measured(render(note(*filler, Paragraph("heading1", "I. THÀNH PHẦN"), table(4))))
        (page,) = [n for n in range(len(opened)) if any(r.text == "I. THÀNH PHẦN" for r in opened.rows(n))]
        assert any(row.text == "tep-1.pdf" for row in opened.rows(page)), lines


def test_a_sum_is_never_alone_on_a_page() -> None:
    for rows in range(30, 44):
        opened = Measured(render(note(table(rows, total=True))))
        (page,) = [n for n in range(len(opened)) if any(r.text == f"tep-{rows}.pdf" for r in opened.rows(n))]
        assert any(row.text == f"tep-{rows - 1}.pdf" for row in opened.rows(page)), rows


def test_a_table_over_pages_shows_its_labels_again_and_every_row() -> None:
    opened = Measured(render(note(table(150))))
    pages = [n for n in range(len(opened)) if any(row.text.startswith("tep-") for row in opened.rows(n))]
    assert len(pages) >= 3
    assert all(any(row.text == "Tên tệp" for row in opened.rows(n)) for n in pages)
    shown = {row.text for n in pages for row in opened.rows(n)}
    assert {f"tep-{n}.pdf" for n in range(1, 151)} <= shown


def test_the_first_pages_come_without_annexes_and_are_the_same() -> None:
    made = build_document(sample(*tasks(3)), KINDS)
    assert replace(made, annexes=()) == build_document(sample(*tasks(3)), KINDS, annexes=False)
    quick, whole = Measured(render(made, annexes=False)), Measured(render(made))
    assert len(quick) < len(whole)
    for page in range(len(quick)):
        said, full = ([row.text for row in one.rows(page) if row.base < 280] for one in (quick, whole))
        assert said == full


def test_what_is_set_for_one_report_goes_before_the_settings() -> None:
    head = {
        "number": "12",
        "place": "Bạc Liêu",
        "signer_name": "Lê B",
        "address_to": "Cục A;\n- Cục B.\n",
        "symbol": "",
    }
    frozen = sample(*tasks(1), unit={**UNIT, "report_number": "7"}, prepared=Prepared(head=head))
    made = build_document(frozen, KINDS)
    assert made.head.number == "12/BC-CAT-PV01"
    assert made.head.place_date.startswith("Bạc Liêu, ngày ……")
    assert made.head.address_to == ("Cục A", "Cục B")
    assert made.signature.name == "Đại tá Lê B"
    assert on_paper(frozen)["symbol"] == "CAT-PV01"  # an empty field leaves the unit's own


@pytest.mark.parametrize(
    ("settings", "shown"),
    [
        ({"symbol": "CAT-PV01", "number": "8"}, "08/CAT-PV01"),
        ({"authority_code": "CAT", "department": "PV01"}, "……/CAT-PV01"),
        (
            {"symbol": "{so}/{loai}-{coquan}-{donvi}", "authority_code": "CATP", "department": "X"},
            "……/CATP-X",
        ),
        ({"symbol": "45/BC-CAT-PV01", "number": "9"}, "09"),
    ],
)
def test_the_symbol_of_a_letter_has_no_type(settings: dict[str, str], shown: str) -> None:
    assert symbol(settings, "") == shown


def test_what_the_typeface_has_no_room_for_in_its_first_part_is_shown_too() -> None:
    """More than 256 different letters in one table."""
    letters = [
        chr(code)
        for code in (*range(0x21, 0x7F), *range(0xC0, 0x180), *range(0x391, 0x3A2), *range(0x410, 0x450))
    ]
    rows = tuple((n, f"{letter}{letter}", n) for n, letter in enumerate(letters))
    opened = Measured(render(note(replace(table(1), rows=rows))))
    shown = "".join(row.text for page in range(len(opened)) for row in opened.rows(page))
    for letter in ("Ж", "Λ", "ř", "ĳ", "A"):
        assert letter * 2 in shown, letter

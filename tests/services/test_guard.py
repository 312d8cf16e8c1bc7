"""The guard on records, on the first page of a file, on rows of a workbook: it warns and tells no number."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import openpyxl
import pytest
from reportlab.lib.pagesizes import A4
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas

from stdesk import resources
from stdesk.services.desk import Desk

NUMBER = "079095012345"


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    with Desk.create(tmp_path / "kho", unit_code="PC09", unit_name="Phòng PC09") as made:
        yield made


def pdf(path: Path, *pages: tuple[str, ...]) -> Path:
    font = next(iter(sorted((resources.path("fonts")).glob("*egular*.ttf"))))
    pdfmetrics.registerFont(TTFont("Mau", str(font)))
    canvas = Canvas(str(path), pagesize=A4)
    for lines in pages:
        canvas.setFont("Mau", 13)
        for at, line in enumerate(lines):
            canvas.drawString(80, 780 - 40 * at, line)
        canvas.showPage()
    canvas.save()
    return path


def test_texts_of_a_record(desk: Desk) -> None:
    values = {
        "title": "Kế hoạch (Mật) và TỐI MẬT", "notes": f"Liên hệ {NUMBER}, {NUMBER}", "keywords": ("MẬT của ta",),
        "issued": "2026", "isbn": NUMBER, "không có": "(Mật)",
    }  # fmt: skip
    found = desk.guard.look("publication", values)
    assert [(one.field, one.code) for one in found if one.field != "isbn"] == [
        ("title", "mark"), ("notes", "citizen"), ("keywords", "mark"),
    ]  # fmt: skip
    assert all(NUMBER not in one.said and "095012" not in one.said for one in found)
    marked = desk.guard.look("publication", values, secrecy="mat")
    assert "mark" not in {one.code for one in marked} and "citizen" in {one.code for one in marked}


def test_the_first_page_of_a_file(desk: Desk, tmp_path: Path) -> None:
    path = pdf(tmp_path / "ke-hoach.pdf", ("CÔNG AN TỈNH", "TỐI MẬT", "KẾ HOẠCH"), ("Trang hai",))
    (found,) = desk.guard.look_file(path)
    assert (found.field, found.code) == ("ke-hoach.pdf", "mark") and "TỐI MẬT" in found.said
    item = desk.catalogue.attach(path)
    assert desk.guard.look_files([item]) == [found]


def test_only_the_first_page_counts_and_numbers_are_masked(desk: Desk, tmp_path: Path) -> None:
    later = pdf(tmp_path / "a.pdf", ("Bảo vệ bí mật nhà nước",), ("MẬT", NUMBER))
    assert desk.guard.look_file(later) == []
    (found,) = desk.guard.look_file(pdf(tmp_path / "b.pdf", (f"Họ tên: A, CCCD {NUMBER}",)))
    assert found.code == "citizen" and "079…45" in found.said and NUMBER not in found.said


@pytest.mark.parametrize("content", [b"", b"%PDF-1.7 nothing", b"MAT"])
def test_what_cannot_be_read_is_no_warning(desk: Desk, tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "hỏng.pdf"
    path.write_bytes(content)
    assert desk.guard.look_file(path) == []
    assert desk.guard.look_file(tmp_path / "ảnh.jpg") == []


def test_rows_of_a_workbook_are_counted_not_judged(desk: Desk, tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["STT", "Tên đề tài", "Chủ nhiệm đề tài", "Cấp quản lý", "Ghi chú"])
    for n, (title, note) in enumerate(
        [
            ("Đề tài một", ""),
            ("Đề tài hai (Tối mật)", ""),
            ("Đề tài ba", f"CCCD {NUMBER}"),
            ("Bí mật nhà nước", ""),
        ]
    ):
        sheet.append([n + 1, title, "Nguyễn Văn A", "Cấp cơ sở", note])
    book.save(tmp_path / "bảng.xlsx")
    plan = desk.intake.preview(tmp_path / "bảng.xlsx")
    (warned,) = [one for one in plan.sheets[0].notes if one.code == "guard_rows"]
    assert warned.params["n"] == 2 and NUMBER not in warned.text
    again = desk.intake.correct(plan, plan.sheets[0].sheet)
    assert [one.code for one in again.sheets[0].notes].count("guard_rows") == 1

"""Labels of sticks and envelopes: everything on them, nothing outside them, whatever the names are like."""

from __future__ import annotations

import hashlib
import io
from dataclasses import replace
from datetime import date

import pypdfium2 as pdfium
import pytest
import zxingcpp
from hypothesis import given, settings
from hypothesis import strategies as st

from stdesk.errors import UserError
from stdesk.reports.labels import A6, ON_SHEET, SHEET, LabelFacts, Size, qr_text, render_labels

CODE = hashlib.sha512(b"goi").hexdigest()
FACTS = LabelFacts(
    unit="Phòng Cảnh sát hình sự",
    period="năm 2026",
    submission=2,
    file="KHCN-PC09-2026-L02-BS.zip.age",
    size=1_234_567,
    sha512=CODE,
    day=date(2026, 11, 12),
    sealed=True,
    receiver="Cục Khoa học, Chiến lược và Lịch sử Công an",
)
DPMM = 8  # dots a millimetre of the pictures


def text_of(pdf: bytes, page: int = 0) -> str:
    text: str = pdfium.PdfDocument(pdf)[page].get_textpage().get_text_bounded()
    return " ".join(text.split())


def inked(pdf: bytes, page: int = 0) -> tuple[float, float, float, float]:
    """Left, top, right and bottom of everything dark on a page, in millimetres; the pale corner marks left out."""
    picture = pdfium.PdfDocument(pdf)[page].render(scale=DPMM * 25.4 / 72, grayscale=True).to_pil()
    box = picture.point(lambda value: 255 if value < 128 else 0).getbbox()
    assert box is not None
    left, top, right, bottom = (one / DPMM for one in box)
    return left, top, right, bottom


def test_small_label_says_what_it_is() -> None:
    said = text_of(render_labels([FACTS]))
    for part in ("Phòng Cảnh sát hình sự", "Năm 2026, lần nộp 02", FACTS.file, "12/11/2026", "niêm phong"):
        assert part in said
    assert CODE[:8] in said and CODE[8:16] in said


def test_envelope_says_everything() -> None:
    said = text_of(render_labels([FACTS], A6))
    for part in (
        "PHÒNG CẢNH SÁT HÌNH SỰ",
        "Lịch sử Công an",
        FACTS.file,
        "1.234.567 byte",
        "chỉ nơi nhận mở được",
    ):
        assert part in said
    assert CODE in said.replace(" ", "")


def test_mark_of_secrecy_and_trial_are_framed() -> None:
    said = text_of(render_labels([replace(FACTS, secrecy="MẬT", trial=True)]))
    assert "MẬT" in said and "BẢN THỬ" in said and "bản thử" in said


@pytest.mark.parametrize("first", [1, 2, 3, 4, 13, 24])
def test_small_label_stays_inside_its_place(first: int) -> None:
    left, top, right, bottom = inked(render_labels([FACTS], first=first))
    column, row = (first - 1) % 3, (first - 1) // 3
    assert column * 70 + 3 < left < right < column * 70 + 70 - 3
    assert 4.5 + row * 36 + 2 < top < bottom < 4.5 + row * 36 + 36 - 2


def test_labels_go_on_to_the_next_sheet() -> None:
    pdf = render_labels([FACTS, FACTS, FACTS], first=23)
    assert len(pdfium.PdfDocument(pdf)) == 2
    assert text_of(pdf, 0).count("lần nộp 02") == 2 and text_of(pdf, 1).count("lần nộp 02") == 1


@pytest.mark.parametrize("first", [0, -1, ON_SHEET + 1])
def test_label_that_no_sheet_has(first: int) -> None:
    with pytest.raises(UserError) as error:
        render_labels([FACTS], first=first)
    assert error.value.code == "label_first"


def test_qr_code_holds_name_and_check_code() -> None:
    for size in (SHEET, A6):
        page = pdfium.PdfDocument(render_labels([FACTS], size))[0]
        picture = page.render(scale=4, grayscale=True).to_pil()
        found = [one.text for one in zxingcpp.read_barcodes(picture)]
        assert found == [qr_text(FACTS)] == [f"{FACTS.file.upper()} SHA512:{CODE.upper()}"]


def test_same_bytes_every_time() -> None:
    assert render_labels([FACTS]) == render_labels([FACTS])


names = st.text(st.characters(codec="utf-8", exclude_categories=["Cs"]), max_size=120)


@settings(max_examples=25, deadline=None)
@given(unit=names, period=names, receiver=names, medium=names, size=st.sampled_from([SHEET, A6]))
def test_whatever_the_names_are_like(unit: str, period: str, receiver: str, medium: str, size: Size) -> None:
    hostile = replace(FACTS, unit=unit, period=period, receiver=receiver, medium=medium, others=3)
    pdf = render_labels([hostile], size)
    left, top, right, bottom = inked(pdf)
    wide, high = (70.0, 40.5) if size == SHEET else (105.0, 148.0)
    assert left > 3 and top > 3 and right < wide - 3 and bottom < high - 2
    assert io.BytesIO(pdf).read(5) == b"%PDF-"

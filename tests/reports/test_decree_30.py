"""Every row of the decree's table of layout (Decree 30/2020/NĐ-CP, annex I), measured on the PDF.

The numbers here are the decree's ranges, in millimetres and points, not the program's own constants.
"""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import pairwise

import pytest

from stdesk.reports.document import Marks, build_document
from stdesk.reports.pdf import render
from tests.reports.decree_paper import (
    BLACK,
    BODY,
    BOLD,
    BOLD_ITALIC,
    ITALIC,
    REGULAR,
    inner,
    letter,
    made,
    measured,
    paper,
    ratio,
    whole,
)
from tests.reports.pdf_measure import MM, Measured
from tests.reports.samples import KINDS, UNIT, sample, tasks

__all__ = ["letter", "paper", "whole"]


# -- I. general


def test_paper_is_a4_upright_and_annexes_may_lie(whole: Measured) -> None:
    sizes = [tuple(round(one) for one in whole.size(page)) for page in range(len(whole))]
    assert sizes[0] == (210, 297)
    first = sizes.index((297, 210))
    assert set(sizes[:first]) == {(210, 297)} and set(sizes[first:]) == {(297, 210)}


def test_margins(whole: Measured) -> None:
    for page in range(len(whole)):
        wide, high = whole.size(page)
        rows = inner(whole, page)
        assert min(row.left for row in rows) + 0.1 >= 30
        assert wide - max(row.right for row in rows) + 0.1 >= 15
        assert min(min(one.top for one in row.letters) for row in rows) + 0.1 >= 20
        assert high - max(row.base for row in rows) + 0.1 >= 20
    text = [row for row in inner(whole, 1) if row.size == 14]
    assert 30 <= round(min(row.left for row in text), 1) <= 35
    assert 15 <= round(210 - max(row.right for row in text), 1) <= 20
    assert 20 <= min(min(one.top for one in row.letters) for row in inner(whole, 1)) <= 25


def test_typeface_is_of_the_widths_of_times_new_roman_and_black(whole: Measured) -> None:
    letters = [one for page in range(len(whole)) for row in whole.rows(page) for one in row.letters]
    assert {one.font for one in letters} == {REGULAR, BOLD, ITALIC, BOLD_ITALIC}
    assert {one.colour for one in letters if one.size >= 10} == {BLACK}  # the rest is inside charts


def test_page_numbers_are_centred_in_the_top_margin_but_on_first_pages(whole: Measured) -> None:
    expected = highest = 0
    for page in range(len(whole)):
        rows = whole.rows(page)
        expected = (
            1 if any(row.text.startswith("Phụ lục ") and row.font == BOLD for row in rows) else expected + 1
        )
        highest = max(highest, expected)
        above = [row for row in rows if row.base < 20 and row.size >= 12]
        if expected == 1:
            assert above == []
            continue
        (number,) = above
        assert number.text == str(expected)  # every annex counts its own pages
        assert 13 <= number.size <= 14 and number.font == REGULAR
        assert number.middle == pytest.approx(whole.size(page)[0] / 2, abs=0.5)
        assert 0 < number.base < 20
    assert highest > 3


# -- II. the head


def test_country_and_motto(paper: Measured) -> None:
    country = paper.row(0, "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM")
    motto = paper.row(0, "Độc lập - Tự do - Hạnh phúc")
    assert 12 <= country.size <= 13 and country.font == BOLD
    assert 13 <= motto.size <= 14 and motto.font == BOLD
    assert country.middle == pytest.approx(motto.middle, abs=0.5) and country.left > 95
    assert 12 / MM <= motto.base - country.base <= 14 * 1.5 / MM  # single spaced
    assert ratio(paper, motto) == pytest.approx(1, abs=0.03)  # as long as the words


def test_superior_and_issuing_body(paper: Measured) -> None:
    superior, issuer = paper.row(0, "BỘ CÔNG AN"), paper.row(0, "CÔNG AN TỈNH CÀ MAU")
    assert 12 <= superior.size <= 13 and superior.font == REGULAR
    assert 12 <= issuer.size <= 13 and issuer.font == BOLD
    assert superior.middle == pytest.approx(issuer.middle, abs=0.5) and issuer.right < 100
    assert 1 / 3 <= ratio(paper, issuer) <= 1 / 2
    assert superior.base == pytest.approx(paper.row(0, "CỘNG HÒA").base, abs=0.5)


@pytest.mark.parametrize("name", ["Công an tỉnh", "PV01", "Phòng Tham mưu " * 13])
def test_the_rule_below_a_name_of_any_length(name: str) -> None:
    unit = {**UNIT, "unit_name": name.strip()}
    document = replace(build_document(sample(*tasks(1), unit=unit), KINDS), annexes=(), body=BODY)
    opened = Measured(render(document))
    rows = [row for row in opened.rows(0) if row.font == BOLD and row.right < 97]
    last = [row for row in rows if row.base < opened.row(0, "Số:").base][-1]
    assert 1 / 3 <= ratio(opened, last) <= 1 / 2


@pytest.mark.parametrize(
    ("number", "shown"), [("7", "07"), ("09", "09"), ("10", "10"), ("123", "123"), ("", "……")]
)
def test_number_and_symbol(number: str, shown: str) -> None:
    opened = measured({"number": number})
    row = opened.row(0, "Số:")
    assert re.sub(r"[…\s]+", "", row.text) == re.sub(r"…+", "", f"Số:{shown}/BC-CAT-PV01")
    assert row.size == 13 and row.font == REGULAR
    assert row.middle == pytest.approx(opened.row(0, "CÔNG AN TỈNH CÀ MAU").middle, abs=0.6)


@pytest.mark.parametrize(
    ("day", "shown"),
    [
        ("2026-03-07", "ngày 07 tháng 3 năm 2026"),
        ("2026-02-05", "ngày 05 tháng 02 năm 2026"),
        ("2026-01-31", "ngày 31 tháng 01 năm 2026"),
        ("2026-10-10", "ngày 10 tháng 10 năm 2026"),
    ],
)
def test_place_and_date(day: str, shown: str) -> None:
    opened = measured({"date": day})
    row = opened.row(0, "Cà Mau,")
    assert row.text == f"Cà Mau, {shown}"
    assert 13 <= row.size <= 14 and row.font == ITALIC
    assert row.base == pytest.approx(opened.row(0, "Số:").base, abs=0.1)  # one row
    assert row.middle == pytest.approx(opened.row(0, "Độc lập").middle, abs=0.5)


def test_type_name_and_what_it_is_about(paper: Measured) -> None:
    kind = paper.row(0, "BÁO CÁO")
    below = [row for row in paper.rows(0) if row.base > kind.base and row.font == BOLD]
    subject = below[: next(n for n, row in enumerate(below) if row.text.startswith("I. "))]
    assert " ".join(row.text for row in subject).startswith("Kết quả thực hiện Chỉ thị số 05/CT-BCA-V04")
    for row in (kind, *subject):
        assert 13 <= row.size <= 14 and row.font == BOLD
        assert row.middle == pytest.approx(30 + (210 - 30 - 15) / 2, abs=0.6)
    assert 1 / 3 <= ratio(paper, subject[-1]) <= 1 / 2


def test_an_official_letter_says_what_it_is_about_below_its_number(letter: Measured) -> None:
    number = letter.row(0, "Số: 08/CAT-PV01")
    place = letter.row(0, "Cà Mau,")
    rows = [row for row in letter.rows(0) if number.base < row.base < number.base + 20 and row.right < 97]
    assert " ".join(row.text for row in rows).startswith("V/v gửi Báo cáo kết quả công tác")
    for row in rows:
        assert 12 <= row.size <= 13 and row.font == REGULAR
        assert row.middle == pytest.approx(number.middle, abs=0.6)
    assert rows[0].base - number.base >= (12 + 6) / MM  # its own line and 6 points
    assert place.base == pytest.approx(number.base, abs=0.1)
    assert not any(row.text == "BÁO CÁO" for row in letter.rows(0))


def test_one_addressee_stands_on_the_line(paper: Measured) -> None:
    row = paper.row(0, "Kính gửi: Bộ Công an")
    assert 13 <= row.size <= 14 and row.font == REGULAR
    assert row.middle == pytest.approx(30 + 165 / 2, abs=1)


def test_several_addressees_stand_below_each_other_under_the_colon(letter: Measured) -> None:
    first = letter.row(0, "Kính gửi:")
    assert first.text == "Kính gửi:"
    listed = [row for row in letter.rows(0) if row.base > first.base and row.text.startswith("- ")][:2]
    assert [row.text for row in listed] == ["- Bộ Công an;", "- Cục Khoa học, Chiến lược và Lịch sử Công an."]
    colon = first.letters[-1]
    for row in listed:
        assert 13 <= row.size <= 14 and row.font == REGULAR
        assert row.left == pytest.approx(colon.left, abs=0.8)


def test_a_plan_for_the_unit_itself_addresses_nobody() -> None:
    head = replace(made().head, address_to=())
    opened = Measured(render(replace(made(), head=head)))
    assert not any("Kính gửi" in row.text for row in opened.rows(0))


# -- III. other parts


@pytest.mark.parametrize(
    ("field", "code", "word", "width"),
    [
        ("secrecy_mark", "mat", "MẬT", 20),
        ("secrecy_mark", "toi_mat", "TỐI MẬT", 30),
        ("secrecy_mark", "tuyet_mat", "TUYỆT MẬT", 40),
        ("urgency", "khan", "KHẨN", 20),
        ("urgency", "thuong_khan", "THƯỢNG KHẨN", 40),
        ("urgency", "hoa_toc", "HỎA TỐC", 30),
        ("circulation", "internal", "LƯU HÀNH NỘI BỘ", None),
        ("circulation", "return", "XEM XONG TRẢ LẠI", None),
    ],
)
def test_marks_are_framed_words_below_the_number(
    field: str, code: str, word: str, width: float | None
) -> None:
    opened = measured({field: code})
    row = opened.row(0, word)
    assert row.text == word and 13 <= row.size <= 14 and row.font == BOLD
    (frame,) = [one for one in opened.rules(0) if one.height > 4 and one.top < row.base < one.bottom]
    assert frame.left < row.left and row.right < frame.right
    assert frame.middle == pytest.approx(row.middle, abs=0.6)
    assert (frame.top + frame.bottom) / 2 == pytest.approx(row.base - 1.5, abs=0.6)
    if width:
        assert frame.width == pytest.approx(width, abs=1) and frame.height == pytest.approx(8, abs=1)
        red, green, blue = row.colour
        assert red > 180 and green < 60 and blue < 60 and frame.colour == row.colour
    else:
        assert row.colour == BLACK
    number, kind = opened.row(0, "Số:"), opened.row(0, "BÁO CÁO")
    assert number.base < frame.top and frame.bottom < kind.base - 4 and frame.right < 105


def test_all_marks_at_once_do_not_touch() -> None:
    opened = measured({"secrecy_mark": "tuyet_mat", "urgency": "thuong_khan", "circulation": "internal"})
    frames = sorted((one.top, one.bottom) for one in opened.rules(0) if 6 < one.height < 11)
    assert len(frames) == 3
    assert all(below[0] - above[1] >= 1 for above, below in pairwise(frames))
    rows = [opened.row(0, one) for one in ("TUYỆT MẬT", "THƯỢNG KHẨN", "LƯU HÀNH NỘI BỘ")]
    assert rows[0].base < rows[1].base < rows[2].base


def test_an_ordinary_paper_has_no_marks(paper: Measured) -> None:
    assert made().marks == Marks()
    assert made({"secrecy_mark": "thuong", "urgency": "x"}).marks == Marks()
    assert not [one for one in paper.rules(0) if 6 < one.height < 11]


def test_heads_of_the_annexes(whole: Measured) -> None:
    pages = [
        p
        for p in range(len(whole))
        if any(r.text.startswith("Phụ lục ") and r.font == BOLD for r in whole.rows(p))
    ]
    assert len(pages) >= 3
    for order, page in enumerate(pages):
        number, title, note = whole.rows(page)[:3]
        assert number.text == f"Phụ lục {('I', 'II', 'III', 'IV', 'V', 'VI')[order]}"
        assert 13 <= number.size <= 14 and number.font == BOLD
        assert 13 <= title.size <= 14 and title.font == BOLD and title.text == title.text.upper()
        assert 13 <= note.size <= 14 and note.font == ITALIC
        assert note.text == (
            "(Kèm theo Báo cáo số 07/BC-CAT-PV01 ngày 07 tháng 3 năm 2026 của Công an tỉnh Cà Mau)"
        )
        for row in (number, title, note):
            assert row.middle == pytest.approx(30 + (297 - 30 - 15) / 2, abs=0.6)


def test_heads_of_a_table_come_again_on_its_every_page(whole: Measured) -> None:
    pages = [
        page for page in range(len(whole)) if any(row.text == "Tên tài liệu" for row in whole.rows(page))
    ]
    assert len(pages) >= 3 and pages == list(range(pages[0], pages[-1] + 1))
    for page in pages[1:]:
        first = [row for row in inner(whole, page) if row.size == 10][:3]
        assert first[0].font == BOLD

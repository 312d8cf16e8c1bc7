"""The decree's rows about the text and its end (Decree 30/2020/NĐ-CP, annex I), measured on the PDF.

The numbers here are the decree's ranges, in millimetres and points, not the program's own constants.
"""

from __future__ import annotations

from itertools import pairwise

import pytest

from stdesk.reports.document import Paragraph, Signature, build_document, with_end_mark
from stdesk.reports.prepared import OwnText, Prepared
from tests.reports.decree_paper import (
    BOLD,
    BOLD_ITALIC,
    ITALIC,
    LONG_TEXT,
    REGULAR,
    inner,
    measured,
    paper,
    paragraphs,
)
from tests.reports.pdf_measure import MM, Measured
from tests.reports.samples import KINDS, UNIT, sample, tasks

__all__ = ["paper"]


# -- the text


def test_legal_bases_are_italic_and_end_with_semicolons_and_a_full_stop(paper: Measured) -> None:
    rows = [row for row in paper.rows(0) if row.font == ITALIC and row.base > paper.row(0, "Kính gửi").base]
    assert all(13 <= row.size <= 14 for row in rows)
    starts = [place for place, row in enumerate(rows) if row.text.startswith("Căn cứ")]
    assert len(starts) >= 3 and starts[0] == 0
    for start in starts:
        assert rows[start].left == pytest.approx(40, abs=0.5) or rows[start].left == pytest.approx(
            42.7, abs=0.5
        )
    ends = [rows[place - 1].text for place in [*starts[1:], len(rows)]]
    assert all(end.endswith(";") for end in ends[:-1]) and ends[-1].endswith(".")


def test_text_is_upright_and_justified_with_its_first_line_indented(paper: Measured) -> None:
    for told in paragraphs(paper)[3:5]:
        assert {(row.font, 13 <= row.size <= 14) for row in told} == {(REGULAR, True)}
        indent = told[0].left - 30
        assert indent == pytest.approx(10, abs=0.4) or indent == pytest.approx(12.7, abs=0.4)
        for row in told[1:]:
            assert row.left == pytest.approx(30, abs=0.6)
        for row in told[:-1]:
            assert row.right == pytest.approx(195, abs=0.6)


def test_spacing_of_lines_and_paragraphs(paper: Measured) -> None:
    told = [one for one in paragraphs(paper) if one[0].size == 14]
    steps = [
        (below.base - above.base) * MM
        for one in told
        for above, below in pairwise(one)
        if below.base > above.base
    ]
    for step in steps:
        assert 14 * 1.0 <= step <= 14 * 1.15 * 1.5
    line = max(steps)
    gaps = [(b[0].base - a[-1].base) * MM for a, b in pairwise(told) if b[0].base > a[-1].base]
    assert gaps and all(gap - line >= 6 - 0.1 for gap in gaps)


def test_headings_number_from_roman_to_letters(paper: Measured) -> None:
    roman, arabic, lettered = (one[0] for one in paragraphs(paper)[:3])
    assert (roman.text, roman.font, roman.size) == ("I. ĐẶC ĐIỂM TÌNH HÌNH", BOLD, 14)
    assert (arabic.text, arabic.font, arabic.size) == ("1. Đặc điểm chung", BOLD, 14)
    assert (lettered.text, lettered.font, lettered.size) == ("a) Thuận lợi", REGULAR, 14)


def test_no_line_has_rivers() -> None:
    link = (
        "https://thu-vien.example/bao-cao/nam-2026/khoa-hoc-cong-nghe/phu-luc-chi-tiet-so-lieu-tong-hop.html"
    )
    awkward = f"Xem tại {link} và {link} cùng các số liệu {LONG_TEXT} {link} {LONG_TEXT}"
    opened = measured(
        body=with_end_mark([Paragraph("heading1", "I. ĐẶC ĐIỂM"), Paragraph("body", awkward * 3)])
    )
    natural = 14 * 0.25 / MM
    for told in paragraphs(opened)[1:]:
        for row in told:
            gaps = [right.left - left.right for left, right in pairwise(row.letters)]
            assert max(gaps) <= 2.5 * natural + 1.2  # and the letters' own side bearings


@pytest.mark.parametrize("length", range(30, 60, 3))
def test_a_number_is_not_parted_from_its_unit(length: int) -> None:
    text = f"{'dài ' * length}tổng kinh phí 1.234,5 triệu đồng (Phụ lục II) ngày 07 tháng 3 năm 2026 và {LONG_TEXT}"
    opened = measured(body=(Paragraph("heading1", "I. ĐẶC ĐIỂM"), Paragraph("body", text)))
    (rows,) = paragraphs(opened)[1:]
    said = "\n".join(row.text for row in rows)
    for whole in ("1.234,5 triệu đồng", "(Phụ lục II)", "ngày 07", "tháng 3", "năm 2026", "ngày 07/10/2023"):
        assert whole in said, whole


def test_the_text_ends_with_the_end_mark_once(paper: Measured) -> None:
    said = " ".join(row.text for page in range(len(paper)) for row in paper.rows(page))
    assert said.count("./.") == 1
    assert paragraphs(paper)[-1][-1].text == "Trân trọng báo cáo./."


@pytest.mark.parametrize("end", ["", ".", "./.", "./. ", " ./.", "./../.", ";"])
def test_the_end_mark_of_own_words(end: str) -> None:
    own = {
        "closing": OwnText(f"Kính báo cáo{end}"),
        "opening": OwnText(f"Đơn vị báo cáo{end or '.'}\nNhư sau./."),
    }
    body = build_document(sample(*tasks(1), prepared=Prepared(texts=own)), KINDS).body
    told = [one.text for one in body if isinstance(one, Paragraph)]
    assert told[-1] == "Kính báo cáo./."
    assert sum(one.count("./.") for one in told) == 1
    assert told[1] == "Như sau."


# -- the end


@pytest.mark.parametrize(
    ("settings", "lines"),
    [
        ({"signing_authority": "KT. GIÁM ĐỐC", "signer_post": "PHÓ GIÁM ĐỐC"}, ("KT. GIÁM ĐỐC", "PHÓ GIÁM ĐỐC")),
        ({"signing_authority": "KT.", "signer_post": "Phó Giám đốc"}, ("KT. GIÁM ĐỐC", "PHÓ GIÁM ĐỐC")),
        ({"signing_authority": "kt giám đốc", "signer_post": "Phó Giám đốc"}, ("KT. GIÁM ĐỐC", "PHÓ GIÁM ĐỐC")),
        ({"signing_authority": "TM. BAN GIÁM ĐỐC", "signer_post": "Giám đốc"}, ("TM. BAN GIÁM ĐỐC", "GIÁM ĐỐC")),
        ({"signing_authority": "Q.", "signer_post": "Giám đốc"}, ("Q. GIÁM ĐỐC",)),
        ({"signing_authority": "Q. GIÁM ĐỐC", "signer_post": "Giám đốc"}, ("Q. GIÁM ĐỐC",)),
        ({"signing_authority": "TL.GIÁM ĐỐC", "signer_post": "Trưởng phòng"}, ("TL. GIÁM ĐỐC", "TRƯỞNG PHÒNG")),
        ({"signing_authority": "TUQ. Giám đốc", "signer_post": "Chánh Văn phòng"},
         ("TUQ. GIÁM ĐỐC", "CHÁNH VĂN PHÒNG")),
        ({"signing_authority": "TL. GIÁM ĐỐC\nKT.", "signer_post": "Phó Trưởng phòng"},
         ("TL. GIÁM ĐỐC", "KT. TRƯỞNG PHÒNG", "PHÓ TRƯỞNG PHÒNG")),
        ({"signing_authority": "", "signer_post": "Giám đốc"}, ("GIÁM ĐỐC",)),
        ({"signing_authority": "", "signer_post": "Quản đốc"}, ("QUẢN ĐỐC",)),
    ],
)  # fmt: skip
def test_who_signs_and_with_what_authority(settings: dict[str, str], lines: tuple[str, ...]) -> None:
    frozen = sample(*tasks(1), unit={**UNIT, **settings})
    assert build_document(frozen, KINDS).signature.lines == lines


def test_signature(paper: Measured) -> None:
    page = len(paper) - 1
    rows = [paper.row(page, one) for one in ("KT. GIÁM ĐỐC", "PHÓ GIÁM ĐỐC", "Đại tá Nguyễn Văn Ước")]
    for row in rows:
        assert 13 <= row.size <= 14 and row.font == BOLD
        assert row.middle == pytest.approx(rows[0].middle, abs=0.5)
    assert rows[0].left > 105  # the right half
    listed = paper.row(page, "Nơi nhận:")
    assert listed.base == pytest.approx(rows[0].base, abs=0.1)


def test_room_for_the_stamp_and_the_signature(paper: Measured) -> None:
    page = len(paper) - 1
    post, name = paper.row(page, "PHÓ GIÁM ĐỐC"), paper.row(page, "Đại tá Nguyễn Văn Ước")
    assert 20 <= name.base - post.base <= 40
    between = [row for row in paper.rows(page) if post.base < row.base < name.base and row.left > 105]
    assert between == []


def test_the_signature_never_stands_alone_on_a_page() -> None:
    for count in range(8, 18, 2):
        body = with_end_mark([Paragraph("body", LONG_TEXT)] * count)
        opened = measured(body=body)
        page = len(opened) - 1
        above = [row for row in inner(opened, page) if row.base < opened.row(page, "KT. GIÁM ĐỐC").base]
        assert len(above) >= 2, count


def test_recipients(paper: Measured) -> None:
    page = len(paper) - 1
    head = paper.row(page, "Nơi nhận:")
    assert head.size == 12 and head.font == BOLD_ITALIC and head.left == pytest.approx(30, abs=0.3)
    listed = [row for row in paper.rows(page) if row.text.startswith("- ") and row.base > head.base]
    assert [row.text for row in listed] == [
        "- Như trên;",
        "- Đồng chí Giám đốc (để báo cáo);",
        "- Lưu: VT, PV01 (02 bản).",
    ]
    for row in listed:
        assert row.size == 11 and row.font == REGULAR and row.left == pytest.approx(30, abs=0.4)


def test_drafter_and_number_of_copies_stand_at_the_bottom_left(paper: Measured) -> None:
    page = len(paper) - 1
    row = paper.row(page, "NVA")
    assert row.text == "NVA (05)" and row.size == 11 and row.font == REGULAR
    assert row.left == pytest.approx(30, abs=0.4) and row.base > paper.row(page, "- Lưu").base


def test_two_sign_a_note_side_by_side() -> None:
    both = (Signature(("BÊN GIAO",), "Thiếu tá Lê A"), Signature(("BÊN NHẬN",), "……………………"))
    opened = measured(signatures=both, recipients=(), drafter="", copies="")
    page = len(opened) - 1
    left, right = opened.row(page, "BÊN GIAO"), opened.row(page, "BÊN NHẬN")
    assert left.base == right.base and left.right < 112 < right.left
    assert opened.row(page, "Thiếu tá Lê A").middle == pytest.approx(left.middle, abs=0.5)

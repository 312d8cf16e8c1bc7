"""Paragraphs set without wide gaps, numbers with their units."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stdesk.reports.line_breaking import NARROWEST_GAP, WIDEST_GAP, gap_stretch, justified_lines
from stdesk.reports.type_setting import Line, face
from stdesk.reports.word_groups import word_groups
from tests.reports.hostile import HOSTILE

WIDTH, SIZE = 467.7, 14  # points: the text of an upright A4 page
WORDS = st.text("aăâbcdđeêghiklmnoôơpqrstuưvxy0123456789/-.,() \u00a0", min_size=0, max_size=900)


def bare(text: str) -> str:
    return re.sub(r"\s", "", text)


@settings(max_examples=150, deadline=None)
@given(WORDS, st.sampled_from([WIDTH, 90.0, 30.0]), st.sampled_from([0.0, 28.0]))
def test_nothing_is_lost_and_no_line_is_too_long(text: str, width: float, indent: float) -> None:
    cut = face()
    lines = justified_lines(cut, text, SIZE, width, min(indent, width / 3))
    assert bare("".join(line.text for line in lines)) == bare(text)
    blank = cut.width(" ", SIZE)
    for place, line in enumerate(lines):
        room = width - (min(indent, width / 3) if place == 0 else 0)
        assert cut.width(line.text, SIZE) == pytest.approx(line.width, abs=0.01)
        if len(line.text) > 1:
            narrowed = line.text.count(" ") * blank * (1 - NARROWEST_GAP)
            assert line.width - narrowed <= room + 0.01 or width < 60
        assert gap_stretch(line, blank, room) <= WIDEST_GAP + 0.01
    assert all(line.goes_on for line in lines[:-1]) and not lines[-1].goes_on


@pytest.mark.parametrize("text", [one[:3000] for one in HOSTILE])
def test_hostile_text_keeps_its_letters(text: str) -> None:
    shown = face().printable(text)
    lines = justified_lines(face(), text, SIZE, WIDTH, 28)
    assert bare("".join(line.text for line in lines)) == bare(shown)


def test_lines_are_chosen_together() -> None:
    """Taking as many words as fit leaves a gaping line before the long word; here the ones before help."""
    cut, blank = face(), face().width(" ", SIZE)
    text = (
        "Kết quả kiểm tra việc thực hiện các quy định về bảo vệ bí mật nhà nước của đơn vị được gửi kèm tại "
        "thu-muc/nam-2026/quy-4 để các phòng cùng theo dõi và thực hiện đúng thời hạn đã được giao trong năm."
    )
    chosen = justified_lines(cut, text, SIZE, 200)
    greedy = cut.break_lines(text, SIZE, 200)

    def widest(lines: list[Line]) -> float:
        return max(1 + (200 - one.width) / (one.text.count(" ") * blank) for one in lines[:-1])

    assert widest(chosen) < widest(greedy)


@pytest.mark.parametrize(
    ("text", "groups"),
    [
        ("chi 1.234,5 triệu đồng trong năm", ["chi", "1.234,5 triệu đồng", "trong", "năm"]),
        ("ngày 07 tháng 3 năm 2026", ["ngày 07", "tháng 3", "năm 2026"]),
        ("12 lượt người, 30 ngày.", ["12 lượt", "người,", "30 ngày."]),
        ("(Phụ lục II) và phụ lục của", ["(Phụ lục II)", "và", "phụ lục", "của"]),
        ("số 05/CT-BCA-V04 khoản 2", ["số 05/CT-BCA-V04", "khoản 2"]),
        ("số liệu của năm trước", ["số", "liệu", "của", "năm", "trước"]),
        ("Nguyễn\u00a0Văn A", ["Nguyễn Văn", "A"]),
        ("Phụ lục I - Danh mục", ["Phụ lục I -", "Danh", "mục"]),
        ("- Như trên", ["-", "Như", "trên"]),
        ("2 đề tài", ["2", "đề", "tài"]),
        ("", []),
        ("  \n ", []),
    ],
)
def test_words_that_belong_together(text: str, groups: list[str]) -> None:
    assert list(word_groups(text)) == groups


def test_a_long_reference_in_a_cell_is_cut_after_a_stroke() -> None:
    lines = [line.text for line in face().break_lines("7WBJ-ZJ5R-2RA8", 10, 70)]
    assert lines == ["7WBJ-ZJ5R-", "2RA8"]
    link = "https://vi-du.vn/thu-muc/khoa-hoc/2026/" + "x" * 80
    pieces = [line.text for line in face().break_lines(link, 10, 60)]
    assert "".join(pieces) == link and all(face().width(one, 10) <= 60 for one in pieces)

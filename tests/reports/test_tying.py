"""Numbers in a person's sentence stay tied to their figures, and to nothing else."""

from __future__ import annotations

import random
import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stdesk.reports import words
from stdesk.reports.tying import Piece, taken_apart, tie

VALUES = {"all": 12, "new": 5, "done": 5, "people": 2_025, "money": 1_250_000, "none": 0}
LIST = "bài báo: 7; sách: 33"
PLAIN = {"unit": "Công an tỉnh Cà Mau", "…": "…", "annex:tasks": " (Phụ lục II)", "annex:gone": ""}


def piece(name: str) -> Piece:
    """What the placeholder ``name`` stands for."""
    if name == "list:kinds":
        return Piece(LIST, name, inner=(("articles", 9, 10), ("books", 18, 20)))
    if name in PLAIN:
        return Piece(PLAIN[name], name)
    extra = {"articles": 7, "books": 33}
    return Piece(words.number({**VALUES, **extra}[name]), name, figure=True)


def knows(name: str) -> bool:
    """Whether there is such a placeholder."""
    return name in VALUES or name in PLAIN or name in ("list:kinds", "articles", "books")


def pieces(template: str) -> tuple[Piece, ...]:
    """``template`` as it is shown."""
    return taken_apart(template, piece, knows)


def filled(template: str) -> str:
    """``template`` as it reads."""
    return "".join(one.text for one in pieces(template))


def tied(template: str, typed: str, draft: str = "") -> str:
    """What is kept when a person makes ``typed`` of ``template``; it always reads as typed."""
    made = tie(typed, pieces(template), pieces(draft or template), filled)
    assert filled(made) == typed
    return made


TASKS = "Đơn vị thực hiện {all} nhiệm vụ{annex:tasks}, trong đó {new} nhiệm vụ mới, {done} nhiệm vụ được nghiệm thu."


def test_what_is_not_touched_stays_tied() -> None:
    assert tied(TASKS, filled(TASKS)) == TASKS
    assert filled(TASKS).startswith("Đơn vị thực hiện 12 nhiệm vụ (Phụ lục II), trong đó 5")


def test_words_around_a_number_can_change() -> None:
    typed = filled(TASKS).replace("Đơn vị thực hiện", "Trong năm, toàn đơn vị triển khai") + " Đúng tiến độ."
    assert tied(TASKS, typed) == TASKS.replace("Đơn vị thực hiện", "Trong năm, toàn đơn vị triển khai") + (
        " Đúng tiến độ."
    )


def test_the_same_number_twice_is_told_apart_by_its_place() -> None:
    typed = "Đơn vị thực hiện 12 nhiệm vụ (Phụ lục II), trong đó 5 nhiệm vụ được nghiệm thu."
    assert tied(TASKS, typed).endswith("trong đó {new} nhiệm vụ được nghiệm thu.")
    swapped = filled(TASKS).replace("5 nhiệm vụ mới, 5", "5 nhiệm vụ mới, còn 5")
    assert tied(TASKS, swapped) == TASKS.replace("{done}", "còn {done}")


def test_a_number_changed_by_hand_is_no_figure_any_more() -> None:
    typed = filled(TASKS).replace("12", "13")
    assert tied(TASKS, typed) == TASKS.replace("{all}", "13")
    # even when it now reads like another figure of the sentence, which stands elsewhere
    typed = filled(TASKS).replace("trong đó 5", "trong đó 12")
    assert tied(TASKS, typed) == TASKS.replace("{new}", "12")


@pytest.mark.parametrize(
    "typed",
    [
        "Từ năm 2025 đến nay có nhiều chuyển biến.",
        "Thực hiện Chỉ thị số 05/CT-BCA-V04, Điều 5 và khoản 5.",
        "Ngày 5/12/2025, đơn vị họp; ngày 12 tháng 5 kết thúc.",
        "Tiếp tục trong 5 năm tới.",
        "Đạt 12% kế hoạch, tăng 5,5 lần; phiên bản 12.5; mã B5, 5G, CV12a.",
        "Theo điểm 12 và Phụ lục 12.",
    ],
)
def test_what_only_looks_like_a_figure_is_not_tied(typed: str) -> None:
    assert tied(TASKS, typed) == typed


def test_five_inside_a_year_is_not_the_figure_five() -> None:
    draft = "Có {new} nhiệm vụ mới trong năm 2025."
    typed = "Có nhiệm vụ mới trong năm 2025."
    assert tied(draft, typed) == typed


def test_a_number_typed_anew_is_tied_when_it_can_mean_nothing_else() -> None:
    draft = "Đã tổ chức {all} lớp với {people} lượt người, kinh phí {money} đồng."
    assert (
        tied("Chưa tổng hợp.", "Kinh phí cả năm là 1.250.000 đồng.", draft)
        == "Kinh phí cả năm là {money} đồng."
    )
    assert tied("Chưa tổng hợp.", "Mở được 12 lớp.", draft) == "Mở được {all} lớp."
    assert tied("Chưa tổng hợp.", "Có 2.025 đồng chí dự.", draft) == "Có {people} đồng chí dự."
    assert (
        tied("Chưa tổng hợp.", "Cả năm có 2025 người.", draft) == "Cả năm có 2025 người."
    )  # a year, perhaps
    twice = "Mở 12 lớp; 12 lớp đều đạt."
    assert tied("Chưa tổng hợp.", twice, draft) == twice
    both = "Có 5 việc mới."
    assert tied("Chưa tổng hợp.", both, "Có {new} nhiệm vụ, {done} đề tài.") == both


def test_a_small_number_typed_anew_is_tied_only_before_its_own_word() -> None:
    draft = "Có {new} nhiệm vụ mới."
    assert tied("Chưa có.", "Năm nay 5 nhiệm vụ bắt đầu.", draft) == "Năm nay {new} nhiệm vụ bắt đầu."
    assert tied("Chưa có.", "Năm nay 5 đồng chí đi học.", draft) == "Năm nay 5 đồng chí đi học."


def test_a_list_stays_whole_or_its_numbers_stay_tied() -> None:
    draft = "Trong đó: {list:kinds}."
    assert tied(draft, f"Trong đó có: {LIST}.") == "Trong đó có: {list:kinds}."
    assert tied(draft, "Trong đó: bài báo khoa học: 7; sách: 33.") == (
        "Trong đó: bài báo khoa học: {articles}; sách: {books}."
    )
    assert tied(draft, "Trong đó: bài báo: 7; sách: 34.") == "Trong đó: bài báo: {articles}; sách: 34."


def test_an_annex_without_rows_keeps_its_place() -> None:
    draft = "Có {all} nhiệm vụ{annex:gone}, đúng tiến độ."
    assert tied(draft, "Có 12 nhiệm vụ, đúng tiến độ đề ra.") == (
        "Có {all} nhiệm vụ{annex:gone}, đúng tiến độ đề ra."
    )


def test_braces_that_mean_nothing_stay_braces() -> None:
    typed = "Mẫu {abc} và {0}, {unit.__class__}, {all."
    assert tied(TASKS, typed) == typed
    assert tied(TASKS, "Có 12 nhiệm vụ {") == "Có {all} nhiệm vụ {"


def test_a_placeholder_written_out_is_its_figure() -> None:
    typed = "Có {all} nhiệm vụ, trong đó 5 nhiệm vụ mới."
    made = tie(typed, pieces(TASKS), pieces(TASKS), filled)
    assert made == "Có {all} nhiệm vụ, trong đó {new} nhiệm vụ mới."


def test_a_very_long_text_is_tied_in_no_time() -> None:
    draft = "Mở đầu {all} nhiệm vụ. " + "và " * 6_000 + "kết thúc {new} việc."
    typed = filled(draft).replace("và ", "hoặc ", 3_000)
    assert "{all}" in tied(draft, typed)


@settings(max_examples=150, deadline=None)
@given(st.text(alphabet="125 ,./nămlớp{}…", max_size=60), st.integers(0, 10**6))
def test_whatever_is_typed_reads_as_typed(more: str, seed: int) -> None:
    draw = random.Random(seed)
    shown = filled(TASKS)
    cut = sorted(draw.sample(range(len(shown) + 1), 2))
    typed = shown[: cut[0]] + more + shown[cut[1] :]
    made = tie(typed, pieces(TASKS), pieces(TASKS), filled)
    assert filled(made) == filled(typed)  # a placeholder written out means its figure
    assert set(re.findall(r"\{(\w+)\}", made)) <= set(VALUES) | set(re.findall(r"\{(\w+)\}", typed))

"""Header rows, tables and lines, however a sheet is laid out."""

from __future__ import annotations

from typing import Any

import pytest

from stdesk.domain.kinds import all_kinds
from stdesk.exchange.layout import find_tables
from stdesk.exchange.lines import Places, read_body
from stdesk.exchange.sheets import Merge, Row, Sheet
from stdesk.exchange.vocabulary import HeaderWords

WORDS = HeaderWords(all_kinds())
HEAD = ("STT", "Tên đề tài", "Chủ nhiệm", "Xếp loại")
PLACES = Places(number=0, title=1, width=4)


def sheet(*lines: tuple[Any, ...], merged: tuple[Merge, ...] = ()) -> Sheet:
    rows = tuple(
        Row(number, line) for number, line in enumerate(lines, 1) if any(v is not None for v in line)
    )
    return Sheet("S", rows, merged)


def body_of(*lines: tuple[Any, ...]) -> tuple[list[int], list[int]]:
    """Numbers of the rows of data, and of the others, below the header in row 1."""
    table = find_tables(sheet(HEAD, *lines), WORDS)[0]
    body = read_body(table, PLACES)
    return [line.row.number for line in body.lines], sorted(body.not_data)


def test_an_empty_sheet_has_no_table() -> None:
    assert find_tables(Sheet("S"), WORDS) == ()


def test_group_names_without_merged_cells_are_given_to_their_columns() -> None:
    (table,) = find_tables(
        sheet(
            ("STT", "Tên nhiệm vụ", "Kinh phí", None, "Thời gian", None),
            (None, None, "Tổng số", "NSNN", "Từ", "Đến"),
            (1, "A", 5, 4, 2024, 2025),
        ),
        WORDS,
    )
    assert table.header_rows == (1, 2)
    assert [table.header(column) for column in range(6)] == [
        "STT", "Tên nhiệm vụ", "Kinh phí / Tổng số", "Kinh phí / NSNN", "Thời gian / Từ", "Thời gian / Đến",
    ]  # fmt: skip


def test_a_letterhead_right_above_is_no_header() -> None:
    (table,) = find_tables(
        sheet(
            ("CÔNG AN TỈNH", None, "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", None),
            HEAD,
            (1, "A", "B", "Đạt"),
            merged=((1, 0, 1, 1), (1, 2, 1, 3)),
        ),
        WORDS,
    )
    assert table.header_rows == (2,)
    assert table.titles == ("CÔNG AN TỈNH", "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM")


@pytest.mark.parametrize(
    "line",
    [
        (None, "Tổng cộng", None, None),
        ("Cộng:", None, None, None),
        (None, "Tổng số: 15 đề tài", None, None),
        ("TỔNG CỘNG", None, None, 12),
        ("Tổng cộng có 3 đề tài được nghiệm thu", None, None, None),
        (None, None, "Người lập biểu", "Thủ trưởng đơn vị"),
        (None, None, None, "Minh Hải, ngày 05 tháng 11 năm 2026"),
        (None, None, "KT. GIÁM ĐỐC", None),
        ("Nơi nhận:", None, None, None),
        (None, "(Ký, ghi rõ họ tên)", None, None),
        ("Ghi chú: số liệu tạm", None, None, None),
        ("(1)", "(2)", "(3)", "(4)"),
        (1, 2, 3, 4),
        ("A", "B", "1", "2"),
        HEAD,
    ],
)
def test_lines_that_are_no_data(line: tuple[Any, ...]) -> None:
    assert body_of(line, (1, "Tên một", "Lê An", "Đạt")) in (([3], [2]), ([3], []))


@pytest.mark.parametrize(
    "line",
    [
        (7, "Tổng kết lịch sử Công an huyện", "Lê An", "Đạt"),
        (7, "Tổng số vụ án ma túy và dự báo", "Lê An", "Đạt"),
        (None, "Tổng kết công tác phòng cháy", "Lê An", "Đạt"),
        (7, "Ngày hội toàn dân bảo vệ an ninh Tổ quốc", "Lê An", None),
        ("7", "Giám đốc thẩm án hình sự", "Lê An", "Khá"),
        (7, "Ghi chú: một phương pháp", None, None),
        (7, None, None, None),
    ],
)
def test_data_that_sounds_like_something_else(line: tuple[Any, ...]) -> None:
    numbers, _ = body_of((1, "Tên một", "Lê An", "Đạt"), line)
    assert numbers == [2, 3]


def test_data_below_a_signature_is_still_data() -> None:
    numbers, skipped = body_of(
        (1, "Tên một", "Lê An", "Đạt"),
        (None, None, "Người lập biểu", None),
        (None, None, "Lê Ký", None),
        (2, "Tên hai", "Lê Bình", "Khá"),
    )
    assert (numbers, skipped) == ([2, 5], [3, 4])


def test_headings_nest_by_the_style_of_their_numbering() -> None:
    table = find_tables(
        sheet(
            HEAD,
            ("I. Cấp Bộ",),
            ("1) Nhóm một",),
            (1, "a b c", "L", "K"),
            ("II. Cấp cơ sở",),
            (2, "d e f", "L", "K"),
        ),
        WORDS,
    )[0]
    assert [line.sections for line in read_body(table, PLACES).lines] == [
        ("Cấp Bộ", "Nhóm một"), ("Cấp cơ sở",),
    ]  # fmt: skip


def test_ten_thousand_rows_are_told_apart_quickly_and_completely() -> None:
    lines = [(number, f"Tên đề tài số {number}", "Lê An", "Đạt") for number in range(1, 10_001)]
    numbers, _ = body_of(*lines)
    assert numbers == list(range(2, 10_002))

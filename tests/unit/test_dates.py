from __future__ import annotations

import re
import unicodedata
from datetime import date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stdesk.domain import dates
from stdesk.domain.dates import ParsedDate, ParsedRange

TODAY = date(2026, 11, 22)
DAYS = st.dates(date(1900, 1, 1), date(2100, 12, 31))
PARTIAL = st.builds(lambda day, length: day.isoformat()[:length], DAYS, st.sampled_from((4, 7, 10)))


@pytest.mark.parametrize(
    ("typed", "value"),
    [
        (datetime(2025, 3, 4, 15, 30), "2025-03-04"),  # noqa: DTZ001 - as a workbook reader hands it over
        (date(2025, 3, 4), "2025-03-04"),
        (2025, "2025"),
        (2025.0, "2025"),
        (45000, "2023-03-15"),  # Excel's day number, checked with Excel's own epoch: 45000 = 15/03/2023
        (45000.75, "2023-03-15"),
        ("03/04/2025", "2025-04-03"),
        ("3-4-25", "2025-04-03"),
        ("10-12-15", "2015-12-10"),
        ("3.4.2025", "2025-04-03"),
        (" 3 / 4 / 2025 ", "2025-04-03"),
        ("05.3.2025.", "2025-03-05"),
        ("2025-04-03", "2025-04-03"),
        ("2025-04-03T10:00:00Z", "2025-04-03"),
        ("2025-04-03 00:00:00", "2025-04-03"),
        ("03/04/2025 10:30", "2025-04-03"),
        ("7h30 ngày 03/04/2025", "2025-04-03"),
        ("Thứ Hai, ngày 3/4/2025", "2025-04-03"),
        ("03/2025", "2025-03"),
        ("3-2025", "2025-03"),
        ("2025-3", "2025-03"),
        ("tháng 3/2025", "2025-03"),
        ("Tháng 03 năm 2025", "2025-03"),
        ("tháng ba năm 2025", "2025-03"),
        ("tháng mười hai năm 2025", "2025-12"),
        ("T3/2025", "2025-03"),
        ("ngày 07 tháng 3 năm 2025", "2025-03-07"),
        (unicodedata.normalize("NFD", "ngày 07 tháng 3 năm 2025"), "2025-03-07"),
        ("năm 2025", "2025"),
        ("2025", "2025"),
        ("29/02/2024", "2024-02-29"),
        ("1/1/70", "1970-01-01"),
        ("1/1/99", "1999-01-01"),
    ],
)
def test_dates_as_units_type_them(typed: object, value: str) -> None:
    assert dates.parse_date(typed, today=TODAY) == ParsedDate(value)


@pytest.mark.parametrize(
    ("typed", "value", "doubt"),
    [
        ("12/25/2025", "2025-12-25", "day_month_swapped"),
        ("1/1/36", "2036-01-01", ""),  # ten years ahead at most
        ("1/1/37", "1937-01-01", "two_digit_year"),
        ("Quý I/2025", "2025", "quarter"),
        ("quý 4 năm 2025", "2025", "quarter"),
        ("khoảng tháng 3/2025", "2025-03", "approximate"),
        ("cuối năm 2025", "2025", "approximate"),
    ],
)
def test_doubtful_dates_say_why(typed: str, value: str, doubt: str) -> None:
    assert dates.parse_date(typed, today=TODAY) == ParsedDate(value, doubt)


@pytest.mark.parametrize(
    "typed",
    [
        "31/02/2025",
        "29/02/2025",
        "00/03/2025",
        "3/0/2025",
        "3/4/0225",
        "0225",
        "1825",
        "13/2025",
        "2025-13-04",
        "2025-00",
        "2025-01-00",
        "13/13/2025",
        "3/25",
        "2024-2026",
        "Số 12/2026 trang 4",
        "chưa",
        "",
        "  ",
        "x",
        "=1+1",
        True,
        False,
        None,
        5,
        -2025,
        1899,
        2101,
        19_999,
        80_001,
        2025.5,
        float("nan"),
        float("inf"),
        b"2025",
        [2025],
        "1/1/2025" * 100,
        date(1, 1, 1),
    ],
)
def test_what_is_no_date_is_none(typed: object) -> None:
    assert dates.parse_date(typed, today=TODAY) is None


@given(PARTIAL)
def test_what_is_shown_reads_back(value: str) -> None:
    assert dates.parse_date(dates.show(value), today=TODAY) == ParsedDate(value)
    assert dates.is_partial_date(value)


@given(st.text(max_size=40))
def test_any_text_is_read_or_refused(value: str) -> None:
    for read in (dates.parse_date(value, today=TODAY), dates.parse_range(value, today=TODAY)):
        first = getattr(read, "value", "") or getattr(read, "start", "")
        assert read is None or dates.is_partial_date(first)


@pytest.mark.parametrize(
    ("typed", "start", "end", "doubt"),
    [
        ("từ 2/2 đến 5/2/2025", "2025-02-02", "2025-02-05", ""),
        ("từ ngày 28/3 đến ngày 6/4/2025", "2025-03-28", "2025-04-06", ""),
        ("12/12/2026 - 18/12/2026", "2026-12-12", "2026-12-18", ""),
        ("12/12/2026–18/12/2026", "2026-12-12", "2026-12-18", ""),
        ("12/12/2026 \u2014 18/12/2026", "2026-12-12", "2026-12-18", ""),
        ("12-18/12/2026", "2026-12-12", "2026-12-18", ""),
        ("03 - 05/6/2025", "2025-06-03", "2025-06-05", ""),
        ("3-4-25 đến 6-4-25", "2025-04-03", "2025-04-06", ""),
        ("12/2025-3/2026", "2025-12", "2026-03", ""),
        ("từ tháng 01/2024 đến tháng 12/2025", "2024-01", "2025-12", ""),
        ("24 tháng (từ 01/2024 đến 12/2025)", "2024-01", "2025-12", ""),
        ("từ tháng 10 đến tháng 3/2025", "2024-10", "2025-03", ""),
        ("1-3/2025", "2025-01", "2025-03", ""),
        ("2024-2026", "2024", "2026", ""),
        ("năm học 2025-2026", "2025", "2026", ""),
        ("từ 30/12 đến 3/1/2026", "2025-12-30", "2026-01-03", ""),
        ("từ 2/2/2025 đến 5/2", "2025-02-02", "2025-02-05", ""),
        ("Quý IV/2025", "2025-10", "2025-12", ""),
        ("6 tháng đầu năm 2025", "2025-01", "2025-06", ""),
        ("3/4/2025", "2025-04-03", "2025-04-03", ""),
        ("tháng 9/2026", "2026-09", "2026-09", ""),
        ("18/12/2026 - 12/12/2026", "2026-12-18", "2026-12-12", "reversed"),
        ("từ 28/6 đến 6/4/2025", "2024-06-28", "2025-04-06", "year_guessed"),
        ("từ 3/2025 đến nay", "2025-03", "", "open"),
        ("từ 5/3/2025", "2025-03-05", "", "open"),
        (unicodedata.normalize("NFD", "từ 2/2 đến 5/2/2025"), "2025-02-02", "2025-02-05", ""),
        (2025, "2025", "2025", ""),
        (date(2025, 3, 4), "2025-03-04", "2025-03-04", ""),
    ],
)
def test_ranges(typed: object, start: str, end: str, doubt: str) -> None:
    assert dates.parse_range(typed, today=TODAY) == ParsedRange(start, end, doubt)


@pytest.mark.parametrize(
    "typed",
    [
        "2/2 - 5/2",
        "31/02 - 5/3/2025",
        "hai ngày",
        "",
        "-",
        "a - b - c",
        "1-2-3-4-5-6-7",
        None,
        True,
        "-" * 200,
        "-" * 10_000,
    ],
)
def test_what_is_no_range_is_none(typed: object) -> None:
    assert dates.parse_range(typed, today=TODAY) is None


@given(DAYS, DAYS)
def test_a_range_of_two_full_dates_reads_back(one: date, other: date) -> None:
    start, end = sorted((one.isoformat(), other.isoformat()))
    for form in ("{} - {}", "từ {} đến {}", "{}-{}"):
        typed = form.format(dates.show(start), dates.show(end))
        assert dates.parse_range(typed, today=TODAY) == ParsedRange(start, end)


@pytest.mark.parametrize(
    "text",
    [
        "2025-00",
        "2025-13",
        "2025-02-30",
        "2025-2",
        "25",
        "2025-02-03-04",
        "2025-",
        "",
        "2025\n",
        "２０２５",
        "0225",
        "2025-01-00",
    ],
)
def test_only_the_stored_form_is_a_partial_date(text: str) -> None:
    assert not dates.is_partial_date(text)
    with pytest.raises(ValueError, match=rf"^{re.escape(text)}$"):
        dates.first_day(text)


def test_first_and_last_day() -> None:
    assert (dates.first_day("2024"), dates.last_day("2024")) == (date(2024, 1, 1), date(2024, 12, 31))
    assert (dates.first_day("2024-02"), dates.last_day("2024-02")) == (date(2024, 2, 1), date(2024, 2, 29))
    assert dates.first_day("2024-02-07") == dates.last_day("2024-02-07") == date(2024, 2, 7)


def test_overlaps_and_within_count_both_ends() -> None:
    start, end = date(2025, 11, 15), date(2026, 11, 14)
    assert dates.overlaps("2025-11", start, end)
    assert not dates.within("2025-11", start, end)
    assert dates.overlaps("2026-11-14", start, end)
    assert dates.within("2026-11-14", start, end)
    assert not dates.overlaps("2026-11-15", start, end)
    assert not dates.overlaps("2024", start, end)
    assert dates.within("2026-10", start, end)


def test_order_as_text_is_order_in_time() -> None:
    assert sorted(["2025-03-04", "2025", "2024-12-31", "2025-03"]) == [
        "2024-12-31",
        "2025",
        "2025-03",
        "2025-03-04",
    ]


def test_show_and_in_words() -> None:
    assert [dates.show(value) for value in ("2025-03-04", "2025-03", "2025")] == [
        "04/03/2025",
        "03/2025",
        "2025",
    ]
    assert dates.in_words(date(2026, 3, 7)) == "ngày 07 tháng 3 năm 2026"
    assert dates.in_words(date(2026, 2, 17)) == "ngày 17 tháng 02 năm 2026"
    assert dates.in_words(date(2026, 12, 10)) == "ngày 10 tháng 12 năm 2026"

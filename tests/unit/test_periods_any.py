"""Periods of any length, the document each is reported in, and what a person types for one."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stdesk.domain.periods import before, parse_period, understand_period, with_dates
from stdesk.errors import UserError

TODAY = date(2026, 11, 22)


@pytest.mark.parametrize(
    ("code", "document", "start", "end", "due", "name"),
    [
        ("2026", "yearly-report", "2026-01-01", "2026-12-31", "2026-11-14", "Báo cáo năm 2026"),
        (
            "2026-H1",
            "half-year-review",
            "2026-01-01",
            "2026-06-30",
            "2026-06-20",
            "Sơ kết 6 tháng đầu năm 2026",
        ),
        ("2027-KH", "plan", "2027-01-01", "2027-12-31", "2026-11-14", "Kế hoạch năm 2027"),
        ("2021-2025", "summary", "2021-01-01", "2025-12-31", "2026-01-31", "Tổng kết giai đoạn 2021 - 2025"),
        (
            "20260101-20260930",
            "half-year-review",
            "2026-01-01",
            "2026-09-30",
            "2026-10-10",
            "Báo cáo từ 01/01/2026 đến 30/09/2026",
        ),
    ],
)
def test_each_code_has_its_days_and_its_document(
    code: str, document: str, start: str, end: str, due: str, name: str
) -> None:
    period = parse_period(code)
    assert (period.document, period.name.vi) == (document, name)
    assert (period.start, period.end, period.due) == tuple(map(date.fromisoformat, (start, end, due)))


@pytest.mark.parametrize(
    "code",
    [
        "",
        "26",
        "2026-H3",
        "2025-2021",
        "2026-2026",
        "1900-2100",
        "20260101-20251231",
        "20260231-20260930",
        "ba",
    ],
)
def test_what_is_no_period_is_refused_with_examples(code: str) -> None:
    with pytest.raises(UserError, match="2027-KH"):
        parse_period(code)


@pytest.mark.parametrize(
    ("code", "earlier"),
    [
        ("2026", "2025"),
        ("2026-H1", "2025-H1"),
        ("2027-KH", "2026-KH"),
        ("2021-2025", "2016-2020"),
        ("20240201-20240229", "20230201-20230228"),
    ],
)
def test_each_is_compared_with_its_like(code: str, earlier: str) -> None:
    assert before(parse_period(code)).code == earlier


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("2027-kh", "2027-KH"),
        ("1/1/2026 - 30/9/2026", "20260101-20260930"),
        ("01/2026 đến 12/2026", "2026"),
        ("từ 1/1/2026 đến 30/6/2026", "2026-H1"),
        ("2021 - 2025", "2021-2025"),
        ("15/3/2026", "20260315-20260315"),
    ],
)
def test_a_person_types_it_as_it_comes(typed: str, code: str) -> None:
    assert understand_period(typed, TODAY).code == code


def test_own_days_must_agree() -> None:
    year = parse_period("2026")
    moved = with_dates(year, date(2025, 11, 1), date(2026, 10, 31), date(2026, 10, 31), date(2026, 11, 14))
    assert (moved.start, moved.code) == (date(2025, 11, 1), "2026")
    with pytest.raises(UserError, match="không khớp"):
        with_dates(year, date(2026, 11, 1), date(2026, 10, 31), date(2026, 10, 31), date(2026, 11, 14))
    with pytest.raises(UserError):
        with_dates(year, year.start, year.end, date(2027, 1, 1), year.due)


@given(st.text(max_size=40))
def test_any_text_is_a_period_or_refused(text: str) -> None:
    try:
        period = understand_period(text, TODAY)
    except UserError as error:
        assert error.code == "bad_period"
    else:
        assert period.start <= period.end
        assert parse_period(period.code) == period


@pytest.mark.parametrize("code", ["٢٠٢٦", "２０２６", "٢٠٢٦-H1", "२०२१-२०२५", "２０２６0101-20260930"])
def test_digits_of_other_scripts_are_no_code(code: str) -> None:
    """A code names a folder and a file: one period, one way to write it."""
    with pytest.raises(UserError) as error:
        parse_period(code)
    assert error.value.code == "bad_period"

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stdesk.domain import identifiers as ids

# 0317-8471 and 2434-561X are examples of ISO 3297 and of the ISSN centre; 978-3-16-148410-0 and
# 0-306-40615-2 those of the ISBN manual; the Vietnamese ones were added up by hand.


@pytest.mark.parametrize(
    "text",
    [
        "0317-8471",
        "2434-561X",
        "2434-561x",
        "1859-4794",
        "18594794",
        "ISSN: 2525-2550",
        "e-ISSN 1859 4794",
        "1859–4212",
        "p-ISSN: 1859-4212.",
    ],
)
def test_right_issn(text: str) -> None:
    assert ids.check_issn(text)


@pytest.mark.parametrize(
    "text", ["1859-4213", "0317-8472", "1859-479", "1859-47944", "X859-4794", "", "ISSN", "abc"]
)
def test_wrong_issn(text: str) -> None:
    assert not ids.check_issn(text)


def test_format_issn() -> None:
    assert ids.format_issn(" issn 2434 561x ") == "2434-561X"
    assert ids.format_issn("  chưa  có ") == "chưa có"


@pytest.mark.parametrize(
    "text",
    [
        "978-3-16-148410-0",
        "9783161484100",
        "ISBN 978-3-16-148410-0",
        "ISBN-13: 978-3-16-148410-0",
        "0-306-40615-2",
        "ISBN: 0306406152",
        "080442957X",
    ],
)
def test_right_isbn(text: str) -> None:
    assert ids.check_isbn(text)


@pytest.mark.parametrize(
    "text", ["978-3-16-148410-1", "0-306-40615-3", "9773161484100", "978316148410", "", "X" * 10]
)
def test_wrong_isbn(text: str) -> None:
    assert not ids.check_isbn(text)


@given(st.integers(0, 10**7 - 1), st.integers(0, 6), st.integers(1, 9))
def test_one_wrong_digit_of_an_issn_is_always_seen(number: int, place: int, change: int) -> None:
    head = f"{number:07}"
    right = [head + mark for mark in "0123456789X" if ids.check_issn(head + mark)]
    assert len(right) == 1
    wrong = list(right[0])
    wrong[place] = str((int(wrong[place]) + change) % 10)
    assert not ids.check_issn("".join(wrong))


@pytest.mark.parametrize(
    ("text", "doi"),
    [
        ("https://doi.org/10.1000/ABC.1", "10.1000/abc.1"),
        ("http://dx.doi.org/10.1000/182", "10.1000/182"),
        ("doi: 10.1000/182.", "10.1000/182"),
        ("DOI:https://doi.org/10.1000/182", "10.1000/182"),
        (" 10.56794/KHXHVN.1(193).1-12 ", "10.56794/khxhvn.1(193).1-12"),
        ("11.1000/182", ""),
        ("10.1000/", ""),
        ("10.1000/" + "x" * 600, ""),
        ("không có", ""),
    ],
)
def test_normalise_doi(text: str, doi: str) -> None:
    assert ids.normalise_doi(text) == doi


def test_identify_goes_by_shape_so_that_a_wrong_check_digit_is_kept() -> None:
    assert ids.identify("1859-4213") == ("issn", "1859-4213")
    assert ids.identify("ISBN: 978-3-16-148410-1") == ("isbn", "9783161484101")
    assert ids.identify("https://doi.org/10.1000/182") == ("doi", "10.1000/182")
    assert ids.identify("Số 12/2026") is None


@given(st.text())
def test_any_text_is_answered(text: str) -> None:
    assert ids.check_issn(text) in (True, False)
    assert ids.check_isbn(text) in (True, False)
    assert ids.normalise_doi(ids.normalise_doi(text)) == ids.normalise_doi(text)

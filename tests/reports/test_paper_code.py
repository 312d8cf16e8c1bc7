"""The code on paper: read, typed, mistyped."""

from __future__ import annotations

import hashlib

from hypothesis import given
from hypothesis import strategies as st

from stdesk.reports.paper_code import ALPHABET, code_of, mark, near, normalise, read_mark

hashes = st.binary(max_size=40).map(lambda one: hashlib.sha512(one).hexdigest())
codes = hashes.map(code_of)


def test_the_first_sixty_bits_of_the_hash() -> None:
    assert code_of("0" * 128) == "0000-0000-0000"
    assert code_of("f" * 15 + "0" * 113) == "ZZZZ-ZZZZ-ZZZZ"
    assert code_of("08421084210842f" + "9" * 113)[:5] == "1111-"  # 00001 00001 00001 00001 …
    assert not set("ILOU") & set(ALPHABET) and len(set(ALPHABET)) == 32


@given(hashes)
def test_it_can_be_counted_back(sha512: str) -> None:
    number = 0
    for letter in code_of(sha512).replace("-", ""):
        number = number * 32 + ALPHABET.index(letter)
    assert f"{number:015x}" == sha512[:15]


@given(codes, st.data())
def test_typing_it_in_any_manner_is_forgiven(code: str, data: st.DataObject) -> None:
    typed = ""
    for letter in code.replace("-", ""):
        alike = {"0": "0Oo", "1": "1IiLl"}.get(letter, letter + letter.lower())
        typed += data.draw(st.sampled_from(alike))
        typed += data.draw(st.sampled_from(["", "", "", " ", "-", " – ", ".", "\u00a0", "\t"]))
    assert normalise(f" {typed}\n") == code


def test_wide_letters_of_another_keyboard_are_letters() -> None:
    assert normalise("７Ｆ３Ｋ－ｑ２ｍｄ 9XRT") == "7F3K-Q2MD-9XRT"


def test_what_is_no_code() -> None:
    for text in (
        "",
        "   ",
        "----",
        "7F3K-Q2MD-9XR",
        "7F3K-Q2MD-9XRTT",
        "7F3K-Q2MD-9XRU",
        "7F3K-Q2MD-9XRĐ",
        "Ứ" * 12,
    ):
        assert normalise(text) == ""
    assert normalise("A" * 10_000_000) == ""


@given(codes, st.integers(1, 99_999), st.integers(0, 99_999))
def test_a_mark_is_read_back(code: str, page: int, more: int) -> None:
    assert read_mark(mark(code, page, page + more)) == (code, page, page + more)


def test_marks_of_others() -> None:
    assert read_mark("7F3KQ2MD9XRT 3/12") == ("7F3K-Q2MD-9XRT", 3, 12)
    for text in (
        "https://example.org/7F3KQ2MD9XRT", "7F3KQ2MD9XRT", "7F3KQ2MD9XRT 0/12", "7F3KQ2MD9XRT 13/12",
        "7F3KQ2MD9XRT 3/", "7F3KQ2MD9XRU 3/12", "7F3KQ2MD9XRT ٣/12", "7F3KQ2MD9XRT 3/12 x", "",
    ):  # fmt: skip
        assert read_mark(text) is None


def test_a_mark_fits_the_smallest_symbol_up_to_999_pages() -> None:
    assert len(mark("7F3K-Q2MD-9XRT", 999, 999)) == 20  # what 21 × 21 dots hold at level M


@given(codes, st.data())
def test_one_slip_is_near(code: str, data: st.DataObject) -> None:
    bare = code.replace("-", "")
    place = data.draw(st.integers(0, 11))
    other = data.draw(st.sampled_from([one for one in ALPHABET + "U" if one != bare[place]]))
    assert near(bare[:place] + other + bare[place + 1 :], code)
    assert near(bare[:place] + bare[place + 1 :], code)
    assert near(bare[:place] + other + bare[place:], code)
    if place < 11 and bare[place] != bare[place + 1]:
        assert near(bare[:place] + bare[place + 1] + bare[place] + bare[place + 2 :], code)


def test_two_slips_are_not_near() -> None:
    assert not near("7F3K-Q2MD-9XRT", "7F3K-Q2MD-9XRT")  # the same is not near, it is it
    assert not near("8G3K-Q2MD-9XRT", "7F3K-Q2MD-9XRT")
    assert not near("7F3K-Q2MD-9X", "7F3K-Q2MD-9XRT")
    assert not near("", "7F3K-Q2MD-9XRT")

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stdesk import text

VIETNAMESE = st.text(
    alphabet="aàảãáạăằắặâầấậbcdđeèéẹêềếệghiìíịklmnoòóọôồốộơờớợpqrstuùúụưừứựvxyỳýỵ AĐÊÔƠ", max_size=12
)
NFD = "Nghie\u0302n cu\u031b\u0301u"


def nfd(value: str) -> str:
    return unicodedata.normalize("NFD", value)


def test_clean_joins_what_word_and_excel_leave_behind() -> None:
    assert text.clean("  Đề\u00a0tài \t khoa\x0bhọc\r\n\u200bsố 1\ufeff ") == "Đề tài khoa học số 1"


def test_clean_is_nfc_even_when_a_control_character_stood_inside_a_letter() -> None:
    assert text.clean("Nghie\x00\u0302n") == "Nghiên"
    assert text.clean(NFD) == "Nghiên cứu"


def test_clean_lines_keeps_lines_and_drops_blank_edges() -> None:
    assert (
        text.clean_lines("\n Nguyễn Văn A \r\nTrần  B\rLê C\x0bĐỗ D\n\n")
        == "Nguyễn Văn A\nTrần B\nLê C\nĐỗ D"
    )


@given(st.text())
def test_clean_leaves_no_control_character_and_changes_nothing_twice(value: str) -> None:
    cleaned = text.clean(value)
    assert not [c for c in cleaned if unicodedata.category(c) in ("Cc", "Cs")]
    assert unicodedata.is_normalized("NFC", cleaned)
    assert text.clean(cleaned) == cleaned


@pytest.mark.parametrize(
    ("typed", "folded"),
    [
        ("Đề án 06", "de an 06"),
        ("KỸ THUẬT HÌNH SỰ", "ky thuat hinh su"),
        ("hòa", "hoa"),
        ("hoà", "hoa"),
        ("Ð Icelandic for Đ", "d icelandic for d"),
        (NFD, "nghien cuu"),
        ("\u213b", "fax"),  # a compatibility sign in capitals
    ],
)
def test_fold(typed: str, folded: str) -> None:
    assert text.fold(typed) == folded


@given(st.text())
def test_fold_changes_nothing_twice_and_knows_no_normal_form(value: str) -> None:
    assert text.fold(text.fold(value)) == text.fold(value)
    assert text.fold(nfd(value)) == text.fold(value)


def test_fold_of_a_long_text_is_the_same_as_of_its_parts() -> None:
    assert text.fold("Đề án " * 1000) == "de an " * 1000


def test_words() -> None:
    assert text.words("“Đề án 06”: KH&CN, v.v.") == ["de", "an", "06", "kh", "cn", "v", "v"]


def test_alphabet_order() -> None:
    alphabet = list("aăâbcdđeêghiklmnoôơpqrstuưvxy")
    assert sorted(reversed(alphabet), key=text.sort_key) == alphabet


def test_tone_order_only_between_equal_letters() -> None:
    tones = ["ma", "mà", "mả", "mã", "má", "mạ"]
    assert sorted(reversed(tones), key=text.sort_key) == tones
    assert sorted(["mạ", "man", "ma"], key=text.sort_key) == ["ma", "mạ", "man"]
    # the later letter outweighs the earlier tone
    assert sorted(["hòa b", "hoa c", "họa a"], key=text.sort_key) == ["họa a", "hòa b", "hoa c"]


def test_words_that_other_orders_get_wrong() -> None:
    right = [
        "An",
        "Ánh",
        "Ạnh",
        "Ân",
        "Cường",
        "Dũng",
        "Dương",
        "Đức",
        "Đương",
        "Hạnh",
        "Ngọc",
        "Ông",
        "Ơn",
        "Yến",
    ]
    assert sorted(reversed(right), key=text.sort_key) == right


def test_blanks_figures_and_capitals() -> None:
    right = ["", "a", "A", "a b", "a-b", "a1", "ab"]
    assert sorted(reversed(right), key=text.sort_key) == right


@given(st.text(), st.text())
def test_sort_key_orders_everything_and_knows_no_normal_form(one: str, other: str) -> None:
    keys = [text.sort_key(one), text.sort_key(other)]
    assert (keys[0] < keys[1]) + (keys[0] == keys[1]) + (keys[0] > keys[1]) == 1
    assert text.sort_key(nfd(one)) == text.sort_key(text.nfc(one))


@given(VIETNAMESE, VIETNAMESE)
def test_words_alike_sort_alike_and_different_words_apart(one: str, other: str) -> None:
    assert (text.sort_key(one) == text.sort_key(other)) == (text.nfc(one) == text.nfc(other))


def test_people_sort_by_given_name_then_family_then_middle() -> None:
    right = ["Trần Văn An", "Lê Thị Ánh", "Lê Văn Ánh", "Nguyễn An Ánh", "Đỗ Hữu Quân", "Y Moan Niê Yến"]
    assert sorted(reversed(right), key=text.person_sort_key) == right
    assert text.person_sort_key("  ") == ""

"""Words over the telephone: none is mistaken for another, and what is typed without accents is understood."""

from __future__ import annotations

import re
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stdesk.errors import UserError
from stdesk.package.keys import PublicKey, SecretKey
from stdesk.package.words import distance, fingerprint_words, read_words, same_words, short_form, word_list
from stdesk.text import fold, nfc

KEY = SecretKey.from_seed(bytes(range(32))).public
WORDS = fingerprint_words(KEY)


def _heard(word: str) -> str:
    """The word as it may be heard where tr and ch, s and x, l and n, or final n and ng sound alike."""
    syllables = []
    for one in fold(word).split():
        one = re.sub("^ngh", "ng", re.sub("^gh", "g", one))
        one = re.sub("^(tr|ch)", "c", one)
        one = re.sub("^(gi|r|v)(?=.)", "d", one)
        one = re.sub("^k(?!h)", "c", re.sub("^l", "n", re.sub("^x", "s", one)))
        one = re.sub("(?<=.)(c|ch)$", "t", re.sub("(ng|nh)$", "n", one.replace("y", "i")))
        syllables.append(one)
    return " ".join(syllables)


def _near_in_length(words: list[str], least: int) -> list[tuple[str, str]]:
    """The pairs whose lengths alone do not set them apart by ``least`` letters."""
    return [pair for pair in combinations(words, 2) if abs(len(pair[0]) - len(pair[1])) < least]


def test_the_list_has_a_word_for_every_value_of_a_byte() -> None:
    assert len(word_list()) == 256
    for word in word_list():
        assert word == nfc(word).strip().lower()
        assert len(word.split()) == 2, f"{word}: not two syllables"


def test_no_two_words_are_alike_without_accents() -> None:
    folded = [fold(word) for word in word_list()]
    assert len(set(folded)) == 256
    assert not [pair for pair in _near_in_length(folded, 3) if distance(*pair) < 3]


def test_no_two_words_are_alike_on_a_bad_line() -> None:
    heard = [_heard(word) for word in word_list()]
    assert not [pair for pair in _near_in_length(heard, 2) if distance(*pair) < 2]


def test_a_key_has_eight_words_and_another_key_others() -> None:
    assert len(WORDS) == 8
    other = fingerprint_words(SecretKey.from_seed(bytes(32)).public)
    assert sum(one == two for one, two in zip(WORDS, other, strict=True)) < 4
    assert fingerprint_words(PublicKey("0" * 16, KEY.raw)) != WORDS, "the id counts too"
    assert re.fullmatch("([0-9A-F]{4}-){3}[0-9A-F]{4}", short_form(KEY))


def test_the_words_never_change() -> None:
    """Kept for ever: they stand on paper in safes and in the centre's notes."""
    assert (
        " · ".join(WORDS)
        == "cầu lông · dưa hấu · xích lô · bún chả · phong cầm · chiếu cói · tôm hùm · mỏ neo"
    )
    assert short_form(KEY) == "1F44-FD10-B62A-EA90"


@given(st.integers(0, 255), st.sampled_from(["{}", "{}.", "1) {}\n", " {} , "]))
def test_typing_without_accents_in_any_case_is_understood(value: int, shape: str) -> None:
    typed = [*WORDS[:7], word_list()[value]]
    plain = "".join(shape.format(fold(word).upper()) + " " for word in typed)
    assert read_words(plain) == tuple(typed)


def test_words_as_they_stand_are_the_same() -> None:
    assert same_words(KEY, " · ".join(WORDS))
    assert not same_words(KEY, " · ".join(reversed(WORDS)))


def test_a_mistyped_word_is_named_with_the_one_that_is_meant() -> None:
    with pytest.raises(UserError) as caught:
        read_words(" ".join(["binh ming", *WORDS[1:]]))
    assert caught.value.code == "words_near"
    assert "“bình minh”" in str(caught.value)
    with pytest.raises(UserError) as caught:
        read_words(" ".join([*WORDS[:7], "abcdef ghijkl"]))
    assert (caught.value.code, caught.value.params["place"]) == ("words_unknown", "8")


@pytest.mark.parametrize("typed", ["", "…", "123 456", " ".join(WORDS[:7]), " ".join([*WORDS, WORDS[0]])])
def test_too_few_and_too_many_words_have_their_sentence(typed: str) -> None:
    with pytest.raises(UserError) as caught:
        read_words(typed)
    assert caught.value.code == "words_count"
    assert "8" in str(caught.value)


@given(st.text(max_size=200))
def test_whatever_is_typed_is_no_crash(typed: str) -> None:
    try:
        assert not same_words(KEY, typed)
    except UserError as error:
        assert "…" not in str(error) or "…" in typed

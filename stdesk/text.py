"""Vietnamese text: one written form, folding for search, and the alphabet's order.

Facts and traps: Unicode writes Vietnamese precomposed or decomposed (TCVN 6909:2001 allows
both), đ has no decomposition, and SQLite compares ASCII only. So text is made NFC on the way
in, and folded and ordered by the functions here on every system alike.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

_ALPHABET = "aăâbcdđeêfghijklmnoôơpqrstuưvwxyz"
_TONES = {"\u0300": "1", "\u0309": "2", "\u0303": "3", "\u0301": "4", "\u0323": "5"}
_LETTER_MARKS = {"\u0306", "\u0302", "\u031b"}  # breve, circumflex, horn make letters, not tones
_RANK = {letter: chr(0x41 + place) for place, letter in enumerate(_ALPHABET)}
_INVISIBLE = re.compile("[\u00ad\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff]")
_PUNCTUATION = {mark: chr(3 + place) for place, mark in enumerate("_-,;:!?.'\"()[]{}@*/\\&#%`^+<=>|~$")}
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
_BLANKS = re.compile(r"[^\S\n]+")


def nfc(text: str) -> str:
    """``text`` in Unicode normalisation form C."""
    return unicodedata.normalize("NFC", text)


def clean(text: str) -> str:
    """One line as a person meant it: NFC, no invisible or control characters, single blanks."""
    return " ".join(clean_lines(text).split())


def clean_lines(text: str) -> str:
    """Like :func:`clean`, line breaks kept and trimmed."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    text = _INVISIBLE.sub("", _CONTROL.sub("", nfc(text)))
    return "\n".join(_BLANKS.sub(" ", line).strip() for line in text.split("\n")).strip("\n")


@lru_cache(maxsize=20_000)
def fold(text: str) -> str:
    """``text`` for finding: no accents, đ as d, no case: "Đề án" and "de an" are the same."""
    bare = unicodedata.normalize("NFKD", text.casefold()).replace("đ", "d")
    return "".join(c for c in bare if not unicodedata.combining(c))


def words(text: str) -> list[str]:
    """The words of ``text``, folded, punctuation dropped."""
    return re.findall(r"\w+", fold(text))


@lru_cache(maxsize=20_000)
def sort_key(text: str) -> str:
    """A key whose plain order is the Vietnamese alphabet's (CLDR ``vi``).

    Letters first, tones (ngang, huyền, hỏi, ngã, sắc, nặng) only between equal letters,
    capitals last of all. Blanks and punctuation come before digits, digits before letters.
    """
    letters: list[str] = []
    tones: list[str] = []
    cases: list[str] = []
    for mark in unicodedata.normalize("NFD", text):
        if mark in _TONES:
            if tones:
                tones[-1] = _TONES[mark]
        elif mark in _LETTER_MARKS and letters:
            whole = nfc(_letter_of(letters[-1]) + mark)
            letters[-1] = _RANK.get(whole, letters[-1])
        elif not unicodedata.combining(mark):
            small = mark.lower()
            letters.append(_rank(small))
            tones.append("0")
            cases.append("0" if mark == small else "1")
    return f"{''.join(letters)}\x01{''.join(tones).rstrip('0')}\x01{''.join(cases).rstrip('0')}"


_BACK = {rank: letter for letter, rank in _RANK.items()}


def _letter_of(rank: str) -> str:
    return _BACK.get(rank, rank)


def _rank(small: str) -> str:
    if small in _RANK:
        return _RANK[small]
    if small.isdigit():
        return small
    if small.isspace():
        return "\x02"
    return _PUNCTUATION.get(small, "\x7f" + small)


def person_sort_key(name: str) -> str:
    """Order of people in Vietnamese lists: given name (last word), family name, middle names."""
    parts = name.split()
    if not parts:
        return ""
    given, family, middle = parts[-1], parts[0], parts[1:-1]
    return "\x00".join(sort_key(part) for part in (given, family, " ".join(middle)))

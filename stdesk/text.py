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
_CONTROL = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
_LINE_BREAK = re.compile("\r\n|[\r\x0b\x0c\x85\u2028\u2029]")  # Word's soft break is \x0b
_SHORT = 200  # characters; longer texts are rarely met twice and would fill the caches
_LATIN = frozenset(map(chr, (*range(0x80), *range(0x300, 0x340))))  # ASCII and marks that combine
_BLANKS = re.compile(r"[^\S\n]+")


def nfc(text: str) -> str:
    """``text`` in Unicode normalisation form C."""
    return unicodedata.normalize("NFC", text)


def clean(text: str) -> str:
    """One line as a person meant it: NFC, no invisible or control characters, single blanks."""
    if text.isprintable():  # nothing to take out: no control, format or private characters
        return " ".join(nfc(text).split())
    return " ".join(clean_lines(text).split())


def clean_lines(text: str) -> str:
    """Like :func:`clean`, line breaks kept and trimmed."""
    text = _INVISIBLE.sub("", _CONTROL.sub("", _LINE_BREAK.sub("\n", text)))
    text = nfc(text)  # last: what stood between a letter and its mark is gone now
    return "\n".join(_BLANKS.sub(" ", line).strip() for line in text.split("\n")).strip("\n")


def fold(text: str) -> str:
    """``text`` for finding: no accents, đ as d, no case: "Đề án" and "de an" are the same."""
    return _fold_short(text) if len(text) <= _SHORT else _fold(text)


def _fold(text: str) -> str:
    if text.isascii():
        return text.lower()
    small = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", text).casefold())
    small = small.replace("đ", "d").replace("ð", "d")  # some fonts type Đ as the Icelandic letter
    if _LATIN.issuperset(small):  # four times as fast, and nearly every text
        return small.encode("ascii", "ignore").decode()
    return "".join(c for c in small if not unicodedata.combining(c))


_fold_short = lru_cache(maxsize=20_000)(_fold)


def words(text: str) -> list[str]:
    """The words of ``text``, folded, punctuation dropped."""
    return re.findall(r"\w+", fold(text))


def sort_key(text: str) -> str:
    """A key whose plain order is the Vietnamese alphabet's (CLDR ``vi``).

    Letters first, tones (ngang, huyền, hỏi, ngã, sắc, nặng) only between equal letters,
    capitals last of all. Blanks and punctuation come before digits, digits before letters.
    """
    return _sort_key_short(text) if len(text) <= _SHORT else _sort_key(text)


def _sort_key_exactly(text: str) -> str:
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


class _Parts(dict[int, str]):
    """One level of the key of single precomposed characters, for ``str.translate``."""

    def __init__(self, level: int) -> None:
        super().__init__()
        self._level = level

    def __missing__(self, code: int) -> str:
        mark = chr(code)
        bases = sum(not unicodedata.combining(c) for c in unicodedata.normalize("NFD", mark))
        alone = bases == 1 and not unicodedata.combining(mark)
        part = (_sort_key_exactly(mark).split("\x01")[self._level] or "0") if alone else _NOT_ALONE
        self[code] = part
        return part


_NOT_ALONE = "\x00"  # a mark that belongs to the letter before it
_LETTERS, _TONE_MARKS, _CASES = _Parts(0), _Parts(1), _Parts(2)


def _sort_key(text: str) -> str:
    whole = nfc(text)
    letters = whole.translate(_LETTERS)
    if _NOT_ALONE in letters:
        return _sort_key_exactly(text)
    tones, cases = whole.translate(_TONE_MARKS), whole.translate(_CASES)
    return f"{letters}\x01{tones.rstrip('0')}\x01{cases.rstrip('0')}"


_sort_key_short = lru_cache(maxsize=20_000)(_sort_key)
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

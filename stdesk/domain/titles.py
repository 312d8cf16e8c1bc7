"""What stands before a name: rank, academic title, degree, post and forms of address.

Words are compared without regard to case or to where the tone mark sits (úy, uý) and with i
and y as one (sĩ, sỹ). Accents may be missing only when the whole word has none, so that the
name "Tạ" is never taken for the rank word "tá". Forms come from the code lists ``rank``,
``academic_title`` and ``degree``, and from ``people_words.toml`` beside them.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, replace
from functools import cache, lru_cache
from typing import Any

from stdesk import resources
from stdesk.domain.codes import code_list
from stdesk.text import fold

# Also given names or family names, so capitalised they count only before a family name.
_ALSO_NAMES = {"ông", "anh", "cô", "thầy", "bà", "chị"}
_UNIT_CODE = re.compile(r"[A-ZĐ]{1,3}[0-9]{1,3}\Z")
_PUNCTUATION = re.compile(r"[^\w]")
_JOINED_BY = re.compile(r"[./-]")
_TONES = "\u0300\u0301\u0303\u0309\u0323"


@dataclass(frozen=True, slots=True)
class Titles:
    """What was read before a name; all but ``post``, ``unit`` and ``note`` are codes."""

    rank: str = ""
    academic_title: str = ""
    degree: str = ""
    gender: str = ""
    post: str = ""
    unit: str = ""
    note: str = ""

    def __bool__(self) -> bool:
        return self is not _NOTHING and any(self.parts())

    def fits(self, other: Titles) -> bool:
        """Whether nothing is said twice differently."""
        return all(not a or not b or a == b for a, b in zip(self.parts(), other.parts(), strict=True))

    def merged(self, other: Titles) -> Titles:
        """Both; where both speak this one wins, except for the higher degree."""
        if not self or not other:
            return self or other
        both = Titles(*(a or b for a, b in zip(self.parts(), other.parts(), strict=True)))
        if self.degree and other.degree:
            order = list(code_list("degree").codes)
            both = replace(both, degree=min(self.degree, other.degree, key=order.index))
        return both

    def parts(self) -> tuple[str, ...]:
        """The values in the order of the attributes."""
        return (self.rank, self.academic_title, self.degree, self.gender, self.post, self.unit, self.note)


_NOTHING = Titles()
_MOST_JOINED = 6  # pieces of one title; a text of thousands of pieces is none


def read_titles(words: list[str]) -> tuple[Titles, list[str]]:
    """The titles at the start of ``words``, and the words that are left."""
    found = _NOTHING
    while words:
        if match := _phrase(words) or _address(words):
            title, taken = match
            found, words = found.merged(title), words[taken:]
        elif glued := _glued(words[0]):
            title, rest = glued
            found, words = found.merged(title), [rest, *words[1:]] if rest else words[1:]
        elif found.post and is_unit_code(words[0]):
            found, words = found.merged(Titles(unit=words[0])), words[1:]
        elif not any(letter.isalnum() for letter in words[0]):
            words = words[1:]
        else:
            break
    return found, words


def is_unit_code(word: str) -> bool:
    """``PV01``, ``V04``, ``PA05``."""
    return _UNIT_CODE.match(word) is not None


def word_key(word: str) -> str:
    """``word`` without case and place of the tone mark: úy and uý are one, tá and tạ are not."""
    parts = unicodedata.normalize("NFD", word.casefold())
    tones = "".join(sorted(mark for mark in parts if mark in _TONES))
    return "".join(mark for mark in parts if mark not in _TONES).replace("y", "i") + tones


@lru_cache(maxsize=10_000)
def _compact_key(word: str) -> str:
    """The key of an abbreviation without its punctuation: "Th.S" and "ThS" are one."""
    return word_key(_PUNCTUATION.sub("", word))


def _phrase(words: list[str]) -> tuple[Titles, int] | None:
    keys = [_compact_key(word) for word in words[:5]]
    if keys[0] not in _first_words():
        return None
    for length in range(len(keys), 0, -1):
        if title := _forms().get(" ".join(keys[:length])):
            return title, length
    return None


def _phrase_key(words: list[str]) -> str:
    return " ".join([_compact_key(word) for word in words])


def _address(words: list[str]) -> tuple[Titles, int] | None:
    for length in (2, 1):
        form = " ".join(words[:length]).casefold().strip(".:")
        address = people_words()["address"]
        if form not in address or len(words) < length:
            continue
        if form in _ALSO_NAMES and words[0][:1].isupper() and not _begins_name(words[length : length + 8]):
            return None  # Ông Ích Khiêm, Anh Đức
        return Titles(gender=address[form]), length
    return None


def _begins_name(words: list[str]) -> bool:
    """Whether ``words`` begin with a family name, or with a title that leaves a name over."""
    if not words:
        return False
    if words[0].capitalize() in people_words()["family_names"]:
        return True
    titles, rest = read_titles(words)
    # "Ông Tiến Sĩ" is a name, "Ông Tiến sĩ" a title whose name stands in the next piece
    return bool(titles) and (bool(rest) or any(word[0].islower() for word in words))


def _glued(word: str) -> tuple[Titles, str] | None:
    """``PGS.TS.Nguyễn``: abbreviations joined by stops, perhaps with the name behind."""
    parts = _JOINED_BY.split(word)
    if len(parts) == 1:
        return None
    found, at = _NOTHING, 0
    while at < len(parts):
        for end in range(min(len(parts), at + _MOST_JOINED), at, -1):
            title = _forms().get(word_key("".join(parts[at:end])))
            if title and any(parts[at:end]):
                found, at = found.merged(title), end
                break
        else:
            break
    rest = ".".join(parts[at:]).strip(".")
    return (found, rest) if at and found else None


@cache
def people_words() -> dict[str, Any]:
    """The words met beside names (``resources/codes/people_words.toml``)."""
    return resources.read_toml("codes", "people_words.toml")


@cache
def _forms() -> dict[str, Titles]:
    """Phrase key -> the title it stands for, with accents and without."""
    found: dict[str, Titles] = {}
    others = {fold(form) for form in people_words()["not_before_names"]}
    for name in ("rank", "academic_title", "degree"):
        for entry in code_list(name).codes.values():
            for form in (entry.text.vi, *entry.synonyms):
                if fold(form) not in others:
                    _add(found, form, Titles(**{name: entry.code}))
    for form in people_words()["posts"]:
        _add(found, form, Titles(post=form))
    for form in people_words()["honours"]:
        _add(found, form, Titles(note=form))
    return found


@cache
def _first_words() -> frozenset[str]:
    return frozenset(form.partition(" ")[0] for form in _forms())


def _add(found: dict[str, Titles], form: str, title: Titles) -> None:
    found.setdefault(_phrase_key(form.split()), title)
    found.setdefault(_phrase_key(fold(form).split()), title)

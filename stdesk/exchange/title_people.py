"""The people on a title page: labelled, or beside the title."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

from stdesk.domain.people import PersonName, split_people
from stdesk.domain.titles import people_words
from stdesk.exchange.title_lines import PageLine, first_stop, shouts
from stdesk.text import fold

_BODIES = re.compile(
    r"\b(?:hoc vien|truong|dai hoc|vien|khoa|bo mon|phong|cuc|cong an|trung tam|university|department|faculty|institute"
    r"|academy|college|school|laboratory|ministry|email|corresponding|tel|dien thoai|viet nam|vietnam|street|usa"
    r"|tap chi|journal|so|ngay|chuyen nganh|luan an|luan van)\b|@|https?:"
)
LABELS = re.compile(
    r"^(?P<who>nghien cuu sinh|hoc vien(?: cao hoc)?|tac gia|nhom tac gia|chu nhiem(?: de tai| nhiem vu)?|chu bien"
    r"|nguoi thuc hien|sinh vien(?: thuc hien)?|ho (?:va )?ten|bien soan|authors?|by|nguoi viet)\s*[:.]\s*(?=\S)"
)
SUPERVISED = re.compile(
    r"^(?:(?:nguoi|giang vien|can bo)\s+huong dan(?: khoa hoc)?|supervisors?|advisors?)"
    r"\s*[:.]?\s*(?:[0-9]\s*[.)]\s*)?"
)
MARKS = re.compile(
    r"(?<=\w)\s?(?:\(?[0-9](?:\s?,\s?[0-9])*\)?|[*\u2020\u2021\u00b9\u00b2\u00b3]+)(?=[\s,;*]|$)"
)
_PARTICLES = ("de", "da", "van", "von", "der", "di", "la")
_MOST_PEOPLE = 40


def people(here: Sequence[PageLine], title: range | None, *, cover: bool) -> tuple[Mapping[str, Any], ...]:
    for at, line in enumerate(here):
        label = LABELS.match(fold(line.text))
        if label and len(fold(line.text)) == len(line.text):
            text = line.text[label.end() :]
            if text.rstrip().endswith((",", ";")) and at + 1 < len(here):
                text = f"{text} {here[at + 1].text}"
            if found := names_in(text):
                return _items(found)
    if title is None:
        return ()
    found = _below(here, title.stop)
    if not found and cover:
        above = [one for one in here[: title.start] if (found := names_in(one.text, sure=True))]
        found = [name for one in above[:3] for name in names_in(one.text, sure=True)]
    return _items(found)


def _below(here: Sequence[PageLine], after: int) -> list[PersonName]:
    found: list[PersonName] = []
    below = here[after:]
    missed = 0
    for line in below[: max(0, first_stop(below))][:14]:
        if SUPERVISED.match(fold(line.text)):
            break
        names = names_in(line.text, sure=bool(missed))
        if names:
            found += names
            missed = 0
        else:
            missed += 1
            if missed > (6 if found else 4):
                break
    return found


def names_in(text: str, *, sure: bool = False) -> list[PersonName]:
    """The people that make up ``text``; none unless all of it is names.

    Args:
        sure: only with a rank, degree or known family name.
    """
    plain = MARKS.sub("", text).strip(" .;,*")
    if not plain or len(plain) > 300 or (_BODIES.search(fold(plain)) and not _titled(plain)):
        return []
    people = list(split_people(plain).people)
    if not people or any(not _is_name(one) for one in people):
        return []
    known = [bool(one.rank or one.degree or one.academic_title) or _family(one.name) for one in people]
    if sure and not all(known):
        return []
    if not any(known) and not _like_foreign_names(plain, people):
        return []
    return people


def _titled(text: str) -> bool:
    people = split_people(text).people
    return bool(people) and all(one.rank or one.degree or one.academic_title for one in people)


def _is_name(one: PersonName) -> bool:
    words = one.name.split()
    if not 2 <= len(words) <= 6:
        return bool(words) and bool(one.rank or one.degree) and len(words) <= 6
    raised = all(word[0].isupper() or word in _PARTICLES for word in words)
    return raised and not any(letter.isdigit() for letter in one.name)


def _family(name: str) -> bool:
    """Whether ``name`` bears a Vietnamese family name: first, or in papers in English also last."""
    words = name.split()
    if len(words) < 2:
        return False
    if words[0].capitalize() in people_words()["family_names"]:
        return True
    return name.isascii() and bool({words[0].lower(), words[-1].lower()} & _bare_families())


@cache
def _bare_families() -> frozenset[str]:
    return frozenset(fold(one) for one in people_words()["family_names"])


def _like_foreign_names(text: str, people: Sequence[PersonName]) -> bool:
    """ "John A. Smith, Mary Jones and Wei Zhang": two to four words each, none of them small."""
    small = [word for word in text.split() if word[0].islower() and word not in ("and", "và", *_PARTICLES)]
    return not small and not shouts(text) and all(2 <= len(one.name.split()) <= 4 for one in people)


def supervisors(here: Sequence[PageLine]) -> tuple[Mapping[str, Any], ...]:
    found: list[PersonName] = []
    for at, line in enumerate(here):
        label = SUPERVISED.match(fold(line.text))
        if not label:
            continue
        if len(fold(line.text)) == len(line.text):
            found += names_in(line.text[label.end() :])
        for more in here[at + 1 : at + 4]:
            names = names_in(re.sub(r"^[0-9]\s*[.)]\s*", "", more.text), sure=True)
            if not names or (found and not any(one.degree or one.academic_title for one in names)):
                break
            found += names
        break
    return _items(found)


def _items(people: Sequence[PersonName]) -> tuple[Mapping[str, Any], ...]:
    items: list[Mapping[str, Any]] = []
    for one in people[:_MOST_PEOPLE]:
        parts = ("name", "rank", "academic_title", "degree", "gender", "post", "unit")
        item = {part: getattr(one, part) for part in parts if getattr(one, part)}
        if item not in items:
            items.append(item)
    return tuple(items)

"""Names of people: once each, without rank or degree left in them, one person a line."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from functools import cache, lru_cache

from stdesk.domain import codes
from stdesk.domain.fields import Field, FieldType
from stdesk.domain.kinds import Kind
from stdesk.domain.records import Record
from stdesk.domain.rules.core import Context, Problem, Rule, Severity
from stdesk.domain.rules.terms import PUBLICATION, RESEARCH_TASK, cell, filled, items_of, label, shorten
from stdesk.text import clean, fold

MOST_AUTHORS = 50
_KNOWN = 20_000  # names
_JOINED = re.compile(r"[;/\n]|,\s*\S+\s+\S+|\s(?:và|and|cùng)\s", re.IGNORECASE)
_SHORT_TITLES = r"gs|pgs|ts|ths|tskh|ks|cn|bs|ncs|ncv|đ/c|đồng chí"


# What is told of a name is remembered: the people of a library are far fewer than its records.


@lru_cache(_KNOWN)
def _has_title(name: str) -> bool:
    return _titled().match(name) is not None


@lru_cache(_KNOWN)
def _is_several(name: str) -> bool:
    return len(name) > 100 or _JOINED.search(name) is not None


@lru_cache(_KNOWN)
def _is_odd(name: str) -> bool:
    return len(name.split()) < 2 or any(map(str.isdigit, name))


@lru_cache(_KNOWN)
def _has_letters(name: str) -> bool:
    return any(map(str.isalpha, fold(name)))


@lru_cache(_KNOWN)
def _is_plain(name: str) -> bool:
    """Whether nothing can be said of ``name``: nearly every one."""
    return not (_has_title(name) or _is_several(name) or _is_odd(name))


_latest: list[tuple[Record, Kind, bool]] = []  # at most one: three rules in turn ask the same of one record


def _all_plain(record: Record, kind: Kind) -> bool:
    for known, of, plain in _latest[:]:  # a copy: another thread may be checking too
        if known is record and of is kind:
            return plain
    plain = all(_is_plain(name) for _, name in _names(record, kind))
    _latest[:] = [(record, kind, plain)]
    return plain


def _names(record: Record, kind: Kind) -> Iterator[tuple[Field, str]]:
    for field in filled(record, kind, FieldType.PEOPLE):
        for item in items_of(record, field.name):
            if name := cell(item, "name"):
                yield field, name


@cache
def _titled() -> re.Pattern[str]:
    """A rank, academic title or degree in full, or its usual short form, before a name."""
    ranks = [str(code.text.vi).casefold() for code in codes.code_list("rank").codes.values()]
    full = [*ranks, "thạc sĩ", "thạc sỹ", "tiến sĩ", "tiến sỹ", "giáo sư", "phó giáo sư", "cử nhân", "kỹ sư"]
    words = "|".join(re.escape(word) for word in sorted(full, key=len, reverse=True))
    return re.compile(rf"(?:(?:{words})[\s.,]|(?:{_SHORT_TITLES})(?:\.|[\s,]))\s*\S", re.IGNORECASE)


def rank_in_name(record: Record, kind: Kind, _context: Context) -> Iterable[Problem]:
    """A rank or degree that was left in the name."""
    if _all_plain(record, kind):
        return
    for field, name in _names(record, kind):
        if _has_title(name):
            yield Problem(field.name, {"name": shorten(name)})
            return


def several_in_name(record: Record, kind: Kind, _context: Context) -> Iterable[Problem]:
    """Several people in one line."""
    if _all_plain(record, kind):
        return
    for field, name in _names(record, kind):
        if _is_several(name):
            yield Problem(field.name, {"name": shorten(name)})
            return


def odd_name(record: Record, kind: Kind, _context: Context) -> Iterable[Problem]:
    """A name of one word, or with digits in it."""
    if _all_plain(record, kind):
        return
    for field, name in _names(record, kind):
        if _is_odd(name):
            yield Problem(field.name, {"name": shorten(name)})
            return


def named_twice(record: Record, kind: Kind, _context: Context) -> Iterable[Problem]:
    """The same person twice in one list. Accents count: Hà and Hạ are two people."""
    for field in filled(record, kind, FieldType.PEOPLE):
        items = items_of(record, field.name)
        if len(items) < 2:
            continue
        names = Counter(clean(cell(item, "name")).casefold() for item in items)
        for name, count in names.items():
            if name and count > 1:
                shown = next(n for f, n in _names(record, kind) if f is field and clean(n).casefold() == name)
                yield Problem(field.name, {"name": shorten(shown), "count": count, "field": str(field.label)})
                break


def leader_among_members(record: Record, kind: Kind, _context: Context) -> Iterable[Problem]:
    """The leader is listed as a member too, and would be counted twice."""
    leaders = {clean(cell(item, "name")).casefold() for item in items_of(record, "leader")} - {""}
    for item in items_of(record, "members"):
        if clean(cell(item, "name")).casefold() in leaders:
            yield Problem("members", {"name": shorten(cell(item, "name")), "field": label(kind, "members")})
            return


def leader_gender_missing(record: Record, _kind: Kind, _context: Context) -> Iterable[Problem]:
    """Form 04/CS counts tasks led by women."""
    for item in items_of(record, "leader"):
        if cell(item, "name") and not cell(item, "gender"):
            yield Problem("leader", {"name": shorten(cell(item, "name"))})


def too_many_authors(record: Record, _kind: Kind, _context: Context) -> Iterable[Problem]:
    """More authors than a document of a unit has."""
    if (count := len(items_of(record, "contributors"))) > MOST_AUTHORS:
        yield Problem("contributors", {"count": count, "most": MOST_AUTHORS})


def nameless_person(record: Record, kind: Kind, _context: Context) -> Iterable[Problem]:
    """A line of people without a name."""
    for field in filled(record, kind, FieldType.PEOPLE):
        items = items_of(record, field.name)
        for place, item in enumerate(items, 1):
            if not _has_letters(cell(item, "name")):
                yield Problem(field.name, {"field": str(field.label), "place": place})
                break


_LISTS, _PEOPLE = ("contributors", "leader", "lecturers"), (FieldType.PEOPLE,)

RULES = (
    Rule("rank_in_name", Severity.HINT, fields=_LISTS, check=rank_in_name, needs_types=_PEOPLE),
    Rule(
        "several_in_name",
        Severity.EXPLAIN,
        fields=_LISTS,
        check=several_in_name,
        needs_types=_PEOPLE,
    ),
    Rule("odd_name", Severity.HINT, fields=_LISTS, check=odd_name, needs_types=_PEOPLE),
    Rule(
        "named_twice",
        Severity.EXPLAIN,
        fields=("contributors", "members", "lecturers"),
        check=named_twice,
        needs_types=_PEOPLE,
    ),
    Rule(
        "nameless_person",
        Severity.EXPLAIN,
        fields=_LISTS,
        check=nameless_person,
        needs_types=_PEOPLE,
    ),
    Rule(
        "leader_among_members",
        Severity.HINT,
        (RESEARCH_TASK,),
        ("members", "leader"),
        leader_among_members,
        needs=("members",),
    ),
    Rule(
        "leader_gender_missing",
        Severity.HINT,
        (RESEARCH_TASK,),
        ("leader",),
        leader_gender_missing,
        needs=("leader",),
    ),
    Rule(
        "too_many_authors",
        Severity.HINT,
        (PUBLICATION,),
        ("contributors",),
        too_many_authors,
        needs=("contributors",),
    ),
)

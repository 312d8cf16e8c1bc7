"""Text that is not what its writer meant: old encodings, lost letters, fillers."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache
from unicodedata import is_normalized

from stdesk.domain.fields import FieldType
from stdesk.domain.kinds import Kind
from stdesk.domain.legacy_text import looks_legacy
from stdesk.domain.records import Record
from stdesk.domain.rules.core import Context, Problem, Rule, Severity
from stdesk.domain.rules.terms import all_text, filled, shorten, text_of, texts
from stdesk.text import fold

_FILLERS = frozenset(
    {
        "abc",
        "xyz",
        "aaa",
        "xxx",
        "test",
        "demo",
        "asdf",
        "asd",
        "123",
        "1234",
        "chua ro",
        "khong ro",
        "chua biet",
        "dang cap nhat",
        "cap nhat sau",
        "bo sung sau",
        "n/a",
        "na",
        "none",
        "null",
        "tbd",
        "ten de tai",
        "ten tai lieu",
        "nguyen van a",
        "tran thi b",
    }
)
_FILLER_WORDS = max(len(one.split()) for one in _FILLERS)
_SHORT = 50  # characters; names and journals come again and again, titles do not
_LOST = re.compile("\ufffd|[^\\W\\d_]\\?[^\\W\\d_]|\\?{3,}")
_PLAIN = re.compile(r"[\x20-\x7e]*\Z")


def legacy_encoding(record: Record, kind: Kind, _context: Context) -> Iterable[Problem]:
    """Vietnamese typed in TCVN3 or VNI and read as Western letters."""
    if _PLAIN.match(all_text(record, kind).replace("\n", " ")):
        return
    told: set[str] = set()
    for field, text in texts(record, kind):
        if field.name not in told and not _PLAIN.match(text) and (encoding := looks_legacy(text)):
            told.add(field.name)
            yield Problem(
                field.name, {"field": str(field.label), "encoding": encoding, "text": shorten(text)}
            )


def letters_lost(record: Record, kind: Kind, _context: Context) -> Iterable[Problem]:
    """Question marks where letters stood ("nghi?n c?u"): an earlier program could not keep them."""
    whole = all_text(record, kind)
    if "?" not in whole and "\ufffd" not in whole:
        return
    told: set[str] = set()
    for field, text in texts(record, kind):
        if field.name not in told and "://" not in text and _LOST.search(text):
            told.add(field.name)
            yield Problem(field.name, {"field": str(field.label), "text": shorten(text)})


def odd_characters(record: Record, kind: Kind, _context: Context) -> Iterable[Problem]:
    """Decomposed, invisible or control characters: looks right, is found by nobody."""
    if _is_usual(all_text(record, kind)):
        return
    for field, text in texts(record, kind):
        if not _is_usual(text):
            yield Problem(field.name, {"field": str(field.label)})
            return


def _is_usual(text: str) -> bool:
    visible = text.replace("\n", " ")
    return visible.isprintable() and is_normalized("NFC", visible)


def title_in_capitals(record: Record, kind: Kind, _context: Context) -> Iterable[Problem]:
    """A whole title in capitals."""
    title = text_of(record, kind.title)
    if title.isupper() and len(title.split()) > 3:
        yield Problem(kind.title, {"title": shorten(title)})


def title_too_short(record: Record, kind: Kind, _context: Context) -> Iterable[Problem]:
    """A title that tells nobody what the work is about."""
    title = text_of(record, kind.title)
    if title and (len(title.split()) < 2 or len(title) < 8) and not _is_filler(title):
        yield Problem(kind.title, {"title": shorten(title)})


def filler(record: Record, kind: Kind, _context: Context) -> Iterable[Problem]:
    """Something typed only to fill the field."""
    for field in filled(record, kind, FieldType.TEXT, FieldType.PEOPLE):
        for text in _short_texts(record, kind, field.name):
            if _is_filler(text):
                yield Problem(field.name, {"field": str(field.label), "text": shorten(text)})
                break


def _short_texts(record: Record, kind: Kind, name: str) -> list[str]:
    value = record.get(name)
    if isinstance(value, str):
        return [value]
    if isinstance(value, tuple | list) and kind.field(name).type is FieldType.PEOPLE:
        return [str(one.get("name", "")) for one in value if hasattr(one, "get")]
    return []


def _is_filler(text: str) -> bool:
    return _filler_short(text) if len(text) <= _SHORT else _filler(text)


def _filler(text: str) -> bool:
    if len(text.split()) <= _FILLER_WORDS and fold(text.strip(" .!")) in _FILLERS:
        return True
    return bool(text.strip()) and not any(map(str.isalnum, text))


_filler_short = lru_cache(maxsize=20_000)(_filler)


RULES = (
    Rule("legacy_encoding", Severity.EXPLAIN, fields=("title",), check=legacy_encoding),
    Rule("letters_lost", Severity.EXPLAIN, fields=("title",), check=letters_lost),
    Rule("odd_characters", Severity.HINT, fields=("title",), check=odd_characters),
    Rule("title_in_capitals", Severity.HINT, fields=("title",), check=title_in_capitals),
    Rule("title_too_short", Severity.HINT, fields=("title",), check=title_too_short),
    Rule("filler", Severity.EXPLAIN, fields=("title",), check=filler),
)

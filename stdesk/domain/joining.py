"""One record out of several that are the same work: which value of each field is proposed.

Nothing that only one of them says is lost: lists are joined, empty fields filled. Where two say
different things the more precise one is proposed, and the first where neither is.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from stdesk.domain.fields import Field, FieldType, Item, Value
from stdesk.text import fold, words

_NOTES = "notes"


def proposed(field: Field, values: Sequence[Value]) -> Value:
    """The value to keep out of ``values``, one a record, the record to be kept first; ``None`` = empty."""
    filled = [value for value in values if value not in (None, "", ())]
    if not filled:
        return None
    if field.name == _NOTES:
        return _joined_lines(filled)
    return _CHOICE.get(field.type, _first)(filled)


def differ(values: Sequence[Value]) -> bool:
    """Whether two of ``values`` say different things; an empty one says nothing."""
    filled = [value for value in values if value not in (None, "", ())]
    return any(value != filled[0] for value in filled[1:])


def _first(filled: list[Value]) -> Value:
    return filled[0]


def _text(filled: list[Value]) -> Value:
    """The longest; of those that differ in case and accents alone the one with both."""
    best = filled[0]
    for value in filled[1:]:
        if fold(value) == fold(best):
            best = max(best, value, key=_care)
        elif words(value) != words(best) and len(value) > len(best):
            best = value
    return best


def _care(value: str) -> tuple[bool, int]:
    """How carefully it is written: not all in capitals, with accents."""
    return not value.isupper(), sum(not letter.isascii() for letter in value)


def _date(filled: list[Value]) -> Value:
    """ "2026-03" over "2026", whoever says it; days that disagree are for the person to judge."""
    best = filled[0]
    for value in filled[1:]:
        if value.startswith(best):
            best = value
    return best


def _joined(filled: list[Value]) -> Value:
    return tuple(dict.fromkeys(one for value in filled for one in value))


def _joined_tags(filled: list[Value]) -> Value:
    """Each tag once, whatever its case, as it was written first."""
    found: dict[str, str] = {}
    for value in filled:
        for tag in value:
            found.setdefault(tag.casefold(), tag)
    return tuple(found.values())


def _joined_files(filled: list[Value]) -> Value:
    """Each file once: the same content under two names is one file."""
    found: dict[Any, Item] = {}
    for value in filled:
        for item in value:
            found.setdefault(item.get("file") or tuple(item.items()), item)
    return tuple(found.values())


def _joined_lines(filled: list[Value]) -> Value:
    """The first as it is, and every line of the others that it has not."""
    lines = filled[0].split("\n")
    for value in filled[1:]:
        lines += [line for line in value.split("\n") if line and line not in lines]
    return "\n".join(lines)


def _rows(filled: list[Value]) -> Value:
    """The longer table; of two as long the one that says more."""
    return max(filled, key=lambda value: (len(value), sum(len(item) for item in value)))


def _people(filled: list[Value]) -> Value:
    """The longer list, with what the others know of the same people."""
    known: dict[str, dict[str, Any]] = {}
    for value in filled:
        for item in value:
            name = _name(item)
            known[name] = {**item, **known.get(name, {})}
    longest = _rows(filled)
    names = [_name(item) for item in longest]
    if len(set(names)) < len(names):  # namesakes: what is known cannot be told apart
        return longest
    return tuple({**known[name], **item} for name, item in zip(names, longest, strict=True))


def _name(item: Mapping[str, Any]) -> str:
    return " ".join(fold(str(item.get("name", ""))).split())


_CHOICE: dict[FieldType, Callable[[list[Value]], Value]] = {
    FieldType.TEXT: _text,
    FieldType.LONG_TEXT: _text,
    FieldType.DATE: _date,
    FieldType.CHOICES: _joined,
    FieldType.CLASS: _joined,
    FieldType.TAGS: _joined_tags,
    FieldType.LINKS: _joined,
    FieldType.FILES: _joined_files,
    FieldType.PEOPLE: _people,
    FieldType.ROWS: _rows,
}

"""What can be done to many records at once: each turns the values of one record into new ones.

The classes are plain descriptions of what a person chose; :func:`changed` applies one to a record's
values. Nothing here reads or writes a library.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from stdesk.domain.fields import Field, FieldType, Value, Values
from stdesk.domain.kinds import Kind
from stdesk.domain.records import State
from stdesk.domain.values import canonical
from stdesk.text import clean

_TEXTS = (FieldType.TEXT, FieldType.LONG_TEXT)
_LISTS = (FieldType.TAGS, FieldType.PEOPLE, FieldType.ROWS)
_CODED_CELLS = frozenset({"role"})  # a text cell that holds a code of the field's list
_NO_MARK_AFTER = "(?![\u0300-\u036f])"  # a letter and its accent are never taken apart


@dataclass(frozen=True, slots=True)
class SetField:
    """Give ``field`` the value ``value``; ``None`` clears it."""

    field: str
    value: Value


@dataclass(frozen=True, slots=True)
class SetFields:
    """Give several fields their values at once, such as the four of a deposit."""

    values: Mapping[str, Value]


@dataclass(frozen=True, slots=True)
class ReplaceText:
    """Put ``replacement`` where ``find`` stands in ``fields``; accents count.

    Attributes:
        match_case: "PC09" is not "pc09".
        whole_words: "an" is not found in "toàn".
    """

    fields: tuple[str, ...]
    find: str
    replacement: str
    match_case: bool = False
    whole_words: bool = False


@dataclass(frozen=True, slots=True)
class AddTags:
    """Add words to a field of tags, behind those that are there."""

    field: str
    tags: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class RemoveTags:
    """Take words out of a field of tags, whatever their case."""

    field: str
    tags: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SetState:
    """Make records drafts or complete."""

    state: State


Change = SetField | SetFields | ReplaceText | AddTags | RemoveTags | SetState


def fields_of(change: Change) -> tuple[str, ...]:
    """The fields that ``change`` may touch."""
    if isinstance(change, SetFields):
        return tuple(change.values)
    if isinstance(change, ReplaceText):
        return change.fields
    return () if isinstance(change, SetState) else (change.field,)


def replaceable(kind: Kind) -> tuple[Field, ...]:
    """The fields in which text can be replaced."""
    return tuple(field for field in kind.shown if field.type in _TEXTS or _has_text(field))


def _has_text(field: Field) -> bool:
    return field.type in _LISTS and (field.type is FieldType.TAGS or bool(_text_cells(field)))


def _text_cells(field: Field) -> list[Field]:
    return [cell for cell in field.item_columns if cell.type in _TEXTS and cell.name not in _CODED_CELLS]


def changed(kind: Kind, values: Values, change: Change) -> dict[str, Value]:
    """The fields of ``values`` that ``change`` makes different, with their new canonical values.

    Raises:
        UserError: ``bad_value`` when a new value cannot be one of its field, such as a text that
            has become too long.
    """
    new: dict[str, Value] = {}
    for name in fields_of(change):
        field = kind.field(name)
        value = canonical(field, _new_value(field, values.get(name), change))
        if value != values.get(name):
            new[name] = value
    return new


def _new_value(field: Field, value: Value, change: Change) -> Value:
    if isinstance(change, SetField):
        return change.value
    if isinstance(change, SetFields):
        return change.values[field.name]
    if value is None and not isinstance(change, AddTags):
        return None
    if isinstance(change, ReplaceText):
        return _replaced(field, value, change)
    if isinstance(change, AddTags):
        return _joined(value or (), change.tags)
    if isinstance(change, RemoveTags):
        gone = {_tag_key(tag) for tag in change.tags}
        return tuple(tag for tag in value if _tag_key(tag) not in gone)
    return value


def _joined(tags: Iterable[str], more: Iterable[str]) -> tuple[str, ...]:
    found = {_tag_key(tag): tag for tag in tags}
    for tag in more:
        found.setdefault(_tag_key(tag), tag)
    return tuple(found.values())


def _tag_key(tag: str) -> str:
    return clean(tag).casefold()


def _replaced(field: Field, value: Value, change: ReplaceText) -> Value:
    if field.type in _TEXTS:
        return replaced(value, change)
    if field.type is FieldType.TAGS:
        return tuple(replaced(tag, change) for tag in value)
    cells = [cell.name for cell in _text_cells(field)]
    return tuple(_replaced_item(item, cells, change) for item in value)


def _replaced_item(item: Mapping[str, Any], cells: list[str], change: ReplaceText) -> dict[str, Any]:
    return {
        name: replaced(cell, change) if name in cells and isinstance(cell, str) else cell
        for name, cell in item.items()
    }


def replaced(text: str, change: ReplaceText) -> str:
    """``text`` with every place where ``change.find`` stands replaced; nothing in it is a pattern."""
    pattern = _pattern(literal(change.find), change.match_case, change.whole_words)
    if pattern is None:
        return text
    replacement = literal(change.replacement)
    return pattern.sub(lambda _match: replacement, text)


def literal(typed: str) -> str:
    """What a person typed to find: NFC, no invisible characters, its blanks as typed."""
    parts = re.split(r"(\s+)", typed)
    return "".join(part if part.isspace() else clean(part) for part in parts if part)


@lru_cache(maxsize=8)
def _pattern(find: str, match_case: bool, whole_words: bool) -> re.Pattern[str] | None:
    if not find:
        return None
    inner = re.escape(find) + _NO_MARK_AFTER
    if whole_words:
        inner = rf"(?<!\w){inner}(?!\w)"
    return re.compile(inner, 0 if match_case else re.IGNORECASE)

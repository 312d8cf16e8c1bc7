"""Records to rows and back; the words they are found by and the keys that order them."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from stdesk import text
from stdesk.domain import codes
from stdesk.domain.fields import WITH_ITEMS, Field, FieldType, Value, Values
from stdesk.domain.kinds import Kind
from stdesk.domain.records import Record, State
from stdesk.domain.secrecy import STUB_FIELDS
from stdesk.domain.values import order_key, search_text
from stdesk.store.faults import DamageError
from stdesk.store.tables import HEAD, has_sort_key, quoted, sort_column

_CODED = frozenset({FieldType.CHOICE, FieldType.CHOICES})
_PLAIN = (FieldType.TEXT, FieldType.LONG_TEXT)
_JOINED_NUMBER = re.compile(r"\w+(?:[-./]\w+)+")
_EMPTY, _TWO_EMPTY = ("",), ("", "")
_dump = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


@dataclass(frozen=True)
class Codec:
    """How records of one kind are written and read.

    Attributes:
        insert: the INSERT, with the values of :meth:`row`.
        read_columns: the columns of a SELECT, in the order of :meth:`record`, quoted.
    """

    kind: Kind
    insert: str
    read_columns: str
    _fields: tuple[tuple[Field, bool], ...]
    _composite: tuple[bool, ...]
    _searched: tuple[Field, ...]  # all but the title

    def row(self, pk: int, record: Record) -> tuple[Any, ...]:
        """``record`` as the values of :attr:`insert`; "" for an empty field.

        The driver takes 50 times as long to bind ``None`` as a text, and most fields are empty.
        """
        head = (
            pk, record.number, record.version, record.state.value, record.secrecy,
            record.created_at, record.created_by, record.changed_at, record.changed_by,
        )  # fmt: skip
        cells: list[Any] = []
        get = record.values.get
        for field, keyed in self._fields:
            value = get(field.name)
            if value is None:
                cells += _TWO_EMPTY if keyed else _EMPTY
                continue
            cells.append(_dump(value) if value.__class__ is tuple else value)
            if keyed:
                cells.append(sort_text(field, value))
        return (*head, *cells)

    def cells(self, names: Iterable[str], values: Values) -> dict[str, Any]:
        """The columns to set when the fields ``names`` now hold ``values``."""
        columns: dict[str, Any] = {}
        for name in names:
            field, value = self.kind.field(name), values.get(name)
            columns[name] = _dump(value) if value.__class__ is tuple else value
            if has_sort_key(field):
                columns[sort_column(field)] = sort_text(field, value)
        return columns

    def record(self, row: Sequence[Any]) -> Record:
        """The record of a row of ``id`` and :attr:`read_columns`."""
        values: dict[str, Value] = {}
        for (field, _), composite, cell in zip(self._fields, self._composite, row[9:], strict=True):
            if cell is not None:
                values[field.name] = load_cell(cell) if composite else cell
        head = row[1:9]
        try:
            state = State(head[2])
        except ValueError as error:
            raise DamageError("state") from error
        return Record(row[0], self.kind.name, head[0], head[1], state, head[3], values, *head[4:])

    def found_by(self, number: int, values: Values) -> tuple[str, str, str, str]:
        """What the search index holds of a record: title and the rest, folded and as written."""
        title = str(values.get(self.kind.title) or "")
        rest = [str(number)]
        for field in self._searched:
            value = values.get(field.name)
            if value is not None:
                rest.append(value if field.type in _PLAIN else words_of(field, value))
        other = "\n".join(rest)
        whole = "\n".join([other, *joined_numbers(title), *joined_numbers(other)])
        folded = text.fold(title), text.fold(whole)
        return *folded, accented(folded[0], title.casefold()), accented(folded[1], other.casefold())


_codecs: dict[int, Codec] = {}  # by identity: a kind holds mappings and cannot be hashed


def codec(kind: Kind) -> Codec:
    """The codec of ``kind``."""
    if id(kind) not in _codecs:
        _codecs[id(kind)] = _make(kind)  # which keeps the kind, so its identity stays its own
    return _codecs[id(kind)]


def _make(kind: Kind) -> Codec:
    fields = tuple((field, has_sort_key(field)) for field in kind.fields)
    columns = [quoted(name) for name in HEAD]
    marks = ["?"] * len(HEAD)
    for field, keyed in fields:
        names = [field.name, sort_column(field)] if keyed else [field.name]
        columns += [quoted(name) for name in names]
        marks += ["nullif(?, '')"] * len(names)
    insert = f"INSERT INTO {quoted(kind.name)} ({', '.join(columns)}) VALUES ({', '.join(marks)})"
    read = ", ".join(f"k.{quoted(name)}" for name in (*HEAD[1:], *(field.name for field in kind.fields)))
    searched = tuple(field for field in kind.fields if field.searchable and field.name != kind.title)
    return Codec(kind, insert, read, fields, tuple(field.is_composite for field in kind.fields), searched)


def load_cell(cell: str) -> Value:
    """A composite value from its JSON text. Raises :class:`DamageError`."""
    try:
        return tuple(json.loads(cell))
    except (ValueError, TypeError, RecursionError) as error:
        raise DamageError("JSON") from error


def sort_text(field: Field, value: Value) -> str | None:
    """The key that orders ``value`` by plain comparison of bytes; ``None`` for nothing.

    The label of a code is taken in Vietnamese whatever language is spoken, since it is kept.
    """
    if value is None:
        return None
    if field.type is FieldType.CHOICE:
        return text.sort_key(_label(field.codes, value))
    # SQLite reads a text only to its first NUL in places; \x01 ends a part of a key just as well.
    return str(order_key(field, value)).replace("\0", "\x01")


def words_of(field: Field, value: Value) -> str:
    """The words by which ``value`` is found; labels of codes in both languages."""
    if field.type in _CODED:
        chosen = value if isinstance(value, tuple) else (value,)
        return " ".join(f"{_label(field.codes, one)} {_label_en(field.codes, one)}" for one in chosen)
    if field.type is FieldType.TAGS:
        return ", ".join(value)
    if field.type in WITH_ITEMS and field.type is not FieldType.PEOPLE:
        return "; ".join(_item_words(field, item) for item in value)
    return search_text(field, value)


def _item_words(field: Field, item: Mapping[str, Any]) -> str:
    cells = ((column, item.get(column.name)) for column in field.item_columns)
    return ", ".join(words_of(column, cell) for column, cell in cells if cell is not None)


@cache
def _label(codes_name: str, code: str) -> str:
    entry = codes.code_list(codes_name).get(code)
    return entry.text.vi if entry else code


@cache
def _label_en(codes_name: str, code: str) -> str:
    entry = codes.code_list(codes_name).get(code)
    return entry.text.en if entry and entry.text.en != entry.text.vi else ""


def joined_numbers(written: str) -> list[str]:
    """Numbers and codes without their separators: 1859-4794 is found as 18594794 too."""
    candidates = (word for word in written.split() if "-" in word or "." in word or "/" in word)
    found = (one for word in candidates for one in _JOINED_NUMBER.findall(word))
    return [re.sub(r"[-./]", "", one) for one in found if any(c.isdigit() for c in one)]


def accented(folded: str, written: str) -> str:
    """The words of ``written`` that folding changes, each once: all that the exact index need hold."""
    plain = {*folded.split()}
    return " ".join(dict.fromkeys(word for word in written.split() if word not in plain))


# -- images: what the history keeps of a record before and after an act


@dataclass(frozen=True, slots=True)
class Image:
    """A record's state, secrecy and values, or only those of them that an act changed.

    Attributes:
        values: field -> value; ``None`` = empty.
        state, secrecy: ``None`` = not changed.
    """

    values: Mapping[str, Value]
    state: State | None = None
    secrecy: str | None = None

    def dumps(self) -> str:
        """As JSON text."""
        image: dict[str, Any] = {"values": self.values}
        if self.state is not None:
            image["state"] = self.state.value
        if self.secrecy is not None:
            image["secrecy"] = self.secrecy
        return _dump(image)

    def without_content(self) -> Image:
        """The same with only what a stub may hold."""
        kept = {name: value for name, value in self.values.items() if name in STUB_FIELDS}
        return Image(kept, self.state, self.secrecy)


def load_image(written: str) -> Image:
    """An image from its JSON text. Raises :class:`DamageError`."""
    try:
        image = json.loads(written)
        values = {name: tuple(v) if isinstance(v, list) else v for name, v in image["values"].items()}
        state = image.get("state")
        return Image(values, State(state) if state else None, image.get("secrecy"))
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
        raise DamageError("JSON") from error

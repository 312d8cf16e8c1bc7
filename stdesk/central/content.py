"""A record of a package made ready for the database, after a look at the shape of what it holds.

A package is signed, not therefore harmless: a program that is broken, or a key in other hands, can sign
anything. What is merged is read by rules, figures and reports, so every value must be of its field's type.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import lru_cache
from typing import Any, NamedTuple, TypeAlias

from stdesk.central.events import plain
from stdesk.domain.dates import is_partial_date
from stdesk.domain.doubles import people_of, title_key
from stdesk.domain.fields import Field, FieldType
from stdesk.domain.kinds import Kind, Kinds
from stdesk.domain.records import Record, State
from stdesk.domain.secrecy import LEVELS, ORDINARY, is_above
from stdesk.errors import UserError
from stdesk.package import layout, strict
from stdesk.package.reader import OpenPackage

_MOST = 2**53  # what JSON readers everywhere keep exactly
_MOST_NUMBER = 999_999_999  # of a record: what an answer can name
_MOST_KEY = 400  # characters of the folded title that are kept for comparing: an index takes no more
Line: TypeAlias = tuple[Mapping[str, Any], str]
"""A record as it stood in its table: what it says, and the text."""


def _finite(text: str) -> float:
    number = float(text)
    if not math.isfinite(number):
        raise UserError("central_record", kind="?", number="?", record="?", field="?", value=text[:60])
    return number


_DECODED = json.JSONDecoder(parse_float=_finite).decode
_ENCODED = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode
_NUL = "\\u0000"
# The character, which PostgreSQL holds not; somebody may have written those six signs.
_HOLDS_NUL = re.compile(r"(?<!\\)(?:\\\\)*\\u0000")


class Row(NamedTuple):
    """A record as the staging table takes it; the order is its columns'."""

    id: str
    kind: str
    number: int
    secrecy: str
    title: str
    title_key: str
    people: str
    year: int | None
    line: str


COLUMNS = Row._fields
Shape: TypeAlias = Callable[[Any], bool]


def rows(kinds: Kinds, kind: str, lines: Iterable[Line], ceiling: str) -> Iterator[Row]:
    """Records of one kind as rows; a kind of a later program is kept without a look into it.

    Raises:
        UserError: ``central_record`` naming record and field; ``central_record_secret``.
    """
    known = _known(kinds, kind)
    begins = (*known.begins, *known.ends) if known else ()
    checks = _checks(known)
    for line, raw in lines:
        _check(known, line, checks, ceiling)
        if _NUL in raw and _HOLDS_NUL.search(raw):
            held = (name for name, one in line.items() if _HOLDS_NUL.search(_ENCODED(one)))
            raise _wrong(known, line, next(held, ""))
        title = str(line.get(known.title) or "") if known else ""
        year = None
        for name in begins:
            if line.get(name):
                year = int(line[name][:4])
                break
        yield Row(
            line["id"], kind, line.get("number", 0), line.get("secrecy", ORDINARY), title,
            title_key(title)[:_MOST_KEY],
            "|".join(sorted(people_of(known, line)))[:_MOST_KEY] if known else "",
            year, raw,
        )  # fmt: skip


def read(opened: OpenPackage, kind: str) -> Iterator[Line]:
    """The lines of a table that was verified, each with its text as it is kept.

    The bytes are those that were verified: the reader compares them with the manifest. So they are not
    looked at once more for what only a stranger's bytes may hold.
    """
    if len(opened.fingerprints) > 1:  # of several bags: the reader knows how their tables go together
        for line in opened.records(kind):
            try:
                yield line, _ENCODED(line)
            except ValueError as error:  # a number beyond all numbers
                raise _wrong(None, line, "") from error
        return
    path = f"{layout.RECORDS}{kind}.jsonl"
    try:
        for raw in strict.lines(opened.file(path)):
            text = raw.decode()
            yield _DECODED(text), text
    except ValueError as error:
        raise UserError("package_read_differs", file=path) from error


def shaped(
    kinds: Kinds, kind: str, lines: Iterable[Mapping[str, Any]], ceiling: str
) -> Iterator[Mapping[str, Any]]:
    """``lines`` as they are, after a look at each. Raises what :func:`rows` raises."""
    known = _known(kinds, kind)
    checks = _checks(known)
    for line in lines:
        _check(known, line, checks, ceiling)
        yield line


def to_record(kind: Kind, line: Mapping[str, Any]) -> Record:
    """The record in a line of a package, or of the database."""
    values = {
        name: tuple(value) if isinstance(value, list) else value
        for name, value in line.items()
        if name in kind.by_name
    }
    return Record(
        id=line["id"],
        kind=kind.name,
        number=line.get("number", 0),
        version=line.get("version", 1),
        state=State(line.get("state", State.COMPLETE)),
        secrecy=line.get("secrecy", ORDINARY),
        values=values,
        created_at=line.get("created_at", ""),
        changed_at=line.get("changed_at", ""),
    )


def withdrawn(lines: Iterable[Mapping[str, Any]]) -> dict[str, str]:
    """Record id -> the unit's reason, of a table of withdrawn records. Raises ``central_record``."""
    found: dict[str, str] = {}
    for line in lines:
        if not _SYSTEM["id"](line.get("id")):
            raise _wrong(None, line, "id")
        found[line["id"]] = plain(str(line.get("reason") or ""))
    return found


def _known(kinds: Kinds, name: str) -> Kind | None:
    return kinds[name] if name in kinds else None  # noqa: SIM401 - it is no mapping


def _check(known: Kind | None, line: Mapping[str, Any], checks: _Checks, ceiling: str) -> None:
    plain, others = checks.plain, checks.others
    for name, value in line.items():
        wanted = plain.get(name)
        if wanted is not None:
            if type(value) is not wanted:
                raise _wrong(known, line, name)
        elif name in others and not others[name](value):
            raise _wrong(known, line, name)
    if line.get("secrecy", ORDINARY) != ORDINARY and is_above(line["secrecy"], ceiling):
        raise UserError("central_record_secret", kind=_label(known), number=_shown(line.get("number")))


def _wrong(known: Kind | None, line: Mapping[str, Any], name: str) -> UserError:
    field = known.by_name[name].label.vi if known and name in known.by_name else name
    number, record, value = (_shown(one) for one in (line.get("number"), line.get("id"), line.get(name)))
    return UserError(
        "central_record", kind=_label(known), number=number, record=record, field=field, value=value
    )


def _label(known: Kind | None) -> str:
    return known.label.vi.lower() if known else "?"  # the sentence goes to the unit: always Vietnamese


def _shown(value: Any) -> str:
    return str(value)[:60].replace("\0", "") if isinstance(value, str | int | float) else "?"


# -- shapes of values


def _is_text(value: Any) -> bool:
    return isinstance(value, str)


def _is_whole(value: Any) -> bool:
    return type(value) is int and 0 <= value <= _MOST


def _is_number(value: Any) -> bool:
    return type(value) in (int, float) and math.isfinite(value) and 0 <= value <= _MOST


@lru_cache(maxsize=8192)
def _is_date_text(value: str) -> bool:
    return is_partial_date(value)


def _is_date(value: Any) -> bool:
    return isinstance(value, str) and _is_date_text(value)


def _is_texts(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(one, str) for one in value)


def _items_of(field: Field) -> Shape:
    cells = {column.name: _SHAPES.get(column.type, _is_text) for column in field.item_columns}

    def check(value: Any) -> bool:
        if type(value) is not list:
            return False
        for one in value:
            if type(one) is not dict:
                return False
            for name, cell in one.items():
                if name in cells and not cells[name](cell):
                    return False
        return True

    return check


_SHAPES: Mapping[FieldType, Shape] = {
    FieldType.TEXT: _is_text,
    FieldType.LONG_TEXT: _is_text,
    FieldType.CHOICE: _is_text,
    FieldType.INTEGER: _is_whole,
    FieldType.MONEY: _is_whole,
    FieldType.NUMBER: _is_number,
    FieldType.DATE: _is_date,
    FieldType.CHOICES: _is_texts,
    FieldType.CLASS: _is_texts,
    FieldType.TAGS: _is_texts,
    FieldType.LINKS: _is_texts,
}
_SYSTEM: Mapping[str, Shape] = {
    "id": lambda value: isinstance(value, str) and 0 < len(value) <= 64 and value.isprintable(),
    "number": lambda value: type(value) is int and 0 <= value <= _MOST_NUMBER,
    "version": _is_whole,
    "state": lambda value: value in (State.COMPLETE, State.DRAFT),
    "secrecy": lambda value: value in LEVELS,
    "created_at": _is_text,
    "changed_at": _is_text,
}


class _Checks(NamedTuple):
    """What values must be, by the field's name: of exactly that type; or whatever the shape says."""

    plain: Mapping[str, type]
    others: Mapping[str, Shape]


def _checks(kind: Kind | None) -> _Checks:
    shapes = (
        {field.name: _SHAPES.get(field.type) or _items_of(field) for field in kind.fields} if kind else {}
    )
    shapes |= _SYSTEM
    texts = [name for name, shape in shapes.items() if shape is _is_text]
    return _Checks(
        dict.fromkeys(texts, str), {name: one for name, one in shapes.items() if one is not _is_text}
    )


def once(found: Iterable[Row]) -> Iterator[Row]:
    """``found``; raises ``central_record_twice`` for an id that two kinds share."""
    seen: set[str] = set()
    for row in found:
        if row.id in seen:
            raise UserError("central_record_twice", record=row.id, kind=row.kind, number=str(row.number))
        seen.add(row.id)
        yield row


def newest(packages: Iterable[tuple[Iterable[Row], Iterable[str]]]) -> list[Row]:
    """Rows of a full package and its deltas, laid over each other: ``(rows, ids withdrawn)`` of each, oldest first."""
    kept: dict[str, Row] = {}
    for brought, gone in packages:
        for record in gone:
            kept.pop(record, None)
        kept.update((row.id, row) for row in brought)
    return list(kept.values())

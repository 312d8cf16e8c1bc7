"""What is proposed while a person types: texts and people the library holds already.

Building reads the library and belongs off the GUI thread (:meth:`Suggestions.build`); answering
looks into memory only and takes a few milliseconds at most, so it may be asked at every key.
"""

from __future__ import annotations

import json
from array import array
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from threading import Lock
from time import monotonic
from typing import Any

from stdesk.domain.codes import code_list
from stdesk.domain.fields import PERSON_COLUMNS, Field, FieldType, Value
from stdesk.domain.kinds import Kind
from stdesk.domain.records import Changes, Record, State
from stdesk.progress import Progress
from stdesk.store.library import Library
from stdesk.text import fold

__all__ = ["PEOPLE", "Suggestions"]

PEOPLE = "people"
"""Pool of the cells of people: ``people.unit``, ``people.post``."""

_MOST = 20_000  # values kept of a field
_WORTH = 4  # characters from which a text is quicker to choose than to type
_PATIENCE = 20.0  # a library that took t seconds to read is read again after this many t at the earliest
_FEW = 50  # records changed by an act that are looked at one by one
_PROPOSED_TYPES = (FieldType.TEXT, FieldType.TAGS, FieldType.PEOPLE, FieldType.ROWS)
_CODED = (FieldType.CHOICE, FieldType.CHOICES, FieldType.CLASS)
_BODIES = frozenset({"department", "host", "organiser", "partners", f"{PEOPLE}.unit", "unit"})
_CELLS = tuple(column.name for column in PERSON_COLUMNS if column.name not in ("role",))

_MARKS = str.maketrans(dict.fromkeys("()[]{}-–—/.,:;\"“”'’«»", " "))

_Key = tuple[str, str]  # kind, field or field.cell
_Person = tuple[str, ...]  # the cells of _CELLS, "" for empty


def key_of(text: str) -> str:
    """``text`` as it is compared: folded, words apart by one blank, whatever stood between them."""
    return " ".join(fold(text).translate(_MARKS).split())


class Pool:
    """The values of one field, best first, as one long folded text that is searched at C's speed."""

    __slots__ = ("_blob", "_starts", "texts")

    def __init__(self, texts: Iterable[str]) -> None:
        self.texts = list(texts)
        folded = [key_of(text) for text in self.texts]
        self._starts = array("L")
        at = 0
        for one in folded:
            self._starts.append(at)
            at += len(one) + 1
        self._blob = "\n" + "\n".join(folded) + "\n"

    def beginning(self, needle: str) -> Iterator[int]:
        """Places of the values that begin with the folded ``needle``."""
        return self._having("\n" + needle)

    def inside(self, needle: str) -> Iterator[int]:
        """Places of those with a word that begins with it, or with all its words."""
        first, *others = needle.split()
        yield from self._having(" " + needle)
        if not others:
            return
        for place in self._words(first):
            key = self._key(place)
            if all(f" {word}" in key for word in others):
                yield place

    def _words(self, word: str) -> Iterator[int]:
        yield from self._having("\n" + word)
        yield from self._having(" " + word)

    def _key(self, place: int) -> str:
        start = self._starts[place]
        return " " + self._blob[start + 1 : self._blob.index("\n", start + 1)]

    def _having(self, needle: str) -> Iterator[int]:
        at = self._blob.find(needle)
        while at >= 0:
            yield bisect_right(self._starts, at) - 1
            at = self._blob.find(needle, self._blob.find("\n", at + 1))


@dataclass(slots=True)
class _KindHeld:
    """What is known of one kind."""

    texts: dict[str, Pool]
    codes: dict[str, tuple[str, ...]]  # latest first
    people: dict[str, tuple[str, int, _Person]]  # folded name with accents kept -> date, how often, cells


class Suggestions:
    """Proposals from what the library holds."""

    def __init__(self, library: Library) -> None:
        self._library = library
        self._building = Lock()
        self._held: dict[str, _KindHeld] = {}
        self._stale = {kind.name for kind in library.kinds}
        self._changed: set[str] = set()
        self._fresh: dict[_Key, list[str]] = {}  # of records saved since the kind was read
        self._fresh_people: dict[str, _Person] = {}
        self._took = 0.0
        self._read_at = 0.0
        self._names: tuple[Pool, list[_Person]] = (Pool(()), [])
        self._bodies = Pool(())

    # -- keeping up with the library ---------------------------------------------------------

    @property
    def stale(self) -> bool:
        """Whether :meth:`build` has something to do."""
        due = bool(self._stale) and monotonic() - self._read_at >= self._took * _PATIENCE
        return due or bool(self._changed)

    def invalidate(self, changes: Changes) -> None:
        """An act has changed records: what it concerns is read again at the next :meth:`build`."""
        kinds = changes.kinds or {kind.name for kind in self._library.kinds}
        self._stale |= set(kinds)
        if len(changes.ids) <= _FEW:
            self._changed |= changes.ids

    def build(self, progress: Progress | None = None) -> bool:
        """Read what is out of date; for a worker thread. Returns whether anything was read.

        A large library is not read again after every save: until it is, the records just saved
        are taken in one by one.
        """
        with self._building:
            if not self.stale:
                return False
            if self._stale and monotonic() - self._read_at >= self._took * _PATIENCE:
                self._read_kinds(progress)
            else:
                self._read_changed()
            return True

    def _read_kinds(self, progress: Progress | None) -> None:
        begun = monotonic()
        kinds, self._stale, self._changed = self._stale, set(), set()
        for kind in self._library.kinds:
            if kind.name in kinds:
                try:
                    self._held[kind.name] = self._read(kind, progress)
                except BaseException:
                    self._stale |= kinds
                    raise
        self._fresh, self._fresh_people = {}, {}
        self._gather_people()
        self._bodies = self._read_bodies()
        self._read_at = monotonic()
        self._took = self._read_at - begun

    def _read_changed(self) -> None:
        ids, self._changed = self._changed, set()
        fresh: dict[_Key, list[str]] = {key: list(texts) for key, texts in self._fresh.items()}
        for one in ids:
            record = self._library.get(one)
            if record is None or record.state is State.TRASHED:
                continue
            for name, text in _texts_of(self._library.kinds[record.kind], record):
                texts = fresh.setdefault((record.kind, name), [])
                if text not in texts:
                    texts.insert(0, text)
            for person in _people_of(self._library.kinds[record.kind], record):
                self._fresh_people[_person_key(person[0])] = person
        self._fresh = fresh
        self._gather_people()

    def _read(self, kind: Kind, progress: Progress | None) -> _KindHeld:
        held = _KindHeld({}, {}, {})
        cells: dict[str, dict[str, int]] = {}
        for field in kind.fields:
            if progress is not None:
                progress.check()
            if field.internal or field.name == kind.title or field.name in kind.identity:
                continue
            if field.type in _CODED:
                used = self._library.used(kind.name, field.name, 500)
                ordered = sorted(used, key=lambda one: one.last, reverse=True)
                held.codes[field.name] = tuple(one.value for one in ordered)
            elif field.type in _PROPOSED_TYPES:
                self._read_field(kind, field, held, cells)
        for name, counted in cells.items():
            held.texts[name] = Pool(sorted(counted, key=lambda text: -counted[text])[:_MOST])
        return held

    def _read_field(
        self, kind: Kind, field: Field, held: _KindHeld, cells: dict[str, dict[str, int]]
    ) -> None:
        used = self._library.used(kind.name, field.name, _MOST)
        if field.type in (FieldType.TEXT, FieldType.TAGS):
            held.texts[field.name] = Pool(one.value for one in used if _worth(one.value))
            return
        for one in used:
            item = _item(one.value)
            if field.type is FieldType.PEOPLE:
                _take_person(held.people, item, one.date, one.n)
            names = ("unit", "post") if field.type is FieldType.PEOPLE else _text_cells(field)
            for cell in names:
                text = str(item.get(cell) or "")
                if _worth(text):
                    where = PEOPLE if field.type is FieldType.PEOPLE else field.name
                    counted = cells.setdefault(f"{where}.{cell}", {})
                    counted[text] = counted.get(text, 0) + one.n

    def _gather_people(self) -> None:
        merged: dict[str, tuple[str, int, _Person]] = {}
        for held in list(self._held.values()):
            for key, (date, n, person) in held.people.items():
                known = merged.get(key)
                merged[key] = (date, n, person) if known is None else _merged(known, (date, n, person))
        for key, person in self._fresh_people.items():
            date, n, before = merged.get(key, ("", 0, person))
            merged[key] = (date, n + 1, _filled(person, before))
        ordered = sorted(merged.values(), key=lambda one: (one[1], one[0]), reverse=True)[:_MOST]
        people = [person for _date, _n, person in ordered]
        self._names = (Pool(person[0] for person in people), people)

    # -- answering ---------------------------------------------------------------------------

    def texts(self, kind: str, field: str, typed: str, limit: int = 12) -> list[str]:
        """Texts for ``field`` that begin with ``typed``, then those with a word that does.

        Accents, đ and capitals are optional; the commoner comes first. Nothing typed asks for
        the commonest. For a field of a code list: its labels.

        Args:
            kind: name of the kind; what other kinds hold in the field of the same name follows.
            field: its name, ``products.name`` for a cell of a table, ``people.unit`` of a person.
        """
        described = self._field(kind, field)
        if described is not None and described.type in _CODED:
            return [str(code.text) for code in code_list(described.codes).search(typed)[:limit]]
        needle = key_of(typed)
        pools = self._pools(kind, field)
        found: dict[str, str] = {}
        passes = (
            [(pool, pool.beginning(needle)) for pool in pools]
            + [(pool, pool.inside(needle)) for pool in pools]
            if needle
            else [(pool, iter(range(min(limit, len(pool.texts))))) for pool in pools]
        )
        for pool, places in passes:
            for place in places:
                found.setdefault(pool.texts[place].casefold(), pool.texts[place])
                if len(found) >= limit:
                    return list(found.values())
        return list(found.values())

    def people(self, typed: str, limit: int = 12) -> list[Mapping[str, str]]:
        """People whose name has words that begin as ``typed``, as they were last known.

        An item holds what a field of people does, without the role.
        """
        pool, people = self._names
        needle = key_of(typed)
        if not needle:
            return []
        found: dict[int, None] = {}
        given = (at for at in pool.inside(needle) if " " not in needle and _given(pool.texts[at]) == needle)
        for place in chain(pool.beginning(needle), given, pool.inside(needle)):
            found[place] = None
            if len(found) >= limit:
                break
        return [_as_item(people[place]) for place in found]

    def known(self, name: str) -> Mapping[str, str] | None:
        """The person written exactly like ``name`` (capitals aside), as last known."""
        pool, people = self._names
        key = _person_key(name)
        for place in pool.beginning(key_of(name)):
            if _person_key(pool.texts[place]) == key:
                return _as_item(people[place])
        return None

    def codes(self, kind: str, field: str, limit: int = 6) -> list[str]:
        """The codes last used in a field, the latest first; for CLASS with their scheme."""
        held = self._held.get(kind)
        return list(held.codes.get(field, ())[:limit]) if held else []

    def _field(self, kind: str, name: str) -> Field | None:
        kinds = self._library.kinds
        return kinds[kind].by_name.get(name) if kind in kinds else None

    def _pools(self, kind: str, field: str) -> list[Pool]:
        """The pools for a field: its own, the same of other kinds, other names of bodies."""
        names = [field, *sorted(_BODIES - {field})] if field in _BODIES else [field]
        kinds = [kind, *(name for name in self._library.kinds.names if name != kind)]
        keys = [(one, name) for name in names for one in kinds]
        pools = [Pool(self._fresh[key]) for key in keys if key in self._fresh]
        pools += [
            self._held[one].texts[name]
            for one, name in keys
            if one in self._held and name in self._held[one].texts
        ]
        if field in _BODIES:
            pools.append(self._bodies)
        return pools

    def _read_bodies(self) -> Pool:
        """The unit itself, its departments as set, and the police of the provinces."""
        unit = [self._library.settings.get(name) for name in ("department", "unit_name", "superior_name")]
        listed = code_list("province_police").codes.values()
        return Pool([text for text in unit if text] + [entry.text.vi for entry in listed])


def _worth(text: str) -> bool:
    return len(text) >= _WORTH or (len(text) > 1 and any(letter.isalpha() for letter in text))


def _item(text: str) -> Mapping[str, Any]:
    try:
        item = json.loads(text)
    except ValueError:
        return {}
    return item if isinstance(item, dict) else {}


def _text_cells(field: Field) -> tuple[str, ...]:
    return tuple(column.name for column in field.columns if column.type is FieldType.TEXT)


def _texts_of(kind: Kind, record: Record) -> Iterator[tuple[str, str]]:
    """What a record holds of what is proposed: name of the pool, text."""
    for field in kind.of_type(*_PROPOSED_TYPES):
        value = record.get(field.name)
        if value is None or field.name == kind.title or field.internal or field.name in kind.identity:
            continue
        for name, text in _pieces(field, value):
            if _worth(text):
                yield name, text


def _pieces(field: Field, value: Value) -> Iterator[tuple[str, str]]:
    if field.type is FieldType.TEXT:
        yield field.name, value
    elif field.type is FieldType.TAGS:
        yield from ((field.name, text) for text in value)
    elif field.type is FieldType.PEOPLE:
        yield from (
            (f"{PEOPLE}.{cell}", one[cell]) for one in value for cell in ("unit", "post") if one.get(cell)
        )
    else:
        cells = _text_cells(field)
        yield from ((f"{field.name}.{cell}", one[cell]) for one in value for cell in cells if one.get(cell))


def _people_of(kind: Kind, record: Record) -> Iterator[_Person]:
    for field in kind.of_type(FieldType.PEOPLE):
        for item in record.get(field.name) or ():
            if item.get("name"):
                yield tuple(str(item.get(cell) or "") for cell in _CELLS)


def _take_person(
    people: dict[str, tuple[str, int, _Person]], item: Mapping[str, Any], date: str, n: int
) -> None:
    name = item.get("name")
    if not name:
        return
    found = (date, n, tuple(str(item.get(cell) or "") for cell in _CELLS))
    key = _person_key(str(name))
    known = people.get(key)
    people[key] = found if known is None else _merged(known, found)


def _merged(one: tuple[str, int, _Person], other: tuple[str, int, _Person]) -> tuple[str, int, _Person]:
    """Both of the same person: the later word counts, where it says something."""
    older, newer = sorted((one, other), key=lambda known: known[0])
    return newer[0], one[1] + other[1], _filled(newer[2], older[2])


def _filled(person: _Person, before: _Person) -> _Person:
    return tuple(now or then for now, then in zip(person, before, strict=True))


def _as_item(person: Sequence[str]) -> Mapping[str, str]:
    return {name: cell for name, cell in zip(_CELLS, person, strict=True) if cell}


def _person_key(name: str) -> str:
    return " ".join(name.casefold().split())


def _given(name: str) -> str:
    return fold(name).split()[-1] if name.strip() else ""

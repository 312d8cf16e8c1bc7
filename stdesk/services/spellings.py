"""People, journals and departments that are spelt differently from record to record.

Spellings belong together when they read the same without accents, case, blanks and punctuation;
of people also without rank and degree before the name. Abbreviations ("Tạp chí KHCN") and another
order of a name's words are not guessed. Where the accents of two spellings contradict each other
("Tú", "Tư"), they may well be two people: such a cluster is marked doubtful.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from stdesk.domain.fields import Field, FieldType, Value
from stdesk.domain.kinds import Kind
from stdesk.domain.people import split_people
from stdesk.domain.records import Changes
from stdesk.domain.titles import read_titles, word_key
from stdesk.progress import Progress
from stdesk.services.safeguard import Before, no_backup
from stdesk.store.library import Library, ListQuery
from stdesk.text import clean, fold, sort_key, words

_ALL = 1_000_000  # values of a field that are looked at
_CHUNK = 500  # records read at a time
_FROM_TITLES = ("rank", "academic_title", "degree", "gender", "post")
_LINES = (FieldType.TEXT, FieldType.TAGS)


@dataclass(frozen=True, slots=True)
class Cluster:
    """Spellings that may be of one thing.

    Attributes:
        spellings: each with the number of records that have it, the commonest first.
        proposed: the one to keep.
        doubtful: their accents contradict each other; they may be different people or things.
    """

    spellings: tuple[tuple[str, int], ...]
    proposed: str
    doubtful: bool = False

    @property
    def records(self) -> int:
        """Uses of all spellings together."""
        return sum(n for _, n in self.spellings)


class Spellings:
    """Finding different spellings and making them one."""

    def __init__(self, library: Library, before: Before = no_backup) -> None:
        self._library = library
        self._before = before

    def fields(self, kind: str) -> tuple[Field, ...]:
        """The fields of ``kind`` whose spellings can be compared: people, and texts that repeat."""
        about = self._library.kinds[kind]
        return tuple(field for field in about.shown if _is_named(about, field))

    def clusters(self, kind: str, field: str, progress: Progress | None = None) -> list[Cluster]:
        """What is spelt in more than one way in ``field``; plain cases first, then by size."""
        progress = progress or Progress()
        about = self._library.kinds[kind].field(field)
        counted = self._library.facet(kind, field, limit=_ALL)
        progress.start(len(counted))
        key = _person_key if about.type is FieldType.PEOPLE else _key
        groups: dict[str, list[tuple[str, int]]] = {}
        for text, n in counted:
            progress.step()
            if found := key(text):
                groups.setdefault(found, []).append((text, n))
        made = [_cluster(group, key is _person_key) for group in groups.values() if len(group) > 1]
        return sorted(made, key=lambda one: (one.doubtful, -one.records, sort_key(one.proposed)))

    def unify(self, kind: str, field: str, spellings: Sequence[str], into: str) -> Changes:
        """Write ``into`` wherever one of ``spellings`` stands in ``field``; one act."""
        return self.unify_many(kind, field, {into: spellings})

    def unify_many(
        self,
        kind: str,
        field: str,
        wanted: Mapping[str, Iterable[str]],
        progress: Progress | None = None,
    ) -> Changes:
        """Several at once, as one act: the spelling to keep -> those it replaces.

        A rank or degree that stood before a person's name goes into its own cell when that is empty.
        Stopped in the middle, nothing is changed.
        """
        progress = progress or Progress()
        about = self._library.kinds[kind].field(field)
        becomes = {old: clean(into) for into, old_ones in wanted.items() for old in old_ones}
        becomes = {old: new for old, new in becomes.items() if new and old != new}
        done = 0
        self._before("bulk", progress)
        with self._library.work("spellings_unified", field=str(about.label), n=0) as work:
            for record_id, version, value in self._holding(kind, field, tuple(becomes), progress):
                work.update(record_id, {field: _respelt(about, value, becomes)}, version=version)
                done += 1
            work.params["n"] = done
        return work.changes

    def _holding(
        self, kind: str, field: str, spellings: tuple[str, ...], progress: Progress
    ) -> Iterator[tuple[str, int, Value]]:
        """Id, version and value of every record that has one of ``spellings``."""
        if not spellings:
            return
        keys = self._library.ids(ListQuery(kind, filters={field: spellings}))
        progress.start(len(keys))
        for start in range(0, len(keys), _CHUNK):
            for row in self._library.rows(kind, keys[start : start + _CHUNK], [field]).values():
                progress.step()
                yield row.id, row.version, row.values.get(field)


def _is_named(kind: Kind, field: Field) -> bool:
    if field.type is FieldType.PEOPLE:
        return True
    return (
        field.type in _LINES and field.name != kind.title and (field.sortable or field.type is FieldType.TAGS)
    )


# -- what belongs together -------------------------------------------------------------------


def _key(text: str) -> str:
    return " ".join(words(text))


def _person_key(name: str) -> str:
    return _key(_bare(name))


def _bare(name: str) -> str:
    """A name without rank and degree; the whole when nothing else is left."""
    rest = read_titles(name.split())[1]
    return " ".join(rest) or name


def _cluster(group: list[tuple[str, int]], people: bool) -> Cluster:
    bare: Callable[[str], str] = _bare if people else str
    group = sorted(group, key=lambda one: (-one[1], sort_key(one[0])))
    # "Tú" and "Tu" may be two people, unless a spelling has no accents anywhere: a keyboard without them
    accented = {_accents(bare(text)) for text, _ in group if _has_accents(text)}
    best = max(group, key=lambda one: _goodness(one[0], one[1], people))
    return Cluster(tuple(group), bare(best[0]), doubtful=len(accented) > 1)


def _accents(text: str) -> tuple[str, ...]:
    """The words with their accents, but without case, punctuation or the place of the tone mark."""
    plain = "".join(mark if mark.isalnum() else " " for mark in clean(text))
    return tuple(word_key(word) for word in plain.split())


def _has_accents(text: str) -> bool:
    return fold(text) != text.lower()


def _goodness(text: str, n: int, people: bool) -> tuple[bool, bool, bool, int]:
    """What makes a spelling the one to keep: a plain name, accents, not shouted, then how often."""
    titled = people and _bare(text) != text
    return (not titled, _has_accents(text), text != text.upper() and text != text.lower(), n)


# -- making it one ---------------------------------------------------------------------------


def _respelt(field: Field, value: Value, becomes: Mapping[str, str]) -> Value:
    if field.type is FieldType.TEXT:
        return becomes.get(value, value)
    if field.type is FieldType.TAGS:
        return tuple(becomes.get(one, one) for one in value)
    return tuple(_renamed(item, becomes) for item in value)


def _renamed(item: Mapping[str, Any], becomes: Mapping[str, str]) -> dict[str, Any]:
    old = str(item.get("name", ""))
    if old not in becomes:
        return dict(item)
    return {**_titles_of(old, item), **item, "name": becomes[old]}


def _titles_of(name: str, item: Mapping[str, Any]) -> dict[str, Any]:
    """Rank, degree and the like that stood before ``name``."""
    if _bare(name) == name:
        return {}
    people = split_people(name).people
    if len(people) != 1:
        return {}
    read = {cell: getattr(people[0], cell) for cell in _FROM_TITLES}
    return {cell: code for cell, code in read.items() if code and not item.get(cell)}

"""The same work sent by two units: an article by authors of both, a task that two of them carry out.

Records are first sorted by keys (folded title, DOI, ISBN, person with the numbers of the title); only those
that share a key with a record of another unit are compared, by :class:`stdesk.domain.doubles.DoubleIndex`, the
same that judges doubles within a unit. Between units less is certain: the same title on the same day is
two training sessions when nobody taught in both, and a thesis is never the book made of it.
"""

from __future__ import annotations

import math
from array import array
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import groupby
from typing import Any, TypeAlias
from zlib import crc32

from stdesk.domain.doubles import LEAST_WORDS, NEAR, DoubleIndex, Match, title_key
from stdesk.domain.fields import Values
from stdesk.domain.identifiers import format_isbn, normalise_doi
from stdesk.domain.kinds import Kind, Kinds
from stdesk.progress import Progress
from stdesk.text import words

Handle: TypeAlias = tuple[str, str]
"""A record at the centre: the code of its unit and its id there."""

SAME_NUMBER = "same_number"
"""Why two records may be one although their titles differ: they bear one DOI, or one ISBN and a common person."""

_TELLING = ("document_type", "type", "container", "volume", "issue", "issn")
_THESES = frozenset({"masters_thesis", "doctoral_thesis", "bachelors_thesis"})
_FAMILIES: Mapping[str, str] = {
    **dict.fromkeys(("book", "monograph", "textbook", "handbook", "local_history"), "book"),
    **dict.fromkeys(("book_chapter", "journal_article", "newspaper_article", "conference_paper"), "article"),
    **{one: one for one in _THESES},
}
"""Sorts of documents that are never one work with a sort of another family, whatever their titles."""


@dataclass(frozen=True, slots=True)
class Row:
    """A record as it is compared.

    Attributes:
        unit: code of the unit that sent it; id: the record's own.
        number: the unit's running number. title: as written.
        values: what is compared of it (:func:`compared`).
        since: when the centre had it first, a UTC timestamp: the earlier of two is named first.
    """

    unit: str
    id: str
    kind: str
    number: int
    title: str
    values: Values
    since: str = ""

    @property
    def handle(self) -> Handle:
        """What it is called among all records."""
        return self.unit, self.id


@dataclass(frozen=True, slots=True)
class Double:
    """Two records of different units that may be one work; ``one`` came first.

    Attributes:
        certain: beyond honest doubt; a person still decides.
        why: as in :class:`stdesk.domain.doubles.Match`, or :data:`SAME_NUMBER`.
    """

    kind: str
    one: Row
    other: Row
    certain: bool
    why: str

    @property
    def pair(self) -> frozenset[Handle]:
        """The two, in no order."""
        return frozenset((self.one.handle, self.other.handle))


def compared(kind: Kind, values: Values) -> dict[str, Any]:
    """The part of ``values`` that tells doubles: title, people, dates, numbers, where it was published.

    A person's words are sorted, so that "Nguyễn Văn An" and "An Nguyễn Văn" are one.
    """
    wanted = (kind.title, *kind.begins, *kind.ends, *kind.identity, *_TELLING)
    kept = {name: values[name] for name in dict.fromkeys(wanted) if values.get(name)}
    people = values.get(kind.people) if kind.people else None
    named = [_in_any_order(str(one.get("name", ""))) for one in people or () if hasattr(one, "get")]
    if listed := tuple({"name": name} for name in named if name):
        kept[kind.people] = listed
    if doi := normalise_doi(str(kept.get("doi", ""))):
        kept["doi"] = doi
    if isbn := kept.get("isbn"):
        kept["isbn"] = format_isbn(str(isbn))
    return kept


@lru_cache(maxsize=50_000)
def _in_any_order(name: str) -> str:
    return " ".join(sorted(words(name)))


def keys_of(kind: Kind, values: Values) -> tuple[str, ...]:
    """What records with the ``values`` of :func:`compared` must share to be one: their title, a DOI or an ISBN."""
    title = title_key(str(values.get(kind.title) or ""))
    found = [f"{kind.name}\t{title}"] if title else []
    return (*found, *(f"{name}\t{values[name]}" for name in ("doi", "isbn") if values.get(name)))


def _near_keys(kind: Kind, values: Values) -> list[str]:
    """What records of nearly the same title share: a person, the numbers in the title, one of its first words.

    Titles nearly the same have four fifths of their words in common; in any fixed order of all words they
    therefore share one of the first few.
    """
    title = title_key(str(values.get(kind.title) or ""))
    said = title.split()
    if len(said) < LEAST_WORDS:
        return []
    numbers = ""
    if not title.replace(" ", "").isalpha():
        numbers = " ".join(word for word in said if any(map(str.isdigit, word)))
    ordered = sorted(set(said), key=lambda word: (-len(word), word))
    first = ordered[: len(ordered) - math.ceil(NEAR * len(ordered) - 1e-9) + 1]
    names = dict.fromkeys(str(one["name"]) for one in _items(kind, values))
    return [f"{kind.name}\t{name}\t{numbers}\t{word}" for name in names for word in first]


@lru_cache(maxsize=50_000)
def _bit(word: str) -> int:
    return 1 << (crc32(word.encode()) & 255)


def _sketch(kind: Kind, values: Values) -> int:
    """The words of the title as 256 bits, to see at once that two titles have little in common."""
    found = 0
    for word in title_key(str(values.get(kind.title) or "")).split():
        found |= _bit(word)
    return found


def _items(kind: Kind, values: Values) -> Sequence[Mapping[str, Any]]:
    people = values.get(kind.people) if kind.people else None
    return people if isinstance(people, tuple) else ()


def find_doubles(
    rows: Iterable[Row],
    kinds: Kinds,
    *,
    about: Collection[Handle] | None = None,
    apart: Collection[frozenset[Handle]] = frozenset(),
    progress: Progress | None = None,
) -> list[Double]:
    """Every pair of records of different units that may be one work, certain ones first, then by title.

    Args:
        rows: of any number of units; their values are those of :func:`compared`.
        about: only pairs one of which is among these.
        apart: pairs of which a person said that they are not one.
        progress: stops it; its steps are not counted.

    Raises:
        Cancelled: ``progress`` was asked to stop.
    """
    watched = progress or Progress()
    likely = _shared(list(watched.each(rows)), kinds, watched)
    index = DoubleIndex(kinds, watched.check)
    for handle, row in likely.items():
        watched.check()
        index.add(handle, row.kind, row.values)
    found: dict[frozenset[Handle], Double] = {}
    wanted = likely if about is None else [one for one in about if one in likely]
    for handle in wanted:
        watched.check()
        row = likely[handle]
        for match in index.find(row.kind, row.values, but=handle):
            _keep(found, _judged(kinds[row.kind], row, likely[_handle(match)], match), apart)
    for one in _of_one_number(likely.values(), kinds, None if about is None else frozenset(about)):
        _keep(found, one, apart)
    return sorted(found.values(), key=lambda one: (not one.certain, one.kind, title_key(one.one.title)))


def _handle(match: Match) -> Handle:
    """The handle as it was given to the index."""
    return match.handle  # type: ignore[return-value]


def _keep(
    found: dict[frozenset[Handle], Double], double: Double | None, apart: Collection[frozenset[Handle]]
) -> None:
    if double is None or double.pair in apart:
        return
    known = found.get(double.pair)
    if known is None or (double.certain and not known.certain):
        found[double.pair] = double


def _shared(rows: Sequence[Row], kinds: Kinds, progress: Progress) -> dict[Handle, Row]:
    """The records that may be one with a record of another unit, in their order."""
    likely: set[int] = set()
    for places in _groups(rows, kinds, keys_of, progress):
        if len({rows[place].unit for place in places}) > 1:
            likely.update(places)
    sketches = [_sketch(kinds[row.kind], row.values) if row.kind in kinds else 0 for row in rows]
    for places in _groups(rows, kinds, _near_keys, progress):
        for at, place in enumerate(places):
            mine, unit = sketches[place], rows[place].unit
            for other in places[at + 1 :]:
                theirs = sketches[other]
                alike = (mine & theirs).bit_count() >= _ALIKE * (mine | theirs).bit_count()
                if alike and rows[other].unit != unit:
                    likely |= {place, other}
    return {rows[place].handle: rows[place] for place in sorted(likely)}


def _groups(
    rows: Sequence[Row], kinds: Kinds, keys: Callable[[Kind, Values], Iterable[str]], progress: Progress
) -> Iterator[list[int]]:
    """Places of the records that share a key, two and more together.

    Keys are kept as numbers beside the place and sorted: a tenth of the room of a dictionary. Two keys that fall
    on one number cost a comparison and nothing else.
    """
    marks = array("Q")
    for place, row in enumerate(progress.each(rows)):
        if row.kind in kinds:
            marks.extend(
                (hash(key) & _KEY_BITS) << _PLACE | place for key in keys(kinds[row.kind], row.values)
            )
    for _, same in groupby(sorted(marks), key=lambda mark: mark >> _PLACE):
        progress.check()
        places = [mark & _PLACE_BITS for mark in same]
        if len(places) > 1:
            yield places


_ALIKE = 0.7  # of the bits of two titles; less than NEAR, since two words may have one bit
_PLACE = 24  # bits: more records than any centre has
_PLACE_BITS = (1 << _PLACE) - 1
_KEY_BITS = (1 << 64 - _PLACE) - 1


def _judged(kind: Kind, row: Row, other: Row, match: Match) -> Double | None:
    """What the match of two records means when they come from different units; ``None``: nothing."""
    if row.unit == other.unit or _of_other_sort(kind, row.values, other.values):
        return None
    certain = match.certain
    if certain and match.why != "identity" and not _common(kind, row, other):
        certain = False
    return _double(row, other, certain, match.why)


def _double(row: Row, other: Row, certain: bool, why: str) -> Double:
    one, two = sorted((row, other), key=lambda it: (it.since, it.unit, it.number, it.id))
    return Double(row.kind, one, two, certain, why)


def _common(kind: Kind, row: Row, other: Row) -> bool:
    mine, theirs = ({one["name"] for one in _items(kind, it.values)} for it in (row, other))
    return bool(mine & theirs)


def _of_other_sort(kind: Kind, mine: Values, theirs: Values) -> bool:
    if not kind.sorted_by:
        return False
    one, other = str(mine.get(kind.sorted_by) or ""), str(theirs.get(kind.sorted_by) or "")
    if not one or not other or one == other:
        return False
    if one in _THESES or other in _THESES:
        return True
    return one in _FAMILIES and other in _FAMILIES and _FAMILIES[one] != _FAMILIES[other]


def _of_one_number(rows: Iterable[Row], kinds: Kinds, about: frozenset[Handle] | None) -> Iterator[Double]:
    """Records under one DOI, or under one ISBN by one person, whatever their titles.

    The chapters of a book bear its ISBN, so that alone says nothing.
    """
    sorted_out: dict[tuple[str, str, str], list[Row]] = {}
    for row in rows:
        for name in ("doi", "isbn"):
            if number := row.values.get(name):
                sorted_out.setdefault((row.kind, name, str(number)), []).append(row)
    for (kind, name, _), same in sorted_out.items():
        for row, other in _pairs(same, about):
            if _of_other_sort(kinds[kind], row.values, other.values):
                continue
            if name == "doi" or (_is_book(row) and _common(kinds[kind], row, other)):
                yield _double(row, other, False, SAME_NUMBER)


def _is_book(row: Row) -> bool:
    return _FAMILIES.get(str(row.values.get("document_type"))) == "book"


_MOST_ALIKE = 50  # records under one number; more is a number that means nothing


def _pairs(rows: Sequence[Row], about: frozenset[Handle] | None) -> Iterator[tuple[Row, Row]]:
    if len(rows) > _MOST_ALIKE:
        return
    for place, row in enumerate(rows):
        for other in rows[place + 1 :]:
            wanted = about is None or row.handle in about or other.handle in about
            if wanted and row.unit != other.unit:
                yield row, other


def groups_of(pairs: Iterable[Iterable[Handle]]) -> list[tuple[Handle, ...]]:
    """Records joined by ``pairs`` into works: each once, sorted, so that the answer is always the same."""
    leader: dict[Handle, Handle] = {}

    def find(one: Handle) -> Handle:
        while leader.setdefault(one, one) != one:
            leader[one] = one = leader[leader[one]]
        return one

    for pair in pairs:
        first, *others = sorted(pair)
        for other in others:
            one, two = sorted((find(first), find(other)))
            leader[two] = one
    groups: dict[Handle, list[Handle]] = {}
    for one in sorted(leader):
        groups.setdefault(find(one), []).append(one)
    return [tuple(found) for found in groups.values() if len(found) > 1]

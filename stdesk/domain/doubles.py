"""The same work declared twice: by another department, in capitals, in two sheets, in two years.

Certain is only what leaves no honest doubt, since a match is merged without asking; everything
else is a hint. An article and the report it was drawn from have one title and the same authors
and are two works: a different type, place or number of publication speaks against a match.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from types import MappingProxyType

from stdesk.domain.fields import FieldType, Values
from stdesk.domain.kinds import Kind, Kinds
from stdesk.domain.kinds.common import DISTINCT_FROM
from stdesk.text import fold, words

_TELLING = ("document_type", "type", "container", "volume", "issue", "issn", "code")
_NOT_COMPARED = frozenset({"notes", "tags", "attachments", "related_tasks", DISTINCT_FROM})
NEAR = 0.8  # share of words in common from which two titles are nearly the same
LEAST_WORDS = 5  # shorter titles are not compared for being nearly the same
_ENOUGH_SAID = 3  # fields; a row that says less is no more than a part of many records
_MOST_NEAR = 200  # records that are compared for one person
_SMALL = 8  # works of one person; when they are a few times as many they are sorted by rare words
_GROWN = 3
_NONE: Mapping[str, int] = MappingProxyType({})
_DIGIT = re.compile("[0-9]")
LEAST_BEGUN = 3  # words of a title that is still being typed


@dataclass(frozen=True, slots=True)
class Match:
    """Another record that may be the same work.

    Attributes:
        handle: what the record was added under.
        certain: beyond honest doubt.
        why: ``same`` (nothing differs), ``title_people``, ``identity``, ``title_identity`` when
            certain; else ``title_other_people``, ``title_differs`` (something speaks against it),
            ``near_title``, and while typing ``begun_title``.
    """

    handle: Hashable
    certain: bool
    why: str


@dataclass(slots=True)
class _Entry:
    handle: Hashable
    values: Values
    title: str
    people: frozenset[str]
    said: frozenset[str]  # the words of the title
    numbers: tuple[str, ...]  # those with digits: they tell "đợt 1" from "đợt 2"


@dataclass(slots=True)
class _Shelf:
    """Works of one person whose titles carry the same numbers, found by the words of their titles.

    Two titles that have four fifths of their words in common share one of the few rarest of each,
    so a shelf with many works is sorted by those; every title is then compared with few others.
    """

    handles: dict[Hashable, int] = field(default_factory=dict)  # with their place: the newest last
    _by_word: dict[str, dict[Hashable, None]] | None = None  # only of a large one: most are small
    _common: Mapping[str, int] = field(default_factory=lambda: _NONE)  # word -> titles with it when sorted
    _sorted_at: int = _SMALL  # works there were when it was sorted last

    def add(self, handle: Hashable, entries: dict[Hashable, _Entry]) -> None:
        self.handles[handle] = len(self.handles)
        if len(self.handles) > _GROWN * self._sorted_at:  # rare words are others now
            self._sorted_at = len(self.handles)
            self._common = Counter(word for one in self.handles for word in entries[one].said)
            self._by_word = {}
            for one in self.handles:
                self._sort_in(one, entries[one].said, self._by_word)
        elif self._by_word:
            self._sort_in(handle, entries[handle].said, self._by_word)

    def like(self, said: frozenset[str]) -> list[Hashable]:
        """The newest works whose titles may be nearly ``said``; all that are, and some that are not."""
        if not self._by_word:
            return list(self.handles)
        found: dict[Hashable, None] = {}
        for word in self._rarest(said):
            found |= self._by_word.get(word, {})
        return sorted(found, key=self.handles.__getitem__)[-_MOST_NEAR:]

    def _sort_in(
        self, handle: Hashable, said: frozenset[str], by_word: dict[str, dict[Hashable, None]]
    ) -> None:
        for word in self._rarest(said):
            by_word.setdefault(word, {})[handle] = None

    def _rarest(self, said: frozenset[str]) -> list[str]:
        ordered = sorted(said, key=lambda word: (self._common.get(word, 0), word))
        return ordered[: len(said) - math.ceil(NEAR * len(said) - 1e-9) + 1]


def _entry(kind: Kind, handle: Hashable, values: Values) -> _Entry:
    title = title_key(str(values.get(kind.title) or ""))
    said = title.split()
    numbers: tuple[str, ...] = ()
    if title.isascii():  # nearly every title, folded
        if _DIGIT.search(title):
            numbers = tuple(word for word in said if _DIGIT.search(word))
    elif not title.replace(" ", "").isalpha():
        numbers = tuple(word for word in said if any(map(str.isdigit, word)))
    return _Entry(handle, values, title, people_of(kind, values), frozenset(said), numbers)


class DoubleIndex:
    """Records by title and people, for finding doubles among them.

    Handles are record ids where the index holds records: what a record says it is distinct from
    (:data:`stdesk.domain.kinds.common.DISTINCT_FROM`) is then never found as its double.

    Args:
        tick: called between two records when many are sorted at once; stops it by raising.
    """

    def __init__(self, kinds: Kinds, tick: Callable[[], None] = lambda: None) -> None:
        self._kinds = kinds
        self._tick = tick
        self._entries: dict[Hashable, _Entry] = {}
        self._by_title: dict[tuple[str, str], dict[Hashable, None]] = {}
        self._shelves: dict[tuple[str, str, tuple[str, ...]], _Shelf] = {}
        self._unshelved: list[tuple[str, Hashable]] = []  # until somebody asks for near titles

    def __len__(self) -> int:
        return len(self._entries)

    def add(self, handle: Hashable, kind: str, values: Values) -> None:
        """Make ``values`` findable under ``handle``; what stood there before is forgotten."""
        entry = _entry(self._kinds[kind], handle, values)
        self._entries[handle] = entry
        self._by_title.setdefault((kind, entry.title), {})[handle] = None
        if entry.people and entry.said:
            self._unshelved.append((kind, handle))

    def find(
        self, kind: str, values: Values, *, but: Hashable | None = None, near: bool = True
    ) -> list[Match]:
        """The records that may be the same work as ``values``, the surest and likest first.

        Args:
            but: a handle that is not meant: the record itself.
            near: also titles that are only nearly equal, which takes longer.
        """
        if not self._entries:
            return []
        about = self._kinds[kind]
        wanted = self._wanted(about, values, but)
        title = wanted.title
        same = self._by_title.get((kind, title), {})
        if not same and not near:
            return []
        found: list[tuple[int, Match]] = []
        for handle in same:
            entry = self._entries[handle]
            if handle != but and entry.title == title and (match := _same_title(about, wanted, entry)):
                found.append((_equal_fields(wanted.values, entry.values), match))
        if near and title.count(" ") + 1 >= LEAST_WORDS:  # its words stand one blank apart
            found += [(0, match) for match in self._near(about, wanted) if match.handle != but]
        if not found:
            return []
        found = [one for one in found if not self._told_apart(wanted, but, one[1].handle)]
        found.sort(key=lambda one: (not one[1].certain, one[1].why != "same", -one[0]))
        return [match for _, match in found]

    def begun(self, kind: str, values: Values, *, but: Hashable | None = None) -> list[Match]:
        """The records whose title begins with the three or more words of a title still being typed.

        Looks at every title it holds: for the few that a search has found.
        """
        wanted = self._wanted(self._kinds[kind], values, but)
        if len(wanted.title.split()) < LEAST_BEGUN:
            return []
        return [
            Match(handle, False, "begun_title")
            for handle, entry in self._entries.items()
            if handle != but
            and entry.title.startswith(wanted.title)
            and entry.title != wanted.title
            and _close(self._kinds[kind], wanted, entry)
            and not self._told_apart(wanted, but, handle)
        ]

    def _wanted(self, kind: Kind, values: Values, handle: Hashable | None) -> _Entry:
        known = self._entries.get(handle)
        return known if known is not None and known.values is values else _entry(kind, None, values)

    def _told_apart(self, wanted: _Entry, but: Hashable | None, handle: Hashable) -> bool:
        """Whether a person said of the two that they are no doubles."""
        of_other = _marks(self._entries[handle].values)
        return handle in _marks(wanted.values) or (but is not None and but in of_other)

    def _near(self, kind: Kind, wanted: _Entry) -> Iterable[Match]:
        """Titles that differ in a word or so, by the same people."""
        self._shelve()
        seen: set[Hashable] = set()
        for handle in self._on_shelves(kind, wanted):
            if handle == wanted.handle or handle in seen:
                continue
            entry = self._entries[handle]
            if entry.title == wanted.title or not wanted.people & entry.people:
                continue
            seen.add(handle)
            alike = len(wanted.said & entry.said) >= NEAR * len(wanted.said | entry.said)
            if alike and wanted.numbers == entry.numbers and _close(kind, wanted, entry):
                yield Match(handle, False, "near_title")

    def _on_shelves(self, kind: Kind, wanted: _Entry) -> Iterator[Hashable]:
        for person in wanted.people:
            shelf = self._shelves.get((kind.name, person, wanted.numbers))
            if shelf is not None:
                yield from shelf.like(wanted.said)

    def _shelve(self) -> None:
        if not self._unshelved:
            return
        for kind, handle in self._unshelved:
            self._tick()
            entry = self._entries[handle]
            for person in entry.people:
                place = (kind, person, entry.numbers)
                shelf = self._shelves.get(place)
                if shelf is None:
                    shelf = self._shelves[place] = _Shelf()
                shelf.add(handle, self._entries)
        self._unshelved.clear()


def _marks(values: Values) -> tuple[Hashable, ...]:
    marks = values.get(DISTINCT_FROM)
    return marks if isinstance(marks, tuple) else ()


@lru_cache(maxsize=4096)
def title_key(title: str) -> str:
    """What of a title must be equal: its words without accents and case."""
    return " ".join(words(title))


def people_of(kind: Kind, values: Values) -> frozenset[str]:
    """The names in the field of ``kind`` that holds who made it, folded."""
    items = values.get(kind.people) if kind.people else None
    return frozenset(name for item in items or () if (name := _folded(item.get("name", ""))))


@lru_cache(maxsize=20_000)
def _folded(name: str) -> str:
    return " ".join(fold(name).split())


def _same_title(kind: Kind, one: _Entry, other: _Entry) -> Match | None:
    if _nothing_differs(one.values, other.values):
        return Match(other.handle, True, "same")
    if not one.title:
        return None
    identity = [name for name in kind.identity if one.values.get(name) and other.values.get(name)]
    agree = [name for name in identity if _alike(kind, name, one.values, other.values)]
    if not kind.people or not kind.field(kind.people).required:  # lecturers do not tell courses apart
        if identity and len(agree) == len(identity) and len(identity) == len(kind.identity):
            return Match(other.handle, True, "title_identity")
        return None if len(agree) < len(identity) else Match(other.handle, False, "title_differs")
    if identity and len(agree) == len(identity):
        return Match(other.handle, True, "identity")
    if not _close(kind, one, other):
        return None
    together = one.people & other.people
    same_people = bool(together) and together in (one.people, other.people)
    against = len(agree) < len(identity) or _contradict(kind, one.values, other.values)
    if same_people and not against:
        return Match(other.handle, True, "title_people")
    return Match(other.handle, False, "title_differs" if same_people else "title_other_people")


def _nothing_differs(one: Values, other: Values) -> bool:
    """Whether ``one`` says nothing that ``other`` does not say too; a title alone is too little."""
    said = [name for name, value in one.items() if name not in _NOT_COMPARED and value is not None]
    if not said or not all(one[name] == other.get(name) for name in said):
        return False
    compared = (name for name, value in other.items() if value is not None and name not in _NOT_COMPARED)
    more = any(name not in one for name in compared)
    return len(said) >= _ENOUGH_SAID or not more


def _contradict(kind: Kind, one: Values, other: Values) -> bool:
    names = [name for name in _TELLING if name in kind.by_name]
    return any(one.get(n) and other.get(n) and not _alike(kind, n, one, other) for n in names)


def _alike(kind: Kind, name: str, one: Values, other: Values) -> bool:
    """Equal, or one a part of the other: "2026" and "2026-03", whatever the case."""
    mine, theirs = one.get(name), other.get(name)
    if kind.field(name).type is FieldType.DATE:
        return str(mine).startswith(str(theirs)) or str(theirs).startswith(str(mine))
    if isinstance(mine, str) and isinstance(theirs, str):
        return words(mine) == words(theirs)
    return bool(mine == theirs)


def _close(kind: Kind, one: _Entry, other: _Entry) -> bool:
    """Whether the years both state lie at most one apart; years that are not known never differ."""
    for name in (*kind.begins, *kind.ends):
        mine, theirs = one.values.get(name), other.values.get(name)
        if mine and theirs and abs(int(mine[:4]) - int(theirs[:4])) > 1:
            return False
    return True


def _equal_fields(one: Values, other: Values) -> int:
    return sum(value == other.get(name) for name, value in one.items())

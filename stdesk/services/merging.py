"""The same work entered twice: seen while typing, found in the library, merged, or told apart."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from stdesk.domain.doubles import DoubleIndex, Match
from stdesk.domain.fields import FieldType, Value, Values
from stdesk.domain.joining import differ, proposed
from stdesk.domain.kinds import Kind
from stdesk.domain.kinds.common import DISTINCT_FROM
from stdesk.domain.records import Changes, Record, State
from stdesk.domain.secrecy import ORDINARY, is_above
from stdesk.errors import Exit, UserError
from stdesk.i18n import tr
from stdesk.progress import Progress
from stdesk.services import summaries
from stdesk.services.safeguard import Before, no_backup
from stdesk.store.library import Library, Work
from stdesk.text import words

__all__ = ["Comparison", "Likely", "Line", "Merging", "Pair"]

_MOST_BEGUN = 12  # records; more begin alike with every usual opening, and say nothing
_GRAVITY = (
    "same", "identity", "title_people", "title_identity", "title_differs", "title_other_people",
    "near_title", "same_number", "begun_title",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Likely:
    """A record that may be the work being typed.

    Attributes:
        date: the partial date on which it begins. certain: beyond honest doubt.
        why: a code; ``double_<why>`` is its sentence.
    """

    id: str
    kind: str
    number: int
    title: str
    people: str
    date: str
    state: State
    certain: bool
    why: str


@dataclass(frozen=True, slots=True)
class Pair:
    """Two records that may be the same work; ``one`` is the one proposed to be kept."""

    kind: str
    one: Record
    other: Record
    certain: bool
    why: str


@dataclass(frozen=True, slots=True)
class Line:
    """One field of several records.

    Attributes:
        values: one a record. chosen: the one proposed. differs: two of them say different things.
    """

    field: str
    values: tuple[Value, ...]
    chosen: Value
    differs: bool


@dataclass(frozen=True, slots=True)
class Comparison:
    """Several records side by side, the one proposed to be kept first; fields empty in all are left out."""

    records: tuple[Record, ...]
    lines: tuple[Line, ...]


class Merging:
    """Doubles of an open library.

    What a person called no doubles is remembered in the records themselves (``distinct_from``); a
    kind without that field cannot remember it.
    """

    def __init__(self, library: Library, before: Before = no_backup) -> None:
        self._library = library
        self._before = before

    # -- finding -----------------------------------------------------------------------------

    def while_typing(self, kind: str, values: Values, *, record_id: str = "", limit: int = 5) -> list[Likely]:
        """The live records that may be the work being typed, the surest first; quick, in any library.

        Titles count without accents and case, across document types, from the third word on;
        years at most one apart; people and identifiers as far as they are known.

        Args:
            values: what is typed so far, as far as it is understood.
            record_id: the record in hand, which is not meant.
        """
        about = self._library.kinds[kind]
        title = str(values.get(about.title) or "")
        names = [str(one.get("name", "")) for one in _items(about, values)]
        found = self._library.likely(kind, title, names, _identifiers(about, values).values())
        index = DoubleIndex(self._library.kinds)
        if record_id:  # what it was told apart from is written in the record as saved
            values = self._with_marks(record_id, values)
        records = {one.id: one for one in found if one.id != record_id}
        for one in records.values():
            index.add(one.id, kind, one.values)
        but = record_id or None
        matches = {str(one.handle): one for one in self._weak(about, index, values, records, but)}
        matches |= {str(one.handle): one for one in index.find(kind, values, but=but)}
        order = sorted(matches.values(), key=_gravity)
        return [self._likely(about, records[str(one.handle)], one) for one in order[:limit]]

    def _with_marks(self, record_id: str, values: Values) -> Values:
        saved = self._library.get(record_id)
        marks = saved.get(DISTINCT_FROM) if saved else None
        return {**values, DISTINCT_FROM: marks} if marks else values

    def _weak(
        self, kind: Kind, index: DoubleIndex, values: Values, records: Mapping[str, Record], but: str | None
    ) -> list[Match]:
        """What may still turn out to be the same: the title begins so, or a number is the same."""
        begun = index.begun(kind.name, values, but=but)
        found = begun if len(begun) <= _MOST_BEGUN else []
        typed = _identifiers(kind, values)
        apart = {*(values.get(DISTINCT_FROM) or ())}
        for one in records.values():
            theirs = _identifiers(kind, one.values)
            same = any(number == theirs.get(name) for name, number in typed.items())
            if same and one.id not in apart and but not in (one.get(DISTINCT_FROM) or ()):
                found.append(Match(one.id, False, "same_number"))
        return found

    def _likely(self, kind: Kind, record: Record, match: Match) -> Likely:
        return Likely(
            record.id, record.kind, record.number, summaries.title_of(kind, record),
            summaries.people_of(kind, record), summaries.date_of(kind, record), record.state,
            match.certain, match.why,
        )  # fmt: skip

    def pairs(self, kind: str, progress: Progress | None = None) -> list[Pair]:
        """Every two live records of ``kind`` that may be the same work, the gravest first.

        Raises:
            Cancelled: when ``progress`` was asked to stop.
        """
        progress = progress or Progress()
        ceiling = self._ceiling()
        records = [one for one in self._library.records(kind) if not is_above(one.secrecy, ceiling)]
        progress.start(2 * len(records), tr("Looking for doubles"))
        index = DoubleIndex(self._library.kinds)
        for record in records:
            progress.step()
            index.add(record.id, kind, record.values)
        by_id = {record.id: record for record in records}
        found: dict[frozenset[str], Pair] = {}
        for record in records:
            progress.step()
            for match in index.find(kind, record.values, but=record.id):
                other = by_id[str(match.handle)]
                both = frozenset((record.id, other.id))
                if both not in found or (match.certain and not found[both].certain):
                    kept, second = sorted((record, other), key=_keeping)
                    found[both] = Pair(kind, kept, second, match.certain, match.why)
        return sorted(found.values(), key=lambda one: (*_gravity(one), one.one.number, one.other.number))

    def compare(self, ids: Sequence[str]) -> Comparison:
        """These records side by side, field by field, with the value proposed for each.

        Raises:
            UserError: what :meth:`merge` raises of records that cannot be merged.
        """
        records = sorted(self._checked(ids), key=_keeping)
        return Comparison(tuple(records), tuple(self._lines(records)))

    def _lines(self, records: Sequence[Record]) -> Iterable[Line]:
        for field in self._library.kinds[records[0].kind].shown:
            values = tuple(record.get(field.name) for record in records)
            if any(value is not None for value in values):
                chosen = proposed(field, values)
                if field.type is FieldType.LINKS:
                    chosen = _without(chosen, {one.id for one in records})
                yield Line(field.name, values, chosen, differ(values))

    # -- merging -----------------------------------------------------------------------------

    def merge(
        self,
        ids: Sequence[str],
        values: Mapping[str, Value] | None = None,
        versions: Mapping[str, int] | None = None,
    ) -> Changes:
        """Make one record of several. The first is kept, the others go to the trash.

        The links of all records that named one of the others name the kept one from now on. One
        act, undone and redone whole.

        Args:
            values: field -> value chosen; fields left out get the value :meth:`compare` proposes.
            versions: record id -> the version the person saw.

        Raises:
            UserError: ``merge_too_few``, ``record_unknown``, ``merge_kinds``, ``merge_trashed``,
                ``merge_secrecy``, ``merge_above_ceiling``; ``changed_meanwhile``; ``bad_value``.
        """
        with self._library.work("merged") as work:
            records = self._checked(ids)
            for record in records:  # changes nothing: says whether it is still what the person saw
                work.update(record.id, {}, version=(versions or {}).get(record.id))
            kept = self._merge(work, records, values or {})
            self._turn_links(work, {one.id: kept.id for one in records[1:]})
            kind = self._library.kinds[kept.kind]
            work.params |= {"n": len(records) - 1, "title": summaries.title_of(kind, kept)}
        return work.changes

    def merge_within(self, work: Work, ids: Sequence[str]) -> Record:
        """Merge these as proposed, as a part of the act ``work``; the record that says more is kept.

        Raises:
            UserError: what :meth:`merge` raises.
        """
        records = sorted(self._checked(ids), key=_keeping)
        kept = self._merge(work, records, {})
        self._turn_links(work, {one.id: kept.id for one in records[1:]})
        return kept

    def merge_many(self, groups: Sequence[Sequence[str]], progress: Progress | None = None) -> Changes:
        """Merge each group as proposed, its first record kept; one act. Groups that share a record are one.

        Raises:
            UserError: what :meth:`merge` raises, and then nothing was merged.
            Cancelled: when ``progress`` was asked to stop; nothing was merged.
        """
        progress = progress or Progress()
        groups = _united(groups)
        self._before("bulk", progress, sum(map(len, groups)))
        progress.start(len(groups), tr("Merging"))
        turned: dict[str, str] = {}
        with self._library.work("merged_groups") as work:
            for group in groups:
                progress.step()
                records = self._checked(group)
                kept = self._merge(work, records, {})
                turned |= {one.id: kept.id for one in records[1:]}
            self._turn_links(work, turned)
            work.params |= {"n": len(turned), "groups": len(groups)}
        return work.changes

    def mark_distinct(self, ids: Sequence[str]) -> Changes:
        """Remember that no two of these records are the same work; undone like any act.

        Raises:
            UserError: ``merge_too_few``, ``record_unknown``, ``merge_kinds``.
        """
        records = self._known(ids)
        kind = self._library.kinds[records[0].kind]
        with self._library.work(
            "marked_distinct", n=len(records), title=summaries.title_of(kind, records[0])
        ) as work:
            for record in self._library.get_many([one.id for one in records]):
                others = [one.id for one in records if one.id != record.id]
                marks = tuple(dict.fromkeys((*(record.get(DISTINCT_FROM) or ()), *others)))
                if DISTINCT_FROM in kind.by_name:
                    work.update(record.id, {DISTINCT_FROM: marks})
        return work.changes

    # -- within ------------------------------------------------------------------------------

    def _merge(self, work: Work, records: Sequence[Record], values: Mapping[str, Value]) -> Record:
        first = records[0]
        kind = self._library.kinds[first.kind]
        chosen: dict[str, Any] = {line.field: line.chosen for line in self._lines(records)} | dict(values)
        if DISTINCT_FROM in kind.by_name:
            marks = proposed(kind.field(DISTINCT_FROM), [one.get(DISTINCT_FROM) for one in records])
            chosen[DISTINCT_FROM] = _without(marks, {one.id for one in records})
        for record in records[1:]:
            work.trash(record.id)
        finished = any(one.state is State.COMPLETE for one in records)
        return work.update(first.id, chosen, state=State.COMPLETE if finished else first.state)

    def _turn_links(self, work: Work, turned: Mapping[str, str]) -> None:
        """Let every record that names a merged one name the kept one instead, those in the trash too."""
        for record in self._library.linking(tuple(turned), tuple(State), internal=True):
            changed: dict[str, Value] = {}
            for field in self._library.kinds[record.kind].of_type(FieldType.LINKS):
                old = record.get(field.name) or ()
                if any(one in turned for one in old):
                    ids = dict.fromkeys(turned.get(one, one) for one in old)
                    changed[field.name] = _without(tuple(ids), {record.id})
            work.update(record.id, changed)

    def _known(self, ids: Sequence[str]) -> list[Record]:
        wanted = list(dict.fromkeys(ids))
        if len(wanted) < 2:
            raise UserError("merge_too_few", Exit.USAGE)
        records = self._library.get_many(wanted)
        if lost := set(wanted) - {one.id for one in records}:
            raise UserError("record_unknown", Exit.NO, record=min(lost))
        labels = {one.kind: str(self._library.kinds[one.kind].label) for one in records}
        if len(labels) > 1:
            raise UserError("merge_kinds", kinds=", ".join(labels.values()))
        return records

    def _checked(self, ids: Sequence[str]) -> list[Record]:
        """The records of ``ids``, which may be merged."""
        records, ceiling = self._known(ids), self._ceiling()
        kind = self._library.kinds[records[0].kind]
        for record in records:
            name: dict[str, Any] = {"kind": str(kind.label), "number": str(record.number)}
            if record.state is State.TRASHED:
                raise UserError("merge_trashed", **name)
            if is_above(record.secrecy, ceiling):
                raise UserError("merge_above_ceiling", **name)
        if len({one.secrecy for one in records}) > 1:
            raise UserError("merge_secrecy", numbers=", ".join(str(one.number) for one in records))
        return records

    def _ceiling(self) -> str:
        return self._library.settings.get("secrecy_ceiling") or ORDINARY


def _items(kind: Kind, values: Values) -> tuple[Mapping[str, Any], ...]:
    return (values.get(kind.people) or ()) if kind.people else ()


def _identifiers(kind: Kind, values: Values) -> dict[str, str]:
    """The numbers by which a work is known, where they tell works apart without its people.

    Folded and without separators, as nobody writes them twice alike.
    """
    if not kind.people or not kind.field(kind.people).required:
        return {}
    names = (name for name in kind.identity if kind.field(name).type is FieldType.TEXT)
    joined = {name: "".join(words(str(values.get(name) or ""))) for name in names}
    return {name: number for name, number in joined.items() if any(map(str.isdigit, number))}


def _gravity(one: Match | Pair) -> tuple[bool, int]:
    return not one.certain, _GRAVITY.index(one.why)


def _keeping(record: Record) -> tuple[bool, int, str, str]:
    """Complete before draft, the one that says more, the older one."""
    return record.state is not State.COMPLETE, -len(record.values), record.created_at, record.id


def _without(links: Value, ids: set[str]) -> Value:
    return tuple(one for one in links or () if one not in ids) or None


def _united(groups: Sequence[Sequence[str]]) -> list[list[str]]:
    """The groups, those with a record in common made one, in their order."""
    of_record: dict[str, list[str]] = {}
    for group in groups:
        joined: list[str] = []
        for one in group:
            joined += [other for other in of_record.get(one, [one]) if other not in joined]
        of_record |= dict.fromkeys(joined, joined)
    return list({id(group): group for group in of_record.values()}.values())

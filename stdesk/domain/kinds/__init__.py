"""The kinds of record. Each is described once, in a file of its own in this folder."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from stdesk.domain.codes import code_list
from stdesk.domain.fields import Field, FieldType, Section
from stdesk.i18n import Text


@dataclass(frozen=True, slots=True)
class DateSpan:
    """A sheet column such as "Thời gian" that holds the first and last day together."""

    start: str
    end: str
    label: Text
    synonyms: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Life:
    """How the milestones of a kind hang together.

    Attributes:
        goal: the milestone at which the planned time ends (official acceptance).
        deadlines: date fields of which the first filled one is the day by which the goal is to be reached.
        plan: the milestone that shows that day; reached when work is over, not when the day has come.
        halt, halt_reason: the date and the reason of an end without the goal.
        status: the field that says in words where the record stands; halted: its code for a halt.
        reached: codes of ``status`` in the order of a life -> the milestone each says was reached.
        closing: the fields that are filled in together when the goal is reached.
    """

    goal: str
    deadlines: tuple[str, ...]
    plan: str
    halt: str
    halt_reason: str
    status: str
    halted: str
    reached: Mapping[str, str]
    closing: tuple[str, ...]

    @property
    def names(self) -> tuple[str, ...]:
        """Every field it speaks of."""
        places = (self.goal, *self.deadlines, self.plan, self.halt, self.halt_reason, self.status)
        return (*places, *self.reached.values(), *self.closing)


@dataclass(frozen=True)
class Kind:
    """A kind of record.

    Attributes:
        name: stable name in code, database, package, command line.
        label, plural: on screen and paper.
        fields: in the order of the paper form.
        title: the field that names a record.
        people: the field that holds who made it.
        begins, ends: date fields; the first filled one of each bounds the record in time.
        stays_open: without an end it goes on (a task), instead of ending where it begins.
        identity: fields that, with title and people, tell two records apart (doubles).
        sheet_words: words in a sheet's name, title or headers that tell the kind (folded compare).
        spans: sheet columns holding two dates.
        sorted_by: the choice that says what sort of thing a record is (a book, an article).
        milestones: the dates of its life in their usual order; empty = it has no course to follow.
        life: how the milestones hang together; ``None`` = they stand side by side.
        moments: dates that make a record belong to a period of their own, after its span has ended (an application).
        icon: file in ``resources/icons``.
    """

    name: str
    label: Text
    plural: Text
    sections: tuple[Section, ...]
    fields: tuple[Field, ...]
    title: str = "title"
    people: str = ""
    begins: tuple[str, ...] = ()
    ends: tuple[str, ...] = ()
    stays_open: bool = False
    identity: tuple[str, ...] = ()
    sheet_words: tuple[str, ...] = ()
    spans: tuple[DateSpan, ...] = ()
    sorted_by: str = ""
    milestones: tuple[str, ...] = ()
    life: Life | None = None
    moments: tuple[str, ...] = ()
    icon: str = "file-text"

    def __post_init__(self) -> None:
        """Raise ValueError for a description that does not hold together."""
        names = [field.name for field in self.fields]
        if len(set(names)) < len(names):
            raise ValueError(f"{self.name}: a field stands twice")
        pointed_at = {
            self.title,
            "notes",
            *self.begins,
            *self.ends,
            *self.milestones,
            *self.moments,
            *(self.life.names if self.life else ()),
            *filter(None, [self.people]),
        }
        if lost := pointed_at - set(names):  # notes: what a sheet says and no field holds is kept there
            raise ValueError(f"{self.name}: no field {sorted(lost)}")
        if lost := {field.follows for field in self.fields if field.follows} - set(names):
            raise ValueError(f"{self.name}: no field {sorted(lost)} to follow")
        if not self.sorted_by and any(field.asked_for for field in self.fields):
            raise ValueError(f"{self.name}: asked for which sort? there is no sorted_by")
        if lost := {field.section for field in self.fields} - {section.name for section in self.sections}:
            raise ValueError(f"{self.name}: no section {sorted(lost)}")

    @cached_property
    def by_name(self) -> dict[str, Field]:
        """Field name -> field."""
        return {field.name: field for field in self.fields}

    @cached_property
    def shown(self) -> tuple[Field, ...]:
        """The fields for people and other programs: all but the program's own notes."""
        return tuple(field for field in self.fields if not field.internal)

    @cached_property
    def required(self) -> tuple[Field, ...]:
        """Those of :attr:`shown` that have to be filled."""
        return tuple(field for field in self.shown if field.required)

    def field(self, name: str) -> Field:
        """The field called ``name``; KeyError when there is none."""
        return self.by_name[name]

    def of_type(self, *types: FieldType) -> Iterator[Field]:
        """The fields of these types."""
        if types not in self._of_type:
            self._of_type[types] = tuple(field for field in self.fields if field.type in types)
        return iter(self._of_type[types])

    @cached_property
    def _of_type(self) -> dict[tuple[FieldType, ...], tuple[Field, ...]]:
        return {}

    def followers(self, name: str) -> tuple[Field, ...]:
        """The fields that go along with the field ``name``."""
        return tuple(field for field in self.fields if field.follows == name)

    def asks(self, field: Field, sort: str) -> bool:
        """Whether ``field`` is asked for in a record of the given ``sort``; all are when it has none."""
        if not field.asked_for or not sort:
            return True
        codes = code_list(self.field(self.sorted_by).codes)
        return sort in field.asked_for or any(one.code in field.asked_for for one in codes.ancestors(sort))


class Kinds:
    """The kinds a library holds, in the order of the navigation."""

    def __init__(self, *kinds: Kind) -> None:
        self._kinds = {kind.name: kind for kind in kinds}

    def __iter__(self) -> Iterator[Kind]:
        return iter(self._kinds.values())

    def __getitem__(self, name: str) -> Kind:
        return self._kinds[name]

    def __contains__(self, name: object) -> bool:
        return name in self._kinds

    @property
    def names(self) -> tuple[str, ...]:
        """The kinds' names."""
        return tuple(self._kinds)


def all_kinds() -> Kinds:
    """Every kind of this program."""
    from stdesk.domain.kinds.publication import PUBLICATION
    from stdesk.domain.kinds.research_task import RESEARCH_TASK
    from stdesk.domain.kinds.training_session import TRAINING_SESSION

    return Kinds(PUBLICATION, RESEARCH_TASK, TRAINING_SESSION)

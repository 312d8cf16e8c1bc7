"""How a sentence stands: to be written, its numbers moved, worded by the unit, drafted."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import IntEnum
from itertools import groupby

from stdesk.i18n import tr
from stdesk.services.narrative import Sentence


class Mark(IntEnum):
    """How a sentence stands, what wants a person first."""

    MISSING = 0  # a report may not leave it empty
    BLANK = 1
    CHANGED = 2
    OWN = 3
    DRAFTED = 4

    @property
    def picture(self) -> str:
        """Its icon."""
        return ("x-circle", "warning", "swap", "pencil-simple", "check-circle")[self]

    @property
    def tone(self) -> str:
        """The colour of its icon."""
        return ("red", "amber", "amber", "green", "text_soft")[self]

    @property
    def word(self) -> str:
        """What it is called on the screen; colour never speaks alone."""
        return {
            Mark.MISSING: tr("Must be written"),
            Mark.BLANK: tr("Not written"),
            Mark.CHANGED: tr("Numbers changed"),
            Mark.OWN: tr("Worded by the unit"),
            Mark.DRAFTED: tr("Drafted"),
        }[self]

    @property
    def is_open(self) -> bool:
        """Whether a person has something to do."""
        return self <= Mark.CHANGED


def mark_of(sentence: Sentence) -> Mark:
    """How ``sentence`` stands."""
    if sentence.blank:
        return Mark.MISSING if sentence.required else Mark.BLANK
    if sentence.changed:
        return Mark.CHANGED
    return Mark.OWN if sentence.own else Mark.DRAFTED


@dataclass(frozen=True, slots=True)
class Part:
    """The sentences under one heading.

    Attributes:
        section: the heading over several parts; "" when the part stands for itself.
        title: its own heading.
    """

    section: str
    title: str
    sentences: tuple[Sentence, ...]

    @property
    def mark(self) -> Mark:
        """The mark of the sentence that wants a person first."""
        return min(mark_of(one) for one in self.sentences)

    @property
    def word(self) -> str:
        """How it stands in words: everything that wants a person."""
        marks = sorted({mark_of(one) for one in self.sentences})
        return ", ".join(mark.word for mark in marks if mark.is_open) or marks[0].word


def parts_of(sentences: Iterable[Sentence]) -> tuple[Part, ...]:
    """The sentences by heading, in order."""
    grouped = [
        (key, tuple(found)) for key, found in groupby(sentences, lambda one: (one.section, one.heading))
    ]
    return tuple(_part(place, key, found) for place, (key, found) in enumerate(grouped))


def _part(place: int, key: tuple[str, str], found: tuple[Sentence, ...]) -> Part:
    section, heading = key
    if not section:
        return Part("", tr("Closing words") if place else tr("Opening words"), found)
    return Part(section, heading, found) if heading else Part("", section, found)


def next_open(sentences: Sequence[Sentence], after: str) -> Sentence | None:
    """The next sentence after the one called ``after`` that wants a person, going round."""
    names = [one.id for one in sentences]
    start = names.index(after) + 1 if after in names else 0
    ordered = [*sentences[start:], *sentences[:start]]
    return next((one for one in ordered if mark_of(one).is_open and one.id != after), None)

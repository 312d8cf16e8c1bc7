"""The line in which people are typed: one after the other, or many at once."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtGui import QGuiApplication, QKeyEvent, QKeySequence

from stdesk.domain.codes import code_list
from stdesk.domain.fields import Field
from stdesk.domain.people import PersonName, split_people
from stdesk.services.suggestions import Suggestions
from stdesk.ui.forms.person_panel import show_known
from stdesk.ui.widgets.suggest_line import Proposal, SuggestLine

Person = Mapping[str, Any]
_LONGEST = 120_000  # characters: some thousand names
_PIECE = 3_000  # characters read at a time: what splits people reads a bounded cell of 500 people
_CUT = re.compile(r"[;\n]|,(?!\s*(?:GS|PGS|TS|ThS|CN|KS)\b)")


class PeopleLine(SuggestLine):
    """Proposes known people for the name being typed.

    Signals:
        person_taken: a known person was chosen, with what was typed before that name.
        pasted: a text with several lines or people.
    """

    person_taken = Signal(object)
    pasted = Signal(str)

    def __init__(self, field: Field, known: Suggestions) -> None:
        super().__init__(self._people)
        self.setMaxLength(_LONGEST)
        self._field = field
        self._suggestions = known

    def _people(self, typed: str) -> list[Proposal]:
        name = _name_of(_last(typed))
        found = self._suggestions.people(name, 10) if len(name) > 1 else []
        return [Proposal(str(one["name"]), show_known(one), one) for one in found]

    def _take(self, place: int) -> None:
        proposal = self._shown[place]
        typed = self.text()
        self.close_proposals()
        said = read_people(_last(typed), self._field)
        self.setText(typed[: len(typed) - len(_last(typed))].strip(" ;,"))
        # What was typed of rank or degree counts more than what was known.
        typed_cells = {name: cell for name, cell in said[-1].items() if name != "name"} if said else {}
        self.person_taken.emit({**proposal.data, **typed_cells})

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """A pasted list is handed on whole: a line of text would lose its line breaks."""
        if event.matches(QKeySequence.StandardKey.Paste):
            text = QGuiApplication.clipboard().text()
            if "\n" in text.strip() or ";" in text or "\t" in text:
                self.pasted.emit(text[:_LONGEST])
                return
        super().keyPressEvent(event)


def read_people(text: str, field: Field) -> list[Person]:
    """The people named in ``text`` as items of ``field``."""
    people: list[Person] = []
    for piece in _pieces(text.replace("\t", "; ")):
        people += [_item(person, field) for person in split_people(piece).people if person.name]
    return people


def _pieces(text: str) -> list[str]:
    """``text`` cut between people into pieces that are each read whole."""
    pieces: list[str] = []
    while len(text) > _PIECE:
        at = max(text.rfind(mark, 0, _PIECE) for mark in (";", "\n"))
        at = at if at > 0 else text.rfind(",", 0, _PIECE)
        at = at if at > 0 else _PIECE - 1
        pieces.append(text[: at + 1])
        text = text[at + 1 :]
    return [piece for piece in [*pieces, text] if piece.strip()]


def _item(person: PersonName, field: Field) -> Person:
    item = {
        name: getattr(person, name)
        for name in ("name", "rank", "academic_title", "degree", "gender", "post", "unit")
        if getattr(person, name)
    }
    if field.codes and person.note:
        role = code_list(field.codes).recognise(person.note)
        if role is not None:
            item["role"] = role.code
    return item


def _last(typed: str) -> str:
    """What is being typed after the last separator."""
    cuts = list(_CUT.finditer(typed))
    return typed[cuts[-1].end() :] if cuts else typed


def _name_of(typed: str) -> str:
    """The name in "Đại tá TS Nguyễn": what remains beside rank and degree."""
    people = split_people(typed).people if typed.strip() else ()
    return people[-1].name if people else typed.strip()

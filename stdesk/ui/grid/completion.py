"""What a cell proposes while one types: codes of its list, and what other records hold."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QObject
from shiboken6 import isValid

from stdesk.domain.codes import CodeList, code_list
from stdesk.domain.fields import Field, FieldType
from stdesk.domain.people import show_person
from stdesk.progress import Progress
from stdesk.services.desk import Desk
from stdesk.ui.forms.proposals import proposals_of
from stdesk.ui.grid.cell_editors import CellLine
from stdesk.ui.session import Session

_MOST = 12
_WITH_CODES = (FieldType.CHOICE, FieldType.CHOICES, FieldType.CLASS)
SEVERAL = (FieldType.CHOICES, FieldType.CLASS, FieldType.TAGS, FieldType.PEOPLE)


class Completion(QObject):
    """Proposals for the cells of one kind; those that need the library are found off the GUI thread."""

    def __init__(self, session: Session, kind: str, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._kind = kind
        proposals_of(session)  # sees to it that acts make them stale

    def watch(self, line: CellLine, field: Field) -> None:
        """Propose in ``line`` what belongs into ``field``."""
        line.asked.connect(partial(self._ask, line, field))

    def _ask(self, line: CellLine, field: Field, part: str) -> None:
        if field.type in _WITH_CODES:
            line.propose(line.part(), codes_like(code_list(field.codes), field, part))
        elif field.type in (FieldType.TEXT, FieldType.TAGS, FieldType.PEOPLE) and part:
            work = partial(_known, self._session.desk, self._kind, field, part)
            # Asked for by what lives on: the line goes as soon as its cell is left.
            self._session.run(self, work, partial(_propose, line, part), beside=True)


def codes_like(listed: CodeList, field: Field, part: str) -> list[str]:
    """Labels of the list that hold the words of ``part``; all of a short list for ""."""
    found = listed.search(part)
    numbered = field.type is FieldType.CLASS
    return [
        f"{one.code} {one.text}" if numbered else str(one.text) for one in found[: 200 if not part else _MOST]
    ]


def _propose(line: CellLine, part: str, found: list[str]) -> None:
    if isValid(line):
        line.propose(part, found)


def _known(desk: Desk, kind: str, field: Field, part: str, progress: Progress) -> list[str]:
    desk.suggestions.build(progress)
    if field.type is FieldType.PEOPLE:
        return [show_person(one) for one in desk.suggestions.people(part, _MOST)]
    return [text for text in desk.suggestions.texts(kind, field.name, part, _MOST) if text != part]

"""Which columns a kind's list has, and how their cells read: all from the kind's description."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import Qt

from stdesk.domain.fields import Field, FieldType
from stdesk.domain.kinds import Kind
from stdesk.domain.records import State
from stdesk.domain.values import show
from stdesk.i18n import count, tr
from stdesk.ui.tables.rows_model import CENTRE, LEFT, RIGHT

NUMBER, STATE = "number", "state"  # columns that every kind has, named as the list sorts them
_RIGHT = (FieldType.INTEGER, FieldType.NUMBER, FieldType.MONEY)
_NEVER = (FieldType.FILES, FieldType.LINKS, FieldType.ROWS)  # say nothing in a cell
_WIDTHS = {FieldType.DATE: 11, FieldType.MONEY: 14, FieldType.INTEGER: 8, FieldType.LONG_TEXT: 30}


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a list.

    Attributes:
        name: what it sorts by and is remembered under.
        title: header.
        width: in characters.
        align: of header and cells.
        sortable: whether a click on the header orders by it.
        field: the field it shows; ``None`` for the number and the state.
        extra: shown only when the person asks for it.
    """

    name: str
    title: str
    width: int
    align: Qt.AlignmentFlag = LEFT
    sortable: bool = True
    field: Field | None = None
    extra: bool = False


def columns_of(kind: Kind, *, every: bool = False) -> tuple[Column, ...]:
    """The columns shown at first: number, the fields with a list width, the state.

    ``every``: all other fields too, before the state, for the person to choose from.
    """
    listed = sorted(
        (field for field in kind.shown if field.list_width), key=lambda field: field.name != kind.title
    )
    return (
        Column(NUMBER, tr("No."), 5, RIGHT),
        *(
            Column(field.name, str(field.label), field.list_width, _align(field), field.sortable, field)
            for field in listed
        ),
        *(
            Column(field.name, str(field.label), _width(field), _align(field), field.sortable, field, True)
            for field in kind.shown
            if every and not field.list_width and field.type not in _NEVER
        ),
        Column(STATE, tr("State"), 10),
    )


def _width(field: Field) -> int:
    return _WIDTHS.get(field.type, 16)


def _align(field: Field) -> Qt.AlignmentFlag:
    if field.type in _RIGHT:
        return RIGHT
    return CENTRE if field.type is FieldType.DATE else LEFT


def state_word(state: State) -> str:
    """What a state is called on the screen."""
    return {
        State.DRAFT: tr("Draft"),
        State.COMPLETE: tr("Complete"),
        State.TRASHED: tr("In the trash"),
    }[state]


def cell_text(column: Column, row: Any) -> str:
    """What stands in ``column`` for a ``ListRow``."""
    if column.field is None:
        return count(row.number) if column.name == NUMBER else state_word(row.state)
    value = row.values.get(column.field.name)
    if value is None:
        return ""
    if column.field.type is FieldType.PEOPLE:  # names only: rank and degree would fill the column
        return ", ".join(str(one.get("name", "")) for one in value)
    return show(column.field, value).replace("\n", " ")

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
    """

    name: str
    title: str
    width: int
    align: Qt.AlignmentFlag = LEFT
    sortable: bool = True
    field: Field | None = None


def columns_of(kind: Kind) -> tuple[Column, ...]:
    """The columns shown at first: number, the fields with a list width, the state."""
    listed = sorted(
        (field for field in kind.fields if field.list_width), key=lambda field: field.name != kind.title
    )
    return (
        Column(NUMBER, tr("No."), 5, RIGHT),
        *(
            Column(field.name, str(field.label), field.list_width, _align(field), field.sortable, field)
            for field in listed
        ),
        Column(STATE, tr("State"), 10),
    )


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

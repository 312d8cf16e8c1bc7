"""Which columns a grid has and how they are called, all from the kind's description."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import Qt

from stdesk.domain.fields import Field, FieldType, Value
from stdesk.domain.kinds import Kind
from stdesk.domain.values import show
from stdesk.i18n import tr
from stdesk.services.grid import STATE, Grid
from stdesk.ui.tables.rows_model import CENTRE, LEFT, RIGHT

_RIGHT = (FieldType.INTEGER, FieldType.NUMBER, FieldType.MONEY)
_WIDTHS = {
    FieldType.DATE: 12,
    FieldType.INTEGER: 9,
    FieldType.NUMBER: 9,
    FieldType.MONEY: 15,
    FieldType.CHOICE: 18,
    FieldType.PEOPLE: 28,
    FieldType.LONG_TEXT: 30,
}
_LONGEST_SHOWN = 300  # characters of a cell that are painted


@dataclass(frozen=True, slots=True)
class GridColumn:
    """One column: ``field`` is ``None`` for the record's state."""

    name: str
    title: str
    width: int
    align: Qt.AlignmentFlag = LEFT
    field: Field | None = None

    def shown(self, grid: Grid, kind: str, value: Value) -> str:
        """``value`` as it is painted."""
        if value is None:
            return ""
        plain = self.field is not None and self.field.type is not FieldType.PEOPLE
        text = show(self.field, value) if plain and self.field else grid.text(kind, self.name, value)
        return text[:_LONGEST_SHOWN].replace("\n", " ")


def column_of(kind: Kind, name: str) -> GridColumn:
    """The column called ``name``."""
    if name == STATE:
        return GridColumn(STATE, tr("State"), 11)
    one = kind.field(name)
    title = str(one.label) + (" *" if one.required else "")
    width = min(one.list_width or _WIDTHS.get(one.type, 18), 38)
    align = RIGHT if one.type in _RIGHT else CENTRE if one.type is FieldType.DATE else LEFT
    return GridColumn(name, title, width, align, one)


def first_columns(kind: Kind, listed: Sequence[str]) -> tuple[str, ...]:
    """The columns shown at first: the title, what the list shows, what the report needs, the state."""
    known = kind.by_name
    asked = [one.name for one in kind.shown if one.required]
    names = [kind.title, *(name for name in listed if name in known), *asked]
    shown = {one.name for one in kind.shown}
    usable = [name for name in names if name in shown and known[name].type not in _ELSEWHERE]
    return (*dict.fromkeys(usable), STATE)


_ELSEWHERE = (FieldType.LINKS, FieldType.FILES)

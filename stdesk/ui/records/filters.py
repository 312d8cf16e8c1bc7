"""Filters of a list as chips; each opens a panel with the values there are and how often."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QMenu,
    QVBoxLayout,
    QWidget,
)

from stdesk.domain.codes import code_list
from stdesk.domain.fields import Field, FieldType
from stdesk.domain.kinds import Kind
from stdesk.domain.records import State
from stdesk.i18n import count, tr
from stdesk.text import fold
from stdesk.ui import theme
from stdesk.ui.session import Session
from stdesk.ui.tables.columns import state_word
from stdesk.ui.widgets.buttons import icon_button
from stdesk.ui.widgets.chips import ChipRow
from stdesk.ui.widgets.labels import plain

STATE = "state"
Facet = tuple[str, int]
_VALUE = Qt.ItemDataRole.UserRole
_SHORT = 8  # values a panel shows without a search line


@dataclass(frozen=True, slots=True)
class FilterField:
    """Something to filter by.

    Attributes:
        name: field name, or "state".
        label: on the chip and in the menu.
        field: the field; ``None`` for the state.
    """

    name: str
    label: str
    field: Field | None = None

    def value_text(self, value: str) -> str:
        """How a value reads."""
        if not value:
            return tr("(empty)")
        if self.field is None:
            return state_word(State(value))
        if self.field.type is FieldType.CHOICE:
            return code_list(self.field.codes).label(value)
        return value


def filter_fields(kind: Kind) -> tuple[FilterField, ...]:
    """What the list of ``kind`` can be filtered by: choices, units, years, state."""
    found = [FilterField(STATE, tr("State"))]
    for field in kind.fields:
        date = field.type is FieldType.DATE and field.name in kind.begins[:1]
        listed = field.list_width and field.sortable and field.name != kind.title
        if field.type is FieldType.CHOICE or date or (field.type is FieldType.TEXT and listed):
            found.append(FilterField(field.name, str(field.label), field))
    return tuple(found)


class FilterBar(QWidget):
    """The chips of the filters set, and the button that adds one.

    Signals:
        changed: other filters than before.
    """

    changed = Signal()

    def __init__(self, kind: Kind, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.kind = kind
        self.session = session
        self.fields = {one.name: one for one in filter_fields(kind)}
        self.chosen: dict[str, tuple[str, ...]] = {}
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        self.chips = ChipRow()
        self.button = icon_button("funnel", tr("Filter"), "text_soft")
        self.button.setProperty("quiet", True)
        self.button.setAccessibleName(tr("Add a filter"))
        self.menu = QMenu(self)
        for one in self.fields.values():
            self.menu.addAction(plain(one.label), partial(self.open_facet, one.name))
        self.button.setMenu(self.menu)
        self.chips.add_tail(self.button)
        row.addWidget(self.chips, 1)
        self.chips.opened.connect(self.open_facet)
        self.chips.removed.connect(lambda name: self.set_filter(name, ()))
        self.panel: FacetPanel | None = None

    def set_filter(self, name: str, values: Sequence[str]) -> None:
        """Filter by these values of a field; none takes the filter away."""
        self.chosen.pop(name, None)
        if values:
            self.chosen[name] = tuple(values)
        self._show()
        self.changed.emit()

    def clear(self) -> None:
        """Take every filter away."""
        if self.chosen:
            self.chosen = {}
            self._show()
            self.changed.emit()

    def filters(self) -> Mapping[str, tuple[str, ...]]:
        """The filters by field; the state is asked for apart."""
        return {name: values for name, values in self.chosen.items() if name != STATE}

    def states(self) -> tuple[State, ...]:
        """The states listed: all but the trash when none is chosen."""
        chosen = self.chosen.get(STATE, ())
        return tuple(State(value) for value in chosen) or (State.DRAFT, State.COMPLETE)

    def open_facet(self, name: str) -> None:
        """Open the panel of a field as soon as its values are counted."""
        catalogue, kind = self.session.desk.catalogue, self.kind.name

        def work(_progress: object) -> tuple[str, list[Facet]]:
            if name == STATE:
                return name, [(state.value, catalogue.count(kind, state)) for state in State]
            return name, [*catalogue.facet(kind, name), ("", -1)]

        self.session.run(self, work, self._open_panel, beside=True)

    def _open_panel(self, answer: tuple[str, list[Facet]]) -> None:
        name, facets = answer
        if not self.isVisible():
            return
        field = self.fields[name]
        self.panel = FacetPanel(field, facets, self.chosen.get(name, ()), self)
        self.panel.chosen.connect(lambda values: self.set_filter(name, values))
        self.panel.open_below(self.chips.chip(name) or self.button)

    def _show(self) -> None:
        self.chips.set_chips([(name, self._chip_text(name)) for name in self.chosen])

    def _chip_text(self, name: str) -> str:
        field = self.fields[name]
        values = [field.value_text(value) for value in self.chosen[name]]
        more = f" +{len(values) - 2}" if len(values) > 2 else ""
        return f"{field.label}: {', '.join(values[:2])}{more}"


class FacetPanel(QFrame):
    """The values of a field with their counts, to be ticked.

    Signals:
        chosen: the ticked values, at every tick.
    """

    chosen = Signal(list)

    def __init__(
        self, field: FilterField, facets: Sequence[Facet], on: Sequence[str], parent: QWidget | None = None
    ) -> None:
        super().__init__(parent, Qt.WindowType.Popup)
        self.setProperty("place", "popup")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setAccessibleName(tr("Filter by {name}", name=field.label))
        t = theme.tokens()
        column = QVBoxLayout(self)
        column.setContentsMargins(t.s, t.s, t.s, t.s)
        column.setSpacing(t.s)
        self.search = QLineEdit()
        self.search.setPlaceholderText(tr("Search in the list, accents optional"))
        self.search.setAccessibleName(tr("Search in the list, accents optional"))
        self.search.setVisible(len(facets) > _SHORT)
        self.search.textChanged.connect(self._filter)
        self.list = QListWidget()
        self.list.setUniformItemSizes(True)
        self.list.setAccessibleName(field.label)
        column.addWidget(self.search)
        column.addWidget(self.list)
        listed = {value for value, _n in facets}
        for value, n in [*facets, *((value, 0) for value in on if value not in listed)]:
            text = field.value_text(value) + (f"   {count(n)}" if n >= 0 else "")
            item = QListWidgetItem(text)
            item.setData(_VALUE, value)
            item.setFlags(item.flags() | Qt.ItemFlag.ItemIsUserCheckable)
            item.setCheckState(Qt.CheckState.Checked if value in on else Qt.CheckState.Unchecked)
            self.list.addItem(item)
        self.list.itemChanged.connect(self._tell)
        self.list.itemActivated.connect(_turn)
        rows = min(max(self.list.count(), 1), 12)
        self.resize(320, rows * 30 + 28 + (40 if len(facets) > _SHORT else 0))

    def open_below(self, widget: QWidget) -> None:
        """Show the panel below ``widget``, inside the screen."""
        place = widget.mapToGlobal(QPoint(0, widget.height() + 4))
        room = widget.screen().availableGeometry()
        place.setX(max(room.left(), min(place.x(), room.right() - self.width())))
        place.setY(max(room.top(), min(place.y(), room.bottom() - self.height())))
        self.move(place)
        self.show()
        if self.search.isVisible():
            self.search.setFocus()
        else:
            self.list.setFocus()
            self.list.setCurrentRow(0)

    def _filter(self, text: str) -> None:
        wanted = fold(text).split()
        for row in range(self.list.count()):
            item = self.list.item(row)
            key = fold(item.text())
            item.setHidden(not all(word in key for word in wanted))

    def _tell(self) -> None:
        items = (self.list.item(row) for row in range(self.list.count()))
        self.chosen.emit([item.data(_VALUE) for item in items if item.checkState() == Qt.CheckState.Checked])


def _turn(item: QListWidgetItem) -> None:
    """Enter ticks and unticks."""
    on = item.checkState() == Qt.CheckState.Checked
    item.setCheckState(Qt.CheckState.Unchecked if on else Qt.CheckState.Checked)

"""The panel of one filter: the values there are, how often, and ticks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QPoint, QRegularExpression, Qt, Signal
from PySide6.QtGui import QRegularExpressionValidator
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QVBoxLayout,
    QWidget,
)

from stdesk.domain.codes import code_list
from stdesk.domain.fields import Field, FieldType
from stdesk.domain.records import State
from stdesk.i18n import count, tr
from stdesk.text import fold
from stdesk.ui import theme
from stdesk.ui.tables.columns import state_word
from stdesk.ui.widgets.labels import label

STATE, FINDINGS = "state", "findings"
RANGE = ".."  # between the first and the last, as the list's query writes it
Facet = tuple[str, int]
_VALUE = Qt.ItemDataRole.UserRole
_SHORT = 8  # values a panel shows without a search line
_YEAR = r"(1[89]|20)\d\d"


@dataclass(frozen=True, slots=True)
class FilterField:
    """Something to filter by.

    Attributes:
        name: field name, "state" or "findings".
        label: on the chip and in the menu.
        field: the field; ``None`` for the state and what is missing.
    """

    name: str
    label: str
    field: Field | None = None

    @property
    def ranged(self) -> bool:
        """Whether a first and a last value can be asked for."""
        return self.field is not None and self.field.type is FieldType.DATE

    def value_text(self, value: str) -> str:
        """How a value reads."""
        if not value:
            return tr("(empty)")
        if self.field is None:
            return state_word(State(value))
        if self.field.type in (FieldType.CHOICE, FieldType.CHOICES):
            return code_list(self.field.codes).label(value)
        if self.ranged and RANGE in value:
            first, _, last = value.partition(RANGE)
            return f"{first or '…'}-{last or '…'}"
        return value


class RangeLine(QWidget):
    """Two years: from, to.

    Signals:
        changed: another range.
    """

    changed = Signal()

    def __init__(self, value: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(theme.tokens().s)
        first, _, last = value.partition(RANGE)
        self.first, self.last = QLineEdit(first), QLineEdit(last)
        for text, name, line in (
            (tr("From"), tr("From year"), self.first),
            (tr("to"), tr("To year"), self.last),
        ):
            line.setAccessibleName(name)
            line.setMaxLength(4)
            line.setValidator(QRegularExpressionValidator(QRegularExpression(_YEAR), line))
            line.textChanged.connect(self._typed)
            before = label(text, "soft")
            before.setBuddy(line)
            row.addWidget(before)
            row.addWidget(line, 1)
        self._before = self.value()

    def value(self) -> str:
        """As the list's query writes it; "" for no range."""
        first, last = (line.text() if line.hasAcceptableInput() else "" for line in (self.first, self.last))
        return f"{first}{RANGE}{last}" if first or last else ""

    def _typed(self) -> None:
        now, before = self.value(), self._before
        self._before = now
        if now != before:
            self.changed.emit()


class FacetPanel(QFrame):
    """The values of a field with their counts, to be ticked.

    A date has, above its years, a line for the first and the last.

    Signals:
        chosen: the ticked values, at every tick; a range as "2023..2025".
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
        self.range = RangeLine(next((value for value in on if RANGE in value), "")) if field.ranged else None
        if self.range is not None:
            self.range.changed.connect(self._tell)
            column.addWidget(self.range)
        column.addWidget(self.search)
        column.addWidget(self.list)
        on = [value for value in on if RANGE not in value or self.range is None]
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
        more = (40 if len(facets) > _SHORT else 0) + (44 if self.range is not None else 0)
        self.resize(320, rows * 30 + 28 + more)

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
        ticked = [item.data(_VALUE) for item in items if item.checkState() == Qt.CheckState.Checked]
        between = self.range.value() if self.range is not None else ""
        self.chosen.emit([*ticked, between] if between else ticked)


def _turn(item: QListWidgetItem) -> None:
    """Enter ticks and unticks."""
    on = item.checkState() == Qt.CheckState.Checked
    item.setCheckState(Qt.CheckState.Unchecked if on else Qt.CheckState.Checked)

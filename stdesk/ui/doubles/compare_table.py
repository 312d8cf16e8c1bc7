"""Records side by side: a row a field, a column a record, the value that is to stay marked."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from PySide6.QtCore import (
    QAbstractTableModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QRect,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QColor, QFont, QKeyEvent, QPainter, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
    QWidget,
)

from stdesk.domain.fields import Value
from stdesk.domain.kinds import Kind
from stdesk.domain.values import show
from stdesk.i18n import count, tr
from stdesk.services.merging import Comparison, Line
from stdesk.ui import theme
from stdesk.ui.icons import icon
from stdesk.ui.tables.columns import state_word
from stdesk.ui.tables.view import TableView

Index = QModelIndex | QPersistentModelIndex
Role = Qt.ItemDataRole
PROPOSED = -1  # the value that the program made of all, such as the people of both
_SHOWN = 300  # characters in a cell; the pane below shows the whole text
_LINES = 3  # of a cell
_FILLED = 0.88  # share of a wrapped line that is text
_AIR = 5  # pixels above and below the text
_MARGINS = 46  # pixels of a cell beside its text
_FIELD_WIDTH = 150
_LEAST_WIDTH = 150


class CompareModel(QAbstractTableModel):
    """Column 0 names the field, the last is the result, the records stand between."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.kind: Kind | None = None
        self.comparison: Comparison | None = None
        self.lines: list[Line] = []
        self.taken: dict[str, int] = {}

    def show_comparison(self, kind: Kind, comparison: Comparison) -> None:
        """Show other records; the values proposed are marked."""
        self.beginResetModel()
        self.kind, self.comparison = kind, comparison
        self.lines = sorted(comparison.lines, key=lambda line: not line.differs)
        self.taken = {line.field: _place(line) for line in self.lines}
        self.endResetModel()

    # -- choosing ----------------------------------------------------------------------------

    def take(self, row: int, column: int) -> None:
        """Let the value in ``column`` of ``row`` stay; the result column means the one proposed."""
        if not 0 <= row < len(self.lines) or column < 1:
            return
        line = self.lines[row]
        last = column == self.columnCount() - 1
        self.taken[line.field] = _place(line) if last else column - 1
        self.dataChanged.emit(self.index(row, 0), self.index(row, self.columnCount() - 1))

    def take_all(self, column: int) -> None:
        """Let every value of one record stay that is not empty."""
        for row, line in enumerate(self.lines):
            if 0 < column <= len(line.values) and line.values[column - 1] is not None:
                self.take(row, column)

    def value(self, line: Line) -> Value:
        """What ``line`` becomes."""
        place = self.taken[line.field]
        return line.chosen if place == PROPOSED else line.values[place]

    def values(self) -> Mapping[str, Value]:
        """The fields for which another value than the proposed one was taken."""
        return {line.field: self.value(line) for line in self.lines if self.taken[line.field] != _place(line)}

    def whole_text(self, index: Index) -> str:
        """All that a cell holds."""
        if self.kind is None or not 0 <= index.row() < len(self.lines):
            return ""
        line, column = self.lines[index.row()], index.column()
        field = self.kind.field(line.field)
        if column == 0:
            return str(field.label)
        last = column == self.columnCount() - 1
        return show(field, self.value(line) if last else line.values[column - 1])

    # -- for the view ------------------------------------------------------------------------

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own default
        """One row a field."""
        return 0 if parent.isValid() else len(self.lines)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own default
        """Field, records, result."""
        return 0 if parent.isValid() or self.comparison is None else len(self.comparison.records) + 2

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Role.DisplayRole) -> Any:
        """The records' numbers and states."""
        if orientation != Qt.Orientation.Horizontal or role != Role.DisplayRole or self.comparison is None:
            return None
        if section == 0:
            return tr("Field")
        if section == self.columnCount() - 1:
            return tr("Result")
        record = self.comparison.records[section - 1]
        number = tr("no. {number}", number=count(record.number))
        kept = [tr("kept")] if section == 1 else []
        return " · ".join([number, *kept, state_word(record.state).lower()])

    def data(self, index: Index, role: int = Role.DisplayRole) -> Any:
        """One cell."""
        if not index.isValid() or self.comparison is None:
            return None
        line, column = self.lines[index.row()], index.column()
        if role == Role.DisplayRole:
            return self._shown(index, line)
        if role == Role.ToolTipRole:
            return self.whole_text(index)[:2_000] or None
        if role == Role.AccessibleTextRole:
            return self._spoken(index, line)
        if role == Role.DecorationRole:
            return self._picture(line, column)
        if role == Role.TextAlignmentRole:
            return Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop
        return self._look(line, column, role)

    def _shown(self, index: Index, line: Line) -> str:
        text = " ".join(self.whole_text(index)[: _SHOWN + 1].split())
        text = text if len(text) <= _SHOWN else f"{text[: _SHOWN - 1]}…"
        if index.column() == 0:
            return f"{text}\n{tr('differs')}" if line.differs else text
        return text or tr("(empty)")

    def _spoken(self, index: Index, line: Line) -> str:
        text = self._shown(index, line)
        return tr("{text}, taken", text=text) if self._is_taken(line, index.column()) else text

    def _is_taken(self, line: Line, column: int) -> bool:
        return 0 < column < self.columnCount() - 1 and self.taken[line.field] == column - 1

    def _picture(self, line: Line, column: int) -> Any:
        if column == 0:
            return icon("swap", "amber") if line.differs else icon("check", "text_faint")
        if not line.differs:
            return None
        if column == self.columnCount() - 1:
            return icon("arrows-merge", "accent") if self.taken[line.field] == PROPOSED else None
        return icon("check-circle", "green") if self._is_taken(line, column) else icon("circle", "text_faint")

    def _look(self, line: Line, column: int, role: int) -> Any:
        t = theme.tokens()
        if role == Role.ForegroundRole:
            empty = 0 < column < self.columnCount() - 1 and line.values[column - 1] is None
            return QColor(t.text_soft if empty or not line.differs else t.text)
        if role == Role.BackgroundRole and line.differs and self._is_taken(line, column):
            return QColor(t.green_soft)
        if role == Role.FontRole and column == self.columnCount() - 1 and line.differs:
            return theme.font(weight=QFont.Weight.DemiBold)
        return None


def _place(line: Line) -> int:
    """The record whose value is the proposed one; the first of several."""
    return line.values.index(line.chosen) if line.chosen in line.values else PROPOSED


class _Wrapped(QStyledItemDelegate):
    """Cells of at most three lines, pictures beside the first."""

    def __init__(self, table: QTableView) -> None:
        super().__init__(table)
        self._table = table

    def initStyleOption(self, option: QStyleOptionViewItem, index: Index) -> None:
        """Cut the text to what three lines hold."""
        super().initStyleOption(option, index)
        option.decorationAlignment = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop
        room = self._table.columnWidth(index.column()) - _MARGINS
        if index.column():
            wide = int(room * _LINES * _FILLED)  # lines end at words, so they are never quite full
            option.text = option.fontMetrics.elidedText(option.text, Qt.TextElideMode.ElideRight, wide)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """The ground first, so that the text can stand a little lower."""
        whole = QStyleOptionViewItem(option)
        self.initStyleOption(whole, index)
        whole.widget.style().drawPrimitive(
            QStyle.PrimitiveElement.PE_PanelItemViewItem, whole, painter, whole.widget
        )
        ground = index.data(Role.BackgroundRole)
        if isinstance(ground, QColor) and not option.state & QStyle.StateFlag.State_Selected:
            painter.fillRect(option.rect.adjusted(0, 0, -1, -1), ground)  # the style sheet leaves it out
        option.rect.adjust(0, _AIR, 0, 0)
        super().paint(painter, option, index)

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        """As many lines as the text takes, with air above and below; the style's own does not know them."""
        cell = QStyleOptionViewItem(option)
        self.initStyleOption(cell, index)
        room = QRect(0, 0, self._table.columnWidth(index.column()) - _MARGINS, 10_000)
        wrap = Qt.TextFlag.TextWordWrap | Qt.TextFlag.TextWrapAnywhere
        height = cell.fontMetrics.boundingRect(room, int(wrap), cell.text).height()
        return QSize(room.width(), max(height + 2 * _AIR + 2, theme.tokens().row))


class CompareTable(TableView):
    """Arrows walk over the cells; Space, Enter or a click takes a value; Ctrl+Space the whole record.

    Signals:
        reached: index of the cell now current.
        taken: a value was taken.
    """

    reached = Signal(object)
    taken = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.compared = CompareModel(self)
        self.setModel(self.compared)
        self.setAccessibleName(tr("Records side by side"))
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectItems)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setWordWrap(True)
        self.setItemDelegate(_Wrapped(self))
        self.clicked.connect(lambda index: self._take(index))
        self.selectionModel().currentChanged.connect(lambda now, _before: self.reached.emit(now))
        self.header_clicked.connect(self._take_record)

    def show_comparison(self, kind: Kind, comparison: Comparison) -> None:
        """Show these records, the cursor on the first value that differs."""
        self.compared.show_comparison(kind, comparison)
        self._fit()
        if self.compared.lines:
            self.setCurrentIndex(self.compared.index(0, 1))

    def _fit(self) -> None:
        columns = self.compared.columnCount()
        if columns < 2:
            return
        header = self.horizontalHeader()
        header.setStretchLastSection(False)
        header.setSectionResizeMode(QHeaderView.ResizeMode.Interactive)
        wide = max(_LEAST_WIDTH, (self.viewport().width() - _FIELD_WIDTH) // (columns - 1))
        for column in range(columns):
            self.setColumnWidth(column, wide if column else _FIELD_WIDTH)
        self.resizeRowsToContents()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Columns share the width."""
        super().resizeEvent(event)
        self._fit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Space and Enter take; Ctrl+Space takes the whole record."""
        control = event.modifiers() & Qt.KeyboardModifier.ControlModifier
        keys = (Qt.Key.Key_Space, Qt.Key.Key_Return, Qt.Key.Key_Enter)
        if event.key() == Qt.Key.Key_Space and control:
            self._take_record(self.currentIndex().column(), False)
        elif event.key() in keys and not control:
            self._take(self.currentIndex())
        elif event.key() in keys:
            event.ignore()  # Ctrl+Enter is the page's
        else:
            QTableView.keyPressEvent(self, event)

    def _take(self, index: Index) -> None:
        self.compared.take(index.row(), index.column())
        self.taken.emit()

    def _take_record(self, column: int, _shift: bool) -> None:
        self.compared.take_all(column)
        self.taken.emit()

"""A table of figures on the screen: one number of each row beside what it was, or the whole table."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt, Signal
from PySide6.QtGui import QFont

from stdesk.domain.money import parse_count, parse_money
from stdesk.i18n import count, tr
from stdesk.services.figures import TOTAL, FigureRow, FigureTable, Part
from stdesk.ui import theme
from stdesk.ui.icons import icon
from stdesk.ui.tables.rows_model import LEFT, RIGHT

Index = QModelIndex | QPersistentModelIndex
Role = Qt.ItemDataRole
WHOLE = -1  # every column as it is printed, nothing beside
LABEL, MARK, ESTIMATE = "label", "mark", "estimate"
_MONEY = "dong"
_GROUPED = re.compile(r"[0-9]{1,3}(?:([., ])[0-9]{3}(?:\1[0-9]{3})*)?|[0-9]+")


@dataclass(frozen=True, slots=True)
class FigureColumn:
    """A column: ``part`` is a :class:`Part`, or one of the three above; ``at`` the table's column."""

    part: str
    title: str
    width: int
    at: int = 0


@dataclass(frozen=True, slots=True)
class Headings:
    """What the columns beside are called: "2025", "Ước đến 31/12"; an empty one is not shown."""

    last: str = ""
    estimate: str = ""


class FiguresModel(QAbstractTableModel):
    """Rows of one table.

    Signals:
        estimated: (figure, number or None) typed into the column of estimates.
        refused: what was typed there and is no number.
    """

    estimated = Signal(str, object)
    refused = Signal(str)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.table: FigureTable | None = None
        self.measure = 0
        self.columns: tuple[FigureColumn, ...] = ()
        self.editable = True

    def show_table(self, table: FigureTable | None, measure: int, headings: Headings) -> None:
        """Show column ``measure`` of ``table`` and what stands beside it; :data:`WHOLE` shows every column."""
        self.beginResetModel()
        self.table, self.measure = table, measure
        self.columns = _columns(table, measure, headings) if table else ()
        self.endResetModel()

    def row(self, at: int) -> FigureRow | None:
        """A row of the table."""
        rows = self.table.rows if self.table else ()
        return rows[at] if 0 <= at < len(rows) else None

    def figure(self, index: Index) -> tuple[str, Part] | None:
        """The figure of a cell and which of its numbers; ``None`` for a name or an estimate."""
        row = self.row(index.row()) if index.isValid() else None
        if row is None:
            return None
        column = self.columns[index.column()]
        if column.part == ESTIMATE:
            return None
        words = {LABEL: Part.THIS, MARK: Part.DIFFERENCE}
        figure = row.figures[max(self.measure, 0) if column.part == LABEL else column.at]
        return (figure, words.get(column.part) or Part(column.part)) if figure else None

    def is_estimate(self, index: Index) -> bool:
        """Whether a number can be typed here."""
        return index.isValid() and self.columns[index.column()].part == ESTIMATE

    # -- what Qt asks ------------------------------------------------------------------------

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own default
        """Number of rows."""
        return 0 if parent.isValid() or self.table is None else len(self.table.rows)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own default
        """Number of columns."""
        return 0 if parent.isValid() else len(self.columns)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Role.DisplayRole) -> Any:
        """Titles of the columns."""
        if orientation != Qt.Orientation.Horizontal or not 0 <= section < len(self.columns):
            return None
        if role in (Role.DisplayRole, Role.ToolTipRole):
            return self.columns[section].title
        return self._align(self.columns[section]) if role == Role.TextAlignmentRole else None

    def flags(self, index: Index) -> Qt.ItemFlag:
        """Estimates can be typed."""
        flags = super().flags(index)
        return flags | Qt.ItemFlag.ItemIsEditable if self.editable and self.is_estimate(index) else flags

    def data(self, index: Index, role: int = Role.DisplayRole) -> Any:
        """One cell, in the given role."""
        row = self.row(index.row()) if index.isValid() else None
        if row is None:
            return None
        column = self.columns[index.column()]
        if role in (Role.DisplayRole, Role.ToolTipRole):
            return _text(row, column) or None
        if role == Role.EditRole:
            return "" if row.estimate is None else count(row.estimate)
        if role == Role.AccessibleTextRole:
            return f"{row.label}, {column.title}: {_text(row, column) or tr('nothing')}"
        return self._look(row, column, role)

    def _look(self, row: FigureRow, column: FigureColumn, role: int) -> Any:
        if role == Role.TextAlignmentRole:
            return self._align(column)
        if role == Role.FontRole and row.key == TOTAL:
            return theme.font(theme.tokens().size_body, QFont.Weight.DemiBold)
        beside = row.compared[column.at] if row.compared and column.part == MARK else None
        mark = beside.mark if beside else ""
        if role == Role.DecorationRole and mark:
            return icon("warning", "amber") if mark == "zero" else icon("info", "blue")
        if role == Role.DecorationRole and column.part == ESTIMATE and self.editable:
            return icon("pencil-simple", "text_soft")
        return None

    def setData(self, index: Index, value: Any, role: int = Role.EditRole) -> bool:  # noqa: N802
        """Take a number typed; an empty one takes the estimate away."""
        row = self.row(index.row()) if index.isValid() else None
        if role != Role.EditRole or row is None or self.table is None or not self.is_estimate(index):
            return False
        typed = str(value).strip()
        number = read_number(typed, self.table.units[0]) if typed else None
        if typed and number is None:
            self.refused.emit(typed)
            return False
        if number != row.estimate:
            self.estimated.emit(row.figures[0], number)
        return True

    @staticmethod
    def _align(column: FigureColumn) -> Qt.AlignmentFlag:
        if column.part in (LABEL, MARK):
            return LEFT
        return RIGHT


def read_number(typed: str, unit: str) -> int | None:
    """The number meant: "1.234", of money also "1,5 tỷ"; ``None`` when it is none."""
    if unit == _MONEY:
        money = parse_money(typed)
        return money.value if money is not None else None
    return parse_count(re.sub(r"[., ]", "", typed)) if _GROUPED.fullmatch(typed) else None


_NARROWEST = 8  # characters of a column of numbers


def _columns(table: FigureTable, measure: int, headings: Headings) -> tuple[FigureColumn, ...]:
    first = FigureColumn(LABEL, table.head, 0)
    if measure == WHOLE:
        return (first, *(_number(table, at, title) for at, title in enumerate(table.columns)))
    columns = [first, _number(table, measure, table.columns[measure])]
    if headings.last and any(row.compared for row in table.rows):
        columns += [
            FigureColumn(Part.LAST, headings.last, columns[1].width, measure),
            FigureColumn(Part.DIFFERENCE, tr("Difference"), columns[1].width, measure),
            FigureColumn(MARK, tr("To note"), 14, measure),
        ]
    if headings.estimate and measure == 0:
        columns.append(FigureColumn(ESTIMATE, headings.estimate, 10))
    return tuple(columns)


def _number(table: FigureTable, at: int, title: str) -> FigureColumn:
    longest = max((len(count(row.values[at])) for row in table.rows), default=0)
    return FigureColumn(Part.THIS, title, max(longest, _NARROWEST), at)


def _text(row: FigureRow, column: FigureColumn) -> str:
    if column.part == LABEL:
        return row.label
    if column.part == Part.THIS:
        return count(row.values[column.at])
    if column.part == ESTIMATE:
        return "" if row.estimate is None else count(row.estimate)
    beside = row.compared[column.at]
    if beside is None:
        return ""
    if column.part == Part.LAST:
        return count(beside.last)
    if column.part == MARK:
        return {"same": tr("Same as before"), "zero": tr("Fell to 0")}.get(beside.mark, "")
    return f"+{count(beside.difference)}" if beside.difference > 0 else count(beside.difference)

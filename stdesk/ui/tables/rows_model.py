"""A small table held in memory: previews, findings, history."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt
from PySide6.QtGui import QColor

from stdesk.ui import theme
from stdesk.ui.icons import icon

Index = QModelIndex | QPersistentModelIndex
Role = Qt.ItemDataRole
LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
CENTRE = Qt.AlignmentFlag.AlignCenter
RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
ROW_ROLE = Role.UserRole + 1


@dataclass(frozen=True, slots=True)
class RowsColumn:
    """One column.

    Attributes:
        title: its header.
        width: in characters; 0 = what is left (the last such stretches).
        align: ``LEFT``, ``CENTRE`` or ``RIGHT``.
    """

    title: str
    width: int = 16
    align: Qt.AlignmentFlag = LEFT


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell with more than its text.

    Attributes:
        text: what stands in it.
        icon, tone: picture before it and colour of the picture (and text when ``coloured``).
        tip: what hovering tells; the text itself when empty.
    """

    text: str
    icon: str = ""
    tone: str = "text_soft"
    tip: str = ""
    coloured: bool = False


class RowsModel(QAbstractTableModel):
    """Rows of plain cells: text, numbers or :class:`Cell`.

    Args:
        columns: headers, as texts or :class:`RowsColumn`.
        rows: one sequence of cells a row.
    """

    def __init__(
        self,
        columns: Sequence[str | RowsColumn],
        rows: Sequence[Sequence[Any]] = (),
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self.columns = tuple(RowsColumn(one) if isinstance(one, str) else one for one in columns)
        self._rows = list(rows)

    def set_rows(self, rows: Sequence[Sequence[Any]]) -> None:
        """Show other rows."""
        self.beginResetModel()
        self._rows = list(rows)
        self.endResetModel()

    def row(self, at: int) -> Sequence[Any]:
        """The cells of row ``at``."""
        return self._rows[at]

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own default
        """Number of rows."""
        return 0 if parent.isValid() else len(self._rows)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own default
        """Number of columns."""
        return 0 if parent.isValid() else len(self.columns)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Role.DisplayRole) -> Any:
        """Titles of the columns."""
        if orientation != Qt.Orientation.Horizontal or not 0 <= section < len(self.columns):
            return None
        if role == Role.DisplayRole:
            return self.columns[section].title
        if role == Role.TextAlignmentRole:
            return self.columns[section].align
        return None

    def data(self, index: Index, role: int = Role.DisplayRole) -> Any:
        """One cell, in the given role."""
        if not index.isValid() or not 0 <= index.row() < len(self._rows):
            return None
        if role == Role.TextAlignmentRole:
            return self.columns[index.column()].align
        row = self._rows[index.row()]
        if role == ROW_ROLE:
            return row
        cell = row[index.column()] if index.column() < len(row) else ""
        return _cell(cell, role)


def _cell(cell: Any, role: int) -> Any:
    rich = cell if isinstance(cell, Cell) else Cell("" if cell is None else str(cell))
    if role == Role.DisplayRole:
        return rich.text.replace("\n", " ")
    if role in (Role.ToolTipRole, Role.AccessibleTextRole):
        return rich.tip or rich.text or None
    if role == Role.DecorationRole and rich.icon:
        return icon(rich.icon, rich.tone)
    if role == Role.ForegroundRole and rich.coloured:
        return QColor(getattr(theme.tokens(), rich.tone))
    return None

"""A table whose rows are ticked: by mouse, or by blank for all rows chosen."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from PySide6.QtCore import QModelIndex, QObject, QPersistentModelIndex, Qt, Signal
from PySide6.QtGui import QKeyEvent

from stdesk.ui.tables.rows_model import RowsColumn, RowsModel
from stdesk.ui.tables.view import TableView

Index = QModelIndex | QPersistentModelIndex


class TickModel(RowsModel):
    """Rows with a key each, of which some are ticked; the tick stands in the first column.

    Signals:
        ticks_changed: other rows are ticked.
    """

    ticks_changed = Signal()

    def __init__(self, columns: Sequence[str | RowsColumn], parent: QObject | None = None) -> None:
        super().__init__(columns, parent=parent)
        self._keys: list[str] = []
        self._ticked: set[str] = set()

    def set_keyed(self, rows: Sequence[tuple[str, Sequence[Any]]], ticked: Iterable[str]) -> None:
        """Show (key, cells) of each row, with these ticked."""
        self._keys = [key for key, _ in rows]
        self._ticked = set(ticked) & set(self._keys)
        self.set_rows([cells for _, cells in rows])
        self.ticks_changed.emit()

    @property
    def ticked(self) -> list[str]:
        """Keys of the ticked rows, in their order."""
        return [key for key in self._keys if key in self._ticked]

    def key(self, row: int) -> str:
        """The key of a row."""
        return self._keys[row]

    def tick(self, rows: Iterable[int], *, on: bool) -> None:
        """Tick these rows, or take their ticks away."""
        keys = {self._keys[row] for row in rows}
        self._ticked = self._ticked | keys if on else self._ticked - keys
        if self._keys:
            self.dataChanged.emit(self.index(0, 0), self.index(len(self._keys) - 1, 0))
        self.ticks_changed.emit()

    def is_ticked(self, row: int) -> bool:
        """Whether a row is ticked."""
        return self._keys[row] in self._ticked

    def flags(self, index: Index) -> Qt.ItemFlag:
        """The first column can be ticked."""
        flags = super().flags(index)
        return flags | Qt.ItemFlag.ItemIsUserCheckable if index.column() == 0 else flags

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """The tick, else the cell."""
        if role == Qt.ItemDataRole.CheckStateRole and index.isValid() and index.column() == 0:
            return Qt.CheckState.Checked if self.is_ticked(index.row()) else Qt.CheckState.Unchecked
        return super().data(index, role)

    def setData(self, index: Index, value: Any, role: int = Qt.ItemDataRole.EditRole) -> bool:  # noqa: N802
        """A tick set by mouse."""
        if role != Qt.ItemDataRole.CheckStateRole or index.column() != 0:
            return False
        self.tick([index.row()], on=Qt.CheckState(value) == Qt.CheckState.Checked)
        return True


class TickTable(TableView):
    """Shows a :class:`TickModel`; blank ticks or unticks every chosen row."""

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Blank ticks."""
        model = self.model()
        if event.key() == Qt.Key.Key_Space and isinstance(model, TickModel):
            rows = self.chosen_rows()
            if rows:
                model.tick(rows, on=not all(model.is_ticked(row) for row in rows))
        else:
            super().keyPressEvent(event)

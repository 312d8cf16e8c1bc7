"""What is wrong with a package, typed line by line: record, field, fault, how to deal with it, remark."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from PySide6.QtCore import QAbstractItemModel, QModelIndex, QPersistentModelIndex, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QComboBox,
    QFrame,
    QHeaderView,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableWidget,
    QTableWidgetItem,
    QWidget,
)

from stdesk.domain.kinds import Kinds
from stdesk.i18n import tr
from stdesk.ui import theme
from stdesk.ui.central import words

COLUMNS = ("kind", "number", "field", "error", "advice", "note")
_WIDTHS = {"kind": 150, "number": 64, "field": 150, "note": 150}
_KEPT = Qt.ItemDataRole.UserRole
Index = QModelIndex | QPersistentModelIndex


class _Choice(QStyledItemDelegate):
    """A cell chosen from a list that may depend on its row."""

    def __init__(self, options: Callable[[int], Sequence[str]], parent: QWidget) -> None:
        super().__init__(parent)
        self._options = options

    def createEditor(self, parent: QWidget, _option: QStyleOptionViewItem, index: Index) -> QWidget:
        """The list, "" first."""
        combo = QComboBox(parent)
        combo.addItems(["", *self._options(index.row())])
        return combo

    def setEditorData(self, editor: QWidget, index: Index) -> None:
        """What stands there is chosen."""
        if isinstance(editor, QComboBox):
            editor.setCurrentText(str(index.data() or ""))

    def setModelData(self, editor: QWidget, model: QAbstractItemModel, index: Index) -> None:
        """Keep what was chosen."""
        if isinstance(editor, QComboBox):
            model.setData(index, editor.currentText())


class LinesTable(QTableWidget):
    """Typing begins a cell, Tab goes to the next, Ctrl+Delete takes the line away; a free line stands at the end.

    Signals:
        edited: something was typed.
    """

    edited = Signal()

    def __init__(self, kinds: Kinds, parent: QWidget | None = None) -> None:
        super().__init__(0, len(COLUMNS), parent)
        self._kinds = kinds
        self._names = {str(kind.label): kind.name for kind in kinds}
        self._filling = False
        self.typed = False
        self.setHorizontalHeaderLabels(
            [tr("Kind"), tr("No."), tr("Field"), tr("The fault"), tr("How to deal with it"), tr("Remark")]
        )
        self.setAccessibleName(tr("What is wrong, line by line"))
        self.setTabKeyNavigation(False)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setWordWrap(False)
        self.setCornerButtonEnabled(False)
        triggers = QAbstractItemView.EditTrigger
        self.setEditTriggers(triggers.AnyKeyPressed | triggers.DoubleClicked | triggers.EditKeyPressed)
        self.verticalHeader().setDefaultSectionSize(theme.tokens().row)
        header = self.horizontalHeader()
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        for at, name in enumerate(COLUMNS):
            if name in _WIDTHS:
                self.setColumnWidth(at, _WIDTHS[name])
            else:
                header.setSectionResizeMode(at, QHeaderView.ResizeMode.Stretch)
        self._delegates = (_Choice(lambda _row: list(self._names), self), _Choice(self._fields, self))
        self.setItemDelegateForColumn(0, self._delegates[0])
        self.setItemDelegateForColumn(2, self._delegates[1])
        self.itemChanged.connect(self._changed)

    def _fields(self, row: int) -> list[str]:
        kind = self._names.get(self._text(row, 0), "")
        return [str(field.label) for field in self._kinds[kind].shown] if kind else []

    # -- lines

    def set_lines(self, lines: Sequence[Mapping[str, Any]], *, editable: bool = True) -> None:
        """Show these; ``kind``, ``id``, ``number``, ``field``, ``rule``, ``error``, ``advice``, ``note``."""
        self._filling = True
        self.setRowCount(0)
        for one in lines:
            self._add(one, editable)
        if editable:
            self._add({}, True)
        self._filling = False
        self.typed = False
        if self.rowCount():
            self.setCurrentCell(0, 0)

    def _add(self, one: Mapping[str, Any], editable: bool) -> None:
        row = self.rowCount()
        self.insertRow(row)
        kind = str(one.get("kind", ""))
        shown = {
            **one,
            "kind": words.kind_word(self._kinds, kind),
            "number": str(one.get("number") or ""),
            "field": words.field_word(self._kinds, kind, str(one.get("field", ""))),
        }
        for at, name in enumerate(COLUMNS):
            item = QTableWidgetItem(str(shown.get(name, "")))
            item.setToolTip(item.text())
            if not editable:
                item.setFlags(item.flags() & ~Qt.ItemFlag.ItemIsEditable)
            self.setItem(row, at, item)
        first = self.item(row, 0)
        if first is not None and one.get("id"):
            first.setData(_KEPT, (shown["kind"], shown["number"], str(one["id"]), str(one.get("rule", ""))))

    def lines(self) -> list[dict[str, str]]:
        """As they stand there, in order; the free line at the end left out, others kept so that numbers agree."""
        found = [self._line(row) for row in range(self.rowCount())]
        while found and not any(found[-1].values()):
            found.pop()
        return found

    def _line(self, row: int) -> dict[str, str]:
        said = {name: self._text(row, at) for at, name in enumerate(COLUMNS)}
        first = self.item(row, 0)
        kept = first.data(_KEPT) if first is not None else None
        if kept and tuple(kept[:2]) == (said["kind"], said["number"]):
            said |= {"id": kept[2], "rule": kept[3]}
        said["kind"] = self._names.get(said["kind"], said["kind"])
        return said

    def _text(self, row: int, column: int) -> str:
        item = self.item(row, column)
        return item.text().strip() if item is not None else ""

    def _changed(self, _item: QTableWidgetItem) -> None:
        if self._filling:
            return
        self.typed = True
        if any(self._line(self.rowCount() - 1).values()):
            self._filling = True
            self._add({}, True)
            self._filling = False
        self.edited.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Ctrl+Delete takes the line away, Delete empties the cell, Enter opens it."""
        row, item = self.currentRow(), self.currentItem()
        editable = item is not None and bool(item.flags() & Qt.ItemFlag.ItemIsEditable)
        control = event.modifiers() & Qt.KeyboardModifier.ControlModifier
        if event.key() == Qt.Key.Key_Delete and editable:
            if not control and item is not None:
                item.setText("")
            elif row < self.rowCount() - 1:
                self.removeRow(row)
                self.typed = True
                self.edited.emit()
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and editable and item is not None:
            self.editItem(item)
        else:
            super().keyPressEvent(event)

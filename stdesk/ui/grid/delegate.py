"""How cells are painted and what they are typed into."""

from __future__ import annotations

from typing import Any, cast

from PySide6.QtCore import QAbstractItemModel, QEvent, QModelIndex, QObject, QPersistentModelIndex, Qt, Signal
from PySide6.QtGui import QColor, QPainter, QPen
from PySide6.QtWidgets import QAbstractItemView, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from stdesk.domain.fields import FieldType
from stdesk.ui import theme
from stdesk.ui.grid.cell_editors import CellLine, CellText, leaves_cell
from stdesk.ui.grid.completion import SEVERAL, Completion
from stdesk.ui.grid.model import GridModel

Index = QModelIndex | QPersistentModelIndex
_LEAST_EDITOR = 200  # pixels


class CellDelegate(QStyledItemDelegate):
    """Makes the editors of cells.

    Signals:
        left: the cell was left by a key.
    """

    left = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.completion: Completion | None = None
        self.editor: CellLine | CellText | None = None

    def createEditor(self, parent: QWidget, option: QStyleOptionViewItem, index: Index) -> QWidget:
        """A line, or a small page where text has line breaks."""
        del option
        column = cast("GridModel", index.model()).columns[index.column()]
        editor: CellLine | CellText
        if column.field is not None and column.field.type is FieldType.LONG_TEXT:
            editor = CellText(parent)
        else:
            editor = CellLine(parent, several=column.field is not None and column.field.type in SEVERAL)
            if self.completion is not None and column.field is not None:
                self.completion.watch(editor, column.field)
        editor.setAccessibleName(column.title)
        editor.left.connect(self.left)
        self.editor = editor
        return editor

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """What was typed stands on its own ground; a frame round the cell one is in."""
        ground = index.data(Qt.ItemDataRole.BackgroundRole)
        if ground is not None:  # the style sheet's cells would leave it out
            painter.fillRect(cast("Any", option).rect, ground)
        super().paint(painter, option, index)
        view = self.parent()
        if isinstance(view, QAbstractItemView) and index == view.currentIndex():
            t = theme.tokens()
            colour = index.data(Qt.ItemDataRole.ForegroundRole) or QColor(t.accent)
            painter.save()
            painter.setPen(QPen(colour if view.hasFocus() else QColor(t.line_strong), 2))
            painter.drawRect(cast("Any", option).rect.adjusted(1, 1, -1, -2))
            painter.restore()

    def destroyEditor(self, editor: QWidget, index: Index) -> None:  # noqa: N802 - Qt's name
        """It is gone."""
        if self.editor is editor:
            self.editor = None
        super().destroyEditor(editor, index)

    def setEditorData(self, editor: QWidget, index: Index) -> None:
        """What stands in the cell, as one would type it."""
        text = str(index.data(Qt.ItemDataRole.EditRole) or "")
        if isinstance(editor, CellLine):
            editor.setText(text.replace("\n", " "))
        elif isinstance(editor, CellText):
            editor.setPlainText(text)
            editor.selectAll()

    def setModelData(self, editor: QWidget, model: QAbstractItemModel, index: Index) -> None:
        """What was typed."""
        if isinstance(editor, CellLine | CellText):
            model.setData(index, editor.text())

    def updateEditorGeometry(self, editor: QWidget, option: QStyleOptionViewItem, index: Index) -> None:
        """Over the cell; wider and higher where the cell has no room."""
        del index
        rect = cast("Any", option).rect
        room = cast("QWidget", editor.parentWidget()).rect()
        rect.setWidth(max(rect.width(), _LEAST_EDITOR))
        if isinstance(editor, CellText):
            rect.setHeight(rect.height() * 4)
        rect.moveRight(min(rect.right(), max(room.right(), rect.width())))
        rect.moveBottom(min(rect.bottom(), max(room.bottom(), rect.height())))
        editor.setGeometry(rect)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Enter, Tab and Esc are the editor's own affair."""
        if leaves_cell(event):
            return False
        return super().eventFilter(watched, event)

"""A small table inside a form: one row of editors an item, with the keys of a sheet."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from typing import Any

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QGuiApplication, QKeyEvent, QKeySequence
from PySide6.QtWidgets import QComboBox, QGridLayout, QHBoxLayout, QLineEdit, QToolButton, QWidget

from stdesk.domain.fields import Field, FieldType, Value
from stdesk.domain.values import MAX_ITEMS, canonical
from stdesk.i18n import tr
from stdesk.ui.forms.choice_editor import ChoiceEditor
from stdesk.ui.forms.editor import FieldEditor, Setting
from stdesk.ui.forms.number_editors import READ_LINES, ReadLine
from stdesk.ui.forms.text_editors import LineEditor, bare_layout
from stdesk.ui.icons import icon
from stdesk.ui.widgets.buttons import icon_button
from stdesk.ui.widgets.labels import ElidedLabel, label
from stdesk.ui.widgets.suggest_line import SuggestLine

_STRETCH = {FieldType.TEXT: 6, FieldType.CHOICE: 6, FieldType.MONEY: 5, FieldType.DATE: 4}
_PASTED = 200_000  # characters of the clipboard that are read
_PASTED_ROWS = 200  # rows at once: each is a row of widgets

_Row = dict[str, FieldEditor]


class RowsEditor(FieldEditor):
    """The items of a field of rows.

    Enter goes to the next cell, after the last one to a new row, and from the first cell of an
    empty row out of the table. Ctrl+Up and Ctrl+Down change the row, Ctrl+Delete takes it away, and a block copied
    from a sheet is pasted over the cells from the one that is open.
    """

    def __init__(self, field: Field, setting: Setting, parent: QWidget | None = None) -> None:
        super().__init__(field, setting, parent)
        self._rows: list[_Row] = []
        self._removers: list[QToolButton] = []
        self._loaded: Value = None
        column = bare_layout(self)
        self._frame = QWidget()
        self._grid = QGridLayout(self._frame)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(6)
        self._grid.setVerticalSpacing(4)
        for place, cell in enumerate(field.columns):
            self._grid.addWidget(label(str(cell.label), "label"), 0, place)
            self._grid.setColumnStretch(place, _STRETCH.get(cell.type, 2))
        self._frame.hide()
        column.addWidget(self._frame)
        self.add_button = icon_button("plus", tr("Add a row"), "accent")
        self.add_button.clicked.connect(self.add_row)
        self.name_control(self.add_button)
        self.add_button.setAccessibleName(tr("Add a row: {name}", name=field.label))
        self.add_button.setSizePolicy(
            self.add_button.sizePolicy().Policy.Maximum, self.add_button.sizePolicy().Policy.Fixed
        )
        hint = tr("Enter: next cell · Ctrl+Delete: remove the row · Ctrl+V: paste from Excel")
        self.keys = ElidedLabel(hint, "small")  # cut, so that it never widens the form
        self.keys.hide()
        foot = QHBoxLayout()
        foot.addWidget(self.add_button)
        foot.addWidget(self.keys, 1)
        foot.addStretch(0)
        column.addLayout(foot)

    def main_control(self) -> QWidget:
        """The first cell, or the button when there is no row."""
        if self._rows:
            return next(iter(self._rows[0].values())).main_control()
        return self.add_button

    def value(self) -> Value:
        """The rows that hold something; what was loaded and not touched stays as it was."""
        items = [item for row in self._rows if (item := _item(row))]
        if tuple(items) == tuple(self._loaded or ()):
            return self._loaded
        return canonical(self.field, items)

    def set_value(self, value: Value) -> None:
        """Show ``value``."""
        self._loaded = value
        while self._rows:
            self._take_row(len(self._rows) - 1)
        for item in value or ():
            self._put_row(item)
        self._show_frame()

    def problem(self) -> str:
        """The first cell that is not understood."""
        for place, row in enumerate(self._rows, 1):
            for editor in row.values():
                if problem := editor.problem():
                    return tr("Row {n}, {cell}: {problem}", n=place, cell=editor.field.label, problem=problem)
        return ""

    def typed(self) -> str:
        """What stands in the cells that are not understood."""
        cells = [editor for row in self._rows for editor in row.values()]
        return "; ".join(f"{one.field.label}: {one.typed()}" for one in cells if one.problem())

    def understood(self) -> str:
        """How amounts, dates and numbers typed freely are taken."""
        cells = [editor for row in self._rows for editor in row.values() if isinstance(editor, ReadLine)]
        return "; ".join(text for one in cells if (text := one.understood()))

    # -- rows --------------------------------------------------------------------------------

    def add_row(self) -> None:
        """An empty row at the end, its first cell ready to be typed into."""
        self._put_row({})
        self._show_frame()
        self._go(len(self._rows) - 1, 0)

    def _show_frame(self) -> None:
        self._frame.setVisible(bool(self._rows))
        self.keys.setVisible(bool(self._rows))

    def _put_row(self, item: Mapping[str, Any]) -> None:
        line = self._grid.rowCount()
        row: _Row = {}
        for place, cell in enumerate(self.field.columns):
            editor = _cell_editor(cell, self.setting, self.field.name)
            control = editor.main_control()
            control.setAccessibleName(f"{self.field.label}: {cell.label}")
            control.installEventFilter(self)
            editor.set_value(item.get(cell.name))
            editor.changed.connect(self.changed)
            self._grid.addWidget(editor, line, place)
            row[cell.name] = editor
        remover = QToolButton()
        remover.setProperty("quiet", True)
        remover.setIcon(icon("trash", "text_soft"))
        remover.setAccessibleName(tr("Remove the row"))
        remover.setToolTip(tr("Remove the row (Ctrl+Delete)"))
        remover.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # Ctrl+Delete does the same from the keyboard
        remover.clicked.connect(lambda: self._remove(row))
        self._grid.addWidget(remover, line, len(self.field.columns))
        self._rows.append(row)
        self._removers.append(remover)

    def _remove(self, row: _Row) -> None:
        place = next(at for at, one in enumerate(self._rows) if one is row)
        self._take_row(place)
        self._show_frame()
        if self._rows:
            self._go(min(place, len(self._rows) - 1), 0)
        else:
            self.add_button.setFocus()
        self.changed.emit()

    def _take_row(self, place: int) -> None:
        for widget in (*self._rows.pop(place).values(), self._removers.pop(place)):
            self._grid.removeWidget(widget)
            widget.hide()
            widget.deleteLater()

    # -- keys --------------------------------------------------------------------------------

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """The keys of a sheet, before the cell sees them."""
        if not isinstance(event, QKeyEvent) or event.type() != QEvent.Type.KeyPress:
            return False
        where = self._where(watched)
        if where is None or (isinstance(watched, SuggestLine) and watched.proposals_open):
            return False
        return self._cell_key(event, *where)

    def _cell_key(self, event: QKeyEvent, row: int, cell: int) -> bool:
        key = event.key()
        control = bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier)
        if key in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and not control:
            self._on(row, cell)
        elif control and key in (Qt.Key.Key_Up, Qt.Key.Key_Down):
            self._go(max(0, min(row + (1 if key == Qt.Key.Key_Down else -1), len(self._rows) - 1)), cell)
        elif control and key == Qt.Key.Key_Delete:
            self._remove(self._rows[row])
        elif event.matches(QKeySequence.StandardKey.Paste):
            return self._paste(QGuiApplication.clipboard().text()[:_PASTED], row, cell)
        else:
            return False
        return True

    def _where(self, control: QObject) -> tuple[int, int] | None:
        for at, row in enumerate(self._rows):
            for place, editor in enumerate(row.values()):
                if editor.main_control() is control:
                    return at, place
        return None

    def _go(self, row: int, cell: int) -> None:
        control = list(self._rows[row].values())[cell].main_control()
        control.setFocus(Qt.FocusReason.TabFocusReason)
        line = control.lineEdit() if isinstance(control, QComboBox) else control
        if isinstance(line, QLineEdit):
            line.selectAll()

    def _on(self, row: int, cell: int) -> None:
        """Enter: the next cell, a new row after the last, out of an empty row."""
        last_row, last_cell = len(self._rows) - 1, len(self.field.columns) - 1
        empty = not any(_has_text(editor) for editor in self._rows[row].values())
        if empty and row == last_row and cell == 0:
            self._take_row(row)
            self._show_frame()
            self.add_button.setFocus()
            self.focusNextChild()
            self.changed.emit()
        elif cell < last_cell:
            self._go(row, cell + 1)
        elif row < last_row:
            self._go(row + 1, 0)
        else:
            self.add_row()

    def _paste(self, text: str, row: int, cell: int) -> bool:
        """A block of cells from here on; a single one is left to the cell itself."""
        block = _block(text)
        if len(block) < 2 and (not block or len(block[0]) < 2):
            return False
        names = [column.name for column in self.field.columns]
        for down, texts in enumerate(block[: min(_PASTED_ROWS, MAX_ITEMS - row)]):
            while row + down >= len(self._rows):
                self._put_row({})
            for name, one in zip(names[cell:], texts, strict=False):
                _type_into(self._rows[row + down][name], one)
        self._show_frame()
        if len(block) > _PASTED_ROWS:
            self.setting.session.say(
                tr("Only the first {n} rows were pasted. Paste the rest after them.", n=str(_PASTED_ROWS))
            )
        self.changed.emit()
        return True


def _block(text: str) -> list[list[str]]:
    """Rows and cells of a block as Excel and Word put it on the clipboard."""
    rows = csv.reader(io.StringIO(text.replace("\0", "")), delimiter="\t")
    try:
        cells = [[cell.strip() for cell in row] for row in rows]
    except csv.Error:
        cells = [[cell.strip() for cell in line.split("\t")] for line in text.splitlines()]
    return [row for row in cells if any(row)]


def _type_into(editor: FieldEditor, text: str) -> None:
    """As if typed; leaving a choice puts its own words there."""
    editor.set_typed(" ".join(text.split()))
    if isinstance(editor, ChoiceEditor):
        editor.line.editingFinished.emit()


def _has_text(editor: FieldEditor) -> bool:
    return editor.value() is not None or bool(editor.typed())


def _cell_editor(cell: Field, setting: Setting, table: str) -> FieldEditor:
    if cell.type is FieldType.CHOICE:
        return ChoiceEditor(cell, setting)
    maker = READ_LINES.get(cell.type)
    if maker is None:
        return LineEditor(cell, setting, pool=f"{table}.{cell.name}")
    editor = maker(cell, setting)
    editor.line.setPlaceholderText("")  # cells are too narrow for examples
    return editor


def _item(row: Mapping[str, FieldEditor]) -> dict[str, Any]:
    return {name: value for name, editor in row.items() if (value := editor.value()) is not None}

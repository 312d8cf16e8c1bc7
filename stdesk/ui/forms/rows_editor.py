"""A small table inside a form: one row of editors an item."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from PySide6.QtWidgets import QGridLayout, QToolButton, QWidget

from stdesk.domain.fields import Field, FieldType, Value
from stdesk.domain.values import canonical
from stdesk.i18n import tr
from stdesk.ui.forms.choice_editor import ChoiceEditor
from stdesk.ui.forms.editor import FieldEditor, Setting
from stdesk.ui.forms.number_editors import READ_LINES, MoneyEditor
from stdesk.ui.forms.text_editors import LineEditor, bare_layout
from stdesk.ui.icons import icon
from stdesk.ui.widgets.buttons import icon_button
from stdesk.ui.widgets.labels import label

_STRETCH = {FieldType.TEXT: 6, FieldType.CHOICE: 6, FieldType.MONEY: 5, FieldType.DATE: 4}


class RowsEditor(FieldEditor):
    """The items of a field of rows."""

    def __init__(self, field: Field, setting: Setting, parent: QWidget | None = None) -> None:
        super().__init__(field, setting, parent)
        self._rows: list[dict[str, FieldEditor]] = []
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
        column.addWidget(self.add_button)
        self.add_button.setSizePolicy(
            self.add_button.sizePolicy().Policy.Maximum, self.add_button.sizePolicy().Policy.Fixed
        )

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
            self._take_row(0)
        for item in value or ():
            self._put_row(item)
        self._frame.setVisible(bool(self._rows))

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
        """How amounts typed freely are taken."""
        cells = [editor for row in self._rows for editor in row.values() if isinstance(editor, MoneyEditor)]
        return "; ".join(text for one in cells if (text := one.understood()))

    def add_row(self) -> None:
        """An empty row at the end, its first cell ready to be typed into."""
        self._put_row({})
        self._frame.show()
        next(iter(self._rows[-1].values())).main_control().setFocus()

    def _put_row(self, item: Mapping[str, Any]) -> None:
        line = self._grid.rowCount()
        row: dict[str, FieldEditor] = {}
        for place, cell in enumerate(self.field.columns):
            editor = _cell_editor(cell, self.setting)
            editor.main_control().setAccessibleName(f"{self.field.label}: {cell.label}")
            editor.set_value(item.get(cell.name))
            editor.changed.connect(self.changed)
            self._grid.addWidget(editor, line, place)
            row[cell.name] = editor
        remover = QToolButton()
        remover.setProperty("quiet", True)
        remover.setIcon(icon("trash", "text_soft"))
        remover.setAccessibleName(tr("Remove the row"))
        remover.setToolTip(tr("Remove the row"))
        remover.clicked.connect(lambda: self._remove(row))
        self._grid.addWidget(remover, line, len(self.field.columns))
        self._rows.append(row)
        self._removers.append(remover)

    def _remove(self, row: dict[str, FieldEditor]) -> None:
        self._take_row(next(at for at, one in enumerate(self._rows) if one is row))
        self._frame.setVisible(bool(self._rows))
        self.add_button.setFocus()
        self.changed.emit()

    def _take_row(self, place: int) -> None:
        for widget in (*self._rows.pop(place).values(), self._removers.pop(place)):
            self._grid.removeWidget(widget)
            widget.hide()
            widget.deleteLater()


def _cell_editor(cell: Field, setting: Setting) -> FieldEditor:
    if cell.type is FieldType.CHOICE:
        return ChoiceEditor(cell, setting)
    maker = READ_LINES.get(cell.type)
    if maker is None:
        return LineEditor(cell, setting)
    editor = maker(cell, setting)
    editor.line.setPlaceholderText("")  # cells are too narrow for examples
    return editor


def _item(row: Mapping[str, FieldEditor]) -> dict[str, Any]:
    return {name: value for name, editor in row.items() if (value := editor.value()) is not None}

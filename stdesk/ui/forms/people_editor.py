"""People as chips: typed as one writes them, rank and degree recognised, corrected in a row of fields."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QGridLayout, QHBoxLayout, QLineEdit, QWidget

from stdesk.domain.codes import code_list
from stdesk.domain.fields import PERSON_COLUMNS, Field, FieldType, Value
from stdesk.domain.people import PersonName, show_person, split_people
from stdesk.domain.values import canonical
from stdesk.i18n import tr
from stdesk.ui import theme
from stdesk.ui.forms.choice_editor import ChoiceEditor
from stdesk.ui.forms.editor import FieldEditor, Setting
from stdesk.ui.forms.text_editors import LineEditor, bare_layout
from stdesk.ui.widgets.buttons import icon_button
from stdesk.ui.widgets.chips import ChipRow
from stdesk.ui.widgets.labels import label, plain

Person = Mapping[str, Any]


class PeopleEditor(FieldEditor):
    """Chips in order, a line to add more, and the details of the one that is open."""

    def __init__(self, field: Field, setting: Setting, parent: QWidget | None = None) -> None:
        super().__init__(field, setting, parent)
        self._people: list[Person] = []
        self._loaded: Value = None
        self._open: int | None = None
        column = bare_layout(self)
        column.setSpacing(6)
        self.chips = ChipRow()
        self.line = QLineEdit()
        self.line.setPlaceholderText(
            tr("e.g. Đại tá, PGS.TS Nguyễn Văn A") if field.single else tr("Add people, separated by ;")
        )
        self.name_control(self.line)
        self.details: PersonPanel | None = None
        column.addWidget(self.chips)
        column.addWidget(self.line)
        self._column = column
        self.chips.hide()
        self.line.returnPressed.connect(self._enter)
        self.line.textEdited.connect(lambda _text: self.changed.emit())
        self.chips.opened.connect(lambda key: self.open_person(int(key)))
        self.chips.removed.connect(lambda key: self.drop(int(key)))
        self.chips.moved.connect(lambda key, by: self._move(int(key), by))

    def main_control(self) -> QWidget:
        """The line."""
        return self.line

    def value(self) -> Value:
        """The people of the chips and those still in the line."""
        people = [*self._people, *self._read(self.line.text())]
        if tuple(people) == tuple(self._loaded or ()):
            return self._loaded
        return canonical(self.field, people)

    def set_value(self, value: Value) -> None:
        """Show ``value``, the line empty."""
        self._loaded = value
        self._people = list(value or ())
        self.line.clear()
        self._close()
        self._show()

    def understood(self) -> str:
        """Who is recognised in the line."""
        people = self._read(self.line.text())
        if not people:
            return ""
        return tr("understood as {value}", value="; ".join(show_person(one) for one in people))

    def problem(self) -> str:
        """That a field for one person holds two."""
        if self.field.single and len(self._people) + len(self._read(self.line.text())) > 1:
            return tr("Only one person here. Remove the one that does not belong.")
        return ""

    def typed(self) -> str:
        """The line when it cannot be taken."""
        return self.line.text() if self.problem() else ""

    def set_typed(self, text: str) -> None:
        """Put the line back."""
        self.line.setText(text)

    def drop(self, place: int) -> None:
        """Take a person away."""
        del self._people[place]
        self._close()
        self._show()
        if not self._people:
            self.line.setFocus()
        self.changed.emit()

    def open_person(self, place: int) -> None:
        """Show the details of a person below the chips; the same chip again closes them."""
        was = self._open
        self._close()
        if was == place:
            return
        self._open = place
        self.details = PersonPanel(self.field, self.setting, self._people[place])
        self.details.edited.changed.connect(self._edited)
        self.details.done.clicked.connect(self._done)
        self._column.insertWidget(1, self.details)
        self.details.show()
        self.details.editors["name"].main_control().setFocus()

    def _read(self, text: str) -> list[Person]:
        if not text.strip():
            return []
        return [self._item(person) for person in split_people(text).people if person.name]

    def _item(self, person: PersonName) -> Person:
        item = {
            name: getattr(person, name)
            for name in ("name", "rank", "academic_title", "degree", "gender", "post", "unit")
            if getattr(person, name)
        }
        if self.field.codes and person.note:
            role = code_list(self.field.codes).recognise(person.note)
            if role is not None:
                item["role"] = role.code
        return item

    def _enter(self) -> None:
        people = self._read(self.line.text())
        if not people:
            self.focusNextChild()
            return
        if self.problem():
            return
        self.line.clear()
        self._people += people
        self._show()
        self.changed.emit()

    def _move(self, place: int, by: int) -> None:
        to = min(max(place + by, 0), len(self._people) - 1)
        if to != place:
            self._people.insert(to, self._people.pop(place))
            self._close()
            self._show()
            chip = self.chips.chip(str(to))
            if chip is not None:
                chip.setFocus()
            self.changed.emit()

    def _edited(self) -> None:
        if self.details is not None and self._open is not None:
            self._people[self._open] = self.details.person()
            self._show()
            self.changed.emit()

    def _done(self) -> None:
        place = self._open
        self._close()
        chip = self.chips.chip(str(place))
        (chip or self.line).setFocus()

    def _close(self) -> None:
        if self.details is not None:
            self._column.removeWidget(self.details)
            self.details.hide()
            self.details.deleteLater()
        self.details, self._open = None, None

    def _show(self) -> None:
        self.chips.set_chips([(str(place), self._chip_text(one)) for place, one in enumerate(self._people)])
        self.chips.setVisible(bool(self._people))
        self.line.setVisible(not (self.field.single and self._people) or bool(self.line.text()))

    def _chip_text(self, person: Person) -> str:
        role = person.get("role")
        first_role = next(iter(code_list(self.field.codes).codes), "") if self.field.codes else ""
        shown = show_person(person)
        if role and role != first_role:
            shown += f" ({code_list(self.field.codes).label(role)})"
        return shown


class PersonPanel(QFrame):
    """The cells of one person."""

    def __init__(self, field: Field, setting: Setting, person: Person, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("place", "card")
        t = theme.tokens()
        grid = QGridLayout(self)
        grid.setContentsMargins(t.m, t.s, t.m, t.m)
        grid.setHorizontalSpacing(t.m)
        grid.setVerticalSpacing(t.xs)
        self.editors: dict[str, FieldEditor] = {}
        self._other = {name: cell for name, cell in person.items()}
        at = 0
        for column in PERSON_COLUMNS:
            editor = _cell_editor(column, field, setting)
            if editor is None:
                continue
            name = label(plain(str(column.label)), "label")
            name.setBuddy(editor.main_control())
            editor.set_value(person.get(column.name))
            grid.addWidget(name, 2 * (at // 2), at % 2)
            grid.addWidget(editor, 2 * (at // 2) + 1, at % 2)
            self.editors[column.name] = editor
            at += 1
        self.edited = next(iter(self.editors.values()))
        for editor in list(self.editors.values())[1:]:
            editor.changed.connect(self.edited.changed)
        foot = QHBoxLayout()
        foot.addStretch(1)
        self.done = icon_button("check-circle", tr("Done"))
        foot.addWidget(self.done)
        grid.addLayout(foot, 2 * ((at + 1) // 2), 0, 1, 2, Qt.AlignmentFlag.AlignRight)
        grid.setColumnStretch(0, 1)
        grid.setColumnStretch(1, 1)

    def person(self) -> Person:
        """The person as the cells now stand; a cell not understood keeps what it was."""
        cells = dict(self._other)
        for name, editor in self.editors.items():
            if not editor.problem():
                cells[name] = editor.value()
        return {name: cell for name, cell in cells.items() if cell is not None}


def _cell_editor(column: Field, field: Field, setting: Setting) -> FieldEditor | None:
    if column.name == "role":
        if not field.codes:
            return None
        return ChoiceEditor(replace(column, type=FieldType.CHOICE, codes=field.codes), setting)
    if column.type is FieldType.CHOICE:
        return ChoiceEditor(column, setting)
    return LineEditor(column, setting)

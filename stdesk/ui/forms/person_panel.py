"""The cells of one person, opened below the chips."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QGridLayout, QHBoxLayout

from stdesk.domain.codes import code_list
from stdesk.domain.fields import PERSON_COLUMNS, Field, FieldType
from stdesk.domain.people import show_person
from stdesk.domain.values import show
from stdesk.i18n import tr
from stdesk.services.suggestions import PEOPLE
from stdesk.ui import theme
from stdesk.ui.forms.choice_editor import ChoiceEditor
from stdesk.ui.forms.editor import FieldEditor, Setting
from stdesk.ui.forms.text_editors import LineEditor
from stdesk.ui.widgets.buttons import icon_button
from stdesk.ui.widgets.escape import claims_escape
from stdesk.ui.widgets.labels import label, plain

Person = Mapping[str, Any]
AT_THAT_TIME = ("rank", "academic_title", "degree", "gender", "post", "unit")
"""Cells that change in a person's life: proposed as last known, never filled in unasked."""


def missing_of(person: Person, known: Person) -> dict[str, Any]:
    """What is known of a person and not said in ``person``."""
    return {name: known[name] for name in AT_THAT_TIME if known.get(name) and not person.get(name)}


def show_known(known: Person) -> str:
    """The cells of ``known`` in words: "Đại tá, TS · PC02"."""
    titles = show_person({**known, "name": ""}).strip(" ,")
    rest = [str(known[name]) for name in ("post", "unit") if known.get(name)]
    gender = code_list("gender").label(known["gender"]) if known.get("gender") else ""
    return " · ".join(part for part in (titles, *rest, gender) if part)


class PersonPanel(QFrame):
    """The cells of one person.

    Signals:
        changed: a cell was typed into or chosen.
        closed: by its button or Esc.
    """

    changed = Signal()
    closed = Signal()

    def __init__(self, field: Field, setting: Setting, person: Person) -> None:
        super().__init__()
        self.setProperty("place", "card")
        self.setAccessibleName(tr("Details of {name}", name=str(person.get("name", ""))))
        t = theme.tokens()
        grid = QGridLayout(self)
        grid.setContentsMargins(t.m, t.s, t.m, t.m)
        grid.setHorizontalSpacing(t.m)
        grid.setVerticalSpacing(t.xs)
        self.editors: dict[str, FieldEditor] = {}
        self._other = dict(person)
        at = 0
        for column in PERSON_COLUMNS:
            editor = _cell_editor(column, field, setting)
            if editor is None:
                continue
            name = label(plain(str(column.label)), "label")
            name.setBuddy(editor.main_control())
            editor.set_value(person.get(column.name))
            editor.changed.connect(self.changed)
            grid.addWidget(name, 2 * (at // 2), at % 2)
            grid.addWidget(editor, 2 * (at // 2) + 1, at % 2)
            self.editors[column.name] = editor
            at += 1
        foot = QHBoxLayout()
        self.take = icon_button("clock-counter-clockwise", "")
        self.take.setProperty("link", True)
        self.take.clicked.connect(self._take)
        self.take.hide()
        foot.addWidget(self.take)
        foot.addStretch(1)
        self.done = icon_button("check-circle", tr("Done"))
        self.done.clicked.connect(self.closed)
        foot.addWidget(self.done)
        grid.addLayout(foot, 2 * ((at + 1) // 2), 0, 1, 2)
        grid.setColumnStretch(0, 1)
        grid.setColumnStretch(1, 1)
        self._known: dict[str, Any] = {}
        known = setting.session.desk.suggestions.known(str(person.get("name", "")))
        if known is not None:
            self._propose(missing_of(person, known))

    def _propose(self, known: dict[str, Any]) -> None:
        self._known = known
        if known:
            self.take.setText(plain(tr("Last time: {what}. Take it", what=show_known(known))))
            self.take.show()

    def _take(self) -> None:
        for name, cell in self._known.items():
            if name in self.editors:
                self.editors[name].set_value(cell)
        self._other |= self._known
        self.take.hide()
        self.done.setFocus()
        self.changed.emit()

    def person(self) -> Person:
        """The person as the cells now stand; a cell not understood keeps what it was."""
        cells = dict(self._other)
        for name, editor in self.editors.items():
            if not editor.problem():
                cells[name] = editor.value()
        return {name: cell for name, cell in cells.items() if cell is not None}

    def problem(self) -> str:
        """The first cell that is not understood."""
        for editor in self.editors.values():
            if problem := editor.problem():
                return f"{editor.field.label}: {problem}"
        return ""

    def typed(self) -> str:
        """What stands in the cells that are not understood."""
        parts = [f"{one.field.label}: {one.typed()}" for one in self.editors.values() if one.problem()]
        return "; ".join(parts)

    def event(self, event: QEvent) -> bool:
        """Esc closes the panel before it steps back in the page."""
        return claims_escape(event) or super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Esc closes; nothing typed is lost by it."""
        if event.key() == Qt.Key.Key_Escape:
            self.closed.emit()
        else:
            super().keyPressEvent(event)


def _cell_editor(column: Field, field: Field, setting: Setting) -> FieldEditor | None:
    if column.name == "role":
        if not field.codes:
            return None
        return ChoiceEditor(replace(column, type=FieldType.CHOICE, codes=field.codes), setting)
    if column.type is FieldType.CHOICE:
        return ChoiceEditor(column, setting)
    return LineEditor(column, setting, pool=f"{PEOPLE}.{column.name}")


def details_of(person: Person, field: Field) -> str:
    """All that is known of a person, a line each, for a tip."""
    lines = []
    for column in PERSON_COLUMNS:
        cell = person.get(column.name)
        if cell:
            role = column.name == "role" and field.codes
            said = code_list(field.codes).label(cell) if role else show(column, cell)
            lines.append(f"{column.label}: {said}")
    return "\n".join(lines)

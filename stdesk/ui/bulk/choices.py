"""What can be done to many records, each with the controls it needs."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QCheckBox, QComboBox, QLineEdit, QRadioButton, QVBoxLayout, QWidget

from stdesk.domain.fields import Field, FieldType
from stdesk.domain.kinds import Kind
from stdesk.domain.records import State
from stdesk.i18n import tr
from stdesk.services.bulk import (
    AddTags,
    Change,
    RemoveTags,
    ReplaceText,
    SetField,
    SetFields,
    SetState,
    replaceable,
)
from stdesk.ui import theme
from stdesk.ui.forms.choice_editor import QuietCombo
from stdesk.ui.forms.editor import FieldBox, FieldEditor, Setting
from stdesk.ui.forms.factory import make_editor
from stdesk.ui.session import Session
from stdesk.ui.tables.columns import state_word
from stdesk.ui.widgets.labels import label, plain

DEPOSIT = "deposit"  # the section of a kind's fields that are filled together


class Choice(QWidget):
    """One thing to do.

    Signals:
        changed: what is to be done is another now.
    """

    changed = Signal()

    def __init__(self, kind: Kind, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.kind = kind
        self.setting = Setting(session, kind.name)
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(0, 0, 0, 0)
        self.column.setSpacing(theme.tokens().s)

    def change(self) -> Change | None:
        """What is to be done; ``None`` while something for it is missing."""
        raise AssertionError("every choice has a change")

    def first(self) -> QWidget:
        """The control to begin with."""
        raise AssertionError("every choice has a control")

    def labelled(self, text: str, control: QWidget) -> None:
        """Put ``control`` under its name."""
        name = label(plain(text), "label")
        name.setBuddy(control)
        control.setAccessibleName(text)
        self.column.addWidget(name)
        self.column.addWidget(control)

    def field_combo(self, fields: Sequence[Field], text: str) -> QComboBox:
        """A list to choose one of ``fields`` from."""
        combo = QuietCombo()
        for field in fields:
            combo.addItem(plain(str(field.label)), field.name)
        combo.setMaxVisibleItems(20)
        combo.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.labelled(text, combo)
        return combo


class SetChoice(Choice):
    """One field gets one value, or is emptied on purpose."""

    def __init__(self, kind: Kind, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(kind, session, parent)
        fields = [one for one in kind.shown if one.name != kind.title and one.type is not FieldType.FILES]
        self.field = self.field_combo(fields, tr("Field to change"))
        self.box: FieldBox | None = None
        self.clear = QCheckBox(tr("Empty the field"))
        self.clear.toggled.connect(self._cleared)
        self.column.addWidget(self.clear)
        self.column.addStretch(1)
        self.field.currentIndexChanged.connect(self._other_field)
        self._other_field()

    def first(self) -> QWidget:
        """The list of fields."""
        return self.field

    def editor(self) -> FieldEditor:
        """The editor of the value."""
        assert self.box is not None
        return self.box.editor

    def change(self) -> Change | None:
        """Nothing until a value is given or taken away on purpose."""
        name, value = self.field.currentData(), self.editor().value()
        if self.clear.isChecked():
            return SetField(name, None)
        return None if value is None or self.editor().problem() else SetField(name, value)

    def _cleared(self, on: bool) -> None:
        self.editor().setEnabled(not on)
        self.changed.emit()

    def _other_field(self) -> None:
        if self.box is not None:
            self.column.removeWidget(self.box)
            self.box.hide()
            self.box.deleteLater()
        self.box = FieldBox(make_editor(self.kind.field(self.field.currentData()), self.setting))
        self.box.editor.changed.connect(self.changed)
        self.box.editor.setEnabled(not self.clear.isChecked())
        self.column.insertWidget(2, self.box)
        self.setTabOrder(self.field, self.box.editor.main_control())
        self.setTabOrder(self.box.editor.main_control(), self.clear)
        self.changed.emit()


class DepositChoice(Choice):
    """The fields of a deposit together; those left empty stay as they are."""

    def __init__(self, kind: Kind, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(kind, session, parent)
        self.boxes = [
            FieldBox(make_editor(one, self.setting)) for one in kind.shown if one.section == DEPOSIT
        ]
        for box in self.boxes:
            box.editor.changed.connect(self.changed)
            self.column.addWidget(box)
        self.column.addWidget(label(tr("What is left empty here stays as it is."), "small", wrap=True))
        self.column.addStretch(1)

    def first(self) -> QWidget:
        """The first field."""
        return self.boxes[0].editor.main_control()

    def change(self) -> Change | None:
        """The fields that were filled."""
        editors = [box.editor for box in self.boxes]
        values = {one.field.name: value for one in editors if (value := one.value()) is not None}
        return SetFields(values) if values and not any(one.problem() for one in editors) else None


class ReplaceChoice(Choice):
    """Text for other text."""

    def __init__(self, kind: Kind, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(kind, session, parent)
        self.sought, self.replacement = QLineEdit(), QLineEdit()
        self.labelled(tr("Find"), self.sought)
        self.labelled(tr("Replace with"), self.replacement)
        fields = replaceable(kind)
        self.field = self.field_combo(fields, tr("Where"))
        self.field.insertItem(0, tr("All texts"), "")
        self.field.setCurrentIndex(0)
        self.case = QCheckBox(tr("Capital letters as typed"))
        self.whole = QCheckBox(tr("Whole words only"))
        for box in (self.case, self.whole):
            self.column.addWidget(box)
            box.toggled.connect(self.changed)
        self.column.addWidget(label(tr("Accents count: “hoc” does not find “học”."), "small", wrap=True))
        self.column.addStretch(1)
        for line in (self.sought, self.replacement):
            line.setMaxLength(2_000)
            line.textChanged.connect(self.changed)
        self.field.currentIndexChanged.connect(self.changed)

    def first(self) -> QWidget:
        """What to find."""
        return self.sought

    def change(self) -> Change | None:
        """Nothing until there is something to find."""
        if not self.sought.text():
            return None
        one = self.field.currentData()
        fields = (one,) if one else tuple(field.name for field in replaceable(self.kind))
        texts = (self.sought.text(), self.replacement.text())
        return ReplaceText(fields, *texts, self.case.isChecked(), self.whole.isChecked())


class TagsChoice(Choice):
    """Words added or taken out."""

    def __init__(self, kind: Kind, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(kind, session, parent)
        self.add = QRadioButton(tr("Add"))
        self.remove = QRadioButton(tr("Take out"))
        self.add.setChecked(True)
        fields = list(kind.of_type(FieldType.TAGS))
        fields.sort(key=lambda field: field.packaged)  # the unit's own tags first
        self.field = self.field_combo(fields, tr("Field"))
        self.column.addWidget(self.add)
        self.column.addWidget(self.remove)
        self.box: FieldBox | None = None
        self.column.addStretch(1)
        self.field.currentIndexChanged.connect(self._other_field)
        self.add.toggled.connect(self.changed)
        self._other_field()

    def first(self) -> QWidget:
        """Which field."""
        return self.field

    def change(self) -> Change | None:
        """Nothing until there is a word."""
        tags = tuple(self.box.editor.value() or ()) if self.box else ()
        if not tags:
            return None
        made = AddTags if self.add.isChecked() else RemoveTags
        return made(self.field.currentData(), tags)

    def _other_field(self) -> None:
        if self.box is not None:
            self.column.removeWidget(self.box)
            self.box.hide()
            self.box.deleteLater()
        self.box = FieldBox(make_editor(self.kind.field(self.field.currentData()), self.setting))
        self.box.editor.changed.connect(self.changed)
        self.column.insertWidget(4, self.box)
        self.changed.emit()


class StateChoice(Choice):
    """Drafts made complete, or the other way round."""

    def __init__(self, kind: Kind, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(kind, session, parent)
        self.buttons = {state: QRadioButton(state_word(state)) for state in (State.COMPLETE, State.DRAFT)}
        for button in self.buttons.values():
            self.column.addWidget(button)
            button.toggled.connect(self.changed)
        self.column.addWidget(label(tr("Only complete records enter the report."), "small", wrap=True))
        self.column.addStretch(1)

    def first(self) -> QWidget:
        """Complete."""
        return self.buttons[State.COMPLETE]

    def change(self) -> Change | None:
        """Nothing until one is chosen."""
        chosen = [state for state, button in self.buttons.items() if button.isChecked()]
        return SetState(chosen[0]) if chosen else None


def choices_of(kind: Kind) -> list[tuple[str, Callable[[Kind, Session], Choice]]]:
    """What can be done with records of ``kind``: its name and how its controls are made."""
    found: list[tuple[str, Callable[[Kind, Session], Choice]]] = [(tr("Set a field"), SetChoice)]
    if any(field.section == DEPOSIT for field in kind.shown):
        found.append((tr("Deposit"), DepositChoice))
    if replaceable(kind):
        found.append((tr("Replace text"), ReplaceChoice))
    if any(kind.of_type(FieldType.TAGS)):
        found.append((tr("Add or take out tags"), TagsChoice))
    return [*found, (tr("State"), StateChoice)]

"""Editors of several things as chips: codes of a list, tags, links to other records."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QWidget

from stdesk.domain.codes import code_list
from stdesk.domain.fields import Field, FieldType, Value
from stdesk.domain.values import canonical
from stdesk.errors import UserError
from stdesk.i18n import tr
from stdesk.services.catalogue import Hit
from stdesk.ui.forms.code_picker import CodePicker
from stdesk.ui.forms.editor import FieldEditor, Setting
from stdesk.ui.forms.proposals import proposals_of, propose_texts
from stdesk.ui.forms.record_line import RecordLine
from stdesk.ui.forms.text_editors import bare_layout
from stdesk.ui.widgets.buttons import icon_button
from stdesk.ui.widgets.chips import ChipRow
from stdesk.ui.widgets.suggest_line import SuggestLine


class ChipsEditor(FieldEditor):
    """A tuple of texts shown as chips."""

    def __init__(self, field: Field, setting: Setting, parent: QWidget | None = None) -> None:
        super().__init__(field, setting, parent)
        self.chips = ChipRow()
        self._chosen: list[str] = []
        self._column = bare_layout(self)
        self._column.addWidget(self.chips)
        self.chips.removed.connect(self.drop)
        self.chips.moved.connect(self._move)

    def value(self) -> Value:
        """What is chosen, in order."""
        return tuple(self._chosen) or None

    def set_value(self, value: Value) -> None:
        """Show ``value``."""
        self._chosen = list(value or ())
        self._show()

    def text_of(self, one: str) -> str:
        """How an entry reads on its chip."""
        return one

    def add(self, one: str) -> None:
        """Append an entry that is not there yet."""
        if one not in self._chosen:
            self._chosen.append(one)
            self._show()
            self.changed.emit()

    def drop(self, one: str) -> None:
        """Take an entry away."""
        if one in self._chosen:
            self._chosen.remove(one)
            self._show()
            if not self._chosen:
                self.main_control().setFocus()
            self.changed.emit()

    def _move(self, one: str, by: int) -> None:
        place = self._chosen.index(one)
        to = min(max(place + by, 0), len(self._chosen) - 1)
        if to != place:
            self._chosen.insert(to, self._chosen.pop(place))
            self._show()
            chip = self.chips.chip(one)
            if chip is not None:
                chip.setFocus()
            self.changed.emit()

    def _show(self) -> None:
        self.chips.set_chips([(one, self.text_of(one)) for one in self._chosen])


class CodesEditor(ChipsEditor):
    """Several codes of a list, browsed in a tree; classifications keep their scheme."""

    def __init__(self, field: Field, setting: Setting, parent: QWidget | None = None) -> None:
        super().__init__(field, setting, parent)
        self.codes = code_list(field.codes)
        self.button = icon_button("plus", tr("Choose…"), "accent")
        self.button.clicked.connect(self.browse)
        self.button.pressed.connect(proposals_of(setting.session).wake)  # the codes used last
        self.name_control(self.button)
        self.button.setAccessibleName(tr("Choose: {name}", name=field.label))
        self.chips.add_tail(self.button)
        self.chips.opened.connect(lambda _key: self.browse())
        self.picker: CodePicker | None = None

    def main_control(self) -> QWidget:
        """The button."""
        return self.button

    def text_of(self, one: str) -> str:
        """Code and label; a code of another scheme as it is."""
        if self.field.type is FieldType.CHOICES:
            return self.codes.label(one)
        scheme, _, code = one.partition(":")
        known = scheme == self.codes.scheme and self.codes.get(code) is not None
        return f"{code} {self.codes.label(code)}" if known else one

    def browse(self) -> None:
        """Open the tree."""
        chosen = [one.partition(":")[2] if self._is_class else one for one in self._chosen]
        known = self.setting.session.desk.suggestions
        recent = [
            one.partition(":")[2] if self._is_class else one
            for one in known.codes(self.setting.kind, self.field.name)
            if not self._is_class or one.partition(":")[0] == self.codes.scheme
        ]
        self.picker = CodePicker(self.codes, chosen, self.setting, self, recent=recent)
        self.picker.ticked.connect(self._ticked)
        self.picker.open_below(self.button)

    @property
    def _is_class(self) -> bool:
        return self.field.type is FieldType.CLASS

    def _ticked(self, code: str, on: bool) -> None:
        one = f"{self.codes.scheme}:{code}" if self._is_class else code
        if on:
            self.add(one)
        else:
            self.drop(one)


class _AddLine(SuggestLine):
    """The line at the end of the chips: Enter, comma or semicolon adds, Backspace in front goes back.

    Signals:
        back_wanted: Backspace in the empty line.
    """

    back_wanted = Signal()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.text() in (",", ";") and self.text().strip():
            self.returnPressed.emit()
            return
        if event.key() == Qt.Key.Key_Backspace and not self.text():
            self.back_wanted.emit()
            return
        super().keyPressEvent(event)


class TagsEditor(ChipsEditor):
    """Free words as chips; words in use elsewhere are proposed."""

    def __init__(self, field: Field, setting: Setting, parent: QWidget | None = None) -> None:
        super().__init__(field, setting, parent)
        self.line = _AddLine()
        self.line.setPlaceholderText(tr("Add, then Enter"))
        self.line.setMinimumWidth(180)
        self.name_control(self.line)
        self.chips.add_tail(self.line)
        self.line.returnPressed.connect(self._enter)
        self.line.chosen.connect(lambda _text: self._enter())
        self.line.back_wanted.connect(self._to_last)
        self.line.textEdited.connect(lambda _text: self.changed.emit())
        propose_texts(self.line, setting.session, setting.kind, field.name)
        self.chips.opened.connect(self._edit)

    def main_control(self) -> QWidget:
        """The line."""
        return self.line

    def value(self) -> Value:
        """The chips and what still stands in the line."""
        return canonical(self.field, [*self._chosen, *_split(self.line.text())])

    def set_value(self, value: Value) -> None:
        """Show ``value``, the line empty."""
        self.line.clear()
        super().set_value(value)

    def _enter(self) -> None:
        words = _split(self.line.text())
        if not words:
            self.focusNextChild()
            return
        self.line.clear()
        self._chosen += [word for word in words if word not in self._chosen]
        self._show()
        self.changed.emit()

    def _edit(self, one: str) -> None:
        self.drop(one)
        self.line.setText(one)
        self.line.setFocus()

    def _to_last(self) -> None:
        chip = self.chips.chip(self._chosen[-1]) if self._chosen else None
        if chip is not None:
            chip.setFocus()


def _split(text: str) -> list[str]:
    return [part.strip() for part in text.replace(";", ",").split(",") if part.strip()]


class LinksEditor(ChipsEditor):
    """Other records: found by words, opened by their chip."""

    def __init__(self, field: Field, setting: Setting, parent: QWidget | None = None) -> None:
        super().__init__(field, setting, parent)
        self._titles: dict[str, tuple[str, str]] = {}  # id -> kind, title
        self.line = RecordLine(setting.session)
        self.line.setMinimumWidth(260)
        self.name_control(self.line)
        self._column.addWidget(self.line)
        self.line.record_taken.connect(self._take)
        self.line.textEdited.connect(lambda _text: self.changed.emit())
        self.line.returnPressed.connect(self._enter)
        self.chips.opened.connect(self._open)

    def main_control(self) -> QWidget:
        """The line."""
        return self.line

    def text_of(self, one: str) -> str:
        """The record's title."""
        return self._titles.get(one, ("", "…"))[1]

    def set_value(self, value: Value) -> None:
        """Show ``value``; the titles come as soon as they are read."""
        self.line.clear()
        super().set_value(value)
        unknown = [one for one in self._chosen if one not in self._titles]
        if unknown:
            catalogue = self.setting.session.desk.catalogue
            self.setting.session.run(self, lambda _p: _titles(catalogue, unknown), self._named, beside=True)

    def problem(self) -> str:
        """That words stand in the line and no record was chosen for them."""
        if self.line.text().strip():
            return tr("No record is chosen for these words. Choose one from the list, or clear the line.")
        return ""

    def typed(self) -> str:
        """The words no record was chosen for."""
        return self.line.text() if self.problem() else ""

    def set_typed(self, text: str) -> None:
        """Put the words back."""
        self.line.setText(text)

    def _named(self, titles: dict[str, tuple[str, str]]) -> None:
        self._titles.update(titles)
        self._show()

    def _enter(self) -> None:
        if not self.line.text().strip():
            self.focusNextChild()

    def _take(self, hit: Hit) -> None:
        self._titles[hit.id] = (hit.kind, hit.title)
        self.add(hit.id)
        self.changed.emit()

    def _open(self, one: str) -> None:
        kind = self._titles.get(one, ("", ""))[0]
        if kind:
            self.setting.session.record_wanted.emit(kind, one, "")


def _titles(catalogue: Any, ids: list[str]) -> dict[str, tuple[str, str]]:
    found: dict[str, tuple[str, str]] = {}
    for one in ids:
        try:
            record = catalogue.record(one)
        except UserError:
            found[one] = ("", tr("(no longer there)"))
            continue
        kind = catalogue.kinds[record.kind]
        found[one] = (record.kind, str(record.get(kind.title) or f"{kind.label} {record.number}"))
    return found

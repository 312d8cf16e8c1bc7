"""One code of a list: chosen, or typed with or without accents."""

from __future__ import annotations

from PySide6.QtCore import QStringListModel
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QComboBox, QCompleter, QLineEdit, QWidget

from stdesk.domain.codes import Code, CodeList, code_list
from stdesk.domain.fields import Field, Value
from stdesk.i18n import tr
from stdesk.ui.forms.editor import FieldEditor, Setting
from stdesk.ui.forms.text_editors import bare_layout

_INDENT = "    "
_PROPOSED = 14


class QuietCombo(QComboBox):
    """A combo box that the mouse wheel scrolls past instead of changing."""

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Leave the wheel to the page."""
        event.ignore()


class ChoiceEditor(FieldEditor):
    """A combo box one can type into; the list is searched by every word, accents optional."""

    def __init__(self, field: Field, setting: Setting, parent: QWidget | None = None) -> None:
        super().__init__(field, setting, parent)
        self.codes: CodeList = code_list(field.codes)
        self.combo = QuietCombo()
        self.combo.setEditable(True)
        self.combo.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
        self.combo.setMaxVisibleItems(16)
        self.combo.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.combo.setMinimumContentsLength(6)
        self.line = QLineEdit()
        self.combo.setLineEdit(self.line)
        self.name_control(self.combo)
        self.line.setAccessibleName(str(field.label))
        self.setFocusProxy(self.combo)
        self.combo.addItem("", None)
        for code, depth in listed(self.codes, setting):
            self.combo.addItem(_INDENT * depth + str(code.text), code.code)
        self.combo.setCurrentIndex(0)
        self._strings = QStringListModel(self)
        completer = QCompleter(self._strings, self)
        completer.setCompletionMode(QCompleter.CompletionMode.UnfilteredPopupCompletion)
        self.line.setCompleter(completer)
        completer.activated.connect(lambda _text: self.changed.emit())
        bare_layout(self).addWidget(self.combo)
        self._loaded: Value = None
        self._shown = ""
        self.combo.activated.connect(self._chosen)
        self.line.textEdited.connect(self._typed)
        self.line.returnPressed.connect(self.focusNextChild)
        self.line.editingFinished.connect(self._tidy)

    def main_control(self) -> QWidget:
        """The combo box."""
        return self.combo

    def value(self) -> Value:
        """The code; what was loaded and not touched stays as it was."""
        text = self.line.text().strip()
        if text == self._shown:
            return self._loaded
        found = self._meant(text) if text else None
        return found.code if found else None

    def problem(self) -> str:
        """That the list has no such entry."""
        if self.line.text().strip() and self.value() is None:
            return tr("Not in the list “{list}”. Press the arrow to see it.", list=self.codes.title)
        return ""

    def typed(self) -> str:
        """The text when the list does not have it."""
        return self.line.text() if self.problem() else ""

    def set_typed(self, text: str) -> None:
        """Put the text back."""
        self.line.setText(text)

    def understood(self) -> str:
        """The entry meant, while another wording stands there."""
        text = self.line.text().strip()
        found = self._meant(text) if text and text != self._shown else None
        return tr("understood as {value}", value=found.text) if found and str(found.text) != text else ""

    def set_value(self, value: Value) -> None:
        """Show the label of ``value``; a code of another time is kept."""
        self._loaded = value
        self._shown = self.codes.label(value) if value else ""
        self.combo.setCurrentIndex(max(0, self.combo.findData(value)))
        self.line.setText(self._shown)
        self.line.setToolTip(self._shown)
        self.line.setCursorPosition(0)

    def _meant(self, text: str) -> Code | None:
        exact = next((code for code in self.codes.codes.values() if str(code.text) == text), None)
        return exact or self.codes.recognise(text)

    def _typed(self, text: str) -> None:
        found = self.codes.search(text) if text.strip() else ()
        self._strings.setStringList([str(code.text) for code in found[:_PROPOSED]])
        self.changed.emit()

    def _chosen(self, at: int) -> None:
        code = self.combo.itemData(at)
        self.line.setText(self.codes.label(code) if code else "")
        self.changed.emit()

    def _tidy(self) -> None:
        """Leaving the field, the entry meant stands there in its own words."""
        text = self.line.text().strip()
        found = self._meant(text) if text and text != self._shown else None
        if found is None and text and text != self._shown:
            only = self.codes.search(text)
            found = only[0] if len(only) == 1 else None
        if found is not None and str(found.text) != self.line.text():
            self.line.setText(str(found.text))
            self.changed.emit()
        self.line.setCursorPosition(0)


def listed(codes: CodeList, setting: Setting) -> list[tuple[Code, int]]:
    """The codes that may be chosen today, broader before narrower, with their depth."""
    today = setting.session.desk.today()
    found: list[tuple[Code, int]] = []

    def walk(parent: str, depth: int) -> None:
        for code in codes.children(parent):
            if code.valid_on(today):
                found.append((code, depth))
            walk(code.code, depth + 1)

    walk("", 0)
    return found

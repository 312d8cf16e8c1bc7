"""What every editor of a field can do, and the frame it stands in: label, note, findings."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QToolButton, QVBoxLayout, QWidget

from stdesk.domain.fields import Field, Value
from stdesk.domain.rules.core import Finding
from stdesk.i18n import tr
from stdesk.ui import theme
from stdesk.ui.icons import icon
from stdesk.ui.session import Session
from stdesk.ui.widgets.finding_line import FindingLine
from stdesk.ui.widgets.labels import label, plain


@dataclass(frozen=True, slots=True)
class Setting:
    """What an editor is given: the session it works in and the kind its field belongs to."""

    session: Session
    kind: str


class FieldEditor(QWidget):
    """Edits the value of one field.

    What cannot be understood stays in the editor as typed: ``problem`` says so, ``typed`` gives
    it back, and ``value`` then is ``None``.

    Signals:
        changed: something was typed or chosen.
    """

    changed = Signal()

    def __init__(self, field: Field, setting: Setting, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.field = field
        self.setting = setting
        self.setAccessibleName(str(field.label))

    def value(self) -> Value:
        """The canonical value; ``None`` when empty or not understood."""
        raise AssertionError("every editor has a value")

    def set_value(self, value: Value) -> None:
        """Show ``value`` without saying that something changed."""
        raise AssertionError(value)

    def problem(self) -> str:
        """Why what was typed is not understood; empty when it is."""
        return ""

    def typed(self) -> str:
        """What stands there as typed, when it is not understood."""
        return ""

    def set_typed(self, text: str) -> None:
        """Put back what was typed and not understood."""
        del text

    def understood(self) -> str:
        """How what was typed is taken, where that is not plain ("hiểu là 03/2025")."""
        return ""

    def main_control(self) -> QWidget:
        """The control that gets the focus and the label."""
        return self

    def name_control(self, control: QWidget) -> None:
        """Make ``control`` the one that stands for this editor."""
        control.setAccessibleName(str(self.field.label))
        if str(self.field.help):
            control.setAccessibleDescription(str(self.field.help))
        self.setFocusProxy(control)


class FieldBox(QWidget):
    """An editor with its label above and, below, how it was understood, help and findings."""

    def __init__(self, editor: FieldEditor, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.editor = editor
        field = editor.field
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.tokens().xs)
        head = QHBoxLayout()
        head.setSpacing(theme.tokens().xs)
        self.label = label(plain(str(field.label)) + (" *" if field.required else ""), "label")
        self.label.setBuddy(editor.main_control())
        if field.required:
            self.label.setToolTip(tr("The report needs it"))
        head.addWidget(self.label)
        if str(field.help):
            head.addWidget(self._help_button())
        head.addStretch(1)
        head.addStrut(22)  # one height with and without the help mark, so that neighbours stand level
        column.addLayout(head)
        column.addWidget(editor)
        self.note = label("", "understood", wrap=True)
        self.help = label(str(field.help), "small", wrap=True)
        self._findings = QVBoxLayout()
        self._findings.setSpacing(theme.tokens().xs)
        for part in (self.note, self.help):
            part.hide()
            column.addWidget(part)
        column.addLayout(self._findings)
        self._shown: tuple[Finding, ...] = ()
        self._lines: list[FindingLine] = []
        editor.changed.connect(self.show_note)

    def _help_button(self) -> QToolButton:
        button = QToolButton()
        button.setProperty("quiet", True)
        button.setProperty("chip_close", True)
        button.setIcon(icon("question", "text_soft"))
        button.setFixedSize(20, 20)
        button.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # F1 does the same from the keyboard
        button.setAccessibleName(tr("Help for {name}", name=self.editor.field.label))
        button.setToolTip(tr("Help (F1)"))
        button.clicked.connect(self.toggle_help)
        return button

    def help_text(self) -> str:
        """What the field means and what it rests on."""
        return str(self.editor.field.help)

    def toggle_help(self) -> None:
        """Show or hide the help under the field."""
        self.help.setVisible(bool(self.help_text()) and self.help.isHidden())

    def show_note(self) -> None:
        """Say how what was typed is understood, or that it is not."""
        problem = self.editor.problem()
        text = problem or self.editor.understood()
        role = "problem" if problem else "understood"
        if self.note.property("role") != role:
            theme.mark(self.note, role=role)
        if self.note.text() != text:
            self.note.setText(text)
        self.note.setVisible(bool(text))
        control = self.editor.main_control()
        if bool(control.property("problem")) != bool(problem):
            theme.mark(control, problem=bool(problem))

    def show_findings(self, findings: Sequence[Finding]) -> None:
        """Show what the rules say of this field."""
        if tuple(findings) == self._shown:
            return
        self._shown = tuple(findings)
        for line in self._lines:
            self._findings.removeWidget(line)
            line.hide()
            line.deleteLater()
        self._lines = [FindingLine(f.severity, f.message, f.advice, f.article) for f in findings]
        for line in self._lines:
            self._findings.addWidget(line)

    @property
    def findings(self) -> tuple[Finding, ...]:
        """The findings shown."""
        return self._shown

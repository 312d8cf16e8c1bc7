"""What every editor of a field can do, and the frame it stands in: label, note, findings."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QToolButton, QVBoxLayout, QWidget

from stdesk.domain.fields import Field, Value
from stdesk.domain.rules.core import Finding
from stdesk.i18n import tr
from stdesk.ui import theme
from stdesk.ui.forms.help_texts import help_of
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
    """An editor with its label above and, below, how it was understood, help and findings.

    Attributes:
        area: where its findings stand; a form may put it below the whole line of fields.
        by_name: findings begin with the field's name, since they stand below a neighbour too.
    """

    def __init__(self, editor: FieldEditor, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.editor = editor
        self.by_name = False
        self._kind = editor.setting.session.desk.kinds[editor.setting.kind]
        self._note: QLabel | None = None
        self._help: QLabel | None = None
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(0, 0, 0, 0)
        self.column.setSpacing(theme.tokens().xs)
        self.column.addLayout(self._head())
        self.column.addWidget(editor)
        self.area = QWidget()
        self._findings = QVBoxLayout(self.area)
        self._findings.setContentsMargins(0, 0, 0, 0)
        self._findings.setSpacing(theme.tokens().xs)
        self.area.hide()
        self.column.addWidget(self.area)
        self._shown: tuple[Finding, ...] = ()
        self._lines: list[FindingLine] = []
        editor.changed.connect(self.show_note)

    def _head(self) -> QHBoxLayout:
        field = self.editor.field
        self.head = QHBoxLayout()
        self.head.setSpacing(theme.tokens().xs)
        self.label = label(plain(str(field.label)) + (" *" if field.required else ""), "label")
        self.label.setBuddy(self.editor.main_control())
        if field.required:
            self.label.setToolTip(tr("The report needs it"))
        self.head.addWidget(self.label)
        if str(field.help):
            self.head.addWidget(self._help_button())
        self.head.addStretch(1)
        self.head.addStrut(22)  # one height with and without the help mark, so that neighbours stand level
        return self.head

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

    # Most fields never show a note or their help: these labels are made when first wanted.

    @property
    def note(self) -> QLabel:
        """How what was typed is understood."""
        if self._note is None:
            self._note = self._under_editor(1, "understood")
        return self._note

    @property
    def help(self) -> QLabel:
        """The help under the field."""
        if self._help is None:
            self._help = self._under_editor(1 if self._note is None else 2, "small")
        return self._help

    def _under_editor(self, place: int, role: str) -> QLabel:
        made = label("", role, wrap=True)
        self.column.insertWidget(self.column.indexOf(self.editor) + place, made)
        made.hide()
        return made

    def help_text(self) -> str:
        """What the field means, what can be typed, and what it rests on."""
        return help_of(self._kind, self.editor.field)

    def toggle_help(self) -> None:
        """Show or hide the help under the field."""
        if not self.help.text():
            self.help.setText(self.help_text())
        self.help.setVisible(self.help.isHidden())

    def show_note(self) -> None:
        """Say how what was typed is understood, or that it is not."""
        problem = self.editor.problem()
        text = problem or self.editor.understood()
        if text or self._note is not None:
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
        """Show what the rules say of this field; the lines that are there are used again."""
        if tuple(findings) == self._shown:
            return
        self._shown = tuple(findings)
        about = str(self.editor.field.label) if self.by_name else ""
        for at, one in enumerate(self._shown):
            if at == len(self._lines):
                self._lines.append(
                    FindingLine(one.severity, one.message, one.advice, one.article, about=about)
                )
                self._findings.addWidget(self._lines[at])
            else:
                self._lines[at].show_finding(one.severity, one.message, one.advice, one.article, about=about)
                self._lines[at].show()
        for line in self._lines[len(self._shown) :]:
            line.hide()
        self.area.setVisible(bool(self._shown))

    @property
    def findings(self) -> tuple[Finding, ...]:
        """The findings shown."""
        return self._shown

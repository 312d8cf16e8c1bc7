"""Whose code, for which role: typed twice, shown by nobody; also how a forgotten one is set anew."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFormLayout, QHBoxLayout, QLineEdit, QPushButton, QVBoxLayout, QWidget

from stdesk.i18n import tr
from stdesk.services.roles import ADMINISTRATOR, LEADER
from stdesk.ui import theme
from stdesk.ui.forms.choice_editor import QuietCombo
from stdesk.ui.widgets.labels import label

_LINE = 280
_LABELS = 170


@dataclass(frozen=True, slots=True)
class TypedCode:
    """What was typed; ``reason`` and ``recovery`` only when a forgotten code is set anew."""

    role: str
    name: str
    code: str
    anew: bool = False
    reason: str = ""
    recovery: str = ""


class CodeForm(QWidget):
    """Hidden until it is wanted.

    Signals:
        typed: a :class:`TypedCode`. left: it was put away.
    """

    typed = Signal(object)
    left = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        t = theme.tokens()
        self._anew = False
        column = QVBoxLayout(self)
        column.setContentsMargins(0, t.s, 0, 0)
        column.setSpacing(t.s)
        self.about = label("", "soft", wrap=True)
        column.addWidget(self.about)
        self._form = form = QFormLayout()
        form.setSpacing(t.s)
        form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.FieldsStayAtSizeHint)
        self.role = QuietCombo()
        self.role.addItem(tr("Administrator"), ADMINISTRATOR)
        self.role.addItem(tr("Leader"), LEADER)
        self.name, self.code, self.again = QLineEdit(), QLineEdit(), QLineEdit()
        self.reason, self.recovery = QLineEdit(), QLineEdit()
        for line in (self.code, self.again):
            line.setEchoMode(QLineEdit.EchoMode.Password)
        rows: tuple[tuple[str, QWidget], ...] = (
            (tr("Role"), self.role),
            (tr("Name of the holder"), self.name),
            (tr("New code, at least 6 characters"), self.code),
            (tr("The same code again"), self.again),
            (tr("Why it is set anew"), self.reason),
            (tr("Recovery code from the safe"), self.recovery),
        )
        for text, editor in rows:
            editor.setAccessibleName(text)
            editor.setFixedWidth(_LINE)
            if isinstance(editor, QLineEdit):
                editor.returnPressed.connect(self._done)
            caption = label(text, wrap=True)
            caption.setFixedWidth(_LABELS)
            caption.setBuddy(editor)
            form.addRow(caption, editor)
        column.addLayout(form)
        self.problem = label("", "problem", wrap=True)
        self.problem.hide()
        column.addWidget(self.problem)
        row = QHBoxLayout()
        row.setSpacing(t.s)
        self.set_button = QPushButton(tr("Set the code"))
        self.set_button.setProperty("primary", True)
        self.set_button.clicked.connect(self._done)
        self.leave_button = QPushButton(tr("Leave it"))
        self.leave_button.clicked.connect(self.put_away)
        row.addWidget(self.set_button)
        row.addWidget(self.leave_button)
        row.addStretch(1)
        column.addLayout(row)
        self.hide()

    def open_for(self, *, guarded: bool) -> None:
        """For a new code."""
        self._open(anew=False, locked=False)
        self.role.setCurrentIndex(1 if guarded else 0)
        self.role.setFocus()

    def open_anew(self, *, locked: bool) -> None:
        """For the administrator's code that was forgotten."""
        self._open(anew=True, locked=locked)
        self.role.setCurrentIndex(0)
        self.name.setFocus()

    def _open(self, *, anew: bool, locked: bool) -> None:
        self._anew = anew
        for line in (self.name, self.code, self.again, self.reason, self.recovery):
            line.clear()
        self.show_problem("")
        self._form.setRowVisible(self.role, not anew)
        self._form.setRowVisible(self.reason, anew)
        self._form.setRowVisible(self.recovery, anew and locked)
        self.about.setText(
            tr(
                "The codes of all administrators end. That it was set anew, and why, stays in the history for good."
            )
            if anew
            else tr("The code is kept so that nobody can read it. Who forgets it needs a new one.")
        )
        self.set_free(True)
        self.show()

    def put_away(self) -> bool:
        """Put it away with what was typed; whether it was open."""
        was = not self.isHidden()
        for line in (self.code, self.again, self.recovery):
            line.clear()
        self.hide()
        if was:
            self.left.emit()
        return was

    def show_problem(self, text: str) -> None:
        """What is wrong with what was typed."""
        self.problem.setText(text)
        self.problem.setVisible(bool(text))

    def set_free(self, free: bool) -> None:
        """Whether one can go on now."""
        self.set_button.setEnabled(free)

    def _done(self) -> None:
        if not self.set_button.isEnabled():
            return
        if self.code.text() != self.again.text():
            self.show_problem(tr("The two codes are not the same. Type both again."))
            self.code.setFocus(Qt.FocusReason.OtherFocusReason)
            return
        self.show_problem("")
        self.typed.emit(
            TypedCode(
                str(self.role.currentData()), self.name.text(), self.code.text(), self._anew,
                self.reason.text(), self.recovery.text(),
            )
        )  # fmt: skip

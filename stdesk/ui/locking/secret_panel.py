"""The panel that asks for the password in use before something is done with it."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from stdesk.i18n import tr
from stdesk.ui import theme
from stdesk.ui.locking.password_line import PasswordLine
from stdesk.ui.widgets.labels import label

_WIDTH = 380


class SecretPanel(QWidget):
    """Hidden until it is opened."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        t = theme.tokens()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, t.s, 0, 0)
        column.setSpacing(t.xs)
        self.about = label("", wrap=True)
        name = tr("Password now (or the recovery code)")
        named = label(name, "label")
        self.line = PasswordLine(name)
        self.line.setMaximumWidth(_WIDTH)
        named.setBuddy(self.line.line)
        self.problem = label("", "problem", wrap=True)
        self.problem.hide()
        row = QHBoxLayout()
        row.setSpacing(t.s)
        self.go = QPushButton()
        self.go.setProperty("primary", True)
        self.leave = QPushButton(tr("Leave it"))
        row.addWidget(self.go)
        row.addWidget(self.leave)
        row.addStretch(1)
        for one in (self.about, named, self.line, self.problem):
            column.addWidget(one)
        column.addSpacing(t.s)
        column.addLayout(row)
        self._then: Callable[[str], None] | None = None
        self.go.clicked.connect(self._on)
        self.line.entered.connect(self._on)
        self.hide()

    def open_panel(self, about: str, act: str, then: Callable[[str], None]) -> None:
        """Ask; ``then`` gets what is typed."""
        self.line.clear()
        self.show_problem("")
        self.about.setText(about)
        self.go.setText(act)
        self._then = then
        self.show()
        self.line.setFocus()

    def close_panel(self) -> bool:
        """Put it away with what was typed; whether it was open."""
        was = not self.isHidden()
        self.line.clear()
        self.hide()
        return was

    def show_problem(self, text: str) -> None:
        """What is wrong with what was typed."""
        self.problem.setText(text)
        self.problem.setVisible(bool(text))
        if text:
            self.line.line.selectAll()
            self.line.setFocus()

    def set_free(self, free: bool) -> None:
        """Whether something can be typed."""
        self.line.setEnabled(free)
        self.go.setEnabled(free)

    def _on(self) -> None:
        if not self.line.text():
            self.line.setFocus()
        elif self._then is not None:
            self._then(self.line.text())

"""The panel in which a password is chosen: twice, with a word on how good it is; the old one first if there is one."""

from __future__ import annotations

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from stdesk.i18n import tr
from stdesk.services.locking import Locking, strength
from stdesk.ui import theme
from stdesk.ui.locking.password_line import PasswordLine
from stdesk.ui.widgets.labels import label

_WIDTH = 380
_TONES = ("", "problem", "small", "understood")  # roles of the label, by level
_PAUSE_MS = 60


class NewPasswordPanel(QWidget):
    """Hidden until it is opened.

    Signals:
        chosen: (old or "", new).
        left: it was put away.
    """

    chosen = Signal(str, str)
    left = Signal()

    def __init__(self, locking: Locking, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._locking = locking
        self._avoid: tuple[str, ...] = ()
        t = theme.tokens()
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, t.s, 0, 0)
        self._column.setSpacing(t.xs)
        self.old, self._old_label = self._line(tr("Password now (or the recovery code)"))
        self.new, _ = self._line(tr("New password"))
        self.strength = label("", "small", wrap=True)
        self._column.addWidget(self.strength)
        self.again, _ = self._line(tr("The same once more"))
        self.caps = label(tr("Caps Lock is on."), "small")
        self.problem = label("", "problem", wrap=True)
        for one in (self.caps, self.problem):
            one.hide()
            self._column.addWidget(one)
        row = QHBoxLayout()
        row.setSpacing(t.s)
        self.go = QPushButton()
        self.go.setProperty("primary", True)
        self.go.clicked.connect(self._chosen)
        self.leave = QPushButton(tr("Leave it"))
        self.leave.clicked.connect(self.close_panel)
        row.addWidget(self.go)
        row.addWidget(self.leave)
        row.addStretch(1)
        self._column.addSpacing(t.s)
        self._column.addLayout(row)
        self._pause = QTimer(self, singleShot=True, interval=_PAUSE_MS)
        self._pause.timeout.connect(self._weigh)
        self.new.changed.connect(lambda _text: self._pause.start())
        self.hide()

    def _line(self, name: str) -> tuple[PasswordLine, QLabel]:
        line = PasswordLine(name)
        line.setMaximumWidth(_WIDTH)
        named = label(name, "label")
        named.setBuddy(line.line)
        line.caps_told.connect(lambda on: self.caps.setVisible(on))
        line.entered.connect(self._chosen)
        self._column.addWidget(named)
        self._column.addWidget(line)
        return line, named

    def open_panel(self, *, old: bool, act: str) -> None:
        """Open it, empty; ``old``: the password in use is asked for first; ``act``: what the button says."""
        self._empty()
        self._avoid = self._locking.known()
        self.go.setText(act)
        for one in (self.old, self._old_label):
            one.setVisible(old)
        self._weigh()
        self.show()
        (self.old if old else self.new).setFocus()

    def close_panel(self) -> bool:
        """Put it away with what was typed; whether it was open."""
        was = not self.isHidden()
        self._empty()
        self._pause.stop()
        self.hide()
        if was:
            self.left.emit()
        return was

    def set_free(self, free: bool) -> None:
        """Whether something can be typed."""
        for one in (self.old, self.new, self.again, self.go):
            one.setEnabled(free)

    def show_problem(self, text: str) -> None:
        """What is wrong."""
        self.problem.setText(text)
        self.problem.setVisible(bool(text))
        if text and not self.old.isHidden():
            self.old.line.selectAll()
            self.old.setFocus()

    def _empty(self) -> None:
        for line in (self.old, self.new, self.again):
            line.clear()
        self.caps.hide()
        self.show_problem("")

    def _weigh(self) -> None:
        found = strength(self.new.text(), self._avoid)
        self.strength.setText(found.said)
        theme.mark(self.strength, role=_TONES[found.level] or "small")

    def _chosen(self) -> None:
        self.problem.hide()
        if not self.old.isHidden() and not self.old.text():
            self.old.setFocus()
            return
        found = strength(self.new.text(), self._avoid)
        if not found.ok:
            self._weigh()
            self.new.setFocus()
            return
        if self.again.text() != self.new.text():
            self.problem.setText(
                tr("The two are not the same. Type it once more.")
                if self.again.text()
                else tr("Type it once more: what cannot be seen is easily mistyped.")
            )
            self.problem.show()
            self.again.line.selectAll()
            self.again.setFocus()
            return
        self.chosen.emit(self.old.text(), self.new.text())

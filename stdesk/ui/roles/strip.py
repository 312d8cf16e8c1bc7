"""A strip inside a page that asks for one line before something goes on: a code, a register number."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QLineEdit, QPushButton, QVBoxLayout, QWidget

from stdesk.i18n import tr
from stdesk.ui import theme
from stdesk.ui.widgets.escape import claims_escape
from stdesk.ui.widgets.flow_layout import FlowLayout
from stdesk.ui.widgets.labels import label

_LINE = 240


class AskStrip(QFrame):
    """Hidden until something asks.

    Args:
        caption: what is asked for. act: the words of the button that goes on.
        other: those of a second way on; "" for none.

    Attributes:
        line: where it is typed. go, way: the buttons on; leave: the one that puts it away.
    """

    def __init__(self, caption: str, act: str, other: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("place", "note")
        theme.mark(self, tone="amber")
        t = theme.tokens()
        column = QVBoxLayout(self)
        column.setContentsMargins(t.l, t.s, t.l, t.s)
        column.setSpacing(t.s)
        self.said = label("", wrap=True)
        column.addWidget(self.said)
        places = QWidget()
        row = FlowLayout(places, t.s)
        named = label(caption)
        self.line = QLineEdit()
        self.line.setAccessibleName(caption)
        self.line.setFixedWidth(_LINE)
        self.line.returnPressed.connect(self._on)
        named.setBuddy(self.line)
        named.setMinimumHeight(self.line.sizeHint().height())  # stands beside the line's middle
        self.go = QPushButton(act)
        self.go.setProperty("primary", True)
        self.go.clicked.connect(self._on)
        self.way = QPushButton(other)
        if not other:  # never shown here: without a parent yet it would be a window of its own
            self.way.hide()
        self.leave = QPushButton(tr("Leave it"))
        self.leave.clicked.connect(self.close_strip)
        for widget in (named, self.line, self.go, self.way, self.leave):
            row.addWidget(widget)
        column.addWidget(places)
        self.problem = label("", "problem", wrap=True)
        self.problem.hide()
        column.addWidget(self.problem)
        self._before: QWidget | None = None
        self.hide()

    def open_strip(self, said: str) -> None:
        """Ask, with the reason."""
        window = self.window()
        self._before = window.focusWidget() if window is not None else None
        self.said.setText(said)
        self.setAccessibleName(said)
        self.line.clear()
        self.show_problem("")
        self.set_free(True)
        self.show()
        self.line.setFocus()

    def close_strip(self) -> bool:
        """Put it away with what was typed; whether it was open."""
        was = not self.isHidden()
        self.line.clear()
        self.hide()
        if was and self._before is not None and self._before.isVisible():
            self._before.setFocus()
        self._before = None
        return was

    def show_problem(self, text: str) -> None:
        """What is wrong with what was typed."""
        self.problem.setText(text)
        self.problem.setVisible(bool(text))

    def set_free(self, free: bool) -> None:
        """Whether one can go on now."""
        for widget in (self.line, self.go, self.way):
            widget.setEnabled(free)

    def event(self, event: QEvent) -> bool:
        """Esc is this strip's before it is the page's."""
        return True if claims_escape(event) else super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Esc puts it away."""
        if event.key() == Qt.Key.Key_Escape:
            self.close_strip()
        else:
            super().keyPressEvent(event)

    def _on(self) -> None:
        if self.line.text().strip():
            self.typed(self.line.text())
        else:
            self.line.setFocus()

    def typed(self, text: str) -> None:
        """Go on with what was typed."""
        raise AssertionError(text)


Again = Callable[[], object]

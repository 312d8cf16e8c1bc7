"""A line over a form or a window: what one should know now, and what can be done about it."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from stdesk.ui import theme
from stdesk.ui.icons import pixmap
from stdesk.ui.widgets.flow_layout import FlowLayout
from stdesk.ui.widgets.labels import label, plain

Act = tuple[str, Callable[[], object]]


class NoteLine(QFrame):
    """Hidden while there is nothing to say."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        t = theme.tokens()
        self.setProperty("place", "note")
        row = QHBoxLayout(self)
        row.setContentsMargins(t.l, t.xs, t.m, t.xs)
        row.setSpacing(t.s)
        self._picture = QLabel()
        self._picture.setFixedSize(16, 22)
        row.addWidget(self._picture, 0, Qt.AlignmentFlag.AlignTop)
        column = QVBoxLayout()
        column.setSpacing(0)
        self.text = label("", wrap=True)
        self._places = QWidget()
        self._flow = FlowLayout(self._places, t.xs)
        column.addWidget(self.text)
        column.addWidget(self._places)
        row.addLayout(column, 1)
        self.buttons: list[QPushButton] = []
        self.hide()

    def tell(self, text: str, acts: Sequence[Act] = (), *, picture: str = "info", tone: str = "blue") -> None:
        """Show ``text`` with a button for each act (its words, what it does)."""
        theme.mark(self, tone=tone)
        self._picture.setPixmap(pixmap(picture, tone, 16, self))
        self.text.setText(text)
        self.setAccessibleName(text)
        for old in self.buttons:
            self._flow.removeWidget(old)
            old.hide()
            old.deleteLater()
        self.buttons = []
        for words, act in acts:
            button = QPushButton(plain(words), self._places)
            button.setProperty("link", True)
            button.clicked.connect(act)
            self._flow.addWidget(button)
            self.buttons.append(button)
        self._places.setVisible(bool(acts))
        self.show()

    def clear(self) -> None:
        """Nothing to say any more."""
        self.hide()

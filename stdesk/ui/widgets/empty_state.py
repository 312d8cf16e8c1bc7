"""An empty place: what belongs here and the way to begin."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QPushButton, QVBoxLayout, QWidget

from stdesk.ui import theme
from stdesk.ui.icons import icon_label
from stdesk.ui.widgets.labels import label


class EmptyState(QWidget):
    """A picture, a sentence or two and, mostly, a button, in the middle of the room."""

    def __init__(
        self,
        icon: str,
        title: str,
        text: str,
        button: str = "",
        on_click: Callable[[], None] | None = None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        t = theme.tokens()
        column = QVBoxLayout(self)
        column.setContentsMargins(t.xl, t.xl, t.xl, t.xl)
        column.setSpacing(t.s)
        column.addStretch(2)
        middle = Qt.AlignmentFlag.AlignHCenter
        column.addWidget(icon_label(icon, "text_soft", 48), 0, middle)
        self.title = label(title, "heading", wrap=True)
        self.title.setAlignment(middle)
        self.text = label(text, "soft", wrap=True)
        self.text.setAlignment(middle)
        for widget in (self.title, self.text):
            column.addWidget(widget)  # no alignment here: Qt would give a wrapped text one line only
        self.button: QPushButton | None = None
        if button:
            self.button = QPushButton(button)
            self.button.setProperty("primary", True)
            if on_click is not None:
                self.button.clicked.connect(lambda: on_click())
            column.addSpacing(t.s)
            column.addWidget(self.button, 0, middle)
        column.addStretch(3)

    def set_texts(self, title: str, text: str) -> None:
        """Say something else."""
        self.title.setText(title)
        self.text.setText(text)

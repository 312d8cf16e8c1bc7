"""The window that stands in place of the library's while it is closed and something is done to its folder."""

from __future__ import annotations

from PySide6.QtGui import QCloseEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QMainWindow, QVBoxLayout, QWidget

from stdesk.i18n import tr
from stdesk.ui import theme
from stdesk.ui.icons import icon_label
from stdesk.ui.tasks import Task
from stdesk.ui.widgets.labels import label
from stdesk.ui.widgets.progress_strip import ProgressStrip

_WIDTH = 560


class AwayWindow(QMainWindow):
    """What is being done, how far it is, and a way to stop it; closing it asks to stop too."""

    def __init__(self, title: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("STDesk")
        self.resize(1100, 700)
        self._task: Task | None = None
        t = theme.tokens()
        central = QWidget()
        central.setProperty("place", "window")
        outer = QVBoxLayout(central)
        outer.setContentsMargins(t.xl, t.xl, t.xl, t.xl)
        outer.addStretch(2)
        card = QFrame()
        card.setProperty("place", "card")
        card.setFixedWidth(_WIDTH)
        column = QVBoxLayout(card)
        column.setContentsMargins(t.xl, t.xl, t.xl, t.xl)
        column.setSpacing(t.m)
        column.addWidget(icon_label("hourglass", "accent", 32))
        column.addWidget(label(title, "heading", wrap=True))
        self.text = label(
            tr(
                "The library is closed meanwhile and opens again by itself. "
                "Until the last step nothing of it is changed: stopping, or the power going, loses nothing."
            ),
            "soft",
            wrap=True,
        )
        column.addWidget(self.text)
        self.strip = ProgressStrip()
        column.addWidget(self.strip)
        row = QHBoxLayout()  # not an alignment: the card grows when the strip appears
        row.addStretch(1)
        row.addWidget(card)
        row.addStretch(1)
        outer.addLayout(row)
        outer.addStretch(3)
        self.setCentralWidget(central)

    def follow(self, task: Task) -> None:
        """Show how ``task`` goes."""
        self._task = task
        self.strip.follow(task)
        task.ended.connect(self._over)
        self.strip.cancel.setFocus()

    def _over(self) -> None:
        self._task = None

    def closeEvent(self, event: QCloseEvent) -> None:
        """While something is under way it is stopped first; the window then goes by itself."""
        if self._task is not None:
            self._task.cancel()
            event.ignore()
            return
        super().closeEvent(event)

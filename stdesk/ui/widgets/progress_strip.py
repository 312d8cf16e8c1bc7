"""Long work where it was started: how far, what now, and a way to stop it."""

from __future__ import annotations

from PySide6.QtWidgets import QFrame, QHBoxLayout, QProgressBar, QPushButton, QVBoxLayout, QWidget

from stdesk.i18n import tr
from stdesk.progress import Progress
from stdesk.ui import theme
from stdesk.ui.tasks import Task
from stdesk.ui.widgets.labels import ElidedLabel

_PARTS = 1000  # a progress bar counts in 32 bits, bytes do not fit


class ProgressStrip(QFrame):
    """Follows one task; hidden while there is none."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("place", "note")
        t = theme.tokens()
        row = QHBoxLayout(self)
        row.setContentsMargins(t.m, t.s, t.s, t.s)
        row.setSpacing(t.m)
        column = QVBoxLayout()
        column.setSpacing(t.xs)
        self.note = ElidedLabel("")
        self.bar = QProgressBar(minimum=0, maximum=_PARTS, textVisible=False)
        self.bar.setAccessibleName(tr("Progress"))
        column.addWidget(self.note)
        column.addWidget(self.bar)
        row.addLayout(column, 1)
        self.cancel = QPushButton(tr("Stop"))
        self.cancel.clicked.connect(self._cancel)
        row.addWidget(self.cancel)
        self._task: Task | None = None
        self.hide()

    def follow(self, task: Task) -> None:
        """Show how ``task`` goes until it ends."""
        self._task = task
        self.note.setText(tr("Working…"))
        self.bar.setRange(0, 0)
        self.cancel.setEnabled(True)
        task.progressed.connect(self._show)
        task.ended.connect(self._end)
        self.show()

    def _show(self, progress: Progress) -> None:
        if progress.total > 0:
            self.bar.setRange(0, _PARTS)
            self.bar.setValue(min(_PARTS, progress.done * _PARTS // progress.total))
        else:
            self.bar.setRange(0, 0)
        self.note.setText(progress.note or tr("Working…"))

    def _cancel(self) -> None:
        if self._task is not None:
            self._task.cancel()
            self.cancel.setEnabled(False)
            self.note.setText(tr("Stopping…"))

    def _end(self) -> None:
        self._task = None
        self.hide()

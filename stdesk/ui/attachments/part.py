"""What the two parts of the page share: one piece of work at a time, followed and stopped."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from stdesk.i18n import tr
from stdesk.ui.session import Session
from stdesk.ui.tasks import Task
from stdesk.ui.widgets.progress_strip import ProgressStrip


class FilesPart(QWidget):
    """A part of the files page."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.session = session
        self.strip = ProgressStrip()
        self._task: Task | None = None

    def step_back(self) -> bool:
        """Esc: stop what is under way."""
        if self._task is None:
            return False
        self._task.cancel()
        return True

    def _follow(self, task: Task) -> None:
        self._task = task
        task.failed.connect(self.session.say_error)
        task.cancelled.connect(lambda: self.session.say(tr("Stopped. Nothing was changed.")))
        task.ended.connect(self._ended)
        self.strip.follow(task)
        self._show_buttons()

    def _ended(self) -> None:
        self._task = None
        self._show_buttons()

    def _show_buttons(self) -> None:
        """Offer what can be done now."""
        raise AssertionError("every part has buttons")

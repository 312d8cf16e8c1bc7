"""Taking an answer in: a file chosen or dropped, a photo or scan, or a code read over the telephone."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from stdesk.errors import UserError
from stdesk.i18n import message, tr
from stdesk.services.answers import SUFFIXES, CodeMeaning, Taken
from stdesk.ui import theme
from stdesk.ui.answers import reading, words
from stdesk.ui.choose import choose
from stdesk.ui.icons import pixmap
from stdesk.ui.session import Session
from stdesk.ui.tasks import Task
from stdesk.ui.widgets.buttons import give_icon, icon_button
from stdesk.ui.widgets.labels import label
from stdesk.ui.widgets.note_line import NoteLine
from stdesk.ui.widgets.progress_strip import ProgressStrip

_AFTER_MS = 120  # without another key, before a code is looked up
NARROW = 800  # pixels; below it, less stands side by side
_CODE_WIDTH = 17  # characters


class TakeBar(QWidget):
    """One card with both ways in, and why an answer was not taken.

    Signals:
        taken: list of :class:`Taken`, the answers that are in now.
    """

    taken = Signal(object)

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.session = session
        self._task: Task | None = None
        self._meaning: CodeMeaning | None = None
        t = theme.tokens()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(t.s)
        card = QFrame()
        card.setProperty("place", "card")
        row = QHBoxLayout()
        row.setSpacing(t.s)
        self.file_button = icon_button("download-simple", tr("Take in an answer…"))
        self.file_button.setToolTip(
            tr("The file TRA-LOI-….json, or a photo, scan or PDF of the answer's slip")
        )
        self.file_button.clicked.connect(self._choose)
        row.addWidget(self.file_button)
        self.hint = label(tr("or drop it here"), "soft")
        row.addWidget(self.hint)
        row.addSpacing(t.m)
        caption = label(tr("Code by telephone"), "label")
        self.code = QLineEdit(placeholderText="XXXX-XXXX-XXXX")
        self.code.setAccessibleName(tr("Code by telephone"))
        self.code.setAcceptDrops(False)  # a file dropped on it is meant for the panel
        caption.setBuddy(self.code)
        self.code.setFixedWidth((self.code.fontMetrics().averageCharWidth() + 3) * _CODE_WIDTH)
        self.code.textEdited.connect(lambda _text: self._typed())
        self.code.returnPressed.connect(self.take_code)
        self.code_button = icon_button("check", tr("Take the code in"))
        self.code_button.clicked.connect(self.take_code)
        self._picture = label("")
        self._picture.setFixedWidth(18)
        self.meaning = label("", wrap=True)
        for widget in (caption, self.code, self.code_button):
            row.addWidget(widget)
        self._said = QWidget()
        said = QHBoxLayout(self._said)
        said.setContentsMargins(0, 0, 0, 0)
        said.setSpacing(t.s)
        said.addWidget(self._picture)
        said.addWidget(self.meaning, 1)
        row.addWidget(self._said, 1)
        self._row, self._card = row, QVBoxLayout(card)
        self._card.setContentsMargins(t.l, t.s, t.l, t.s)
        self._card.setSpacing(t.xs)
        self._card.addLayout(row)
        column.addWidget(card)
        self._wide = True
        self.progress = ProgressStrip()
        column.addWidget(self.progress)
        self.problem = NoteLine()
        column.addWidget(self.problem)
        self._wait = QTimer(self, interval=_AFTER_MS, singleShot=True)
        self._wait.timeout.connect(self._look_up)
        self._show_meaning(None)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Where there is little room, what a code means stands under it, and the word about dropping goes."""
        super().resizeEvent(event)
        wide = self.width() >= NARROW
        if wide != self._wide:
            self._wide = wide
            self.hint.setVisible(wide)
            if wide:
                self._row.addWidget(self._said, 1)
            else:
                self._card.addWidget(self._said)
            self._show_said()

    def _show_said(self) -> None:
        """Beside the code its place is kept; under it, only while there is something to say."""
        self._said.setVisible(self._wide or bool(self.meaning.text()))

    # -- a file ------------------------------------------------------------------------------

    def _choose(self) -> None:
        pictures = " ".join(f"*{suffix}" for suffix in SUFFIXES)
        pattern = f"{tr('Answers')} (*.json {pictures});;{tr('All files')} (*)"
        if found := choose.open_file(self, tr("Take in an answer…"), pattern):
            self.take(found)

    def take(self, path: Path) -> None:
        """Take in the file at ``path``."""
        self._start(partial(reading.take, self.session.desk, path))

    # -- a code ------------------------------------------------------------------------------

    def _typed(self) -> None:
        self._wait.start()
        self.problem.clear()
        if not self.code.text().strip():
            self._show_meaning(None)

    def _look_up(self) -> None:
        work = partial(reading.meaning, self.session.desk, self.code.text())
        task = self.session.runner.run(self, work, beside=True)
        task.finished.connect(self._looked_up)

    def _looked_up(self, answer: tuple[str, CodeMeaning]) -> None:
        if answer[0] == self.code.text():
            self._show_meaning(answer[1])

    def _show_meaning(self, meaning: CodeMeaning | None) -> None:
        self._meaning = meaning
        text, picture, tone = words.meaning_line(meaning) if meaning else ("", "", "")
        self.meaning.setText(text)
        self._show_said()
        self.code.setAccessibleDescription(text)
        self._picture.setPixmap(
            pixmap(picture, tone, 16, self) if picture else pixmap("circle", "surface", 1, self)
        )
        ready = meaning is not None and (bool(meaning.status) or meaning.qr)
        theme.mark(self.code_button, primary=ready)
        give_icon(self.code_button, "check", "on_accent" if ready else "text")

    def take_code(self) -> None:
        """Take in the code that is typed."""
        if text := self.code.text().strip():
            self._start(partial(reading.take_code, self.session.desk, text))
        else:
            self.code.setFocus()

    # -- both --------------------------------------------------------------------------------

    def _start(self, work: partial[list[Taken]]) -> None:
        if self._task is not None:
            return
        self.problem.clear()
        self._task = task = self.session.runner.run(self, work)
        task.finished.connect(self._finished)
        task.failed.connect(self._failed)
        task.ended.connect(self._ended)
        self.progress.follow(task)

    def stop(self) -> bool:
        """Stop what is under way, or put a complaint away; False when there is nothing."""
        if self._task is not None:
            self._task.cancel()
            return True
        if self.problem.isVisible():
            self.problem.clear()
            return True
        return False

    def _ended(self) -> None:
        self._task = None

    def _finished(self, taken: list[Taken]) -> None:
        self.code.clear()
        self._show_meaning(None)
        self.taken.emit(taken)

    def _failed(self, error: BaseException) -> None:
        text = str(error) if isinstance(error, UserError) else message("internal_error")
        self.problem.tell(text, picture="x-circle", tone="red")
        self.problem.text.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)

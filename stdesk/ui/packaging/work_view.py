"""While the package is written: the steps in words, how fast, how long still, and a way to stop."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from time import monotonic

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QProgressBar, QPushButton, QVBoxLayout, QWidget

from stdesk.i18n import message, tr
from stdesk.progress import Progress
from stdesk.ui import theme
from stdesk.ui.forms.files_editor import show_size
from stdesk.ui.icons import pixmap
from stdesk.ui.packaging.words import left_words, rate_words
from stdesk.ui.tasks import Task
from stdesk.ui.widgets.labels import ElidedLabel, label

_PARTS = 1000  # a progress bar counts in 32 bits, bytes do not fit
_BYTES = 1 << 20  # a stretch this long counts bytes, a shorter one counts things
_SPAN = 8.0  # seconds over which the rate is taken
_SURE = 2.0  # seconds before a rate is shown
_SLOW = 3 * 10**6  # bytes a second
PREPARE, WRITE, PUSH, READ = range(4)
_SEALING = "package_sealing"
_STRETCHES = {
    "package_writing": WRITE,
    "medium_writing": WRITE,
    _SEALING: WRITE,
    "medium_settling": PUSH,
    "medium_reading_back": READ,
    "package_checking": READ,
}


class Rate:
    """How fast a stretch goes: bytes a second over the last seconds."""

    def __init__(self, clock: Callable[[], float] = monotonic) -> None:
        self._clock = clock
        self._seen: deque[tuple[float, int]] = deque()
        self._total = 0

    def take(self, done: int, total: int) -> float | None:
        """Note how far it is; the rate, ``None`` while it cannot be told."""
        now = self._clock()
        if total != self._total or (self._seen and done < self._seen[-1][1]):
            self._seen.clear()  # another stretch
            self._total = total
        self._seen.append((now, done))
        while len(self._seen) > 2 and now - self._seen[0][0] > _SPAN:
            self._seen.popleft()
        then, before = self._seen[0]
        if now - then < _SURE or done <= before:
            return None
        return (done - before) / (now - then)


class WorkView(QFrame):
    """A card with the four steps; follows one task.

    Signals:
        stop_wanted: the button was pressed.
    """

    stop_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._beginnings: dict[str, str] = {}  # how what is said of a stretch begins, in the language in use
        self._sealed = self._away = False  # to be sealed; what is written now goes to the stick
        self._rate = Rate()
        self.stage = -1
        t = theme.tokens()
        self.setProperty("place", "card")
        column = QVBoxLayout(self)
        column.setContentsMargins(t.xl, t.l, t.xl, t.l)
        column.setSpacing(t.s)
        self.title = label("", "heading", wrap=True)
        self.where = ElidedLabel("", "soft")
        column.addWidget(self.title)
        column.addWidget(self.where)
        column.addSpacing(t.xs)
        self._steps: list[tuple[QLabel, QLabel]] = []
        for text in (
            tr("Make the package on this computer"),
            tr("Write"),
            tr("Push everything down to the stick"),
            tr("Read it back from the stick itself and compare"),
        ):
            column.addLayout(self._step(text))
        column.addSpacing(t.xs)
        self.bar = QProgressBar(minimum=0, maximum=_PARTS, textVisible=False)
        self.bar.setAccessibleName(tr("Progress"))
        self.note = ElidedLabel("")
        self.slow = label("", "soft", wrap=True)
        column.addWidget(self.bar)
        column.addWidget(self.note)
        column.addWidget(self.slow)
        row = QHBoxLayout()
        self.stop = QPushButton(tr("Stop (Esc)"))
        self.stop.clicked.connect(self.stop_wanted)
        row.addWidget(self.stop)
        row.addSpacing(t.m)
        row.addWidget(label(tr("Do not pull the stick out yet."), "strong", wrap=True), 1)
        column.addLayout(row)

    def _step(self, text: str) -> QHBoxLayout:
        t = theme.tokens()
        row = QHBoxLayout()
        row.setSpacing(t.s)
        picture = QLabel()
        picture.setFixedSize(18, 18)
        words = label(text, "soft")
        row.addWidget(picture)
        row.addWidget(words, 1)
        self._steps.append((picture, words))
        return row

    def follow(self, task: Task, title: str, where: str, *, sealed: bool) -> None:
        """Show how ``task`` goes; a package to be sealed is made on this computer first."""
        self._rate = Rate()
        self._beginnings = {code: message(code, name="\0").partition("\0")[0] for code in _STRETCHES}
        self._sealed, self._away = sealed, not sealed
        self._steps[WRITE][1].setText(tr("Seal and write") if sealed else tr("Write"))
        for widget in self._steps[PREPARE]:
            widget.setVisible(sealed)
        self.title.setText(title)
        self.where.setText(where)
        self.note.setText(tr("Making the documents ready…"))
        self.slow.hide()
        self.bar.setRange(0, 0)
        self.stop.setEnabled(True)
        self._show_stage(-1)
        task.progressed.connect(self._show)

    def stopping(self) -> None:
        """The stop was asked for."""
        self.stop.setEnabled(False)
        self.note.setText(tr("Stopping…"))

    def _show(self, progress: Progress) -> None:
        if not self.stop.isEnabled():
            return
        stage = self._stage_of(progress.note)
        if stage != self.stage:
            self._show_stage(stage)
        done, total = progress.done, progress.total
        if total <= 0:
            self.bar.setRange(0, 0)
            self.note.setText(progress.note or tr("Working…"))
            return
        self.bar.setRange(0, _PARTS)
        self.bar.setValue(min(_PARTS, done * _PARTS // total))
        self._tell(progress.note, done, total)

    def _stage_of(self, note: str) -> int:
        """Which step is under way; before it is sealed, everything happens on this computer."""
        code = next((one for one, begins in self._beginnings.items() if note.startswith(begins)), "")
        if not code:
            return self.stage
        self._away = self._away or code == _SEALING
        return _STRETCHES[code] if self._away else PREPARE

    def _tell(self, note: str, done: int, total: int) -> None:
        if total < _BYTES:
            self.note.setText(note or tr("Working…"))
            return
        parts = [tr("{done} of {total}", done=show_size(done), total=show_size(total))]
        rate = self._rate.take(done, total)
        if rate is not None:
            parts += [rate_words(rate), left_words((total - done) / rate)]
            slow = rate < _SLOW
            self.slow.setText(tr("This stick is slow. It may take its time; other pages can be used."))
            self.slow.setVisible(slow)
        self.note.setText("  ·  ".join([*([note] if note else []), *parts]))

    def _show_stage(self, stage: int) -> None:
        self.stage = stage
        for at, (picture, words) in enumerate(self._steps):
            if at < stage:
                look, tone, role, said = "check-circle", "green", "", tr("done")
            elif at == stage:
                look, tone, role, said = "caret-double-right", "accent", "strong", tr("now")
            else:
                look, tone, role, said = "circle", "text_faint", "soft", tr("still to come")
            picture.setPixmap(pixmap(look, tone, 18, self))
            theme.mark(words, role=role)
            words.setAccessibleName(f"{words.text()}: {said}")

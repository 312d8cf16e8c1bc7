"""The page that asks for the password of a library: at opening, and after it locked itself."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from stdesk.errors import UserError
from stdesk.i18n import message, tr
from stdesk.progress import Progress
from stdesk.services.locking import unlock, wait_said, waiting
from stdesk.services.passwords import has_vietnamese
from stdesk.ui import theme
from stdesk.ui.icons import icon_label
from stdesk.ui.locking.password_line import PasswordLine
from stdesk.ui.tasks import Task, TaskRunner
from stdesk.ui.widgets.buttons import icon_button
from stdesk.ui.widgets.labels import ElidedLabel, label

_WIDTH = 460
_TICK_MS = 500
_SECRET_ERRORS = ("password_wrong", "recovery_code_mistyped", "password_wait")


class UnlockScreen(QWidget):
    """Asks until the right password is typed.

    Args:
        runner: where passwords are tried.
        folder: of the library that is opened, or the copy of one.
        why: why it is asked now, when nobody asked to open anything.
        key_folder: where the key file lies; by default ``folder``.

    Signals:
        unlocked: what opens the library (a ``Vault``).
        other_wanted: another library is to be opened.
    """

    unlocked = Signal(object)
    other_wanted = Signal()

    def __init__(
        self,
        runner: TaskRunner,
        folder: Path,
        why: str = "",
        key_folder: Path | None = None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._runner = runner
        self.folder = folder
        self._keys = key_folder or folder
        self._task: Task | None = None
        self._by_code = False
        self.setProperty("place", "window")
        self._build(why)
        self._clock = QTimer(self, interval=_TICK_MS)
        self._clock.timeout.connect(self._count_down)
        self._show_mode()
        if waiting(self._keys):
            self._count_down()

    # -- what it looks like ------------------------------------------------------------------

    def _build(self, why: str) -> None:
        t = theme.tokens()
        outer = QVBoxLayout(self)
        outer.setContentsMargins(t.xl, t.xl, t.xl, t.xl)
        outer.addStretch(2)
        card = QFrame()
        card.setProperty("place", "card")
        card.setFixedWidth(_WIDTH)
        column = QVBoxLayout(card)
        column.setContentsMargins(t.xl, t.xl, t.xl, t.xl)
        column.setSpacing(t.s)
        head = QHBoxLayout()
        head.setSpacing(t.m)
        head.addWidget(icon_label("lock-key", "accent", 32))
        names = QVBoxLayout()
        names.setSpacing(0)
        names.addWidget(label(tr("The library is locked"), "heading"))
        self.place = ElidedLabel(str(self.folder), "small")
        names.addWidget(self.place)
        head.addLayout(names, 1)
        column.addLayout(head)
        self.why = label(why, "soft", wrap=True)
        column.addWidget(self.why)
        self.why.setVisible(bool(why))  # only now: what has no parent yet would be a window of its own
        column.addSpacing(t.s)
        self.caption = label("", "label")
        self.line = PasswordLine("")
        self.caption.setBuddy(self.line.line)
        self.line.entered.connect(self.try_it)
        self.line.caps_told.connect(self._tell_caps)
        column.addWidget(self.caption)
        column.addWidget(self.line)
        self.caps = label(tr("Caps Lock is on."), "small")
        self.caps.hide()
        self.problem = label("", "problem", wrap=True)
        self.problem.hide()
        self.hint = label("", "small", wrap=True)
        self.hint.hide()
        for one in (self.caps, self.problem, self.hint):
            column.addWidget(one)
        column.addSpacing(t.s)
        column.addLayout(self._buttons())
        outer.addWidget(card, 0, Qt.AlignmentFlag.AlignHCenter)
        outer.addStretch(3)
        self.setFocusProxy(self.line)

    def _buttons(self) -> QVBoxLayout:
        t = theme.tokens()
        column = QVBoxLayout()
        column.setSpacing(t.m)
        self.open_button = icon_button("lock-open", tr("Open the library"), "on_accent")
        self.open_button.setProperty("primary", True)
        self.open_button.clicked.connect(self.try_it)
        column.addWidget(self.open_button)
        row = QHBoxLayout()
        row.setSpacing(t.s)
        self.code_button = QPushButton()
        self.code_button.setProperty("link", True)
        self.code_button.clicked.connect(self._other_way)
        self.other_button = QPushButton(tr("Another library…"))
        self.other_button.setProperty("link", True)
        self.other_button.clicked.connect(self.other_wanted)
        row.addWidget(self.code_button)
        row.addStretch(1)
        row.addWidget(self.other_button)
        column.addLayout(row)
        return column

    def _show_mode(self) -> None:
        if self._by_code:
            caption = tr("Recovery code, as it stands on the sheet in the safe")
            way = tr("I have the password")
        else:
            caption, way = tr("Password"), tr("I have the recovery code")
        self.caption.setText(caption)
        self.line.rename(caption)
        self.line.line.setPlaceholderText("7K3M-9QXT-…" if self._by_code else "")
        self.code_button.setText(way)
        self.line.clear()
        self.line.show_button.setChecked(self._by_code)
        self._tell("")

    def _other_way(self) -> None:
        self._by_code = not self._by_code
        self._show_mode()
        self.line.setFocus()

    def showEvent(self, event: QShowEvent) -> None:
        """The cursor stands where the password goes."""
        super().showEvent(event)
        self.line.setFocus()

    def allow_other(self, allowed: bool) -> None:
        """Whether another library can be opened now."""
        self.other_button.setVisible(allowed)

    def _tell(self, problem: str, hint: str = "") -> None:
        for place, text in ((self.problem, problem), (self.hint, hint)):
            place.setText(text)
            place.setVisible(bool(text))

    def _tell_caps(self, on: bool) -> None:
        self.caps.setVisible(on and not self._by_code)

    # -- trying ------------------------------------------------------------------------------

    def try_it(self) -> None:
        """Try what is typed."""
        typed = self.line.text()
        if self._task is not None or self._clock.isActive():
            return
        if not typed.strip():
            self.line.setFocus()
            return
        self._tell("")
        self._set_free(False)
        task = self._task = self._runner.run(self, partial(_unlock, self._keys, typed), beside=True)
        task.finished.connect(self._opened)
        task.failed.connect(self._refused)
        task.ended.connect(self._ended)

    def _opened(self, vault: object) -> None:
        self._task = None
        self.line.clear()
        self.unlocked.emit(vault)

    def _ended(self) -> None:
        self._task = None
        if not self._clock.isActive():
            self._set_free(True)

    def _refused(self, error: BaseException) -> None:
        self._task = None
        if isinstance(error, UserError) and error.code == "password_wait":
            self._count_down()
            return
        self._set_free(True)
        self._tell(self._sentence(error), self._hint())
        if isinstance(error, UserError) and error.code in _SECRET_ERRORS:
            self.line.line.selectAll()
            self.line.setFocus()
            if waiting(self._keys):
                self._count_down()

    def _sentence(self, error: BaseException) -> str:
        if not isinstance(error, UserError):
            return message("internal_error")
        if error.code != "password_wrong":
            return str(error)
        return tr("The recovery code is wrong.") if self._by_code else tr("The password is wrong.")

    def _hint(self) -> str:
        if has_vietnamese(self.line.text()):
            return tr(
                "What you typed has Vietnamese letters: is the Vietnamese keyboard (Unikey, Telex) on? "
                "Switch it off if the password has none."
            )
        return ""

    def _set_free(self, free: bool) -> None:
        self.line.line.setReadOnly(not free)
        self.open_button.setEnabled(free)
        self.code_button.setEnabled(free)
        busy = self._task is not None or (not free and not self._clock.isActive())
        self.open_button.setText(tr("Opening…") if busy else tr("Open the library"))

    def _count_down(self) -> None:
        """After too many wrong ones: say how long it still takes, then let one type again."""
        left = waiting(self._keys)
        if left:
            if not self._clock.isActive():
                self._clock.start()
            self._set_free(False)
            self._tell(
                tr("Too many wrong passwords. You can try again in {wait}.", wait=wait_said(left)),
                self.hint.text(),
            )
            return
        self._clock.stop()
        self._set_free(True)
        self._tell("", self.hint.text())
        self.line.setFocus()


def _unlock(folder: Path, secret: str, progress: Progress) -> object:
    progress.check()
    return unlock(folder, secret)

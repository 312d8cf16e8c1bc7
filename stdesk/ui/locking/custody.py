"""When a library with a password is open and when it is not: asked at opening, locked when nobody is there.

Locking covers the window at once. What was typed is saved the way it is when the window closes, work under way is
waited for; then the window is taken apart, the library closed and its key dropped. Whoever unlocks before that is
done finds the window as it was; after it, the library is opened anew where one was.
"""

from __future__ import annotations

import gc
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, QTimer
from PySide6.QtGui import QCloseEvent
from PySide6.QtWidgets import QApplication, QMainWindow, QWidget

from stdesk.errors import UserError
from stdesk.i18n import ntr, tr
from stdesk.services import locking
from stdesk.ui import clipboard
from stdesk.ui.locking.away import AwayWindow
from stdesk.ui.locking.minutes import minutes
from stdesk.ui.locking.screen import UnlockScreen
from stdesk.ui.locking.watch import ASLEEP, IDLE, SCREEN, Watch
from stdesk.ui.session import ClosedWork, Session, Tone
from stdesk.ui.shell import MainWindow, Spot
from stdesk.ui.tasks import Task, TaskRunner

_SOON_MS = 50  # between two looks whether work under way is done
WANTS = ("library_wants_password",)


@dataclass(frozen=True, slots=True)
class House:
    """What the desktop lends.

    Attributes:
        open: opens a library and shows its window: (folder, read_only=, vault=, spot=); raises UserError.
        replace: shows a window in place of the one there is, which is taken apart.
        close: closes the library that is open, if one is.
        welcome: asks where to begin, saying what was the matter with the library in a folder, which was tried
            to be opened with a vault.
        session, window: of the open library, if one is.
    """

    open: Callable[..., None]
    replace: Callable[[QMainWindow], None]
    close: Callable[[], None]
    welcome: Callable[[BaseException | None, Path | None, Any], None]
    session: Callable[[], Session | None]
    window: Callable[[], MainWindow | None]


class LockWindow(QMainWindow):
    """The window in which the password is asked."""

    def __init__(self, asker: UnlockScreen) -> None:
        super().__init__()
        self.asker = asker
        self.setWindowTitle("STDesk")
        self.resize(1100, 700)
        self.setCentralWidget(asker)
        self.gone: Callable[[], None] = lambda: None

    def closeEvent(self, event: QCloseEvent) -> None:
        """Leave the program; a window that is covered still leaves in its own way."""
        super().closeEvent(event)
        self.gone()


class Custody(QObject):
    """The way in and out of a library with a password; one for the program."""

    def __init__(self, runner: TaskRunner, house: House, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._runner = runner
        self._house = house
        self._cover: LockWindow | None = None
        self._hidden: MainWindow | None = None
        self._vault: Any = None
        self._soon = QTimer(self, interval=_SOON_MS)
        self._soon.timeout.connect(self._close_when_done)
        self.watch = Watch(self)
        self.watch.gone.connect(self._gone)

    # -- a library is open -------------------------------------------------------------------

    def take(self, session: Session) -> None:
        """``session`` is open."""
        vault = self._vault = session.desk.vault
        session.lock_wanted.connect(self.lock)
        session.closed_wanted.connect(self.while_closed)
        session.lock_minutes_changed.connect(self.watch_on)
        clipboard.guard(vault is not None)
        self.watch_on()

    def let_go(self) -> None:
        """The library is about to be closed: nothing of it stays behind."""
        self.watch.stop()
        clipboard.take_away()
        clipboard.guard(False)
        self._vault = None

    def watch_on(self) -> None:
        """Watch for nobody being there; after the minutes were changed, anew."""
        if self._vault is not None:
            self.watch.start(minutes())
        else:
            self.watch.stop()

    # -- asking ------------------------------------------------------------------------------

    def ask(self, folder: Path, page: str = "", *, read_only: bool = False) -> LockWindow:
        """Ask for the password of the library in ``folder`` in place of whatever is shown."""
        cover = self._make_cover(folder, "")
        cover.asker.unlocked.connect(partial(self._enter, folder, read_only, (page, None)))
        self._house.replace(cover)
        self._house.close()
        return cover

    def _make_cover(self, folder: Path, why: str) -> LockWindow:
        cover = LockWindow(UnlockScreen(self._runner, folder, why, locking.key_folder(folder)))
        cover.asker.other_wanted.connect(lambda: self._house.welcome(None, None, None))
        return cover

    def _enter(self, folder: Path, read_only: bool, spot: Spot, vault: Any) -> None:
        self._cover = None
        try:
            self._house.open(folder, read_only=read_only, vault=vault, spot=spot)
        except UserError as problem:
            self._house.welcome(problem, folder, vault)

    # -- locking -----------------------------------------------------------------------------

    def _gone(self, why: str) -> None:
        said = {
            IDLE: lambda: ntr(
                "Locked because nobody had touched it for {n} minute.",
                "Locked because nobody had touched it for {n} minutes.",
                minutes(),
            ),
            ASLEEP: lambda: tr("Locked because the computer was asleep."),
            SCREEN: lambda: tr("Locked because the screen was locked."),
        }
        self.lock(said[why]())

    def lock(self, why: str = "") -> None:
        """Lock now; a library without a password stays as it is, and says so."""
        window, session = self._house.window(), self._house.session()
        if window is None or session is None or self._cover is not None:
            return
        if self._vault is None:
            session.say(
                tr("This library has no password. Set one in Data safety, then it can be locked."), Tone.WARN
            )
            return
        if session.desk.as_of is not None:  # it is taken away when it is closed: nothing to come back to
            window.close()
            return
        self.watch.stop()
        spot, read_only = window.where(), session.desk.read_only
        self._hidden = window
        self._cover = cover = self._make_cover(session.desk.folder, why)
        cover.asker.unlocked.connect(partial(self._back, spot, read_only))
        cover.asker.allow_other(False)
        cover.gone = self._cover_closed
        cover.setGeometry(window.geometry())
        cover.show()
        window.hide()
        _put_away(cover, window)
        clipboard.take_away()
        window.save_all(self._soon.start)

    def _close_when_done(self) -> None:
        """Once nothing is under way any more the library is closed, and nothing of it is kept."""
        if self._runner.busy() or QApplication.activeModalWidget() is not None:
            return
        self._soon.stop()
        window, cover, self._hidden = self._hidden, self._cover, None
        if window is None or cover is None:
            return
        with suppress(UserError, OSError):  # it was saved; what a page cannot put down now it has as a draft
            for page in window.pages.values():
                page.put_down()
        self._house.replace(cover)
        self._house.close()
        cover.asker.allow_other(True)
        QTimer.singleShot(0, self, gc.collect)

    def _back(self, spot: Spot, read_only: bool, vault: Any) -> None:
        self._soon.stop()
        cover, window, session = self._cover, self._hidden, self._house.session()
        self._cover = self._hidden = None
        if cover is None:
            return
        if window is not None and session is not None:  # not closed yet: it is all still there
            window.setGeometry(cover.geometry())
            window.show()
            window.activateWindow()
            cover.hide()
            cover.deleteLater()
            self.watch_on()
            return
        folder = cover.asker.folder
        self._enter(folder, read_only, spot, vault)

    def _cover_closed(self) -> None:
        """Leaving from the locked page: the window behind it closes as it would by itself."""
        self._soon.stop()
        window, self._hidden, self._cover = self._hidden, None, None
        if window is not None:
            window.close()

    # -- closed for a while ------------------------------------------------------------------

    def while_closed(self, work: ClosedWork) -> None:
        """Do something to the folder of the open library while it is closed, then open it anew."""
        window = self._house.window()
        if window is not None:
            window.save_all(partial(self._leave, window, work))

    def _leave(self, window: MainWindow, work: ClosedWork) -> None:
        for task in window.findChildren(Task):
            task.cancel()
        timer = QTimer(window, interval=_SOON_MS)
        timer.timeout.connect(partial(self._do, window, work, timer))
        timer.start()
        window.setEnabled(False)

    def _do(self, window: MainWindow, work: ClosedWork, timer: QTimer) -> None:
        session = self._house.session()
        if self._runner.busy() or session is None:
            return
        timer.stop()
        folder, vault = session.desk.folder, self._vault
        spot: Spot = (work.page, None) if work.page else window.where()
        away = AwayWindow(work.title)
        self._house.replace(away)
        self._house.close()
        task = self._runner.run(away, work.work)
        away.follow(task)
        task.finished.connect(partial(self._done, folder, spot, vault, work))
        task.failed.connect(partial(self._undone, folder, spot, vault))
        task.cancelled.connect(partial(self._undone, folder, spot, vault, None))

    def _done(self, folder: Path, spot: Spot, vault: Any, work: ClosedWork, result: Any) -> None:
        key = vault if work.key is None else work.key(result)
        if self._reopened(folder, spot, key):
            session = self._house.session()
            if session is not None:
                session.say(work.said(result), Tone.DONE)

    def _undone(self, folder: Path, spot: Spot, vault: Any, error: BaseException | None) -> None:
        if self._reopened(folder, spot, vault):
            session = self._house.session()
            if session is None:
                return
            if error is None:
                session.say(tr("Stopped. Nothing was changed."))
            else:
                session.say_error(error)

    def _reopened(self, folder: Path, spot: Spot, vault: Any) -> bool:
        try:
            self._house.open(folder, vault=vault, spot=spot)
        except UserError as problem:
            if problem.code in (*WANTS, "password_wrong"):
                self.ask(folder, spot[0])
            else:
                self._house.welcome(problem, folder, vault)
            return False
        return True


def _put_away(*but: QWidget) -> None:
    """What else shows the library goes too: menus, file dialogs, windows that show it as it was on a day."""
    popup = QApplication.activePopupWidget()
    while popup is not None:
        popup.close()
        again = QApplication.activePopupWidget()
        popup = again if again is not popup else None
    for widget in QApplication.topLevelWidgets():
        if widget not in but and widget.isVisible():
            widget.close()

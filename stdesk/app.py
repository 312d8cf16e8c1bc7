"""The window's entry point: puts the application, the open library and the window together."""

from __future__ import annotations

import contextlib
import getpass
import signal
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import QApplication, QMainWindow, QPushButton, QVBoxLayout, QWidget

from stdesk import __version__, i18n, logs, relaunch, resources
from stdesk import crashes as faults
from stdesk.crashes import Report
from stdesk.errors import UserError
from stdesk.ui import qt_texts, theme
from stdesk.ui.crash.attending import Attending, forget
from stdesk.ui.crash.page import show_over
from stdesk.ui.crash.reports import CrashReports
from stdesk.ui.gc_guard import GcGuard
from stdesk.ui.widgets import remembered

if TYPE_CHECKING:
    from stdesk.services.locking import Vault
    from stdesk.ui.locking.custody import Custody
    from stdesk.ui.session import Session
    from stdesk.ui.shell import MainWindow, Spot

__all__ = [
    "CrashReports",
    "Desktop",
    "begin",
    "make_app",
    "press_by_enter",
    "run_central_window",
    "run_window",
]

_LAST, _LANGUAGE, _DARK = "library", "language", "dark"
_HELD = ("library_locked", "library_locked_elsewhere", "library_read_only", "place_network")
# Python hands the interpreter over every 5 ms by itself; reading a page of rows asks for it once a
# row, so while rules run in a worker a page took 430 ms (measured), and 9 ms with this.
_SWITCH_S = 0.0005


class Desktop(QObject):
    """One window at a time: the welcome, or the open library's."""

    def __init__(self, app: QApplication, crashes: CrashReports, left: list[Report] | None = None) -> None:
        super().__init__(app)
        from stdesk.ui.tasks import TaskRunner

        self.app = app
        self.crashes = crashes
        self.runner = TaskRunner(self)
        self.session: Session | None = None
        self.window: QMainWindow | None = None
        self.reopening: Path | None = None  # the library to go on with, once this process has ended
        self._return_now = False
        self._attending = Attending(left or [], self)
        self._attending.writing_wanted.connect(self._open_for_writing)
        self.runner.faulted.connect(crashes.work_failed)
        self.custody = self._custody()
        crashes.written.connect(self._show_crash)
        crashes.told.connect(self._say_crash)
        app.focusChanged.connect(press_by_enter)

    # -- opening -----------------------------------------------------------------------------

    def open(
        self,
        folder: Path,
        page: str = "",
        *,
        read_only: bool = False,
        vault: Vault | None = None,
        spot: Spot | None = None,
    ) -> None:
        """Open the library in ``folder`` and show its window.

        Args:
            page: shown first. read_only: to be looked at only. vault: what opens one with a password.
            spot: a page, and what leads back to what it shows.

        Raises:
            UserError: it cannot be opened.
        """
        from stdesk.services.desk import Desk
        from stdesk.ui.backups.keeper import Keeper
        from stdesk.ui.session import Session

        if vault is None and self.session is not None and self.session.desk.folder == folder.absolute():
            vault = self.session.desk.vault  # the same once more, to write to it
        desk = Desk.open(folder, user=_user(), read_only=read_only, vault=vault)
        if desk.as_of is None:
            remembered.opened().put(**{_LAST: str(folder)})
        self._close_library()
        self.session = Session(desk, self.runner, self)
        self.session.library_wanted.connect(self._other_library)
        self.custody.take(self.session)
        Keeper(self.session)
        self.crashes.folder = faults.folder() if read_only else desk.folder / "crash"
        faults.know(schema=str(desk.schema))
        logs.note("opened", folder=desk.folder, read_only=read_only)
        self._show_library(spot[0] if spot else page)
        window = self._library_window()
        if spot is not None and spot[1] is not None and window is not None:
            window.go(*spot)

    def welcome(
        self,
        problem: BaseException | None = None,
        folder: Path | None = None,
        vault: Vault | None = None,
    ) -> None:
        """Ask where to begin; ``problem`` says why the library in ``folder`` could not be opened.

        Of one that only wants its password that is asked instead; ``vault`` is what it was tried with.
        """
        if folder is not None and isinstance(problem, UserError) and problem.code == "library_wants_password":
            self.custody.ask(folder)
            return
        from stdesk.ui.doctor.rescue import wants_rescue
        from stdesk.ui.session import Message, Tone
        from stdesk.ui.welcome.page import Welcome
        from stdesk.ui.widgets.message_bar import MessageBar

        if folder is not None and wants_rescue(problem, folder):
            self._rescue(folder, str(problem), vault)
            return
        window = QMainWindow()
        window.setWindowTitle("STDesk")
        window.resize(1100, 700)
        page, bar = Welcome(self.runner), MessageBar()
        central = QWidget()
        central.setProperty("place", "window")
        column = QVBoxLayout(central)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(page, 1)
        column.addWidget(bar)
        window.setCentralWidget(central)
        page.opened.connect(self._opened)
        if problem is not None:
            look: tuple[str, Callable[[], object] | None] = ("", None)
            if folder is not None and isinstance(problem, UserError) and problem.code in _HELD:
                look = (i18n.tr("Open to look at only"), partial(self._opened, folder, "", read_only=True))
            bar.show_message(Message(str(problem), Tone.WARN, *look))
        self._replace(window)

    def _opened(
        self, folder: Path, page: str, *, read_only: bool = False, vault: Vault | None = None
    ) -> None:
        try:
            self.open(Path(folder), page, read_only=read_only, vault=vault)
        except UserError as problem:
            logs.note("not_opened", code=problem.code)
            if problem.code in ("library_wants_password", "password_wrong"):
                self.custody.ask(Path(folder), page, read_only=read_only)
            else:
                self.welcome(problem, Path(folder), vault)

    def _rescue(self, folder: Path, problem: str, vault: Vault | None) -> None:
        """The ways on from a library that is damaged."""
        from stdesk.ui.doctor.rescue import RescueWindow

        window = RescueWindow(self.runner, folder, problem, _user(), vault)
        window.rescue.opened.connect(self._rescued)
        window.rescue.left.connect(self.welcome)
        self._replace(window)

    def _rescued(self, folder: Path, page: str, said: str, vault: Vault | None) -> None:
        from stdesk.ui.session import Tone

        self._opened(folder, page, vault=vault)
        if said and self.session is not None:
            self.session.say(said, Tone.DONE)

    def _open_for_writing(self, folder: Path) -> None:
        """The library looked at is to be written to after all; while another holds it nothing changes."""
        try:
            self.open(folder)
        except UserError as problem:
            if self.session is not None:
                self.session.say_error(problem, partial(self._open_for_writing, folder))

    def _other_library(self, folder: Path) -> None:
        """Open another library in place of this one, once all that was typed is saved."""
        window = self._library_window()
        if window is not None:
            window.save_all(lambda: self._change_over(window, folder))

    def _change_over(self, window: MainWindow, folder: Path) -> None:
        from stdesk.ui.tasks import Task

        for task in window.findChildren(Task):
            task.cancel()
        self._opened(folder, "home")

    def _show_library(self, page: str) -> None:
        from stdesk.ui.shell import MainWindow

        if self.session is None:
            return
        window = MainWindow(self.session, first=page)
        window.language_wanted.connect(self.speak)
        window.dark_wanted.connect(self.dress)
        self._replace(window)
        self._attending.attend(window, return_now=self._return_now)
        self._return_now = False

    def _replace(self, window: QMainWindow) -> None:
        old, self.window = self.window, window
        if old is not None:
            window.setGeometry(old.geometry())
        window.show()
        if old is not None:
            old.hide()
            old.deleteLater()

    # -- the two switches --------------------------------------------------------------------

    def speak(self, language: str) -> None:
        """Another language: the window is built anew, what was typed is saved first."""
        remembered.opened().put(**{_LANGUAGE: language})
        self._again(lambda: i18n.use(language))

    def dress(self, dark: bool) -> None:
        """The other look."""
        remembered.opened().put(**{_DARK: "1" if dark else "0"})
        self._again(lambda: theme.apply(self.app, dark))

    def _again(self, change: Callable[[], None]) -> None:
        window = self._library_window()
        if window is None:
            return
        page = window.current()
        name = page.name if page is not None else ""

        def build() -> None:
            change()
            qt_texts.install(self.app)
            self._show_library(name)

        window.save_all(build)

    def _library_window(self) -> MainWindow | None:
        from stdesk.ui.shell import MainWindow

        return self.window if isinstance(self.window, MainWindow) else None

    # -- ending ------------------------------------------------------------------------------

    def _custody(self) -> Custody:
        from stdesk.ui.locking.custody import Custody, House

        return Custody(
            self.runner,
            House(
                open=self.open,
                replace=self._replace,
                close=self._close_library,
                welcome=self.welcome,
                session=lambda: self.session,
                window=self._library_window,
            ),
            self,
        )

    def _close_library(self) -> None:
        if self.session is not None:
            self.custody.let_go()
            if self.reopening is None:
                forget(self.session.desk)
            self.session.desk.close()
            self.session.deleteLater()
            self.session = None

    def end(self) -> None:
        """Wait for what is under way, make the backup that is due, and give the library back."""
        self.runner.shutdown()
        if self.session is not None and self.reopening is None:
            self.session.desk.backups.at_closing()
        self._close_library()

    def _show_crash(self, report: Report) -> None:
        if self.window is not None:
            show_over(self.window, report, reopen=self.reopen)

    def _say_crash(self, report: Report) -> None:
        if self.session is not None:
            from stdesk.ui.session import Message, Tone

            see = partial(self._show_crash, report)
            text = i18n.message("internal_error")
            self.session.said.emit(Message(text, Tone.FAIL, i18n.tr("See the report"), see))

    def reopen(self) -> None:
        """End this process and start the program anew, with the same library, where the person is."""
        window = self._library_window()
        if window is not None and self.session is not None:
            with contextlib.suppress(Exception):  # it may be what is broken; drafts lie in the library
                for page in window.pages.values():
                    page.put_down()
                self.session.desk.whereabouts.keep(window.where())
        folder = self.session.desk.folder if self.session is not None else None
        self.reopening = folder or Path()
        self.app.quit()

    def return_to_place(self) -> None:
        """The next window goes to where the person was, without asking."""
        self._return_now = True


def make_app(language: str) -> QApplication:
    """The application in the language asked for, else the person's last, and their look."""
    app = QApplication.instance()
    if not isinstance(app, QApplication):
        app = QApplication(sys.argv[:1])
    app.setApplicationName("STDesk")
    app.setApplicationDisplayName("STDesk")
    kept = remembered.opened()
    chosen = language or kept.get(_LANGUAGE)
    i18n.use(chosen if chosen in i18n.LANGUAGES else i18n.language())
    app.setWindowIcon(QIcon(str(resources.path("icons", "app.svg"))))
    dark = {"1": True, "0": False}.get(kept.get(_DARK))
    theme.apply(app, dark)
    qt_texts.install(app)
    return app


def run_window(library: Path | None, language: str) -> int:
    """Show the window until it is closed.

    Args:
        library: the folder to open; the last one when ``None``.
        language: "vi" or "en"; "" = as the person left it.

    Returns:
        the exit code.
    """
    app = make_app(language)
    crashes = CrashReports(app)
    desktop = Desktop(app, crashes, faults.left_behind())
    again = relaunch.wanted()
    if again is not None:
        desktop.return_to_place()
    code = _run(app, crashes, partial(begin, desktop, again or library), desktop.end)
    if desktop.reopening is not None:
        relaunch.start(desktop.reopening if desktop.reopening.name else None)
    return code


def run_central_window(place: str, language: str) -> int:
    """Show the centre's window until it is closed.

    Args:
        place: folder or file of the centre, or "postgresql://…".
        language: "vi" or "en"; "" = as the person left it.

    Returns:
        the exit code.
    """
    from stdesk.ui.central.desktop import CentralDesktop

    app = make_app(language)
    crashes = CrashReports(app)
    desktop = CentralDesktop(app, place)
    crashes.written.connect(desktop.say_crash)
    app.focusChanged.connect(press_by_enter)
    return _run(app, crashes, desktop.open, desktop.end)


def _run(
    app: QApplication, crashes: CrashReports, start: Callable[[], object], end: Callable[[], object]
) -> int:
    logs.setup()
    logs.note("started", version=__version__)
    watch = faults.watch()
    sys.setswitchinterval(_SWITCH_S)
    guard = GcGuard(app)
    sys.excepthook = crashes
    with contextlib.suppress(ValueError):  # told to end, as at the end of a session: as by the person
        signal.signal(signal.SIGTERM, lambda *_: app.quit())
    start()
    code = app.exec()
    end()
    guard.deleteLater()
    sys.excepthook = sys.__excepthook__
    logs.note("ended", code=code)
    if watch is not None:
        watch.end()
    return code


def press_by_enter(_old: QWidget | None, now: QWidget | None) -> None:
    """Enter presses the button one is on, as Space does; Qt does so in dialogs only."""
    if isinstance(now, QPushButton):
        now.setAutoDefault(True)


def begin(desktop: Desktop, library: Path | None) -> None:
    """Open the library asked for, else the last one, else ask."""
    last = remembered.opened().get(_LAST)
    folder = library or (Path(last) if last else None)
    if folder is None or (library is None and not folder.exists()):
        desktop.welcome()
        return
    try:
        desktop.open(folder)
    except UserError as problem:
        logs.note("not_opened", code=problem.code)
        desktop.welcome(problem, folder)


def _user() -> str:
    try:
        return getpass.getuser()
    except (OSError, KeyError, ImportError):
        return ""

"""The window's entry point: puts the application, the open library and the window together."""

from __future__ import annotations

import contextlib
import faulthandler
import getpass
import logging
import sys
import traceback
from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import QApplication, QMainWindow, QPushButton, QVBoxLayout, QWidget

from stdesk import i18n, paths, resources
from stdesk.errors import UserError
from stdesk.ui import qt_texts, theme
from stdesk.ui.gc_guard import GcGuard
from stdesk.ui.widgets import remembered

if TYPE_CHECKING:
    from stdesk.ui.session import Session
    from stdesk.ui.shell import MainWindow

log = logging.getLogger(__name__)
_LAST, _LANGUAGE, _DARK = "library", "language", "dark"
_REPORTS_KEPT = 20
# Python hands the interpreter over every 5 ms by itself; reading a page of rows asks for it once a
# row, so while rules run in a worker a page took 430 ms (measured), and 9 ms with this.
_SWITCH_S = 0.0005


class CrashReports(QObject):
    """Writes down faults of the program's own, from whatever thread, and tells the window.

    Signals:
        written: where the report lies; delivered in the GUI thread.
    """

    written = Signal(str)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.folder = paths.settings_folder() / "crash"

    def __call__(self, kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        """As ``sys.excepthook``: a file with the trace, no values of a record in it."""
        if issubclass(kind, KeyboardInterrupt):
            QApplication.quit()
            return
        text = "".join(traceback.format_exception(kind, error, trace))
        log.error("unexpected fault\n%s", text)
        self.written.emit(str(self._write(text)))

    def _write(self, text: str) -> Path:
        file = self.folder / f"{datetime.now(UTC):%Y%m%d-%H%M%S-%f}.txt"
        with contextlib.suppress(OSError):  # a full disk must not hide the fault itself
            self.folder.mkdir(parents=True, exist_ok=True)
            for old in sorted(self.folder.glob("*.txt"))[:-_REPORTS_KEPT]:
                old.unlink()
            file.write_text(text, encoding="utf-8")
        return file


class Desktop(QObject):
    """One window at a time: the welcome, or the open library's."""

    def __init__(self, app: QApplication, crashes: CrashReports) -> None:
        super().__init__(app)
        from stdesk.ui.tasks import TaskRunner

        self.app = app
        self.crashes = crashes
        self.runner = TaskRunner(self)
        self.session: Session | None = None
        self.window: QMainWindow | None = None
        crashes.written.connect(self._say_crash)
        app.focusChanged.connect(press_by_enter)

    # -- opening -----------------------------------------------------------------------------

    def open(self, folder: Path, page: str = "") -> None:
        """Open the library in ``folder`` and show its window.

        Raises:
            UserError: it cannot be opened.
        """
        from stdesk.services.desk import Desk
        from stdesk.ui.session import Session

        desk = Desk.open(folder, user=_user())
        if desk.as_of is None:
            remembered.opened().put(**{_LAST: str(folder)})
        self._close_library()
        self.session = Session(desk, self.runner, self)
        self.session.library_wanted.connect(self._other_library)
        self.crashes.folder = desk.folder / "crash"
        self._show_library(page)

    def welcome(self, problem: BaseException | None = None) -> None:
        """Ask where to begin; ``problem`` says why the last library could not be opened."""
        from stdesk.ui.session import Message, Tone
        from stdesk.ui.welcome.page import Welcome
        from stdesk.ui.widgets.message_bar import MessageBar

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
            bar.show_message(Message(str(problem), Tone.WARN))
        self._replace(window)

    def _opened(self, folder: Path, page: str) -> None:
        try:
            self.open(Path(folder), page)
        except UserError as problem:
            self.welcome(problem)

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

    def _close_library(self) -> None:
        if self.session is not None:
            self.session.desk.close()
            self.session.deleteLater()
            self.session = None

    def end(self) -> None:
        """Wait for what is under way and give the library back."""
        self.runner.shutdown()
        self._close_library()

    def _say_crash(self, path: str) -> None:
        if self.session is not None:
            from stdesk.ui.session import Tone

            self.session.say(i18n.message("internal_error_at", path=path), Tone.FAIL)


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
    desktop = Desktop(app, crashes)
    return _run(app, crashes, partial(begin, desktop, library), desktop.end)


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
    with contextlib.suppress(OSError, ValueError, AttributeError, RuntimeError):  # no console on Windows
        faulthandler.enable()
    sys.setswitchinterval(_SWITCH_S)
    guard = GcGuard(app)
    sys.excepthook = crashes
    start()
    code = app.exec()
    end()
    guard.deleteLater()
    sys.excepthook = sys.__excepthook__
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
        desktop.welcome(problem)


def _user() -> str:
    try:
        return getpass.getuser()
    except (OSError, KeyError, ImportError):
        return ""

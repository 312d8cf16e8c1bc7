"""The centre opened away from the window, and the window put over it; again in another language or look."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QApplication, QMainWindow, QVBoxLayout, QWidget

from stdesk import i18n
from stdesk.central.agency import Agency
from stdesk.central.answers import connect
from stdesk.crashes import Report
from stdesk.errors import UserError, from_os_error
from stdesk.i18n import message, tr
from stdesk.progress import Progress
from stdesk.ui import qt_texts, theme
from stdesk.ui.central.session import CentralSession
from stdesk.ui.central.window import CentralWindow
from stdesk.ui.crash.page import show_over
from stdesk.ui.tasks import TaskRunner
from stdesk.ui.widgets import remembered
from stdesk.ui.widgets.empty_state import EmptyState

Opened = tuple[Agency, str]


class OpeningWindow(QMainWindow):
    """What stands there until the centre is open: that it is being opened, or why it cannot be."""

    def __init__(self, again: Callable[[], None]) -> None:
        super().__init__()
        self.setWindowTitle("STDesk")
        self.resize(1100, 700)
        central = QWidget()
        central.setProperty("place", "window")
        column = QVBoxLayout(central)
        self.wait = EmptyState("hourglass", tr("Opening the centre…"), "")
        self.problem = EmptyState(
            "cloud-slash", tr("The centre cannot be opened"), "", tr("Try again"), again
        )
        for one in (self.wait, self.problem):
            column.addWidget(one)
        self.setCentralWidget(central)
        self.show_waiting()

    def show_waiting(self) -> None:
        """It is being opened."""
        self.problem.hide()
        self.wait.show()

    def show_problem(self, text: str) -> None:
        """It cannot be opened, and why."""
        self.problem.set_texts(tr("The centre cannot be opened"), text)
        self.wait.hide()
        self.problem.show()
        if self.problem.button is not None:
            self.problem.button.setFocus()


class CentralDesktop(QObject):
    """Everything that lives as long as the centre's window.

    Attributes:
        window: the one shown. session: over the open centre, ``None`` until it is open.
    """

    def __init__(
        self,
        app: QApplication,
        place: str,
        opener: Callable[[str], Agency] = Agency.open,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self.app = app
        self.place = place
        self._opener = opener
        self.runner = TaskRunner(self)
        self.window: QMainWindow | None = None
        self.session: CentralSession | None = None

    def open(self) -> None:
        """Open the centre; until then a page says so."""
        if not isinstance(self.window, OpeningWindow):
            self._replace(OpeningWindow(self.open))
        opening = self.window
        if isinstance(opening, OpeningWindow):
            opening.show_waiting()
        task = self.runner.run(self, partial(_open, self._opener, self.place))
        task.finished.connect(self._opened)
        task.failed.connect(self._failed)

    def _opened(self, opened: Opened) -> None:
        agency, name = opened
        self.session = CentralSession(agency, name, self.runner, self)
        self._show("units")

    def _failed(self, error: BaseException) -> None:
        if isinstance(error, OSError):
            error = from_os_error(error, self.place)
        text = str(error) if isinstance(error, UserError) else message("internal_error")
        if isinstance(self.window, OpeningWindow):
            self.window.show_problem(text)

    def _show(self, page: str) -> None:
        if self.session is None:
            return
        window = CentralWindow(self.session, page)
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

    def speak(self, language: str) -> None:
        """Another language: the window is built anew."""
        remembered.opened().put(language=language)
        i18n.use(language)
        self._again()

    def dress(self, dark: bool) -> None:
        """The other look."""
        remembered.opened().put(dark="1" if dark else "0")
        theme.apply(self.app, dark)
        self._again()

    def _again(self) -> None:
        qt_texts.install(self.app)
        page = self.window.current() if isinstance(self.window, CentralWindow) else None
        self._show(page.name if page is not None and page.name != "unit" else "units")

    def say_crash(self, report: Report) -> None:
        """A fault of the program's own was written down."""
        if self.window is not None:
            show_over(self.window, report)

    def end(self) -> None:
        """Wait for what is under way and give the database back."""
        self.runner.shutdown()
        if self.session is not None:
            self.session.agency.close()
            self.session = None


def _open(opener: Callable[[str], Agency], place: str, _progress: Progress) -> Opened:
    agency = connect(opener(place))
    return agency, agency.name

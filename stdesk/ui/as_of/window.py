"""A second window over a copy that shows the library as it was; the copy goes with the window."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, QObject, QPoint
from PySide6.QtWidgets import QWidget

from stdesk.i18n import tr
from stdesk.progress import Progress
from stdesk.services.desk import Desk
from stdesk.ui.session import Session

if TYPE_CHECKING:
    from stdesk.ui.shell import MainWindow

_ASIDE = QPoint(36, 36)  # so that both windows are seen
_TITLE = 36  # the bar of a window, which its geometry leaves out


class PastWindow(QObject):
    """Owns the window, its session and the copy until the window is closed."""

    def __init__(self, desk: Desk, runner_of: Session, beside: QWidget) -> None:
        from stdesk.ui.shell import MainWindow

        super().__init__(QCoreApplication.instance())
        self.desk = desk
        self.session = Session(desk, runner_of.runner, self)
        self.window: MainWindow = MainWindow(self.session, first="home")
        self.window.closed.connect(self._closed)
        for switched in (self.window.language_wanted, self.window.dark_wanted):
            switched.connect(self._not_here)
        if isinstance(beside, MainWindow):
            beside.closed.connect(self.window.close)
        if (app := QCoreApplication.instance()) is not None:
            app.aboutToQuit.connect(desk.close)  # what is left open is taken away with the program
        room = beside.screen().availableGeometry()
        self.window.setGeometry(
            beside.geometry().translated(_ASIDE).intersected(room.adjusted(0, _TITLE, 0, 0))
        )
        self.window.show()
        self.window.activateWindow()

    def _not_here(self) -> None:
        self.session.say(tr("Change this in the window of the library in use."))

    def _closed(self) -> None:
        self.session.runner.run(self, partial(_close, self.desk), slow=True).ended.connect(self._gone)

    def _gone(self) -> None:
        self.window.deleteLater()
        self.deleteLater()


def show_past(desk: Desk, session: Session, beside: QWidget) -> PastWindow:
    """Show the copy ``desk`` in a window of its own, near the window ``beside``."""
    return PastWindow(desk, session, beside)


def _close(desk: Desk, _progress: Progress) -> None:
    desk.close()

"""Someone at the keyboard of the real window: sees what is on the screen, presses keys, and counts them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, TypeVar

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtWidgets import QApplication, QLineEdit, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from stdesk import app as program
from stdesk.services.desk import Desk
from stdesk.ui.forms.editor import FieldBox
from stdesk.ui.forms.form import Form
from stdesk.ui.shell import MainWindow
from tests.ui.keyboard import write

WAIT = 60_000
MOST_TABS = 60
CONTROL = Qt.KeyboardModifier.ControlModifier
TODAY = datetime(2026, 11, 2, 3, 0, tzinfo=UTC)
P = TypeVar("P", bound=QWidget)


class StrayWindows(QObject):
    """Sees every widget that is shown as a window of its own."""

    def __init__(self) -> None:
        super().__init__()
        self.seen: list[str] = []

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Note windows that are neither the program's window nor a popup over it."""
        if event.type() == QEvent.Type.Show and isinstance(watched, QWidget) and watched.isWindow():
            kind = watched.windowType()
            if kind not in (Qt.WindowType.Popup, Qt.WindowType.ToolTip):
                self.seen.append(type(watched).__name__)
        return False


class Officer:
    """Someone at the keyboard; looks at the screen and presses keys."""

    def __init__(self, qtbot: QtBot, qapp: QApplication) -> None:
        self.qtbot = qtbot
        self.app = qapp
        self.keys = 0  # pressed so far, a letter counts as one
        self.desktop = program.Desktop(qapp, program.CrashReports(qapp))

    def start(self) -> None:
        """Start the program as it starts without arguments."""
        program.begin(self.desktop, None)
        self.look_at_window()

    def look_at_window(self) -> None:
        """Wait until the window has the keyboard."""
        self.window.activateWindow()
        self.wait(lambda: self.window.isActiveWindow())

    def leave(self) -> None:
        """Close the window and wait for what is under way."""
        window, self.desktop.window = self.desktop.window, None
        if window is not None:
            window.close()
            window.deleteLater()
            self.desktop.end()
            self.desktop.deleteLater()

    @property
    def window(self) -> QWidget:
        """The program's window."""
        assert self.desktop.window is not None
        return self.desktop.window

    @property
    def main(self) -> MainWindow:
        """The window over the open library."""
        assert isinstance(self.window, MainWindow)
        return self.window

    @property
    def desk(self) -> Desk:
        """The open library, to see what was really written."""
        assert self.desktop.session is not None
        return self.desktop.session.desk

    def page(self, of: type[P]) -> P:
        """The page shown."""
        page = self.main.current()
        assert isinstance(page, of), type(page)
        return page

    @property
    def focus(self) -> QWidget:
        """Where the keys go."""
        return self.app.focusWidget() or self.window

    def wait(self, seen: Callable[[], Any]) -> None:
        """Until something is seen."""
        self.qtbot.waitUntil(lambda: bool(seen()), timeout=WAIT)

    def press(self, key: Qt.Key, modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
        """Press a key."""
        self.keys += 1
        self.qtbot.keyClick(self.focus, key, modifier)

    def write(self, text: str) -> None:
        """Type over what stands in the line one is in."""
        if isinstance(self.focus, QLineEdit):
            self.focus.selectAll()
        self.keys += len(text)
        write(self.focus, text)

    def tab_until(self, there: Callable[[QWidget], bool]) -> None:
        """Press Tab until the keyboard is where one wants it."""
        for _ in range(MOST_TABS):
            if there(self.focus):
                return
            self.press(Qt.Key.Key_Tab)
        raise AssertionError(f"not reached by Tab; at {self.focus}")

    def to_button(self, button: QPushButton) -> None:
        """Go to a button and press it."""
        self.tab_until(lambda at: at is button)
        self.press(Qt.Key.Key_Space)

    def to_field(self, form: Form, name: str) -> FieldBox:
        """Go on to a field of the form."""
        box = form.boxes[name]
        self.tab_until(lambda at: form.box_of(at) is box)
        return box

    def go(self, digit: Qt.Key, of: type[P]) -> P:
        """Go to a place of the rail."""
        self.press(digit, CONTROL)
        return self.page(of)

    def counts(self) -> list[int]:
        """How many records of each kind there are."""
        return [self.desk.catalogue.count(kind.name) for kind in self.desk.kinds]

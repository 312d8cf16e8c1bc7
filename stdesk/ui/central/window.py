"""The centre's window: rail, pages, message bar, keys; and what stands there while the centre is opened."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtGui import QCloseEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import QHBoxLayout, QMainWindow, QStackedWidget, QVBoxLayout, QWidget

from stdesk.domain.records import Changes
from stdesk.i18n import tr
from stdesk.ui.central.doubles_page import DoublesPage
from stdesk.ui.central.figures_page import FiguresPage
from stdesk.ui.central.intake_page import IntakePage
from stdesk.ui.central.keys_page import KeysPage
from stdesk.ui.central.log_page import LogPage
from stdesk.ui.central.page import CentralPage
from stdesk.ui.central.session import CentralSession
from stdesk.ui.central.unit_page import UnitPage
from stdesk.ui.central.units_page import UnitsPage
from stdesk.ui.tasks import Task
from stdesk.ui.widgets import remembered
from stdesk.ui.widgets.message_bar import MessageBar
from stdesk.ui.widgets.note_line import NoteLine
from stdesk.ui.widgets.rail import HIDDEN, Place, Rail

_GEOMETRY = "central:geometry"
_SMALLEST = (900, 500)

Make = Callable[[CentralSession], CentralPage]


def places() -> tuple[tuple[Place, Make], ...]:
    """The places of the window, in the order of a day's work."""
    return (
        (Place("units", tr("Units"), "users-three"), UnitsPage),
        (Place("intake", tr("Take packages in"), "tray"), IntakePage),
        (Place("unit", tr("Packages of a unit"), "package", HIDDEN, "units"), UnitPage),
        (Place("doubles", tr("Doubles"), "intersect", 1), DoublesPage),
        (Place("figures", tr("Figures"), "sigma", 1), FiguresPage),
        (Place("keys", tr("Keys"), "key", 2), KeysPage),
        (Place("log", tr("Log"), "list-checks", 2), LogPage),
    )


class CentralWindow(QMainWindow):
    """The window over one open centre.

    Signals:
        language_wanted: "vi" or "en"; dark_wanted: the other look. The owner builds the window anew.
    """

    language_wanted = Signal(str)
    dark_wanted = Signal(bool)

    def __init__(self, centre: CentralSession, first: str = "units") -> None:
        super().__init__()
        self.centre = centre
        self._entries = {place.name: (place, make) for place, make in places()}
        self.pages: dict[str, CentralPage] = {}
        self._back: list[tuple[str, Any]] = []
        self._lose = False  # what is typed may be lost
        self._build()
        self._keys()
        centre.said.connect(self.bar.show_message)
        centre.page_wanted.connect(self.go)
        self.setMinimumSize(*_SMALLEST)
        if not self.restoreGeometry(remembered.opened().get_bytes(_GEOMETRY)):
            self.resize(1280, 720)
        self.go(first if first in self._entries else "units")

    def _build(self) -> None:
        central = QWidget()
        central.setProperty("place", "window")
        row = QHBoxLayout(central)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        self.setWindowTitle(f"{self.centre.name} · STDesk")
        self.rail = Rail([place for place, _ in self._entries.values()], self.centre.name)
        self.rail.wanted.connect(self.go)
        self.rail.language_wanted.connect(lambda to: self.leave(partial(self.language_wanted.emit, to)))
        self.rail.dark_wanted.connect(lambda to: self.leave(partial(self.dark_wanted.emit, to)))
        row.addWidget(self.rail)
        column = QVBoxLayout()
        column.setSpacing(0)
        self.stack = QStackedWidget()
        column.addWidget(self.stack, 1)
        self.leaving = NoteLine()  # what keeps the window from closing, and the ways on
        column.addWidget(self.leaving)
        self.bar = MessageBar()
        column.addWidget(self.bar)
        row.addLayout(column, 1)
        self.setCentralWidget(central)

    def _keys(self) -> None:
        keys: list[tuple[str, Callable[[], Any]]] = [
            ("Escape", self.step_back),
            ("Alt+Left", self.go_back),
            ("F5", partial(self.centre.changed.emit, Changes())),
        ]
        seen = [name for name, (place, _) in self._entries.items() if place.group != HIDDEN]
        keys += [(f"Ctrl+{at}", partial(self.go, name)) for at, name in enumerate(seen, 1)]
        for text, act in keys:
            QShortcut(QKeySequence(text), self, act)

    # -- where one is ------------------------------------------------------------------------

    def current(self) -> CentralPage | None:
        """The page shown."""
        page = self.stack.currentWidget()
        return page if isinstance(page, CentralPage) else None

    def page(self, name: str) -> CentralPage:
        """The page called ``name``, made if it was not yet."""
        if name not in self.pages:
            self.pages[name] = self._entries[name][1](self.centre)
            self.stack.addWidget(self.pages[name])
        return self.pages[name]

    def go(self, name: str, arguments: Any = None) -> None:
        """Show a page; ``arguments`` are handed to it."""
        now = self.current()
        if now is not None and now.name != name:
            self._back.append((now.name, now.place()))
        self._show(name)
        if arguments is not None:
            self.page(name).open_with(arguments)

    def _show(self, name: str) -> None:
        page = self.page(name)
        held = page.focusWidget()  # asked first: the stack itself would move the focus somewhere
        self.stack.setCurrentWidget(page)
        self.rail.show_current(self._entries[name][0].under or name)
        page.focus_again(held).setFocus()

    def go_back(self) -> None:
        """The page before."""
        if self._back:
            name, here = self._back.pop()
            self._show(name)
            if here is not None and self.page(name).place() != here:
                self.page(name).open_with(here)

    def step_back(self) -> None:
        """Esc: a step back inside the page, then put the message away, then the page before."""
        page = self.current()
        if (page is not None and page.step_back()) or self.bar.clear():
            return
        self.go_back()

    # -- closing -----------------------------------------------------------------------------

    def leave(self, then: Callable[[], object]) -> None:
        """Go on to ``then``; with something typed and not sent only when the person says so."""
        held = next(((page, why) for page in self.pages.values() if (why := page.unsaved())), None)
        if held is None or self._lose:
            then()
            return
        page, (text, go_on) = held
        self.go(page.name)
        acts = ((tr("Stay here"), self.leaving.clear), (go_on, partial(self._lost, then)))
        self.leaving.tell(text, acts, picture="warning", tone="amber")
        self.leaving.buttons[0].setFocus()

    def _lost(self, then: Callable[[], object]) -> None:
        self._lose = True
        for task in self.findChildren(Task):
            task.cancel()
        then()

    def closeEvent(self, event: QCloseEvent) -> None:
        """Nothing typed is lost unasked; work under way is stopped at its next step."""
        remembered.opened().put_bytes(_GEOMETRY, self.saveGeometry())
        if not self._lose and any(page.unsaved() for page in self.pages.values()):
            event.ignore()
            self.leave(self.close)
            return
        for task in self.findChildren(Task):
            task.cancel()
        super().closeEvent(event)

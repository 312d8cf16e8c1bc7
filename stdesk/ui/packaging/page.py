"""The data package: written to a stick, verified; every sending with what the centre answered to it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import Any

from PySide6.QtWidgets import QTabWidget, QVBoxLayout, QWidget

from stdesk.i18n import tr
from stdesk.progress import Progress
from stdesk.services.desk import Desk
from stdesk.services.reporting import FrozenReport
from stdesk.ui import theme
from stdesk.ui.answers.panel import AnswersPanel
from stdesk.ui.icons import icon
from stdesk.ui.packaging.make_panel import MakePanel
from stdesk.ui.packaging.verify_panel import VerifyPanel
from stdesk.ui.page import Page
from stdesk.ui.reporting.road import Road
from stdesk.ui.reporting.road_state import FREEZE
from stdesk.ui.session import Session
from stdesk.ui.widgets.buttons import icon_button
from stdesk.ui.widgets.page_head import PageHead

MAKE, VERIFY, ANSWERS = "make", "verify", "answers"
_TABS = (MAKE, VERIFY, ANSWERS)


class PackagePage(Page):
    """Three tabs: make, verify, sent and answered."""

    name = "package"

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(session, parent)
        t = theme.tokens()
        column = QVBoxLayout(self)
        column.setContentsMargins(t.xl, t.l, t.xl, t.m)
        column.setSpacing(t.s)
        head = PageHead(self.title())
        self.keys_button = icon_button("key", tr("Keys"))
        self.keys_button.setToolTip(tr("The key of the unit, the keys of the centre"))
        self.keys_button.clicked.connect(self._to_keys)
        head.add_action(self.keys_button)
        column.addWidget(head)
        self.road = Road(session)
        column.addWidget(self.road)
        self._wanted = ""
        self._period = str(session.desk.today().year)
        self.make = MakePanel(session)
        self.make.verify_wanted.connect(self._verify)
        self.make.report_wanted.connect(self._to_report)
        self.make.keys_wanted.connect(self._to_keys)
        self.verify = VerifyPanel(session)
        self.answers = AnswersPanel(session)
        self.answers.make_wanted.connect(lambda: self._to_tab(MAKE))
        self.make.tried.connect(self._tried)
        self.tabs = QTabWidget()
        self.tabs.addTab(self.make, icon("package"), tr("Make a package"))
        self.tabs.addTab(self.verify, icon("shield-check"), tr("Verify a package"))
        self.tabs.addTab(self.answers, icon("tray"), tr("Sent, answered"))
        self.tabs.tabBar().setAccessibleName(tr("Make, verify, sent and answered"))
        column.addWidget(self.tabs, 1)
        self.road.show(self._period, FREEZE)

    def _to_report(self) -> None:
        self.session.page_wanted.emit("report", {"period": self._period, "part": FREEZE})

    def _to_keys(self) -> None:
        self.session.page_wanted.emit("keys", None)

    @property
    def tab(self) -> str:
        """Which tab is seen."""
        return _TABS[self.tabs.currentIndex()]

    def _to_tab(self, tab: str) -> None:
        if tab in _TABS:
            self.tabs.setCurrentIndex(_TABS.index(tab))

    def _tried(self, period: str) -> None:
        """A sending is no change of a record, so nobody else tells of it."""
        self.road.refresh()
        self.answers.open_with(period)

    def focus_place(self) -> QWidget:
        """What can be done first."""
        places: dict[str, Callable[[], QWidget]] = {
            MAKE: self.make.focus_place,
            VERIFY: lambda: self.verify.path,
            ANSWERS: self.answers.focus_place,
        }
        return places[self.tab]()

    def title(self) -> str:
        """The page's name."""
        return tr("Data package")

    def open_with(self, arguments: Any) -> None:
        """{"period": code, "tab": "make" (at first), "verify", "answers"}; a path to verify."""
        if isinstance(arguments, Mapping):
            self._wanted = str(arguments.get("period", ""))
            self._period = self._wanted or self._period
            self.road.show(self._period, FREEZE)
            self._to_tab(str(arguments.get("tab", MAKE)))
            if self.tab == ANSWERS:
                self.answers.open_with(self._wanted)
            self.refresh()
        elif isinstance(arguments, (str, Path)) and str(arguments):
            self._verify(Path(arguments))

    def showEvent(self, event: Any) -> None:
        """Freezing is no change of a record, so the list is read whenever the page is seen."""
        self._stale = True
        super().showEvent(event)

    def refresh(self) -> None:
        """Read which reports are frozen, and what the tab seen shows."""
        self.session.run(self, partial(_frozen, self.session.desk), self._show_reports)

    def _show_reports(self, reports: list[FrozenReport]) -> None:
        self.make.show_reports(reports, self._wanted)
        self._wanted = ""

    def _verify(self, path: Path) -> None:
        self.tabs.setCurrentWidget(self.verify)
        self.verify.open_path(path)

    def place(self) -> Any:
        """The period of the road and the tab."""
        return {"period": self._period, "tab": self.tab}

    def step_back(self) -> bool:
        """Esc stops what is under way; in a tab it goes a step back there."""
        if self.tab == VERIFY and self.verify.stop():
            return True
        if self.tab == ANSWERS and self.answers.step_back():
            return True
        return self.tab == MAKE and self.make.step_back()


def _frozen(desk: Desk, _progress: Progress) -> list[FrozenReport]:
    return list(reversed(desk.reporting.frozen()))

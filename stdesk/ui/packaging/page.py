"""The data package: made from a frozen report, or verified."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import Any

from PySide6.QtWidgets import QTabWidget, QVBoxLayout, QWidget

from stdesk.i18n import tr
from stdesk.progress import Progress
from stdesk.services.desk import Desk
from stdesk.services.reporting import FrozenReport
from stdesk.ui import theme
from stdesk.ui.icons import icon
from stdesk.ui.packaging.make_panel import MakePanel
from stdesk.ui.packaging.verify_panel import VerifyPanel
from stdesk.ui.page import Page
from stdesk.ui.reporting.road import Road
from stdesk.ui.reporting.road_state import FREEZE
from stdesk.ui.session import Session
from stdesk.ui.widgets.page_head import PageHead


class PackagePage(Page):
    """Two tabs: make, verify."""

    name = "package"

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(session, parent)
        t = theme.tokens()
        column = QVBoxLayout(self)
        column.setContentsMargins(t.xl, t.l, t.xl, t.m)
        column.setSpacing(t.s)
        column.addWidget(PageHead(self.title()))
        self.road = Road(session)
        column.addWidget(self.road)
        self._wanted = ""
        self._period = str(session.desk.today().year)
        self.make = MakePanel(session)
        self.make.verify_wanted.connect(self._verify)
        self.make.report_wanted.connect(self._to_report)
        self.verify = VerifyPanel(session)
        self.tabs = QTabWidget()
        self.tabs.addTab(self.make, icon("package"), tr("Make a package"))
        self.tabs.addTab(self.verify, icon("shield-check"), tr("Verify a package"))
        self.tabs.tabBar().setAccessibleName(tr("Make or verify"))
        column.addWidget(self.tabs, 1)
        self.road.show(self._period, FREEZE)

    def _to_report(self) -> None:
        self.session.page_wanted.emit("report", {"period": self._period, "part": FREEZE})

    def focus_place(self) -> QWidget:
        """What can be done first."""
        return self.make.focus_place()

    def title(self) -> str:
        """The page's name."""
        return tr("Data package")

    def open_with(self, arguments: Any) -> None:
        """{"period": code} to make its package; a path to verify."""
        if isinstance(arguments, Mapping):
            self._wanted = str(arguments.get("period", ""))
            self._period = self._wanted or self._period
            self.road.show(self._period, FREEZE)
            self.tabs.setCurrentWidget(self.make)
            self.refresh()
        elif isinstance(arguments, (str, Path)) and str(arguments):
            self._verify(Path(arguments))

    def showEvent(self, event: Any) -> None:
        """Freezing is no change of a record, so the list is read whenever the page is seen."""
        self._stale = True
        super().showEvent(event)

    def refresh(self) -> None:
        """Read which reports are frozen."""
        self.session.run(self, partial(_frozen, self.session.desk), self._show_reports)

    def _show_reports(self, reports: list[FrozenReport]) -> None:
        self.make.show_reports(reports, self._wanted)
        self._wanted = ""

    def _verify(self, path: Path) -> None:
        self.tabs.setCurrentWidget(self.verify)
        self.verify.open_path(path)

    def place(self) -> Any:
        """The period of the road."""
        return {"period": self._period}

    def step_back(self) -> bool:
        """Esc stops what is under way."""
        return self.make.stop() or self.verify.stop()


def _frozen(desk: Desk, _progress: Progress) -> list[FrozenReport]:
    return list(reversed(desk.reporting.frozen()))

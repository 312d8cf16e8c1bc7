"""Attachments of the whole library: a folder gone through, and all files checked."""

from __future__ import annotations

from typing import Any

from PySide6.QtWidgets import QTabWidget, QVBoxLayout, QWidget

from stdesk.i18n import tr
from stdesk.ui import theme
from stdesk.ui.attachments.check_part import CheckPart
from stdesk.ui.attachments.scan_part import ScanPart
from stdesk.ui.page import Page
from stdesk.ui.session import Session
from stdesk.ui.widgets.page_head import PageHead


class FilesPage(Page):
    """Two parts: scan a folder, check what is there."""

    name = "files"

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(session, parent)
        t = theme.tokens()
        column = QVBoxLayout(self)
        column.setContentsMargins(t.xl, t.l, t.xl, t.l)
        column.setSpacing(t.s)
        column.addWidget(PageHead(self.title()))
        self.tabs = QTabWidget()
        self.scan = ScanPart(session)
        self.check = CheckPart(session)
        self.tabs.addTab(self.scan, tr("Scan a folder"))
        self.tabs.addTab(self.check, tr("Check the attachments"))
        column.addWidget(self.tabs, 1)

    def title(self) -> str:
        """The page's name."""
        return tr("Attachments")

    def open_with(self, arguments: Any) -> None:
        """The kind of record to look for."""
        if isinstance(arguments, str) and arguments:
            self.scan.set_kind(arguments)

    def _part(self) -> ScanPart | CheckPart:
        return self.scan if self.tabs.currentIndex() == 0 else self.check

    def focus_place(self) -> QWidget:
        """Where the part shown begins."""
        return self._part().focus_place()

    def step_back(self) -> bool:
        """Esc: stop what is under way."""
        return self._part().step_back()

"""The preview: the pages, and the bar that turns them."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QStackedWidget, QToolButton, QVBoxLayout, QWidget

from stdesk.i18n import count, tr
from stdesk.ui import theme
from stdesk.ui.icons import icon
from stdesk.ui.reporting.pages_view import PagesView
from stdesk.ui.reporting.work import Shown
from stdesk.ui.tasks import TaskRunner
from stdesk.ui.widgets.empty_state import EmptyState
from stdesk.ui.widgets.labels import ElidedLabel, label


class Preview(QWidget):
    """Nothing yet, or the pages of one report."""

    def __init__(
        self, runner: TaskRunner, on_look: Callable[[], None], parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        t = theme.tokens()
        self._whole = True
        self.pages = PagesView(runner)
        self.pages.page_changed.connect(self._page_changed)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.setSpacing(t.s)
        self.bar = QWidget()
        row = QHBoxLayout(self.bar)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(t.xs)
        self.name = ElidedLabel("", "strong")
        self.name.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self.badge = label(tr("TRIAL"), "badge")
        self.badge.setProperty("tone", "amber")
        row.addWidget(self.name)
        row.addWidget(self.badge, 0, Qt.AlignmentFlag.AlignVCenter)
        row.addStretch(1)
        self.back = _tool(
            row, "caret-up", tr("Page before (Page Up)"), lambda: self.pages.go(self.pages.page - 1)
        )
        self.number = label("", "soft")
        row.addWidget(self.number)
        self.on = _tool(
            row, "caret-down", tr("Next page (Page Down)"), lambda: self.pages.go(self.pages.page + 1)
        )
        row.addSpacing(t.m)
        self.smaller = _tool(row, "", tr("Smaller (Ctrl+−)"), lambda: self.pages.zoom(-1), "−")
        self.fit = _tool(row, "", tr("Fit the width (Ctrl+0)"), lambda: self.pages.zoom(0), tr("Full width"))
        self.larger = _tool(row, "", tr("Larger (Ctrl++)"), lambda: self.pages.zoom(1), "+")
        outer.addWidget(self.bar)
        self.stack = QStackedWidget()
        self.empty = EmptyState(
            "file-pdf",
            tr("Look before you freeze"),
            tr("The report is shown here as it would be printed, with the figures as they are now."),
            tr("Look at the report"),
            on_look,
        )
        self.stack.addWidget(self.empty)
        self.stack.addWidget(self.pages)
        outer.addWidget(self.stack, 1)
        self.clear()

    def clear(self) -> None:
        """Show nothing."""
        self.pages.clear()
        self.bar.hide()
        self.stack.setCurrentIndex(0)

    def show_report(self, shown: Shown, name: str, *, keep_place: bool = False) -> None:
        """Show the pages of a report; ``keep_place`` where they are the ones seen, with more behind."""
        self.name.setText(name)
        self.badge.setVisible(shown.trial)
        self._whole = shown.whole
        self.bar.show()
        self.stack.setCurrentIndex(1)
        if keep_place:
            self.pages.extend(shown.pdf, shown.sizes)
        else:
            self.pages.show_pdf(shown.pdf, shown.sizes)

    def _page_changed(self, page: int, pages: int) -> None:
        text = tr("Page {n}/{all}", n=count(page), all=count(pages))
        self.number.setText(text if self._whole else tr("Page {n}, annexes follow", n=count(page)))
        self.back.setEnabled(page > 1)
        self.on.setEnabled(page < pages)


def _tool(row: QHBoxLayout, picture: str, name: str, act: Callable[[], None], text: str = "") -> QToolButton:
    button = QToolButton()
    if picture:
        button.setIcon(icon(picture))
    button.setText(text)
    button.setToolTip(name)
    button.setAccessibleName(name)
    button.clicked.connect(lambda: act())
    row.addWidget(button)
    return button

"""The head of a page: its name, its search line, its main act."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QSizePolicy, QWidget

from stdesk.i18n import tr
from stdesk.ui import theme
from stdesk.ui.icons import icon
from stdesk.ui.widgets.labels import ElidedLabel


class PageHead(QWidget):
    """Title at the left, search in the middle when wanted, acts at the right."""

    def __init__(self, title: str, *, search: bool = False, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        t = theme.tokens()
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.setSpacing(t.s)
        self.title = ElidedLabel(title, "title")
        self.title.setAlignment(Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft)
        self.title.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self._row.addWidget(self.title, 1 if not search else 0)
        self.search = QLineEdit()
        self.search.setAccessibleName(tr("Search"))
        self.search.setPlaceholderText(tr("Search (F3), accents optional"))
        self.search.setClearButtonEnabled(True)
        self.search.addAction(icon("magnifying-glass", "text_soft"), QLineEdit.ActionPosition.LeadingPosition)
        self.search.setMinimumWidth(200)
        self.search.setMaximumWidth(520)
        if search:
            self._row.addSpacing(t.l)
        self._row.addWidget(self.search, 1 if search else 0)
        if search:
            self._row.addStretch(0)
        self.search.setVisible(search)  # only now: shown without a place it would be a window of its own
        self.setMinimumHeight(44)

    def set_title(self, title: str) -> None:
        """Show another title."""
        self.title.setText(title)

    def add_action(self, widget: QWidget) -> None:
        """Put an act (a button) at the right."""
        self._row.addWidget(widget, 0, Qt.AlignmentFlag.AlignVCenter)

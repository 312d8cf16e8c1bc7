"""A page: one place of the window, shown beside the rail, refreshed only when seen."""

from __future__ import annotations

from typing import Any

from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QWidget

from stdesk.domain.records import Changes
from stdesk.ui.session import Session


class Page(QWidget):
    """Base of every page.

    A hidden page that something changed for marks itself stale and refreshes when shown.
    """

    name = ""  # how other pages ask for it

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.session = session
        self._stale = True
        session.changed.connect(self._on_changed)

    def title(self) -> str:
        """The page's name in the language in use."""
        raise AssertionError("every page has a title")

    def refresh(self) -> None:
        """Read again what the page shows."""

    def concerns(self, changes: Changes) -> bool:
        """Whether these changes touch what the page shows."""
        del changes
        return True

    def focus_place(self) -> QWidget:
        """Where the keyboard goes when the page is shown for the first time."""
        return self

    def focus_again(self, held: QWidget | None) -> QWidget:
        """Where the keyboard goes when the page is shown: ``held``, where one was when it was left."""
        return held if held is not None and held.isVisible() and held.isEnabled() else self.focus_place()

    def open_with(self, arguments: Any) -> None:
        """Called when another page asked for this one, with its arguments."""

    def place(self) -> Any:
        """What :meth:`open_with` takes to come back to what is shown now; ``None``: the page is enough."""
        return None

    def may_leave(self) -> bool:
        """Whether the page can be left now; a page with something unsaved keeps it as a draft."""
        return True

    def put_down(self) -> None:
        """Keep what was typed and is not saved yet, at once: the window is about to go.

        Raises:
            UserError, OSError: it cannot be kept; the window then stays.
        """

    def step_back(self) -> bool:
        """Esc: one step back inside the page; False when there is none left."""
        return False

    def _on_changed(self, changes: Changes) -> None:
        if self.concerns(changes):
            self._stale = True
            if self.isVisible():
                self._refresh_now()

    def _refresh_now(self) -> None:
        self._stale = False
        self.refresh()

    def showEvent(self, event: QShowEvent) -> None:
        """Refresh on showing when something changed meanwhile."""
        super().showEvent(event)
        if self._stale:
            self._refresh_now()

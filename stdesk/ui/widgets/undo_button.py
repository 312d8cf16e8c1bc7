"""What Ctrl+Z would take back and Ctrl+Y do again, named, at the foot of the rail."""

from __future__ import annotations

from functools import partial
from typing import Any

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QMenu, QPushButton, QWidget

from stdesk.i18n import message, tr
from stdesk.services.catalogue import Catalogue, HistoryEntry
from stdesk.ui.icons import icon
from stdesk.ui.session import Session
from stdesk.ui.widgets.labels import plain

_SOON_MS = 150  # after an act: its rows and messages come first
_Named = tuple[str, str]  # what is undone and what is done again; "" = nothing


class UndoButton(QPushButton):
    """A button with a menu of two; its tooltip names what is undone."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(icon("arrow-counter-clockwise", "rail_text"), "", parent)
        self._session = session
        self.setFixedWidth(40)
        self.setProperty("square", True)
        self.setAccessibleName(tr("Undo, do again"))
        menu = QMenu(self)
        self.undo_action = menu.addAction("", session.undo)
        self.redo_action = menu.addAction("", session.redo)
        menu.addSeparator()
        menu.addAction(tr("History"), partial(session.page_wanted.emit, "history", None))
        self.setMenu(menu)
        self._soon = QTimer(self, singleShot=True, interval=_SOON_MS)
        self._soon.timeout.connect(self._ask)
        session.changed.connect(lambda _changes: self._soon.start())
        self._named(("", ""))
        self._soon.start()

    def _ask(self) -> None:
        session = self._session
        task = session.runner.run(self, partial(_read, session.desk.catalogue), beside=True)
        task.finished.connect(self._named)  # when it cannot be read, the act itself will say why

    def _named(self, named: _Named) -> None:
        back, again = named
        undo = tr("Undo: {what}", what=back) if back else tr("Nothing to undo")
        redo = tr("Do again: {what}", what=again) if again else tr("Nothing to do again")
        for action, text, on, keys in (
            (self.undo_action, undo, back, "Ctrl+Z"),
            (self.redo_action, redo, again, "Ctrl+Y"),
        ):
            action.setText(f"{plain(text)}\t{keys}")  # shown beside it; the window has the key itself
            action.setEnabled(bool(on))
        self.setToolTip(f"{undo} (Ctrl+Z)" if back else undo)
        self.setAccessibleDescription(undo)


def _read(catalogue: Catalogue, _progress: Any) -> _Named:
    return _words(catalogue.undoable()), _words(catalogue.redoable())


def _words(entry: HistoryEntry | None) -> str:
    text = message(f"did_{entry.label}", **entry.params) if entry else ""
    return text if len(text) <= 90 else f"{text[:89]}…"

"""Changing many records: one change to those chosen, or spellings of the whole kind made one."""

from __future__ import annotations

from functools import partial
from typing import Any

from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QPushButton, QStackedWidget, QTabBar, QVBoxLayout, QWidget

from stdesk.domain.kinds import Kind
from stdesk.domain.records import Changes
from stdesk.i18n import ntr, tr
from stdesk.progress import Progress
from stdesk.services.catalogue import Catalogue
from stdesk.ui import theme
from stdesk.ui.bulk import change_view, spellings_view
from stdesk.ui.bulk.change_view import ChangeView
from stdesk.ui.bulk.spellings_view import SpellingsView
from stdesk.ui.bulk.target import Target, ids_of, target_of
from stdesk.ui.page import Page
from stdesk.ui.session import Session
from stdesk.ui.widgets.page_head import PageHead

CHANGE, SPELLINGS = range(2)


class BulkPage(Page):
    """Two views under one head; one button does what the view in front has prepared."""

    name = "bulk"

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(session, parent)
        self.kind: Kind = next(iter(session.desk.kinds))
        self._asked = 0
        self._fresh = False
        t = theme.tokens()
        column = QVBoxLayout(self)
        column.setContentsMargins(t.xl, t.l, t.xl, t.l)
        column.setSpacing(t.m)
        self.head = PageHead(self.title())
        self.button = QPushButton()
        self.button.setProperty("primary", True)
        self.button.clicked.connect(self.apply)
        self.head.add_action(self.button)
        column.addWidget(self.head)
        self.tabs = QTabBar()
        self.tabs.setDrawBase(False)
        self.tabs.setExpanding(False)
        self.tabs.setAccessibleName(tr("Change values or spellings"))
        self.tabs.addTab(tr("Change the chosen records"))
        self.tabs.addTab(tr("Spelt differently"))
        self.tabs.currentChanged.connect(self._show_tab)
        column.addWidget(self.tabs)
        self.change = ChangeView(session)
        self.spellings = SpellingsView(session)
        self.stack = QStackedWidget()
        for view in (self.change, self.spellings):
            self.stack.addWidget(view)
            view.ready.connect(partial(self._ready, view))
            view.done.connect(self._done)
        column.addWidget(self.stack, 1)
        QShortcut(QKeySequence("Ctrl+Return"), self, self.apply)
        self._ready(self.change, 0)

    def title(self) -> str:
        """The page's name."""
        return tr("Change many")

    # -- what it speaks of -------------------------------------------------------------------

    def open_with(self, arguments: Any) -> None:
        """A :class:`Target`; without keys the spellings of the kind are shown."""
        target = target_of(arguments, self.session.desk.kinds)
        if target is None:
            return
        self.kind = self.session.desk.kinds[target.kind]
        self._asked += 1
        work = partial(_ids, self.session.desk.catalogue, target, self._asked)
        self.session.run(self, work, self._show_records, beside=True)
        self.tabs.setCurrentIndex(CHANGE if target.keys or target.ids else SPELLINGS)

    def _show_records(self, answer: tuple[int, tuple[str, ...]]) -> None:
        asked, ids = answer
        if asked != self._asked:
            return
        n = ntr("{n} record", "{n} records", len(ids))
        self.head.set_title(f"{self.title()}  ·  {self.kind.plural}  ·  {n}" if ids else self.title())
        first = self.change.kind is None
        self.change.show_records(self.kind, ids)
        self._fresh = False
        if self.tabs.currentIndex() == SPELLINGS:
            self._show_tab(SPELLINGS)
        elif first and self.isVisible():
            self.change.focus_place().setFocus()

    def _show_tab(self, at: int) -> None:
        self.stack.setCurrentIndex(at)
        if at == SPELLINGS and not self._fresh:
            self._fresh = True
            self.spellings.show_kind(self.kind)
        elif at == CHANGE:
            self._ready(self.change, self.change.preview.changed)
        else:
            self._ready(self.spellings, len(self.spellings.wanted()))

    def refresh(self) -> None:
        """Something was changed: what would become of the records is another now."""
        self._fresh = False
        if self.tabs.currentIndex() == SPELLINGS:
            self._show_tab(SPELLINGS)
        else:
            self.change.look()

    def concerns(self, changes: Changes) -> bool:
        """Only changes of the kind it speaks of."""
        return not changes.kinds or self.kind.name in changes.kinds

    # -- doing -------------------------------------------------------------------------------

    def _ready(self, view: QWidget, n: int) -> None:
        if view is not self.stack.currentWidget():
            return
        text = change_view.button_text(n) if view is self.change else spellings_view.button_text(n)
        held = self.button.hasFocus()
        self.button.setText(text)
        self.button.setEnabled(bool(n) and not self.session.desk.read_only)
        if held and not self.button.isEnabled():
            self.focus_place().setFocus()

    def apply(self) -> None:
        """Do what is prepared in the view in front."""
        if self.button.isEnabled():
            view = self.change if self.tabs.currentIndex() == CHANGE else self.spellings
            view.apply()

    def _done(self, changes: Changes) -> None:
        self.session.done(changes)

    def focus_place(self) -> QWidget:
        """Where the keyboard begins."""
        view = self.change if self.tabs.currentIndex() == CHANGE else self.spellings
        return view.focus_place()

    def step_back(self) -> bool:
        """Esc: stop what is under way; else the page before."""
        view = self.change if self.tabs.currentIndex() == CHANGE else self.spellings
        if view.task is not None:
            view.task.cancel()
            return True
        return False


def _ids(
    catalogue: Catalogue, target: Target, asked: int, _progress: Progress
) -> tuple[int, tuple[str, ...]]:
    return asked, ids_of(catalogue, target)

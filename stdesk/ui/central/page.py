"""A page of the centre's window, and the head it has: its name, the period, its acts."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, cast

from PySide6.QtGui import QResizeEvent, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from stdesk.domain.periods import Period
from stdesk.i18n import tr
from stdesk.ui import theme
from stdesk.ui.central.session import CentralSession
from stdesk.ui.forms.choice_editor import QuietCombo
from stdesk.ui.page import Page
from stdesk.ui.session import Session
from stdesk.ui.tables.rows_model import RowsColumn, RowsModel
from stdesk.ui.tables.view import TableView
from stdesk.ui.tasks import Task, Work
from stdesk.ui.widgets.labels import label
from stdesk.ui.widgets.page_head import PageHead

_ROOMY = 900  # a page's width from which on every column is shown


class CentralPage(Page):
    """Base of the centre's pages: a head over what the page shows.

    Attributes:
        centre: what the page is given, in place of the session over a library.
        fresh: read whenever the page is seen, not only when something was changed here.
    """

    fresh = True

    def __init__(self, centre: CentralSession, parent: QWidget | None = None) -> None:
        super().__init__(cast(Session, centre), parent)  # a page itself asks only for what both have
        self.centre = centre
        self._asked = 0
        self._spare: list[tuple[TableView, tuple[int, ...]]] = []
        self._waits: QWidget | None = None  # has the keyboard until there is something to show
        t = theme.tokens()
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(t.xl, t.l, t.xl, t.m)
        self.column.setSpacing(t.s)
        self.head = PageHead(self.title())
        self.column.addWidget(self.head)

    def read(self, work: Work, then: Callable[[Any], None], *, slow: bool = False) -> Task:
        """Read something; only the last answer asked for is shown."""
        self._asked += 1
        asked = self._asked

        def show(result: Any) -> None:
            if asked == self._asked:
                then(result)

        return self.centre.run(self, work, show, beside=not slow, slow=slow)

    def spare(self, table: TableView, *columns: int) -> None:
        """Columns of ``table`` that give way to the others where the page is narrow."""
        self._spare.append((table, columns))

    def showEvent(self, event: QShowEvent) -> None:
        """Others work on the same centre: what is quickly read is read whenever the page is seen."""
        self._stale = self._stale or self.fresh
        super().showEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Columns that can be spared are seen where there is room for them."""
        super().resizeEvent(event)
        for table, columns in self._spare:
            for one in columns:
                table.setColumnHidden(one, self.width() < _ROOMY)

    def focus_again(self, held: QWidget | None) -> QWidget:
        """Where the keyboard goes when the page is shown."""
        place = super().focus_again(held)
        self._waits = place if place is not held else None
        return place

    def settle_focus(self) -> None:
        """Something is shown: the keyboard goes to it from where it waited for it."""
        if self._waits is not None and self.isVisible() and self.focusWidget() in (None, self, self._waits):
            self.focus_place().setFocus()
        self._waits = None

    def unsaved(self) -> tuple[str, str] | None:
        """What would be lost if the window went now, and how going on all the same is called."""
        return None


class PeriodChoice(QWidget):
    """The period that is looked at, the same on every page."""

    def __init__(self, centre: CentralSession, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._centre = centre
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(theme.tokens().s)
        caption = label(tr("Period"), "label")
        self.combo = QuietCombo()
        self.combo.setAccessibleName(tr("Period"))
        self.combo.setSizeAdjustPolicy(QuietCombo.SizeAdjustPolicy.AdjustToContents)
        caption.setBuddy(self.combo)
        self.combo.activated.connect(lambda at: centre.show_period(self.combo.itemData(at)))
        row.addWidget(caption)
        row.addWidget(self.combo)

    def show_periods(self, periods: Sequence[Period]) -> None:
        """Offer these; the one in use stays."""
        if [self.combo.itemData(at) for at in range(self.combo.count())] != [one.code for one in periods]:
            self.combo.clear()
            for one in periods:
                self.combo.addItem(str(one.name), one.code)
        self.combo.setCurrentIndex(self.combo.findData(self._centre.period))


def table_of(columns: Sequence[RowsColumn], name: str, parent: QWidget) -> tuple[TableView, RowsModel]:
    """A table with its rows in memory, named for screen readers."""
    model = RowsModel(columns, parent=parent)
    table = TableView()
    table.setModel(model)
    table.horizontalHeader().setStretchLastSection(False)
    table.setAccessibleName(name)
    return table, model


def fill(table: TableView, model: RowsModel, rows: Sequence[Sequence[Any]], at: int | None = None) -> None:
    """Show ``rows``; the place in the table is kept, or ``at`` chosen."""
    held = table.currentIndex().row() if at is None else at
    model.set_rows(rows)
    if rows:
        table.selectRow(min(max(held, 0), len(rows) - 1))

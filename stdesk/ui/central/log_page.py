"""The centre's log: everything that came, was refused, registered, answered; newest first."""

from __future__ import annotations

from functools import partial

from PySide6.QtWidgets import QWidget

from stdesk.central.model import Event
from stdesk.clock import local_time
from stdesk.i18n import tr
from stdesk.ui.central import reading, words
from stdesk.ui.central.page import CentralPage, fill, table_of
from stdesk.ui.central.session import CentralSession
from stdesk.ui.tables.rows_model import Cell, RowsColumn
from stdesk.ui.widgets.empty_state import EmptyState
from stdesk.ui.widgets.labels import label


class LogPage(CentralPage):
    """A table; below it the line one is at in full."""

    name = "log"

    def __init__(self, centre: CentralSession, parent: QWidget | None = None) -> None:
        super().__init__(centre, parent)
        self._events: tuple[Event, ...] = ()
        self.table, self.model = table_of(
            (
                RowsColumn(tr("When"), 15),
                RowsColumn(tr("What"), 24),
                RowsColumn(tr("Unit"), 8),
                RowsColumn(tr("Package"), 20),
                RowsColumn(tr("More"), 0),
            ),
            tr("Log, the newest first"),
            self,
        )
        self.table.selectionModel().currentRowChanged.connect(lambda *_: self._show_one())
        self.spare(self.table, 3)
        self.table.row_opened.connect(self._open)
        self.column.addWidget(self.table, 1)
        self.detail = label("", wrap=True)
        self.column.addWidget(self.detail)
        self.empty = EmptyState(
            "list-checks",
            tr("Nothing has happened yet"),
            tr(
                "Each package that comes, each refusal with its reason, each key and each answer is kept here."
            ),
            tr("Take packages in"),
            partial(centre.page_wanted.emit, "intake", None),
        )
        self.column.addWidget(self.empty, 1)
        self.table.hide()
        self.empty.hide()

    def title(self) -> str:
        """The page's name."""
        return tr("Log")

    def focus_place(self) -> QWidget:
        """The table."""
        return self.table if self._events else self.empty.button or self

    def refresh(self) -> None:
        """Read the log."""
        self.read(partial(reading.events, self.centre.agency), self._show)

    def _show(self, events: tuple[Event, ...]) -> None:
        self._events = events
        fill(self.table, self.model, [_row(one) for one in events])
        self.table.setVisible(bool(events))
        self.empty.setVisible(not events)
        self._show_one()
        self.settle_focus()

    def _show_one(self) -> None:
        at = self.table.currentIndex().row()
        one = self._events[at] if 0 <= at < len(self._events) else None
        self.detail.setText(one.sentence if one else "")
        self.detail.setVisible(bool(one and one.sentence))

    def _open(self, at: int) -> None:
        one = self._events[at]
        if one.unit and one.fingerprint:
            self.centre.page_wanted.emit("unit", (one.unit, one.fingerprint))


def _row(one: Event) -> tuple[object, ...]:
    picture, tone = words.OUTCOMES.get(one.outcome, ("info", "text_soft"))
    what = Cell(words.event_word(one.outcome), picture, tone, coloured=tone == "red")
    return (local_time(one.at), what, one.unit, Cell(one.package or one.file), Cell(one.sentence))

"""What was done, and the way back: acts, undo and redo, the trash."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QSplitter, QTabWidget, QVBoxLayout, QWidget

from stdesk.domain.records import State
from stdesk.domain.values import show
from stdesk.i18n import count, message, ntr, tr
from stdesk.progress import Progress
from stdesk.services.catalogue import HistoryEntry, ListQuery
from stdesk.services.desk import Desk
from stdesk.ui import theme
from stdesk.ui.history.act_detail import ActDetail
from stdesk.ui.history.wording import what_of
from stdesk.ui.page import Page
from stdesk.ui.session import Session
from stdesk.ui.tables.rows_model import RIGHT, Cell, RowsColumn, RowsModel
from stdesk.ui.tables.view import TableView
from stdesk.ui.times import shown_time
from stdesk.ui.widgets.buttons import icon_button
from stdesk.ui.widgets.labels import label
from stdesk.ui.widgets.page_head import PageHead

_ACTS = 500


@dataclass(frozen=True, slots=True)
class _Read:
    """What the page shows."""

    acts: list[HistoryEntry]
    undoable: HistoryEntry | None
    redoable: HistoryEntry | None
    trash: list[tuple[str, str, str, str]]  # id, kind label, number, title


class HistoryPage(Page):
    """The unit's log of acts."""

    name = "history"

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(session, parent)
        t = theme.tokens()
        column = QVBoxLayout(self)
        column.setContentsMargins(t.xl, t.l, t.xl, t.l)
        column.setSpacing(t.m)
        head = PageHead(self.title())
        self.undo_button = icon_button("arrow-counter-clockwise", tr("Undo"))
        self.undo_button.clicked.connect(session.undo)
        self.redo_button = icon_button("arrow-clockwise", tr("Do again"))
        self.redo_button.clicked.connect(session.redo)
        self.as_of_button = icon_button("calendar-blank", tr("As it was on a day…"))
        self.as_of_button.clicked.connect(lambda: session.page_wanted.emit("as_of", None))
        head.add_action(self.as_of_button)
        self.as_of_button.setVisible(session.desk.as_of is None)
        head.add_action(self.undo_button)
        head.add_action(self.redo_button)
        column.addWidget(head)
        self.next_line = label("", "soft", wrap=True)
        column.addWidget(self.next_line)
        tabs = QTabWidget()
        column.addWidget(tabs, 1)
        self.acts = RowsModel(
            (
                RowsColumn(tr("When"), 18),
                RowsColumn(tr("Who"), 14),
                RowsColumn(tr("What"), 0),
                RowsColumn(tr("Items"), 6, RIGHT),
                RowsColumn(tr("State"), 12),
            ),
            parent=self,
        )
        self.acts_view = TableView()
        self.acts_view.setModel(self.acts)
        self.acts_view.selectionModel().currentRowChanged.connect(lambda now, _old: self._follow(now.row()))
        self.acts_view.horizontalHeader().setStretchLastSection(False)  # "What" has what is left
        self.acts_view.setAccessibleName(tr("What was done, newest first"))
        self.detail = ActDetail(session)
        self.detail.closed.connect(self._close_detail)
        self.detail.hide()
        self.acts_view.row_opened.connect(self._open_act)
        self._entries: list[HistoryEntry] = []
        self.splitter = QSplitter(Qt.Orientation.Vertical)
        self.splitter.setChildrenCollapsible(False)
        self.splitter.addWidget(self.acts_view)
        self.splitter.addWidget(self.detail)
        self.splitter.setStretchFactor(0, 3)
        self.splitter.setStretchFactor(1, 2)
        tabs.addTab(self.splitter, tr("What was done"))
        tabs.addTab(self._trash_tab(), tr("Trash"))

    def _trash_tab(self) -> QWidget:
        t = theme.tokens()
        tab = QWidget()
        column = QVBoxLayout(tab)
        column.setContentsMargins(0, t.s, 0, 0)
        row = QHBoxLayout()
        self.restore_button = icon_button("arrow-counter-clockwise", tr("Restore the selected"))
        self.restore_button.clicked.connect(self.restore)
        row.addWidget(self.restore_button)
        self.trash_line = label("", "soft")
        row.addWidget(self.trash_line)
        row.addStretch(1)
        column.addLayout(row)
        self.trash = RowsModel(
            (RowsColumn(tr("Kind"), 24), RowsColumn(tr("No."), 6, RIGHT), RowsColumn(tr("Title"), 0)),
            parent=self,
        )
        self.trash_view = TableView()
        self.trash_view.setModel(self.trash)
        self.trash_view.setAccessibleName(tr("Trash"))
        self.trash_view.row_opened.connect(lambda _row: self.restore())
        column.addWidget(self.trash_view, 1)
        self._trash_ids: list[str] = []
        return tab

    def focus_place(self) -> QWidget:
        """The acts."""
        return self.acts_view

    def title(self) -> str:
        """The page's name."""
        return tr("History")

    def step_back(self) -> bool:
        """Esc: the act that is open closes."""
        if self.detail.isHidden():
            return False
        self._close_detail()
        return True

    def _open_act(self, row: int) -> None:
        self._follow(row, open_too=True)
        self.detail.tree.setFocus()

    def _follow(self, row: int, *, open_too: bool = False) -> None:
        if (open_too or not self.detail.isHidden()) and 0 <= row < len(self._entries):
            self.detail.show()
            self.detail.show_act(self._entries[row])

    def _close_detail(self) -> None:
        self.detail.hide()
        self.acts_view.setFocus()

    def refresh(self) -> None:
        """Read the newest acts and the trash."""
        desk = self.session.desk
        self.session.run(self, lambda _progress: _read(desk), self._show)

    def _show(self, read: _Read) -> None:
        held = self.acts_view.currentIndex().row()
        action = self._entries[held].action if 0 <= held < len(self._entries) else 0
        self._entries = read.acts
        following = read.undoable.action if read.undoable else 0
        self.acts.set_rows([_act_row(entry, is_next=entry.action == following) for entry in read.acts])
        place = next((at for at, entry in enumerate(read.acts) if entry.action == action), 0)
        if read.acts:
            self.acts_view.selectRow(place)
        self._name_button(self.undo_button, read.undoable)
        self._name_button(self.redo_button, read.redoable)
        if read.undoable:
            self.next_line.setText(tr("Ctrl+Z takes back: {what}", what=_what(read.undoable)))
        else:
            self.next_line.setText(tr("There is nothing to take back yet."))
        self._trash_ids = [one[0] for one in read.trash]
        self.trash.set_rows([one[1:] for one in read.trash])
        self.restore_button.setEnabled(bool(read.trash))
        self.trash_line.setText(
            ntr("{n} item in the trash", "{n} items in the trash", len(read.trash))
            if read.trash
            else tr("The trash is empty. What you delete waits here.")
        )

    def _name_button(self, button: QPushButton, entry: HistoryEntry | None) -> None:
        button.setEnabled(entry is not None and not self.session.desk.read_only)
        button.setToolTip(_what(entry) if entry else "")

    def restore(self) -> None:
        """Take the selected records out of the trash."""
        ids = [self._trash_ids[row] for row in self.trash_view.chosen_rows()]
        if ids:
            desk = self.session.desk

            def work(_progress: Progress) -> object:
                return desk.catalogue.restore(ids)

            self.session.run(self, work, self.session.done)


def _read(desk: Desk) -> _Read:
    catalogue = desk.catalogue
    trash = []
    for kind in desk.kinds:
        keys = catalogue.ids(ListQuery(kind.name, states=(State.TRASHED,)))[:1000]
        rows = catalogue.rows(kind.name, keys)
        for key in keys:
            if row := rows.get(key):
                title = show(kind.field(kind.title), row.values.get(kind.title))
                trash.append((row.id, str(kind.label), count(row.number), title))
    return _Read(catalogue.history(limit=_ACTS), catalogue.undoable(), catalogue.redoable(), trash)


def _what(entry: HistoryEntry) -> str:
    return message(f"did_{entry.label}", **entry.params)


def _act_row(entry: HistoryEntry, *, is_next: bool) -> tuple[object, ...]:
    state: object = ""
    if entry.undone:
        state = Cell(tr("taken back"), "arrow-counter-clockwise")
    elif is_next:
        state = Cell(tr("next: Ctrl+Z"), "arrow-counter-clockwise", "accent", coloured=True)
    touched = count(entry.touched) if entry.touched else ""
    return (shown_time(entry.at), entry.by, what_of(entry), touched, state)

"""The list of a kind: search as one types, order by headers, filters, counts."""

from __future__ import annotations

from array import array
from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial

from PySide6.QtCore import QItemSelection, QItemSelectionModel, QModelIndex, QPoint, Qt, QTimer, Signal
from PySide6.QtWidgets import QHBoxLayout, QMenu, QStackedWidget, QVBoxLayout, QWidget

from stdesk.domain.kinds import Kind
from stdesk.domain.records import State
from stdesk.i18n import ntr, tr
from stdesk.progress import Progress
from stdesk.services.catalogue import Catalogue, ListQuery, ListRow
from stdesk.ui import theme
from stdesk.ui.icons import icon
from stdesk.ui.records.acts import ActPlace, RecordAct, acts_of
from stdesk.ui.records.filters import FilterBar
from stdesk.ui.records.list_columns import ColumnKeeper
from stdesk.ui.session import Session
from stdesk.ui.tables.columns import columns_of
from stdesk.ui.tables.paged_model import PAGE, PagedModel
from stdesk.ui.tables.view import TableView
from stdesk.ui.widgets.empty_state import EmptyState
from stdesk.ui.widgets.labels import label, plain

DEBOUNCE_MS = 160
_KEPT_CHOICE = 2_000  # chosen rows that are chosen again after a refresh


@dataclass(frozen=True, slots=True)
class Listed:
    """The answer to a list query: late ones are known by their number."""

    asked: int
    keys: array[int]
    first: Mapping[int, ListRow]
    around: int
    drafts: int
    empty: bool


def read_list(catalogue: Catalogue, query: ListQuery, asked: int, keep: int | None, _p: Progress) -> Listed:
    """Keys in order, and the rows of the page that will be painted first."""
    keys = catalogue.ids(query)
    around = 0
    if keep is not None:
        try:
            around = keys.index(keep)
        except ValueError:
            around = 0
    start = around // PAGE * PAGE
    narrowed = bool(query.words or query.filters)
    return Listed(
        asked=asked,
        keys=keys,
        first=catalogue.rows(query.kind, keys[start : start + PAGE]),
        around=around,
        drafts=0 if narrowed else catalogue.count(query.kind, State.DRAFT),
        empty=not keys and not catalogue.count(query.kind),
    )


class ListPanel(QWidget):
    """Filters, table and count of one kind.

    Signals:
        chosen: key of the current row changed, by the person (-1: none).
        opened: key of the row to be opened for editing.
        trash_wanted, restore_wanted: keys of the rows.
        new_wanted: from the empty state.
        listed: after every new list; how many.
    """

    chosen = Signal(object)
    opened = Signal(object)
    trash_wanted = Signal(object)
    restore_wanted = Signal(object)
    new_wanted = Signal()
    listed = Signal(int)

    def __init__(self, kind: Kind, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.kind = kind
        self.session = session
        self.words = ""
        self.sort: tuple[tuple[str, bool], ...] = ()
        self._asked = 0
        self._wanted_key: int | None = None
        t = theme.tokens()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(t.s)
        head = QHBoxLayout()
        self.filters = FilterBar(kind, session)
        self.count = label("", "soft")
        head.addWidget(self.filters, 1)
        head.addWidget(self.count, 0, Qt.AlignmentFlag.AlignVCenter)
        column.addLayout(head)
        catalogue, name = session.desk.catalogue, kind.name
        self.model = PagedModel(columns_of(kind), lambda keys: catalogue.rows(name, keys), self)
        self.table = TableView()
        self.table.setModel(self.model)
        self.table.setAccessibleName(str(kind.plural))
        self.columns = ColumnKeeper(self.table, self.model.columns, kind)
        self.table.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.empty = EmptyState(
            kind.icon,
            tr("Nothing here yet"),
            tr("Add the first one, or take them over from the unit's own Excel file."),
            tr("Add (Ctrl+N)"),
            self.new_wanted.emit,
        )
        self.nothing = EmptyState(
            "magnifying-glass",
            tr("Nothing found"),
            tr("No record has all of these words and filters."),
            tr("Show all"),
            self.show_all,
        )
        self.stack = QStackedWidget()
        for widget in (self.table, self.empty, self.nothing):
            self.stack.addWidget(widget)
        column.addWidget(self.stack, 1)
        self._typing = QTimer(self, singleShot=True, interval=DEBOUNCE_MS)
        self._connect()

    def _connect(self) -> None:
        self._typing.timeout.connect(self.read)
        self.filters.changed.connect(self.read)
        self.table.header_clicked.connect(self._sort_clicked)
        self.table.row_opened.connect(self._row_opened)
        self.table.delete_pressed.connect(self._delete)
        self.table.customContextMenuRequested.connect(self._menu_at)
        self.table.copied.connect(self._copied)
        self.table.selectionModel().currentRowChanged.connect(self._current_changed)

    # -- asking ------------------------------------------------------------------------------

    def search(self, words: str) -> None:
        """List what has these words, once typing pauses."""
        if words != self.words:
            self.words = words
            self._typing.start()

    def show_all(self) -> None:
        """Take filters and words away."""
        self.words = ""
        self.filters.chosen = {}
        self.filters.set_filter("", ())

    def query(self) -> ListQuery:
        """What is listed now."""
        return ListQuery(
            kind=self.kind.name,
            words=self.words,
            filters=self.filters.filters(),
            sort=self.sort,
            states=self.filters.states(),
        )

    def read(self) -> None:
        """Read the list anew; the choice stays with its records."""
        self._typing.stop()
        self._asked += 1
        keep = self._wanted_key if self._wanted_key is not None else self.current_key()
        catalogue = self.session.desk.catalogue
        work = partial(read_list, catalogue, self.query(), self._asked, keep)
        self.session.run(self, work, self._show, beside=True)

    def _show(self, listed: Listed) -> None:
        if listed.asked != self._asked:
            return  # something newer was asked meanwhile
        kept = self.chosen_keys(_KEPT_CHOICE)
        current = self._wanted_key if self._wanted_key is not None else self.current_key()
        if self._wanted_key is not None:
            kept, self._wanted_key = [self._wanted_key], None
        top = self.table.verticalScrollBar().value()
        blocked = self.table.selectionModel().blockSignals(True)
        self.model.set_keys(listed.keys, listed.first, listed.around)
        self.model.set_sort(self.sort)
        self.table.selectionModel().blockSignals(blocked)
        self._choose(kept, current)
        place = self.model.row_of(current) if current is not None else None
        if place is None:
            self.table.verticalScrollBar().setValue(min(top, len(listed.keys)))
        self._say_count(listed)
        self.columns.see_number(max(len(listed.keys), *(row.number for row in listed.first.values()), 0))
        self.listed.emit(len(listed.keys))

    def _choose(self, keys: list[int], current: int | None) -> None:
        model, selection = self.table.selectionModel(), QItemSelection()
        last = self.model.columnCount() - 1
        for key in keys:
            row = self.model.row_of(key)
            if row is not None:
                selection.select(self.model.index(row, 0), self.model.index(row, last))
        blocked = model.blockSignals(True)
        row = self.model.row_of(current) if current is not None else None
        if row is not None:
            index = self.model.index(row, 0)
            model.setCurrentIndex(index, QItemSelectionModel.SelectionFlag.NoUpdate)
        model.select(selection, QItemSelectionModel.SelectionFlag.ClearAndSelect)
        model.blockSignals(blocked)
        if row is not None:
            self.table.scrollTo(self.model.index(row, max(0, self.table.columnAt(0))))
        self.table.viewport().update()

    def _say_count(self, listed: Listed) -> None:
        shown = len(listed.keys)
        narrowed = bool(self.words or self.filters.chosen)
        if narrowed:
            text = ntr("{n} record found", "{n} records found", shown)
        else:
            text = ntr("{n} record", "{n} records", shown)
            if listed.drafts:
                text += " · " + ntr("{n} draft", "{n} drafts", listed.drafts)
        self.count.setText(text)
        held = self.stack.isAncestorOf(self.window().focusWidget() or self)
        if shown:
            self.stack.setCurrentWidget(self.table)
        else:
            self.stack.setCurrentWidget(self.empty if listed.empty else self.nothing)
        if held:
            self.focus_place().setFocus()

    def focus_place(self) -> QWidget:
        """The table, or the button that stands in its place."""
        place = self.stack.currentWidget()
        button = place.button if isinstance(place, EmptyState) else None
        return button or self.table

    # -- what is chosen ----------------------------------------------------------------------

    def current_key(self) -> int | None:
        """The key of the current row."""
        index = self.table.currentIndex()
        return self.model.key_at(index.row()) if index.isValid() else None

    def chosen_keys(self, most: int | None = None) -> list[int]:
        """The keys of the chosen rows."""
        rows = self.table.chosen_rows(most)
        return [key for row in rows if (key := self.model.key_at(row)) is not None]

    def want(self, key: int | None) -> None:
        """Make the record of ``key`` the current one with the next list."""
        self._wanted_key = key
        row = self.model.row_of(key) if key is not None else None
        if row is not None and key is not None:
            self._wanted_key = None
            self._choose([key], key)

    def step(self, by: int) -> int | None:
        """Go ``by`` rows on; the key now current."""
        index = self.table.currentIndex()
        row = min(max((index.row() if index.isValid() else -1) + by, 0), self.model.rowCount() - 1)
        key = self.model.key_at(row)
        if key is not None:
            self._choose([key], key)
        return key

    def _current_changed(self, current: QModelIndex, _before: QModelIndex) -> None:
        self.chosen.emit(self.model.key_at(current.row()) if current.isValid() else None)

    def _row_opened(self, row: int) -> None:
        self.opened.emit(self.model.key_at(row))

    def _delete(self) -> None:
        keys = self.chosen_keys()
        if keys and self.filters.states() != (State.TRASHED,):
            self.trash_wanted.emit(keys)

    def _copied(self, n: int) -> None:
        self.session.say(ntr("{n} row copied, with headers", "{n} rows copied, with headers", n))

    # -- order and columns -------------------------------------------------------------------

    def _sort_clicked(self, place: int, shift: bool) -> None:
        column = self.model.columns[place]
        if not column.sortable:
            self.session.say(tr("“{name}” has no order to sort by.", name=column.title))
            return
        self.sort_by(column.name, second=shift)

    def sort_by(self, name: str, *, second: bool = False) -> None:
        """Order by a column; again turns it round, a third time drops it; ``second`` adds it."""
        now = dict(self.sort)
        descending = now.get(name)
        if second and self.sort and self.sort[0][0] != name:
            self.sort = (self.sort[0], (name, descending is False))
        elif descending is None or self.sort[0][0] != name:
            self.sort = ((name, False),)
        else:
            self.sort = ((name, True),) if not descending else ()
        header = self.table.horizontalHeader()
        header.setSortIndicatorShown(bool(self.sort))
        if self.sort:
            place = [column.name for column in self.model.columns].index(self.sort[0][0])
            order = Qt.SortOrder.DescendingOrder if self.sort[0][1] else Qt.SortOrder.AscendingOrder
            header.setSortIndicator(place, order)
        self.read()

    def _menu_at(self, point: QPoint) -> None:
        menu = self.context_menu()
        menu.popup(self.table.viewport().mapToGlobal(point))

    def context_menu(self) -> QMenu:
        """All that can be done with the chosen rows and the table, for mouse and keyboard."""
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        keys = self.chosen_keys()
        if keys:
            menu.addAction(tr("Open (Enter)"), lambda: self.opened.emit(keys[0]))
            menu.addAction(tr("Copy as a table (Ctrl+C)"), self.table.copy_rows)
            if self.filters.states() == (State.TRASHED,):
                menu.addAction(tr("Take out of the trash"), lambda: self.restore_wanted.emit(keys))
            else:
                menu.addAction(tr("Put into the trash (Del)"), lambda: self.trash_wanted.emit(keys))
            menu.addSeparator()
        self.fill_acts(menu)
        menu.addSeparator()
        order = menu.addMenu(tr("Sort by"))
        for column in self.model.columns:
            if column.sortable:
                order.addAction(plain(column.title), partial(self.sort_by, column.name))
        self.columns.fill_menu(menu.addMenu(tr("Columns")))
        return menu

    # -- acts --------------------------------------------------------------------------------

    def place(self) -> ActPlace:
        """What an act is given: what is chosen and how it is listed."""
        header = self.table.horizontalHeader()
        seen = [header.logicalIndex(at) for at in range(len(self.model.columns))]
        names = tuple(self.model.columns[at].name for at in seen if not self.table.isColumnHidden(at))
        return ActPlace(self.session, self.kind, tuple(self.chosen_keys()), self.query(), names)

    def fill_acts(self, menu: QMenu) -> None:
        """The acts of this kind; those that need more records than are chosen are grey."""
        chosen = len(self.table.chosen_rows(_KEPT_CHOICE))
        for act in acts_of(self.kind):
            text = f"{plain(act.text)}\t{act.shortcut}" if act.shortcut else plain(act.text)
            action = menu.addAction(icon(act.icon, "text_soft"), text, partial(self.act, act))
            action.setEnabled(chosen >= act.least)

    def act(self, act: RecordAct) -> None:
        """Do ``act``, or say what it needs."""
        place = self.place()
        if len(place.keys) < act.least:
            self.session.say(
                ntr("Choose at least {n} record first.", "Choose at least {n} records first.", act.least)
            )
            return
        act.run(place)

"""The list of a kind: search as one types, order by headers, filters, counts."""

from __future__ import annotations

from array import array
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial

from PySide6.QtCore import QItemSelection, QItemSelectionModel, QModelIndex, QPoint, Qt, QTimer, Signal
from PySide6.QtWidgets import QHBoxLayout, QMenu, QStackedWidget, QVBoxLayout, QWidget

from stdesk.domain.kinds import Kind
from stdesk.domain.records import State
from stdesk.i18n import ntr, tr
from stdesk.services.catalogue import ListQuery, ListRow, is_summed
from stdesk.services.views import Sort, View, known
from stdesk.ui import theme
from stdesk.ui.icons import icon
from stdesk.ui.records.acts import ActPlace, RecordAct, acts_of
from stdesk.ui.records.filters import FilterBar
from stdesk.ui.records.list_columns import ColumnKeeper
from stdesk.ui.records.list_foot import Chosen, ListFoot
from stdesk.ui.records.list_reading import Listed, ListReader, Wanted
from stdesk.ui.records.list_tools import Copier, StatisticsOpener, next_sort
from stdesk.ui.records.views_button import ViewsButton
from stdesk.ui.roles.register import RegisterStrip
from stdesk.ui.session import Session
from stdesk.ui.tables.columns import Column, columns_of
from stdesk.ui.tables.marking import MarkDelegate
from stdesk.ui.tables.paged_model import PagedModel
from stdesk.ui.tables.view import TableView
from stdesk.ui.widgets.empty_state import EmptyState
from stdesk.ui.widgets.labels import label, plain
from stdesk.ui.widgets.progress_strip import ProgressStrip

_KEPT_CHOICE = 2_000  # chosen rows that are chosen again after a refresh


@dataclass(frozen=True, slots=True)
class ListPlace(ActPlace):
    """Where an act on a list is called from; also how the list is narrowed, in words, and where progress shows."""

    words: tuple[str, ...] = ()
    strip: ProgressStrip | None = None
    register: RegisterStrip | None = None


class ListPanel(QWidget):
    """Filters, table and count of one kind.

    Signals:
        chosen: key of the current row changed, by the person (-1: none).
        opened: key of the row to be opened for editing.
        trash_wanted, restore_wanted: keys of the rows.
        new_wanted: from the empty state.
        listed: after every new list; how many.
        words_wanted: the words of a view, for the search line.
    """

    chosen = Signal(object)
    opened = Signal(object)
    trash_wanted = Signal(object)
    restore_wanted = Signal(object)
    new_wanted = Signal()
    listed = Signal(int)
    words_wanted = Signal(str)

    def __init__(self, kind: Kind, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.kind = kind
        self.session = session
        self.words = ""
        self.sort: Sort = ()
        self._asked = 0
        self._wanted_key: int | None = None
        self.reader = ListReader(session, self)
        t = theme.tokens()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(t.s)
        head = QHBoxLayout()
        self.filters = FilterBar(kind, session)
        self.filters.query = self.query
        self.views = ViewsButton(kind, session, self.view)
        self.count = label("", "soft")
        head.addWidget(self.filters, 1)
        head.addWidget(self.views, 0, Qt.AlignmentFlag.AlignTop)
        head.addWidget(self.count, 0, Qt.AlignmentFlag.AlignVCenter)
        column.addLayout(head)
        column.addWidget(self.views.line)
        self.model = PagedModel(columns_of(kind, every=True), self._fetch, self)
        self.table = TableView()
        self.table.copies_itself = False
        self.marks = MarkDelegate(self.table, self.model)
        self._plain = self.table.itemDelegate()
        self.table.setModel(self.model)
        self.table.setAccessibleName(str(kind.plural))
        self.columns = ColumnKeeper(self.table, self.model.columns, kind)
        self._fields = self._fields_wanted()
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
        self.strip = ProgressStrip()
        column.addWidget(self.strip)
        self.register = RegisterStrip(may_leave_out=True)
        column.addWidget(self.register)
        self.foot = ListFoot(kind, session)
        column.addWidget(self.foot)
        self.copier = Copier(kind, session, self.strip, self)
        self.statistics = StatisticsOpener(session, self.filters, self.table, self.strip, self)
        self._connect()

    def _connect(self) -> None:
        self.reader.listed.connect(self._show)
        self.views.wanted.connect(self.apply)
        self.columns.changed.connect(self._columns_changed)
        self.columns.header_menu.connect(self._header_menu)
        self.filters.changed.connect(self.read)
        self.table.header_clicked.connect(self._sort_clicked)
        self.table.row_opened.connect(self._row_opened)
        self.table.delete_pressed.connect(self._delete)
        self.table.customContextMenuRequested.connect(self._menu_at)
        self.table.copy_wanted.connect(self.copy)
        self.copier.copied.connect(self.table.copied)
        self.table.selectionModel().currentRowChanged.connect(self._current_changed)
        self.table.selectionModel().selectionChanged.connect(self._add_up)

    # -- asking ------------------------------------------------------------------------------

    def search(self, words: str) -> None:
        """List what has these words."""
        if words != self.words:
            self.words = words
            self.read()

    def show_all(self) -> None:
        """Take filters and words away."""
        self.words = ""
        self.words_wanted.emit("")
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
            ids=self.filters.ids(),
        )

    def read(self) -> None:
        """Read the list anew; the choice stays with its records."""
        self._asked += 1
        current = self._wanted_key if self._wanted_key is not None else self.current_key()
        self.reader.ask(Wanted(self._asked, self.query(), self._fields, current, self.model.keys))

    def _fetch(self, keys: Sequence[int]) -> Mapping[int, ListRow]:
        return self.session.desk.catalogue.rows(self.kind.name, keys, self._fields)

    def _show(self, listed: Listed) -> None:
        if listed.wanted.asked != self._asked:
            return  # something newer was asked meanwhile
        current = self._wanted_key if self._wanted_key is not None else self.current_key()
        wanted = [] if self._wanted_key is None else [self._wanted_key]
        self._wanted_key = None
        pattern = self.session.desk.catalogue.marks(listed.wanted.query.words)
        if self.marks.set_pattern(pattern):
            self.table.setItemDelegate(self.marks if pattern else self._plain)
        if listed.same and listed.wanted.present is self.model.keys:
            self.model.renew(listed.first, listed.around)
            if wanted:
                self._choose(wanted, current)
        else:
            self._list(listed, wanted or self.chosen_keys(_KEPT_CHOICE), current)
        self.model.set_sort(self.sort)
        self._say_count(listed)
        self.columns.see_number(max(len(listed.keys), *(row.number for row in listed.first.values()), 0))
        self._add_up()
        self.listed.emit(len(listed.keys))

    def _list(self, listed: Listed, kept: list[int], current: int | None) -> None:
        top = self.table.verticalScrollBar().value()
        blocked = self.table.selectionModel().blockSignals(True)
        self.model.set_keys(listed.keys, listed.first, listed.around)
        self.table.selectionModel().blockSignals(blocked)
        self._choose(kept, current)
        if not self.table.currentIndex().isValid():
            self.table.verticalScrollBar().setValue(min(top, len(listed.keys)))

    def _choose(self, keys: list[int], current: int | None) -> None:
        model, selection = self.table.selectionModel(), QItemSelection()
        last = self.model.columnCount() - 1
        for place in self.model.rows_of(keys):
            selection.select(self.model.index(place, 0), self.model.index(place, last))
        blocked = model.blockSignals(True)
        row = self.model.row_of(current) if current is not None else None
        if row is not None:
            index = self.model.index(row, 0)
            model.setCurrentIndex(index, QItemSelectionModel.SelectionFlag.NoUpdate)
        model.select(selection, QItemSelectionModel.SelectionFlag.ClearAndSelect)
        model.blockSignals(blocked)
        if row is not None:
            self._bring_in_sight()
            # Once more when the header and the scroll bar have their sizes for the new list.
            QTimer.singleShot(0, self, self._bring_in_sight)
        self.table.viewport().update()

    def _bring_in_sight(self) -> None:
        row = self.table.currentIndex().row()
        if row >= 0:
            self.table.scrollTo(self.model.index(row, max(0, self.table.columnAt(0))))

    def _say_count(self, listed: Listed) -> None:
        shown = len(listed.keys)
        if listed.narrowed or self.filters.chosen:
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
        keys = array("q")
        for first, last in self.table.chosen_spans():
            keys.extend(self.model.keys_between(first, last))
            if most is not None and len(keys) >= most:
                break
        return keys[:most].tolist()

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

    def copy(self) -> None:
        """Put the chosen rows, as they are seen, on the clipboard: as text, and as a table for Excel and Word."""
        self.copier.copy(self.chosen_keys(), self.columns.shown())

    def _add_up(self) -> None:
        """Let the foot follow what is listed and chosen."""
        count, listed = self.table.chosen_count(), self.model.rowCount()
        part = 1 < count < listed
        chosen = Chosen(
            listed=listed,
            keys=tuple(self.chosen_keys()) if part and self._summed() else (),
            count=count,
            current=self.current_key() if self.words else None,
        )
        self.foot.show_for(self.query(), self._shown_columns(), chosen)

    def _summed(self) -> bool:
        return any(one.field is not None and is_summed(one.field) for one in self._shown_columns())

    # -- views -------------------------------------------------------------------------------

    def view(self) -> View:
        """How the list is looked at now."""
        return View("", self.words, dict(self.filters.chosen), self.sort, self.columns.shown())

    def apply(self, view: View) -> None:
        """Look at the list in this way; a view without a name is the list as it was at first."""
        names = [column.name for column in self.model.columns]
        view = known(view, lambda name: self.filters.field(name) is not None, names.__contains__)
        sortable = {column.name for column in self.model.columns if column.sortable}
        self.words = view.words
        self.words_wanted.emit(view.words)
        self.columns.show_only(view.columns)
        self._order(tuple(one for one in view.sort if one[0] in sortable))
        self.filters.set_all(view.filters)  # which reads the list

    # -- order and columns -------------------------------------------------------------------

    def _shown_columns(self) -> tuple[Column, ...]:
        by_name = {column.name: column for column in self.model.columns}
        return tuple(by_name[name] for name in self.columns.shown())

    def _fields_wanted(self) -> tuple[str, ...]:
        shown = self.columns.shown()
        return tuple(
            column.field.name
            for column in self.model.columns
            if column.field is not None and (not column.extra or column.name in shown)
        )

    def _columns_changed(self) -> None:
        wanted = self._fields_wanted()
        if wanted != self._fields:
            self._fields = wanted
            self.model.drop_pages()
            self.table.viewport().update()
        if self.model.rowCount():
            self._add_up()

    def _header_menu(self, place: int, point: QPoint) -> None:
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        if 0 <= place < len(self.model.columns):
            self._fill_column(menu, self.model.columns[place])
            menu.addSeparator()
        self.columns.fill_menu(menu)
        menu.popup(point)

    def _fill_column(self, menu: QMenu, column: Column) -> None:
        if column.sortable:
            menu.addAction(tr("Sort by this"), partial(self.sort_by, column.name))
            if self.sort and self.sort[0][0] != column.name:
                menu.addAction(tr("Then sort by this"), partial(self.sort_by, column.name, second=True))
        menu.addAction(tr("Column statistics…"), partial(self.open_statistics, column.name))

    def open_statistics(self, name: str) -> None:
        """Show what a column holds in what is listed."""
        place = self._place(name)
        self.statistics.open(self.model.columns[place], place, self.query())

    def _place(self, name: str) -> int:
        return [column.name for column in self.model.columns].index(name)

    def _sort_clicked(self, place: int, shift: bool) -> None:
        column = self.model.columns[place]
        if not column.sortable:
            self.session.say(tr("“{name}” has no order to sort by.", name=column.title))
            return
        self.sort_by(column.name, second=shift)

    def sort_by(self, name: str, *, second: bool = False) -> None:
        """Order by a column; again turns it round, a third time drops it.

        ``second``: after the columns that order it already, instead of in their place.
        """
        self._order(next_sort(self.sort, name, add=second))
        self.read()

    def _order(self, sort: Sort) -> None:
        self.sort = sort
        header = self.table.horizontalHeader()
        header.setSortIndicatorShown(bool(sort))
        if sort:
            place = self._place(sort[0][0])
            order = Qt.SortOrder.DescendingOrder if sort[0][1] else Qt.SortOrder.AscendingOrder
            header.setSortIndicator(place, order)

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
            menu.addAction(tr("Copy as a table (Ctrl+C)"), self.copy)
            if self.filters.states() == (State.TRASHED,):
                menu.addAction(tr("Take out of the trash"), lambda: self.restore_wanted.emit(keys))
            else:
                menu.addAction(tr("Put into the trash (Del)"), lambda: self.trash_wanted.emit(keys))
            menu.addSeparator()
        self.fill_acts(menu)
        menu.addSeparator()
        order = menu.addMenu(tr("Sort by"))
        then = menu.addMenu(tr("Then by"))
        then.setEnabled(bool(self.sort))
        counted = menu.addMenu(tr("Column statistics"))
        for column in self.model.columns:
            if column.sortable:
                order.addAction(plain(column.title), partial(self.sort_by, column.name))
                then.addAction(plain(column.title), partial(self.sort_by, column.name, second=True))
            counted.addAction(plain(column.title), partial(self.open_statistics, column.name))
        self.columns.fill_menu(menu.addMenu(tr("Columns")))
        return menu

    # -- acts --------------------------------------------------------------------------------

    def place(self) -> ActPlace:
        """What an act is given: what is chosen and how it is listed."""
        return ListPlace(
            self.session,
            self.kind,
            tuple(self.chosen_keys()),
            self.query(),
            self.columns.shown(),
            words=self._in_words(),
            strip=self.strip,
            register=self.register,
        )

    def _in_words(self) -> tuple[str, ...]:
        searched = (tr("Search: “{words}”", words=self.words.strip()),) if self.words.strip() else ()
        return (*searched, *self.filters.in_words())

    def fill_acts(self, menu: QMenu) -> None:
        """The acts of this kind; those that need more records than are chosen are grey."""
        chosen = self.table.chosen_count()
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

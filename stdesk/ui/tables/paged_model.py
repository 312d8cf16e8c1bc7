"""The list of a kind: every key in memory, rows fetched a page at a time.

Pages are fetched at once, on the GUI thread, when a row is first painted: the store keeps a
connection a thread and readers never wait for a writer (WAL), so a page costs about a
millisecond (``tests/ui/test_tables.py`` bounds it) against an empty flicker when it came late.
What may be slow, the ordered keys of all rows, is asked for on the library's own thread.
"""

from __future__ import annotations

from array import array
from collections import OrderedDict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from stdesk.domain.records import State
from stdesk.errors import UserError
from stdesk.services.catalogue import ListRow
from stdesk.ui.icons import icon
from stdesk.ui.tables.columns import STATE, Column, cell_text

Index = QModelIndex | QPersistentModelIndex
Role = Qt.ItemDataRole
Fetch = Callable[[Sequence[int]], Mapping[int, ListRow]]
PAGE, KEPT = 64, 48
_PLACES = "¹²³⁴⁵⁶⁷⁸⁹"
_TITLE = 1  # column of the title, right after the number
_DISPLAY, _DECORATION, _ALIGNMENT, _TIP = (
    int(role) for role in (Role.DisplayRole, Role.DecorationRole, Role.TextAlignmentRole, Role.ToolTipRole)
)
_ANSWERED = frozenset({_DISPLAY, _DECORATION, _ALIGNMENT, _TIP})  # as numbers: looking an enum up costs more
_MARKS = {State.DRAFT: ("note-pencil", "amber"), State.TRASHED: ("trash", "text_soft")}


class PagedModel(QAbstractTableModel):
    """Rows of one kind in a given order.

    Args:
        columns: what is shown.
        fetch: keys -> rows; keys that are gone are missing.
    """

    def __init__(self, columns: Sequence[Column], fetch: Fetch, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.columns = tuple(columns)
        self._fetch = fetch
        self._keys: array[int] = array("q")
        self._pages: OrderedDict[int, Mapping[int, ListRow]] = OrderedDict()
        self._texts: dict[tuple[int, int], str] = {}  # (key, column) -> text, of the pages held
        self._sort: tuple[tuple[str, bool], ...] = ()

    # -- what is listed ----------------------------------------------------------------------

    def set_keys(self, keys: array[int], first: Mapping[int, ListRow] | None = None, around: int = 0) -> None:
        """List these keys; ``first`` holds rows already read with them, the page of row ``around``."""
        self.beginResetModel()
        self._keys = keys
        self._clear()
        if first:
            self._pages[around // PAGE] = dict(first)
        self.endResetModel()

    def renew(self, first: Mapping[int, ListRow], around: int) -> None:
        """The same keys in the same order, their rows read anew: what is chosen and seen stays."""
        self._clear()
        self._pages[around // PAGE] = dict(first)
        if self._keys:
            last = self.index(len(self._keys) - 1, len(self.columns) - 1)
            self.dataChanged.emit(self.index(0, 0), last)

    def drop_pages(self) -> None:
        """Read rows again when next painted: other columns are wanted."""
        self._clear()

    @property
    def keys(self) -> array[int]:
        """The keys listed, in order; not to be changed."""
        return self._keys

    def rows_of(self, keys: Collection[int]) -> list[int]:
        """Where these keys are listed, in the list's order; those that are not are left out."""
        if len(keys) == 1:
            (key,) = keys
            row = self.row_of(key)
            return [] if row is None else [row]
        wanted = frozenset(keys)
        return [row for row, key in enumerate(self._keys) if key in wanted] if wanted else []

    def set_sort(self, sort: tuple[tuple[str, bool], ...]) -> None:
        """Say in the headers how the list is ordered."""
        self._sort = sort
        if self.columns:
            self.headerDataChanged.emit(Qt.Orientation.Horizontal, 0, len(self.columns) - 1)

    def forget(self, keys: Iterable[int]) -> None:
        """Read these rows again when next painted: their content changed, not their place."""
        for key in keys:
            row = self.row_of(key)
            if row is not None:
                self._pages.pop(row // PAGE, None)
                self._texts.clear()
                self.dataChanged.emit(self.index(row, 0), self.index(row, len(self.columns) - 1))

    def key_at(self, row: int) -> int | None:
        """The key listed at ``row``."""
        return self._keys[row] if 0 <= row < len(self._keys) else None

    def keys_between(self, first: int, last: int) -> array[int]:
        """The keys of the rows ``first`` to ``last``."""
        return self._keys[first : last + 1]

    def row_of(self, key: int) -> int | None:
        """Where ``key`` is listed."""
        try:
            return self._keys.index(key)
        except ValueError:
            return None

    def row(self, at: int) -> ListRow | None:
        """The record at row ``at``; ``None`` when it is gone or cannot be read now."""
        if not 0 <= at < len(self._keys):
            return None
        page = at // PAGE
        rows = self._pages.get(page)
        if rows is None:
            rows = self._read(page)
        else:
            self._pages.move_to_end(page)
        return rows.get(self._keys[at])

    def _read(self, page: int) -> Mapping[int, ListRow]:
        try:
            rows = self._fetch(self._keys[page * PAGE : (page + 1) * PAGE])
        except UserError:  # the disk went away: painting must not fail, the next act says so
            rows = {}
        self._pages[page] = rows
        while len(self._pages) > KEPT:
            self._pages.popitem(last=False)
            self._texts.clear()
        return rows

    # -- what Qt asks ------------------------------------------------------------------------

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own default
        """Number of records listed."""
        return 0 if parent.isValid() else len(self._keys)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own default
        """Number of columns."""
        return 0 if parent.isValid() else len(self.columns)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Role.DisplayRole) -> Any:
        """Titles; where more columns than one order the list, each says its way and its place."""
        if orientation != Qt.Orientation.Horizontal or not 0 <= section < len(self.columns):
            return None
        column = self.columns[section]
        if role == Role.DisplayRole:
            return column.title + self._mark(column.name)
        if role == Role.ToolTipRole:
            return column.title
        if role == Role.TextAlignmentRole:
            return column.align.value | Qt.TextFlag.TextWordWrap.value
        return None

    def _clear(self) -> None:
        self._pages.clear()
        self._texts.clear()

    def _mark(self, name: str) -> str:
        if len(self._sort) < 2:
            return ""
        for place, (ordered, descending) in enumerate(self._sort):
            if ordered == name:
                arrow = "" if place == 0 else "↓" if descending else "↑"  # the first has Qt's own
                return f" {arrow}{_PLACES[min(place, len(_PLACES) - 1)]}"
        return ""

    def data(self, index: Index, role: int = Role.DisplayRole) -> Any:
        """One cell; empty for a record that is gone."""
        if role not in _ANSWERED or not index.isValid():  # painting asks for a dozen roles a cell
            return None
        place = index.column()
        if not 0 <= place < len(self.columns):
            return None
        if role == _ALIGNMENT:
            return self.columns[place].align
        if role == _DECORATION:  # at the title: the state's own column gives way in a narrow list
            row = self.row(index.row()) if place == _TITLE else None
            mark = _MARKS.get(row.state) if row is not None else None
            return icon(*mark) if mark else None
        if role == _DISPLAY:
            return self.text(index.row(), place)
        row = self.row(index.row())
        return None if row is None else cell_text(self.columns[place], row)

    def text(self, at: int, place: int) -> str | None:
        """What stands in a cell; ``None`` for a record that is gone."""
        row = self.row(at)
        if row is None:
            return None
        text = self._texts.get((row.key, place))
        if text is None:
            column = self.columns[place]
            # what is complete needs no word: the eye should find the drafts
            hidden = column.name == STATE and row.state is State.COMPLETE
            text = self._texts[row.key, place] = "" if hidden else cell_text(column, row)
        return text

    def marked(self, at: int) -> bool:
        """Whether the title of row ``at`` has a picture before it."""
        row = self.row(at)
        return row is not None and row.state in _MARKS

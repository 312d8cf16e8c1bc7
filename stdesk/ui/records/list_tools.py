"""What a list can do beside listing: copy its rows, tell what a column holds, order by several columns."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import QObject, QPoint, Signal
from PySide6.QtWidgets import QWidget

from stdesk.domain.kinds import Kind
from stdesk.i18n import ntr
from stdesk.progress import Progress
from stdesk.services.catalogue import Catalogue, ListQuery, Statistics
from stdesk.services.lists import Copied, Lists
from stdesk.services.views import Sort
from stdesk.ui import clipboard
from stdesk.ui.records.column_statistics import StatisticsPanel
from stdesk.ui.records.filters import FilterBar, FilterField
from stdesk.ui.session import Session, Tone
from stdesk.ui.tables.columns import Column
from stdesk.ui.tables.view import TableView
from stdesk.ui.widgets.progress_strip import ProgressStrip

_AT_ONCE = 400  # rows copied so fast that nobody needs to see how far it is


def next_sort(sort: Sort, name: str, *, add: bool) -> Sort:
    """The order after a click on ``name``: upwards, downwards, not at all.

    ``add``: after the columns that order the list already, instead of in their place.
    """
    now = dict(sort)
    if name not in now or not (add or sort[0][0] == name):
        return (*sort, (name, False)) if add else ((name, False),)
    if not now[name]:
        return tuple((one, way or one == name) for one, way in (sort if add else sort[:1]))
    return tuple(one for one in sort if one[0] != name) if add else ()


def copy_rows(
    lists: Lists, kind: str, keys: Sequence[int], columns: Sequence[str], progress: Progress
) -> Copied:
    """The rows for the clipboard."""
    return lists.copy(kind, keys, columns, progress)


def read_statistics(catalogue: Catalogue, query: ListQuery, name: str, progress: Progress) -> Statistics:
    """What a column holds in what is listed."""
    return catalogue.statistics(query, name, progress=progress)


class Copier(QObject):
    """Puts rows, as they are seen, on the clipboard: as text, and as a table for Excel and Word.

    Signals:
        copied: how many rows.
    """

    copied = Signal(int)

    def __init__(self, kind: Kind, session: Session, strip: ProgressStrip, parent: QObject) -> None:
        super().__init__(parent)
        self._kind = kind
        self._session = session
        self._strip = strip

    def copy(self, keys: Sequence[int], columns: Sequence[str]) -> None:
        """Copy the rows ``keys`` with the columns ``columns``."""
        if not keys:
            return
        work = partial(copy_rows, self._session.desk.lists, self._kind.name, keys, columns)
        task = self._session.run(self, work, self._copied, beside=True)
        if len(keys) > _AT_ONCE:
            self._strip.follow(task)

    def _copied(self, copied: Copied) -> None:
        clipboard.put_text(copied.text, copied.table)
        self.copied.emit(copied.rows)
        text = ntr("{n} row copied, with headers", "{n} rows copied, with headers", copied.rows)
        if copied.left_out:
            left = ntr("{n} secret record left out", "{n} secret records left out", copied.left_out)
            text = f"{text} · {left}"
        self._session.say(text, Tone.DONE)


class StatisticsOpener(QObject):
    """Opens the panel of what a column holds, below its header."""

    def __init__(
        self, session: Session, filters: FilterBar, table: TableView, strip: ProgressStrip, parent: QWidget
    ) -> None:
        super().__init__(parent)
        self._session = session
        self._filters = filters
        self._table = table
        self._strip = strip
        self._asked = 0
        self.panel: StatisticsPanel | None = None

    def open(self, column: Column, place: int, query: ListQuery) -> None:
        """Show what ``column`` (of the table's place ``place``) holds in what ``query`` lists."""
        self._asked += 1
        asked = self._asked
        work = partial(read_statistics, self._session.desk.catalogue, query, column.name)
        task = self._session.runner.run(self, work, slow=True)
        task.finished.connect(lambda found: self._show(asked, column, place, found))
        task.failed.connect(self._session.say_error)
        self._strip.follow(task)

    def _show(self, asked: int, column: Column, place: int, found: Statistics) -> None:
        if asked != self._asked or not self._table.isVisible():
            return
        field = self._filters.field(column.name)
        shown = field or FilterField(column.name, column.title)
        self.panel = StatisticsPanel(column, shown, found, self._table)
        if field is not None:
            self.panel.value_wanted.connect(partial(self._filters.add_value, column.name))
        header = self._table.horizontalHeader()
        at = QPoint(max(0, header.sectionViewportPosition(place)), header.height())
        self.panel.open_at(header.mapToGlobal(at))

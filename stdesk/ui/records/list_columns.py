"""The columns of a list: fitted to the room, changed by the person, remembered."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QEvent, QObject, QPoint, Qt, QTimer, Signal
from PySide6.QtGui import QFontMetricsF, QResizeEvent
from PySide6.QtWidgets import QApplication, QMenu

from stdesk.domain.fields import FieldType
from stdesk.domain.kinds import Kind
from stdesk.i18n import count, tr
from stdesk.ui import theme
from stdesk.ui.tables.columns import NUMBER, STATE, Column
from stdesk.ui.tables.view import TableView
from stdesk.ui.widgets import remembered
from stdesk.ui.widgets.labels import plain

_TITLE = (220, 900)  # pixels at 100 %
_TITLE_SHARE = 0.3  # of the room belongs to the title before the least important columns
_SHRINKS = 16  # columns of so many characters or more give way when room is short
_LEAST = 0.8  # of their wanted width
_PADDING = 26  # pixels beside a cell's text
_NARROWER = 0.8  # Vietnamese text is mostly lower case, narrower than the face's average
_DATE = "00/00/0000"


class ColumnKeeper(QObject):
    """Looks after the columns of one table.

    Signals:
        changed: other columns are shown, or in another order.
        header_menu: (column, place on the screen): the menu of a header is wanted.

    The title always has its share of the room; of the others as many are shown as fit, by
    importance, so that nothing is cut to a few letters. What the person asked for is shown anyway.
    """

    changed = Signal()
    header_menu = Signal(int, QPoint)

    def __init__(self, table: TableView, columns: tuple[Column, ...], kind: Kind) -> None:
        super().__init__(table)
        self.table = table
        self.columns = columns
        self.kind = kind
        self._by_hand = False
        self._number = ""  # the longest number listed
        self._wanted: dict[str, bool] = {}  # column -> shown or hidden, where the person said so
        self._key = f"columns:{kind.name}:{len(columns)}"
        header = table.horizontalHeader()
        header.setSectionsMovable(True)
        header.setTextElideMode(Qt.TextElideMode.ElideNone)  # titles wrap instead
        header.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        header.customContextMenuRequested.connect(self._header_menu)
        header.viewport().installEventFilter(self)
        table.viewport().installEventFilter(self)
        self._later = QTimer(self, singleShot=True, interval=0)
        self._later.timeout.connect(self.fit)
        self._restore()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Fit to another width; a column drawn or moved by hand stays as it was put."""
        if isinstance(event, QResizeEvent) and watched is self.table.viewport():
            if event.size().width() != event.oldSize().width():
                self._later.start()
        elif event.type() == QEvent.Type.MouseButtonRelease:
            before = self._widths
            if before != self._now():
                self._by_hand = True
                self.keep()
                self.changed.emit()
        return super().eventFilter(watched, event)

    def see_number(self, highest: int) -> None:
        """Make room for numbers up to ``highest``."""
        if len(text := count(highest)) > len(self._number):
            self._number = text
            self.fit()

    # -- fitting -----------------------------------------------------------------------------

    def fit(self) -> None:
        """Show what fits, by importance; the title takes what is left."""
        before = self.shown()
        if not self._by_hand:
            room = self.table.viewport().width()
            shown = self._chosen(room)
            for place in range(len(self.columns)):
                self.table.setColumnHidden(place, place != self._title and place not in shown)
            left = room - sum(shown.values()) - max(_TITLE[0], int(room * _TITLE_SHARE))
            growth = {place: self._wide(place) - least for place, least in shown.items()}
            share = min(1.0, max(0.0, left / 2 / max(1, sum(growth.values()))))
            widths = {place: least + int(growth[place] * share) for place, least in shown.items()}
            widths[self._title] = min(max(room - sum(widths.values()), _TITLE[0]), _TITLE[1])
            for place, width in widths.items():  # the title last: Qt stretches the last column meanwhile
                self.table.setColumnWidth(place, width)
        self._fit_header()
        self.table.viewport().update()
        self._widths = self._now()
        if self.shown() != before:
            self.changed.emit()

    def _chosen(self, room: int) -> dict[int, int]:
        """Column -> its least width, of those that fit beside the title."""
        left = room - max(_TITLE[0], int(room * _TITLE_SHARE))
        found: dict[int, int] = {}
        full = False
        for place in sorted(range(len(self.columns)), key=self._importance):
            name = self.columns[place].name
            if place == self._title or not self._wanted.get(name, not self.columns[place].extra):
                continue
            least = self._least(place)
            full = full or least > left  # a narrow one further on must not push in before it
            if not full or self._wanted.get(name):
                found[place] = least
                left -= least
        return found

    def _importance(self, place: int) -> tuple[int, int]:
        """Smaller is more: number, who, when, then as the kind lists them, the state last."""
        column = self.columns[place]
        if column.field is None:
            return (9, place) if column.name == STATE else (0, place)
        first = column.field.type is FieldType.PEOPLE or column.name in self.kind.begins[:1]
        return (1 if first else 2, place)

    def _wide(self, place: int) -> int:
        column, metrics = self.columns[place], QFontMetricsF(self.table.font())
        if column.field is not None and column.field.type is FieldType.DATE:
            wide = metrics.horizontalAdvance(_DATE)
        else:
            wide = column.width * metrics.averageCharWidth() * _NARROWER
            if column.name == NUMBER:
                wide = max(wide, metrics.horizontalAdvance(self._number))
        return max(int(wide), self._longest_word(column)) + _PADDING

    def _least(self, place: int) -> int:
        column, wide = self.columns[place], self._wide(place)
        if column.width < _SHRINKS:
            return wide
        return max(int(wide * _LEAST), self._longest_word(column) + _PADDING)

    def _longest_word(self, column: Column) -> int:
        metrics = self._header_metrics()
        return max(int(metrics.horizontalAdvance(word)) + 1 for word in column.title.split())

    def _header_metrics(self) -> QFontMetricsF:
        t = theme.tokens()
        return QFontMetricsF(theme.font(t.size_small, theme.HEADER_WEIGHT))

    def _fit_header(self) -> None:
        """One line of titles, or two when one does not fit."""
        metrics = self._header_metrics()
        two = any(
            metrics.horizontalAdvance(column.title) + _PADDING > self.table.columnWidth(place)
            for place, column in enumerate(self.columns)
            if not self.table.isColumnHidden(place)
        )
        self.table.horizontalHeader().setFixedHeight(int(metrics.height() * (2 if two else 1)) + 16)

    @property
    def _title(self) -> int:
        return next(place for place, one in enumerate(self.columns) if one.name == self.kind.title)

    # -- what the person wants ---------------------------------------------------------------

    def fill_menu(self, menu: QMenu) -> None:
        """Ticks for the columns shown, those of the other fields apart, and the way back."""
        more = QMenu(tr("More columns"), menu)
        for place, column in enumerate(self.columns):
            action = (more if column.extra else menu).addAction(plain(column.title))
            action.setCheckable(True)
            action.setChecked(not self.table.isColumnHidden(place))
            action.setEnabled(column.name != self.kind.title)
            action.toggled.connect(partial(self.show_column, place))
        menu.addSeparator()
        if not more.isEmpty():
            menu.addMenu(more)
        current = self.table.currentIndex().column()
        name = self.columns[current].title if current >= 0 else ""
        if name:
            menu.addAction(
                tr("Move “{name}” to the left", name=plain(name)), partial(self.move_column, current, -1)
            )
            menu.addAction(
                tr("Move “{name}” to the right", name=plain(name)), partial(self.move_column, current, 1)
            )
        menu.addAction(tr("As at first"), self.reset)

    def shown(self) -> tuple[str, ...]:
        """The names of the columns shown, in their order on the screen."""
        header = self.table.horizontalHeader()
        places = [header.logicalIndex(at) for at in range(len(self.columns))]
        return tuple(self.columns[at].name for at in places if not self.table.isColumnHidden(at))

    def show_only(self, names: tuple[str, ...]) -> None:
        """Show these columns in this order; none = as at first."""
        self.reset()
        if not names:
            return
        by_name = {column.name: place for place, column in enumerate(self.columns)}
        order = [by_name[name] for name in names if name in by_name]
        header = self.table.horizontalHeader()
        for at, place in enumerate(order):
            header.moveSection(header.visualIndex(place), at)
        self._wanted = {column.name: column.name in names for column in self.columns}
        self.fit()
        self.keep()

    def move_column(self, place: int, by: int) -> None:
        """Move a column past its neighbour that is shown."""
        header = self.table.horizontalHeader()
        at = header.visualIndex(place) + by
        while 0 <= at < len(self.columns) and self.table.isColumnHidden(header.logicalIndex(at)):
            at += by
        if 0 <= at < len(self.columns):
            header.moveSection(header.visualIndex(place), at)
            self.keep()
            self.changed.emit()

    def show_column(self, place: int, on: bool) -> None:
        """Show a column whatever the room, or hide it."""
        before = self.shown()
        self._wanted[self.columns[place].name] = on
        self.table.setColumnHidden(place, not on)
        if self._by_hand and on and self.columns[place].extra:  # it was never drawn: give it its width
            self.table.setColumnWidth(place, self._wide(place))
        self.fit()
        self.keep()
        if self.shown() != before:
            self.changed.emit()

    def reset(self) -> None:
        """Columns as they were at first."""
        header = self.table.horizontalHeader()
        for place in range(len(self.columns)):
            header.moveSection(header.visualIndex(place), place)
        self._by_hand = False
        self._wanted = {}
        self.fit()
        self.keep()

    def keep(self) -> None:
        """Remember the columns for the next start."""
        self._widths = self._now()
        store = remembered.opened()
        store.put(
            **{
                f"{self._key}:by": "hand" if self._by_hand else "fit",
                f"{self._key}:shown": " ".join(name for name, on in self._wanted.items() if on),
                f"{self._key}:hidden": " ".join(name for name, on in self._wanted.items() if not on),
            }
        )
        store.put_bytes(self._key, self.table.horizontalHeader().saveState())

    def _restore(self) -> None:
        store = remembered.opened()
        state = store.get_bytes(self._key)
        if not state.isEmpty() and self.table.horizontalHeader().restoreState(state):
            self._by_hand = store.get(f"{self._key}:by") == "hand"
            self._wanted = dict.fromkeys(store.get(f"{self._key}:shown").split(), True)
            self._wanted |= dict.fromkeys(store.get(f"{self._key}:hidden").split(), False)
        for place, column in enumerate(self.columns):
            self.table.setColumnHidden(place, not self._wanted.get(column.name, not column.extra))
        self.table.horizontalHeader().setSortIndicatorShown(False)
        self._widths = self._now()

    def _now(self) -> list[tuple[int, int]]:
        header = self.table.horizontalHeader()
        return [(header.visualIndex(place), header.sectionSize(place)) for place in range(len(self.columns))]

    def _header_menu(self, point: QPoint) -> None:
        if QApplication.activePopupWidget() is None:
            header = self.table.horizontalHeader()
            self.header_menu.emit(header.logicalIndexAt(point), header.mapToGlobal(point))

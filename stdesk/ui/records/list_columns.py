"""The columns of a list: fitted to the room, changed by the person, remembered."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QEvent, QObject, QPoint, Qt, QTimer
from PySide6.QtWidgets import QApplication, QMenu

from stdesk.domain.kinds import Kind
from stdesk.i18n import tr
from stdesk.ui.tables.columns import Column
from stdesk.ui.tables.view import TableView
from stdesk.ui.widgets import remembered
from stdesk.ui.widgets.labels import plain

_TITLE = (220, 900)  # pixels
_SHRINKS = 16  # columns of so many characters or more give way when room is short
_LEAST = 0.66  # of their wanted width
_PER_CHARACTER, _PADDING = 6.7, 24  # pixels at 100 %; Vietnamese text is mostly lower case


class ColumnKeeper(QObject):
    """Looks after the columns of one table."""

    def __init__(self, table: TableView, columns: tuple[Column, ...], kind: Kind) -> None:
        super().__init__(table)
        self.table = table
        self.columns = columns
        self.kind = kind
        self._by_hand = False
        self._key = f"columns:{kind.name}:{len(columns)}"
        header = table.horizontalHeader()
        header.setSectionsMovable(True)
        header.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        header.customContextMenuRequested.connect(self._header_menu)
        header.viewport().installEventFilter(self)
        table.installEventFilter(self)
        self._later = QTimer(self, singleShot=True, interval=0)
        self._later.timeout.connect(self.fit)
        self._restore()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Fit to another width; a column drawn or moved by hand stays as it was put."""
        if event.type() == QEvent.Type.Resize and watched is self.table:
            self._later.start()
        elif event.type() == QEvent.Type.MouseButtonRelease:
            before = self._widths
            if before != self._now():
                self._by_hand = True
                self.keep()
        return super().eventFilter(watched, event)

    def fit(self) -> None:
        """Wanted widths, the long ones narrower when room is short; the title takes what is left."""
        if self._by_hand:
            return
        wanted = {
            place: column.width * self._character() + _PADDING
            for place, column in enumerate(self.columns)
            if column.name != self.kind.title and not self.table.isColumnHidden(place)
        }
        room = self.table.viewport().width()
        soft = sum(w for place, w in wanted.items() if self.columns[place].width >= _SHRINKS)
        hard = sum(wanted.values()) - soft
        share = min(1.0, max(_LEAST, (room - _TITLE[0] - hard) / soft)) if soft else 1.0
        for place, width in wanted.items():
            shrinks = self.columns[place].width >= _SHRINKS
            self.table.setColumnWidth(place, int(width * (share if shrinks else 1)))
        used = sum(self.table.columnWidth(place) for place in wanted)
        title = next(place for place, one in enumerate(self.columns) if one.name == self.kind.title)
        self.table.setColumnWidth(title, min(max(room - used, _TITLE[0]), _TITLE[1]))
        self._widths = self._now()

    def fill_menu(self, menu: QMenu) -> None:
        """Ticks for the columns shown, and the way back."""
        for place, column in enumerate(self.columns):
            action = menu.addAction(plain(column.title))
            action.setCheckable(True)
            action.setChecked(not self.table.isColumnHidden(place))
            action.setEnabled(column.name != self.kind.title)
            action.toggled.connect(partial(self.show_column, place))
        menu.addSeparator()
        menu.addAction(tr("As at first"), self.reset)

    def show_column(self, place: int, on: bool) -> None:
        """Show or hide a column."""
        self.table.setColumnHidden(place, not on)
        self.fit()
        self.keep()

    def reset(self) -> None:
        """Columns as they were at first."""
        header = self.table.horizontalHeader()
        for place in range(len(self.columns)):
            header.moveSection(header.visualIndex(place), place)
            self.table.setColumnHidden(place, False)
        self._by_hand = False
        self.fit()
        self.keep()

    def keep(self) -> None:
        """Remember the columns for the next start."""
        self._widths = self._now()
        mark = "hand" if self._by_hand else "fit"
        store = remembered.opened()
        store.put(**{f"{self._key}:by": mark})
        store.put_bytes(self._key, self.table.horizontalHeader().saveState())

    def _restore(self) -> None:
        store = remembered.opened()
        state = store.get_bytes(self._key)
        if not state.isEmpty() and self.table.horizontalHeader().restoreState(state):
            self._by_hand = store.get(f"{self._key}:by") == "hand"
        self.table.horizontalHeader().setSortIndicatorShown(False)
        self._widths = self._now()

    def _now(self) -> list[tuple[int, int]]:
        header = self.table.horizontalHeader()
        return [(header.visualIndex(place), header.sectionSize(place)) for place in range(len(self.columns))]

    def _character(self) -> float:
        return _PER_CHARACTER * self.table.logicalDpiX() / 96

    def _header_menu(self, point: QPoint) -> None:
        if QApplication.activePopupWidget() is not None:
            return
        menu = QMenu(self.table)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.fill_menu(menu)
        menu.popup(self.table.horizontalHeader().mapToGlobal(point))

"""A month as a sheet: a day a cell, with what is due on it; walked with the arrows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from PySide6.QtCore import (
    QAbstractTableModel,
    QItemSelectionModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QRect,
    QRectF,
    Qt,
    Signal,
)
from PySide6.QtGui import QColor, QKeyEvent, QPainter, QPen
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QHeaderView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
    QWidget,
)

from stdesk.i18n import ntr, tr
from stdesk.services.calendar import DueItem
from stdesk.ui import theme

Index = QModelIndex | QPersistentModelIndex
Role = Qt.ItemDataRole
DAY_ROLE, ITEMS_ROLE = Role.UserRole + 1, Role.UserRole + 2
_WEEKS, _DAYS = 6, 7


class MonthModel(QAbstractTableModel):
    """Six weeks from the Monday before the first of a month."""

    def __init__(self, today: date, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.today = today
        self.month = today.replace(day=1)
        self._items: Mapping[date, Sequence[DueItem]] = {}

    @property
    def first(self) -> date:
        """The day of the first cell."""
        return self.month - timedelta(days=self.month.weekday())

    @property
    def last(self) -> date:
        """The day of the last cell."""
        return self.first + timedelta(days=_WEEKS * _DAYS - 1)

    def show_month(self, month: date) -> None:
        """Show the month that ``month`` lies in."""
        self.beginResetModel()
        self.month = month.replace(day=1)
        self.endResetModel()

    def set_items(self, items: Sequence[DueItem]) -> None:
        """What is due."""
        found: dict[date, list[DueItem]] = {}
        for one in items:
            found.setdefault(one.on, []).append(one)
        self._items = found
        self.dataChanged.emit(self.index(0, 0), self.index(_WEEKS - 1, _DAYS - 1))

    def items(self, day: date) -> Sequence[DueItem]:
        """What is due on ``day``."""
        return self._items.get(day, ())

    def day(self, index: Index) -> date:
        """The day of a cell."""
        return self.first + timedelta(days=index.row() * _DAYS + index.column())

    def index_of(self, day: date) -> QModelIndex:
        """The cell of ``day``; invalid when it is not on the sheet."""
        at = (day - self.first).days
        return self.index(at // _DAYS, at % _DAYS) if 0 <= at < _WEEKS * _DAYS else QModelIndex()

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own default
        """Six weeks."""
        return 0 if parent.isValid() else _WEEKS

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own default
        """Seven days."""
        return 0 if parent.isValid() else _DAYS

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Role.DisplayRole) -> Any:
        """Names of the days, Monday first."""
        if orientation == Qt.Orientation.Horizontal and role == Role.DisplayRole:
            return (tr("Mon"), tr("Tue"), tr("Wed"), tr("Thu"), tr("Fri"), tr("Sat"), tr("Sun"))[section]
        if role == Role.TextAlignmentRole:
            return Qt.AlignmentFlag.AlignCenter
        return None

    def data(self, index: Index, role: int = Role.DisplayRole) -> Any:
        """The day's number; for readers the whole day and what is due."""
        if not index.isValid():
            return None
        day = self.day(index)
        if role == Role.DisplayRole:
            return str(day.day)
        if role in (Role.AccessibleTextRole, Role.ToolTipRole):
            return self.words(day, most=8 if role == Role.ToolTipRole else 3)
        return {DAY_ROLE: day, ITEMS_ROLE: self.items(day)}.get(role)

    def words(self, day: date, most: int) -> str:
        """The day and what is due on it, in words."""
        items = self.items(day)
        head = f"{day:%d/%m/%Y}"
        if day == self.today:
            head = f"{head} ({tr('today')})"
        if not items:
            return head
        lines = [f"{one.text}: {one.title}"[:100] for one in items[:most]]
        due = ntr("{n} thing due", "{n} things due", len(items))
        return "\n".join([f"{head}: {due}", *lines])


class _DayDelegate(QStyledItemDelegate):
    """Draws a day: number, and up to as many lines of what is due as there is room for."""

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """One day."""
        model = index.model()
        if not isinstance(model, MonthModel):
            return
        t, day = theme.tokens(), model.day(index)
        box: QRect = option.rect
        state: QStyle.StateFlag = option.state
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        inside = day.month == model.month.month
        painter.fillRect(box, QColor(t.surface if inside else t.window))
        painter.setPen(QColor(t.line))
        painter.drawLine(box.bottomLeft(), box.bottomRight())
        painter.drawLine(box.topRight(), box.bottomRight())
        self._number(painter, t, box, day, today=day == model.today, inside=inside)
        self._lines(painter, t, box, model.items(day))
        if state & QStyle.StateFlag.State_Selected:
            wide = 2.5 if state & QStyle.StateFlag.State_HasFocus else 1.2
            painter.setPen(QPen(QColor(t.accent), wide))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(QRectF(box).adjusted(2, 2, -2.5, -2.5), 4, 4)
        painter.restore()

    @staticmethod
    def _number(
        painter: QPainter, t: theme.Tokens, box: QRect, day: date, *, today: bool, inside: bool
    ) -> None:
        painter.setFont(theme.font(t.size_small, theme.HEADER_WEIGHT if today else theme.font().weight()))
        place = QRectF(box.left() + 6, box.top() + 5, 24, 20)
        if today:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(t.accent))
            painter.drawRoundedRect(place, 10, 10)
        painter.setPen(QColor(t.on_accent if today else t.text if inside else t.text_soft))
        painter.drawText(place, Qt.AlignmentFlag.AlignCenter, str(day.day))

    @staticmethod
    def _lines(painter: QPainter, t: theme.Tokens, box: QRect, items: Sequence[DueItem]) -> None:
        if not items:
            return
        painter.setFont(theme.font(t.size_small))
        metrics = painter.fontMetrics()
        height = metrics.height() + 3
        top, room = box.top() + 28, max(1, (box.height() - 32) // height)
        shown = items if len(items) <= room else items[: max(0, room - 1)]
        for at, one in enumerate(shown):
            tone, soft = (t.red, t.red_soft) if one.overdue else (t.text, t.accent_soft)
            if one.period:
                tone, soft = (t.red, t.red_soft) if one.overdue else (t.amber, t.amber_soft)
            line = QRectF(box.left() + 5, top + at * height, box.width() - 10, height - 1)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(soft))
            painter.drawRoundedRect(line, 3, 3)
            painter.setPen(QColor(tone))
            text = metrics.elidedText(
                one.title or one.text, Qt.TextElideMode.ElideRight, round(line.width()) - 8
            )
            painter.drawText(line.adjusted(4, 0, -4, 0), Qt.AlignmentFlag.AlignVCenter, text)
        if len(shown) < len(items):
            rest = ntr("{n} more", "{n} more", len(items) - len(shown))
            line = QRectF(box.left() + 9, top + len(shown) * height, box.width() - 14, height - 1)
            painter.setPen(QColor(t.text_soft))
            painter.drawText(line, Qt.AlignmentFlag.AlignVCenter, rest)


class MonthView(QTableView):
    """The sheet. Arrows walk from day to day, also into the months beside; Page up and down turn the month.

    Signals:
        day_chosen: the day one is on. day_opened: Enter or a double click on it.
    """

    day_chosen = Signal(object)
    day_opened = Signal(object)

    def __init__(self, today: date, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.sheet = MonthModel(today, self)
        self.day = today
        self.setModel(self.sheet)
        self.setItemDelegate(_DayDelegate(self))
        self.setAccessibleName(tr("Month"))
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setShowGrid(False)
        self.setTabKeyNavigation(False)
        self.setCornerButtonEnabled(False)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.verticalHeader().hide()
        for header in (self.horizontalHeader(), self.verticalHeader()):
            header.setSectionResizeMode(QHeaderView.ResizeMode.Stretch)
            header.setMinimumSectionSize(24)
        self.horizontalHeader().setHighlightSections(False)
        self.clicked.connect(lambda index: self.go(self.sheet.day(index)))
        self.doubleClicked.connect(lambda index: self.day_opened.emit(self.sheet.day(index)))
        self._mark()

    def go(self, day: date) -> None:
        """Be on ``day``, turning the month when it is another."""
        if not date(1990, 1, 1) <= day <= date(2100, 12, 31):
            return
        self.day = day
        if (day.year, day.month) != (self.sheet.month.year, self.sheet.month.month):
            self.sheet.show_month(day)
        self._mark()
        self.day_chosen.emit(day)

    def turn(self, months: int) -> None:
        """The same day of another month, or its last."""
        at = self.day.year * 12 + self.day.month - 1 + months
        first = date(at // 12, at % 12 + 1, 1)
        last = (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)
        self.go(min(first + timedelta(days=self.day.day - 1), last))

    def _mark(self) -> None:
        flags = QItemSelectionModel.SelectionFlag.ClearAndSelect
        self.selectionModel().setCurrentIndex(self.sheet.index_of(self.day), flags)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Arrows, Page up and down, Home (today), Enter."""
        key = Qt.Key(event.key())
        step = {
            Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1, Qt.Key.Key_Up: -_DAYS, Qt.Key.Key_Down: _DAYS,
        }.get(key)  # fmt: skip
        months = {Qt.Key.Key_PageUp: -1, Qt.Key.Key_PageDown: 1}.get(key)
        if event.modifiers() & (Qt.KeyboardModifier.AltModifier | Qt.KeyboardModifier.ControlModifier):
            super().keyPressEvent(event)
        elif step is not None:
            self.go(self.day + timedelta(days=step))
        elif months is not None:
            self.turn(months)
        elif key == Qt.Key.Key_Home:
            self.go(self.sheet.today)
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space):
            self.day_opened.emit(self.day)
        else:
            super().keyPressEvent(event)

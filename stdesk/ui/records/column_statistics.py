"""What a column holds in the records listed: filled, different, usual values, least, most, sum."""

from __future__ import annotations

from collections.abc import Iterator

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QPoint, QRect, QSize, Qt, Signal
from PySide6.QtGui import QColor, QPainter
from PySide6.QtWidgets import (
    QFrame,
    QListWidget,
    QListWidgetItem,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from stdesk.domain.dates import show as show_date
from stdesk.domain.fields import FieldType
from stdesk.domain.values import show
from stdesk.i18n import count, ntr, tr
from stdesk.services.catalogue import Statistics
from stdesk.ui import theme
from stdesk.ui.records.facet_panel import FilterField
from stdesk.ui.tables.columns import Column
from stdesk.ui.widgets.labels import label

_VALUE, _SHARE, _COUNT = (Qt.ItemDataRole.UserRole + n for n in range(3))
_WIDE, _ROW = 380, 28


class _BarDelegate(QStyledItemDelegate):
    """A value with a bar as long as its share behind it, and how often at the right."""

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        """The bar, then the value, then the count."""
        t = theme.tokens()
        room: QRect = option.rect
        bar = room.adjusted(0, 3, 0, -3)
        bar.setWidth(max(2, int(bar.width() * float(index.data(_SHARE)))))
        super().paint(painter, option, index)
        painter.save()
        painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_SourceOver)
        colour = QColor(t.accent)
        colour.setAlpha(56)
        painter.fillRect(bar, colour)
        painter.setPen(QColor(t.text_soft))
        painter.drawText(
            room.adjusted(0, 0, -t.s, 0),
            int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter),
            str(index.data(_COUNT)),
        )
        painter.restore()

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        """All rows alike."""
        return QSize(super().sizeHint(option, index).width(), _ROW)


class StatisticsPanel(QFrame):
    """A popup inside the screen; Enter on a value lists only what has it.

    Signals:
        value_wanted: a value, as a filter of the field.
    """

    value_wanted = Signal(str)

    def __init__(
        self, column: Column, field: FilterField, found: Statistics, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent, Qt.WindowType.Popup)
        self.setProperty("place", "popup")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setAccessibleName(tr("What “{name}” holds", name=column.title))
        t = theme.tokens()
        box = QVBoxLayout(self)
        box.setContentsMargins(t.m, t.m, t.m, t.m)
        box.setSpacing(t.xs)
        box.addWidget(label(column.title, "heading", wrap=True))
        self.lines = [label(text, "soft", wrap=True) for text in _lines(column, found)]
        for line in self.lines:
            box.addWidget(line)
        self.list = QListWidget()
        self.list.setUniformItemSizes(True)
        self.list.setItemDelegate(_BarDelegate(self.list))
        self.list.setAccessibleName(tr("The usual values; Enter lists what has one"))
        self.list.setToolTip(self.list.accessibleName())
        most = max((n for _, n in found.usual), default=1)
        for value, n in found.usual:
            text = field.value_text(value)
            item = QListWidgetItem(text)
            item.setData(_VALUE, value)
            item.setData(_SHARE, n / most)
            item.setData(_COUNT, count(n))
            item.setData(Qt.ItemDataRole.AccessibleTextRole, f"{text}: {count(n)}")
            item.setToolTip(text)
            self.list.addItem(item)
        self.list.itemActivated.connect(self._wanted)
        self.list.itemClicked.connect(self._wanted)
        box.addWidget(self.list)
        self.list.setVisible(bool(found.usual))
        self.list.setFixedHeight(len(found.usual) * _ROW + 8)
        self.setFixedWidth(_WIDE)
        self.adjustSize()

    def open_at(self, place: QPoint) -> None:
        """Show the panel at ``place`` (of the screen), inside the screen."""
        parent = self.parentWidget()
        room = (parent or self).screen().availableGeometry()
        place.setX(max(room.left(), min(place.x(), room.right() - self.width())))
        place.setY(max(room.top(), min(place.y(), room.bottom() - self.height())))
        self.move(place)
        self.show()
        self.list.setFocus()
        self.list.setCurrentRow(0)

    def _wanted(self, item: QListWidgetItem) -> None:
        self.value_wanted.emit(item.data(_VALUE))
        self.close()


def _lines(column: Column, found: Statistics) -> Iterator[str]:
    whole = found.filled + found.empty
    share = round(100 * found.filled / whole) if whole else 0
    yield tr(
        "Filled: {filled} of {whole} ({share} %), empty: {empty}",
        filled=found.filled, whole=whole, share=str(share), empty=found.empty,
    )  # fmt: skip
    if found.distinct:
        yield ntr("{n} different value", "{n} different values", found.distinct)
    if found.least is not None and found.most is not None:
        yield tr("From {least} to {most}", least=_shown(column, found.least), most=_shown(column, found.most))
    if found.total is not None:
        yield tr("Sum: {total}", total=_shown(column, found.total))


def _shown(column: Column, value: str | int | float) -> str:
    if column.field is None:
        return count(int(value))
    if column.field.type is FieldType.DATE:
        return show_date(str(value))
    return show(column.field, value)

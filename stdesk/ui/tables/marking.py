"""What was searched for, marked in the cells as with a marker pen."""

from __future__ import annotations

import re
from functools import lru_cache

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetrics, QPainter
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem, QTableView

from stdesk.text import fold
from stdesk.ui import theme
from stdesk.ui.tables.paged_model import PagedModel

_LONGEST = 400  # characters of a cell that are looked at: more are never seen
_MARGIN = 1  # pixels that Qt leaves beside a text, more than the style says

Span = tuple[int, int]


@lru_cache(maxsize=8_192)
def spans(text: str, pattern: str) -> tuple[Span, ...]:
    """Where ``pattern``, made for folded text, is found in ``text`` as written: (first, behind the last)."""
    if not pattern:
        return ()
    folded: list[str] = []
    places: list[int] = []
    for place, letter in enumerate(text[:_LONGEST]):
        for one in fold(letter):
            folded.append(one)
            places.append(place)
    places.append(min(len(text), _LONGEST))
    whole = "".join(folded)
    found = (match.span() for match in _compiled(pattern).finditer(whole))
    return tuple((places[first], places[last - 1] + 1) for first, last in found if last > first)


@lru_cache(maxsize=64)
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern)


class MarkDelegate(QStyledItemDelegate):
    """Draws cells as always, and a mark over the words of the search.

    The mark is laid over the finished cell and darkens (or, on dark, lightens) what is below it, so
    that cells without a hit, nearly all of them, cost nothing but a look into a cache. Where a text
    begins in its cell is asked of the style once for each width, column and picture.
    """

    def __init__(self, table: QTableView, model: PagedModel) -> None:
        super().__init__(table)
        self._model = model
        self._pattern = ""
        self._rooms: dict[tuple[int, int, bool], tuple[float, float]] = {}

    def set_pattern(self, pattern: str) -> bool:
        """Mark what ``pattern`` finds (``Catalogue.marks``); whether that is something else than before."""
        changed = pattern != self._pattern
        self._pattern = pattern
        self._rooms.clear()
        return changed

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        """The cell, then its marks."""
        super().paint(painter, option, index)
        if not self._pattern:
            return
        row, column = index.row(), index.column()
        text = self._model.text(row, column)
        if text and (found := spans(text, self._pattern)):
            self._mark(painter, option, index, text, found)

    def _mark(
        self,
        painter: QPainter,
        option: QStyleOptionViewItem,
        index: QModelIndex | QPersistentModelIndex,
        text: str,
        found: tuple[Span, ...],
    ) -> None:
        cell: QRect = option.rect
        metrics: QFontMetrics = option.fontMetrics
        before, room = self._room(option, index, cell)
        wide = metrics.horizontalAdvance(text)
        seen = len(text)
        if wide > room:  # without the ellipsis
            shown = metrics.elidedText(text, Qt.TextElideMode.ElideRight, int(room))
            seen, wide = len(shown) - 1, metrics.horizontalAdvance(shown)
        left = cell.left() + before + _beginning(self._model.columns[index.column()].align, room, wide)
        high = metrics.height()
        top = cell.center().y() - high / 2
        way = QPainter.CompositionMode
        dark = theme.tokens().dark
        painter.setCompositionMode(way.CompositionMode_Screen if dark else way.CompositionMode_Multiply)
        pen = _pen()
        for first, last in found:
            if first >= seen:  # in the part cut off: its ellipsis says so
                at = metrics.horizontalAdvance(text[:seen])
                painter.fillRect(QRectF(left + at, top, wide - at, high), pen)
                break
            at = metrics.horizontalAdvance(text[:first])
            end = metrics.horizontalAdvance(text[: min(last, seen)])
            painter.fillRect(QRectF(left + at, top, end - at, high), pen)
        painter.setCompositionMode(way.CompositionMode_SourceOver)

    def _room(
        self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex, cell: QRect
    ) -> tuple[float, float]:
        """How far from its cell's left edge the text may begin, and how much room it has."""
        column = index.column()
        key = column, cell.width(), column == 1 and self._model.marked(index.row())
        if key not in self._rooms:
            full = QStyleOptionViewItem(option)
            self.initStyleOption(full, index)
            style = option.widget.style()
            inside = style.subElementRect(QStyle.SubElement.SE_ItemViewItemText, full, option.widget)
            metric = QStyle.PixelMetric.PM_FocusFrameHMargin
            margin = style.pixelMetric(metric, full, option.widget) + _MARGIN
            self._rooms[key] = float(inside.left() - cell.left() + margin), float(inside.width() - 2 * margin)
        return self._rooms[key]


def _pen() -> QColor:
    """The amber of the look, as strong as a marker pen's."""
    t = theme.tokens()
    return _strong(t.amber_soft, t.dark)


@lru_cache(maxsize=4)
def _strong(colour: str, dark: bool) -> QColor:
    hue = QColor(colour).hueF()
    return QColor.fromHsvF(hue, 0.9, 0.5) if dark else QColor.fromHsvF(hue, 0.45, 1.0)


def _beginning(align: Qt.AlignmentFlag, room: float, wide: float) -> float:
    if align & Qt.AlignmentFlag.AlignRight:
        return max(0.0, room - wide)
    if align & Qt.AlignmentFlag.AlignHCenter:
        return max(0.0, (room - wide) / 2)
    return 0.0

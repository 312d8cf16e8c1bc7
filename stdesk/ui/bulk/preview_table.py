"""Before and after, record by record, with what changes marked."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QPointF
from PySide6.QtGui import QColor, QFont, QPainter, QTextCharFormat, QTextLayout
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from stdesk.i18n import count, tr
from stdesk.services.bulk import PreviewLine, common_start
from stdesk.ui import theme
from stdesk.ui.tables.rows_model import RIGHT, ROW_ROLE, Cell, RowsColumn, RowsModel
from stdesk.ui.tables.view import TableView

NUMBER, TITLE, BEFORE, AFTER = range(4)
_LEAD = 12  # characters left before the place that changes, when the start has no room
_LONGEST = 400  # characters laid out


class PreviewTable(TableView):
    """The lines of a preview."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.rows = RowsModel(
            (
                RowsColumn(tr("No."), 6, RIGHT),
                RowsColumn(tr("Title"), 20),
                RowsColumn(tr("Before"), 0),
                RowsColumn(tr("After"), 0),
            ),
            parent=self,
        )
        self.setModel(self.rows)
        self.setAccessibleName(tr("Before and after"))
        for column in (BEFORE, AFTER):
            self.setItemDelegateForColumn(column, _ChangeMarker(self))

    def show_lines(self, lines: Sequence[PreviewLine]) -> None:
        """Show ``lines`` in place of those before."""
        self.rows.set_rows([_cells(line) for line in lines])


def _cells(line: PreviewLine) -> tuple[object, ...]:
    if line.refused:
        stays = Cell(line.refused, "prohibit", "amber", tip=tr("Stays as it is: {why}", why=line.refused))
        return (count(line.number), line.title or "–", line.before, stays)
    return (count(line.number), line.title or "–", line.before, line.after or Cell(tr("(empty)"), tip=""))


class _ChangeMarker(QStyledItemDelegate):
    """Draws a text with the part that differs from the other column bold on a tinted ground."""

    def paint(
        self,
        painter: QPainter,
        option: QStyleOptionViewItem,
        index: QModelIndex | QPersistentModelIndex,
    ) -> None:
        """Draw one cell."""
        row = index.data(ROW_ROLE)
        other = row[AFTER if index.column() == BEFORE else BEFORE]
        mine = row[index.column()]
        if not isinstance(mine, str) or not mine:
            super().paint(painter, option, index)
            return
        option = QStyleOptionViewItem(option)
        self.initStyleOption(option, index)
        option.text = ""
        style = option.widget.style()
        style.drawControl(QStyle.ControlElement.CE_ItemViewItem, option, painter, option.widget)
        t = theme.tokens()
        other_text = other if isinstance(other, str) else ""
        same = isinstance(other, Cell) and bool(other.icon)  # a refused line: nothing changes
        start, end = (0, 0) if same else differing(mine, other_text)
        ground = t.red_soft if index.column() == BEFORE else t.green_soft
        room = option.rect.adjusted(t.xs + 2, 0, -t.xs - 2, 0)
        text, start, end = fitting(mine, start, end, option.fontMetrics.horizontalAdvance, room.width())
        text = option.fontMetrics.elidedText(text, option.textElideMode, room.width() - (end - start))
        start, end = min(start, len(text)), min(end, len(text))
        layout = QTextLayout(text, option.font)
        marked = QTextCharFormat()
        marked.setFontWeight(QFont.Weight.DemiBold)
        marked.setBackground(QColor(ground))
        span = QTextLayout.FormatRange()
        span.start, span.length, span.format = start, end - start, marked
        layout.setFormats([span] if end > start else [])
        layout.beginLayout()
        line = layout.createLine()
        line.setLineWidth(100_000)
        layout.endLayout()
        painter.save()
        painter.setClipRect(room)
        painter.setPen(QColor(t.text))
        layout.draw(painter, QPointF(room.x(), room.y() + (room.height() - line.height()) / 2))
        painter.restore()


def differing(mine: str, other: str) -> tuple[int, int]:
    """Where ``mine`` differs from ``other``: start and end, whole words."""
    start = common_start(mine, other)
    most = min(len(mine), len(other)) - start
    tail = common_start(mine[::-1][:most], other[::-1][:most])
    end = len(mine) - tail
    while start and start < len(mine) and mine[start - 1].isalnum():
        start -= 1
    while start < end < len(mine) and mine[end].isalnum() and mine[end - 1].isalnum():
        end += 1
    return start, max(start, end)


def fitting(text: str, start: int, end: int, wide: Callable[[str], int], room: int) -> tuple[str, int, int]:
    """``text`` cut at its start so that the marked part is seen, and at its end."""
    text = text.replace("\n", " ")
    if len(text) <= _LONGEST and wide(text) <= room:
        return text, start, end
    cut = max(0, start - _LEAD)
    head = "…" if cut else ""
    return head + text[cut : cut + _LONGEST], start - cut + len(head), min(end - cut, _LONGEST) + len(head)

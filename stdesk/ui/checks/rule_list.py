"""The rules that have something to say, gravest first; what is not due and what was put off apart below."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QSize, Qt
from PySide6.QtGui import QColor, QFont, QPainter
from PySide6.QtWidgets import QListWidget, QListWidgetItem, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from stdesk.domain.rules.core import Severity
from stdesk.i18n import count, ntr, tr
from stdesk.ui import theme
from stdesk.ui.checks.grouping import UNEVEN, Group
from stdesk.ui.icons import icon
from stdesk.ui.widgets.finding_line import severity_look, severity_word

_HEADING = Qt.ItemDataRole.UserRole + 7
_ROOM = 30  # pixels of a heading
_SCROLL_BAR = 16


class RuleList(QListWidget):
    """One item a group; Enter goes into it."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(tr("What is wrong, by rule"))
        self.setWordWrap(True)
        self.setResizeMode(QListWidget.ResizeMode.Adjust)
        self.setIconSize(QSize(18, 18))
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setItemDelegate(_WithHeadings(self))

    def show_groups(self, groups: Sequence[Group], reasons: Mapping[str, str]) -> None:
        """Show these, with a heading where another part of the list begins; says nothing to anyone."""
        self.blockSignals(True)
        self.clear()
        part = 0
        for group in groups:
            item = _item(group, reasons)
            if group.place != part:
                part = group.place
                item.setData(_HEADING, tr("Later") if group.later else tr("Not due yet"))
            self.addItem(item)
        self.blockSignals(False)


class _WithHeadings(QStyledItemDelegate):
    """Draws the heading of a part above its first item."""

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        """Higher by the heading; as high as the text needs beside a scroll bar."""
        narrow = QStyleOptionViewItem(option)
        narrow.rect = option.rect.adjusted(0, 0, -_SCROLL_BAR, 0)
        size = super().sizeHint(narrow, index)
        return QSize(size.width(), size.height() + (_ROOM if index.data(_HEADING) else 0))

    def paint(
        self,
        painter: QPainter,
        option: QStyleOptionViewItem,
        index: QModelIndex | QPersistentModelIndex,
    ) -> None:
        """The heading, then the item below it."""
        heading = index.data(_HEADING)
        if heading:
            t = theme.tokens()
            whole: QRect = option.rect
            head = QRect(whole.x() + t.m, whole.y() + t.xs, whole.width() - 2 * t.m, _ROOM - t.xs)
            painter.save()
            font = QFont(option.font)
            font.setWeight(theme.HEADER_WEIGHT)
            painter.setFont(font)
            painter.setPen(QColor(t.text_soft))
            painter.drawText(head, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, str(heading))
            painter.setPen(QColor(t.line))
            painter.drawLine(whole.left(), whole.top(), whole.right(), whole.top())
            painter.restore()
            option.rect = whole.adjusted(0, _ROOM, 0, 0)
        super().paint(painter, option, index)


def look_of(weight: str) -> tuple[str, str]:
    """Icon and colour of a weight."""
    return ("rows", "blue") if weight == UNEVEN else severity_look(Severity(weight))


def word_of(weight: str) -> str:
    """What a weight is called."""
    return tr("Not alike") if weight == UNEVEN else severity_word(Severity(weight))


def _item(group: Group, reasons: Mapping[str, str]) -> QListWidgetItem:
    t = theme.tokens()
    done = sum(one.key in reasons for one in group.findings) if reasons else 0
    words = [word_of(group.weight), ntr("{n} item", "{n} items", len(group.findings))]
    if done:
        words.append(tr("{n} explained", n=count(done)))
    if group.later:
        words.append(tr("put off"))
    item = QListWidgetItem(f"{group.title}\n{' · '.join(words)}")
    name, tone = look_of(group.weight)
    if done == len(group.findings):
        name, tone = "check-circle", "green"
    item.setIcon(icon(name, tone))
    if group.place:
        item.setForeground(QColor(t.text_soft))
    item.setToolTip(group.title)
    return item

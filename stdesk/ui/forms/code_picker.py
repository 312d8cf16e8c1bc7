"""A tree of codes to browse, search and tick."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date

from PySide6.QtCore import QEvent, QObject, QPoint, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent
from PySide6.QtWidgets import QFrame, QLineEdit, QTreeWidget, QTreeWidgetItem, QVBoxLayout, QWidget

from stdesk.domain.codes import Code, CodeList
from stdesk.i18n import tr
from stdesk.ui import theme
from stdesk.ui.forms.editor import Setting
from stdesk.ui.icons import icon
from stdesk.ui.widgets.labels import label

_CODE = Qt.ItemDataRole.UserRole
_FEW = 40  # codes up to which the whole tree stands open


class CodePicker(QFrame):
    """A panel below a button. Space or Enter ticks, Esc closes; letters search from anywhere.

    Args:
        recent: codes used last, shown first.

    Signals:
        ticked: code and whether it is chosen now.
    """

    ticked = Signal(str, bool)

    def __init__(
        self,
        codes: CodeList,
        chosen: Iterable[str],
        setting: Setting,
        parent: QWidget | None = None,
        *,
        recent: Sequence[str] = (),
    ) -> None:
        super().__init__(parent, Qt.WindowType.Popup)
        self.setProperty("place", "popup")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setAccessibleName(str(codes.title))
        self._codes = codes
        self._today = setting.session.desk.today()
        t = theme.tokens()
        column = QVBoxLayout(self)
        column.setContentsMargins(t.s, t.s, t.s, t.s)
        column.setSpacing(t.s)
        self.search = QLineEdit()
        self.search.setPlaceholderText(tr("Search in the list, accents optional"))
        self.search.setAccessibleName(tr("Search in the list, accents optional"))
        self.search.addAction(icon("magnifying-glass", "text_soft"), QLineEdit.ActionPosition.LeadingPosition)
        self.search.textChanged.connect(self._filter)
        self.tree = QTreeWidget()
        self.tree.setHeaderHidden(True)
        self.tree.setUniformRowHeights(True)
        self.tree.setAccessibleName(str(codes.title))
        column.addWidget(self.search)
        column.addWidget(self.tree)
        self.path = label("", "small", wrap=True)
        column.addWidget(self.path)
        if about := self._about():
            column.addWidget(label(about, "small", wrap=True))
        self._items: dict[str, list[QTreeWidgetItem]] = {}  # a code used last stands twice
        self._fill(set(chosen), recent)
        self.tree.itemChanged.connect(self._changed)
        self.tree.currentItemChanged.connect(lambda item, _old: self._show_path(item))
        for part in (self.search, self.tree):
            part.installEventFilter(self)
        self.resize(480, 440)

    def _about(self) -> str:
        """Where the list comes from, and whether it is still the law."""
        parts = [self._codes.source] if self._codes.source else []
        if self._codes.unverified:
            parts.append(tr("not checked against the official text"))
        end = self._codes.valid_to
        if end is not None and end < self._today:
            parts.append(tr("in force until {day}", day=end.strftime("%d/%m/%Y")))
        return " · ".join(parts)

    def open_below(self, widget: QWidget) -> None:
        """Show the panel below ``widget``, inside the screen."""
        place = widget.mapToGlobal(QPoint(0, widget.height() + 4))
        room = widget.screen().availableGeometry()
        place.setX(max(room.left(), min(place.x(), room.right() - self.width())))
        place.setY(max(room.top(), min(place.y(), room.bottom() - self.height())))
        self.move(place)
        self.show()
        self.search.setFocus()

    # -- filling -----------------------------------------------------------------------------

    def _fill(self, chosen: set[str], recent: Sequence[str]) -> None:
        known = [code for one in recent if (code := self._codes.get(one)) is not None]
        many = len(self._codes.codes) > _FEW
        if known and many:
            group = QTreeWidgetItem([tr("Used lately")])
            group.setFlags(Qt.ItemFlag.ItemIsEnabled)
            group.setForeground(0, QColor(theme.tokens().text_soft))
            self.tree.addTopLevelItem(group)
            for code in known:
                self._put(code, group, chosen)
            group.setExpanded(True)
        for code, parent in _walk(self._codes):
            if not _begun(code, self._today):
                continue
            above = self._items[parent][-1] if parent in self._items else None
            self._put(code, above, chosen)
        for name in chosen & self._items.keys():
            _unfold(self._items[name][-1])
        if not many:
            self.tree.expandAll()

    def _put(self, code: Code, above: QTreeWidgetItem | None, chosen: set[str]) -> None:
        text = f"{code.code}  {code.text}" if self._official else str(code.text)
        ended = code.valid_to is not None and code.valid_to < self._today
        if ended and code.valid_to is not None:
            text += f"  ({tr('ended {day}', day=code.valid_to.strftime('%d/%m/%Y'))})"
        item = QTreeWidgetItem([text])
        item.setData(0, _CODE, code.code)
        item.setFlags(item.flags() | Qt.ItemFlag.ItemIsUserCheckable)
        item.setCheckState(0, Qt.CheckState.Checked if code.code in chosen else Qt.CheckState.Unchecked)
        item.setToolTip(0, self._path_of(code.code))
        if ended:
            item.setForeground(0, QColor(theme.tokens().text_soft))
        if above is None:
            self.tree.addTopLevelItem(item)
        else:
            above.addChild(item)
        self._items.setdefault(code.code, []).append(item)

    @property
    def _official(self) -> bool:
        return any(code[:1].isdigit() for code in self._codes.codes)

    def _path_of(self, code: str) -> str:
        entry = self._codes.get(code)
        if entry is None:
            return ""
        parts = [*reversed([str(above.text) for above in self._codes.ancestors(code)]), str(entry.text)]
        note = entry.extra.get("note", "")
        return " › ".join(parts) + (f" ({note})" if note else "")

    def _show_path(self, item: QTreeWidgetItem | None) -> None:
        self.path.setText(self._path_of(item.data(0, _CODE) or "") if item is not None else "")

    # -- finding and ticking -----------------------------------------------------------------

    def _filter(self, text: str) -> None:
        found = [code.code for code in self._codes.search(text)]
        shown = set(found)
        for code in found:
            shown.update(above.code for above in self._codes.ancestors(code))
        for code, items in self._items.items():
            for item in items:
                item.setHidden(code not in shown)
            if text and code in shown:
                _unfold(items[-1])
        group = self.tree.topLevelItem(0)
        if group is not None and group.data(0, _CODE) is None:
            group.setHidden(bool(text.strip()))
        best = next((self._items[code][-1] for code in found if code in self._items), None)
        if text.strip() and best is not None:
            self.tree.setCurrentItem(best)
            self.tree.scrollToItem(best)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Down goes into the tree, Enter ticks what is marked, letters go on searching."""
        if not isinstance(event, QKeyEvent) or event.type() != QEvent.Type.KeyPress:
            return False
        key = event.key()
        if key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._tick_current()
            return True
        if watched is self.search and key in (Qt.Key.Key_Down, Qt.Key.Key_Up):
            self.tree.setFocus()
            first = self.tree.topLevelItem(0)
            if self.tree.selectionModel().currentIndex().row() < 0 and first is not None:
                self.tree.setCurrentItem(first)
            return True
        if watched is self.tree and (text := event.text()).strip() and text.isprintable():
            self.search.setFocus()
            self.search.insert(text)
            return True
        return False

    def _tick_current(self) -> None:
        item = self.tree.currentItem()
        if item is not None and item.data(0, _CODE) and not item.isHidden():
            on = item.checkState(0) == Qt.CheckState.Checked
            item.setCheckState(0, Qt.CheckState.Unchecked if on else Qt.CheckState.Checked)

    def _changed(self, item: QTreeWidgetItem) -> None:
        code, state = item.data(0, _CODE), item.checkState(0)
        self.tree.blockSignals(True)
        for twin in self._items[code]:
            twin.setCheckState(0, state)
        self.tree.blockSignals(False)
        self.ticked.emit(code, state == Qt.CheckState.Checked)


def _walk(codes: CodeList, parent: str = "") -> Iterable[tuple[Code, str]]:
    for code in codes.children(parent):
        yield code, parent
        yield from _walk(codes, code.code)


def _begun(code: Code, today: date) -> bool:
    return code.valid_from is None or code.valid_from <= today


def _unfold(item: QTreeWidgetItem) -> None:
    above = item.parent()
    while above is not None:
        above.setExpanded(True)
        above = above.parent()

"""A tree of codes to browse, search and tick."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtWidgets import QFrame, QLineEdit, QTreeWidget, QTreeWidgetItem, QVBoxLayout, QWidget

from stdesk.domain.codes import CodeList
from stdesk.i18n import tr
from stdesk.ui import theme
from stdesk.ui.forms.choice_editor import listed
from stdesk.ui.forms.editor import Setting
from stdesk.ui.icons import icon
from stdesk.ui.widgets.labels import label

_CODE = Qt.ItemDataRole.UserRole


class CodePicker(QFrame):
    """A panel below a button. Space ticks, Esc closes.

    Signals:
        ticked: code and whether it is chosen now.
    """

    ticked = Signal(str, bool)

    def __init__(
        self, codes: CodeList, chosen: Iterable[str], setting: Setting, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent, Qt.WindowType.Popup)
        self.setProperty("place", "popup")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setAccessibleName(str(codes.title))
        self._codes = codes
        t = theme.tokens()
        column = QVBoxLayout(self)
        column.setContentsMargins(t.s, t.s, t.s, t.s)
        column.setSpacing(t.s)
        self.search = QLineEdit()
        self.search.setPlaceholderText(tr("Search in the list, accents optional"))
        self.search.setAccessibleName(tr("Search in the list, accents optional"))
        self.search.addAction(icon("magnifying-glass", "text_soft"), QLineEdit.ActionPosition.LeadingPosition)
        self.search.textChanged.connect(self._filter)
        self.search.returnPressed.connect(self._tick_only)
        self.tree = QTreeWidget()
        self.tree.setHeaderHidden(True)
        self.tree.setUniformRowHeights(True)
        self.tree.setAccessibleName(str(codes.title))
        column.addWidget(self.search)
        column.addWidget(self.tree)
        source = codes.source
        if source and codes.unverified:
            source += f" · {tr('not checked against the official text')}"
        if source:
            column.addWidget(label(source, "small", wrap=True))
        self._items: dict[str, QTreeWidgetItem] = {}
        self._fill(set(chosen), setting)
        self.tree.itemChanged.connect(self._changed)
        self.resize(440, 420)

    def open_below(self, widget: QWidget) -> None:
        """Show the panel below ``widget``, inside the screen."""
        place = widget.mapToGlobal(QPoint(0, widget.height() + 4))
        room = widget.screen().availableGeometry()
        place.setX(max(room.left(), min(place.x(), room.right() - self.width())))
        place.setY(max(room.top(), min(place.y(), room.bottom() - self.height())))
        self.move(place)
        self.show()
        self.search.setFocus()

    def _fill(self, chosen: set[str], setting: Setting) -> None:
        codes = [code for code, _depth in listed(self._codes, setting)]
        official = any(code.code[:1].isdigit() for code in codes)
        for code in codes:
            parent = self._items.get(code.parent)
            item = QTreeWidgetItem([f"{code.code}  {code.text}" if official else str(code.text)])
            item.setData(0, _CODE, code.code)
            item.setFlags(item.flags() | Qt.ItemFlag.ItemIsUserCheckable)
            item.setCheckState(0, Qt.CheckState.Checked if code.code in chosen else Qt.CheckState.Unchecked)
            if parent is None:
                self.tree.addTopLevelItem(item)
            else:
                parent.addChild(item)
            self._items[code.code] = item
        for name in chosen & self._items.keys():
            self._unfold(self._items[name])
        if len(self._items) <= 40:
            self.tree.expandAll()

    @staticmethod
    def _unfold(item: QTreeWidgetItem) -> None:
        above = item.parent()
        while above is not None:
            above.setExpanded(True)
            above = above.parent()

    def _filter(self, text: str) -> None:
        found = {code.code for code in self._codes.search(text)}
        shown = set(found)
        for code in found:
            shown.update(above.code for above in self._codes.ancestors(code))
        for code, item in self._items.items():
            item.setHidden(code not in shown)
            if text and code in found:
                self._unfold(item)

    def _tick_only(self) -> None:
        """Enter ticks the first entry found."""
        found = self._codes.search(self.search.text())
        if self.search.text().strip() and found and found[0].code in self._items:
            item = self._items[found[0].code]
            on = item.checkState(0) == Qt.CheckState.Checked
            item.setCheckState(0, Qt.CheckState.Unchecked if on else Qt.CheckState.Checked)

    def _changed(self, item: QTreeWidgetItem) -> None:
        self.ticked.emit(item.data(0, _CODE), item.checkState(0) == Qt.CheckState.Checked)

"""Moving chips with the mouse; the keyboard has Ctrl+Left and Ctrl+Right."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QPoint, Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QApplication, QFrame

from stdesk.ui import theme
from stdesk.ui.widgets.chips import Chip, ChipRow


class ChipDragging(QObject):
    """Lets the chips of ``row`` be dragged; the row says ``moved`` as for the keys.

    A line shows where the chip would stand; dropped elsewhere nothing happens.
    """

    def __init__(self, row: ChipRow) -> None:
        super().__init__(row)
        self._row = row
        self._from: QPoint | None = None
        self._held = ""
        self._line = QFrame(row)
        self._line.setStyleSheet(f"background: {theme.tokens().accent}; border-radius: 1px;")
        self._line.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self._line.hide()

    def watch(self) -> None:
        """Watch the chips the row has now; to be called after each ``set_chips``."""
        for key in self._row.keys:
            chip = self._row.chip(key)
            if chip is not None:
                chip.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Follow the mouse from press to release."""
        if not isinstance(event, QMouseEvent) or not isinstance(watched, Chip):
            return False
        kind = event.type()
        if kind == QEvent.Type.MouseButtonPress and event.button() == Qt.MouseButton.LeftButton:
            self._from = event.globalPosition().toPoint()
            self._held = ""
        elif kind == QEvent.Type.MouseMove and self._from is not None:
            return self._drag(watched, event)
        elif kind == QEvent.Type.MouseButtonRelease:
            return self._drop(watched, event)
        return False

    def _drag(self, chip: Chip, event: QMouseEvent) -> bool:
        if self._from is None:
            return False
        gone = (event.globalPosition().toPoint() - self._from).manhattanLength()
        if not self._held and gone < QApplication.startDragDistance():
            return False
        if not self._held:
            self._held = next((key for key in self._row.keys if self._row.chip(key) is chip), "")
            chip.setCursor(Qt.CursorShape.ClosedHandCursor)
        where = self._place(event)
        self._line.setVisible(where is not None)
        if where is not None:
            self._show_line(where)
        return True

    def _drop(self, chip: Chip, event: QMouseEvent) -> bool:
        held, self._held, self._from = self._held, "", None
        self._line.hide()
        if not held:
            return False
        chip.unsetCursor()
        chip.setDown(False)  # it was dragged, not pressed
        where = self._place(event)
        at = self._row.keys.index(held) if held in self._row.keys else -1
        if where is not None and at >= 0:
            by = where - at - (1 if where > at else 0)
            if by:
                self._row.moved.emit(held, by)
        return True

    def _place(self, event: QMouseEvent) -> int | None:
        """Before which chip the mouse is; as many as there are = after the last."""
        at = self._row.mapFromGlobal(event.globalPosition().toPoint())
        if not self._row.rect().adjusted(-40, -40, 40, 40).contains(at):
            return None
        for place, key in enumerate(self._row.keys):
            chip = self._row.chip(key)
            if chip is None:
                continue
            box = chip.geometry()
            same_line = box.top() - 4 <= at.y() <= box.bottom() + 4
            if same_line and at.x() < box.center().x():
                return place
            if at.y() < box.top() - 4:
                return place
        return len(self._row.keys)

    def _show_line(self, place: int) -> None:
        keys = self._row.keys
        chip = self._row.chip(keys[min(place, len(keys) - 1)])
        if chip is not None:
            box = chip.geometry()
            x = box.left() - 4 if place < len(keys) else box.right() + 2
            self._line.setGeometry(max(0, x), box.top(), 3, box.height())
            self._line.raise_()

"""What is as high as what it holds where there is room, and scrolls where there is not."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QSize, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QScrollArea, QSizePolicy, QVBoxLayout, QWidget

_LEAST = 96  # pixels that are always seen


class _Inner(QWidget):
    """As high as its texts are at the width there is, not at the narrowest they could have."""

    def __init__(self, view: QWidget) -> None:
        super().__init__()
        self.setProperty("place", "clear")
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(view)
        column.addStretch(1)

    def minimumSizeHint(self) -> QSize:
        """Nothing: the height follows from the width."""
        return QSize(0, 0)


class FittingArea(QScrollArea):
    """Leaves the room below it to what must stay in sight; never scrolls sideways."""

    def __init__(self, view: QWidget, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)
        self._inner = _Inner(view)
        self.setWidget(self._inner)
        self._inner.installEventFilter(self)

    def sizeHint(self) -> QSize:
        """As high as its contents at the width there is."""
        inner = self._inner
        wide = self.viewport().width()
        high = inner.heightForWidth(wide) if inner.hasHeightForWidth() and wide > 0 else -1
        hint = inner.sizeHint()
        return QSize(hint.width(), high if high >= 0 else hint.height())

    def minimumSizeHint(self) -> QSize:
        """A few lines."""
        return QSize(120, _LEAST)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """What it holds wants another height: so does it."""
        if event.type() == QEvent.Type.LayoutRequest:
            self.updateGeometry()
        return super().eventFilter(watched, event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Another width makes texts higher or lower."""
        super().resizeEvent(event)
        if event.oldSize().width() != event.size().width():
            self.updateGeometry()

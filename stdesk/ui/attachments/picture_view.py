"""A picture on the screen: fitted, larger, smaller, turned."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QColor, QImage, QImageReader, QKeyEvent, QPixmap, QResizeEvent, QWheelEvent
from PySide6.QtWidgets import QGraphicsScene, QGraphicsView, QWidget

from stdesk.errors import UserError
from stdesk.i18n import count, tr
from stdesk.progress import Progress
from stdesk.ui import theme

MOST_POINTS = 100_000_000  # a scan of A3 at 600 dpi has 70 million
_LARGEST = 5_000  # points along a side that are kept
_STEP = 1.25


def read_picture(path: Path, name: str, progress: Progress) -> QImage:
    """The picture at ``path``, turned as its camera says; very large ones come smaller.

    Raises:
        UserError: ``picture_too_big`` (not decoded at all), ``picture_unreadable``.
    """
    progress.check()
    reader = QImageReader(str(path))
    reader.setDecideFormatFromContent(True)
    reader.setAutoTransform(True)
    size = reader.size()
    if not size.isValid():
        raise UserError("picture_unreadable", name=name)
    if size.width() * size.height() > MOST_POINTS:
        raise UserError("picture_too_big", width=size.width(), height=size.height())
    if max(size.width(), size.height()) > _LARGEST:
        reader.setScaledSize(size.scaled(QSize(_LARGEST, _LARGEST), Qt.AspectRatioMode.KeepAspectRatio))
    picture = reader.read()
    if picture.isNull():
        raise UserError("picture_unreadable", name=name)
    return picture


class PictureView(QGraphicsView):
    """Fits the window; Ctrl+plus, minus and 0 zoom, R turns, the arrows move."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._scene = QGraphicsScene(self)
        self.setScene(self._scene)
        self.setBackgroundBrush(QColor(theme.tokens().grey_soft))
        self.setDragMode(QGraphicsView.DragMode.ScrollHandDrag)
        self.setTransformationAnchor(QGraphicsView.ViewportAnchor.AnchorUnderMouse)
        self.setAccessibleName(tr("Picture"))
        self.turned = 0
        self._fitted = True

    def show_picture(self, picture: QImage) -> None:
        """Show ``picture``, fitted."""
        self._scene.clear()
        item = self._scene.addPixmap(QPixmap.fromImage(picture))
        item.setTransformationMode(Qt.TransformationMode.SmoothTransformation)
        self._scene.setSceneRect(item.boundingRect())
        self.setAccessibleName(
            tr("Picture, {width} × {height}", width=count(picture.width()), height=count(picture.height()))
        )
        self.resetTransform()
        self.turned = 0
        self.zoom(0)

    def clear(self) -> None:
        """Show nothing and keep nothing."""
        self._scene.clear()

    def zoom(self, steps: int) -> None:
        """Larger or smaller by so many steps; 0 fits the picture."""
        self._fitted = not steps
        if steps:
            factor = _STEP**steps
            now = abs(self.transform().m11()) + abs(self.transform().m12())
            if 0.02 < now * factor < 20:
                self.scale(factor, factor)
            return
        self.resetTransform()
        self.rotate(self.turned)
        room, size = self.viewport().size(), self.sceneRect().size()
        wide, high = (size.height(), size.width()) if self.turned % 180 else (size.width(), size.height())
        if wide and high:
            fit = min(1.0, (room.width() - 8) / wide, (room.height() - 8) / high)
            self.scale(max(fit, 0.01), max(fit, 0.01))

    def turn(self, degrees: int = 90) -> None:
        """Turn it; the file stays as it is."""
        self.turned = (self.turned + degrees) % 360
        self.zoom(0)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """A fitted picture stays fitted."""
        super().resizeEvent(event)
        if self._fitted:
            self.zoom(0)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Zoom and turn from the keyboard."""
        control = event.modifiers() & Qt.KeyboardModifier.ControlModifier
        zooms = {Qt.Key.Key_Plus: 1, Qt.Key.Key_Equal: 1, Qt.Key.Key_Minus: -1, Qt.Key.Key_0: 0}
        key = Qt.Key(event.key())
        if control and key in zooms:
            self.zoom(zooms[key])
        elif key == Qt.Key.Key_R:
            self.turn()
        else:
            super().keyPressEvent(event)

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Ctrl and the wheel zoom."""
        if event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self.zoom(1 if event.angleDelta().y() > 0 else -1)
        else:
            super().wheelEvent(event)

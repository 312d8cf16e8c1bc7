"""A picture on the screen: fitted, larger, smaller, turned. Another process has decoded it."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QImage, QKeyEvent, QPixmap, QResizeEvent, QWheelEvent
from PySide6.QtWidgets import QGraphicsScene, QGraphicsView, QWidget

from stdesk.i18n import count, tr
from stdesk.services.attachments import Picture
from stdesk.ui import theme

_STEP = 1.25


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

    def show_picture(self, picture: Picture) -> None:
        """Show ``picture``, fitted. It comes decoded: what Qt is given are plain rows of colours."""
        self._scene.clear()
        form = QImage.Format.Format_RGB888
        image = QImage(picture.pixels, picture.width, picture.height, picture.stride, form)
        item = self._scene.addPixmap(QPixmap.fromImage(image))
        item.setTransformationMode(Qt.TransformationMode.SmoothTransformation)
        self._scene.setSceneRect(item.boundingRect())
        self.setAccessibleName(
            tr("Picture, {width} × {height}", width=count(picture.whole[0]), height=count(picture.whole[1]))
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

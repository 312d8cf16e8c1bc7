"""The program's icon for Windows, drawn from ``resources/icons/app.svg``."""

from __future__ import annotations

import os
import struct
from pathlib import Path

from installers.tree import HERE

ICON = HERE.parent / "resources" / "icons" / "app.svg"
_SIZES = (16, 24, 32, 48, 64, 256)


def write_icon(target: Path) -> None:
    """Write an ICO file whose images are PNG (read by Windows since Vista)."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    images = [_png(size) for size in _SIZES]
    offset = 6 + 16 * len(images)
    header, body = struct.pack("<HHH", 0, 1, len(images)), b""
    for size, image in zip(_SIZES, images, strict=True):
        side = size % 256  # 256 is written as 0
        header += struct.pack("<BBBBHHII", side, side, 0, 0, 1, 32, len(image), offset + len(body))
        body += image
    target.write_bytes(header + body)


def _png(size: int) -> bytes:
    from PySide6.QtCore import QBuffer, QIODevice, Qt
    from PySide6.QtGui import QImage, QPainter
    from PySide6.QtSvg import QSvgRenderer

    picture = QImage(size, size, QImage.Format.Format_ARGB32)
    picture.fill(Qt.GlobalColor.transparent)
    painter = QPainter(picture)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    QSvgRenderer(str(ICON)).render(painter)
    painter.end()
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    picture.save(buffer, "PNG")  # type: ignore[call-overload]  # the stub wants bytes, Qt text
    return bytes(buffer.data().data())

"""Printing a PDF through the system: its pages drawn at the printer's own resolution, off the GUI thread."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from PySide6.QtCore import QRectF, QSizeF
from PySide6.QtGui import QImage, QPageLayout, QPageSize, QPainter
from PySide6.QtPrintSupport import QPrintDialog, QPrinter
from PySide6.QtWidgets import QWidget

from stdesk.errors import Exit, UserError
from stdesk.i18n import count, tr
from stdesk.progress import Cancelled, Progress
from stdesk.ui.reporting.pdf_pages import Drawing, page_sizes

_POINTS = 72.0
_MOST_DPI, _MOST_DPI_FILE = 600, 300
_GLANCE = 120  # pixels: enough to see whether a page has colour
_NEAR = 6.0  # points: A4 is A4 in millimetres and in points


def _ask(parent: QWidget, name: str, pages: int) -> QPrinter | None:
    printer = QPrinter(QPrinter.PrinterMode.HighResolution)
    printer.setDocName(name)
    printer.setPageSize(QPageSize(QPageSize.PageSizeId.A4))
    printer.setFullPage(True)
    dialog = QPrintDialog(printer, parent)
    dialog.setMinMax(1, pages)
    dialog.setOption(QPrintDialog.PrintDialogOption.PrintPageRange)
    accepted = dialog.exec() == QPrintDialog.DialogCode.Accepted
    return printer if accepted else None


@dataclass
class Ask:
    """How the printer is asked for; ``None`` means the person changed their mind."""

    printer: Callable[[QWidget, str, int], QPrinter | None] = field(default=_ask)


ask = Ask()


def chosen_pages(printer: QPrinter, pages: int) -> range:
    """The pages to print, from 0, as the person chose them."""
    first, last = printer.fromPage(), printer.toPage()
    if first <= 0:
        return range(pages)
    return range(min(first, pages) - 1, min(max(last, first), pages))


def print_pdf(pdf: bytes, printer: QPrinter, progress: Progress) -> int:
    """Print ``pdf`` on ``printer`` and say how many pages went.

    Raises:
        UserError: ``print_no_printer``, ``print_failed``.
    """
    name = printer.outputFileName() or printer.printerName() or tr("the printer")
    if not printer.isValid() and not printer.outputFileName():
        raise UserError("print_no_printer", Exit.ENVIRONMENT, printer=name)
    sizes = page_sizes(pdf)
    wanted = chosen_pages(printer, len(sizes))
    progress.start(len(wanted), tr("Printing"))
    printer.setFullPage(True)
    painter = QPainter()
    try:
        for n, page in enumerate(wanted):
            progress.note = tr("Printing page {n} of {all}", n=count(n + 1), all=count(len(wanted)))
            _turn(printer, sizes[page])
            if not (painter.begin(printer) if n == 0 else printer.newPage()):
                raise UserError("print_failed", Exit.ENVIRONMENT, printer=name, page=page + 1)
            _paint(painter, printer, pdf, page, sizes[page], progress)
            progress.step()
    except (Cancelled, UserError):
        printer.abort()
        _end(painter)
        if printer.outputFileName():  # half a report is none
            with suppress(OSError):
                Path(printer.outputFileName()).unlink()
        raise
    if not _end(painter) or printer.printerState() == QPrinter.PrinterState.Error:
        raise UserError("print_failed", Exit.ENVIRONMENT, printer=name, page=len(wanted))
    return len(wanted)


def _end(painter: QPainter) -> bool:
    return painter.end() if painter.isActive() else True


def _turn(printer: QPrinter, size: tuple[float, float]) -> None:
    """Upright or across, as the page is; paper that is not the person's own choice is made the page's."""
    across = size[0] > size[1]
    way = QPageLayout.Orientation
    printer.setPageOrientation(way.Landscape if across else way.Portrait)


def _paint(
    painter: QPainter,
    printer: QPrinter,
    pdf: bytes,
    page: int,
    size: tuple[float, float],
    progress: Progress,
) -> None:
    dpi = min(printer.resolution(), _MOST_DPI_FILE if printer.outputFileName() else _MOST_DPI)
    picture = _drawn(pdf, page, int(size[0] / _POINTS * dpi), progress)
    painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
    painter.setRenderHint(QPainter.RenderHint.LosslessImageRendering)
    painter.drawImage(_room(printer, size), picture)


def _room(printer: QPrinter, size: tuple[float, float]) -> QRectF:
    """Where the page goes on the paper, in dots: at its own size, made smaller only on smaller paper."""
    paper = printer.pageLayout().fullRectPoints()
    dots = printer.resolution() / _POINTS
    wide, high = size
    scale = min(1.0, (paper.width() + _NEAR) / wide, (paper.height() + _NEAR) / high)
    room = QSizeF(wide * scale, high * scale)
    left, top = (paper.width() - room.width()) / 2, (paper.height() - room.height()) / 2
    if abs(left) < _NEAR and abs(top) < _NEAR:
        left = top = 0.0
    return QRectF(max(0.0, left) * dots, max(0.0, top) * dots, room.width() * dots, room.height() * dots)


def _drawn(pdf: bytes, page: int, width: int, progress: Progress) -> QImage:
    """The page as a picture: grey when nothing on it has a colour, which is a third of the bytes."""
    glance = Drawing(pdf, page, _GLANCE).image(progress)
    small = QImage(glance.pixels, glance.width, glance.height, glance.stride, QImage.Format.Format_RGB888)
    grey = small.allGray()
    made = Drawing(pdf, page, width, grey=grey).image(progress)
    form = QImage.Format.Format_Grayscale8 if grey else QImage.Format.Format_RGB888
    return QImage(made.pixels, made.width, made.height, made.stride, form).copy()

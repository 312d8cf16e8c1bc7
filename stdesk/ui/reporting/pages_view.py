"""A PDF on the screen: pages under one another, drawn off the GUI thread when they come into sight."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from functools import partial

from PySide6.QtCore import QRect, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QColor, QImage, QKeyEvent, QPainter, QPaintEvent, QPixmap, QResizeEvent, QWheelEvent
from PySide6.QtWidgets import QAbstractScrollArea, QWidget

from stdesk.i18n import count, tr
from stdesk.ui import theme
from stdesk.ui.reporting.pdf_pages import PageImage, draw_page
from stdesk.ui.tasks import Task, TaskRunner, Work

_GAP = 12
_KEPT = 10  # drawn pages kept
_SETTLE_MS = 120  # a window being resized is not drawn for every pixel
_NARROWEST = 240
_LARGEST = 1.75  # pixels a point when the width is fitted: larger only makes one scroll more
_ZOOMS = (0.5, 0.67, 0.8, 1.0, 1.25, 1.5, 2.0)


class PagesView(QAbstractScrollArea):
    """Fits the width; Page Up and Page Down turn pages, Ctrl+plus, minus and 0 zoom.

    Signals:
        page_changed: number of the page in sight (from 1) and how many there are.
    """

    page_changed = Signal(int, int)

    def __init__(self, runner: TaskRunner, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._runner = runner
        self._pdf = b""
        self._sizes: list[tuple[float, float]] = []
        self._zoom = 1.0
        self._drawn: dict[int, QPixmap] = {}
        self._outdated: set[int] = set()  # drawn, of a document that has changed since
        self._under_way: dict[int, Task] = {}
        self._tops: list[int] = []
        self.page = 0
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAsNeeded)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOn)
        self.verticalScrollBar().valueChanged.connect(self._scrolled)
        self.horizontalScrollBar().valueChanged.connect(lambda _at: self.viewport().update())
        self._settle = QTimer(self, interval=_SETTLE_MS, singleShot=True)
        self._settle.timeout.connect(self._draw_anew)

    @property
    def pages(self) -> int:
        """How many pages."""
        return len(self._sizes)

    def show_pdf(self, pdf: bytes, sizes: list[tuple[float, float]]) -> None:
        """Show a document; ``sizes`` are its pages in points."""
        self._pdf, self._sizes = pdf, sizes
        self._forget()
        self.page = 0
        self._lay_out()
        self.verticalScrollBar().setValue(0)
        self._scrolled()

    def extend(self, pdf: bytes, sizes: list[tuple[float, float]]) -> None:
        """Show the same document with more pages: what is seen stays, and is drawn anew beneath."""
        place = self.verticalScrollBar().value()
        for task in self._under_way.values():
            task.finished.disconnect(self._take)
            task.cancel()
        self._under_way.clear()
        self._pdf, self._sizes = pdf, sizes
        self._outdated = set(self._drawn)
        self.page = 0  # how many there are has changed: told anew
        self._lay_out()
        self.verticalScrollBar().setValue(place)
        self._scrolled()

    def clear(self) -> None:
        """Show nothing."""
        self.show_pdf(b"", [])

    # -- moving ------------------------------------------------------------------------------

    def go(self, page: int) -> None:
        """Bring page ``page`` (from 1) to the top."""
        if 1 <= page <= self.pages:
            self.verticalScrollBar().setValue(self._tops[page - 1] - _GAP)

    def zoom(self, steps: int) -> None:
        """Larger or smaller by so many steps; 0 fits the width."""
        if steps:
            at = min(range(len(_ZOOMS)), key=lambda one: abs(_ZOOMS[one] - self._zoom))
            self._zoom = _ZOOMS[min(max(at + steps, 0), len(_ZOOMS) - 1)]
        else:
            self._zoom = 1.0
        page = self.page
        self._lay_out()
        self.go(page)
        self._draw_anew()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Page keys turn pages, Ctrl+plus, minus and 0 zoom, the rest scrolls."""
        control = event.modifiers() & Qt.KeyboardModifier.ControlModifier
        turns = {Qt.Key.Key_PageDown: self.page + 1, Qt.Key.Key_PageUp: self.page - 1}
        turns |= {Qt.Key.Key_Home: 1, Qt.Key.Key_End: self.pages}
        zooms = {Qt.Key.Key_Plus: 1, Qt.Key.Key_Equal: 1, Qt.Key.Key_Minus: -1, Qt.Key.Key_0: 0}
        key = Qt.Key(event.key())
        if key in turns:
            self.go(min(max(turns[key], 1), max(self.pages, 1)))
        elif control and key in zooms:
            self.zoom(zooms[key])
        else:
            super().keyPressEvent(event)

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Ctrl and the wheel zoom."""
        if event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self.zoom(1 if event.angleDelta().y() > 0 else -1)
        else:
            super().wheelEvent(event)

    # -- laying out --------------------------------------------------------------------------

    def sizeHint(self) -> QSize:
        """Room for a page."""
        return QSize(620, 700)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Lay out at once, draw when the size has settled."""
        super().resizeEvent(event)
        page = self.page
        self._lay_out()
        if page > 1:
            self.go(page)
        self._settle.start()

    def _width(self, page: int) -> int:
        room = max(_NARROWEST, self.viewport().width() - 2 * _GAP)
        return max(1, int(min(room, self._sizes[page][0] * _LARGEST) * self._zoom))

    def _rect(self, page: int) -> QRect:
        width = self._width(page)
        height = int(width * self._sizes[page][1] / self._sizes[page][0])
        room = self.viewport().width()
        left = (room - width) // 2 if width + 2 * _GAP <= room else _GAP - self.horizontalScrollBar().value()
        return QRect(left, self._tops[page] - self.verticalScrollBar().value(), width, height)

    def _lay_out(self) -> None:
        self._tops, top, widest = [], _GAP, 0
        for page, (width, height) in enumerate(self._sizes):
            self._tops.append(top)
            shown = self._width(page)
            widest = max(widest, shown)
            top += int(shown * height / width) + _GAP
        view = self.viewport().size()
        vertical, horizontal = self.verticalScrollBar(), self.horizontalScrollBar()
        vertical.setRange(0, max(0, top - view.height()))
        vertical.setPageStep(view.height())
        vertical.setSingleStep(48)
        horizontal.setRange(0, max(0, widest + 2 * _GAP - view.width()))
        horizontal.setPageStep(view.width())
        self.viewport().update()

    def _in_sight(self) -> list[int]:
        at = self.verticalScrollBar().value()
        first = max(bisect_right(self._tops, at) - 1, 0)  # of hundreds of pages only those near are looked at
        last = bisect_left(self._tops, at + self.viewport().height())
        view = self.viewport().rect()
        return [page for page in range(first, min(last, self.pages)) if self._rect(page).intersects(view)]

    def _scrolled(self) -> None:
        middle = self.verticalScrollBar().value() + self.viewport().height() // 3
        page = max(bisect_right(self._tops, middle), min(1, self.pages))
        if page != self.page:
            self.page = page
            self.setAccessibleName(tr("Page {n} of {all}", n=count(page), all=count(self.pages)))
            self.page_changed.emit(page, self.pages)
        self._draw_in_sight()
        self.viewport().update()

    # -- drawing -----------------------------------------------------------------------------

    def drawing(self, page: int, width: int) -> Work:
        """The work that draws ``page`` (from 0) so many pixels wide; another source of pages says otherwise."""
        return partial(draw_page, self._pdf, page, width)

    def _forget(self) -> None:
        for task in self._under_way.values():
            task.finished.disconnect(self._take)
            task.cancel()
        self._under_way.clear()
        self._drawn.clear()
        self._outdated.clear()

    def _draw_anew(self) -> None:
        """The size changed: the old pictures stay, stretched, until the new ones are there."""
        for task in self._under_way.values():
            task.finished.disconnect(self._take)
            task.cancel()
        self._under_way.clear()
        self._draw_in_sight()

    def _draw_in_sight(self) -> None:
        seen = self._in_sight()
        near = [page for page in (seen[0] - 1, seen[-1] + 1) if 0 <= page < self.pages] if seen else []
        for page in (*seen, *near):
            wanted = int(self._width(page) * self.devicePixelRatioF())
            picture = self._drawn.get(page)
            right = picture is not None and abs(picture.width() - wanted) <= 1
            if page in self._under_way or (right and page not in self._outdated):
                continue
            task = self._runner.run(self, self.drawing(page, wanted), beside=True)
            task.finished.connect(self._take)
            task.ended.connect(partial(self._ended, page, task))
            self._under_way[page] = task
        for page in sorted(self._drawn, key=lambda one: abs(one + 1 - self.page))[_KEPT:]:
            del self._drawn[page]

    def _ended(self, page: int, task: Task) -> None:
        if self._under_way.get(page) is task:
            del self._under_way[page]

    def _take(self, made: PageImage) -> None:
        picture = QImage(made.pixels, made.width, made.height, made.stride, QImage.Format.Format_RGB888)
        self._drawn[made.page] = QPixmap.fromImage(picture)
        self._outdated.discard(made.page)
        self.viewport().update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Pages in sight, white until drawn."""
        del event
        t = theme.tokens()
        painter = QPainter(self.viewport())
        painter.fillRect(self.viewport().rect(), QColor(t.grey_soft))
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        for page in self._in_sight():
            rect = self._rect(page)
            picture = self._drawn.get(page)
            if picture is None:
                painter.fillRect(rect, Qt.GlobalColor.white)
            else:
                painter.drawPixmap(rect, picture)
            painter.setPen(QColor(t.line_strong))
            painter.drawRect(rect.adjusted(0, 0, -1, -1))
        painter.end()

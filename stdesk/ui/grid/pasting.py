"""Putting many cells into a grid: filling, emptying, pasting, with or without asking where columns go."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any

from PySide6.QtCore import QTimer
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QStackedWidget, QWidget

from stdesk.i18n import ntr, tr
from stdesk.progress import Progress
from stdesk.services.grid import STATE, Grid, Pasted, Placed, Read, Spot
from stdesk.ui.grid.foot import GridFoot
from stdesk.ui.grid.model import GridModel
from stdesk.ui.grid.paste_panel import PastePanel
from stdesk.ui.grid.view import GridView
from stdesk.ui.page import Page
from stdesk.ui.session import Session, Tone
from stdesk.ui.widgets.progress_strip import ProgressStrip

_AT_ONCE = 300  # cells read on the spot; more are read off the GUI thread
_CHUNK = 1_000  # cells put in between two turns of the event loop
_SMALL_PASTE = 20_000  # characters
_NONSENSE = 0.3  # share of cells not understood from which a paste asks where its columns go


class PastingPage(Page):
    """A page with a sheet into which blocks of cells are put."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(session, parent)
        self.model: GridModel | None = None
        self.panel: PastePanel | None = None
        self.view = GridView()
        self.stack = QStackedWidget()
        self.stack.addWidget(self.view)
        self.strip = ProgressStrip()
        self.foot = GridFoot()
        self._waiting: list[Placed] = []
        self._step_begun = False
        self._feed = QTimer(self, interval=0)
        self._feed.timeout.connect(self._put_some)

    def show_columns(self, names: set[str]) -> None:
        """Show these columns, those there are in their order, further ones before the state."""
        if self.model is None:
            return
        order = [
            column.name for column in self.model.columns if column.name in names and column.name != STATE
        ]
        order += [one.name for one in self.model.kind.shown if one.name in names and one.name not in order]
        at = self.view.currentIndex()
        row, column = at.row(), at.column()
        self.model.set_columns((*order, STATE))
        self.view.widths_from_model()
        self.view.go(max(row, 0), min(max(column, 0), len(order)))

    # -- putting cells in --------------------------------------------------------------------

    def put(self, placed: Sequence[Placed]) -> None:
        """Put cells in as one step: at once when few, in pieces between events when many."""
        if self.model is None:
            return
        self.flush()
        self._waiting = list(placed)
        self._step_begun = False
        self._put_some()

    def _put_some(self) -> None:
        piece, self._waiting = self._waiting[:_CHUNK], self._waiting[_CHUNK:]
        if piece and self.model is not None:
            self.model.put(piece, more=self._step_begun)
            self._step_begun = True
        if self._waiting and not self._feed.isActive():
            self._feed.start()
        elif not self._waiting:
            self._feed.stop()

    def flush(self) -> None:
        """Put in at once what still waits."""
        while self._waiting:
            self._put_some()

    def _read(self, spots: Sequence[Spot], then: Any) -> None:
        """Read cells, at once when few, and hand them to ``then``."""
        model = self.model
        if model is None or not spots:
            return
        grid, kind = model.grid, model.kind.name
        if len(spots) <= _AT_ONCE:
            then(grid.read_many(kind, spots))
            return
        task = self.session.run(
            self,
            partial(_read_many, grid, kind, list(spots)),
            partial(self._if_same, model, then),
            beside=True,
        )
        self.strip.follow(task)

    def _if_same(self, model: GridModel, then: Any, result: Any) -> None:
        if self.model is model:
            then(result)

    def clear(self, cells: Sequence[tuple[int, int]]) -> None:
        """Empty cells (row, column) as one step."""
        model = self.model
        if model is not None:
            wanted = [(r, c) for r, c in cells if model.can_edit(c) and model.columns[c].name != STATE]
            self._read([model.spot(row, column, "") for row, column in wanted], self.put)

    # -- pasting -----------------------------------------------------------------------------

    def paste(self) -> None:
        """Put what the clipboard holds into the sheet, from the current cell on."""
        model, mime = self.model, QGuiApplication.clipboard().mimeData()
        if model is None or mime is None:
            return
        text, html = mime.text(), mime.html()
        work = partial(_look, model.grid, text, html)
        if len(text) + len(html) <= _SMALL_PASTE:
            self._place(work(Progress()))
        else:
            task = self.session.run(self, work, partial(self._if_same, model, self._place), beside=True)
            self.strip.follow(task)

    def _place(self, looked: tuple[Pasted, bool]) -> None:
        pasted, header = looked
        model = self.model
        if model is None:
            return
        if not pasted.rows:
            self.session.say(tr("There is no text to paste."))
            return
        top, left, bottom, right = self.view.block()
        fits = left + pasted.columns <= len(model.columns)
        if pasted.columns > 1 and (header or not fits):
            self._open_panel(pasted, header=header)
            return
        spots = self._spots(pasted, top, left, bottom, right)
        in_an_empty_row = model.is_empty(top) and pasted.columns > 1
        self._read(spots, partial(self._put_pasted, pasted, in_an_empty_row))

    def _spots(self, pasted: Pasted, top: int, left: int, bottom: int, right: int) -> list[Spot]:
        """The cells of a paste; it fills what is chosen when that is several times as large."""
        model = self.model
        if model is None:
            return []
        high, wide = len(pasted.rows), pasted.columns
        rows, columns = bottom - top + 1, right - left + 1
        times = (rows // high, columns // wide)
        if rows % high or columns % wide or rows * columns > _CHUNK * 10 or 0 in times:
            times = (1, 1)
        return [
            model.spot(top + row, left + column, pasted.rows[row % high][column % wide])
            for row in range(high * times[0])
            for column in range(wide * times[1])
            if left + column < len(model.columns) and model.can_edit(left + column)
        ]

    def _put_pasted(self, pasted: Pasted, in_an_empty_row: bool, placed: list[Placed]) -> None:
        wrong = sum(1 for one in placed if one.read is not None and one.read.problem)
        if in_an_empty_row and wrong > _NONSENSE * len(placed):
            self._open_panel(pasted, header=False)
            return
        self.put(placed)
        if wrong:
            text = ntr("{n} pasted cell is not understood.", "{n} pasted cells are not understood.", wrong)
            self.session.say(text + " " + tr("They are marked red; Ctrl+Z takes the paste back."), Tone.WARN)

    def _open_panel(self, pasted: Pasted, *, header: bool) -> None:
        model = self.model
        if model is None:
            return
        self.close_panel()
        names = tuple(column.name for column in model.columns)
        self.panel = PastePanel(self.session, model.kind, pasted, names, header=header)
        self.panel.given_up.connect(self.close_panel)
        self.panel.accepted.connect(partial(self._take_paste, pasted))
        self.stack.addWidget(self.panel)
        self.stack.setCurrentWidget(self.panel)
        self.foot.hide()
        self.panel.focus_place().setFocus()

    def close_panel(self) -> None:
        """Back to the sheet; what was pasted is forgotten."""
        if self.panel is not None:
            self.stack.removeWidget(self.panel)
            self.panel.deleteLater()
            self.panel = None
            self.foot.show()
            self.view.setFocus()
            self.view.scrollTo(self.view.currentIndex())

    def _take_paste(self, pasted: Pasted, targets: list[str], header: bool) -> None:
        model = self.model
        if model is None:
            return
        work = partial(_read_rows, model.grid, model.kind.name, pasted, targets, header)
        task = self.session.run(self, work, partial(self._if_same, model, self._put_rows), beside=True)
        self.strip.follow(task)
        self.close_panel()

    def _put_rows(self, rows: list[dict[str, Read]]) -> None:
        """New rows below everything that is used."""
        model = self.model
        if model is None or not rows:
            return
        seen = {column.name for column in model.columns}
        self.show_columns(seen | {name for row in rows for name in row})
        first = model.first_free()
        self.put(
            [Placed(first + at, name, read) for at, row in enumerate(rows) for name, read in row.items()]
        )
        self.view.go(first, 0)
        self.session.say(ntr("{n} row put in, not saved yet", "{n} rows put in, not saved yet", len(rows)))


def _look(grid: Grid, text: str, html: str, _progress: Progress) -> tuple[Pasted, bool]:
    pasted = grid.pasted(text, html)
    return pasted, grid.has_header(pasted.rows)


def _read_many(grid: Grid, kind: str, spots: list[Spot], progress: Progress) -> list[Placed]:
    return grid.read_many(kind, spots, progress)


def _read_rows(
    grid: Grid, kind: str, pasted: Pasted, targets: list[str], header: bool, progress: Progress
) -> list[dict[str, Read]]:
    return grid.read_rows(kind, pasted, targets, header=header, progress=progress)

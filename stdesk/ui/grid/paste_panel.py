"""A pasted table before it becomes rows: which column goes where, and how its first rows are read."""

from __future__ import annotations

from functools import partial
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QCheckBox, QFrame, QGridLayout, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from stdesk.domain.kinds import Kind
from stdesk.i18n import ntr, tr
from stdesk.progress import Progress
from stdesk.services.grid import Grid, Pasted, Read
from stdesk.ui import theme
from stdesk.ui.forms.choice_editor import QuietCombo
from stdesk.ui.grid.columns import column_of
from stdesk.ui.session import Session
from stdesk.ui.tables.rows_model import Cell, RowsColumn, RowsModel
from stdesk.ui.tables.view import TableView
from stdesk.ui.widgets.buttons import icon_button
from stdesk.ui.widgets.labels import ElidedLabel, label

_SHOWN = 8  # rows understood for the look
_EXAMPLES = 3


class PastePanel(QFrame):
    """Mapping of one paste.

    Signals:
        accepted: (targets, whether the first row is a header).
        given_up: nothing is to be put in.
    """

    accepted = Signal(object, bool)
    given_up = Signal()

    def __init__(
        self, session: Session, kind: Kind, pasted: Pasted, columns: tuple[str, ...], *, header: bool
    ) -> None:
        super().__init__()
        self.setProperty("place", "card")
        self._session, self._kind, self._pasted, self._columns = session, kind, pasted, columns
        self._asked = 0
        self.combos: list[QuietCombo] = []
        self._targets = session.desk.grid.targets(kind.name)
        t = theme.tokens()
        column = QVBoxLayout(self)
        column.setContentsMargins(t.l, t.m, t.l, t.m)
        column.setSpacing(t.s)
        column.addWidget(label(tr("A pasted table"), "heading"))
        column.addWidget(
            label(
                tr("Say where each pasted column goes. Below, its first rows as they are understood."), "soft"
            )
        )
        self.header = QCheckBox(tr("The first row is a header"))
        self.header.setChecked(header)
        self.header.toggled.connect(lambda _on: self._propose())
        column.addWidget(self.header)
        self._area = QScrollArea()
        self._area.setWidgetResizable(True)
        column.addWidget(self._area, 2)
        self.preview = TableView()
        self.preview.setAccessibleName(tr("The first rows as they are understood"))
        column.addWidget(self.preview, 3)
        foot = QHBoxLayout()
        self.note = label("", "soft")
        self.cancel = icon_button("x", tr("Do not put in"))
        self.cancel.clicked.connect(self.given_up)
        self.put = icon_button("check", "", "on_accent")
        self.put.setProperty("primary", True)
        self.put.clicked.connect(self._accept)
        foot.addWidget(self.note, 1)
        foot.addWidget(self.cancel)
        foot.addWidget(self.put)
        column.addLayout(foot)
        self._build_columns()
        self._propose()

    def targets(self) -> list[str]:
        """Where each pasted column goes."""
        return [self._targets[combo.currentIndex()][0] for combo in self.combos]

    def _build_columns(self) -> None:
        t = theme.tokens()
        inside = QWidget()
        grid = QGridLayout(inside)
        grid.setContentsMargins(0, 0, t.s, 0)
        grid.setHorizontalSpacing(t.m)
        grid.setVerticalSpacing(t.xs)
        for at in range(self._pasted.columns):
            cells = [row[at] for row in self._pasted.rows[: _EXAMPLES + 1]]
            grid.addWidget(ElidedLabel(cells[0] or tr("(empty)"), "strong"), at, 0)
            combo = QuietCombo()
            combo.addItems([text for _name, text in self._targets])
            combo.setMaxVisibleItems(18)
            combo.setSizeAdjustPolicy(QuietCombo.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
            combo.setMinimumContentsLength(20)
            combo.setAccessibleName(tr("Column {header} goes to", header=cells[0] or str(at + 1)))
            combo.activated.connect(lambda _at: self._understand())
            grid.addWidget(combo, at, 1)
            grid.addWidget(ElidedLabel(" · ".join(cell for cell in cells[1:] if cell), "small"), at, 2)
            self.combos.append(combo)
        grid.setColumnStretch(0, 2)
        grid.setColumnStretch(2, 3)
        grid.setRowStretch(self._pasted.columns, 1)
        inside.setProperty("place", "surface")
        self._area.setWidget(inside)

    def _propose(self) -> None:
        self._asked += 1
        rows = len(self._pasted.rows) - self.header.isChecked()
        self.put.setText(ntr("Put in as {n} new row", "Put in as {n} new rows", rows))
        self.put.setEnabled(rows > 0)
        self.note.setText(tr("More was pasted than is taken at once.") if self._pasted.cut else "")
        desk, kind, pasted = self._session.desk, self._kind.name, self._pasted
        work = partial(
            _proposed, desk.grid, kind, pasted, self.header.isChecked(), self._columns, self._asked
        )
        # The session's task: the panel may be gone before the answer comes.
        self._session.run(self._session, work, self._show_proposal, beside=True)

    def _show_proposal(self, answer: tuple[int, list[str]]) -> None:
        asked, targets = answer
        if asked != self._asked:
            return
        names = [name for name, _text in self._targets]
        for combo, target in zip(self.combos, targets, strict=False):
            combo.setCurrentIndex(names.index(target) if target in names else 0)
        self._understand()

    def _understand(self) -> None:
        self._asked += 1
        work = partial(
            _understood,
            self._session.desk.grid,
            self._kind.name,
            self._pasted,
            self.targets(),
            self.header.isChecked(),
            self._asked,
        )
        self._session.run(self._session, work, self._show_rows, beside=True)

    def _show_rows(self, answer: tuple[int, list[dict[str, Read]]]) -> None:
        asked, rows = answer
        if asked != self._asked:
            return
        names = [one.name for one in self._kind.shown if any(one.name in row for row in rows)]
        columns = [column_of(self._kind, name) for name in names]
        self.preview.setModel(
            RowsModel(
                [RowsColumn(one.title, one.width, one.align) for one in columns],
                [[_cell(row.get(name)) for name in names] for row in rows],
                self.preview,
            )
        )

    def _accept(self) -> None:
        self.accepted.emit(self.targets(), self.header.isChecked())

    def focus_place(self) -> QWidget:
        """The button that puts it in."""
        return self.put


def _cell(read: Read | None) -> Cell:
    if read is None:
        return Cell("")
    if read.problem:
        return Cell(read.text, "x-circle", "red", f"{read.text}: {read.problem}", coloured=True)
    shown = read.understood or read.text
    return Cell(shown, tip=f"{read.text} → {shown}" if read.understood else "")


def _proposed(
    grid: Grid, kind: str, pasted: Pasted, header: bool, columns: tuple[str, ...], asked: int, _p: Any
) -> tuple[int, list[str]]:
    return asked, grid.propose(kind, pasted, header=header, columns=columns)


def _understood(
    grid: Grid, kind: str, pasted: Pasted, targets: list[str], header: bool, asked: int, progress: Progress
) -> tuple[int, list[dict[str, Read]]]:
    return asked, grid.read_rows(kind, pasted, targets, header=header, most=_SHOWN, progress=progress)

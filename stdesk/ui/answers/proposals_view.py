"""What the centre proposes: taken over or refused one by one or many at once, with the keyboard alone."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from stdesk.domain.records import Changes
from stdesk.i18n import tr
from stdesk.services.answers import OPEN, Proposed
from stdesk.ui import theme
from stdesk.ui.answers import reading, words
from stdesk.ui.session import Session
from stdesk.ui.tables.rows_model import RowsColumn, RowsModel
from stdesk.ui.tables.view import TableView
from stdesk.ui.tasks import Task
from stdesk.ui.widgets.buttons import icon_button
from stdesk.ui.widgets.labels import label


class ProposalsTable(TableView):
    """A and R decide.

    Signals:
        accept_pressed, refuse_pressed: A, R.
    """

    accept_pressed = Signal()
    refuse_pressed = Signal()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """A takes over, R refuses; the rest as in every table."""
        if event.modifiers() == Qt.KeyboardModifier.NoModifier and event.key() == Qt.Key.Key_A:
            self.accept_pressed.emit()
        elif event.modifiers() == Qt.KeyboardModifier.NoModifier and event.key() == Qt.Key.Key_R:
            self.refuse_pressed.emit()
        else:
            super().keyPressEvent(event)


class ProposalsView(QWidget):
    """Old value and proposed one side by side; what stands in the way is said before it is tried."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.session = session
        self._all: tuple[Proposed, ...] = ()
        self._shown: list[Proposed] = []
        self._task: Task | None = None
        t = theme.tokens()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, t.s, 0, 0)
        column.setSpacing(t.s)
        column.addLayout(self._acts())
        self.model = RowsModel(
            (
                RowsColumn(tr("Which record"), 25),
                RowsColumn(tr("Field"), 14),
                RowsColumn(tr("Now"), 17),
                RowsColumn(tr("Proposed"), 0),
                RowsColumn(tr("Decision"), 17),
            ),
            parent=self,
        )
        self.table = ProposalsTable()
        self.table.setModel(self.model)
        self.table.horizontalHeader().setStretchLastSection(False)
        self.table.setAccessibleName(tr("Proposals of the centre; A takes over, R refuses"))
        self.table.accept_pressed.connect(self.accept)
        self.table.refuse_pressed.connect(self.refuse)
        self.table.row_opened.connect(self._open)
        self.table.selectionModel().selectionChanged.connect(lambda *_: self._show_chosen())
        column.addWidget(self.table, 1)
        self.detail = label("", wrap=True)
        self.detail.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        column.addWidget(self.detail)
        self.left_out = label("", "soft", wrap=True)
        column.addWidget(self.left_out)
        self.empty = label(
            tr(
                "No proposal is waiting. When the centre proposes a correction, finds a work entered twice or gives it "
                "a number, it waits here."
            ),
            "soft",
            wrap=True,
        )
        self.empty.setAlignment(Qt.AlignmentFlag.AlignTop)
        column.addWidget(self.empty, 1)
        self.show_proposals(())

    def _acts(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(theme.tokens().s)
        self.accept_button = icon_button("check", tr("Take over (A)"))
        self.accept_button.clicked.connect(self.accept)
        self.refuse_button = icon_button("x", tr("Refuse (R)"))
        self.refuse_button.clicked.connect(self.refuse)
        self.reason = QLineEdit(placeholderText=tr("Why it is refused, if you like"))
        self.reason.setAccessibleName(tr("Why it is refused, if you like"))
        self.reason.setMaxLength(500)
        self.reason.returnPressed.connect(self.refuse)
        self.open_button = icon_button("pencil-simple", tr("Open the record"))
        self.open_button.clicked.connect(lambda: self._open(self.table.currentIndex().row()))
        self.decided = QCheckBox(tr("Show decided ones"))
        self.decided.toggled.connect(lambda _on: self._fill())
        for widget in (self.accept_button, self.refuse_button, self.reason, self.open_button, self.decided):
            row.addWidget(widget, 1 if widget is self.reason else 0)
        return row

    # -- showing -----------------------------------------------------------------------------

    def show_proposals(self, proposals: tuple[Proposed, ...], left_out: int = 0) -> None:
        """Show these, and how many are not shown; the place in the list is kept."""
        self._all = proposals
        self.left_out.setText(words.left_out(left_out) if left_out else "")
        self.left_out.setVisible(bool(left_out))
        self.decided.setVisible(any(one.row.state != OPEN for one in proposals))
        self._fill()

    def waiting(self) -> int:
        """How many wait for a decision."""
        return sum(one.row.state == OPEN for one in self._all)

    def _fill(self) -> None:
        at = max(self.table.currentIndex().row(), 0)
        self._shown = [one for one in self._all if self.decided.isChecked() or one.row.state == OPEN]
        self.model.set_rows([words.proposal_row(one) for one in self._shown])
        has = bool(self._shown)
        for widget in (
            self.table,
            self.detail,
            self.accept_button,
            self.refuse_button,
            self.reason,
            self.open_button,
        ):
            widget.setVisible(has)
        self.empty.setVisible(not has)
        if has:
            self.table.selectRow(min(at, len(self._shown) - 1))
        self._show_chosen()

    def _chosen(self) -> list[Proposed]:
        return [self._shown[at] for at in self.table.chosen_rows() if at < len(self._shown)]

    def _show_chosen(self) -> None:
        chosen = self._chosen()
        waiting = [one for one in chosen if one.row.state == OPEN]
        blocked = any(one.obstacle for one in waiting)
        may = not self.session.desk.read_only and self._task is None
        self.accept_button.setEnabled(bool(waiting) and not blocked and may)
        self.refuse_button.setEnabled(bool(waiting) and may)
        self.reason.setEnabled(bool(waiting) and may)
        self.open_button.setEnabled(len(chosen) == 1 and chosen[0].there)
        self.detail.setText(
            _detail(chosen[0]) if len(chosen) == 1 else tr("{n} proposals chosen", n=str(len(chosen)))
        )

    def _open(self, at: int) -> None:
        if 0 <= at < len(self._shown) and self._shown[at].there:
            row = self._shown[at].row
            self.session.record_wanted.emit(row.kind, row.record, row.field)

    # -- deciding ----------------------------------------------------------------------------

    def accept(self) -> None:
        """Take the chosen ones over, all or none."""
        if self.accept_button.isEnabled():
            self._decide(partial(reading.accept, self.session.desk, self._waiting_ids()))

    def refuse(self) -> None:
        """Refuse the chosen ones."""
        if self.refuse_button.isEnabled():
            reason = self.reason.text().strip()
            self._decide(partial(reading.refuse, self.session.desk, self._waiting_ids(), reason))

    def _waiting_ids(self) -> tuple[str, ...]:
        return tuple(one.row.proposal for one in self._chosen() if one.row.state == OPEN)

    def _decide(self, work: partial[Changes]) -> None:
        self._task = task = self.session.run(self, work, self._decided)
        task.ended.connect(self._ended)
        self._show_chosen()

    def _ended(self) -> None:
        self._task = None
        self._show_chosen()

    def _decided(self, changes: Changes) -> None:
        self.reason.clear()
        self.table.setFocus()
        self.session.done(changes)


def _detail(one: Proposed) -> str:
    row = one.row
    if row.type == "double":
        shown = tr("May be the same work as {other}.", other=one.other)
        does = (
            tr("Taking over merges the two records.")
            if one.other_id
            else tr("Taking over only says you have seen it; nothing changes.")
        )
        parts = [shown, row.text, does if row.state == OPEN else ""]
    else:
        change = tr("{old} → {new}", old=one.now or tr("(empty)"), new=one.proposed or tr("(empty)"))
        parts = [f"{one.label}: {change}" if one.label else change, row.text]
    parts += [one.obstacle, tr("Refused: {reason}", reason=row.reason) if row.reason else ""]
    return "\n".join(part for part in parts if part)

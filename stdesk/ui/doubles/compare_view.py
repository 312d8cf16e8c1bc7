"""Two to four records side by side, and the acts on them."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial

from PySide6.QtCore import Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPlainTextEdit, QPushButton, QVBoxLayout, QWidget

from stdesk.domain.fields import Value
from stdesk.domain.records import Changes
from stdesk.i18n import ntr, tr
from stdesk.progress import Progress
from stdesk.services.desk import Desk
from stdesk.services.merging import Comparison
from stdesk.ui import theme
from stdesk.ui.doubles.acts import MOST_COMPARED
from stdesk.ui.doubles.compare_table import CompareTable, Index
from stdesk.ui.session import Session
from stdesk.ui.tasks import Task
from stdesk.ui.widgets.buttons import icon_button
from stdesk.ui.widgets.labels import ElidedLabel, label

_WHOLE = 100_000  # characters of the pane with the whole text


class CompareView(QFrame):
    """What is compared, the table, the whole text of the current cell, the acts.

    Signals:
        merged, told_apart: the ``Changes``, and the ids that were compared.
        refused: the records can no longer be compared.
    """

    merged = Signal(object, object)
    told_apart = Signal(object, object)
    refused = Signal(object)

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.session = session
        self.comparison: Comparison | None = None
        self._asked = 0
        self._task: Task | None = None
        self.setProperty("place", "card")
        t = theme.tokens()
        column = QVBoxLayout(self)
        column.setContentsMargins(t.m, t.m, t.m, t.m)
        column.setSpacing(t.s)
        self.name = ElidedLabel("", "heading")
        self.why = label("", "soft", wrap=True)
        column.addWidget(self.name)
        column.addWidget(self.why)
        self.table = CompareTable()
        self.table.reached.connect(self._show_whole)
        column.addWidget(self.table, 1)
        self.whole = QPlainTextEdit()
        self.whole.setReadOnly(True)
        self.whole.setTabChangesFocus(True)
        self.whole.setFixedHeight(64)
        self.whole.setAccessibleName(tr("Whole text of the cell"))
        column.addWidget(self.whole)
        column.addLayout(self._foot())
        self._enable()
        QShortcut(QKeySequence("Ctrl+Return"), self, self.merge)

    def _foot(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(theme.tokens().s)
        row.addWidget(
            label(tr("Space: take this value · Ctrl+Space: the whole record"), "small", wrap=True), 1
        )
        self.open_button = icon_button("note-pencil", tr("Open"))
        self.open_button.clicked.connect(self._open)
        self.distinct_button = icon_button("link-break", tr("Not a double"))
        self.distinct_button.clicked.connect(self.tell_apart)
        self.merge_button = QPushButton()
        self.merge_button.setProperty("primary", True)
        self.merge_button.setToolTip(tr("Merge (Ctrl+Enter)"))
        self.merge_button.clicked.connect(self.merge)
        for button in (self.open_button, self.distinct_button, self.merge_button):
            row.addWidget(button)
        return row

    # -- showing -----------------------------------------------------------------------------

    def compare(self, ids: tuple[str, ...], why: str = "") -> None:
        """Read these records and put them side by side."""
        self._asked += 1
        self.why.setText(why)
        self.why.setVisible(bool(why))
        work = partial(_compare, self.session.desk, ids[:MOST_COMPARED], self._asked)
        task = self.session.runner.run(self, work, beside=True)
        task.finished.connect(self._show)
        task.failed.connect(partial(self._failed, self._asked))

    def _failed(self, asked: int, error: BaseException) -> None:
        if asked == self._asked:
            self.refused.emit(error)

    def _show(self, answer: tuple[int, Comparison]) -> None:
        asked, comparison = answer
        if asked != self._asked:
            return
        self.comparison = comparison
        first = comparison.records[0]
        kind = self.session.desk.kinds[first.kind]
        self.name.setText(str(first.get(kind.title) or f"{kind.label} {first.number}"))
        self.table.show_comparison(kind, comparison)
        self.merge_button.setText(ntr("Merge {n} record", "Merge {n} records", len(comparison.records)))
        self._enable()

    def _show_whole(self, index: Index) -> None:
        self.whole.setPlainText(self.table.compared.whole_text(index)[:_WHOLE])

    def _enable(self) -> None:
        free = self._task is None and self.comparison is not None and not self.session.desk.read_only
        self.merge_button.setEnabled(free)
        self.distinct_button.setEnabled(free)
        self.open_button.setEnabled(self.comparison is not None)

    def _ids(self) -> tuple[str, ...]:
        return tuple(record.id for record in self.comparison.records) if self.comparison else ()

    # -- acts --------------------------------------------------------------------------------

    def merge(self) -> None:
        """Make one record of those shown, with the values taken."""
        if self.comparison is None or not self.merge_button.isEnabled():
            return
        versions = {record.id: record.version for record in self.comparison.records}
        work = partial(_merge, self.session.desk, self._ids(), self.table.compared.values(), versions)
        then = partial(self._done, self.merged, self._ids())
        self._act(self.session.run(self, work, then, again=self.merge))

    def tell_apart(self) -> None:
        """Remember that no two of those shown are the same."""
        if self.comparison is not None and self.distinct_button.isEnabled():
            work = partial(_tell_apart, self.session.desk, self._ids())
            then = partial(self._done, self.told_apart, self._ids())
            self._act(self.session.run(self, work, then, again=self.tell_apart))

    def _act(self, task: Task) -> None:
        self.table.setFocus()  # the button pressed is about to be closed
        self._task = task
        task.ended.connect(self._ended)
        self._enable()

    def _ended(self) -> None:
        self._task = None
        self._enable()

    def _done(self, signal: object, ids: tuple[str, ...], changes: Changes) -> None:
        signal.emit(changes, ids)  # type: ignore[attr-defined]

    def _open(self) -> None:
        """Open the record of the current column."""
        if self.comparison is not None:
            at = self.table.currentIndex().column() - 1
            record = self.comparison.records[at if 0 <= at < len(self.comparison.records) else 0]
            self.session.record_wanted.emit(record.kind, record.id, "")


def _compare(desk: Desk, ids: tuple[str, ...], asked: int, _progress: Progress) -> tuple[int, Comparison]:
    return asked, desk.merging.compare(ids)


def _merge(
    desk: Desk,
    ids: tuple[str, ...],
    values: Mapping[str, Value],
    versions: Mapping[str, int],
    _progress: Progress,
) -> Changes:
    return desk.merging.merge(ids, values, versions)


def _tell_apart(desk: Desk, ids: tuple[str, ...], _progress: Progress) -> Changes:
    return desk.merging.mark_distinct(ids)

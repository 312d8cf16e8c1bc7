"""The log of sendings: every try, also those that failed or were stopped, and the papers of those that did not."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from stdesk.i18n import tr
from stdesk.ui import theme
from stdesk.ui.packaging.making import Tried, read_log
from stdesk.ui.packaging.papers import PapersView
from stdesk.ui.packaging.words import in_groups
from stdesk.ui.session import Session
from stdesk.ui.tables.rows_model import Cell, RowsColumn, RowsModel
from stdesk.ui.tables.view import TableView
from stdesk.ui.widgets.empty_state import EmptyState
from stdesk.ui.widgets.labels import label

_LOOKS = {"done": ("check-circle", "green"), "failed": ("x-circle", "red"), "stopped": ("stop", "amber")}


class LogPanel(QWidget):
    """Newest first; below the list what is known of the one in hand.

    Signals:
        make_wanted: nothing was written yet; the first tab is wanted.
    """

    make_wanted = Signal()

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.session = session
        self._tried: list[Tried] = []
        t = theme.tokens()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, t.m, 0, 0)
        column.setSpacing(t.m)
        self.model = RowsModel(
            (
                RowsColumn(tr("When"), 14),
                RowsColumn(tr("Report"), 16),
                RowsColumn(tr("Package"), 24),
                RowsColumn(tr("Outcome"), 18),
                RowsColumn(tr("Written to"), 0),
            ),
            parent=self,
        )
        self.table = TableView()
        self.table.setModel(self.model)
        self.table.setAccessibleName(tr("Everything that was written, newest first"))
        self.table.selectionModel().currentRowChanged.connect(lambda *_: self._show_one())
        column.addWidget(self.table, 1)
        column.addWidget(self._below())
        self.empty = EmptyState(
            "usb",
            tr("Nothing was written yet"),
            tr("Each package that is written, each try that fails or is stopped, is kept here."),
            tr("Write a package"),
            self.make_wanted.emit,
        )
        column.addWidget(self.empty, 1)
        self.show_tried([])

    def _below(self) -> QFrame:
        t = theme.tokens()
        self.foot = QFrame()
        self.foot.setProperty("place", "card")
        column = QVBoxLayout(self.foot)
        column.setContentsMargins(t.l, t.m, t.l, t.m)
        column.setSpacing(t.s)
        self.detail = label("", wrap=True)
        self.detail.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.code = label("", "small", wrap=True)
        self.code.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.papers = PapersView(self.session)
        row = QHBoxLayout()
        row.addWidget(self.papers)
        row.addStretch(1)
        for widget in (self.detail, self.code):
            column.addWidget(widget)
        column.addLayout(row)
        return self.foot

    def refresh(self) -> None:
        """Read the log."""
        task = self.session.runner.run(self, partial(read_log, self.session.desk), beside=True)
        task.finished.connect(self.show_tried)
        task.failed.connect(self.session.say_error)

    def show_tried(self, tried: list[Tried]) -> None:
        """Show these, newest first."""
        held = self.table.currentIndex().row()
        fresh = len(tried) != len(self._tried)
        self._tried = tried
        self.model.set_rows([_row(one) for one in tried])
        for widget in (self.table, self.foot):
            widget.setVisible(bool(tried))
        self.empty.setVisible(not tried)
        if tried:
            self.table.selectRow(0 if fresh or held < 0 else min(held, len(tried) - 1))
        self._show_one()

    def _show_one(self) -> None:
        at = self.table.currentIndex().row()
        if not 0 <= at < len(self._tried):
            self.papers.show_written(None)
            return
        one = self._tried[at]
        who = tr("sealed for the centre") if one.sealed else tr("open")
        lines = [one.detail] if one.detail else []
        by = tr("written by {who}", who=one.who) if one.who else ""
        told = (one.file, one.size, who if one.size else "", one.place, by)
        lines.append("  ·  ".join(part for part in told if part))
        self.detail.setText("\n".join(lines))
        self.code.setText(
            tr("Check code (SHA-512): {code}", code=in_groups(one.sha512)) if one.sha512 else ""
        )
        self.code.setVisible(bool(one.sha512))
        self.papers.show_written(one.written)
        self.papers.setVisible(one.written is not None)


def _row(one: Tried) -> tuple[object, ...]:
    icon, tone = _LOOKS.get(one.outcome, ("question", "amber"))
    said = {
        "done": tr("Written and read back"),
        "failed": tr("Failed: {why}", why=one.detail),
        "stopped": tr("Stopped"),
    }.get(one.outcome, one.outcome)
    return (one.at, one.report, one.name, Cell(said, icon, tone), one.place)

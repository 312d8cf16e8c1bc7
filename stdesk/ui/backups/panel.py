"""One backup: what it is, what going back to it would change, and the two ways back."""

from __future__ import annotations

from datetime import date
from functools import partial

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QPushButton, QStackedWidget, QVBoxLayout, QWidget

from stdesk.i18n import count, tr
from stdesk.ui import theme
from stdesk.ui.backups import reading
from stdesk.ui.backups.reading import Backup, Compared
from stdesk.ui.backups.record_part import RecordPart
from stdesk.ui.backups.restore_part import RestorePart
from stdesk.ui.backups.words import difference_words, show_size, when_words, why_words
from stdesk.ui.safety.card import StateBadge, scrolled
from stdesk.ui.session import Session
from stdesk.ui.tables.rows_model import RIGHT, RowsColumn, RowsModel
from stdesk.ui.tables.view import TableView
from stdesk.ui.widgets.buttons import icon_button
from stdesk.ui.widgets.flow_layout import FlowLayout
from stdesk.ui.widgets.labels import ElidedLabel, label

_FACTS, _RESTORE, _RECORD = range(3)
_WIDTHS = (78, 78, 122)  # pixels of the narrow columns: the names of the kinds have the rest


class BackupPanel(QFrame):
    """Facts first; going back, and taking one record back, each in their place."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.session = session
        self.backup: Backup | None = None
        self.compared: Compared | None = None
        self._today = session.desk.today()
        self.setProperty("place", "card")
        self.setMinimumWidth(380)
        t = theme.tokens()
        column = QVBoxLayout(self)
        column.setContentsMargins(t.l, t.m, t.l, t.m)
        column.setSpacing(t.s)
        self.heading = label("", "heading", wrap=True)
        column.addWidget(self.heading)
        self.badge = StateBadge()
        column.addWidget(self.badge, 0, Qt.AlignmentFlag.AlignLeft)
        self.restore_part = RestorePart(session)
        self.restore_part.left.connect(self.to_facts)
        self.record_part = RecordPart(session)
        self.record_part.left.connect(self.to_facts)
        self.stack = QStackedWidget()
        for part in (self._facts(), self.restore_part, self.record_part):
            self.stack.addWidget(part)
        column.addWidget(self.stack, 1)

    def _facts(self) -> QWidget:
        t = theme.tokens()
        area, inner = scrolled()
        column = QVBoxLayout(inner)
        column.setContentsMargins(0, 0, t.xs, 0)
        column.setSpacing(t.s)
        self.facts = label("", "soft", wrap=True)
        self.where = ElidedLabel("", "small")
        self.problem = label("", "problem", wrap=True)
        for widget in (self.facts, self.where, self.problem):
            column.addWidget(widget)
        self.caption = label(tr("What it holds, beside the library of now"), "strong", wrap=True)
        column.addWidget(self.caption)
        self.model = RowsModel(
            (
                RowsColumn(tr("Kind"), 0),
                RowsColumn(tr("Now"), 5, RIGHT),
                RowsColumn(tr("In it"), 5, RIGHT),
                RowsColumn(tr("Going back"), 9),
            ),
            parent=self,
        )
        self.table = TableView()
        self.table.setModel(self.model)
        for place, width in enumerate(_WIDTHS, 1):
            self.table.setColumnWidth(place, width)
        self.table.horizontalHeader().setStretchLastSection(False)
        self.table.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.table.setAccessibleName(self.caption.text())
        self.caption.setBuddy(self.table)
        column.addWidget(self.table)
        self.waiting = label(tr("Comparing…"), "soft")
        column.addWidget(self.waiting)
        self.restore_button = icon_button("arrow-counter-clockwise", tr("Go back to this one…"))
        self.restore_button.clicked.connect(self.to_restore)
        self.record_button = icon_button("arrow-u-up-left", tr("Take one record back…"))
        self.record_button.clicked.connect(self.to_record)
        row = QWidget()
        flow = FlowLayout(row, t.s)
        flow.addWidget(self.restore_button)
        flow.addWidget(self.record_button)
        column.addWidget(row)
        column.addStretch(1)
        return area

    @property
    def busy(self) -> bool:
        """Whether something was begun in it."""
        return self.stack.currentIndex() != _FACTS

    def first_button(self) -> QPushButton:
        """The first thing that can be done."""
        return self.restore_button if self.restore_button.isEnabled() else self.record_button

    # -- what is shown ---------------------------------------------------------------------------

    def show_backup(self, backup: Backup, today: date) -> None:
        """Show ``backup``; what it holds is compared with the library beside the window's work."""
        other = self.backup is None or self.backup.path != backup.path
        self.backup, self._today = backup, today
        when = when_words(backup.made_at, today) if backup.made_at else backup.path.name
        self.heading.setText(tr("Backup of {when}", when=when))
        self.facts.setText(f"{why_words(backup.why)} · {show_size(backup.size)}")
        self.where.setText(str(backup.path))
        self.problem.setText(reading.problem_words(backup))
        self.problem.setVisible(not backup.ok)
        if backup.ok:
            self.badge.tell(tr("opened and counted"), "check-circle", "green")
        else:
            self.badge.tell(tr("cannot be read"), "warning-circle", "red")
        if other:
            self.to_facts(keep_focus=True)
            self.compared = None
            self.model.set_rows([])
        for widget in (self.caption, self.table):
            widget.setVisible(backup.ok)
        self.waiting.setVisible(backup.ok and self.compared is None)
        self._follow()
        if backup.ok:
            work = partial(reading.compare, self.session.desk, backup)
            self.session.run(self, work, partial(self._show_compared, backup), beside=True)

    def _show_compared(self, backup: Backup, compared: Compared) -> None:
        if self.backup is None or self.backup.path != backup.path:
            return
        self.compared = compared
        rows = [
            (name, count(now), count(then), difference_words(now, then)) for name, now, then in compared.rows
        ]
        self.model.set_rows(rows)
        header = self.table.horizontalHeader().sizeHint().height()
        self.table.setFixedHeight(len(rows) * theme.tokens().row + header + 2)
        self.waiting.hide()
        self.restore_part.show_backup(backup, compared, self._today)
        self._follow()

    def _follow(self) -> None:
        ok = self.backup is not None and self.backup.ok
        writable = not self.session.desk.read_only
        self.restore_button.setEnabled(ok and writable and self.compared is not None)
        self.record_button.setEnabled(ok and writable)

    # -- the ways back ---------------------------------------------------------------------------

    def to_restore(self) -> None:
        """Say what going back would do."""
        if self.backup is not None and self.compared is not None:
            self.restore_part.show_backup(self.backup, self.compared, self._today)
            self.stack.setCurrentIndex(_RESTORE)
            self.restore_part.leave_button.setFocus()  # Enter pressed twice must not go back in time

    def to_record(self) -> None:
        """Look for a record in it."""
        if self.backup is not None:
            self.record_part.begin(self.backup)
            self.stack.setCurrentIndex(_RECORD)
            self.record_part.line.setFocus()

    def to_facts(self, *, keep_focus: bool = False) -> None:
        """Back to what it is."""
        was = self.stack.currentIndex()
        self.stack.setCurrentIndex(_FACTS)
        if was != _FACTS and not keep_focus:
            (self.record_button if was == _RECORD else self.restore_button).setFocus()

    def step_back(self) -> bool:
        """Esc: back to the facts."""
        if not self.busy:
            return False
        self.to_facts()
        return True

"""Going back to a backup, the second step: what will happen, said before it does."""

from __future__ import annotations

from datetime import date
from functools import partial

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from stdesk.i18n import tr
from stdesk.services.backups import Restored
from stdesk.ui import theme
from stdesk.ui.backups import reading
from stdesk.ui.backups.reading import Backup, Compared
from stdesk.ui.backups.words import lost_words, restored_words, when_words
from stdesk.ui.roles.ask import RoleStrip
from stdesk.ui.safety.card import scrolled
from stdesk.ui.session import ClosedWork, Session
from stdesk.ui.times import shown_time
from stdesk.ui.widgets.buttons import icon_button
from stdesk.ui.widgets.flow_layout import FlowLayout
from stdesk.ui.widgets.labels import label
from stdesk.ui.widgets.note_line import NoteLine


class RestorePart(QWidget):
    """Sentences and two buttons.

    Signals:
        left: nothing is to be done.
    """

    left = Signal()

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._backup: Backup | None = None
        t = theme.tokens()
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        area, inner = scrolled()
        outer.addWidget(area)
        column = QVBoxLayout(inner)
        column.setContentsMargins(0, 0, t.xs, 0)
        column.setSpacing(t.m)
        column.addWidget(label(tr("What will happen"), "strong"))
        self.lost = NoteLine()
        column.addWidget(self.lost)
        self.lines = [label("", wrap=True) for _ in range(4)]
        for line in self.lines:
            column.addWidget(line)
        self.go_button = icon_button("arrow-counter-clockwise", tr("Go back now"), "on_accent")
        self.go_button.setProperty("primary", True)
        self.go_button.clicked.connect(self.go)
        self.leave_button = icon_button("x", tr("Leave everything as it is"))
        self.leave_button.clicked.connect(self.left)
        row = QWidget()
        flow = FlowLayout(row, t.s)
        flow.addWidget(self.go_button)
        flow.addWidget(self.leave_button)
        column.addWidget(row)
        self.role = RoleStrip(session)
        column.addWidget(self.role)
        column.addStretch(1)

    def show_backup(self, backup: Backup, compared: Compared, today: date) -> None:
        """Say what going back to ``backup`` does."""
        self._backup = backup
        lost = lost_words(compared.rows)
        if lost:
            self.lost.tell(
                tr("Will no longer be in the library: {lost}.", lost=lost), picture="warning", tone="amber"
            )
        else:
            self.lost.tell(tr("No kind of record will hold fewer than now."))
        said = (
            tr(
                "1. The library becomes what it was at {when}: records, settings, reports, attachments.",
                when=when_words(backup.made_at, today),
            ),
            tr(
                "2. The library of now is backed up first and set aside whole, in {folder}. Nothing is deleted.",
                folder=str(self._session.desk.folder / "kept"),
            ),
            tr("3. The history notes who went back, when, and to which backup."),
            tr(
                "4. The window opens again by itself, at this list: the way back to the library of now stands in it."
            ),
        )
        for line, text in zip(self.lines, said, strict=True):
            line.setText(text)

    def go(self) -> None:
        """Go back, when an administrator's code is not wanted for it or was given."""
        self.go_button.setEnabled(False)
        task = self._session.runner.run(self, partial(reading.may_restore, self._session.desk))
        task.finished.connect(lambda _nothing: self._go())
        task.failed.connect(self._refused)
        task.ended.connect(partial(self.go_button.setEnabled, True))

    def _refused(self, error: BaseException) -> None:
        if not self.role.takes(error, self.go):
            self._session.say_error(error)

    def _go(self) -> None:
        one = self._backup
        if one is None:
            return
        desk = self._session.desk
        title = tr("Going back to the backup of {when}", when=shown_time(one.made_at))
        work = partial(reading.restore, desk.folder, one, desk.user, "", desk.vault)
        said = partial(_said, one.made_at)
        self._session.closed_wanted.emit(ClosedWork(title, work, said, page="backups"))


def _said(when: str, made: Restored) -> str:
    return restored_words(made, when)

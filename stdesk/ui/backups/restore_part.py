"""Going back to a backup, the second step: what will happen, said before it does."""

from __future__ import annotations

from datetime import date
from functools import partial

from PySide6.QtCore import Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from stdesk.i18n import tr
from stdesk.services.backups import Restored
from stdesk.services.locking import Vault
from stdesk.ui import theme
from stdesk.ui.backups import reading
from stdesk.ui.backups.reading import Backup, Compared
from stdesk.ui.backups.secret_strip import SecretStrip
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
        area, inner = self._area, self._inner = scrolled()
        outer.addWidget(area, 100)  # as high as its text at most, see _fit
        column = QVBoxLayout(inner)
        column.setContentsMargins(0, 0, t.xs, 0)
        outer.setSpacing(t.s)
        column.setSpacing(t.m)
        column.addWidget(label(tr("What will happen"), "strong"))
        self.lost = NoteLine()
        column.addWidget(self.lost)
        self.lines = [label("", wrap=True) for _ in range(4)]
        for line in self.lines:
            column.addWidget(line)
        self.go_button = icon_button("arrow-counter-clockwise", tr("Go back now"), "on_accent")
        self.go_button.setProperty("primary", True)
        self.go_button.clicked.connect(lambda: self.go())
        self.leave_button = icon_button("x", tr("Leave everything as it is"))
        self.leave_button.clicked.connect(self.left)
        row = QWidget()
        flow = FlowLayout(row, t.s)
        flow.addWidget(self.go_button)
        flow.addWidget(self.leave_button)
        outer.addWidget(row)  # in sight however small the window is
        self.role = RoleStrip(session)
        outer.addWidget(self.role)
        self.secret = SecretStrip()
        outer.addWidget(self.secret)
        outer.addStretch(1)

    def show_backup(self, backup: Backup, compared: Compared, today: date) -> None:
        """Say what going back to ``backup`` does."""
        if self._backup is None or self._backup.path != backup.path:
            self.secret.close_strip()
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
        self._fit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """The buttons stand below the text, or at the end of the panel where that is too long for it."""
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        layout = self._inner.layout()
        high = layout.totalHeightForWidth(max(1, self.width())) if layout is not None else -1
        if high > 0:  # not before it is laid out
            self._area.setMaximumHeight(high)

    def go(self, secret: str = "") -> None:
        """Go back, when no administrator's code and no other password is wanted for it, or both were given."""
        one = self._backup
        if one is None:
            return
        self.go_button.setEnabled(False)
        work = partial(reading.may_restore, self._session.desk, one, secret)
        task = self._session.runner.run(self, work)
        task.finished.connect(partial(self._go, one, secret))
        task.failed.connect(self._refused)
        task.ended.connect(partial(self.go_button.setEnabled, True))

    def _refused(self, error: BaseException) -> None:
        if not self.role.takes(error, self.go) and not self.secret.takes(error, self.go):
            self._session.say_error(error)

    def _go(self, one: Backup, secret: str, vault: Vault | None) -> None:
        desk = self._session.desk
        title = tr("Going back to the backup of {when}", when=shown_time(one.made_at))
        work = partial(reading.restore, desk.folder, one, desk.user, secret, desk.vault)
        said = partial(_said, one.made_at, bool(secret))
        self._session.closed_wanted.emit(ClosedWork(title, work, said, lambda _made: vault, page="backups"))


def _said(when: str, other_password: bool, made: Restored) -> str:
    said = restored_words(made, when)
    if other_password:
        said += " " + tr("From now on the password of that backup opens the library.")
    return said

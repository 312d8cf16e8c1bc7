"""Data safety: one line that answers "am I safe?", then a card for each part of it."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QGridLayout, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from stdesk.domain.records import Changes
from stdesk.i18n import tr
from stdesk.services.health import Health
from stdesk.ui import theme
from stdesk.ui.backups.card import BackupCard
from stdesk.ui.backups.keeper import Keeper
from stdesk.ui.backups.reading import Kept
from stdesk.ui.doctor.card import DoctorCard
from stdesk.ui.icons import pixmap
from stdesk.ui.locking.card import LockCard
from stdesk.ui.page import Page
from stdesk.ui.roles.card import RoleCard
from stdesk.ui.safety.card import scrolled
from stdesk.ui.safety.verdict import Verdict, judge
from stdesk.ui.session import Session
from stdesk.ui.widgets.labels import label
from stdesk.ui.widgets.page_head import PageHead

_TWO = 880  # pixels from which two cards stand side by side
_PICTURE = 24


class SafetyPage(Page):
    """A verdict over four cards."""

    name = "safety"

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(session, parent)
        self.verdict: Verdict | None = None
        self._kept: Kept | None = None
        self._health: Health | None = None
        self._columns = 0
        t = theme.tokens()
        column = QVBoxLayout(self)
        column.setContentsMargins(t.xl, t.l, t.xl, t.l)
        column.setSpacing(t.m)
        column.addWidget(PageHead(self.title()))
        column.addWidget(self._line())
        area, inner = scrolled()
        self._grid = QGridLayout(inner)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setSpacing(t.m)
        self.backups, self.locking = BackupCard(session), LockCard(session)
        self.doctor, self.roles = DoctorCard(session), RoleCard(session)
        self.cards = (self.backups, self.locking, self.doctor, self.roles)
        self._arrange(2)
        column.addWidget(area, 1)
        self.backups.read.connect(self._note_kept)
        self.doctor.read.connect(self._note_health)
        self._keeper = Keeper.of(session)
        if self._keeper is not None:
            self._keeper.changed.connect(self.backups.refresh)

    def _line(self) -> QFrame:
        t = theme.tokens()
        self.line = QFrame()
        self.line.setProperty("place", "note")
        row = QHBoxLayout(self.line)
        row.setContentsMargins(t.l, t.m, t.l, t.m)
        row.setSpacing(t.m)
        self._picture = QLabel()
        self._picture.setFixedSize(QSize(_PICTURE, _PICTURE))
        self.said = label(tr("Looking…"), wrap=True)
        row.addWidget(self._picture, 0, Qt.AlignmentFlag.AlignTop)
        row.addWidget(self.said, 1)
        return self.line

    def title(self) -> str:
        """The page's name."""
        return tr("Data safety")

    def focus_place(self) -> QWidget:
        """The first button."""
        return self.backups.now_button if self.backups.now_button.isEnabled() else self.backups.list_button

    def concerns(self, changes: Changes) -> bool:
        """Every act is something that is not in the last backup."""
        del changes
        return True

    def refresh(self) -> None:
        """Have every card read what it shows."""
        for card in self.cards:
            card.refresh()

    def _note_kept(self, kept: Kept) -> None:
        self._kept = kept
        self._judge()

    def _note_health(self, health: Health | None) -> None:
        self._health = health
        self._judge()

    def _judge(self) -> None:
        if self._kept is None:
            return
        failed = self._keeper.problem if self._keeper is not None else ""
        self.verdict = found = judge(self._kept, self._health, failed)
        theme.mark(self.line, tone=found.tone)
        self._picture.setPixmap(pixmap(found.picture, found.tone, _PICTURE, self))
        self.said.setText(found.text)
        self.line.setAccessibleName(found.text)

    def step_back(self) -> bool:
        """Esc: stop what is under way."""
        return any(step() for card in self.cards if callable(step := getattr(card, "step_back", None)))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """One card below the other where two do not fit."""
        super().resizeEvent(event)
        self._arrange(2 if event.size().width() >= _TWO else 1)

    def _arrange(self, columns: int) -> None:
        if columns == self._columns:
            return
        self._columns = columns
        for at, card in enumerate(self.cards):
            self._grid.addWidget(card, at // columns, at % columns)
        self._grid.setColumnStretch(0, 1)
        self._grid.setColumnStretch(1, 1 if columns == 2 else 0)
        for row in range(len(self.cards) + 1):
            self._grid.setRowStretch(row, 0)
        self._grid.setRowStretch(len(self.cards) // columns, 1)

"""What the centre owes the unit and the unit the centre, and one line about backups, over the cards."""

from __future__ import annotations

import logging
import time
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from stdesk.domain.periods import Period
from stdesk.i18n import tr
from stdesk.progress import Progress
from stdesk.services.desk import Desk
from stdesk.ui import theme
from stdesk.ui.backups.keeper import Keeper
from stdesk.ui.home.overview import report_in_hand
from stdesk.ui.icons import pixmap
from stdesk.ui.safety.reminder import Reminder, failure, put_away, reminder
from stdesk.ui.session import Session
from stdesk.ui.widgets.labels import label

if TYPE_CHECKING:  # a window need not pay for answers before there are any
    from stdesk.services.answers import Notice, Standing

log = logging.getLogger(__name__)
MOST = 3
_ASK_S = 60.0  # between two looks at the second place


@dataclass(frozen=True, slots=True)
class Sent:
    """What is known of sendings.

    Attributes:
        period: of the report in hand. standing: where it stands; ``None`` before it is frozen.
        notices: what has to be said, late things first.
    """

    period: Period
    standing: Standing | None
    notices: tuple[Notice, ...]


def read_sent(desk: Desk, progress: Progress) -> Sent:
    """Ask where the report in hand stands and what is due."""
    period, frozen = report_in_hand(desk)
    progress.check()
    standing = desk.answers.standing(period) if frozen is not None else None
    return Sent(period, standing, tuple(desk.answers.notices(desk.today())[:MOST]))


def look_of_notice(notice: Notice) -> tuple[str, str]:
    """Picture and tone: red where the unit is late, amber where the centre is, else blue."""
    if notice.late:
        return "warning-circle", "red" if notice.who == "unit" else "amber"
    return {"proposals": "swap", "missing": "question"}.get(notice.code, "hourglass"), "blue"


class NoticeLine(QFrame):
    """One sentence, and at its right the way to what it is about."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        t = theme.tokens()
        self.setProperty("place", "note")
        row = QHBoxLayout(self)
        row.setContentsMargins(t.m, t.xs, t.s, t.xs)
        row.setSpacing(t.s)
        self._picture = label("")
        self.text = label("", wrap=True)
        self.button = QPushButton(tr("See sendings and answers"))
        self.button.setProperty("link", True)
        row.addWidget(self._picture)
        row.addWidget(self.text, 1)
        row.addWidget(self.button)

    def tell(self, text: str, picture: str, tone: str) -> None:
        """Say this."""
        theme.mark(self, tone=tone)
        self._picture.setPixmap(pixmap(picture, tone, 16, self))
        self.text.setText(text)
        self.setAccessibleName(text)
        self.button.setAccessibleDescription(text)
        self.show()


class ReminderLine(NoticeLine):
    """One sentence about backups, the way to them, and a way to hear no more of it this year.

    Signals:
        put_away: no more of it this year.
    """

    put_away = Signal()

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.button.setText(tr("See data safety"))
        self.button.clicked.connect(partial(session.page_wanted.emit, "safety", None))
        self.away = QPushButton(tr("Not again this year"))
        self.away.setProperty("link", True)
        self.away.clicked.connect(self.put_away)
        row = self.layout()
        if row is not None:
            row.addWidget(self.away)
        self.hide()

    def show_reminder(self, one: Reminder | None) -> None:
        """Show ``one``; nothing while there is nothing to say."""
        if one is None:
            self.hide()
            return
        self.tell(one.text, *(("warning-circle", "red") if one.grave else ("hard-drives", "amber")))
        self.away.setVisible(not one.stays)
        self.away.setAccessibleDescription(one.text)


class Notices(QWidget):
    """A line for each, with the way to the sendings and answers; nothing while there is nothing to say."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.session = session
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.tokens().xs)
        self._shown: tuple[Notice, ...] = ()
        self.lines = [NoticeLine(self) for _ in range(MOST)]
        for at, line in enumerate(self.lines):
            column.addWidget(line)
            line.button.clicked.connect(partial(self._go, at))
        self._reminder: Reminder | None = None
        self._ask_at = 0.0
        self.safety = ReminderLine(session, self)
        self.safety.put_away.connect(self._put_away)
        column.addWidget(self.safety)
        self._keeper = Keeper.of(session)
        if self._keeper is not None:
            self._keeper.changed.connect(self._follow)
        self.hide()

    def show_notices(self, notices: tuple[Notice, ...]) -> None:
        """Show these, at most :data:`MOST`, in place of those before; what is said about backups follows."""
        self._shown = notices[:MOST]
        for line in self.lines[len(self._shown) :]:
            line.hide()
        for line, one in zip(self.lines, self._shown, strict=False):
            line.tell(one.sentence, *look_of_notice(one))
        self._follow()
        if time.monotonic() >= self._ask_at:  # a share that is away takes long to say so
            self._ask_at = time.monotonic() + _ASK_S
            task = self.session.runner.run(self, partial(reminder, self.session.desk), slow=True)
            task.finished.connect(self._remind)
            task.failed.connect(lambda error: log.info("no reminder: %s", error))

    def _remind(self, one: Reminder | None) -> None:
        self._reminder = one
        self._follow()

    def _follow(self) -> None:
        """A backup that failed is said first, until one can be made again."""
        failed = self._keeper.problem if self._keeper is not None else ""
        one = failure(failed) if failed else self._reminder
        self.safety.show_reminder(one)
        self.setVisible(bool(self._shown) or one is not None)

    def _put_away(self) -> None:
        if self._reminder is not None:
            put_away(self._reminder, self.session.desk.today().year)
        self._reminder = None
        self._follow()

    def _go(self, at: int) -> None:
        arguments = {"period": self._shown[at].period, "tab": "answers"}
        self.session.page_wanted.emit("package", arguments)

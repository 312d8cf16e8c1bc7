"""What the centre owes the unit and the unit the centre: at most three lines over the cards."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from stdesk.domain.periods import Period
from stdesk.i18n import tr
from stdesk.progress import Progress
from stdesk.services.desk import Desk
from stdesk.ui import theme
from stdesk.ui.home.overview import report_in_hand
from stdesk.ui.icons import pixmap
from stdesk.ui.session import Session
from stdesk.ui.widgets.labels import label

if TYPE_CHECKING:  # a window need not pay for answers before there are any
    from stdesk.services.answers import Notice, Standing

MOST = 3


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
        self.hide()

    def show_notices(self, notices: tuple[Notice, ...]) -> None:
        """Show these, at most :data:`MOST`, in place of those before."""
        self._shown = notices[:MOST]
        for line in self.lines[len(self._shown) :]:
            line.hide()
        for line, one in zip(self.lines, self._shown, strict=False):
            line.tell(one.sentence, *look_of_notice(one))
        self.setVisible(bool(self._shown))

    def _go(self, at: int) -> None:
        arguments = {"period": self._shown[at].period, "tab": "answers"}
        self.session.page_wanted.emit("package", arguments)

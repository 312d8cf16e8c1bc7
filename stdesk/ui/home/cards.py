"""The cards of the overview: due, missing, going on, beginning."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from PySide6.QtWidgets import QFrame, QHBoxLayout, QProgressBar, QPushButton, QVBoxLayout, QWidget

from stdesk.domain.dates import show as show_date
from stdesk.i18n import count, ntr, tr
from stdesk.services.standing import Standing, state_word
from stdesk.ui import theme
from stdesk.ui.home.line_button import LineButton
from stdesk.ui.home.overview import Overview, Survey
from stdesk.ui.home.ring import DueRing
from stdesk.ui.icons import icon_label
from stdesk.ui.widgets.buttons import give_icon
from stdesk.ui.widgets.flow_layout import FlowLayout
from stdesk.ui.widgets.labels import label, plain
from stdesk.ui.widgets.progress_strip import ProgressStrip

_YEAR, _MONTH = 365, 30
_SOON = 30  # days from which the due day is near


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a card: what it says and what it opens."""

    icon: str
    tone: str
    text: str
    aside: str
    act: Callable[[], None]


class LinesCard(QFrame):
    """A heading and lines that open something, or a sentence when there are none."""

    def __init__(self, title: str, empty: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("place", "card")
        t = theme.tokens()
        column = QVBoxLayout(self)
        column.setContentsMargins(t.l, t.m, t.l, t.m)
        column.setSpacing(t.xs)
        self.title = label(title, "section")
        self._head = QHBoxLayout()
        self._head.addWidget(self.title, 1)
        self._head.addStrut(26)
        column.addLayout(self._head)
        self._lines = QVBoxLayout()
        self._lines.setSpacing(0)
        column.addLayout(self._lines)
        self.empty = label(empty, "soft", wrap=True)
        column.addWidget(self.empty)
        self.progress = ProgressStrip()
        column.addWidget(self.progress)
        column.addStretch(1)
        self.buttons: list[LineButton] = []

    def add_link(self, text: str, act: Callable[[], None]) -> QPushButton:
        """A link beside the heading."""
        link = QPushButton(text)
        link.setProperty("link", True)
        link.setAccessibleName(f"{self.title.text()}: {text}")
        link.clicked.connect(lambda: act())
        self._head.addWidget(link)
        return link

    def show_lines(self, lines: Iterable[Line]) -> None:
        """Show these lines in place of those before."""
        for old in self.buttons:
            self._lines.removeWidget(old)
            old.hide()
            old.deleteLater()
        self.buttons = []
        for one in lines:
            button = LineButton(one.icon, one.tone, one.text, one.aside)
            button.clicked.connect(lambda _on, act=one.act: act())
            self._lines.addWidget(button)
            self.buttons.append(button)
        self.empty.setVisible(not self.buttons and not self.progress.isVisibleTo(self))


class DueCard(QFrame):
    """The ring, the day in words, and how far one is."""

    def __init__(self, on_go: Callable[[], None], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("place", "card")
        t = theme.tokens()
        row = QHBoxLayout(self)
        row.setContentsMargins(t.l, t.l, t.l, t.l)
        row.setSpacing(t.xl)
        self.ring = DueRing()
        row.addWidget(self.ring)
        column = QVBoxLayout()
        column.setSpacing(t.xs)
        self.title = label("", "heading", wrap=True)
        self.text = label("", "soft", wrap=True)
        self.after = label("", "small", wrap=True)
        self.ready = label("", wrap=True)
        self.bar = QProgressBar(minimum=0, maximum=1000, textVisible=False)
        self.bar.setAccessibleName(tr("How much is ready"))
        self.button = QPushButton()
        self.button.setProperty("primary", True)
        self.button.clicked.connect(lambda: on_go())
        line = QHBoxLayout()
        line.addWidget(self.button)
        line.addStretch(1)
        column.addStretch(1)
        for widget in (self.title, self.text):
            column.addWidget(widget)
        column.addWidget(self.ready)
        column.addWidget(self.bar)
        column.addSpacing(t.xs)
        column.addLayout(line)
        column.addWidget(self.after)
        column.addStretch(1)
        row.addLayout(column, 1)

    def show_overview(self, found: Overview, checks: Survey | None, standing: Standing | None = None) -> None:
        """Say when it is due and, once the checks have spoken, what is still to do; once sent, where it stands."""
        self._show_day(found, checks)
        for part in (self.ready, self.bar):
            part.setVisible(checks is not None and standing is None)
        if standing is not None:
            self._show_standing(found, standing)
            return
        if checks is not None:
            text = tr(
                "{ready} of {total} items are ready", ready=count(checks.ready), total=count(checks.total)
            )
            self.ready.setText(text)
            self.bar.setValue(1000 * checks.ready // checks.total if checks.total else 0)
        self.button.setText(
            tr("Make the data package")
            if found.frozen
            else (tr("See what is missing") if checks is None or checks.open else tr("On to the report"))
        )

    def _show_standing(self, found: Overview, standing: Standing) -> None:
        """What the centre has said of it last; a day that is running stands in a line of its own above."""
        since = f"{standing.since:%d/%m/%Y}" if standing.since else ""
        word = state_word(standing.state)
        self.text.setText(standing.sentence if standing.due is None else f"{word} ({since})")
        if standing.due is None:
            self.ring.show_days(1, since[:5], word, "green")
        else:
            days = (standing.due - found.today).days
            left = ntr("day late", "days late", -days) if days < 0 else ntr("day left", "days left", days)
            tone = ("amber" if standing.who == "centre" else "red") if standing.late else "accent"
            self.ring.show_days(1 - days / _MONTH, count(abs(days)), left, tone)
        self.button.setText(tr("See sendings and answers"))

    def _show_day(self, found: Overview, checks: Survey | None) -> None:
        days, due = found.days_left, show_date(found.period.due.isoformat())
        tone = "green" if found.frozen else ("red" if days < 0 else "amber" if days <= _SOON else "accent")
        word = ntr("day late", "days late", -days) if days < 0 else ntr("day left", "days left", days)
        self.ring.show_days(1 - days / _YEAR, count(abs(days)), word, tone)
        self.title.setText(_due_sentence(found, due))
        self.text.setText(_next_step(found, checks, due))
        self.after.setVisible(found.after is not None)
        if found.after is not None:
            left = ntr("{n} day left", "{n} days left", found.after.days)
            day = show_date(found.after.on.isoformat())
            self.after.setText(
                tr("Then {period}: {day}, {left}", period=found.after.title, day=day, left=left)
            )


def _due_sentence(found: Overview, due: str) -> str:
    period = str(found.period.label)
    if found.frozen:
        return tr("The report of {period} is frozen", period=period)
    if found.days_left < 0:
        return tr("The report of {period} was due on {day}", period=period, day=due)
    if found.days_left == 0:
        return tr("The report of {period} is due today", period=period)
    return tr("The report of {period} is due by {day}", period=period, day=due)


def _next_step(found: Overview, checks: Survey | None, due: str) -> str:
    if found.frozen:
        return tr("Make the data package and hand it in by {day}.", day=due)
    if checks is None:
        return tr("Looking at what is still missing…")
    if checks.open:
        left = ntr(
            "{n} finding is still to be mended or explained",
            "{n} findings are still to be mended or explained",
            checks.open,
        )
        late = tr("The due day has passed: mend what blocks, freeze, and hand in with a word on the delay.")
        left = f"{left[:1].upper()}{left[1:]}."
        return f"{left} {late}" if found.days_left < 0 else left
    return tr("Nothing stands in the way: look at the report and freeze the figures.")


class ActsRow(QWidget):
    """One large button for each frequent act."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._flow = FlowLayout(self, spacing=theme.tokens().s)
        policy = self.sizePolicy()
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        self.buttons: list[QPushButton] = []

    def add(self, picture: str, text: str, act: Callable[[], None]) -> None:
        """Append a button."""
        button = QPushButton(plain(text))
        give_icon(button, picture, "accent", 20)
        button.setMinimumHeight(44)
        button.clicked.connect(lambda: act())
        self._flow.addWidget(button)
        self.buttons.append(button)


class WayCard(QFrame):
    """A way to begin in an empty library."""

    def __init__(
        self, picture: str, title: str, text: str, buttons: Iterable[tuple[str, Callable[[], None]]]
    ) -> None:
        super().__init__()
        self.setProperty("place", "card")
        t = theme.tokens()
        column = QVBoxLayout(self)
        column.setContentsMargins(t.l, t.l, t.l, t.l)
        column.setSpacing(t.s)
        column.addWidget(icon_label(picture, "accent", 32))
        column.addWidget(label(title, "heading", wrap=True))
        column.addWidget(label(text, "soft", wrap=True))
        column.addStretch(1)
        self.buttons: list[QPushButton] = []
        for caption, act in buttons:
            button = QPushButton(plain(caption))
            button.setAccessibleName(f"{caption}. {title}")
            button.clicked.connect(lambda _on, act=act: act())
            column.addWidget(button)
            self.buttons.append(button)
        self.setMinimumWidth(220)

"""The road of a report: five stations, how far each is, and the way to it."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QFontMetrics,
    QKeyEvent,
    QKeySequence,
    QPainter,
    QPaintEvent,
    QPen,
    QShortcut,
    QShowEvent,
)
from PySide6.QtWidgets import QAbstractButton, QFrame, QHBoxLayout, QSizePolicy, QWidget

from stdesk.domain.periods import Period
from stdesk.domain.records import Changes
from stdesk.i18n import tr
from stdesk.progress import Progress
from stdesk.services.desk import Desk
from stdesk.ui import theme
from stdesk.ui.icons import pixmap
from stdesk.ui.reporting.known import Known
from stdesk.ui.reporting.road_state import FREEZE, LOOK, Facts, Station, count_since, read_facts, stations
from stdesk.ui.session import Session

HEIGHT = 52
_ICON = 18
_NARROW = 165  # pixels
_FEW = 3_000  # records that are checked through without being asked


class StationButton(QAbstractButton):
    """A station: its name, and under it how far it is.

    Signals:
        moved: -1 or 1: the arrow keys go to the station beside.
    """

    moved = Signal(int)

    def __init__(self, at: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.at = at
        self.station: Station | None = None
        self.here = False
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.setFixedHeight(HEIGHT - 2)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)

    def show_station(self, station: Station, *, here: bool) -> None:
        """Show ``station``; ``here`` when its page is the one seen."""
        self.station, self.here = station, here
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus if here else Qt.FocusPolicy.ClickFocus)
        key = f"Alt+{self.at + 1}"
        self.setToolTip(f"{station.name}: {station.word}\n{station.tip}\n{key}")
        place = tr("Station {n} of 5", n=str(self.at + 1))
        now = f". {tr('You are here')}" if here else ""
        self.setAccessibleName(f"{station.name}: {station.word}")
        self.setAccessibleDescription(f"{station.tip} {place}{now}. {key}")
        self.update()

    def sizeHint(self) -> QSize:
        """Wide enough for a name and a state."""
        return QSize(150, HEIGHT - 2)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Left and right go along the road, Enter goes in."""
        if event.key() in (Qt.Key.Key_Left, Qt.Key.Key_Right):
            self.moved.emit(1 if event.key() == Qt.Key.Key_Right else -1)
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.click()
        else:
            super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        """The ground, the picture of the state, the two lines, the ring of the focus."""
        del event
        if self.station is None:
            return
        t = theme.tokens()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._ground(painter)
        narrow = self.width() < _NARROW
        left = t.s if narrow else t.m
        picture = pixmap(self.station.icon, self.station.tone, _ICON, self)
        painter.drawPixmap(left, (self.height() - _ICON) // 2, picture)
        text = QRect(left + _ICON + t.s, 0, self.width() - left - _ICON - t.s - t.xs, self.height())
        name = self.station.name if narrow else f"{self.at + 1}. {self.station.name}"
        strong = theme.font(t.size_body, theme.HEADER_WEIGHT)
        small = theme.font(t.size_small)
        lines = ((strong, t.accent if self.here else t.text, name),
                 (small, self._tone(), self.station.word))  # fmt: skip
        high = [QFontMetrics(font).height() for font, _, _ in lines]
        top = (self.height() - sum(high)) // 2
        for (font, colour, words), height in zip(lines, high, strict=True):
            painter.setFont(font)
            painter.setPen(QColor(colour))
            shown = QFontMetrics(font).elidedText(words, Qt.TextElideMode.ElideRight, text.width())
            painter.drawText(QRect(text.left(), top, text.width(), height), int(_LINE), shown)
            top += height
        painter.end()

    def _ground(self, painter: QPainter) -> None:
        t = theme.tokens()
        whole = QRectF(self.rect())
        painter.setPen(Qt.PenStyle.NoPen)
        if self.here or self.underMouse() or self.isDown():
            painter.setBrush(QColor(t.accent_soft if self.here else t.hover))
            painter.drawRoundedRect(whole.adjusted(1, 1, -1, -1), t.radius, t.radius)
        if self.here:
            painter.setBrush(QColor(t.accent))
            painter.drawRect(QRectF(t.m, self.height() - 3, self.width() - 2 * t.m, 3))
        if self.hasFocus():
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(QColor(t.accent), 2))
            painter.drawRoundedRect(whole.adjusted(1, 1, -1, -1), t.radius, t.radius)

    def _tone(self) -> str:
        tone = self.station.tone if self.station else "text_soft"
        return str(getattr(theme.tokens(), tone))


_LINE = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter


class Road(QFrame):
    """At the head of every page of a report. Alt+1 ... Alt+5 go to the stations.

    It asks the library what can be told quickly, and the session what is known already; only a small
    library is checked through for it.
    """

    def __init__(self, session: Session, parent: QWidget | None = None, *, counts_since: bool = True) -> None:
        """``counts_since=False`` where the page itself counts what changed since the last submission."""
        super().__init__(parent)
        self.session = session
        self._counts_since = counts_since
        self.known = Known.of(session)
        self.facts: Facts | None = None
        self.stations: tuple[Station, ...] = ()
        self._code = ""
        self._here = ""
        self._checked: set[str] = set()
        self._stale = False
        self.setProperty("place", "card")
        self.setAccessibleName(tr("The way of the report"))
        self.setFixedHeight(HEIGHT)
        row = QHBoxLayout(self)
        row.setContentsMargins(1, 1, 1, 1)
        row.setSpacing(0)
        self.buttons = [StationButton(at, self) for at in range(5)]
        for at, button in enumerate(self.buttons):
            button.clicked.connect(partial(self.go, at))
            button.moved.connect(partial(self._move, at))
            row.addWidget(button, 1)
            key = QShortcut(QKeySequence(f"Alt+{at + 1}"), self)
            key.activated.connect(partial(self.go, at))
        self.known.told.connect(self._told)
        session.changed.connect(self._changed)

    def show(self, period: Period | str | None = None, here: str = "") -> None:
        """Show the way of the report of ``period``; ``here`` is the station one is at."""
        if period is None:
            super().show()
            return
        code = period if isinstance(period, str) else period.code
        if code != self._code:
            self.facts = None
        self._code, self._here = code, here
        self.refresh()

    def refresh(self) -> None:
        """Read anew how far the stations are."""
        if not self._code:
            return
        if not self.isVisible():
            self._stale = True
        self._render()
        work = partial(read_facts, self.session.desk, self._code)
        task = self.session.runner.run(self, work, slow=True)  # quietly: the page itself tells what is wrong
        task.finished.connect(self._take)

    def go(self, at: int) -> None:
        """Go to station ``at`` (from 0)."""
        if 0 <= at < len(self.stations):
            station = self.stations[at]
            self.session.page_wanted.emit(station.page, dict(station.arguments))

    def showEvent(self, event: QShowEvent) -> None:
        """What changed while it was not seen is read now."""
        super().showEvent(event)
        if self._stale:
            self._stale = False
            self.refresh()

    def _move(self, at: int, step: int) -> None:
        self.buttons[(at + step) % len(self.buttons)].setFocus(Qt.FocusReason.TabFocusReason)

    def _told(self, code: str) -> None:
        if code == self._code:
            self._render()

    def _changed(self, _changes: Changes) -> None:
        if self.isVisible():
            self.refresh()
        else:
            self._stale = True

    def _take(self, facts: Facts) -> None:
        if facts.period.code != self._code:
            return
        self.facts = facts
        self._render()
        self._count_since(facts)
        self._check_when_small(facts)

    def _render(self) -> None:
        if self.facts is None:
            return
        self.stations = stations(self.facts, self.known.state(self._code))
        for button, station in zip(self.buttons, self.stations, strict=True):
            button.show_station(station, here=station.key == self._here)

    def _count_since(self, facts: Facts) -> None:
        known = self.known.state(self._code).since is not None
        if not facts.submission or known or not self._counts_since or not self.isVisible():
            return
        work = partial(count_since, self.session.desk, self._code)
        task = self.session.runner.run(self, work, slow=True)
        task.finished.connect(partial(self._note_since, self._code, self.known.generation))

    def _note_since(self, code: str, generation: int, found: int | None) -> None:
        if generation == self.known.generation:
            self.known.note_since(code, found)

    def _check_when_small(self, facts: Facts) -> None:
        """A page that does not check by itself has a small library checked for the road."""
        state = self.known.state(self._code)
        quiet = self._here not in (LOOK, FREEZE) or not facts.records or facts.records > _FEW
        if quiet or not self.isVisible() or (state.open is not None and not state.stale):
            return
        if self._code in self._checked and state.open is None:  # under way, or it failed once
            return
        self._checked.add(self._code)
        task = self.session.runner.run(self, partial(_check, self.session.desk, self._code), slow=True)
        task.finished.connect(partial(self._note_check, self._code, self.known.generation))

    def _note_check(self, code: str, generation: int, found: int) -> None:
        if generation == self.known.generation:
            self.known.note_check(code, found)


def _check(desk: Desk, code: str, progress: Progress) -> int:
    return len(desk.readiness.check(desk.preparation.period(code), progress).open)

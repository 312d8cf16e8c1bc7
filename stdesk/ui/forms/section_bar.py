"""The sections of a form in one slim line: where one is, and one key to each."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QFontMetrics, QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QWidget

from stdesk.i18n import tr
from stdesk.ui import theme
from stdesk.ui.widgets.labels import plain

_HEIGHT = 30
_AIR = 16  # padding and border of a button
_NUMBERED = 9  # Alt+1 … Alt+9


class SectionBar(QFrame):
    """One flat button for each section; the names of those one is not in are cut where room is short.

    Signals:
        wanted: place of the section asked for.
    """

    wanted = Signal(int)

    def __init__(self, titles: Sequence[str], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("place", "sections")
        self.setAccessibleName(tr("Sections of the form"))
        self._titles = list(titles)
        self._current = 0
        self.buttons: list[QPushButton] = []
        row = QHBoxLayout(self)
        row.setContentsMargins(theme.tokens().m, 0, theme.tokens().s, 0)
        row.setSpacing(0)
        for at, title in enumerate(self._titles):
            button = QPushButton()
            button.setProperty("section", True)
            button.setCheckable(True)
            button.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # Alt and its number do the same
            button.setAccessibleName(title)
            keys = f" (Alt+{at + 1})" if at < _NUMBERED else ""
            button.setToolTip(f"{title}{keys}")
            button.clicked.connect(lambda _on, at=at: self._clicked(at))
            row.addWidget(button)
            self.buttons.append(button)
        row.addStretch(1)
        self._fit()
        self.mark(0)

    def sizeHint(self) -> QSize:
        """One line."""
        return QSize(200, _HEIGHT)

    def minimumSizeHint(self) -> QSize:
        """It never asks for room."""
        return QSize(0, _HEIGHT)

    def mark(self, at: int) -> None:
        """Show which section one is in."""
        moved, self._current = at != self._current, at
        for place, button in enumerate(self.buttons):
            if button.isChecked() != (place == at):
                button.setChecked(place == at)
        if moved:
            self._fit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Cut what has no room."""
        super().resizeEvent(event)
        self._fit()

    def _clicked(self, at: int) -> None:
        self.mark(at)
        self.wanted.emit(at)

    def _fit(self) -> None:
        """The section one is in by its whole name; the others share what is left, short names first."""
        metrics = QFontMetrics(theme.font(theme.tokens().size_small))
        wide = [metrics.horizontalAdvance(f"9 {title}") + _AIR for title in self._titles]
        room = self.width() - 2 * theme.tokens().m
        given = dict(enumerate(wide))
        if sum(wide) > room:
            left = room - wide[self._current]
            others = sorted((at for at in given if at != self._current), key=lambda at: wide[at])
            for n, at in enumerate(others):
                given[at] = min(wide[at], max(left // (len(others) - n), _AIR))
                left -= given[at]
        for at, (button, title) in enumerate(zip(self.buttons, self._titles, strict=True)):
            cut = title
            if given[at] < wide[at]:
                cut = metrics.elidedText(f"9 {title}", Qt.TextElideMode.ElideRight, given[at] - _AIR)[2:]
            number = f"&{at + 1}" if at < _NUMBERED else ""
            text = f"{number} {plain(cut)}" if cut.strip("…") else number
            if button.text() != text:
                button.setText(text)

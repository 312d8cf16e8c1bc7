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
    """One flat button for each section; where room is short, those far off have only their number.

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
        """Names where there is room."""
        super().resizeEvent(event)
        self._fit()

    def _clicked(self, at: int) -> None:
        self.mark(at)
        self.wanted.emit(at)

    def _fit(self) -> None:
        """Whole names or none: where one is, then what comes next, then before; the rest by number."""
        metrics = QFontMetrics(theme.font(theme.tokens().size_small))
        left = self.width() - 2 * theme.tokens().m
        left -= sum(metrics.horizontalAdvance(str(at + 1)) + _AIR for at in range(len(self._titles)))
        named = {self._current}
        for at in (*range(self._current, len(self._titles)), *range(self._current - 1, -1, -1)):
            wide = metrics.horizontalAdvance(f" {self._titles[at]}")
            if wide <= left or at == self._current:
                named.add(at)
                left -= wide
        for at, (button, title) in enumerate(zip(self.buttons, self._titles, strict=True)):
            number = f"&{at + 1}" if at < _NUMBERED else str(at + 1)
            text = f"{number} {plain(title)}" if at in named else number
            if button.text() != text:
                button.setText(text)

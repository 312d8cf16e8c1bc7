"""The rail at the left: every place of the window, and the switches of language and look."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QFont, QFontMetrics, QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QScrollArea, QVBoxLayout, QWidget

from stdesk.i18n import count, language, tr
from stdesk.ui import theme
from stdesk.ui.icons import icon, icon_label
from stdesk.ui.widgets.buttons import give_icon
from stdesk.ui.widgets.labels import ElidedLabel, label, plain

WIDTH = 212
_BEFORE_NAME = 38  # border, padding and icon of an entry
_EDGE = 8  # right of the number
_GAP = 4  # between name and number
HIDDEN = -1
"""The group of pages that stand nowhere in the rail: other pages lead to them."""


@dataclass(frozen=True, slots=True)
class Place:
    """An entry of the rail.

    Attributes:
        name: the page's name.
        label, icon: as shown.
        group: entries of another group stand apart; ``HIDDEN`` is not shown.
        under: the place that is marked while one is here; "" marks the entry itself.
    """

    name: str
    label: str
    icon: str
    group: int = 0
    under: str = ""


class RailButton(QPushButton):
    """An entry with, at its right end, a number; where both have no room, the number is said in short."""

    def __init__(self, place: Place, shortcut: str, parent: QWidget | None = None) -> None:
        super().__init__(plain(place.label), parent)
        self.setCheckable(True)
        give_icon(self, place.icon, "rail_text", 20)
        self.setAccessibleName(place.label)
        self.setToolTip(f"{place.label} ({shortcut})" if shortcut else place.label)
        self._label = place.label
        self._n = 0
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, _EDGE, 0)
        row.addStretch(1)
        self._count = label("", "count")
        self._count.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        row.addWidget(self._count)

    def set_count(self, n: int | None) -> None:
        """Show a number; none for 0."""
        self._n = n or 0
        self.setAccessibleName(f"{self._label} {count(n)}" if n else self._label)
        self._fit()

    def shown_count(self) -> str:
        """The number as it stands there."""
        return self._count.text()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Number and name share the room anew."""
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        """The number whole if it goes beside the name in its heavier, chosen face; the name is cut last."""
        body, small = theme.tokens().size_body, theme.tokens().size_small
        heavy = QFontMetrics(theme.font(body, QFont.Weight.DemiBold))
        number = QFontMetrics(theme.font(small))
        room = self.width() - _BEFORE_NAME - _EDGE - _GAP
        shown = count(self._n) if self._n else ""
        if self._n >= 1000 and heavy.horizontalAdvance(self._label) + number.horizontalAdvance(shown) > room:
            shown = f"{count(self._n // 1000)}k"
        self._count.setText(shown)
        left = room - number.horizontalAdvance(shown)
        self.setText(plain(heavy.elidedText(self._label, Qt.TextElideMode.ElideRight, left)))


class Rail(QFrame):
    """The places of the window.

    Signals:
        wanted: name of the page asked for.
        language_wanted: "vi" or "en".
        dark_wanted: whether the dark look is wanted.
    """

    wanted = Signal(str)
    language_wanted = Signal(str)
    dark_wanted = Signal(bool)

    def __init__(self, places: Sequence[Place], unit: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("rail")
        self.setFixedWidth(WIDTH)
        self.setAccessibleName(tr("Navigation"))
        t = theme.tokens()
        column = QVBoxLayout(self)
        column.setContentsMargins(t.s, t.m, t.s, t.s)
        column.setSpacing(0)
        column.addLayout(self._brand(unit))
        column.addSpacing(t.l)
        self.buttons: dict[str, RailButton] = {}
        inside = QWidget()
        inside.setProperty("place", "clear")
        entries = QVBoxLayout(inside)
        entries.setContentsMargins(0, 0, 0, 0)
        entries.setSpacing(2)
        seen = [place for place in places if place.group != HIDDEN]
        group = seen[0].group if seen else 0
        for at, place in enumerate(seen, 1):
            if place.group != group:
                entries.addSpacing(t.m)
                group = place.group
            button = RailButton(place, f"Ctrl+{at}" if at <= 9 else "")
            button.clicked.connect(lambda _on, name=place.name: self.wanted.emit(name))
            self.buttons[place.name] = button
            entries.addWidget(button)
        entries.addStretch(1)
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        area.setWidget(inside)
        area.viewport().setAutoFillBackground(False)
        column.addWidget(area, 1)
        column.addLayout(self._foot())

    def _brand(self, unit: str) -> QVBoxLayout:
        t = theme.tokens()
        brand = QVBoxLayout()
        brand.setContentsMargins(t.s, 0, t.s, 0)
        brand.setSpacing(2)
        self._head = row = QHBoxLayout()
        row.setSpacing(t.s)
        row.addWidget(icon_label("seal-check", "rail_text_active", 24))
        name = label("STDesk")
        name.setObjectName("brand")
        row.addWidget(name, 1)
        brand.addLayout(row)
        self.unit = ElidedLabel(unit, "count")
        brand.addWidget(self.unit)
        return brand

    def _foot(self) -> QHBoxLayout:
        self._switches = row = QHBoxLayout()
        row.setSpacing(4)
        other = "en" if language() == "vi" else "vi"
        self.language_button = QPushButton("English" if other == "en" else "Tiếng Việt")
        self.language_button.setToolTip(tr("Speak the other language"))
        self.language_button.setAccessibleName(self.language_button.text())
        self.language_button.clicked.connect(lambda: self.language_wanted.emit(other))
        dark = theme.tokens().dark
        self.look_button = QPushButton(icon("sun" if dark else "moon", "rail_text"), "")
        self.look_button.setAccessibleName(tr("Light look") if dark else tr("Dark look"))
        self.look_button.setToolTip(self.look_button.accessibleName())
        self.look_button.clicked.connect(lambda: self.dark_wanted.emit(not dark))
        self.look_button.setFixedWidth(40)
        self.look_button.setProperty("square", True)
        row.addWidget(self.language_button, 1)
        row.addWidget(self.look_button)
        return row

    def add_head(self, widget: QWidget) -> None:
        """Put a small button beside the program's name."""
        self._head.addWidget(widget)

    def add_foot(self, widget: QWidget) -> None:
        """Put a small button beside the switches at the foot."""
        self._switches.insertWidget(0, widget)

    def show_current(self, name: str) -> None:
        """Mark the place one is at."""
        for one, button in self.buttons.items():
            button.setChecked(one == name)

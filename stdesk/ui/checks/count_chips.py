"""Chips that count and, pressed, show only what they count."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QButtonGroup, QPushButton, QWidget

from stdesk.i18n import count
from stdesk.ui import theme
from stdesk.ui.widgets.buttons import give_icon
from stdesk.ui.widgets.flow_layout import FlowLayout
from stdesk.ui.widgets.labels import plain


@dataclass(frozen=True, slots=True)
class Counted:
    """One chip.

    Attributes:
        key: what :attr:`CountChips.chosen` tells; "" = everything.
        text, icon, tone: word, picture and colour.
        n: how many.
    """

    key: str
    text: str
    n: int
    icon: str = ""
    tone: str = "text_soft"


class CountChips(QWidget):
    """A row of chips of which one is pressed.

    Signals:
        chosen: the key of the chip pressed.
    """

    chosen = Signal(str)

    def __init__(self, name: str, parent: QWidget | None = None, *, hide_empty: bool = False) -> None:
        super().__init__(parent)
        self._hide_empty = hide_empty
        self.setAccessibleName(name)
        self._row = FlowLayout(self, spacing=theme.tokens().xs)
        self._group = QButtonGroup(self)
        self.chips: dict[str, QPushButton] = {}

    @property
    def key(self) -> str:
        """What is pressed; "" when it is everything."""
        return next((key for key, chip in self.chips.items() if chip.isChecked()), "")

    def set_counts(self, counts: Sequence[Counted]) -> None:
        """Show these; what was pressed stays pressed while it still counts something."""
        kept = self.key
        if [one.key for one in counts] != list(self.chips):
            self._rebuild(counts)
        for one in counts:
            chip = self.chips[one.key]
            chip.setText(plain(f"{one.text}  {count(one.n)}"))
            chip.setAccessibleName(f"{one.text}: {count(one.n)}")
            chip.setEnabled(one.n > 0 or not one.key)
            chip.setVisible(one.n > 0 or not one.key or not self._hide_empty)
        counting = [one.key for one in counts if one.n > 0]
        self.press(kept if kept in counting else next(iter(self.chips), ""))

    def press(self, key: str) -> None:
        """Press a chip without telling anyone."""
        if key in self.chips:
            self.chips[key].setChecked(True)

    def _rebuild(self, counts: Sequence[Counted]) -> None:
        for old in self.chips.values():
            self._group.removeButton(old)
            old.hide()
            old.deleteLater()
        self.chips = {}
        for place, one in enumerate(counts):
            chip = QPushButton(parent=self)
            chip.setCheckable(True)
            if one.icon:
                give_icon(chip, one.icon, one.tone)
            chip.clicked.connect(lambda _on, key=one.key: self.chosen.emit(key))
            self._group.addButton(chip)
            self._row.insert(place, chip)
            self.chips[one.key] = chip

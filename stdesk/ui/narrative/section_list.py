"""The parts of a report with their marks."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QListWidget, QListWidgetItem, QWidget

from stdesk.i18n import tr
from stdesk.ui.icons import icon
from stdesk.ui.narrative.marks import Part

_PLACE = Qt.ItemDataRole.UserRole  # which part a row shows; None: the heading over several


class SectionList(QListWidget):
    """One row a part, with the heading of its section above; only parts can be chosen."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._parts: tuple[Part, ...] = ()
        self.setAccessibleName(tr("Sections of the report"))
        self.setWordWrap(True)
        self.setResizeMode(QListWidget.ResizeMode.Adjust)
        self.setIconSize(QSize(18, 18))
        self.setTextElideMode(Qt.TextElideMode.ElideNone)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setMinimumWidth(210)

    def part(self) -> Part | None:
        """The part in hand."""
        item = self.currentItem()
        place = item.data(_PLACE) if item is not None else None
        return self._parts[place] if place is not None else None

    def show_parts(self, parts: Sequence[Part], *, keep: bool) -> None:
        """Show these, telling nobody; with ``keep`` the part in hand stays so."""
        held = self.part() if keep else None
        name = (held.section, held.title) if held else None
        self._parts = tuple(parts)
        rows = self._rows()
        self.blockSignals(True)
        if self.count() != len(rows):
            self.clear()
            for _ in rows:
                self.addItem(QListWidgetItem())
        current = -1
        for at, (caption, place) in enumerate(rows):
            self._dress(self.item(at), caption, place)
            if place is not None:
                part = self._parts[place]
                if current < 0 or (part.section, part.title) == name:
                    current = at
        self.setCurrentRow(current)
        self.blockSignals(False)

    def choose(self, sentence: str) -> bool:
        """Take the part with that sentence in hand; False when there is none."""
        for at in range(self.count()):
            place = self.item(at).data(_PLACE)
            if place is not None and sentence in [one.id for one in self._parts[place].sentences]:
                self.setCurrentRow(at)
                return True
        return False

    def _rows(self) -> list[tuple[str, int | None]]:
        """Caption and, unless it is the heading of a section, which part."""
        rows: list[tuple[str, int | None]] = []
        section = ""
        for place, part in enumerate(self._parts):
            if part.section and part.section != section:
                rows.append((part.section, None))
            section = part.section
            rows.append((part.title, place))
        return rows

    def _dress(self, item: QListWidgetItem, caption: str, place: int | None) -> None:
        item.setData(_PLACE, place)
        if place is None:
            item.setText(caption)
            item.setFlags(Qt.ItemFlag.NoItemFlags)
            item.setIcon(icon("caret-down", "text_faint"))
            return
        mark, word = self._parts[place].mark, self._parts[place].word
        item.setFlags(Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable)
        item.setText(f"{caption}\n{word}")
        item.setToolTip(f"{caption}: {word}")
        item.setData(Qt.ItemDataRole.AccessibleTextRole, f"{caption}: {word}")
        item.setIcon(icon(mark.picture, mark.tone))

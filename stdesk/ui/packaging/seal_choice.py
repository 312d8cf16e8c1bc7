"""Who can open the package: the centre alone, or anybody who holds the stick."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QButtonGroup, QRadioButton, QVBoxLayout, QWidget

from stdesk.i18n import tr
from stdesk.services.sealing import Centre
from stdesk.ui import theme
from stdesk.ui.widgets.labels import label
from stdesk.ui.widgets.note_line import NoteLine


class SealChoice(QWidget):
    """Two buttons, the words of the centre's key, and what is wrong with its list of keys.

    Signals:
        changed: the other one was chosen.
        keys_wanted: the page of the keys is wanted.
    """

    changed = Signal()
    keys_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        t = theme.tokens()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        self.sealed = QRadioButton(tr("Sealed: only the centre can open it"))
        self.words = label("", "small", wrap=True)
        self.words.setContentsMargins(t.xl + t.xs, 0, 0, t.xs)
        self.open = QRadioButton(tr("Open: anybody who holds the stick can read it"))
        self._group = QButtonGroup(self)
        for button in (self.sealed, self.open):
            self._group.addButton(button)
        self.sealed.toggled.connect(lambda _on: self.changed.emit())
        self.note = NoteLine()
        for widget in (self.sealed, self.words, self.open, self.note):
            column.addWidget(widget)
        self._known: Centre | None = None
        self.show_centre(Centre())

    @property
    def wants_seal(self) -> bool:
        """Whether the package is to be sealed."""
        return self.sealed.isEnabled() and self.sealed.isChecked()

    def show_centre(self, centre: Centre) -> None:
        """Offer sealing for ``centre``; it is chosen when it has become possible."""
        fresh = self._known is None or self._known.can != centre.can
        self._known = centre
        self.sealed.setEnabled(centre.can)
        words = " · ".join(centre.words)
        said = tr("Words of its key: {words}", words=words) if words else ""
        said = "\n".join(part for part in (centre.name, said) if part)
        self.words.setText(said)
        self.words.setVisible(bool(said))
        self.sealed.setAccessibleDescription(said)
        if fresh:
            (self.sealed if centre.can else self.open).setChecked(True)
        if centre.problem:
            tone = ("warning", "amber") if centre.can or centre.name else ("info", "blue")
            acts = [(tr("To the keys"), self.keys_wanted.emit)]
            self.note.tell(centre.problem, acts, picture=tone[0], tone=tone[1])
        else:
            self.note.clear()

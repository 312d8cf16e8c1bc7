"""What a file's first page proposes, as chips to accept; nothing that stands in the form is replaced unasked."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QScrollArea, QVBoxLayout, QWidget

from stdesk.domain.fields import Value
from stdesk.domain.values import show
from stdesk.i18n import tr
from stdesk.services.attachments import Proposal
from stdesk.ui import theme
from stdesk.ui.forms.form import Form
from stdesk.ui.icons import icon_label
from stdesk.ui.widgets.chips import ChipRow
from stdesk.ui.widgets.labels import ElidedLabel, label

_HIGHEST = 84  # pixels: two lines and half of a third, which says there is more


class ProposalsBar(QFrame):
    """Chips over the form of a record; hidden while there is nothing to propose.

    Signals:
        accepted: names of the fields that were filled.
    """

    accepted = Signal(list)

    def __init__(self, form: Form, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        t = theme.tokens()
        self.form = form
        self._proposals: dict[str, Proposal] = {}
        self._problem = ""
        self.setProperty("place", "note")
        self.setProperty("tone", "blue")
        column = QVBoxLayout(self)
        column.setContentsMargins(t.s, t.s, t.s, t.s)
        column.setSpacing(t.xs)
        head = QHBoxLayout()
        head.setSpacing(t.xs)
        head.addWidget(icon_label("file-magnifying-glass", "blue", 16), 0, Qt.AlignmentFlag.AlignVCenter)
        self.headline = label("", "small", wrap=True)
        head.addWidget(self.headline, 1)
        self.all_button = QPushButton(tr("Take all that is empty"))
        self.all_button.setProperty("link", True)
        self.all_button.setToolTip(tr("Fills the empty fields; what is filled stays"))
        self.all_button.clicked.connect(self.accept_all)
        head.addWidget(self.all_button)
        column.addLayout(head)
        self.chips = ChipRow()
        self.chips.opened.connect(self.accept)
        self.room = QScrollArea()
        self.room.setWidgetResizable(True)
        self.room.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        inside = QWidget()
        inside.setProperty("place", "clear")
        self._lines = QVBoxLayout(inside)
        self._lines.setContentsMargins(0, 0, 0, 0)
        self._lines.setSpacing(t.xs)
        self._lines.addWidget(self.chips)
        self.replacing: dict[str, QPushButton] = {}  # field -> the button that replaces what stands there
        self._rows: list[QWidget] = []
        self.room.setWidget(inside)
        column.addWidget(self.room)
        self.hide()

    def show_proposals(self, proposals: Sequence[Proposal], problem: str = "") -> None:
        """Show what differs from the form; ``problem`` says why there is nothing."""
        self._proposals = {one.field: one for one in proposals if one.field in self.form.boxes}
        self._problem = problem
        self.refresh()

    def refresh(self) -> None:
        """The form changed: what it holds already is proposed no more."""
        open_ones = {name: one for name, one in self._proposals.items() if self._value(name) != one.value}
        empty = [name for name in open_ones if self._is_empty(name)]
        self.chips.set_chips([(name, self._text(open_ones[name])) for name in empty], removable=False)
        for name in empty:
            if chip := self.chips.chip(name):
                chip.setToolTip(f"{open_ones[name].shown}\n({open_ones[name].why})")
        self.chips.setVisible(bool(empty))
        self._show_filled([one for name, one in open_ones.items() if name not in empty])
        self.all_button.setVisible(bool(empty))
        self.room.setVisible(bool(open_ones))
        self.headline.setText(
            tr("The first page says (press to take it into the form):") if open_ones else self._problem
        )
        self.setVisible(bool(open_ones or self._problem))
        self._fit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Chips wrap otherwise."""
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        """As high as the chips need, up to a few lines; the rest scrolls."""
        needed = sum(row.sizeHint().height() + self._lines.spacing() for row in self._rows)
        if not self.chips.isHidden():
            needed += self.chips.heightForWidth(max(80, self.room.viewport().width()))
        self.room.setFixedHeight(min(needed, _HIGHEST) + 2)

    def accept(self, name: str) -> None:
        """Put one proposal into the form, over what stands there when the chip said so."""
        if one := self._proposals.get(name):
            self.form.propose(name, one.value)
            self.refresh()
            self.accepted.emit([name])

    def accept_all(self) -> None:
        """Fill the empty fields."""
        names = [name for name in self._proposals if self._is_empty(name)]
        for name in names:
            self.form.propose(name, self._proposals[name].value)
        self.refresh()
        self.accepted.emit(names)

    def _value(self, name: str) -> Value:
        return self.form.boxes[name].editor.value()

    def _is_empty(self, name: str) -> bool:
        editor = self.form.boxes[name].editor
        return editor.value() is None and not editor.typed()

    def _text(self, one: Proposal) -> str:
        """ "Tên: …"."""
        return f"{self.form.kind.field(one.field).label}: " + one.shown.replace("\n", "; ")

    def _show_filled(self, proposals: Sequence[Proposal]) -> None:
        """Fields that hold something else: both are shown, and a button to replace."""
        for row in self._rows:
            self._lines.removeWidget(row)
            row.hide()
            row.deleteLater()
        self.replacing = {}
        self._rows = [self._filled(one) for one in proposals]
        for row in self._rows:
            self._lines.addWidget(row)

    def _filled(self, one: Proposal) -> QWidget:
        name = str(self.form.kind.field(one.field).label)
        row = QWidget()
        line = QHBoxLayout(row)
        line.setContentsMargins(theme.tokens().xs, 0, 0, 0)
        texts = QVBoxLayout()
        texts.setSpacing(0)
        texts.addWidget(
            ElidedLabel(tr("{field}, now: {old}", field=name, old=self._standing(one.field)), "small")
        )
        new = ElidedLabel("→ " + one.shown.replace("\n", "; "))
        new.setToolTip(f"{one.shown}\n({one.why})")
        texts.addWidget(new)
        line.addLayout(texts, 1)
        button = QPushButton(tr("Replace"))
        button.setProperty("link", True)
        button.setAccessibleName(tr("Replace {field} by {new}", field=name, new=one.shown))
        button.clicked.connect(lambda: self.accept(one.field))
        line.addWidget(button)
        self.replacing[one.field] = button
        return row

    def _standing(self, name: str) -> str:
        editor = self.form.boxes[name].editor
        value = editor.value()
        return (
            show(self.form.kind.field(name), value).replace("\n", "; ")
            if value is not None
            else editor.typed()
        )

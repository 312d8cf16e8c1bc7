"""What goes into the package: everything, or only what changed since the centre accepted the last one."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QButtonGroup, QFrame, QLabel, QPushButton, QRadioButton, QVBoxLayout, QWidget

from stdesk.i18n import count, ntr, tr
from stdesk.ui import theme
from stdesk.ui.forms.files_editor import show_size
from stdesk.ui.packaging.plan import Carried, Plan
from stdesk.ui.widgets.labels import label

_NAMED = 12  # withdrawn records named one by one


class ContentChoice(QWidget):
    """One line while there is nothing to choose, else two buttons.

    Signals:
        changed: the other one was chosen.
    """

    changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._plan: Plan | None = None
        t = theme.tokens()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        self.only = label("", wrap=True)
        self.only.setMinimumHeight(t.row)
        self.full = QRadioButton()
        self.delta = QRadioButton()
        self.full_said, self.delta_said = label("", "small", wrap=True), label("", "small", wrap=True)
        for said in (self.full_said, self.delta_said):
            said.setContentsMargins(t.xl + t.xs, 0, 0, t.xs)
        self._group = QButtonGroup(self)
        for button in (self.full, self.delta):
            self._group.addButton(button)
        self.delta.toggled.connect(lambda _on: self._toggled())
        self.withdrawn_button = QPushButton()
        self.withdrawn_button.setProperty("link", True)
        self.withdrawn_button.setCheckable(True)
        self.withdrawn_button.toggled.connect(lambda _on: self._show_withdrawn())
        self.withdrawn = QFrame()
        self.withdrawn.setProperty("place", "note")
        inner = QVBoxLayout(self.withdrawn)
        inner.setContentsMargins(t.m, t.s, t.m, t.s)
        self._withdrawn_text: QLabel = label("", wrap=True)
        self._withdrawn_text.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        inner.addWidget(self._withdrawn_text)
        column.addWidget(self.only)
        for widget in (self.full, self.full_said, self.delta, self.delta_said):
            column.addWidget(widget)
        column.addWidget(self.withdrawn_button, 0, Qt.AlignmentFlag.AlignLeft)
        column.addWidget(self.withdrawn)
        self.show_plan(None)

    @property
    def wants_delta(self) -> bool:
        """Whether only what changed is wanted."""
        return self._has_choice() and self.delta.isChecked()

    @property
    def carried(self) -> Carried | None:
        """What the package would carry as chosen."""
        if self._plan is None:
            return None
        return self._plan.delta if self.wants_delta else self._plan.full

    def show_plan(self, plan: Plan | None) -> None:
        """Say what ``plan`` carries; where there is a base, only what changed is chosen first."""
        fresh = plan is not None and (self._plan is None or self._plan.report != plan.report)
        self._plan = plan
        choice = self._has_choice()
        for widget in (self.full, self.full_said, self.delta, self.delta_said):
            widget.setVisible(choice)
        self.only.setVisible(not choice)
        if plan is None:
            self.only.setText("…")
        elif plan.full is not None:
            said = _full_words(plan.full)
            self.only.setText(tr("Everything: {what}", what=said))
            _name(self.full, self.full_said, tr("Everything of the frozen report"), said)
        else:
            self.only.setText(tr("Everything of the frozen report"))
        if choice and plan is not None and plan.delta is not None:
            title = tr("Only what changed since submission {n}, which was accepted", n=str(plan.base))
            _name(self.delta, self.delta_said, title, _delta_words(plan.delta))
            if fresh:
                (self.delta if plan.prefer_delta else self.full).setChecked(True)
        self._show_withdrawn()

    def _has_choice(self) -> bool:
        return self._plan is not None and self._plan.delta is not None

    def _toggled(self) -> None:
        self._show_withdrawn()
        self.changed.emit()

    def _show_withdrawn(self) -> None:
        named = self._plan.delta.withdrawn if self._plan and self._plan.delta and self.wants_delta else ()
        self.withdrawn_button.setVisible(bool(named))
        n = len(named)
        words = ntr("See the record withdrawn", "See the {n} records withdrawn", n)
        self.withdrawn_button.setText(words)
        self.withdrawn.setVisible(bool(named) and self.withdrawn_button.isChecked())
        rest = tr("and {n} more", n=count(n - _NAMED)) if n > _NAMED else ""
        self._withdrawn_text.setText("\n".join([*named[:_NAMED], *([rest] if rest else [])]))


def _name(button: QRadioButton, below: QLabel, title: str, said: str) -> None:
    """What a choice is called, and under it in small letters, which wrap, what it carries."""
    button.setText(title)
    button.setAccessibleDescription(said)
    below.setText(said)


def _full_words(carried: Carried) -> str:
    return tr(
        "{records}, {files}, {size}",
        records=ntr("{n} record", "{n} records", carried.records),
        files=ntr("{n} file", "{n} files", carried.files),
        size=show_size(carried.size),
    )


def _delta_words(carried: Carried) -> str:
    return tr(
        "{added} new, {changed} changed, {withdrawn} withdrawn, {files}, {size}",
        added=count(carried.added),
        changed=count(carried.changed),
        withdrawn=count(len(carried.withdrawn)),
        files=ntr("{n} file", "{n} files", carried.files),
        size=show_size(carried.size),
    )

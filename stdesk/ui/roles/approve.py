"""A leader's yes to a frozen report: who gave it, and the place to give it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QLabel, QLineEdit, QVBoxLayout, QWidget

from stdesk.i18n import tr
from stdesk.services.reporting import FrozenReport
from stdesk.services.roles import Approval
from stdesk.ui import theme
from stdesk.ui.forms.choice_editor import QuietCombo
from stdesk.ui.times import shown_time
from stdesk.ui.widgets.buttons import icon_button
from stdesk.ui.widgets.labels import label

_SHOWN = 4  # approvals; more are counted nowhere, but kept


@dataclass(frozen=True, slots=True)
class Approving:
    """What a leader typed under a report."""

    report: FrozenReport
    name: str
    code: str
    note: str


class ApprovePart(QFrame):
    """Hidden while no submission is in hand, and where no leader has a code and nothing asks for one.

    Signals:
        approve_wanted: an :class:`Approving`.
    """

    approve_wanted = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._report: FrozenReport | None = None
        self._leaders: tuple[str, ...] = ()
        self._free, self._read_only = True, False
        self.setProperty("place", "note")
        t = theme.tokens()
        column = QVBoxLayout(self)
        column.setContentsMargins(t.m, t.s, t.m, t.m)
        column.setSpacing(t.xs)
        self.caption = label("", "section", wrap=True)
        self.told = label("", wrap=True)
        self.hint = label("", "small", wrap=True)
        self.name = QuietCombo()
        self.code, self.note = QLineEdit(), QLineEdit()
        self.code.setEchoMode(QLineEdit.EchoMode.Password)
        self._lines: list[QWidget] = []
        for widget in (self.caption, self.told, self.hint):
            column.addWidget(widget)
        for text, editor in (
            (tr("Leader who approves"), self.name),
            (tr("The leader's code"), self.code),
            (tr("Note, when there is one"), self.note),
        ):
            editor.setAccessibleName(text)
            caption = _caption(text, editor)
            self._lines += [caption, editor]
            column.addWidget(caption)
            column.addWidget(editor)
        for line in (self.code, self.note):
            line.returnPressed.connect(self._approve)
        self.button = icon_button("seal-check", tr("Leader approves"))
        self.button.clicked.connect(self._approve)
        self._lines.append(self.button)
        column.addWidget(self.button)
        self.problem = label("", "problem", wrap=True)
        self.problem.hide()
        column.addWidget(self.problem)
        self.hide()

    def show_report(
        self, report: FrozenReport | None, approvals: Sequence[Approval], leaders: Sequence[str], *,
        newest: bool, needed: bool,
    ) -> None:  # fmt: skip
        """Show who approved ``report``, and the place to do so when it is the newest submission."""
        if report != self._report:
            self.code.clear()
            self.note.clear()
            self.show_problem("")
        self._report, self._leaders = report, tuple(leaders)
        real = report is not None and not report.trial
        self.setVisible(real and bool(leaders or approvals or needed))
        if report is None:
            return
        self.caption.setText(tr("Leader's approval of submission {n}", n=str(report.submission)))
        self.told.setText("\n".join(map(_told, approvals[-_SHOWN:])))
        self.told.setVisible(bool(approvals))
        held = self.name.currentText()
        self.name.clear()
        self.name.addItems(list(leaders))
        self.name.setCurrentIndex(max(self.name.findText(held), 0) if leaders else -1)
        for widget in self._lines:
            widget.setVisible(newest and bool(leaders))
        self.hint.setText(self._hint(newest=newest, needed=needed, approved=bool(approvals)))
        self.hint.setVisible(bool(self.hint.text()))
        self._show_button()

    def _hint(self, *, newest: bool, needed: bool, approved: bool) -> str:
        if not self._leaders and not approved:
            return tr("No leader has a code yet: give one on the page Data safety.")
        if newest and needed and not approved:
            return tr("A package can be made only after this.")
        return "" if newest else tr("It was frozen again: the newest submission is the one to approve.")

    def set_free(self, free: bool, *, read_only: bool) -> None:
        """Whether it can be approved now."""
        self._free, self._read_only = free, read_only
        self._show_button()

    def show_problem(self, text: str) -> None:
        """What is wrong with what was typed."""
        self.problem.setText(text)
        self.problem.setVisible(bool(text))

    def done(self) -> None:
        """It is approved: nothing typed is left."""
        self.code.clear()
        self.note.clear()
        self.show_problem("")

    def _show_button(self) -> None:
        self.button.setEnabled(self._free and not self._read_only and bool(self._leaders))

    def _approve(self) -> None:
        if self._report is None or not self.button.isEnabled():
            return
        if not self.code.text().strip():
            self.code.setFocus()
            return
        self.approve_wanted.emit(
            Approving(self._report, self.name.currentText(), self.code.text(), self.note.text())
        )


def _caption(text: str, editor: QWidget) -> QLabel:
    made = label(text, "small")
    made.setBuddy(editor)
    return made


def _told(one: Approval) -> str:
    said = tr("{name}, {when}", name=one.name, when=shown_time(one.at))
    return f"{said}: {one.note}" if one.note else said

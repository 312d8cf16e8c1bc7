"""The finding in hand: what is wrong, what to do, what it rests on, and the three ways to deal with it."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from stdesk.domain.rules.core import Finding, Severity
from stdesk.i18n import ntr, tr
from stdesk.ui import theme
from stdesk.ui.widgets.buttons import icon_button
from stdesk.ui.widgets.finding_line import FindingLine
from stdesk.ui.widgets.labels import label, plain
from stdesk.ui.widgets.suggest_line import SuggestLine


class FindingPanel(QFrame):
    """Below the table of findings.

    Signals:
        mend_wanted: the record is to be opened at the field.
        later_wanted: True puts it off, False takes it up again.
        explained: the reason typed; "" takes it back.
        article_wanted: what the rule rests on is to be shown.
    """

    mend_wanted = Signal()
    later_wanted = Signal(bool)
    explained = Signal(str)
    article_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("place", "card")
        t = theme.tokens()
        column = QVBoxLayout(self)
        column.setContentsMargins(t.m, t.m, t.m, t.s)
        column.setSpacing(t.s)
        self._line: FindingLine | None = None
        self._lines = QVBoxLayout()
        column.addLayout(self._lines)
        column.addLayout(self._acts())
        column.addLayout(self._foot())
        self._later = False

    def _acts(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(theme.tokens().s)
        self.mend_button = icon_button("pencil-simple", tr("Mend"), "on_accent")
        self.mend_button.setToolTip(tr("Open it at the field in question (Enter or F6)"))
        self.mend_button.setProperty("primary", True)
        self.mend_button.clicked.connect(self.mend_wanted)
        self.later_button = icon_button("hourglass", tr("Later"), "text_soft")
        self.later_button.clicked.connect(lambda: self.later_wanted.emit(not self._later))
        self.reason = SuggestLine()
        self.reason.setAccessibleName(tr("Reason"))
        self.reason.setToolTip(tr("Ctrl+G; ↓ proposes the reasons given before"))
        self.reason.returnPressed.connect(self._explain)
        self.explain_button = QPushButton(tr("Explain"))
        self.explain_button.clicked.connect(self._explain)
        row.addWidget(self.mend_button)
        row.addWidget(self.later_button)
        row.addWidget(self.reason, 1)
        row.addWidget(self.explain_button)
        self._stretch = QWidget()
        row.addWidget(self._stretch, 1)
        return row

    def _foot(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(theme.tokens().s)
        self.note = label("", "small", wrap=True)
        self.article_button = QPushButton()
        self.article_button.setProperty("link", True)
        self.article_button.setToolTip(tr("Read what it says (Ctrl+I)"))
        self.article_button.clicked.connect(self.article_wanted)
        row.addWidget(self.article_button)
        row.addWidget(self.note, 1)
        return row

    def show_finding(
        self,
        finding: Finding | None,
        reason: str,
        chosen: int,
        *,
        read_only: bool,
        later: bool = False,
        opens: bool = True,
    ) -> None:
        """Show ``finding`` with the ``reason`` given so far; ``chosen`` findings are selected.

        Args:
            later: it was put off.
            opens: whether there is a place where it is mended.
        """
        self.setVisible(finding is not None)
        if finding is None:
            return
        if self._line is None:
            self._line = FindingLine(finding.severity, finding.message, finding.advice, "")
            self._lines.addWidget(self._line)
        else:
            self._line.show_finding(finding.severity, finding.message, finding.advice, "")
        self._later = later
        self.mend_button.setVisible(opens)
        self._show_later(finding, chosen, read_only)
        explain = finding.severity is Severity.EXPLAIN
        for widget in (self.reason, self.explain_button):
            widget.setVisible(explain)
            widget.setEnabled(not read_only)
        self._stretch.setVisible(not explain)
        if explain and self.reason.text() != reason:
            self.reason.setText(reason)
        self.reason.setPlaceholderText(tr("or say why it must stay so; the reason goes with the report"))
        self.explain_button.setText(
            ntr("Explain", "Explain the {n} selected", chosen) if chosen > 1 else tr("Explain")
        )
        self.article_button.setText(plain(finding.article))
        self.article_button.setAccessibleName(tr("What it rests on: {article}", article=finding.article))
        self.note.setText(_note(finding, reason, later))

    def _show_later(self, finding: Finding, chosen: int, read_only: bool) -> None:
        self.later_button.setVisible(finding.severity is not Severity.NOT_DUE)
        self.later_button.setEnabled(not read_only)
        many = chosen > 1
        if self._later:
            text = ntr("Take up", "Take up the {n} selected", chosen) if many else tr("Take up")
            tip = tr("Put it back among the others (Ctrl+L)")
        else:
            text = ntr("Later", "Put off the {n} selected", chosen) if many else tr("Later")
            tip = tr("Put it off: it goes to the end of the list and still counts as open (Ctrl+L)")
        self.later_button.setText(text)
        self.later_button.setToolTip(tip)

    def set_given(self, reasons: Sequence[str]) -> None:
        """The reasons given before, to be proposed."""
        self.reason.set_known(reasons)

    def _explain(self) -> None:
        self.explained.emit(self.reason.text().strip())


def _note(finding: Finding, reason: str, later: bool) -> str:
    if finding.severity is Severity.BLOCK:
        return tr("This has to be mended: no reason can stand in for it.")
    if finding.severity is Severity.NOT_DUE:
        return tr("Nothing to do now: it is not due yet.")
    if reason:
        return tr("Explained. An empty reason takes it back.")
    return tr("Put off; it still counts as open.") if later and finding.severity is Severity.EXPLAIN else ""

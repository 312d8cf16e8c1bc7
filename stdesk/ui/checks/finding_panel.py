"""The finding in hand: what is wrong, what to do, and the two ways to deal with it."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLineEdit, QPushButton, QVBoxLayout, QWidget

from stdesk.domain.rules.core import Finding, Severity
from stdesk.i18n import ntr, tr
from stdesk.ui import theme
from stdesk.ui.widgets.buttons import icon_button
from stdesk.ui.widgets.finding_line import FindingLine
from stdesk.ui.widgets.labels import label


class FindingPanel(QFrame):
    """Below the table of findings.

    Signals:
        mend_wanted: the record is to be opened at the field.
        explained: the reason typed; "" takes it back.
    """

    mend_wanted = Signal()
    explained = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("place", "card")
        t = theme.tokens()
        column = QVBoxLayout(self)
        column.setContentsMargins(t.m, t.m, t.m, t.m)
        column.setSpacing(t.s)
        self._lines = QVBoxLayout()
        column.addLayout(self._lines)
        self._line: QWidget | None = None
        row = QHBoxLayout()
        row.setSpacing(t.s)
        self.mend_button = icon_button("pencil-simple", tr("Mend"), "on_accent")
        self.mend_button.setToolTip(tr("Open it at the field in question (Enter)"))
        self.mend_button.setProperty("primary", True)
        self.mend_button.clicked.connect(self.mend_wanted)
        row.addWidget(self.mend_button)
        self.reason = QLineEdit()
        self.reason.setAccessibleName(tr("Reason"))
        self.reason.returnPressed.connect(self._explain)
        row.addWidget(self.reason, 1)
        self.explain_button = QPushButton(tr("Explain"))
        self.explain_button.clicked.connect(self._explain)
        row.addWidget(self.explain_button)
        column.addLayout(row)
        self.note = label("", "small", wrap=True)
        column.addWidget(self.note)

    def show_finding(self, finding: Finding | None, reason: str, chosen: int, *, read_only: bool) -> None:
        """Show ``finding`` with the ``reason`` given so far; ``chosen`` findings are selected."""
        self.setVisible(finding is not None)
        if finding is None:
            return
        if self._line is not None:
            self._lines.removeWidget(self._line)
            self._line.hide()
            self._line.deleteLater()
        self._line = FindingLine(finding.severity, finding.message, finding.advice, finding.article)
        self._lines.addWidget(self._line, 0, Qt.AlignmentFlag.AlignTop)
        self.mend_button.setVisible(bool(finding.record))
        explain = finding.severity is Severity.EXPLAIN
        for widget in (self.reason, self.explain_button):
            widget.setVisible(explain)
            widget.setEnabled(not read_only)
        if explain and self.reason.text() != reason:
            self.reason.setText(reason)
        self.reason.setPlaceholderText(tr("or say why it must stay so; the reason goes with the report"))
        self.explain_button.setText(
            ntr("Explain", "Explain the {n} selected", chosen) if chosen > 1 else tr("Explain")
        )
        self.note.setText(_note(finding, reason))
        self.note.setVisible(bool(self.note.text()))

    def _explain(self) -> None:
        self.explained.emit(self.reason.text().strip())


def _note(finding: Finding, reason: str) -> str:
    if finding.severity is Severity.BLOCK:
        return tr("This has to be mended: no reason can stand in for it.")
    if finding.severity is Severity.NOT_DUE:
        return tr("Nothing to do now: it is not due yet.")
    if reason:
        return tr("Explained. An empty reason takes it back.")
    return ""

"""Under the grid: where one is, how the cell is understood, what the rules say of its row."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from stdesk.domain.rules.core import Finding, Severity
from stdesk.i18n import tr
from stdesk.ui import theme
from stdesk.ui.grid.model import GridModel
from stdesk.ui.widgets.buttons import icon_button
from stdesk.ui.widgets.finding_line import FindingLine
from stdesk.ui.widgets.labels import ElidedLabel, label

_MOST = 12  # findings listed
_HEIGHT = 128
_ORDER = list(Severity)


class GridFoot(QFrame):
    """Lines about the current cell and its row, at one height whatever they say.

    Signals:
        newest_wanted: lay what was typed over the newest state of the current row.
    """

    newest_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("place", "bar")
        t = theme.tokens()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, t.s, 0, 0)
        column.setSpacing(t.xs)
        head = QHBoxLayout()
        head.setSpacing(t.m)
        self.where = label("", "strong")
        self.cell = ElidedLabel("", "understood")
        self.newest = icon_button("arrow-clockwise", tr("Use the newest state, keep what I typed"), "accent")
        self.newest.clicked.connect(self.newest_wanted)
        self.newest.hide()
        head.addWidget(self.where)
        head.addWidget(self.cell, 1)
        head.addWidget(self.newest)
        head.addStrut(30)
        column.addLayout(head)
        self._area = QScrollArea()
        self._area.setWidgetResizable(True)
        self._area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._area.setAccessibleName(tr("What the rules say of this row"))
        inside = QWidget()
        inside.setProperty("place", "clear")
        self._lines = QVBoxLayout(inside)
        self._lines.setContentsMargins(0, 0, 0, 0)
        self._lines.setSpacing(t.xs)
        self._lines.addStretch(1)
        self._area.setWidget(inside)
        column.addWidget(self._area, 1)
        self._shown: tuple[Finding, ...] = ()
        self.setFixedHeight(_HEIGHT)

    def show_cell(self, model: GridModel, row: int, column: int) -> None:
        """Say where one is and what stands there."""
        if not (0 <= column < len(model.columns)) or row < 0:
            self.where.setText("")
            self.cell.setText("")
            self.show_findings(())
            return
        name = model.columns[column].name
        self.where.setText(
            tr("Row {row}, {column}", row=str(row + 1), column=model.columns[column].title.removesuffix(" *"))
        )
        text, role = _said(model, row, name)
        if self.cell.property("role") != role:
            theme.mark(self.cell, role=role)
        self.cell.setText(text)
        self.newest.setVisible(row in model.refused)
        spoken = ". ".join(part for part in (self.where.text(), text) if part)
        self.where.setAccessibleName(spoken)
        self.setAccessibleName(spoken)
        self.show_findings(model.findings.get(row, ()))

    def show_findings(self, findings: Sequence[Finding]) -> None:
        """List what the rules say of the row, gravest first."""
        found = sorted(findings, key=lambda one: _ORDER.index(one.severity))[:_MOST]
        if tuple(found) == self._shown:
            return
        self._shown = tuple(found)
        while self._lines.count() > 1:
            item = self._lines.takeAt(0)
            widget = item.widget() if item is not None else None
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        for at, one in enumerate(found):
            self._lines.insertWidget(at, FindingLine(one.severity, one.message, one.advice, one.article))

    @property
    def findings(self) -> tuple[Finding, ...]:
        """The findings shown."""
        return self._shown


def _said(model: GridModel, row: int, name: str) -> tuple[str, str]:
    """What to say of a cell, and in which look."""
    read = model.edits.cell(row, name)
    if read is not None and read.problem:
        return read.problem, "problem"
    if row in model.refused:
        return model.refused[row], "problem"
    if read is not None and read.understood:
        return tr("understood as {value}", value=read.understood), "understood"
    others = [one for one in model.problems(row) if one[0] != name]
    if others:
        column = model.kind.by_name.get(others[0][0])
        return f"{column.label if column else tr('State')}: {others[0][1]}", "problem"
    return ("", "understood") if read is not None else (model.text(row, name)[:400], "soft")

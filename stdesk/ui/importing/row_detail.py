"""What was understood of one row, field by field."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from stdesk.domain.kinds import Kind
from stdesk.i18n import count, tr
from stdesk.services.intake import RowPlan, Verdict
from stdesk.ui import theme
from stdesk.ui.icons import icon_label
from stdesk.ui.importing.understood import shown_values, verdict_look, verdict_word
from stdesk.ui.widgets.labels import label

_TONES = {Verdict.LOOK: "amber", Verdict.MERGED: "blue"}
_LONGEST = 600  # characters shown of a value; the whole of it is taken in


class RowDetail(QScrollArea):
    """The row in hand, beside the table."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWidgetResizable(True)
        self.setProperty("place", "surface")
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setAccessibleName(tr("What was understood of this row"))
        self.show_row(None, None)

    def show_row(self, kind: Kind | None, row: RowPlan | None) -> None:
        """Show ``row`` of a sheet of ``kind``."""
        t = theme.tokens()
        inner = QWidget()
        inner.setProperty("place", "surface")
        column = QVBoxLayout(inner)
        column.setContentsMargins(t.l, t.m, t.l, t.m)
        column.setSpacing(t.s)
        if row is None:
            column.addWidget(label(tr("Choose a row to see what was understood of it."), "soft", wrap=True))
        else:
            column.addLayout(_headline(row))
            for reason in row.reasons:
                column.addWidget(_reason(row.verdict, reason.text))
            if kind is not None and row.values:
                column.addLayout(_fields(kind, row))
        column.addStretch(1)
        self.setWidget(inner)


def _headline(row: RowPlan) -> QHBoxLayout:
    t = theme.tokens()
    line = QHBoxLayout()
    line.setSpacing(t.s)
    line.addWidget(icon_label(*verdict_look(row.verdict), 20))
    text = tr("Row {row}: {verdict}", row=count(row.number), verdict=verdict_word(row.verdict))
    line.addWidget(label(text, "strong"), 1)
    return line


def _reason(verdict: Verdict, text: str) -> QFrame:
    t = theme.tokens()
    frame = QFrame()
    frame.setProperty("place", "note")
    frame.setProperty("tone", _TONES.get(verdict, ""))
    column = QVBoxLayout(frame)
    column.setContentsMargins(t.s, t.xs, t.s, t.xs)
    column.addWidget(label(text, wrap=True))
    return frame


def _fields(kind: Kind, row: RowPlan) -> QVBoxLayout:
    t = theme.tokens()
    column = QVBoxLayout()
    column.setSpacing(0)
    for caption, text in shown_values(kind, row):
        value = label(text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…", wrap=True)
        value.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        column.addWidget(label(caption, "label", wrap=True))
        column.addWidget(value)
        column.addSpacing(t.s - 2)
    return column

"""What was understood of one row, field by field."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QGridLayout, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from stdesk.domain.kinds import Kind
from stdesk.i18n import count, ntr, tr
from stdesk.services.intake import RowPlan, Verdict
from stdesk.ui import theme
from stdesk.ui.icons import icon_label
from stdesk.ui.importing.understood import shown_values, verdict_look, verdict_word
from stdesk.ui.widgets.labels import label

_TONES = {Verdict.LOOK: "amber", Verdict.MERGED: "blue"}
RawCell = tuple[str, str, object]  # column letter, header, value
_MOST_CELLS = 80
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

    def show_row(self, kind: Kind | None, row: RowPlan | None, cells: Sequence[RawCell] = ()) -> None:
        """Show ``row`` of a sheet of ``kind``, and under it the ``cells`` of the file it was made from."""
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
            if cells:
                column.addWidget(_raw(cells))
        column.addStretch(1)
        self.setWidget(inner)


def _raw(cells: Sequence[RawCell]) -> QFrame:
    """The row as it stands in the file: column letter, header, what is written there."""
    t = theme.tokens()
    frame = QFrame()
    frame.setProperty("place", "note")
    frame.setAccessibleName(tr("As it stands in the file"))
    grid = QGridLayout(frame)
    grid.setContentsMargins(t.s, t.s, t.s, t.s)
    grid.setHorizontalSpacing(t.s)
    grid.setVerticalSpacing(2)
    grid.addWidget(label(tr("As it stands in the file"), "section"), 0, 0, 1, 2)
    for at, (letter, header, value) in enumerate(cells[:_MOST_CELLS]):
        text = show_raw(value)
        place = label(letter, "label")
        place.setAlignment(Qt.AlignmentFlag.AlignTop)
        grid.addWidget(place, 2 * at + 1, 0, 2, 1)
        if header:
            grid.addWidget(label(header[:_LONGEST], "small", wrap=True), 2 * at + 1, 1)
        shown = label(text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…", wrap=True)
        shown.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        grid.addWidget(shown, 2 * at + 2, 1)
    if (left := len(cells) - _MOST_CELLS) > 0:
        text = ntr("and {n} more cell", "and {n} more cells", left)
        grid.addWidget(label(text, "small"), 2 * _MOST_CELLS + 2, 1)
    grid.setColumnStretch(1, 1)
    return frame


def show_raw(value: object) -> str:
    """A cell's value as the file holds it."""
    if isinstance(value, bool):
        return tr("yes") if value else tr("no")
    if isinstance(value, datetime):
        return value.strftime("%d/%m/%Y %H:%M" if value.hour or value.minute else "%d/%m/%Y")
    if isinstance(value, date):
        return value.strftime("%d/%m/%Y")
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    return str(value)


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

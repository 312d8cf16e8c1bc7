"""The columns of a sheet: what each is taken for, to be corrected."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtGui import QStandardItem, QStandardItemModel
from PySide6.QtWidgets import QFrame, QGridLayout, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from stdesk.domain.kinds import Kind
from stdesk.i18n import ntr, tr
from stdesk.services.intake import ColumnPlan, SheetPlan
from stdesk.ui import theme
from stdesk.ui.forms.choice_editor import QuietCombo
from stdesk.ui.icons import icon_label
from stdesk.ui.importing.understood import column_letter, examples, targets_of
from stdesk.ui.widgets.labels import ElidedLabel, label

_MOST = 120  # columns that get a line; a sheet that has more is no list of works


class ColumnsView(QScrollArea):
    """One line a column: letter, header, what it is taken for, what was understood.

    Signals:
        corrected: column index (from 0) and the target the person chose.
    """

    corrected = Signal(int, str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWidgetResizable(True)
        self.setProperty("place", "surface")
        self.combos: dict[int, QuietCombo] = {}
        self.held = -1  # the column corrected last
        self.corrected.connect(self._hold)

    def show_sheet(self, sheet: SheetPlan, kind: Kind | None) -> None:
        """Show the columns of ``sheet``."""
        place = self.verticalScrollBar().value()
        t = theme.tokens()
        inner = QWidget()
        inner.setProperty("place", "surface")
        outer = QVBoxLayout(inner)
        outer.setContentsMargins(t.l, t.m, t.l, t.m)
        self.combos = {}
        if kind is None:
            outer.addWidget(label(tr("Choose first what the lines of this sheet are."), "soft"))
        else:
            outer.addLayout(self._grid(sheet, kind, inner))
        outer.addStretch(1)
        self.setWidget(inner)
        self.verticalScrollBar().setValue(place)

    def _hold(self, index: int, _target: str) -> None:
        self.held = index

    def _grid(self, sheet: SheetPlan, kind: Kind, owner: QWidget) -> QGridLayout:
        t = theme.tokens()
        grid = QGridLayout()
        grid.setHorizontalSpacing(t.m)
        grid.setVerticalSpacing(t.xs)
        for at, text in enumerate(
            (tr("Column"), tr("Header in the file"), tr("Goes to"), "", tr("Understood as"))
        ):
            grid.addWidget(label(text, "label"), 0, at)
        targets = targets_of(kind)
        model = _model(targets, owner)
        listed = [one for one in sheet.columns if one.header or one.target][:_MOST]
        for line, column in enumerate(listed, 1):
            self._line(grid, line, column, [name for name, _ in targets], model)
            grid.addWidget(ElidedLabel(examples(kind, sheet, column.target), "small"), line, 4)
        left = len(sheet.columns) - _MOST
        if left > 0:
            text = ntr(
                "{n} more column is kept in the notes.", "{n} more columns are kept in the notes.", left
            )
            grid.addWidget(label(text, "small"), len(listed) + 1, 1, 1, 3)
        grid.setColumnStretch(1, 3)
        grid.setColumnStretch(2, 2)
        grid.setColumnStretch(4, 3)
        return grid

    def _line(
        self, grid: QGridLayout, line: int, column: ColumnPlan, names: list[str], model: QStandardItemModel
    ) -> None:
        grid.addWidget(label(column_letter(column.index), "soft"), line, 0)
        grid.addWidget(ElidedLabel(column.header or tr("(no header)")), line, 1)
        combo = QuietCombo()
        combo.setModel(model)
        combo.setMaxVisibleItems(18)
        combo.setSizeAdjustPolicy(QuietCombo.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        combo.setMinimumContentsLength(18)
        combo.setAccessibleName(
            tr("Column {header} goes to", header=column.header or column_letter(column.index))
        )
        combo.setCurrentIndex(names.index(column.target) if column.target in names else 0)
        combo.activated.connect(lambda at, index=column.index: self.corrected.emit(index, names[at]))
        grid.addWidget(combo, line, 2)
        grid.addWidget(_certainty(column), line, 3)
        self.combos[column.index] = combo


def _certainty(column: ColumnPlan) -> QFrame:
    """Icon and word: recognised, to be looked at, or kept as text."""
    if not column.target:
        name, tone, text = "note-pencil", "text_soft", tr("kept as text")
    elif column.certain:
        name, tone, text = "check-circle", "green", tr("recognised")
    else:
        name, tone, text = "warning", "amber", tr("please check")
    frame = QFrame()
    row = QHBoxLayout(frame)
    row.setContentsMargins(0, 0, 0, 0)
    row.setSpacing(theme.tokens().xs)
    row.addWidget(icon_label(name, tone, 16))
    row.addWidget(label(text, "small"))
    return frame


def _model(targets: list[tuple[str, str]], owner: QWidget) -> QStandardItemModel:
    model = QStandardItemModel(len(targets), 1, owner)  # one list for all the combo boxes
    for at, (_name, text) in enumerate(targets):
        model.setItem(at, QStandardItem(text))
    return model

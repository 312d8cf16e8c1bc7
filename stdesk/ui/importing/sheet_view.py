"""One sheet of a workbook: what its rows are, what becomes of each, what its columns are."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from PySide6.QtCore import QModelIndex, Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QSplitter, QStackedWidget, QVBoxLayout, QWidget

from stdesk.domain.kinds import Kind, Kinds
from stdesk.i18n import count, tr
from stdesk.services.intake import RowPlan, SheetPlan, Verdict
from stdesk.ui import theme
from stdesk.ui.checks.count_chips import CountChips, Counted
from stdesk.ui.forms.choice_editor import QuietCombo
from stdesk.ui.icons import icon
from stdesk.ui.importing.columns_view import ColumnsView
from stdesk.ui.importing.row_detail import RawCell, RowDetail
from stdesk.ui.importing.understood import row_cells, verdict_look, verdict_word
from stdesk.ui.tables.rows_model import RIGHT, RowsColumn, RowsModel
from stdesk.ui.tables.view import TableView
from stdesk.ui.widgets.buttons import give_icon, icon_button
from stdesk.ui.widgets.labels import label

_LONGEST_NOTE = 300
_WIDE = 660  # pixels of the table from which reasons have a column
_PEOPLE, _WHY = 3, 4  # columns that not every sheet needs


def _no_cells(_number: int) -> Sequence[RawCell]:
    return ()


class SheetView(QWidget):
    """The sheet in hand.

    Signals:
        kind_corrected: name of the kind the person chose.
        column_corrected: column index and target.
        taken_toggled: whether the sheet is to be taken in.
    """

    kind_corrected = Signal(str)
    column_corrected = Signal(int, str)
    taken_toggled = Signal(bool)

    def __init__(self, kinds: Kinds, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._kinds = kinds
        self._sheet: SheetPlan | None = None
        self._rows: list[RowPlan] = []
        self._titles: Mapping[str, str] = {}
        self._cells: Callable[[int], Sequence[RawCell]] = _no_cells
        t = theme.tokens()
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.setSpacing(t.s)
        outer.addLayout(self._head())
        self.notes = label("", "small", wrap=True)
        outer.addWidget(self.notes)
        self.stack = QStackedWidget()
        self.stack.addWidget(self._rows_side())
        self.columns = ColumnsView()
        self.columns.corrected.connect(self.column_corrected)
        self.stack.addWidget(self.columns)
        outer.addWidget(self.stack, 1)

    def _head(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(theme.tokens().s)
        caption = label(tr("These are"), "label")
        self.kind = QuietCombo()
        self.kind.setAccessibleName(tr("What the rows of this sheet are"))
        self.kind.addItem(tr("Not recognised: choose…"), "")
        for kind in self._kinds:
            self.kind.addItem(icon(kind.icon, "text_soft"), str(kind.plural), kind.name)
        self.kind.activated.connect(self._kind_chosen)
        caption.setBuddy(self.kind)
        self.chips = CountChips(tr("Rows by what becomes of them"), hide_empty=True)
        self.chips.chosen.connect(lambda _key: self._filter())
        self.columns_button = icon_button("columns", tr("Columns"))
        self.columns_button.setCheckable(True)
        self.columns_button.toggled.connect(self._switch)
        self.taken = QCheckBox(tr("Take this sheet in"))
        self.taken.setToolTip(
            tr("A sheet left out is not counted, and no row elsewhere is a double of its rows")
        )
        self.taken.clicked.connect(self.taken_toggled)
        row.addWidget(self.taken)
        row.addWidget(caption)
        row.addWidget(self.kind)
        row.addSpacing(theme.tokens().s)
        row.addWidget(self.chips, 1)
        return row

    def _rows_side(self) -> QSplitter:
        self.model = RowsModel(
            (
                RowsColumn(tr("Verdict"), 10),
                RowsColumn(tr("Row"), 4, RIGHT),
                RowsColumn(tr("Title"), 0),
                RowsColumn(tr("People"), 15),
                RowsColumn(tr("Why"), 13),
            ),
            parent=self,
        )
        self.table = TableView()
        self.table.setModel(self.model)
        self.table.horizontalHeader().setStretchLastSection(False)  # the title has what is left
        self.table.setAccessibleName(tr("Rows of the sheet and what becomes of them"))
        self.table.selectionModel().currentRowChanged.connect(self._row_changed)
        self.detail = RowDetail()
        split = QSplitter(Qt.Orientation.Horizontal)
        split.setChildrenCollapsible(False)
        split.addWidget(self.table)
        split.addWidget(self.detail)
        split.setStretchFactor(0, 5)
        split.setStretchFactor(1, 2)
        split.setSizes([800, 310])
        self.detail.setMinimumWidth(240)
        return split

    @property
    def kind_shown(self) -> Kind | None:
        """The kind of the sheet in hand."""
        sheet = self._sheet
        return self._kinds[sheet.kind] if sheet is not None and sheet.kind in self._kinds else None

    def show_sheet(
        self,
        sheet: SheetPlan,
        titles: Mapping[str, str],
        cells: Callable[[int], Sequence[RawCell]] = _no_cells,
    ) -> None:
        """Show ``sheet``; the filter and the row in hand stay when it is the same one made again.

        ``titles`` names the library's records that rows were merged into; ``cells`` gives a row's
        cells as they stand in the file.
        """
        same = self._sheet is not None and self._sheet.sheet == sheet.sheet
        held = self.current_row() if same else None
        if not same:
            self.chips.press("")
        self._sheet, self._titles, self._cells = sheet, titles, cells
        self.taken.setChecked(not sheet.left_out)
        for part in (self.kind, self.chips, self.stack, self.columns_button):
            part.setEnabled(not sheet.left_out)
        self.kind.setCurrentIndex(max(0, self.kind.findData(sheet.kind)))
        self.chips.set_counts(_counts(sheet))
        self._show_notes(sheet)
        self.columns.show_sheet(sheet, self.kind_shown)
        doubtful = sum(bool(one.target) and not one.certain for one in sheet.columns)
        self.columns_button.setText(
            tr("Columns ({n} to check)", n=count(doubtful)) if doubtful else tr("Columns")
        )
        give_icon(self.columns_button, *(("warning", "amber") if doubtful else ("columns",)))
        self._filter()
        self._select(held.number if held else 0)

    def _show_notes(self, sheet: SheetPlan) -> None:
        parts = [sheet.title, *(note.text for note in sheet.notes)]
        text = "  ·  ".join(part for part in parts if part)
        self.notes.setText(text if len(text) <= _LONGEST_NOTE else f"{text[:_LONGEST_NOTE]}…")
        self.notes.setToolTip("\n".join(part for part in parts if part))
        self.notes.setVisible(bool(text))

    def _filter(self) -> None:
        sheet = self._sheet
        if sheet is None:
            return
        key = self.chips.key
        shown = tuple(row for row in sheet.rows if not key or row.verdict == key)
        self._rows = list(shown)
        kind = self.kind_shown
        self.model.set_rows(row_cells(kind, shown, self._titles))
        self.table.setColumnHidden(_PEOPLE, kind is None or not kind.people)
        self._fit_columns()
        self._select(0)

    def _fit_columns(self) -> None:
        """The reasons stand in the detail too, so where room is scarce the title gets it."""
        needed = any(row.reasons for row in self._rows)
        self.table.setColumnHidden(_WHY, not needed or self.table.width() < _WIDE)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Columns that fit."""
        super().resizeEvent(event)
        self._fit_columns()

    def _select(self, number: int) -> None:
        place = next((at for at, row in enumerate(self._rows) if row.number == number), 0)
        if self._rows:
            self.table.selectRow(place)
        else:
            self.detail.show_row(None, None)

    def current_row(self) -> RowPlan | None:
        """The row in hand."""
        at = self.table.currentIndex().row()
        return self._rows[at] if 0 <= at < len(self._rows) else None

    def _row_changed(self, _now: QModelIndex, _before: QModelIndex) -> None:
        row = self.current_row()
        self.detail.show_row(self.kind_shown, row, self._cells(row.number) if row else ())

    def focus_place(self) -> QWidget:
        """The column corrected last while columns are shown, else the table."""
        if not self.taken.isChecked():
            return self.taken
        if self.columns_button.isChecked():
            return self.columns.combos.get(self.columns.held, self.columns_button)
        return self.table

    def _switch(self, columns: bool) -> None:
        self.stack.setCurrentIndex(1 if columns else 0)

    def _kind_chosen(self, _at: int) -> None:
        name = self.kind.currentData()
        if self._sheet is None or name == self._sheet.kind:
            return
        if name:
            self.kind_corrected.emit(name)
        else:
            self.kind.setCurrentIndex(max(0, self.kind.findData(self._sheet.kind)))


def _counts(sheet: SheetPlan) -> list[Counted]:
    parts = [Counted(str(one), verdict_word(one), sheet.count(one), *verdict_look(one)) for one in Verdict]
    return [Counted("", tr("All"), len(sheet.rows)), *parts]

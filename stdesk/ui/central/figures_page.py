"""The figures of all units together; each opens its units and its records. And the report of all units."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QSplitter, QWidget

from stdesk.central.figures import COUNTED_STATES, Consolidated
from stdesk.central.model import ACCEPTED
from stdesk.i18n import count, ntr, tr
from stdesk.ui.central import reading, words
from stdesk.ui.central.page import CentralPage, PeriodChoice, fill, table_of
from stdesk.ui.central.reading import FiguresSeen
from stdesk.ui.central.session import CentralSession
from stdesk.ui.choose import choose
from stdesk.ui.forms.choice_editor import QuietCombo
from stdesk.ui.reporting.looking_page import open_path
from stdesk.ui.session import Message, Tone
from stdesk.ui.tables.rows_model import RIGHT, RowsColumn
from stdesk.ui.tasks import Task
from stdesk.ui.widgets.buttons import icon_button
from stdesk.ui.widgets.empty_state import EmptyState
from stdesk.ui.widgets.labels import label
from stdesk.ui.widgets.progress_strip import ProgressStrip


class FiguresPage(CentralPage):
    """Figures at the left; at the right the units of the one chosen, and its records."""

    name = "figures"
    fresh = False  # it takes a while

    def __init__(self, centre: CentralSession, parent: QWidget | None = None) -> None:
        super().__init__(centre, parent)
        self._seen: FiguresSeen | None = None
        self._names: list[str] = []
        self._units: list[str] = []
        self._task: Task | None = None
        self.states = QuietCombo()
        self.states.setAccessibleName(tr("Which packages count"))
        self.states.addItem(tr("Passed the check or accepted"), COUNTED_STATES)
        self.states.addItem(tr("Accepted only"), (ACCEPTED,))
        self.states.activated.connect(lambda _at: self.refresh())
        self.report_button = icon_button("file-text", tr("Write the report of all units…"))
        self.report_button.clicked.connect(self.write_report)
        self.period = PeriodChoice(centre)
        for widget in (self.report_button, self.states, self.period):
            self.head.add_action(widget)
        self.about = label("", "soft", wrap=True)
        self.column.addWidget(self.about)
        self.strip = ProgressStrip()
        self.column.addWidget(self.strip)
        self._build()
        self.empty = EmptyState(
            "sigma",
            tr("There is nothing to count yet"),
            tr("Packages that passed the check or were accepted are counted here, all units together."),
            tr("Take packages in"),
            partial(centre.page_wanted.emit, "intake", None),
        )
        self.column.addWidget(self.empty, 1)
        self._lay_out()

    def _build(self) -> None:
        self.table, self.model = table_of(
            (RowsColumn(tr("Figure"), 0), RowsColumn(tr("All units"), 10, RIGHT)),
            tr("Figures of all units"),
            self,
        )
        self.units, self._units_model = table_of(
            (RowsColumn(tr("Code"), 8), RowsColumn(tr("Unit"), 0), RowsColumn(tr("Of it"), 8, RIGHT)),
            tr("The figure, unit by unit"),
            self,
        )
        self.records, self._records_model = table_of(
            (
                RowsColumn(tr("Unit"), 8),
                RowsColumn(tr("Kind"), 11),
                RowsColumn(tr("No."), 4, RIGHT),
                RowsColumn(tr("Title"), 0),
            ),
            tr("Records behind the figure"),
            self,
        )
        self.table.selectionModel().currentRowChanged.connect(lambda *_: self._show_units())
        self.table.row_opened.connect(lambda _row: self.records.setFocus())
        self.units.selectionModel().currentRowChanged.connect(lambda *_: self._show_records())
        right = QSplitter(Qt.Orientation.Vertical)
        right.addWidget(self.units)
        right.addWidget(self.records)
        self.split = QSplitter(Qt.Orientation.Horizontal)
        self.split.addWidget(self.table)
        self.split.addWidget(right)
        for one in (right, self.split):
            one.setChildrenCollapsible(False)
        self.split.setSizes([600, 500])
        self.column.addWidget(self.split, 1)

    def title(self) -> str:
        """The page's name."""
        return tr("Figures of all units")

    def focus_place(self) -> QWidget:
        """The figures."""
        return self.table if self._names else self.period.combo

    def refresh(self) -> None:
        """Count anew."""
        work = partial(
            reading.figures_seen, self.centre.agency, self.centre.period, self.states.currentData()
        )
        self.strip.follow(self.read(work, self._show, slow=True))

    def _show(self, seen: FiguresSeen) -> None:
        held = (
            self._names[self.table.currentIndex().row()]
            if self._names and self.table.currentIndex().isValid()
            else ""
        )
        self._seen = seen
        self.period.show_periods(seen.periods)
        counted = seen.counted
        units, n = len(counted.gathered.units), len(counted.gathered.records)
        told = [ntr("{n} unit", "{n} units", units), ntr("{n} record", "{n} records", n)]
        if counted.gathered.once:
            told.append(ntr("{n} double counted once", "{n} doubles counted once", counted.gathered.once))
        self.about.setText("  ·  ".join(told))
        labels = counted.labels()
        self._names = [name for name in labels if counted.value(name)]
        rows = [(labels[name], _number(counted, name)) for name in self._names]
        at = self._names.index(held) if held in self._names else 0
        fill(self.table, self.model, rows, at)
        self._lay_out()
        self._show_units()
        self.settle_focus()

    def _lay_out(self) -> None:
        there = bool(self._names)
        for widget in (self.split, self.report_button, self.about):
            widget.setVisible(there)
        self.empty.setVisible(self._seen is not None and not there)

    def _figure(self) -> str:
        at = self.table.currentIndex().row()
        return self._names[at] if 0 <= at < len(self._names) else ""

    def _show_units(self) -> None:
        name = self._figure()
        if self._seen is None or not name:
            return
        counted = self._seen.counted
        names = counted.gathered.units
        found = [(code, counted.value(name, code)) for code in names]
        self._units = ["", *(code for code, value in found if value)]
        rows: list[Sequence[object]] = [("", tr("All units"), _number(counted, name))]
        rows += [(code, names[code], count(value)) for code, value in found if value]
        fill(self.units, self._units_model, rows, 0)
        self._show_records()

    def _show_records(self) -> None:
        name = self._figure()
        at = self.units.currentIndex().row()
        if self._seen is None or not name or not 0 <= at < len(self._units):
            return
        kinds = self.centre.agency.kinds
        found = self._seen.counted.behind(name, self._units[at])
        rows = [(one.unit, words.kind_word(kinds, one.kind), str(one.number), one.title) for one in found]
        fill(self.records, self._records_model, rows, 0)

    # -- the report --------------------------------------------------------------------------

    def write_report(self) -> None:
        """Write the report of all units as PDF, Word and Excel."""
        if self._task is not None:
            return
        folder = choose.folder(self, tr("Write the report of all units…"), "")
        if folder is not None:
            states = self.states.currentData()
            work = partial(reading.write_report, self.centre.agency, self.centre.period, states, folder)
            self._task = task = self.centre.run(self, work, self._written, slow=True)
            self.report_button.setEnabled(False)
            self.strip.follow(task)
            task.ended.connect(self._ended)

    def _ended(self) -> None:
        self._task = None
        self.report_button.setEnabled(True)

    def _written(self, paths: Sequence[Path]) -> None:
        text = tr("Written: {files}", files=", ".join(path.name for path in paths))
        act = partial(open_path, paths[0].parent)
        self.centre.said.emit(Message(text, Tone.DONE, tr("Open the folder"), act))

    def step_back(self) -> bool:
        """Esc stops the report, or shows all units again."""
        if self._task is not None:
            self._task.cancel()
            return True
        if self._units and self.units.currentIndex().row() > 0:
            self.units.selectRow(0)
            return True
        return False


def _number(counted: Consolidated, name: str) -> str:
    return count(counted.value(name))

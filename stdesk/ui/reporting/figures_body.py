"""What is seen of a report's figures: its tables, the one in hand, and the records behind a figure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial

from PySide6.QtCore import QModelIndex, Qt, QTimer
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import (
    QButtonGroup,
    QHBoxLayout,
    QListWidget,
    QListWidgetItem,
    QPushButton,
    QSplitter,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from stdesk.domain.periods import Period, parse_period
from stdesk.domain.records import Changes
from stdesk.i18n import count, ntr, tr
from stdesk.progress import Progress
from stdesk.services.charts import charts_of
from stdesk.services.desk import Desk
from stdesk.services.figures import Behind, FigureTable, Part, Snapshot, behind, named, tables
from stdesk.ui import theme
from stdesk.ui.icons import icon
from stdesk.ui.reporting.behind_panel import BehindPanel
from stdesk.ui.reporting.charts_view import ChartsView
from stdesk.ui.reporting.figure_view import FigureView
from stdesk.ui.reporting.figures_model import WHOLE, FiguresModel, Headings
from stdesk.ui.reporting.sums_view import SumsView
from stdesk.ui.session import Session, Tone
from stdesk.ui.tasks import Task, Work
from stdesk.ui.widgets.flow_layout import FlowLayout
from stdesk.ui.widgets.labels import label, plain

_SETTLE_MS = 150
_LIST = 170  # pixels at least
_TABLE, _CHECKS, _CHARTS = range(3)


class FiguresBody(QSplitter):
    """The list of tables at the left; a table with what is behind its figures, the sums, the charts."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(Qt.Orientation.Horizontal, parent)
        self.session = session
        self.snapshot: Snapshot | None = None
        self.period = parse_period(str(session.desk.today().year))
        self.tables: tuple[FigureTable, ...] = ()
        self._task: Task | None = None
        self._open_at: tuple[int, int] | None = None  # the cell whose records are listed
        self._build()
        self._settle = QTimer(self, interval=_SETTLE_MS, singleShot=True)
        self._settle.timeout.connect(lambda: self.show_behind(self.view.currentIndex()))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """In a narrow window the list gives way to the table."""
        super().resizeEvent(event)
        room = max(_LIST, self.width() // 4)
        if self.list.width() > room:
            self.setSizes([room, self.width() - room])

    # -- building ----------------------------------------------------------------------------

    def _build(self) -> None:
        self.list = QListWidget()
        self.list.setAccessibleName(tr("Tables of figures"))
        self.list.setWordWrap(True)
        self.list.setMinimumWidth(_LIST)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.currentRowChanged.connect(lambda _row: self._show_chosen())
        self.list.itemActivated.connect(lambda _item: self._into())
        right = QWidget()
        column = QVBoxLayout(right)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.tokens().s)
        row = QHBoxLayout()
        self.caption = label("", "heading", wrap=True)
        self.compared = label("", "soft")
        row.addWidget(self.caption, 1)
        row.addWidget(self.compared)
        column.addLayout(row)
        self.parts = QStackedWidget()
        self.sums = SumsView()
        self.sums.records_wanted.connect(self._list_records)
        self.charts = ChartsView()
        for part in (self._table_side(), self.sums, self.charts):
            self.parts.addWidget(part)
        self.behind = BehindPanel(self.session.desk.kinds)
        self.behind.record_wanted.connect(lambda kind, one: self.session.record_wanted.emit(kind, one, ""))
        self.behind.put_away.connect(self.put_away)
        split = QSplitter(Qt.Orientation.Vertical)
        split.setChildrenCollapsible(False)
        split.addWidget(self.parts)
        split.addWidget(self.behind)
        split.setSizes([300, 220])
        column.addWidget(split, 1)
        self.setChildrenCollapsible(False)
        self.addWidget(self.list)
        self.addWidget(right)
        self.setStretchFactor(1, 1)
        self.setSizes([215, 915])

    def _table_side(self) -> QWidget:
        t = theme.tokens()
        side = QWidget()
        column = QVBoxLayout(side)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(t.s)
        self.measures = QWidget()
        self.measures.setAccessibleName(tr("Which number of the table"))
        self._flow = FlowLayout(self.measures, t.xs)
        self._group = QButtonGroup(self)
        self.chips: dict[int, QPushButton] = {}
        column.addWidget(self.measures)
        self.model = FiguresModel(self)
        self.model.editable = not self.session.desk.read_only
        self.model.estimated.connect(self._put_estimate)
        self.model.refused.connect(self._refuse)
        self.view = FigureView(self.model)
        self.view.setAccessibleName(tr("Figures"))
        self.view.cell_opened.connect(self._open_cell)
        self.view.selectionModel().currentChanged.connect(lambda *_: self._moved())
        column.addWidget(self.view, 1)
        return side

    # -- showing -----------------------------------------------------------------------------

    def show_snapshot(self, snapshot: Snapshot, period: Period) -> None:
        """Show the figures of ``snapshot``, a report of ``period``; the table in hand stays in hand."""
        self.snapshot, self.period = snapshot, period
        self.tables = tables(snapshot)
        held = max(self.list.currentRow(), 0)
        checks = snapshot.figures["checks"]
        wrong = sum(not one["ok"] for one in checks)
        self.list.blockSignals(True)
        self.list.clear()
        for table in self.tables:
            self.list.addItem(QListWidgetItem(icon("table", "text_soft"), table.title))
        said = ntr("{n} sum is off", "{n} sums are off", wrong) if wrong else tr("all agree")
        sums = QListWidgetItem(f"{tr('Sums that must agree')}\n{said} ({count(len(checks))})")
        sums.setIcon(icon("x-circle", "red") if wrong else icon("check-circle", "green"))
        self.list.addItem(sums)
        charts = charts_of(snapshot)
        if charts:
            self.list.addItem(QListWidgetItem(icon("chart-bar", "text_soft"), tr("Charts")))
        self.charts.show_charts(charts)
        self.list.setCurrentRow(min(held, self.list.count() - 1))
        self.list.blockSignals(False)
        self.sums.show_checks(checks)
        self._show_chosen()

    def _show_chosen(self) -> None:
        at = self.list.currentRow()
        if not 0 <= at < len(self.tables):
            sums = at == len(self.tables)
            self.caption.setText(tr("Sums that must agree") if sums else tr("Charts"))
            self.compared.setText("")
            self.parts.setCurrentIndex(_CHECKS if sums else _CHARTS)
            self.behind.hide()
            return
        table = self.tables[at]
        self.caption.setText(table.title)
        self._show_measures(table)
        self.show_measure(0)
        self.parts.setCurrentIndex(_TABLE)

    def _into(self) -> None:
        places = {_TABLE: self.view, _CHECKS: self.sums.table, _CHARTS: self.charts}
        places[self.parts.currentIndex()].setFocus()

    def _show_measures(self, table: FigureTable) -> None:
        for old in self.chips.values():
            self._flow.removeWidget(old)
            self._group.removeButton(old)
            old.hide()
            old.deleteLater()
        self.chips = {}
        for at, words in [*enumerate(table.columns), (WHOLE, tr("Whole table"))]:
            chip = QPushButton(plain(words), self.measures)
            chip.setCheckable(True)
            chip.clicked.connect(partial(self.show_measure, at))
            self._group.addButton(chip)
            self._flow.addWidget(chip)
            self.chips[at] = chip

    def show_measure(self, at: int) -> None:
        """Show column ``at`` of the table in hand beside what it was; ``WHOLE`` shows every column."""
        if self.snapshot is None:
            return
        self.chips[at].setChecked(True)
        table = self.tables[self.list.currentRow()]
        self.model.show_table(table, at, self._headings())
        self.view.widths_from_model()
        self.view.setCurrentIndex(self.model.index(0, 1))
        self._say_compared(at)

    def _headings(self) -> Headings:
        assert self.snapshot is not None
        period, comparison = self.period, self.snapshot.comparison
        last = str(comparison.get("label", ""))
        end = self.snapshot.period["end"]
        until = tr("Expected by {day}", day=f"{end[8:10]}/{end[5:7]}")
        return Headings(last[:1].upper() + last[1:], tr("Target") if period.is_plan else until)

    def _say_compared(self, at: int) -> None:
        comparison = self.snapshot.comparison if self.snapshot else {}
        if not comparison:
            text = tr("Nothing to compare with.")
        elif comparison.get("source") == "frozen":
            text = tr("{period}: as it was handed in.", period=str(comparison["label"]))
        else:
            text = tr("{period}: counted from the library.", period=str(comparison["label"]))
        self.compared.setText("" if at == WHOLE else text[:1].upper() + text[1:])

    def go_to(self, figure: str) -> bool:
        """Show ``figure`` and the records behind it; False when no table has it."""
        for at, table in enumerate(self.tables):
            for row, one in enumerate(table.rows):
                if figure in one.figures:
                    self.list.setCurrentRow(at)
                    self.show_measure(one.figures.index(figure))
                    self.view.setCurrentIndex(self.model.index(row, 1))
                    self.show_behind(self.view.currentIndex())
                    return True
        return False

    # -- what is behind a figure -------------------------------------------------------------

    def _open_cell(self, index: QModelIndex) -> None:
        again = self.behind.isVisible() and self._open_at == (index.row(), index.column())
        self.show_behind(index)
        if again:  # Enter a second time goes into the list
            self.behind.table.setFocus()

    def _moved(self) -> None:
        if self.behind.isVisible():
            self._settle.start()

    def show_behind(self, index: QModelIndex) -> None:
        """Show the records behind the figure of a cell."""
        found = self.model.figure(index)
        if found is None or self.snapshot is None:
            return
        figure, part = found
        self._open_at = index.row(), index.column()
        row, column = self.model.row(index.row()), self.model.columns[index.column()]
        name = f"{row.label if row else ''} · {column.title}"
        self._read(name, partial(_read_behind, self.session.desk, self.snapshot, figure, part))

    def _list_records(self, name: str, ids: list[str]) -> None:
        if self.snapshot is not None:
            self._read(name, partial(_read_named, self.session.desk, self.snapshot, ids))

    def _read(self, name: str, work: Work) -> None:
        if self._task is not None:
            self._task.blockSignals(True)
            self._task.cancel()
        self._task = self.session.run(self, work, partial(self.behind.show_records, name), beside=True)
        self._task.ended.connect(self._ended)

    def _ended(self) -> None:
        self._task = None

    def put_away(self) -> None:
        """Close the list of records."""
        self.behind.hide()
        self._into()

    # -- estimates ---------------------------------------------------------------------------

    def _put_estimate(self, figure: str, number: int | None) -> None:
        work = partial(_put, self.session.desk, self.period.code, figure, number)
        self.session.run(self, work, self.session.done)

    def _refuse(self, typed: str) -> None:
        text = tr("“{typed}” is no number. Write for example 120 or 1.250.", typed=typed[:40])
        self.session.say(text, Tone.WARN)

    def read_estimates(self) -> None:
        """Show the estimates as they are kept now."""
        work = partial(_estimates, self.session.desk, self.period.code)
        self.session.run(self, work, partial(self._take_estimates, self.period.code), beside=True)

    def _take_estimates(self, code: str, estimates: Mapping[str, int]) -> None:
        if self.snapshot is None or code != self.period.code:
            return
        self.snapshot = replace(self.snapshot, estimates=dict(estimates))
        self.tables = tables(self.snapshot)
        at, held = self.list.currentRow(), self.view.currentIndex()
        if 0 <= at < len(self.tables):
            row, column = held.row(), held.column()
            self.model.show_table(self.tables[at], self.model.measure, self._headings())
            self.view.widths_from_model()
            self.view.setCurrentIndex(self.model.index(row, column))


def _read_behind(desk: Desk, snapshot: Snapshot, figure: str, part: Part, progress: Progress) -> list[Behind]:
    return behind(snapshot, figure, part, desk.kinds, desk.catalogue.records, progress)


def _read_named(desk: Desk, snapshot: Snapshot, ids: Sequence[str], progress: Progress) -> list[Behind]:
    return named(snapshot, ids, desk.kinds, desk.catalogue.records, progress)


def _put(desk: Desk, code: str, figure: str, number: int | None, _progress: Progress) -> Changes:
    return desk.preparation.put_estimate(desk.preparation.period(code), figure, number)


def _estimates(desk: Desk, code: str, _progress: Progress) -> Mapping[str, int]:
    return desk.preparation.read(desk.preparation.period(code)).estimates

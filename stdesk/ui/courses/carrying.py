"""Carrying over: what is unfinished goes on into the new year, as the same records."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from PySide6.QtWidgets import QHBoxLayout, QPushButton, QSizePolicy, QStackedWidget, QVBoxLayout, QWidget

from stdesk.domain import due
from stdesk.domain.dates import last_day
from stdesk.domain.dates import show as show_date
from stdesk.domain.kinds import Kind
from stdesk.domain.records import Changes, Record, State
from stdesk.i18n import count, ntr, tr
from stdesk.progress import Progress
from stdesk.services.desk import Desk
from stdesk.ui import theme
from stdesk.ui.courses.ticks import TickModel, TickTable
from stdesk.ui.forms.choice_editor import QuietCombo
from stdesk.ui.forms.editor import FieldBox, Setting
from stdesk.ui.forms.factory import make_editor
from stdesk.ui.home.cards import Line, LinesCard
from stdesk.ui.page import Page
from stdesk.ui.session import Session, Tone
from stdesk.ui.tables.rows_model import CENTRE, RIGHT, Cell, RowsColumn
from stdesk.ui.widgets.empty_state import EmptyState
from stdesk.ui.widgets.labels import ElidedLabel, label
from stdesk.ui.widgets.page_head import PageHead
from stdesk.ui.widgets.progress_strip import ProgressStrip

_SPRING = 4  # until this month it is still the old year that is being closed


@dataclass(frozen=True, slots=True)
class Going:
    """What goes on after a year: the unfinished records, drafts of each kind, deposits overdue."""

    year: int
    records: tuple[Record, ...]
    wanted: frozenset[str]
    drafts: Mapping[str, int]
    deposits: Mapping[str, tuple[str, ...]]


class CarryPage(Page):
    """Unfinished records with ticks, a new end for all that are ticked, and what else goes on."""

    name = "carry"

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(session, parent)
        self.found: Going | None = None
        self._asked = 0
        self._keys: tuple[int, ...] = ()
        self.kind = next((kind for kind in session.desk.kinds if kind.life is not None), None)
        t = theme.tokens()
        column = QVBoxLayout(self)
        column.setContentsMargins(t.l, t.l, t.l, t.l)
        column.setSpacing(t.m)
        column.addWidget(PageHead(self.title()))
        self.stack = QStackedWidget()
        self.empty = EmptyState("flag-checkered", tr("Nothing goes on"), "")
        self.stack.addWidget(self.empty)
        if self.kind is not None:
            self.stack.addWidget(self._sides(self.kind))
        column.addWidget(self.stack, 1)

    def title(self) -> str:
        """The page's name."""
        return tr("Carry over into the new year")

    def _sides(self, kind: Kind) -> QWidget:
        t = theme.tokens()
        side = QWidget()
        column = QVBoxLayout(side)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(t.s)
        text = tr(
            "A task stays one record for its whole life: carrying it over makes it longer and notes the "
            "year, so it counts as continued next year and never as new again."
        )
        column.addWidget(label(text, "soft", wrap=True))
        column.addLayout(self._controls(kind))
        self.progress = ProgressStrip()
        column.addWidget(self.progress)
        self.model = TickModel(
            (
                RowsColumn(tr("No."), 7, RIGHT),
                RowsColumn(tr("Title"), 0),
                RowsColumn(tr("Planned end"), 12, CENTRE),
                RowsColumn(tr("Status"), 18),
                RowsColumn(tr("After carrying over"), 22),
            ),
            self,
        )
        self.model.ticks_changed.connect(self._show_ticked)
        self.table = TickTable()
        self.table.setModel(self.model)
        self.table.horizontalHeader().setStretchLastSection(False)
        self.table.setAccessibleName(tr("What is unfinished; blank ticks, Enter opens"))
        self.table.row_opened.connect(self._open)
        column.addWidget(self.table, 1)
        self.rest = LinesCard(tr("What else goes on"), tr("No drafts and no overdue deposits."))
        column.addWidget(self.rest)
        return side

    def _controls(self, kind: Kind) -> QHBoxLayout:
        t = theme.tokens()
        row = QHBoxLayout()
        row.setSpacing(t.s)
        today = self.session.desk.today()
        year = today.year if today.month >= _SPRING else today.year - 1
        self.years = QuietCombo()
        for one in (year - 1, year, year + 1):
            self.years.addItem(f"{one} → {one + 1}", one)
        self.years.setCurrentIndex(1)
        self.years.setAccessibleName(tr("From which year into which"))
        self.years.currentIndexChanged.connect(lambda _at: self._year_chosen())
        beside = QVBoxLayout()
        beside.setSpacing(t.xs)
        name = ElidedLabel(tr("From which year into which"), "label")
        name.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        name.setBuddy(self.years)
        name.setMinimumHeight(22)  # level with the field beside it
        beside.addWidget(name)
        beside.addWidget(self.years)
        beside.addStretch(1)
        row.addLayout(beside)
        field = kind.field(kind.life.deadlines[0]) if kind.life else kind.fields[0]
        self.until = FieldBox(make_editor(field, Setting(self.session, kind.name)))
        self.until.setMaximumWidth(260)
        self.until.editor.set_value(f"{year + 1}-12-31")
        self.until.editor.changed.connect(self._rows)
        row.addWidget(self.until)
        row.addStretch(1)
        self.all = QPushButton(tr("Tick all"))
        self.none = QPushButton(tr("Tick none"))
        self.all.clicked.connect(lambda: self.model.tick(range(self.model.rowCount()), on=True))
        self.none.clicked.connect(lambda: self.model.tick(range(self.model.rowCount()), on=False))
        self.apply = QPushButton(tr("Carry over"))
        self.apply.setProperty("primary", True)
        self.apply.setMinimumHeight(36)
        self.apply.clicked.connect(self.do)
        ticks = QVBoxLayout()  # one above the other: the row has room on a narrow screen too
        ticks.setSpacing(t.xs)
        ticks.addWidget(self.all)
        ticks.addWidget(self.none)
        row.addLayout(ticks)
        row.addWidget(self.apply)
        return row

    # -- reading -----------------------------------------------------------------------------

    @property
    def year(self) -> int:
        """The year that ends."""
        return int(self.years.currentData())

    def open_with(self, arguments: Any) -> None:
        """{"kind": name, "keys": row keys that are ticked at first; none = all}."""
        if isinstance(arguments, Mapping):
            self._keys = tuple(arguments.get("keys", ()))
            self.refresh()

    def _year_chosen(self) -> None:
        self.until.editor.set_value(f"{self.year + 1}-12-31")
        self.refresh()

    def refresh(self) -> None:
        """Read what is unfinished."""
        if self.kind is None:
            return
        self._asked += 1
        work = partial(_gather, self.session.desk, self.kind, self.year, self._keys, self._asked)
        task = self.session.runner.run(self, work, slow=True)
        task.finished.connect(self._show)
        task.failed.connect(self.session.say_error)
        self.progress.follow(task)

    def _show(self, answer: tuple[int, Going]) -> None:
        asked, found = answer
        if asked != self._asked:
            return
        first = self.found is None or self.found.year != found.year or bool(self._keys)
        self.found, self._keys = found, ()
        shown = self.stack.currentIndex() == 1
        kept = self.model.ticked if shown and not first else [one.id for one in found.records]
        self._fill(found, [*found.wanted] if found.wanted else kept)
        self._show_rest(found)
        self.stack.setCurrentIndex(1 if found.records or self.rest.buttons else 0)
        text = tr("Nothing begun by the end of {year} is still unfinished.", year=found.year)
        self.empty.set_texts(tr("Nothing goes on"), text)
        if not shown:
            self.focus_place().setFocus()

    def _rows(self) -> None:
        if self.found is not None:
            self._fill(self.found, self.model.ticked)

    def _fill(self, found: Going, ticked: list[str]) -> None:
        rows = [(one.id, self._row(one)) for one in found.records]
        self.model.set_keyed(rows, ticked)

    def _row(self, record: Record) -> tuple[Any, ...]:
        kind = self.kind
        if kind is None or kind.life is None:
            return ()
        when = due.deadline(kind.life, record)[1]
        over = bool(when) and last_day(when) < self.session.desk.today()
        end = Cell(
            show_date(when),
            "warning" if over else "",
            "red",
            tr("The planned end has passed") if over else "",
        )
        status = str(record.get(kind.life.status) or "")
        after = self.session.desk.courses.carried(record, self.year, self._until())
        new = after.get(kind.life.deadlines[0])
        text = (
            tr("extended until {day}", day=show_date(str(new)))
            if new
            else tr("the end stays, the year is noted")
        )
        title = str(record.get(kind.title) or tr("(no title)"))
        return (count(record.number), title, end, due.status_word(kind, status) if status else "", text)

    def _until(self) -> str:
        return str(self.until.editor.value() or "")

    def _show_rest(self, found: Going) -> None:
        kinds = self.session.desk.kinds
        lines = []
        for name, ids in found.deposits.items():
            text = ntr("{n} overdue deposit", "{n} overdue deposits", len(ids))
            go = partial(self.session.page_wanted.emit, "deposit", {"kind": name, "ids": ids})
            lines.append(Line("tray", "red", f"{kinds[name].plural}: {text}", tr("write down a deposit"), go))
        for name, n in found.drafts.items():
            text = ntr("{n} draft", "{n} drafts", n)
            go = partial(
                self.session.page_wanted.emit, f"records:{name}", {"filters": {"state": (State.DRAFT.value,)}}
            )
            lines.append(
                Line("note-pencil", "text_soft", f"{kinds[name].plural}: {text}", tr("open the list"), go)
            )
        self.rest.show_lines(lines)

    def _show_ticked(self) -> None:
        n = len(self.model.ticked)
        text = ntr(
            "Carry {n} task over into {year}", "Carry {n} tasks over into {year}", n, year=self.year + 1
        )
        self.apply.setText(text)
        self.apply.setEnabled(n > 0)

    def focus_place(self) -> QWidget:
        """The table."""
        if self.kind is None:
            return self
        if self.model.rowCount() and not self.table.currentIndex().isValid():
            self.table.selectRow(0)
        return self.table

    # -- doing -------------------------------------------------------------------------------

    def do(self) -> None:
        """Carry the ticked ones over: one act, one undo."""
        kind = self.kind
        if why := self.until.editor.problem():
            self.until.editor.main_control().setFocus()
            self.session.say(why, Tone.WARN)
            return
        ids = self.model.ticked
        if kind is None or not ids:
            return
        desk, year, until = self.session.desk, self.year, self._until()
        self.session.run(
            self, lambda _p: desk.courses.carry_over(kind.name, ids, year, until), self._done, again=self.do
        )

    def _done(self, changes: Changes) -> None:
        if changes.action:
            self.session.done(changes)
        else:
            self.session.say(tr("They were carried over before: nothing changed."))

    def _open(self, row: int) -> None:
        if self.kind is not None:
            self.session.record_wanted.emit(self.kind.name, self.model.key(row), "")


def _gather(
    desk: Desk, kind: Kind, year: int, keys: tuple[int, ...], asked: int, progress: Progress
) -> tuple[int, Going]:
    records = desk.courses.unfinished(kind.name, year, progress)
    chosen = {row.id for row in desk.catalogue.rows(kind.name, keys).values()}
    deposits: dict[str, list[str]] = {}
    for one in desk.calendar.overdue(progress):
        if one.what == "deposit":
            deposits.setdefault(one.kind, []).append(one.record)
    drafts = {one.name: desk.catalogue.count(one.name, State.DRAFT) for one in desk.kinds}
    wanted = frozenset(one.id for one in records if one.id in chosen)
    return asked, Going(
        year,
        tuple(records),
        wanted,
        {name: n for name, n in drafts.items() if n},
        {name: tuple(ids) for name, ids in deposits.items()},
    )

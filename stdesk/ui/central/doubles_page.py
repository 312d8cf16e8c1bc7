"""The same work sent by two units: side by side; one work, not one, or still open."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from stdesk.central import decisions
from stdesk.central.doubles import Double, Row
from stdesk.domain.kinds import Kinds
from stdesk.domain.records import Record
from stdesk.domain.values import show
from stdesk.i18n import tr
from stdesk.ui import theme
from stdesk.ui.central import reading, words
from stdesk.ui.central.page import CentralPage, PeriodChoice, fill, table_of
from stdesk.ui.central.reading import DoublesSeen
from stdesk.ui.central.session import CentralSession
from stdesk.ui.tables.rows_model import Cell, RowsColumn
from stdesk.ui.widgets.buttons import icon_button
from stdesk.ui.widgets.empty_state import EmptyState
from stdesk.ui.widgets.labels import label
from stdesk.ui.widgets.progress_strip import ProgressStrip


class DoublesPage(CentralPage):
    """The pairs, those to be decided first; below the two of one pair."""

    name = "doubles"
    fresh = False  # it takes a while

    def __init__(self, centre: CentralSession, parent: QWidget | None = None) -> None:
        super().__init__(centre, parent)
        self._unit = ""
        self._seen: DoublesSeen | None = None
        self._pairs: list[Double] = []
        self._asked_sides = 0
        self.period = PeriodChoice(centre)
        self.all_button = icon_button("x", "")
        self.all_button.clicked.connect(lambda: self.open_with(""))
        self.all_button.hide()
        self.head.add_action(self.all_button)
        self.head.add_action(self.period)
        self.strip = ProgressStrip()
        self.column.addWidget(self.strip)
        self.table, self.model = table_of(
            (
                RowsColumn(tr("Title"), 0),
                RowsColumn(tr("Kind"), 13),
                RowsColumn(tr("Sent first by"), 13),
                RowsColumn(tr("Also sent by"), 13),
                RowsColumn(tr("How sure"), 12),
                RowsColumn(tr("Decided"), 18),
            ),
            tr("Works that two units sent, those to be decided first"),
            self,
        )
        self.table.selectionModel().currentRowChanged.connect(lambda *_: self._show_pair())
        self.spare(self.table, 1, 4)
        self.table.row_opened.connect(lambda _row: self.same_button.setFocus())
        self.column.addWidget(self.table, 1)
        self.column.addWidget(self._below())
        self.empty = EmptyState(
            "intersect",
            tr("No two units sent the same work"),
            tr(
                "Titles, people, DOI and ISBN are compared across all units whenever this page is opened. What two "
                "units sent stands here side by side."
            ),
            tr("Take packages in"),
            partial(centre.page_wanted.emit, "intake", None),
        )
        self.column.addWidget(self.empty, 1)
        self._lay_out()

    def _below(self) -> QWidget:
        t = theme.tokens()
        self.below = QWidget()
        column = QVBoxLayout(self.below)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(t.s)
        sides = QHBoxLayout()
        sides.setSpacing(t.m)
        self.sides = (_Side(), _Side())
        for one in self.sides:
            sides.addWidget(one, 1)
        column.addLayout(sides)
        row = QHBoxLayout()
        row.setSpacing(t.s)
        self.same_button = icon_button("intersect", tr("One work: count it once"))
        self.apart_button = icon_button("arrows-left-right", tr("Not the same"))
        self.open_button = icon_button("arrow-counter-clockwise", tr("Leave it open again"))
        for button, verdict in (
            (self.same_button, decisions.SAME),
            (self.apart_button, decisions.APART),
            (self.open_button, ""),
        ):
            button.clicked.connect(partial(self.decide, verdict))
            row.addWidget(button)
        row.addStretch(1)
        column.addLayout(row)
        return self.below

    def title(self) -> str:
        """The page's name."""
        return tr("Doubles between units")

    def focus_place(self) -> QWidget:
        """The pairs."""
        return self.table if self._pairs else self.period.combo

    def open_with(self, arguments: Any) -> None:
        """The code of a unit whose pairs alone are wanted; "" = all."""
        self._unit = str(arguments or "")
        self.all_button.setVisible(bool(self._unit))
        self.all_button.setText(tr("Only {unit}: show all", unit=self._unit))
        self.refresh()

    def place(self) -> Any:
        """The unit."""
        return self._unit

    def refresh(self) -> None:
        """Compare what all units sent."""
        work = partial(reading.doubles_seen, self.centre.agency, self.centre.period, self._unit)
        self.strip.follow(self.read(work, self._show, slow=True))

    def _show(self, seen: DoublesSeen) -> None:
        self._seen = seen
        self.period.show_periods(seen.periods)
        self._pairs = sorted(seen.pairs, key=lambda one: bool(seen.verdict(one)))
        rows = [_row(one, seen.verdict(one), self.centre.agency.kinds) for one in self._pairs]
        fill(self.table, self.model, rows)
        self._lay_out()
        self._show_pair()
        self.settle_focus()

    def _lay_out(self) -> None:
        there = bool(self._pairs)
        self.table.setVisible(there)
        self.below.setVisible(there)
        self.empty.setVisible(self._seen is not None and not there)

    def current(self) -> Double | None:
        """The pair one is at."""
        at = self.table.currentIndex().row()
        return self._pairs[at] if 0 <= at < len(self._pairs) else None

    def _show_pair(self) -> None:
        one = self.current()
        if one is None or self._seen is None:
            return
        for side, row in zip(self.sides, (one.one, one.other), strict=True):
            side.show_row(row, self._seen.names, self.centre.agency.kinds)
        self._asked_sides += 1
        work = partial(reading.sides, self.centre.agency, one)
        self.centre.run(self, work, partial(self._show_sides, self._asked_sides), beside=True)
        verdict = self._seen.verdict(one)
        self.same_button.setEnabled(verdict != decisions.SAME)
        self.apart_button.setEnabled(verdict != decisions.APART)
        self.open_button.setEnabled(bool(verdict))

    def _show_sides(self, asked: int, records: tuple[Record | None, Record | None]) -> None:
        if asked == self._asked_sides:
            for side, record in zip(self.sides, records, strict=True):
                side.show_values(record, self.centre.agency.kinds)

    def decide(self, verdict: str, _on: bool = False) -> None:
        """Say what the pair one is at is; the next one is at hand."""
        one = self.current()
        if one is not None:
            work = partial(reading.decide_double, self.centre.agency, one, verdict)
            self.centre.run(self, work, self._decided)

    def _decided(self, verdict: str) -> None:
        self.centre.happened(
            {
                decisions.SAME: tr("One work: it is counted once, for the unit that sent it first."),
                decisions.APART: tr("Not the same: both are counted."),
            }.get(verdict, tr("Open again: both are counted until it is decided."))
        )
        self.table.setFocus()


class _Side(QFrame):
    """One record of a pair."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("place", "card")
        t = theme.tokens()
        column = QVBoxLayout(self)
        column.setContentsMargins(t.l, t.s, t.l, t.s)
        column.setSpacing(t.xs)
        self._compared: frozenset[str] = frozenset()
        self.unit = label("", "small", wrap=True)
        self.title = label("", "strong", wrap=True)
        self.values = label("", wrap=True)
        self.values.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        for one in (self.unit, self.title, self.values):
            column.addWidget(one)
        column.addStretch(1)

    def show_row(self, row: Row, names: Mapping[str, str], kinds: Kinds) -> None:
        """Whose it is, and what is compared of it."""
        kind = kinds[row.kind]
        self.unit.setText(f"{row.unit} · {names.get(row.unit, '')} · {kind.label} {row.number}")
        self.title.setText(row.title)
        self._compared = frozenset(row.values) - {kind.title}

    def show_values(self, record: Record | None, kinds: Kinds) -> None:
        """What is compared of it, as the unit wrote it."""
        fields = kinds[record.kind].fields if record is not None else ()
        told = [
            f"{field.label}: {text}"
            for field in fields
            if record is not None
            and field.name in self._compared
            and (text := _text(field, record.get(field.name)))
        ]
        self.values.setText("\n".join(told))


def _text(field: Any, value: Any) -> str:
    if isinstance(value, tuple):
        return ", ".join(str(one.get("name", "")) for one in value if isinstance(one, Mapping))
    return show(field, value)


def _row(one: Double, verdict: str, kinds: Kinds) -> tuple[object, ...]:
    decided = {
        decisions.SAME: Cell(tr("one work"), "check", "text_soft"),
        decisions.APART: Cell(tr("not the same"), "arrows-left-right", "text_soft"),
    }.get(verdict, Cell(tr("not decided"), "question", "amber"))
    return (
        one.one.title,
        words.kind_word(kinds, one.kind),
        f"{one.one.unit} · {one.one.number}",
        f"{one.other.unit} · {one.other.number}",
        tr("certain") if one.certain else tr("possible"),
        decided,
    )

"""Several fields of one or many records filled in at once: what is typed at the left, what it changes at the right."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QPushButton,
    QScrollArea,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from stdesk.domain.codes import code_list
from stdesk.domain.dates import show as show_date
from stdesk.domain.fields import Value
from stdesk.domain.kinds import Kind
from stdesk.domain.records import Changes, Record
from stdesk.domain.rules.core import Severity
from stdesk.domain.values import show
from stdesk.i18n import count, ntr, tr
from stdesk.progress import Progress
from stdesk.services.courses import DEPOSIT_FIELDS, Change
from stdesk.services.desk import Desk
from stdesk.ui import theme
from stdesk.ui.forms.editor import FieldBox, Setting
from stdesk.ui.forms.factory import make_editor
from stdesk.ui.page import Page
from stdesk.ui.session import Session, Tone
from stdesk.ui.tables.rows_model import RIGHT, Cell, RowsColumn, RowsModel
from stdesk.ui.tables.view import TableView
from stdesk.ui.tasks import Task
from stdesk.ui.widgets.empty_state import EmptyState
from stdesk.ui.widgets.labels import label
from stdesk.ui.widgets.page_head import PageHead
from stdesk.ui.widgets.progress_strip import ProgressStrip

_SETTLE_MS = 200
_JUDGED = 200  # records whose findings are looked for in a preview
_WIDE = 330


@dataclass(frozen=True, slots=True)
class Chosen:
    """The records an act is about."""

    kind: str
    ids: tuple[str, ...]
    first: Record | None


@dataclass(frozen=True, slots=True)
class Seen:
    """A preview: what changes, and what the rules would say of it (record id -> sentence)."""

    changes: tuple[Change, ...]
    said: Mapping[str, str]


class FillPage(Page):
    """Base of the pages that fill in an acceptance or a deposit."""

    icon = "seal-check"

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(session, parent)
        self.chosen: Chosen | None = None
        self.seen: Seen | None = None
        self.boxes: dict[str, FieldBox] = {}
        self._asked = 0
        self._task: Task | None = None
        t = theme.tokens()
        column = QVBoxLayout(self)
        column.setContentsMargins(t.xl, t.l, t.xl, t.l)
        column.setSpacing(t.m)
        self.head = PageHead(self.title())
        column.addWidget(self.head)
        self.stack = QStackedWidget()
        self.stack.addWidget(
            EmptyState(self.icon, self.title(), tr("Choose records in a list, then choose this again."))
        )
        self.stack.addWidget(self._sides())
        column.addWidget(self.stack, 1)
        self._settle = QTimer(self, interval=_SETTLE_MS, singleShot=True)
        self._settle.timeout.connect(self.look)

    def fields_of(self, kind: Kind) -> Sequence[str]:
        """The fields that are filled in together."""
        raise AssertionError(kind)

    @staticmethod
    def writing(desk: Desk, chosen: Chosen, values: Mapping[str, Value]) -> Changes:
        """Do it; runs off the GUI thread."""
        raise AssertionError((desk, chosen, values))

    def button_text(self, n: int) -> str:
        """What the button says for ``n`` records."""
        raise AssertionError(n)

    def _sides(self) -> QWidget:
        t = theme.tokens()
        side = QWidget()
        row = QHBoxLayout(side)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(t.l)
        row.addWidget(self._left())
        right = QVBoxLayout()
        right.setSpacing(t.s)
        self.about = label("", "strong", wrap=True)
        self.owed = label("", "soft", wrap=True)
        right.addWidget(self.about)
        right.addWidget(self.owed)
        self.model = RowsModel(
            (
                RowsColumn(tr("No."), 4, RIGHT),
                RowsColumn(tr("Title"), 18),
                RowsColumn(tr("Field"), 15),
                RowsColumn(tr("Before"), 12),
                RowsColumn(tr("After"), 0),
            ),
            parent=self,
        )
        self.table = TableView()
        self.table.setModel(self.model)
        self.table.setAccessibleName(tr("What changes, before and after"))
        self.progress = ProgressStrip()
        right.addWidget(self.progress)
        right.addWidget(self.table, 1)
        row.addLayout(right, 1)
        return side

    def _left(self) -> QFrame:
        t = theme.tokens()
        card = QFrame()
        card.setProperty("place", "card")
        card.setFixedWidth(_WIDE)
        column = QVBoxLayout(card)
        column.setContentsMargins(t.l, t.m, t.l, t.m)
        column.setSpacing(t.s)
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setFrameShape(QFrame.Shape.NoFrame)
        inner = QWidget()
        inner.setProperty("place", "surface")
        self._fields = QVBoxLayout(inner)
        self._fields.setContentsMargins(0, 0, t.xs, 0)
        self._fields.setSpacing(t.m)
        area.setWidget(inner)
        column.addWidget(area, 1)
        column.addWidget(label(tr("What is left empty stays as it is in each record."), "small", wrap=True))
        self.apply = QPushButton()
        self.apply.setProperty("primary", True)
        self.apply.setMinimumHeight(36)
        self.apply.clicked.connect(self.do)
        column.addWidget(self.apply)
        return card

    # -- what it is about --------------------------------------------------------------------

    def open_with(self, arguments: Any) -> None:
        """{"kind": name, "ids": ids or "keys": row keys} of the records."""
        if not isinstance(arguments, Mapping) or arguments.get("kind") not in self.session.desk.kinds:
            return
        self._asked += 1
        name = str(arguments["kind"])
        ids, keys = tuple(arguments.get("ids", ())), tuple(arguments.get("keys", ()))
        work = partial(_choose, self.session.desk, name, ids, keys, self._asked)
        self.session.run(self, work, self._begin, beside=True)

    def _begin(self, answer: tuple[int, Chosen]) -> None:
        asked, chosen = answer
        if asked != self._asked:
            return
        self.chosen = chosen
        self._build(self.session.desk.kinds[chosen.kind])
        if chosen.first is not None and len(chosen.ids) == 1:
            for name, box in self.boxes.items():
                box.editor.set_value(chosen.first.get(name))
        self.stack.setCurrentIndex(1)
        self.look()
        self.focus_place().setFocus()

    def _build(self, kind: Kind) -> None:
        for old in self.boxes.values():
            self._fields.removeWidget(old)
            old.hide()
            old.deleteLater()
        while self._fields.count():
            self._fields.takeAt(0)
        setting = Setting(self.session, kind.name)
        names = [name for name in self.fields_of(kind) if name in kind.by_name]
        self.boxes = {name: FieldBox(make_editor(kind.field(name), setting)) for name in names}
        for name, box in self.boxes.items():
            box.editor.changed.connect(partial(self._typed, name))
            self._fields.addWidget(box)
        self._fields.addStretch(1)

    def _typed(self, name: str) -> None:
        """A grade as written proposes the grade it means, while none is chosen."""
        meant = self.boxes.get(name.removesuffix("_written")) if name.endswith("_written") else None
        if meant is not None and meant.editor.field.codes:
            written = str(self.boxes[name].editor.value() or "")
            found = code_list(meant.editor.field.codes).recognise(written)
            if found is not None and meant.editor.value() is None:
                meant.editor.set_value(found.code)
        self._settle.start()

    def focus_place(self) -> QWidget:
        """The first field."""
        box = next(iter(self.boxes.values()), None)
        return box.editor.main_control() if box is not None else self

    # -- looking and doing -------------------------------------------------------------------

    def values(self) -> dict[str, Value]:
        """What is filled in."""
        found = {name: box.editor.value() for name, box in self.boxes.items()}
        return {name: value for name, value in found.items() if value is not None}

    def refresh(self) -> None:
        """The records may be others now."""
        if self.chosen is not None:
            self._settle.start()

    def look(self) -> None:
        """Work out what would change; late answers are dropped."""
        chosen = self.chosen
        if chosen is None:
            return
        self._asked += 1
        if self._task is not None:
            self._task.cancel()
        work = partial(_look, self.session.desk, chosen, self.values(), self._asked)
        task = self.session.runner.run(self, work, slow=True)
        task.finished.connect(self._show)
        task.failed.connect(self.session.say_error)
        task.ended.connect(partial(self._ended, task))
        self._task = task
        if len(chosen.ids) > _JUDGED:
            self.progress.follow(task)

    def _ended(self, task: Task) -> None:
        if self._task is task:
            self._task = None

    def _show(self, answer: tuple[int, Seen]) -> None:
        asked, seen = answer
        if asked != self._asked or self.chosen is None:
            return
        self.seen = seen
        kind = self.session.desk.kinds[self.chosen.kind]
        rows = [row for one in seen.changes for row in _rows(kind, one, seen.said)]
        self.model.set_rows(rows)
        n = sum(bool(one.after) for one in seen.changes)
        same = len(seen.changes) - n
        text = ntr("{n} record changes", "{n} records change", n) if n else tr("Nothing changes yet.")
        self.about.setText(text + (" · " + ntr("{n} stays", "{n} stay", same) if same and n else ""))
        self.apply.setText(self.button_text(n))
        self.apply.setEnabled(n > 0)
        days = sorted({one.deposit_due for one in seen.changes if one.deposit_due is not None})
        self.owed.setVisible(bool(days))
        if days:
            shown = [show_date(day.isoformat()) for day in (days[0], days[-1])]
            span = shown[0] if days[0] == days[-1] else f"{shown[0]} - {shown[1]}"
            self.owed.setText(tr("One copy is to be deposited with V04 by {day}.", day=span))

    def do(self) -> None:
        """Write it down, as one act with one undo."""
        for name, box in self.boxes.items():
            if why := box.editor.problem():
                box.editor.main_control().setFocus()
                kind = self.session.desk.kinds[self.chosen.kind] if self.chosen else None
                head = str(kind.field(name).label) if kind else ""
                self.session.say(f"{head}: {why}", Tone.WARN)
                return
        if self.chosen is None or not self.apply.isEnabled():
            return
        self.apply.setEnabled(False)
        chosen, values = self.chosen, self.values()
        work = partial(_write, type(self).writing, self.session.desk, chosen, values)
        task = self.session.run(self, work, self._done, again=self.do)
        task.failed.connect(lambda _error: self.apply.setEnabled(True))

    def _done(self, changes: Changes) -> None:
        kind = self.chosen.kind if self.chosen else ""
        self.chosen = None
        self.stack.setCurrentIndex(0)
        self.session.page_wanted.emit(f"records:{kind}", None)
        self.session.done(changes)


class AcceptancePage(FillPage):
    """Acceptance of one or several tasks."""

    name = "acceptance"
    icon = "seal-check"

    def title(self) -> str:
        """The page's name."""
        return tr("Acceptance")

    def fields_of(self, kind: Kind) -> Sequence[str]:
        """What the kind fills in when its goal is reached."""
        return kind.life.closing if kind.life else ()

    def button_text(self, n: int) -> str:
        """What the button says."""
        return ntr("Write down {n} acceptance", "Write down {n} acceptances", n)

    @staticmethod
    def writing(desk: Desk, chosen: Chosen, values: Mapping[str, Value]) -> Changes:
        """Write it."""
        return desk.courses.accept(chosen.kind, chosen.ids, values)


class DepositPage(FillPage):
    """Deposit of one or many records."""

    name = "deposit"
    icon = "tray"

    def title(self) -> str:
        """The page's name."""
        return tr("Deposit")

    def fields_of(self, kind: Kind) -> Sequence[str]:
        """State, day and reference."""
        return [name for name in DEPOSIT_FIELDS if name in kind.by_name]

    def button_text(self, n: int) -> str:
        """What the button says."""
        return ntr("Write down {n} deposit", "Write down {n} deposits", n)

    def values(self) -> dict[str, Value]:
        """A day alone says that it was deposited."""
        found = super().values()
        if found.get("deposited") and not found.get("deposit_state"):
            found["deposit_state"] = "deposited"
        return found

    @staticmethod
    def writing(desk: Desk, chosen: Chosen, values: Mapping[str, Value]) -> Changes:
        """Write it."""
        return desk.courses.deposit(chosen.kind, chosen.ids, values)


# -- off the GUI thread ------------------------------------------------------------------------


def _choose(
    desk: Desk, kind: str, ids: tuple[str, ...], keys: tuple[int, ...], asked: int, _progress: Progress
) -> tuple[int, Chosen]:
    if not ids:
        found = desk.catalogue.rows(kind, keys)
        ids = tuple(found[key].id for key in keys if key in found)
    first = desk.catalogue.record(ids[0]) if ids else None
    return asked, Chosen(kind, ids, first)


def _look(
    desk: Desk, chosen: Chosen, values: Mapping[str, Value], asked: int, progress: Progress
) -> tuple[int, Seen]:
    changes = desk.courses.preview(chosen.kind, chosen.ids, values, progress)
    said = {}
    for one in changes[:_JUDGED]:
        if not one.after:
            continue
        merged = {**one.record.values, **one.after}
        found = desk.catalogue.form_findings(
            chosen.kind, merged, record_id=one.record.id, secrecy=one.record.secrecy
        )
        grave = (Severity.BLOCK, Severity.EXPLAIN)
        told = [f.message for f in found if f.field in one.after and f.severity in grave]
        if told:
            said[one.record.id] = told[0]
    return asked, Seen(tuple(changes), said)


def _write(
    writing: Callable[[Desk, Chosen, Mapping[str, Value]], Changes],
    desk: Desk,
    chosen: Chosen,
    values: Mapping[str, Value],
    _progress: Progress,
) -> Changes:
    return writing(desk, chosen, values)


def _rows(kind: Kind, change: Change, said: Mapping[str, str]) -> list[tuple[Any, ...]]:
    """A line for each field, then what the rules would say of it."""
    record = change.record
    head: tuple[str, ...] = (count(record.number), str(record.get(kind.title) or tr("(no title)")))
    if not change.after:
        return [(*head, Cell(tr("stays as it is")), "", "")]
    rows: list[tuple[Any, ...]] = []
    for name, value in change.after.items():
        field = kind.field(name)
        before = show(field, record.get(name)) if record.get(name) is not None else tr("(empty)")
        rows.append((*head, str(field.label), before, Cell(show(field, value), coloured=True, tone="green")))
        head = ("", "")
    if why := said.get(record.id, ""):
        rows.append((*head, Cell(tr("Note"), "warning", "amber"), "", Cell(why, tip=why)))
    return rows

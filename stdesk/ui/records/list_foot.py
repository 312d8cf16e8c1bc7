"""The line below a list: how many are chosen, sums of what is shown, where a hit lies."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import partial

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QHBoxLayout, QWidget

from stdesk.domain.kinds import Kind
from stdesk.domain.values import show
from stdesk.i18n import ntr, tr
from stdesk.progress import Progress
from stdesk.services.catalogue import Catalogue, ListQuery, Totals, is_summed
from stdesk.text import fold
from stdesk.ui import theme
from stdesk.ui.session import Session
from stdesk.ui.tables.columns import Column, cell_text
from stdesk.ui.tasks import Task
from stdesk.ui.widgets.labels import ElidedLabel

_PAUSE_MS = 60  # a choice drawn with the mouse changes many times a second


@dataclass(frozen=True, slots=True)
class Chosen:
    """What the line speaks of.

    Attributes:
        listed: how many rows there are.
        keys: of the chosen rows; empty when all or fewer than two are chosen.
        count: how many are chosen.
        current: key of the row where a hit is looked for; ``None`` = nowhere.
    """

    listed: int
    keys: tuple[int, ...]
    count: int
    current: int | None


@dataclass(frozen=True, slots=True)
class Footing:
    """The answer: sums, and the labels of the fields that hold the words out of sight."""

    asked: int
    chosen: Chosen
    totals: Totals
    hidden: tuple[str, ...]


def read_foot(
    catalogue: Catalogue,
    query: ListQuery,
    columns: tuple[Column, ...],
    chosen: Chosen,
    asked: int,
    progress: Progress,
) -> Footing:
    """Add up what is shown, and look for what was searched in the current row."""
    summed = [one.field.name for one in columns if one.field is not None and is_summed(one.field)]
    if not summed:
        totals = Totals(chosen.count if chosen.count > 1 else chosen.listed)
    elif chosen.keys:
        totals = catalogue.totals_of(query.kind, chosen.keys, summed)
    else:
        totals = catalogue.totals(query, summed, progress)
    hidden = _hidden(catalogue, query, columns, chosen.current) if chosen.current is not None else ()
    return Footing(asked, chosen, totals, hidden)


def _hidden(catalogue: Catalogue, query: ListQuery, columns: tuple[Column, ...], key: int) -> tuple[str, ...]:
    pattern = catalogue.marks(query.words)
    kind = catalogue.kinds[query.kind]
    searched = [one for one in kind.shown if one.searchable]
    row = catalogue.rows(query.kind, [key], [one.name for one in searched]).get(key)
    if not pattern or row is None:
        return ()
    find = re.compile(pattern)
    if any(find.search(fold(cell_text(one, row))) for one in columns):
        return ()
    return tuple(
        str(one.label)
        for one in searched
        if one.name in row.values and find.search(fold(show(one, row.values[one.name])))
    )


class ListFoot(QWidget):
    """Follows the list and what is chosen in it; the newest question only."""

    def __init__(self, kind: Kind, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._kind = kind
        self._session = session
        self._asked = 0
        self._task: Task | None = None
        self._work: partial[Footing] | None = None
        t = theme.tokens()
        row = QHBoxLayout(self)
        row.setContentsMargins(t.s, t.xs, t.s, t.xs)
        self.text = ElidedLabel("", "soft")
        row.addWidget(self.text, 1)
        self._pause = QTimer(self, singleShot=True, interval=_PAUSE_MS)
        self._pause.timeout.connect(self._start)

    def show_for(self, query: ListQuery, columns: tuple[Column, ...], chosen: Chosen) -> None:
        """Speak of this list and choice, as soon as it is added up."""
        self._asked += 1
        self.setVisible(chosen.listed > 0)
        self._work = partial(read_foot, self._session.desk.catalogue, query, columns, chosen, self._asked)
        if self._task is not None:
            self._task.cancel()
        else:
            self._pause.start()

    def _start(self) -> None:
        if self._work is None or self._task is not None:
            return
        work, self._work = self._work, None
        self._task = self._session.runner.run(self, work, slow=True)
        self._task.finished.connect(self._show)
        self._task.failed.connect(self._session.say_error)
        self._task.ended.connect(self._ended)

    def _ended(self) -> None:
        self._task = None
        self._start()

    def _show(self, footing: Footing) -> None:
        if footing.asked != self._asked:
            return
        if footing.chosen.count > 1:
            parts = [ntr("{n} record chosen", "{n} records chosen", footing.chosen.count)]
        else:
            parts = [ntr("{n} record in all", "{n} records in all", footing.totals.count)]
        for name, total in footing.totals.sums.items():
            field = self._kind.field(name)
            parts.append(f"{field.label}: {show(field, total)}")
        if footing.hidden:
            parts.append(tr("found in: {fields}", fields=", ".join(footing.hidden)))
        self.text.setText("  ·  ".join(parts))

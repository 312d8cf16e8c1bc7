"""What the rules say of the rows of a grid: asked off the GUI thread for rows seen and rows changed."""

from __future__ import annotations

from functools import partial
from itertools import islice
from typing import Any

from PySide6.QtCore import QObject, Qt, QTimer, Signal

from stdesk.domain.rules.core import Finding
from stdesk.domain.secrecy import ORDINARY
from stdesk.errors import UserError
from stdesk.progress import Progress
from stdesk.services.catalogue import Catalogue
from stdesk.ui.grid.model import GridModel
from stdesk.ui.grid.view import GridView
from stdesk.ui.session import Session

_PAUSE_MS = 180
_AT_ONCE = 40  # rows a turn

Row = tuple[int, dict[str, Any], str, str]


class RowChecks(QObject):
    """Keeps the findings of a model up to date.

    Signals:
        checked: findings of some rows came in.
    """

    checked = Signal()

    def __init__(self, session: Session, view: GridView, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session, self._view = session, view
        self._model: GridModel | None = None
        self._asked = 0
        self._busy = False
        self._changed: set[int] = set()  # since the rules were asked last
        self._timer = QTimer(self, singleShot=True, interval=_PAUSE_MS)
        self._timer.timeout.connect(self._ask)
        view.verticalScrollBar().valueChanged.connect(lambda _value: self.start())

    def watch(self, model: GridModel) -> None:
        """Look at another model."""
        self._model = model
        self._asked += 1
        self._busy = False
        self.start()

    def start(self) -> None:
        """Look again soon."""
        self._timer.start()

    def changed(self, rows: set[int]) -> None:
        """Answers under way about ``rows`` are out of date."""
        self._changed |= rows
        self.start()

    def _wanted(self, model: GridModel) -> list[int]:
        height = self._view.viewport().height()
        first = max(self._view.rowAt(0), 0)
        last = self._view.rowAt(height - 1)
        last = last if last >= 0 else model.rowCount() - 1
        seen = [row for row in range(first, min(last, first + 100) + 1) if row not in model.findings]
        seen = [row for row in seen if not model.is_empty(row)]
        typed = (row for row in model.edits.cells if row not in model.findings and row not in seen)
        return [*seen, *islice(typed, max(0, _AT_ONCE - len(seen)))]

    def _ask(self) -> None:
        model = self._model
        if model is None or not self._view.isVisible():
            return
        if self._busy:
            self._timer.start()
            return
        wanted = self._wanted(model)
        if not wanted:
            return
        self._asked += 1
        self._busy = True
        self._changed = set()
        rows: list[Row] = []
        for row in wanted:
            stored = model.stored(row)
            level = stored.secrecy if stored else ORDINARY
            rows.append((row, model.values(row), stored.id if stored else "", level))
        work = partial(_findings, self._session.desk.catalogue, model.kind.name, rows, self._asked)
        task = self._session.run(self, work, self._show, beside=True)
        task.ended.connect(self._ended)

    def _ended(self) -> None:
        self._busy = False

    def _show(self, answer: tuple[int, dict[int, tuple[Finding, ...]]]) -> None:
        asked, found = answer
        model = self._model
        if asked != self._asked or model is None:
            return
        fresh = {row: findings for row, findings in found.items() if row not in self._changed}
        model.findings.update(fresh)
        if fresh:
            model.headerDataChanged.emit(Qt.Orientation.Vertical, min(fresh), max(fresh))
            self.checked.emit()
        self.start()


def _findings(
    catalogue: Catalogue, kind: str, rows: list[Row], asked: int, progress: Progress
) -> tuple[int, dict[int, tuple[Finding, ...]]]:
    found: dict[int, tuple[Finding, ...]] = {}
    for row, values, record_id, secrecy in rows:
        progress.check()
        try:
            findings = catalogue.form_findings(kind, values, record_id=record_id, secrecy=secrecy)
        except UserError:  # a value of another time that cannot be judged any more
            findings = []
        found[row] = tuple(findings)
    return asked, found

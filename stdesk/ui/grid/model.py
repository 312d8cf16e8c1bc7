"""The rows of a grid: records by key, fetched a page at a time, with what was typed laid over them."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt, Signal
from PySide6.QtGui import QColor

from stdesk.domain.fields import Value
from stdesk.domain.kinds import Kind
from stdesk.domain.records import State
from stdesk.domain.rules.core import Finding, Severity
from stdesk.errors import UserError
from stdesk.i18n import tr
from stdesk.services.catalogue import ListRow
from stdesk.services.grid import IN_THE_FORM, STATE, Grid, Placed, Read, RowChange, Saved, Spot, value_in
from stdesk.ui import theme
from stdesk.ui.grid.columns import GridColumn, column_of
from stdesk.ui.grid.edits import Edits, Step
from stdesk.ui.icons import icon
from stdesk.ui.widgets.finding_line import severity_look

Index = QModelIndex | QPersistentModelIndex
Role = Qt.ItemDataRole
PAGE, KEPT = 64, 40
SPARE = 25  # empty rows kept below what is used
_GRAVEST = list(Severity)


class GridModel(QAbstractTableModel):
    """Rows stay where they are; a row without a key is a new record, or nothing yet.

    Signals:
        rows_changed: numbers of the rows whose cells changed (a set).
    """

    rows_changed = Signal(object)

    def __init__(self, kind: Kind, grid: Grid, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.kind = kind
        self.grid = grid
        self.columns: tuple[GridColumn, ...] = ()
        self.edits = Edits()
        self.findings: dict[int, tuple[Finding, ...]] = {}
        self.refused: dict[int, str] = {}
        self._keys: list[int] = []
        self._pages: OrderedDict[int, Mapping[int, ListRow]] = OrderedDict()
        self._begun: dict[int, ListRow | None] = {}  # what stood there when one began to type

    # -- what is shown -----------------------------------------------------------------------

    def open(self, keys: Sequence[int], columns: Sequence[str]) -> None:
        """Show these records; rows with something unsaved stay, at their record or below."""
        self.beginResetModel()
        kept = [(self._keys[row], self._begun.get(row), cells) for row, cells in self.edits.cells.items()]
        self._keys = list(keys)
        self._forget()
        self.refused.clear()
        self.edits, self._begun = Edits(), {}
        places = {key: row for row, key in enumerate(self._keys)} if kept else {}
        for key, begun, cells in kept:
            row = places.get(key) if key else None
            if row is None:
                row = len(self._keys)
                self._keys.append(key)
            self.edits.cells[row], self._begun[row] = cells, begun
        self._keys += [0] * SPARE
        self.columns = tuple(column_of(self.kind, name) for name in columns)
        self.endResetModel()
        self.rows_changed.emit(set(self.edits.cells))

    def set_columns(self, names: Sequence[str]) -> None:
        """Show other columns; what was typed into hidden ones stays."""
        self.beginResetModel()
        self.columns = tuple(column_of(self.kind, name) for name in names)
        self.endResetModel()

    def refresh(self) -> None:
        """Read everything again that is stored; what was typed stays over what it was typed over."""
        self._forget()
        if self._keys:
            self._repaint(range(len(self._keys)))

    def _forget(self) -> None:
        self._pages.clear()
        self.findings.clear()

    @property
    def listed(self) -> int:
        """How many rows hold a record or something typed."""
        return sum(1 for row, key in enumerate(self._keys) if key or row in self.edits.cells)

    # -- one row -----------------------------------------------------------------------------

    def stored(self, row: int) -> ListRow | None:
        """The record that row ``row`` changes, as it was when one began; ``None`` for a new one."""
        return self._begun[row] if row in self._begun else self._live(row)

    def _live(self, row: int) -> ListRow | None:
        key = self._keys[row] if 0 <= row < len(self._keys) else 0
        if not key:
            return None
        page = row // PAGE
        if page not in self._pages:
            self._read_page(page)
        found = self._pages[page].get(key)
        return found if found is not None and found.state is not State.TRASHED else None

    def _read_page(self, page: int) -> None:
        keys = [key for key in self._keys[page * PAGE : (page + 1) * PAGE] if key]
        try:
            self._pages[page] = self.grid.rows(self.kind.name, keys) if keys else {}
        except UserError:  # the disk went away: painting must not fail, the next act says so
            self._pages[page] = {}
        while len(self._pages) > KEPT:
            self._pages.popitem(last=False)

    def key_at(self, row: int) -> int:
        """The key of the record at ``row``; 0 for a new one, or one that is gone."""
        return self._keys[row] if self.stored(row) is not None else 0

    def is_empty(self, row: int) -> bool:
        """Whether nothing stands in ``row``."""
        return row not in self.edits.cells and self.stored(row) is None

    def value(self, row: int, name: str) -> Value:
        """What stands in a cell, as understood."""
        read = self.edits.cell(row, name)
        return read.value if read is not None else value_in(self.stored(row), name)

    def text(self, row: int, name: str) -> str:
        """What stands in a cell, to be edited or copied."""
        read = self.edits.cell(row, name)
        if read is not None:
            return read.text
        return self.grid.text(self.kind.name, name, value_in(self.stored(row), name))

    def values(self, row: int) -> dict[str, Value]:
        """All that the row's record would hold."""
        stored = self.stored(row)
        found = dict(stored.values) if stored else {}
        found |= {name: read.value for name, read in self.edits.cells.get(row, {}).items()}
        return {name: value for name, value in found.items() if value is not None and name != STATE}

    def problems(self, row: int) -> list[tuple[str, str]]:
        """(column, why) of the cells not understood."""
        cells = self.edits.cells.get(row, {})
        return [(name, read.problem) for name, read in cells.items() if read.problem]

    def can_edit(self, column: int) -> bool:
        """Whether a line of text can say what stands in ``column``."""
        one = self.columns[column].field
        return one is None or one.type not in IN_THE_FORM

    # -- typing ------------------------------------------------------------------------------

    def type(self, row: int, column: int, text: str) -> None:
        """``text`` was typed into a cell."""
        name = self.columns[column].name
        before = value_in(self.stored(row), name)
        read: Read | None = None
        if before is None or text != self.grid.text(self.kind.name, name, before):
            read = self.grid.read(self.kind.name, name, text, before)
            if read.value == before and not read.problem:
                read = None
        self.put([Placed(row, name, read)])

    def put(self, placed: Sequence[Placed], *, more: bool = False) -> None:
        """Put cells in, as one step that can be taken back; ``more`` belongs to the step before."""
        if not placed:
            return
        self._grow(max(one.row for one in placed))
        for row in {one.row for one in placed}:
            if row not in self._begun:
                self._begun[row] = self._live(row)
        self._touched(self.edits.put(placed, more=more), {one.row for one in placed})

    def spot(self, row: int, column: int, text: str) -> Spot:
        """A cell to be filled, for reading off the GUI thread."""
        key = self._keys[row] if row < len(self._keys) else 0
        if row in self._begun and self._begun[row] is None:
            key = 0
        return Spot(row, key, self.columns[column].name, text)

    def undo(self) -> Step | None:
        """Take the last step back; its first cell, or ``None`` when there is none."""
        return self._stepped(self.edits.undo())

    def redo(self) -> Step | None:
        """Do again what was taken back."""
        return self._stepped(self.edits.redo())

    def _stepped(self, step: list[Step]) -> Step | None:
        for row in {one.row for one in step}:
            if row not in self._begun:
                self._begun[row] = self._live(row)
        self._touched({one.row for one in step}, {one.row for one in step})
        return step[0] if step else None

    def _touched(self, rows: set[int], begun: set[int]) -> None:
        for row in rows | begun:
            self.findings.pop(row, None)
            if row not in self.edits.cells:
                self._begun.pop(row, None)
                self.refused.pop(row, None)
        if rows:
            self._repaint(rows)
            self.rows_changed.emit(rows)

    def _grow(self, row: int) -> None:
        wanted = row + 1 + SPARE
        if wanted > len(self._keys) and row + SPARE // 2 >= len(self._keys):
            self.beginInsertRows(QModelIndex(), len(self._keys), wanted - 1)
            self._keys += [0] * (wanted - len(self._keys))
            self.endInsertRows()

    def first_free(self) -> int:
        """The first row below everything used."""
        used = max(self.edits.cells, default=-1)
        last = next((row for row in range(len(self._keys) - 1, -1, -1) if self._keys[row]), -1)
        return max(used, last) + 1

    def _repaint(self, rows: Iterable[int]) -> None:
        first, last = min(rows), max(rows)
        if self.columns:
            self.dataChanged.emit(self.index(first, 0), self.index(last, len(self.columns) - 1))
        self.headerDataChanged.emit(Qt.Orientation.Vertical, first, last)

    # -- saving ------------------------------------------------------------------------------

    @property
    def unsaved(self) -> int:
        """How many rows have something unsaved."""
        return len(self.edits.cells)

    def to_save(self) -> tuple[list[RowChange], dict[int, dict[str, Read]]]:
        """The rows to be saved, and the cells they were made from."""
        sent = {row: dict(cells) for row, cells in sorted(self.edits.cells.items())}
        return [change for row, cells in sent.items() if (change := self._change(row, cells))], sent

    def _change(self, row: int, cells: Mapping[str, Read]) -> RowChange | None:
        stored = self.stored(row)
        values = {name: one.value for name, one in cells.items() if name != STATE and not one.problem}
        texts = {name: one.text for name, one in cells.items() if one.problem and name != STATE}
        state = cells.get(STATE)
        if stored is None and not texts and all(value is None for value in values.values()):
            return None
        return RowChange(
            row=row,
            record_id=stored.id if stored else "",
            version=stored.version if stored else None,
            values=values,
            texts=texts,
            state=State(state.value) if state is not None and state.value else None,
        )

    def saved(self, saved: Saved, sent: Mapping[int, dict[str, Read]]) -> None:
        """What was sent is saved, but for what was refused; typing went on meanwhile."""
        self.refused.update(saved.refused)
        gone = {row: cells for row, cells in sent.items() if row not in saved.refused}
        self.edits.drop(gone)
        for row in gone:
            self._keys[row] = saved.keys.get(row, self._keys[row])
            self._begun.pop(row, None)
            self.refused.pop(row, None)
        self._forget()
        for row in self.edits.cells:
            if row not in saved.refused:
                self._begun[row] = self._live(row)
        self._repaint(sent or {0})
        self.rows_changed.emit(set(sent))

    def take_newest(self, row: int) -> None:
        """Lay what was typed into a refused row over the record as it now is."""
        self._pages.pop(row // PAGE, None)
        self._begun[row] = self._live(row)
        self.refused.pop(row, None)
        self._touched({row}, set())

    def give_up(self) -> None:
        """Forget everything typed."""
        rows = set(self.edits.cells)
        self.edits, self._begun = Edits(), {}
        self.refused.clear()
        if rows:
            self._repaint(rows)
        self.rows_changed.emit(rows)

    # -- what Qt asks ------------------------------------------------------------------------

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own default
        """Records, new rows and the empty ones below."""
        return 0 if parent.isValid() else len(self._keys)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own default
        """Number of columns."""
        return 0 if parent.isValid() else len(self.columns)

    def flags(self, index: Index) -> Qt.ItemFlag:
        """Every cell can be chosen; those a line can say can be edited."""
        flags = Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable
        if index.isValid() and self.can_edit(index.column()):
            flags |= Qt.ItemFlag.ItemIsEditable
        return flags

    def setData(self, index: Index, value: Any, role: int = Role.EditRole) -> bool:  # noqa: N802 - Qt's
        """A cell was typed."""
        if role != Role.EditRole or not index.isValid():
            return False
        self.type(index.row(), index.column(), str(value))
        return True

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Role.DisplayRole) -> Any:
        """Titles above; at the left the row's number and its gravest mark."""
        if orientation == Qt.Orientation.Horizontal:
            return self._title(section, role)
        if not 0 <= section < len(self._keys):
            return None
        if role == Role.DisplayRole:
            return str(section + 1)
        if role == Role.DecorationRole and (mark := self.mark(section)):
            return icon(*mark[:2])
        if role in (Role.ToolTipRole, Role.AccessibleDescriptionRole) and (mark := self.mark(section)):
            return mark[2]
        return None

    def _title(self, section: int, role: int) -> Any:
        if not 0 <= section < len(self.columns):
            return None
        column = self.columns[section]
        if role == Role.DisplayRole:
            return column.title
        if role == Role.TextAlignmentRole:
            return column.align.value
        if role == Role.ToolTipRole:
            said = column.field.help if column.field else ""
            return "\n".join(part for part in (column.title, str(said)) if part)
        return None

    def mark(self, row: int) -> tuple[str, str, str] | None:
        """Icon, colour and words of the gravest thing to say of ``row``."""
        if row in self.refused:
            return "warning-circle", "red", self.refused[row]
        if problems := self.problems(row):
            return "x-circle", "red", problems[0][1]
        if found := self.findings.get(row):
            gravest = min(found, key=lambda one: _GRAVEST.index(one.severity))
            if gravest.severity is not Severity.NOT_DUE:
                return *severity_look(gravest.severity), gravest.message
        if row in self.edits.cells:
            return "pencil-simple", "accent", tr("Not saved yet")
        return None

    def data(self, index: Index, role: int = Role.DisplayRole) -> Any:
        """One cell."""
        if not index.isValid() or not 0 <= index.column() < len(self.columns):
            return None
        column = self.columns[index.column()]
        if role == Role.TextAlignmentRole:
            return column.align
        if role == Role.EditRole:
            return self.text(index.row(), column.name)
        if role in (Role.ForegroundRole, Role.BackgroundRole):
            return self._colour(index.row(), column.name, role)
        if role in (Role.DisplayRole, Role.ToolTipRole, Role.AccessibleTextRole):
            return self._words(index.row(), column, role)
        return None

    def _words(self, row: int, column: GridColumn, role: int) -> str | None:
        read = self.edits.cell(row, column.name)
        if read is None:
            value = value_in(self.stored(row), column.name)
            if column.name == STATE and value == State.COMPLETE:
                return ""  # what is complete needs no word
            return column.shown(self.grid, self.kind.name, value) or None
        said = read.problem or (tr("understood as {value}", value=read.understood) if read.understood else "")
        if role != Role.DisplayRole:
            return " · ".join(part for part in (read.text[:500], said) if part) or None
        shown = read.text[:300].replace("\n", " ")
        return f"{shown} → {read.understood}" if read.understood else shown

    def _colour(self, row: int, name: str, role: int) -> QColor | None:
        read = self.edits.cell(row, name)
        if read is None:
            return None
        t = theme.tokens()
        if role == Role.ForegroundRole:
            return QColor(t.red if read.problem else t.text)
        return QColor(t.red_soft if read.problem else t.blue_soft)

"""The quick grid: many rows read, typed, pasted and saved together, as one act."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from stdesk.domain.fields import Field, FieldType, Value
from stdesk.domain.kinds import Kind, Kinds
from stdesk.domain.records import Changes, Record, State
from stdesk.domain.secrecy import ORDINARY
from stdesk.errors import UserError
from stdesk.exchange.cells import Column
from stdesk.exchange.clipboard import Pasted, read_table, write_tsv
from stdesk.exchange.conversion import converter
from stdesk.exchange.layout import Table
from stdesk.exchange.mapping import map_table
from stdesk.exchange.sheets import Row
from stdesk.exchange.units import unit_of_header
from stdesk.exchange.vocabulary import HeaderWords
from stdesk.i18n import message, tr
from stdesk.progress import Progress
from stdesk.services.grid_cells import IN_THE_FORM, Read, edit_text, read_cell, read_state, state_text
from stdesk.services.safeguard import Before, no_backup
from stdesk.store.library import Library, ListRow, Work

__all__ = ["IN_THE_FORM", "STATE", "Grid", "Pasted", "Placed", "Read", "RowChange", "Saved", "Spot"]

STATE = "state"  # the column of the record's state, which is no field
NOTES = "notes"
LEAVE_OUT = "-"  # a pasted column that nobody wants
_REFUSALS = frozenset(
    {"changed_meanwhile", "record_gone", "above_ceiling", "bad_value", "unknown_field", "grid_row_trashed"}
)


@dataclass(frozen=True, slots=True)
class RowChange:
    """A row of the grid to be saved.

    Attributes:
        row: the caller's own number of the row.
        record_id: "" = a new record.
        version: the version the person saw; ``None`` for a new one.
        values: field -> value of the cells that were changed; ``None`` clears.
        texts: field -> what was typed there and not understood; it goes into the notes.
        state: as typed into the row; ``None`` = as it is, for a new row what it amounts to.
    """

    row: int
    record_id: str = ""
    version: int | None = None
    values: Mapping[str, Value] = field(default_factory=dict)
    texts: Mapping[str, str] = field(default_factory=dict)
    state: State | None = None


@dataclass(frozen=True, slots=True)
class Saved:
    """What a save did.

    Attributes:
        changes: for views and the message bar.
        keys: row -> key of the record saved there.
        refused: row -> why it was not saved; everything typed there stays unsaved.
    """

    changes: Changes
    keys: Mapping[int, int]
    refused: Mapping[int, str]


@dataclass(frozen=True, slots=True)
class Spot:
    """A cell to be filled: row of the grid, key of its record (0 = none), column, text."""

    row: int
    key: int
    name: str
    text: str


@dataclass(frozen=True, slots=True)
class Placed:
    """Where a pasted cell goes and what it was taken for; ``None`` = just what is stored there."""

    row: int
    name: str
    read: Read | None


class Grid:
    """Many rows of an open library at once. Everything here may run off the GUI thread."""

    def __init__(self, library: Library, today: Callable[[], date], before: Before = no_backup) -> None:
        self._library = library
        self._today = today
        self._before = before
        self._words: HeaderWords | None = None

    @property
    def kinds(self) -> Kinds:
        """The kinds of record."""
        return self._library.kinds

    # -- cells -------------------------------------------------------------------------------

    def fields(self, kind: str) -> tuple[Field, ...]:
        """The fields that have a column, in the order of the form."""
        return tuple(
            one for one in self.kinds[kind].shown if one.type not in (FieldType.LINKS, FieldType.FILES)
        )

    def read(self, kind: str, name: str, text: str, before: Value = None) -> Read:
        """What ``text`` typed into the column ``name`` means; never raises for what is typed."""
        if name == STATE:
            return read_state(text)
        return read_cell(self.kinds[kind].field(name), text, today=self._today(), before=before)

    def text(self, kind: str, name: str, value: Value) -> str:
        """How ``value`` stands in a cell to be edited."""
        if name == STATE:
            return state_text(State(value)) if value else ""
        return edit_text(self.kinds[kind].field(name), value)

    def rows(self, kind: str, keys: Sequence[int]) -> dict[int, ListRow]:
        """The rows of these keys with all their fields; those gone are missing."""
        return self._library.rows(kind, keys, [one.name for one in self.kinds[kind].shown])

    def read_many(self, kind: str, spots: Sequence[Spot], progress: Progress | None = None) -> list[Placed]:
        """:meth:`read` for a block of cells, against what is stored there."""
        progress = progress or Progress()
        progress.start(len(spots), tr("Reading what was pasted"))
        keys = list(dict.fromkeys(spot.key for spot in spots if spot.key))
        stored: dict[int, ListRow] = {}
        for at in range(0, len(keys), 500):
            progress.check()
            stored.update(self.rows(kind, keys[at : at + 500]))
        found = []
        for spot in spots:
            before = value_in(stored.get(spot.key), spot.name)
            if before is not None and spot.text == self.text(kind, spot.name, before):
                read: Read | None = None
            else:
                read = self.read(kind, spot.name, spot.text, before)
                read = None if read.value == before and not read.problem else read
            found.append(Placed(spot.row, spot.name, read))
            progress.step()
        return found

    # -- the clipboard -----------------------------------------------------------------------

    def pasted(self, text: str, html: str = "") -> Pasted:
        """The table that stands on the clipboard."""
        return read_table(text, html)

    def copied(self, rows: Iterable[Sequence[str]]) -> str:
        """Cells as other programs take them."""
        return write_tsv(rows)

    def has_header(self, rows: Sequence[Sequence[str]]) -> bool:
        """Whether the first of ``rows`` names columns rather than holding data."""
        if len(rows) < 2:
            return False
        if self._words is None:
            self._words = HeaderWords(self.kinds)
        filled = [cell for cell in rows[0] if cell]
        known = sum(self._words.knows(cell) for cell in filled)
        return known >= 1 and known * 2 >= len(filled) and len(filled) * 2 >= len(rows[0])

    def propose(self, kind: str, pasted: Pasted, *, header: bool, columns: Sequence[str] = ()) -> list[str]:
        """Which column of the paste goes where: a target for each, "" = into the notes.

        Args:
            header: the first row names the columns; otherwise they follow ``columns`` in order.
        """
        if not header:
            names = [name for name in columns if name != STATE]
            return [*names[: pasted.columns], *("",) * (pasted.columns - len(names))]
        mapped = map_table(_as_table(pasted), self.kinds, kind=kind)
        allowed = {name for name, _ in self.targets(kind)}
        return [
            LEAVE_OUT if one.target == "#" else one.target if one.target in allowed else ""
            for one in mapped.columns
        ]

    def targets(self, kind: str) -> list[tuple[str, str]]:
        """(target, label) of everything a pasted column can become."""
        described = self.kinds[kind]
        found = [("", tr("into the notes")), (LEAVE_OUT, tr("left out"))]
        for one in self.fields(kind):
            found += [(one.name, str(one.label))] if one.type not in IN_THE_FORM else []
            found += [(f"{one.name}.{spread.name}", str(spread.label)) for spread in one.spreads]
        for span in described.spans:
            names = [str(described.field(name).label) for name in (span.start, span.end)]
            found.append((f"{span.start}..{span.end}", " – ".join(names)))
        return found

    def read_rows(
        self,
        kind: str,
        pasted: Pasted,
        targets: Sequence[str],
        *,
        header: bool,
        most: int | None = None,
        progress: Progress | None = None,
    ) -> list[dict[str, Read]]:
        """The rows of a paste as rows of the grid, column by column as ``targets`` say."""
        progress = progress or Progress()
        rows = pasted.rows[1 if header else 0 :][:most]
        progress.start(len(rows), tr("Reading what was pasted"))
        titles = pasted.rows[0] if header and pasted.rows else ("",) * pasted.columns
        takers = [
            (at, _Taker(self, kind, target, titles[at], self._today()))
            for at, target in enumerate(targets)
            if target != LEAVE_OUT
        ]
        found = []
        for row in rows:
            cells: dict[str, Read] = {}
            for at, taker in takers:
                if row[at].strip():
                    taker.take(row[at], cells)
            if cells:
                found.append(cells)
            progress.step()
        return found

    # -- saving ------------------------------------------------------------------------------

    def save(self, kind: str, rows: Sequence[RowChange], progress: Progress | None = None) -> Saved:
        """Save all rows in one act, which one undo takes back.

        A row that was changed meanwhile by another act, is gone, or holds what it may not, is left
        unsaved and reported; a fault, or stopping, leaves nothing saved.

        Raises:
            UserError: the disk, the lock, a library that can only be read.
        """
        progress = progress or Progress()
        self._before("bulk", progress, len(rows))
        progress.start(len(rows), tr("Saving"))
        ids: dict[int, str] = {}
        refused: dict[int, str] = {}
        new = 0
        with self._library.work("grid_saved", new=0, changed=0) as work:
            for one in rows:
                try:
                    record = self._save_row(work, kind, one)
                except UserError as error:
                    if error.code not in _REFUSALS:
                        raise
                    refused[one.row] = str(error)
                else:
                    ids[one.row] = record.id
                    new += not one.record_id
                progress.step()
            work.params.update(new=new, changed=len(ids) - new)
        keys = {row: self._library.key_of(record_id) or 0 for row, record_id in ids.items()}
        return Saved(work.changes, keys, refused)

    def _save_row(self, work: Work, kind: str, one: RowChange) -> Record:
        described = self.kinds[kind]
        stored = self._library.get(one.record_id) if one.record_id else None
        if stored is not None and stored.state is State.TRASHED:
            raise UserError("grid_row_trashed", title=str(stored.get(described.title) or f"#{stored.number}"))
        values = dict(one.values)
        if one.texts:
            _into_notes(described, values, one.texts, stored)
        if not one.record_id:
            state = State.DRAFT if one.texts else one.state or state_of_new(described, values)
            return work.create(kind, values, state=state, secrecy=ORDINARY)
        return work.update(
            one.record_id, values, version=one.version, state=State.DRAFT if one.texts else one.state
        )


def state_of_new(kind: Kind, values: Mapping[str, Value]) -> State:
    """Complete when every field that the report needs is filled, else a draft."""
    missing = any(values.get(one.name) is None for one in kind.shown if one.required)
    return State.DRAFT if missing else State.COMPLETE


def value_in(row: ListRow | None, name: str) -> Value:
    """What ``row`` holds in the column ``name``."""
    if row is None:
        return None
    return row.state.value if name == STATE else row.values.get(name)


def _into_notes(
    kind: Kind, values: dict[str, Value], texts: Mapping[str, str], stored: Record | None
) -> None:
    """What was typed and not understood is kept under its label; see ``ui/records/saving.py``."""
    said = [f"{kind.field(name).label}: {text}" for name, text in texts.items() if name in kind.by_name]
    before = values.get(NOTES, stored.get(NOTES) if stored else None)
    values[NOTES] = "\n".join(part for part in (before, *said) if part) or None


class _Taker:
    """Puts the cells of one pasted column into rows."""

    def __init__(self, grid: Grid, kind: str, target: str, header: str, today: date) -> None:
        self._grid, self._kind, self._target, self._header = grid, kind, target, header
        described = grid.kinds[kind]
        about = Column(header, unit_of_header(header) or 1)
        plain = target in described.by_name
        by_sheet = not plain or (described.field(target).type is FieldType.MONEY and about.unit != 1)
        self._convert = converter(described, target, about, today=today) if target and by_sheet else None

    def take(self, text: str, cells: dict[str, Read]) -> None:
        """Put ``text`` into ``cells``."""
        if self._convert is None:
            if not self._target or self._target in cells:
                self._note(text, cells)
            else:
                cells[self._target] = self._grid.read(self._kind, self._target, text)
            return
        reading = self._convert(text)
        for name, value in reading.values.items():
            self._put(name, value, text, cells)
        if reading.note or not reading.values:
            self._note(text, cells)

    def _put(self, name: str, value: Value, text: str, cells: dict[str, Read]) -> None:
        known = cells.get(name)
        if known is not None and isinstance(value, tuple) and isinstance(known.value, tuple):
            value = (*known.value, *value)
        elif known is not None:
            self._note(text, cells)
            return
        shown = self._grid.text(self._kind, name, value)
        cells[name] = Read(value, "", "" if shown == text.strip() else shown, text)

    def _note(self, text: str, cells: dict[str, Read]) -> None:
        said = f"{self._header}: {text.strip()}" if self._header else text.strip()
        before = cells.get(NOTES)
        lines = "\n".join(part for part in (str(before.value or "") if before else "", said) if part)
        cells[NOTES] = self._grid.read(self._kind, NOTES, lines)


def _as_table(pasted: Pasted) -> Table:
    """A paste as the mapping of sheets takes it, its first row the header."""
    headers = tuple((cell,) if cell.strip() else () for cell in pasted.rows[0]) if pasted.rows else ()
    rows = tuple(
        Row(number, tuple(cell or None for cell in row)) for number, row in enumerate(pasted.rows[1:121], 2)
    )
    return Table((), (1,), headers, rows, ())


def refusal(saved: Saved) -> str:
    """What to say of the rows that were not saved."""
    first = next(iter(saved.refused.values()), "")
    return message("grid_rows_refused", n=len(saved.refused), first=first)

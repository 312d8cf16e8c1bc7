"""What leaves a list as it is seen: the clipboard, a file, paper."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from stdesk.atomic import write_bytes
from stdesk.clock import Clock
from stdesk.domain.fields import Field, FieldType
from stdesk.domain.records import State
from stdesk.domain.secrecy import ORDINARY, is_above
from stdesk.errors import from_os_error
from stdesk.exchange.export import Cell, Exported
from stdesk.exchange.lists import SUFFIXES, Lines, ListColumn, as_table, as_text, cell, write
from stdesk.i18n import Text, tr
from stdesk.progress import Progress
from stdesk.services.release import LIST, Releases, level_name
from stdesk.store.library import Library, ListRow

__all__ = ["SUFFIXES", "Copied", "ListColumn", "Lists", "Printed"]

NUMBER, STATE = "number", "state"
COPIED = 20_000  # rows; more belongs in an export
_PART = 500  # rows read at a time
_NUMERIC = (FieldType.INTEGER, FieldType.NUMBER, FieldType.MONEY)
_STATES = {
    State.DRAFT: Text("Nháp", "Draft"),
    State.COMPLETE: Text("Hoàn chỉnh", "Complete"),
    State.TRASHED: Text("Trong thùng rác", "In the trash"),
}


@dataclass(frozen=True, slots=True)
class Copied:
    """A list for the clipboard, as text and as a table; ``left_out`` = records above ordinary secrecy."""

    text: str
    table: str
    rows: int
    left_out: int


@dataclass(frozen=True, slots=True)
class Printed:
    """A list on paper: where it lies, how many rows it has and how many may not leave."""

    path: Path
    rows: int
    left_out: int


class Lists:
    """Takes lists of an open library elsewhere.

    ``keys`` are row keys in the order wanted, ``columns`` the names of what is seen: fields,
    ``number`` and ``state``. Records above ordinary secrecy leave only under a register number; by the
    clipboard never. Those that stay are counted.
    """

    def __init__(self, library: Library, clock: Clock) -> None:
        self._library = library
        self._clock = clock

    def columns(self, kind: str, names: Sequence[str]) -> tuple[ListColumn, ...]:
        """The columns called ``names``; those that the kind does not have are left out."""
        fields = self._library.kinds[kind].by_name
        own = {NUMBER: (tr("No."), 6), STATE: (tr("State"), 12)}
        return tuple(
            ListColumn(name, own[name][0], own[name][1])
            if name in own
            else ListColumn(name, str(fields[name].label), fields[name].list_width or 16, fields[name])
            for name in names
            if name in own or name in fields
        )

    def copy(
        self, kind: str, keys: Sequence[int], columns: Sequence[str], progress: Progress | None = None
    ) -> Copied:
        """The first 20,000 rows for the clipboard."""
        progress = progress or Progress()
        shown, wanted = self.columns(kind, columns), keys[:COPIED]
        progress.start(len(wanted), tr("Reading the list"))
        reading = _Reading(self._library, kind, wanted, shown, progress, counted=True)
        rows = list(reading)
        return Copied(as_text(shown, rows), as_table(shown, rows), len(rows), reading.left_out)

    def export(
        self,
        kind: str,
        keys: Sequence[int],
        columns: Sequence[str],
        target: Path,
        progress: Progress | None = None,
        *,
        register: str | None = None,
    ) -> Exported:
        """Write the rows to ``target`` (.xlsx or .csv).

        Args:
            register: number under which what is above ordinary secrecy leaves; "" leaves that out.

        Raises:
            UserError: ``register_number_wanted``, ``export_format``, what the system refused.
            Cancelled: the person stopped it.
        """
        progress = progress or Progress()
        shown = self.columns(kind, columns)
        up_to, _ = self._let_go(kind, keys, register, target)
        reading = _Reading(self._library, kind, keys, shown, progress, up_to=up_to)
        progress.start(len(keys), tr("Writing the list"))
        lines = Lines(str(self._library.kinds[kind].plural), shown, reading)
        return write(lines, target, lambda: reading.left_out, progress)

    def print(
        self,
        kind: str,
        keys: Sequence[int],
        columns: Sequence[str],
        target: Path,
        notes: Sequence[str] = (),
        progress: Progress | None = None,
        *,
        register: str | None = None,
    ) -> Printed:
        """Write the rows to ``target`` as a PDF to be printed: A4 across, headers on every page.

        Args:
            notes: in words, what is listed (filters, search), below the title.
            register: as in :meth:`export`; the list then carries the mark of the highest level on it.

        Raises:
            UserError: ``register_number_wanted``; what the system refused. Cancelled: the person stopped it.
        """
        from stdesk.reports.listing import Column, Table, render_list  # a heavy library: only when needed

        progress = progress or Progress()
        shown = self.columns(kind, columns)
        progress.start(len(keys), tr("Reading the list"))
        up_to, level = self._let_go(kind, keys, register, target)
        reading = _Reading(self._library, kind, keys, shown, progress, counted=True, up_to=up_to)
        rows = tuple(
            tuple(_on_paper(one, value) for one, value in zip(shown, row, strict=True)) for row in reading
        )
        table = Table("", tuple(Column(one.header, one.width, _align(one)) for one in shown), rows)
        progress.start(len(rows), tr("Laying the pages"))
        author = self._library.settings.get("unit_name") or "STDesk"
        title = str(self._library.kinds[kind].plural)
        made = render_list(
            title, tuple(notes), table, author=author, created=self._clock(), progress=progress,
            mark=level_name(level).upper() if level != ORDINARY else "",
        )  # fmt: skip
        try:
            target.parent.mkdir(parents=True, exist_ok=True)
            write_bytes(target, made)
        except OSError as error:
            raise from_os_error(error, target) from error
        return Printed(target, len(rows), reading.left_out)

    def _let_go(self, kind: str, keys: Sequence[int], register: str | None, target: Path) -> tuple[str, str]:
        """Up to which level rows go along, and the highest among them; written down when above ordinary."""
        releases = Releases(self._library)
        if releases.ceiling == ORDINARY:
            return ORDINARY, ORDINARY
        carried = releases.carried(row.secrecy for row in self._library.rows(kind, keys, []).values())
        up_to = releases.let_go(register, LIST, target.name, carried)
        return up_to, carried.level if up_to != ORDINARY else ORDINARY


class _Reading:
    """The rows of a list, read part by part as they are asked for."""

    def __init__(
        self,
        library: Library,
        kind: str,
        keys: Sequence[int],
        columns: tuple[ListColumn, ...],
        progress: Progress,
        *,
        counted: bool = False,
        up_to: str = ORDINARY,
    ) -> None:
        self._library = library
        self._kind = kind
        self._keys = keys
        self._columns = columns
        self._progress = progress
        self._counted = counted
        self._up_to = up_to
        self.left_out = 0

    def __iter__(self) -> Iterator[list[Cell]]:
        names = [one.name for one in self._columns if one.field is not None]
        self.left_out = 0
        for start in range(0, len(self._keys), _PART):
            part = self._keys[start : start + _PART]
            self._progress.step(len(part) if self._counted else 0)
            rows = self._library.rows(self._kind, part, names)
            for key in part:
                row = rows.get(key)
                if row is None:
                    continue
                if is_above(row.secrecy, self._up_to):
                    self.left_out += 1
                else:
                    yield [self._cell(column, row) for column in self._columns]

    @staticmethod
    def _cell(column: ListColumn, row: ListRow) -> Cell:
        if column.field is not None:
            return cell(column, row.values)
        return row.number if column.name == NUMBER else str(_STATES[row.state])


def _on_paper(column: ListColumn, value: Cell) -> Any:
    if value is None:
        return ""
    if isinstance(value, date):
        return value.strftime("%d/%m/%Y")
    if column.field is not None and column.field.names:  # a year is no quantity: never grouped
        return str(value)
    return value


def _align(column: ListColumn) -> str:
    if column.field is None:
        return "center" if column.name == NUMBER else "left"
    return _alignment(column.field)


def _alignment(field: Field) -> str:
    if field.type in _NUMERIC:
        return "right"
    return "center" if field.type is FieldType.DATE else "left"

"""Every record and setting worked out from the history, against what stands in its row.

Plain SQLite keeps no checksums: a flipped bit inside a value goes unnoticed. The history holds every value a
second time, and the keys that order lists follow from the values, so a row that is not what its history
says is found, whichever of the two was hurt; the chain then tells which (:mod:`stdesk.store.chain`).

What was forgotten because a record was once classified cannot be compared and is left out.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any

from stdesk.domain.fields import Value
from stdesk.domain.kinds import Kind, Kinds
from stdesk.domain.records import Record, State
from stdesk.domain.secrecy import ORDINARY, STUB_FIELDS
from stdesk.progress import Progress
from stdesk.store.chain import Fault
from stdesk.store.codec import Image, codec, load_cell, load_image
from stdesk.store.faults import DamageError
from stdesk.store.tables import HEAD, has_sort_key, quoted, sort_column

_CHUNK = 1_000
_CHANGES = """
    SELECT c.record, c.version, a.role, o.before, o.after, a.at, a.who, m.at, m.who
    FROM change c JOIN action a ON a.action = c.action
    JOIN change o ON o.record = c.record AND o.action = coalesce(a.undo_of, a.action)
    JOIN action m ON m.action = o.action
    WHERE c.record BETWEEN ? AND ? ORDER BY c.record, c.version
"""
_SETTINGS = """
    SELECT c.key, CASE a.role WHEN 'undo' THEN c.before ELSE c.after END
    FROM action a JOIN setting_change c ON c.action = coalesce(a.undo_of, a.action) ORDER BY a.action
"""
HURT = (Exception,)  # hostile bytes reach JSON, dates, keys: whatever they raise is a finding, never a crash


@dataclass
class _Told:
    """What the history says of one record.

    Attributes:
        there: it stands in its table. secret: it was classified once: what is not said is not known.
    """

    there: bool = False
    secret: bool = False
    version: int = 0
    values: dict[str, Value] = field(default_factory=dict)
    state: State = State.DRAFT
    secrecy: str = ORDINARY
    created: tuple[str, str] = ("", "")
    changed: tuple[str, str] = ("", "")

    def take(self, version: int, role: str, before: str | None, after: str | None) -> None:
        """Go on by one change."""
        self.version = version
        written = before if role == "undo" else after
        if written is None:
            self.there = False
            return
        image = load_image(written)
        if before is None:
            self.values, self.state, self.secrecy = {}, State.DRAFT, ORDINARY
        self.there = True
        self.values.update(image.values)
        self.state = image.state or self.state
        self.secrecy = image.secrecy or self.secrecy
        self.secret |= self.secrecy != ORDINARY


def replay(driver: Any, kinds: Kinds, progress: Progress | None = None) -> list[Fault]:
    """Compare every record with its history.

    Args:
        driver: the driver's own connection.

    Returns:
        ``record_differs`` (detail: the field or column), ``record_missing``, ``record_extra`` (it stands
        there though its creation was undone), ``record_unreadable``, ``history_missing``.

    Raises:
        Cancelled: it was stopped.
    """
    progress = progress or Progress()
    progress.start(_one(driver, "SELECT count(*) FROM record", 0))
    return [fault for part in _parts(driver, progress) for fault in _faults(driver, kinds, part)]


def replay_settings(driver: Any) -> list[Fault]:
    """Compare every setting that acts have changed with what the last of them left: ``setting_differs``."""
    told = settings_told(driver)
    now: dict[str, str] = dict(driver.execute("SELECT key, value FROM setting").fetchall())
    return [
        Fault(0, "setting_differs", detail=str(key))
        for key, value in told.items()
        if (now.get(key) or "") != (value or "")
    ]


def settings_told(driver: Any) -> dict[str, str | None]:
    """What acts left of the settings they changed; ``None``: not set."""
    return dict(driver.execute(_SETTINGS).fetchall())


Entry = tuple[int, str, str, int]  # of record: pk, id, kind, number


def _parts(driver: Any, progress: Progress) -> Iterator[list[Entry]]:
    sql = "SELECT pk, id, kind, number FROM record WHERE pk > ? ORDER BY pk LIMIT ?"
    last = -(1 << 62)
    while part := driver.execute(sql, (last, _CHUNK)).fetchall():
        yield part
        last = part[-1][0]
        progress.step(len(part))


def _faults(driver: Any, kinds: Kinds, part: Sequence[Entry]) -> list[Fault]:
    """Of some records; when together they cannot be read, one by one."""
    try:
        return list(_compared(driver, kinds, part))
    except HURT:
        if len(part) == 1:
            _, _, kind, number = part[0]
            return [Fault(0, "record_unreadable", str(kind), _whole(number))]
    middle = len(part) // 2
    return _faults(driver, kinds, part[:middle]) + _faults(driver, kinds, part[middle:])


def _compared(driver: Any, kinds: Kinds, part: Sequence[Entry]) -> Iterator[Fault]:
    told = told_of(driver, part[0][0], part[-1][0])
    known = {name: _rows(driver, kinds[name], part) for name in kinds.names}
    for pk, record_id, kind, number in part:
        if kind not in kinds:
            continue
        row = known[kind].get(pk)
        one = told.get(pk)
        if one is None:
            yield Fault(0, "history_missing", kind, number)
        elif one.there:
            record = record_of(one, record_id, kind, number)
            yield from _differences(kinds[kind], pk, record, one, row)
        elif row is not None:
            yield Fault(0, "record_extra", kind, number)


def told_of(driver: Any, first: int, last: int) -> dict[int, _Told]:
    """What the history says of the records of row keys ``first`` to ``last``."""
    found: dict[int, _Told] = {}
    rows = driver.execute(_CHANGES, (first, last))
    for pk, group in groupby(rows, key=lambda row: row[0]):
        one = found[pk] = _Told()
        for _, version, role, before, after, at, who, made_at, made_by in group:
            one.take(version, role, before, after)
            one.changed = (at, who)
            if before is None and role != "undo" and not one.created[0]:
                one.created = (made_at, made_by)
    return found


def record_of(one: _Told, record_id: str, kind: str, number: int) -> Record:
    """The record as its history says it is."""
    values = {name: value for name, value in one.values.items() if value is not None}
    return Record(
        record_id, kind, number, one.version, one.state, one.secrecy, values, *one.created, *one.changed
    )


def image_of(record: Record) -> Image:
    """The whole of a record as the history writes it."""
    return Image(record.values, record.state, record.secrecy)


def columns_of(kind: Kind) -> list[str]:
    """The columns of a kind's table in the order of :meth:`stdesk.store.codec.Codec.row`."""
    names = list(HEAD)
    for one in kind.fields:
        names += [one.name, sort_column(one)] if has_sort_key(one) else [one.name]
    return names


def _rows(driver: Any, kind: Kind, part: Sequence[Entry]) -> dict[int, tuple[Any, ...]]:
    listed = ", ".join(quoted(name) for name in columns_of(kind))
    sql = f"SELECT {listed} FROM {quoted(kind.name)} WHERE pk BETWEEN ? AND ?"
    return {row[0]: row for row in driver.execute(sql, (part[0][0], part[-1][0]))}


def _differences(
    kind: Kind, pk: int, record: Record, one: _Told, row: tuple[Any, ...] | None
) -> Iterator[Fault]:
    title = str(record.get(kind.title) or "")
    if row is None:
        yield Fault(0, "record_missing", kind.name, record.number, title)
        return
    cells = codec(kind).row(pk, record)
    wanted = [*cells[: len(HEAD)], *(None if cell == "" else cell for cell in cells[len(HEAD) :])]
    if wanted == list(row):
        return
    for name, want, have in zip(columns_of(kind), wanted, row, strict=True):
        base = name.removesuffix("__sort")
        unknown = one.secret and base not in HEAD and base not in STUB_FIELDS and base not in one.values
        if want != have and not unknown and not _same_items(want, have):
            yield Fault(0, "record_differs", kind.name, record.number, title, base)
            return


def _same_items(want: object, have: object) -> bool:
    """Two lists written differently (older programs spaced them) that say the same."""
    if not (isinstance(want, str) and isinstance(have, str) and want[:1] == have[:1] == "["):
        return False
    try:
        return bool(load_cell(want) == load_cell(have))
    except DamageError:
        return False


def _whole(number: object) -> int:
    return number if isinstance(number, int) else 0


def _one(driver: Any, sql: str, default: int) -> int:
    row: Iterable[Any] | None = driver.execute(sql).fetchone()
    return int(next(iter(row))) if row is not None else default

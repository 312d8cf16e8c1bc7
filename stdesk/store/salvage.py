"""A database made anew, row by row, from what a damaged one and its backup still hold.

Tables are read by ranges of their keys; a range that fails is halved until the rows that cannot be read are
known. What cannot be read is taken from the backup, and a record whose row is gone from its history. Indexes,
ordering keys and search are not copied: they are made anew.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sqlcipher3 import dbapi2 as sqlcipher

from stdesk.domain.kinds import Kind, Kinds
from stdesk.progress import Progress
from stdesk.store import chain, migrations, replay
from stdesk.store.codec import codec
from stdesk.store.engine import APPLICATION_ID, give_key
from stdesk.store.tables import kind_statements, quoted

_CHUNK = 2_000
_TRIES = 100_000  # failing ranges of one table, before the rest of it is given up
_UNKNOWN_END = 1 << 24  # the highest key, when the table does not say
_SAID = 1_000  # lost things named


@dataclass(frozen=True, slots=True)
class LostThing:
    """Something that is in neither source.

    Attributes:
        table: where it stood. kind, number, title: of a record, as far as known. what: ``row``, ``record``,
            ``fields`` (restored from its history or a backup, maybe older), ``act``.
    """

    table: str
    what: str
    kind: str = ""
    number: int = 0
    title: str = ""


@dataclass
class Salvaged:
    """What became of it.

    Attributes:
        rows: table -> rows taken over. chained: the history is whole and proves it.
        acts_after: acts newer than the backup's that could be read.
    """

    rows: dict[str, int] = field(default_factory=dict)
    lost: list[LostThing] = field(default_factory=list)
    chained: bool = True
    acts_after: int = 0


class Persistent:
    """A connection that is made anew after every failure.

    SQLCipher refuses every further page once it met a forged one; a new connection reads the others again.
    """

    def __init__(self, connect: Callable[[], Any]) -> None:
        self._connect = connect
        self._driver = connect()

    def execute(self, sql: str, values: Sequence[Any] = ()) -> Rows:
        """The rows, all read. Raises what the database cannot read."""
        try:
            return Rows(self._driver.execute(sql, values).fetchall())
        except sqlcipher.Error:
            self._driver.close()
            self._driver = self._connect()
            raise

    def close(self) -> None:
        """Let go of the database."""
        self._driver.close()


class Rows(list[tuple[Any, ...]]):
    """Rows that were read, as a cursor gives them."""

    def fetchall(self) -> list[tuple[Any, ...]]:
        """All of them."""
        return self

    def fetchone(self) -> tuple[Any, ...] | None:
        """The first."""
        return self[0] if self else None


def make_database(target: Path, kinds: Kinds, key: bytes | None) -> Any:
    """A new, empty database of the present schema at ``target``; returns the driver's connection."""
    made = sqlcipher.connect(str(target), isolation_level=None)
    give_key(made, key)
    for pragma in ("journal_mode = OFF", "synchronous = OFF", "foreign_keys = OFF", "cache_size = -65536"):
        made.execute(f"PRAGMA {pragma}").fetchall()
    made.execute("BEGIN")
    for step in migrations.LADDER:
        for statement in step.STATEMENTS:
            made.execute(statement)
    tables = {name for (name,) in made.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    for kind in kinds:
        if kind.name not in tables:
            for statement in kind_statements(kind):
                made.execute(statement)
    made.execute("DELETE FROM setting")
    made.execute(f"PRAGMA user_version = {migrations.latest()}")
    made.execute(f"PRAGMA application_id = {APPLICATION_ID}")
    return made


def salvage(
    made: Any, sources: Sequence[Any], kinds: Kinds, progress: Progress, *, at: str, who: str,
    trust_history: bool = False,
) -> Salvaged:  # fmt: skip
    """Fill the empty database ``made`` from ``sources``, the first one first.

    Args:
        made: of :func:`make_database`; its transaction is committed.
        sources: the driver's connections; the damaged library, then its backup.
        trust_history: records are set to what their history says when that is proved by the chain.
    """
    result = Salvaged()
    guards = _take_guards(made)
    tables = [name for name in _tables(made) if name not in kinds.names]
    progress.start(len(tables) + 2 * len(kinds.names))
    for table in tables:
        _fill(made, sources, table, result)
        progress.step()
    for kind in kinds:
        _fill(made, sources, kind.name, result)
        progress.step()
    made.execute("DELETE FROM setting WHERE key LIKE 'derived:%'")  # made anew at the next opening
    result.chained = not chain.verify(made)
    if not result.chained:
        _mend_history(made, result)
    for kind in kinds:
        _mend_records(made, sources, kinds, kind, result, trust_history and result.chained)
        progress.step()
    if trust_history and result.chained:
        _mend_settings(made)
    if not result.chained:
        _begin_anew(made, kinds, result, at, who)
    for statement in guards:
        made.execute(statement)
    made.execute("COMMIT")
    if sources[1:]:
        result.acts_after = _newest(made) - _newest(sources[-1])
    return result


# -- reading what can be read


def read_rows(driver: Any, table: str, columns: Sequence[str], lost: list[int]) -> Iterator[tuple[Any, ...]]:
    """Every row of a table that can be read, key first; keys of the others go to ``lost``, as far as known."""
    listed = ", ".join(quoted(name) for name in columns)
    try:
        low, high = driver.execute(f"SELECT min(rowid), max(rowid) FROM {quoted(table)}").fetchone()
    except sqlcipher.Error as error:
        if "no such column" in str(error):  # WITHOUT ROWID
            yield from _read_ends(driver, table, listed, lost)
            return
        low, high = 1, _UNKNOWN_END
    if low is None:
        return
    sql = f"SELECT {listed} FROM {quoted(table)} WHERE rowid BETWEEN ? AND ? ORDER BY rowid"
    spans = [(first, min(first + _CHUNK - 1, high)) for first in range(low, high + 1, _CHUNK)]
    spans.reverse()
    tries = 0
    while spans:
        first, last = spans.pop()
        try:
            rows = driver.execute(sql, (first, last)).fetchall()
        except sqlcipher.Error:
            tries += 1
            if first == last:
                lost.append(first)
            elif tries > _TRIES:
                lost.append(first)
                return
            else:
                middle = (first + last) // 2
                spans += [(middle + 1, last), (first, middle)]
            continue
        yield from rows


def _read_ends(driver: Any, table: str, listed: str, lost: list[int]) -> Iterator[tuple[Any, ...]]:
    """A table without row keys: from its beginning to the damage, then from its end."""
    key = ", ".join(
        quoted(row[1])
        for row in sorted(driver.execute(f"PRAGMA table_info({quoted(table)})"), key=lambda row: row[5])
        if row[5]
    )
    for order in ("", " DESC"):
        ordered = ", ".join(f"{one}{order}" for one in key.split(", "))
        try:
            yield from driver.execute(f"SELECT {listed} FROM {quoted(table)} ORDER BY {ordered}")
            return
        except sqlcipher.Error:
            lost.append(0)


def _fill(made: Any, sources: Sequence[Any], table: str, result: Salvaged) -> None:
    lost: list[int] = []
    for place, source in enumerate(sources):
        columns = _common_columns(made, source, table)
        if not columns:
            continue
        missing: list[int] = []
        marks = ", ".join("?" * len(columns))
        listed = ", ".join(quoted(name) for name in columns)
        sql = f"INSERT OR IGNORE INTO {quoted(table)} ({listed}) VALUES ({marks})"
        for row in read_rows(source, table, columns, missing):
            try:
                made.execute(sql, [_writable(cell) for cell in row])
            except sqlcipher.Error:
                missing.append(0)
        if place == 0:
            lost = missing
    result.rows[table] = made.execute(f"SELECT count(*) FROM {quoted(table)}").fetchone()[0]
    sql = f"SELECT 1 FROM {quoted(table)} WHERE rowid = ?"
    for key in lost:
        if key == 0 or made.execute(sql, (key,)).fetchone() is None:
            result.lost.append(LostThing(table, "row", number=key))


def _writable(cell: object) -> object:
    if isinstance(cell, str):
        return cell.encode("utf-8", "surrogateescape").decode("utf-8", "replace")
    return cell


def _common_columns(made: Any, source: Any, table: str) -> list[str]:
    try:
        there = {row[1] for row in source.execute(f"PRAGMA table_info({quoted(table)})")}
    except sqlcipher.Error:
        return []
    wanted = (row[1] for row in made.execute(f"PRAGMA table_info({quoted(table)})").fetchall())
    return [name for name in wanted if name in there]


def _tables(made: Any) -> list[str]:
    rows = made.execute(
        "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' "
        "AND name NOT LIKE '%\\_\\_search%' ESCAPE '\\' ORDER BY rowid"
    )
    return [name for (name,) in rows]


def _take_guards(made: Any) -> list[str]:
    """Take the triggers off while facts are put back, and return what makes them again."""
    rows = made.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'").fetchall()
    for name, _ in rows:
        made.execute(f"DROP TRIGGER {quoted(name)}")
    return [sql for _, sql in rows]


def _newest(driver: Any) -> int:
    try:
        return int(driver.execute("SELECT coalesce(max(action), 0) FROM action").fetchone()[0])
    except sqlcipher.Error:
        return 0


# -- making it whole again


def _mend_history(made: Any, result: Salvaged) -> None:
    """Lines for acts that others name and that are gone; no rows of records that nobody knows."""
    naming = (
        "change",
        "setting_change",
        "frozen_report",
        "signed_copy",
        "decision",
        "central_id",
        "approval",
    )
    named = " UNION ".join(f"SELECT action FROM {quoted(table)}" for table in naming)
    gone = made.execute(f"SELECT action FROM ({named}) WHERE action NOT IN (SELECT action FROM action)")
    for (action,) in gone.fetchall():
        before = made.execute(
            "SELECT coalesce(max(at), '') FROM action WHERE action < ?", (action,)
        ).fetchone()
        made.execute(
            "INSERT INTO action (action, at, who, label, params, role, touched) VALUES (?, ?, '?', "
            "'lost_act', '{}', 'fixed', 0)",
            (action, before[0]),
        )
        result.lost.append(LostThing("action", "act", number=action))
    made.execute("UPDATE action SET undo_of = NULL WHERE undo_of NOT IN (SELECT action FROM action)")
    made.execute("DELETE FROM change WHERE record NOT IN (SELECT pk FROM record)")
    for table in ("chain", "chain_forgotten", "chain_head"):
        made.execute(f"DELETE FROM {table}")


def _mend_records(
    made: Any, sources: Sequence[Any], kinds: Kinds, kind: Kind, result: Salvaged, trust_history: bool
) -> None:
    """Rows that are gone come back from the history; rows nobody ever named get a name again."""
    made.execute(
        f"DELETE FROM {quoted(kind.name)} WHERE pk NOT IN (SELECT pk FROM record WHERE kind = ?)",
        (kind.name,),
    )
    keys = [pk for (pk,) in made.execute("SELECT pk FROM record WHERE kind = ? ORDER BY pk", (kind.name,))]
    for start in range(0, len(keys), _CHUNK):
        part = keys[start : start + _CHUNK]
        told = replay.told_of(made, part[0], part[-1])
        span = (kind.name, part[0], part[-1])
        rows = made.execute(
            "SELECT r.pk, r.id, r.number, k.pk IS NOT NULL FROM record r "
            f"LEFT JOIN {quoted(kind.name)} k ON k.pk = r.pk WHERE r.kind = ? AND r.pk BETWEEN ? AND ?",
            span,
        ).fetchall()
        for pk, record_id, number, there in rows:
            one = told.get(pk)
            if one is None or not one.there:
                if one is None and not there:
                    result.lost.append(LostThing(kind.name, "record", kind.name, number))
                continue
            if there and not (trust_history and not one.secret):
                continue
            record = replay.record_of(one, record_id, kind.name, number)
            if there and _is_same(made, kind, pk, codec(kind).row(pk, record)):
                continue
            made.execute(f"DELETE FROM {quoted(kind.name)} WHERE pk = ?", (pk,))
            made.execute(codec(kind).insert, codec(kind).row(pk, record))
            if not there and not result.chained:
                title = str(record.get(kind.title) or "")
                result.lost.append(LostThing(kind.name, "fields", kind.name, number, title))


def _mend_settings(made: Any) -> None:
    """Settings that acts have changed, as the last of them left them."""
    for key, value in replay.settings_told(made).items():
        if value is None:
            made.execute("DELETE FROM setting WHERE key = ?", (key,))
        else:
            made.execute("INSERT OR REPLACE INTO setting (key, value) VALUES (?, ?)", (key, value))


def _is_same(made: Any, kind: Kind, pk: int, wanted: tuple[Any, ...]) -> bool:
    listed = ", ".join(quoted(name) for name in replay.columns_of(kind))
    row = made.execute(f"SELECT {listed} FROM {quoted(kind.name)} WHERE pk = ?", (pk,)).fetchone()
    return tuple("" if cell is None else cell for cell in row) == wanted


def _begin_anew(made: Any, kinds: Kinds, result: Salvaged, at: str, who: str) -> None:
    """One act says what every record now is, where the history does not; the chain begins again with it."""
    faults = {(one.kind, one.number): one for one in replay.replay(made, kinds)}
    action = _newest(made) + 1
    params = json.dumps({"lost": str(len(result.lost))})
    made.execute(
        "INSERT INTO action (action, at, who, label, params, role, touched) VALUES (?, ?, ?, 'recovered', ?, "
        "'fixed', ?)",
        (action, at, who, params, len(faults)),
    )
    for kind in kinds:
        numbers = [number for name, number in faults if name == kind.name]
        for number in numbers:
            _state_record(made, kind, number, action, at, who)


def _state_record(made: Any, kind: Kind, number: int, action: int, at: str, who: str) -> None:
    reader = codec(kind)
    sql = (
        f"SELECT k.pk, r.id, {reader.read_columns} FROM {quoted(kind.name)} k JOIN record r ON r.pk = k.pk "
        "WHERE r.kind = ? AND r.number = ?"
    )
    row = made.execute(sql, (kind.name, number)).fetchone()
    if row is None:  # its number stays taken
        made.execute(
            "INSERT INTO change (action, record, version) SELECT ?, r.pk, 1 + (SELECT coalesce(max(version), 0) "
            "FROM change WHERE record = r.pk) FROM record r WHERE r.kind = ? AND r.number = ?",
            (action, kind.name, number),
        )
        return
    pk, record = row[0], reader.record(row[1:])
    sql = "SELECT coalesce(max(version), 0) FROM change WHERE record = ?"
    version = max(made.execute(sql, (pk,)).fetchone()[0], record.version) + 1
    image = replay.image_of(record).dumps()
    made.execute(
        "INSERT INTO change (action, record, version, before, after) VALUES (?, ?, ?, NULL, ?)",
        (action, pk, version, image),
    )
    one = replay.told_of(made, pk, pk)[pk]
    made.execute(
        f"UPDATE {quoted(kind.name)} SET version = ?, created_at = ?, created_by = ?, changed_at = ?, "
        "changed_by = ? WHERE pk = ?",
        (version, *one.created, at, who, pk),
    )

"""A copy of a library as it was at a past moment, worked out from the history.

Everything done after the moment is taken back in the copy, newest first: records, settings, frozen
reports, signed copies, packages and answers, the lines of the history themselves; own keys lose their
secret part. Attachments and snapshots are not copied:
a copy reads them where the library has them, by their hash. What was classified above the ceiling
since then stays the stub it is now, since its content has left the history. The copy is only read,
and it is taken away when it is closed. The copy of a locked library is encrypted with the same key.
"""

from __future__ import annotations

import contextlib
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date
from itertools import groupby
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, text
from sqlcipher3 import dbapi2 as sqlcipher

from stdesk import atomic
from stdesk.clock import local_time
from stdesk.domain.fields import Value
from stdesk.domain.records import Record, State
from stdesk.domain.secrecy import ORDINARY, STUB_FIELDS, is_above
from stdesk.errors import Exit, UserError
from stdesk.i18n import tr
from stdesk.progress import Progress
from stdesk.store import history, rows
from stdesk.store.codec import Image, load_image
from stdesk.store.context import AsOf, Context
from stdesk.store.engine import SCRATCH, for_writing, give_key, make_engine, raw
from stdesk.store.faults import told
from stdesk.store.lock import Lock
from stdesk.store.tables import quoted
from stdesk.store.undo import with_image

MARK = "as-of.json"
_DATABASE, _PART, _LOCK = "library.db", "library.part", "library.lock"
_PAGES = 2_048  # copied at a time
_CHUNK, _INDEX_CHUNK = 1_000, 40_000

_LATER = """
    SELECT c.record, r.kind, a.role, o.before, o.after
    FROM change c JOIN action a ON a.action = c.action JOIN record r ON r.pk = c.record
    JOIN change o ON o.record = c.record AND o.action = coalesce(a.undo_of, a.action)
    WHERE c.record BETWEEN ? AND ? AND +c.action > ? ORDER BY c.record, c.version DESC
"""
_HEADS = """
    SELECT c.record, max(c.version), a.at, a.who FROM change c JOIN action a ON a.action = c.action
    WHERE c.record BETWEEN ? AND ? AND +c.action <= ? GROUP BY c.record
"""
_MADE = """
    SELECT c.record, r.id, r.number, a.at, a.who FROM change c JOIN action a ON a.action = c.action
    JOIN record r ON r.pk = c.record
    WHERE c.record BETWEEN ? AND ? AND c.before IS NULL AND c.after IS NOT NULL
"""
_LATER_SETTINGS = """
    SELECT c.key, CASE a.role WHEN 'undo' THEN c.after ELSE c.before END AS was
    FROM action a JOIN setting_change c ON c.action = coalesce(a.undo_of, a.action)
    WHERE a.action > :cut ORDER BY a.action DESC
"""
_FREED = "SELECT name FROM sqlite_master WHERE type = 'trigger' AND sql LIKE '%append_only%'"
_FORGOTTEN = (
    "UPDATE own_key SET secret = ''",  # a copy signs nothing
    "UPDATE own_key SET retired_at = '' WHERE retired_at > :until",
    "DELETE FROM own_key WHERE made_at > :until",
    "DELETE FROM roster WHERE at > :until",
    "DELETE FROM decision WHERE action > :cut",
    "DELETE FROM central_id WHERE action > :cut",
    "DELETE FROM answer WHERE imported_at > :until",
    "DELETE FROM proposal WHERE answer NOT IN (SELECT answer FROM answer)",
    "DELETE FROM sending WHERE at > :until",
    "DELETE FROM package WHERE made_at > :until",
    "DELETE FROM package WHERE report IN (SELECT report FROM frozen_report WHERE action > :cut)",
    "DELETE FROM package_line WHERE at > :until AND line NOT IN (SELECT line FROM package)",
    "DELETE FROM signed_copy WHERE action > :cut",
    "DELETE FROM signed_copy WHERE report IN (SELECT report FROM frozen_report WHERE action > :cut)",
    "DELETE FROM approval WHERE action > :cut",
    "DELETE FROM approval WHERE report IN (SELECT report FROM frozen_report WHERE action > :cut)",
    "DELETE FROM role_code WHERE at > :until",
    "UPDATE role_code SET verifier = ''",
    "UPDATE role_code SET retired_at = '' WHERE retired_at > :until",
    "DELETE FROM frozen_report WHERE action > :cut",
    "DELETE FROM chain_head",  # a copy's history is cut, and nobody verifies it
    "DELETE FROM chain_forgotten WHERE forgotten_by > :cut OR action > :cut",
    "DELETE FROM chain WHERE action > :cut",
    "DELETE FROM setting_change WHERE action > :cut",
    "DELETE FROM change WHERE action > :cut",
    "DELETE FROM action WHERE action > :cut",
    "DELETE FROM draft",
    # An act is taken back when the last word on it was an undo; for good when something was done since.
    "UPDATE action SET undone = 0 WHERE role = 'act'",
    "UPDATE action SET undone = CASE WHEN s.last < (SELECT max(action) FROM action WHERE role = 'act') "
    "THEN 2 ELSE 1 END FROM (SELECT undo_of, max(action) AS last FROM action WHERE undo_of IS NOT NULL "
    "GROUP BY undo_of) s JOIN action w ON w.action = s.last "
    "WHERE s.undo_of = action.action AND w.role = 'undo'",
    "UPDATE signed_copy SET taken_back = (SELECT a.undone > 0 FROM action a WHERE a.action = signed_copy.action)",
    "UPDATE decision SET taken_back = (SELECT a.undone > 0 FROM action a WHERE a.action = decision.action)",
    "UPDATE central_id SET taken_back = (SELECT a.undone > 0 FROM action a WHERE a.action = central_id.action)",
)


@dataclass
class _Then:
    """What is known of a record as it was, while its changes are taken back one by one.

    Attributes:
        there: it was there; whole: ``values`` is all of it, not only what differs from now.
        made_later: it was made after the moment, and leaves nothing behind.
    """

    pk: int
    kind: str
    there: bool = True
    whole: bool = False
    made_later: bool = False
    values: dict[str, Value] = field(default_factory=dict)
    state: State | None = None
    secrecy: str | None = None

    @property
    def image(self) -> Image:
        """What is known, as the history writes it."""
        return Image(self.values, self.state, self.secrecy)

    def take_back(self, role: str, before: str | None, after: str | None) -> None:
        """Go back over one change."""
        self.made_later = before is None and role == history.ACT
        was = after if role == history.UNDO else before
        if was is None:
            self.there, self.whole, self.values = False, True, {}
            return
        image = load_image(was)
        if before is None:
            self.whole, self.values = True, {}
        self.there = True
        self.values.update(image.values)
        self.state = image.state or self.state
        self.secrecy = image.secrecy or self.secrecy


def make(context: Context, target: Path, as_of: AsOf, progress: Progress) -> Path:
    """Make the copy of the library of ``context`` in the new folder ``target``.

    Raises:
        UserError: ``as_of_too_early`` before the first act; what the disk refused.
        Cancelled: it was stopped; nothing is left behind.
    """
    with context.reading() as connection:
        first = connection.execute(text("SELECT min(at) FROM action WHERE at > '0'")).scalar()
    if first is None or as_of.until < first:
        said = local_time(first)[:10] if first else ""
        raise UserError("as_of_too_early", day=f"{as_of.day:%d/%m/%Y}", first=said)
    with told(target):
        target.mkdir(parents=True)
        lock = Lock.take(target / _LOCK, user=context.user, at=context.now())
        try:
            mark = {"day": as_of.day.isoformat(), "until": as_of.until, "library": str(as_of.library)}
            atomic.write_bytes(target / MARK, json.dumps(mark, ensure_ascii=False).encode())
            _copy(context, target / _PART, progress)
            _revert(context, target / _PART, as_of.until, progress)
            (target / _PART).replace(target / _DATABASE)
        except BaseException:
            lock.release()
            discard(target)
            raise
        lock.release()
    return target


def read_mark(folder: Path) -> AsOf | None:
    """What the copy in ``folder`` shows; ``None`` when it is an ordinary library.

    Raises:
        UserError: ``not_a_library`` when its mark cannot be read.
    """
    if not (folder / MARK).is_file():
        return None
    try:
        with told(folder):
            mark = json.loads((folder / MARK).read_bytes())
        return AsOf(date.fromisoformat(mark["day"]), str(mark["until"]), Path(mark["library"]))
    except (ValueError, KeyError, TypeError) as error:
        raise UserError("not_a_library", Exit.ENVIRONMENT, path=str(folder)) from error


def discard(folder: Path) -> None:
    """Take a copy away; what is no copy, or cannot be taken away, stays."""
    if not (folder / MARK).is_file():
        return
    for name in (_DATABASE, _PART):
        for suffix in ("", "-wal", "-shm", "-journal"):
            with contextlib.suppress(OSError):
                (folder / f"{name}{suffix}").unlink()
    for name in ("crash", _LOCK, MARK):  # the mark last: without it nobody would sweep the rest
        with contextlib.suppress(OSError):
            (folder / name).rmdir() if name == "crash" else (folder / name).unlink()
    with contextlib.suppress(OSError):
        folder.rmdir()


def sweep(folder: Path) -> None:
    """Take away the copies in ``folder`` that nobody has open: left by a program that was killed."""
    for mark in folder.glob(f"*/{MARK}"):
        try:
            Lock.take(mark.with_name(_LOCK), user="", at="").release()
        except (UserError, OSError):
            continue
        discard(mark.parent)


def _copy(context: Context, part: Path, progress: Progress) -> None:
    def told_on(_status: int, remaining: int, total: int) -> None:
        progress.check()
        progress.total, progress.done = total, total - remaining

    progress.start(0, tr("Copying the library"))
    copy = sqlcipher.connect(str(part), isolation_level=None)
    try:
        give_key(copy, context.vault.database if context.vault is not None else None)
        with context.engine.connect() as connection:
            raw(connection).backup(copy, pages=_PAGES, progress=told_on)
        copy.execute("PRAGMA journal_mode = DELETE").fetchall()
    finally:
        copy.close()


def _revert(context: Context, part: Path, until: str, progress: Progress) -> None:
    engine = make_engine(part, SCRATCH, context.vault.database if context.vault is not None else None)
    try:
        with for_writing(engine).begin() as connection:
            cut = connection.execute(
                text("SELECT coalesce(max(action), 0) FROM action WHERE at <= :until"), {"until": until}
            ).scalar_one()
            _revert_records(context, connection, cut, progress)
            for key, was in connection.execute(text(_LATER_SETTINGS), {"cut": cut}).all():
                if was is None:
                    connection.execute(text("DELETE FROM setting WHERE key = :key"), {"key": key})
                else:
                    connection.execute(
                        text("INSERT OR REPLACE INTO setting VALUES (:key, :value)"),
                        {"key": key, "value": was},
                    )
            for name in connection.execute(text(_FREED)).scalars().all():  # they guard facts; this is a copy
                connection.execute(text(f"DROP TRIGGER {quoted(name)}"))
            moment = {"cut": cut, "until": until}
            for statement in _FORGOTTEN:
                progress.check()
                given = {name: value for name, value in moment.items() if f":{name}" in statement}
                connection.execute(text(statement), given)
    finally:
        engine.dispose()


def _revert_records(context: Context, connection: Connection, cut: int, progress: Progress) -> None:
    sql = text("SELECT DISTINCT record FROM change WHERE action > :cut ORDER BY record")
    keys = list(connection.execute(sql, {"cut": cut}).scalars())
    progress.start(len(keys), tr("Taking back what was done since"))
    ceiling = rows.ceiling_of(connection)
    to_index: dict[str, list[rows.Keyed]] = {name: [] for name in context.kinds.names}
    for start in range(0, len(keys), _CHUNK):
        span = (keys[start], keys[min(start + _CHUNK, len(keys)) - 1])
        part = list(_thens(raw(connection).execute(_LATER, (*span, cut)).fetchall()))
        _put_back(context, connection, part, (*span, cut), to_index, ceiling)
        for kind, found in to_index.items():
            if len(found) >= _INDEX_CHUNK:
                rows.index(connection, context.tables[kind], found)
                found.clear()
        progress.step(len(part))
    for kind, found in to_index.items():
        rows.index(connection, context.tables[kind], found)


def _thens(found: Iterable[tuple[Any, ...]]) -> Iterator[_Then]:
    for (pk, kind), group in groupby(found, key=lambda row: (row[0], row[1])):
        then = _Then(pk, kind)
        for _, _, role, before, after in group:
            then.take_back(role, before, after)
        yield then


def _put_back(
    context: Context, connection: Connection, part: list[_Then], span: tuple[int, int, int],
    to_index: dict[str, list[rows.Keyed]], ceiling: str,
) -> None:  # fmt: skip
    heads = {pk: head for pk, *head in raw(connection).execute(_HEADS, span)}
    for kind, group in groupby(sorted(part, key=lambda one: one.kind), key=lambda one: one.kind):
        if kind not in context.kinds:
            continue
        where, thens = context.tables[kind], list(group)
        now = dict(rows.by_keys(connection, where, [one.pk for one in thens]))
        rows.remove(connection, where, [one.pk for one in thens if not one.there and one.pk in now])
        back = [one for one in thens if one.there and one.pk not in now]
        rows.insert(context, connection, _made_again(connection, back, heads, span), ceiling)
        edits = [
            (one.pk, now[one.pk], _as_it_was(now[one.pk], one, heads[one.pk], ceiling))
            for one in thens
            if one.there and one.pk in now
        ]
        to_index[kind] += rows.replace_many(connection, where, edits, ceiling)
    never = [(one.pk,) for one in part if one.made_later]
    raw(connection).executemany(f"DELETE FROM {quoted('record')} WHERE pk = ?", never)


def _as_it_was(now: Record, then: _Then, head: tuple[Any, ...] | list[Any], ceiling: str) -> Record:
    version, at, who = head
    base = replace(now, values={}) if then.whole else now
    was = with_image(base, then.image)
    if is_above(now.secrecy, ceiling):
        kept = {name: value for name, value in was.values.items() if name in STUB_FIELDS}
        was = replace(was, secrecy=now.secrecy, values=kept)
    return replace(was, version=version, changed_at=at, changed_by=who)


def _made_again(
    connection: Connection, thens: list[_Then], heads: dict[int, list[Any]], span: tuple[int, int, int]
) -> list[rows.Keyed]:
    if not thens:
        return []
    made = {pk: rest for pk, *rest in raw(connection).execute(_MADE, span[:2])}
    found = []
    for one in thens:
        record_id, number, created_at, created_by = made[one.pk]
        version, at, who = heads[one.pk]
        empty = Record(
            record_id, one.kind, number, version, State.DRAFT, ORDINARY, {}, created_at, created_by, at, who
        )
        found.append((one.pk, with_image(empty, one.image)))
    return found

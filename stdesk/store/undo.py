"""Taking the last act back and doing it again, whole, from the history, across restarts."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from sqlalchemy import Connection, Row, text

from stdesk.domain.kinds import Kind
from stdesk.domain.records import Changes, Record, State
from stdesk.domain.secrecy import ORDINARY, is_above
from stdesk.errors import UserError
from stdesk.i18n import message
from stdesk.progress import Progress
from stdesk.store import answers, drafts, history, rows, scrub, settings, signed
from stdesk.store.codec import Image, load_image
from stdesk.store.context import Context
from stdesk.store.engine import raw

_CHANGES = """
    SELECT c.record AS pk, r.id, r.kind, r.number, c.before, c.after, a.at, a.who,
           (SELECT max(x.version) FROM change x WHERE x.record = c.record) AS last
    FROM change c JOIN record r ON r.pk = c.record JOIN action a ON a.action = c.action
    WHERE c.action = :action ORDER BY r.kind, c.record
"""
_CHUNK = 1_000
_INDEX_CHUNK = (
    40_000  # the update that follows has the whole of it written out and pieces merged: seconds each
)


@dataclass
class _Stroke:
    """One undo or redo under way."""

    context: Context
    connection: Connection
    back: bool
    at: str
    ceiling: str
    progress: Progress
    classified: list[tuple[int, str]] = field(default_factory=list)  # key, kind: above the ceiling once more


def undo(context: Context, progress: Progress | None = None) -> Changes:
    """Take the newest act back, in one transaction.

    Args:
        progress: counts the records done; stopped, everything stays as it was.

    Raises:
        UserError: ``nothing_to_undo``; ``undo_conflict`` when a record or setting is not as the act left it.
        Cancelled: it was stopped.
    """
    return _stroke(context, progress or Progress(), back=True)


def redo(context: Context, progress: Progress | None = None) -> Changes:
    """Do again the act that was undone last.

    Raises:
        UserError: ``nothing_to_redo``; ``undo_conflict``.
        Cancelled: it was stopped.
    """
    return _stroke(context, progress or Progress(), back=False)


def _stroke(context: Context, progress: Progress, *, back: bool) -> Changes:
    with context.writing() as connection:
        target = history.undoable(connection) if back else history.redoable(connection)
        if target is None:
            raise UserError("nothing_to_undo" if back else "nothing_to_redo")
        progress.start(target.touched, message(f"did_{target.label}", **target.params))
        stroke = _Stroke(context, connection, back, context.now(), rows.ceiling_of(connection), progress)
        changed = connection.execute(text(_CHANGES), {"action": target.action}).all()
        kinds = {row.kind for row in changed}
        if foreign := kinds - set(context.kinds.names):
            raise UserError("undo_conflict", title=", ".join(sorted(foreign)))
        for kind in sorted(kinds):
            of_kind = [row for row in changed if row.kind == kind]
            _creations(stroke, context.kinds[kind], [row for row in of_kind if row.before is None])
            _edits(stroke, context.kinds[kind], [row for row in of_kind if row.before is not None])
        settings.turn(connection, target, back=back)
        signed.turn(connection, target.action, back=back)
        answers.turn(connection, target.action, back=back)
        action = _write(stroke, target, len(changed))
        params = dict(target.params) if not stroke.classified else {}
        _forget(stroke, action)
        ids = frozenset(row.id for row in changed)
        return Changes(action, target.label, params, ids, frozenset(kinds))


def _forget(stroke: _Stroke, action: int) -> None:
    """What lies above the ceiling once more leaves nothing of what it held meanwhile."""
    if not stroke.classified:
        return
    keys = [pk for pk, _ in stroke.classified]
    gone = {name for pk in keys for name in scrub.files_of(stroke.connection, pk)}
    stroke.context.note_forgotten(action, history.forget_content(stroke.connection, keys, action))
    for pk in keys:
        drafts.forget_record(stroke.connection, pk)
    scrub.owe(stroke.context, stroke.connection, {kind for _, kind in stroke.classified}, gone)


def _write(stroke: _Stroke, target: history.HistoryEntry, touched: int) -> int:
    connection = stroke.connection
    action = history.write_action(
        connection, at=stroke.at, who=stroke.context.user, label=target.label, params=target.params,
        role=history.UNDO if stroke.back else history.REDO, undo_of=target.action, touched=touched,
    )  # fmt: skip
    connection.execute(
        text("UPDATE action SET undone = :undone WHERE action = :action"),
        {"undone": history.UNDONE if stroke.back else history.DONE, "action": target.action},
    )
    connection.execute(  # images stay where they are: this line points to them by undo_of
        text(
            "INSERT INTO change (action, record, version) SELECT :new, c.record, "
            "(SELECT max(x.version) + 1 FROM change x WHERE x.record = c.record) "
            "FROM change c WHERE c.action = :old"
        ),
        {"new": action, "old": target.action},
    )
    return action


def _creations(stroke: _Stroke, kind: Kind, changed: list[Row[Any]]) -> None:
    where = stroke.context.tables[kind.name]
    for part in _parts(changed):
        keys = [row.pk for row in part]
        versions = _versions(stroke.connection, where.name, keys)
        for row in part:
            if versions.get(row.pk) != (row.last if stroke.back else None):
                raise _conflict(kind, row)
        if stroke.back:
            rows.remove(stroke.connection, where, keys)
        else:
            items = [(row.pk, _again(stroke, row)) for row in part]
            rows.insert(stroke.context, stroke.connection, items, stroke.ceiling)
        stroke.progress.step(len(part))


def _parts(changed: Sequence[Row[Any]]) -> Iterator[Sequence[Row[Any]]]:
    return (changed[start : start + _CHUNK] for start in range(0, len(changed), _CHUNK))


def _versions(connection: Connection, table: str, keys: list[int]) -> dict[int, int]:
    sql = f"SELECT pk, version FROM {table} WHERE pk BETWEEN ? AND ?"
    return dict(raw(connection).execute(sql, (min(keys), max(keys))))


def _again(stroke: _Stroke, row: Row[Any]) -> Record:
    image = load_image(row.after)
    return Record(
        row.id, row.kind, row.number, row.last + 1, image.state or State.DRAFT, image.secrecy or ORDINARY,
        {name: value for name, value in image.values.items() if value is not None},
        row.at, row.who, stroke.at, stroke.context.user,
    )  # fmt: skip


def _edits(stroke: _Stroke, kind: Kind, changed: list[Row[Any]]) -> None:
    context, connection = stroke.context, stroke.connection
    where = context.tables[kind.name]
    found_anew: list[rows.Keyed] = []
    for part in _parts(changed):
        present = dict(rows.by_keys(connection, where, [row.pk for row in part]))
        edits = []
        for row in part:
            old = present.get(row.pk)
            if old is None or old.version != row.last:
                raise _conflict(kind, row)
            new = with_image(old, load_image(row.before if stroke.back else row.after))
            new = replace(new, version=row.last + 1, changed_at=stroke.at, changed_by=context.user)
            edits.append((row.pk, old, new))
            if is_above(new.secrecy, stroke.ceiling) and not is_above(old.secrecy, stroke.ceiling):
                stroke.classified.append((row.pk, kind.name))
        found_anew += rows.replace_many(connection, where, edits, stroke.ceiling)
        if len(found_anew) >= _INDEX_CHUNK:
            rows.index(connection, where, found_anew)
            found_anew = []
        stroke.progress.step(len(part))
    rows.index(connection, where, found_anew)


def with_image(record: Record, image: Image) -> Record:
    """``record`` with what ``image`` says instead."""
    values = {**record.values, **image.values}
    return replace(
        record,
        values={name: value for name, value in values.items() if value is not None},
        state=image.state or record.state,
        secrecy=image.secrecy or record.secrecy,
    )


def _conflict(kind: Kind, row: Row[Any]) -> UserError:
    return UserError("undo_conflict", title=f"{kind.label} {row.number}")

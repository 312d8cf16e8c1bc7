"""Taking the last act back and doing it again, whole, from the history, across restarts."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import Connection, Row, text

from stdesk.domain.kinds import Kind
from stdesk.domain.records import Changes, Record, State
from stdesk.domain.secrecy import ORDINARY
from stdesk.errors import UserError
from stdesk.store import history, rows
from stdesk.store.codec import Image, load_image
from stdesk.store.context import Context
from stdesk.store.engine import raw

_CHANGES = """
    SELECT c.record AS pk, r.id, r.kind, r.number, c.before, c.after, a.at, a.who,
           (SELECT max(x.version) FROM change x WHERE x.record = c.record) AS last
    FROM change c JOIN record r ON r.pk = c.record JOIN action a ON a.action = c.action
    WHERE c.action = :action ORDER BY r.kind, c.record
"""


@dataclass
class _Stroke:
    """One undo or redo under way."""

    context: Context
    connection: Connection
    back: bool
    at: str
    ceiling: str


def undo(context: Context) -> Changes:
    """Take the newest act back, in one transaction.

    Raises:
        UserError: ``nothing_to_undo``; ``undo_conflict`` when a record is not as the act left it.
    """
    return _stroke(context, back=True)


def redo(context: Context) -> Changes:
    """Do again the act that was undone last.

    Raises:
        UserError: ``nothing_to_redo``; ``undo_conflict``.
    """
    return _stroke(context, back=False)


def _stroke(context: Context, *, back: bool) -> Changes:
    with context.writing() as connection:
        target = history.undoable(connection) if back else history.redoable(connection)
        if target is None:
            raise UserError("nothing_to_undo" if back else "nothing_to_redo")
        stroke = _Stroke(context, connection, back, context.now(), rows.ceiling_of(connection))
        changed = connection.execute(text(_CHANGES), {"action": target.action}).all()
        kinds = {row.kind for row in changed}
        if foreign := kinds - set(context.kinds.names):
            raise UserError("undo_conflict", title=", ".join(sorted(foreign)))
        for kind in sorted(kinds):
            of_kind = [row for row in changed if row.kind == kind]
            _creations(stroke, context.kinds[kind], [row for row in of_kind if row.before is None])
            _edits(stroke, context.kinds[kind], [row for row in of_kind if row.before is not None])
        action = _write(stroke, target, len(changed))
        ids = frozenset(row.id for row in changed)
        return Changes(action, target.label, dict(target.params), ids, frozenset(kinds))


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
    if not changed:
        return
    where = stroke.context.tables[kind.name]
    keys = [row.pk for row in changed]
    versions = _versions(stroke.connection, where.name, keys)
    for row in changed:
        if versions.get(row.pk) != (row.last if stroke.back else None):
            raise _conflict(kind, row)
    if stroke.back:
        rows.remove(stroke.connection, where, keys)
        return
    items = [(row.pk, _again(stroke, row)) for row in changed]
    rows.insert(stroke.context, stroke.connection, items, stroke.ceiling)


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
    where = stroke.context.tables[kind.name]
    present = dict(rows.by_keys(stroke.connection, where, [row.pk for row in changed]))
    found_anew: list[rows.Keyed] = []
    for row in changed:
        old = present.get(row.pk)
        if old is None or old.version != row.last:
            raise _conflict(kind, row)
        image = load_image(row.before if stroke.back else row.after)
        new = _with(old, image)
        new = replace(new, version=row.last + 1, changed_at=stroke.at, changed_by=stroke.context.user)
        if rows.replace(stroke.context, stroke.connection, row.pk, old, new, stroke.ceiling):
            found_anew.append((row.pk, new))
    rows.index(stroke.connection, where, found_anew)


def _with(record: Record, image: Image) -> Record:
    values = {**record.values, **image.values}
    return replace(
        record,
        values={name: value for name, value in values.items() if value is not None},
        state=image.state or record.state,
        secrecy=image.secrecy or record.secrecy,
    )


def _conflict(kind: Kind, row: Row[Any]) -> UserError:
    return UserError("undo_conflict", title=f"{kind.label} {row.number}")

"""The history: every act, who did it and when, and each record before and after."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row, text

from stdesk.domain.fields import Value
from stdesk.domain.kinds import Kind
from stdesk.domain.records import State
from stdesk.store import chain
from stdesk.store.codec import Image, load_image
from stdesk.store.context import Context
from stdesk.store.tables import quoted

ACT, UNDO, REDO, FIXED = "act", "undo", "redo", "fixed"  # fixed: an act that cannot be taken back
DONE, UNDONE, FORGOTTEN = 0, 1, 2  # forgotten: undone, and then something else was done


@dataclass(frozen=True, slots=True)
class FieldChange:
    """One field of one record before and after an act.

    Attributes:
        record: id; ``number`` and ``title`` help a person to know it.
        field: name of the field, or ``state``, ``secrecy``.
    """

    record: str
    kind: str
    number: int
    title: str
    field: str
    before: Value
    after: Value


@dataclass(frozen=True, slots=True)
class HistoryEntry:
    """One act.

    Attributes:
        action: its number, rising.
        at: UTC timestamp; by: the person.
        label, params: what was done, a code of ``resources/messages``; of an undo or redo, what it took back.
        kind_of: ``act``, ``undo`` or ``redo``.
        undone: it is taken back at present.
        changes: field by field, when the history of one record was asked for.
        touched: number of records.
    """

    action: int
    at: str
    by: str
    label: str
    params: Mapping[str, Any]
    kind_of: str
    undone: bool
    changes: tuple[FieldChange, ...]
    touched: int


# -- writing


def write_action(
    connection: Connection, *, at: str, who: str, label: str, params: Mapping[str, Any],
    role: str = ACT, undo_of: int | None = None, touched: int = 0,
) -> int:  # fmt: skip
    """A new line of the history; returns its number."""
    result = connection.execute(
        text(
            "INSERT INTO action (at, who, label, params, role, undo_of, touched) "
            "VALUES (:at, :who, :label, :params, :role, :undo_of, :touched) RETURNING action"
        ),
        {
            "at": at, "who": who, "label": label, "params": json.dumps(dict(params), ensure_ascii=False),
            "role": role, "undo_of": undo_of, "touched": touched,
        },
    )  # fmt: skip
    return int(result.scalar_one())


def forget_redo(connection: Connection) -> None:
    """After a new act nothing can be redone."""
    connection.execute(
        text("UPDATE action SET undone = :gone WHERE role = 'act' AND undone = :undone"),
        {"gone": FORGOTTEN, "undone": UNDONE},
    )


def forget_content(connection: Connection, keys: Sequence[int], by: int) -> set[str]:
    """Take out of the history everything of these records that a stub may not hold.

    Args:
        by: the act that does so: it says in the chain what is left of the earlier ones.

    Returns:
        the titles that the records had, for whoever looks where else they stand; to be kept nowhere.
    """
    titles: set[str] = set()
    for pk in keys:
        changes = connection.execute(
            text("SELECT rowid, action, before, after FROM change WHERE record = :r"), {"r": pk}
        )
        changed = set()
        held: set[str] = set()
        for rowid, action, before, after in changes.all():
            held |= _texts(before) | _texts(after)
            titles |= _titles(before) | _titles(after)
            left = (_stub(before), _stub(after))
            if left == (before, after):
                continue
            connection.execute(
                text("UPDATE change SET before = :before, after = :after WHERE rowid = :rowid"),
                {"before": left[0], "after": left[1], "rowid": rowid},
            )
            changed.add(action)
        changed |= set(
            connection.execute(  # the words of acts on this record alone may hold its title
                text(
                    "UPDATE action SET params = '{}' WHERE touched <= 1 AND params <> '{}' "
                    "AND action IN (SELECT action FROM change WHERE record = :r) RETURNING action"
                ),
                {"r": pk},
            ).scalars()
        )
        changed |= _forget_words(connection, pk, held)
        chain.forget(connection, sorted(changed), by)
    return titles


def _titles(image: str | None) -> set[str]:
    title = load_image(image).values.get("title") if image is not None else None
    return {title} if isinstance(title, str) else set()


def _texts(image: str | None) -> set[str]:
    values = load_image(image).values.values() if image is not None else ()
    return {value for value in values if isinstance(value, str)}


def _forget_words(connection: Connection, pk: int, held: Set[str]) -> set[int]:
    """Take what the record held out of the words of acts on several records (a merging names the one kept)."""
    sql = text(
        "SELECT action, params FROM action WHERE touched > 1 "
        "AND action IN (SELECT action FROM change WHERE record = :r)"
    )
    changed = set()
    for action, written in connection.execute(sql, {"r": pk}).all():
        params = json.loads(written)
        left = {name: "" if value in held else value for name, value in params.items()}
        if left != params:
            connection.execute(
                text("UPDATE action SET params = :params WHERE action = :action"),
                {"params": json.dumps(left, ensure_ascii=False), "action": action},
            )
            changed.add(action)
    return changed


def _stub(image: str | None) -> str | None:
    return None if image is None else load_image(image).without_content().dumps()


# -- reading


def state_before_trash(connection: Connection, pk: int) -> State:
    """The state a trashed record had; a draft when nobody knows."""
    before = connection.execute(
        text(
            "SELECT json_extract(before, '$.state') FROM change WHERE record = :pk AND before IS NOT NULL "
            "AND json_extract(after, '$.state') = 'trashed' ORDER BY version DESC LIMIT 1"
        ),
        {"pk": pk},
    ).scalar()
    return State(before) if before else State.DRAFT


_ENTRY = "a.action, a.at, a.who, a.label, a.params, a.role, a.undo_of, a.undone, a.touched"


def read(context: Context, connection: Connection, record_id: str | None, limit: int) -> list[HistoryEntry]:
    """The newest ``limit`` acts, of one record with its changes, or of all without."""
    if record_id is None:
        sql = text(f"SELECT {_ENTRY} FROM action a ORDER BY a.action DESC LIMIT :limit")
        return [entry(row) for row in connection.execute(sql, {"limit": limit})]
    sql = text(
        f"SELECT {_ENTRY}, o.before, o.after, r.pk, r.id, r.kind, r.number FROM record r "
        "JOIN change c ON c.record = r.pk JOIN action a ON a.action = c.action "
        "JOIN change o ON o.record = r.pk AND o.action = coalesce(a.undo_of, a.action) "
        "WHERE r.id = :id ORDER BY c.version DESC LIMIT :limit"
    )
    rows = connection.execute(sql, {"id": record_id, "limit": limit}).all()
    if not rows or rows[0].kind not in context.kinds:
        return []
    kind = context.kinds[rows[0].kind]
    title = title_now(connection, kind, rows[0].pk) or _title_then(kind, rows)
    return [entry(row, tuple(changes_of(kind, row, title))) for row in rows]


def undoable(connection: Connection) -> HistoryEntry | None:
    """The act that undo takes back: the newest that is done."""
    return _one(connection, "undone = 0 ORDER BY a.action DESC")


def redoable(connection: Connection) -> HistoryEntry | None:
    """The act that redo does again: the one undone last, which is the oldest undone."""
    return _one(connection, "undone = 1 ORDER BY a.action")


def _one(connection: Connection, which: str) -> HistoryEntry | None:
    row = connection.execute(
        text(f"SELECT {_ENTRY} FROM action a WHERE a.role = 'act' AND a.{which} LIMIT 1")
    )
    found = row.first()
    return entry(found) if found else None


def entry(row: Row[Any], changes: tuple[FieldChange, ...] = ()) -> HistoryEntry:
    """A line of the history from its row."""
    return HistoryEntry(
        action=row.action,
        at=row.at,
        by=row.who,
        label=row.label,
        params=json.loads(row.params),
        kind_of=ACT if row.role == FIXED else row.role,
        undone=row.undone != DONE,
        changes=changes,
        touched=row.touched,
    )


def changes_of(kind: Kind, row: Row[Any], title: str) -> Iterator[FieldChange]:
    """Field by field, from a row with ``role``, ``before``, ``after``, ``id``, ``kind`` and ``number``."""
    before = load_image(row.before) if row.before else Image({})
    after = load_image(row.after) if row.after else Image({})
    if row.role == UNDO:
        before, after = after, before
    pairs = [
        (name, before.values.get(name), after.values.get(name))
        for name in (field.name for field in kind.shown)
    ]
    pairs += [("state", before.state, after.state), ("secrecy", before.secrecy, after.secrecy)]
    for name, old, new in pairs:
        if old != new:
            yield FieldChange(row.id, row.kind, row.number, title, name, old, new)


def title_now(connection: Connection, kind: Kind, pk: int) -> str:
    """The title that the record of row key ``pk`` has at present."""
    sql = text(f"SELECT {quoted(kind.title)} FROM {quoted(kind.name)} WHERE pk = :pk")
    return str(connection.execute(sql, {"pk": pk}).scalar() or "")


def _title_then(kind: Kind, rows: Sequence[Row[Any]]) -> str:
    images = (load_image(image) for row in rows for image in (row.after, row.before) if image)
    return next((str(image.values[kind.title]) for image in images if image.values.get(kind.title)), "")

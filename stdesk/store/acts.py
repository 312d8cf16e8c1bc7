"""What one act of the history did, record by record."""

from __future__ import annotations

from sqlalchemy import Connection, text

from stdesk.store import history
from stdesk.store.codec import load_image
from stdesk.store.context import Context
from stdesk.store.history import FieldChange


def changes(context: Context, connection: Connection, action: int, limit: int) -> list[FieldChange]:
    """Field by field what the act ``action`` changed in its first ``limit`` records."""
    sql = text(
        "SELECT a.role, o.before, o.after, r.pk, r.id, r.kind, r.number FROM action a "
        "JOIN change o ON o.action = coalesce(a.undo_of, a.action) JOIN record r ON r.pk = o.record "
        "WHERE a.action = :action ORDER BY r.pk LIMIT :limit"
    )
    found: list[FieldChange] = []
    for row in connection.execute(sql, {"action": action, "limit": limit}).all():
        if row.kind not in context.kinds:
            continue
        kind = context.kinds[row.kind]
        images = [load_image(image) for image in (row.after, row.before) if image]
        title = next((str(one.values[kind.title]) for one in images if one.values.get(kind.title)), "")
        found += history.changes_of(kind, row, title or history.title_now(connection, kind, row.pk))
    return found

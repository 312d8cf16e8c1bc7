"""What is set for a library: the unit's names, the place, the secrecy ceiling, remembered mappings."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, text

from stdesk import text as words
from stdesk.domain.records import Changes
from stdesk.domain.secrecy import LEVELS
from stdesk.errors import UserError
from stdesk.i18n import message
from stdesk.store import history
from stdesk.store.context import Context

CEILING = "secrecy_ceiling"
_PUT = "INSERT OR REPLACE INTO setting (key, value) VALUES (:key, :value)"
_OF_ACT = (
    "SELECT c.key, c.before, c.after FROM action a JOIN setting_change c "
    "ON c.action = coalesce(a.undo_of, a.action) WHERE a.action = :action ORDER BY c.key"
)


@dataclass(frozen=True, slots=True)
class SettingChange:
    """One setting before and after an act; ``None``: it was not set."""

    key: str
    before: str | None
    after: str | None


class Settings:
    """The settings of one library; texts under names."""

    def __init__(self, context: Context, ceiling_changed: Callable[[Connection, str, str], None]) -> None:
        self._context = context
        self._ceiling_changed = ceiling_changed

    def get(self, key: str, default: str = "") -> str:
        """The setting ``key``."""
        with self._context.reading() as connection:
            return read_setting(connection, key, default)

    def all(self) -> dict[str, str]:
        """Every setting."""
        with self._context.reading() as connection:
            rows = connection.execute(text("SELECT key, value FROM setting ORDER BY key")).all()
        return {row.key: row.value for row in rows}

    def put(self, **values: str) -> None:
        """Set these, outside the history; all or none.

        Raises:
            UserError: ``bad_level`` for a ceiling that is no secrecy level; ``ceiling_in_use``
                when records hold more than the new ceiling allows.
        """
        if CEILING in values and values[CEILING] not in LEVELS:
            raise UserError("bad_level", level=values[CEILING])
        with self._context.writing() as connection:
            old = read_setting(connection, CEILING, LEVELS[0])
            for key, value in values.items():
                connection.execute(text(_PUT), {"key": key, "value": words.clean_lines(str(value))})
            if values.get(CEILING, old) != old:
                self._ceiling_changed(connection, old, values[CEILING])

    def past(self) -> list[SettingChange]:
        """Every change of a setting that the history holds."""
        with self._context.reading() as connection:
            rows = connection.execute(
                text("SELECT key, before, after FROM setting_change ORDER BY action, key")
            )
            return [SettingChange(row.key, row.before, row.after) for row in rows]

    def act(self, label: str, values: Mapping[str, str], **params: Any) -> Changes:
        """Set these as one act of the history, which can be undone; nothing when nothing differs.

        Args:
            label: what is being done, a code of ``resources/messages``; ``params`` fill it.
            values: setting -> text; "" empties one.

        Raises:
            ValueError: for the secrecy ceiling, whose change rewrites the history and is never undone.
        """
        if CEILING in values:
            raise ValueError(CEILING)
        with self._context.writing() as connection:
            changes = _differing(connection, values)
            if not changes:
                return Changes()
            history.forget_redo(connection)
            action = history.write_action(
                connection, at=self._context.now(), who=self._context.user, label=label, params=params
            )
            for one in changes:
                _set(connection, one.key, one.after)
                connection.execute(
                    text("INSERT INTO setting_change VALUES (:action, :key, :before, :after)"),
                    {"action": action, "key": one.key, "before": one.before, "after": one.after},
                )
        return Changes(action, label, dict(params))


def read_setting(connection: Connection, key: str, default: str = "") -> str:
    """The setting ``key`` inside an open transaction."""
    value = _value(connection, key)
    return default if value is None else value


def changes_of(connection: Connection, action: int) -> list[SettingChange]:
    """What the act ``action``, or the act that it took back or did again, did to settings."""
    rows = connection.execute(text(_OF_ACT), {"action": action})
    return [SettingChange(row.key, row.before, row.after) for row in rows]


def turn(connection: Connection, act: history.HistoryEntry, *, back: bool) -> None:
    """Set what ``act`` changed to what it was before, or again to what it was after.

    Raises:
        UserError: ``undo_conflict`` when a setting is not as the act, or its undoing, left it.
    """
    for one in changes_of(connection, act.action):
        found, wanted = (one.after, one.before) if back else (one.before, one.after)
        if (_value(connection, one.key) or "") != (found or ""):
            raise UserError("undo_conflict", title=message(f"did_{act.label}", **act.params))
        _set(connection, one.key, wanted)


def _differing(connection: Connection, values: Mapping[str, str]) -> list[SettingChange]:
    changes = []
    for key, value in values.items():
        before, after = _value(connection, key), words.clean_lines(str(value))
        if (before or "") != after:
            changes.append(SettingChange(key, before, after))
    return changes


def _value(connection: Connection, key: str) -> str | None:
    value = connection.execute(text("SELECT value FROM setting WHERE key = :key"), {"key": key}).scalar()
    return None if value is None else str(value)


def _set(connection: Connection, key: str, value: str | None) -> None:
    if value is None:
        connection.execute(text("DELETE FROM setting WHERE key = :key"), {"key": key})
    else:
        connection.execute(text(_PUT), {"key": key, "value": value})

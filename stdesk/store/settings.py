"""What is set for a library: the unit's names, the place, the secrecy ceiling, remembered mappings."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager

from sqlalchemy import Connection, text

from stdesk import text as words
from stdesk.domain.secrecy import LEVELS
from stdesk.errors import UserError

CEILING = "secrecy_ceiling"
_Connect = Callable[[], AbstractContextManager[Connection]]
_PUT = "INSERT OR REPLACE INTO setting (key, value) VALUES (:key, :value)"


class Settings:
    """The settings of one library; texts under names."""

    def __init__(
        self, reading: _Connect, writing: _Connect, ceiling_changed: Callable[[Connection, str, str], None]
    ) -> None:
        self._reading = reading
        self._writing = writing
        self._ceiling_changed = ceiling_changed

    def get(self, key: str, default: str = "") -> str:
        """The setting ``key``."""
        with self._reading() as connection:
            return read_setting(connection, key, default)

    def all(self) -> dict[str, str]:
        """Every setting."""
        with self._reading() as connection:
            rows = connection.execute(text("SELECT key, value FROM setting ORDER BY key")).all()
        return {row.key: row.value for row in rows}

    def put(self, **values: str) -> None:
        """Set these; all or none.

        Raises:
            UserError: ``bad_level`` for a ceiling that is no secrecy level; ``ceiling_in_use``
                when records hold more than the new ceiling allows.
        """
        if CEILING in values and values[CEILING] not in LEVELS:
            raise UserError("bad_level", level=values[CEILING])
        with self._writing() as connection:
            old = read_setting(connection, CEILING, LEVELS[0])
            for key, value in values.items():
                connection.execute(text(_PUT), {"key": key, "value": words.clean_lines(str(value))})
            if values.get(CEILING, old) != old:
                self._ceiling_changed(connection, old, values[CEILING])


def read_setting(connection: Connection, key: str, default: str = "") -> str:
    """The setting ``key`` inside an open transaction."""
    value = connection.execute(text("SELECT value FROM setting WHERE key = :key"), {"key": key}).scalar()
    return default if value is None else str(value)

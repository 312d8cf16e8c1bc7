"""The library's own keys and the centre's rosters: facts, never changed and never taken back.

A retired key stays, since a package made with it must come out the same when it is made again.
"""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection, Row, text

from stdesk.store import history
from stdesk.store.context import Context

_KEY = "key_id, secret, public, made_at, retired_at"


@dataclass(frozen=True, slots=True)
class StoredKey:
    """A key of this library.

    Attributes:
        key_id: 16 capital hex digits. secret, public: as text, in the format of their maker.
        made_at: UTC. retired_at: since when it signs nothing new; "" for the one in use.
    """

    key_id: str
    secret: str
    public: str
    made_at: str
    retired_at: str = ""


@dataclass(frozen=True, slots=True)
class StoredRoster:
    """A roster of the centre as it came: its version, its bytes, when it was taken in (UTC)."""

    version: int
    raw: bytes
    at: str


class Keys:
    """Keys and rosters of an open library."""

    def __init__(self, context: Context) -> None:
        self._context = context

    def own(self) -> StoredKey | None:
        """The key in use; ``None`` before the first, and in a copy that shows an earlier day."""
        if self._context.as_of is not None:
            return None
        with self._context.reading() as connection:
            sql = f"SELECT {_KEY} FROM own_key WHERE retired_at = '' ORDER BY made_at DESC, key_id LIMIT 1"
            row = connection.execute(text(sql)).first()
        return _key(row) if row else None

    def all(self) -> list[StoredKey]:
        """Every key this library ever had, oldest first."""
        with self._context.reading() as connection:
            rows = connection.execute(text(f"SELECT {_KEY} FROM own_key ORDER BY made_at, key_id")).all()
        return [_key(row) for row in rows]

    def find(self, key_id: str) -> StoredKey | None:
        """The own key ``key_id``, retired or not."""
        return next((one for one in self.all() if one.key_id == key_id), None)

    def put_own(self, key_id: str, secret: str, public: str, *, label: str = "") -> StoredKey:
        """Use this key from now on; one in use before is retired, one known already comes into use again.

        Args:
            label: of the line in the history, which cannot be taken back; "" for none.
        """
        with self._context.writing() as connection:
            now = self._context.now()
            self._tell(connection, now, label, key=key_id)
            connection.execute(
                text("UPDATE own_key SET retired_at = :now WHERE retired_at = '' AND key_id <> :key"),
                {"now": now, "key": key_id},
            )
            connection.execute(
                text(
                    "INSERT INTO own_key (key_id, public, secret, made_at) VALUES (:key, :public, :secret, :now) "
                    "ON CONFLICT (key_id) DO UPDATE SET retired_at = ''"
                ),
                {"key": key_id, "public": public, "secret": secret, "now": now},
            )
            sql = text(f"SELECT {_KEY} FROM own_key WHERE key_id = :key")
            return _key(connection.execute(sql, {"key": key_id}).one())

    def retire(self, key_id: str) -> None:
        """Sign nothing new with this key; again is nothing."""
        with self._context.writing() as connection:
            connection.execute(
                text("UPDATE own_key SET retired_at = :now WHERE key_id = :key AND retired_at = ''"),
                {"now": self._context.now(), "key": key_id},
            )

    def roster(self) -> StoredRoster | None:
        """The newest roster taken in."""
        with self._context.reading() as connection:
            sql = "SELECT version, raw, at FROM roster ORDER BY version DESC LIMIT 1"
            row = connection.execute(text(sql)).first()
        return StoredRoster(row.version, bytes(row.raw), row.at) if row else None

    def put_roster(self, version: int, raw: bytes, *, label: str = "") -> bool:
        """Keep a roster.

        Args:
            label: as in :meth:`put_own`.

        Returns:
            ``False`` when that version was there; the one kept first stays.
        """
        with self._context.writing() as connection:
            now = self._context.now()
            done = connection.execute(
                text(
                    "INSERT INTO roster (version, raw, at) VALUES (:version, :raw, :at) "
                    "ON CONFLICT (version) DO NOTHING"
                ),
                {"version": version, "raw": raw, "at": now},
            )
            if done.rowcount:
                self._tell(connection, now, label, version=str(version))
            return bool(done.rowcount)

    def _tell(self, connection: Connection, at: str, label: str, **params: str) -> None:
        if label:
            who = self._context.user
            history.write_action(connection, at=at, who=who, label=label, role=history.FIXED, params=params)


def _key(row: Row[tuple[str, ...]]) -> StoredKey:
    return StoredKey(row.key_id, row.secret, row.public, row.made_at, row.retired_at)

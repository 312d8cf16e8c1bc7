"""Who may send, with which key, and what the centre itself signs and opens with.

The centre's own secrets lie in its database, so that every process of it, and every backup, has them: who
may read the table ``secret`` can sign and open in the centre's name. PostgreSQL should grant it to the role
of this program alone.
"""

from __future__ import annotations

from datetime import UTC, date, timedelta
from typing import Any

from sqlalchemy import Connection, Row, insert, select, update

from stdesk.central import events, tables
from stdesk.central.context import Context, read_setting
from stdesk.central.model import CentreKey, RegisteredKey, RegisteredUnit
from stdesk.clock import timestamp
from stdesk.domain.secrecy import LEVELS, ORDINARY
from stdesk.errors import Exit, UserError
from stdesk.package import roster as rosters
from stdesk.package.keys import PublicKey, SecretKey
from stdesk.package.seal_keys import new_identity
from stdesk.package.words import same_words

ROTATION_DAYS = 30
"""Days (unverified) a key still counts after its successor was registered; setting ``rotation_days``."""
ROSTER_DAYS = 400
"""Days (unverified) a roster counts where no other day is given; setting ``roster_days``."""

_unit, _key, _own = tables.unit, tables.unit_key, tables.centre_key


class Registry:
    """Units and keys of an open centre."""

    def __init__(self, context: Context) -> None:
        self._context = context

    # -- units

    def register(
        self, card: bytes, *, words_checked: bool = False, words: str | None = None, secrecy: str = ORDINARY
    ) -> RegisteredUnit:
        """Register the unit of a key card, or a known unit's next key.

        Args:
            words_checked: a person compared the key's words with the unit over the telephone. Without that the
                key is kept, and nothing signed with it is taken until :meth:`confirm`.
            words: the words as they were heard; compared here, and checked then.
            secrecy: the highest level the unit's packages may carry; of a new unit.

        Raises:
            UserError: what :func:`stdesk.package.roster.read_card` says; ``central_words_differ``;
                ``central_key_other_unit``; ``central_key_was_revoked``; ``central_secrecy_unknown``.
        """
        found = rosters.read_card(card)
        _check_level(secrecy)
        if words is not None and not same_words(found.key, words):
            raise UserError("central_words_differ", unit=found.unit_code)
        checked = words_checked or words is not None
        with self._context.database.writing() as connection:
            unit = self._put_unit(connection, found.unit_code, found.unit_name, secrecy)
            self._put_key(connection, unit, found.key, card)
            said = {"unit": found.unit_code, "key": found.key.id}
            events.add(
                self._context,
                connection,
                "registered",
                unit=found.unit_code,
                code="central_registered",
                params=said,
            )
            if checked:
                self._confirm(connection, unit, found.key.id)
        return self.unit(found.unit_code)

    def confirm(self, key_id: str) -> RegisteredUnit:
        """A key's words were compared with its unit: what it signs is taken. Its predecessors run out.

        Raises:
            UserError: ``central_no_key``.
        """
        with self._context.database.writing() as connection:
            row = self._key_row(connection, key_id)
            self._confirm(connection, row.unit, row.id)
            code = str(connection.execute(select(_unit.c.code).where(_unit.c.id == row.unit)).scalar_one())
            said = {"unit": code, "key": row.id}
            events.add(self._context, connection, "key", unit=code, code="central_key_checked", params=said)
        return self.unit(code)

    def revoke(self, key_id: str, reason: str) -> None:
        """Take a unit's key out of use for ever: nothing signed with it is taken from now on.

        Raises:
            UserError: ``central_no_key``; ``central_reason_missing``.
        """
        if not reason.strip():
            raise UserError("central_reason_missing", Exit.USAGE)
        with self._context.database.writing() as connection:
            row = self._key_row(connection, key_id)
            if not row.revoked:
                change = update(_key).where(_key.c.id == row.id)
                connection.execute(change.values(revoked=self._context.now(), why=reason.strip()))
            code = str(connection.execute(select(_unit.c.code).where(_unit.c.id == row.unit)).scalar_one())
            said = {"unit": code, "key": row.id, "reason": reason.strip()}
            events.add(
                self._context, connection, "revoked", unit=code, code="central_key_revoked_now", params=said
            )

    def units(self) -> tuple[RegisteredUnit, ...]:
        """Every unit, by code, with its keys."""
        with self._context.database.reading() as connection:
            return tuple(_units(connection))

    def unit(self, code: str) -> RegisteredUnit:
        """The unit with this code. Raises ``central_unknown_unit``."""
        with self._context.database.reading() as connection:
            for one in _units(connection, code):
                return one
        raise UserError("central_unknown_unit", unit=code)

    def change_unit(
        self, code: str, *, name: str | None = None, secrecy: str | None = None, expected: bool | None = None
    ) -> RegisteredUnit:
        """Give a unit another name or level, or say whether it owes reports.

        Raises:
            UserError: ``central_unknown_unit``; ``central_secrecy_unknown``.
        """
        if secrecy is not None:
            _check_level(secrecy)
        given = {"name": name, "secrecy": secrecy, "expected": expected}
        values: dict[str, Any] = {key: value for key, value in given.items() if value is not None}
        self.unit(code)
        if values:
            said = {"unit": code}
            with self._context.database.writing() as connection:
                connection.execute(update(_unit).where(_unit.c.code == code).values(**values))
                events.add(
                    self._context, connection, "unit", unit=code, code="central_unit_changed", params=said
                )
        return self.unit(code)

    # -- the centre's own

    def make_centre_keys(self) -> None:
        """Make a key to sign with and one to open with, where there is none."""
        with self._context.database.writing() as connection:
            have = set(connection.execute(select(_own.c.use)).scalars())
            if "sign" not in have:
                self._add_signing(connection)
            if "age" not in have:
                self._add_opening(connection)

    def rotate_centre_keys(self) -> None:
        """Make new ones. Answers are signed with the new key once a roster names it; the old ones run out."""
        with self._context.database.writing() as connection:
            until = self._later(connection, "rotation_days", ROTATION_DAYS)
            live = (_own.c.until == "") & (_own.c.revoked == "") & (_own.c.use == "sign")
            connection.execute(update(_own).where(live).values(until=until))
            self._add_signing(connection)
            self._add_opening(connection)

    def centre_keys(self) -> tuple[CentreKey, ...]:
        """The centre's keys, newest first."""
        with self._context.database.reading() as connection:
            return tuple(CentreKey(**row) for row in _own_rows(connection))

    def public(self) -> PublicKey:
        """The key the centre signs with now."""
        return self.signing().public

    def signing(self) -> SecretKey:
        """The newest key that the last roster names; before the first roster the newest of all.

        Raises:
            UserError: ``central_no_signing_key`` when all have run out.
        """
        with self._context.database.reading() as connection:
            return self._signing(connection)

    def recipients(self) -> tuple[str, ...]:
        """The age recipients that packages are sealed for: the newest."""
        keys = [one for one in self.centre_keys() if one.use == "age" and not one.revoked]
        return tuple(one.public for one in keys[:1])

    def identities(self) -> tuple[str, ...]:
        """What sealed packages are opened with, newest first; old ones too: a stick may be long on its way."""
        with self._context.database.reading() as connection:
            return tuple(
                _secret(connection, row["id"]) for row in _own_rows(connection) if row["use"] == "age"
            )

    # -- the roster

    def roster(self, expires: date | None = None) -> bytes:
        """A new roster: its version one higher, signed with a key that the last one names.

        Args:
            expires: its last day; :data:`ROSTER_DAYS` from today by default.

        Raises:
            UserError: ``central_roster_past`` for a last day that is over: no unit would take it.
        """
        if expires is not None and expires < self._context.clock().astimezone(UTC).date():
            raise UserError("central_roster_past", Exit.USAGE, day=f"{expires:%d/%m/%Y}")
        with self._context.database.writing() as connection:
            _lock(connection)
            version = (_last_roster(connection) or (0, b""))[0] + 1
            last = (
                expires.isoformat() if expires else self._later(connection, "roster_days", ROSTER_DAYS)[:10]
            )
            made = rosters.Roster(
                version, self._context.now(), last, self._info(connection), _unit_keys(connection)
            )
            raw = rosters.seal_roster(made, self._signing(connection))
            connection.execute(
                insert(tables.roster).values(version=version, issued=made.issued, expires=last, raw=raw)
            )
            said = {"version": str(version), "expires": last}
            events.add(self._context, connection, "roster", code="central_roster_made", params=said)
        return raw

    def last_roster(self) -> bytes | None:
        """The last roster as it was sent; ``None`` before the first."""
        with self._context.database.reading() as connection:
            found = _last_roster(connection)
        return found[1] if found else None

    # -- inside a transaction

    def _put_unit(self, connection: Connection, code: str, name: str, secrecy: str) -> int:
        _lock(connection)
        found = connection.execute(select(_unit.c.id).where(_unit.c.code == code)).scalar()
        if found is not None:
            return int(found)
        values = {"code": code, "name": name, "secrecy": secrecy, "registered_at": self._context.now()}
        made = connection.execute(insert(_unit).values(**values).returning(_unit.c.id))
        return int(made.scalar_one())

    def _put_key(self, connection: Connection, unit: int, key: PublicKey, card: bytes) -> None:
        row = connection.execute(select(_key).where(_key.c.id == key.id)).first()
        if row is None:
            values = {
                "id": key.id,
                "unit": unit,
                "public": key.line,
                "card": card,
                "since": self._context.now(),
            }
            connection.execute(insert(_key).values(**values))
        elif row.unit != unit or row.public != key.line:
            raise UserError("central_key_other_unit", key=key.id)
        elif row.revoked:
            raise UserError("central_key_was_revoked", key=key.id)

    def _confirm(self, connection: Connection, unit: int, key_id: str) -> None:
        row = self._key_row(connection, key_id)
        if row.checked:
            return
        until = self._later(connection, "rotation_days", ROTATION_DAYS)
        before = (_key.c.unit == unit) & (_key.c.id != key_id) & (_key.c.until == "")
        connection.execute(
            update(_key).where(before, _key.c.checked, _key.c.revoked == "").values(until=until)
        )
        connection.execute(update(_key).where(_key.c.id == key_id).values(checked=True))

    def _key_row(self, connection: Connection, key_id: str) -> Row[Any]:
        row = connection.execute(select(_key).where(_key.c.id == key_id.upper())).first()
        if row is None:
            raise UserError("central_no_key", key=key_id)
        return row

    def _add_signing(self, connection: Connection) -> None:
        made = SecretKey.generate()
        self._add_own(connection, made.public.id, "sign", made.public.line, made.text())

    def _add_opening(self, connection: Connection) -> None:
        made = new_identity()
        self._add_own(connection, made.recipient, "age", made.recipient, made.identity)

    def _add_own(self, connection: Connection, key_id: str, use: str, public: str, secret: str) -> None:
        values = {"id": key_id, "use": use, "public": public, "since": self._context.now()}
        connection.execute(insert(_own).values(**values))
        connection.execute(insert(tables.secret).values(id=key_id, secret=secret))

    def _signing(self, connection: Connection) -> SecretKey:
        now = self._context.now()
        live = [
            row["id"] for row in _own_rows(connection)
            if row["use"] == "sign" and not row["revoked"] and (not row["until"] or now <= row["until"])
        ]  # fmt: skip
        last = _last_roster(connection)
        if last is not None:
            named = {one.key.id for one in rosters.read_roster(last[1])[0].centre.keys}
            live = [one for one in live if one in named] or live
        if not live:
            raise UserError("central_no_signing_key")
        return SecretKey.parse(_secret(connection, live[0]))

    def _info(self, connection: Connection) -> rosters.CentreInfo:
        found = _own_rows(connection)
        opening = [row["public"] for row in found if row["use"] == "age" and not row["revoked"]]
        keys = tuple(
            rosters.KeyLine(row["public"], row["since"][:10], row["until"][:10], row["revoked"][:10])
            for row in found if row["use"] == "sign"
        )  # fmt: skip
        return rosters.CentreInfo(read_setting(connection, "name"), keys, tuple(opening[:1]))

    def _later(self, connection: Connection, name: str, default: int) -> str:
        days = int(read_setting(connection, name, str(default)))
        return timestamp(self._context.clock().astimezone(UTC) + timedelta(days=days))


def _check_level(secrecy: str) -> None:
    if secrecy not in LEVELS:
        raise UserError("central_secrecy_unknown", Exit.USAGE, found=secrecy, known=", ".join(LEVELS))


def _lock(connection: Connection) -> None:
    """One at a time registers and issues rosters."""
    wanted = select(tables.setting).where(tables.setting.c.name == "schema_version")
    connection.execute(wanted.with_for_update()).first()


def _units(connection: Connection, code: str | None = None) -> list[RegisteredUnit]:
    wanted, keys = select(_unit).order_by(_unit.c.code), select(_key).order_by(_key.c.since.desc(), _key.c.id)
    names = select(tables.package.c.fingerprint, tables.package.c.name).join_from(
        tables.package, _unit, tables.package.c.fingerprint == _unit.c.head
    )
    if code is not None:
        wanted = wanted.where(_unit.c.code == code)
    heads: dict[str, str] = {row[0]: row[1] for row in connection.execute(names)}
    owned: dict[int, list[RegisteredKey]] = {}
    rows = connection.execute(wanted).all()
    codes = {row.id: row.code for row in rows}
    for row in connection.execute(keys):
        if row.unit in codes:
            owned.setdefault(row.unit, []).append(to_key(row, codes[row.unit]))
    return [
        RegisteredUnit(
            row.code, row.name, row.secrecy, bool(row.expected), tuple(owned.get(row.id, ())), row.head,
            heads.get(row.head, ""), row.sequence, row.line,
        )
        for row in rows
    ]  # fmt: skip


def to_key(row: Row[Any], unit: str) -> RegisteredKey:
    """A row of ``unit_key`` as it crosses the border."""
    return RegisteredKey(
        row.id, unit, row.public, row.since, row.until, row.revoked, row.why, bool(row.checked)
    )


def _unit_keys(connection: Connection) -> tuple[rosters.UnitKey, ...]:
    return tuple(
        rosters.UnitKey(one.code, one.name, key.public, key.since[:10], key.until[:10], key.revoked[:10])
        for one in _units(connection)
        for key in one.keys
        if key.checked
    )


def _own_rows(connection: Connection) -> list[dict[str, Any]]:
    order = select(_own).order_by(_own.c.since.desc(), _own.c.until, _own.c.id)
    return [dict(row) for row in connection.execute(order).mappings()]


def _secret(connection: Connection, key_id: str) -> str:
    wanted = select(tables.secret.c.secret).where(tables.secret.c.id == key_id)
    return str(connection.execute(wanted).scalar_one())


def _last_roster(connection: Connection) -> tuple[int, bytes] | None:
    table = tables.roster
    row = connection.execute(
        select(table.c.version, table.c.raw).order_by(table.c.version.desc()).limit(1)
    ).first()
    return (int(row[0]), bytes(row[1])) if row else None

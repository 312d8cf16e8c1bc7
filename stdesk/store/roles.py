"""Codes of roles, and approvals of frozen reports: facts of the history, never changed and never taken back.

Who holds a role is what the *history* says, which is chained; a row of ``role_code`` only holds what a typed
code is compared with. A row that somebody put in, changed or took away by hand therefore gives nobody a role
and takes it from nobody.
"""

from __future__ import annotations

import hashlib
import json
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Any

from nacl import exceptions, pwhash
from sqlalchemy import Connection, text

from stdesk.domain.records import Changes
from stdesk.errors import Exit, UserError
from stdesk.i18n import message
from stdesk.store import history
from stdesk.store.context import Context
from stdesk.store.engine import raw
from stdesk.store.frozen import FrozenReport
from stdesk.store.vault import RECOVERY, KeyFile
from stdesk.text import nfc

LEADER, ADMINISTRATOR = "leader", "administrator"
ROLES = (LEADER, ADMINISTRATOR)
LEAST_CODE = 6  # characters
MOST_NAME, MOST_NOTE = 80, 500

OPS, MEMORY = 3, 64 << 20
"""What one try costs (argon2id, RFC 9106): passes, bytes."""

SET, RESET, RETIRED, APPROVED = "role_code_set", "role_code_reset", "role_code_retired", "report_approved"


@dataclass(frozen=True, slots=True)
class Holder:
    """Somebody with a code in force.

    Attributes:
        place: number of the code. role: ``leader`` or ``administrator``. name: the person's.
        at, by: when it was set (UTC) and by whom. anew: it was set without the code before it.
        sound: what a typed code is compared with is there, and is what the history says.
    """

    place: int
    role: str
    name: str
    at: str
    by: str
    anew: bool = False
    sound: bool = True


@dataclass(frozen=True, slots=True)
class Approval:
    """A leader's yes to a frozen report: the name, when (UTC), at whose desk, and what was noted."""

    name: str
    at: str
    by: str
    note: str


class Roles:
    """Codes and approvals of an open library."""

    def __init__(self, context: Context) -> None:
        self._context = context

    def holders(self) -> list[Holder]:
        """Who has a code in force, in the order in which they were set."""
        with self._context.reading() as connection:
            return [one for one, _ in _in_force(connection)]

    def put(self, role: str, name: str, code: str, *, anew: str = "") -> Changes:
        """Give ``name`` this code; one that the same name had for the role is retired.

        Args:
            anew: the reason, when it is set without the code before it: the administrators' codes
                in force until then are all retired.

        Raises:
            UserError: ``role_unnamed``, ``role_code_short``.
            ValueError: there is no such role.
        """
        if role not in ROLES:
            raise ValueError(role)
        named, typed = _line(name, MOST_NAME), plain_code(code)
        if not named:
            raise UserError("role_unnamed")
        if len(typed) < LEAST_CODE:
            raise UserError("role_code_short", least=LEAST_CODE)
        verifier = pwhash.argon2id.str(typed.encode(), opslimit=OPS, memlimit=MEMORY).decode()
        with self._context.writing() as connection:
            for one, _ in _in_force(connection):
                if one.role == role and (anew or one.name.casefold() == named.casefold()):
                    self._retire(connection, one)
            at, who = self._context.now(), self._context.user
            sql = text(
                "INSERT INTO role_code (role, name, verifier, at, who) "
                "VALUES (:role, :name, :verifier, :at, :who) RETURNING place"
            )
            values = {"role": role, "name": named, "verifier": verifier, "at": at, "who": who}
            place = int(connection.execute(sql, values).scalar_one())
            params = {
                "role": role,
                "post": message(f"role_{role}"),
                "name": named,
                "place": str(place),
                "mark": _mark(verifier),
            }
            if anew:
                params["reason"] = _line(anew, MOST_NOTE)
            return self._tell(connection, RESET if anew else SET, params)

    def retire(self, place: int) -> Changes:
        """Take a code out of force; again is nothing."""
        with self._context.writing() as connection:
            found = next((one for one, _ in _in_force(connection) if one.place == place), None)
            return self._retire(connection, found) if found is not None else Changes()

    def fitting(self, role: str, code: str, name: str = "") -> Holder | None:
        """Whose code this is; ``None``: nobody's. ``name`` asks for that person's alone."""
        typed = plain_code(code).encode()
        with self._context.reading() as connection:
            held = [
                (one, verifier) for one, verifier in _in_force(connection) if one.role == role and one.sound
            ]
        for one, verifier in held:
            if (not name or one.name.casefold() == _line(name, MOST_NAME).casefold()) and _fits(
                verifier, typed
            ):
                return one
        return None

    # -- approvals

    def approve(self, report: FrozenReport, name: str, note: str) -> Changes:
        """Write down that ``name`` approved ``report``."""
        with self._context.writing() as connection:
            key = _report(connection, report)
            told = {
                "name": _line(name, MOST_NAME), "note": _line(note, MOST_NOTE), "period": report.period,
                "submission": str(report.submission), "sha512": report.sha512,
            }  # fmt: skip
            changes = self._tell(connection, APPROVED, told)
            sql = text(
                "INSERT INTO approval (report, name, at, who, note, action) "
                "VALUES (:report, :name, :at, :who, :note, :action)"
            )
            row = {"report": key, "name": told["name"], "note": told["note"], "action": changes.action}
            connection.execute(sql, {**row, "at": self._context.now(), "who": self._context.user})
            return changes

    def approvals(self, report: FrozenReport) -> list[Approval]:
        """Who approved ``report``, the first first; only what the history knows of."""
        sql = text(
            "SELECT p.name, p.at, p.who, p.note, a.params FROM approval p JOIN action a ON a.action = p.action "
            "WHERE p.report = :report AND a.label = :label AND a.role = 'fixed' ORDER BY p.place"
        )
        with self._context.reading() as connection:
            asked = {"report": _report(connection, report), "label": APPROVED}
            rows = connection.execute(sql, asked).all()
        told = ((row, json.loads(row.params)) for row in rows)
        return [
            Approval(row.name, row.at, row.who, row.note)
            for row, params in told
            if (params.get("sha512"), params.get("name")) == (report.sha512, row.name)
        ]

    def fits_recovery(self, code: str) -> bool:
        """Whether this is the recovery code of a locked library; its password is none."""
        held, vault = KeyFile.read(self._context.home), self._context.vault
        if held is None or vault is None:
            return False
        only = replace(held, slots=tuple(slot for slot in held.slots if slot.kind == RECOVERY))
        with suppress(UserError):
            return only.open(code).opens_same(vault)
        return False

    # -- facts

    def tell(self, label: str, **params: Any) -> Changes:
        """Write an act into the history that changes no record and cannot be taken back."""
        with self._context.writing() as connection:
            return self._tell(connection, label, params)

    def _retire(self, connection: Connection, one: Holder) -> Changes:
        connection.execute(
            text("UPDATE role_code SET retired_at = :at WHERE place = :place AND retired_at = ''"),
            {"at": self._context.now(), "place": one.place},
        )
        told = {
            "role": one.role,
            "post": message(f"role_{one.role}"),
            "name": one.name,
            "place": str(one.place),
        }
        return self._tell(connection, RETIRED, told)

    def _tell(self, connection: Connection, label: str, params: dict[str, Any]) -> Changes:
        action = history.write_action(
            connection, at=self._context.now(), who=self._context.user, label=label, role=history.FIXED,
            params=params,
        )  # fmt: skip
        return Changes(action, label, dict(params))


def plain_code(code: str) -> str:
    """A typed code without the spaces around it, and in one way of writing its letters."""
    return nfc(code).strip()


def _line(words: str, most: int) -> str:
    return " ".join(nfc(words).split())[:most]


def _mark(verifier: str) -> str:
    """By which the history knows a row again."""
    return hashlib.sha256(verifier.encode()).hexdigest()[:32]


def _fits(verifier: str, typed: bytes) -> bool:
    try:
        return pwhash.verify(verifier.encode(), typed)
    except (exceptions.CryptoError, ValueError):
        return False


def damaged(driver: Any) -> list[str]:
    """Whose codes were changed by other means than this program; of a library older than codes nobody's.

    Args:
        driver: a connection to the database, which may be of any schema.
    """
    if driver.execute("SELECT 1 FROM sqlite_master WHERE name = 'role_code'").fetchone() is None:
        return []
    return [one.name for one, _ in _held(driver) if not one.sound]


def _in_force(connection: Connection) -> list[tuple[Holder, str]]:
    """Who has a code by what the history says, and what it is compared with."""
    return _held(raw(connection))


def _held(driver: Any) -> list[tuple[Holder, str]]:
    sql = "SELECT at, who, label, params FROM action WHERE role = 'fixed' AND label IN (?, ?, ?) ORDER BY action"
    rows = dict(driver.execute("SELECT place, verifier FROM role_code").fetchall())
    held: dict[int, tuple[Holder, str]] = {}
    for at, who, label, params in driver.execute(sql, (SET, RESET, RETIRED)).fetchall():
        told = json.loads(params)
        place = int(told.get("place", 0))
        if label == RETIRED:
            held.pop(place, None)
            continue
        verifier = str(rows.get(place) or "")
        sound = bool(verifier) and _mark(verifier) == told.get("mark")
        holder = Holder(place, str(told.get("role")), str(told.get("name")), at, who, label == RESET, sound)
        held[place] = (holder, verifier)
    return list(held.values())


def _report(connection: Connection, report: FrozenReport) -> int:
    """The row of ``report``: its folder is its own."""
    sql = text("SELECT report FROM frozen_report WHERE folder = :folder AND sha512 = :sha512")
    found = connection.execute(sql, {"folder": report.path.parent.name, "sha512": report.sha512}).scalar()
    if found is None:
        raise UserError("snapshot_missing", Exit.ENVIRONMENT, path=str(report.path))
    return int(found)

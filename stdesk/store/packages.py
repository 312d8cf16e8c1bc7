"""Packages this library made, their place in the row the centre watches, and every sending.

A row of packages (a *line*) begins with the library and ends when the library was restored from a
backup: sequence numbers given after the backup was made are then not known here any more. Facts: they
are not taken back, and the database refuses to change them.

A package is written down before its first byte is written, without its fingerprint, so that a program that
is killed makes the very same one at the next call. One that failed is dropped again.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from typing import Any

from sqlalchemy import Connection, Row, text

from stdesk.ids import new_id
from stdesk.store import history
from stdesk.store.context import Context
from stdesk.store.frozen import FrozenReport

_PACKAGE = (
    "p.package, f.sha512 AS report, f.period, f.submission, p.delta, p.name, p.fingerprint, p.line, p.sequence, "
    "p.previous, p.base, p.base_receipt, p.withdrawn, p.answers_upto, p.key_id, p.made_at, p.most "
    "FROM package p JOIN frozen_report f ON f.report = p.report"
)
_ADD = (
    "INSERT INTO package (report, delta, name, fingerprint, line, sequence, previous, base, base_receipt, "
    "withdrawn, answers_upto, key_id, most, made_at) SELECT report, :delta, :name, :fingerprint, :line, "
    ":sequence, :previous, :base, :base_receipt, :withdrawn, :answers_upto, :key_id, :most, :made_at "
    "FROM frozen_report WHERE sha512 = :report AND trial = 0"
)


@dataclass(frozen=True, slots=True)
class PackageRow:
    """A package: with the frozen report everything that is needed to make it again byte for byte.

    Attributes:
        report: SHA-512 of the snapshot it is made from; period, submission: that report's.
        delta: only what changed since ``base``. name: without extension.
        fingerprint: SHA-512, hex, of its tag manifest; "" while it never stood whole on a medium.
        line, sequence: its place, from 1; previous: fingerprint of the one before it, "" of the first.
        base: fingerprint of the accepted package a delta starts from; base_receipt: the answer that accepted it.
        withdrawn: the lines about records no longer handed in, as it carries them.
        answers_upto: how many answers of the centre it carries: the first ones that were taken in.
        key_id: of the key it is signed with; "" unsigned.
        made_at: UTC. most: bytes one of its files may have; 0 for no limit. key: its row; 0 before it is stored.
    """

    report: str
    period: str
    submission: int
    delta: bool
    name: str
    fingerprint: str
    line: str
    sequence: int
    previous: str
    base: str = ""
    base_receipt: str = ""
    withdrawn: tuple[Mapping[str, Any], ...] = ()
    answers_upto: int = 0
    key_id: str = ""
    made_at: str = ""
    most: int = 0
    key: int = 0

    @property
    def done(self) -> bool:
        """Whether it stood whole on a medium once: then it never changes."""
        return bool(self.fingerprint)


@dataclass(frozen=True, slots=True)
class SendingRow:
    """One try to put a package on a medium, also one that failed.

    Attributes:
        name: of the package. period, submission, trial: of its report.
        at: UTC; who: the person. place: folder; medium: what the volume is called.
        sealed: encrypted. size: bytes; sha512: of the file handed over, "" when there is none.
        outcome: "done", "failed" or "stopped"; detail: the sentence that was shown.
        fingerprint: of the package; "" when it never came so far. delta: see :class:`PackageRow`.
    """

    name: str
    period: str
    submission: int
    trial: bool
    at: str
    who: str
    place: str
    medium: str
    sealed: bool
    size: int
    sha512: str
    outcome: str
    detail: str
    fingerprint: str = ""
    delta: bool = False


@dataclass(frozen=True, slots=True)
class LineRow:
    """A row of packages.

    Attributes:
        line: UUID. at: since when, UTC. reason: why it was begun; "" of the first.
        previous: what its first package names as the one before it.
        answers: number of the last answer known when it began.
    """

    line: str
    at: str
    reason: str
    previous: str
    answers: int


_SENDING = tuple(one.name for one in fields(SendingRow))


class Packages:
    """Packages and sendings of an open library."""

    def __init__(self, context: Context) -> None:
        self._context = context

    # -- the row of packages

    def line(self) -> str:
        """UUID of the row of packages; made at first use, "" when nothing may be written and there is none."""
        lines = self.lines()
        if lines or self._context.read_only or self._context.as_of is not None:
            return lines[-1].line if lines else ""
        return self.new_line("")

    def lines(self) -> list[LineRow]:
        """All rows of packages, oldest first; the last is the present one."""
        with self._context.reading() as connection:
            sql = "SELECT line, at, reason, previous, answers FROM package_line ORDER BY place"
            rows = connection.execute(text(sql)).all()
        return [LineRow(row.line, row.at, row.reason, row.previous, row.answers) for row in rows]

    def new_line(self, reason: str, *, previous: str = "", answers: int = 0) -> str:
        """Begin a new row of packages; returns its UUID.

        Args:
            previous: fingerprint of the last package the centre is known to have.
            answers: number of the last answer that was looked at for that.
        """
        line = new_id(self._context.clock())
        with self._context.writing() as connection:
            connection.execute(
                text(
                    "INSERT INTO package_line (line, place, at, reason, previous, answers) VALUES "
                    "(:line, (SELECT coalesce(max(place), 0) + 1 FROM package_line), :at, :reason, :previous, "
                    ":answers)"
                ),
                {
                    "line": line, "at": self._context.now(), "reason": reason, "previous": previous,
                    "answers": answers,
                },
            )  # fmt: skip
        return line

    def next_sequence(self) -> int:
        """The place of the next package in the present row, from 1."""
        last = self.last()
        return last.sequence + 1 if last else 1

    def last(self) -> PackageRow | None:
        """The newest package of the present row."""
        lines = self.lines()
        if not lines:
            return None
        with self._context.reading() as connection:
            found = _rows(
                connection, "WHERE p.line = :line ORDER BY p.sequence DESC LIMIT 1", line=lines[-1].line
            )
        return found[0] if found else None

    def previous(self) -> str:
        """What the next package names as the one before it."""
        last, lines = self.last(), self.lines()
        if last is not None:
            return last.fingerprint
        return lines[-1].previous if lines else ""

    # -- packages

    def find(self, report: FrozenReport | str, delta: bool) -> PackageRow | None:
        """The package of a frozen report (or of the SHA-512 of its snapshot), full or delta."""
        sha512 = report if isinstance(report, str) else report.sha512
        with self._context.reading() as connection:
            found = _rows(
                connection, "WHERE f.sha512 = :report AND p.delta = :delta", report=sha512, delta=int(delta)
            )
        return found[0] if found else None

    def of(self, fingerprint: str) -> PackageRow | None:
        """The package with this fingerprint."""
        with self._context.reading() as connection:
            found = _rows(connection, "WHERE p.fingerprint = :fingerprint", fingerprint=fingerprint)
        return found[0] if found else None

    def listed(self) -> list[PackageRow]:
        """Every package, in the order they were made."""
        with self._context.reading() as connection:
            return _rows(connection, "ORDER BY p.package")

    def add(self, row: PackageRow) -> PackageRow:
        """Write a package down; returns it as stored.

        Raises:
            ValueError: its report is not frozen here, or a trial: a mistake of the program.
        """
        row = row if row.made_at else replace(row, made_at=self._context.now())
        given = {name: getattr(row, name) for name in row.__slots__}
        given |= {"delta": int(row.delta), "fingerprint": row.fingerprint or None}
        given["withdrawn"] = json.dumps([dict(one) for one in row.withdrawn], ensure_ascii=False)
        with self._context.writing() as connection:
            done = connection.execute(text(_ADD), given)
            if done.rowcount != 1:
                raise ValueError(row.report)
            where = "WHERE p.line = :line AND p.sequence = :sequence"
            return _rows(connection, where, line=row.line, sequence=row.sequence)[0]

    def settle(self, row: PackageRow, fingerprint: str, sending: SendingRow | None = None) -> PackageRow:
        """Write down that ``row`` stands whole on a medium, and the sending with it, in one transaction.

        From now on nothing about the package changes. The first time is a line of the history.
        """
        with self._context.writing() as connection:
            done = connection.execute(
                text("UPDATE package SET fingerprint = :made WHERE package = :key AND fingerprint IS NULL"),
                {"key": row.key, "made": fingerprint},
            )
            if done.rowcount:
                history.write_action(
                    connection, at=self._context.now(), who=self._context.user, label="made_package",
                    role=history.FIXED, params={"name": row.name, "sequence": str(row.sequence)},
                )  # fmt: skip
            if sending is not None:
                _log(connection, sending)
        return replace(row, fingerprint=fingerprint)

    def drop(self, row: PackageRow) -> bool:
        """Forget a package that never stood on a medium and that no other follows."""
        with self._context.writing() as connection:
            gone = connection.execute(
                text(
                    "DELETE FROM package WHERE package = :key AND fingerprint IS NULL AND NOT EXISTS "
                    "(SELECT 1 FROM package n WHERE n.line = package.line AND n.sequence > package.sequence)"
                ),
                {"key": row.key},
            )
            return bool(gone.rowcount)

    # -- sendings

    def log(self, row: SendingRow) -> None:
        """Write down one try."""
        with self._context.writing() as connection:
            _log(connection, row)

    def sendings(self, period: str | None = None) -> list[SendingRow]:
        """Every try, of one period (its code) or of all, oldest first."""
        where = "WHERE period = :period" if period is not None else ""
        sql = text(f"SELECT {', '.join(_SENDING)} FROM sending {where} ORDER BY sending")
        with self._context.reading() as connection:
            rows = connection.execute(sql, {"period": period} if period is not None else {}).mappings().all()
        return [
            SendingRow(
                **{
                    **row,
                    "trial": bool(row["trial"]),
                    "sealed": bool(row["sealed"]),
                    "delta": bool(row["delta"]),
                }
            )
            for row in rows
        ]


def _rows(connection: Connection, rest: str, **given: Any) -> list[PackageRow]:
    found = connection.execute(text(f"SELECT {_PACKAGE} {rest}"), given).all()
    return [_row(one) for one in found]


def _row(row: Row[Any]) -> PackageRow:
    return PackageRow(
        row.report, row.period, row.submission, bool(row.delta), row.name, row.fingerprint or "", row.line,
        row.sequence, row.previous, row.base, row.base_receipt, tuple(json.loads(row.withdrawn)),
        row.answers_upto, row.key_id, row.made_at, row.most, row.package,
    )  # fmt: skip


def _log(connection: Connection, row: SendingRow) -> None:
    names, marks = ", ".join(_SENDING), ", ".join(f":{name}" for name in _SENDING)
    given: dict[str, Any] = {name: getattr(row, name) for name in _SENDING}
    given |= {name: int(given[name]) for name in ("trial", "sealed", "delta")}
    connection.execute(text(f"INSERT INTO sending ({names}) VALUES ({marks})"), given)

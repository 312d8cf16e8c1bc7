"""Packages that were sent, written down without being made: what the centre's answers need to find."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from typing import Any

from stdesk.package.answer import Answer
from stdesk.package.keys import PublicKey, SecretKey
from stdesk.package.layout import package_name
from stdesk.package.roster import Roster, seal_roster
from stdesk.services.desk import Desk
from stdesk.store.library import PackageRow, SendingRow
from tests.helpers import answers as made

UNIT = "PC09"


@dataclass
class FakeKeys:
    """Other keys than those of the library, as :class:`stdesk.services.keys.Keys` would give them."""

    known: Roster | None = None
    own: SecretKey = made.UNIT_KEY

    def roster(self) -> Roster | None:
        return self.known

    def secret(self) -> SecretKey:
        return self.own

    def centre_keys(self) -> tuple[PublicKey, ...]:
        return tuple(one.key for one in self.known.centre.keys) if self.known else ()


def give_keys(desk: Desk, roster: Roster | None = None) -> None:
    """Let ``desk`` have its key, and trust the centre of the tests."""
    keys = desk._library.keys
    keys.put_own(made.UNIT_KEY.public.id, made.UNIT_KEY.text(), made.UNIT_KEY.public.text())
    keys.put_roster(1, seal_roster(roster or made.roster(), made.CENTRE_KEY))


def freeze(desk: Desk, period: str = "2026", submission: int = 1) -> str:
    """A frozen report; its hash."""
    snapshot = f"{period} {submission}".encode()
    sha512 = hashlib.sha512(snapshot).hexdigest()
    desk._library.save_frozen(period, submission, False, snapshot, sha512)
    return sha512


def pack(desk: Desk, period: str = "2026", submission: int = 1, *, delta: bool = False) -> PackageRow:
    """A package of a report frozen here (frozen now when it is not yet)."""
    packages = desk._library.packages
    known = {(one.period, one.submission): one.sha512 for one in desk._library.frozen() if not one.trial}
    report = known.get((period, submission)) or freeze(desk, period, submission)
    name = package_name(UNIT, period, submission, delta=delta)
    fingerprint = hashlib.sha512(name.encode()).hexdigest()
    row = PackageRow(
        report, period, submission, delta, name, fingerprint, packages.line(), packages.next_sequence(),
        packages.previous(),
    )  # fmt: skip
    return packages.add(row)


def send(desk: Desk, package: PackageRow, at: str = "2026-11-18T02:00:00Z", **changes: Any) -> SendingRow:
    """A sending of ``package`` that went well, unless ``changes`` say otherwise."""
    row = SendingRow(
        package.name, package.period, package.submission, False, at, "Lê An", "/media/KHCN", "KHCN", False, 1_234_567,
        "cd" * 64, "done", "", package.fingerprint, package.delta,
    )  # fmt: skip
    row = replace(row, **changes)
    desk._library.packages.log(row)
    return row


def answer_to(package: PackageRow, status: str = "received", number: int = 1, **changes: Any) -> Answer:
    """An answer to ``package`` without lines and proposals."""
    given: dict[str, Any] = {
        "answer": made.identity(900 + number), "number": number, "status": status, "period": package.period,
        "submission": package.submission, "delta": package.delta, "fingerprint": package.fingerprint,
        "line": package.line, "sequence": package.sequence, "lines": (), "proposals": (), "note": "",
    }  # fmt: skip
    return made.answer(**given | changes)


def chain(*answers: Answer) -> list[bytes]:
    """Files of these answers, each naming the one before."""
    files: list[bytes] = []
    for one in answers:
        files.append(made.sealed(replace(one, previous=made.digest(files[-1]) if files else "")))
    return files

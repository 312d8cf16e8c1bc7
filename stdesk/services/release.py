"""What lies above ordinary secrecy leaves the library only under a number of the register.

The law wants each paper that carries a secret written into the register of secret papers, by hand and signed
("sổ đăng ký bí mật nhà nước đi"). The program keeps no such register: it asks for the number under which the
paper stands there, and keeps it, with what left, in the history, where it cannot be taken back. What lies above
the library's ceiling never leaves: of that there is nothing but a stub.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from stdesk.domain.codes import code_list
from stdesk.domain.records import Changes, Record
from stdesk.domain.secrecy import ORDINARY, highest, is_above
from stdesk.errors import UserError
from stdesk.store.library import Library
from stdesk.text import nfc

if TYPE_CHECKING:
    from stdesk.reports.snapshot import Snapshot

__all__ = ["EXPORT", "LEAVE_OUT", "LIST", "PACKAGE", "REPORT", "Carried", "Releases", "level_name"]

EXPORT, LIST, REPORT, PACKAGE = "export", "list", "report", "package"
"""What may leave: a file of records, a list (file or paper), the documents of a report, a data package."""

LEAVE_OUT = ""
"""In place of a number: what wants one stays behind, and is counted."""

MOST_NUMBER = 60


@dataclass(frozen=True, slots=True)
class Carried:
    """What is about to leave: how many records above ordinary secrecy, and the highest level among them."""

    count: int = 0
    level: str = ORDINARY


class Releases:
    """The gate of an open library."""

    def __init__(self, library: Library) -> None:
        self._library = library

    @property
    def ceiling(self) -> str:
        """The level above which there are only stubs."""
        return self._library.settings.get("secrecy_ceiling") or ORDINARY

    def carried(self, levels: Iterable[str]) -> Carried:
        """What of records of these ``levels`` would want a number."""
        ceiling = self.ceiling
        marked = [one for one in levels if is_above(one, ORDINARY) and not is_above(one, ceiling)]
        return Carried(len(marked), highest(marked))

    def wanted(self, records: Iterable[Record]) -> str | None:
        """The level for which a number is wanted before ``records`` leave; ``None``: none is."""
        found = self.carried(one.secrecy for one in records)
        return found.level if found.count else None

    def of_snapshot(self, records: Mapping[str, Iterable[Mapping[str, object]]]) -> Carried:
        """The same of the records of a frozen report, kind by kind."""
        return self.carried(str(one.get("secrecy") or ORDINARY) for part in records.values() for one in part)

    def let_go(self, number: str | None, what: str, where: str, carried: Carried) -> str:
        """Write down what leaves, as :meth:`register` does; returns the highest level that goes along."""
        return self.ceiling if self.register(number, what, where, carried).label else ORDINARY

    def check(self, number: str | None, carried: Carried) -> str:
        """The number as it is written down; "" when none is needed. Raises ``register_number_wanted``."""
        if not carried.count or number == LEAVE_OUT:
            return ""
        clean = " ".join(nfc(number or "").split())[:MOST_NUMBER]
        if not clean:
            raise UserError("register_number_wanted", n=carried.count, level=level_name(carried.level))
        return clean

    def check_frozen(self, snapshot: Snapshot) -> None:
        """What was frozen at its time and classified since is no more made into paper or a package.

        Raises:
            UserError: ``report_holds_secret``.
        """
        secret = self._library.above(self.ceiling)
        n = (
            sum(str(one["id"]) in secret for part in snapshot.records.values() for one in part)
            if secret
            else 0
        )
        if n:
            told = str(snapshot.period.get("label", ""))
            raise UserError("report_holds_secret", n=n, period=told, submission=str(snapshot.submission))

    def register(self, number: str | None, what: str, where: str, carried: Carried) -> Changes:
        """Write down, for good, what leaves and under which number; before it leaves. Nothing when
        nothing of it is above ordinary.

        Args:
            number: of the register; :data:`LEAVE_OUT` when the caller keeps those records back.
            what: one of this module's four. where: a file, folder or medium, as people call it.

        Raises:
            UserError: ``register_number_wanted``; ``library_opened_read_only``: it could not be written down.
        """  # fmt: skip
        clean = self.check(number, carried)
        if not clean:
            return Changes()
        return self._library.roles.tell(
            f"released_{what}", number=clean, level=level_name(carried.level), n=carried.count, where=where
        )


def level_name(level: str) -> str:
    """A secrecy level as it is written on paper."""
    return str(code_list("secrecy").label(level))

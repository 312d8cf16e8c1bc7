"""An open library and everything a person does in it."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from types import TracebackType

from stdesk.clock import Clock, local_date, system_clock, timestamp
from stdesk.domain.kinds import Kinds, all_kinds
from stdesk.errors import UserError
from stdesk.services.catalogue import Catalogue
from stdesk.services.handover import Handover
from stdesk.services.intake import Intake
from stdesk.services.readiness import Readiness
from stdesk.services.reporting import Reporting
from stdesk.store.library import Library

UNIT_SETTINGS = (
    "unit_code",
    "unit_name",
    "superior_name",
    "place",
    "symbol",
    "department",
    "recipients",
    "signing_authority",
    "signer_post",
    "signer_rank",
    "signer_name",
    "secrecy_ceiling",
    "deposit_days",
)
"""The settings of the unit that appear on paper or steer checks."""


class Desk:
    """What the window and the command line work with.

    Attributes:
        catalogue: records: list, find, save, trash, undo, history, export.
        intake: other people's workbooks in.
        readiness: what is still missing for a period.
        reporting: freezing a period and making its documents.
        handover: the data package and its verification.
    """

    def __init__(self, library: Library, clock: Clock = system_clock, user: str = "") -> None:
        self._library = library
        self._clock = clock
        self.catalogue = Catalogue(library, self.today)
        self.intake = Intake(library, self.today)
        self.readiness = Readiness(library, self.today)
        self.reporting = Reporting(library, clock, self.readiness, user)
        self.handover = Handover(library, self.reporting)

    @classmethod
    def create(
        cls,
        folder: Path,
        *,
        unit_code: str,
        unit_name: str,
        user: str = "",
        clock: Clock = system_clock,
        kinds: Kinds | None = None,
    ) -> Desk:
        """Make a new library in ``folder``.

        Raises:
            UserError: the unit has no code or name, the folder is taken or cannot be written.
        """
        if not unit_code.strip() or not unit_name.strip():
            raise UserError("unit_unnamed")
        library = Library.create(
            folder,
            kinds=kinds or all_kinds(),
            clock=clock,
            unit_code=unit_code.strip(),
            unit_name=unit_name.strip(),
            user=user,
        )
        return cls(library, clock, user)

    @classmethod
    def open(
        cls,
        folder: Path,
        *,
        user: str = "",
        clock: Clock = system_clock,
        read_only: bool = False,
        kinds: Kinds | None = None,
    ) -> Desk:
        """Open the library in ``folder``; for the errors see ``Library.open``."""
        kinds = kinds or all_kinds()
        library = Library.open(folder, kinds=kinds, clock=clock, user=user, read_only=read_only)
        return cls(library, clock, user)

    def close(self) -> None:
        """Give the library back."""
        self._library.close()

    def __enter__(self) -> Desk:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def today(self) -> date:
        """The day it is for the person."""
        return local_date(self._clock())

    @property
    def folder(self) -> Path:
        """Where the library lies."""
        return self._library.folder

    @property
    def read_only(self) -> bool:
        """Whether nothing can be changed."""
        return self._library.read_only

    @property
    def kinds(self) -> Kinds:
        """The kinds of record it holds."""
        return self._library.kinds

    @property
    def unit(self) -> dict[str, str]:
        """The unit's settings, those not set empty."""
        return {name: self._library.settings.get(name) for name in UNIT_SETTINGS}

    def backup(self, target: Path | None = None) -> Path:
        """Copy the database to ``target`` (by default into ``backups``), open the copy and count it."""
        if target is None:
            moment = timestamp(self._clock()).replace(":", "").replace("-", "")
            target = self._library.folder / "backups" / f"library-{moment}.db"
        return self._library.backup(target)

    def set_unit(self, **settings: str) -> None:
        """Change settings of the unit."""
        unknown = set(settings) - set(UNIT_SETTINGS)
        if unknown:
            raise KeyError(sorted(unknown))
        self._library.settings.put(**settings)

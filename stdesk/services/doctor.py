"""The doctor: whether a library is sound, what can be mended, and getting back what a damaged one still holds.

An open library is looked at through ``desk.doctor.look``; one that is closed, or does not open at all,
through :func:`examine`. Mending and recovering work on a closed library, on a copy, and never throw the
old files away.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from stdesk.clock import Clock, system_clock, timestamp
from stdesk.domain.kinds import Kinds, all_kinds
from stdesk.errors import Exit, UserError
from stdesk.progress import Progress
from stdesk.services import doctor_checks
from stdesk.services.health import FULL, QUICK, Check, Depth, Health, Lost, Recovered, Size, State
from stdesk.store import opening, rescue
from stdesk.store.backups import repository
from stdesk.store.doctor import DATABASE, Patient
from stdesk.store.library import Library
from stdesk.store.vault import Vault

__all__ = [
    "FULL", "QUICK", "Check", "Depth", "Doctor", "Health", "Lost", "Recovered", "Size", "State", "examine", "mend",
    "recover",
]  # fmt: skip


class Doctor:
    """Looks at an open library. ``desk.doctor``."""

    def __init__(self, library: Library, clock: Clock = system_clock) -> None:
        self._library = library
        self._clock = clock

    def look(self, depth: Depth = QUICK, progress: Progress | None = None) -> Health:
        """Look at everything; ``quick`` leaves out what reads every attachment and every record.

        Raises:
            Cancelled: it was stopped.
        """
        patient = Patient.open(self._library.folder, self._library.kinds, self._library.vault)
        try:
            return doctor_checks.look(patient, depth, progress or Progress(), timestamp(self._clock()))
        finally:
            patient.close()

    def went_back(self) -> tuple[str, ...]:
        """Sentences for a notice: this is an older state of the library than something remembers; nothing read in full.

        Going back that a restore explains is none.
        """
        folder = self._library.folder / opening.BACKUPS
        try:
            found = self._library.went_back(repository.listed(folder))
        except UserError:
            return ()
        said = [doctor_checks.went_back_line(one) for one in found if not one.explained]
        return tuple(said + doctor_checks.changed_while_closed(self._library.folder))


def examine(
    folder: Path, depth: Depth = QUICK, progress: Progress | None = None, *, secret: str = "",
    vault: Vault | None = None, clock: Clock = system_clock, kinds: Kinds | None = None,
) -> Health:  # fmt: skip
    """Look at the library in ``folder``, which may be one that does not open.

    Raises:
        UserError: ``not_a_library`` when there is none; ``is_a_backup``; ``library_wants_password``;
            ``password_wrong``.
        Cancelled: it was stopped.
    """
    opening.check_no_backup(folder)
    patient = _patient(folder, kinds or all_kinds(), secret, vault)
    try:
        return doctor_checks.look(patient, depth, progress or Progress(), timestamp(clock()))
    finally:
        patient.close()


def mend(
    folder: Path, names: Sequence[str], progress: Progress | None = None, *, secret: str = "",
    vault: Vault | None = None, user: str = "", clock: Clock = system_clock, kinds: Kinds | None = None,
) -> Health:  # fmt: skip
    """Mend what the checks ``names`` found, on a copy that then takes the library's place; it is closed.

    Returns:
        how the library is now; what was mended has the state ``mended``.

    Raises:
        UserError: ``library_locked`` when it is open somewhere; ``mending_would_lose`` when something cannot
            be read any more (:func:`recover` then); what the disk refused. Cancelled: nothing happened.
    """
    kinds = kinds or all_kinds()
    opening.check_no_backup(folder)
    patient = _patient(folder, kinds, secret, vault)
    try:
        if patient.driver is None:
            raise UserError("mending_would_lose", Exit.ENVIRONMENT, count=1)
        rescue.mend(patient, names, progress or Progress(), user, clock)
    finally:
        patient.close()
    health = examine(folder, FULL, progress, secret=secret, vault=vault, clock=clock, kinds=kinds)
    return doctor_checks.as_mended(health, names)


def recover(
    folder: Path, target: Path, progress: Progress | None = None, *, secret: str = "",
    vault: Vault | None = None, user: str = "", clock: Clock = system_clock, kinds: Kinds | None = None,
) -> Recovered:  # fmt: skip
    """Make a new library in ``target`` from what the damaged one in ``folder`` and its backups still hold.

    Nothing in ``folder`` is changed.

    Raises:
        UserError: ``folder_not_empty``; ``nothing_to_recover`` when neither the library nor a backup can be
            read; what the disk refused. Cancelled: it was stopped; nothing is left behind.
    """
    patient = _patient(folder, kinds or all_kinds(), secret, vault)
    try:
        done = rescue.recover(patient, target.absolute(), progress or Progress(), user, clock)
        lost = tuple(
            Lost(one.kind, one.number, one.title, doctor_checks.lost_line(patient.kinds, one))
            for one in done.lost
        )
        return Recovered(target.absolute(), done.backup, done.records, done.acts, lost)
    finally:
        patient.close()


def _patient(folder: Path, kinds: Kinds, secret: str, vault: Vault | None) -> Patient:
    folder = folder.absolute()
    if not (folder / DATABASE).is_file() and not (folder / opening.BACKUPS).is_dir():
        raise UserError("not_a_library", Exit.ENVIRONMENT, path=str(folder))
    return Patient.open(folder, kinds, opening.unlock(folder, secret, vault))

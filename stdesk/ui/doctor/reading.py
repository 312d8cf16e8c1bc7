"""What the pages ask of the doctor: plain functions for worker threads."""

from __future__ import annotations

from pathlib import Path

from stdesk.i18n import ntr, tr
from stdesk.progress import Progress
from stdesk.services import doctor
from stdesk.services.desk import Desk
from stdesk.services.health import Check, Depth, Health, Recovered
from stdesk.services.locking import Vault

__all__ = ["Check", "Health", "Recovered", "look", "mend", "recover", "recovered_words"]


def look(desk: Desk, depth: Depth, progress: Progress) -> Health:
    """Look the open library over."""
    return desk.doctor.look(depth, progress)


def mend(folder: Path, name: str, user: str, vault: Vault | None, progress: Progress) -> Health:
    """Mend what the check ``name`` found in the closed library."""
    return doctor.mend(folder, [name], progress, user=user, vault=vault)


def recover(
    folder: Path, target: Path, user: str, secret: str, vault: Vault | None, progress: Progress
) -> Recovered:
    """Make a new library in ``target`` of what can be read of the one in ``folder``."""
    return doctor.recover(folder, target, progress, user=user, secret=secret, vault=vault)


def recovered_words(made: Recovered) -> str:
    """What was rescued, and what not."""
    said = ntr("{n} record is in the new library.", "{n} records are in the new library.", made.records)
    if made.acts:
        said += " " + ntr(
            "{n} act after the backup was done again.",
            "{n} acts after the backup were done again.",
            made.acts,
        )
    if not made.lost:
        return f"{said} {tr('Nothing is missing.')}"
    named = "; ".join(one.title or one.said for one in made.lost[:3])
    more = " …" if len(made.lost) > 3 else ""
    lost = ntr(
        "{n} thing is missing: {named}", "{n} things are missing: {named}", len(made.lost), named=named
    )
    return f"{said} {lost}{more}"

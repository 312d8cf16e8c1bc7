"""The last part of the demo: nothing is lost, and nobody is in.

A backup, the doctor, going back, and a copy with a password: each done, then looked at from outside.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from stdesk import i18n
from stdesk.errors import UserError
from stdesk.i18n import tr
from stdesk.services import doctor, locking
from stdesk.services.backups import BackupInfo, Backups
from stdesk.services.desk import Desk

_PASSWORD = "chín mùa lúa chín"  # of a sample: it is said on the screen


def run_safety(folder: Path, say: Callable[[str], None]) -> bool:
    """Show it on the closed library of the demo in ``folder``; whether everything was as it should be."""
    library = folder / "library"
    with Desk.open(library) as desk:
        made = desk.backups.run("manual")
        checked = desk.backups.check(made) if made is not None else None
        counts = _counts(desk)
    if checked is None or not checked.ok:
        return False
    say(tr("14. Backup, opened and counted: {path}", path=checked.path))
    health = doctor.examine(library)
    say(
        tr("15. The doctor: the library is sound")
        if health.sound
        else tr("15. The doctor: the library is HURT")
    )
    again = _restored(checked, folder / "restored", counts, say)
    return health.sound and again and _locked(checked, folder / "locked", counts, say)


def _restored(info: BackupInfo, target: Path, counts: dict[str, int], say: Callable[[str], None]) -> bool:
    Backups.restore(target, info)
    with Desk.open(target) as desk:
        same = _counts(desk) == counts
    n = i18n.count(sum(counts.values()))
    say(
        tr("16. Restored into a new folder, {n} records as before: {path}", n=n, path=target)
        if same
        else tr("16. Restored into a new folder, and NOT the same: {path}", path=target)
    )
    return same


def _locked(info: BackupInfo, target: Path, counts: dict[str, int], say: Callable[[str], None]) -> bool:
    Backups.restore(target, info)
    locking.set_password(target, _PASSWORD, locking.new_recovery_code())
    try:
        Desk.open(target).close()
        closed = False
    except UserError as error:
        closed = error.code == "library_wants_password"
    with Desk.open(target, secret=_PASSWORD) as desk:
        same = _counts(desk) == counts
    say(
        tr(
            "17. A copy with the password “{password}”, closed to others: {path}",
            password=_PASSWORD,
            path=target,
        )
        if closed and same
        else tr("17. The copy with a password is NOT as it should be: {path}", path=target)
    )
    return closed and same


def _counts(desk: Desk) -> dict[str, int]:
    return {kind: desk.catalogue.count(kind) for kind in desk.kinds.names}

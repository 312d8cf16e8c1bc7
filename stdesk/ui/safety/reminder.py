"""What the overview says about backups: at most one line, and none that was put away for the year."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import timedelta

from stdesk.clock import local_date
from stdesk.i18n import ntr, tr
from stdesk.progress import Progress
from stdesk.services.desk import Desk
from stdesk.ui.widgets import remembered

FAILED, BACK, OLD, NONE = "failed", "back", "old", "none"
_IN_USE = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Reminder:
    """A sentence.

    Attributes:
        code: a backup :data:`FAILED`; the library went :data:`BACK` to an older state without this program; the
            second place is :data:`OLD`, or there is :data:`NONE`.
    """

    code: str
    text: str

    @property
    def stays(self) -> bool:
        """It cannot be put away: it goes when a backup can be made again."""
        return self.code == FAILED

    @property
    def grave(self) -> bool:
        """Something is wrong now, not only perhaps later."""
        return self.code in (FAILED, BACK)


def reminder(desk: Desk, progress: Progress) -> Reminder | None:
    """What has to be said about older states and the second place; ``None`` when nothing has, or it was put away."""
    if desk.read_only or desk.as_of is not None or desk.is_sample:
        return None
    year = desk.today().year
    for said in desk.doctor.went_back():
        if not is_put_away(one := Reminder(BACK, said), year):
            return one
    progress.check()
    place = desk.backups.place_state()
    if place.folder is None:
        if not _has_grown(desk):
            return None
        text = tr("All backups lie on this PC. Choose a stick or another disk as a second place.")
        found = Reminder(NONE, text)
    elif not place.remind:
        return None
    elif not place.last:
        found = Reminder(OLD, tr("Nothing was backed up to {folder} yet.", folder=str(place.folder)))
    else:
        text = ntr(
            "The backup in {folder} is {n} day old. Plug it in and back up there.",
            "The backup in {folder} is {n} days old. Plug it in and back up there.",
            place.age,
            folder=str(place.folder),
        )
        found = Reminder(OLD, text)
    return None if is_put_away(found, year) else found


def _has_grown(desk: Desk) -> bool:
    """Whether the library has been in use for a week: who has just begun is left in peace."""
    days = [desk.today() - local_date(one.moment) for one in desk.backups.listed()]
    return max(days, default=timedelta()) >= _IN_USE


def failure(why: str) -> Reminder:
    """That the backup which was due could not be made."""
    return Reminder(FAILED, tr("The backup that was due could not be made: {why}", why=why))


def is_put_away(one: Reminder, year: int) -> bool:
    """Whether the person does not want to hear of it any more this year."""
    return not one.stays and remembered.opened().get(_key(one)) == str(year)


def put_away(one: Reminder, year: int) -> None:
    """Do not say it any more this year, on this PC; another older state is said all the same."""
    remembered.opened().put(**{_key(one): str(year)})


def _key(one: Reminder) -> str:
    more = f":{hashlib.sha256(one.text.encode()).hexdigest()[:12]}" if one.code == BACK else ""
    return f"reminder:{one.code}{more}"

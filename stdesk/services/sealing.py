"""For whom a package can be sealed, as the person at the desk is told."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from stdesk.domain.dates import show
from stdesk.i18n import message
from stdesk.package.roster import WARNING_DAYS, Roster
from stdesk.package.words import fingerprint_words
from stdesk.services.desk import Desk

__all__ = ["Centre", "centre_of"]


@dataclass(frozen=True, slots=True)
class Centre:
    """The centre a package goes to.

    Attributes:
        name: "" when nothing is known of it.
        words: of its newest key, to be compared over the telephone.
        problem: why sealing is not possible, or what to see to; a sentence, "" for nothing.
        can: a package can be sealed for it.
    """

    name: str = ""
    words: tuple[str, ...] = ()
    problem: str = ""
    can: bool = False


def centre_of(desk: Desk) -> Centre:
    """What is known of the centre today."""
    roster = desk.keys.roster()
    if roster is None:
        return Centre(problem=message("centre_unknown"))
    can = bool(desk.keys.recipients())
    today = desk.today()
    live = [one.key for one in roster.centre.keys if one.live(today)]
    words = fingerprint_words(live[-1]) if live else ()
    return Centre(roster.centre.name, words, _problem(roster, today, can=can), can)


def _problem(roster: Roster, today: date, *, can: bool) -> str:
    last = datetime.fromisoformat(roster.expires).date()
    left = (last - today).days
    day = show(last.isoformat())
    if left < 0:
        return message("centre_roster_expired", day=day)
    if not can:
        return message("centre_no_recipient")
    return message("centre_roster_ending", day=day, days=left) if left <= WARNING_DAYS else ""

"""Where the next package stands in the row that the centre watches, and when a new row begins.

The centre takes packages by their number and the one before, so that it sees a gap, a fork or a replay. A library
that was restored from a backup has forgotten numbers it gave: it begins a new row that follows the last package
the centre is known to have, and does so by itself as soon as an answer, or the restore, tells it.
"""

from __future__ import annotations

import json
from dataclasses import dataclass

from stdesk.errors import UserError
from stdesk.store.library import Library

RESTORED = "handover:restored"
"""Setting: when the library was restored from a backup (a colon keeps it out of reports)."""

AHEAD, BEGUN_AGAIN = "ahead", "begun_again"
_UNKNOWN = "handover:unknown"  # the last package an answer named that is not known here


@dataclass(frozen=True, slots=True)
class Place:
    """A place in the row: the row's UUID, number from 1, fingerprint of the package before."""

    line: str
    sequence: int
    previous: str


@dataclass(frozen=True, slots=True)
class Named:
    """A package as an answer of the centre names it; ``number``: of that answer."""

    number: int
    line: str
    sequence: int
    fingerprint: str


def next_place(library: Library) -> Place:
    """The place of a package not made yet; a new row is begun when there is reason for one.

    Raises:
        UserError: ``package_unfinished`` when the one before was interrupted and never finished: whether it
            reached its medium nobody knows, so it is made again first.
    """
    reason = reason_for_new_line(library)
    if reason:
        begin_line(library, reason)
    last = library.packages.last()
    if last is not None and not last.done:
        raise UserError("package_unfinished", name=last.name)
    return Place(library.packages.line(), library.packages.next_sequence(), library.packages.previous())


def begin_line(library: Library, reason: str) -> str:
    """Begin a new row after the last package the centre is known to have; returns its UUID."""
    newest = max((one.number for one in _named(library)), default=0)
    return library.packages.new_line(reason, previous=last_known(library), answers=newest)


def note_unknown(library: Library, named: Named) -> bool:
    """Remember that a genuine answer to this unit names a package that is not known here.

    That happens when the library was restored from a backup made before that package: the centre is ahead of
    it, and the next package begins a new row.

    Returns:
        ``False`` when it only is another copy's package of a number that was given here too: a fork, which
        the centre has to see.
    """
    in_line = [one.sequence for one in library.packages.listed() if one.line == named.line and one.done]
    if not named.sequence or named.sequence <= max(in_line, default=0):
        return False
    held = _unknown(library)
    if held is None or held.number < named.number:
        values = [named.number, named.line, named.sequence, named.fingerprint]
        library.settings.put(**{_UNKNOWN: json.dumps(values)})
    return True


def reason_for_new_line(library: Library) -> str:
    """Why the next package needs a new row; "" when the present one goes on."""
    lines = library.packages.lines()
    restored = library.settings.get(RESTORED)
    if lines and restored and all(one.reason != f"restored {restored}" for one in lines):
        return f"restored {restored}"
    known = {one.fingerprint for one in library.packages.listed()} | {one.previous for one in lines}
    seen = lines[-1].answers if lines else 0
    ahead = any(one.number > seen and one.fingerprint not in known for one in _named(library))
    return AHEAD if ahead else ""


def last_known(library: Library) -> str:
    """Fingerprint of the last package in order that an answer names, else of the last that was made here."""
    rows = {one.fingerprint: one for one in library.packages.listed() if one.done}
    named = _named(library)
    if not named:
        return list(rows)[-1] if rows else ""
    place = {one.line: at for at, one in enumerate(library.packages.lines())}

    def order(one: Named) -> tuple[int, int, int]:
        """By row, then by number in it; a row not known here is newer than those that are."""
        row = rows.get(one.fingerprint)
        line, sequence = (row.line, row.sequence) if row else (one.line, one.sequence)
        return place.get(line, len(place)), sequence, one.number

    return max(named, key=order).fingerprint


def _named(library: Library) -> list[Named]:
    """Every package that an answer named, also those not known here."""
    found = [Named(one.number, one.line, one.sequence, one.fingerprint) for one in library.answers.listed()]
    unknown = _unknown(library)
    return [*found, unknown] if unknown else found


def _unknown(library: Library) -> Named | None:
    stored = library.settings.get(_UNKNOWN)
    return Named(*json.loads(stored)) if stored else None

"""Training sessions: how many, how long, who."""

from __future__ import annotations

from collections.abc import Iterable

from stdesk.domain.dates import show
from stdesk.domain.kinds import Kind
from stdesk.domain.records import Record
from stdesk.domain.rules.core import Check, Context, Problem, Rule, Severity
from stdesk.domain.rules.terms import TRAINING_SESSION, date_of, first_day, items_of, last_day, number_of

LONGEST = 366  # days; a longer course is a degree course or a mistyped year


def _more_than_all(name: str) -> Check:
    """A check that a part of the participants is not more than all of them."""

    def check(record: Record, _kind: Kind, _context: Context) -> Iterable[Problem]:
        part, whole = number_of(record, name), number_of(record, "participants")
        if part is not None and whole is not None and part > whole:
            yield Problem(name, {"part": part, "total": whole})

    return check


def nobody_came(record: Record, _kind: Kind, _context: Context) -> Iterable[Problem]:
    """No participants at all."""
    if number_of(record, "participants") == 0:
        yield Problem("participants")


def session_too_long(record: Record, _kind: Kind, _context: Context) -> Iterable[Problem]:
    """Longer than a year."""
    start, end = date_of(record, "start"), date_of(record, "end")
    if start and end and (days := (first_day(end) - last_day(start)).days) > LONGEST:
        yield Problem("end", {"start": show(start), "end": show(end), "days": days})


def hours_too_many(record: Record, _kind: Kind, _context: Context) -> Iterable[Problem]:
    """More hours than the days of the session have, at twelve a day."""
    start, end, hours = date_of(record, "start"), date_of(record, "end"), record.get("hours")
    if not start or not isinstance(hours, int | float) or isinstance(hours, bool):
        return
    days = (last_day(end or start) - first_day(start)).days + 1
    if days > 0 and hours > 12 * days:
        yield Problem("hours", {"hours": f"{hours:g}", "days": days})


def named_differ(record: Record, _kind: Kind, _context: Context) -> Iterable[Problem]:
    """The named list is longer than the number of participants."""
    named, total = len(items_of(record, "participant_list")), number_of(record, "participants")
    if total is not None and named > total:
        yield Problem("participants", {"named": named, "total": total})


_K = (TRAINING_SESSION,)

RULES = (
    Rule("women_over_participants", Severity.EXPLAIN, _K, ("women", "participants"), _more_than_all("women")),
    Rule(
        "own_unit_over_participants",
        Severity.EXPLAIN,
        _K,
        ("own_unit", "participants"),
        _more_than_all("own_unit"),
    ),
    Rule("nobody_came", Severity.EXPLAIN, _K, ("participants",), nobody_came),
    Rule("session_too_long", Severity.EXPLAIN, _K, ("end", "start"), session_too_long),
    Rule("hours_too_many", Severity.HINT, _K, ("hours",), hours_too_many),
    Rule("named_differ", Severity.EXPLAIN, _K, ("participants", "participant_list"), named_differ),
)

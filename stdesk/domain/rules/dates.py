"""Dates in order, and dates that cannot be."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from stdesk.domain.dates import show
from stdesk.domain.fields import FieldType
from stdesk.domain.kinds import Kind
from stdesk.domain.records import Record
from stdesk.domain.rules.core import Check, Context, Problem, Rule, Severity
from stdesk.domain.rules.terms import (
    PUBLICATION,
    RESEARCH_TASK,
    TRAINING_SESSION,
    date_of,
    filled,
    first_day,
    label,
    last_day,
    text_of,
)

OLDEST_YEAR = 1945  # the People's Public Security begins on 19/08/1945
_PLANNED = frozenset({"start", "end", "extended_until"})  # may lie ahead


def order_check(earlier: str, later: str, *, strictly: bool = False) -> Check:
    """A check that ``later`` does not come before ``earlier``.

    Only what is certain counts: "2025" and "2025-03" may be in order. ``strictly``: the same
    day is not in order either.
    """

    def check(record: Record, _kind: Kind, _context: Context) -> Iterable[Problem]:
        before, after = date_of(record, earlier), date_of(record, later)
        if not before or not after:
            return
        wrong = last_day(after) <= last_day(before) if strictly else last_day(after) < first_day(before)
        if wrong:
            yield Problem(later, {"earlier": show(before), "later": show(after)})

    return check


def _ahead(wanted: Callable[[str], bool]) -> Check:
    """A check of dates, of the fields ``wanted`` names, that lie after today."""

    def check(record: Record, kind: Kind, context: Context) -> Iterable[Problem]:
        for field in filled(record, kind, FieldType.DATE):
            value = date_of(record, field.name) if wanted(field.name) else ""
            if value and first_day(value) > context.today:
                days = (first_day(value) - context.today).days
                yield Problem(
                    field.name,
                    {
                        "field": str(field.label),
                        "date": show(value),
                        "today": show(context.today.isoformat()),
                        "days": days,
                    },
                )

    return check


def very_old(record: Record, kind: Kind, _context: Context) -> Iterable[Problem]:
    """A date before the force existed: a slip of the keyboard."""
    for field in filled(record, kind, FieldType.DATE):
        value = date_of(record, field.name)
        if value and int(value[:4]) < OLDEST_YEAR:
            yield Problem(
                field.name, {"field": str(field.label), "date": show(value), "year": str(OLDEST_YEAR)}
            )


def extension_undated(record: Record, _kind: Kind, _context: Context) -> Iterable[Problem]:
    """A task said to be extended without saying until when."""
    if text_of(record, "status") == "extended" and not date_of(record, "extended_until"):
        yield Problem("extended_until", {"end": show(date_of(record, "end")) or "…"})


def defended_far(record: Record, _kind: Kind, _context: Context) -> Iterable[Problem]:
    """A thesis defended more than a year away from the year it carries."""
    issued, defended = date_of(record, "issued"), date_of(record, "defended")
    if issued and defended and (years := abs(int(issued[:4]) - int(defended[:4]))) > 1:
        yield Problem("defended", {"issued": show(issued), "defended": show(defended), "years": years})


def not_a_date(record: Record, kind: Kind, _context: Context) -> Iterable[Problem]:
    """A date field holding something else, which another program or version wrote."""
    for field in filled(record, kind, FieldType.DATE):
        if not date_of(record, field.name):
            yield Problem(
                field.name, {"field": label(kind, field.name), "value": str(record.get(field.name))[:40]}
            )


_T = (RESEARCH_TASK,)


def _ordered(rule: str, severity: Severity, kinds: tuple[str, ...], earlier: str, later: str) -> Rule:
    return Rule(rule, severity, kinds, (later, earlier), order_check(earlier, later), needs=(later,))


_DATES = (FieldType.DATE,)

RULES = (
    _ordered("end_before_start", Severity.EXPLAIN, (RESEARCH_TASK, TRAINING_SESSION), "start", "end"),
    _ordered("accepted_before_start", Severity.EXPLAIN, _T, "start", "accepted"),
    _ordered("accepted_before_approved", Severity.EXPLAIN, _T, "approved", "accepted"),
    _ordered("contract_before_approved", Severity.HINT, _T, "approved", "contract"),
    _ordered("unit_accepted_after_accepted", Severity.EXPLAIN, _T, "unit_accepted", "accepted"),
    _ordered("finalised_before_accepted", Severity.HINT, _T, "accepted", "finalised"),
    _ordered("registered_before_accepted", Severity.HINT, _T, "accepted", "registered"),
    _ordered("applied_before_accepted", Severity.EXPLAIN, _T, "accepted", "applied"),
    _ordered("stopped_before_start", Severity.EXPLAIN, _T, "start", "stopped"),
    _ordered("deposited_before_accepted", Severity.EXPLAIN, _T, "accepted", "deposited"),
    _ordered("deposited_before_defended", Severity.EXPLAIN, (PUBLICATION,), "defended", "deposited"),
    Rule(
        "defended_far_from_issued",
        Severity.HINT,
        (PUBLICATION,),
        ("defended", "issued"),
        defended_far,
        needs=("defended",),
    ),
    Rule(
        "extension_not_after_end",
        Severity.EXPLAIN,
        _T,
        ("extended_until", "end"),
        order_check("end", "extended_until", strictly=True),
        needs=("extended_until",),
    ),
    Rule(
        "extension_undated",
        Severity.HINT,
        _T,
        ("extended_until", "status"),
        extension_undated,
        needs=("status",),
    ),
    Rule(
        "issued_in_future",
        Severity.EXPLAIN,
        (PUBLICATION,),
        ("issued",),
        _ahead(lambda name: name == "issued"),
        needs=("issued",),
    ),
    Rule(
        "event_in_future",
        Severity.EXPLAIN,
        (PUBLICATION, RESEARCH_TASK),
        ("accepted", "defended"),
        _ahead(lambda name: name not in _PLANNED and name != "issued"),
    ),
    Rule("date_very_old", Severity.HINT, fields=("issued", "start"), check=very_old, needs_types=_DATES),
    Rule("not_a_date", Severity.EXPLAIN, fields=("issued", "start"), check=not_a_date, needs_types=_DATES),
)

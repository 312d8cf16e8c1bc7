"""What the status of a research task says against its dates, grade and use."""

from __future__ import annotations

from collections.abc import Iterable

from stdesk.domain.dates import show
from stdesk.domain.kinds import Kind
from stdesk.domain.records import Record
from stdesk.domain.rules.core import Context, Problem, Rule, Severity
from stdesk.domain.rules.terms import (
    ACCEPTED_STATUSES,
    FAILED,
    OPEN_STATUSES,
    RESEARCH_TASK,
    STOPPED,
    code_label,
    date_of,
    items_of,
    last_day,
    strings_of,
    text_of,
    was_accepted,
    whole,
)

REGISTRATION_DAYS = 45  # 30 working days (Circular 14/2014/TT-BKHCN, art. 10) with their week-ends


def _status(record: Record, kind: Kind) -> str:
    code = text_of(record, "status")
    return code_label(kind.field("status"), code) if code else "…"


def _stopped(record: Record) -> bool:
    return text_of(record, "status") == STOPPED or bool(date_of(record, "stopped"))


def _applied(record: Record) -> bool:
    return bool(date_of(record, "applied")) or text_of(record, "status") == "applied"


def task_overdue(record: Record, kind: Kind, context: Context) -> Iterable[Problem]:
    """The planned (or extended) end has passed, and nothing says that the task was accepted."""
    due = date_of(record, "extended_until") or date_of(record, "end")
    if not due or was_accepted(record) or _stopped(record):
        return
    if (days := (context.today - last_day(due)).days) > 0:
        name = "extended_until" if date_of(record, "extended_until") else "end"
        yield Problem(name, {"end": show(due), "days": days, "status": _status(record, kind)})


def accepted_without_date(record: Record, kind: Kind, _context: Context) -> Iterable[Problem]:
    """Said to be accepted, no day given: no period can count it."""
    if text_of(record, "status") in ACCEPTED_STATUSES and not date_of(record, "accepted"):
        yield Problem("accepted", {"status": _status(record, kind)})


def accepted_but_open(record: Record, kind: Kind, context: Context) -> Iterable[Problem]:
    """The day of acceptance stands there, the status says the work goes on."""
    accepted = date_of(record, "accepted")
    if accepted and text_of(record, "status") in OPEN_STATUSES and last_day(accepted) <= context.today:
        yield Problem("status", {"accepted": show(accepted), "status": _status(record, kind)})


def grade_without_acceptance(record: Record, kind: Kind, _context: Context) -> Iterable[Problem]:
    """A grade, and neither a day nor a status of acceptance."""
    grade = text_of(record, "grade")
    if grade and not was_accepted(record):
        params = {"grade": code_label(kind.field("grade"), grade), "status": _status(record, kind)}
        yield Problem("accepted", params)


def accepted_without_grade(record: Record, kind: Kind, _context: Context) -> Iterable[Problem]:
    """Accepted, and no grade."""
    if was_accepted(record) and not text_of(record, "grade"):
        yield Problem("grade", {"accepted": show(date_of(record, "accepted")) or _status(record, kind)})


def stopped_without_reason(record: Record, _kind: Kind, _context: Context) -> Iterable[Problem]:
    """Stopped, and nobody says why."""
    if _stopped(record) and not text_of(record, "stop_reason"):
        yield Problem("stop_reason")


def stopped_without_date(record: Record, _kind: Kind, _context: Context) -> Iterable[Problem]:
    """Stopped, no day given: the task is counted as open in every later year."""
    if text_of(record, "status") == STOPPED and not date_of(record, "stopped"):
        yield Problem("stopped")


def stopped_and_accepted(record: Record, _kind: Kind, _context: Context) -> Iterable[Problem]:
    """Both stopped and accepted."""
    accepted = date_of(record, "accepted")
    if accepted and _stopped(record):
        yield Problem(
            "status", {"accepted": show(accepted), "stopped": show(date_of(record, "stopped")) or "…"}
        )


def applied_without_acceptance(record: Record, kind: Kind, _context: Context) -> Iterable[Problem]:
    """In use, and never accepted."""
    used = date_of(record, "applied") or strings_of(record, "application_form")
    if used and not was_accepted(record):
        yield Problem(
            "accepted", {"applied": show(date_of(record, "applied")) or "…", "status": _status(record, kind)}
        )


def failed_but_applied(record: Record, kind: Kind, _context: Context) -> Iterable[Problem]:
    """Failed at acceptance, and in use."""
    if text_of(record, "grade") == FAILED and _applied(record):
        yield Problem(
            "grade",
            {
                "grade": code_label(kind.field("grade"), FAILED),
                "applied": show(date_of(record, "applied")) or "…",
            },
        )


def application_undescribed(record: Record, _kind: Kind, _context: Context) -> Iterable[Problem]:
    """In use, and neither where nor how."""
    if _applied(record) and not (
        text_of(record, "application_place") or strings_of(record, "application_form")
    ):
        yield Problem("application_place")


def products_missing(record: Record, _kind: Kind, _context: Context) -> Iterable[Problem]:
    """Accepted with fewer products than promised."""
    if not was_accepted(record):
        return
    for item in items_of(record, "products"):
        expected, delivered = whole(item.get("expected")), whole(item.get("delivered"))
        if expected is not None and delivered is not None and delivered < expected:
            name = item.get("name") or "…"
            yield Problem(
                "products", {"product": str(name)[:80], "expected": expected, "delivered": delivered}
            )
            return


def to_register(record: Record) -> str:
    """The day of an acceptance whose result is still to be registered; "" when there is none."""
    done = date_of(record, "registered") or text_of(record, "certificate_number")
    if done or text_of(record, "grade") == FAILED or text_of(record, "level") == "base":
        return ""
    return date_of(record, "accepted")


def result_not_registered(record: Record, _kind: Kind, context: Context) -> Iterable[Problem]:
    """Accepted a while ago, the result not registered with the S&T authority."""
    if not (accepted := to_register(record)):
        return
    if (days := (context.today - last_day(accepted)).days) > REGISTRATION_DAYS:
        yield Problem("registered", {"accepted": show(accepted), "days": days})


_T = (RESEARCH_TASK,)

RULES = (
    Rule("task_overdue", Severity.EXPLAIN, _T, ("end", "extended_until", "status"), task_overdue),
    Rule("accepted_without_date", Severity.EXPLAIN, _T, ("accepted", "status"), accepted_without_date),
    Rule("accepted_but_open", Severity.EXPLAIN, _T, ("status", "accepted"), accepted_but_open),
    Rule("grade_without_acceptance", Severity.EXPLAIN, _T, ("accepted", "grade"), grade_without_acceptance),
    Rule("accepted_without_grade", Severity.EXPLAIN, _T, ("grade", "accepted"), accepted_without_grade),
    Rule("stopped_without_reason", Severity.EXPLAIN, _T, ("stop_reason", "status"), stopped_without_reason),
    Rule("stopped_without_date", Severity.HINT, _T, ("stopped", "status"), stopped_without_date),
    Rule(
        "stopped_and_accepted", Severity.EXPLAIN, _T, ("status", "accepted", "stopped"), stopped_and_accepted
    ),
    Rule(
        "applied_without_acceptance",
        Severity.EXPLAIN,
        _T,
        ("accepted", "applied"),
        applied_without_acceptance,
    ),
    Rule("failed_but_applied", Severity.EXPLAIN, _T, ("grade", "applied"), failed_but_applied),
    Rule(
        "application_undescribed",
        Severity.HINT,
        _T,
        ("application_place", "application_form"),
        application_undescribed,
    ),
    Rule("products_missing", Severity.HINT, _T, ("products",), products_missing),
    Rule("result_not_registered", Severity.HINT, _T, ("registered",), result_not_registered),
)

"""One copy goes to V04 after acceptance, assessment or defence (Directive 05/CT-BCA-V04, 4b).

The Directive sets no time limit; the threshold of a warning is the unit's setting
``deposit_days``, 30 days by default. What was accepted before the Directive is only a hint.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date

from stdesk.domain.dates import show
from stdesk.domain.kinds import Kind
from stdesk.domain.records import Record, State
from stdesk.domain.rules.core import Context, Problem, Rule, Severity
from stdesk.domain.rules.terms import (
    FAILED,
    PUBLICATION,
    RESEARCH_TASK,
    code_label,
    date_of,
    last_day,
    text_of,
)

DIRECTIVE_05 = date(2023, 10, 7)
DEFAULT_DAYS = 30
RECEIPT_DAYS = 60  # after sending, time enough for an answer
_DEFENDED = frozenset({"masters_thesis", "doctoral_thesis"})
OWING_TYPES = (*sorted(_DEFENDED), "task_report")  # types of document of which a copy is owed
_DONE = frozenset({"deposited", "sent", "not_required"})


def trigger(record: Record) -> tuple[str, str]:
    """The field and the date that make a copy owed; two empty texts when none is."""
    if record.kind == RESEARCH_TASK:
        return ("", "") if text_of(record, "grade") == FAILED else _first(record, "accepted")
    if text_of(record, "ownership") == "collected":
        return "", ""
    written = text_of(record, "document_type")
    if written in _DEFENDED:
        return _first(record, "defended", "issued")
    return _first(record, "issued") if written == "task_report" else ("", "")


def _first(record: Record, *names: str) -> tuple[str, str]:
    return next(((name, value) for name in names if (value := date_of(record, name))), ("", ""))


def days_allowed(unit: Mapping[str, str]) -> int:
    """Days between acceptance and the warning: the unit's setting, 30 unless it is a number."""
    setting = str(unit.get("deposit_days", "")).strip()
    return int(setting) if setting.isascii() and setting.isdigit() and len(setting) < 5 else DEFAULT_DAYS


def still_owed(record: Record) -> str:
    """The date from which a copy is owed that nobody says was handed over; "" when none is."""
    value = trigger(record)[1]
    if record.state is State.DRAFT or text_of(record, "deposit_state") in _DONE:
        return ""
    return "" if date_of(record, "deposited") else value  # dated but not said: told by deposit_contradicts


def deposit_missing(record: Record, kind: Kind, context: Context) -> Iterable[Problem]:
    """A copy is owed and nothing says that it was handed over."""
    name, value = trigger(record)
    if not still_owed(record):
        return
    allowed = days_allowed(context.unit)
    days = max(0, (context.today - last_day(value)).days)
    severity = Severity.EXPLAIN if days > allowed else Severity.NOT_DUE
    if last_day(value) < DIRECTIVE_05:
        severity = Severity.HINT
    params = {"event": str(kind.field(name).label), "date": show(value), "days": days, "allowed": allowed}
    yield Problem("deposit_state", params, severity)


def deposit_undated(record: Record, _kind: Kind, _context: Context) -> Iterable[Problem]:
    """Said to be handed over, without the day."""
    if text_of(record, "deposit_state") in ("deposited", "sent") and not date_of(record, "deposited"):
        yield Problem("deposited")


def deposit_unreferenced(record: Record, _kind: Kind, _context: Context) -> Iterable[Problem]:
    """Said to be handed over, without the letter or receipt that proves it."""
    if text_of(record, "deposit_state") == "deposited" and not text_of(record, "deposit_reference"):
        yield Problem("deposit_reference", {"date": show(date_of(record, "deposited")) or "…"})


def deposit_contradicts(record: Record, kind: Kind, _context: Context) -> Iterable[Problem]:
    """The state of the deposit against its date, or against the status of the task."""
    state = text_of(record, "deposit_state")
    shown = code_label(kind.field("deposit_state"), state) if state else "…"
    if state in ("", "not_deposited") and (day := date_of(record, "deposited")):
        yield Problem("deposit_state", {"state": shown, "other": show(day)})
    elif state == "not_deposited" and text_of(record, "status") == "deposited":
        yield Problem(
            "deposit_state", {"state": shown, "other": code_label(kind.field("status"), "deposited")}
        )


def deposit_waived(record: Record, kind: Kind, _context: Context) -> Iterable[Problem]:
    """Marked as not owed, although accepted or defended after the Directive."""
    name, value = trigger(record)
    if value and text_of(record, "deposit_state") == "not_required" and last_day(value) >= DIRECTIVE_05:
        yield Problem("deposit_state", {"event": str(kind.field(name).label), "date": show(value)})


def deposit_unanswered(record: Record, _kind: Kind, context: Context) -> Iterable[Problem]:
    """Sent long ago, no receipt."""
    sent = date_of(record, "deposited")
    if sent and text_of(record, "deposit_state") == "sent":
        days = (context.today - last_day(sent)).days
        if days > RECEIPT_DAYS:
            yield Problem("deposit_state", {"date": show(sent), "days": days})


_BOTH = (PUBLICATION, RESEARCH_TASK)

RULES = (
    Rule("deposit_missing", Severity.EXPLAIN, _BOTH, ("deposit_state", "deposited"), deposit_missing,
         beyond_period=True, needs=("accepted", "document_type")),
    Rule("deposit_undated", Severity.HINT, _BOTH, ("deposited", "deposit_state"), deposit_undated,
         needs=("deposit_state",)),
    Rule("deposit_unreferenced", Severity.HINT, _BOTH, ("deposit_reference",), deposit_unreferenced,
         needs=("deposit_state",)),
    Rule("deposit_contradicts", Severity.EXPLAIN, _BOTH, ("deposit_state", "deposited"), deposit_contradicts,
         needs=("deposit_state", "deposited")),
    Rule("deposit_waived", Severity.EXPLAIN, _BOTH, ("deposit_state",), deposit_waived,
         needs=("deposit_state",)),
    Rule("deposit_unanswered", Severity.HINT, _BOTH, ("deposit_state", "deposited"), deposit_unanswered,
         beyond_period=True, needs=("deposit_state",)),
)  # fmt: skip

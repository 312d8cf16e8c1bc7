"""What must be deposited with the central agency (Directive 05/CT-BCA-V04, 4b), and whether it was.

After acceptance, assessment or successful defence one copy goes to V04. The Directive states
no time limit, so the number of days after which a deposit counts as late is the unit's setting.
The same trigger as the rules use decides, so that figures and findings agree.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from stdesk.domain import dates
from stdesk.domain.records import Record, State
from stdesk.domain.rules.deposit import DIRECTIVE_05, trigger
from stdesk.domain.rules.terms import FAILED, RESEARCH_TASK, was_accepted
from stdesk.reports.words import person

HANDED_OVER = ("deposited", "sent")


@dataclass(frozen=True, slots=True)
class Obligation:
    """One deposit that is due.

    Attributes:
        record, kind, number, title, people: whose deposit it is.
        since: the partial date of acceptance or defence; "" when not known.
        days: days passed since then; -1 when not known.
        done, overdue: whether the copy is at V04; whether it is late without being there.
        state: code of the list ``deposit_state``.
    """

    record: str
    kind: str
    number: int
    title: str
    people: str
    since: str
    days: int
    done: bool
    overdue: bool
    state: str


def obligations(records: Iterable[Record], *, as_of: date, limit: int) -> list[Obligation]:
    """The deposits that ``records`` give rise to, as things stand on ``as_of``.

    What was accepted before the Directive is not counted: it asked for nothing then.

    Args:
        limit: days after which a deposit not made is overdue.
    """
    found = []
    for record in records:
        since = _since(record, as_of)
        if since is None or record.get("deposit_state") == "not_required":
            continue
        done = record.get("deposit_state") in HANDED_OVER or bool(record.get("deposited"))
        days = (as_of - dates.last_day(since)).days if since else -1
        people = record.get("leader") or record.get("contributors") or ()
        found.append(
            Obligation(
                record=record.id,
                kind=record.kind,
                number=record.number,
                title=str(record.get("title") or ""),
                people="; ".join(person(one) for one in people),
                since=since,
                days=max(days, -1),
                done=done,
                overdue=not done and days > limit,
                state=str(record.get("deposit_state") or ("deposited" if done else "not_deposited")),
            )
        )
    return found


def _since(record: Record, as_of: date) -> str | None:
    """The partial date from which the deposit is due; "" when due without a known date."""
    if record.state is State.DRAFT:
        return None
    _, when = trigger(record)
    if when:
        begun = dates.first_day(when) <= as_of and dates.last_day(when) >= DIRECTIVE_05
        return when if begun else None
    undated = record.kind == RESEARCH_TASK and record.get("grade") != FAILED and was_accepted(record)
    return "" if undated else None

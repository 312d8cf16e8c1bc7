"""Where a period's report stands on its way: not sent, sent, and what the centre said of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from stdesk.clock import local_date
from stdesk.domain.periods import Period
from stdesk.i18n import message, tr
from stdesk.package.answer import Deadline, deadline_of, steps
from stdesk.store.library import AnswerRow, FrozenReport, SendingRow

NOT_SENT, SENT = "not_sent", "sent"
RECEIVED, VALID, ACCEPTED, RETURNED = "received", "valid", "accepted", "returned"
DONE = "done"


@dataclass(frozen=True, slots=True)
class Standing:
    """Where the newest submission of a period stands.

    Attributes:
        state: ``not_sent``, ``sent``, ``received``, ``valid``, ``accepted``, ``returned``.
        submission: the newest one frozen; 0: none is.
        since: day on which it came into this state; ``None`` before anything was sent.
        answer: key of the answer that says so (:attr:`AnswerRow.answer`), "" when none does.
        due: last day of the next step; ``None`` when nothing more is to come.
        who: who has to take it: ``unit``, ``centre``, "" nobody.
        late: the day is over. sentence: all of it in words.
    """

    period: str
    state: str
    submission: int = 0
    since: date | None = None
    answer: str = ""
    due: date | None = None
    who: str = ""
    late: bool = False
    sentence: str = ""


def state_word(state: str) -> str:
    """The state as a person reads it; "passed verification" is never called accepted."""
    return {
        NOT_SENT: tr("Not sent"),
        SENT: tr("Sent, no answer yet"),
        RECEIVED: tr("Received"),
        VALID: tr("Passed verification, not yet accepted"),
        ACCEPTED: tr("Accepted"),
        RETURNED: tr("Returned for correction"),
    }[state]


def default_days() -> dict[str, int]:
    """State -> days within which the next step is due where the unit has set no other ones."""
    return {state: int(step["days"]) for state, step in steps().items()}


def standing_of(
    period: Period,
    frozen: Sequence[FrozenReport],
    sendings: Sequence[SendingRow],
    answers: Sequence[AnswerRow],
    days: Mapping[str, int],
    today: date,
) -> Standing:
    """Where the newest submission stands.

    Args:
        frozen, sendings, answers: of this period, oldest first, trials and failures among them.
        days: state -> days where the unit has set other ones.
    """
    submissions = [one.submission for one in frozen if not one.trial]
    submissions += [one.submission for one in answers]
    newest = max(submissions, default=0)
    said = [one for one in answers if one.submission == newest]
    sent = [one for one in sendings if one.outcome == DONE and not one.trial and one.submission == newest]
    if said:
        last = said[-1]
        return _stood(period, last.status, newest, day_of(last.at), days, today, last.answer)
    if sent:
        return _stood(period, SENT, newest, day_of(sent[0].at), days, today)
    return _not_sent(period, newest, answers, days, today)


def day_of(stored: str) -> date:
    """The calendar day here of a stored timestamp."""
    return local_date(datetime.fromisoformat(stored))


def _stood(
    period: Period,
    state: str,
    submission: int,
    since: date,
    days: Mapping[str, int],
    today: date,
    answer: str = "",
) -> Standing:
    step = deadline_of(state, since, days)
    return Standing(
        period.code, state, submission, since, answer,
        step.on if step else None, step.who if step else "", step is not None and step.on < today,
        _sentence(f"standing_{state}", period, submission, since, step, today),
    )  # fmt: skip


def _not_sent(
    period: Period, submission: int, answers: Sequence[AnswerRow], days: Mapping[str, int], today: date
) -> Standing:
    """Of the newest submission nothing is known yet. A returned one sets the day for its correction."""
    before = answers[-1] if answers else None
    step = Deadline("received", "unit", period.due)
    if before and before.status == RETURNED:
        step = deadline_of(RETURNED, day_of(before.at), days) or step
    code = "standing_not_sent" if submission else "standing_not_frozen"
    sentence = _sentence(code, period, submission, None, step, today)
    if before:
        earlier = message(
            "standing_earlier",
            submission=str(before.submission),
            state=state_word(before.status).lower(),
            day=f"{day_of(before.at):%d/%m/%Y}",
        )
        sentence = f"{sentence} {earlier}"
    return Standing(period.code, NOT_SENT, submission, None, "", step.on, step.who, step.on < today, sentence)


def _sentence(
    code: str, period: Period, submission: int, since: date | None, step: Deadline | None, today: date
) -> str:
    said = message(
        code,
        period=str(period.label),
        submission=str(submission),
        day=f"{since:%d/%m/%Y}" if since else "",
        due=f"{step.on:%d/%m/%Y}" if step else "",
    )
    if step is None or step.on >= today:
        return said
    late = message(f"standing_late_{step.who}", n=(today - step.on).days)
    return f"{said} {late}"

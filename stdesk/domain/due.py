"""What is due for a record and where it stands in its life: worked out from its kind, its dates and the rules' periods.

No second truth: the planned end is the one the rule ``task_overdue`` looks at, the days of a deposit
are those of ``deposit_missing``, those of a registration those of ``result_not_registered``. A partial
date is never late before its last day is over.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum

from stdesk.domain.fields import FieldType, Value
from stdesk.domain.kinds import Kind, Life
from stdesk.domain.records import Record, State
from stdesk.domain.rules.acceptance import REGISTRATION_DAYS, to_register
from stdesk.domain.rules.core import rule_texts
from stdesk.domain.rules.deposit import DIRECTIVE_05, OWING_TYPES, days_allowed, still_owed
from stdesk.domain.rules.terms import FAILED, code_label, date_of, first_day, last_day, text_of

FINALISING_DAYS = 45  # 30 working days with their week-ends
FINALISING_ARTICLE = "Thông tư 11/2014/TT-BKHCN, Điều 13"
_TOLD_FOR = 365  # days; what only good order asks for is not told for longer
_NOTHING: Mapping[str, str] = {}


class StepState(StrEnum):
    """Where a step of a life stands."""

    DONE = "done"
    NEXT = "next"
    LATE = "late"
    SKIPPED = "skipped"
    NOT_DUE = "not_due"
    STOPPED = "stopped"


@dataclass(frozen=True, slots=True)
class Due:
    """Something to be done by a day.

    Attributes:
        what: code of its sentence, ``due_<what>`` in the messages; filled with ``field``.
        field: the field that says it is done.
        on: the last day. overdue: whether that day is over. days: days from today, negative when over.
        article: what it rests on; "" for what was planned.
    """

    what: str
    field: str
    on: date
    overdue: bool
    days: int
    article: str


@dataclass(frozen=True, slots=True)
class Step:
    """A step of a life.

    Attributes:
        field: the field that holds its day. label: its name.
        when: the partial date written; "" when none is.
        due: the last day, while it is still to be done; ``None`` when it has none.
        what: code of the sentence of what is due then; "" when nothing is.
    """

    field: str
    label: str
    when: str
    state: StepState
    due: date | None = None
    what: str = ""


@dataclass(frozen=True, slots=True)
class Course:
    """A life as a line.

    Attributes:
        next_step: what comes next: what is latest first, else the first in order; ``None`` at the end.
        reason: why it was stopped, when it was.
    """

    steps: tuple[Step, ...] = ()
    next_step: Step | None = None
    reason: str = ""

    @property
    def stopped(self) -> bool:
        """Whether it ended without its goal."""
        return bool(self.steps) and self.steps[-1].state is StepState.STOPPED


@dataclass(frozen=True, slots=True)
class _Duty:
    what: str
    field: str
    on: date
    article: str
    lasting: bool = True  # told however late it is


def dues(kind: Kind, record: Record, today: date, settings: Mapping[str, str] = _NOTHING) -> list[Due]:
    """What is due for ``record``, earliest first.

    Args:
        settings: the unit's; ``deposit_days`` counts.
    """
    if record.state is State.TRASHED:
        return []
    duties = [one for one in _duties(kind, record, today, settings).values() if _is_told(one, today)]
    found = [_due(one, today) for one in [*duties, *_planned(kind, record, today)]]
    return sorted(found, key=lambda one: (one.on, one.what))


def _due(duty: _Duty, today: date) -> Due:
    return Due(duty.what, duty.field, duty.on, duty.on < today, (duty.on - today).days, duty.article)


def candidates(kind: Kind, today: date) -> list[dict[str, tuple[str, ...]]]:
    """Filters of lists (field -> values, "" = empty) that together hold every record with something due."""
    wanted: list[dict[str, tuple[str, ...]]] = []
    # A day or month of this year that lies ahead; the year alone has begun already.
    ahead = tuple(f"{today.year}-{month:02}" for month in range(today.month, 13))
    ahead += tuple(str(year) for year in range(today.year + 1, today.year + 6))
    if life := kind.life:
        wanted.append({life.goal: ("",)})
        wanted.append({life.goal: tuple(str(year) for year in range(today.year - 1, today.year + 6))})
        wanted += [{name: ahead} for name in kind.milestones if name not in (life.goal, life.plan)]
    else:
        wanted += [{name: ahead} for name in dict.fromkeys((*kind.begins, *kind.milestones))]
    if "deposit_state" in kind.by_name:
        owed: dict[str, tuple[str, ...]] = {"deposit_state": ("", "not_deposited"), "deposited": ("",)}
        if "document_type" in kind.by_name:
            owed["document_type"] = OWING_TYPES
        wanted.append(owed)
    return wanted


def fields_read(kind: Kind) -> list[str]:
    """The fields that :func:`dues` looks at, for reading no more of a record than that."""
    also = ("deposit_state", "document_type", "ownership", "level", "certificate_number", "grade")
    named = (kind.title, *kind.begins, *kind.milestones, *(kind.life.names if kind.life else ()), *also)
    light = (FieldType.DATE, FieldType.CHOICE, FieldType.TEXT)
    return [name for name in dict.fromkeys(named) if name in kind.by_name and kind.field(name).type in light]


# -- duties ------------------------------------------------------------------------------------


def _duties(kind: Kind, record: Record, today: date, settings: Mapping[str, str]) -> dict[str, _Duty]:
    """Field of a step -> what must be done by when, of what is still to be done."""
    found: list[_Duty | None] = [_deposit(kind, record, today, settings)]
    life = kind.life
    if life is not None and not is_stopped(life, record):
        found.append(_goal(life, record, today))
        if _is_done(record, life.goal, today):
            found += [_finalising(kind, record), _registration(kind, record)]
    return {one.field: one for one in found if one is not None}


def _is_told(duty: _Duty, today: date) -> bool:
    return duty.lasting or (today - duty.on).days <= _TOLD_FOR


def is_stopped(life: Life, record: Record) -> bool:
    """Whether a record ended without its goal."""
    return text_of(record, life.status) == life.halted or bool(date_of(record, life.halt))


def _rank(life: Life, code: str) -> int:
    order = list(life.reached)
    return order.index(code) if code in life.reached else -1


def says_reached(life: Life, record: Record, name: str) -> bool:
    """Whether the status says that the milestone ``name`` was reached, or a later one."""
    ranks = [at for at, (_, field) in enumerate(life.reached.items()) if field == name]
    return bool(ranks) and _rank(life, text_of(record, life.status)) >= ranks[0]


def _is_done(record: Record, name: str, today: date) -> bool:
    """Whether the day written has begun; one that lies ahead is a plan."""
    when = date_of(record, name)
    return bool(when) and first_day(when) <= today


def deadline(life: Life, record: Record) -> tuple[str, str]:
    """The field and the partial date by which the goal is to be reached; empty when none is written."""
    return next(((name, when) for name in life.deadlines if (when := date_of(record, name))), ("", ""))


def _goal(life: Life, record: Record, today: date) -> _Duty | None:
    name, when = deadline(life, record)
    if not when or _is_done(record, life.goal, today) or says_reached(life, record, life.goal):
        return None
    article = _article("task_overdue")
    if says_reached(life, record, life.plan) or _after_plan(life, record, today):
        return _Duty("goal", life.goal, last_day(when), article)
    return _Duty("end", name, last_day(when), article)


def _after_plan(life: Life, record: Record, today: date) -> bool:
    between = [name for name in life.closing if name != life.goal]
    return any(_is_done(record, name, today) for name in between)


def _finalising(kind: Kind, record: Record) -> _Duty | None:
    accepted = date_of(record, "accepted")
    if "finalised" not in kind.by_name or not accepted or text_of(record, "grade") == FAILED:
        return None
    if any(date_of(record, name) for name in ("finalised", "deposited", "registered", "applied")):
        return None
    if kind.life and says_reached(kind.life, record, "finalised"):
        return None
    on = last_day(accepted) + timedelta(days=FINALISING_DAYS)
    return _Duty("finalised", "finalised", on, FINALISING_ARTICLE, lasting=False)


def _registration(kind: Kind, record: Record) -> _Duty | None:
    if "registered" not in kind.by_name or not (accepted := to_register(record)):
        return None
    on = last_day(accepted) + timedelta(days=REGISTRATION_DAYS)
    return _Duty("registered", "registered", on, _article("result_not_registered"), lasting=False)


def deposit_due(record: Record, settings: Mapping[str, str] = _NOTHING) -> date | None:
    """The day after which a deposit that is owed counts as late; ``None`` when none is owed."""
    owed = still_owed(record)
    if not owed or last_day(owed) < DIRECTIVE_05:
        return None
    return last_day(owed) + timedelta(days=days_allowed(settings))


def _deposit(kind: Kind, record: Record, today: date, settings: Mapping[str, str]) -> _Duty | None:
    if "deposit_state" not in kind.by_name or (on := deposit_due(record, settings)) is None:
        return None
    if first_day(still_owed(record)) > today:  # an acceptance that is only planned
        return None
    return _Duty("deposit", "deposited", on, _article("deposit_missing"))


def _planned(kind: Kind, record: Record, today: date) -> list[_Duty]:
    """Days written that lie ahead: a session, an acceptance council already called."""
    life = kind.life
    if life is not None and is_stopped(life, record):
        return []
    names = dict.fromkeys((*kind.begins, *kind.milestones))
    lasting = life is None and kind.begins != kind.ends  # a session begins; a publication comes out
    return [
        _Duty("begins" if lasting and name in kind.begins else "planned", name, first_day(when), "")
        for name in names
        if (life is None or name != life.plan) and (when := date_of(record, name)) and first_day(when) > today
    ]


def _article(rule: str) -> str:
    return str(rule_texts().get(rule, {}).get("article", ""))


# -- the line ----------------------------------------------------------------------------------


def course(kind: Kind, record: Record, today: date, settings: Mapping[str, str] = _NOTHING) -> Course:
    """The life of ``record`` as a line of steps; empty for a kind without milestones."""
    if not kind.milestones:
        return Course()
    duties = _duties(kind, record, today, settings)
    done = [_step_done(kind, record, name, today) for name in kind.milestones]
    furthest = max((at for at, is_done in enumerate(done) if is_done), default=-1)
    life = kind.life
    stopped = life is not None and is_stopped(life, record)
    steps = []
    for at, name in enumerate(kind.milestones):
        duty = _duty_of(life, duties, name)
        state = _state(is_done=done[at], passed=at < furthest, duty=duty, today=today)
        if state is StepState.NOT_DUE and not _expected(kind, record, name):
            state = StepState.SKIPPED
        when = deadline(life, record)[1] if life is not None and name == life.plan else date_of(record, name)
        told = duty if duty is not None and not done[at] and _is_told(duty, today) else None
        label = str(kind.field(name).label)
        steps.append(Step(name, label, when, state, told.on if told else None, told.what if told else ""))
    if stopped and life is not None:
        return _ended(kind, life, record, steps[: furthest + 1])
    nearest = _next(steps)
    if nearest is not None and steps[nearest].state is StepState.NOT_DUE:
        one = steps[nearest]
        steps[nearest] = replace(one, state=StepState.NEXT)
    return Course(tuple(steps), steps[nearest] if nearest is not None else None)


def _duty_of(life: Life | None, duties: Mapping[str, _Duty], name: str) -> _Duty | None:
    if life is not None and name == life.plan:
        return next((duties[one] for one in life.deadlines if one in duties), None)
    return duties.get(name)


def _step_done(kind: Kind, record: Record, name: str, today: date) -> bool:
    life = kind.life
    if life is None:
        return _is_done(record, name, today)
    if name == life.plan:
        return (
            says_reached(life, record, name)
            or _is_done(record, life.goal, today)
            or _after_plan(life, record, today)
        )
    if name == "deposited" and text_of(record, "deposit_state") in ("deposited", "sent"):
        return True
    if _is_done(record, name, today):
        return True
    # "Đã nghiệm thu" without a day was accepted; that it was approved before is only likely.
    return life.reached.get(text_of(record, life.status)) == name


def _state(*, is_done: bool, passed: bool, duty: _Duty | None, today: date) -> StepState:
    if is_done:
        return StepState.DONE
    if duty is not None:
        if not _is_told(duty, today):
            return StepState.SKIPPED
        return StepState.LATE if duty.on < today else StepState.NOT_DUE
    return StepState.SKIPPED if passed else StepState.NOT_DUE


def _expected(kind: Kind, record: Record, name: str) -> bool:
    """Whether a step without a day is still to come: a failed task is neither deposited nor put to use."""
    life = kind.life
    if life is None:
        return True
    if text_of(record, "grade") == FAILED and date_of(record, life.goal):
        return kind.milestones.index(name) <= kind.milestones.index(life.goal)
    if name == "deposited" and date_of(record, life.goal):
        return text_of(record, "deposit_state") != "not_required" and bool(still_owed(record))
    return not (name == "registered" and text_of(record, "level") == "base")


def _next(steps: list[Step]) -> int | None:
    late = [(one.due, at) for at, one in enumerate(steps) if one.state is StepState.LATE and one.due]
    if late:
        return min(late)[1]
    return next((at for at, one in enumerate(steps) if one.state is StepState.NOT_DUE), None)


def _ended(kind: Kind, life: Life, record: Record, steps: list[Step]) -> Course:
    kept = [one for one in steps if one.state in (StepState.DONE, StepState.SKIPPED)]
    end = Step(life.halt, str(kind.field(life.halt).label), date_of(record, life.halt), StepState.STOPPED)
    return Course((*kept, end), None, text_of(record, life.halt_reason))


# -- filling in --------------------------------------------------------------------------------


def advanced_status(kind: Kind, record: Record, values: Mapping[str, Value], today: date) -> str:
    """The status to which ``values`` take a record; "" when it stays where it is.

    Only forwards, and only as far as the days filled in say: a task that is in use stays in use.
    """
    life = kind.life
    if life is None or life.status in values:
        return ""
    now = text_of(record, life.status)
    if now == life.halted:
        return ""
    reached = {name: code for code, name in reversed(list(life.reached.items()))}
    said = [
        reached[name]
        for name, value in values.items()
        if name in reached and name != life.plan and value and first_day(str(value)) <= today
    ]
    furthest = max(said, key=lambda code: _rank(life, code), default="")
    return furthest if furthest and _rank(life, furthest) > _rank(life, now) else ""


def status_word(kind: Kind, code: str) -> str:
    """How a status reads."""
    return code_label(kind.field(kind.life.status), code) if kind.life else code

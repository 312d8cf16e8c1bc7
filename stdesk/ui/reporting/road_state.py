"""The five stations of a report and what is said of each."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import partial
from typing import Any

from stdesk.domain.dates import show
from stdesk.domain.periods import Period
from stdesk.i18n import ntr, tr
from stdesk.progress import Progress
from stdesk.services.desk import Desk
from stdesk.services.standing import ACCEPTED, NOT_SENT, Standing, state_word
from stdesk.ui.answers.looks import look_of
from stdesk.ui.reporting.known import KnownState

FIGURES, CHECKS, NARRATIVE, LOOK, FREEZE = "figures", "checks", "narrative", "look", "freeze"


@dataclass(frozen=True, slots=True)
class Facts:
    """What the library says of a report without being read through.

    Attributes:
        period: with the unit's own days. today: the day it is.
        records: live records of the library, of every period.
        submission: number of the newest frozen submission; 0 before the first.
        next: number of the submission that would be frozen next.
        reopened: a reason to freeze anew is written down.
        read_only: nothing can be frozen here.
        standing: where the newest submission stands with the centre; ``None`` before one is frozen.
        approved: names of the leaders who approved the newest submission.
    """

    period: Period
    today: date
    records: int
    submission: int
    next: int
    reopened: bool
    read_only: bool
    standing: Standing | None = None
    approved: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Station:
    """One station.

    Attributes:
        key: :data:`FIGURES` ... :data:`FREEZE`.
        name, word: what it is called; how far it is.
        icon, tone: of its state.
        tip: the state in a sentence, and why the station is closed when it is.
        page, arguments: where it lies.
    """

    key: str
    name: str
    word: str
    icon: str
    tone: str
    tip: str
    page: str
    arguments: Mapping[str, Any] = field(default_factory=dict)


def read_facts(desk: Desk, code: str, progress: Progress) -> Facts:
    """Ask the library what can be told quickly."""
    period = desk.preparation.period(code)
    real = [one for one in desk.reporting.frozen(period) if not one.trial]
    newest = max((one.submission for one in real), default=0)
    progress.check()
    return Facts(
        period=period,
        today=desk.today(),
        records=sum(desk.catalogue.count(kind.name) for kind in desk.kinds),
        submission=newest,
        next=newest + 1,
        reopened=bool(newest) and newest + 1 in desk.preparation.read(period).reopened,
        read_only=desk.read_only,
        standing=desk.answers.standing(period) if newest else None,
        approved=tuple(one.name for one in desk.roles.approvals(real[-1])) if real else (),
    )


def count_since(desk: Desk, code: str, progress: Progress) -> int | None:
    """How many records are new, changed or gone since the newest submission of ``code``."""
    found = desk.reporting.since(desk.preparation.period(code), progress)
    return None if found is None else len(found.added) + len(found.changed) + len(found.gone)


def stations(facts: Facts, known: KnownState) -> tuple[Station, ...]:
    """The road, from what the library says and what the session knows."""
    code = facts.period.code
    made = partial(_station, code)
    return (
        made(FIGURES, tr("Figures"), "figures", _figures(facts, known)),
        made(CHECKS, tr("Ready to submit"), "checks", _checks(known)),
        made(NARRATIVE, tr("Narrative"), "narrative", _narrative(known)),
        made(LOOK, tr("Look, print"), "report", _look(facts, known)),
        made(FREEZE, tr("Freeze and pack"), "report", _freeze(facts, known)),
    )


Said = tuple[str, str, str, str]  # word, icon, tone, tip


def _station(code: str, key: str, name: str, page: str, said: Said) -> Station:
    arguments = {"period": code, "part": key} if page == "report" else {"period": code}
    return Station(key, name, *said, page, arguments)


def _figures(facts: Facts, known: KnownState) -> Said:
    if not facts.records or known.reported == 0:
        tip = tr("Nothing belongs to {period} yet.", period=str(facts.period.label))
        return tr("Nothing yet"), "circle-dashed", "text_soft", tip
    if known.wrong_sums:
        word = ntr("{n} sum is off", "{n} sums are off", known.wrong_sums)
        return word, "x-circle", "red", tr("Sums that should agree do not; the page says which.")
    if known.wrong_sums == 0 and known.reported:
        word = ntr("{n} record", "{n} records", known.reported)
        return word, "check-circle", "green", tr("Every sum agrees.")
    word = ntr("{n} in the library", "{n} in the library", facts.records)
    return word, "circle", "text_soft", tr("The figures of this report were not gathered yet.")


def _checks(known: KnownState) -> Said:
    if known.open is None:
        return tr("Not checked"), "circle-dashed", "text_soft", tr("The checks were not run yet.")
    if known.open:
        word = ntr("{n} thing to do", "{n} things to do", known.open)
        tip = tr("So many findings are still to be mended or explained before the figures can be frozen.")
        said = word, "warning", "amber", tip
    else:
        said = tr("Ready"), "check-circle", "green", tr("Every check is passed.")
    if known.stale:
        tip = tr("As it was at the last check; records were changed since.")
        return tr("{word}, before changes", word=said[0]), "clock-counter-clockwise", "text_soft", tip
    return said


def _narrative(known: KnownState) -> Said:
    if known.blank is None:
        tip = tr("The sentences are drafted from the figures; look them through.")
        return tr("Not looked at"), "circle-dashed", "text_soft", tip
    if known.blank:
        word = ntr("{n} still to write", "{n} still to write", known.blank)
        return word, "warning", "amber", tr("Sections that only the unit can write are still empty.")
    return tr("Complete"), "check-circle", "green", tr("Every section has its text.")


def _look(facts: Facts, known: KnownState) -> Said:
    if known.looked:
        return tr("Looked at"), "check-circle", "green", tr("The pages were looked at since the last change.")
    if facts.submission:
        word = tr("Submission {n}", n=str(facts.submission))
        return word, "eye", "text_soft", tr("The frozen pages can be looked at and printed.")
    return (
        tr("Not looked at"),
        "circle-dashed",
        "text_soft",
        tr("The pages are shown as they would be printed."),
    )


def _freeze(facts: Facts, known: KnownState) -> Said:
    if facts.submission:
        return _frozen(facts, known)
    if closed := why_closed(facts, known):
        return closed[0], "lock", "text_soft", closed[1]
    left = (facts.period.due - facts.today).days
    day = show(facts.period.due.isoformat())
    if left < 0:
        return tr("Due day is past"), "warning-circle", "red", tr("It was due on {day}.", day=day)
    return tr("Not frozen"), "circle-dashed", "text_soft", tr("Due on {day}.", day=day)


def _frozen(facts: Facts, known: KnownState) -> Said:
    word = tr("Frozen, no. {n}", n=str(facts.submission))
    tip = tr("Submission {n} is frozen; later changes go into the next.", n=str(facts.submission))
    if facts.approved:
        tip = f"{tip}\n{tr('Approved by {names}.', names=', '.join(dict.fromkeys(facts.approved)))}"
    if facts.reopened:
        word = tr("Reopened: no. {n}", n=str(facts.next))
        return word, "pencil-simple", "amber", tr("The reason is written down; freeze anew when ready.")
    changed = ntr("{n} change since", "{n} changes since", known.since) if known.since else ""
    if facts.standing is not None and facts.standing.state != NOT_SENT:
        return _sent(facts.standing, changed, f"{facts.standing.sentence}\n{tip}")
    if changed:
        return f"{word} · {changed}", "seal-check", "amber", tip
    return word, "seal-check", "green", tip


def _sent(standing: Standing, changed: str, tip: str) -> Said:
    """It is on its way: what the centre has said of it last."""
    picture, tone = look_of(standing.state, standing.who, late=standing.late)
    word = state_word(standing.state)
    if standing.state == ACCEPTED and changed:  # the only state nobody would look at again
        return f"{word} · {changed}", picture, "amber", tip
    return word, picture, tone, f"{tip} {changed}".strip()


def why_closed(facts: Facts, known: KnownState) -> tuple[str, str] | None:
    """Why nothing can be frozen now, in a word and in a sentence; ``None`` when nothing known is in the way."""
    if facts.read_only:
        return tr("Read only"), tr("The library is open for reading only: nothing can be frozen here.")
    if not facts.records or known.reported == 0:
        return tr("Waits for figures"), tr("Nothing belongs to {period} yet.", period=str(facts.period.label))
    if known.open and not known.stale:
        return (
            ntr("Waits for {n} thing", "Waits for {n} things", known.open),
            ntr(
                "{n} finding is still to be mended or explained before the figures can be frozen.",
                "{n} findings are still to be mended or explained before the figures can be frozen.",
                known.open,
            ),
        )
    return None

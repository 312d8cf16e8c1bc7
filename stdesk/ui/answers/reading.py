"""What the panel shows, read in one go away from the window."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from stdesk.domain.periods import Period
from stdesk.domain.records import Changes
from stdesk.progress import Progress
from stdesk.services.answers import CodeMeaning, Proposed, Read, Said, Sending, Standing, Taken
from stdesk.services.desk import Desk


@dataclass(frozen=True, slots=True)
class Seen:
    """One period of the panel.

    Attributes:
        periods: to choose from, the one shown among them. standing: of the one shown.
        sendings: newest first, and the proposals of the whole library, decided ones among them.
        left_out: proposals that are not shown, see :meth:`stdesk.services.answers.Answers.left_out`.
    """

    periods: tuple[Period, ...]
    period: Period
    standing: Standing
    sendings: tuple[Sending, ...]
    proposals: tuple[Proposed, ...]
    left_out: int = 0


def look(desk: Desk, wanted: str, _progress: Progress) -> Seen:
    """Read what stands for the period ``wanted``; "": the newest of which something was sent or answered."""
    answers = desk.answers
    periods = answers.periods()
    newest = periods[0].code if periods else str(desk.today().year)
    chosen = desk.preparation.period(wanted or newest)
    if all(one.code != chosen.code for one in periods):
        periods.insert(0, chosen)
    return Seen(
        tuple(periods),
        chosen,
        answers.standing(chosen),
        tuple(answers.sendings(chosen.code)),
        tuple(answers.proposals(None)),
        answers.left_out(),
    )


def lines_of(
    desk: Desk, reads: tuple[Read, ...], _progress: Progress
) -> tuple[tuple[Read, tuple[Said, ...]], ...]:
    """What these answers say record by record, the newest first."""
    return tuple((one, tuple(desk.answers.lines(one))) for one in reversed(reads))


def take(desk: Desk, path: Path, progress: Progress) -> list[Taken]:
    """Take in a file, picture or PDF."""
    return desk.answers.take(path, progress)


def take_code(desk: Desk, typed: str, _progress: Progress) -> list[Taken]:
    """Take in what was typed."""
    return [desk.answers.take_code(typed)]


def meaning(desk: Desk, typed: str, _progress: Progress) -> tuple[str, CodeMeaning]:
    """What is typed so far, and what it means."""
    return typed, desk.answers.meaning(typed)


def accept(desk: Desk, ids: tuple[str, ...], _progress: Progress) -> Changes:
    """Accept proposals."""
    return desk.answers.accept(ids)


def refuse(desk: Desk, ids: tuple[str, ...], reason: str, _progress: Progress) -> Changes:
    """Refuse proposals."""
    return desk.answers.refuse(ids, reason)

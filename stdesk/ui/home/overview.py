"""What the overview shows, gathered off the GUI thread."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from stdesk.domain.kinds import Kind
from stdesk.domain.periods import Period, parse_period
from stdesk.domain.records import State
from stdesk.domain.rules.core import Severity
from stdesk.domain.values import show
from stdesk.progress import Progress
from stdesk.services.catalogue import HistoryEntry, ListQuery
from stdesk.services.desk import Desk
from stdesk.services.reporting import FrozenReport
from stdesk.ui.checks.grouping import Group, groups_of, readiness_of

MOST = 5  # lines of a list of the overview
_ACTS = 60


@dataclass(frozen=True, slots=True)
class Recent:
    """A record changed lately."""

    kind: str
    id: str
    title: str
    draft: bool


@dataclass(frozen=True, slots=True)
class Overview:
    """The answers to "when is it due, what is missing, what was I doing".

    Attributes:
        today: the day it was gathered.
        period: this year's report.
        counts: kind -> live records.
        drafts: kind -> drafts among them.
        ready, total: as on the checks page.
        open: findings that stop a freeze.
        missing: groups of findings, gravest first, ``MOST`` at most.
        more: groups left out of ``missing``.
        recent: records changed last, newest first.
        acts: what was done last, newest first.
        frozen: this year's newest submission, trials apart.
    """

    today: date
    period: Period
    counts: Mapping[str, int]
    drafts: Mapping[str, int]
    ready: int
    total: int
    open: int
    missing: tuple[Group, ...]
    more: int
    recent: tuple[Recent, ...]
    acts: tuple[HistoryEntry, ...]
    frozen: FrozenReport | None

    @property
    def empty(self) -> bool:
        """Whether the library holds nothing at all."""
        return not any(self.counts.values())

    @property
    def days_left(self) -> int:
        """Days to the due day; negative when it has passed."""
        return (self.period.due - self.today).days


def gather(desk: Desk, progress: Progress) -> Overview:
    """Read and check everything the overview shows."""
    today = desk.today()
    period = parse_period(str(today.year))
    counts = {kind.name: desk.catalogue.count(kind.name) for kind in desk.kinds}
    drafts = {kind.name: desk.catalogue.count(kind.name, State.DRAFT) for kind in desk.kinds}
    checked = desk.readiness.check(period, progress)
    ready, total = readiness_of(checked)
    stopping = groups_of(checked.open)
    hints = [one for one in groups_of(checked.findings) if one.severity is Severity.HINT]
    groups = [*stopping, *hints]
    submitted = [one for one in desk.reporting.frozen(period) if not one.trial]
    return Overview(
        today=today,
        period=period,
        counts=counts,
        drafts=drafts,
        ready=ready,
        total=total,
        open=len(checked.open),
        missing=tuple(groups[:MOST]),
        more=max(0, len(groups) - MOST),
        recent=_recent(desk),
        acts=tuple(one for one in desk.catalogue.history(limit=_ACTS) if not one.undone)[:MOST],
        frozen=submitted[-1] if submitted else None,
    )


def _recent(desk: Desk) -> tuple[Recent, ...]:
    found: list[tuple[str, Recent]] = []
    for kind in desk.kinds:
        found.extend(_changed_last(desk, kind))
    found.sort(key=lambda one: one[0], reverse=True)
    return tuple(recent for _, recent in found[:MOST])


def _changed_last(desk: Desk, kind: Kind) -> list[tuple[str, Recent]]:
    keys = desk.catalogue.ids(ListQuery(kind.name, sort=(("changed_at", True),)))[:MOST]
    rows = desk.catalogue.rows(kind.name, keys)
    found = []
    for key in keys:
        if row := rows.get(key):
            record = desk.catalogue.record(row.id)
            title = show(kind.field(kind.title), record.get(kind.title))
            found.append((record.changed_at, Recent(kind.name, row.id, title, row.state is State.DRAFT)))
    return found

"""What the overview shows, gathered off the GUI thread: counts at once, then what is due, then the checks."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from stdesk.domain.kinds import Kind
from stdesk.domain.periods import Period, parse_period
from stdesk.domain.records import State
from stdesk.domain.rules.core import Severity
from stdesk.domain.values import show
from stdesk.errors import UserError
from stdesk.progress import Progress
from stdesk.services.calendar import DueItem
from stdesk.services.catalogue import ListQuery
from stdesk.services.desk import Desk
from stdesk.services.drafts import Draft
from stdesk.services.reporting import FrozenReport
from stdesk.ui.checks.grouping import Group, groups_of, readiness_of

MOST = 5  # lines of a list of the overview


@dataclass(frozen=True, slots=True)
class Recent:
    """A record one was at lately; ``unsaved``: something typed into it is not saved."""

    kind: str
    id: str
    title: str
    draft: bool
    unsaved: bool = False


@dataclass(frozen=True, slots=True)
class Overview:
    """What is known at once.

    Attributes:
        today: the day it was gathered.
        period: the report that is due next, or this year's when that is frozen.
        after: the report due after it.
        counts: kind -> live records. drafts: kind -> drafts among them.
        recent: what one was doing: unsaved work first, then records changed last.
        frozen: this year's newest submission, trials apart.
        sample: whether everything in the library is invented.
    """

    today: date
    period: Period
    after: DueItem | None
    counts: Mapping[str, int]
    drafts: Mapping[str, int]
    recent: tuple[Recent, ...]
    frozen: FrozenReport | None
    sample: bool

    @property
    def empty(self) -> bool:
        """Whether the library holds nothing at all."""
        return not any(self.counts.values()) and not self.recent

    @property
    def days_left(self) -> int:
        """Days to the due day; negative when it has passed."""
        return (self.period.due - self.today).days


@dataclass(frozen=True, slots=True)
class Ahead:
    """What is due, and this year beside the last.

    Attributes:
        overdue: how much should have been done by now.
        coming: what is due next.
        years: kind -> records that begin this year, and in the year before.
    """

    overdue: int
    coming: tuple[DueItem, ...]
    years: Mapping[str, tuple[int, int]]


@dataclass(frozen=True, slots=True)
class Missing:
    """What a kind still wants: findings, on how many records, and whether one of them blocks."""

    kind: str
    findings: int
    records: int
    blocks: bool


@dataclass(frozen=True, slots=True)
class Survey:
    """The answer of the checks.

    Attributes:
        period: what was checked.
        ready, total: as on the checks page. open: findings that stop a freeze.
        missing: per kind, most first; a kind "" for what concerns the library as a whole.
        rules: what is wrong most often, gravest first.
    """

    period: Period
    ready: int
    total: int
    open: int
    missing: tuple[Missing, ...]
    rules: tuple[Group, ...]


def glance(desk: Desk) -> Overview:
    """Everything that is known without reading the records through."""
    period, frozen = report_in_hand(desk)
    reports = desk.calendar.reports()
    after = next((one for one in reports if one.period != period.code and one.on > period.due), None)
    return Overview(
        today=desk.today(),
        period=period,
        after=after,
        counts={kind.name: desk.catalogue.count(kind.name) for kind in desk.kinds},
        drafts={kind.name: desk.catalogue.count(kind.name, State.DRAFT) for kind in desk.kinds},
        recent=_recent(desk),
        frozen=frozen,
        sample=desk.is_sample,
    )


def report_in_hand(desk: Desk) -> tuple[Period, FrozenReport | None]:
    """This year's report with its newest submission when it is frozen, else the report due next."""
    year = parse_period(str(desk.today().year))
    submitted = [one for one in desk.reporting.frozen(year) if not one.trial]
    if submitted:
        return year, submitted[-1]
    reports = desk.calendar.reports()
    return (parse_period(reports[0].period) if reports else year), None


def look_ahead(desk: Desk, progress: Progress) -> Ahead:
    """What is due, and how much there is of this year and the last."""
    due = desk.calendar.everything(progress)
    late = sum(one.overdue for one in due)
    coming = tuple(one for one in due if not one.overdue)[:MOST]
    year = desk.today().year
    years = {}
    for kind in desk.kinds:
        progress.check()
        now, before = (
            len(desk.catalogue.ids(ListQuery(kind.name, year=str(one)))) for one in (year, year - 1)
        )
        years[kind.name] = (now, before)
    return Ahead(late, coming, years)


def survey(desk: Desk, progress: Progress) -> Survey:
    """Run the checks of the report in hand, after what is due is known: side by side both would be slow."""
    desk.calendar.everything(progress)
    period, _ = report_in_hand(desk)
    checked = desk.readiness.check(period, progress)
    ready, total = readiness_of(checked)
    findings = Counter(one.kind if one.record else "" for one in checked.open)
    records: dict[str, set[str]] = {}
    blocks = set()
    for one in checked.open:
        kind = one.kind if one.record else ""
        records.setdefault(kind, set()).add(one.record)
        if one.severity is Severity.BLOCK:
            blocks.add(kind)
    missing = [Missing(kind, n, len(records[kind]), kind in blocks) for kind, n in findings.most_common()]
    return Survey(
        period, ready, total, len(checked.open), tuple(missing), tuple(groups_of(checked.open)[:MOST])
    )


def _recent(desk: Desk) -> tuple[Recent, ...]:
    unsaved = [_unsaved(desk, one) for one in desk.drafts.all() if one.kind in desk.kinds][:MOST]
    begun = {(one.kind, one.id) for one in unsaved if one.id}
    found: list[tuple[str, Recent]] = []
    for kind in desk.kinds:
        found.extend(_changed_last(desk, kind))
    found.sort(key=lambda one: one[0], reverse=True)
    others = [recent for _, recent in found if (recent.kind, recent.id) not in begun]
    return tuple([*unsaved, *others][:MOST])


def _unsaved(desk: Desk, draft: Draft) -> Recent:
    kind = desk.kinds[draft.kind]
    title = str(draft.values.get(kind.title) or draft.texts.get(kind.title) or "")
    if not title and draft.record_id:
        try:
            title = show(kind.field(kind.title), desk.catalogue.record(draft.record_id).get(kind.title))
        except UserError:  # the record is gone, what was typed is not
            title = ""
    return Recent(draft.kind, draft.record_id, title, draft=False, unsaved=True)


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

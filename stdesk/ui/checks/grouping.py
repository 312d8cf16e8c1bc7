"""Findings put in order for the screen: by rule, with the titles of what they speak of."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from stdesk.domain.periods import Period
from stdesk.domain.rules.core import Finding, Severity, rule_title
from stdesk.errors import UserError
from stdesk.progress import Progress
from stdesk.services.desk import Desk
from stdesk.services.readiness import Checked

# Rules that speak of any field: what is to be done differs by the field, so each has a group of its own.
_BY_FIELD = frozenset(
    {
        "required_field",
        "indispensable_field",
        "choice_not_in_force",
        "event_in_future",
        "date_very_old",
        "not_a_date",
    }
)


@dataclass(frozen=True, slots=True)
class Group:
    """The findings of one rule that weigh the same; ``field`` is the label of the field they share."""

    rule: str
    severity: Severity
    findings: tuple[Finding, ...]
    field: str = ""

    @property
    def key(self) -> str:
        """Identity across checks."""
        return f"{self.severity}/{self.rule}/{self.field}"

    @property
    def title(self) -> str:
        """What the rule is about, and the field when it speaks of several."""
        return f"{rule_title(self.rule)}: {self.field}" if self.field else rule_title(self.rule)


@dataclass(frozen=True, slots=True)
class CheckView:
    """What the page shows.

    Attributes:
        checked: the answer.
        titles: record id -> its title, of every record a finding speaks of.
        ready, total: records with nothing open, and all that are looked at.
    """

    checked: Checked
    titles: Mapping[str, str]
    ready: int
    total: int


def check_for_view(desk: Desk, period: Period, progress: Progress) -> CheckView:
    """Run the checks and gather what their table needs."""
    checked = desk.readiness.check(period, progress)
    titles = {}
    for record in checked.library:
        titles[record.id] = str(record.get(desk.kinds[record.kind].title) or "")
    for wanted in {one.record for one in checked.findings} - set(titles) - {""}:
        progress.check()
        titles[wanted] = _title(desk, wanted)
    ready, total = readiness_of(checked)
    return CheckView(checked, titles, ready, total)


def _title(desk: Desk, record_id: str) -> str:
    try:
        record = desk.catalogue.record(record_id)
    except UserError:  # gone between the check and now
        return ""
    return str(record.get(desk.kinds[record.kind].title) or "")


def readiness_of(checked: Checked) -> tuple[int, int]:
    """How many of the things that are looked at have nothing open, and how many there are."""
    everything = {record.id for record in checked.reported}
    unready = {one.record or one.key for one in checked.open}
    everything |= unready
    return len(everything) - len(unready), len(everything)


def groups_of(findings: tuple[Finding, ...], severity: str = "") -> list[Group]:
    """Findings by rule (and field), gravest first, then those with most; only ``severity`` if given."""
    found: dict[tuple[Severity, str, str], list[Finding]] = {}
    for one in findings:
        if not severity or one.severity == severity:
            field = str(one.params.get("field", "")) if one.rule in _BY_FIELD else ""
            found.setdefault((one.severity, one.rule, field), []).append(one)
    order = list(Severity)
    groups = [Group(rule, weight, tuple(listed), field) for (weight, rule, field), listed in found.items()]
    return sorted(
        groups, key=lambda one: (order.index(one.severity), -len(one.findings), one.rule, one.field)
    )


def explain_all(
    desk: Desk, period: Period, findings: tuple[Finding, ...], reason: str, progress: Progress
) -> Mapping[str, str]:
    """Give one reason for several findings; returns all reasons of the period as they stand then."""
    progress.check()
    desk.readiness.explain(period, reason, *findings)
    return desk.readiness.reasons(period)

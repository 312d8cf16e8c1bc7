"""Findings put in order for the screen: by rule, with the titles of what they speak of."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from stdesk.domain.periods import Period
from stdesk.domain.records import Changes
from stdesk.domain.rules.core import Finding, Severity, rule_title
from stdesk.domain.rules.elsewhere import UNLIKE
from stdesk.i18n import ntr, tr
from stdesk.progress import Progress
from stdesk.services.desk import Desk
from stdesk.services.readiness import Checked
from stdesk.text import fold

UNEVEN, LATER = "uneven", "later"
WEIGHTS: tuple[str, ...] = ("block", "explain", "hint", UNEVEN, "not_due")
"""How findings weigh on the screen, gravest first; what is not due lies apart at the end."""

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
    """The findings of one rule that weigh the same; ``field`` is the label of the field they share.

    ``later``: they were put off.
    """

    rule: str
    severity: Severity
    findings: tuple[Finding, ...]
    field: str = ""
    later: bool = False

    @property
    def key(self) -> str:
        """Identity across checks."""
        return f"{self.severity}/{self.rule}/{self.field}" + ("/later" if self.later else "")

    @property
    def weight(self) -> str:
        """One of :data:`WEIGHTS`."""
        return UNEVEN if self.rule == UNLIKE.id else str(self.severity)

    @property
    def title(self) -> str:
        """What the rule is about, and the field when it speaks of several."""
        if self.rule == UNLIKE.id:
            return _uneven_title(self.findings[0], len(self.findings))
        return f"{rule_title(self.rule)}: {self.field}" if self.field else rule_title(self.rule)

    @property
    def place(self) -> int:
        """Which part of the list it stands in: 0 to be dealt with, 1 not due, 2 put off."""
        return 2 if self.later else int(self.severity is Severity.NOT_DUE)


def _uneven_title(one: Finding, n: int) -> str:
    params = {name: one.params.get(name, "") for name in ("having", "of", "group", "field")}
    return ntr(
        "{having} of {of} of the sort “{group}” have “{field}”, {n} has not",
        "{having} of {of} of the sort “{group}” have “{field}”, {n} have not",
        n,
        **params,
    )


@dataclass(frozen=True, slots=True)
class CheckView:
    """What the page shows.

    Attributes:
        checked: the answer.
        titles: record id -> its title, of every record a finding speaks of.
        ready, total: records with nothing open, and all that are looked at.
        findings: everything listed, what is not alike included.
        counts: weight (and ``later``) -> how many; kinds: kind of record -> how many.
        groups: all of it by rule.
        blocks, explains: how many stop a freeze: for good, and until there is a reason.
        given: the reasons given before, those given most often first.
        folded: key of a finding -> its words to search in; filled when it is searched for the first time.
    """

    checked: Checked
    titles: Mapping[str, str]
    ready: int
    total: int
    findings: tuple[Finding, ...] = ()
    counts: Mapping[str, int] = field(default_factory=dict)
    kinds: Mapping[str, int] = field(default_factory=dict)
    groups: tuple[Group, ...] = ()
    given: tuple[str, ...] = ()
    folded: dict[str, str] = field(default_factory=dict)
    blocks: int = 0
    explains: int = 0


@dataclass(frozen=True, slots=True)
class Wish:
    """What of a check is wanted: a weight or ``later``, a kind of record, words; "" = all."""

    weight: str = ""
    kind: str = ""
    words: str = ""


def check_for_view(desk: Desk, period: Period, progress: Progress) -> CheckView:
    """Run the checks and gather what their table needs."""
    return _view(desk, desk.readiness.check(period, progress), {}, progress)


def check_again_for_view(
    desk: Desk, before: CheckView, records: Collection[str], progress: Progress
) -> CheckView:
    """Look again at these records alone, and at reasons and what was put off."""
    known = {key: title for key, title in before.titles.items() if key not in records}
    return _view(desk, desk.readiness.again(before.checked, records, progress), known, progress)


def _view(desk: Desk, checked: Checked, known: Mapping[str, str], progress: Progress) -> CheckView:
    findings = desk.findings.all_of(checked)
    unknown = [one for one in findings if one.record not in known]
    titles = {
        **known,
        **{key: one.title for key, one in desk.findings.named(checked, unknown, progress).items()},
    }
    progress.check()
    counts = Counter(_weight(one) for one in findings)
    counts[LATER] = sum(one.key in checked.later for one in findings) if checked.later else 0
    ready, total = checked.ready
    blocks = sum(one.severity is Severity.BLOCK for one in checked.findings)
    return CheckView(
        checked=checked,
        titles=titles,
        ready=ready,
        total=total,
        findings=findings,
        counts=counts,
        kinds=Counter(one.kind for one in findings),
        groups=tuple(groups_of(findings, later=checked.later)),
        given=desk.readiness.reasons_given(),
        blocks=blocks,
        explains=len(checked.open) - blocks,
    )


def _weight(finding: Finding) -> str:
    return UNEVEN if finding.rule == UNLIKE.id else str(finding.severity)


def readiness_of(checked: Checked) -> tuple[int, int]:
    """How many of the things that are looked at have nothing open, and how many there are."""
    return checked.ready


def groups_of(findings: Iterable[Finding], severity: str = "", *, later: Collection[str] = ()) -> list[Group]:
    """Findings by rule (and field), gravest first, then those with most; only ``severity`` if given.

    What is not due comes after all that, and what was put off (``later``: its keys) at the very end.
    """
    found: dict[tuple[bool, Severity, str, str], list[Finding]] = {}
    for one in findings:
        if not severity or one.severity == severity:
            put_off = bool(later) and one.key in later
            found.setdefault((put_off, one.severity, one.rule, _apart(one)), []).append(one)
    groups = [
        Group(rule, weight, tuple(listed), apart, put_off)
        for (put_off, weight, rule, apart), listed in found.items()
    ]
    return sorted(
        groups,
        key=lambda one: (one.place, WEIGHTS.index(one.weight), -len(one.findings), one.rule, one.field),
    )


def _apart(finding: Finding) -> str:
    """What tells groups of one rule from each other."""
    if finding.rule == UNLIKE.id:
        return f"{finding.params.get('group', '')} · {finding.params.get('field', '')}"
    return str(finding.params.get("field", "")) if finding.rule in _BY_FIELD else ""


def arrange(view: CheckView, wish: Wish, progress: Progress | None = None) -> tuple[Group, ...]:
    """The groups of what is wanted."""
    words = fold(wish.words).split()
    if not (wish.weight or wish.kind or words):
        return view.groups
    groups = []
    for group in view.groups:
        if progress is not None:
            progress.check()
        if wish.weight in ("", group.weight) or (wish.weight == LATER and group.later):
            kept = tuple(one for one in group.findings if _wanted(view, group, one, wish.kind, words))
            if kept:
                groups.append(replace(group, findings=kept))
    return tuple(groups)


def _wanted(view: CheckView, group: Group, one: Finding, kind: str, words: Sequence[str]) -> bool:
    if kind and one.kind != kind:
        return False
    if not words:
        return True
    said = view.folded.get(one.key)
    if said is None:
        title = view.titles.get(one.record, "")
        said = view.folded[one.key] = fold(f"{one.number} {title} {one.message} {group.title}")
    return all(word in said for word in words)


def explain_all(
    desk: Desk, period: Period, findings: tuple[Finding, ...], reason: str, progress: Progress
) -> Changes:
    """Give one reason for several findings; an empty one takes it back."""
    progress.check()
    return desk.readiness.explain(period, reason, *findings)


def put_off_all(
    desk: Desk, period: Period, findings: tuple[Finding, ...], later: bool, progress: Progress
) -> Changes:
    """Put several findings off, or take them up again."""
    progress.check()
    return desk.preparation.put_off(period, [one.key for one in findings], later=later)


def place_of(finding: Finding, period: Period) -> tuple[str, object] | None:
    """The page on which a finding about the report as a whole is mended; ``None``: there is none."""
    if finding.rule.startswith("narrative_"):
        return "narrative", {"period": period.code, "sentence": finding.field}
    if finding.rule.startswith("figures_"):
        return "figures", {"period": period.code, "figure": finding.field}
    if finding.rule.startswith("unit_"):
        return "settings", None
    return None


def words_left(view: CheckView) -> str:
    """How much is ready and what is left, in words."""
    period = str(view.checked.period.label)
    done = tr("{ready} of {total} items are ready", ready=view.ready, total=view.total)
    left = []
    if view.blocks:
        left.append(ntr("{n} to be mended", "{n} to be mended", view.blocks))
    if view.explains:
        left.append(ntr("{n} to be mended or explained", "{n} to be mended or explained", view.explains))
    if not view.checked.reported and not any(view.kinds):  # what is open is of the report itself
        done = tr("Nothing belongs to {period} yet.", period=period)
    elif not left:
        return tr("Ready: the figures of {period} can be frozen.", period=period)
    return "  ·  ".join([done, tr("still open: {what}", what=", ".join(left))] if left else [done])

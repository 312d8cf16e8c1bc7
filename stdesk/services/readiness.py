"""What is still missing before a period can be reported."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from stdesk.domain.consistency import Consistency, uneven
from stdesk.domain.periods import Period
from stdesk.domain.records import Changes, Record, State
from stdesk.domain.rules import elsewhere
from stdesk.domain.rules.catalogue import RULES
from stdesk.domain.rules.core import Context, Finding, Severity, in_order, rule_set_hash, run_rules
from stdesk.domain.secrecy import ORDINARY, is_above
from stdesk.errors import UserError
from stdesk.i18n import tr
from stdesk.progress import Progress
from stdesk.services.preparation import Preparation
from stdesk.store.library import Library
from stdesk.text import clean

__all__ = ["Checked", "Consistency", "Readiness", "figures_findings"]

_REASONS = "reasons:"
figures_findings = (
    elsewhere.figures_findings
)  # for whoever has the figures: they bring them in through ``extra``
_OF_RECORDS = tuple(rule for rule in RULES if rule.check is not None)


class Stamp:
    """Stands for the records that were checked; what is worked out of them can be known by it."""


@dataclass(frozen=True, slots=True)
class Checked:
    """The answer to "am I ready?".

    Attributes:
        period: what was checked.
        findings: gravest first.
        reasons: key of a finding -> the reason given for it.
        reported: the complete records that belong to the period and may leave.
        library: every live record that may leave, for obligations older than the period.
        left_out: records above the secrecy ceiling, not carried.
        drafts: drafts that belong to the period and therefore are not reported.
        later: keys of findings put off; they are open all the same.
        uneven: fields that most records of a sort have and a few have not; hints that stop nothing.
        stamp: goes with ``reported`` and ``library``: who puts other records there gives a new one.
    """

    period: Period
    findings: tuple[Finding, ...]
    reasons: Mapping[str, str]
    reported: tuple[Record, ...]
    library: tuple[Record, ...]
    left_out: int
    drafts: int
    later: frozenset[str] = frozenset()
    uneven: tuple[Consistency, ...] = ()
    stamp: Stamp = field(default_factory=Stamp, repr=False, compare=False)

    @property
    def counts(self) -> Mapping[Severity, int]:
        """How many findings of each severity."""
        found = Counter(one.severity for one in self.findings)
        return {severity: found[severity] for severity in Severity}

    @property
    def open(self) -> tuple[Finding, ...]:
        """The findings that stop a freeze: what blocks, and what still wants a reason."""
        return tuple(one for one in self.findings if self.is_open(one))

    def is_open(self, finding: Finding) -> bool:
        """Whether ``finding`` stops a freeze."""
        if finding.severity is Severity.EXPLAIN:
            return finding.key not in self.reasons
        return finding.severity is Severity.BLOCK

    @property
    def progress(self) -> float:
        """How much of what is reported has nothing open, from 0 to 1."""
        ready, total = self.ready
        return ready / total if total else 0.0

    @property
    def ready(self) -> tuple[int, int]:
        """How many of the things that are looked at have nothing open, and how many there are."""
        unready = {one.record or one.key for one in self.open}
        everything = {record.id for record in self.reported} | unready
        return len(everything) - len(unready), len(everything)

    @property
    def blocked(self) -> bool:
        """Whether anything of severity ``block`` stands in the way."""
        return any(one.severity is Severity.BLOCK for one in self.findings)


Source = Callable[[Checked, Progress], Iterable[Finding]]


class Readiness:
    """Checks over an open library.

    Attributes:
        extra: where more findings come from than the rules over records: the report's figures, its wording.
            Each is given what was found so far and must not call :meth:`check` itself.
    """

    def __init__(self, library: Library, today: Callable[[], date]) -> None:
        self._library = library
        self._today = today
        self._preparation = Preparation(library)
        self.extra: list[Source] = []

    def check(self, period: Period, progress: Progress | None = None) -> Checked:
        """Run every rule over the library for ``period``."""
        progress = progress or Progress()
        kinds = self._library.kinds
        settings = self._library.settings.all()
        ceiling = settings.get("secrecy_ceiling") or ORDINARY
        total = sum(self._library.count(kind.name) for kind in kinds)
        progress.start(3 * total, tr("Checking"))  # read, asked one by one, compared with each other
        live, left_out = self._live(ceiling, progress)
        progress.total = progress.done + 2 * len(live)  # what was left out, or came just now, is known by now
        context = self._context(period, settings, ceiling, live, progress)
        findings = tuple(run_rules(RULES, live, context))
        inside = [one for one in live if context.is_inside(one)]
        reported = tuple(one for one in inside if one.state is State.COMPLETE)
        progress.check()
        complained = {(one.record, one.field) for one in findings if one.record}
        checked = Checked(
            period=period,
            findings=findings,
            reasons=self.reasons(period),
            reported=reported,
            library=tuple(one for one in live if one.state is State.COMPLETE),
            left_out=left_out,
            drafts=sum(one.state is State.DRAFT for one in inside),
            later=self._preparation.read(period).later,
            uneven=uneven(reported, kinds, complained),
        )
        return self._with_more(checked, progress)

    def _live(self, ceiling: str, progress: Progress) -> tuple[list[Record], int]:
        live, left_out = [], 0
        for record in self._library.records():
            progress.step()
            if is_above(record.secrecy, ceiling):
                left_out += 1
            else:
                live.append(record)
        return live, left_out

    def _context(
        self,
        period: Period,
        settings: Mapping[str, str],
        ceiling: str,
        others: list[Record],
        progress: Progress,
    ) -> Context:
        return Context(
            kinds=self._library.kinds,
            period=period,
            today=self._today(),
            unit=settings,
            ceiling=ceiling,
            others=others,
            attachments=self._library.file_names(),
            tick=progress.step,
            stop=progress.check,
        )

    def _with_more(self, checked: Checked, progress: Progress) -> Checked:
        more: list[Finding] = []
        for source in self.extra:
            progress.check()
            more += source(checked, progress)
        if not more:
            return checked
        return replace(checked, findings=tuple(in_order([*checked.findings, *more])))

    def again(self, checked: Checked, records: Iterable[str], progress: Progress | None = None) -> Checked:
        """``checked`` with what the rules say now of these records, without reading the others.

        What compares records with each other stays as it was until :meth:`check` is run.
        """
        progress = progress or Progress()
        ids = frozenset(records)
        settings = self._library.settings.all()
        ceiling = settings.get("secrecy_ceiling") or ORDINARY
        found = (self._library.get(one) for one in sorted(ids))
        live = [one for one in found if one is not None and not is_above(one.secrecy, ceiling)]
        live = [one for one in live if one.state is not State.TRASHED]
        context = self._context(checked.period, settings, ceiling, live, progress)
        alone = {rule.id for rule in _OF_RECORDS}
        there = {one.id for one in live}
        kept = (
            one
            for one in checked.findings
            if one.record not in ids or (one.record in there and one.rule not in alone)
        )
        findings = in_order([*kept, *run_rules(_OF_RECORDS, live, context)])
        complete = [one for one in live if one.state is State.COMPLETE]
        complained = {(one.record, one.field) for one in findings if one.record}
        reported = (
            *(one for one in checked.reported if one.id not in ids),
            *(one for one in complete if context.is_inside(one)),
        )
        return replace(
            checked,
            findings=tuple(findings),
            reasons=self.reasons(checked.period),
            later=self._preparation.read(checked.period).later,
            reported=reported,
            library=(*(one for one in checked.library if one.id not in ids), *complete),
            uneven=uneven(reported, self._library.kinds, complained),
            stamp=Stamp(),
        )

    def consistency(self, period: Period, progress: Progress | None = None) -> tuple[Consistency, ...]:
        """Fields that at least four fifths of five or more records of a sort have and the others have not."""
        return self.check(period, progress).uneven

    def explain(self, period: Period, reason: str, *findings: Finding) -> Changes:
        """Give one reason for these findings; an empty reason takes theirs back. One act of the history.

        Raises:
            UserError: ``reason_not_allowed`` for what blocks: it has to be mended.
        """
        for finding in findings:
            if finding.severity is Severity.BLOCK:
                raise UserError("reason_not_allowed", message=finding.message)
        reasons = dict(self.reasons(period))
        for finding in findings:
            reasons.pop(finding.key, None)
            if reason.strip():
                reasons[finding.key] = clean(reason)
        text = json.dumps(reasons, ensure_ascii=False, sort_keys=True)
        label = "explained_findings" if reason.strip() else "took_reasons_back"
        values = {f"{_REASONS}{period.code}": text}
        return self._library.settings.act(label, values, n=len(findings), period=str(period.name))

    def reasons(self, period: Period) -> Mapping[str, str]:
        """The reasons given so far for ``period``."""
        return _reasons(self._library.settings.get(f"{_REASONS}{period.code}"))

    def reasons_given(self, rule: str = "") -> tuple[str, ...]:
        """Every reason given in any period, those given to ``rule`` first, then those given most often."""
        mine: Counter[str] = Counter()
        others: Counter[str] = Counter()
        for key, text in self._library.settings.all().items():
            if key.startswith(_REASONS):
                for finding, reason in _reasons(text).items():
                    (mine if rule and finding.startswith(f"{rule}/") else others)[reason] += 1
        ordered = (sorted(one, key=lambda reason: (-one[reason], reason)) for one in (mine, others))
        return tuple(dict.fromkeys(reason for part in ordered for reason in part))

    @staticmethod
    def rule_set_hash() -> str:
        """Which rules were applied."""
        return rule_set_hash((*RULES, *elsewhere.RULES))


def _reasons(text: str) -> dict[str, Any]:
    return dict(json.loads(text)) if text else {}

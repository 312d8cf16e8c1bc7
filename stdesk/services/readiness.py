"""What is still missing before a period can be reported."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date

from stdesk.domain.periods import Period, belongs
from stdesk.domain.records import Record, State
from stdesk.domain.rules.catalogue import RULES
from stdesk.domain.rules.core import Context, Finding, Severity, rule_set_hash, run_rules
from stdesk.domain.secrecy import ORDINARY, is_above
from stdesk.errors import UserError
from stdesk.i18n import tr
from stdesk.progress import Progress
from stdesk.store.library import Library
from stdesk.text import clean


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
    """

    period: Period
    findings: tuple[Finding, ...]
    reasons: Mapping[str, str]
    reported: tuple[Record, ...]
    library: tuple[Record, ...]
    left_out: int
    drafts: int

    @property
    def counts(self) -> Mapping[Severity, int]:
        """How many findings of each severity."""
        found = Counter(one.severity for one in self.findings)
        return {severity: found[severity] for severity in Severity}

    @property
    def open(self) -> tuple[Finding, ...]:
        """The findings that stop a freeze: what blocks, and what still wants a reason."""
        return tuple(
            one
            for one in self.findings
            if one.severity is Severity.BLOCK
            or (one.severity is Severity.EXPLAIN and one.key not in self.reasons)
        )

    @property
    def blocked(self) -> bool:
        """Whether anything of severity ``block`` stands in the way."""
        return any(one.severity is Severity.BLOCK for one in self.findings)


class Readiness:
    """Checks over an open library."""

    def __init__(self, library: Library, today: Callable[[], date]) -> None:
        self._library = library
        self._today = today

    def check(self, period: Period, progress: Progress | None = None) -> Checked:
        """Run every rule over the library for ``period``."""
        progress = progress or Progress()
        settings = self._library.settings.all()
        ceiling = settings.get("secrecy_ceiling") or ORDINARY
        live = []
        left_out = 0
        for record in self._library.records():
            progress.check()
            if is_above(record.secrecy, ceiling):
                left_out += 1
            else:
                live.append(record)
        context = Context(
            kinds=self._library.kinds,
            period=period,
            today=self._today(),
            unit=settings,
            ceiling=ceiling,
            others=live,
            attachments=self._library.file_names(),
            tick=progress.step,
        )
        progress.start(2 * len(live), tr("Checking"))
        findings = tuple(run_rules(RULES, live, context))
        kinds = self._library.kinds
        inside = [one for one in live if belongs(kinds[one.kind], one, period)]
        return Checked(
            period=period,
            findings=findings,
            reasons=self.reasons(period),
            reported=tuple(one for one in inside if one.state is State.COMPLETE),
            library=tuple(one for one in live if one.state is State.COMPLETE),
            left_out=left_out,
            drafts=sum(one.state is State.DRAFT for one in inside),
        )

    def explain(self, period: Period, reason: str, *findings: Finding) -> None:
        """Give one reason for these findings; an empty reason takes theirs back.

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
        self._library.settings.put(**{f"reasons:{period.code}": text})

    def reasons(self, period: Period) -> Mapping[str, str]:
        """The reasons given so far for ``period``."""
        text = self._library.settings.get(f"reasons:{period.code}")
        return dict(json.loads(text)) if text else {}

    @staticmethod
    def rule_set_hash() -> str:
        """Which rules were applied."""
        return rule_set_hash(RULES)

"""Rules whose findings come from elsewhere than one record or all of them: from the report itself.

What is found there - figures that do not add up, sentences that are missing - is known only when the report
is made, so :mod:`stdesk.services.readiness` gathers it. Ids, weights and texts stand here like those of any rule.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from stdesk.domain.rules.core import Finding, Rule, Severity

UNLIKE = Rule("unlike_the_others", Severity.HINT)
FIGURES = Rule("figures_disagree", Severity.EXPLAIN)

NARRATIVE = (
    Rule("narrative_difficulties", Severity.BLOCK),
    Rule("narrative_proposals", Severity.BLOCK),
    Rule("narrative_blanks", Severity.HINT),
)

RULES: tuple[Rule, ...] = (FIGURES, UNLIKE, *NARRATIVE)
_BY_ID = {rule.id: rule for rule in RULES}


def found(
    rule: str, *, field: str = "", params: Mapping[str, Any] | None = None, severity: Severity | None = None
) -> Finding:
    """A finding of ``rule`` on the report as a whole; KeyError for a rule that does not stand here.

    Args:
        field: what tells it from the rule's other findings (a figure, a sentence); part of its key.
        severity: when it weighs otherwise than the rule usually does.
    """
    known = _BY_ID[rule]
    return Finding(rule, severity or known.severity, "", "", 0, field, params or {})


def figures_findings(figures: Mapping[str, Any]) -> tuple[Finding, ...]:
    """One finding for each cross-check of a report's figures (``figures["checks"]``) that does not hold."""
    return tuple(
        found(
            FIGURES.id,
            field=str(one.get("id", "")),
            params={
                "what": str(one.get("text") or one.get("id", "")).removesuffix("."),  # the message ends it
                "sum": one.get("sum", 0),
                "total": one.get("total", 0),
            },
        )
        for one in figures.get("checks", ())
        if not one.get("ok", True)
    )

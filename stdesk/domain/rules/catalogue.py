"""Every rule of the program, theme by theme: the one list that form, report, package and centre run."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from stdesk.domain.kinds import Kind
from stdesk.domain.records import Record
from stdesk.domain.rules import (
    acceptance,
    classification,
    dates,
    deposit,
    doubles,
    funding,
    identifiers,
    people,
    reporting,
    required,
    secrecy,
    training,
    wording,
)
from stdesk.domain.rules.core import Check, Context, LibraryCheck, Problem, Rule
from stdesk.domain.secrecy import ORDINARY, is_above


def _of_contents(rule: Rule) -> Rule:
    """``rule``, silent about stubs: what lies above the ceiling has no contents to judge."""
    return replace(
        rule,
        check=_unless_stub(rule.check) if rule.check else None,
        ordinary_check=rule.check,
        library_check=_without_stubs(rule.library_check) if rule.library_check else None,
    )


def _unless_stub(check: Check) -> Check:
    def checked(record: Record, kind: Kind, context: Context) -> Iterable[Problem]:
        if record.secrecy != ORDINARY and is_above(record.secrecy, context.ceiling):
            return ()
        return check(record, kind, context)

    return checked


def _without_stubs(check: LibraryCheck) -> LibraryCheck:
    def checked(records: Sequence[Record], context: Context) -> Iterator[tuple[Record | None, Problem]]:
        others = _open_ones(context.others, context.ceiling)
        yield from check(_open_ones(records, context.ceiling), replace(context, others=others))

    return checked


def _open_ones(records: Sequence[Record], ceiling: str) -> Sequence[Record]:
    secret = {one.secrecy for one in records if one.secrecy != ORDINARY}
    if not any(is_above(level, ceiling) for level in secret):
        return records
    return [one for one in records if not is_above(one.secrecy, ceiling)]


_THEMES = (
    required.RULES,
    identifiers.RULES,
    dates.RULES,
    acceptance.RULES,
    deposit.RULES,
    funding.RULES,
    training.RULES,
    people.RULES,
    classification.RULES,
    wording.RULES,
    doubles.RULES,
    reporting.RULES,
)

RULES: tuple[Rule, ...] = (*secrecy.RULES, *(_of_contents(rule) for theme in _THEMES for rule in theme))


def rules_for(kind: str) -> tuple[Rule, ...]:
    """The rules a form of ``kind`` runs on its one record."""
    return tuple(rule for rule in RULES if rule.check and (not rule.kinds or kind in rule.kinds))

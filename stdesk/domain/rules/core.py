"""What a rule is, and how rules are run: one list for form, readiness, package and centre.

A rule's sentences, advice and legal basis are data in ``resources/rules/*.toml``::

    [issn_check_digit]
    article = "ISO 3297"
    title.vi = "ISSN sai số kiểm tra"
    message.vi = "ISSN {issn} sai số kiểm tra: số cuối phải là {expected}."
    advice.vi = "So lại với bìa tạp chí."
    message.en = ...
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from dataclasses import field as attribute
from datetime import date
from enum import StrEnum
from functools import cache
from typing import Any

from stdesk import i18n, resources
from stdesk.domain.fields import FieldType, Values
from stdesk.domain.kinds import Kind, Kinds
from stdesk.domain.periods import Period, belongs
from stdesk.domain.records import Record
from stdesk.domain.secrecy import ORDINARY

RULE_SET = "2026.1"


class Severity(StrEnum):
    """How a finding weighs on the report, gravest first."""

    BLOCK = "block"  # the report cannot be frozen
    EXPLAIN = "explain"  # passes with a written reason
    HINT = "hint"  # worth a look
    NOT_DUE = "not_due"  # will be needed later, nothing to do now


def _no_tick() -> None:
    """Nobody is watching."""


@dataclass(frozen=True, slots=True)
class Context:
    """What a rule may look at besides the record.

    Attributes:
        kinds: the kinds of the library.
        period: the period being reported.
        today: the day of the check.
        unit: the unit's settings ("unit_code", "unit_name", ...).
        ceiling: the library's secrecy ceiling.
        others: every live record of the library, for rules that compare; empty in a form.
        attachments: names of the attachment files that exist; ``None`` = not looked at.
        tick: called once a record by long checks; raises ``Cancelled`` to stop them.
        stop: called in other long loops: the same, and counts nothing.
    """

    kinds: Kinds
    period: Period
    today: date
    unit: Mapping[str, str] = attribute(default_factory=dict)
    ceiling: str = "thuong"
    others: Sequence[Record] = ()
    attachments: frozenset[str] | None = None
    tick: Callable[[], None] = _no_tick
    stop: Callable[[], None] = _no_tick
    _known: dict[str, tuple[Record, bool]] = attribute(default_factory=dict, repr=False, compare=False)

    def is_inside(self, record: Record) -> bool:
        """Whether ``record`` is looked at for the period; several rules ask, so it is worked out once."""
        known = self._known.get(record.id)
        if known is None or known[0] is not record:
            known = (record, touches(self.kinds[record.kind], record, self.period))
            self._known[record.id] = known
        return known[1]


@dataclass(frozen=True, slots=True)
class Problem:
    """What a rule's check found: the field it points to and the values of its sentence."""

    field: str = ""
    params: Mapping[str, Any] = attribute(default_factory=dict)
    severity: Severity | None = None  # when it weighs otherwise than the rule usually does


Check = Callable[[Record, Kind, Context], Iterable[Problem]]
LibraryCheck = Callable[[Sequence[Record], Context], Iterable[tuple[Record | None, Problem]]]


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule.

    Attributes:
        id: stable for ever; key of its texts.
        severity: how it weighs.
        kinds: names of the kinds it speaks of; empty = all.
        fields: the fields it speaks of (the form shows its findings under the first that is there).
        check: looks at one record.
        library_check: looks at all records at once (doubles, totals); not run in forms.
        beyond_period: also looks at records outside the period (an old deposit still owed).
        needs: fields of which one must be filled before it has anything to say; empty = none. Most
            fields of most records are empty, so most rules need not be asked.
        needs_types: the same of fields by their types: one of them must be filled.
        sorts: the sorts of record (codes of ``Kind.sorted_by``) it has anything to say of; empty = all.
        ordinary_check: ``check`` for a record of no secrecy level, when that is less work.
    """

    id: str
    severity: Severity
    kinds: tuple[str, ...] = ()
    fields: tuple[str, ...] = ()
    check: Check | None = None
    library_check: LibraryCheck | None = None
    beyond_period: bool = False
    needs: tuple[str, ...] = ()
    needs_types: tuple[FieldType, ...] = ()
    sorts: frozenset[str] = frozenset()
    ordinary_check: Check | None = None


@dataclass(frozen=True, slots=True)
class Finding:
    """What a rule says of a record (or, with an empty record id, of the library)."""

    rule: str
    severity: Severity
    record: str
    kind: str
    number: int
    field: str
    params: Mapping[str, Any] = attribute(default_factory=dict)

    @property
    def title(self) -> str:
        """What its rule is about, in a few words: the head of a group of findings."""
        return rule_title(self.rule)

    @property
    def message(self) -> str:
        """What is wrong, with the numbers that disagree."""
        return _sentence(self.rule, "message", self.params)

    @property
    def advice(self) -> str:
        """What to do."""
        return _sentence(self.rule, "advice", self.params)

    @property
    def article(self) -> str:
        """What it rests on."""
        return str(rule_texts()[self.rule].get("article", ""))

    @property
    def key(self) -> str:
        """Identity across checks, for reasons given and findings put off."""
        return f"{self.rule}/{self.record}/{self.field}"


@cache
def rule_texts() -> dict[str, dict[str, Any]]:
    """Rule id -> its texts, of every file in ``resources/rules``."""
    texts: dict[str, dict[str, Any]] = {}
    for file in sorted(resources.path("rules").glob("*.toml")):
        texts.update(resources.read_toml("rules", file.name))
    return texts


def rule_title(rule: str) -> str:
    """What ``rule`` is about in a few words, in the language in use; KeyError for an unknown rule."""
    return _sentence(rule, "title", {})


def _sentence(rule: str, part: str, params: Mapping[str, Any]) -> str:
    text = rule_texts()[rule][part][i18n.language()]
    return i18n.fill(text, params)


def run_rules(rules: Sequence[Rule], records: Sequence[Record], context: Context) -> Iterator[Finding]:
    """Every finding of ``rules`` over ``records``, gravest first, then by kind and number."""
    found: list[Finding] = []
    inside = {kind.name: _Asked(rules, kind) for kind in context.kinds}
    beyond = [rule for rule in rules if rule.beyond_period]
    outside = {kind.name: _Asked(beyond, kind) for kind in context.kinds}
    for record in records:
        context.tick()
        kind, values = context.kinds[record.kind], record.values
        asked = inside if context.is_inside(record) or _is_undated(kind, values) else outside
        for rule, check in asked[record.kind].of(record):
            for problem in check(record, kind, context):
                found.append(_finding(rule, record, problem))
    for rule in rules:
        if rule.library_check:
            found.extend(_finding(rule, record, p) for record, p in rule.library_check(records, context))
    yield from in_order(found)


def in_order(findings: Iterable[Finding]) -> list[Finding]:
    """Gravest first, then by kind, number, rule and field."""
    order = {severity: place for place, severity in enumerate(Severity)}
    return sorted(findings, key=lambda f: (order[f.severity], f.kind, f.number, f.rule, f.field))


def _is_undated(kind: Kind, values: Values) -> bool:
    return not any(values.get(name) for name in (*kind.begins, *kind.ends))


class _Asked:
    """The rules that may have something to say of a record of one kind, by the fields it fills."""

    _MOST = 2_000  # sets of filled fields that are remembered; a library has some dozens

    def __init__(self, rules: Sequence[Rule], kind: Kind) -> None:
        self._rules = [
            (rule, frozenset({*rule.needs, *(one.name for one in kind.of_type(*rule.needs_types))}))
            for rule in rules
            if rule.check and _speaks_of(rule, kind.name)
        ]
        self._sorted_by = kind.sorted_by
        self._known: dict[tuple[bool, str, tuple[str, ...]], list[tuple[Rule, Check]]] = {}

    def of(self, record: Record) -> list[tuple[Rule, Check]]:
        """Those to ask of ``record``."""
        values = record.values
        sort = values.get(self._sorted_by)
        key = (record.secrecy == ORDINARY, sort if isinstance(sort, str) else "", tuple(values))
        if (known := self._known.get(key)) is None:
            if len(self._known) >= self._MOST:
                self._known.clear()
            known = self._known[key] = [*self._choose(*key)]
        return known

    def _choose(self, ordinary: bool, sort: str, filled: tuple[str, ...]) -> Iterator[tuple[Rule, Check]]:
        for rule, needs in self._rules:
            if (rule.needs or rule.needs_types) and needs.isdisjoint(filled):
                continue
            if self._sorted_by and rule.sorts and sort not in rule.sorts:
                continue
            if check := (ordinary and rule.ordinary_check) or rule.check:
                yield rule, check


def touches(kind: Kind, record: Record, period: Period) -> bool:
    """Whether ``record`` is looked at for ``period``; one whose dates cannot be read is."""
    try:
        return belongs(kind, record, period)
    except (ValueError, TypeError):
        return True


def check_record(rule: Rule, record: Record, kind: Kind, context: Context) -> Iterator[Finding]:
    """The findings of one rule on one record; what the form shows under its fields."""
    if rule.check and _speaks_of(rule, record.kind):
        for problem in rule.check(record, kind, context):
            yield _finding(rule, record, problem)


def _speaks_of(rule: Rule, kind: str) -> bool:
    return not rule.kinds or kind in rule.kinds


def _finding(rule: Rule, record: Record | None, problem: Problem) -> Finding:
    return Finding(
        rule=rule.id,
        severity=problem.severity or rule.severity,
        record=record.id if record else "",
        kind=record.kind if record else "",
        number=record.number if record else 0,
        field=problem.field or (rule.fields[0] if rule.fields else ""),
        params=problem.params,
    )


def rule_set_hash(rules: Sequence[Rule]) -> str:
    """SHA-256 over the rules' ids, severities, fields and texts: which rules were applied."""
    listed = [[r.id, r.severity, r.kinds, r.fields, rule_texts().get(r.id, {})] for r in rules]
    plain = json.dumps(sorted(listed, key=lambda one: str(one[0])), ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(plain.encode()).hexdigest()

"""Each rule against records it must object to and records it must leave alone."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stdesk import i18n
from stdesk.domain.kinds import Kind
from stdesk.domain.records import Record, State
from stdesk.domain.rules.catalogue import RULES, rules_for
from stdesk.domain.rules.core import Finding, Severity, check_record, rule_texts, run_rules
from tests.unit.rules.cases import BOOK, CASES, CONTEXT, KINDS, OPEN_TASK, THESIS, Case, P, S, T, record

BY_ID = {rule.id: rule for rule in RULES}
PLACEHOLDER = re.compile(r"\{(\w+)\}")


@pytest.fixture(autouse=True)
def vietnamese() -> Iterator[None]:
    i18n.use("vi")
    yield
    i18n.use("vi")


def findings(rule: str, case: Case) -> list[Finding]:
    checked = record(case.kind, case.changes, **case.about)
    return list(check_record(BY_ID[rule], checked, KINDS[case.kind], replace(CONTEXT, **case.context)))


@pytest.mark.parametrize(
    ("rule", "case"),
    [
        pytest.param(rule, case, id=f"{rule}-{n}")
        for rule, cases in CASES.items()
        for n, case in enumerate(cases)
    ],
)
def test_case(rule: str, case: Case) -> None:
    found = findings(rule, case)
    assert bool(found) is case.bad
    if case.bad:
        for words in case.expected:
            assert any(words in one.message for one in found), found[0].message
        for one in found:
            assert one.field in KINDS[case.kind].by_name
            assert one.article


@pytest.mark.parametrize("rule", sorted(CASES))
def test_every_placeholder_is_given(rule: str) -> None:
    texts = rule_texts()[rule]
    for case in CASES[rule]:
        for one in findings(rule, case):
            for part in ("message", "advice"):
                for language in i18n.LANGUAGES:
                    assert set(PLACEHOLDER.findall(texts[part][language])) <= set(one.params)
            i18n.use("en")
            assert one.message != "" and "{" not in one.message
            i18n.use("vi")


def test_every_record_rule_has_failing_and_passing_cases() -> None:
    checks = {rule.id for rule in RULES if rule.check}
    assert set(CASES) == checks
    for rule, cases in CASES.items():
        assert {case.bad for case in cases} == {True, False}, rule
        assert len(cases) >= 2


@pytest.mark.parametrize(
    ("kind", "changes"), [(P, {}), (T, {}), (S, {}), (P, THESIS), (P, BOOK), (T, OPEN_TASK)], ids=str
)
def test_a_good_record_is_left_in_peace(kind: str, changes: dict[str, Any]) -> None:
    good = record(kind, changes)
    said = [f for rule in rules_for(kind) for f in check_record(rule, good, KINDS[kind], CONTEXT)]
    assert [one.message for one in said] == []


def test_a_stub_is_asked_for_nothing() -> None:
    stub = Record("x", P, 1, 1, State.COMPLETE, "mat", {"document_type": "journal_article", "issued": "2026"})
    said = [f for rule in rules_for(P) for f in check_record(rule, stub, KINDS[P], CONTEXT)]
    assert [one.rule for one in said] == ["secrecy_not_sent"]


def test_what_a_secret_record_holds_is_not_repeated() -> None:
    secret = record(P, {"title": "Chuyên án Z9", "notes": "CCCD 079090001234"}, secrecy="toi_mat")
    said = [f for rule in rules_for(P) for f in check_record(rule, secret, KINDS[P], CONTEXT)]
    assert {one.rule for one in said} == {"secrecy_stub_filled", "secrecy_not_sent"}
    assert all("Z9" not in repr(one) and "079090001234" not in repr(one) for one in said)


def test_drafts_never_block() -> None:
    draft = record(P, {"title": None, "document_type": None}, state=State.DRAFT)
    complete = replace(draft, state=State.COMPLETE)
    assert not [f for f in run_rules(RULES, [draft], CONTEXT) if f.severity is Severity.BLOCK]
    blocked = [f for f in run_rules(RULES, [complete], CONTEXT) if f.severity is Severity.BLOCK]
    assert {f.field for f in blocked} == {"title", "document_type"}


@pytest.mark.parametrize(
    ("accepted", "setting", "severity"),
    [
        ("2026-10-02", "", Severity.NOT_DUE),  # 30 days before today
        ("2026-10-01", "", Severity.EXPLAIN),  # 31 days
        ("2026-10-01", "60", Severity.NOT_DUE),
        ("2026-10-31", "0", Severity.EXPLAIN),
        ("2026-10-01", "một tháng", Severity.EXPLAIN),  # no number: 30
        ("2023-10-07", "", Severity.EXPLAIN),  # the day of the Directive
        ("2023-10-06", "", Severity.HINT),
        ("2005", "", Severity.HINT),
    ],
)
def test_deposit_weighs_by_days(accepted: str, setting: str, severity: Severity) -> None:
    owed = record(T, {"accepted": accepted, "deposit_state": None, "deposited": None})
    context = replace(CONTEXT, unit={**CONTEXT.unit, "deposit_days": setting})
    [found] = [f for f in run_rules([BY_ID["deposit_missing"]], [owed], context)]
    assert found.severity is severity


def test_an_old_deposit_is_still_owed_but_other_old_faults_rest() -> None:
    old = record(
        T,
        {
            "start": "2023-01",
            "end": "2024-01",
            "accepted": "2024-03-01",
            "grade": None,
            "deposit_state": None,
            "deposited": None,
        },
    )
    assert {f.rule for f in run_rules(rules_for(T), [old], CONTEXT)} == {"deposit_missing"}


HOSTILE = st.one_of(
    st.none(),
    st.integers(),
    st.floats(),
    st.booleans(),
    st.text(max_size=30),
    st.lists(st.one_of(st.text(max_size=9), st.integers(), st.none()), max_size=3).map(tuple),
    st.lists(
        st.dictionaries(
            st.sampled_from(
                [
                    "name",
                    "gender",
                    "rank",
                    "source",
                    "year",
                    "approved",
                    "spent",
                    "amount",
                    "file",
                    "expected",
                    "delivered",
                ]
            ),
            st.one_of(st.text(max_size=9), st.integers(), st.none()),
            max_size=4,
        ),
        max_size=3,
    ).map(tuple),
    st.sampled_from(
        ["2026-13-99", "0000", "9999-12-31", "(MẬT)", "\ud800", "\x00", "=1+1", "2026", "QD12/2008:"]
    ),
)


@pytest.mark.parametrize("kind", [P, T, S])
@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_hostile_values_are_judged_not_choked_on(kind: str, data: st.DataObject) -> None:
    about: Kind = KINDS[kind]
    values = data.draw(st.dictionaries(st.sampled_from(sorted(about.by_name)), HOSTILE, max_size=14))
    strange = record(kind, values)
    for found in run_rules(RULES, [strange, replace(strange, id="other", number=2)], CONTEXT):
        assert found.message

"""The list of rules as a whole: ids for ever, fields that exist, a hash that notices changes."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

from stdesk.domain.rules import elsewhere
from stdesk.domain.rules.catalogue import RULES, rules_for
from stdesk.domain.rules.core import Severity, rule_set_hash
from tests.unit.rules.cases import KINDS

RELEASED = Path(__file__).with_name("rule_ids.txt")


def test_ids_are_stable_for_ever() -> None:
    released = RELEASED.read_text(encoding="utf-8").split()
    gone = set(released) - {rule.id for rule in (*RULES, *elsewhere.RULES)}
    assert not gone, f"reasons given in old reports name these rules: {gone}"


def test_new_ids_are_written_down() -> None:
    released = RELEASED.read_text(encoding="utf-8").split()
    assert {rule.id for rule in (*RULES, *elsewhere.RULES)} <= set(released), (
        "add the new ids to rule_ids.txt"
    )
    assert released == sorted(released)


def test_ids_are_unique_and_plain() -> None:
    ids = [rule.id for rule in (*RULES, *elsewhere.RULES)]
    assert len(ids) == len(set(ids)) >= 36
    assert all(re.fullmatch(r"[a-z][a-z_]*[a-z]", one) for one in ids)


def test_fields_and_kinds_exist() -> None:
    for rule in RULES:
        assert set(rule.kinds) <= set(KINDS.names)
        spoken_of = [KINDS[name] for name in rule.kinds or KINDS.names]
        for name in rule.fields:
            assert any(name in kind.by_name for kind in spoken_of), (rule.id, name)
        for kind in spoken_of:
            if rule.kinds:
                assert any(name in kind.by_name for name in rule.fields), (rule.id, kind.name)


def test_every_rule_does_something() -> None:
    assert all((rule.check is None) is not (rule.library_check is None) for rule in RULES)


def test_few_rules_block() -> None:
    blocking = {rule.id for rule in RULES if rule.severity is Severity.BLOCK}
    assert blocking == {
        "unit_code_missing",
        "unit_name_missing",
        "secrecy_stub_filled",
        "indispensable_field",
    }


def test_a_form_runs_only_rules_of_its_kind() -> None:
    mine = {rule.id for rule in rules_for("training_session")}
    assert "women_over_participants" in mine and "required_field" in mine
    assert not mine & {"task_overdue", "issn_form", "double_record", "unit_code_missing"}


def test_the_hash_notices_a_changed_severity() -> None:
    changed = (replace(RULES[0], severity=Severity.NOT_DUE), *RULES[1:])
    assert rule_set_hash(RULES) == rule_set_hash(tuple(reversed(RULES))) != rule_set_hash(changed)

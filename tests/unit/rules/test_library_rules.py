"""Rules over a whole library: doubles, codes, the same journal twice, what the report leaves out."""

from __future__ import annotations

import time
from dataclasses import replace
from datetime import date

import pytest

from stdesk.domain.records import Record, State
from stdesk.domain.rules.catalogue import RULES
from stdesk.domain.rules.core import Context, Finding, Severity, run_rules
from tests.unit.rules.cases import CONTEXT, P, S, T, record

BY_ID = {rule.id: rule for rule in RULES}


def told(rule: str, *records: Record, context: Context = CONTEXT) -> list[Finding]:
    return list(run_rules([BY_ID[rule]], records, context))


def test_one_journal_two_issns_names_both_numbers() -> None:
    usual = [record(P, {"title": f"Bài viết số {n}"}, n) for n in (1, 2)]
    rare = record(P, {"issn": "2434-561X", "container": "tạp chí khoa học và công nghệ việt nam"}, 3)
    other = record(P, {"issn": "2434-561X", "container": "Tạp chí Cảnh sát nhân dân"}, 4)
    [found] = told("issn_differs", *usual, rare, other)
    assert found.record == rare.id
    assert "2434-561X" in found.message and "1859-4794" in found.message and "số 1" in found.message
    assert told("issn_differs", *usual, other) == []


def test_a_repeated_code_is_told_at_the_later_task() -> None:
    first, second, third = (
        record(T, {"code": code}, n) for n, code in ((7, "CS.01"), (8, "cs.01 "), (9, "CS.02"))
    )
    [found] = told("code_repeated", second, first, third)
    assert (found.record, found.params["other"]) == (second.id, "7")


def test_certain_and_possible_doubles() -> None:
    first = record(P)
    same = record(P, {"title": str(first.get("title")).upper()}, 2)
    others = record(
        P, {"contributors": ({"name": "Ngô Bảo Sơn"},), "container": "Tạp chí Cảnh sát nhân dân"}, 3
    )
    found = {f.record: f for f in told("double_record", first, same, others)}
    assert found[same.id].severity is Severity.EXPLAIN
    assert "số 1" in found[same.id].message
    assert found[others.id].severity is Severity.HINT
    assert first.id not in found


def test_old_doubles_rest_and_new_ones_are_found_against_the_library() -> None:
    old = [record(P, {"issued": "2019"}, n) for n in (1, 2)]
    assert told("double_record", *old) == []
    new = record(P, {"issued": "2026"}, 3)
    twin = record(P, {"issued": "2026"}, 1)
    [found] = told("double_record", new, context=replace(CONTEXT, others=[twin]))
    assert found.record == new.id


def test_secret_records_take_no_part() -> None:
    secret = record(P, number=2, secrecy="mat")
    assert told("double_record", record(P), secret) == []


def test_drafts_left_out_are_counted_once() -> None:
    drafts = [record(P, number=n, state=State.DRAFT) for n in (1, 2)]
    old = record(P, {"issued": "2019"}, 3, state=State.DRAFT)
    [found] = told("drafts_left_out", *drafts, old, record(P, number=4))
    assert found.params["count"] == 2 and found.severity is Severity.EXPLAIN
    assert told("drafts_left_out", record(P)) == []


def test_kinds_without_records_are_told_apart() -> None:
    found = told("nothing_to_report", record(P), record(S, {"start": "2019", "end": None}))
    assert len({f.key for f in found}) == 2
    assert any("Đào tạo, tập huấn" in f.message for f in found)
    assert told("nothing_to_report", record(P), record(T), record(S)) == []


@pytest.mark.parametrize(
    ("key", "rule"), [("unit_code", "unit_code_missing"), ("unit_name", "unit_name_missing")]
)
def test_a_report_of_nobody_is_blocked(key: str, rule: str) -> None:
    nameless = replace(CONTEXT, unit={**CONTEXT.unit, key: " "})
    [found] = told(rule, context=nameless)
    assert found.severity is Severity.BLOCK
    assert told(rule) == []


def test_a_late_report_counts_the_days() -> None:
    [found] = told("report_late", context=replace(CONTEXT, today=date(2026, 11, 24)))
    assert "10 ngày" in found.message and "14/11/2026" in found.message
    assert told("report_late", context=replace(CONTEXT, today=date(2026, 11, 14))) == []


def test_undated_records_are_not_lost_from_sight() -> None:
    found = told("undated", record(P, {"issued": None}))
    assert [f.field for f in found] == ["issued"]


def test_gravest_first() -> None:
    records = [record(P, {"title": None, "issn": "1859-4790", "pages": None})]
    order = [f.severity for f in run_rules(RULES, records, CONTEXT)]
    assert order == sorted(order, key=list(Severity).index)
    assert order[0] is Severity.BLOCK


def test_five_thousand_records_take_seconds() -> None:
    """Bound far above the usual time (about 2 s of processor), to catch a rule that is quadratic."""

    def made(kind: str, n: int) -> Record:
        person = ({"name": f"Nguyễn Văn {chr(0x1EA0 + n % 80)}{n % 400}", "gender": "male"},)
        people = {P: "contributors", T: "leader", S: "lecturers"}[kind]
        return record(kind, {"title": f"Nâng cao hiệu quả {kind} {n}", people: person}, n)

    fresh = [made(kind, n) for n in range(1, 1668) for kind in (P, T, S)]
    assert len(fresh) > 5000
    start = time.process_time()
    found = list(run_rules(RULES, fresh, replace(CONTEXT, others=fresh)))
    assert time.process_time() - start < 12
    assert all(f.rule in BY_ID for f in found)

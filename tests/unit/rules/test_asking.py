"""Rules that are not asked of a record would have had nothing to say of it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stdesk.domain.records import Record, State
from stdesk.domain.rules.catalogue import RULES
from stdesk.domain.rules.core import Finding, Severity, check_record, in_order, run_rules
from tests.unit.rules.cases import CONTEXT, GOOD, KINDS

_ALONE = [rule for rule in RULES if rule.check]
_DATE = st.sampled_from(["2026", "2026-03", "1890-01-01", "2026-12-30", "2031-05", "x", "2026-02-30", ""])
_PEOPLE = st.lists(
    st.fixed_dictionaries(
        {
            "name": st.sampled_from(
                ["Đại tá Nguyễn Văn Hà", "Hà", "A, Lê Thị B và C", "Lê Quốc Vinh", "..", ""]
            )
        }
    )
)
_ODD = st.sampled_from(
    [0, "", "journal_article", "book", "masters_thesis", "Nghi?n c?u", (), (1, "a:b"), "abc"]
)


def _asked_one_by_one(record: Record, rules: list[Any]) -> list[Finding]:
    return in_order(
        found for rule in rules for found in check_record(rule, record, KINDS[record.kind], CONTEXT)
    )


@st.composite
def _records(draw: st.DrawFn) -> Record:
    kind = KINDS[draw(st.sampled_from(sorted(GOOD)))]
    values = dict(GOOD[kind.name])
    for field in draw(st.lists(st.sampled_from(kind.fields), max_size=8)):
        by_type = {"date": _DATE, "people": _PEOPLE.map(tuple)}.get(str(field.type.value), _ODD)
        values[field.name] = draw(st.one_of(by_type, _ODD))
    for name in draw(st.lists(st.sampled_from(sorted(values)), max_size=6)):
        values.pop(name, None)
    secrecy = draw(st.sampled_from(["thuong", "thuong", "mat", "tuyet_mat", "?"]))
    state = draw(st.sampled_from([State.COMPLETE, State.DRAFT]))
    return Record("r1", kind.name, 1, 1, state, secrecy, values)


@settings(max_examples=150, deadline=None)
@given(_records())
def test_what_is_not_asked_had_nothing_to_say(record: Record) -> None:
    inside = CONTEXT.is_inside(record) or not any(
        record.get(name) for name in (*KINDS[record.kind].begins, *KINDS[record.kind].ends)
    )
    rules = [rule for rule in _ALONE if inside or rule.beyond_period]
    try:
        expected = _asked_one_by_one(record, rules)
    except (TypeError, ValueError, AttributeError, KeyError) as error:  # a value no rule was made for
        with pytest.raises(type(error)):
            list(run_rules(_ALONE, [record], CONTEXT))
        return
    assert list(run_rules(_ALONE, [record], CONTEXT)) == expected


def test_a_secret_record_is_not_judged_by_its_contents_beside_ordinary_ones() -> None:
    odd = Record("r1", "publication", 1, 1, State.COMPLETE, "thuong", {**GOOD["publication"], "issn": "12"})
    secret = replace(odd, id="r2", number=2, secrecy="mat")
    found = {
        (one.record, one.rule) for one in run_rules(_ALONE, [odd, secret, replace(odd, id="r3")], CONTEXT)
    }
    assert {one for one in found if one[1] == "issn_form"} == {("r1", "issn_form"), ("r3", "issn_form")}
    assert ("r2", "secrecy_stub_filled") in found
    assert any(rule.severity is Severity.BLOCK for rule in _ALONE)

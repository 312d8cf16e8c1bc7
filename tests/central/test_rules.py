"""The unit's own rules, run again by the centre: what is wrong, what to do, what passes with a reason."""

from __future__ import annotations

from datetime import date
from typing import Any

from stdesk.central.rules import ERROR, HINT, NOTE, Told, check_records, check_snapshot, checker, ruled
from stdesk.domain.kinds import all_kinds
from stdesk.domain.periods import parse_period
from stdesk.domain.records import Record, to_json
from stdesk.progress import Progress
from tests.reports.samples import record

KINDS = all_kinds()
PERIOD = parse_period("2026")
FROZEN = "2026-11-05T01:30:00Z"


def paper(number: int = 1, **values: Any) -> Record:
    said = {
        "document_type": "journal_article", "title": "Nhận dạng khuôn mặt", "issued": "2026-05",
        "container": "Tạp chí Công an nhân dân", "contributors": [{"name": "Nguyễn Văn An", "role": "author"}],
    }  # fmt: skip
    return record("publication", number, {**said, **values})


def checked(*records: Record, reasons: dict[str, str] | None = None, **more: Any) -> tuple[Told, ...]:
    return check_records(
        records,
        **{
            "period": PERIOD,
            "today": date(2026, 11, 5),
            "kinds": KINDS,
            "unit": {},
            "reasons": reasons or {},
            **more,
        },
    )


def snapshot(**more: Any) -> dict[str, Any]:
    said = {"period": {"code": "2026"}, "frozen_at": FROZEN, "unit": {}, "reasons": {}, "records": {}}
    return {**said, **more}


def test_an_error_says_what_where_and_what_to_do_in_vietnamese() -> None:
    wrong = paper(7, issn="1859-4795")
    found = [one for one in checked(wrong) if one.rule.startswith("issn")]
    assert [(one.kind, one.id, one.number, one.field) for one in found] == [
        ("publication", wrong.id, 7, "issn")
    ]
    assert "1859-4795" in found[0].error and found[0].advice
    line = found[0].as_line()
    assert (line.rule, line.error, line.note) == (found[0].rule, found[0].error, "")


def test_what_blocks_the_unit_is_an_error_here() -> None:
    untitled = paper(3, title=None)
    assert any(one.id == untitled.id for one in ruled(checked(untitled), ERROR))


def explained() -> tuple[Record, Record]:
    """Two records that are surely the same: the later one asks for a reason."""
    return paper(1), paper(2)


def test_what_wants_a_reason_is_an_error_without_and_a_note_with_it() -> None:
    one, other = explained()
    key = f"double_record/{other.id}/title"
    bare = [it for it in checked(one, other) if it.rule == "double_record"]
    assert [(it.severity, it.id) for it in bare] == [(ERROR, other.id)]
    given = [
        it for it in checked(one, other, reasons={key: "Hai bài khác nhau."}) if it.rule == "double_record"
    ]
    assert [(it.severity, it.note) for it in given] == [(NOTE, "Hai bài khác nhau.")]


def test_a_reason_does_not_lift_what_blocks() -> None:
    untitled = paper(3, title=None)
    found = ruled(checked(untitled), ERROR)
    keys = {f"{one.rule}/{one.id}/{one.field}": "Kệ." for one in found}
    blocking = [one for one in ruled(checked(untitled, reasons=keys), ERROR)]
    assert blocking and all(one.note == "" for one in blocking)


def test_a_blank_reason_is_none() -> None:
    one, other = explained()
    key = f"double_record/{other.id}/title"
    found = [it for it in checked(one, other, reasons={key: "  "}) if it.rule == "double_record"]
    assert [it.severity for it in found] == [ERROR]


def test_what_is_not_due_yet_is_not_told() -> None:
    accepted = record(
        "research_task", 1,
        {"title": "Đề tài vừa nghiệm thu", "start": "2025-01", "accepted": "2026-11-04", "level": "base"},
    )  # fmt: skip
    assert {one.severity for one in checked(accepted)} <= {ERROR, NOTE, HINT}


def test_the_day_is_the_day_of_freezing_not_of_arrival() -> None:
    late = record(
        "research_task", 1,
        {"title": "Đề tài", "start": "2025-01", "accepted": "2026-10-30", "level": "base",
         "deposit_state": "not_deposited"},
    )  # fmt: skip
    then = {one.rule for one in check_snapshot([late], snapshot(), KINDS)}
    later = {one.rule for one in check_snapshot([late], snapshot(frozen_at="2027-10-05T01:30:00Z"), KINDS)}
    assert then < later


def test_figures_that_do_not_add_up_are_told() -> None:
    checks = [{"id": "x", "ok": False, "sum": 3, "total": 4, "text": "Các dòng cộng lại được 3."}]
    found = check_snapshot([], snapshot(figures={"checks": checks}), KINDS)
    assert [one.rule for one in found if one.rule == "figures_disagree"] == ["figures_disagree"]


def test_a_delta_is_judged_with_the_whole_report_behind_it() -> None:
    """The double of the changed record lies in the part that did not travel."""
    one, other = explained()
    whole = snapshot(records={"publication": [to_json(one), to_json(other)]})
    found = checker(KINDS)([other], whole, Progress())
    assert [it["id"] for it in found if it["rule"] == "double_record"] == [other.id]


def test_a_snapshot_that_makes_no_sense_is_an_error_and_no_crash() -> None:
    for broken in (
        {},
        {"period": 5, "records": {}},
        snapshot(records={"publication": 7}),
        snapshot(records=[]),
    ):
        assert [one["severity"] for one in checker(KINDS)([paper()], broken, Progress())] == [ERROR], broken
    for odd in (snapshot(frozen_at="gestern"), snapshot(unit=[1]), snapshot(figures={"checks": [1]})):
        assert not any(one["rule"] == "snapshot" for one in checker(KINDS)([paper()], odd, Progress()))
    listed = snapshot(records={"publication": [{"values": {"title": 5}}, 7, {"id": "x"}]})
    checker(KINDS)([], listed, Progress())

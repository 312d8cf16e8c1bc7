"""Cross-checks: they hold on their own, and when they do not, they say which records make the difference."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import pytest

from stdesk.domain.periods import Period, parse_period
from stdesk.domain.records import Record
from stdesk.reports import figures
from stdesk.reports.comparison import LIBRARY, Last
from stdesk.reports.figures import failed_checks
from stdesk.reports.tally import Tally
from tests.reports.samples import record, sample


def a_task(number: int, **values: Any) -> Record:
    return record("research_task", number, {"title": f"Nhiệm vụ {number}", "start": "2025-02", **values})


def a_class(number: int, **values: Any) -> Record:
    return record("training_session", number, {"title": f"Lớp {number}", "start": "2026-02", **values})


def count(
    period: Period, *records: Record, last: Last | None = None, library: Iterable[Record] = ()
) -> dict[str, Any]:
    by_kind: dict[str, list[Record]] = {}
    for one in records:
        by_kind.setdefault(one.kind, []).append(one)
    return figures.compute(
        by_kind, (), start=period.start, end=period.end, left_out=0, explained=0,
        document=period.document, last=last, library=library,
    )  # fmt: skip


def last_of(code: str, *records: Record) -> Last:
    period = parse_period(code)
    return Last(code, period.label.vi, LIBRARY, "", count(period, *records))


def named_check(counted: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    return next(one for one in counted["checks"] if one["id"] == name)


Y2026 = parse_period("2026")


def test_carried_over_is_what_last_year_left_open() -> None:
    tasks = [a_task(1), a_task(2, accepted="2026-05", grade="kha"), a_task(3, stopped="2026-03")]
    counted = count(Y2026, *tasks, a_task(4, start="2026-04"), last=last_of("2025", *tasks))
    check = named_check(counted, "tasks.inherited")
    assert check["ok"] and (check["sum"], check["total"]) == (3, 3)
    assert check["text"] == (
        "Nhiệm vụ bắt đầu từ trước kỳ này là 3, bằng số nhiệm vụ chưa kết thúc khi hết năm 2025 (3)."
    )
    assert failed_checks(counted) == ()


def test_tasks_that_vanished_or_came_from_nowhere_are_named() -> None:
    before: Sequence[Record] = [a_task(1), a_task(2), a_task(3, start="2025-03")]
    now = [a_task(1), a_task(7, start="2024"), a_task(3, start="2026-03")]  # 2 gone, 7 come, 3 begins anew
    counted = count(Y2026, *now, last=last_of("2025", *before), library=[*now, before[1]])
    (failed,) = failed_checks(counted)
    assert failed["id"] == "tasks.inherited" and (failed["sum"], failed["total"]) == (2, 3)
    assert set(failed["records"]) == {before[1].id, now[1].id, now[2].id}
    text = failed["text"]
    assert "còn số nhiệm vụ chưa kết thúc khi hết năm 2025 là 3, lệch 1" in text
    gone, come = text.split("; nay có, kỳ trước không: ")
    assert "“Nhiệm vụ 2”" in gone and "“Nhiệm vụ 3”" in gone and "“Nhiệm vụ 7”" in come


def test_equal_numbers_of_different_tasks_do_not_pass() -> None:
    counted = count(Y2026, a_task(5), last=last_of("2025", a_task(6)))
    (failed,) = failed_checks(counted)
    assert (failed["sum"], failed["total"]) == (1, 1) and "lệch" not in failed["text"]
    assert "1 nhiệm vụ không còn trong sổ" in failed["text"]  # nobody told what it was called


@pytest.mark.parametrize(("now", "before"), [("2026-H1", "2025-H1"), ("2027-KH", "2026-KH")])
def test_only_periods_that_follow_each_other_are_held_together(now: str, before: str) -> None:
    counted = count(parse_period(now), a_task(1), last=last_of(before, a_task(2, start="2024")))
    assert failed_checks(counted) == ()
    assert "tasks.inherited" not in {one["id"] for one in counted["checks"]}


def test_a_task_whose_sources_miss_its_total_is_named() -> None:
    odd = a_task(3, title="Máy soi", funding_total=100, funding=[{"source": "ministry", "approved": 90}])
    counted = count(
        Y2026,
        a_task(1, funding_total=50),  # names no source: nothing to compare
        a_task(2, funding_total=7, funding=[{"source": "ministry", "approved": 7}]),
        odd,
    )
    (failed,) = failed_checks(counted)
    assert (failed["id"], failed["sum"], failed["total"]) == ("funding_sources.planned", 97, 107)
    assert failed["records"] == [odd.id]
    assert failed["text"].endswith("lệch 10: nhiệm vụ số 3 “Máy soi”.")


def test_more_women_than_participants_in_one_class_is_found_though_the_sum_hides_it() -> None:
    counted = count(
        Y2026,
        a_class(1, participants=100, women=0),
        a_class(2, participants=10, women=11),
        a_class(3, women=4),  # how many came is not written: that is another finding
        a_class(4, participants=1, participant_list=[{"name": "A"}, {"name": "B"}]),
    )
    failed = {one["id"]: one for one in failed_checks(counted)}
    assert set(failed) == {"training_parts.women", "training_parts.named"}
    assert len(failed["training_parts.women"]["records"]) == 1
    assert "ở lớp số 2 “Lớp 2”" in failed["training_parts.women"]["text"]


def test_a_long_list_of_culprits_stays_a_sentence() -> None:
    many = [a_class(n, title="T" * 300, participants=1, women=2) for n in range(1, 41)]
    (failed,) = failed_checks(count(Y2026, *many))
    assert len(failed["records"]) == 40 and len(failed["text"]) < 1600
    assert failed["text"].endswith("và 28 lớp khác.")


def test_rows_that_do_not_add_up_fail() -> None:
    tally = Tally()
    tally.put("tasks.total", "task", 5)
    tally.adds_up("x.total", "Nhiệm vụ theo cấp, cột “Tổng số”", 4, "tasks.total")
    assert tally.checks == [
        {"id": "x.total", "sum": 4, "total": 5, "ok": False, "records": [],
         "text": "Nhiệm vụ theo cấp, cột “Tổng số”: các dòng cộng lại được 4, còn tổng số là 5, lệch 1."}
    ]  # fmt: skip


def test_every_check_has_its_sentence_and_the_sample_holds() -> None:
    made = sample()
    assert failed_checks(made.figures) == ()
    texts = [one["text"] for one in made.figures["checks"]]
    assert all(text.endswith(".") and "  " not in text for text in texts)
    agree = named_check(made.figures, "tasks_agree.total")
    assert "theo cấp 46" in agree["text"] and "theo nguồn kinh phí 46" in agree["text"]
    assert failed_checks({"values": {}, "tables": []}) == ()

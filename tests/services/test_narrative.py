"""The sentences of a report: worded by the unit, their numbers tied, what is missing said."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from stdesk.clock import fixed_clock
from stdesk.domain.periods import Period, parse_period
from stdesk.domain.rules.core import Severity
from stdesk.errors import UserError
from stdesk.reports import forms
from stdesk.services.desk import Desk
from stdesk.services.narrative import LONGEST, Sentence, narrative_findings
from stdesk.services.preparation import OwnText, Prepared
from tests.helpers.prepared import write_narrative

PERIOD = parse_period("2026")


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    clock = fixed_clock(datetime(2026, 11, 2, 3, 0, tzinfo=UTC))
    made = Desk.create(tmp_path / "kho", unit_code="MH", unit_name="Công an tỉnh Minh Hải", clock=clock)
    for number in range(12):
        _task(made, number, "2026-03" if number < 5 else "2025-03")
    yield made
    made.close()


def _task(desk: Desk, number: int, start: str) -> None:
    desk.catalogue.save("research_task", {"title": f"Đề tài số {number}", "level": "base", "start": start})


def _one(desk: Desk, name: str, period: Period = PERIOD) -> Sentence:
    (found,) = (one for one in desk.narrative.sentences(period) if one.id == name)
    return found


def test_sentences_are_drafted_from_the_figures(desk: Desk) -> None:
    said = {one.id: one for one in desk.narrative.sentences(PERIOD)}
    tasks = said["tasks"]
    assert tasks.text == tasks.drafted and "12 nhiệm vụ" in tasks.text and "5 nhiệm vụ mới" in tasks.text
    assert tasks.article == "Chỉ thị 05/CT-BCA-V04, điểm 4a, 4b"
    assert tasks.heading.startswith("2. ") and tasks.section.startswith("II. ")
    assert not (tasks.own or tasks.changed or tasks.blank or tasks.required)
    values = {one.name: one.value for one in tasks.figures}
    assert values["tasks.total"] == 12 and values["tasks_by_level.base.total"] == 12
    assert all(one.seen is None for one in tasks.figures)
    assert said["situation"].blank and said["difficulties"].blank and said["difficulties"].required
    assert said["stopped"].text == "" and not said["stopped"].blank  # nothing to say, and nothing missing
    assert next(iter(said)) == "opening"


def test_a_worded_sentence_follows_its_figures_and_says_that_they_moved(desk: Desk) -> None:
    worded = _one(desk, "tasks").text.replace("Đơn vị quản lý, thực hiện", "Toàn tỉnh triển khai")
    changes = desk.narrative.put(PERIOD, "tasks", worded)
    assert changes.action and changes.label
    own = _one(desk, "tasks")
    assert (own.text, own.own, own.changed) == (worded, True, False)
    _task(desk, 12, "2026-05")
    moved = _one(desk, "tasks")
    assert moved.text.startswith("Toàn tỉnh triển khai 13 nhiệm vụ") and "6 nhiệm vụ mới" in moved.text
    assert moved.changed
    seen = {one.name: (one.seen, one.value) for one in moved.figures if one.changed}
    assert seen["tasks.total"] == (12, 13) and seen["tasks.new"] == (5, 6)
    desk.narrative.accept(PERIOD, "tasks")
    accepted = _one(desk, "tasks")
    assert not accepted.changed and accepted.own and accepted.text == moved.text
    desk.catalogue.undo()
    assert _one(desk, "tasks").changed


def test_a_number_changed_by_hand_stays_and_is_marked_when_the_figure_moves(desk: Desk) -> None:
    desk.narrative.put(PERIOD, "tasks", _one(desk, "tasks").text.replace("12 nhiệm vụ", "15 nhiệm vụ", 1))
    assert "15 nhiệm vụ" in _one(desk, "tasks").text
    _task(desk, 12, "2026-05")
    own = _one(desk, "tasks")
    assert "15 nhiệm vụ" in own.text and own.changed
    assert any(one.name == "tasks.total" and one.seen == 12 for one in own.figures)


def test_the_frozen_report_prints_the_units_words(desk: Desk) -> None:
    desk.narrative.put(PERIOD, "difficulties", "Chỉ có 12 nhiệm vụ.\nMẫu {abc} còn thiếu.")
    printed = {one["id"]: one for one in desk.reporting.draft(PERIOD).narrative}["difficulties"]
    assert printed["text"] == "Chỉ có 12 nhiệm vụ.\nMẫu {abc} còn thiếu." and not printed["blank"]


def test_a_draft_that_was_looked_at_is_marked_too_and_stays_a_draft(desk: Desk) -> None:
    desk.narrative.accept(PERIOD, "tasks")
    looked = _one(desk, "tasks")
    assert not looked.own and not looked.changed and looked.figures[0].seen is not None
    _task(desk, 12, "2026-05")
    moved = _one(desk, "tasks")
    assert moved.changed and not moved.own and "13 nhiệm vụ" in moved.text


def test_back_to_the_draft_by_reset_by_nothing_and_by_the_same_words(desk: Desk) -> None:
    draft = _one(desk, "tasks").drafted
    for way in ("reset", "", "  \n ", draft):
        desk.narrative.put(PERIOD, "tasks", "Có 12 nhiệm vụ.")
        assert _one(desk, "tasks").own
        if way == "reset":
            desk.narrative.reset(PERIOD, "tasks")
        else:
            desk.narrative.put(PERIOD, "tasks", way)
        assert (_one(desk, "tasks").text, _one(desk, "tasks").own) == (draft, False)
    assert not desk.narrative.reset(PERIOD, "tasks").action  # nothing is no act
    assert not desk.narrative.put(PERIOD, "tasks", draft).action


def test_a_sentence_left_out_can_be_worded_all_the_same(desk: Desk) -> None:
    assert _one(desk, "stopped").text == ""
    desk.narrative.put(PERIOD, "stopped", "Không có nhiệm vụ nào phải dừng.")
    assert _one(desk, "stopped").text == "Không có nhiệm vụ nào phải dừng."
    texts = [one["text"] for one in desk.reporting.draft(PERIOD).narrative]
    assert "Không có nhiệm vụ nào phải dừng." in texts


def test_words_of_one_report_are_not_those_of_another(desk: Desk) -> None:
    half = parse_period("2026-H1")
    desk.narrative.put(PERIOD, "difficulties", "Của năm.")
    desk.narrative.put(half, "difficulties", "Của sáu tháng.")
    assert _one(desk, "difficulties").text == "Của năm."
    assert _one(desk, "difficulties", half).text == "Của sáu tháng."


@pytest.mark.parametrize("sentence", ["", "nothing", "tasks.total", "text:tasks"])
def test_a_sentence_there_is_not_is_refused(desk: Desk, sentence: str) -> None:
    for act in (
        lambda: desk.narrative.put(PERIOD, sentence, "x"),
        lambda: desk.narrative.reset(PERIOD, sentence),
    ):
        with pytest.raises(UserError) as refused:
            act()
        assert refused.value.code == "sentence_unknown"


def test_too_long_a_text_is_refused_and_a_long_one_kept(desk: Desk) -> None:
    with pytest.raises(UserError) as refused:
        desk.narrative.put(PERIOD, "difficulties", "a" * (LONGEST + 1))
    assert refused.value.code == "sentence_too_long" and "20.001" in str(refused.value)
    long = "Khó khăn về biên chế. " * 900
    desk.narrative.put(PERIOD, "difficulties", long)
    assert _one(desk, "difficulties").text == long.strip()


def test_last_years_words_are_beside_and_can_be_taken_over_with_this_years_numbers(desk: Desk) -> None:
    before = parse_period("2025")
    _explained(desk, before)
    desk.narrative.put(before, "tasks", "Năm qua đơn vị có 7 nhiệm vụ khoa học và công nghệ, đều đúng hạn.")
    desk.reporting.freeze(before)
    desk.narrative.put(before, "tasks", "Sửa sau khi chốt, không ai thấy.")
    beside = _one(desk, "tasks")
    assert beside.last_text == "Năm qua đơn vị có 7 nhiệm vụ khoa học và công nghệ, đều đúng hạn."
    assert beside.last_template == beside.last_text.replace("7", "{tasks.total}")
    assert beside.last_now == beside.last_text.replace("7", "12")
    desk.narrative.put(PERIOD, "tasks", beside.last_now + " Tốt.", beside.last_template)
    assert _one(desk, "tasks").template == beside.last_template + " Tốt."
    assert _one(desk, "difficulties").last_text.startswith("Cán bộ kiêm nhiệm")


def _explained(desk: Desk, period: Period) -> None:
    write_narrative(desk, period)
    desk.readiness.explain(period, "Có lý do", *desk.readiness.check(period).open)


# -- what is missing -----------------------------------------------------------------------


def test_a_report_is_not_frozen_without_difficulties_and_proposals(desk: Desk) -> None:
    checked = desk.readiness.check(PERIOD)
    missing = [one for one in checked.open if one.rule.startswith("narrative_")]
    assert [(one.rule, one.field, one.severity) for one in missing] == [
        ("narrative_difficulties", "difficulties", Severity.BLOCK),
        ("narrative_proposals", "proposals", Severity.BLOCK),
    ]
    assert all("8b" in one.article and one.advice for one in missing)
    desk.readiness.explain(PERIOD, "Có lý do", *[one for one in checked.open if one not in missing])
    with pytest.raises(UserError) as refused:
        desk.reporting.freeze(PERIOD)
    assert refused.value.code == "freeze_blocked"
    assert desk.reporting.freeze(PERIOD, trial=True).trial  # a trial is
    desk.narrative.put(PERIOD, "difficulties", "Không có khó khăn.")
    desk.narrative.put(PERIOD, "proposals", "…")
    with pytest.raises(UserError):
        desk.reporting.freeze(PERIOD)
    desk.narrative.put(PERIOD, "proposals", "Không.")
    assert desk.reporting.freeze(PERIOD).submission == 1


@pytest.mark.parametrize("text", ["", "…", "...", " - ", "{…}", "?!"])
def test_dots_and_dashes_are_nothing(text: str) -> None:
    form = forms.read_form("yearly-report-2023-10-07")
    found = narrative_findings(
        form, Prepared(texts={"difficulties": OwnText(text), "proposals": OwnText("Có")})
    )
    assert [one.rule for one in found] == ["narrative_difficulties", "narrative_blanks"]


def test_blanks_are_one_hint_with_their_count() -> None:
    form = forms.read_form("yearly-report-2023-10-07")
    (blanks,) = (one for one in narrative_findings(form, Prepared()) if one.rule == "narrative_blanks")
    written = {str(one["id"]): OwnText("Đã viết.") for one in form.sentences()}
    assert blanks.severity is Severity.HINT and blanks.params["first"] == "situation"
    fewer = narrative_findings(form, Prepared(texts={"situation": OwnText("Ổn định.")}))
    assert [one.params["count"] for one in fewer if one.params] == [blanks.params["count"] - 1]
    assert str(blanks.params["count"]) in blanks.message
    assert narrative_findings(form, Prepared(texts=written)) == ()
    open_still = {**written, "plan": OwnText("Việc khác: {…}")}
    assert [one.params["count"] for one in narrative_findings(form, Prepared(texts=open_still))] == [1]


def test_a_plan_has_no_difficulties_to_write() -> None:
    found = narrative_findings(forms.read_form("plan-2023-10-07"), Prepared())
    assert [one.rule for one in found] == ["narrative_blanks"]

"""The checks page: what is missing by rule, the way to the field, reasons, periods."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from stdesk.domain.periods import parse_period
from stdesk.domain.rules.core import Finding, Severity
from stdesk.services.desk import Desk
from stdesk.ui.checks.grouping import groups_of
from stdesk.ui.checks.page import ChecksPage
from stdesk.ui.checks.period_chooser import PeriodChooser, periods
from stdesk.ui.session import Session, Tone
from tests.ui.filled import filled_desk

WAIT = 20_000


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    with filled_desk(tmp_path / "kho") as opened:
        yield opened


@pytest.fixture
def page(qtbot: QtBot, session: Session) -> ChecksPage:
    made = ChecksPage(session)
    qtbot.addWidget(made)
    made.resize(1160, 720)
    made.show()
    qtbot.waitUntil(lambda: made.view is not None and not made.busy, timeout=WAIT)
    return made


def recheck(qtbot: QtBot, page: ChecksPage) -> None:
    qtbot.waitUntil(lambda: not page.busy, timeout=WAIT)


def group_at(page: ChecksPage, severity: Severity) -> int:
    return next(at for at, one in enumerate(page.groups) if one.severity is severity)


def test_chips_count_what_the_service_finds(page: ChecksPage, desk: Desk) -> None:
    checked = desk.readiness.check(parse_period("2026"))
    counts = {str(one): n for one, n in checked.counts.items()}
    counts["uneven"] = sum(len(one.missing) for one in checked.uneven)
    for weight, n in counts.items():
        assert page.chips.chips[weight].text().endswith(f" {n}")
        assert page.chips.chips[weight].isHidden() is (n == 0)
    assert sum(len(group.findings) for group in page.groups) == sum(counts.values())


def test_groups_come_gravest_first_and_not_due_last(page: ChecksPage) -> None:
    order = [list(Severity).index(group.severity) for group in page.groups]
    assert order == sorted(order)
    assert page.groups[-1].severity is Severity.NOT_DUE
    last = page.rules.item(page.rules.count() - 1)
    assert last.foreground().color() != page.rules.item(0).foreground().color()
    assert "Chưa đến hạn" in last.text()


def test_a_chip_keeps_only_its_findings(qtbot: QtBot, page: ChecksPage) -> None:
    qtbot.mouseClick(page.chips.chips["not_due"], Qt.MouseButton.LeftButton)
    assert {group.severity for group in page.groups} == {Severity.NOT_DUE}
    assert not page.panel.explain_button.isVisible()


def test_table_tells_which_item_and_panel_tells_what_to_do(page: ChecksPage, desk: Desk) -> None:
    page.rules.setCurrentRow(group_at(page, Severity.EXPLAIN))
    finding = page.current_finding()
    assert finding is not None
    record = desk.catalogue.record(finding.record)
    assert page.model.row(0)[1] == record.get("title")
    said = page.panel._line.accessibleName()
    assert finding.message in said and finding.advice in said


def test_enter_leads_to_the_field(qtbot: QtBot, page: ChecksPage, session: Session) -> None:
    page.rules.setCurrentRow(group_at(page, Severity.EXPLAIN))
    page.table.setFocus()
    qtbot.keyClick(page.table, Qt.Key.Key_Down)
    finding = page.current_finding()
    assert finding == page.side.group().findings[1]
    with qtbot.waitSignal(session.record_wanted) as wanted:
        qtbot.keyClick(page.table, Qt.Key.Key_Return)
    assert wanted.args == [finding.kind, finding.record, finding.field]


def test_enter_on_a_rule_goes_into_its_list(qtbot: QtBot, page: ChecksPage) -> None:
    page.rules.setFocus()
    page.rules.itemActivated.emit(page.rules.item(0))
    assert page.table.hasFocus()


def test_a_reason_is_kept_and_brings_the_freeze_nearer(
    qtbot: QtBot, page: ChecksPage, desk: Desk, said: list[Any]
) -> None:
    page.rules.setCurrentRow(group_at(page, Severity.EXPLAIN))
    finding, before = page.current_finding(), len(page.view.checked.open)
    qtbot.keyClicks(page.panel.reason, "Da gui cong van")
    qtbot.keyClick(page.panel.reason, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: bool(said), timeout=WAIT)
    assert said[-1].tone is Tone.DONE
    assert desk.readiness.reasons(parse_period("2026")) == {finding.key: "Da gui cong van"}
    recheck(qtbot, page)
    assert len(page.view.checked.open) == before - 1
    assert page.current_finding().key == finding.key
    assert page.model.row(page.table.currentIndex().row())[3].text == "Đã ghi"
    page.panel.reason.clear()
    page.panel.explain_button.click()
    qtbot.waitUntil(lambda: len(said) == 2, timeout=WAIT)
    recheck(qtbot, page)
    assert desk.readiness.reasons(parse_period("2026")) == {}
    assert len(page.view.checked.open) == before


def test_one_reason_for_all_selected(qtbot: QtBot, page: ChecksPage, desk: Desk, said: list[Any]) -> None:
    page.rules.setCurrentRow(group_at(page, Severity.EXPLAIN))
    n = len(page.side.group().findings)
    assert n > 1
    page.table.selectAll()
    assert str(n) in page.panel.explain_button.text()
    page.panel.reason.setText("Chờ V04 trả lời")
    page.panel.explain_button.click()
    qtbot.waitUntil(lambda: bool(said), timeout=WAIT)
    assert len(desk.readiness.reasons(parse_period("2026"))) == n


def test_an_empty_reason_is_not_taken(qtbot: QtBot, page: ChecksPage, desk: Desk, said: list[Any]) -> None:
    page.rules.setCurrentRow(group_at(page, Severity.EXPLAIN))
    page.panel.explain_button.click()
    assert said[-1].tone is Tone.WARN
    assert page.panel.reason.hasFocus()
    assert desk.readiness.reasons(parse_period("2026")) == {}


def test_another_period_is_checked_at_once(qtbot: QtBot, page: ChecksPage) -> None:
    page.open_with({"period": "2026-H1"})
    recheck(qtbot, page)
    assert page.view.checked.period.code == "2026-H1"
    assert page.chooser.combo.currentText() == "Sơ kết 6 tháng đầu năm 2026"


def test_asked_for_a_rule_it_shows_that_rule(qtbot: QtBot, page: ChecksPage) -> None:
    rule = page.groups[-1].rule
    page.chips.chips["explain"].click()
    page.open_with({"period": "2026", "rule": rule})
    assert page.side.group().rule == rule


def test_what_was_mended_is_gone_and_the_place_is_kept(
    qtbot: QtBot, page: ChecksPage, desk: Desk, session: Session
) -> None:
    at = next(place for place, one in enumerate(page.groups) if one.rule == "issn_check_digit")
    page.rules.setCurrentRow(at)
    before = len(page.side.group().findings)
    finding = page.current_finding()
    saved = desk.catalogue.save(finding.kind, {"issn": "1859-4794"}, record_id=finding.record)
    session.changed.emit(saved.changes)
    recheck(qtbot, page)
    assert page.side.group().rule == "issn_check_digit"
    assert len(page.side.group().findings) == before - 1


def test_ready_says_so_and_points_to_the_report(
    qtbot: QtBot, tmp_path: Path, page: ChecksPage, desk: Desk
) -> None:
    desk.readiness.extra.clear()  # the wording is another page's
    checked = desk.readiness.check(parse_period("2026"))
    desk.readiness.explain(checked.period, "Có lý do", *checked.open)
    page.check()
    recheck(qtbot, page)
    assert not page.view.checked.open
    assert page.bar.value() == page.bar.maximum()
    assert "chốt được số liệu năm 2026" in page.sentence.text()
    with qtbot.waitSignal(page.session.page_wanted) as wanted:
        page.report_button.click()
    assert wanted.args == ["report", {"period": "2026"}]


def test_periods_offered_are_the_next_plan_then_years_and_halves_newest_first() -> None:
    offered = [one.code for one in periods(date(2026, 11, 2))]
    assert offered[:6] == ["2027-KH", "2026", "2026-H1", "2026-H2", "2026-KH", "2025"]
    assert "2021-2025" in offered
    assert periods(date(2026, 12, 1))[1].code == "2027"


def test_chooser_shows_this_year_and_ignores_what_is_no_period(qtbot: QtBot) -> None:
    chooser = PeriodChooser(date(2026, 12, 31))
    qtbot.addWidget(chooser)
    assert chooser.period.code == "2026"
    chooser.show_period("nonsense")
    assert chooser.period.code == "2026"
    chooser.show_period("1999")
    assert chooser.combo.currentText() == "Báo cáo năm 1999"


def test_any_span_can_be_typed_and_a_mistake_says_so(qtbot: QtBot) -> None:
    chooser = PeriodChooser(date(2026, 12, 31))
    qtbot.addWidget(chooser)
    chooser.show()
    chooser.combo.setCurrentIndex(chooser.combo.count() - 1)
    chooser.combo.activated.emit(chooser.combo.count() - 1)
    chooser.line.setText("31/02/2026 - ???")
    qtbot.keyClick(chooser.line, Qt.Key.Key_Return)
    assert chooser.problem.isVisible()
    assert chooser.period.code == "2026"
    chooser.line.setText("1/1/2026 đến 30/9/2026")
    with qtbot.waitSignal(chooser.chosen) as chosen:
        qtbot.keyClick(chooser.line, Qt.Key.Key_Return)
    assert chosen.args[0].code == "20260101-20260930"
    assert chooser.combo.isVisible() and chooser.combo.currentText() == "Báo cáo từ 01/01/2026 đến 30/09/2026"
    chooser.combo.activated.emit(chooser.combo.count() - 1)
    qtbot.keyClick(chooser.line, Qt.Key.Key_Escape)
    assert chooser.combo.isVisible()
    assert chooser.period.code == "20260101-20260930"


def test_a_rule_of_two_weights_makes_two_groups() -> None:
    def finding(severity: Severity, record: str) -> Finding:
        return Finding("deposit_missing", severity, record, "publication", 1, "deposit_state")

    found = (finding(Severity.EXPLAIN, "a"), finding(Severity.NOT_DUE, "b"), finding(Severity.EXPLAIN, "c"))
    groups = groups_of(found)
    assert [(one.severity, len(one.findings)) for one in groups] == [
        (Severity.EXPLAIN, 2),
        (Severity.NOT_DUE, 1),
    ]
    assert len({one.key for one in groups}) == 2


def test_a_group_is_headed_by_its_rules_title_never_by_gaps(page: ChecksPage) -> None:
    heads = [page.rules.item(at).text().splitlines()[0] for at in range(page.rules.count())]
    assert "ISSN sai số kiểm tra" in heads
    assert not [one for one in heads if "…" in one]
    assert len({(one.severity, head) for one, head in zip(page.groups, heads, strict=True)}) == len(heads)


def test_an_empty_required_field_is_named_in_the_head() -> None:
    def empty(field: str, label: str, record: str) -> Finding:
        kind = "publication"
        return Finding("required_field", Severity.EXPLAIN, record, kind, 1, field, {"field": label})

    groups = groups_of(
        (empty("issued", "Năm (ngày) công bố", "a"), empty("language", "Ngôn ngữ", "a"),
         empty("issued", "Năm (ngày) công bố", "b"))
    )  # fmt: skip
    assert [(one.title, len(one.findings)) for one in groups] == [
        ("Thiếu mục bắt buộc: Năm (ngày) công bố", 2),
        ("Thiếu mục bắt buộc: Ngôn ngữ", 1),
    ]
    assert len({one.key for one in groups}) == 2


def test_asked_for_a_group_it_shows_that_group_of_the_rule(page: ChecksPage) -> None:
    several = [one for one in page.groups if sum(other.rule == one.rule for other in page.groups) > 1]
    assert several  # the deposits owed are overdue in one group and not due yet in another
    page.open_with({"period": "2026", "rule": several[-1].key})
    assert page.side.group() == several[-1]

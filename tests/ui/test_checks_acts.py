"""The checks page at work: mending one after the other, putting off, what a rule rests on, sifting, Excel."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from stdesk.domain.periods import parse_period
from stdesk.domain.rules.core import Finding, Severity
from stdesk.services.desk import Desk
from stdesk.ui.checks.findings_model import FindingsModel
from stdesk.ui.checks.grouping import CheckView, Wish, arrange, groups_of
from stdesk.ui.checks.page import ChecksPage
from stdesk.ui.choose import choose
from stdesk.ui.records.page import RecordsPage
from stdesk.ui.session import Session, Tone
from stdesk.ui.shell import MainWindow
from tests.ui.filled import filled_desk
from tests.ui.test_checks import WAIT, group_at, recheck

PERIOD = parse_period("2026")


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


@pytest.fixture
def window(qtbot: QtBot, session: Session) -> MainWindow:
    made = MainWindow(session, first="checks")
    qtbot.addWidget(made)
    made.resize(1366, 768)
    made.show()
    checks = made.page("checks")
    qtbot.waitUntil(lambda: checks.view is not None and not checks.busy, timeout=WAIT)  # type: ignore[attr-defined]
    return made


def at_rule(page: ChecksPage, rule: str) -> None:
    page.rules.setCurrentRow(next(at for at, one in enumerate(page.groups) if one.rule == rule))


def opened(qtbot: QtBot, window: MainWindow, finding: Finding) -> RecordsPage:
    records = window.page(f"records:{finding.kind}")
    assert isinstance(records, RecordsPage)

    def there() -> bool:
        shown = records.detail.record if records.detail else None
        return records.pane_open and shown is not None and shown.id == finding.record and records.walking

    qtbot.waitUntil(there, timeout=WAIT)
    return records


def link(records: RecordsPage, words: str) -> QPushButton:
    assert records.walk_bar is not None
    return next(one for one in records.walk_bar.buttons if words in one.text())


# -- mended, saved, on ---------------------------------------------------------------------------


def test_mended_saved_and_on_to_the_next_then_back_where_one_was(
    qtbot: QtBot, window: MainWindow, desk: Desk
) -> None:
    page = window.page("checks")
    assert isinstance(page, ChecksPage)
    at_rule(page, "issn_check_digit")
    first, second, third, *_ = page.side.group().findings
    page.table.setFocus()
    QTest.keyClick(page.table, Qt.Key.Key_Return)
    records = opened(qtbot, window, first)
    detail = records.detail
    assert "Việc 1/" in records.walk_bar.text.text() and first.message in records.walk_bar.text.text()
    qtbot.waitUntil(lambda: detail.form.boxes["issn"].isAncestorOf(window.focusWidget()), timeout=WAIT)
    line = window.focusWidget()
    line.selectAll()
    QTest.keyClicks(line, "1859-4794")
    QTest.keyClick(window, Qt.Key.Key_F6)  # saves, and goes on
    opened(qtbot, window, second)
    assert desk.catalogue.record(first.record).get("issn") == "1859-4794"
    assert "Việc 2/" in records.walk_bar.text.text()
    QTest.keyClick(window, Qt.Key.Key_Escape)  # nothing changed in the second: back to the list
    assert window.current() is page
    assert page.current_finding().key == third.key
    recheck(qtbot, page)
    assert page.current_finding().key == third.key
    assert first.key not in {one.key for one in page.side.group().findings}
    assert not records.walking


def test_going_on_without_changing_anything_saves_nothing(
    qtbot: QtBot, window: MainWindow, desk: Desk
) -> None:
    page = window.page("checks")
    at_rule(page, "issn_check_digit")
    findings = page.side.group().findings
    page.mend()
    records = opened(qtbot, window, findings[0])
    before = len(desk.catalogue.history())
    for finding in findings[1:]:
        link(records, "F6").click()
        opened(qtbot, window, finding)
    assert [one.text() for one in records.walk_bar.buttons] == ["Về danh sách (Esc)"]  # it was the last
    QTest.keyClick(window, Qt.Key.Key_F6)
    assert window.current() is page
    assert len(desk.catalogue.history()) == before


def test_what_was_typed_is_kept_when_one_goes_back(qtbot: QtBot, window: MainWindow) -> None:
    page = window.page("checks")
    at_rule(page, "issn_check_digit")
    finding = page.current_finding()
    page.mend()
    records = opened(qtbot, window, finding)
    qtbot.waitUntil(
        lambda: records.detail.form.boxes["issn"].isAncestorOf(window.focusWidget()), timeout=WAIT
    )
    QTest.keyClicks(window.focusWidget(), "9")
    link(records, "Esc").click()
    assert window.current() is page
    assert records.unsaved()


def test_a_finding_of_the_report_itself_opens_its_own_page(
    qtbot: QtBot, page: ChecksPage, session: Session
) -> None:
    at_rule(page, "narrative_difficulties")
    with qtbot.waitSignal(session.page_wanted) as wanted:
        page.mend()
    assert wanted.args[0] == "narrative" and wanted.args[1]["period"] == "2026"


# -- later ---------------------------------------------------------------------------------------


def test_put_off_goes_to_the_end_counts_as_open_and_can_be_undone(
    qtbot: QtBot, page: ChecksPage, desk: Desk, session: Session, said: list[Any]
) -> None:
    page.rules.setCurrentRow(group_at(page, Severity.EXPLAIN))
    group, open_before = page.side.group(), len(page.view.checked.open)
    page.table.selectRow(1)
    finding, following = group.findings[1], group.findings[2]
    QTest.keyClick(page, Qt.Key.Key_L, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: bool(said), timeout=WAIT)
    recheck(qtbot, page)
    assert page.groups[-1].later and page.groups[-1].findings == (finding,)
    assert page.current_finding().key == following.key  # it took the place
    assert len(page.view.checked.open) == open_before
    assert page.chips.chips["later"].text().endswith(" 1")
    session.undo()
    qtbot.waitUntil(lambda: not page.busy and page.view.counts["later"] == 0, timeout=WAIT)
    assert len(page.side.group().findings) == len(group.findings)
    assert desk.preparation.read(PERIOD).later == frozenset()


def test_what_was_put_off_is_taken_up_again(qtbot: QtBot, page: ChecksPage, desk: Desk) -> None:
    page.rules.setCurrentRow(group_at(page, Severity.EXPLAIN))
    key = page.current_finding().key
    page.put_off(True)
    qtbot.waitUntil(lambda: not page.busy and page.view.counts["later"] == 1, timeout=WAIT)
    page.rules.setCurrentRow(len(page.groups) - 1)
    assert page.panel.later_button.text() == "Làm lại"
    page.panel.later_button.click()
    qtbot.waitUntil(lambda: not page.busy and page.view.counts["later"] == 0, timeout=WAIT)
    assert key in {one.key for group in page.groups for one in group.findings if not group.later}


# -- reasons -------------------------------------------------------------------------------------


def test_a_reason_given_before_is_proposed(qtbot: QtBot, page: ChecksPage, desk: Desk) -> None:
    checked = page.view.checked
    one = next(one for one in checked.open if one.severity is Severity.EXPLAIN)
    desk.readiness.explain(parse_period("2025"), "Đang chờ V04 cấp biên nhận", one)
    page.check()
    recheck(qtbot, page)
    page.rules.setCurrentRow(group_at(page, Severity.EXPLAIN))
    page.panel.reason.setFocus()
    qtbot.keyClicks(page.panel.reason, "bien nhan")
    assert page.panel.reason.proposals_open
    qtbot.keyClick(page.panel.reason, Qt.Key.Key_Down)
    qtbot.keyClick(page.panel.reason, Qt.Key.Key_Return)
    assert page.panel.reason.text() == "Đang chờ V04 cấp biên nhận"


# -- what it rests on ----------------------------------------------------------------------------


def test_the_article_opens_beside_and_esc_puts_it_away(qtbot: QtBot, page: ChecksPage) -> None:
    at_rule(page, "issn_check_digit")
    QTest.keyClick(page, Qt.Key.Key_I, Qt.KeyboardModifier.ControlModifier)
    assert page.article.isVisible()
    assert "ISO 3297" in page.article.area.accessibleName()
    at_rule(page, "deposit_missing")  # it follows the finding in hand
    assert "nộp một bản cho V04" in page.article.area.accessibleName()
    assert page.step_back()
    assert not page.article.isVisible()
    assert not page.step_back()


def test_a_summary_nobody_compared_says_so(page: ChecksPage) -> None:
    page.article.show_named("Nghị định 267/2025/NĐ-CP")
    assert "(chưa đối chiếu)" in page.article.area.accessibleName()
    page.article.show_named("Chỉ thị 05/CT-BCA-V04, điểm 8b (trước ngày 15/11)")
    assert "(chưa đối chiếu)" not in page.article.area.accessibleName()
    assert "14/11" in page.article.area.accessibleName()


# -- sifting -------------------------------------------------------------------------------------


def test_words_kind_and_weight_together(qtbot: QtBot, page: ChecksPage) -> None:
    page.head.search.setText("issn so kiem tra")
    qtbot.waitUntil(lambda: {one.rule for one in page.groups} == {"issn_check_digit"}, timeout=WAIT)
    page.head.search.setText("khong co gi nhu the")
    qtbot.waitUntil(lambda: page.stack.currentWidget() is page.empty, timeout=WAIT)
    assert page.step_back()  # Esc clears the search
    qtbot.waitUntil(lambda: page.stack.currentWidget() is not page.empty, timeout=WAIT)
    page.kinds.setCurrentIndex(page.kinds.findData("research_task"))
    page.kinds.activated.emit(page.kinds.currentIndex())
    assert {one.kind for group in page.groups for one in group.findings} == {"research_task"}
    assert page.step_back()
    assert len({one.kind for group in page.groups for one in group.findings}) > 1


def test_not_alike_is_a_group_of_its_own_that_names_both_numbers(page: ChecksPage) -> None:
    found = page.view.checked.uneven
    assert found
    groups = [one for one in page.groups if one.weight == "uneven"]
    assert len(groups) == len(found)
    assert f"{found[0].having}/{found[0].of}" in groups[0].title
    assert not any(page.view.checked.is_open(one) for one in groups[0].findings)


def many(n: int) -> CheckView:
    findings = tuple(
        Finding("required_field", Severity.EXPLAIN, f"r{at}", "publication", at, "issued", {"field": "Năm"})
        for at in range(n)
    )
    groups = tuple(groups_of(findings, later={findings[0].key}))
    return CheckView(None, {}, 0, n, findings, {}, {}, groups)  # type: ignore[arg-type]


def test_ten_thousand_findings_are_put_into_words_only_when_seen(qtbot: QtBot) -> None:
    view = many(10_000)
    assert [len(one.findings) for one in view.groups] == [9_999, 1]
    model = FindingsModel()
    model.show_findings(view.groups[0].findings, {}, {})
    assert model.rowCount() == 9_999
    assert model.index(9_998, 2).data() == "Chưa ghi “Năm”."
    assert len(model._rows._made) == 1


def test_arranging_keeps_the_order_of_gravity() -> None:
    view = many(50)
    assert arrange(view, Wish(weight="later"))[0].later
    assert [len(one.findings) for one in arrange(view, Wish(words="7"))] == [5]  # 7, 17, 27, 37, 47
    assert arrange(view, Wish(kind="research_task")) == ()


# -- checking again ------------------------------------------------------------------------------


def test_a_check_that_is_stopped_keeps_the_old_list_and_says_so(qtbot: QtBot, page: ChecksPage) -> None:
    before = page.groups
    page.check()
    assert page.busy_mark.isVisible() or not page.busy
    page.checker._whole.cancel()
    recheck(qtbot, page)
    if page.checker.stopped:  # unless it was quicker
        assert page.groups == before
        assert "lần kiểm trước" in page.note.text.text()
        page.note.buttons[0].click()
        recheck(qtbot, page)
    assert page.note.isHidden()


# -- Excel ---------------------------------------------------------------------------------------


def test_what_is_seen_goes_into_a_workbook(
    qtbot: QtBot, page: ChecksPage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, said: list[Any]
) -> None:
    target = tmp_path / "cần sửa"
    monkeypatch.setattr(choose, "save_file", lambda *_args: target)
    page.chips.chips["not_due"].click()
    n = sum(len(one.findings) for one in page.groups)
    page.export_button.click()
    qtbot.waitUntil(lambda: bool(said), timeout=WAIT)
    assert said[-1].tone is Tone.DONE and str(n) in said[-1].text
    sheet = openpyxl.load_workbook(target.with_name("cần sửa.xlsx")).active
    assert sheet.max_row == n + 1
    assert {row[1].value for row in sheet.iter_rows(min_row=2)} == {"Chưa đến hạn"}

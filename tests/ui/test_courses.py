"""The course of a task, and the acts over its life: by keyboard, checked, one undo each."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from stdesk.ui import theme
from stdesk.ui.courses.carrying import CarryPage
from stdesk.ui.courses.filling import AcceptancePage, DepositPage, FillPage
from stdesk.ui.courses.panel import CoursePanel
from stdesk.ui.records.acts import ActPlace, acts_of
from stdesk.ui.records.detail import Detail
from stdesk.ui.session import Session, Tone
from tests.ui.keyboard import write

WAIT = 20_000
TASK = "research_task"


def add(session: Session, title: str = "Nhận dạng vết", **values: Any) -> str:
    return session.desk.catalogue.save(TASK, {"title": title, **values}).record.id


@pytest.fixture
def detail(qtbot: QtBot, session: Session) -> Iterator[Detail]:
    made = Detail(session.desk.kinds[TASK], session)
    qtbot.addWidget(made)
    made.resize(560, 640)
    made.show()
    yield made


def panel_of(qtbot: QtBot, detail: Detail, record_id: str) -> CoursePanel:
    detail.form.load(detail.form.session.desk.catalogue.record(record_id))
    detail.show_state()
    detail.show_side("course")
    panel = detail.panels["course"]
    assert isinstance(panel, CoursePanel)
    qtbot.waitUntil(lambda: bool(panel.steps), timeout=WAIT)
    return panel


def test_each_step_says_name_day_and_state(qtbot: QtBot, session: Session, detail: Detail) -> None:
    task = add(session, start="2025-02", end="2026-01", accepted="2026-03-12", level="ministry", grade="dat")
    panel = panel_of(qtbot, detail, task)
    names = [one.accessibleName() for one in panel.steps]
    assert "Ngày nghiệm thu: 12/03/2026, xong" in names
    assert "Ngày nộp: hạn 11/04/2026, quá hạn" in names
    assert "Ngày đề xuất, không ghi ngày" in names
    assert panel.next.text() == "Bước tiếp theo: Nộp lưu một bản cho V04"
    assert panel.why.text() == "hạn 11/04/2026 · quá 205 ngày"  # to 2 November
    for one in panel.steps:
        assert one.focusPolicy() & Qt.FocusPolicy.TabFocus
        assert QAccessible.queryAccessibleInterface(one).text(QAccessible.Text.Name) == one.accessibleName()


def test_arrows_walk_and_enter_leads_to_the_field(qtbot: QtBot, session: Session, detail: Detail) -> None:
    panel = panel_of(qtbot, detail, add(session, start="2025-02", end="2027"))
    detail.activateWindow()

    def at() -> str:
        """The step one is at; its buttons are made anew when a later answer comes."""
        step = getattr(detail.focusWidget(), "step", None)
        return step.field if step is not None else ""

    def at_the_next_step() -> bool:
        if at() != "end":
            panel.focus_place().setFocus()
        return at() == "end"

    qtbot.waitUntil(at_the_next_step, timeout=WAIT)
    qtbot.keyClick(detail.focusWidget(), Qt.Key.Key_Down)
    qtbot.waitUntil(lambda: at() == "unit_accepted", timeout=WAIT)
    here = detail.focusWidget()
    qtbot.keyClick(here, Qt.Key.Key_Return)
    assert detail.side == "form"
    box = detail.form.boxes["unit_accepted"]
    assert box.isAncestorOf(detail.focusWidget())


def test_a_stopped_task_ends_with_its_reason(qtbot: QtBot, session: Session, detail: Detail) -> None:
    task = add(session, approved="2025-01", stopped="2026-03", stop_reason="Không còn cấp thiết")
    panel = panel_of(qtbot, detail, task)
    assert panel.next.text() == "Đã dừng: Không còn cấp thiết"
    assert panel.steps[-1].accessibleName() == "Ngày dừng: 03/2026, đã dừng"
    assert not panel.accept.isEnabled()


def test_a_new_record_has_no_course_yet(qtbot: QtBot, detail: Detail) -> None:
    detail.form.load(None, {})
    detail.show_side("course")
    panel = detail.panels["course"]
    assert isinstance(panel, CoursePanel) and panel.steps == []
    assert "lần lưu đầu tiên" in panel.next.text()


def test_hostile_titles_and_both_looks_draw(
    qtbot: QtBot, session: Session, detail: Detail, qapp: QApplication
) -> None:
    task = add(session, "\u202eà" * 3000, start="2025", stopped="2026", stop_reason="x" * 10_000)
    for dark in (True, False):
        theme.apply(qapp, dark)
        panel = panel_of(qtbot, detail, task)
        assert not panel.grab().isNull()


def test_acts_ask_for_their_pages(qtbot: QtBot, session: Session) -> None:
    kind = session.desk.kinds[TASK]
    acts = {one.name: one for one in acts_of(kind)}
    place = ActPlace(session, kind, (3, 4), None, ())  # type: ignore[arg-type]
    for name in ("acceptance", "deposit", "carry"):
        with qtbot.waitSignal(session.page_wanted) as wanted:
            acts[name].run(place)
        assert wanted.args == [name, {"kind": TASK, "keys": (3, 4)}]


def opened(qtbot: QtBot, page: FillPage, **arguments: Any) -> None:
    qtbot.addWidget(page)
    page.resize(1100, 640)
    page.show()
    page.open_with(arguments)
    qtbot.waitUntil(lambda: page.seen is not None, timeout=WAIT)


def cells(page: FillPage) -> list[list[str]]:
    rows, columns = page.model.rowCount(), page.model.columnCount()
    return [[page.model.index(row, at).data() or "" for at in range(columns)] for row in range(rows)]


def test_acceptance_of_several_is_previewed_and_written_as_one_act(
    qtbot: QtBot, session: Session, said: list[Any]
) -> None:
    ids = [add(session, f"Đề tài {n}", start="2025-03", status="in_progress") for n in (1, 2)]
    page = AcceptancePage(session)
    opened(qtbot, page, kind=TASK, keys=tuple(session.desk.catalogue.key_of(one) for one in ids))
    assert not page.apply.isEnabled() and page.about.text() == "Chưa có gì thay đổi."
    write(page.boxes["accepted"].editor.main_control(), "28/10/2026")
    write(page.boxes["grade_written"].editor.main_control(), "Loại xuất sắc")
    qtbot.waitUntil(lambda: page.apply.isEnabled() and page.model.rowCount() >= 8, timeout=WAIT)
    assert page.boxes["grade"].editor.value() == "xuat_sac"  # understood from what was written
    assert cells(page)[:4] == [
        ["1", "Đề tài 1", "Ngày nghiệm thu", "(trống)", "28/10/2026"],
        ["", "", "Xếp loại theo biên bản", "(trống)", "Loại xuất sắc"],
        ["", "", "Xếp loại", "(trống)", "Xuất sắc"],
        ["", "", "Tình trạng", "Đang thực hiện", "Đã nghiệm thu"],
    ]
    assert page.owed.text() == "Phải nộp lưu một bản cho V04, hạn 27/11/2026."
    assert page.apply.text() == "Ghi nghiệm thu cho 2 nhiệm vụ"
    page.apply.click()
    qtbot.waitUntil(lambda: any(one.tone is Tone.DONE for one in said), timeout=WAIT)
    assert said[-1].text.startswith("Đã ghi nghiệm thu: 2 nhiệm vụ") and said[-1].action is not None
    assert [session.desk.catalogue.record(one).get("status") for one in ids] == ["accepted", "accepted"]
    session.desk.catalogue.undo()
    assert [session.desk.catalogue.record(one).get("accepted") for one in ids] == [None, None]


def test_what_is_no_date_is_said_and_nothing_is_written(
    qtbot: QtBot, session: Session, said: list[Any]
) -> None:
    task = add(session, start="2025-03")
    page = AcceptancePage(session)
    opened(qtbot, page, kind=TASK, ids=(task,))
    write(page.boxes["accepted"].editor.main_control(), "31/02/2026")
    write(page.boxes["grade_written"].editor.main_control(), "Khá")
    qtbot.waitUntil(lambda: page.apply.isEnabled(), timeout=WAIT)
    page.apply.click()
    assert "Ngày nghiệm thu" in said[-1].text and said[-1].tone is Tone.WARN
    assert session.desk.catalogue.record(task).version == 1


def test_one_record_begins_with_what_it_holds_and_findings_are_noted(qtbot: QtBot, session: Session) -> None:
    task = add(session, start="2026-03", unit_accepted="2026-09-01")
    page = AcceptancePage(session)
    opened(qtbot, page, kind=TASK, ids=(task,))
    assert page.boxes["unit_accepted"].editor.value() == "2026-09-01"
    write(page.boxes["accepted"].editor.main_control(), "1/2/2026")  # before it began
    qtbot.waitUntil(lambda: any(row[2] == "Lưu ý" for row in cells(page)), timeout=WAIT)


def test_deposit_of_many_kinds_by_day_alone(qtbot: QtBot, session: Session, said: list[Any]) -> None:
    thesis = session.desk.catalogue.save(
        "publication", {"title": "Luận văn", "document_type": "masters_thesis", "defended": "2026-09"}
    ).record.id
    page = DepositPage(session)
    opened(qtbot, page, kind="publication", ids=(thesis,))
    assert list(page.boxes) == ["deposit_state", "deposited", "deposit_reference"]
    write(page.boxes["deposited"].editor.main_control(), "1/11/2026")
    qtbot.waitUntil(lambda: page.apply.isEnabled(), timeout=WAIT)
    assert ["", "", "Nộp lưu V04", "(trống)", "Đã nộp lưu"] in [["", "", *row[2:]] for row in cells(page)]
    page.apply.click()
    qtbot.waitUntil(lambda: any(one.tone is Tone.DONE for one in said), timeout=WAIT)
    assert session.desk.catalogue.record(thesis).get("deposit_state") == "deposited"


def carry(qtbot: QtBot, session: Session, **arguments: Any) -> CarryPage:
    page = CarryPage(session)
    qtbot.addWidget(page)
    page.resize(1160, 700)
    page.show()
    page.open_with(arguments)
    qtbot.waitUntil(lambda: page.found is not None, timeout=WAIT)
    return page


def test_carrying_over_ticked_tasks_is_one_act(qtbot: QtBot, session: Session, said: list[Any]) -> None:
    ids = [add(session, f"Đề tài {n}", start="2025", end="2026-12", status="in_progress") for n in range(3)]
    add(session, "Đã nghiệm thu", start="2025", accepted="2026-02")
    page = carry(qtbot, session)
    qtbot.waitUntil(lambda: page.model.rowCount() == 3, timeout=WAIT)
    assert page.years.currentText() == "2026 → 2027" and page.until.editor.value() == "2027-12-31"
    assert page.model.ticked == ids and page.apply.text() == "Chuyển tiếp 3 nhiệm vụ sang năm 2027"
    page.table.setFocus()
    page.table.selectRow(1)
    qtbot.keyClick(page.table, Qt.Key.Key_Space)  # takes the tick away
    assert page.model.ticked == [ids[0], ids[2]]
    page.apply.click()
    qtbot.waitUntil(lambda: any(one.tone is Tone.DONE for one in said), timeout=WAIT)
    assert said[-1].text.startswith("Đã chuyển tiếp sang năm 2027: 2 nhiệm vụ")
    ends = [session.desk.catalogue.record(one).get("extended_until") for one in ids]
    assert ends == ["2027-12-31", None, "2027-12-31"]
    assert session.desk.catalogue.count(TASK) == 4


def test_only_what_was_chosen_is_ticked_and_long_ends_stay(qtbot: QtBot, session: Session) -> None:
    first = add(session, "Ngắn", start="2025", end="2026-06")
    second = add(session, "Dài", start="2025", end="2028-06")
    page = carry(qtbot, session, kind=TASK, keys=(session.desk.catalogue.key_of(second),))
    qtbot.waitUntil(lambda: page.model.ticked == [second], timeout=WAIT)
    last = [page.model.index(row, 4).data() for row in range(2)]
    assert page.model.key(0) == first and last == ["gia hạn đến 31/12/2027", "giữ hạn cũ, ghi chú năm"]
    page.until.editor.set_value("2026-05")  # before the new year: refused in words
    assert page.apply.isEnabled()


def test_what_else_goes_on_is_named_and_led_to(qtbot: QtBot, session: Session) -> None:
    owing = add(session, "Nợ nộp lưu", start="2024", accepted="2025-02", level="base")
    page = carry(qtbot, session)
    qtbot.waitUntil(lambda: bool(page.rest.buttons), timeout=WAIT)
    assert "1 khoản nộp lưu quá hạn" in page.rest.buttons[0].accessibleName()
    with qtbot.waitSignal(session.page_wanted) as wanted:
        page.rest.buttons[0].click()
    assert wanted.args == ["deposit", {"kind": TASK, "ids": (owing,)}]


def test_nothing_to_carry_over_is_said(qtbot: QtBot, session: Session) -> None:
    page = carry(qtbot, session)
    qtbot.waitUntil(lambda: "2026" in page.empty.text.text(), timeout=WAIT)
    assert page.stack.currentIndex() == 0


def test_pages_open_from_the_window(qtbot: QtBot, session: Session, tmp_path: Path) -> None:
    from stdesk.ui.entries import entries

    names = {one.place.name for one in entries(session.desk.kinds)}
    assert {"acceptance", "deposit", "carry", "calendar"} <= names

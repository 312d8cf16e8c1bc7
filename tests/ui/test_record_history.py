"""The history beside a record: what changed word by word, and the way back to any of it."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from stdesk.domain.records import Record
from stdesk.services.desk import Desk
from stdesk.ui.forms.form import Form
from stdesk.ui.history.difference import Step, as_html, difference, spoken
from stdesk.ui.history.page import HistoryPage
from stdesk.ui.history.panel import HistoryPanel, open_history
from stdesk.ui.records.detail import Detail
from stdesk.ui.session import Session

Key = Qt.Key
WAIT = 20_000


@pytest.fixture
def record(desk: Desk) -> Record:
    """Saved three times: title, then year, then title again."""
    first = desk.catalogue.save("publication", {"title": "Kỹ thuật hình sự cũ", "issued": "2024"}).record
    desk.catalogue.save("publication", {"issued": "2025"}, record_id=first.id)
    return desk.catalogue.save("publication", {"title": "Kỹ thuật hình sự mới"}, record_id=first.id).record


def panel_of(qtbot: QtBot, session: Session, record: Record | None) -> HistoryPanel:
    form = Form(session.desk.kinds["publication"], session)
    form.load(record)
    panel = HistoryPanel(form.kind, session, form)
    for widget in (form, panel):
        qtbot.addWidget(widget)
    panel.resize(500, 700)
    panel.show()
    panel.show_record(record)
    if record is not None:
        qtbot.waitUntil(lambda: panel.tree.topLevelItemCount() > 0, timeout=WAIT)
    return panel


def go(panel: HistoryPanel, act: int, change: int) -> None:
    item = panel.tree.topLevelItem(act)
    assert item is not None
    panel.tree.setCurrentItem(item.child(change))


# -- word by word


def test_only_the_words_that_changed_are_marked() -> None:
    pieces = difference("Nâng cao hiệu quả phòng ngừa", "Nâng cao chất lượng phòng ngừa")
    assert [(one.step, one.text) for one in pieces] == [
        (Step.SAME, "Nâng cao "),
        (Step.GONE, "hiệu quả "),
        (Step.NEW, "chất lượng "),
        (Step.SAME, "phòng ngừa"),
    ]
    assert spoken(pieces) == "Bỏ: hiệu quả. Thêm: chất lượng"


@given(st.text(max_size=60), st.text(max_size=60))
def test_both_texts_can_be_read_out_of_the_difference(before: str, after: str) -> None:
    pieces = difference(before, after)
    assert "".join(one.text for one in pieces if one.step is not Step.NEW) == before
    assert "".join(one.text for one in pieces if one.step is not Step.GONE) == after


def test_hostile_text_is_shown_not_obeyed() -> None:
    shown = as_html(difference("", "<img src=x> & \u202e"))
    assert "&lt;img" in shown and "<img" not in shown


def test_long_texts_are_compared_quickly() -> None:
    before = "dài " * 20_000
    pieces = difference(before, before[:40_000] + "chen " + before[40_000:])
    assert [one.text.strip() for one in pieces if one.step is Step.NEW] == ["chen"]
    assert len(difference("a b " * 10_000, "c d " * 10_000)) == 2


# -- the panel


def test_acts_stand_newest_first_with_their_changes(qtbot: QtBot, session: Session, record: Record) -> None:
    panel = panel_of(qtbot, session, record)
    assert panel.tree.topLevelItemCount() == 3
    newest, oldest = panel.tree.topLevelItem(0), panel.tree.topLevelItem(2)
    assert newest is not None and oldest is not None
    assert newest.child(0).text(0) == "Tên tài liệu: Kỹ thuật hình sự cũ → Kỹ thuật hình sự mới"
    assert "Tên tài liệu: — → Kỹ thuật hình sự cũ" in [
        oldest.child(at).text(0) for at in range(oldest.childCount())
    ]


def test_a_value_is_taken_back_as_one_act_with_undo(
    qtbot: QtBot, session: Session, desk: Desk, record: Record, said: list[Any]
) -> None:
    panel = panel_of(qtbot, session, record)
    go(panel, 0, 0)
    assert panel.before_button.text() == "Lấy lại giá trị này: Kỹ thuật hình sự cũ"
    assert panel.after_button.isHidden()  # it stands there now
    assert "Thêm: mới" in panel.text.accessibleDescription()
    qtbot.keyClick(panel.tree, Key.Key_Return)
    assert panel.before_button.hasFocus()
    qtbot.keyClick(panel.before_button, Key.Key_Space)
    qtbot.waitUntil(lambda: bool(said), timeout=WAIT)
    assert desk.catalogue.record(record.id).get("title") == "Kỹ thuật hình sự cũ"
    assert said[-1].action is not None
    desk.catalogue.undo()
    assert desk.catalogue.record(record.id).get("title") == "Kỹ thuật hình sự mới"


def test_beside_something_typed_the_value_goes_into_the_form(
    qtbot: QtBot, session: Session, desk: Desk, record: Record, said: list[Any]
) -> None:
    panel = panel_of(qtbot, session, record)
    panel.form.propose("department", "PC09")
    go(panel, 0, 0)
    panel.before_button.click()
    assert panel.form.changes() == {"department": "PC09", "title": "Kỹ thuật hình sự cũ"}
    assert "Ctrl+S" in said[-1].text
    assert desk.catalogue.record(record.id).get("title") == "Kỹ thuật hình sự mới"


def test_the_whole_record_is_taken_back_as_it_was(
    qtbot: QtBot, session: Session, desk: Desk, record: Record
) -> None:
    panel = panel_of(qtbot, session, record)
    newest, oldest = panel.tree.topLevelItem(0), panel.tree.topLevelItem(2)
    panel.tree.setCurrentItem(newest)
    assert panel.whole_button.isHidden()  # it is so now
    panel.tree.setCurrentItem(oldest)
    with qtbot.waitSignal(session.changed, timeout=WAIT):
        panel.whole_button.click()
    now = desk.catalogue.record(record.id)
    assert (now.get("title"), now.get("issued"), now.state) == ("Kỹ thuật hình sự cũ", "2024", record.state)
    assert len(desk.catalogue.history(record.id)) == 4


def test_one_field_is_asked_for_from_the_form(
    qtbot: QtBot, session: Session, desk: Desk, record: Record
) -> None:
    detail = Detail(desk.kinds["publication"], session)
    qtbot.addWidget(detail)
    detail.show()
    detail.form.load(record)
    detail.show_state()
    open_history(detail, "issued")
    panel = detail.panels["history"]
    assert isinstance(panel, HistoryPanel)
    qtbot.waitUntil(lambda: panel.tree.topLevelItemCount() == 2, timeout=WAIT)
    assert panel.only.currentText() == "Năm (ngày) công bố"
    assert "2024 → 2025" in panel.tree.currentItem().text(0)
    assert panel.step_back() and panel.tree.topLevelItemCount() == 3 and not panel.step_back()


def test_a_new_record_has_no_history_yet(qtbot: QtBot, session: Session) -> None:
    panel = panel_of(qtbot, session, None)
    assert not panel.empty.isHidden() and panel.splitter.isHidden()


def test_linked_records_are_called_by_their_titles(qtbot: QtBot, session: Session, desk: Desk) -> None:
    task = desk.catalogue.save("research_task", {"title": "Đề tài giám định"}).record
    made = desk.catalogue.save("publication", {"title": "Bài", "related_tasks": (task.id,)}).record
    panel = panel_of(qtbot, session, made)
    item = panel.tree.topLevelItem(0)
    assert item is not None
    assert any("Đề tài giám định" in item.child(at).text(0) for at in range(item.childCount()))


# -- the page


def test_an_act_is_opened_and_leads_to_its_records(
    qtbot: QtBot, session: Session, desk: Desk, record: Record
) -> None:
    page = HistoryPage(session)
    qtbot.addWidget(page)
    page.show()
    qtbot.waitUntil(lambda: page.acts.rowCount() == 3, timeout=WAIT)
    assert page.acts.row(0)[4].text == "kế tiếp: Ctrl+Z"
    page.acts_view.setFocus()
    qtbot.keyClick(page.acts_view, Key.Key_Return)
    tree = page.detail.tree
    qtbot.waitUntil(lambda: tree.topLevelItemCount() == 1, timeout=WAIT)
    item = tree.topLevelItem(0)
    assert item is not None and "Kỹ thuật hình sự mới" in item.text(0)
    tree.setCurrentItem(item.child(0))
    with qtbot.waitSignal(session.record_wanted) as wanted:
        qtbot.keyClick(tree, Key.Key_Return)
    assert wanted.args == ["publication", record.id, "title"]
    assert page.step_back() and page.detail.isHidden() and not page.step_back()


def test_an_act_on_many_shows_the_first_and_counts_the_rest(
    qtbot: QtBot, session: Session, desk: Desk
) -> None:
    ids = [desk.catalogue.save("publication", {"title": f"Bài {at}"}).record.id for at in range(3)]
    desk.catalogue.trash(ids)
    changes = desk.catalogue.act_changes(desk.catalogue.history(limit=1)[0].action, limit=2)
    assert {one.record for one in changes} == set(ids[:2])
    assert {(one.field, str(one.after)) for one in changes} == {("state", "trashed")}


def test_number_given_by_the_centre_stands_there_quietly(qtbot: QtBot, session: Session, desk: Desk) -> None:
    saved = desk.catalogue.save("publication", {"title": "Bài"})
    panel = panel_of(qtbot, session, saved.record)
    assert not panel.central.isVisible()
    library = desk._library
    with library.work("accepted_proposals", n=1) as work:
        library.answers.put_central_id(work, saved.record.id, "TU-2026-000123")
    panel.show_record(saved.record)
    qtbot.waitUntil(lambda: panel.central.text().endswith("TU-2026-000123"), timeout=WAIT)
    assert panel.central.isVisible()

"""Links both ways: seen, opened, added and removed beside the form."""

from __future__ import annotations

from typing import Any

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from stdesk.services.desk import Desk
from stdesk.ui.forms.form import Form
from stdesk.ui.links.panel import LinksPanel
from stdesk.ui.session import Session

Key = Qt.Key
WAIT = 20_000


@pytest.fixture
def task(desk: Desk) -> str:
    return desk.catalogue.save("research_task", {"title": "Đề tài giám định", "start": "2025"}).record.id


def panel_of(qtbot: QtBot, session: Session, record_id: str) -> LinksPanel:
    record = session.desk.catalogue.record(record_id)
    form = Form(session.desk.kinds[record.kind], session)
    form.load(record)
    panel = LinksPanel(form.kind, session, form)
    for widget in (form, panel):
        qtbot.addWidget(widget)
    panel.resize(500, 600)
    with qtbot.waitExposed(panel):
        panel.show()
    panel.show_record(record)
    qtbot.waitUntil(lambda: bool(panel.summary.text()), timeout=WAIT)
    return panel


def lines(panel: LinksPanel) -> list[str]:
    found = []
    for place in range(panel.tree.topLevelItemCount()):
        group = panel.tree.topLevelItem(place)
        assert group is not None
        found.append(group.text(0))
        found += [f"  {group.child(at).text(0)}" for at in range(group.childCount())]
    return found


def test_links_are_shown_both_ways_and_opened(qtbot: QtBot, session: Session, desk: Desk, task: str) -> None:
    paper = desk.catalogue.save("publication", {"title": "Bài báo", "related_tasks": (task,)}).record
    from_paper = panel_of(qtbot, session, paper.id)
    assert lines(from_paper) == ["Thuộc nhiệm vụ (1)", "  Nhiệm vụ KH&CN 1 · Đề tài giám định · 2025"]
    from_task = panel_of(qtbot, session, task)
    assert lines(from_task) == ["Được nêu trong: Ấn phẩm, tài liệu (1)", "  Ấn phẩm, tài liệu 1 · Bài báo"]
    with qtbot.waitSignal(session.record_wanted) as wanted:
        qtbot.keyClick(from_task.tree, Key.Key_Return)
    assert wanted.args == ["publication", paper.id, ""]


def test_a_link_is_added_by_words_and_edits_the_form(
    qtbot: QtBot, session: Session, desk: Desk, task: str
) -> None:
    paper = desk.catalogue.save("publication", {"title": "Bài về giám định"}).record
    panel = panel_of(qtbot, session, paper.id)
    assert panel.focus_place() is panel.line and "Chưa liên kết" in panel.summary.text()
    panel.line.setFocus()
    qtbot.keyClicks(panel.line, "giam dinh")
    qtbot.waitUntil(lambda: panel.line.proposals_open, timeout=WAIT)
    assert panel.line.proposals == ["Đề tài giám định  ·  Nhiệm vụ KH&CN 1 · 2025"]  # not itself
    qtbot.keyClick(panel.line, Key.Key_Down)
    qtbot.keyClick(panel.line, Key.Key_Return)
    assert panel.form.changes() == {"related_tasks": (task,)} and panel.line.text() == ""
    qtbot.waitUntil(lambda: len(lines(panel)) == 2, timeout=WAIT)
    assert desk.catalogue.record(paper.id).get("related_tasks") is None  # until it is saved


def test_a_link_is_removed_with_del_only_where_it_is_written(
    qtbot: QtBot, session: Session, desk: Desk, task: str, said: list[Any]
) -> None:
    paper = desk.catalogue.save("publication", {"title": "Bài", "related_tasks": (task,)}).record
    panel = panel_of(qtbot, session, paper.id)
    qtbot.keyClick(panel.tree, Key.Key_Delete)
    assert panel.form.changes() == {"related_tasks": None}
    other = panel_of(qtbot, session, task)
    assert not other.remove_button.isEnabled()
    qtbot.keyClick(other.tree, Key.Key_Delete)
    assert "ghi ở mục kia" in said[-1].text and not other.form.dirty


def test_trashed_and_missing_records_are_said_as_such(
    qtbot: QtBot, session: Session, desk: Desk, task: str
) -> None:
    paper = desk.catalogue.save("publication", {"title": "Bài", "related_tasks": (task, "không-có")}).record
    desk.catalogue.trash([task])
    panel = panel_of(qtbot, session, paper.id)
    assert lines(panel)[1].endswith("2025 · Trong thùng rác")
    assert lines(panel)[2] == "  Một mục không còn trong kho"
    assert "2 liên kết không dẫn tới đâu" in panel.summary.text()

"""The log: what was done, undo and redo, the trash."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from stdesk.domain.periods import parse_period
from stdesk.services.desk import Desk
from stdesk.ui.history.page import HistoryPage
from stdesk.ui.session import Session

WAIT = 20_000


@pytest.fixture
def page(qtbot: QtBot, session: Session) -> HistoryPage:
    made = HistoryPage(session)
    qtbot.addWidget(made)
    made.show()
    qtbot.waitUntil(lambda: bool(made.next_line.text()), timeout=WAIT)
    return made


def add(session: Session, title: str) -> str:
    saved = session.desk.catalogue.save("publication", {"title": title})
    session.done(saved.changes)
    return saved.record.id


def test_empty_log_teaches(page: HistoryPage) -> None:
    assert page.acts.rowCount() == 0
    assert not page.undo_button.isEnabled() and not page.redo_button.isEnabled()
    assert "Thùng rác trống" in page.trash_line.text()


def test_undo_and_redo_by_their_buttons(
    qtbot: QtBot, page: HistoryPage, session: Session, desk: Desk
) -> None:
    add(session, "Kỹ thuật hình sự")
    qtbot.waitUntil(lambda: page.undo_button.isEnabled(), timeout=WAIT)
    assert "Kỹ thuật hình sự" in page.next_line.text()
    assert "Kỹ thuật hình sự" in page.acts.row(0)[2]
    page.undo_button.click()
    qtbot.waitUntil(lambda: page.redo_button.isEnabled(), timeout=WAIT)
    assert desk.catalogue.count("publication") == 0
    assert [page.acts.row(at)[2].startswith("Hoàn tác") for at in range(2)] == [True, False]
    assert page.acts.row(1)[4].text == "đã hoàn tác"
    page.redo_button.click()
    qtbot.waitUntil(lambda: page.undo_button.isEnabled() and not page.redo_button.isEnabled(), timeout=WAIT)
    assert desk.catalogue.count("publication") == 1


def test_trash_gives_back_what_is_selected(
    qtbot: QtBot, page: HistoryPage, session: Session, desk: Desk
) -> None:
    ids = [add(session, title) for title in ("Một", "Hai")]
    session.done(desk.catalogue.trash(ids))
    qtbot.waitUntil(lambda: page.trash.rowCount() == 2, timeout=WAIT)
    assert page.restore_button.isEnabled()
    place = next(at for at in range(2) if page.trash.row(at)[2] == "Hai")
    page.trash_view.selectRow(place)
    page.trash_view.setFocus()
    qtbot.keyClick(page.trash_view, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: page.trash.rowCount() == 1, timeout=WAIT)
    assert page.trash.row(0)[2] == "Một"
    assert desk.catalogue.count("publication") == 1


def test_every_act_of_the_store_has_words(
    qtbot: QtBot, page: HistoryPage, session: Session, desk: Desk
) -> None:
    from stdesk.domain.periods import parse_period

    add(session, "Bài")
    desk.reporting.freeze(parse_period("2026"), trial=True)
    page.refresh()
    qtbot.waitUntil(lambda: page.acts.rowCount() == 2, timeout=WAIT)
    assert not any(str(page.acts.row(at)[2]).startswith("did_") for at in range(2))


def test_an_act_on_a_report_touches_no_record_and_says_so(
    qtbot: QtBot, page: HistoryPage, session: Session, desk: Desk
) -> None:
    period = parse_period("2026")
    session.done(desk.preparation.put_head(period, number="12/BC"))
    qtbot.waitUntil(lambda: page.acts.rowCount() == 1, timeout=WAIT)
    assert "năm 2026" in page.acts.row(0)[2] and page.acts.row(0)[3] == ""
    page._open_act(0)
    qtbot.waitUntil(lambda: "báo cáo" in page.detail.text.toPlainText(), timeout=WAIT)
    assert not page.detail.open_button.isEnabled()
    page.undo_button.click()
    qtbot.waitUntil(lambda: page.acts.rowCount() == 2, timeout=WAIT)
    assert desk.preparation.read(period).head == {}
    page.detail.show_act(page._entries[0])
    qtbot.waitUntil(lambda: page.detail.heading.text().startswith("Hoàn tác"), timeout=WAIT)

"""The calendar by keyboard: days, months, one day's list, back again; each line opens what it names."""

from __future__ import annotations

from datetime import date
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from stdesk.ui import theme
from stdesk.ui.calendar.page import CalendarPage
from stdesk.ui.session import Session

WAIT = 20_000
Key = Qt.Key


def add(session: Session, kind: str, title: str, **values: Any) -> str:
    return session.desk.catalogue.save(kind, {"title": title, **values}).record.id


def shown(qtbot: QtBot, session: Session) -> CalendarPage:
    page = CalendarPage(session)
    qtbot.addWidget(page)
    page.resize(1160, 700)
    page.show()
    qtbot.waitUntil(lambda: bool(page.items), timeout=WAIT)
    return page


def column(page: CalendarPage, at: int = 1) -> list[str]:
    return [page.model.index(row, at).data() for row in range(page.model.rowCount())]


def test_overdue_stands_first_then_the_month(qtbot: QtBot, session: Session) -> None:
    add(session, "research_task", "Tháng sau", start="2025", end="2026-12-01")
    add(session, "research_task", "Trong tháng", start="2025", end="2026-11-20")
    add(session, "research_task", "Quá hạn", start="2025", end="2026-06")
    page = shown(qtbot, session)
    assert column(page) == ["Quá hạn", "năm 2026", "Trong tháng"]
    assert page.about.text() == "1 việc quá hạn · 2 việc đến hạn trong tháng"
    assert page.head.title.text() == "Lịch tháng 11/2026"


def test_arrows_cross_months_and_page_keys_turn_them(qtbot: QtBot, session: Session) -> None:
    page = shown(qtbot, session)
    view = page.month
    view.setFocus()
    assert view.day == date(2026, 11, 2)
    qtbot.keyClick(view, Key.Key_Up)
    assert view.day == date(2026, 10, 26) and page.head.title.text() == "Lịch tháng 10/2026"
    qtbot.keyClick(view, Key.Key_Right)
    qtbot.keyClick(view, Key.Key_Down)
    assert view.day == date(2026, 11, 3)
    view.go(date(2027, 1, 31))
    qtbot.keyClick(view, Key.Key_PageDown)
    assert view.day == date(2027, 2, 28)  # the last there is
    qtbot.keyClick(view, Key.Key_PageUp)
    assert view.day == date(2027, 1, 28)
    qtbot.keyClick(view, Key.Key_Home)
    assert view.day == date(2026, 11, 2)
    assert view.currentIndex().data(Qt.ItemDataRole.AccessibleTextRole) == "02/11/2026 (hôm nay)"


def test_enter_opens_the_days_list_and_escape_goes_back_step_by_step(qtbot: QtBot, session: Session) -> None:
    task = add(session, "research_task", "Hạn hai mươi", start="2025", end="2026-11-20")
    page = shown(qtbot, session)
    page.month.go(date(2026, 11, 20))
    said = page.month.currentIndex().data(Qt.ItemDataRole.AccessibleTextRole)
    assert said.startswith("20/11/2026: 1 việc đến hạn") and "Hạn hai mươi" in said
    qtbot.keyClick(page.month, Key.Key_Return)
    assert column(page) == ["Hạn hai mươi"] and page.table.hasFocus() and page.day_chip.isVisible()
    with qtbot.waitSignal(session.record_wanted) as wanted:
        qtbot.keyClick(page.table, Key.Key_Return)
    assert wanted.args == ["research_task", task, "end"]
    assert page.step_back() and page.month.hasFocus()
    assert page.step_back() and page.only is None and len(column(page)) == 2
    assert not page.step_back()


def test_a_report_opens_its_checks(qtbot: QtBot, session: Session) -> None:
    page = shown(qtbot, session)
    with qtbot.waitSignal(session.page_wanted) as wanted:
        page.open_row(column(page).index("năm 2026"))
    assert wanted.args == ["checks", {"period": "2026"}]


def test_it_follows_changes_and_draws_in_both_looks(
    qtbot: QtBot, session: Session, qapp: QApplication
) -> None:
    page = shown(qtbot, session)
    for n in range(12):  # more than a day has room for
        saved = session.desk.catalogue.save(
            "training_session", {"title": f"Lớp {n} " + "dài " * 500, "start": "2026-11-25"}
        )
    session.changed.emit(saved.changes)
    qtbot.waitUntil(lambda: len(page.month.sheet.items(date(2026, 11, 25))) == 12, timeout=WAIT)
    for dark in (True, False):
        theme.apply(qapp, dark)
        assert not page.grab().isNull()


def test_the_ends_of_time_are_not_walked_over(qtbot: QtBot, session: Session) -> None:
    page = shown(qtbot, session)
    page.month.go(date(2100, 12, 31))
    qtbot.keyClick(page.month, Key.Key_PageDown)
    qtbot.keyClick(page.month, Key.Key_Right)
    assert page.month.day == date(2100, 12, 31)


def test_much_that_is_overdue_does_not_hide_the_month(
    qtbot: QtBot, session: Session, monkeypatch: Any
) -> None:
    monkeypatch.setattr("stdesk.ui.calendar.page._MOST", 3)
    for n in range(5):
        add(session, "research_task", f"Quá hạn {n}", start="2025", end=f"2026-0{n + 1}")
    page = shown(qtbot, session)
    assert column(page) == ["Quá hạn 0", "Quá hạn 1", "Quá hạn 2", "năm 2026"]
    assert page.about.text().endswith("2 việc nữa không liệt kê")

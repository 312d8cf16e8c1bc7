"""The overview: when it is due, what is missing, what was done; an empty library teaches."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from stdesk.clock import fixed_clock
from stdesk.domain.periods import parse_period
from stdesk.domain.records import State
from stdesk.progress import Progress
from stdesk.services.desk import Desk
from stdesk.ui.home.overview import gather
from stdesk.ui.home.page import HomePage
from stdesk.ui.session import Session
from stdesk.ui.tasks import TaskRunner
from tests.ui.filled import filled_desk

WAIT = 20_000


@pytest.fixture
def full(tmp_path: Path) -> Iterator[Session]:
    with filled_desk(tmp_path / "day") as desk:
        runner = TaskRunner()
        session = Session(desk, runner)
        yield session
        runner.shutdown()


def shown(qtbot: QtBot, session: Session) -> HomePage:
    page = HomePage(session)
    qtbot.addWidget(page)
    page.resize(1160, 720)
    page.show()
    qtbot.waitUntil(lambda: page.found is not None and page._task is None, timeout=WAIT)
    return page


def test_due_day_is_said_in_days_and_words(qtbot: QtBot, full: Session) -> None:
    page = shown(qtbot, full)
    assert page.found.days_left == 12  # 2 to 14 November
    assert page.due.ring.accessibleName() == "12 ngày nữa đến hạn"
    assert "14/11/2026" in page.due.title.text()


@pytest.mark.parametrize(
    ("day", "days", "words"), [(14, 0, "Hôm nay là hạn nộp"), (20, -6, "quá hạn ngày 14/11/2026")]
)
def test_past_due_is_said_plainly(qtbot: QtBot, tmp_path: Path, day: int, days: int, words: str) -> None:
    filled_desk(tmp_path / "day").close()
    clock = fixed_clock(datetime(2026, 11, day, 3, tzinfo=UTC))
    runner = TaskRunner()
    with Desk.open(tmp_path / "day", clock=clock) as desk:
        page = shown(qtbot, Session(desk, runner))
        assert page.found.days_left == days
        assert words in page.due.title.text()
        runner.shutdown()


def test_missing_lists_what_stops_first_and_leads_there(qtbot: QtBot, full: Session) -> None:
    page = shown(qtbot, full)
    assert 0 < len(page.missing.buttons) <= 5
    group = page.found.missing[0]
    with qtbot.waitSignal(full.page_wanted) as wanted:
        qtbot.mouseClick(page.missing.buttons[0], Qt.MouseButton.LeftButton)
    assert wanted.args == ["checks", {"period": "2026", "rule": group.key}]
    assert page.missing.buttons[0].accessibleName() == f"{group.title} {len(group.findings)}"
    with qtbot.waitSignal(full.page_wanted) as wanted:
        page.due.button.click()
    assert wanted.args == ["checks", {"period": "2026"}]


def test_frequent_acts_are_one_press_away(qtbot: QtBot, full: Session) -> None:
    page = shown(qtbot, full)
    words = [one.text() for one in page.buttons.buttons]
    assert words[0] == "Nhập từ Excel" and words[-1] == "Sẵn sàng nộp"
    with qtbot.waitSignal(full.record_wanted) as wanted:
        page.buttons.buttons[1].click()
    assert wanted.args == ["publication", "", ""]


def test_last_record_is_first_and_opens(qtbot: QtBot, full: Session) -> None:
    full.desk.catalogue.save("training_session", {"title": "Lớp mới nhất"}, state=State.DRAFT)
    page = shown(qtbot, full)
    assert page.found.recent[0].title == "Lớp mới nhất"
    assert "Lớp mới nhất" in page.recent.buttons[0].accessibleName()
    assert "Nháp" in page.recent.buttons[0].accessibleName()
    with qtbot.waitSignal(full.record_wanted) as wanted:
        page.recent.buttons[0].click()
    assert wanted.args[:2] == ["training_session", page.found.recent[0].id]
    assert "Đã thêm “Lớp mới nhất”" in page.acts.buttons[0].accessibleName()
    assert any("bản nháp" in one.accessibleName() for one in page.missing.buttons)


def test_frozen_year_points_to_the_package(qtbot: QtBot, full: Session) -> None:
    period = parse_period("2026")
    full.desk.readiness.explain(period, "Có lý do", *full.desk.readiness.check(period).open)
    full.desk.reporting.freeze(period)
    page = shown(qtbot, full)
    assert "Đã chốt" in page.due.title.text()
    with qtbot.waitSignal(full.page_wanted) as wanted:
        page.due.button.click()
    assert wanted.args == ["package", {"period": "2026"}]


def test_empty_library_shows_ways_to_begin_and_fills_itself_in(qtbot: QtBot, session: Session) -> None:
    page = shown(qtbot, session)
    assert page.stack.currentIndex() == 2
    assert [len(way.findChildren(QPushButton)) for way in page.ways] == [1, 3, 1]
    with qtbot.waitSignal(session.page_wanted) as wanted:
        page.ways[0].buttons[0].click()
    assert wanted.args[0] == "import"
    saved = session.desk.catalogue.save("publication", {"title": "Bài đầu tiên", "issued": "2026"})
    session.changed.emit(saved.changes)
    qtbot.waitUntil(lambda: page.stack.currentIndex() == 1, timeout=WAIT)
    assert page.recent.buttons[0].accessibleName().startswith("Bài đầu tiên")


def test_a_burst_of_changes_is_gathered_once(
    qtbot: QtBot, full: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = shown(qtbot, full)
    calls: list[int] = []

    def counted(desk: Desk, progress: Progress) -> object:
        calls.append(1)
        return gather(desk, progress)

    monkeypatch.setattr("stdesk.ui.home.page.gather", counted)
    saved = full.desk.catalogue.save("publication", {"title": "Bài thêm"})
    for _ in range(20):
        full.changed.emit(saved.changes)
    qtbot.waitUntil(lambda: page.found.recent[0].title == "Bài thêm", timeout=WAIT)
    assert len(calls) == 1

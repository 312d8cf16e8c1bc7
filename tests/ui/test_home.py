"""The overview: when it is due, what is missing, what was done; an empty library teaches."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import dataclass
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
from stdesk.services.answers import Notice
from stdesk.services.desk import Desk
from stdesk.services.drafts import Draft
from stdesk.services.sample import make_sample
from stdesk.ui.home.notices import look_of_notice
from stdesk.ui.home.overview import survey
from stdesk.ui.home.page import HomePage
from stdesk.ui.records.facet_panel import FINDINGS, STATE
from stdesk.ui.session import Session
from stdesk.ui.tasks import TaskRunner
from tests.helpers import sent
from tests.helpers.prepared import write_narrative
from tests.ui.conftest import NOW
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
    qtbot.waitUntil(lambda: page.settled, timeout=WAIT)
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
    first = page.checks.missing[0]
    assert sum(one.findings for one in page.checks.missing) == page.checks.open
    kind = full.desk.kinds[first.kind]
    said = f"{kind.plural}: {first.findings} việc cần bổ sung ở {first.records} mục"
    assert page.missing.buttons[0].accessibleName() == said
    with qtbot.waitSignal(full.page_wanted) as wanted:
        qtbot.mouseClick(page.missing.buttons[0], Qt.MouseButton.LeftButton)
    assert wanted.args == [f"records:{first.kind}", {"filters": {FINDINGS: ("open",)}}]
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
    assert any("bản nháp" in one.accessibleName() for one in page.missing.buttons)


def test_frozen_year_points_to_the_package(qtbot: QtBot, full: Session) -> None:
    period = parse_period("2026")
    write_narrative(full.desk, period)
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


def test_half_year_comes_first_when_it_is_nearer(qtbot: QtBot, tmp_path: Path) -> None:
    filled_desk(tmp_path / "day").close()
    runner = TaskRunner()
    with Desk.open(tmp_path / "day", clock=fixed_clock(datetime(2026, 6, 1, 3, tzinfo=UTC))) as desk:
        page = shown(qtbot, Session(desk, runner))
        assert page.found.period.code == "2026-H1"
        assert page.due.ring.accessibleName() == "19 ngày nữa đến hạn"  # 1 to 20 June
        assert page.due.after.text() == "Tiếp đó năm 2026: 14/11/2026, còn 166 ngày"
        runner.shutdown()


def test_what_is_due_next_stands_there_and_leads_to_its_field(qtbot: QtBot, full: Session) -> None:
    page = shown(qtbot, full)
    overdue, first = page.next.buttons[0], page.ahead.coming[0]
    assert overdue.accessibleName() == f"{page.ahead.overdue} việc quá hạn xem lịch"
    with qtbot.waitSignal(full.page_wanted) as wanted:
        overdue.click()
    assert wanted.args[0] == "calendar"
    assert first.on <= page.ahead.coming[1].on
    reports = [at for at, one in enumerate(page.ahead.coming) if one.period]
    assert all("Hạn nộp báo cáo" in page.next.buttons[at + 1].accessibleName() for at in reports if at < 4)
    at = next(at for at, one in enumerate(page.ahead.coming) if one.record)
    if at + 1 < len(page.next.buttons):
        with qtbot.waitSignal(full.record_wanted) as opened:
            page.next.buttons[at + 1].click()
        assert opened.args == [
            page.ahead.coming[at].kind,
            page.ahead.coming[at].record,
            page.ahead.coming[at].field,
        ]


def test_unsaved_work_comes_first_and_goes_on_where_it_was(qtbot: QtBot, full: Session) -> None:
    full.desk.drafts.put(Draft("publication", "", 0, {"title": "Bài đang viết dở"}))
    page = shown(qtbot, full)
    assert page.recent.buttons[0].accessibleName() == "Bài đang viết dở chưa lưu · viết tiếp"
    with qtbot.waitSignal(full.record_wanted) as wanted:
        page.recent.buttons[0].click()
    assert wanted.args == ["publication", "", ""]


def test_drafts_lead_to_the_list_of_drafts(qtbot: QtBot, full: Session) -> None:
    full.desk.catalogue.save("publication", {"title": "Nháp"}, state=State.DRAFT)
    page = shown(qtbot, full)
    line = next(one for one in page.missing.buttons if "bản nháp" in one.accessibleName())
    with qtbot.waitSignal(full.page_wanted) as wanted:
        line.click()
    assert wanted.args == ["records:publication", {"filters": {STATE: ("draft",)}}]


def test_the_chart_says_its_numbers_in_words(qtbot: QtBot, session: Session) -> None:
    for issued in ("2026-01", "2026-05", "2025-03"):
        session.desk.catalogue.save("publication", {"title": "Bài", "issued": issued})
    page = shown(qtbot, session)
    assert "2026 2, 2025 1" in page.chart.bars.accessibleName()
    page.grab()  # draws without a fault, also where a kind has none


def test_counts_stand_before_the_checks_are_done(
    qtbot: QtBot, full: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    go_on = threading.Event()

    def slow(desk: Desk, progress: Progress) -> object:
        go_on.wait(20)
        return survey(desk, progress)

    monkeypatch.setattr("stdesk.ui.home.page.survey", slow)
    page = HomePage(full)
    qtbot.addWidget(page)
    page.show()
    qtbot.waitUntil(lambda: page.stack.currentIndex() == 1, timeout=WAIT)
    assert page.checks is None and page.recent.buttons and page.missing.progress.isVisible()
    assert "14/11/2026" in page.due.title.text() and not page.due.bar.isVisible()
    go_on.set()
    qtbot.waitUntil(lambda: page.settled, timeout=WAIT)
    assert page.due.bar.isVisible() and not page.missing.progress.isVisible()


def test_the_sample_opens_in_a_library_of_its_own(
    qtbot: QtBot, session: Session, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("stdesk.paths.default_library", lambda: tmp_path / "STDesk")
    page = shown(qtbot, session)
    with qtbot.waitSignal(session.library_wanted, timeout=WAIT) as wanted:
        page.ways[2].buttons[0].click()
    folder = wanted.args[0]
    assert folder != session.desk.folder
    assert not any(session.desk.catalogue.count(kind.name) for kind in session.desk.kinds)
    runner = TaskRunner()
    with Desk.open(folder, clock=fixed_clock(NOW)) as desk:
        sample = Session(desk, runner)
        there = shown(qtbot, sample)
        assert there.banner.isVisible() and there.own.isVisible()
        with qtbot.waitSignal(sample.library_wanted) as back:
            there.own.click()
        assert back.args == [session.desk.folder]
        runner.shutdown()
    assert make_sample(folder) == folder  # a second time the same


def test_a_burst_of_changes_is_gathered_once(
    qtbot: QtBot, full: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = shown(qtbot, full)
    calls: list[int] = []

    def counted(desk: Desk, progress: Progress) -> object:
        calls.append(1)
        return survey(desk, progress)

    monkeypatch.setattr("stdesk.ui.home.page.survey", counted)
    saved = full.desk.catalogue.save("publication", {"title": "Bài thêm"})
    for _ in range(20):
        full.changed.emit(saved.changes)
    qtbot.waitUntil(lambda: page.found.recent[0].title == "Bài thêm" and page.settled, timeout=WAIT)
    assert len(calls) == 1


def test_checks_that_take_long_are_done_anew_only_when_asked_for(
    qtbot: QtBot, full: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = shown(qtbot, full)
    assert not page.again.isVisible()
    calls: list[int] = []
    monkeypatch.setattr("stdesk.ui.home.page._LONG_S", -1.0)
    monkeypatch.setattr(
        "stdesk.ui.home.page.survey", lambda desk, progress: calls.append(1) or survey(desk, progress)
    )
    saved = full.desk.catalogue.save("publication", {"title": "Bài thêm"})
    full.changed.emit(saved.changes)
    qtbot.waitUntil(lambda: page.again.isVisible() and page.settled, timeout=WAIT)
    assert not calls and page.recent.buttons[0].accessibleName() == "Bài thêm"
    page.again.click()
    qtbot.waitUntil(lambda: bool(calls) and page.settled, timeout=WAIT)
    assert not page.again.isVisible()


@dataclass
class Late:
    """The report of 2026 was sent on 20 October and never answered; that of the half year in June."""

    page: HomePage
    session: Session


@pytest.fixture
def late(qtbot: QtBot, tmp_path: Path) -> Iterator[Late]:
    runner = TaskRunner()
    with Desk.create(tmp_path / "kho", unit_code=sent.UNIT, unit_name="PC09", clock=fixed_clock(NOW)) as desk:
        desk.catalogue.save("publication", {"title": "Bài", "issued": "2026"})
        sent.send(desk, sent.pack(desk), at="2026-10-30T01:00:00Z")
        sent.send(desk, sent.pack(desk, "2026-H1"), at="2026-06-18T01:00:00Z")
        session = Session(desk, runner)
        yield Late(shown(qtbot, session), session)
        runner.shutdown()


def test_what_the_centre_owes_stands_above_late_things_first(qtbot: QtBot, late: Late) -> None:
    page = late.page
    lines = [one for one in page.notices.lines if one.isVisible()]
    assert [one.property("tone") for one in lines] == [
        "amber",
        "blue",
    ]  # the centre is late; it still has days
    assert "Đã quá hạn" in lines[0].text.text() and "04/11/2026" in lines[1].text.text()
    with qtbot.waitSignal(late.session.page_wanted) as wanted:
        lines[0].button.click()
    assert wanted.args == ["package", {"period": "2026-H1", "tab": "answers"}]


def test_sent_report_asks_for_no_package_any_more(qtbot: QtBot, late: Late) -> None:
    page = late.page
    assert page.due.text.text() == "Đã gửi, chưa có trả lời (30/10/2026)"
    assert page.due.ring.accessibleName() == "2 ngày nữa đến hạn"  # 2 to 4 November
    with qtbot.waitSignal(late.session.page_wanted) as wanted:
        page.due.button.click()
    assert wanted.args == ["package", {"period": "2026", "tab": "answers"}]


@pytest.mark.parametrize(
    ("notice", "look"),
    [
        (Notice("standing", "", late=True, who="unit"), ("warning-circle", "red")),
        (Notice("standing", "", late=True, who="centre"), ("warning-circle", "amber")),
        (Notice("standing", "", who="unit"), ("hourglass", "blue")),
        (Notice("proposals", ""), ("swap", "blue")),
    ],
)
def test_red_is_for_what_the_unit_is_late_with(notice: Notice, look: tuple[str, str]) -> None:
    assert look_of_notice(notice) == look


def test_nothing_sent_says_nothing(qtbot: QtBot, full: Session) -> None:
    page = shown(qtbot, full)
    assert not page.notices.isVisible()


def test_a_sending_made_meanwhile_is_seen_when_one_comes_back(qtbot: QtBot, late: Late) -> None:
    page = late.page
    page.hide()
    row = sent.pack(late.session.desk, "2026", 2)
    sent.send(late.session.desk, row, at="2026-11-01T01:00:00Z")
    page.show()
    qtbot.waitUntil(lambda: "01/11/2026" in page.due.text.text(), timeout=WAIT)

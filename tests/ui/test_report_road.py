"""The road of five stations: what each says, why the last is closed, and walking it by the keyboard."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from stdesk.domain.periods import parse_period
from stdesk.domain.records import Changes
from stdesk.package import medium
from stdesk.progress import Progress
from stdesk.services.desk import Desk
from stdesk.services.standing import Standing
from stdesk.ui.packaging.page import PackagePage
from stdesk.ui.reporting.known import Known, KnownState, gather, open_findings
from stdesk.ui.reporting.road import HEIGHT, Road
from stdesk.ui.reporting.road_state import (
    CHECKS,
    FREEZE,
    LOOK,
    Facts,
    Station,
    count_since,
    stations,
    why_closed,
)
from stdesk.ui.session import Session
from tests.ui.filled import filled_desk, make_ready

WAIT = 30_000
_KEPT: list[QWidget] = []
FACTS = Facts(parse_period("2026"), date(2026, 11, 2), 171, 0, 1, reopened=False, read_only=False)


@pytest.fixture(autouse=True)
def _kept() -> Iterator[None]:
    yield
    _KEPT.clear()


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    with filled_desk(tmp_path / "kho") as opened:
        yield opened


def shown(qtbot: QtBot, session: Session, here: str = LOOK) -> Road:
    """A road at the head of a page."""
    page = QWidget()
    _KEPT.append(page)
    column = QVBoxLayout(page)
    road = Road(session)
    column.addWidget(road)
    qtbot.addWidget(page)
    page.resize(1100, 300)
    page.show()
    road.show("2026", here=here)
    qtbot.waitUntil(lambda: bool(road.stations), timeout=WAIT)
    return road


def by_key(facts: Facts, known: KnownState) -> dict[str, Station]:
    return {one.key: one for one in stations(facts, known)}


def test_nothing_known_says_so_and_closes_nothing() -> None:
    found = by_key(FACTS, KnownState())
    assert list(found) == ["figures", "checks", "narrative", "look", "freeze"]
    assert [found[key].word for key in found] == [
        "171 mục trong kho", "Chưa kiểm", "Chưa xem", "Chưa xem", "Chưa chốt",
    ]  # fmt: skip
    assert why_closed(FACTS, KnownState()) is None
    assert "14/11/2026" in found["freeze"].tip  # 15 November is too late: before it


@pytest.mark.parametrize(
    ("facts", "known", "word", "icon"),
    [
        (FACTS, KnownState(open=52), "Chờ xong 52 việc", "lock"),
        (FACTS, KnownState(open=0), "Chưa chốt", "circle-dashed"),
        (FACTS, KnownState(open=0, reported=0), "Chờ số liệu", "lock"),
        (replace(FACTS, records=0), KnownState(), "Chờ số liệu", "lock"),
        (replace(FACTS, read_only=True), KnownState(), "Chỉ đọc", "lock"),
        (replace(FACTS, today=date(2026, 12, 1)), KnownState(), "Đã quá hạn nộp", "warning-circle"),
        (replace(FACTS, submission=1, next=2), KnownState(open=9), "Đã chốt lần 1", "seal-check"),
        (replace(FACTS, submission=1, next=2), KnownState(since=3), "Đã chốt lần 1 · 3 thay đổi từ đó", "seal-check"),
        (replace(FACTS, submission=1, next=2, reopened=True), KnownState(), "Đang mở lại: lần 2", "pencil-simple"),
    ],
)  # fmt: skip
def test_the_last_station_says_how_far_it_is_or_why_it_is_closed(
    facts: Facts, known: KnownState, word: str, icon: str
) -> None:
    last = by_key(facts, known)[FREEZE]
    assert (last.word, last.icon) == (word, icon)
    assert last.tip


def test_a_check_overtaken_by_a_change_is_told_as_old() -> None:
    found = by_key(FACTS, KnownState(open=52, stale=True))
    assert found[CHECKS].word == "52 việc (trước thay đổi)"
    assert found[FREEZE].word == "Chưa chốt"  # it may have been mended since


def test_the_road_is_low_and_every_station_tells_its_state_to_a_reader(
    qtbot: QtBot, session: Session
) -> None:
    road = shown(qtbot, session)
    assert road.height() == HEIGHT <= 56
    assert [one.accessibleName().partition(":")[0] for one in road.buttons] == [
        "Số liệu", "Sẵn sàng nộp", "Thuyết minh", "Xem, in", "Chốt và đóng gói",
    ]  # fmt: skip
    assert "Đang ở đây" in road.buttons[3].accessibleDescription()
    assert [one.here for one in road.buttons] == [False, False, False, True, False]


@pytest.mark.parametrize(
    ("state", "late", "known", "said"),
    [
        ("sent", False, KnownState(), ("Đã gửi, chưa có trả lời", "upload-simple", "text_soft")),
        ("sent", True, KnownState(), ("Đã gửi, chưa có trả lời", "upload-simple", "amber")),
        ("valid", False, KnownState(), ("Đạt kiểm tra, chưa chấp nhận", "shield-check", "blue")),
        ("accepted", False, KnownState(), ("Đã chấp nhận", "seal-check", "green")),
        ("accepted", False, KnownState(since=2), ("Đã chấp nhận · 2 thay đổi từ đó", "seal-check", "amber")),
        ("returned", False, KnownState(since=2), ("Trả lại để sửa", "arrow-bend-down-right", "red")),
        ("not_sent", True, KnownState(), ("Đã chốt lần 1", "seal-check", "green")),
    ],
)
def test_the_last_station_tells_what_the_centre_has_said(
    state: str, late: bool, known: KnownState, said: tuple[str, str, str]
) -> None:
    standing = Standing("2026", state, 1, who="centre", late=late, sentence="Câu nói đủ.")
    last = by_key(replace(FACTS, submission=1, next=2, standing=standing), known)[FREEZE]
    assert (last.word, last.icon, last.tone) == said
    assert ("Câu nói đủ." in last.tip) == (state != "not_sent")


def test_a_small_library_is_checked_for_the_road_and_never_by_the_checks_page(
    qtbot: QtBot, session: Session, desk: Desk
) -> None:
    n = len(desk.readiness.check(parse_period("2026")).open)
    road = shown(qtbot, session)
    qtbot.waitUntil(lambda: road.stations[1].word == f"{n} việc", timeout=WAIT)
    assert road.stations[4].word == f"Chờ xong {n} việc"
    other = shown(qtbot, session, here=CHECKS)
    assert not other._checked


def test_alt_and_a_digit_walks_the_road(qtbot: QtBot, session: Session) -> None:
    road = shown(qtbot, session)
    road.buttons[3].setFocus()
    wanted = [
        ("figures", {"period": "2026"}),
        ("checks", {"period": "2026"}),
        ("narrative", {"period": "2026"}),
        ("report", {"period": "2026", "part": LOOK}),
        ("report", {"period": "2026", "part": FREEZE}),
    ]
    for at, (page, arguments) in enumerate(wanted):
        with qtbot.waitSignal(session.page_wanted, timeout=2000) as heard:
            qtbot.keyClick(road.window(), Qt.Key(Qt.Key.Key_1 + at), Qt.KeyboardModifier.AltModifier)
        assert heard.args == [page, arguments]


def test_arrows_go_along_the_road_and_enter_goes_in(qtbot: QtBot, session: Session) -> None:
    road = shown(qtbot, session)
    reached = [at for at, one in enumerate(road.buttons) if one.focusPolicy() & Qt.FocusPolicy.TabFocus]
    assert reached == [3]  # Tab stops once
    road.buttons[3].setFocus()
    for key, now in ((Qt.Key.Key_Right, 4), (Qt.Key.Key_Right, 0), (Qt.Key.Key_Right, 1)):
        qtbot.keyClick(road.window().focusWidget(), key)
        assert road.buttons[now].hasFocus()
    with qtbot.waitSignal(session.page_wanted) as heard:
        qtbot.keyClick(road.buttons[1], Qt.Key.Key_Return)
    assert heard.args[0] == "checks"


def test_a_freeze_a_change_and_a_reason_move_the_last_station(
    qtbot: QtBot, session: Session, desk: Desk
) -> None:
    period = parse_period("2026")
    make_ready(desk)
    desk.reporting.freeze(period)
    assert count_since(desk, "2026", Progress()) == 0
    road = shown(qtbot, session)
    assert road.stations[4].word == "Đã chốt lần 1"
    snapshot = desk.reporting.read(desk.reporting.latest(period))
    gone = str(snapshot.records["publication"][0]["id"])
    session.done(desk.catalogue.trash([gone]))
    qtbot.waitUntil(lambda: road.stations[4].word == "Đã chốt lần 1 · 1 thay đổi từ đó", timeout=WAIT)
    changes = desk.reporting.reopen(period, "Rút một ấn phẩm ghi nhầm")
    assert changes is not None
    session.done(changes)
    qtbot.waitUntil(lambda: road.stations[4].word == "Đang mở lại: lần 2", timeout=WAIT)


def test_what_the_session_knows_comes_from_one_draft(qtbot: QtBot, session: Session, desk: Desk) -> None:
    known = Known.of(session)
    assert Known.of(session) is known
    drafted = gather(desk, "2026", Progress())
    known.note_draft(drafted, known.generation)
    state = known.state("2026")
    assert (
        state.open == open_findings(drafted.snapshot) == len(desk.readiness.check(parse_period("2026")).open)
    )
    assert state.reported == sum(len(one) for one in drafted.snapshot.records.values())
    assert known.draft("2026") is drafted and known.draft("2025") is None
    session.changed.emit(Changes(1, "estimated_figure"))
    assert known.draft("2026") is None and not known.state("2026").stale
    session.changed.emit(Changes(2, "saved"))
    assert known.state("2026").stale
    known.note_draft(drafted, known.generation - 1)  # begun before the change
    assert known.draft("2026") is None and known.state("2026").stale


def test_the_package_page_stands_on_the_road(
    qtbot: QtBot, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(medium, "volumes", lambda: [])
    page = PackagePage(session)
    qtbot.addWidget(page)
    page.show()
    page.open_with({"period": "2025"})
    qtbot.waitUntil(lambda: bool(page.road.stations), timeout=WAIT)
    assert page.road.buttons[4].here
    assert page.road.stations[0].arguments == {"period": "2025"}

"""Whether one is safe, said in one line that is true to backups and doctor; reminders without nagging."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from stdesk.services.backups import BackupInfo, Place
from stdesk.services.desk import Desk
from stdesk.services.health import Check, Health
from stdesk.ui.backups.reading import Kept
from stdesk.ui.backups.words import difference_words, lost_words, when_words, why_words
from stdesk.ui.choose import choose
from stdesk.ui.home.notices import Notices
from stdesk.ui.safety import reminder as reminders
from stdesk.ui.safety.page import SafetyPage
from stdesk.ui.safety.verdict import judge
from stdesk.ui.session import Session

WAIT = 30_000
TODAY = date(2026, 11, 2)
GOOD = BackupInfo(Path("backups/b2"), made_at="2026-11-02T03:15:00Z", why="hourly", own_size=5)
BROKEN = BackupInfo(Path("backups/b3"), made_at="2026-11-02T04:15:00Z", ok=False, problem="backup_damaged")
THERE = Place(Path("E:/"), "2026-10-31T00:00:00Z", 2, reachable=True)
OLD = Place(Path("E:/"), "2026-10-21T00:00:00Z", 12, reachable=False, remind=True)
HURT = Health("2026-11-02T00:00:00Z", "quick", (Check("index", "Chỉ mục", "hurt", "Hỏng."),), ())


CASES: list[tuple[tuple[BackupInfo, ...], Place, Health | None, str, str, list[str]]] = [
    ((), Place(), None, "", "red", ["Chưa có bản sao lưu nào", "nơi thứ hai"]),
    ((GOOD,), THERE, None, "", "green", ["hôm nay", "2 ngày trước", "đã mở kiểm tra"]),
    ((GOOD,), Place(), None, "", "amber", ["Chưa có bản ở nơi thứ hai"]),
    ((GOOD,), OLD, None, "", "amber", ["12 ngày trước"]),
    ((BROKEN, GOOD), THERE, None, "", "red", ["mới nhất không đọc được"]),
    ((GOOD,), THERE, HURT, "", "red", ["1 chỗ hỏng"]),
    ((GOOD,), THERE, None, "ổ đĩa hết chỗ", "red", ["ổ đĩa hết chỗ"]),
]


def test_the_verdict() -> None:
    for backups, place, health, failed, tone, says in CASES:
        found = judge(Kept(backups, place, 10, TODAY), health, failed)
        assert found.tone == tone, found.text
        assert all(word in found.text for word in says), found.text
    pictures = {judge(Kept(one[0], one[1], 10, TODAY), one[2], one[3]).picture for one in CASES}
    assert len(pictures) == 3  # never colour alone


def test_words() -> None:
    assert when_words("2026-11-02T03:15:00Z", TODAY).endswith("hôm nay")
    assert when_words("2026-11-02T03:15:00Z", TODAY + timedelta(days=1)).endswith("hôm qua")
    assert when_words("2026-11-02T03:15:00Z", TODAY + timedelta(days=9)).endswith("ngày 02/11/2026")
    assert [difference_words(1248, 1240), difference_words(3, 3), difference_words(1, 2026)] == [
        "sẽ mất 8", "bằng nhau", "có lại 2.025",
    ]  # fmt: skip
    assert lost_words([("Ấn phẩm", 1248, 1240), ("Nhiệm vụ KH&CN", 1, 5)]) == "Ấn phẩm: 8"
    assert why_words("một lý do lạ") == "một lý do lạ"


def test_from_nothing_to_safe(
    qtbot: QtBot, session: Session, desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk.catalogue.save("publication", {"title": "Bài báo", "issued": "2026"})
    page = SafetyPage(session)
    qtbot.addWidget(page)
    page.resize(1100, 650)
    page.show()
    page.activateWindow()
    qtbot.waitUntil(lambda: page.verdict is not None, timeout=WAIT)
    assert page.verdict.tone == "red" and page.line.property("tone") == "red"  # type: ignore[union-attr]
    assert page.focus_place() is page.backups.now_button
    qtbot.keyClick(page.backups.now_button, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: page.verdict.tone == "amber", timeout=WAIT)  # type: ignore[union-attr]
    stick = tmp_path / "USB"
    stick.mkdir()
    monkeypatch.setattr(choose, "folder", lambda *_: stick)
    qtbot.keyClick(page.backups.place_choose, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: page.backups.place_run.isVisible(), timeout=WAIT)
    qtbot.waitUntil(page.backups.place_run.isEnabled, timeout=WAIT)
    assert "chưa sao lưu lần nào" in page.backups.place.text()
    qtbot.keyClick(page.backups.place_run, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: page.verdict.tone == "green", timeout=WAIT)  # type: ignore[union-attr]
    assert any(stick.rglob("library.db")) and "hôm nay" in page.said.text()
    page.resize(640, 450)  # cards one below the other
    assert page._grid.itemAtPosition(3, 0) is not None


def test_the_wrong_place_is_refused_with_a_sentence(
    qtbot: QtBot, session: Session, desk: Desk, said: list[object], monkeypatch: pytest.MonkeyPatch
) -> None:
    page = SafetyPage(session)
    qtbot.addWidget(page)
    page.show()
    qtbot.waitUntil(lambda: page.verdict is not None, timeout=WAIT)
    monkeypatch.setattr(choose, "folder", lambda *_: desk.folder / "files")
    page.backups.choose_place()
    qtbot.waitUntil(lambda: bool(said), timeout=WAIT)
    assert str(desk.folder) in said[0].text  # type: ignore[attr-defined]
    assert desk.backups.place_state().folder is None


def test_a_reminder_is_put_away_for_the_year(
    qtbot: QtBot, session: Session, desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(desk.backups, "place_state", lambda *_: OLD)
    notices = Notices(session)
    qtbot.addWidget(notices)
    notices.show_notices(())
    qtbot.waitUntil(lambda: not notices.safety.isHidden(), timeout=WAIT)
    assert "12 ngày" in notices.safety.text.text()
    with qtbot.waitSignal(session.page_wanted) as wanted:
        notices.safety.button.click()
    assert wanted.args[0] == "safety"
    notices.safety.away.click()
    assert notices.safety.isHidden() and notices.isHidden()
    one = reminders.Reminder(reminders.OLD, "…")
    assert reminders.is_put_away(one, 2026) and not reminders.is_put_away(one, 2027)
    again = Notices(session)
    qtbot.addWidget(again)
    again.show_notices(())
    qtbot.waitUntil(lambda: not session.runner.busy(), timeout=WAIT)
    qtbot.wait(1)
    assert again.safety.isHidden()


def test_who_has_just_begun_is_left_in_peace(desk: Desk) -> None:
    from stdesk.progress import Progress

    desk.catalogue.save("publication", {"title": "Bài báo", "issued": "2026"})
    desk.backups.run("manual")
    assert reminders.reminder(desk, Progress()) is None

"""Backups on the screen: listed, compared, gone back to, one record taken back; made without being asked."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QCoreApplication, Qt
from pytestqt.qtbot import QtBot

from stdesk.errors import Exit, UserError
from stdesk.services.desk import Desk
from stdesk.ui.backups.keeper import Keeper
from stdesk.ui.backups.page import BackupsPage
from stdesk.ui.backups.secret_strip import SecretStrip
from stdesk.ui.home.notices import Notices
from stdesk.ui.session import Session
from stdesk.ui.shell import MainWindow
from stdesk.ui.tasks import TaskRunner
from tests.ui.officer import Officer

WAIT = 30_000


class Hand:
    """A clock that is set by hand."""

    def __init__(self) -> None:
        self.moment = datetime(2026, 11, 2, 1, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        self.moment += timedelta(seconds=1)
        return self.moment


def fill(folder: Path, clock: Hand) -> Desk:
    """Two publications are backed up; then one is renamed, one trashed and two are typed."""
    desk = Desk.create(folder, unit_code="CAT-MH", unit_name="Công an tỉnh Minh Hải", clock=clock)
    first = desk.catalogue.save("publication", {"title": "Giải pháp phòng cháy", "issued": "2025-03"})
    second = desk.catalogue.save("publication", {"title": "Điều tra hình sự", "issued": "2025"})
    desk.backups.run("manual")
    clock.moment += timedelta(hours=2)
    desk.catalogue.save("publication", {"title": "Tên gõ nhầm"}, record_id=first.record.id)
    desk.catalogue.trash([second.record.id])
    for title in ("Bài mới 1", "Bài mới 2"):
        desk.catalogue.save("publication", {"title": title, "issued": "2026"})
    return desk


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    with fill(tmp_path / "kho", Hand()) as made:
        yield made


@pytest.fixture
def session(desk: Desk) -> Iterator[Session]:
    runner = TaskRunner()
    made = Session(desk, runner)
    yield made
    runner.shutdown()
    QCoreApplication.processEvents()
    made.deleteLater()


def shown(qtbot: QtBot, session: Session) -> BackupsPage:
    page = BackupsPage(session)
    qtbot.addWidget(page)
    page.resize(1100, 650)
    page.show()
    page.activateWindow()
    qtbot.waitUntil(lambda: page.kept is not None, timeout=WAIT)
    return page


def cells(page: BackupsPage, row: int) -> list[str]:
    return [str(page.model.index(row, column).data() or "") for column in range(page.model.columnCount())]


def test_no_backup_yet_and_the_first_one(qtbot: QtBot, tmp_path: Path) -> None:
    with Desk.create(tmp_path / "mới", unit_code="A", unit_name="Đơn vị") as desk:
        runner = TaskRunner()
        session = Session(desk, runner)
        page = shown(qtbot, session)
        button = page.empty.button
        assert button is not None and button.isVisible() and page.focus_place() is button
        qtbot.keyClick(button, Qt.Key.Key_Space)
        qtbot.waitUntil(lambda: page.model.rowCount() == 1, timeout=WAIT)
        assert cells(page, 0)[1] == "Tự bấm sao lưu"
        runner.shutdown()


def test_what_going_back_would_change(qtbot: QtBot, session: Session) -> None:
    page = shown(qtbot, session)
    qtbot.waitUntil(lambda: page.panel.compared is not None, timeout=WAIT)
    rows = [[page.panel.model.index(at, n).data() for n in range(4)] for at in range(3)]
    assert rows[0] == ["Ấn phẩm, tài liệu", "3", "2", "sẽ mất 1"]  # 2 then; one trashed and two typed since
    assert [row[3] for row in rows[1:]] == ["bằng nhau", "bằng nhau"]
    assert cells(page, 0)[2] == "2" and cells(page, 0)[4] == "tốt, đã mở"
    page.panel.restore_button.setFocus()
    qtbot.keyClick(page.panel.restore_button, Qt.Key.Key_Space)
    part = page.panel.restore_part
    assert part.leave_button.hasFocus()  # a second key press must not do it
    assert part.lost.text.text() == "Sẽ không còn trong kho: Ấn phẩm, tài liệu: 1."
    assert "kept" in part.lines[1].text()
    assert page.step_back() and page.panel.restore_button.hasFocus()


def test_a_broken_backup_says_why_and_offers_nothing(qtbot: QtBot, session: Session, desk: Desk) -> None:
    backup = desk.backups.listed()[0].path
    (backup / "backup.json").write_bytes(b"\x00hong\xff")
    page = shown(qtbot, session)
    assert "bị hỏng" in cells(page, 0)[4]
    assert str(backup) in page.panel.problem.text() and page.panel.problem.isVisible()
    assert not page.panel.restore_button.isEnabled() and not page.panel.record_button.isEnabled()
    assert not page.panel.table.isVisible()


def test_three_hundred_backups(
    qtbot: QtBot, session: Session, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    one = desk.backups.listed()[0]
    many = [
        replace(one, path=one.path.with_name(f"{n:03}"), sequence=300 - n, why="hourly" if n % 2 else "bulk")
        for n in range(300)
    ]
    monkeypatch.setattr(desk.backups, "listed", lambda *_: many)
    page = shown(qtbot, session)
    assert page.model.rowCount() == 300 and page.summary.text().startswith("300 bản")
    page.table.setFocus()
    qtbot.keyClick(page.table, Qt.Key.Key_End, Qt.KeyboardModifier.ControlModifier)
    assert page.panel.backup is many[-1]
    page.refresh()  # the choice stays where it was
    qtbot.wait(1)
    qtbot.waitUntil(lambda: not page.session.runner.busy(), timeout=WAIT)
    assert page.panel.backup is many[-1]


def test_a_record_is_taken_back_and_that_is_undone(
    qtbot: QtBot, session: Session, desk: Desk, said: list[Any]
) -> None:
    page = shown(qtbot, session)
    page.panel.to_record()
    part = page.panel.record_part
    assert part.line.hasFocus()
    qtbot.keyClicks(part.line, "phong chay")
    qtbot.keyClick(part.line, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: part.differs is not None, timeout=WAIT)
    assert part.list.count() == 1 and "Giải pháp phòng cháy" in part.list.item(0).text()
    assert ("Tên tài liệu", "Tên gõ nhầm", "Giải pháp phòng cháy") in part.differs.lines  # type: ignore[union-attr]
    qtbot.keyClick(part.take_button, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: len(said) == 1, timeout=WAIT)
    assert "Giải pháp phòng cháy" in said[0].text and said[0].action is not None
    assert [hit.title for hit in desk.catalogue.find("phong chay")] == ["Giải pháp phòng cháy"]
    qtbot.waitUntil(lambda: part.differs is not None and not part.differs.lines, timeout=WAIT)
    assert not part.take_button.isEnabled()  # it is the same now
    said[0].action()
    qtbot.waitUntil(lambda: len(said) == 2, timeout=WAIT)
    assert desk.catalogue.find("phong chay") == [] and len(desk.catalogue.find("go nham")) == 1


def test_a_trashed_record_comes_back(qtbot: QtBot, session: Session, desk: Desk, said: list[Any]) -> None:
    page = shown(qtbot, session)
    page.panel.to_record()
    part = page.panel.record_part
    part.line.setText("điều tra")
    part.look()
    qtbot.waitUntil(lambda: part.differs is not None, timeout=WAIT)
    assert "thùng rác" in part.said.text() and part.take_button.isEnabled()
    part.take()
    qtbot.waitUntil(lambda: bool(said), timeout=WAIT)
    assert desk.catalogue.count("publication") == 4
    part.line.setText("không có từ này đâu")
    part.look()
    qtbot.waitUntil(lambda: part.list.count() == 0, timeout=WAIT)
    assert "không có mục nào" in part.note.text() and not part.take_button.isEnabled()


def test_going_back_wants_the_administrator_where_there_is_one(
    qtbot: QtBot, session: Session, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("stdesk.store.roles.OPS", 1)
    monkeypatch.setattr("stdesk.store.roles.MEMORY", 8192)
    desk.roles.set_code("administrator", "Nguyễn Văn An", "mã quản trị 2026")
    desk.roles.end()
    page = shown(qtbot, session)
    qtbot.waitUntil(lambda: page.panel.compared is not None, timeout=WAIT)
    page.panel.to_restore()
    part = page.panel.restore_part
    wanted: list[Any] = []
    session.closed_wanted.connect(wanted.append)
    part.go_button.click()
    qtbot.waitUntil(part.role.isVisible, timeout=WAIT)
    assert not wanted
    part.role.line.setText("mã quản trị 2026")
    qtbot.keyClick(part.role.line, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: len(wanted) == 1, timeout=WAIT)
    assert wanted[0].page == "backups" and "02/11/2026" in wanted[0].title


# -- the whole library, in the real window --------------------------------------------------------


def titles(desk: Desk) -> set[str]:
    return {
        hit.title for hit in desk.catalogue.find("a") + desk.catalogue.find("b") + desk.catalogue.find("t")
    }


def restore_chosen(officer: Officer, page: BackupsPage) -> BackupsPage:
    """From the panel of the chosen backup to the window that opened again."""
    officer.wait(lambda: page.panel.compared is not None)
    before = officer.window
    if not page.panel.busy:
        page.panel.restore_button.click()
    page.panel.restore_part.go_button.click()
    officer.wait(lambda: isinstance(officer.desktop.window, MainWindow) and officer.window is not before)
    again = officer.page(BackupsPage)
    officer.wait(lambda: again.kept is not None and bool(again.kept.backups))
    return again


def test_back_to_a_backup_and_back_again(officer: Officer, tmp_path: Path) -> None:
    folder = tmp_path / "kho"
    fill(folder, Hand()).close()
    officer.desktop.open(folder, "backups")
    page = officer.page(BackupsPage)
    officer.wait(lambda: page.kept is not None)
    assert officer.desk.catalogue.count("publication") == 3
    again = restore_chosen(officer, page)
    assert officer.desk.catalogue.count("publication") == 2
    assert [hit.title for hit in officer.desk.catalogue.find("phong chay")] == ["Giải pháp phòng cháy"]
    assert "kept" in officer.main.bar.text.text() and any((folder / "kept").iterdir())
    assert "khôi phục" in again.back.text.text().lower() and again.back.isVisible()
    officer.wait(lambda: again.panel.compared is not None)
    again.back.buttons[0].click()
    assert again.panel.busy and again.panel.backup is again.kept.last  # type: ignore[union-attr]
    restore_chosen(officer, again)
    assert officer.desk.catalogue.count("publication") == 3
    assert len(officer.desk.catalogue.find("go nham")) == 1


# -- by itself ------------------------------------------------------------------------------------


def test_a_backup_that_fails_is_said_once(
    qtbot: QtBot, session: Session, desk: Desk, said: list[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    works: list[bool] = []
    really = desk.backups.run

    def run(why: str, progress: Any = None) -> Any:
        if not works:
            raise UserError("backup_no_room", Exit.ENVIRONMENT, path="E:", free=1, wanted=20)
        return really(why, progress)

    monkeypatch.setattr(desk.backups, "run", run)
    keeper = Keeper(session)
    notices = Notices(session)
    qtbot.addWidget(notices)
    for _ in range(3):
        keeper.ask()
        qtbot.waitUntil(lambda: not keeper.busy, timeout=WAIT)
    assert len(said) == 1 and "E:" in said[0].text and said[0].action_label == "Thử lại"
    assert not notices.safety.isHidden() and notices.safety.away.isHidden()  # cannot be put away
    works.append(True)
    said[0].action()
    qtbot.waitUntil(lambda: not keeper.problem, timeout=WAIT)
    assert notices.safety.isHidden()
    assert desk.backups.listed()[0].why in ("hourly", "start") and len(said) == 1


def test_nothing_is_made_while_nothing_is_due(qtbot: QtBot, session: Session, desk: Desk) -> None:
    desk.backups.run("manual")
    there = len(desk.backups.listed())
    keeper = Keeper(session)
    keeper.ask()
    keeper.ask()  # one at a time
    qtbot.waitUntil(lambda: not keeper.busy, timeout=WAIT)
    assert len(desk.backups.listed()) == there and Keeper.of(session) is keeper


def test_a_backup_of_another_password_asks_for_it_where_it_is_wanted(qtbot: QtBot) -> None:
    strip = SecretStrip()
    qtbot.addWidget(strip)
    strip.show()
    strip.close_strip()
    tried: list[str] = []
    assert not strip.takes(UserError("backup_damaged", path="x"), tried.append)
    assert strip.takes(UserError("backup_wants_password", path="x"), tried.append) and strip.isVisible()
    strip.line.setText("mật khẩu cũ")
    strip.go.click()
    assert tried == ["mật khẩu cũ"] and not strip.line.isEnabled()
    assert strip.takes(UserError("password_wrong"), tried.append)
    assert strip.line.isEnabled() and strip.problem.isVisible() and strip.line.text() == "mật khẩu cũ"

"""The doctor on the screen: looking, what was found, mending; and a library that does not open any more."""

from __future__ import annotations

import shutil
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot
from sqlcipher3 import dbapi2 as sqlcipher

from stdesk import app as program
from stdesk.errors import UserError
from stdesk.progress import Progress
from stdesk.services import locking
from stdesk.services.desk import Desk
from stdesk.services.health import Check, Health, Lost, Recovered, Size
from stdesk.services.locking import new_recovery_code
from stdesk.store import vault
from stdesk.ui.choose import choose
from stdesk.ui.doctor.card import DoctorCard
from stdesk.ui.doctor.findings import kept
from stdesk.ui.doctor.page import DoctorPage
from stdesk.ui.doctor.rescue import Rescue, RescueWindow, wants_rescue
from stdesk.ui.locking.custody import LockWindow
from stdesk.ui.session import ClosedWork, Session
from stdesk.ui.shell import MainWindow
from stdesk.ui.tasks import TaskRunner
from tests.ui.officer import Officer

WAIT = 30_000
PASSWORD = "đèo cao gió lộng 7"
LINES = tuple(f"Ấn phẩm {n} · toàn văn.pdf" for n in range(100))
HURT = Health(
    "2026-11-02T03:00:00Z",
    "full",
    (
        Check("file", "Tệp dữ liệu", "ok", "Mở được."),
        Check("index", "Chỉ mục tìm kiếm", "hurt", "Thiếu 3 mục.", LINES, 12, "Dựng lại chỉ mục"),
        Check("records", "Các mục", "unknown", "Chỉ khám khi khám kỹ."),
        Check("files", "Tệp đính kèm", "hurt", "1 tệp hỏng.", ("Ấn phẩm 3 · bìa.png",)),
    ),
    (Size("database", "Cơ sở dữ liệu", 12_345_678, 1), Size("free", "Còn trống", 5 << 30, 0)),
)


def shown(qtbot: QtBot, session: Session) -> DoctorPage:
    page = DoctorPage(session)
    qtbot.addWidget(page)
    page.resize(1100, 650)
    page.show()
    page.activateWindow()
    return page


def test_looked_over_and_remembered(
    qtbot: QtBot, session: Session, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(desk.doctor, "look", lambda depth, progress=None: HURT)
    page = shown(qtbot, session)
    card = DoctorCard(session)
    qtbot.addWidget(card)
    card.refresh()
    assert "chưa được khám" in page.sum.text.text() and page.focus_place() is page.quick_button
    assert "Chưa khám" in card.about.text()
    qtbot.keyClick(page.quick_button, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: len(page.rows) == 4, timeout=WAIT)
    assert [row.check.name for row in page.rows] == ["index", "files", "records", "file"]  # the worst first
    assert "2 chỗ hỏng" in page.sum.text.text() and page.sum.property("tone") == "red"
    assert page.sum.buttons[0].text().startswith("Lấy lại từ bản sao lưu")  # one of them cannot be mended
    row = page.rows[0]
    assert page.focusWidget() is row.mend_button and row.way.text() == "Dựng lại chỉ mục"
    assert row.open_button.text() == "Xem 112 dòng" and not row.lines.isVisible()
    qtbot.keyClick(row.open_button, Qt.Key.Key_Space)
    assert row.lines.isVisible() and row.lines.toPlainText().endswith("… và 12 mục nữa")
    assert card.badge.word.text() == "hỏng" and card.facts.text() == "2 chỗ hỏng"
    again = kept(desk.folder)  # after the next start: how it stood, no titles of records
    assert again is not None and [one.state for one in again.checks] == ["ok", "hurt", "unknown", "hurt"]
    assert "toàn văn" not in (Path(str(desk.folder)).parent / "settings" / "window.json").read_text("utf-8")


def test_mending_closes_the_library(
    qtbot: QtBot, session: Session, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(desk.doctor, "look", lambda depth, progress=None: HURT)
    page = shown(qtbot, session)
    page.look("full")
    qtbot.waitUntil(lambda: bool(page.rows), timeout=WAIT)
    with qtbot.waitSignal(session.closed_wanted, timeout=WAIT) as wanted:
        page.rows[0].mend_button.click()
    work = wanted.args[0]
    assert (
        isinstance(work, ClosedWork) and work.title == "Đang sửa: Chỉ mục tìm kiếm" and work.page == "doctor"
    )
    mended = Health(HURT.at, "full", (Check("index", "Chỉ mục tìm kiếm", "mended", "Đã dựng lại."),), ())
    assert work.said(mended) == "Chỉ mục tìm kiếm: Đã dựng lại."


def test_looking_can_be_stopped(
    qtbot: QtBot, session: Session, desk: Desk, said: list[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    def endless(depth: str, progress: Progress) -> Health:
        progress.start(10, "Đang đọc lại tệp")
        while True:
            progress.check()

    monkeypatch.setattr(desk.doctor, "look", endless)
    page = shown(qtbot, session)
    qtbot.keyClick(page.full_button, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: page.strip.note.text() == "Đang đọc lại tệp", timeout=WAIT)
    assert not page.quick_button.isEnabled()
    assert page.step_back()
    qtbot.waitUntil(page.quick_button.isEnabled, timeout=WAIT)
    assert [one.text for one in said] == ["Đã dừng. Chưa có gì thay đổi."] and not page.step_back()


def test_a_sound_library_really_looked_at(qtbot: QtBot, session: Session, desk: Desk) -> None:
    desk.catalogue.save("publication", {"title": "Bài báo", "issued": "2026"})
    desk.backups.run("manual")
    page = shown(qtbot, session)
    page.look("full")
    qtbot.waitUntil(lambda: page.seen is not None, timeout=WAIT)
    assert page.seen is not None and page.seen.sound, [one for one in page.seen.checks if one.state == "hurt"]
    assert "mọi thứ đều tốt" in page.sum.text.text() and page.sum.property("tone") == "green"
    assert page.sizes.isVisible() and len(page.seen.sizes) >= 4


def test_a_search_index_is_mended_through_the_page(officer: Officer, tmp_path: Path) -> None:
    folder = make(tmp_path / "kho")
    with closing(sqlcipher.connect(str(folder / "library.db"))) as database:
        database.execute("INSERT INTO publication__search (publication__search) VALUES ('delete-all')")
        database.commit()
    officer.desktop.open(folder, "doctor")
    assert officer.desk.catalogue.find("ban") == []
    page = officer.page(DoctorPage)
    page.look("full")
    officer.wait(lambda: bool(page.rows) and page.quick_button.isEnabled())
    row = next(row for row in page.rows if row.check.name == "index")
    assert row.check.state == "hurt"
    row.mend_button.click()
    officer.wait(
        lambda: isinstance(officer.desktop.window, MainWindow) and officer.main.current() is not page
    )
    again = officer.page(DoctorPage)
    officer.wait(lambda: again.seen is not None)
    assert {one.name: one.state for one in again.seen.checks}["index"] == "mended"  # type: ignore[union-attr]
    assert [hit.title for hit in officer.desk.catalogue.find("ban")] == ["Trong bản sao lưu"]


# -- a library that does not open -----------------------------------------------------------------


def make(folder: Path) -> Path:
    """A library with one backup that holds one publication, and another one typed after it."""
    with Desk.create(folder, unit_code="CAT-MH", unit_name="Công an tỉnh Minh Hải") as desk:
        desk.catalogue.save("publication", {"title": "Trong bản sao lưu", "issued": "2026"})
        desk.backups.run("manual")
        desk.catalogue.save("publication", {"title": "Nhập sau", "issued": "2026"})
    return folder


def damage(folder: Path) -> None:
    database = folder / "library.db"
    content = bytearray(database.read_bytes())
    content[: 4096 * 3] = b"\xa5" * (4096 * 3)
    database.write_bytes(bytes(content))


def rescue_of(officer: Officer) -> Rescue:
    assert isinstance(officer.window, RescueWindow)
    return officer.window.rescue


def test_from_a_damaged_library_to_a_restored_one_by_one_key(officer: Officer, tmp_path: Path) -> None:
    folder = make(tmp_path / "kho")
    damage(folder)
    damaged = (folder / "library.db").read_bytes()
    program.begin(officer.desktop, folder)
    officer.look_at_window()
    rescue = rescue_of(officer)
    officer.wait(lambda: rescue.restore_button.isEnabled())
    assert rescue.model.rowCount() == 1 and "Khôi phục về bản" in rescue.restore_button.text()
    officer.wait(rescue.restore_button.hasFocus)
    officer.press(Qt.Key.Key_Return)  # one key from the start
    officer.wait(lambda: isinstance(officer.desktop.window, MainWindow))
    assert [hit.title for hit in officer.desk.catalogue.find("ban")] == ["Trong bản sao lưu"]
    assert "kept" in officer.main.bar.text.text()
    assert any(one.read_bytes() == damaged for one in (folder / "kept").rglob("library.db"))


def test_without_a_backup_what_can_be_read_is_rescued(
    officer: Officer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = make(tmp_path / "kho")
    shutil.rmtree(folder / "backups")
    damage(folder)
    target = make(tmp_path / "mới")  # what is rescued, as far as the page is concerned
    lost = (Lost("publication", 2, "Nhập sau", "Không đọc được."),)
    monkeypatch.setattr(
        "stdesk.services.doctor.recover", lambda *_args, **_more: Recovered(target, "", 1, 0, lost)
    )
    monkeypatch.setattr(choose, "folder", lambda *_: target)
    program.begin(officer.desktop, folder)
    officer.look_at_window()
    rescue = rescue_of(officer)
    officer.wait(rescue.folder_button.hasFocus)
    assert "Không thấy bản sao lưu" in rescue.said.text() and not rescue.restore_button.isEnabled()
    officer.to_button(rescue.recover_button)
    officer.wait(lambda: rescue.note.isVisible())
    assert "Thiếu 1: Nhập sau" in rescue.note.text.text()
    officer.press(Qt.Key.Key_Return)
    officer.wait(lambda: isinstance(officer.desktop.window, MainWindow))
    assert officer.desk.folder == target


def test_backups_in_another_place_and_a_broken_one(
    officer: Officer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = make(tmp_path / "kho")
    stick = tmp_path / "USB"
    shutil.move(str(folder / "backups"), str(stick / "STDesk-CAT-MH"))
    damage(folder)
    program.begin(officer.desktop, folder)
    rescue = rescue_of(officer)
    officer.wait(lambda: "Không thấy" in rescue.said.text())
    monkeypatch.setattr(choose, "folder", lambda *_: stick)
    rescue.folder_button.click()
    officer.wait(lambda: rescue.model.rowCount() == 1)
    (manifest,) = stick.rglob("backup.json")
    manifest.write_text("{}", encoding="utf-8")
    rescue.folder_button.click()
    officer.wait(lambda: "đều không đọc được" in rescue.said.text())
    assert not rescue.restore_button.isEnabled() and rescue.chosen() is None
    rescue.restore()  # nothing happens
    rescue.leave_button.click()
    officer.wait(lambda: not isinstance(officer.desktop.window, RescueWindow))


def test_which_libraries_are_rescued(tmp_path: Path) -> None:
    folder = make(tmp_path / "kho")
    (folder / "library.db").unlink()
    assert wants_rescue(UserError("not_a_library"), folder)  # its backups are still there
    assert wants_rescue(UserError("library_damaged"), tmp_path)
    assert not wants_rescue(UserError("not_a_library"), tmp_path)
    assert not wants_rescue(UserError("library_locked"), folder)
    assert not wants_rescue(None, folder)


def unlock(officer: Officer) -> None:
    assert isinstance(officer.window, LockWindow)
    officer.window.asker.line.line.setText(PASSWORD)
    officer.window.asker.try_it()


def test_a_damaged_library_with_a_password(
    officer: Officer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(vault, "OPS", 1)
    monkeypatch.setattr(vault, "MEMORY", 8192)
    folder = tmp_path / "kho"
    Desk.create(folder, unit_code="CAT-MH", unit_name="Công an tỉnh Minh Hải").close()
    key = locking.set_password(folder, PASSWORD, new_recovery_code())
    with Desk.open(folder, vault=key) as desk:
        desk.catalogue.save("publication", {"title": "Đã khóa lại", "issued": "2026"})
        desk.backups.run("manual")
    damage(folder)
    program.begin(officer.desktop, folder)
    officer.wait(lambda: isinstance(officer.window, LockWindow))
    unlock(officer)
    officer.wait(lambda: isinstance(officer.desktop.window, RescueWindow))
    rescue = rescue_of(officer)
    officer.wait(lambda: rescue.restore_button.isEnabled())
    assert not rescue.secret.isVisible()  # it was typed a moment ago
    rescue.restore_button.click()
    officer.wait(lambda: isinstance(officer.desktop.window, MainWindow))
    assert [hit.title for hit in officer.desk.catalogue.find("khoa lai")] == ["Đã khóa lại"]


def test_rescue_of_a_locked_library_asks_for_the_password_where_nobody_typed_it_yet(
    qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(vault, "OPS", 1)
    monkeypatch.setattr(vault, "MEMORY", 8192)
    folder = tmp_path / "kho"
    Desk.create(folder, unit_code="CAT-MH", unit_name="Công an tỉnh Minh Hải").close()
    key = locking.set_password(folder, PASSWORD, new_recovery_code())
    with Desk.open(folder, vault=key) as desk:
        desk.catalogue.save("publication", {"title": "Đã khóa lại", "issued": "2026"})
        desk.backups.run("manual")
    damage(folder)
    runner = TaskRunner()
    window = RescueWindow(runner, folder, "hỏng", "lan")
    qtbot.addWidget(window)
    window.show()
    rescue = window.rescue
    try:
        qtbot.waitUntil(lambda: rescue.restore_button.isEnabled())
        assert rescue.secret.isVisible()
        rescue.restore_button.click()
        assert "mật khẩu" in rescue.note.text.text()
        rescue.password.setText("sai")
        rescue.restore_button.click()
        qtbot.waitUntil(lambda: rescue.note.property("tone") == "red")
        rescue.password.setText(PASSWORD)
        qtbot.waitUntil(lambda: rescue.restore_button.isEnabled())
        with qtbot.waitSignal(rescue.opened) as opened:
            rescue.restore_button.click()
        with Desk.open(
            folder, vault=opened.args[3]
        ) as desk:  # what was typed opens it: nobody is asked again
            assert [hit.title for hit in desk.catalogue.find("khoa lai")] == ["Đã khóa lại"]
    finally:
        runner.shutdown()

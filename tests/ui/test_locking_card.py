"""The card of the password: set with the code on paper, changed, taken off; nobody locks themselves out."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from stdesk.clock import fixed_clock
from stdesk.errors import UserError
from stdesk.services import locking, tries
from stdesk.services.desk import Desk
from stdesk.ui.choose import choose
from stdesk.ui.locking.card import LockCard
from stdesk.ui.locking.minutes import minutes
from stdesk.ui.session import ClosedWork, Session
from stdesk.ui.tasks import TaskRunner
from tests.helpers.locked import PASSWORD, TODAY, make_locked, stretch_little

WAIT = 60_000


@pytest.fixture(autouse=True)
def _fast(monkeypatch: pytest.MonkeyPatch) -> None:
    stretch_little(monkeypatch)
    monkeypatch.setattr(tries, "_here", {})


@pytest.fixture(scope="module")
def _made(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    with pytest.MonkeyPatch.context() as patch:
        stretch_little(patch)
        return make_locked(tmp_path_factory.mktemp("locked") / "kho")


@pytest.fixture
def locked(_made: tuple[Path, str], tmp_path: Path) -> Iterator[tuple[Session, str]]:
    """A session over a library with a password, and its recovery code."""
    folder = Path(shutil.copytree(_made[0], tmp_path / "khoa"))
    desk = Desk.open(folder, vault=locking.unlock(folder, PASSWORD), clock=fixed_clock(TODAY))
    runner = TaskRunner()
    session = Session(desk, runner)
    yield session, _made[1]
    runner.shutdown()
    desk.close()
    session.deleteLater()


def show(qtbot: QtBot, session: Session) -> LockCard:
    """The card, read. It is kept till the test is over, as its page keeps it: else the end of a task that
    alone still knows it would end it, and with it the task once more.
    """
    card = LockCard(session)
    qtbot.addWidget(card, before_close_func=lambda _widget: card.hide())
    card.resize(620, 700)
    card.show()
    card.refresh()
    qtbot.waitUntil(lambda: card.state is not None, timeout=WAIT)
    return card


def wanted(session: Session) -> list[ClosedWork]:
    """What the card asks to be done while the library is closed."""
    heard: list[ClosedWork] = []
    session.closed_wanted.connect(heard.append)
    return heard


def type_new(card: LockCard, new: str, again: str | None = None, old: str = "") -> None:
    """Fill the lines of the panel and go on."""
    card.choosing.old.line.setText(old)
    card.choosing.new.line.setText(new)
    card.choosing.again.line.setText(new if again is None else again)
    card.choosing.go.click()


def type_groups(card: LockCard) -> None:
    """Type back what is asked of the sheet."""
    assert card.sheet.recovery is not None
    groups = card.sheet.recovery.code.split("-")
    for place, line in zip(card.sheet.asked, card.sheet.lines, strict=True):
        line.setText(groups[place].lower())


def test_without_a_password_it_says_who_can_read(session: Session, qtbot: QtBot) -> None:
    card = show(qtbot, session)
    assert card.badge.word.text() == "Chưa có mật khẩu"
    assert "đều đọc được" in card.about.text()
    assert card.set_button.isVisible()
    for one in (
        card.change_button,
        card.renew_button,
        card.remove_button,
        card.lock_button,
        card.minutes_row,
    ):
        assert not one.isVisible()


def test_set_only_after_the_code_is_on_paper(session: Session, qtbot: QtBot) -> None:
    card, asked = show(qtbot, session), wanted(session)
    card.set_button.click()
    assert not card.choosing.old.isVisible()
    type_new(card, "ngắn")
    assert card.sheet.isHidden()  # refused while it is typed, with what is missing
    type_new(card, PASSWORD, "khac")
    assert card.choosing.problem.isVisible()
    type_new(card, PASSWORD)
    qtbot.waitUntil(card.sheet.isVisible, timeout=WAIT)
    assert card.choosing.new.text() == ""
    card.sheet.go.click()
    assert card.sheet.problem.isVisible()
    assert asked == []
    assert not card.sheet.code.isVisible()  # not on the screen unless somebody wants to write it down
    type_groups(card)
    assert card.sheet.recovery is not None
    code = card.sheet.recovery.code
    card.sheet.lines[1].setText("ZZZZ" if not code.endswith("ZZZZ") else "0000")
    card.sheet.go.click()
    assert asked == []
    type_groups(card)
    card.sheet.go.click()
    assert len(asked) == 1
    folder = session.desk.folder
    session.desk.close()
    key = asked[0].work(_progress())
    assert asked[0].key is not None
    with Desk.open(folder, vault=asked[0].key(key)):
        pass
    locking.unlock(folder, PASSWORD)
    locking.unlock(folder, code)


def _progress() -> Any:
    from stdesk.progress import Progress

    return Progress()


def test_leaving_at_any_step_changes_nothing_and_forgets(session: Session, qtbot: QtBot) -> None:
    card, asked = show(qtbot, session), wanted(session)
    card.set_button.click()
    type_new(card, PASSWORD)
    qtbot.waitUntil(card.sheet.isVisible, timeout=WAIT)
    assert card.step_back()
    assert (card.sheet.recovery, card._new, asked) == (None, "", [])
    assert card.set_button.isVisible()
    assert not card.step_back()


def test_the_sheet_goes_into_a_file_for_its_owner(
    session: Session, said: list[Any], qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    card = show(qtbot, session)
    card.set_button.click()
    type_new(card, PASSWORD)
    qtbot.waitUntil(card.sheet.isVisible, timeout=WAIT)
    target = tmp_path / "tờ két.pdf"
    monkeypatch.setattr(choose, "save_file", lambda *_args: target)
    card.sheet.file_button.click()
    qtbot.waitUntil(lambda: bool(said), timeout=WAIT)
    assert target.read_bytes().startswith(b"%PDF")
    assert target.stat().st_mode & 0o077 == 0
    card.sheet.show_button.click()
    assert card.sheet.recovery is not None
    assert card.sheet.code.text() == card.sheet.recovery.code


def test_strength_is_said_while_typing(session: Session, qtbot: QtBot) -> None:
    card = show(qtbot, session)
    card.set_button.click()
    qtbot.keyClicks(card.choosing.new.line, "muaroi")
    qtbot.waitUntil(lambda: card.choosing.strength.text() == "Thêm 6 ký tự nữa", timeout=WAIT)
    qtbot.keyClicks(card.choosing.new.line, " hien nha cu")
    qtbot.waitUntil(lambda: card.choosing.strength.text().startswith("Tốt"), timeout=WAIT)


def test_changed_by_the_password_or_the_code(
    locked: tuple[Session, str], qtbot: QtBot, request: pytest.FixtureRequest
) -> None:
    session, code = locked
    card = show(qtbot, session)
    assert card.badge.word.text() == "Có mật khẩu"
    card.change_button.click()
    type_new(card, "trăng lên đỉnh núi", old="không phải")
    qtbot.waitUntil(card.choosing.problem.isVisible, timeout=WAIT)
    assert card.choosing.old.line.hasFocus() or card.choosing.old.line.selectedText() == "không phải"
    type_new(card, "trăng lên đỉnh núi", old=PASSWORD)
    qtbot.waitUntil(card.choosing.isHidden, timeout=WAIT)
    locking.unlock(session.desk.folder, "trăng lên đỉnh núi")
    card.change_button.click()
    type_new(card, "sông chảy về biển", old=code)
    qtbot.waitUntil(card.choosing.isHidden, timeout=WAIT)
    locking.unlock(session.desk.folder, "sông chảy về biển")


def test_a_new_sheet_replaces_the_one_before(locked: tuple[Session, str], qtbot: QtBot) -> None:
    session, code = locked
    card = show(qtbot, session)
    card.renew_button.click()
    card.asking.line.line.setText(PASSWORD)
    qtbot.keyClick(card.asking.line.line, Qt.Key.Key_Return)
    qtbot.waitUntil(card.sheet.isVisible, timeout=WAIT)
    locking.unlock(session.desk.folder, code)  # still
    type_groups(card)
    assert card.sheet.recovery is not None
    new = card.sheet.recovery.code
    card.sheet.go.click()
    qtbot.waitUntil(card.sheet.isHidden, timeout=WAIT)
    locking.unlock(session.desk.folder, new)
    with pytest.raises(UserError):
        locking.unlock(session.desk.folder, code)


def test_taken_off_with_the_password_alone(locked: tuple[Session, str], qtbot: QtBot) -> None:
    session, _ = locked
    card, asked = show(qtbot, session), wanted(session)
    card.remove_button.click()
    qtbot.waitUntil(card.asking.isVisible, timeout=WAIT)
    card.asking.line.line.setText("không phải")
    card.asking.go.click()
    qtbot.waitUntil(card.asking.problem.isVisible, timeout=WAIT)
    assert asked == []
    card.asking.line.line.setText(PASSWORD)
    card.asking.go.click()
    qtbot.waitUntil(lambda: len(asked) == 1, timeout=WAIT)
    session.desk.close()
    result = asked[0].work(_progress())
    assert asked[0].key is not None
    assert asked[0].key(result) is None
    assert not locking.is_locked(session.desk.folder)


def test_where_there_is_an_administrator_the_code_comes_first(
    locked: tuple[Session, str], qtbot: QtBot
) -> None:
    session, _ = locked
    session.desk.roles.set_code("administrator", "Nguyễn Văn Quản", "ma-quan-tri-1987")
    session.desk.roles.end()
    card = show(qtbot, session)
    card.remove_button.click()
    qtbot.waitUntil(card.role_strip.isVisible, timeout=WAIT)
    assert card.asking.isHidden()
    card.role_strip.line.setText("ma-quan-tri-1987")
    card.role_strip.go.click()
    qtbot.waitUntil(card.asking.isVisible, timeout=WAIT)


def test_minutes_are_chosen_here(locked: tuple[Session, str], said: list[Any], qtbot: QtBot) -> None:
    session, _ = locked
    card = show(qtbot, session)
    heard: list[bool] = []
    session.lock_minutes_changed.connect(lambda: heard.append(True))
    card.minutes.setCurrentIndex(card.minutes.findData(5))
    card.minutes.activated.emit(card.minutes.currentIndex())
    assert minutes() == 5
    assert heard == [True]


def test_every_line_and_button_has_a_name(locked: tuple[Session, str], qtbot: QtBot) -> None:
    session, _ = locked
    card = show(qtbot, session)
    lines = [card.choosing.old, card.choosing.new, card.choosing.again, card.asking.line]
    for one in lines:
        assert one.line.accessibleName()
        assert one.show_button.accessibleName()
    assert card.minutes.accessibleName()


def test_backups_without_the_password_go_only_once_one_with_it_is_there(
    locked: tuple[Session, str], qtbot: QtBot
) -> None:
    session, _code = locked
    said: list[Any] = []
    session.said.connect(said.append)
    old = session.desk.folder / "backups" / "20260101-080000-manual"
    old.mkdir(parents=True)
    (old / "library.db").write_bytes(b"SQLite format 3\0" + b"ten bai" * 100)
    (old / "backup.json").write_text("{}", encoding="utf-8")
    card = show(qtbot, session)
    qtbot.waitUntil(lambda: card.drop_button.isVisible(), timeout=WAIT)
    card.drop_button.click()
    assert card.dropping.isVisible() and card.dropping.buttons[-1].hasFocus() and old.exists()
    card.step_back()
    assert not card.dropping.isVisible() and old.exists()
    card.drop_button.click()
    card.dropping.buttons[0].click()
    qtbot.waitUntil(lambda: any("Đã xóa 1 tệp" in one.text for one in said), timeout=WAIT)
    assert not old.exists()
    assert [one.locked for one in session.desk.backups.listed() if one.ok] == [True]
    card.refresh()
    qtbot.waitUntil(lambda: not card.drop_button.isVisible(), timeout=WAIT)


def test_a_backup_is_due_at_once_when_the_last_one_has_no_password(
    locked: tuple[Session, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    backups = locked[0].desk.backups
    locked[0].desk.catalogue.save("publication", {"title": "Bài mới"})
    backups.run("manual")
    assert backups.due() is None
    newest = replace(backups.listed()[0], locked=False)
    monkeypatch.setattr(backups, "_newest", lambda _place: newest)
    assert backups.due() is not None

"""First start: three ways, said in words when something is missing, done in seconds."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from stdesk.services.desk import Desk
from stdesk.ui.choose import choose
from stdesk.ui.tasks import TaskRunner
from stdesk.ui.welcome.page import Welcome
from tests.ui.keyboard import write

WAIT = 30_000


@pytest.fixture
def welcome(qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Welcome]:
    monkeypatch.setattr("stdesk.paths.default_library", lambda: tmp_path / "STDesk")
    runner = TaskRunner()
    made = Welcome(runner)
    qtbot.addWidget(made)
    made.show()
    yield made
    runner.shutdown()


def test_empty_way_makes_a_library_by_keyboard(qtbot: QtBot, welcome: Welcome, tmp_path: Path) -> None:
    qtbot.keyClick(welcome.cards["empty"].button, Qt.Key.Key_Space)
    assert welcome.details.isVisible() and welcome.unit_name.hasFocus()
    write(welcome.unit_name, "Công an tỉnh Minh Hải")
    write(welcome.unit_code, "CAT-MH")
    with qtbot.waitSignal(welcome.opened, timeout=WAIT) as opened:
        qtbot.keyClick(welcome.unit_code, Qt.Key.Key_Return)
    assert opened.args == [tmp_path / "STDesk", "home"]
    with Desk.open(tmp_path / "STDesk") as desk:
        assert desk.unit["unit_name"] == "Công an tỉnh Minh Hải"


def test_workbook_way_goes_on_to_the_import(qtbot: QtBot, welcome: Welcome) -> None:
    welcome.cards["workbook"].button.click()
    assert welcome.cards["workbook"].property("tone") == "accent"  # which way is being gone
    welcome.unit_name.setText("Công an tỉnh")
    welcome.unit_code.setText("CAT")
    with qtbot.waitSignal(welcome.opened, timeout=WAIT) as opened:
        welcome.create_button.click()
    assert opened.args[1] == "import"


def test_sample_way_opens_a_filled_library_beside_an_older_one(
    qtbot: QtBot, welcome: Welcome, tmp_path: Path
) -> None:
    (tmp_path / "STDesk - mẫu").mkdir()
    with qtbot.waitSignal(welcome.opened, timeout=WAIT) as opened:
        welcome.cards["sample"].button.click()
    folder = opened.args[0]
    assert folder.name == "STDesk - mẫu (2)"
    with Desk.open(folder) as desk:
        assert desk.catalogue.count("publication") == 84  # 86 rows, two planted doubles


def test_missing_name_is_said_and_nothing_made(welcome: Welcome, tmp_path: Path) -> None:
    welcome.cards["empty"].button.click()
    welcome.unit_code.setText("CAT-MH")
    welcome.create_button.click()
    assert welcome.problem.isVisible() and "CAT-MH" in welcome.problem.text()
    assert welcome.unit_name.hasFocus()
    assert not (tmp_path / "STDesk").exists()


def test_folder_that_is_taken_is_said_and_can_be_changed(
    qtbot: QtBot, welcome: Welcome, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "STDesk").write_text("một tệp", encoding="utf-8")
    welcome.cards["empty"].button.click()
    welcome.unit_name.setText("Đơn vị")
    welcome.unit_code.setText("DV")
    welcome.create_button.click()
    qtbot.waitUntil(lambda: welcome.problem.isVisible(), timeout=WAIT)
    assert "STDesk" in welcome.problem.text()
    qtbot.waitUntil(lambda: welcome.create_button.isEnabled(), timeout=WAIT)
    monkeypatch.setattr(choose, "folder", lambda *_: tmp_path / "khac")
    welcome._choose_folder()
    with qtbot.waitSignal(welcome.opened, timeout=WAIT) as opened:
        welcome.create_button.click()
    assert opened.args[0] == tmp_path / "khac"


def test_older_library_is_opened_and_another_folder_refused(
    qtbot: QtBot, welcome: Welcome, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    Desk.create(tmp_path / "cũ", unit_code="A", unit_name="Đơn vị A").close()
    (tmp_path / "ảnh").mkdir()
    monkeypatch.setattr(choose, "folder", lambda *_: tmp_path / "ảnh")
    welcome.existing.click()
    assert "ảnh" in welcome.problem.text()
    monkeypatch.setattr(choose, "folder", lambda *_: tmp_path / "cũ")
    with qtbot.waitSignal(welcome.opened, timeout=WAIT) as opened:
        welcome.existing.click()
    assert opened.args == [tmp_path / "cũ", "home"]


def test_escape_goes_back_to_the_three_ways(qtbot: QtBot, welcome: Welcome) -> None:
    welcome.cards["empty"].button.click()
    qtbot.keyClick(welcome.unit_name, Qt.Key.Key_Escape)
    assert not welcome.details.isVisible()
    assert welcome.cards["empty"].button.hasFocus()

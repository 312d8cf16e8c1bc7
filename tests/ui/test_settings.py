"""Settings of the unit: read, kept, never lost while typing."""

from __future__ import annotations

from typing import Any

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from stdesk.services.desk import UNIT_SETTINGS, Desk
from stdesk.ui.session import Session, Tone
from stdesk.ui.settings.page import SettingsPage
from tests.ui.keyboard import write

WAIT = 20_000


@pytest.fixture
def page(qtbot: QtBot, session: Session) -> SettingsPage:
    made = SettingsPage(session)
    qtbot.addWidget(made)
    made.show()
    qtbot.waitUntil(lambda: made.editors["unit_name"].text() == "Công an tỉnh Minh Hải", timeout=WAIT)
    return made


def test_saves_what_was_typed(qtbot: QtBot, page: SettingsPage, desk: Desk, said: list[Any]) -> None:
    write(page.editors["signer_name"], "Nguyễn Văn Mẫu")
    write(page.editors["place"], "Minh Hải")
    page.save_button.click()
    qtbot.waitUntil(lambda: bool(said), timeout=WAIT)
    assert said[-1].tone is Tone.DONE
    assert desk.unit["signer_name"] == "Nguyễn Văn Mẫu"
    assert desk.unit["place"] == "Minh Hải"
    assert desk.unit["unit_code"] == "CAT-MH"


def test_enter_saves_too(qtbot: QtBot, page: SettingsPage, desk: Desk, said: list[Any]) -> None:
    write(page.editors["symbol"], "BC-CAT-PV01")
    qtbot.keyClick(page.editors["symbol"], Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: bool(said), timeout=WAIT)
    assert desk.unit["symbol"] == "BC-CAT-PV01"


@pytest.mark.parametrize("name", ["unit_name", "unit_code"])
def test_unit_without_name_or_code_is_refused(
    page: SettingsPage, desk: Desk, said: list[Any], name: str
) -> None:
    page.editors[name].setText("   ")
    page.save_button.click()
    assert said[-1].tone is Tone.FAIL
    assert page.editors[name].hasFocus()
    assert desk.unit[name]


def test_refresh_leaves_what_is_being_typed(qtbot: QtBot, page: SettingsPage, desk: Desk) -> None:
    write(page.editors["department"], "PV01")
    desk.set_unit(department="PC06", place="Nơi khác")
    page.refresh()
    qtbot.waitUntil(lambda: page.editors["place"].text() == "Nơi khác", timeout=WAIT)
    assert page.editors["department"].text() == "PV01"


def test_days_take_digits_only(qtbot: QtBot, page: SettingsPage) -> None:
    qtbot.keyClicks(page.editors["deposit_days"], "a4b5-")
    assert page.editors["deposit_days"].text() == "45"


def test_every_line_is_a_setting_and_has_a_name_for_screen_readers(page: SettingsPage) -> None:
    assert set(page.editors) <= set(UNIT_SETTINGS)
    assert all(editor.accessibleName() for editor in page.editors.values())


def test_days_of_the_answers_are_set_and_taken_back(
    qtbot: QtBot, page: SettingsPage, desk: Desk, said: list[Any]
) -> None:
    sent, returned = page.editors["answer_days:sent"], page.editors["answer_days:returned"]
    assert (sent.placeholderText(), sent.text(), returned.placeholderText()) == ("5", "", "10")
    assert sent.validator().validate("0", 0)[0] != sent.validator().State.Acceptable
    qtbot.keyClicks(sent, "7")
    page.save_button.click()
    qtbot.waitUntil(lambda: bool(said), timeout=WAIT)
    assert desk.unit["answer_days:sent"] == "7"
    page.reset_button.click()
    qtbot.waitUntil(lambda: len(said) == 2, timeout=WAIT)
    assert desk.unit["answer_days:sent"] == ""
    qtbot.waitUntil(lambda: sent.text() == "", timeout=WAIT)
    page.session.undo()
    qtbot.waitUntil(lambda: sent.text() == "7", timeout=WAIT)
    page.reset_button.click()
    qtbot.waitUntil(lambda: desk.unit["answer_days:sent"] == "", timeout=WAIT)

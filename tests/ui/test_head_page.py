"""What stands on the paper of one report: typed, understood, kept at once, taken back."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from stdesk.domain.periods import parse_period
from stdesk.services.desk import Desk
from stdesk.ui.reporting.head_page import HeadPage
from stdesk.ui.session import Session, Tone
from tests.ui.keyboard import write

WAIT = 20_000
YEAR = parse_period("2026")


@pytest.fixture
def page(qtbot: QtBot, session: Session) -> HeadPage:
    session.desk.set_unit(signer_name="Nguyễn Văn Mẫu")
    made = HeadPage(session)
    qtbot.addWidget(made)
    made.resize(1100, 700)
    made.show()
    qtbot.waitUntil(lambda: made.known is not None, timeout=WAIT)
    return made


def test_an_empty_line_shows_what_the_settings_say(page: HeadPage) -> None:
    assert page.lines["signer_name"].placeholderText() == "Nguyễn Văn Mẫu"
    assert page.days["due"].text() == "14/11/2026"


def test_a_line_is_kept_when_one_leaves_it_and_can_be_taken_back(
    qtbot: QtBot, page: HeadPage, desk: Desk, said: list[Any]
) -> None:
    write(page.lines["number"], "7")
    qtbot.keyClick(page.lines["number"], Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: desk.preparation.read(YEAR).head.get("number") == "7", timeout=WAIT)
    qtbot.waitUntil(lambda: bool(said), timeout=WAIT)
    assert said[-1].tone is Tone.DONE
    desk.catalogue.undo()
    assert "number" not in desk.preparation.read(YEAR).head


def test_a_day_is_understood_and_rubbish_refused(
    qtbot: QtBot, page: HeadPage, desk: Desk, said: list[Any]
) -> None:
    write(page.lines["date"], "31/02/2026")
    qtbot.keyClick(page.lines["date"], Qt.Key.Key_Return)
    assert "31/02/2026" in said[-1].text
    assert "date" not in desk.preparation.read(YEAR).head
    page.lines["date"].selectAll()
    write(page.lines["date"], "12/11/2026")
    qtbot.keyClick(page.lines["date"], Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: desk.preparation.read(YEAR).head.get("date") == "2026-11-12", timeout=WAIT)


def test_days_that_do_not_agree_say_so_and_keep_nothing(qtbot: QtBot, page: HeadPage, desk: Desk) -> None:
    page.days["cut_off"].selectAll()
    write(page.days["cut_off"], "15/1/2027")
    qtbot.keyClick(page.days["cut_off"], Qt.Key.Key_Return)
    qtbot.waitUntil(page.days_problem.isVisible, timeout=WAIT)
    assert "15/01/2027" in page.days_problem.text()
    page.days["cut_off"].selectAll()
    write(page.days["cut_off"], "15/10/2026")
    qtbot.keyClick(page.days["cut_off"], Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: desk.preparation.period("2026").cut_off == date(2026, 10, 15), timeout=WAIT)
    assert not page.days_problem.isVisible()


def test_an_ordinary_library_may_not_mark_a_report_secret(
    qtbot: QtBot, page: HeadPage, desk: Desk, said: list[Any]
) -> None:
    combo = page.choices["secrecy_mark"]
    combo.setCurrentIndex(combo.findData("mat"))
    combo.activated.emit(combo.currentIndex())
    qtbot.waitUntil(lambda: bool(said), timeout=WAIT)
    assert said[-1].tone is Tone.FAIL and "máy được phép" in said[-1].text
    qtbot.waitUntil(lambda: combo.currentData() == "", timeout=WAIT)
    assert "secrecy_mark" not in desk.preparation.read(YEAR).head


def test_what_is_still_in_a_line_is_kept_when_the_window_goes(page: HeadPage, desk: Desk) -> None:
    write(page.lines["recipients"], "Như trên; Lưu: VT, PV01")
    page.put_down()
    assert desk.preparation.read(YEAR).head["recipients"] == "Như trên\nLưu: VT, PV01"


def test_another_period_has_its_own_paper(qtbot: QtBot, page: HeadPage, desk: Desk) -> None:
    desk.preparation.put_head(parse_period("2027-KH"), number="3")
    page.open_with({"period": "2027-KH"})
    qtbot.waitUntil(lambda: page.lines["number"].text() == "3", timeout=WAIT)
    assert page.days["start"].text() == "01/01/2027"

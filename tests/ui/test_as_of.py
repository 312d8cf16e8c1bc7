"""The library as it was: a day is typed, a window opens that can only be looked at."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from stdesk.domain.periods import parse_period
from stdesk.services.desk import Desk
from stdesk.ui.as_of.page import AsOfPage
from stdesk.ui.session import Session
from stdesk.ui.shell import MainWindow
from stdesk.ui.tasks import TaskRunner

WAIT = 20_000


class Hand:
    def __init__(self) -> None:
        self.moment = datetime(2026, 10, 30, 3, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.moment


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    """A library whose only article was renamed three days after it was typed."""
    clock = Hand()
    with Desk.create(tmp_path / "kho", unit_code="CAT-MH", unit_name="Công an tỉnh", clock=clock) as made:
        saved = made.catalogue.save("publication", {"title": "Tên cũ", "issued": "2026-03"})
        made.reporting.freeze(parse_period("2026"), trial=True)
        clock.moment += timedelta(days=3)
        made.catalogue.save("publication", {"title": "Tên mới"}, record_id=saved.record.id)
        yield made


@pytest.fixture
def session(desk: Desk) -> Iterator[Session]:
    runner = TaskRunner()
    made = Session(desk, runner)
    yield made
    runner.shutdown()
    QApplication.processEvents()
    made.deleteLater()


@pytest.fixture
def window(qtbot: QtBot, session: Session) -> MainWindow:
    made = MainWindow(session, first="history")
    qtbot.addWidget(made)
    made.show()
    return made


def the_page(window: MainWindow) -> AsOfPage:
    page = window.current()
    assert isinstance(page, AsOfPage)
    return page


def past_window(qtbot: QtBot, window: MainWindow) -> MainWindow:
    def others() -> list[MainWindow]:
        shown = QApplication.topLevelWidgets()
        return [one for one in shown if isinstance(one, MainWindow) and one is not window and one.isVisible()]

    qtbot.waitUntil(lambda: len(others()) == 1, timeout=WAIT)
    return others()[0]


def test_from_the_history_by_keys_alone(qtbot: QtBot, window: MainWindow, desk: Desk) -> None:
    history: Any = window.current()
    history.as_of_button.setFocus()
    qtbot.keyClick(history.as_of_button, Qt.Key.Key_Space)
    page = the_page(window)
    assert page.focus_place() is page.day.line
    qtbot.keyClicks(page.day.line, "30/10/2026")
    assert page.button.text() == "Mở kho như ngày 30/10/2026"
    qtbot.keyClick(page.day.line, Qt.Key.Key_Return)
    past = past_window(qtbot, window)

    assert past.windowTitle().startswith("Kho như ngày 30/10/2026 · chỉ xem")
    assert past.band.isVisible() and "30/10/2026" in past.band.text.text()
    assert past.band.property("tone") == "amber"
    shown = past.session.desk
    assert [hit.title for hit in shown.catalogue.find("ten")] == ["Tên cũ"]
    assert [hit.title for hit in desk.catalogue.find("ten")] == ["Tên mới"]
    heard: list[Any] = []
    past.session.said.connect(heard.append)
    past.session.undo()
    qtbot.waitUntil(lambda: bool(heard), timeout=WAIT)
    assert "chỉ để xem" in heard[0].text
    past.go("history")
    assert past.pages["history"].as_of_button.isHidden()  # type: ignore[attr-defined]

    folder = shown.folder
    assert folder.is_dir()
    past.band.buttons[0].click()
    qtbot.waitUntil(lambda: not folder.exists(), timeout=WAIT)
    assert not window.band.isVisible()


def test_with_the_library_in_use_the_copies_close(qtbot: QtBot, window: MainWindow) -> None:
    window.go("as_of", {"day": "2026-10-30"})
    the_page(window).open()
    past = past_window(qtbot, window)
    folder = past.session.desk.folder
    window.close()
    qtbot.waitUntil(lambda: not folder.exists(), timeout=WAIT)


def test_as_it_was_when_a_report_was_frozen(qtbot: QtBot, window: MainWindow) -> None:
    window.go("as_of")
    page = the_page(window)
    qtbot.waitUntil(lambda: page.model.rowCount() == 1, timeout=WAIT)
    assert page.none.isHidden()
    page.table.setFocus()
    qtbot.keyClick(page.table, Qt.Key.Key_Return)
    past = past_window(qtbot, window)
    assert past.session.desk.catalogue.find("ten")[0].title == "Tên cũ"
    past.close()


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("", "Gõ một ngày"),
        ("2026", "đủ ngày, tháng, năm"),
        ("31/02/2026", "đủ ngày, tháng, năm"),
        ("x" * 500, "đủ ngày, tháng, năm"),
        ("1/1/2031", "chưa đến"),
        ("30/10/2026", "hết ngày 30/10/2026"),
        ("hôm qua", "hết ngày 01/11/2026"),
    ],
)
def test_what_is_typed_is_told(window: MainWindow, typed: str, said: str) -> None:
    window.go("as_of")
    page = the_page(window)
    page.day.line.setText(typed)
    page.day.changed.emit()
    assert said in page.note.text()
    assert page.button.isEnabled() == (page.chosen() is not None)


def test_a_day_before_the_first_act_says_so(qtbot: QtBot, window: MainWindow) -> None:
    heard: list[Any] = []
    window.session.said.connect(heard.append)
    window.go("as_of", {"day": "2020-01-01"})
    the_page(window).open()
    qtbot.waitUntil(lambda: bool(heard), timeout=WAIT)
    assert "30/10/2026" in heard[0].text
    assert the_page(window).button.isEnabled()

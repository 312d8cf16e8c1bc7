"""The report page: look, freeze, be told what is in the way, save, turn pages."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor
from pytestqt.qtbot import QtBot

from stdesk.domain.periods import parse_period
from stdesk.services.desk import Desk
from stdesk.ui.choose import choose
from stdesk.ui.reporting.page import ReportPage
from stdesk.ui.session import Session, Tone
from tests.ui.filled import filled_desk, make_ready

WAIT = 30_000
CONTROL = Qt.KeyboardModifier.ControlModifier


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    with filled_desk(tmp_path / "kho") as opened:
        yield opened


@pytest.fixture
def page(qtbot: QtBot, session: Session) -> ReportPage:
    made = ReportPage(session)
    qtbot.addWidget(made)
    made.resize(1160, 720)
    made.show()
    qtbot.waitUntil(lambda: bool(made.freezing.state.text()), timeout=WAIT)
    return made


def idle(qtbot: QtBot, page: ReportPage) -> None:
    qtbot.waitUntil(lambda: page._task is None, timeout=WAIT)


def shown(qtbot: QtBot, page: ReportPage) -> None:
    """Every page is there."""
    qtbot.waitUntil(
        lambda: page._shown is not None and page._shown.whole and page._task is None, timeout=WAIT
    )


def look(qtbot: QtBot, page: ReportPage) -> None:
    page.looking.look_button.click()
    shown(qtbot, page)


def test_a_look_shows_every_page_as_a_trial_and_freezes_nothing(
    qtbot: QtBot, page: ReportPage, desk: Desk
) -> None:
    look(qtbot, page)
    view = page.preview.pages
    assert view.pages > 5
    assert page.preview.badge.isVisible() and page.preview.badge.text() == "BẢN THỬ"
    assert page.preview.number.text() == f"Trang 1/{view.pages}"
    assert desk.reporting.frozen(parse_period("2026")) == []
    qtbot.waitUntil(lambda: 0 in view._drawn, timeout=WAIT)
    colours = {
        QColor(view._drawn[0].toImage().pixel(x, 200)).name() for x in range(0, view._drawn[0].width(), 3)
    }
    assert len(colours) > 2  # ink on paper, not an empty sheet


def test_only_pages_in_sight_are_drawn(qtbot: QtBot, page: ReportPage) -> None:
    look(qtbot, page)
    view = page.preview.pages
    qtbot.waitUntil(lambda: 0 in view._drawn and not view._under_way, timeout=WAIT)
    assert view.pages - 1 not in view._drawn
    qtbot.keyClick(view, Qt.Key.Key_End)
    qtbot.waitUntil(lambda: view.pages - 1 in view._drawn, timeout=WAIT)
    assert len(view._drawn) <= 10


def test_keys_turn_pages_and_zoom(qtbot: QtBot, page: ReportPage) -> None:
    look(qtbot, page)
    view = page.preview.pages
    qtbot.keyClick(view, Qt.Key.Key_PageDown)
    assert view.page == 2
    assert page.preview.number.text() == f"Trang 2/{view.pages}"
    qtbot.keyClick(view, Qt.Key.Key_PageDown)
    qtbot.keyClick(view, Qt.Key.Key_PageUp)
    assert view.page == 2
    qtbot.keyClick(view, Qt.Key.Key_Home)
    assert view.page == 1
    before = view._width(0)
    qtbot.keyClick(view, Qt.Key.Key_Plus, CONTROL)
    assert view._width(0) > before
    qtbot.keyClick(view, Qt.Key.Key_0, CONTROL)
    assert view._width(0) == before
    qtbot.keyClick(view, Qt.Key.Key_End)
    assert view.page == view.pages
    assert not page.preview.on.isEnabled()


def test_blocked_freeze_says_why_and_offers_the_ways_on(
    qtbot: QtBot, page: ReportPage, desk: Desk, session: Session
) -> None:
    page.open_with({"part": "freeze"})
    page.freezing.freeze_button.click()
    qtbot.waitUntil(lambda: page.freezing.blocked.isVisible(), timeout=WAIT)
    n = len(desk.readiness.check(parse_period("2026")).open)
    assert f"còn {n} việc" in page.freezing.blocked_text.text()
    assert "--" not in page.freezing.blocked_text.text()  # no words of the command line
    idle(qtbot, page)
    with qtbot.waitSignal(session.page_wanted) as wanted:
        page.freezing.checks_button.click()
    assert wanted.args == ["checks", {"period": "2026"}]
    page.freezing.trial_button.click()
    qtbot.waitUntil(lambda: page.freezing.list.count() == 1 and page._task is None, timeout=WAIT)
    assert not page.freezing.blocked.isVisible()
    assert "THỬ" in page.freezing.list.item(0).text()
    assert desk.reporting.frozen(parse_period("2026"))[0].trial


def test_freeze_lists_the_submission_and_shows_its_pages(
    qtbot: QtBot, page: ReportPage, desk: Desk, said: list[Any]
) -> None:
    make_ready(desk)
    page.freezing.freeze_button.click()
    shown(qtbot, page)
    assert page.freezing.state.text() == "Đã chốt: lần nộp 1"
    assert said[-1].tone is Tone.DONE
    assert not page.preview.badge.isVisible()
    assert page.freezing.list.item(0).text().startswith("Lần nộp 1")
    assert page.freezing.package_button.isEnabled()


def test_a_frozen_report_is_opened_from_the_list(qtbot: QtBot, page: ReportPage, desk: Desk) -> None:
    frozen = desk.reporting.freeze(parse_period("2026"), trial=True)
    page.refresh()
    qtbot.waitUntil(lambda: page.freezing.list.count() == 1, timeout=WAIT)
    page.freezing.list.setCurrentRow(0)
    page.freezing.list.itemActivated.emit(page.freezing.list.item(0))
    shown(qtbot, page)
    assert page._shown is not None and page._shown.report == frozen


def test_saving_writes_three_documents_and_never_over_others(
    qtbot: QtBot, page: ReportPage, tmp_path: Path, said: list[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    target = tmp_path / "Hồ sơ"
    target.mkdir()
    monkeypatch.setattr(choose, "folder", lambda *_: target)
    for n in (1, 2):
        page.looking.save_button.click()
        qtbot.waitUntil(lambda n=n: len(said) == n and page._task is None, timeout=WAIT)
    folders = sorted(one.name for one in target.iterdir())
    assert folders == ["Bao-cao-2026-lan-1-THU", "Bao-cao-2026-lan-1-THU-2"]
    for folder in folders:
        names = sorted(one.name for one in (target / folder).iterdir())
        assert names == ["bao-cao.docx", "bao-cao.pdf", "phu-luc.xlsx"]
    assert "Bao-cao-2026-lan-1-THU-2" in said[-1].text


def test_folder_that_cannot_be_written_is_one_sentence(
    qtbot: QtBot, page: ReportPage, tmp_path: Path, said: list[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    blocked = tmp_path / "tep"
    blocked.write_text("không phải thư mục", encoding="utf-8")
    monkeypatch.setattr(choose, "folder", lambda *_: blocked)
    page.looking.save_button.click()
    qtbot.waitUntil(lambda: bool(said) and page._task is None, timeout=WAIT)
    assert said[-1].tone is Tone.FAIL and str(blocked) in said[-1].text


def test_nothing_happens_when_no_folder_is_chosen(page: ReportPage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(choose, "folder", lambda *_: None)
    page.looking.save_button.click()
    assert page._task is None


def test_another_period_puts_the_pages_away(qtbot: QtBot, page: ReportPage) -> None:
    look(qtbot, page)
    page.open_with({"period": "2025"})
    assert page.preview.pages.pages == 0
    assert page.chooser.period.code == "2025"


def test_escape_puts_the_pages_away(qtbot: QtBot, page: ReportPage) -> None:
    look(qtbot, page)
    assert page.step_back() and page.preview.pages.pages == 0
    assert not page.step_back()


def test_pdfium_is_loaded_only_for_a_preview() -> None:
    import subprocess
    import sys

    code = "import sys, stdesk.ui.reporting.page; sys.exit('pypdfium2' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False, timeout=60).returncode == 0

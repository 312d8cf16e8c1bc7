"""The walk-through docs/walk-throughs/the-stick.md, played in the real window; the sticks are folders."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtPrintSupport import QPrinter
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from stdesk import app as program
from stdesk.clock import fixed_clock
from stdesk.package.medium import Placing
from stdesk.progress import Progress
from stdesk.services.desk import Desk
from stdesk.services.handover import verify
from stdesk.ui.choose import choose
from stdesk.ui.packaging.page import PackagePage
from stdesk.ui.reporting.printing import ask
from tests.helpers import handing
from tests.ui.officer import Officer
from tests.ui.sticks import GB, Sticks

TODAY = datetime(2026, 11, 12, 2, 0, tzinfo=UTC)


@pytest.fixture
def sticks(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Sticks:
    return Sticks(monkeypatch, tmp_path / "media")


@pytest.fixture
def lan(
    qtbot: QtBot, qapp: QApplication, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, sticks: Sticks
) -> Iterator[Officer]:
    """Captain Lan on 12 November: the report of 2026 is frozen, the page of packages is open."""
    assert not sticks.plugged
    handing.plain_documents(monkeypatch)
    library = tmp_path / "STDesk"
    with handing.unit(library, fixed_clock(TODAY)) as desk:
        handing.freeze(desk)
    monkeypatch.setattr(Desk, "open", partial(Desk.open, clock=fixed_clock(TODAY)))
    one = Officer(qtbot, qapp)
    program.begin(one.desktop, library)
    one.look_at_window()
    yield one
    one.leave()


def page_of(lan: Officer) -> PackagePage:
    """Ctrl+8, and what the page has to say is there."""
    page = lan.go(Qt.Key.Key_8, PackagePage)
    lan.wait(lambda: page.make._plan is not None)
    return page


def plugged(lan: Officer, page: PackagePage, sticks: Sticks, **what: Any) -> Path:
    """She puts a stick in; the page sees it by itself."""
    root = sticks.plug(**what)
    lan.wait(lambda: page.make.place.volumes.count() and page.make.place.room.text)
    return root


def ended(lan: Officer, page: PackagePage) -> None:
    lan.wait(lambda: page.make._task is None and page.make.stack.currentIndex() > 1)


def test_from_the_frozen_report_to_the_stick_in_her_hand(
    lan: Officer, sticks: Sticks, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = page_of(lan)
    assert "Lần nộp 1" in page.make.report.currentText()
    assert page.make.content.only.text().startswith("Toàn bộ: 2 mục")
    lan.wait(lambda: page.make.place.no_volume.isVisible())
    root = plugged(lan, page, sticks)
    assert page.make.place.folder.text() == str(root) and "đủ chỗ" in page.make.place.note.text.text()

    before = lan.keys
    lan.to_button(page.make.make_button)
    ended(lan, page)
    assert page.make.result.title.text() == "Đã ghi xong, đã đọc lại từ chính USB"
    assert lan.keys - before <= 12
    package = next(root.glob("*.zip"))
    assert package.name == "KHCN-CAT-MH-PC09-2026-L01.zip" and verify(package).ok
    assert package.with_name(f"{package.name}.ok").exists()

    lan.wait(lambda: lan.focus is page.make.result.eject_button)  # what comes next has the keyboard
    printed_papers(lan, page, tmp_path, monkeypatch)
    lan.to_button(page.make.result.verify_button)
    lan.wait(lambda: page.verify.answer.isVisible() and page.verify._task is None)
    assert page.verify.answer_title.text() == "Nguyên vẹn"
    assert page.verify.signature.text().startswith("Chữ ký đúng, của Phòng PC09")

    page.open_with({"tab": "make"})
    lan.tab_until(lambda at: at is page.make.result.eject_button)
    lan.press(Qt.Key.Key_Space)
    lan.wait(lambda: "Có thể rút ra" in page.make.result.ejected.text())
    assert sticks.ejected == ["USB KHCN"]

    page.open_with({"tab": "answers"})
    log = page.answers
    lan.wait(lambda: log.model.rowCount() == 1 and log.table.isVisible())
    assert (
        log.model.row(0)[3].text == "Đã gửi, chưa có trả lời"
        and log.state.text() == "Đã gửi, chưa có trả lời"
    )
    log.tabs.setCurrentWidget(log.sending)
    assert log.sending.papers.isVisible()
    lan.press(Qt.Key.Key_Escape)  # nothing is under way: nothing is lost


def printed_papers(lan: Officer, page: PackagePage, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The note is printed, the label saved; the next label of the sheet is remembered."""
    asked: list[int] = []

    def printer(_parent: QWidget, name: str, pages: int) -> QPrinter:
        asked.append(pages)
        made = QPrinter(QPrinter.PrinterMode.ScreenResolution)
        made.setOutputFormat(QPrinter.OutputFormat.PdfFormat)
        made.setOutputFileName(str(folder / f"{name}.pdf"))
        return made

    monkeypatch.setattr(ask, "printer", printer)
    papers = page.make.result.papers
    lan.to_button(papers.print_note)
    lan.wait(lambda: (folder / "KHCN-CAT-MH-PC09-2026-L01.pdf").exists())
    assert asked[0] % 2 == 0  # two copies of the same pages
    target = folder / "nhan.pdf"
    monkeypatch.setattr(choose, "save_file", lambda *_: target)
    assert papers.first.currentText() == "1"
    lan.to_button(papers.save_label)
    lan.wait(target.exists)
    assert target.read_bytes().startswith(b"%PDF") and papers.first.currentText() == "2"


def test_pulled_out_in_the_middle_then_written_again(
    lan: Officer, sticks: Sticks, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = page_of(lan)
    root = plugged(lan, page, sticks)
    write, counts = Placing.write, lan.counts()

    def pulled(self: Placing, raw: bytes | memoryview) -> int:
        sticks.pull(root)
        return write(self, raw)

    with monkeypatch.context() as patched:
        patched.setattr(Placing, "write", pulled)
        lan.to_button(page.make.make_button)
        ended(lan, page)
    failed = page.make.failed
    assert (
        failed.isVisible()
        and "Không còn thấy" in failed.text.text()
        and "không thay đổi" in failed.kept.text()
    )
    assert lan.counts() == counts
    sticks.plug()
    lan.wait(lambda: lan.focus is failed.again_button)
    lan.press(Qt.Key.Key_Space)
    ended(lan, page)
    assert page.make.result.isVisible() and verify(next(root.glob("*.zip"))).ok
    outcomes = [one.outcome for one in lan.desk.handover.sendings()]
    assert outcomes == ["failed", "done"]


def test_stick_that_lies_is_not_to_be_used_again(lan: Officer, sticks: Sticks) -> None:
    page = page_of(lan)
    root = plugged(lan, page, sticks)
    sticks.lie()
    lan.to_button(page.make.make_button)
    ended(lan, page)
    assert "đừng dùng" in page.make.failed.text.text()
    assert not list(root.glob("*.zip")) and not list(root.glob("*.ok"))


def test_package_of_that_name_with_other_content_is_left_alone(lan: Officer, sticks: Sticks) -> None:
    page = page_of(lan)
    root = sticks.plug()
    other = root / "KHCN-CAT-MH-PC09-2026-L01.zip"
    other.write_bytes(b"nguoi khac")
    lan.wait(lambda: page.make.place.volumes.count() and page.make.place.room.text)
    assert "đã có sẵn" in page.make.place.note.text.text()
    lan.to_button(page.make.make_button)
    ended(lan, page)
    assert page.make.failed.isVisible() and str(other) in page.make.failed.text.text()
    assert other.read_bytes() == b"nguoi khac"


def test_same_package_again_is_compared_and_not_written_twice(lan: Officer, sticks: Sticks) -> None:
    page = page_of(lan)
    root = plugged(lan, page, sticks)
    lan.to_button(page.make.make_button)
    ended(lan, page)
    first = next(root.glob("*.zip"))
    stamp, content = first.stat().st_mtime_ns, first.read_bytes()
    lan.to_button(page.make.result.again_button)
    lan.wait(lambda: "đã có sẵn" in page.make.place.note.text.text())
    lan.to_button(page.make.make_button)
    ended(lan, page)
    assert page.make.result.isVisible()
    assert (first.stat().st_mtime_ns, first.read_bytes()) == (stamp, content)
    assert {one.sequence for one in lan.desk._library.packages.listed()} == {1}


def test_stopped_with_esc_and_gone_on_with(
    lan: Officer, sticks: Sticks, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = page_of(lan)
    root = plugged(lan, page, sticks)
    step: Callable[[Progress, int], None] = Progress.step
    held: list[Progress] = []

    def slow(progress: Progress, count: int = 1) -> None:  # waits for the person, as a slow stick would
        if progress.note.startswith("Đang ghi gói"):
            held.append(progress)
            progress._stop.wait(20)
        step(progress, count)

    with monkeypatch.context() as patched:
        patched.setattr(Progress, "step", slow)
        lan.to_button(page.make.make_button)
        lan.wait(lambda: held)
        assert page.make.work.isVisible()
        lan.press(Qt.Key.Key_Escape)
        ended(lan, page)
    assert page.make.failed.title.text() == "Đã dừng"
    assert not [one for one in root.iterdir() if one.suffix in (".zip", ".ok")]
    lan.to_button(page.make.failed.again_button)
    ended(lan, page)
    assert page.make.result.isVisible() and verify(next(root.glob("*.zip"))).ok


def test_full_stick_waits_for_room(lan: Officer, sticks: Sticks) -> None:
    page = page_of(lan)
    root = plugged(lan, page, sticks, free=1_000)
    lan.wait(lambda: "thiếu" in page.make.place.note.text.text())
    assert not page.make.make_button.isEnabled()
    sticks.change(root, free=8 * GB)
    lan.wait(page.make.make_button.isEnabled)


def test_only_a_trial_and_no_number(
    qtbot: QtBot, qapp: QApplication, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, sticks: Sticks
) -> None:
    handing.plain_documents(monkeypatch)
    library = tmp_path / "STDesk"
    with handing.unit(library, fixed_clock(TODAY)) as desk:
        desk.reporting.freeze(handing.YEAR, trial=True)
    lan = Officer(qtbot, qapp)
    program.begin(lan.desktop, library)
    lan.look_at_window()
    try:
        page = page_of(lan)
        assert page.make.trial_note.isVisible()
        root = plugged(lan, page, sticks)
        lan.to_button(page.make.make_button)
        ended(lan, page)
        assert "bản thử" in page.make.result.note.text.text()
        assert next(root.glob("*.zip")).stem.endswith("-THU")
    finally:
        lan.leave()

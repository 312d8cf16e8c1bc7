"""When it goes wrong: the crash page, going back to where one was, a library others hold."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QObject, QPoint, QRect, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication, QPushButton
from pytestqt.qtbot import QtBot

from stdesk import app as program
from stdesk import crashes
from stdesk.crashes import Report
from stdesk.drives import Mount
from stdesk.services.desk import Desk
from stdesk.ui.choose import choose
from stdesk.ui.crash.looking_only import LookingOnly
from stdesk.ui.crash.page import CrashPage, show_over
from stdesk.ui.crash.reopening import Following
from stdesk.ui.session import Session
from stdesk.ui.shell import MainWindow
from stdesk.ui.widgets.message_bar import MessageBar
from stdesk.ui.widgets.note_line import NoteLine

CANARY = "Chuyên án Z-9317 của Trần Kim Tước"


class Front(QObject):
    """The program in front of a test."""

    def __init__(self, qapp: QApplication) -> None:
        super().__init__()
        self.app = qapp
        self.reports = program.CrashReports(self)
        self.desktops: list[program.Desktop] = []

    def start(self, folder: Path, left: list[Report] | None = None, *, back: bool = False) -> program.Desktop:
        """Start it on a library."""
        desktop = program.Desktop(self.app, self.reports, left)
        self.desktops.append(desktop)
        if back:
            desktop.return_to_place()
        program.begin(desktop, folder)
        return desktop

    def end(self) -> None:
        """Close everything."""
        for one in self.desktops:
            if one.window is not None:
                one.window.hide()
                one.window.deleteLater()
            one.end()
            one.deleteLater()


@pytest.fixture
def front(qapp: QApplication) -> Iterator[Front]:
    made = Front(qapp)
    yield made
    made.end()


@pytest.fixture
def folder(desk: Desk) -> Path:
    """A library with one record that nobody has open."""
    desk.catalogue.save("publication", {"title": CANARY})
    desk.close()
    return desk.folder


def _window(desktop: program.Desktop) -> MainWindow:
    assert isinstance(desktop.window, MainWindow)
    return desktop.window


def _fault(report: program.CrashReports, what: str = CANARY) -> None:
    try:
        {}[what]
    except KeyError as error:
        report(type(error), error, error.__traceback__)


def _button(band: NoteLine, text: str) -> QPushButton:
    return next(one for one in band.buttons if one.text() == text)


def _expect(caplog: pytest.LogCaptureFixture) -> None:
    for record in caplog.records:
        record.expected = True


# -- the crash page -------------------------------------------------------------------------


def test_a_fault_is_shown_over_the_window_and_one_goes_on_where_one_was(
    qtbot: QtBot, front: Front, folder: Path, caplog: pytest.LogCaptureFixture
) -> None:
    window = _window(front.start(folder))
    window.go("settings")
    held = window.focusWidget()
    _fault(front.reports)
    page = window.findChild(CrashPage)
    assert isinstance(page, CrashPage)
    qtbot.waitUntil(page.isVisible)
    assert "dữ liệu đã lưu vẫn nguyên" in page.title.text() and "KeyError" in page.happened.text()
    assert page.size() == window.centralWidget().size() and window.focusWidget() is page.go_on
    report = front.reports.folder
    assert report == folder / "crash" and len(list(report.glob("*.txt"))) == 1
    page.see.click()
    shown = page.text.toPlainText()
    assert page.text.isVisible() and "test_crash.py" in shown and "Z-9317" not in shown
    assert "qt: " in shown and "schema: " in shown and "không có nội dung bản ghi" in shown.replace("\n", " ")
    for _ in range(3):
        _fault(front.reports)  # the same again, and again: counted, written once
    assert page.others.isVisible() and "3" in page.others.text() and len(list(report.glob("*.txt"))) == 1
    qtbot.keyClick(page, Qt.Key.Key_Escape)
    assert not page.isVisible() and window.where()[0] == "settings" and window.focusWidget() is held
    _fault(front.reports, "khác")
    assert page.isVisible() and not page.others.isVisible()
    _expect(caplog)


def test_the_page_grows_and_shrinks_with_the_window_and_fits_a_small_one(
    qtbot: QtBot, front: Front, folder: Path
) -> None:
    window = _window(front.start(folder))
    page = show_over(window, Report("dòng\n" * 300, None, "ValueError"), reopen=lambda: None)
    for width, height in ((900, 500), (1366, 768), (1000, 560)):
        window.resize(width, height)
        qtbot.waitUntil(lambda: page.size() == window.centralWidget().size())
        page.see.setChecked(True)
        for button in (page.go_on, page.reopen, page.save, page.see):
            qtbot.waitUntil(
                lambda button=button: page.rect().contains(
                    QRect(button.mapTo(page, QPoint(0, 0)), button.size())
                )
            )
    assert "chưa ghi được" in page.where.text().lower()


def test_the_report_can_be_saved_and_a_disk_that_refuses_is_said(
    qtbot: QtBot, front: Front, folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    window = _window(front.start(folder))
    page = show_over(window, Report("Một\nHai\n", tmp_path / "a.txt", "ValueError"))
    asked: list[str] = []

    def save_file(_parent: object, _title: str, proposed: str, _pattern: str) -> Path | None:
        asked.append(proposed)
        return places.pop(0)

    places: list[Path | None] = [None, tmp_path / "thư mục" / "lỗi.txt", tmp_path / "vướng" / "lỗi.txt"]
    (tmp_path / "vướng").write_text("một tệp")
    monkeypatch.setattr(choose, "save_file", save_file)
    page.save.click()
    assert not page.answer.isVisible() and asked == ["stdesk-a.txt"]
    page.save.click()
    assert (tmp_path / "thư mục" / "lỗi.txt").read_bytes() == "\ufeffMột\r\nHai\r\n".encode()
    assert "lỗi.txt" in page.answer.text()
    page.save.click()
    assert page.answer.isVisible() and "vướng" in page.answer.text() and page.isVisible()
    assert not page.reopen.isVisible()  # nobody said how


def test_work_that_fails_away_from_the_window_is_written_down_and_its_report_offered(
    qtbot: QtBot, front: Front, folder: Path, caplog: pytest.LogCaptureFixture
) -> None:
    desktop = front.start(folder)
    window = _window(desktop)

    def work(_progress: object) -> None:
        raise ValueError(CANARY)

    assert desktop.session is not None
    desktop.session.run(window, work)
    qtbot.waitUntil(
        lambda: window.bar.message is not None and "Xem báo cáo" in window.bar.message.action_label
    )
    window.bar.action.click()
    page = window.findChild(CrashPage)
    assert isinstance(page, CrashPage) and page.isVisible() and "Z-9317" not in page.text.toPlainText()
    _expect(caplog)


def test_starting_anew_keeps_the_place_and_what_is_typed(
    qtbot: QtBot, front: Front, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    desktop = front.start(folder)
    window = _window(desktop)
    assert desktop.session is not None
    record = desktop.session.desk.catalogue.find("Z-9317")[0].id
    window.session.record_wanted.emit("publication", record, "")
    qtbot.waitUntil(lambda: window.where() == ("records:publication", (record, "")))
    quitted: list[int] = []
    monkeypatch.setattr(desktop, "app", type("App", (), {"quit": lambda _self: quitted.append(1)})())
    page = show_over(window, Report("x", None, "ValueError"), reopen=desktop.reopen)
    page.reopen.click()
    assert quitted == [1] and desktop.reopening == folder
    window.hide()
    desktop.end()
    again = _window(front.start(folder, back=True))
    qtbot.waitUntil(lambda: again.where() == ("records:publication", (record, "")))
    assert not again.band.isVisible()


# -- after a sudden end ---------------------------------------------------------------------


def test_after_a_sudden_end_the_way_back_is_offered_not_forced(
    qtbot: QtBot, front: Front, folder: Path, tmp_path: Path
) -> None:
    desktop = front.start(folder)
    window = _window(desktop)
    assert desktop.session is not None
    record = desktop.session.desk.catalogue.find("Z-9317")[0].id
    window.session.record_wanted.emit("publication", record, "")
    qtbot.waitUntil(lambda: window.where() == ("records:publication", (record, "")))
    following = window.findChild(Following)
    assert isinstance(following, Following)
    following.look()
    whereabouts = desktop.session.desk.whereabouts
    qtbot.waitUntil(lambda: whereabouts.kept() == window.where())
    kept = tmp_path / "settings" / "where.json"
    assert "Z-9317" not in kept.read_text() and str(folder) not in kept.read_text()
    desktop.reopening = folder  # ended, but not by the person: nothing is forgotten
    window.hide()
    desktop.end()

    report = Report("Fatal Python error: Segmentation fault\n", tmp_path / "a.txt", "Segmentation fault")
    second = front.start(folder, [Report("", None, ""), report])
    again = _window(second)
    assert again.where()[0] == "home" and again.band.isVisible()
    _button(again.band, "Xem báo cáo").click()
    page = again.findChild(CrashPage)
    assert (
        isinstance(page, CrashPage) and "dừng đột ngột" in page.title.text() and not page.reopen.isVisible()
    )
    page.go_on.click()
    _button(again.band, "Mở lại chỗ đang làm").click()
    qtbot.waitUntil(lambda: again.where() == ("records:publication", (record, "")))
    assert not again.band.isVisible()
    again.hide()
    second.end()  # as it should: nothing is offered the next time
    third = _window(front.start(folder))
    assert not third.band.isVisible()


def test_a_power_cut_is_not_called_a_fault(qtbot: QtBot, front: Front, folder: Path) -> None:
    window = _window(front.start(folder, [Report("", None, "")]))
    assert window.band.isVisible() and "mất điện" in window.band.text.text()
    assert [one.text() for one in window.band.buttons] == ["Cất thông báo"]
    window.band.buttons[0].click()
    assert not window.band.isVisible()


def test_no_word_is_kept_of_where_one_was(front: Front, folder: Path, tmp_path: Path) -> None:
    with Desk.open(folder) as desk:
        for spot in (
            ("records:publication", (CANARY, "")),
            ("records:publication", {"words": CANARY}),
            (CANARY, None),
            ("report", {"period": "2026", "part": "pages"}),
            ("home", ["a"]),
        ):
            desk.whereabouts.keep(spot)
            assert "Z-9317" not in (tmp_path / "settings" / "where.json").read_text()
        desk.whereabouts.keep(("report", {"period": "2026", "part": "pages"}))
        assert desk.whereabouts.kept() == ("report", {"period": "2026", "part": "pages"})
        (tmp_path / "settings" / "where.json").write_bytes(b'{"x": 1, "y": {}}')
        assert desk.whereabouts.kept() is None
        desk.whereabouts.keep(None)
        assert desk.whereabouts.kept() is None


def test_of_a_library_with_a_password_nothing_is_kept_beside_it(folder: Path, tmp_path: Path) -> None:
    with Desk.open(folder) as desk:
        whereabouts = desk.whereabouts
        whereabouts._locked = True
        acts = len(desk.catalogue.history(None))
        whereabouts.keep(("records:publication", ("0191", "")))
        assert not (tmp_path / "settings" / "where.json").exists()
        assert whereabouts.kept() == ("records:publication", ("0191", ""))
        assert len(desk.catalogue.history(None)) == acts  # no act of the person's
        whereabouts.keep(None)
        assert whereabouts.kept() is None


# -- a library others hold ------------------------------------------------------------------

_HOLD = """
import sys
from pathlib import Path
from stdesk.services.desk import Desk
with Desk.open(Path(sys.argv[1]), user="Hà"):
    print("open", flush=True)
    sys.stdin.readline()
"""


def test_a_library_another_holds_is_looked_at_until_it_is_given_back(
    qtbot: QtBot, front: Front, folder: Path, session: Session
) -> None:
    del session
    child = subprocess.Popen(
        [sys.executable, "-c", _HOLD, str(folder)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert child.stdout is not None and child.stdout.readline() == "open\n"
    try:
        desktop = front.start(folder)
        welcome = desktop.window
        assert welcome is not None and desktop.session is None
        (bar,) = welcome.findChildren(MessageBar)
        assert "Hà" in bar.text.text() and bar.action.text() == "Mở chỉ để xem"
        bar.action.click()
        window = _window(desktop)
        assert desktop.session is not None and desktop.session.desk.read_only
        qtbot.waitUntil(window.band.isVisible)
        assert "Hà" in window.band.text.text() and "Chỉ xem" in window.band.text.text()
        _button(window.band, "Thử lại").click()  # still held: nothing changes but a sentence
        assert desktop.window is window and window.bar.message is not None and "Hà" in window.bar.message.text
        for name in ("records:publication", "report", "history", "settings"):  # to look needs no writing
            window.go(name)
            QGuiApplication.processEvents()
    finally:
        child.communicate("\n")
    looking = window.findChild(LookingOnly)
    assert isinstance(looking, LookingOnly)
    looking.look()
    qtbot.waitUntil(lambda: "trả lại" in window.band.text.text())
    _button(window.band, "Mở để sửa").click()
    assert desktop.window is not window and not desktop.session.desk.read_only
    assert not _window(desktop).band.isVisible()


# -- a doubtful place -----------------------------------------------------------------------


def test_a_doubtful_place_is_spoken_of_until_it_is_understood(
    qtbot: QtBot, front: Front, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = [Mount(str(folder.resolve()), frozenset(), "vboxsf", "chung", "0:50")]
    monkeypatch.setattr("stdesk.drives.mounts", lambda: found)
    desktop = front.start(folder)
    window = _window(desktop)
    qtbot.waitUntil(window.band.isVisible)
    assert "máy ảo" in window.band.text.text()
    _button(window.band, "Đã hiểu").click()
    told = crashes.paths.settings_folder() / "places.json"
    qtbot.waitUntil(told.exists)
    window.hide()
    desktop.end()
    again = front.start(folder)
    assert again.session is not None
    from stdesk.ui.crash.attending import _warnings

    assert _warnings(again.session.desk, None) == []  # type: ignore[arg-type]

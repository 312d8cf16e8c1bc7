"""The centre's window plays the walk-through: a card, a tray of sticks, a decision, an answer, doubles, figures."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QLabel, QTableView, QWidget
from pytestqt.qtbot import QtBot

from stdesk.central.agency import Agency
from stdesk.central.answers import connect
from stdesk.package.words import fingerprint_words
from stdesk.ui.central.desktop import CentralDesktop, OpeningWindow
from stdesk.ui.central.doubles_page import DoublesPage
from stdesk.ui.central.figures_page import FiguresPage
from stdesk.ui.central.intake_page import IntakePage
from stdesk.ui.central.keys_page import KeysPage
from stdesk.ui.central.log_page import LogPage
from stdesk.ui.central.session import CentralSession
from stdesk.ui.central.unit_page import UnitPage
from stdesk.ui.central.units_page import UnitsPage
from stdesk.ui.central.window import CentralWindow
from stdesk.ui.choose import choose
from stdesk.ui.session import Message, Tone
from stdesk.ui.tasks import TaskRunner
from tests.central.packages import Time, Unit, publication

WAIT = 60_000
NOW = datetime(2026, 11, 20, 3, 0, tzinfo=UTC)  # the report was due on the 14th
CONTROL = Qt.KeyboardModifier.ControlModifier
FAULT = {
    "severity": "error", "rule": "P-007", "kind": "publication", "field": "pages", "error": "Thiếu số trang.",
    "advice": "Ghi số trang.", "note": "",
}  # fmt: skip


@pytest.fixture(scope="module")
def five(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, Unit]]:
    """A centre with five units, made once: passed, did not pass, one missing before it, nothing sent, set aside."""
    folder = tmp_path_factory.mktemp("năm đơn vị")
    with connect(Agency.create(str(folder / "centre"), "Cục V04 & Cơ yếu", clock=Time(NOW))) as agency:
        return folder / "centre", _five(agency, folder)


def _five(agency: Agency, folder: Path) -> dict[str, Unit]:
    units = {code: Unit(code, f"Đơn vị {code}") for code in ("PC01", "PC02", "PC03", "PC04", "PC05")}
    for unit in units.values():
        unit.register(agency)

    def come(code: str, *lines: dict[str, Any], **info: Any) -> None:
        stick = folder / f"usb-{code}-{units[code].line}-{units[code].sequence}"
        agency.intake(units[code].pack(stick, list(lines), **info).path)

    agency.checks = lambda *_: []
    same = "Ứng dụng học sâu trong nhận dạng dấu vết đường vân"
    come("PC01", publication(1, same, unit="PC01"), publication(2, unit="PC01"))
    found = {**FAULT, "id": publication(1, unit="PC02")["id"], "number": 1}
    agency.checks = lambda *_: [found]
    come("PC02", publication(1, same, unit="PC02"))
    agency.checks = lambda *_: []
    units["PC03"].pack(folder / "mất", [publication(1, unit="PC03")])
    come("PC03", publication(2, unit="PC03"))
    come("PC05", publication(1, "Điều tra tội phạm học ở miền núi", unit="PC05"))
    units["PC05"].sequence, units["PC05"].previous = 0, ""  # its computer is lost: it begins again
    units["PC05"].line = "0f0e4a52-0000-7000-8000-000000000005"
    again = publication(1, "Điều tra tội phạm học ở miền biển", unit="PC05", version=2)
    come("PC05", again, submission=2)
    return units


@pytest.fixture
def agency(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Agency]:
    """An empty centre on 20 November 2026; with ``sent`` the one with five units."""
    place, clock = tmp_path / "centre", Time(NOW)
    if "sent" in request.fixturenames:
        shutil.copytree(request.getfixturevalue("five")[0], place)
    else:
        Agency.create(str(place), "Cục V04 & Cơ yếu", clock=clock).close()
    with connect(Agency.open(str(place), clock=clock)) as made:
        made.checks = lambda *_: []
        yield made


@pytest.fixture
def centre(agency: Agency) -> Iterator[CentralSession]:
    runner = TaskRunner()
    made = CentralSession(agency, agency.name, runner)
    yield made
    runner.shutdown()
    QCoreApplication.processEvents()
    made.deleteLater()


@pytest.fixture
def said(centre: CentralSession) -> list[Message]:
    heard: list[Message] = []
    centre.said.connect(heard.append)
    return heard


class Major:
    """Someone in front of the window."""

    def __init__(self, qtbot: QtBot, window: CentralWindow, said: list[Message], folder: Path) -> None:
        self.qtbot, self.window, self.said, self.folder = qtbot, window, said, folder

    def wait(self, true: Callable[[], object]) -> None:
        self.qtbot.waitUntil(lambda: bool(true()), timeout=WAIT)

    def page(self, name: str) -> Any:
        return self.window.page(name)

    def to(self, name: str) -> Any:
        self.window.go(name)
        return self.page(name)

    def click(self, button: QAbstractButton) -> None:
        self.wait(lambda: button.isVisible() and button.isEnabled())
        QTest.mouseClick(button, Qt.MouseButton.LeftButton)

    def hear(self, n: int) -> Message:
        """The ``n``-th message that was said."""
        self.wait(lambda: len(self.said) >= n)
        return self.said[n - 1]

    def open_unit(self, code: str) -> UnitPage:
        units: UnitsPage = self.to("units")
        self.wait(lambda: code in column(units.table, 0))
        at = column(units.table, 0).index(code)
        units.table.selectRow(at)
        QTest.keyClick(units.table, Qt.Key.Key_Return)
        page: UnitPage = self.page("unit")
        self.wait(lambda: page.isVisible() and page._unit == code and page._seen is not None)
        return page


def column(table: QTableView, at: int) -> list[str]:
    model = table.model()
    return [str(model.index(row, at).data()) for row in range(model.rowCount())]


@pytest.fixture
def major(qtbot: QtBot, centre: CentralSession, said: list[Message], tmp_path: Path) -> Major:
    window = CentralWindow(centre)
    qtbot.addWidget(window)
    window.resize(1280, 720)
    window.show()
    return Major(qtbot, window, said, tmp_path)


def chosen(monkeypatch: pytest.MonkeyPatch, path: Path | None) -> None:
    for name in ("open_file", "save_file", "folder"):
        monkeypatch.setattr(choose, name, lambda *_: path)


# -- the first day, a card, the roster


def test_the_first_day_says_what_comes_first(
    major: Major, agency: Agency, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    units: UnitsPage = major.page("units")
    assert major.window.windowTitle() == "Cục V04 & Cơ yếu · STDesk"
    major.wait(lambda: units.empty.isVisible())
    assert not units.table.isVisible()
    unit = Unit("PC09", "Phòng Kỹ thuật hình sự")
    (tmp_path / "phiếu.json").write_bytes(unit.card())
    chosen(monkeypatch, tmp_path / "phiếu.json")
    assert units.empty.button is not None
    major.click(units.empty.button)
    keys: KeysPage = major.page("keys")
    major.wait(lambda: keys.card.words.words)
    assert keys.card.words.words == fingerprint_words(
        unit.key.public
    )  # what the unit reads from its own screen
    assert not agency.registry.unit("PC09").keys[0].checked
    major.click(keys.card.same_button)
    major.wait(lambda: agency.registry.unit("PC09").keys[0].checked)
    major.wait(lambda: not keys.card.same_button.isVisible() and keys.note.isVisible())
    chosen(monkeypatch, tmp_path / "danh sách.json")
    major.click(keys.roster_button)
    major.wait(lambda: (tmp_path / "danh sách.json").exists() and not keys.note.isVisible())
    assert json.loads((tmp_path / "danh sách.json").read_bytes())["type"] == "roster"
    keys.tabs.setCurrentIndex(1)
    assert keys.own_words.words == fingerprint_words(agency.registry.public())


def test_words_that_differ_put_the_card_aside(
    major: Major, agency: Agency, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    unit = Unit("PC09", "Phòng Kỹ thuật hình sự")
    unit.register(agency, words_checked=False)
    keys: KeysPage = major.to("keys")
    major.wait(lambda: keys.card.words.words)
    major.click(keys.card.differ_button)
    assert keys.card.reason.hasFocus() or not major.window.isActiveWindow()
    keys.card.reason.clear()
    QTest.keyClick(keys.card.reason, Qt.Key.Key_Return)  # without a reason nothing happens
    assert not agency.registry.unit("PC09").keys[0].revoked
    keys.card.reason.setText("Cán bộ đơn vị đọc tám từ khác")
    QTest.keyClick(keys.card.reason, Qt.Key.Key_Return)
    major.wait(lambda: agency.registry.unit("PC09").keys[0].revoked)
    taken = agency.intake(unit.pack(tmp_path / "usb", [publication(1)]).path)
    assert taken.outcome == "refused"


def test_the_centres_key_is_changed_only_when_said_twice(major: Major, agency: Agency) -> None:
    keys: KeysPage = major.to("keys")
    keys.tabs.setCurrentIndex(1)
    major.wait(lambda: keys.own_words.words)
    major.click(keys.rotate_button)
    major.window.step_back()
    assert not keys.rotate_note.isVisible()
    assert len([one for one in agency.registry.centre_keys() if one.use == "sign"]) == 1
    major.click(keys.rotate_button)
    QTest.mouseClick(keys.rotate_note.buttons[0], Qt.MouseButton.LeftButton)
    major.wait(lambda: len([one for one in agency.registry.centre_keys() if one.use == "sign"]) == 2)


# -- a tray of sticks


def test_a_tray_of_sticks(
    major: Major, agency: Agency, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    one, two, stranger = Unit("PC01", "Đơn vị một"), Unit("PC02", "Đơn vị hai"), Unit("PC99", "Đơn vị lạ")
    for unit in (one, two):
        unit.register(agency)
    tray = tmp_path / "khay"
    good = one.pack(tray / "usb1", [publication(1, unit="PC01"), publication(2, unit="PC01")])
    first = two.pack(tmp_path / "sau", [publication(1, unit="PC02", title="Một đề tài khác hẳn")])
    two.pack(tray / "usb2", [publication(2, unit="PC02", title="Một đề tài khác nữa")])
    stranger.pack(tray / "usb3", [publication(1, unit="PC99")])
    before = {path: path.read_bytes() for path in tray.rglob("*") if path.is_file()}
    intake: IntakePage = major.to("intake")
    assert intake.empty.isVisible()
    chosen(monkeypatch, tray)
    major.click(intake.folder_button)
    assert major.hear(1).tone is Tone.WARN
    assert [it.outcome for it in intake.taken] == ["merged", "waiting", "refused"]
    assert column(intake.table, 1)[:2] == ["PC01", "PC02"]
    assert {path: path.read_bytes() for path in tray.rglob("*") if path.is_file()} == before
    intake.table.selectRow(2)
    assert "PC99" in intake.detail.text()
    chosen(monkeypatch, tray)  # the same stick once more: said, and nothing is in twice
    major.click(intake.folder_button)
    major.hear(2)
    assert [it.outcome for it in intake.taken] == ["again", "waiting", "refused"]
    chosen(monkeypatch, first.path)  # what was missing comes: both go in
    major.click(intake.file_button)
    major.hear(3)
    assert intake.taken[0].outcome == "merged"
    assert [it.name for it in intake.taken[0].followed] == ["KHCN-PC02-2026-L02"]
    chosen(monkeypatch, tmp_path)
    major.click(intake.answers_button)
    major.hear(4)
    assert len(list(tmp_path.glob("TRA-LOI-*.json"))) == len(list(tmp_path.glob("TRA-LOI-*.pdf"))) == 2
    QTest.keyClick(intake.table, Qt.Key.Key_Return)
    page: UnitPage = major.page("unit")
    major.wait(lambda: page.isVisible() and page.current() is not None)
    assert page.current().unit == "PC02"  # type: ignore[union-attr]
    assert agency.package(good.fingerprint).state == "valid"


def test_a_folder_without_packages_says_so(
    major: Major, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "trống").mkdir()
    chosen(monkeypatch, tmp_path / "trống")
    intake: IntakePage = major.to("intake")
    major.click(intake.folder_button)
    assert major.hear(1).tone is Tone.WARN
    assert intake.folder_button.isEnabled()


# -- who has sent; one package


@pytest.fixture
def sent(five: tuple[Path, dict[str, Unit]]) -> dict[str, Unit]:
    """The five units that have sent, or not."""
    return five[1]


def test_who_has_sent_and_who_is_late(sent: dict[str, Unit], major: Major) -> None:
    units: UnitsPage = major.page("units")
    major.wait(lambda: len(column(units.table, 0)) == 5)
    assert column(units.table, 0) == ["PC05", "PC01", "PC02", "PC04", "PC03"]  # what has to be done first
    numbers = {name: button.text().rpartition(" ")[2] for name, button in units.buttons.items()}
    assert numbers == {
        "all": "5", "sent": "3", "valid": "2", "accepted": "0", "returned": "0", "waiting": "2", "not_sent": "1",
        "late": "1",
    }  # fmt: skip
    major.click(units.buttons["late"])
    assert column(units.table, 0) == ["PC04"]
    assert "6" in column(units.table, 3)[0]  # due on the 14th, it is the 20th
    major.window.step_back()
    assert len(column(units.table, 0)) == 5
    page = major.open_unit("PC04")
    major.wait(lambda: page.empty.isVisible())
    units.period.combo.setCurrentIndex(units.period.combo.findData("2026-H1"))
    units.period.combo.activated.emit(units.period.combo.currentIndex())
    major.to("units")
    major.wait(lambda: units.buttons["not_sent"].text().endswith("5"))


def test_a_package_is_accepted_and_nobody_takes_passed_for_accepted(
    sent: dict[str, Unit], agency: Agency, major: Major, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    page = major.open_unit("PC01")
    major.wait(lambda: page.view.doubles.model().rowCount() == 1 and page.view.package is not None)
    major.click(page.view.return_button)
    major.click(page.panel.do_button)  # a return says something
    major.wait(lambda: page.panel.problem.isVisible())
    assert agency.package("KHCN-PC01-2026-L01").state == "valid"
    major.window.step_back()
    passed = page.view.state.text(), page.view.banner.property("tone")
    major.click(page.view.accept_button)
    page.panel.by.setText("Thiếu tá Bình")
    QTest.keyClick(page.panel.by, Qt.Key.Key_Return)
    major.wait(lambda: "PC01" in {it.unit for it in agency.packages(states=["accepted"])})
    major.wait(lambda: page.view.banner.property("tone") == "green" and len(page.view.answers.answers) == 2)
    assert passed == ("Đạt kiểm tra", "blue")
    assert page.view.state.text() == "Đã chấp nhận"
    assert not page.view.accept_button.isVisible()
    last = page.view.answers.current()
    assert last is not None
    assert last.by == "Thiếu tá Bình"
    assert page.view.answers.code.text() == last.code
    assert len(last.code.split("-")) == 3
    chosen(monkeypatch, tmp_path)
    major.click(page.view.answers.file_button)
    major.wait(lambda: (tmp_path / last.given.name).exists())
    assert (tmp_path / last.given.name).read_bytes() == agency.answers(unit="PC01")[-1].raw


def test_a_package_is_returned_with_typed_lines(sent: dict[str, Unit], agency: Agency, major: Major) -> None:
    page = major.open_unit("PC02")
    major.wait(lambda: page.view.isVisible() and page.view.return_button.isVisible())
    assert not page.view.accept_button.isVisible()
    major.click(page.view.return_button)
    lines = page.panel.lines
    assert [one["error"] for one in lines.lines()] == ["Thiếu số trang."]  # what the rules found stands there
    free = lines.rowCount() - 1
    lines.item(free, 0).setText("Ấn phẩm, tài liệu")  # type: ignore[union-attr]
    lines.item(free, 1).setText("7")  # type: ignore[union-attr]
    lines.item(free, 3).setText("Sai năm công bố & nơi đăng")  # type: ignore[union-attr]
    assert lines.rowCount() == free + 2
    major.click(page.panel.do_button)  # the unit has no number 7
    major.wait(lambda: page.panel.problem.isVisible())
    assert "7" in page.panel.problem.text()
    assert agency.package("KHCN-PC02-2026-L01").state == "received"
    major.window.close()  # what is typed keeps the window
    assert major.window.isVisible()
    assert major.window.leaving.isVisible()
    QTest.mouseClick(major.window.leaving.buttons[0], Qt.MouseButton.LeftButton)
    lines.item(free, 1).setText("1")  # type: ignore[union-attr]
    major.click(page.panel.do_button)
    major.wait(lambda: agency.package("KHCN-PC02-2026-L01").state == "returned")
    major.wait(lambda: len(page.view.answers.answers) == 2)
    told = page.view.answers.answers[0].given.answer
    assert [(one.number, one.rule, one.error) for one in told.lines] == [
        (1, "P-007", "Thiếu số trang."),
        (1, "", "Sai năm công bố & nơi đăng"),
    ]
    assert page.unsaved() is None


def test_lines_come_from_a_workbook(
    sent: dict[str, Unit], agency: Agency, major: Major, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    page = major.open_unit("PC02")
    major.click(page.view.return_button)
    chosen(monkeypatch, tmp_path / "lỗi.xlsx")
    major.click(page.panel.template_button)
    major.wait(lambda: (tmp_path / "lỗi.xlsx").exists() and page._task is None)
    major.click(page.panel.workbook_button)
    major.wait(lambda: page.panel.workbook is not None)
    assert page.panel.lines.item(0, 3).text() == "Thiếu số trang."  # type: ignore[union-attr]
    major.click(page.panel.do_button)
    major.wait(lambda: agency.package("KHCN-PC02-2026-L01").state == "returned")


def test_a_package_set_aside_is_taken_in_with_a_reason(
    sent: dict[str, Unit], agency: Agency, major: Major
) -> None:
    page = major.open_unit("PC05")
    major.wait(lambda: page.view.adopt_button.isVisible())  # Enter led to the one to be decided about
    assert page.view.sentence.text()
    major.click(page.view.adopt_button)
    major.click(page.panel.do_button)
    major.wait(lambda: page.panel.problem.isVisible())
    page.panel.note.setText("Máy hỏng, đã gọi điện cho đơn vị ngày 19/11")
    major.click(page.panel.do_button)
    major.wait(lambda: not agency.packages(unit="PC05", states=["quarantined"]))
    assert major.hear(1).tone is Tone.DONE
    titles = [one.record.get("title") for one in agency.records("2026", unit="PC05")]
    assert titles == ["Điều tra tội phạm học ở miền biển"]


# -- doubles, figures, log


def test_a_double_is_decided_and_counted_once(sent: dict[str, Unit], agency: Agency, major: Major) -> None:
    doubles: DoublesPage = major.to("doubles")
    major.wait(lambda: doubles.table.model().rowCount() == 1)
    major.wait(lambda: all("Trần Thị Bích" in side.values.text() for side in doubles.sides))
    assert [side.unit.text()[:4] for side in doubles.sides] == ["PC01", "PC02"]
    major.click(doubles.same_button)
    major.wait(lambda: len(agency.decided("same")) == 1)
    major.wait(lambda: doubles.open_button.isEnabled())
    major.click(doubles.open_button)
    major.wait(lambda: not agency.decided("same"))


def test_every_figure_opens_its_list(
    sent: dict[str, Unit], agency: Agency, major: Major, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    figures: FiguresPage = major.to("figures")
    major.wait(lambda: figures.table.model().rowCount() > 0)
    at = next(n for n, text in enumerate(column(figures.table, 0)) if "Ấn phẩm" in text)
    figures.table.selectRow(at)
    assert column(figures.table, 1)[at] == "3"  # two of PC01, one of PC05; PC02 did not pass
    assert column(figures.units, 0) == ["", "PC01", "PC05"]
    assert column(figures.records, 0) == ["PC01", "PC01", "PC05"]
    figures.units.selectRow(2)
    assert column(figures.records, 3) == ["Điều tra tội phạm học ở miền núi"]
    chosen(monkeypatch, tmp_path / "báo cáo")
    major.click(figures.report_button)
    major.wait(lambda: len(list((tmp_path / "báo cáo").glob("*"))) == 3)
    figures.states.setCurrentIndex(1)
    figures.states.activated.emit(1)
    major.wait(lambda: figures.empty.isVisible())


def test_the_log_lists_what_was_refused_too(major: Major, agency: Agency, tmp_path: Path) -> None:
    agency.intake(Unit("PC99", "Đơn vị lạ").pack(tmp_path / "usb", [publication(1)]).path)
    log: LogPage = major.to("log")
    major.wait(lambda: log.table.model().rowCount() == 1)
    assert column(log.table, 1) == ["Từ chối"]
    assert "PC99" in log.detail.text()


# -- the window itself


def test_every_control_has_a_name_and_no_page_is_empty_of_focus(sent: dict[str, Unit], major: Major) -> None:
    major.open_unit("PC01")
    for name in ("units", "intake", "unit", "doubles", "figures", "keys", "log"):
        page = major.to(name)
        assert page.isVisible()
        for widget in page.findChildren(QWidget):
            own = type(widget).__module__.startswith("stdesk") or isinstance(widget, QAbstractButton)
            takes = widget.focusPolicy() & Qt.FocusPolicy.TabFocus and widget.isVisible()
            if own and takes:
                text = widget.accessibleName() or (isinstance(widget, QAbstractButton) and widget.text())
                assert text, (name, widget)


def test_keys_lead_through_the_window(major: Major) -> None:
    for key, name in ((Qt.Key.Key_2, "intake"), (Qt.Key.Key_6, "log"), (Qt.Key.Key_1, "units")):
        QTest.keyClick(major.window, key, CONTROL)
        assert major.window.current() is major.page(name)
    major.window.go_back()
    assert major.window.current() is major.page("log")


def test_a_server_out_of_reach_is_a_sentence_and_a_way_on(
    qtbot: QtBot, qapp: QApplication, tmp_path: Path
) -> None:
    place = str(tmp_path / "trung ương")
    desktop = CentralDesktop(qapp, place, partial(Agency.open, clock=Time(NOW)))
    desktop.open()
    opening = desktop.window
    assert isinstance(opening, OpeningWindow)
    qtbot.waitUntil(lambda: opening.problem.isVisible(), timeout=WAIT)
    assert "trung ương" in opening.problem.text.text()
    Agency.create(place, "Cục V04").close()
    assert opening.problem.button is not None
    QTest.mouseClick(opening.problem.button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: isinstance(desktop.window, CentralWindow), timeout=WAIT)
    assert isinstance(desktop.window, CentralWindow)
    desktop.window.rail.language_button.click()
    assert isinstance(desktop.window, CentralWindow)
    assert desktop.window.findChildren(QLabel)
    assert desktop.window.rail.buttons["units"].accessibleName() == "Units"
    desktop.end()
    desktop.window.deleteLater()

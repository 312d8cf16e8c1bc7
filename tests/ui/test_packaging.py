"""The package page: what goes in, for whom, where to, and what came of it."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from pytestqt.qtbot import QtBot

from stdesk.clock import fixed_clock
from stdesk.i18n import message
from stdesk.progress import Progress
from stdesk.services.desk import Desk
from stdesk.services.handover import verify
from stdesk.services.sealing import centre_of
from stdesk.ui.choose import choose
from stdesk.ui.packaging.page import PackagePage
from stdesk.ui.packaging.words import left_words
from stdesk.ui.packaging.work_view import PREPARE, PUSH, READ, WRITE, Rate, WorkView
from stdesk.ui.session import Session, Tone
from tests.helpers import handing
from tests.helpers.handing import YEAR, Centre
from tests.ui.sticks import GB, Sticks

WAIT = 30_000
NOW = datetime(2026, 11, 20, 3, 0, tzinfo=UTC)
READER = "age1ql3z7hjy54pw3hyww5ayyfg7zqgvc7w3j2elw8zmrj2kg5sfn9aqmcac8p"  # age's own example


@pytest.fixture
def sticks(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Sticks:
    return Sticks(monkeypatch, tmp_path / "media")


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Desk]:
    handing.plain_documents(monkeypatch)
    with handing.unit(tmp_path / "kho", fixed_clock(NOW)) as opened:
        yield opened


@pytest.fixture
def page(qtbot: QtBot, session: Session, sticks: Sticks) -> PackagePage:
    made = PackagePage(session)
    qtbot.addWidget(made)
    made.resize(1160, 720)
    made.show()
    return made


def shown(qtbot: QtBot, page: PackagePage, reports: int = 1) -> None:
    """Until the page offers so many frozen reports and knows what they carry."""
    page.refresh()
    qtbot.waitUntil(lambda: page.make.report.count() == reports, timeout=WAIT)
    qtbot.waitUntil(
        lambda: page.make._plan is not None and page.make._plan.report == page.make.current, timeout=WAIT
    )


def seen(qtbot: QtBot, page: PackagePage) -> None:
    """Until the page has looked for sticks and for the room on the one chosen."""
    page.make.place.look()
    qtbot.waitUntil(lambda: bool(page.make.place.room.text), timeout=WAIT)


def written(qtbot: QtBot, page: PackagePage) -> None:
    page.make.make_button.click()
    ended(qtbot, page)


def ended(qtbot: QtBot, page: PackagePage) -> None:
    qtbot.waitUntil(lambda: page.make._task is None and page.make.stack.currentIndex() != 1, timeout=WAIT)


# -- what there is ---------------------------------------------------------------------------


def test_nothing_frozen_points_to_the_report(qtbot: QtBot, page: PackagePage) -> None:
    qtbot.waitUntil(lambda: page.make.nothing.isVisible(), timeout=WAIT)
    assert not page.make.make_button.isEnabled() and not page.make.content.isVisible()
    with qtbot.waitSignal(page.session.page_wanted) as wanted:
        page.make.report_button.click()
    assert wanted.args[0] == "report"


def test_trial_is_said_to_be_no_report(qtbot: QtBot, page: PackagePage, desk: Desk) -> None:
    desk.reporting.freeze(YEAR, trial=True)
    shown(qtbot, page)
    assert page.make.trial_note.isVisible() and "THỬ" in page.make.trial_note.text()


def test_real_reports_come_before_trials(qtbot: QtBot, page: PackagePage, desk: Desk) -> None:
    handing.freeze(desk)
    desk.reporting.freeze(YEAR, trial=True)
    shown(qtbot, page, 2)
    assert "Lần nộp 1" in page.make.report.itemText(0) and "THỬ" in page.make.report.itemText(1)


def test_without_an_accepted_submission_there_is_no_choice(
    qtbot: QtBot, page: PackagePage, desk: Desk
) -> None:
    handing.freeze(desk)
    shown(qtbot, page)
    assert page.make.content.only.text().startswith("Toàn bộ: 2 mục, 0 tệp")
    assert not page.make.content.full.isVisible() and not page.make.content.wants_delta


def test_after_an_accepted_one_only_what_changed_is_proposed(
    qtbot: QtBot, page: PackagePage, desk: Desk, tmp_path: Path
) -> None:
    usb = tmp_path / "usb"
    gone = handing.save(desk, 3)
    changed = handing.save(desk, 4)
    handed = handing.submit(desk, usb)
    Centre().say(desk, handed.path, "received", "valid", "accepted")
    desk.catalogue.trash({gone})
    handing.save(desk, 4, changed, pages="50-59")
    handing.save(desk, 5)
    handing.freeze(desk)
    shown(qtbot, page, 2)
    content = page.make.content
    assert content.delta.isChecked() and content.wants_delta
    assert "từ lần nộp 1" in content.delta.text() and "1 mới, 1 sửa, 1 rút lại" in content.delta_said.text()
    content.withdrawn_button.click()
    assert "Giám định dấu vết số 3" in content.withdrawn.findChildren(type(content.only))[0].text()
    content.full.setChecked(True)
    assert not content.delta.isChecked() and not content.withdrawn_button.isVisible()


# -- for whom --------------------------------------------------------------------------------


def test_sealed_is_proposed_when_the_centre_can_open_it(qtbot: QtBot, page: PackagePage, desk: Desk) -> None:
    handing.with_keys(desk, sealed_for=(READER,))
    handing.freeze(desk)
    shown(qtbot, page)
    seal = page.make.seal
    assert seal.wants_seal and centre_of(desk).name == seal.words.text().splitlines()[0]
    assert len(seal.words.text().split(" · ")) == 8
    assert seal.sealed.accessibleDescription() == seal.words.text()


def test_without_a_recipient_it_stays_open_and_says_why(qtbot: QtBot, page: PackagePage, desk: Desk) -> None:
    handing.freeze(desk)
    shown(qtbot, page)
    seal = page.make.seal
    assert not seal.sealed.isEnabled() and seal.open.isChecked() and not seal.wants_seal
    assert "niêm phong" in seal.note.text.text()
    with qtbot.waitSignal(page.session.page_wanted) as wanted:
        seal.note.buttons[0].click()
    assert wanted.args[0] == "keys"


@pytest.mark.parametrize(("day", "told"), [(0, "hết hạn ngày"), (10, "còn 10 ngày"), (300, "")])
def test_list_of_keys_that_ends_is_said_before(desk: Desk, day: int, told: str) -> None:
    roster = desk.keys.roster()
    assert roster is not None
    last = date.fromordinal(desk.today().toordinal() + (day or -1))
    ending = replace(roster, expires=f"{last.isoformat()}T12:00:00Z")
    desk.__dict__["keys"] = replace(desk.__dict__["keys"], known=ending, sealed_for=(READER,))
    problem = centre_of(desk).problem
    assert told in problem if told else problem == ""


def test_no_list_of_keys_at_all(desk: Desk) -> None:
    desk.__dict__["keys"] = replace(desk.__dict__["keys"], known=None)
    found = centre_of(desk)
    assert not found.can and "Chưa có danh sách chìa khóa" in found.problem


# -- where to --------------------------------------------------------------------------------


def test_stick_plugged_in_is_chosen_and_named(
    qtbot: QtBot, page: PackagePage, desk: Desk, sticks: Sticks
) -> None:
    handing.freeze(desk)
    shown(qtbot, page)
    qtbot.waitUntil(lambda: page.make.place.no_volume.isVisible(), timeout=WAIT)
    root = sticks.plug()
    seen(qtbot, page)
    text = page.make.place.volumes.item(0).text()
    assert "USB KHCN" in text and "FAT32" in text and "còn trống 12 GB trên 16 GB" in text
    assert page.make.place.folder.text() == str(root)
    assert page.make.place.room.ok and "đủ chỗ" in page.make.place.room.text
    assert page.make.make_button.isEnabled()


def test_locked_stick_is_listed_and_cannot_be_chosen(
    qtbot: QtBot, page: PackagePage, desk: Desk, sticks: Sticks
) -> None:
    handing.freeze(desk)
    shown(qtbot, page)
    root = sticks.plug("CD", read_only=True)
    page.make.place.look()
    qtbot.waitUntil(lambda: page.make.place.volumes.count() == 1, timeout=WAIT)
    item = page.make.place.volumes.item(0)
    assert not item.flags() & Qt.ItemFlag.ItemIsEnabled and "không ghi được" in item.text()
    assert page.make.place.folder.text() == ""
    page.make.place.folder.setText(str(root))
    qtbot.waitUntil(lambda: not page.make.place.room.ok, timeout=WAIT)
    assert "khóa ghi" in page.make.place.note.text.text() and not page.make.make_button.isEnabled()


def test_full_stick_says_what_is_missing_and_opens_by_itself(
    qtbot: QtBot, page: PackagePage, desk: Desk, sticks: Sticks
) -> None:
    handing.freeze(desk)
    root = sticks.plug(free=300_000)
    shown(qtbot, page)
    seen(qtbot, page)
    qtbot.waitUntil(lambda: not page.make.place.room.ok, timeout=WAIT)
    assert "thiếu" in page.make.place.note.text.text() and not page.make.make_button.isEnabled()
    sticks.change(root, free=5 * GB)  # files were deleted
    page.make.place.look()
    qtbot.waitUntil(lambda: page.make.make_button.isEnabled(), timeout=WAIT)
    assert "đủ chỗ" in page.make.place.note.text.text()


def test_medium_of_small_files_says_how_many(
    qtbot: QtBot, page: PackagePage, desk: Desk, sticks: Sticks
) -> None:
    handing.freeze(desk)
    sticks.plug(largest=100_000)
    shown(qtbot, page)
    size = page.make.content.carried
    assert size is not None
    page.make.place.need(250_000, "KHCN-X")
    seen(qtbot, page)
    qtbot.waitUntil(lambda: "3 tệp" in page.make.place.note.text.text(), timeout=WAIT)
    assert page.make.place.room.ok


def test_stick_chosen_stays_chosen_when_another_is_plugged_in(
    qtbot: QtBot, page: PackagePage, desk: Desk, sticks: Sticks
) -> None:
    handing.freeze(desk)
    shown(qtbot, page)
    second = sticks.plug("B")
    seen(qtbot, page)
    sticks.plug("A")
    page.make.place.show_volumes(sorted(sticks.plugged.values(), key=lambda one: one.name))
    assert page.make.place.volumes.currentRow() == 1
    assert page.make.place.folder.text() == str(second)


def test_pulled_out_before_writing_the_other_one_is_taken(
    qtbot: QtBot, page: PackagePage, desk: Desk, sticks: Sticks
) -> None:
    handing.freeze(desk)
    shown(qtbot, page)
    first, second = sticks.plug("A"), sticks.plug("B")
    seen(qtbot, page)
    assert page.make.place.folder.text() == str(first)
    sticks.pull(first)
    page.make.place.look()
    qtbot.waitUntil(lambda: page.make.place.folder.text() == str(second), timeout=WAIT)


def test_any_folder_may_be_chosen(
    qtbot: QtBot,
    page: PackagePage,
    desk: Desk,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    sticks: Sticks,
) -> None:
    handing.freeze(desk)
    shown(qtbot, page)
    monkeypatch.setattr(choose, "folder", lambda *_: tmp_path)
    page.make.place.browse.click()
    qtbot.waitUntil(lambda: bool(page.make.place.room.text), timeout=WAIT)
    assert "không phải USB" in page.make.place.room.text and page.make.make_button.isEnabled()


# -- what came of it -------------------------------------------------------------------------


def test_written_read_back_and_told(
    qtbot: QtBot, page: PackagePage, desk: Desk, sticks: Sticks, said: list[Any]
) -> None:
    handing.freeze(desk)
    root = sticks.plug()
    shown(qtbot, page)
    seen(qtbot, page)
    written(qtbot, page)
    result = page.make.result
    assert result.isVisible() and result.title.text().startswith("Đã ghi xong")
    made = next(root.glob("*.zip"))
    code = hashlib.sha512(made.read_bytes()).hexdigest()
    assert made.name in result.text.text() and code in result.code.text().replace(" ", "")
    result.copy_button.click()
    assert QGuiApplication.clipboard().text() == code
    assert said[-1].tone is Tone.DONE and verify(made).ok
    result.eject_button.click()
    qtbot.waitUntil(lambda: bool(result.ejected.text()), timeout=WAIT)
    assert sticks.ejected == ["USB KHCN"] and "Có thể rút ra" in result.ejected.text()
    assert not result.open_button.isEnabled() and not result.eject_button.isEnabled()


def test_refused_ejecting_can_be_tried_again(
    qtbot: QtBot, page: PackagePage, desk: Desk, sticks: Sticks
) -> None:
    handing.freeze(desk)
    sticks.plug()
    sticks.refuses = True
    shown(qtbot, page)
    seen(qtbot, page)
    written(qtbot, page)
    page.make.result.eject()
    qtbot.waitUntil(lambda: "đang mở tệp" in page.make.result.ejected.text(), timeout=WAIT)
    assert page.make.result.eject_button.isEnabled() and page.make.result.verify_button.isEnabled()


def test_sealed_package_names_who_can_open_it(
    qtbot: QtBot, page: PackagePage, desk: Desk, sticks: Sticks
) -> None:
    handing.with_keys(desk, sealed_for=(READER,))
    handing.freeze(desk)
    root = sticks.plug()
    shown(qtbot, page)
    seen(qtbot, page)
    written(qtbot, page)
    assert [one.suffix for one in sorted(root.glob("*.zip.age"))] == [".age"] and not list(root.glob("*.zip"))
    assert "Niêm phong: chỉ" in page.make.result.text.text()


def test_place_that_cannot_be_written_is_a_sentence_and_a_way_on(
    qtbot: QtBot, page: PackagePage, desk: Desk, tmp_path: Path, sticks: Sticks
) -> None:
    handing.freeze(desk)
    shown(qtbot, page)
    blocked = tmp_path / "tep"
    blocked.write_text("x", encoding="utf-8")
    page.make.place.folder.setText(str(blocked))
    written(qtbot, page)
    failed = page.make.failed
    assert failed.isVisible() and str(blocked) in failed.text.text()
    failed.back_button.click()
    assert page.make.form.isVisible()
    page.make.place.folder.setText(str(tmp_path / "khac"))
    written(qtbot, page)
    assert page.make.result.isVisible()


def test_stopped_leaves_no_package_and_can_be_gone_on_with(
    qtbot: QtBot, page: PackagePage, desk: Desk, sticks: Sticks, monkeypatch: pytest.MonkeyPatch
) -> None:
    handing.freeze(desk)
    root = sticks.plug()
    shown(qtbot, page)
    seen(qtbot, page)
    step = Progress.step

    def stop(progress: Progress, count: int = 1) -> None:
        progress.cancel()
        step(progress, count)

    with monkeypatch.context() as patched:
        patched.setattr(Progress, "step", stop)
        written(qtbot, page)
    assert page.make.failed.isVisible() and page.make.failed.title.text() == "Đã dừng"
    assert not [one for one in root.iterdir() if one.suffix in (".zip", ".ok")]
    page.make.failed.again_button.click()
    ended(qtbot, page)
    assert page.make.result.isVisible() and verify(next(root.glob("*.zip"))).ok


def test_log_keeps_the_failed_try_and_the_good_one(
    qtbot: QtBot, page: PackagePage, desk: Desk, sticks: Sticks
) -> None:
    handing.freeze(desk)
    sticks.plug()
    shown(qtbot, page)
    seen(qtbot, page)
    sticks.lie()
    written(qtbot, page)
    assert page.make.failed.isVisible() and "đọc lại" in page.make.failed.text.text()
    sticks.be_honest()
    page.make.failed.again_button.click()
    ended(qtbot, page)
    page.open_with({"tab": "answers"})
    log, one = page.answers, page.answers.sending
    qtbot.waitUntil(lambda: log.model.rowCount() == 2, timeout=WAIT)
    newest, oldest = log.model.row(0), log.model.row(1)
    assert newest[3].text == "Đã gửi, chưa có trả lời" and oldest[3].text == "không ghi được"
    log.tabs.setCurrentWidget(one)
    assert one.papers.isVisible() and "KHCN-CAT-MH-PC09-2026-L01.zip" in one.detail.text()
    assert "SHA-512" in one.code.text() and not one.problem.isVisible()
    log.table.selectRow(1)
    assert not one.papers.isVisible() and "đọc lại" in one.problem.text()


def test_empty_log_leads_to_writing(qtbot: QtBot, page: PackagePage) -> None:
    page.open_with({"tab": "answers"})
    qtbot.waitUntil(lambda: page.answers.empty.isVisible(), timeout=WAIT)
    assert page.answers.empty.button is not None
    page.answers.empty.button.click()
    assert page.tab == "make"


def test_place_comes_back_to_the_same_tab(page: PackagePage) -> None:
    page.open_with({"period": "2025", "tab": "verify"})
    assert page.place() == {"period": "2025", "tab": "verify"}


def test_keys_are_one_click_away(qtbot: QtBot, page: PackagePage) -> None:
    with qtbot.waitSignal(page.session.page_wanted) as wanted:
        page.keys_button.click()
    assert wanted.args[0] == "keys"


# -- while it is written ---------------------------------------------------------------------


class Clock:
    """Stands where it is put."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def test_rate_needs_two_seconds_and_forgets_the_stretch_before() -> None:
    clock = Clock()
    rate = Rate(clock)
    assert rate.take(0, 100) is None
    clock.now = 1.0
    assert rate.take(10, 100) is None  # too early to be sure
    clock.now = 4.0
    assert rate.take(40, 100) == 10.0
    assert rate.take(0, 50) is None  # another stretch
    clock.now = 6.0
    assert rate.take(8, 50) == 4.0


def test_time_left_is_rounded_up() -> None:
    assert left_words(3) == "còn khoảng 10 giây"
    assert left_words(41) == "còn khoảng 50 giây"
    assert left_words(61) == "còn khoảng 2 phút"
    assert left_words(3_700) == "còn khoảng 1 giờ 2 phút"


def progress(note: str, done: int = 0, total: int = 0) -> Progress:
    return Progress(done, total, note)


def test_steps_of_a_package_that_is_sealed(qtbot: QtBot, session: Session) -> None:
    view = WorkView()
    qtbot.addWidget(view)
    task = session.runner.run(view, lambda _progress: None)
    view.follow(task, "Năm 2026", "USB", sealed=True)
    steps = []
    for note in (
        "Đang ghi gói dữ liệu",
        "Đang đọc lại và kiểm tra gói",
        message("package_sealing"),
        message("medium_settling", name="x.zip.age"),
        message("medium_reading_back"),
    ):
        view._show(progress(note, 5 << 20, 10 << 20))
        steps.append(view.stage)
    assert steps == [PREPARE, PREPARE, WRITE, PUSH, READ]
    assert "5,2 MB trên 10 MB" in view.note.text()


def test_steps_of_an_open_one(qtbot: QtBot, session: Session) -> None:
    view = WorkView()
    qtbot.addWidget(view)
    task = session.runner.run(view, lambda _progress: None)
    view.follow(task, "Năm 2026", "USB", sealed=False)
    steps = []
    for note in (
        "Đang ghi gói dữ liệu",
        message("medium_settling", name="x"),
        "Đang đọc lại và kiểm tra gói",
    ):
        view._show(progress(note))
        steps.append(view.stage)
    assert steps == [WRITE, PUSH, READ]

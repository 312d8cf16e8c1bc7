"""The package page: make one on a medium, verify one, see what is wrong and what to do."""

from __future__ import annotations

import hashlib
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from stdesk.domain.periods import parse_period
from stdesk.progress import Progress
from stdesk.services.desk import Desk
from stdesk.services.handover import verify
from stdesk.ui.choose import choose
from stdesk.ui.packaging import volumes
from stdesk.ui.packaging.page import PackagePage
from stdesk.ui.packaging.volumes import Volume, in_order, looks_removable, plugged_in
from stdesk.ui.session import Session, Tone
from tests.ui.filled import filled_desk

WAIT = 30_000


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    with filled_desk(tmp_path / "kho") as opened:
        yield opened


@pytest.fixture
def page(qtbot: QtBot, session: Session, monkeypatch: pytest.MonkeyPatch) -> PackagePage:
    monkeypatch.setattr(volumes, "plugged_in", lambda _progress: [])
    made = PackagePage(session)
    qtbot.addWidget(made)
    made.resize(1160, 720)
    made.show()
    return made


def frozen(qtbot: QtBot, page: PackagePage, desk: Desk) -> None:
    desk.reporting.freeze(parse_period("2026"), trial=True)
    page.refresh()
    qtbot.waitUntil(lambda: page.make.report.count() == 1, timeout=WAIT)


def stick(root: str, *, removable: bool = True, read_only: bool = False) -> Volume:
    return Volume(Path(root), "USB", "vfat", 12 * 10**9, 16 * 10**9, removable, read_only)


def verified(qtbot: QtBot, page: PackagePage, path: Path) -> None:
    with qtbot.waitSignal(page.verify.verified, timeout=WAIT):
        page.open_with(path)
    qtbot.waitUntil(lambda: page.verify._task is None, timeout=WAIT)


@pytest.fixture
def package(desk: Desk, tmp_path: Path) -> Path:
    desk.reporting.freeze(parse_period("2026"), trial=True)
    return desk.handover.pack(parse_period("2026"), tmp_path / "usb", trial=True).path


def test_nothing_frozen_points_to_the_report(qtbot: QtBot, page: PackagePage) -> None:
    qtbot.waitUntil(lambda: page.make.nothing.isVisible(), timeout=WAIT)
    assert not page.make.make_button.isEnabled()
    with qtbot.waitSignal(page.session.page_wanted) as wanted:
        page.make.report_button.click()
    assert wanted.args[0] == "report"


def test_make_writes_a_whole_package_and_tells_its_check_code(
    qtbot: QtBot, page: PackagePage, desk: Desk, tmp_path: Path, said: list[Any]
) -> None:
    frozen(qtbot, page, desk)
    page.make.folder.setText(str(tmp_path / "USB KHCN"))
    page.make.make_button.click()
    qtbot.waitUntil(lambda: page.make.result.isVisible() and page.make._task is None, timeout=WAIT)
    made = next((tmp_path / "USB KHCN").glob("*.zip"))
    assert str(made) in page.make.result_path.text()
    assert "Nguyên vẹn" in page.make.result_title.text()
    code = hashlib.sha512(made.read_bytes()).hexdigest()
    assert code in page.make.result_code.text().replace(" ", "")
    page.make.copy_button.click()
    assert QApplication.clipboard().text() == code
    assert said[-1].tone is Tone.DONE
    assert verify(made).ok


def test_place_that_cannot_be_written_is_one_sentence(
    qtbot: QtBot, page: PackagePage, desk: Desk, tmp_path: Path, said: list[Any]
) -> None:
    frozen(qtbot, page, desk)
    blocked = tmp_path / "tep"
    blocked.write_text("x", encoding="utf-8")
    page.make.folder.setText(str(blocked))
    page.make.make_button.click()
    qtbot.waitUntil(lambda: bool(said) and page.make._task is None, timeout=WAIT)
    assert said[-1].tone is Tone.FAIL and str(blocked) in said[-1].text
    assert not page.make.result.isVisible()


def test_stop_leaves_nothing_on_the_medium(
    qtbot: QtBot,
    page: PackagePage,
    desk: Desk,
    tmp_path: Path,
    said: list[Any],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    frozen(qtbot, page, desk)
    usb = tmp_path / "usb"
    usb.mkdir()
    step = Progress.step

    def stop(progress: Progress, count: int = 1) -> None:
        progress.cancel()
        step(progress, count)

    page.make.folder.setText(str(usb))
    with monkeypatch.context() as patched:
        patched.setattr(Progress, "step", stop)
        page.make.make_button.click()
        qtbot.waitUntil(lambda: page.make._task is None, timeout=WAIT)
    assert list(usb.iterdir()) == []
    assert "Đã dừng" in said[-1].text


def test_sticks_come_first_and_choosing_one_fills_the_folder(
    qtbot: QtBot, page: PackagePage, desk: Desk
) -> None:
    frozen(qtbot, page, desk)
    page.make.show_volumes([stick("/media/a"), stick("/media/cd", read_only=True)])
    assert page.make.folder.text() == "/media/a"  # the only one it can go to
    assert "còn trống 12 GB trên 16 GB" in page.make.volumes.item(0).text()
    assert not page.make.volumes.item(1).flags() & Qt.ItemFlag.ItemIsEnabled
    assert "không ghi được" in page.make.volumes.item(1).text()
    qtbot.keyClicks(page.make.folder, "/goi")
    assert page.make.volumes.currentRow() == -1
    page.make.show_volumes([])  # pulled out
    assert page.make.no_volume.isVisible()
    assert page.make.folder.text() == "/media/a/goi"


def test_stick_chosen_stays_chosen_when_another_is_plugged_in(
    qtbot: QtBot, page: PackagePage, desk: Desk
) -> None:
    frozen(qtbot, page, desk)
    page.make.show_volumes([stick("/media/b")])
    page.make.show_volumes([stick("/media/a"), stick("/media/b")])
    assert page.make.volumes.currentRow() == 1
    assert page.make.folder.text() == "/media/b"


def test_folder_button(
    qtbot: QtBot, page: PackagePage, desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    frozen(qtbot, page, desk)
    monkeypatch.setattr(choose, "folder", lambda *_: tmp_path)
    page.make._browse()
    assert page.make.folder.text() == str(tmp_path)
    assert page.make.make_button.isEnabled()


def test_whole_package_is_green_and_says_whose_it_is(qtbot: QtBot, page: PackagePage, package: Path) -> None:
    verified(qtbot, page, package)
    assert page.tabs.currentWidget() is page.verify
    assert page.verify.answer_title.text() == "Nguyên vẹn"
    said = page.verify.answer_text.text()
    assert "Công an tỉnh Minh Hải (CAT-MH)" in said and "Năm 2026" in said and "THỬ" in said
    assert not page.verify.table.isVisible()


def test_every_defect_has_its_line_and_what_to_do(
    qtbot: QtBot, page: PackagePage, package: Path, tmp_path: Path
) -> None:
    with zipfile.ZipFile(package) as archive:
        archive.extractall(tmp_path / "mo")
    bag = next((tmp_path / "mo").iterdir())
    (bag / "data" / "bao-cao.docx").unlink()
    with (bag / "data" / "bao-cao.pdf").open("ab") as pdf:
        pdf.write(b"them")
    (bag / "data" / "thua.txt").write_text("x", encoding="utf-8")
    verified(qtbot, page, bag)
    assert page.verify.answer_title.text().startswith("KHÔNG nguyên vẹn: 3")
    files = {page.verify.model.row(at)[0].text for at in range(page.verify.model.rowCount())}
    assert files == {"data/bao-cao.docx", "data/bao-cao.pdf", "data/thua.txt"}
    for at in range(3):
        assert page.verify.model.row(at)[4].strip()
    page.verify.table.selectRow(1)
    assert page.verify.model.row(1)[1] in page.verify.detail.text()
    verified(qtbot, page, package)  # another, whole one: the old lines are gone
    assert not page.verify.table.isVisible() and "Nguyên vẹn" in page.verify.answer_title.text()


def test_package_with_another_name_in_its_text_is_not_trusted(
    qtbot: QtBot, page: PackagePage, package: Path, tmp_path: Path
) -> None:
    other = tmp_path / "khac" / package.name
    other.parent.mkdir()
    data = bytearray(package.read_bytes())
    data[len(data) // 2] ^= 0x20
    other.write_bytes(bytes(data))
    verified(qtbot, page, other)
    assert page.verify.answer_title.text().startswith("KHÔNG nguyên vẹn")
    assert "CAT-MH" not in page.verify.answer_text.text()


def test_no_such_package_is_one_sentence(qtbot: QtBot, page: PackagePage, tmp_path: Path) -> None:
    page.open_with(str(tmp_path / "không có.zip"))
    qtbot.waitUntil(lambda: page.verify.answer.isVisible() and page.verify._task is None, timeout=WAIT)
    assert "không có.zip" in page.verify.answer_text.text()


def test_removable_media_are_listed_first_and_the_system_not_at_all() -> None:
    found = [stick("/", removable=False), stick("E:", removable=False), stick("/media/z"), stick("/mnt/a")]
    assert [str(one.root) for one in in_order(found)] == ["/media/z", "/mnt/a", "E:"]


@pytest.mark.parametrize(
    ("root", "removable"),
    [
        ("/media/can-bo/USB", True),
        ("/run/media/x/y", True),
        ("/", False),
        ("/home", False),
        ("/media", False),
    ],
)
def test_mounts_that_look_removable(root: str, removable: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.platform", "linux")
    assert looks_removable(root) is removable


def test_media_of_this_computer_are_readable() -> None:
    assert all(one.total > 0 for one in plugged_in(Progress()))

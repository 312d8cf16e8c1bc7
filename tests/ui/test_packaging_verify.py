"""The second tab: whole or not, sealed or not, signed by whom, and a line for everything that is wrong."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtGui import QGuiApplication
from pytestqt.qtbot import QtBot

from stdesk.clock import fixed_clock
from stdesk.services.desk import Desk
from stdesk.ui.choose import choose
from stdesk.ui.packaging.page import PackagePage
from stdesk.ui.session import Session
from tests.helpers import handing
from tests.ui.sticks import Sticks
from tests.ui.test_packaging import READER

WAIT = 30_000
NOW = datetime(2026, 11, 20, 3, 0, tzinfo=UTC)


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Desk]:
    handing.plain_documents(monkeypatch)
    with handing.unit(tmp_path / "kho", fixed_clock(NOW)) as opened:
        yield opened


@pytest.fixture
def page(qtbot: QtBot, session: Session, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> PackagePage:
    Sticks(monkeypatch, tmp_path / "media")
    made = PackagePage(session)
    qtbot.addWidget(made)
    made.resize(1160, 720)
    made.show()
    return made


@pytest.fixture
def package(desk: Desk, tmp_path: Path) -> Path:
    return handing.submit(desk, tmp_path / "usb").path


def verified(qtbot: QtBot, page: PackagePage, path: Path) -> None:
    with qtbot.waitSignal(page.verify.verified, timeout=WAIT):
        page.open_with(path)
    qtbot.waitUntil(lambda: page.verify._task is None, timeout=WAIT)


def unpacked(package: Path, folder: Path) -> Path:
    with zipfile.ZipFile(package) as archive:
        archive.extractall(folder)
    return next(folder.iterdir())


def test_whole_package_says_whose_it_is_and_who_signed(
    qtbot: QtBot, page: PackagePage, package: Path
) -> None:
    verified(qtbot, page, package)
    assert page.tabs.currentWidget() is page.verify
    assert page.verify.answer_title.text() == "Nguyên vẹn"
    said = page.verify.answer_text.text()
    assert "Phòng PC09 (CAT-MH/PC09)" in said and "Năm 2026" in said and "Lần nộp 1" in said
    assert page.verify.signature.text().startswith("Chữ ký đúng, của Phòng PC09")
    assert not page.verify.table.isVisible()


@pytest.mark.parametrize(("at", "title"), [(0, "Xem nhanh"), (1, "Đầy đủ"), (2, "Nguyên vẹn")])
def test_answer_claims_no_more_than_was_looked_at(
    qtbot: QtBot, page: PackagePage, package: Path, at: int, title: str
) -> None:
    page.verify.thoroughness.setCurrentIndex(at)
    verified(qtbot, page, package)
    assert title in page.verify.answer_title.text()


def test_key_nobody_knows_is_neither_right_nor_wrong(qtbot: QtBot, page: PackagePage, tmp_path: Path) -> None:
    with handing.unit(tmp_path / "khac", fixed_clock(NOW), code="CAT-XX") as other:
        package = handing.submit(other, tmp_path / "usb-khac").path
    verified(qtbot, page, package)
    assert page.verify.answer_title.text() == "Nguyên vẹn"
    assert "chìa khóa lạ" in page.verify.signature.text()


def test_package_without_a_signature_says_so(
    qtbot: QtBot, page: PackagePage, desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    frozen = desk.reporting.freeze(handing.YEAR, trial=True)
    monkeypatch.setattr(desk.handover, "_secret", lambda _key: None)
    package = desk.handover.pack_report(frozen, tmp_path / "usb").path
    verified(qtbot, page, package)
    assert "Không có chữ ký" in page.verify.signature.text()
    assert "THỬ" in page.verify.answer_text.text()


def test_sealed_package_shows_its_outer_sheet_only(
    qtbot: QtBot, page: PackagePage, desk: Desk, tmp_path: Path
) -> None:
    handing.with_keys(desk, sealed_for=(READER,))
    sealed = handing.submit(desk, tmp_path / "usb").path
    verified(qtbot, page, sealed)
    assert page.verify.answer_title.text() == "Đã niêm phong, nguyên vẹn; chỉ trung ương mở được"
    said = page.verify.answer_text.text()
    assert "CAT-MH/PC09" in said and "Lần nộp 1" in said and "gói thứ 1" in said and "Thường" in said
    assert page.verify.signature.text().startswith("Chữ ký đúng, của Phòng PC09")


def test_sealed_package_that_changed_on_the_way(
    qtbot: QtBot, page: PackagePage, desk: Desk, tmp_path: Path
) -> None:
    handing.with_keys(desk, sealed_for=(READER,))
    sealed = handing.submit(desk, tmp_path / "usb").path
    data = bytearray(sealed.read_bytes())
    data[len(data) // 2] ^= 1
    sealed.write_bytes(bytes(data))
    page.verify.thoroughness.setCurrentIndex(0)
    verified(qtbot, page, sealed)
    assert "chưa đọc tệp bên trong" in page.verify.answer_title.text()  # it says what it did not look at
    page.verify.thoroughness.setCurrentIndex(2)
    verified(qtbot, page, sealed)
    assert page.verify.answer_title.text().startswith("KHÔNG nguyên vẹn: 1")
    sealed.write_bytes(bytes(data[:-5]))
    page.verify.thoroughness.setCurrentIndex(0)
    verified(qtbot, page, sealed)
    assert page.verify.answer_title.text().startswith("KHÔNG nguyên vẹn: 1")
    assert page.verify.model.row(0)[0].text == sealed.name


def test_sealed_package_whose_sheet_was_changed(
    qtbot: QtBot, page: PackagePage, desk: Desk, tmp_path: Path
) -> None:
    handing.with_keys(desk, sealed_for=(READER,))
    sealed = handing.submit(desk, tmp_path / "usb").path
    sheet = sealed.with_name(f"{sealed.name}.json")
    text = sheet.read_bytes()
    sheet.write_bytes(text.replace(rb"\"submission\":1", rb"\"submission\":9"))
    assert sheet.read_bytes() != text
    verified(qtbot, page, sealed)
    assert page.verify.answer_title.text().startswith("KHÔNG nguyên vẹn: 1")
    assert "Chữ ký sai" in page.verify.signature.text() and "CAT-MH" not in page.verify.answer_text.text()


def test_every_fault_has_its_line_and_what_to_do(
    qtbot: QtBot, page: PackagePage, package: Path, tmp_path: Path
) -> None:
    bag = unpacked(package, tmp_path / "mo")
    (bag / "data" / "snapshot.json").unlink()
    with (bag / "data" / "bao-cao.pdf").open("ab") as pdf:
        pdf.write(b"them")
    (bag / "data" / "thua.txt").write_text("x", encoding="utf-8")
    verified(qtbot, page, bag)
    files = {page.verify.model.row(at)[0].text for at in range(page.verify.model.rowCount())}
    assert {"data/snapshot.json", "data/bao-cao.pdf", "data/thua.txt"} <= files
    assert page.verify.answer_title.text().startswith("KHÔNG nguyên vẹn")
    assert all(page.verify.model.row(at)[4].strip() for at in range(page.verify.model.rowCount()))
    page.verify.table.selectRow(1)
    assert (
        page.verify.model.row(1)[1] in page.verify.detail.text() and "Thường do" in page.verify.detail.text()
    )
    verified(qtbot, page, package)  # another, whole one: the old lines are gone
    assert not page.verify.table.isVisible() and "Nguyên vẹn" in page.verify.answer_title.text()


def test_list_of_faults_is_copied_and_written(
    qtbot: QtBot,
    page: PackagePage,
    package: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    said: list[Any],
) -> None:
    bag = unpacked(package, tmp_path / "mo")
    (bag / "data" / "thua.txt").write_text("x", encoding="utf-8")
    verified(qtbot, page, bag)
    page.verify.copy_button.click()
    copied = QGuiApplication.clipboard().text()
    assert "data/thua.txt" in copied and "Cần làm:" in copied and str(bag) in copied
    target = tmp_path / "loi"
    monkeypatch.setattr(choose, "save_file", lambda *_: target)
    page.verify.save_button.click()
    qtbot.waitUntil(lambda: bool(said) and "loi.txt" in said[-1].text, timeout=WAIT)
    text = (tmp_path / "loi.txt").read_bytes().decode("utf-8-sig")
    assert text.replace("\r\n", "\n") == copied


def test_parts_of_one_package_are_found_by_themselves(
    qtbot: QtBot, page: PackagePage, desk: Desk, tmp_path: Path
) -> None:
    for number in range(3):
        paper = tmp_path / f"van-ban-{number}.pdf"
        paper.write_bytes(b"%PDF-1.4\n" + bytes([65 + number]) * 300_000 + b"\n%%EOF\n")
        added = desk.attachments.add([paper])
        handing.save(desk, 10 + number, attachments=list(added.items))
    handed = handing.submit(desk, tmp_path / "usb", most=700_000)
    assert handed.parts > 1
    verified(qtbot, page, handed.paths[1])
    assert (
        page.verify.answer_title.text() == "Nguyên vẹn"
        and f"{handed.parts} phần" in page.verify.answer_text.text()
    )
    handed.paths[0].unlink()
    verified(qtbot, page, handed.paths[1])
    assert page.verify.answer_title.text().startswith("KHÔNG nguyên vẹn")


def test_package_changed_inside_is_not_believed(
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

"""The import page: nothing written before the button, every row with its verdict, corrections, one undo."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook
from PySide6.QtCore import QMimeData, QPoint, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from stdesk.progress import Progress
from stdesk.services.desk import Desk
from stdesk.services.intake import Verdict
from stdesk.services.sample import sample_workbook
from stdesk.ui.choose import choose
from stdesk.ui.importing.page import ImportPage
from stdesk.ui.importing.understood import column_letter
from stdesk.ui.session import Session, Tone

WAIT = 20_000


@pytest.fixture
def page(qtbot: QtBot, session: Session) -> ImportPage:
    made = ImportPage(session)
    qtbot.addWidget(made)
    made.resize(1160, 720)
    made.show()
    return made


def workbook(folder: Path, rows: list[list[Any]], name: str = "so.xlsx", sheet: str = "Ấn phẩm") -> Path:
    book = Workbook()
    book.active.title = sheet
    for row in rows:
        book.active.append(row)
    path = folder / name
    book.save(path)
    return path


PUBLICATIONS = [
    ["DANH MỤC ẤN PHẨM NĂM 2026"],
    ["STT", "Tên tài liệu", "Tác giả", "Năm", "Ghi sổ"],
    [1, "Phòng ngừa tội phạm & ma túy", "Đại tá, TS Nguyễn Văn A; Trần Thị B", 2026, "sổ 1"],
    [2, "Kỹ thuật hình sự số", "Lê Thị C", "không rõ", "sổ 2"],
    [3, "Phòng ngừa tội phạm & ma túy", "Trần Thị B; Nguyễn Văn A", 2026, "sổ 3"],
]


def preview(qtbot: QtBot, page: ImportPage, path: Path) -> None:
    page.open_file(path)
    qtbot.waitUntil(lambda: page.plan is not None and page._task is None, timeout=WAIT)


def idle(qtbot: QtBot, page: ImportPage) -> None:
    qtbot.waitUntil(lambda: page._task is None, timeout=WAIT)


def total(desk: Desk) -> int:
    return sum(desk.catalogue.count(kind.name) for kind in desk.kinds)


def test_sample_is_shown_with_every_row_accounted_for_and_nothing_written(
    qtbot: QtBot, page: ImportPage, desk: Desk
) -> None:
    preview(qtbot, page, sample_workbook())
    assert [page.tabs.tabText(at) for at in range(page.tabs.count())] == [
        "Ấn phẩm (86)",
        "Đề tài (46)",
        "Tập huấn (17)",
        "De tai cu (TCVN3) (24)",
    ]
    assert page.sheet.model.rowCount() == 86
    assert page.sheet.chips.chips["merged"].text().endswith("2")
    seen = [key for key, chip in page.sheet.chips.chips.items() if chip.isVisible()]
    assert seen == ["", "taken", "merged"]
    assert page.take_button.text() == "Nhập 171 dòng vào kho"
    assert total(desk) == 0
    page.tabs.setCurrentIndex(3)
    assert page.sheet.model.rowCount() == 24
    shown = [page.sheet.model.row(at)[2] for at in range(24)]
    assert any("bảo đảm trật tự, an toàn giao thông" in title for title in shown)  # was TCVN3


def test_chips_show_only_their_rows_and_people_are_split(
    qtbot: QtBot, page: ImportPage, tmp_path: Path
) -> None:
    preview(qtbot, page, workbook(tmp_path, PUBLICATIONS))
    assert page.sheet.model.row(0)[3] == "Nguyễn Văn A; Trần Thị B"
    qtbot.mouseClick(page.sheet.chips.chips["merged"], Qt.MouseButton.LeftButton)
    assert [page.sheet.model.row(at)[1] for at in range(page.sheet.model.rowCount())] == ["5"]
    assert "3" in page.sheet.model.row(0)[4]  # why: the same as row 3
    page.sheet.chips.chips[""].click()
    assert page.sheet.model.rowCount() == 3


def test_detail_says_field_by_field_what_was_understood(
    qtbot: QtBot, page: ImportPage, tmp_path: Path
) -> None:
    from PySide6.QtWidgets import QLabel

    preview(qtbot, page, workbook(tmp_path, PUBLICATIONS))
    page.sheet.table.selectRow(0)
    said = " | ".join(one.text() for one in page.sheet.detail.findChildren(QLabel))
    assert "Phòng ngừa tội phạm & ma túy" in said
    assert "Đại tá, TS Nguyễn Văn A" in said or "Đại tá TS Nguyễn Văn A" in said
    assert "Tác giả" in said


def test_take_then_undo_brings_the_library_back(
    qtbot: QtBot, page: ImportPage, desk: Desk, session: Session, said: list[Any], tmp_path: Path
) -> None:
    preview(qtbot, page, workbook(tmp_path, PUBLICATIONS))
    page.take_button.click()
    qtbot.waitUntil(lambda: page.stack.currentWidget() is page.done, timeout=WAIT)
    idle(qtbot, page)
    assert desk.catalogue.count("publication") == 2
    assert said[-1].tone is Tone.DONE and said[-1].action is not None
    assert "so.xlsx" in said[-1].text
    said[-1].action()
    qtbot.waitUntil(lambda: page.stack.currentWidget() is page.chooser, timeout=WAIT)
    assert total(desk) == 0


def test_rows_that_the_library_has_already_still_say_their_title(
    qtbot: QtBot, page: ImportPage, tmp_path: Path
) -> None:
    book = workbook(tmp_path, PUBLICATIONS)
    preview(qtbot, page, book)
    page.take_button.click()
    qtbot.waitUntil(lambda: page.stack.currentWidget() is page.done, timeout=WAIT)
    idle(qtbot, page)
    preview(qtbot, page, book)
    assert {page.sheet.model.row(at)[2] for at in range(3)} <= {row[1] for row in PUBLICATIONS[2:]}
    assert all(page.sheet.model.row(at)[2] for at in range(3))


def test_corrected_column_changes_the_plan_and_frees_it_elsewhere(
    qtbot: QtBot, page: ImportPage, tmp_path: Path
) -> None:
    preview(qtbot, page, workbook(tmp_path, PUBLICATIONS))
    page.sheet.columns_button.click()
    targets = {one.header: one.target for one in page.plan.sheets[0].columns}
    assert targets["Ghi sổ"] == ""
    combo = page.sheet.columns.combos[4]
    combo.setCurrentText("Nhà xuất bản")
    combo.activated.emit(combo.currentIndex())
    idle(qtbot, page)
    assert page.plan.sheets[0].columns[4].target == "publisher"
    assert page.plan.sheets[0].rows[0].values["publisher"] == "sổ 1"
    assert page.sheet.columns.combos[4].hasFocus()
    # The same target given to another column is taken from the one corrected before.
    other = page.sheet.columns.combos[3]
    other.setCurrentText("Nhà xuất bản")
    other.activated.emit(other.currentIndex())
    idle(qtbot, page)
    targets = {one.header: one.target for one in page.plan.sheets[0].columns}
    assert (targets["Năm"], targets["Ghi sổ"]) == ("publisher", "")


def test_sheet_nobody_can_map_is_named_by_the_person(qtbot: QtBot, page: ImportPage, tmp_path: Path) -> None:
    rows = [
        ["Mục A", "Mục B", "Mục C"],
        ["Chuyên đề dữ liệu dân cư", "Lê Văn D", "12"],
        ["Khác", "Ngô E", "13"],
    ]
    preview(qtbot, page, workbook(tmp_path, rows, sheet="Trang tính"))
    assert page.plan.sheets[0].kind == ""
    assert not page.take_button.isEnabled()
    at = page.sheet.kind.findData("research_task")
    page.sheet.kind.setCurrentIndex(at)
    page.sheet.kind.activated.emit(at)
    idle(qtbot, page)
    assert page.plan.sheets[0].kind == "research_task"


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("anh.xlsx", b"\x89PNG\r\n\x1a\n" + b"\0" * 64),
        ("hong.xlsx", b"PK\x03\x04" + b"\x11" * 200),
        ("trong.xlsx", b""),
        ("gia.xls", b"<html><script>alert(1)</script></html>"),
    ],
)
def test_bad_file_is_one_sentence_on_the_page(
    qtbot: QtBot, page: ImportPage, tmp_path: Path, name: str, content: bytes
) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    page.open_file(path)
    qtbot.waitUntil(lambda: page.chooser.problem.isVisible(), timeout=WAIT)
    said = page.chooser.problem_text.text()
    assert name in said and "Traceback" not in said
    assert page.plan is None and not page.take_button.isVisible()
    idle(qtbot, page)
    assert page.chooser.button.isEnabled()


def test_missing_file_says_where_it_looked(qtbot: QtBot, page: ImportPage, tmp_path: Path) -> None:
    page.chooser.path.setText(f'"{tmp_path / "không có.xlsx"}"')
    qtbot.keyClick(page.chooser.path, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: page.chooser.problem.isVisible(), timeout=WAIT)
    assert "không có.xlsx" in page.chooser.problem_text.text()


def test_workbook_without_a_table_is_no_preview(qtbot: QtBot, page: ImportPage, tmp_path: Path) -> None:
    page.open_file(workbook(tmp_path, [], name="trang-trang.xlsx"))
    qtbot.waitUntil(lambda: page.chooser.problem.isVisible(), timeout=WAIT)
    assert "trang-trang.xlsx" in page.chooser.problem_text.text()
    idle(qtbot, page)


def test_button_asks_for_a_file(
    qtbot: QtBot, page: ImportPage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = workbook(tmp_path, PUBLICATIONS)
    monkeypatch.setattr(choose, "open_file", lambda *_: path)
    page.chooser.button.click()
    qtbot.waitUntil(lambda: page.plan is not None, timeout=WAIT)
    monkeypatch.setattr(choose, "open_file", lambda *_: None)
    idle(qtbot, page)
    page.start_over()
    page.chooser.button.click()  # changed their mind
    assert page.plan is None


def test_one_local_file_can_be_dropped_and_nothing_else(
    qtbot: QtBot, page: ImportPage, tmp_path: Path
) -> None:
    def drag(*urls: str) -> tuple[QDragEnterEvent, QMimeData]:
        data = QMimeData()
        data.setUrls([QUrl(one) for one in urls])
        event = QDragEnterEvent(
            QPoint(5, 5),
            Qt.DropAction.CopyAction,
            data,
            Qt.MouseButton.LeftButton,
            Qt.KeyboardModifier.NoModifier,
        )
        event.ignore()
        page.dragEnterEvent(event)
        return event, data

    path = QUrl.fromLocalFile(str(workbook(tmp_path, PUBLICATIONS))).toString()
    assert not drag("https://example.org/so.xlsx")[0].isAccepted()
    assert not drag(path, path)[0].isAccepted()
    event, data = drag(path)
    assert event.isAccepted()
    drop = QDropEvent(
        QPoint(5, 5),
        Qt.DropAction.CopyAction,
        data,
        Qt.MouseButton.LeftButton,
        Qt.KeyboardModifier.NoModifier,
    )
    page.dropEvent(drop)
    qtbot.waitUntil(lambda: page.plan is not None and page._task is None, timeout=WAIT)


def test_escape_goes_one_step_back_at_a_time(qtbot: QtBot, page: ImportPage, tmp_path: Path) -> None:
    preview(qtbot, page, workbook(tmp_path, PUBLICATIONS))
    page.sheet.columns_button.click()
    assert page.step_back() and not page.sheet.columns_button.isChecked() and page.plan is not None
    assert page.step_back() and page.plan is None
    assert not page.step_back()


def test_library_changed_meanwhile_is_seen_in_the_preview(
    qtbot: QtBot, page: ImportPage, desk: Desk, session: Session, tmp_path: Path
) -> None:
    preview(qtbot, page, workbook(tmp_path, PUBLICATIONS))
    assert page.plan.count(Verdict.TAKEN) + page.plan.count(Verdict.LOOK) == 2
    values = {"title": "Kỹ thuật hình sự số", "contributors": ({"name": "Lê Thị C"},), "issued": "2026"}
    saved = desk.catalogue.save("publication", values)
    session.changed.emit(saved.changes)
    idle(qtbot, page)
    row = page.plan.sheets[0].rows[1]
    assert row.same_as_record == saved.record.id


def test_stopping_a_take_leaves_nothing_behind(
    qtbot: QtBot, page: ImportPage, desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    preview(qtbot, page, workbook(tmp_path, PUBLICATIONS))
    step = Progress.step

    def stop_at_the_third(progress: Progress, count: int = 1) -> None:
        if progress.done == 2:
            progress.cancel()
        step(progress, count)

    with monkeypatch.context() as patched:
        patched.setattr(Progress, "step", stop_at_the_third)
        page.take()
        idle(qtbot, page)
    assert total(desk) == 0
    assert page.plan is not None and page.take_button.isEnabled()


def test_ten_thousand_rows_are_shown_and_filtered_fluently(
    qtbot: QtBot, page: ImportPage, tmp_path: Path
) -> None:
    from time import perf_counter

    rows = PUBLICATIONS[:2] + [
        [n, f"Công trình nghiên cứu số {n}", f"Nguyễn Văn {chr(65 + n % 26)}", 2026, ""]
        for n in range(1, 10_001)
    ]
    preview(qtbot, page, workbook(tmp_path, rows))
    assert page.sheet.model.rowCount() == 10_000
    begun = perf_counter()
    page.sheet.chips.chips["taken"].click()
    page.sheet.chips.chips[""].click()
    assert perf_counter() - begun < 2.0  # two refills; a table that asks every row takes far longer


@pytest.mark.parametrize(("index", "letter"), [(0, "A"), (25, "Z"), (26, "AA"), (701, "ZZ"), (702, "AAA")])
def test_columns_are_lettered_as_in_excel(index: int, letter: str) -> None:
    assert column_letter(index) == letter


def test_a_sheet_can_be_left_out_and_counts_follow(
    qtbot: QtBot, page: ImportPage, desk: Desk, tmp_path: Path
) -> None:
    book = Workbook()
    for name, sheet in (("Một", book.active), ("Hai", book.create_sheet())):
        sheet.title = name
        sheet.append(["STT", "Tên tài liệu", "Tác giả", "Năm"])
        sheet.append([1, "Bài có ở cả hai trang", "Trần Văn A", 2026])
        sheet.append([2, f"Bài chỉ ở trang {name}", "Trần Văn A", 2026])
    book.save(tmp_path / "hai trang.xlsx")
    preview(qtbot, page, tmp_path / "hai trang.xlsx")
    assert page.plan is not None
    assert (page.plan.count(Verdict.TAKEN), page.plan.count(Verdict.MERGED)) == (3, 1)

    page.sheet.taken.click()  # the first sheet: what it shares is no double any more
    idle(qtbot, page)
    assert (page.plan.count(Verdict.TAKEN), page.plan.count(Verdict.MERGED)) == (2, 0)
    assert page.take_button.text() == "Nhập 2 dòng vào kho"
    assert "bỏ qua 1 trang tính" in page.summary.text()
    assert not page.sheet.kind.isEnabled()
    page.tabs.setCurrentIndex(1)
    assert page.sheet.taken.isChecked()
    page.tabs.setCurrentIndex(0)
    page.sheet.taken.click()
    idle(qtbot, page)
    assert page.plan.count(Verdict.TAKEN) == 3

    page.sheet.taken.click()
    idle(qtbot, page)
    page.take()
    idle(qtbot, page)
    titles = {desk.catalogue.record(f"publication/{n}").get("title") for n in (1, 2)}
    assert titles == {"Bài có ở cả hai trang", "Bài chỉ ở trang Hai"}
    assert total(desk) == 2


def test_the_row_is_shown_as_it_stands_in_the_file(qtbot: QtBot, page: ImportPage, tmp_path: Path) -> None:
    preview(qtbot, page, workbook(tmp_path, PUBLICATIONS))
    assert page.plan is not None
    cells = page.plan.cells(page.plan.sheets[0], 4)
    assert cells == (
        ("A", "STT", 2),
        ("B", "Tên tài liệu", "Kỹ thuật hình sự số"),
        ("C", "Tác giả", "Lê Thị C"),
        ("D", "Năm", "không rõ"),
        ("E", "Ghi sổ", "sổ 2"),
    )
    page.sheet.table.selectRow(1)
    texts = [one.text() for one in page.sheet.detail.findChildren(QLabel)]
    assert "không rõ" in texts  # what could not be understood is there to be read
    assert "Nguyên văn trong tệp" in texts
    assert page.plan.cells(page.plan.sheets[0], 999) == ()

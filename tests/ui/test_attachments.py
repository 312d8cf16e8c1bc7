"""Files beside a record, the page of attachments: what an officer does, and what hostile files do."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QColor, QDragEnterEvent, QDropEvent, QGuiApplication, QImage
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from stdesk.domain.kinds import Kind
from stdesk.domain.records import State
from stdesk.errors import UserError
from stdesk.services.attachments import read_picture
from stdesk.services.desk import Desk
from stdesk.ui.attachments.page import FilesPage
from stdesk.ui.attachments.panel import FilesPanel
from stdesk.ui.choose import choose
from stdesk.ui.forms.editor import Setting
from stdesk.ui.forms.files_editor import FilesEditor
from stdesk.ui.forms.form import Form
from stdesk.ui.session import Session, Tone
from tests.helpers.first_pages import PAGES, write

WAIT = 20_000
BY_NAME = {page.name: page for page in PAGES}


@pytest.fixture
def kind(desk: Desk) -> Kind:
    return desk.kinds["publication"]


@pytest.fixture
def form(qtbot: QtBot, session: Session, kind: Kind) -> Form:
    made = Form(kind, session)
    qtbot.addWidget(made)
    made.load(None)
    return made


@pytest.fixture
def panel(qtbot: QtBot, session: Session, kind: Kind, form: Form) -> FilesPanel:
    made = FilesPanel(kind, session, form)
    qtbot.addWidget(made)
    made.resize(560, 700)
    made.show()
    made.show_record(None)
    return made


def put(path: Path, content: bytes = b"noi dung tep") -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return path


def picture(path: Path, width: int = 40, height: int = 20) -> Path:
    made = QImage(width, height, QImage.Format.Format_RGB32)
    made.fill(QColor("teal"))
    assert made.save(str(path))
    return path


def names(form: Form) -> list[str]:
    return [item["name"] for item in form.boxes["attachments"].editor.value() or ()]


def added(qtbot: QtBot, panel: FilesPanel, *paths: Path) -> None:
    before = len(names(panel.form))
    panel.add_paths(list(paths))
    qtbot.waitUntil(lambda: len(names(panel.form)) > before, timeout=WAIT)


def seen(qtbot: QtBot, panel: FilesPanel, part: Any) -> None:
    qtbot.waitUntil(lambda: panel.viewer.stack.currentWidget() is part, timeout=WAIT)


def drop_of(*paths: Path) -> QMimeData:
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
    return data


def dropped(widget: Any, data: QMimeData) -> None:
    buttons, keys = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    actions = Qt.DropAction.MoveAction | Qt.DropAction.CopyAction
    enter = QDragEnterEvent(QPoint(5, 5), actions, data, buttons, keys)
    widget.dragEnterEvent(enter)
    assert enter.isAccepted()
    drop = QDropEvent(QPointF(5, 5), actions, data, buttons, keys)
    drop.setDropAction(Qt.DropAction.MoveAction)
    widget.dropEvent(drop)
    assert drop.dropAction() == Qt.DropAction.CopyAction  # the original is never moved


def test_a_new_record_teaches_how_to_begin(panel: FilesPanel) -> None:
    assert panel.stack.currentWidget() is panel.empty
    assert panel.focus_place() is panel.add_button


def test_files_are_dropped_ordered_named_and_removed_through_the_form(
    qtbot: QtBot, panel: FilesPanel, form: Form, tmp_path: Path
) -> None:
    one, two = put(tmp_path / "một.txt", b"1"), put(tmp_path / "hai.txt", b"22")
    dropped(panel, drop_of(one, two))
    qtbot.waitUntil(lambda: len(names(form)) == 2, timeout=WAIT)
    assert one.exists()
    assert form.dirty
    panel.list.setCurrentRow(1)
    qtbot.keyClick(panel, Qt.Key.Key_Up, Qt.KeyboardModifier.AltModifier)
    assert names(form) == ["hai.txt", "một.txt"]
    assert panel.list.currentRow() == 0
    panel.content.setEditText("Biên bản  nghiệm thu")
    panel._content_typed()
    assert form.boxes["attachments"].editor.value()[0]["content"] == "Biên bản nghiệm thu"
    panel.list.setFocus()
    qtbot.keyClick(panel.list, Qt.Key.Key_Delete)
    assert names(form) == ["một.txt"]


def test_pasting_a_file_and_a_picture(
    qtbot: QtBot, panel: FilesPanel, form: Form, tmp_path: Path, said: list[Any]
) -> None:
    clipboard = QGuiApplication.clipboard()
    clipboard.setMimeData(drop_of(put(tmp_path / "dan.txt")))
    qtbot.keyClick(panel, Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: names(form) == ["dan.txt"], timeout=WAIT)

    image = QImage(30, 30, QImage.Format.Format_RGB32)
    image.fill(QColor("red"))
    clipboard.setImage(image)
    panel.paste()
    qtbot.waitUntil(lambda: len(names(form)) == 2, timeout=WAIT)
    item = form.boxes["attachments"].editor.value()[1]
    assert (item["name"], item["media_type"]) == ("Ảnh dán 02-11-2026.png", "image/png")

    clipboard.setText("chỉ là chữ")
    panel.paste()
    assert "không có tệp" in said[-1].text


def test_the_first_page_proposes_and_never_replaces_unasked(
    qtbot: QtBot, panel: FilesPanel, form: Form, tmp_path: Path
) -> None:
    page = BY_NAME["vi-marks"]
    form.propose("issn", "1859-0000")
    added(qtbot, panel, write(page, tmp_path / "bai.pdf"))
    qtbot.waitUntil(lambda: "title" in panel.proposals.chips.keys, timeout=WAIT)
    shown = [one.text() for one in panel.proposals.findChildren(QLabel)]
    assert "ISSN, đang ghi: 1859-0000" in shown
    assert "→ 1859-4794" in shown

    panel.proposals.accept("title")
    assert form.boxes["title"].editor.value() == page.title
    assert "title" not in panel.proposals.chips.keys
    panel.proposals.accept_all()
    people = form.boxes["contributors"].editor.value()
    assert [one["name"] for one in people] == list(page.people)
    assert form.boxes["issn"].editor.value() == "1859-0000"
    assert (panel.proposals.chips.keys, list(panel.proposals.replacing)) == ([], ["issn"])
    panel.proposals.replacing["issn"].click()
    assert form.boxes["issn"].editor.value() == "1859-4794"
    assert not panel.proposals.isVisible()


def test_pdf_picture_and_text_are_shown_inside(qtbot: QtBot, panel: FilesPanel, tmp_path: Path) -> None:
    added(
        qtbot, panel, write(BY_NAME["vi-book"], tmp_path / "a.pdf"), picture(tmp_path / "b.png"),
        put(tmp_path / "c.txt", "dòng một\ndòng hai".encode()),
    )  # fmt: skip
    seen(qtbot, panel, panel.viewer.pages)
    assert panel.viewer.pages.pages == 2
    qtbot.waitUntil(lambda: 0 in panel.viewer.pages._drawn, timeout=WAIT)
    panel.list.setCurrentRow(1)
    seen(qtbot, panel, panel.viewer.picture)
    panel.viewer.turn.click()
    assert panel.viewer.picture.turned == 90
    panel.list.setCurrentRow(2)
    seen(qtbot, panel, panel.viewer.text)
    assert panel.viewer.text.toPlainText() == "dòng một\ndòng hai"


def test_what_could_run_is_shown_as_such_and_not_opened(
    qtbot: QtBot, panel: FilesPanel, tmp_path: Path, said: list[Any]
) -> None:
    opened: list[Path] = []
    panel.show_file = lambda path: bool(opened.append(path)) or True
    added(qtbot, panel, put(tmp_path / "bao cao.pdf.exe", b"MZ" + bytes(100)))
    qtbot.waitUntil(lambda: "macro" in panel.viewer.about.text(), timeout=WAIT)
    assert not panel.viewer.outside.isVisible()
    panel.open_outside()
    qtbot.waitUntil(lambda: bool(said), timeout=WAIT)
    assert said[-1].tone is Tone.FAIL
    assert opened == []


def test_another_program_gets_a_copy(qtbot: QtBot, panel: FilesPanel, tmp_path: Path, desk: Desk) -> None:
    opened: list[Path] = []
    panel.show_file = lambda path: bool(opened.append(path)) or True
    added(qtbot, panel, put(tmp_path / "Quyết định.docx", b"PK\x03\x04 word/document.xml"))
    qtbot.waitUntil(lambda: panel.viewer.outside.isVisible(), timeout=WAIT)
    panel.viewer.outside.click()
    qtbot.waitUntil(lambda: bool(opened), timeout=WAIT)
    assert opened[0].name == "Quyết định.docx"
    assert desk.folder not in opened[0].parents


def test_damaged_and_missing_files_are_one_sentence(
    qtbot: QtBot, panel: FilesPanel, tmp_path: Path, desk: Desk
) -> None:
    added(qtbot, panel, put(tmp_path / "hong.pdf", b"%PDF-1.7\n" + bytes(range(256)) * 20))
    qtbot.waitUntil(lambda: "tệp hỏng" in panel.viewer.about.text(), timeout=WAIT)
    assert "hong.pdf" in panel.viewer.about.text()
    item = panel.current
    assert item is not None
    desk.attachments.path_of(item).unlink()
    panel.viewer.show_item(item)
    qtbot.waitUntil(lambda: "Không thấy tệp" in panel.viewer.about.text(), timeout=WAIT)


def png_of(width: int, height: int) -> bytes:
    """A PNG whose head promises ``width`` × ``height``."""

    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    data = zlib.compress(bytes(1000))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", data) + chunk(b"IEND", b"")


def test_a_picture_bomb_is_not_decoded_and_says_its_size(tmp_path: Path) -> None:
    with pytest.raises(UserError) as refused:
        read_picture(put(tmp_path / "bom.png", png_of(60_000, 60_000)))
    assert refused.value.code == "picture_too_big"
    assert "60.000 × 60.000" in str(refused.value)
    with pytest.raises(UserError) as refused:
        read_picture(put(tmp_path / "hong.png", b"\x89PNG\r\n\x1a\nxx"))
    assert refused.value.code == "picture_unreadable"


def test_a_photo_stands_as_the_camera_held_it(tmp_path: Path) -> None:
    from PIL import Image

    photo = Image.new("RGB", (60, 30), "teal")
    exif = photo.getexif()
    exif[0x0112] = 6  # turned by a quarter
    photo.save(tmp_path / "anh.jpg", exif=exif)
    read = read_picture(tmp_path / "anh.jpg")
    assert (read.width, read.height) == read.whole == (30, 60)


def test_what_was_refused_and_what_is_held_already_is_said(
    qtbot: QtBot, panel: FilesPanel, form: Form, tmp_path: Path, desk: Desk, said: list[Any]
) -> None:
    source = put(tmp_path / "chung.txt")
    item = desk.attachments.add([source]).items[0]
    desk.catalogue.save("publication", {"title": "Bài đã có tệp", "attachments": [item]})
    panel.add_paths([source, put(tmp_path / "rong.txt", b"")])
    qtbot.waitUntil(lambda: bool(said), timeout=WAIT)
    assert names(form) == ["chung.txt"]
    assert "0 byte" in said[-1].text
    assert "Bài đã có tệp" in said[-1].text
    assert said[-1].tone is Tone.WARN


def test_the_form_itself_takes_drops_and_pastes(
    qtbot: QtBot, session: Session, kind: Kind, tmp_path: Path
) -> None:
    editor = FilesEditor(kind.field("attachments"), Setting(session, kind.name))
    qtbot.addWidget(editor)
    editor.show()
    dropped(editor, drop_of(put(tmp_path / "a.txt", b"a")))
    qtbot.waitUntil(lambda: editor.value() is not None, timeout=WAIT)
    QGuiApplication.clipboard().setMimeData(
        drop_of(put(tmp_path / "b.txt", b"b"), put(tmp_path / "c.txt", b"a"))
    )
    qtbot.keyClick(editor, Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: len(editor.value()) == 2, timeout=WAIT)
    assert [item["name"] for item in editor.value()] == ["a.txt", "b.txt"]  # c.txt is a.txt once more


# -- the page --------------------------------------------------------------------------------


@pytest.fixture
def page(qtbot: QtBot, session: Session, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> FilesPage:
    folder: Callable[..., Path] = lambda *_: tmp_path / "quet"  # noqa: E731
    monkeypatch.setattr(choose, "folder", folder)
    made = FilesPage(session)
    qtbot.addWidget(made)
    made.resize(1160, 700)
    made.show()
    return made


def test_a_folder_is_looked_through_ticked_and_attached_in_one_act(
    qtbot: QtBot, page: FilesPage, desk: Desk, tmp_path: Path, said: list[Any]
) -> None:
    record = desk.catalogue.save("publication", {"title": "Nghiệp vụ khám nghiệm hiện trường"}).record
    put(tmp_path / "quet" / "1 nghiep vu kham nghiem hien truong.txt", b"1")
    put(tmp_path / "quet" / "2 tai lieu la.txt", b"2")
    put(tmp_path / "quet" / "3 rong.txt", b"")
    part = page.scan
    page.open_with("publication")
    part.browse()
    qtbot.waitUntil(lambda: part.model.rowCount() == 3 and part._task is None, timeout=WAIT)
    assert part.model.chosen == {0}
    assert part.model.text(0, 2) == "1. Nghiệp vụ khám nghiệm hiện trường"
    assert part.attach_button.text() == "Đính kèm 1 tệp"

    part.table.selectAll()
    qtbot.keyClick(part.table, Qt.Key.Key_Space)
    assert part.model.chosen == {0, 1}  # an empty file has no tick
    part.attach_button.click()
    qtbot.waitUntil(lambda: bool(said) and part._task is None, timeout=WAIT)
    assert said[-1].text == "Đã đính kèm 2 tệp"
    assert part.model.rowCount() == 1
    assert [one["name"] for one in desk.catalogue.record(record.id).get("attachments")] == [
        "1 nghiep vu kham nghiem hien truong.txt"
    ]
    new = desk.catalogue.record("publication/2")
    assert (new.get("title"), new.state) == ("2 tai lieu la", State.DRAFT)
    desk.catalogue.undo()
    assert desk.catalogue.record(record.id).get("attachments") is None


def test_a_line_can_become_a_draft_although_a_record_was_found(
    qtbot: QtBot, page: FilesPage, desk: Desk, tmp_path: Path
) -> None:
    desk.catalogue.save("publication", {"title": "Nghiệp vụ khám nghiệm hiện trường"})
    put(tmp_path / "quet" / "nghiep vu kham nghiem hien truong.txt", b"1")
    part = page.scan
    part.browse()
    qtbot.waitUntil(lambda: part.model.rowCount() == 1 and part._task is None, timeout=WAIT)
    part.table.selectRow(0)
    part.new_button.click()
    assert part.model.text(0, 2).startswith("Bản nháp mới")
    assert [choice.record_id for choice in part.model.choices()] == [""]


def test_an_unreadable_folder_is_a_sentence(qtbot: QtBot, page: FilesPage, said: list[Any]) -> None:
    page.scan.browse()  # there is no such folder
    qtbot.waitUntil(lambda: bool(said) and page.scan._task is None, timeout=WAIT)
    assert said[-1].tone is Tone.FAIL


def test_missing_files_are_told_and_found_again(
    qtbot: QtBot, page: FilesPage, session: Session, desk: Desk, tmp_path: Path
) -> None:
    source = put(tmp_path / "quet" / "dat ten khac.txt", b"noi dung rieng")
    item = desk.attachments.add([source]).items[0]
    record = desk.catalogue.save("publication", {"title": "Bài mất tệp", "attachments": [item]}).record
    desk.attachments.path_of(item).unlink()
    wanted: list[tuple[str, str, str]] = []
    session.record_wanted.connect(lambda *what: wanted.append(what))

    page.tabs.setCurrentIndex(1)
    part = page.check
    part.check_button.click()
    qtbot.waitUntil(lambda: part.report is not None and part._task is None, timeout=WAIT)
    assert part.model.rowCount() == 1
    part.table.row_opened.emit(0)
    assert wanted == [("publication", record.id, "attachments")]
    assert part.find_button.isVisible()
    part.find_button.click()
    qtbot.waitUntil(lambda: part.stack.currentIndex() == 0 and part._task is None, timeout=WAIT)
    assert desk.attachments.path_of(item).read_bytes() == b"noi dung rieng"

"""The window: places, keys, messages, closing; the two switches; faults of its own."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QLabel, QLineEdit, QPushButton, QToolButton, QWidget
from pytestqt.qtbot import QtBot

from stdesk import i18n
from stdesk.domain.records import Record
from stdesk.services.desk import Desk
from stdesk.ui.page import Page
from stdesk.ui.records.page import RecordsPage
from stdesk.ui.session import Message, Session, Tone
from stdesk.ui.shell import Entry, MainWindow, entries
from stdesk.ui.widgets.rail import Place
from tests.ui.keyboard import write

pytestmark = pytest.mark.qt_log_ignore("grabbing the keyboard")  # the offscreen platform and popups
CONTROL = Qt.KeyboardModifier.ControlModifier
ALT = Qt.KeyboardModifier.AltModifier


class Plain(Page):
    """A page that remembers what it was opened with."""

    name = "plain"
    stays = False

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self.given: list[Any] = []

    def title(self) -> str:
        return "Trang"

    def open_with(self, arguments: Any) -> None:
        self.given.append(arguments)

    def may_leave(self) -> bool:
        return not self.stays


@pytest.fixture
def window(qtbot: QtBot, session: Session) -> Iterator[MainWindow]:
    """A window with a plain page before the lists, another after them."""
    lists = [entry for entry in entries(session.desk.kinds) if entry.place.name.startswith("records:")]
    found = [
        Entry(Place("first", "Trang đầu", "house"), Plain),
        *lists,
        Entry(Place("last", "Trang cuối", "gear", 2), Plain),
    ]
    made = MainWindow(session, found)
    qtbot.addWidget(made)
    with qtbot.waitExposed(made):
        made.show()
    made.activateWindow()
    yield made


def _press(qtbot: QtBot, window: MainWindow, key: Qt.Key, modifier: Any = None) -> None:
    qtbot.keyClick(window.focusWidget() or window, key, modifier or Qt.KeyboardModifier.NoModifier)


def test_pages_are_made_when_first_asked_for(window: MainWindow) -> None:
    assert list(window.pages) == ["first"]
    window.go("last", {"period": "2026"})
    page = window.pages["last"]
    assert isinstance(page, Plain) and page.given == [{"period": "2026"}] and window.current() is page


def test_ctrl_digits_go_to_places_and_the_rail_shows_where_one_is(qtbot: QtBot, window: MainWindow) -> None:
    _press(qtbot, window, Qt.Key.Key_2, CONTROL)
    assert isinstance(window.current(), RecordsPage)
    assert [name for name, b in window.rail.buttons.items() if b.isChecked()] == ["records:publication"]


def test_alt_arrows_go_back_and_forward(qtbot: QtBot, window: MainWindow) -> None:
    window.go("records:publication")
    window.go("last")
    _press(qtbot, window, Qt.Key.Key_Left, ALT)
    assert window.current() is window.pages["records:publication"]
    _press(qtbot, window, Qt.Key.Key_Left, ALT)
    assert window.current() is window.pages["first"]
    _press(qtbot, window, Qt.Key.Key_Right, ALT)
    assert window.current() is window.pages["records:publication"]


def test_a_page_has_the_keyboard_where_one_was_when_it_was_left(qtbot: QtBot, window: MainWindow) -> None:
    window.go("records:publication")
    page = window.current()
    assert isinstance(page, RecordsPage)
    qtbot.waitUntil(lambda: window.focusWidget() is page.list.empty.button)  # nothing listed: begin here
    page.new()
    assert page.detail is not None
    page.detail.form.focus_field("issn")
    held = window.focusWidget()
    window.go("last")
    assert window.focusWidget() is not held
    window.go("records:publication")
    assert window.focusWidget() is held


def test_a_page_that_cannot_be_left_stays(window: MainWindow) -> None:
    page = window.page("first")
    assert isinstance(page, Plain)
    page.stays = True
    window.go("last")
    assert window.current() is page


def test_an_unknown_place_changes_nothing(window: MainWindow) -> None:
    window.session.page_wanted.emit("nowhere", None)
    assert window.current() is window.pages["first"]


def test_f3_finds_the_search_line_even_from_a_page_without_one(qtbot: QtBot, window: MainWindow) -> None:
    _press(qtbot, window, Qt.Key.Key_F3)
    page = window.current()
    assert isinstance(page, RecordsPage) and window.focusWidget() is page.head.search


def test_esc_goes_one_step_back_at_a_time(qtbot: QtBot, window: MainWindow) -> None:
    window.go("records:publication")
    page = window.current()
    assert isinstance(page, RecordsPage)
    page.head.search.setText("an ninh")
    window.session.say("Đã xong")
    for _ in range(3):
        assert window.current() is page
        window.step_back()
    assert page.head.search.text() == "" and window.bar.message is None
    assert window.current() is window.pages["first"]


def test_f1_helps_with_the_field_and_twice_lists_the_keys(
    qtbot: QtBot, window: MainWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = iter((10.0, 20.0, 20.5, 30.0))
    monkeypatch.setattr("stdesk.ui.shell.time.monotonic", lambda: next(clock))
    window.go("records:publication")
    page = window.current()
    assert isinstance(page, RecordsPage)
    page.new()
    assert page.detail is not None
    page.detail.form.focus_field("issn")
    window.help()
    box = page.detail.form.boxes["issn"]
    assert not box.help.isHidden() and "ISO 3297" in box.help.text()
    window.help()
    window.help()
    assert window.sheet.isVisible()
    window.step_back()
    assert not window.sheet.isVisible() and page.pane_open


def test_ctrl_z_takes_the_last_act_back(qtbot: QtBot, window: MainWindow, desk: Desk) -> None:
    desk.catalogue.save("publication", {"title": "Bài"})
    with qtbot.waitSignal(window.session.changed):
        _press(qtbot, window, Qt.Key.Key_Z, CONTROL)
    assert desk.catalogue.count("publication") == 0
    with qtbot.waitSignal(window.session.changed):
        _press(qtbot, window, Qt.Key.Key_Y, CONTROL)
    assert desk.catalogue.count("publication") == 1


def test_the_rail_counts_and_follows_changes(qtbot: QtBot, window: MainWindow, desk: Desk) -> None:
    saved = desk.catalogue.save("publication", {"title": "Bài"})
    window.session.done(saved.changes)
    button = window.rail.buttons["records:publication"]
    qtbot.waitUntil(lambda: button.accessibleName().endswith(" 1"))


def test_a_message_is_shown_with_its_way_back_until_put_away(qtbot: QtBot, window: MainWindow) -> None:
    acts: list[str] = []
    window.session.said.emit(Message("Đã bỏ 3 mục", Tone.DONE, "Hoàn tác", lambda: acts.append("undo")))
    assert window.bar.text.text() == "Đã bỏ 3 mục" and window.bar.action.text() == "Hoàn tác"
    qtbot.mouseClick(window.bar.action, Qt.MouseButton.LeftButton)
    assert acts == ["undo"] and window.bar.message is None
    window.session.say("<b>không phải</b> chữ đậm")
    assert window.bar.text.textFormat() == Qt.TextFormat.PlainText
    qtbot.mouseClick(window.bar.close_button, Qt.MouseButton.LeftButton)
    assert window.bar.message is None


def test_a_record_wanted_by_another_page_is_opened_in_its_own(
    qtbot: QtBot, window: MainWindow, desk: Desk
) -> None:
    task = desk.catalogue.save("research_task", {"title": "Đề tài"}).record
    window.session.record_wanted.emit("research_task", task.id, "accepted")
    page = window.current()
    assert isinstance(page, RecordsPage) and page.kind.name == "research_task"
    qtbot.waitUntil(lambda: page.detail is not None and page.detail.record is not None)
    assert page.detail is not None
    box = page.detail.form.box_of(window.focusWidget())
    assert box is not None and box.editor.field.name == "accepted"


def test_closing_saves_what_was_typed_a_new_one_as_a_draft(
    qtbot: QtBot, window: MainWindow, desk: Desk
) -> None:
    window.go("records:publication")
    page = window.current()
    assert isinstance(page, RecordsPage)
    page.new()
    assert page.detail is not None
    write(page.detail.form.boxes["title"].editor.main_control(), "Gõ dở rồi đóng")
    with qtbot.waitSignal(window.closed):
        window.close()
    entry = desk.catalogue.undoable()
    assert entry is not None and desk.catalogue.count("publication") == 1
    assert [hit.title for hit in desk.catalogue.find("go do roi dong")] == ["Gõ dở rồi đóng"]


def test_everything_on_the_window_has_a_name_for_screen_readers(qtbot: QtBot, window: MainWindow) -> None:
    window.go("records:publication")
    page = window.current()
    assert isinstance(page, RecordsPage)
    page.new()
    unnamed = [
        widget
        for widget in window.findChildren(QWidget)
        if isinstance(widget, QPushButton | QToolButton | QLineEdit)
        and widget.isVisibleTo(window)
        and not (widget.accessibleName() or getattr(widget, "text", str)())
        and not widget.objectName().startswith("qt_")
        and widget.focusPolicy() != Qt.FocusPolicy.NoFocus
    ]
    assert not unnamed


@pytest.mark.parametrize("language", ["vi", "en"])
def test_no_text_of_the_window_is_left_in_the_other_language(
    qtbot: QtBot, session: Session, language: str
) -> None:
    i18n.use(language)
    lists = [entry for entry in entries(session.desk.kinds) if entry.place.name.startswith("records:")]
    window = MainWindow(session, lists)
    qtbot.addWidget(window)
    page = window.current()
    assert isinstance(page, RecordsPage)
    page.new()
    texts = {label.text() for label in window.findChildren(QLabel)} | {
        button.text() for button in window.findChildren(QPushButton)
    }
    if language == "en":
        marks = set("ăâđêôơưạảấầẩẫậắằẳẵặẹẻẽếềểễệỉịọỏốồổỗộớờởỡợụủứừửữựỳỵỷỹ")
        known = {"Tiếng Việt", "Công an tỉnh Minh Hải"}
        assert not [text for text in texts - known if marks & set(text.lower()) and "đồng" not in text]
    else:
        assert {"Save", "Add", "Filter", "Save draft"}.isdisjoint(texts) and {"Thêm", "Lưu nháp"} <= texts


def test_the_switches_build_the_window_anew_and_lose_nothing(
    qtbot: QtBot, qapp: QApplication, tmp_path: Path, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    from stdesk import app as program
    from stdesk.ui import shell, theme
    from stdesk.ui.widgets import remembered

    folder = desk.folder
    desk.close()
    real = shell.entries
    monkeypatch.setattr(
        shell, "entries", lambda kinds: [e for e in real(kinds) if e.place.name.startswith("records:")]
    )
    crashes = program.CrashReports(qapp)
    desktop = program.Desktop(qapp, crashes)
    desktop.open(folder)
    try:
        first = desktop.window
        assert isinstance(first, MainWindow)
        page = first.current()
        assert isinstance(page, RecordsPage)
        page.new()
        assert page.detail is not None
        write(page.detail.form.boxes["title"].editor.main_control(), "Đang gõ")
        desktop.speak("en")
        qtbot.waitUntil(lambda: desktop.window is not first)
        assert i18n.language() == "en" and desktop.session is not None
        assert desktop.session.desk.catalogue.count("publication") == 1
        second = desktop.window
        desktop.dress(True)
        qtbot.waitUntil(lambda: desktop.window is not second)
        assert theme.tokens().dark and remembered.opened().get("dark") == "1"
        assert remembered.opened().get("language") == "en"
    finally:
        if desktop.window is not None:
            desktop.window.hide()
            desktop.window.deleteLater()
        desktop.end()
        desktop.deleteLater()
        theme.apply(qapp, dark=False)


def test_a_fault_of_the_program_is_written_down_and_said(
    qtbot: QtBot, qapp: QApplication, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    from stdesk.app import CrashReports

    reports = CrashReports()
    reports.folder = tmp_path / "crash"
    with qtbot.waitSignal(reports.written) as written:
        try:
            raise ZeroDivisionError("lỗi thử")
        except ZeroDivisionError as error:
            reports(type(error), error, error.__traceback__)
    path = written.args[0].path
    text = path.read_text(encoding="utf-8")
    assert "ZeroDivisionError" in text and "lỗi thử" not in text and path.parent == tmp_path / "crash"
    for record in caplog.records:
        record.expected = True


def test_a_library_that_cannot_be_opened_is_said_at_the_welcome(
    qtbot: QtBot, qapp: QApplication, tmp_path: Path
) -> None:
    pytest.importorskip("stdesk.ui.welcome.page")
    from stdesk import app as program

    (tmp_path / "hỏng").mkdir()
    (tmp_path / "hỏng" / "library.db").write_bytes(b"not a database" * 100)
    desktop = program.Desktop(qapp, program.CrashReports(qapp))
    program.begin(desktop, tmp_path / "hỏng")
    try:
        assert desktop.window is not None and desktop.session is None
        texts = " ".join(label.text() for label in desktop.window.findChildren(QLabel))
        assert "hỏng" in texts
    finally:
        if desktop.window is not None:
            desktop.window.hide()
            desktop.window.deleteLater()
        desktop.end()
        desktop.deleteLater()


def test_the_window_starts_without_what_only_documents_need() -> None:
    code = (
        "import sys, stdesk.app, stdesk.ui.shell; "
        "print([m for m in ('openpyxl', 'reportlab', 'docx', 'pypdfium2') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


# -- keys between list, form and the sides of a record; what undo names ---------------------------


def _form_open(qtbot: QtBot, window: MainWindow, desk: Desk) -> RecordsPage:
    record = desk.catalogue.save("publication", {"title": "Bài để mở"}).record
    window.session.record_wanted.emit("publication", record.id, "")
    page = window.current()
    assert isinstance(page, RecordsPage)
    qtbot.waitUntil(lambda: page.detail is not None and page.detail.record is not None)
    return page


@pytest.mark.parametrize("key", [Qt.Key.Key_F2, Qt.Key.Key_F6])
def test_one_key_goes_from_the_form_to_the_list_and_back_to_the_same_field(
    qtbot: QtBot, window: MainWindow, desk: Desk, key: Qt.Key
) -> None:
    page = _form_open(qtbot, window, desk)
    assert page.detail is not None
    page.detail.form.focus_field("issn")
    held = window.focusWidget()
    _press(qtbot, window, key)
    assert window.focusWidget() is page.list.focus_place()
    _press(qtbot, window, key)
    assert window.focusWidget() is held


def test_ctrl_tab_goes_round_the_sides_of_a_record(qtbot: QtBot, window: MainWindow, desk: Desk) -> None:
    page = _form_open(qtbot, window, desk)
    detail = page.detail
    assert detail is not None and detail.side == "form"
    names = list(detail.tabs)
    for name in (*names[1:], "form"):
        detail.step_side(1)
        assert detail.side == name and detail.tabs[name].isChecked()
        assert detail.isAncestorOf(window.focusWidget())
    detail.step_side(-1)
    assert detail.side == names[-1]


def test_what_undo_takes_back_is_named_before(qtbot: QtBot, window: MainWindow, desk: Desk) -> None:
    button = window.undo_button
    qtbot.waitUntil(lambda: button.undo_action.text().startswith("Không có gì"))
    assert not button.undo_action.isEnabled()
    window.session.done(desk.catalogue.save("publication", {"title": "Bài A&B"}).changes)
    qtbot.waitUntil(lambda: button.undo_action.isEnabled())
    assert "Hoàn tác" in button.toolTip() and "Bài A&B" in button.toolTip()
    with qtbot.waitSignal(window.session.changed):
        button.undo_action.trigger()
    qtbot.waitUntil(lambda: button.redo_action.isEnabled())
    assert "Làm lại" in button.redo_action.text() and not button.undo_action.isEnabled()


def test_any_page_with_something_unsaved_is_asked_when_the_window_closes(
    qtbot: QtBot, session: Session, desk: Desk
) -> None:
    from stdesk.domain.records import State
    from stdesk.ui.records.saving import Wanted

    class Sheet(Plain):
        def unsaved(self) -> list[Wanted]:
            return [Wanted("publication", "", {"title": "Từ bảng"}, State.DRAFT, "thuong")]

    window = MainWindow(session, [Entry(Place("sheet", "Bảng", "table"), Sheet)])
    qtbot.addWidget(window)
    window.show()
    with qtbot.waitSignal(window.closed):
        window.close()
    assert desk.catalogue.count("publication") == 1


def test_f1_helps_with_a_field_that_has_no_words_of_its_own(
    qtbot: QtBot, window: MainWindow, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = iter((10.0, 20.0))
    monkeypatch.setattr("stdesk.ui.shell.time.monotonic", lambda: next(clock))
    page = _form_open(qtbot, window, desk)
    assert page.detail is not None
    field = next(one for one in page.kind.shown if not str(one.help))
    page.detail.form.focus_field(field.name)
    box = page.detail.form.boxes[field.name]
    window.help()
    assert not box.help.isHidden() and box.help.text()
    window.help()
    assert box.help.isHidden()


def test_ctrl_enter_saves_and_goes_on_even_from_a_text_of_many_lines(
    qtbot: QtBot, window: MainWindow, desk: Desk
) -> None:
    window.go("records:publication")
    page = window.current()
    assert isinstance(page, RecordsPage)
    page.new()
    assert page.detail is not None
    write(page.detail.form.boxes["title"].editor.main_control(), "Bài có tóm tắt")
    page.detail.form.focus_field("abstract")
    with qtbot.waitSignal(window.session.changed):
        _press(qtbot, window, Qt.Key.Key_Return, CONTROL)
    assert desk.catalogue.count("publication") == 1
    assert page.detail.record is None and not page.detail.dirty


def test_back_leads_from_a_linked_record_to_the_one_it_was_opened_from(
    qtbot: QtBot, session: Session
) -> None:
    save = session.desk.catalogue.save
    first, second = (save("publication", {"title": title}).record for title in ("Một", "Hai"))
    window = MainWindow(session, first="records:publication")
    qtbot.addWidget(window)
    window.show()
    page = window.page("records:publication")
    assert isinstance(page, RecordsPage)

    def shown(record: Record) -> None:
        qtbot.waitUntil(lambda: page.place() == (record.id, ""))

    for one in (first, second):
        session.record_wanted.emit("publication", one.id, "")
        shown(one)
    window.go_back()
    shown(first)
    window.go_forward()
    shown(second)
    window.go("home")
    window.go_back()
    shown(second)

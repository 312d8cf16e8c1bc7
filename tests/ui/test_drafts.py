"""What is typed and not saved outlives other records, a crash, and a disk that is gone."""

from __future__ import annotations

import errno
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLineEdit
from pytestqt.qtbot import QtBot

from stdesk.clock import fixed_clock
from stdesk.domain.records import Record, State
from stdesk.errors import Exit, UserError
from stdesk.services.desk import Desk
from stdesk.services.drafts import Draft
from stdesk.store.work import Work
from stdesk.ui.choose import choose
from stdesk.ui.entries import entries
from stdesk.ui.records import keeping
from stdesk.ui.records.detail import Detail
from stdesk.ui.records.page import RecordsPage
from stdesk.ui.session import Session
from stdesk.ui.shell import MainWindow
from stdesk.ui.tasks import TaskRunner
from tests.ui.conftest import NOW
from tests.ui.keyboard import write

pytestmark = pytest.mark.qt_log_ignore("grabbing the keyboard")


@pytest.fixture(autouse=True)
def _short_pause(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keeping, "PAUSE_MS", 10)


@pytest.fixture
def record(desk: Desk) -> Record:
    """A publication to be changed."""
    return desk.catalogue.save("publication", {"title": "Bài đầu", "department": "PC01"}).record


def _shown(qtbot: QtBot, session: Session) -> RecordsPage:
    page = RecordsPage(session, session.desk.kinds["publication"])
    qtbot.addWidget(page)
    with qtbot.waitSignal(page.list.listed):
        page.show()
    return page


def _open(qtbot: QtBot, page: RecordsPage, record_id: str) -> Detail:
    page.open_with((record_id, ""))
    qtbot.waitUntil(lambda: page.detail is not None and page.detail.record is not None)
    qtbot.waitUntil(lambda: page.detail.record.id == record_id)  # type: ignore[union-attr]
    assert page.detail is not None
    return page.detail


def _type(detail: Detail, field: str, text: str) -> None:
    control = detail.form.boxes[field].editor.main_control()
    control.selectAll()  # type: ignore[attr-defined]
    write(control, text)


@pytest.fixture
def after_crash(desk: Desk, session: Session) -> Iterator[Any]:
    """Drop the session without closing its window, open the library anew."""
    opened: list[tuple[Desk, TaskRunner]] = []

    def again() -> Session:
        session.runner.shutdown()
        desk.close()  # what the system does with a process that died: its lock is free
        anew, runner = Desk.open(desk.folder, clock=fixed_clock(NOW)), TaskRunner()
        opened.append((anew, runner))
        return Session(anew, runner)

    yield again
    for anew, runner in opened:
        runner.shutdown()
        anew.close()


def test_what_was_typed_into_a_record_is_found_again_after_a_crash(
    qtbot: QtBot, session: Session, record: Record, after_crash: Any
) -> None:
    page = _shown(qtbot, session)
    detail = _open(qtbot, page, record.id)
    _type(detail, "title", "Bài đầu, sửa dở")
    _type(detail, "issued", "31/02/2025")
    qtbot.waitUntil(lambda: bool(session.desk.drafts.all()) and len(session.desk.drafts.all()[0].texts) == 1)

    second = after_crash()
    said: list[Any] = []
    second.said.connect(said.append)
    page = _shown(qtbot, second)
    qtbot.waitUntil(lambda: bool(said))
    assert "Bài đầu, sửa dở" in said[0].text and said[0].action_label == "Mở lại"
    said[0].action()
    qtbot.waitUntil(lambda: page.detail is not None and page.detail.record is not None)
    detail = page.detail
    assert detail is not None and detail.record is not None and detail.record.id == record.id
    assert detail.form.changes() == {"title": "Bài đầu, sửa dở"}
    assert detail.form.boxes["issued"].editor.typed() == "31/02/2025"
    assert detail.found_note.isVisible() and "gõ dở lúc" in detail.found_note.text.text()
    assert [button.text() for button in detail.found_note.buttons] == ["Bỏ", "Lưu"]
    page.save(State.DRAFT)
    qtbot.waitUntil(lambda: not second.desk.drafts.all())
    assert second.desk.catalogue.record(record.id).get("title") == "Bài đầu, sửa dở"
    assert detail.found_note.isHidden()


def test_a_new_one_is_offered_again_and_what_is_dropped_can_be_put_back(
    qtbot: QtBot, session: Session, after_crash: Any
) -> None:
    page = _shown(qtbot, session)
    page.new()
    assert page.detail is not None
    _type(page.detail, "title", "Bài mới chưa lưu")
    qtbot.waitUntil(lambda: bool(session.desk.drafts.all()))

    second = after_crash()
    said: list[Any] = []
    second.said.connect(said.append)
    page = _shown(qtbot, second)
    qtbot.waitUntil(lambda: bool(said))
    said[0].action()
    detail = page.detail
    assert detail is not None and detail.form.boxes["title"].editor.value() == "Bài mới chưa lưu"
    qtbot.mouseClick(detail.found_note.buttons[0], Qt.MouseButton.LeftButton)
    assert not detail.dirty and detail.found_note.isHidden()
    qtbot.waitUntil(lambda: not second.desk.drafts.all())
    said[-1].action()
    assert detail.form.boxes["title"].editor.value() == "Bài mới chưa lưu"
    qtbot.waitUntil(lambda: len(second.desk.drafts.all()) == 1)


def test_a_found_draft_nobody_looked_at_stays_a_draft_when_the_window_closes(
    qtbot: QtBot, session: Session, record: Record
) -> None:
    session.desk.drafts.put(Draft("publication", record.id, 1, {"title": "Dở"}, {}, "thuong"))
    page = _shown(qtbot, session)
    qtbot.waitUntil(lambda: bool(page.keeper.kept))
    assert page.unsaved() == [] and len(session.desk.drafts.all()) == 1


def test_a_draft_over_a_record_that_changed_since_says_so(
    qtbot: QtBot, session: Session, record: Record
) -> None:
    session.desk.drafts.put(Draft("publication", record.id, record.version, {"title": "Dở"}, {}, "thuong"))
    session.desk.catalogue.save("publication", {"department": "PV01"}, record_id=record.id)
    page = _shown(qtbot, session)
    qtbot.waitUntil(lambda: bool(page.keeper.kept))
    detail = _open(qtbot, page, record.id)
    assert "đã được sửa" in detail.found_note.text.text()
    assert detail.form.changes() == {"title": "Dở"}
    assert detail.form.boxes["department"].editor.value() == "PV01"


def test_saving_drops_the_draft_and_typing_it_back_too(
    qtbot: QtBot, session: Session, record: Record
) -> None:
    page = _shown(qtbot, session)
    detail = _open(qtbot, page, record.id)
    _type(detail, "department", "PX05")
    qtbot.waitUntil(lambda: len(session.desk.drafts.all()) == 1)
    with qtbot.waitSignal(session.changed):
        page.save(State.COMPLETE)
    qtbot.waitUntil(lambda: not session.desk.drafts.all())
    _type(detail, "department", "PX06")
    qtbot.waitUntil(lambda: len(session.desk.drafts.all()) == 1)
    _type(detail, "department", "PX05")
    qtbot.waitUntil(lambda: not session.desk.drafts.all())


def test_the_newest_draft_wins_and_only_one_is_written_at_a_time(
    qtbot: QtBot, session: Session, record: Record, monkeypatch: pytest.MonkeyPatch
) -> None:
    put: list[str] = []
    really = session.desk.drafts.put
    monkeypatch.setattr(session.desk.drafts, "put", lambda d: (put.append(d.values["title"]), really(d)))
    page = _shown(qtbot, session)
    detail = _open(qtbot, page, record.id)
    for n in range(5):
        _type(detail, "title", f"Lần {n}")
        page._write_draft()
    qtbot.waitUntil(lambda: bool(put) and put[-1] == "Lần 4" and not page.keeper._busy)
    assert len(put) <= 3
    assert [draft.values for draft in session.desk.drafts.all()] == [{"title": "Lần 4"}]


def _gone(*_args: Any, **_more: Any) -> Any:
    raise UserError("library_io_failed", Exit.ENVIRONMENT, path="E:", reason="unplugged")


def test_with_the_disk_gone_the_form_stays_and_one_press_saves_when_it_is_back(
    qtbot: QtBot, session: Session, record: Record, said: list[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    page = _shown(qtbot, session)
    detail = _open(qtbot, page, record.id)
    with monkeypatch.context() as unplugged:
        unplugged.setattr(session.desk.catalogue, "save", _gone)
        unplugged.setattr(session.desk.drafts, "put", _gone)
        _type(detail, "title", "Gõ khi rút ổ")
        page.save(State.COMPLETE)
        qtbot.waitUntil(lambda: bool(said) and said[-1].action_label == "Thử lại")
        assert detail.form.changes() == {"title": "Gõ khi rút ổ"} and page.pane_open
    with qtbot.waitSignal(session.changed):
        said[-1].action()
    assert session.desk.catalogue.record(record.id).get("title") == "Gõ khi rút ổ"


def test_a_disk_error_of_the_system_is_said_like_one(
    qtbot: QtBot, session: Session, record: Record, said: list[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    page = _shown(qtbot, session)
    detail = _open(qtbot, page, record.id)

    def broken(*_args: Any, **_more: Any) -> Any:
        raise OSError(5, "Input/output error")

    monkeypatch.setattr(session.desk.catalogue, "save", broken)
    _type(detail, "title", "Gõ")
    page.save(State.COMPLETE)
    qtbot.waitUntil(lambda: bool(said) and said[-1].action_label == "Thử lại")
    assert detail.dirty


def test_closing_without_the_disk_loses_nothing_and_offers_a_copy_elsewhere(
    qtbot: QtBot,
    session: Session,
    record: Record,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    lists = [one for one in entries(session.desk.kinds) if one.place.name == "records:publication"]
    window = MainWindow(session, lists)
    qtbot.addWidget(window)
    window.show()
    page = window.current()
    assert isinstance(page, RecordsPage)
    detail = _open(qtbot, page, record.id)
    _type(detail, "title", "Gõ rồi rút ổ rồi đóng")
    monkeypatch.setattr(session.desk.catalogue, "save", _gone)
    monkeypatch.setattr(session.desk.drafts, "put", _gone)
    window.close()
    qtbot.waitUntil(lambda: window.leaving.isVisible())
    assert window.isVisible() and detail.form.changes() == {"title": "Gõ rồi rút ổ rồi đóng"}
    target = tmp_path / "cứu.json"
    monkeypatch.setattr(choose, "save_file", lambda *_asked: target)
    copy = window.leaving.buttons[1]
    assert "bản cứu" in copy.text()
    with qtbot.waitSignal(window.closed):
        qtbot.mouseClick(copy, Qt.MouseButton.LeftButton)
    kept = json.loads(target.read_text(encoding="utf-8"))["records"]
    assert [one["values"]["title"] for one in kept] == ["Gõ rồi rút ổ rồi đóng"]
    assert kept[0]["record"] == record.id


# -- changed by others while the form is open ------------------------------------------------------


def _act_of_others(session: Session, record_id: str, values: dict[str, Any]) -> None:
    """Another act changes the record, as an import would, and the window hears of it."""
    session.done(session.desk.catalogue.save("publication", values, record_id=record_id).changes)


def test_a_clean_form_shows_the_new_one_at_once(qtbot: QtBot, session: Session, record: Record) -> None:
    page = _shown(qtbot, session)
    detail = _open(qtbot, page, record.id)
    _act_of_others(session, record.id, {"department": "PV01"})
    qtbot.waitUntil(lambda: detail.form.boxes["department"].editor.value() == "PV01")
    assert not detail.dirty and detail.outside_note.isHidden()


def test_a_dirty_form_is_told_and_keeps_what_was_typed(
    qtbot: QtBot, session: Session, record: Record
) -> None:
    page = _shown(qtbot, session)
    detail = _open(qtbot, page, record.id)
    _type(detail, "title", "Tôi sửa tên")
    _act_of_others(session, record.id, {"department": "PV01"})
    qtbot.waitUntil(lambda: detail.outside_note.isVisible())
    assert "Đơn vị" in detail.outside_note.text.text() and detail.form.changes() == {"title": "Tôi sửa tên"}
    qtbot.mouseClick(detail.outside_note.buttons[0], Qt.MouseButton.LeftButton)
    assert detail.form.changes() == {"title": "Tôi sửa tên"} and detail.outside_note.isHidden()
    assert detail.form.boxes["department"].editor.value() == "PV01"


def test_a_save_over_other_fields_takes_both(qtbot: QtBot, session: Session, record: Record) -> None:
    page = _shown(qtbot, session)
    detail = _open(qtbot, page, record.id)
    _type(detail, "title", "Tôi sửa tên")
    _act_of_others(session, record.id, {"department": "PV01"})
    qtbot.waitUntil(lambda: detail.outside_note.isVisible())
    with qtbot.waitSignal(session.changed):
        page.save(State.COMPLETE)
    stored = session.desk.catalogue.record(record.id)
    assert (stored.get("title"), stored.get("department")) == ("Tôi sửa tên", "PV01")


def test_where_both_changed_a_field_the_person_chooses(
    qtbot: QtBot, session: Session, record: Record
) -> None:
    page = _shown(qtbot, session)
    detail = _open(qtbot, page, record.id)
    _type(detail, "title", "Tên của tôi")
    _act_of_others(session, record.id, {"title": "Tên của người khác"})
    qtbot.waitUntil(lambda: detail.outside_note.isVisible())
    page.save(State.COMPLETE)  # not yet: first look
    assert session.desk.catalogue.record(record.id).get("title") == "Tên của người khác"
    assert "Tên của người khác" in detail.outside_note.text.text()
    assert detail.form.changes() == {"title": "Tên của tôi"}
    qtbot.mouseClick(detail.outside_note.buttons[0], Qt.MouseButton.LeftButton)
    assert detail.form.changes() == {}


def test_an_undo_behind_a_dirty_form_is_told_too(qtbot: QtBot, session: Session, record: Record) -> None:
    session.desk.catalogue.save("publication", {"department": "PV01"}, record_id=record.id)
    page = _shown(qtbot, session)
    detail = _open(qtbot, page, record.id)
    _type(detail, "title", "Đang gõ")
    session.undo()
    qtbot.waitUntil(lambda: detail.outside_note.isVisible())
    assert detail.form.changes() == {"title": "Đang gõ"}


# -- same as the record saved last ----------------------------------------------------------------


def _at(detail: Detail, field: str) -> QLineEdit:
    detail.form.focus_field(field)
    line = detail.form.boxes[field].editor.main_control()
    assert isinstance(line, QLineEdit)
    return line


def test_f8_takes_the_field_from_the_record_saved_last(
    qtbot: QtBot, session: Session, record: Record, said: list[Any]
) -> None:
    page = _shown(qtbot, session)
    page.new()
    detail = page.detail
    assert detail is not None
    _at(detail, "department")
    detail.form.same.fill_field()  # nothing saved yet in this session: the newest of the kind
    qtbot.waitUntil(lambda: detail.form.boxes["department"].editor.value() == "PC01")
    assert detail.dirty and detail.form.changes()["department"] == "PC01"
    said[-1].action()
    assert detail.form.boxes["department"].editor.value() is None


def test_shift_f8_fills_the_empty_fields_of_the_section_but_not_what_names_a_record(
    qtbot: QtBot, session: Session
) -> None:
    page = _shown(qtbot, session)
    page.new()
    detail = page.detail
    assert detail is not None
    _type(detail, "title", "Bài thứ nhất")
    _type(detail, "department", "PX05")
    with qtbot.waitSignal(session.changed):
        page.save(State.COMPLETE, then_next=True)
    assert detail.record is None
    _at(detail, "department")
    detail.form.same.fill_section()
    assert detail.form.boxes["department"].editor.value() == "PX05"
    assert detail.form.boxes["title"].editor.value() is None


# -- the record is gone, the disk is full, the window is to close ----------------------------------


@pytest.fixture
def window(qtbot: QtBot, session: Session) -> MainWindow:
    """The whole window."""
    one = MainWindow(session)
    qtbot.addWidget(one)
    one.show()
    return one


def _list_in(window: MainWindow, kind: str) -> RecordsPage:
    window.go(f"records:{kind}")
    page = window.current()
    assert isinstance(page, RecordsPage)
    return page


def _titles(session: Session) -> list[Any]:
    hits = session.desk.catalogue.find("Bài", "publication") + session.desk.catalogue.find(
        "Bài", "research_task"
    )
    return sorted(hit.title for hit in hits)


def test_typing_over_a_record_whose_making_is_taken_back_becomes_a_new_one(
    qtbot: QtBot, session: Session
) -> None:
    made = session.desk.catalogue.save("publication", {"title": "Bài đầu", "department": "PC01"}).record
    page = _shown(qtbot, session)
    detail = _open(qtbot, page, made.id)
    _type(detail, "title", "Bài gõ dở")
    session.undo()
    qtbot.waitUntil(detail.outside_note.isVisible)
    assert "không còn trong kho" in detail.outside_note.text.text()
    with qtbot.waitSignal(session.changed):
        page.save(State.COMPLETE)
    assert detail.record is not None and detail.record.id != made.id
    stored = session.desk.catalogue.record(detail.record.id)
    assert (stored.get("title"), stored.get("department")) == ("Bài gõ dở", "PC01")
    qtbot.waitUntil(lambda: not session.desk.drafts.all())


def test_an_untouched_form_of_a_record_that_is_gone_closes(qtbot: QtBot, session: Session) -> None:
    made = session.desk.catalogue.save("publication", {"title": "Bài đầu"}).record
    page = _shown(qtbot, session)
    detail = _open(qtbot, page, made.id)
    session.undo()
    qtbot.waitUntil(lambda: not page.pane_open)
    assert detail.record is None and not detail.dirty


def test_a_draft_of_a_record_that_is_gone_is_shown_as_a_new_one_and_the_next_is_offered(
    qtbot: QtBot, session: Session, said: list[Any], record: Record
) -> None:
    session.desk.drafts.put(Draft("publication", record.id, 1, {"title": "Của mục còn"}, {}, "thuong"))
    session.desk.drafts.put(
        Draft("publication", "mồ-côi", 3, {"title": "Mồ côi"}, {"issued": "31/2"}, "thuong")
    )
    page = _shown(qtbot, session)
    qtbot.waitUntil(lambda: bool(said))
    assert "Mồ côi" in said[0].text
    said[0].action()
    qtbot.waitUntil(lambda: page.detail is not None and page.detail.outside_note.isVisible())
    detail = page.detail
    assert detail is not None and detail.form.boxes["issued"].editor.typed() == "31/2"
    assert "Của mục còn" in said[-1].text and said[-1].action_label == "Mở lại"
    page.save(State.DRAFT)
    qtbot.waitUntil(lambda: [one.record_id for one in session.desk.drafts.all()] == [record.id])
    assert session.desk.catalogue.count("publication", State.DRAFT) == 1


def test_a_disk_that_fills_up_while_the_window_closes_leaves_nothing_half_saved(
    qtbot: QtBot, session: Session, window: MainWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    for kind, title in (("publication", "Bài một"), ("research_task", "Bài hai")):
        page = _list_in(window, kind)
        page.new()
        qtbot.waitUntil(lambda page=page: page.detail is not None and page.detail.form.ready)
        assert page.detail is not None
        _type(page.detail, "title", title)
    begun: list[str] = []
    really = Work.create

    def full(self: Work, kind: str, *args: Any, **more: Any) -> Record:
        begun.append(kind)
        if kind == "research_task":
            raise OSError(errno.ENOSPC, "No space left on device")
        return really(self, kind, *args, **more)

    with monkeypatch.context() as small:
        small.setattr(Work, "create", full)
        window.close()
        window.close()  # impatient: asked twice while it is being saved
        qtbot.waitUntil(window.leaving.isVisible)
    assert sorted(begun) == ["publication", "research_task"] and _titles(session) == []
    with qtbot.waitSignal(window.closed):
        qtbot.mouseClick(window.leaving.buttons[0], Qt.MouseButton.LeftButton)
    assert _titles(session) == ["Bài hai", "Bài một"]
    session.desk.catalogue.undo()
    assert _titles(session) == []


def test_what_is_refused_while_closing_says_why_and_leads_back(
    qtbot: QtBot, session: Session, window: MainWindow, record: Record
) -> None:
    page = _list_in(window, "publication")
    detail = _open(qtbot, page, record.id)
    _type(detail, "title", "Tên không được ghi")
    detail.set_level("tuyet_mat", loaded=False)
    window.go("home")
    window.close()
    qtbot.waitUntil(window.leaving.isVisible)
    said = window.leaving.text.text()
    assert "Độ mật cao hơn" in said and "Tên không được ghi" in said and "ổ đĩa" not in said
    qtbot.mouseClick(window.leaving.buttons[0], Qt.MouseButton.LeftButton)
    assert window.current() is page and window.leaving.isHidden()
    assert detail.form.changes() == {"title": "Tên không được ghi"}


def test_an_act_the_disk_refused_is_done_by_pressing_try_again(
    qtbot: QtBot, session: Session, record: Record, said: list[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    page = _shown(qtbot, session)
    page.list.table.selectAll()
    with monkeypatch.context() as unplugged:
        unplugged.setattr(Work, "trash", _gone)
        page.list.trash_wanted.emit(page.list.chosen_keys())
        qtbot.waitUntil(lambda: bool(said))
    assert said[-1].action_label == "Thử lại"
    said[-1].action()
    qtbot.waitUntil(lambda: session.desk.catalogue.count("publication") == 0)

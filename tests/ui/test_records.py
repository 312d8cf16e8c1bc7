"""The page of a kind: find, open, change, save, undo; nothing typed is lost on the way."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from stdesk.domain.records import Record, State
from stdesk.services.catalogue import ListQuery
from stdesk.services.desk import Desk
from stdesk.ui.records.detail import Detail
from stdesk.ui.records.page import RecordsPage
from stdesk.ui.session import Session
from tests.ui.keyboard import write

pytestmark = pytest.mark.qt_log_ignore("grabbing the keyboard")  # the offscreen platform and popups

CONTROL = Qt.KeyboardModifier.ControlModifier
TITLES = ("Đề án 06 và dữ liệu dân cư", "Kỹ thuật hình sự hiện đại", "Ấn phẩm thứ ba", "An ninh mạng")


@pytest.fixture
def records(desk: Desk) -> list[Record]:
    """Four publications, the third a draft."""
    return [
        desk.catalogue.save(
            "publication",
            {"title": title, "department": "PC01" if n % 2 else "PC02", "issued": f"{2023 + n}"},
            state=State.DRAFT if n == 2 else State.COMPLETE,
        ).record
        for n, title in enumerate(TITLES)
    ]


@pytest.fixture
def page(qtbot: QtBot, session: Session, records: list[Record]) -> RecordsPage:
    """The page, shown, its list read."""
    made = RecordsPage(session, session.desk.kinds["publication"])
    qtbot.addWidget(made)
    with qtbot.waitSignal(made.list.listed):
        made.show()
    return made


def _titles(page: RecordsPage) -> list[str]:
    model = page.list.model
    return [str(model.index(row, 1).data()) for row in range(model.rowCount())]


def _open(qtbot: QtBot, page: RecordsPage, record: Record) -> Detail:
    page.open_with((record.id, "title"))
    qtbot.waitUntil(lambda: page.detail is not None and page.detail.record is not None)
    qtbot.waitUntil(lambda: page.detail.record.id == record.id)  # type: ignore[union-attr]
    assert page.detail is not None
    return page.detail


def _type(detail: Detail, field: str, text: str) -> None:
    control = detail.form.boxes[field].editor.main_control()
    control.selectAll()  # type: ignore[attr-defined]
    write(control, text)


def test_the_list_counts_its_records_and_drafts(page: RecordsPage) -> None:
    assert page.list.count.text() == "4 mục · 1 nháp" and _titles(page) == list(TITLES)


@pytest.mark.parametrize(
    ("words", "found"), [("ky thuat", [TITLES[1]]), ("đề án 06", [TITLES[0]]), ("de an", [TITLES[0]])]
)
def test_search_as_one_types_needs_no_accents(
    qtbot: QtBot, page: RecordsPage, words: str, found: list[str]
) -> None:
    with qtbot.waitSignal(page.list.listed):
        write(page.head.search, words)
    assert _titles(page) == found and page.list.count.text() == "tìm thấy 1 mục"


def test_typing_fast_asks_once_and_a_late_answer_is_dropped(qtbot: QtBot, page: RecordsPage) -> None:
    from stdesk.progress import Progress
    from stdesk.ui.records.list_reading import Wanted, read_list

    wanted = Wanted(page.list._asked, page.list.query())
    late = read_list(page.session.desk.catalogue, wanted, Progress())
    answers: list[int] = []
    page.list.listed.connect(answers.append)
    with qtbot.waitSignal(page.list.listed):
        for letter in "mang":
            page.head.search.insert(letter)
    assert answers == [1]
    page.list._show(late)
    assert _titles(page) == [TITLES[3]]


def test_nothing_found_says_so_and_leads_back(qtbot: QtBot, page: RecordsPage) -> None:
    with qtbot.waitSignal(page.list.listed):
        page.head.search.setText("không có đâu")
    assert page.list.stack.currentWidget() is page.list.nothing
    with qtbot.waitSignal(page.list.listed):
        assert page.step_back()
    assert len(_titles(page)) == 4


def test_an_empty_list_offers_to_begin(qtbot: QtBot, session: Session) -> None:
    page = RecordsPage(session, session.desk.kinds["training_session"])
    qtbot.addWidget(page)
    with qtbot.waitSignal(page.list.listed):
        page.show()
    assert page.list.stack.currentWidget() is page.list.empty
    assert page.list.empty.button is not None
    page.list.empty.button.click()
    assert page.pane_open and page.detail is not None and page.detail.record is None


def test_a_header_orders_in_the_vietnamese_way_and_turns_round(qtbot: QtBot, page: RecordsPage) -> None:
    for expected in (
        [TITLES[3], TITLES[2], TITLES[0], TITLES[1]],  # An, Ấn, Đề, Kỹ
        [TITLES[1], TITLES[0], TITLES[2], TITLES[3]],
        list(TITLES),
    ):
        with qtbot.waitSignal(page.list.listed):
            page.list.sort_by("title")
        assert _titles(page) == expected


def test_shift_adds_a_second_order(qtbot: QtBot, page: RecordsPage) -> None:
    page.list.sort_by("department")
    with qtbot.waitSignal(page.list.listed):
        page.list.sort_by("title", second=True)
    assert page.list.sort == (("department", False), ("title", False))
    qtbot.waitUntil(lambda: _titles(page) == [TITLES[3], TITLES[1], TITLES[2], TITLES[0]])


def test_a_filter_chip_narrows_and_its_cross_widens(qtbot: QtBot, page: RecordsPage) -> None:
    page.list.filters.open_facet("department")
    qtbot.waitUntil(lambda: page.list.filters.panel is not None)
    panel = page.list.filters.panel
    assert panel is not None
    texts = [panel.list.item(row).text().split() for row in range(panel.list.count())]
    assert ["PC01", "2"] in texts and ["PC02", "2"] in texts
    row = texts.index(["PC01", "2"])
    with qtbot.waitSignal(page.list.listed):
        panel.list.item(row).setCheckState(Qt.CheckState.Checked)
    assert _titles(page) == [TITLES[1], TITLES[3]]
    panel.close()
    chip = page.list.filters.chips.chip("department")
    assert chip is not None and chip.text() == "Đơn vị: PC01"
    with qtbot.waitSignal(page.list.listed):
        qtbot.keyClick(chip, Qt.Key.Key_Delete)
    assert len(_titles(page)) == 4


def test_years_and_states_are_filters_too(qtbot: QtBot, page: RecordsPage) -> None:
    with qtbot.waitSignal(page.list.listed):
        page.list.filters.set_filter("issued", ("2024",))
    assert _titles(page) == [TITLES[1]]
    page.list.filters.clear()
    with qtbot.waitSignal(page.list.listed):
        page.list.filters.set_filter("state", ("draft",))
    qtbot.waitUntil(lambda: _titles(page) == [TITLES[2]])


def test_the_choice_stays_with_its_records_over_a_refresh(
    qtbot: QtBot, page: RecordsPage, records: list[Record]
) -> None:
    page.list.table.selectRow(1)
    chosen = page.list.chosen_keys()
    with qtbot.waitSignal(page.list.listed):
        page.list.sort_by("title")
    assert page.list.chosen_keys() == chosen
    assert page.list.table.currentIndex().row() == 3


def test_enter_opens_and_esc_returns_to_the_list_then_closes(qtbot: QtBot, page: RecordsPage) -> None:
    page.list.table.selectRow(0)
    qtbot.keyClick(page.list.table, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: page.pane_open)
    detail = page.detail
    assert detail is not None
    qtbot.waitUntil(lambda: detail.isAncestorOf(page.window().focusWidget()))
    assert page.step_back() and page.window().focusWidget() is page.list.table and page.pane_open
    assert page.step_back() and not page.pane_open
    assert not page.step_back()


def test_a_change_is_saved_said_and_undone(
    qtbot: QtBot, page: RecordsPage, records: list[Record], said: list[Any], session: Session
) -> None:
    detail = _open(qtbot, page, records[1])
    _type(detail, "department", "PX05")
    assert not detail.not_saved.isHidden()
    with qtbot.waitSignal(session.changed):
        page.save(State.COMPLETE)
    assert session.desk.catalogue.record(records[1].id).get("department") == "PX05"
    assert detail.not_saved.isHidden() and TITLES[1] in said[-1].text and "Ctrl+Z" in said[-1].action_label
    with qtbot.waitSignal(session.changed):
        said[-1].action()
    qtbot.waitUntil(lambda: detail.form.boxes["department"].editor.value() == "PC01")


def test_a_new_record_goes_from_keyboard_to_library(
    qtbot: QtBot, page: RecordsPage, session: Session
) -> None:
    page.new()
    detail = page.detail
    assert detail is not None
    _type(detail, "title", "Bài mới về đường cong")
    _type(detail, "issued", "tháng 3/2026")
    _type(detail, "contributors", "Trung tá, ThS Lê Văn Tám")
    with qtbot.waitSignal(session.changed):
        page.save(State.COMPLETE)
    (key,) = session.desk.catalogue.ids(ListQuery("publication", words="duong cong"))
    row = session.desk.catalogue.rows("publication", [key])[key]
    assert row.values["issued"] == "2026-03" and row.values["contributors"][0]["name"] == "Lê Văn Tám"
    assert row.state is State.COMPLETE
    qtbot.waitUntil(lambda: page.list.current_key() == key)


def test_save_and_next_begins_another(qtbot: QtBot, page: RecordsPage, session: Session) -> None:
    page.new()
    assert page.detail is not None
    _type(page.detail, "title", "Một")
    with qtbot.waitSignal(session.changed):
        page.save(State.COMPLETE, then_next=True)
    assert page.detail.record is None and not page.detail.dirty


def test_what_is_not_understood_refuses_the_save_and_names_the_field(
    qtbot: QtBot, page: RecordsPage, records: list[Record], said: list[Any], session: Session
) -> None:
    detail = _open(qtbot, page, records[0])
    _type(detail, "issued", "31/02/2025")
    page.save(State.COMPLETE)
    assert "Năm (ngày) công bố" in said[-1].text
    assert session.desk.catalogue.record(records[0].id).version == records[0].version
    assert detail.form.boxes["issued"].editor.typed() == "31/02/2025"


def test_a_draft_keeps_what_is_not_understood_in_the_notes(
    qtbot: QtBot, page: RecordsPage, records: list[Record], session: Session
) -> None:
    detail = _open(qtbot, page, records[0])
    _type(detail, "issued", "31/02/2025")
    with qtbot.waitSignal(session.changed):
        page.save(State.DRAFT)
    stored = session.desk.catalogue.record(records[0].id)
    assert stored.state is State.DRAFT and stored.get("issued") == "2023"
    assert "31/02/2025" in stored.get("notes")
    assert not detail.dirty


def test_a_record_changed_meanwhile_is_not_overwritten_and_the_typing_is_kept(
    qtbot: QtBot, page: RecordsPage, records: list[Record], said: list[Any], session: Session
) -> None:
    detail = _open(qtbot, page, records[0])
    session.desk.catalogue.save("publication", {"department": "PV01"}, record_id=records[0].id)
    _type(detail, "title", "Tên do tôi sửa")
    page.save(State.COMPLETE)
    qtbot.waitUntil(lambda: bool(said) and said[-1].action is not None)
    assert session.desk.catalogue.record(records[0].id).get("title") == TITLES[0]
    said[-1].action()
    qtbot.waitUntil(lambda: detail.form.boxes["department"].editor.value() == "PV01")
    assert detail.form.changes() == {"title": "Tên do tôi sửa"}
    with qtbot.waitSignal(session.changed):
        page.save(State.COMPLETE)
    stored = session.desk.catalogue.record(records[0].id)
    assert (stored.get("title"), stored.get("department")) == ("Tên do tôi sửa", "PV01")


def test_leaving_a_changed_form_loses_nothing(
    qtbot: QtBot, page: RecordsPage, records: list[Record], said: list[Any]
) -> None:
    detail = _open(qtbot, page, records[0])
    _type(detail, "title", "Đang gõ dở")
    _open(qtbot, page, records[1])
    assert "Đang gõ dở" in said[-1].text
    said[-1].action()
    qtbot.waitUntil(lambda: detail.record is not None and detail.record.id == records[0].id)
    assert detail.form.changes() == {"title": "Đang gõ dở"}


def test_what_is_left_unsaved_is_told_to_the_window(
    qtbot: QtBot, page: RecordsPage, records: list[Record], session: Session
) -> None:
    detail = _open(qtbot, page, records[0])
    _type(detail, "title", "Chưa lưu")
    (wanted,) = page.unsaved()
    wanted.run(session.desk.catalogue)
    stored = session.desk.catalogue.record(records[0].id)
    assert stored.get("title") == "Chưa lưu" and stored.state is State.COMPLETE


def test_duplicate_leaves_the_old_one_alone(
    qtbot: QtBot, page: RecordsPage, records: list[Record], session: Session
) -> None:
    detail = _open(qtbot, page, records[1])
    page.duplicate()
    assert detail.record is None and detail.form.boxes["title"].editor.value() == TITLES[1]
    with qtbot.waitSignal(session.changed):
        page.save(State.COMPLETE)
    assert session.desk.catalogue.count("publication") == 5


def test_del_moves_the_chosen_to_the_trash_and_undo_brings_them_back(
    qtbot: QtBot, page: RecordsPage, session: Session, said: list[Any]
) -> None:
    page.list.table.selectAll()
    with qtbot.waitSignal(session.changed):
        qtbot.keyClick(page.list.table, Qt.Key.Key_Delete)
    assert session.desk.catalogue.count("publication") == 0
    with qtbot.waitSignal(session.changed):
        said[-1].action()
    assert session.desk.catalogue.count("publication") == 4


def test_the_trash_can_be_listed_and_emptied_back(
    qtbot: QtBot, page: RecordsPage, records: list[Record], session: Session
) -> None:
    session.desk.catalogue.trash([records[2].id])
    with qtbot.waitSignal(page.list.listed):
        page.list.filters.set_filter("state", ("trashed",))
    assert _titles(page) == [TITLES[2]]
    page.list.table.selectAll()
    with qtbot.waitSignal(session.changed):
        page.list.restore_wanted.emit(page.list.chosen_keys())
    assert session.desk.catalogue.count("publication") == 4


def test_a_field_that_is_asked_for_gets_the_focus(
    qtbot: QtBot, page: RecordsPage, records: list[Record]
) -> None:
    page.open_with((records[3].id, "issn"))
    qtbot.waitUntil(lambda: page.detail is not None and page.detail.record is not None)
    assert page.detail is not None
    box = page.detail.form.box_of(page.window().focusWidget())
    assert box is not None and box.editor.field.name == "issn"
    qtbot.waitUntil(lambda: page.list.table.currentIndex().row() == 3)


def test_a_record_that_is_gone_is_said(qtbot: QtBot, page: RecordsPage, said: list[Any]) -> None:
    page.open_with(("0192-nowhere", ""))
    qtbot.waitUntil(lambda: bool(said))
    assert not page.pane_open


def test_a_secrecy_level_stays_what_the_person_chose(
    qtbot: QtBot, page: RecordsPage, records: list[Record], session: Session, said: list[Any]
) -> None:
    detail = _open(qtbot, page, records[0])
    detail.set_level("mat", loaded=False)
    assert detail.dirty
    page.save(State.COMPLETE)
    qtbot.waitUntil(lambda: bool(said))  # the ceiling of the library is "thường": refused, and said why
    assert session.desk.catalogue.record(records[0].id).secrecy == "thuong"
    assert detail.level == "mat"


def test_columns_hidden_and_widths_come_back_and_hold_nothing_of_a_record(
    qtbot: QtBot, page: RecordsPage, session: Session, tmp_path: Path
) -> None:
    page.list.columns.show_column(3, False)
    again = RecordsPage(session, session.desk.kinds["publication"])
    qtbot.addWidget(again)
    assert again.list.table.isColumnHidden(3) and not again.list.table.isColumnHidden(2)
    kept = (tmp_path / "settings" / "window.json").read_text(encoding="utf-8")
    assert all(key.startswith(("columns:", "splitter:")) for key in json.loads(kept))
    assert "hình sự" not in kept


def test_a_narrow_list_keeps_the_title_who_and_when_and_needs_no_sideways_scrolling(
    qtbot: QtBot, page: RecordsPage
) -> None:
    table, names = page.list.table, [column.name for column in page.list.model.columns]

    def shown() -> set[str]:
        return {name for at, name in enumerate(names) if not table.isColumnHidden(at)}

    def fits() -> bool:
        wide = table.columnWidth(names.index("title")) >= table.viewport().width() * 0.3
        return wide and table.horizontalScrollBar().maximum() == 0

    narrow = {"number", "title", "contributors", "issued"}
    page.resize(1200, 600)
    qtbot.waitUntil(lambda: fits() and {*narrow, "document_type", "department"} <= shown())
    page.resize(620, 600)
    qtbot.waitUntil(lambda: fits() and shown() == narrow)


def test_the_keyboard_chooses_the_row_it_comes_to(qtbot: QtBot, page: RecordsPage) -> None:
    with qtbot.waitSignal(page.list.listed):
        page.head.search.setText("ky thuat")
    page.head.search.setFocus()
    qtbot.keyClick(page.head.search, Qt.Key.Key_Return)
    assert page.list.chosen_keys() == [page.list.current_key()]  # Del acts on it


def test_a_damaged_window_file_is_done_without(tmp_path: Path) -> None:
    from stdesk.ui.widgets import remembered

    (tmp_path / "settings").mkdir()
    (tmp_path / "settings" / "window.json").write_bytes(b"\xff{]")
    assert remembered.opened().get("language", "vi") == "vi"
    (tmp_path / "settings" / "window.json").write_text('{"language": 5}')
    assert remembered.opened().get("language", "vi") == "vi"

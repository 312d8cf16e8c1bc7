"""Doubles: warned while typing, found, compared, merged field by field, undone; from the keyboard."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from stdesk.domain.records import State
from stdesk.services.catalogue import ListQuery
from stdesk.services.desk import Desk
from stdesk.ui.bulk.target import Target
from stdesk.ui.doubles import acts
from stdesk.ui.doubles.groups import groups_of
from stdesk.ui.doubles.page import BATCH, BROWSE, NONE, DoublesPage
from stdesk.ui.doubles.warning import DoublesNote
from stdesk.ui.records.acts import ActPlace
from stdesk.ui.session import Session, Tone

WAIT = 10_000
Key = Qt.Key
TITLE = "Nâng cao hiệu quả phòng ngừa tội phạm về ma túy"
FULL = {
    "document_type": "journal_article",
    "title": TITLE,
    "contributors": [{"name": "Nguyễn Văn A"}],
    "issued": "2025",
    "container": "Tạp chí Cảnh sát nhân dân",
    "department": "PC04",
}


def add(desk: Desk, state: State = State.COMPLETE, **values: Any) -> str:
    return desk.catalogue.save("publication", {**FULL, **values}, state=state).record.id


@pytest.fixture
def pair(desk: Desk) -> tuple[str, str]:
    """A full record, and the same work in capitals with other pages and department."""
    first = add(desk, abstract="Tóm tắt dài " * 50, issue="3", volume="2")
    return first, add(desk, title=TITLE.upper(), pages="1-9", department="Phòng PV01")


@pytest.fixture
def page(qtbot: QtBot, session: Session) -> Iterator[DoublesPage]:
    made = DoublesPage(session)
    qtbot.addWidget(made)
    made.resize(1120, 700)
    made.show()
    made.activateWindow()
    qtbot.waitUntil(made.isActiveWindow)
    yield made


def found(qtbot: QtBot, page: DoublesPage, n: int) -> None:
    qtbot.waitUntil(lambda: page.task is None and len(page.groups) == n, timeout=WAIT)


def compared(qtbot: QtBot, page: DoublesPage, *ids: str) -> None:
    def right() -> bool:
        shown = page.compare.comparison
        return shown is not None and {one.id for one in shown.records} == set(ids)

    qtbot.waitUntil(right, timeout=WAIT)


def press(qtbot: QtBot, *keys: Qt.Key) -> None:
    for key in keys:
        held = QApplication.focusWidget()
        assert held is not None
        qtbot.keyClick(held, key)


def live(desk: Desk) -> int:
    return desk.catalogue.count("publication")


def test_found_compared_chosen_merged_and_undone_by_keyboard(
    qtbot: QtBot, page: DoublesPage, desk: Desk, pair: tuple[str, str], said: list[Any]
) -> None:
    page.open_with(Target("publication"))
    found(qtbot, page, 1)
    page.focus_place().setFocus()
    assert QApplication.focusWidget() is page.list
    assert "Chắc chắn" in page.list.item(0).text()
    assert "số 1, 2" in page.list.item(0).text()
    compared(qtbot, page, *pair)
    press(qtbot, Key.Key_Return)
    table = page.compare.table
    assert QApplication.focusWidget() is table
    model = table.compared
    assert [line.field for line in model.lines if line.differs] == ["title", "department"]
    row = next(at for at, line in enumerate(model.lines) if line.field == "department")
    assert model.index(row, 0).data().endswith("khác nhau")  # a word, not colour alone
    while table.currentIndex().row() < row:
        press(qtbot, Key.Key_Down)
    press(qtbot, Key.Key_Right, Key.Key_Space)
    assert model.index(row, 3).data() == "Phòng PV01"
    press(qtbot, Key.Key_Left, Key.Key_Space)
    assert model.index(row, 3).data() == "PC04"
    assert "được chọn" in model.index(row, 1).data(Qt.ItemDataRole.AccessibleTextRole)
    qtbot.keyClick(page, Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: bool(said) and said[-1].tone is Tone.DONE, timeout=WAIT)
    assert said[-1].text == f"Đã gộp 1 mục vào “{TITLE}”"
    merged = desk.catalogue.record(pair[0])
    assert merged.get("title") == TITLE
    assert merged.get("department") == "PC04"
    assert merged.get("pages") == "1-9"  # what the kept one did not have
    assert desk.catalogue.record(pair[1]).state is State.TRASHED
    assert page.stack.currentIndex() == NONE
    said[-1].action()
    found(qtbot, page, 1)  # the undo is news to the page
    assert live(desk) == 2
    assert desk.catalogue.record(pair[1]).get("department") == "Phòng PV01"


def test_a_whole_record_and_the_proposal_can_be_taken(
    qtbot: QtBot, page: DoublesPage, pair: tuple[str, str]
) -> None:
    page.open_with(Target("publication"))
    compared(qtbot, page, *pair)
    table = page.compare.table
    table.setFocus()
    table.setCurrentIndex(table.compared.index(0, 2))
    qtbot.keyClick(table, Key.Key_Space, Qt.KeyboardModifier.ControlModifier)
    assert table.compared.values()["title"] == TITLE.upper()
    last = table.compared.columnCount() - 1
    for row in range(table.compared.rowCount()):
        table.compared.take(row, last)
    assert table.compared.values() == {}
    assert page.compare.whole.toPlainText() == TITLE.upper()
    assert not page.grab().isNull()


def test_not_a_double_is_remembered(
    qtbot: QtBot, page: DoublesPage, desk: Desk, pair: tuple[str, str], said: list[Any]
) -> None:
    page.open_with(Target("publication"))
    compared(qtbot, page, *pair)
    page.compare.distinct_button.setFocus()
    press(qtbot, Key.Key_Space)
    qtbot.waitUntil(lambda: bool(said) and said[-1].tone is Tone.DONE, timeout=WAIT)
    assert page.groups == []
    page.look()
    found(qtbot, page, 0)
    assert live(desk) == 2
    said[-1].action()
    found(qtbot, page, 1)


def test_all_that_is_certain_is_ticked_off_and_merged_as_one(
    qtbot: QtBot, page: DoublesPage, desk: Desk, pair: tuple[str, str], said: list[Any]
) -> None:
    second = add(desk, title="Giải pháp bảo vệ bí mật nhà nước trong tình hình mới")
    add(desk, title="GIẢI PHÁP BẢO VỆ BÍ MẬT NHÀ NƯỚC TRONG TÌNH HÌNH MỚI")
    add(desk, title="Giải  pháp bảo vệ bí mật nhà nước trong tình hình mới")
    add(desk, contributors=[{"name": "Trần Thị B"}])  # other people: no more than perhaps
    page.open_with(Target("publication"))
    qtbot.waitUntil(lambda: len(page._certain()) == 2, timeout=WAIT)
    assert sorted(len(group.ids) for group in page._certain()) == [2, 3]
    assert page.all_button.text() == "Gộp mọi mục chắc chắn trùng (2)"
    page.all_button.setFocus()
    press(qtbot, Key.Key_Space)
    assert page.stack.currentIndex() == BATCH
    assert QApplication.focusWidget() is page.batch.list
    assert page.step_back()
    assert page.stack.currentIndex() == BROWSE
    page.all_button.click()
    at = next(n for n, group in enumerate(page.batch.groups) if second in group.ids)
    page.batch.list.setCurrentRow(1 - at)
    press(qtbot, Key.Key_Space)  # the pair is left out
    assert page.batch.button.text() == "Gộp 1 nhóm"
    page.batch.button.click()
    qtbot.waitUntil(lambda: bool(said) and said[-1].tone is Tone.DONE, timeout=WAIT)
    assert live(desk) == 4
    assert len(page._certain()) == 1
    assert desk.catalogue.record(pair[1]).state is State.COMPLETE
    said[-1].action()
    qtbot.waitUntil(lambda: live(desk) == 6, timeout=WAIT)


def test_chosen_records_are_compared_alone_and_the_kept_one_is_opened(
    qtbot: QtBot, page: DoublesPage, session: Session, desk: Desk, pair: tuple[str, str]
) -> None:
    third = add(desk, title="Khác hẳn", issued="2020")
    wanted: list[tuple[str, str, str]] = []
    session.record_wanted.connect(lambda *all_of: wanted.append(all_of))
    session.page_wanted.connect(lambda name, arguments: page.open_with(arguments))
    keys = tuple(desk.catalogue.ids(ListQuery("publication")))
    acts.merge_chosen(ActPlace(session, desk.kinds["publication"], keys, ListQuery("publication"), ()))
    compared(qtbot, page, *pair, third)
    assert page.list.isHidden()
    assert QApplication.focusWidget() is page.compare.table
    page.compare.merge_button.click()
    qtbot.waitUntil(lambda: bool(wanted), timeout=WAIT)
    assert wanted == [("publication", pair[0], "")]
    assert live(desk) == 1


def test_a_form_may_ask_with_a_mapping(
    qtbot: QtBot, page: DoublesPage, pair: tuple[str, str], said: list[Any]
) -> None:
    page.open_with({"kind": "publication", "ids": list(pair)})
    compared(qtbot, page, *pair)
    page.open_with({"kind": "khong-co"})
    assert not said


def test_no_more_than_four_are_compared(session: Session, desk: Desk, said: list[Any]) -> None:
    asked: list[Any] = []
    session.page_wanted.connect(lambda *all_of: asked.append(all_of))
    acts.merge_chosen(
        ActPlace(session, desk.kinds["publication"], (1, 2, 3, 4, 5), ListQuery("publication"), ())
    )
    assert asked == []
    assert "4 mục" in said[-1].text


def test_a_record_changed_meanwhile_is_not_overwritten(
    qtbot: QtBot, page: DoublesPage, desk: Desk, pair: tuple[str, str], said: list[Any]
) -> None:
    page.open_with(Target("publication"))
    compared(qtbot, page, *pair)
    desk.catalogue.save("publication", {"notes": "Mới ghi"}, record_id=pair[0])  # unseen by the page
    page.compare.merge()
    qtbot.waitUntil(lambda: bool(said), timeout=WAIT)
    assert said[-1].tone is Tone.FAIL
    assert live(desk) == 2


def test_what_cannot_be_compared_any_more_leaves_the_list(
    qtbot: QtBot, page: DoublesPage, desk: Desk, pair: tuple[str, str], said: list[Any]
) -> None:
    page.open_with(Target("publication"))
    compared(qtbot, page, *pair)
    desk.catalogue.trash([pair[1]])
    page._compare_current(0)
    qtbot.waitUntil(lambda: not page.groups, timeout=WAIT)
    assert said[-1].tone is Tone.FAIL


def test_certain_pairs_with_a_record_in_common_are_one_group(desk: Desk) -> None:
    for title in (TITLE, TITLE.upper(), TITLE.lower()):
        add(desk, title=title)
    add(desk, contributors=[{"name": "Trần Thị B"}])
    kind = desk.kinds["publication"]
    groups = groups_of(kind, desk.merging.pairs("publication"))
    assert [(group.certain, len(group.ids)) for group in groups] == [
        (True, 3),
        (False, 2),
        (False, 2),
        (False, 2),
    ]


# -- while typing ----------------------------------------------------------------------------


@pytest.fixture
def note(qtbot: QtBot, session: Session, desk: Desk) -> Iterator[DoublesNote]:
    made = DoublesNote(desk.kinds["publication"], session)
    qtbot.addWidget(made)
    made.resize(500, 80)
    yield made


def seen(qtbot: QtBot, note: DoublesNote) -> None:
    qtbot.waitUntil(note.isVisible, timeout=WAIT)


def test_the_note_names_what_may_be_there_and_why(
    qtbot: QtBot, note: DoublesNote, session: Session, pair: tuple[str, str]
) -> None:
    wanted: list[tuple[str, str, str]] = []
    session.record_wanted.connect(lambda *all_of: wanted.append(all_of))
    note.look({**FULL, "title": TITLE.upper()}, "")
    assert note.isHidden()  # not before typing pauses
    seen(qtbot, note)
    assert note.text.text().startswith("Có thể đã có: “")
    assert "2025" in note.text.text()
    assert "còn 1 mục nữa" in note.text.text()
    assert note.merge_button.isHidden()  # a new record is not there to be merged yet
    note.open_button.click()
    assert wanted[0][1] in pair
    note.look({"title": ""}, "")
    assert note.isHidden()


def test_not_a_double_of_a_new_record_is_remembered_when_it_is_saved(
    qtbot: QtBot, note: DoublesNote, desk: Desk, said: list[Any]
) -> None:
    old = add(desk)
    note.look(FULL, "")
    seen(qtbot, note)
    note.distinct_button.click()
    assert note.isHidden()
    assert note.distinct == (old,)
    note.look({**FULL, "pages": "1"}, "")
    qtbot.wait(600)
    assert note.isHidden()
    new = add(desk)
    note.saved(new)
    qtbot.waitUntil(lambda: new in (desk.catalogue.record(old).get("distinct_from") or ()), timeout=WAIT)
    assert desk.merging.pairs("publication") == []
    assert not said  # the save has spoken already


def test_a_saved_record_can_be_compared_or_told_apart_at_once(
    qtbot: QtBot, note: DoublesNote, desk: Desk, pair: tuple[str, str], said: list[Any]
) -> None:
    merges: list[list[str]] = []
    note.merge_wanted.connect(merges.append)
    note.look(desk.catalogue.record(pair[0]).values, pair[0])
    seen(qtbot, note)
    note.merge_button.click()
    assert merges == [[pair[0], pair[1]]]
    note.distinct_button.click()
    assert note.isHidden()
    qtbot.waitUntil(lambda: bool(said) and said[-1].tone is Tone.DONE, timeout=WAIT)
    assert desk.merging.pairs("publication") == []


def test_late_answers_about_another_record_are_dropped(
    qtbot: QtBot, note: DoublesNote, desk: Desk, pair: tuple[str, str]
) -> None:
    del pair
    note.look(FULL, "")
    note._ask()
    note.reset()
    other = add(desk, title="Khác hẳn")
    note.look({"title": "Khác hẳn"}, other)
    qtbot.wait(700)
    assert note.isHidden()

"""Changing many records and making spellings one, from the keyboard, with the way back."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from stdesk.domain.kinds import Kinds
from stdesk.domain.records import State
from stdesk.services.catalogue import ListQuery
from stdesk.services.desk import Desk
from stdesk.ui.bulk.acts import open_bulk
from stdesk.ui.bulk.change_view import ChangeView
from stdesk.ui.bulk.choices import SetChoice
from stdesk.ui.bulk.page import CHANGE, SPELLINGS, BulkPage
from stdesk.ui.bulk.preview_table import AFTER, BEFORE, differing, fitting
from stdesk.ui.bulk.target import Target, ids_of
from stdesk.ui.records.acts import ActPlace
from stdesk.ui.session import Session, Tone
from tests.helpers.toy import TOY
from tests.ui.keyboard import write

WAIT = 10_000
Key = Qt.Key


def add(desk: Desk, title: str, **values: Any) -> str:
    return desk.catalogue.save("publication", {"title": title, **values}).record.id


@pytest.fixture
def three(desk: Desk) -> list[str]:
    return [
        add(desk, "Một", department="PV01", contributors=[{"name": "Nguyễn Văn A"}]),
        add(desk, "Hai & ba", department="PC09", contributors=[{"name": "NGUYỄN VĂN A"}]),
        add(desk, "Bốn", contributors=[{"name": "Trần Văn Tú"}, {"name": "Trần Văn Tư"}]),
    ]


@pytest.fixture
def page(qtbot: QtBot, session: Session, three: list[str]) -> Iterator[BulkPage]:
    del three
    made = BulkPage(session)
    qtbot.addWidget(made)
    made.resize(1120, 700)
    made.show()
    made.activateWindow()
    qtbot.waitUntil(made.isActiveWindow)
    yield made


def keys(desk: Desk) -> tuple[int, ...]:
    return tuple(desk.catalogue.ids(ListQuery("publication")))


def opened(qtbot: QtBot, page: BulkPage) -> None:
    page.open_with(Target("publication", keys(page.session.desk)))
    qtbot.waitUntil(lambda: len(page.change.ids) == 3, timeout=WAIT)
    # The arrow keys go from button to button by where they stand: they must have been laid out.
    first, second = page.change.group.button(0), page.change.group.button(1)
    qtbot.waitUntil(lambda: second.isVisible() and second.y() > first.y(), timeout=WAIT)
    qtbot.waitUntil(lambda: QApplication.focusWidget() is first, timeout=WAIT)


def ready(qtbot: QtBot, page: BulkPage) -> None:
    qtbot.waitUntil(page.button.isEnabled, timeout=WAIT)


def press(qtbot: QtBot, key: Qt.Key) -> None:
    held = QApplication.focusWidget()
    assert held is not None
    qtbot.keyClick(held, key)


def column(page: BulkPage, at: int) -> list[str]:
    rows = page.change.table.rows
    return [rows.index(row, at).data() for row in range(rows.rowCount())]


def departments(desk: Desk, ids: list[str]) -> list[Any]:
    return [desk.catalogue.record(one).get("department") for one in ids]


def test_the_act_hands_the_chosen_records_over(session: Session, desk: Desk, three: list[str]) -> None:
    heard: list[Any] = []
    session.page_wanted.connect(lambda name, arguments: heard.append((name, arguments)))
    kind = desk.kinds["publication"]
    open_bulk(ActPlace(session, kind, keys(desk)[:2], ListQuery("publication"), ("title",)))
    assert heard == [("bulk", Target("publication", keys(desk)[:2]))]
    assert ids_of(desk.catalogue, heard[0][1]) == tuple(three[:2])


def test_a_field_is_set_by_keyboard_and_taken_back(
    qtbot: QtBot, page: BulkPage, desk: Desk, three: list[str], said: list[Any]
) -> None:
    opened(qtbot, page)
    assert "3" in page.head.title.text()
    assert not page.button.isEnabled()
    press(qtbot, Key.Key_Tab)
    choice = page.change.choice()
    assert isinstance(choice, SetChoice)
    assert QApplication.focusWidget() is choice.field
    choice.field.setCurrentIndex(choice.field.findData("department"))
    press(qtbot, Key.Key_Tab)
    write(choice.editor().main_control(), "PC09")
    ready(qtbot, page)
    assert page.button.text() == "Sửa 2 mục"
    assert column(page, BEFORE) == ["PV01", ""]
    assert column(page, AFTER) == ["PC09", "PC09"]
    assert page.change.counts.text() == "2 mục sẽ đổi  ·  1 mục giữ nguyên"
    qtbot.keyClick(page, Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: departments(desk, three) == ["PC09"] * 3, timeout=WAIT)
    qtbot.waitUntil(lambda: bool(said) and said[-1].tone is Tone.DONE, timeout=WAIT)
    assert said[-1].text == "Đã sửa “Đơn vị” của 2 mục"
    qtbot.waitUntil(lambda: page.change.preview.same == 3, timeout=WAIT)  # it looked again
    assert not page.button.isEnabled()
    said[-1].action()
    qtbot.waitUntil(lambda: departments(desk, three) == ["PV01", "PC09", None], timeout=WAIT)
    ready(qtbot, page)  # and again after the undo


def test_a_field_is_emptied_only_on_purpose(
    qtbot: QtBot, page: BulkPage, desk: Desk, three: list[str]
) -> None:
    opened(qtbot, page)
    choice = page.change.choice()
    assert isinstance(choice, SetChoice)
    choice.field.setCurrentIndex(choice.field.findData("department"))
    page.change.look()
    assert page.change.preview.changed == 0
    choice.clear.setFocus()
    press(qtbot, Key.Key_Space)
    ready(qtbot, page)
    assert page.button.text() == "Sửa 2 mục"
    page.apply()
    qtbot.waitUntil(lambda: departments(desk, three) == [None, None, None], timeout=WAIT)


def test_text_tags_deposit_and_state_each_have_their_preview(
    qtbot: QtBot, page: BulkPage, desk: Desk, three: list[str]
) -> None:
    opened(qtbot, page)
    radios = page.change.group
    radios.button(0).setFocus()
    press(qtbot, Key.Key_Down)
    press(qtbot, Key.Key_Down)
    choice: Any = page.change.choice()
    write(choice.sought, "Hai")
    write(choice.replacement, "Ba")
    ready(qtbot, page)
    assert column(page, BEFORE) == ["Hai & ba"]
    assert column(page, AFTER) == ["Ba & ba"]
    radios.button(3).click()
    choice = page.change.choice()
    write(choice.box.editor.main_control(), "rà soát")
    qtbot.waitUntil(lambda: page.change.preview.changed == 3, timeout=WAIT)
    choice.remove.click()
    qtbot.waitUntil(lambda: page.change.preview.same == 3, timeout=WAIT)
    radios.button(1).click()
    choice = page.change.choice()
    choice.boxes[2].editor.main_control().setText("12/CV")
    choice.boxes[2].editor.changed.emit()
    qtbot.waitUntil(lambda: page.change.preview.changed == 3, timeout=WAIT)
    radios.button(4).click()
    page.change.choice().buttons[State.DRAFT].click()  # type: ignore[union-attr]
    qtbot.waitUntil(lambda: column(page, AFTER) == ["Nháp"] * 3, timeout=WAIT)
    page.apply()
    qtbot.waitUntil(lambda: desk.catalogue.count("publication", State.DRAFT) == 3, timeout=WAIT)
    assert desk.catalogue.record(three[0]).get("title") == "Một"


def test_refused_records_say_why(qtbot: QtBot, page: BulkPage, desk: Desk, three: list[str]) -> None:
    desk.catalogue.trash([three[0]])
    page.open_with(Target("publication", ids=tuple(three)))
    qtbot.waitUntil(lambda: len(page.change.ids) == 3, timeout=WAIT)
    page.change.group.button(4).click()
    page.change.choice().buttons[State.DRAFT].click()  # type: ignore[union-attr]
    qtbot.waitUntil(lambda: page.change.preview.refused == 1, timeout=WAIT)
    assert column(page, AFTER)[0].startswith("Đang ở thùng rác")
    assert page.button.text() == "Sửa 2 mục"
    assert not page.grab().isNull()


def test_without_records_the_page_says_what_to_do(qtbot: QtBot, page: BulkPage) -> None:
    page.open_with(Target("publication"))
    qtbot.waitUntil(lambda: page.tabs.currentIndex() == SPELLINGS, timeout=WAIT)
    page.tabs.setCurrentIndex(CHANGE)
    assert "Ctrl+B" in page.change.empty.text.text()
    assert not page.button.isEnabled()


def test_spellings_are_looked_at_chosen_and_unified_by_keyboard(
    qtbot: QtBot, page: BulkPage, desk: Desk, three: list[str], said: list[Any]
) -> None:
    page.open_with(Target("publication"))
    view = page.spellings
    qtbot.waitUntil(lambda: len(view.wishes) == 2, timeout=WAIT)
    assert [(wish.cluster.doubtful, wish.on) for wish in view.wishes] == [(False, True), (True, False)]
    assert page.button.text() == "Thống nhất 1 nhóm"
    view.list.setFocus()
    press(qtbot, Key.Key_Down)  # the doubtful one: a warning, and a tick only by hand
    assert view.warning.isVisible()
    press(qtbot, Key.Key_Up)
    view.spellings.setFocus()
    view.spellings.setCurrentRow(0)
    texts = [view.spellings.item(at).text() for at in range(view.spellings.count())]
    assert sum("giữ lại" in text for text in texts) == 1
    view.into.setFocus()
    view.into.selectAll()
    write(view.into, "Nguyễn Văn Ánh")
    assert all("sẽ đổi" in view.spellings.item(at).text() for at in range(2))
    qtbot.keyClick(page, Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: bool(said) and said[-1].tone is Tone.DONE, timeout=WAIT)
    assert said[-1].text == "Đã thống nhất cách viết ở “Tác giả” của 2 mục"
    names = [desk.catalogue.record(one).get("contributors")[0]["name"] for one in three]
    assert names == ["Nguyễn Văn Ánh", "Nguyễn Văn Ánh", "Trần Văn Tú"]
    qtbot.waitUntil(lambda: len(view.wishes) == 1, timeout=WAIT)
    said[-1].action()
    qtbot.waitUntil(lambda: len(view.wishes) == 2, timeout=WAIT)


def test_a_spelling_left_out_stays(qtbot: QtBot, page: BulkPage, desk: Desk, three: list[str]) -> None:
    page.open_with(Target("publication"))
    view = page.spellings
    qtbot.waitUntil(lambda: len(view.wishes) == 2, timeout=WAIT)
    view.list.setCurrentRow(1)
    view.list.setFocus()
    press(qtbot, Key.Key_Space)
    assert page.button.text() == "Thống nhất 2 nhóm"
    view.spellings.setFocus()
    other = 1 if view.spellings.item(0).data(Qt.ItemDataRole.UserRole) == view.wishes[1].into else 0
    view.spellings.setCurrentRow(other)
    press(qtbot, Key.Key_Space)
    assert page.button.text() == "Thống nhất 1 nhóm"
    assert "giữ nguyên" in view.spellings.item(other).text()
    page.apply()
    qtbot.waitUntil(lambda: len(desk.catalogue.history()) == 4, timeout=WAIT)
    assert {one["name"] for one in desk.catalogue.record(three[2]).get("contributors")} == {
        "Trần Văn Tú",
        "Trần Văn Tư",
    }


def test_typing_while_the_act_runs_does_not_stop_it(
    qtbot: QtBot, page: BulkPage, desk: Desk, three: list[str]
) -> None:
    opened(qtbot, page)
    page.change.group.button(2).click()
    choice: Any = page.change.choice()
    write(choice.sought, "Bốn")
    ready(qtbot, page)
    page.apply()
    write(choice.sought, "x")
    page.change.look()
    qtbot.waitUntil(lambda: desk.catalogue.record(three[2]).get("title") is None, timeout=WAIT)
    qtbot.waitUntil(lambda: page.change.task is None, timeout=WAIT)


@pytest.fixture
def toy_session(session: Session, tmp_path: Path) -> Iterator[Session]:
    with Desk.create(tmp_path / "toy", unit_code="A", unit_name="B", kinds=Kinds(TOY)) as desk:
        yield Session(desk, session.runner, session)


def test_every_field_of_any_kind_can_be_set(qtbot: QtBot, toy_session: Session) -> None:
    view = ChangeView(toy_session)
    qtbot.addWidget(view)
    view.show_records(TOY, ())
    assert [button.text() for button in view.group.buttons()] == [
        "Đặt giá trị một trường",
        "Thay chữ",
        "Thêm, bớt nhãn",
        "Trạng thái",
    ]
    choice = view.choice()
    assert isinstance(choice, SetChoice)
    names = []
    for at in range(choice.field.count()):
        choice.field.setCurrentIndex(at)
        assert choice.editor().field.name == choice.field.currentData()
        assert choice.change() is None  # nothing given yet
        names.append(choice.field.currentData())
    assert {"given", "money", "works", "prize"} <= set(names)
    assert "papers" not in names


@pytest.mark.parametrize(
    ("mine", "other", "part"),
    [
        ("Phòng PV01", "Phòng PC09", "PV01"),
        ("một hai ba", "một ba", "hai "),
        ("một ba", "một hai ba", ""),
        ("giống", "giống", ""),
        ("mới", "", "mới"),
    ],
)
def test_what_differs_is_marked_in_whole_words(mine: str, other: str, part: str) -> None:
    start, end = differing(mine, other)
    assert mine[start:end] == part


def test_a_long_text_is_shown_from_where_it_changes() -> None:
    text = "chữ " * 100 + "MỚI" + " chữ" * 200
    start = text.index("MỚI")
    shown, begin, end = fitting(text, start, start + 3, len, 40)
    assert shown[begin:end] == "MỚI"
    assert begin < 20
    assert fitting("ngắn\nhai", 0, 4, len, 40) == ("ngắn hai", 0, 4)

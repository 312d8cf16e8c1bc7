"""The quick grid in the real window: typed, filled, pasted, saved and taken back by keyboard alone."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, QMimeData, Qt
from PySide6.QtGui import QInputMethodEvent
from PySide6.QtWidgets import QApplication, QLineEdit
from pytestqt.qtbot import QtBot

from stdesk.domain.records import State
from stdesk.services.catalogue import ListQuery
from stdesk.services.desk import Desk
from stdesk.ui.grid import acts as grid_acts
from stdesk.ui.grid.cell_editors import CellLine, CellText
from stdesk.ui.grid.model import SPARE, GridModel
from stdesk.ui.grid.page import GridPage
from stdesk.ui.records.page import RecordsPage
from stdesk.ui.session import Session
from stdesk.ui.shell import MainWindow
from stdesk.ui.tasks import Task
from tests.ui.keyboard import write

KIND = "publication"
COLUMNS = ("title", "document_type", "issued", "department")
K, CTRL = Qt.Key, Qt.KeyboardModifier.ControlModifier


class Typist:
    """Somebody at the grid who has a keyboard and no mouse."""

    def __init__(self, qtbot: QtBot, window: MainWindow) -> None:
        self.bot, self.window = qtbot, window

    @property
    def page(self) -> GridPage:
        page = self.window.page("grid")
        assert isinstance(page, GridPage)
        return page

    @property
    def model(self) -> GridModel:
        assert self.page.model is not None
        return self.page.model

    def press(self, *keys: Any) -> None:
        for key in keys:
            if QApplication.activeWindow() is None:  # this platform forgets the window behind a popup
                self.window.activateWindow()
                self.until(lambda: QApplication.focusWidget() is not None)
            modifiers = Qt.KeyboardModifier.NoModifier
            if isinstance(key, tuple):
                *held, key = key
                for one in held:
                    modifiers |= one
            aim = QApplication.activePopupWidget() or QApplication.focusWidget() or self.window
            self.bot.keyClick(aim, key, modifiers)

    def type(self, *cells: str) -> None:
        """Cells side by side, Tab between them, Enter at the end."""
        for at, text in enumerate(cells):
            if text:
                self.begin(text)
            self.press(K.Key_Return if at == len(cells) - 1 else K.Key_Tab)

    def begin(self, text: str) -> None:
        """The first letter goes to the sheet, which opens the cell; the others go where the focus is."""
        first = QInputMethodEvent("", [])
        first.setCommitString(text[0])
        QApplication.sendEvent(self.page.view, first)
        editor = QApplication.focusWidget()
        assert isinstance(editor, CellLine | CellText)
        if len(text) > 1:
            write(editor, text[1:])

    def cells(self, row: int) -> list[str]:
        return [self.model.text(row, column.name) for column in self.model.columns]

    def until(self, condition: Callable[[], bool]) -> None:
        self.bot.waitUntil(condition, timeout=8_000)

    def save(self) -> None:
        self.press((CTRL, K.Key_S))
        self.until(lambda: not self.page._saving)


@pytest.fixture
def typist(qtbot: QtBot, session: Session) -> Iterator[Typist]:
    window = MainWindow(session, first=f"records:{KIND}")
    window.resize(1366, 768)
    window.show()
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    typist = Typist(qtbot, window)
    yield typist
    for model in typist.page._models.values():
        model.give_up()
    QApplication.clipboard().clear()
    window.close()
    typist.until(lambda: not window.findChildren(Task) and not session.findChildren(Task))
    window.deleteLater()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


def start(typist: Typist, session: Session, keys: tuple[int, ...] = ()) -> None:
    arguments = {"kind": KIND, "keys": keys, "columns": COLUMNS}
    session.page_wanted.emit("grid", arguments)
    typist.page.show_columns({*COLUMNS, "state"})
    typist.page.view.go(len(keys) if not keys else 0, 0)
    typist.until(typist.page.view.hasFocus)


def listed(desk: Desk) -> list[str]:
    keys = desk.catalogue.ids(ListQuery(KIND, sort=(("number", False),)))
    return [row.values["title"] for row in desk.grid.rows(KIND, keys).values()]


def clip(text: str, html: str = "") -> None:
    mime = QMimeData()
    mime.setText(text)
    if html:
        mime.setHtml(html)
    QApplication.clipboard().setMimeData(mime)


def test_three_rows_filled_down_saved_and_taken_back(typist: Typist, session: Session, desk: Desk) -> None:
    start(typist, session)
    typist.type("Kỹ thuật hình sự số", "sách", "tháng 3 2025", "PC09")
    typist.type("Bài hai", "", "3/2025")
    typist.type("Bài ba", "", "31/02/2026")
    assert [typist.cells(row)[0] for row in range(3)] == ["Kỹ thuật hình sự số", "Bài hai", "Bài ba"]
    view = typist.page.view
    assert (view.currentIndex().row(), view.currentIndex().column()) == (3, 0)
    view.go(0, 1)
    shift = Qt.KeyboardModifier.ShiftModifier
    typist.press((shift, K.Key_Down), (shift, K.Key_Down), (CTRL, K.Key_D))
    book = typist.model.value(0, "document_type")
    assert book
    assert [typist.model.value(row, "document_type") for row in (1, 2)] == [book, book]
    assert typist.model.value(0, "issued") == "2025-03"
    assert typist.model.index(0, 2).data() == "tháng 3 2025 → 03/2025"
    assert [name for name, _why in typist.model.problems(2)] == ["issued"]
    assert typist.page.save_button.text().endswith("(3)")
    typist.save()
    assert listed(desk) == ["Kỹ thuật hình sự số", "Bài hai", "Bài ba"]
    records = [desk.catalogue.record(f"{KIND}/{number}") for number in (1, 2, 3)]
    assert records[2].state is State.DRAFT
    assert "31/02/2026" in records[2].get("notes")
    assert typist.model.unsaved == 0
    typist.press((CTRL, K.Key_Z))
    typist.until(lambda: desk.catalogue.count(KIND) == 0)
    typist.until(lambda: typist.model.is_empty(0))
    typist.press((CTRL, K.Key_Y))
    typist.until(lambda: desk.catalogue.count(KIND) == 3)
    typist.until(lambda: typist.cells(0)[0] == "Kỹ thuật hình sự số")


def test_a_block_from_excel_goes_straight_in_and_back_out_by_one_ctrl_z(
    typist: Typist, session: Session, said: list[Any]
) -> None:
    start(typist, session)
    clip('Đề án "Số hóa"\tsach\t3/2025\r\n"Hai\ndòng"\tGiáo trình\t15.4.2026\r\nNgày sai\tsách\thôm nọ\r\n')
    typist.press((CTRL, K.Key_V))
    assert typist.cells(0)[:3] == ['Đề án "Số hóa"', "sach", "3/2025"]
    assert typist.model.value(1, "title") == "Hai dòng"
    assert typist.model.value(1, "issued") == "2026-04-15"
    assert typist.model.problems(2)
    assert said[-1].text.startswith("1 ô vừa dán")
    typist.press((CTRL, K.Key_Z))
    assert typist.model.unsaved == 0
    typist.press((CTRL, K.Key_Y))
    assert typist.model.unsaved == 3


def test_one_cell_is_pasted_over_all_that_is_chosen(typist: Typist, session: Session) -> None:
    start(typist, session)
    typist.type("Một")
    typist.type("Hai")
    typist.page.view.go(0, 3)
    clip("PV01")
    typist.press((Qt.KeyboardModifier.ShiftModifier, K.Key_Down), (CTRL, K.Key_V))
    assert [typist.model.value(row, "department") for row in range(3)] == ["PV01", "PV01", None]
    typist.press((CTRL, K.Key_C))
    assert QApplication.clipboard().text() == "PV01\r\nPV01\r\n"
    typist.press((CTRL, K.Key_X))
    assert [typist.model.value(row, "department") for row in range(2)] == [None, None]


WORD = """<table><tr><td>STT</td><td>Tên bài báo</td><td>Tác giả</td><td>Năm xuất bản</td><td>Số QĐ</td></tr>
<tr><td>1</td><td>Bài <b>một</b></td><td>Đại tá, TS Nguyễn Văn A; Trần Thị B</td><td>2025</td><td>12</td></tr>
<tr><td>2</td><td>Bài hai</td><td>Lê C</td><td>2026</td><td></td></tr></table>"""


def test_a_table_with_a_header_asks_where_its_columns_go(typist: Typist, session: Session) -> None:
    start(typist, session)
    clip("rối", WORD)
    typist.press((CTRL, K.Key_V))
    panel = typist.page.panel
    assert panel is not None
    assert panel.header.isChecked()
    typist.until(lambda: panel.preview.model() is not None and panel.preview.model().rowCount() == 2)
    assert panel.targets() == ["-", "title", "contributors", "issued", ""]
    assert panel.put.hasFocus()
    typist.press(K.Key_Space)
    typist.until(lambda: typist.model.unsaved == 2)
    assert typist.model.value(0, "title") == "Bài một"
    assert [one["name"] for one in typist.model.value(0, "contributors")] == ["Nguyễn Văn A", "Trần Thị B"]
    assert typist.model.value(0, "notes") == "Số QĐ: 12"
    assert "contributors" in [column.name for column in typist.model.columns]
    typist.until(typist.page.view.hasFocus)


def test_esc_leaves_the_paste_then_the_page_and_keeps_what_was_typed(
    typist: Typist, session: Session, said: list[Any]
) -> None:
    start(typist, session)
    typist.type("Giữ lại")
    clip("rối", WORD)
    typist.press((CTRL, K.Key_V))
    assert typist.page.panel is not None
    typist.press(K.Key_Escape)
    assert typist.page.panel is None
    typist.begin("bỏ")
    typist.press(K.Key_Escape)
    assert typist.cells(1)[0] == ""
    typist.press(K.Key_Escape)
    assert isinstance(typist.window.current(), RecordsPage)
    assert "chưa lưu" in said[-1].text
    assert [one.values for one in typist.window.page("grid").unsaved()] == [{"title": "Giữ lại"}]  # type: ignore[attr-defined]
    start(typist, session)
    assert typist.cells(0)[0] == "Giữ lại"


def test_a_row_changed_meanwhile_stays_until_one_takes_the_newest(
    typist: Typist, session: Session, desk: Desk
) -> None:
    record = desk.catalogue.save(KIND, {"title": "Một", "department": "PV01"}).record
    key = desk.catalogue.key_of(record.id) or 0
    start(typist, session, (key,))
    typist.type("Của tôi")
    changes = desk.catalogue.save(KIND, {"department": "PC02"}, record_id=record.id).changes
    session.done(changes)
    typist.save()
    typist.until(lambda: bool(typist.model.refused))
    assert desk.catalogue.record(record.id).get("title") == "Một"
    assert typist.cells(0)[0] == "Của tôi"
    typist.page.view.go(0, 0)
    assert typist.page.foot.newest.isVisible()
    typist.page.foot.newest.click()
    assert typist.cells(0)[3] == "PC02"
    typist.page.view.setFocus()
    typist.save()
    typist.until(lambda: typist.model.unsaved == 0)
    assert desk.catalogue.record(record.id).get("title") == "Của tôi"
    assert desk.catalogue.record(record.id).get("department") == "PC02"


def test_findings_of_the_row_stand_below_and_mark_it(typist: Typist, session: Session) -> None:
    start(typist, session)
    typist.type("Thiếu nhiều thứ")
    typist.page.view.go(0, 0)
    typist.until(lambda: bool(typist.page.foot.findings))
    mark = typist.model.mark(0)
    assert mark is not None
    assert mark[0] in ("x-circle", "warning", "info")
    assert typist.page.foot.where.accessibleName().startswith("Hàng 1, Tên tài liệu")
    assert typist.model.mark(1) is None


def test_codes_are_proposed_and_the_marked_one_is_taken(typist: Typist, session: Session) -> None:
    start(typist, session)
    typist.page.view.go(0, 1)
    typist.begin("giao")
    line = QApplication.focusWidget()
    assert isinstance(line, QLineEdit)
    popup = line.completer().popup()
    typist.until(lambda: popup is not None and popup.isVisible())
    typist.press(K.Key_Down, K.Key_Return)
    shown = typist.model.text(0, "document_type")
    assert "giáo" in shown.casefold()
    assert typist.model.value(0, "document_type")


def test_known_texts_are_proposed(typist: Typist, session: Session, desk: Desk) -> None:
    desk.catalogue.save(KIND, {"title": "Một", "department": "Phòng Kỹ thuật hình sự"})
    start(typist, session)
    typist.page.view.go(0, 3)
    typist.begin("ky thuat")
    line = QApplication.focusWidget()
    assert isinstance(line, QLineEdit)
    typist.until(lambda: line.completer().completionModel().rowCount() > 0)
    typist.press(K.Key_Down, K.Key_Tab)
    assert typist.model.value(0, "department") == "Phòng Kỹ thuật hình sự"


def test_f4_opens_what_is_chosen_or_all(typist: Typist, session: Session, desk: Desk) -> None:
    for title in ("Một", "Hai", "Ba"):
        desk.catalogue.save(KIND, {"title": title})
    page = typist.window.page(f"records:{KIND}")
    assert isinstance(page, RecordsPage)
    page.refresh()
    typist.until(lambda: page.list.model.rowCount() == 3)
    page.list.table.setFocus()
    typist.press(K.Key_F4)
    typist.until(lambda: typist.window.current() is typist.page)
    assert typist.model.listed == 3
    assert typist.model.rowCount() == 3 + SPARE


def test_five_thousand_rows_are_pasted_without_the_window_freezing(typist: Typist, session: Session) -> None:
    start(typist, session)
    clip("\r\n".join(f"Bài báo số {at}\tsách\t{at % 12 + 1}/2025\tPV0{at % 9}" for at in range(5_000)))
    gaps: list[float] = []
    last = [time.thread_time()]  # what this thread itself works: others share the processor

    def done() -> bool:
        now = time.thread_time()
        gaps.append(now - last[0])
        last[0] = now
        return typist.model.unsaved == 5_000

    typist.press((CTRL, K.Key_V))
    typist.bot.waitUntil(done, timeout=40_000)
    assert max(gaps) < 0.3
    assert typist.model.rowCount() >= 5_000 + SPARE // 2
    typist.press((CTRL, K.Key_Z))
    assert typist.model.unsaved == 0


def test_hostile_text_is_only_text(typist: Typist, session: Session, desk: Desk) -> None:
    start(typist, session)
    nasty = ["=cmd|' /C calc'!A0", "<b>đậm</b>", "\u202eđảo ngược", "x" * 10_000, "Kỹ thuật"]
    clip("\r\n".join(nasty))
    typist.press((CTRL, K.Key_V))
    typist.save()
    typist.until(lambda: typist.model.unsaved == 0)
    titles = listed(desk)
    assert titles[0] == nasty[0]
    assert titles[1] == nasty[1]
    assert len(titles[3]) == 10_000
    assert titles[4] == "Kỹ thuật"


def test_open_grid_says_when_there_are_more_than_it_takes(
    typist: Typist, session: Session, said: list[Any], desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(grid_acts, "MOST", 2)
    for title in ("Một", "Hai", "Ba"):
        desk.catalogue.save(KIND, {"title": title})
    page = typist.window.page(f"records:{KIND}")
    assert isinstance(page, RecordsPage)
    grid_acts.open_grid(page.list.place())
    typist.until(lambda: typist.page.model is not None and typist.model.listed == 2)
    assert "trong 3 mục" in said[-1].text


@pytest.mark.parametrize("kind", ["research_task", "training_session"])
def test_every_kind_has_a_grid_of_all_its_columns(
    typist: Typist, session: Session, desk: Desk, kind: str
) -> None:
    session.page_wanted.emit("grid", {"kind": kind, "keys": (), "columns": ("number", "title", "state")})
    described = desk.kinds[kind]
    typist.page.show_columns({one.name for one in desk.grid.fields(kind)})
    typist.page.view.go(0, 0)
    typist.until(typist.page.view.hasFocus)
    typist.type("Tên đủ dài để đọc được")
    for column, one in enumerate(typist.model.columns):
        if one.field is not None and one.name != described.title:
            typist.model.type(0, column, "?!")
    typist.save()
    typist.until(lambda: typist.model.unsaved == 0)
    record = desk.catalogue.record(f"{kind}/1")
    assert record.state is State.DRAFT
    assert "?!" in record.get("notes")

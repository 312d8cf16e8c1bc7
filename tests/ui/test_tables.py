"""Tables: pages of rows over keys, rows that are gone, copying, choosing."""

from __future__ import annotations

import time
from array import array
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from pytestqt.modeltest import ModelTester
from pytestqt.qtbot import QtBot

from stdesk.domain.records import State
from stdesk.errors import UserError
from stdesk.services.catalogue import ListRow
from stdesk.services.desk import Desk
from stdesk.ui.tables.columns import columns_of
from stdesk.ui.tables.paged_model import PAGE, PagedModel
from stdesk.ui.tables.rows_model import RIGHT, Cell, RowsColumn, RowsModel
from stdesk.ui.tables.view import TableView

DISPLAY = Qt.ItemDataRole.DisplayRole


class Shelf:
    """Rows that can go, and a count of how often pages are fetched."""

    def __init__(self, n: int) -> None:
        self.rows = {
            key: ListRow(key, f"id{key}", key, State.COMPLETE, "thuong", 1, {"title": f"Tài liệu số {key}"})
            for key in range(1, n + 1)
        }
        self.fetched = 0

    def fetch(self, keys: Any) -> dict[int, ListRow]:
        self.fetched += 1
        return {key: self.rows[key] for key in keys if key in self.rows}


def _model(shelf: Shelf, desk: Desk) -> PagedModel:
    model = PagedModel(columns_of(desk.kinds["publication"]), shelf.fetch)
    model.set_keys(array("q", shelf.rows))
    return model


def test_the_paged_model_keeps_qts_contract(desk: Desk, qtmodeltester: ModelTester) -> None:
    shelf = Shelf(300)
    model = _model(shelf, desk)
    del shelf.rows[70]
    qtmodeltester.check(model, force_py=True)


def test_a_page_is_fetched_once_for_all_its_rows(desk: Desk) -> None:
    shelf = Shelf(1000)
    model = _model(shelf, desk)
    texts = [model.index(row, 1).data(DISPLAY) for row in range(PAGE)]
    assert texts[0] == "Tài liệu số 1" and texts[-1] == f"Tài liệu số {PAGE}"
    assert shelf.fetched == 1
    assert model.index(999, 1).data(DISPLAY) == "Tài liệu số 1000"
    assert shelf.fetched == 2


def test_rows_read_with_the_keys_are_not_fetched_again(desk: Desk) -> None:
    shelf = Shelf(200)
    model = _model(shelf, desk)
    keys = array("q", shelf.rows)
    model.set_keys(keys, shelf.fetch(keys[PAGE : 2 * PAGE]), PAGE + 3)
    before = shelf.fetched
    assert model.index(PAGE + 3, 1).data(DISPLAY) == f"Tài liệu số {PAGE + 4}"
    assert shelf.fetched == before


def test_a_record_that_is_gone_is_an_empty_row(desk: Desk) -> None:
    shelf = Shelf(10)
    model = _model(shelf, desk)
    del shelf.rows[4]
    assert model.index(3, 1).data(DISPLAY) is None
    assert model.index(4, 1).data(DISPLAY) == "Tài liệu số 5"
    assert model.row(3) is None and model.row(99) is None and model.key_at(-1) is None


def test_a_disk_that_went_away_leaves_rows_empty_and_raises_nothing(desk: Desk) -> None:
    def broken(_keys: Any) -> dict[int, ListRow]:
        raise UserError("device_gone", path="E:")

    model = PagedModel(columns_of(desk.kinds["publication"]), broken)
    model.set_keys(array("q", [1, 2]))
    assert model.index(0, 1).data(DISPLAY) is None


def test_a_changed_row_is_read_again(desk: Desk, qtbot: QtBot) -> None:
    shelf = Shelf(5)
    model = _model(shelf, desk)
    assert model.index(1, 1).data(DISPLAY) == "Tài liệu số 2"
    shelf.rows[2] = ListRow(2, "id2", 2, State.DRAFT, "thuong", 2, {"title": "Đổi tên"})
    with qtbot.waitSignal(model.dataChanged):
        model.forget([2, 77])
    assert model.index(1, 1).data(DISPLAY) == "Đổi tên"
    assert model.index(1, model.columnCount() - 1).data(DISPLAY) == "Nháp"


def test_the_second_order_stands_in_its_header(desk: Desk) -> None:
    model = _model(Shelf(1), desk)
    model.set_sort((("title", False), ("issued", True)))
    heads = [model.headerData(c, Qt.Orientation.Horizontal) for c in range(model.columnCount())]
    assert "Tên tài liệu ¹" in heads and "Năm (ngày) công bố ↓²" in heads


def test_people_read_as_names_and_money_is_right_aligned(desk: Desk) -> None:
    kind = desk.kinds["research_task"]
    values = {
        "leader": ({"name": "Nguyễn Văn A", "rank": "colonel"},),
        "funding_total": 350_000_000,
        "start": "2025-03",
    }
    model = PagedModel(
        columns_of(kind), lambda keys: {1: ListRow(1, "x", 1234, State.DRAFT, "thuong", 1, values)}
    )
    model.set_keys(array("q", [1]))
    place = {column.name: at for at, column in enumerate(model.columns)}
    assert model.index(0, place["leader"]).data() == "Nguyễn Văn A"
    assert model.index(0, place["funding_total"]).data() == "350.000.000"
    assert model.index(0, place["start"]).data() == "03/2025"
    assert model.index(0, place["number"]).data() == "1.234"
    assert model.index(0, place["funding_total"]).data(Qt.ItemDataRole.TextAlignmentRole) == RIGHT


def test_chosen_rows_are_copied_as_a_table_with_headers(qtbot: QtBot) -> None:
    view = TableView()
    qtbot.addWidget(view)
    rows = [["Một\tnửa\ndòng", 2025], [Cell("Hai"), None]]
    view.setModel(RowsModel(["Tên", RowsColumn("Năm", 6, RIGHT)], rows))
    view.selectAll()
    with qtbot.waitSignal(view.copied) as copied:
        qtbot.keyClick(view, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    assert copied.args == [2]
    assert QGuiApplication.clipboard().text() == "Tên\tNăm\nMột nửa dòng\t2025\nHai\t"


def test_enter_and_f2_open_and_del_asks_for_the_trash(qtbot: QtBot) -> None:
    view = TableView()
    qtbot.addWidget(view)
    view.setModel(RowsModel(["Tên"], [["a"], ["b"]]))
    view.selectRow(1)
    for key in (Qt.Key.Key_Return, Qt.Key.Key_F2):
        with qtbot.waitSignal(view.row_opened) as opened:
            qtbot.keyClick(view, key)
        assert opened.args == [1]
    with qtbot.waitSignal(view.delete_pressed):
        qtbot.keyClick(view, Qt.Key.Key_Delete)


def test_choosing_everything_is_quick_at_100000_rows(desk: Desk, qtbot: QtBot) -> None:
    view = TableView()
    qtbot.addWidget(view)
    model = PagedModel(columns_of(desk.kinds["publication"]), lambda keys: {})
    model.set_keys(array("q", range(100_000)))
    view.setModel(model)
    begun = time.perf_counter()
    view.selectAll()
    assert len(view.chosen_rows()) == 100_000
    assert time.perf_counter() - begun < 1.0


def test_the_small_model_keeps_qts_contract(qtmodeltester: ModelTester) -> None:
    model = RowsModel(["a", "b"], [["1", Cell("2", icon="plus", tone="green", coloured=True)], ["3"]])
    qtmodeltester.check(model, force_py=True)
    assert model.index(1, 1).data() == ""
    model.set_rows([])
    assert model.rowCount() == 0


@pytest.mark.parametrize("kind", ["publication", "research_task", "training_session"])
def test_every_kind_has_a_title_column_right_after_its_number(desk: Desk, kind: str) -> None:
    columns = columns_of(desk.kinds[kind])
    assert [column.name for column in columns[:2]] == ["number", desk.kinds[kind].title]
    assert columns[-1].name == "state"


def test_a_page_of_rows_is_quick_enough_for_painting(desk: Desk) -> None:
    catalogue = desk.catalogue
    for n in range(3 * PAGE):
        catalogue.save("publication", {"title": f"Bài {n}", "contributors": [{"name": "Nguyễn Văn A"}]})
    from stdesk.services.catalogue import ListQuery

    keys = catalogue.ids(ListQuery("publication"))
    took = []
    for start in range(0, 3 * PAGE, PAGE):
        begun = time.perf_counter()
        assert len(catalogue.rows("publication", keys[start : start + PAGE])) == PAGE
        took.append(time.perf_counter() - begun)
    assert min(took) < 0.010  # about a millisecond on a free machine

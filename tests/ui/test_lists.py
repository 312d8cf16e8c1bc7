"""Lists in use: several orders, filters that combine, views, sums, statistics, marks, copies, paper."""

from __future__ import annotations

import time
from array import array
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication, QImage, QPainter
from PySide6.QtWidgets import QMenu, QStyleOptionViewItem
from pytestqt.qtbot import QtBot

from stdesk.domain.records import State
from stdesk.services.catalogue import ListQuery
from stdesk.services.desk import Desk
from stdesk.ui.choose import choose
from stdesk.ui.records.facet_panel import FINDINGS, RangeLine
from stdesk.ui.records.list_panel import ListPanel
from stdesk.ui.records.list_tools import next_sort
from stdesk.ui.records.printing import export_list, print_list
from stdesk.ui.session import Session, Tone
from stdesk.ui.tables.columns import columns_of
from stdesk.ui.tables.marking import spans
from stdesk.ui.tables.paged_model import PagedModel
from stdesk.ui.tables.view import TableView
from tests.ui.keyboard import write

pytestmark = pytest.mark.qt_log_ignore("grabbing the keyboard")  # the offscreen platform and popups

CONTROL = Qt.KeyboardModifier.ControlModifier
TASKS = (
    ("Ứng dụng dữ liệu dân cư", 300_000_000, "2024-05", "Nguyễn Văn An"),
    ("Giám định kỹ thuật hình sự", 1_500_000_000, "2025-01-20", "Trần Thị Bình"),
    ("Đổi mới công tác kỹ thuật", 200_000_000, "2025", "Nguyễn Văn An"),
    ("An ninh mạng", None, "2026-02", "Lê Văn Cường"),
)


@pytest.fixture
def panel(qtbot: QtBot, desk: Desk, session: Session) -> ListPanel:
    """The list of four tasks, the last a draft; one has its words in a field that is not shown."""
    for n, (title, funding, start, leader) in enumerate(TASKS):
        values = {
            "title": title, "funding_total": funding, "start": start, "leader": [{"name": leader}],
            "tags": ("chuyển đổi số",) if n % 2 else ("quan trọng", "chuyển đổi số"),
        }  # fmt: skip
        if n == 3:
            values["notes"] = "Phối hợp với phòng cháy"
        desk.catalogue.save("research_task", values, state=State.DRAFT if n == 3 else State.COMPLETE)
    return _panel(qtbot, session, "research_task")


def _panel(qtbot: QtBot, session: Session, kind: str) -> ListPanel:
    made = ListPanel(session.desk.kinds[kind], session)
    qtbot.addWidget(made)
    made.resize(1100, 500)
    made.show()
    _read(qtbot, made, made.read)
    return made


def _read(qtbot: QtBot, panel: ListPanel, act: Callable[[], Any]) -> None:
    with qtbot.waitSignal(panel.listed):
        act()


def _titles(panel: ListPanel) -> list[str]:
    return [str(panel.model.text(row, 1)) for row in range(panel.model.rowCount())]


def _acts(menu: QMenu) -> dict[str, Any]:
    return {action.text(): action for action in menu.actions()}


# -- order ---------------------------------------------------------------------------------------


def test_clicks_build_an_order_of_many_columns() -> None:
    sort = next_sort((), "a", add=False)
    for name in ("b", "c"):
        sort = next_sort(sort, name, add=True)
    assert sort == (("a", False), ("b", False), ("c", False))
    sort = next_sort(sort, "b", add=True)
    assert sort == (("a", False), ("b", True), ("c", False))
    assert next_sort(sort, "b", add=True) == (("a", False), ("c", False))
    assert next_sort(sort, "a", add=False) == (("a", True),)
    assert next_sort((("a", True),), "a", add=False) == ()
    assert next_sort(sort, "c", add=False) == (("c", False),)


def test_three_columns_order_the_list_and_say_so_in_their_headers(qtbot: QtBot, panel: ListPanel) -> None:
    panel.sort_by("leader")
    panel.sort_by("start", second=True)
    _read(qtbot, panel, lambda: panel.sort_by("start", second=True))
    assert panel.sort == (("leader", False), ("start", True))
    assert _titles(panel) == [TASKS[2][0], TASKS[0][0], TASKS[1][0], TASKS[3][0]]
    heads = [panel.model.headerData(at, Qt.Orientation.Horizontal) for at in range(len(panel.model.columns))]
    assert any(head.endswith(" ¹") for head in heads) and any(head.endswith(" ↓²") for head in heads)
    menu = panel.context_menu()
    assert _acts(menu)["Rồi sắp xếp theo"].isEnabled()


# -- filters -------------------------------------------------------------------------------------


def test_tags_people_and_years_filter_together(qtbot: QtBot, panel: ListPanel) -> None:
    _read(qtbot, panel, lambda: panel.filters.set_filter("tags", ("quan trọng",)))
    assert _titles(panel) == [TASKS[0][0], TASKS[2][0]]
    _read(qtbot, panel, lambda: panel.filters.set_filter("start", ("2025..",)))
    assert _titles(panel) == [TASKS[2][0]]
    assert panel.filters.in_words()[-1].endswith("2025-…")
    _read(qtbot, panel, lambda: panel.filters.set_all({"leader": ("Nguyễn Văn An",), "start": ("..2024",)}))
    assert _titles(panel) == [TASKS[0][0]]


def test_backspace_on_a_chip_takes_its_filter_away(qtbot: QtBot, panel: ListPanel) -> None:
    _read(qtbot, panel, lambda: panel.filters.set_filter("leader", ("Lê Văn Cường",)))
    chip = panel.filters.chips.chip("leader")
    assert chip is not None and _titles(panel) == [TASKS[3][0]]
    _read(qtbot, panel, lambda: qtbot.keyClick(chip, Qt.Key.Key_Backspace))
    assert len(_titles(panel)) == 4


def test_a_panel_counts_within_the_other_filters(qtbot: QtBot, panel: ListPanel) -> None:
    _read(qtbot, panel, lambda: panel.filters.set_filter("start", ("2025",)))
    panel.filters.open_facet("leader")
    qtbot.waitUntil(lambda: panel.filters.panel is not None)
    shown = panel.filters.panel
    assert shown is not None
    texts = [shown.list.item(row).text() for row in range(shown.list.count())]
    assert texts == ["Nguyễn Văn An   1", "Trần Thị Bình   1", "(trống)"]
    shown.close()


def test_a_range_of_years_is_typed_and_half_typed_years_wait(qtbot: QtBot) -> None:
    line = RangeLine("2023..")
    qtbot.addWidget(line)
    heard: list[str] = []
    line.changed.connect(lambda: heard.append(line.value()))
    qtbot.keyClicks(line.last, "2025")
    assert heard == ["2023..2025"] and line.first.text() == "2023"
    line.first.clear()
    line.last.clear()
    assert line.value() == ""


def test_what_is_to_be_completed_is_a_filter(qtbot: QtBot, panel: ListPanel, desk: Desk) -> None:
    from stdesk.domain.periods import parse_period

    expected = {one.record for one in desk.readiness.check(parse_period("2026")).open}
    listed = {
        row.id
        for row in desk.catalogue.rows(
            "research_task", desk.catalogue.ids(ListQuery("research_task"))
        ).values()
    }
    _read(qtbot, panel, lambda: panel.filters.open_facet(FINDINGS))
    found = {panel.model.row(at).id for at in range(panel.model.rowCount())}  # type: ignore[union-attr]
    assert found == expected & listed
    assert panel.filters.in_words() == ["Cần bổ sung"]


# -- views ---------------------------------------------------------------------------------------


def test_a_view_is_named_in_its_line_and_brings_everything_back(
    qtbot: QtBot, panel: ListPanel, session: Session, said: list[Any]
) -> None:
    panel.search("ky thuat")
    panel.sort_by("funding_total")
    _read(qtbot, panel, lambda: panel.filters.set_filter("start", ("2025",)))
    panel.columns.show_column([one.name for one in panel.model.columns].index("host"), False)
    panel.views.ask()
    write(panel.views.line.edit, "Kỹ thuật 2025")
    qtbot.keyClick(panel.views.line.edit, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: bool(said))
    assert said[-1].text == "Đã lưu cách xem “Kỹ thuật 2025”." and panel.views.line.isHidden()

    again = _panel(qtbot, session, "research_task")
    assert len(_titles(again)) == 4
    words: list[str] = []
    again.words_wanted.connect(words.append)
    again.views.fill()
    _read(qtbot, again, _acts(again.views.menu_of_views)["Kỹ thuật 2025"].trigger)
    assert _titles(again) == [TASKS[2][0], TASKS[1][0]] and words == ["ky thuat"]
    assert "host" not in again.columns.shown() and again.sort == (("funding_total", False),)
    _read(qtbot, again, _acts(again.views.menu_of_views)["Danh sách như ban đầu"].trigger)
    assert len(_titles(again)) == 4 and again.sort == () and not again.filters.chosen


def test_a_deleted_view_is_offered_back(qtbot: QtBot, panel: ListPanel, desk: Desk, said: list[Any]) -> None:
    view = desk.views.save("research_task", panel.view().__class__("Của tôi", words="an"))[0]
    panel.views.delete(view)
    qtbot.waitUntil(lambda: bool(said))
    assert desk.views.of("research_task") == () and said[-1].action_label == "Hoàn tác"
    said[-1].action()
    qtbot.waitUntil(lambda: len(said) == 2)
    assert desk.views.of("research_task") == (view,)


def test_damaged_views_are_said_once_and_the_list_works(
    qtbot: QtBot, panel: ListPanel, desk: Desk, said: list[Any]
) -> None:
    desk._library.settings.put(**{"views:research_task": "[{"})
    panel.views.fill()
    panel.views.fill()
    assert [message.tone for message in said] == [Tone.WARN]
    assert "Lưu cách xem này…" in _acts(panel.views.menu_of_views)


# -- the foot ------------------------------------------------------------------------------------


def test_the_foot_adds_up_what_is_listed_then_what_is_chosen(qtbot: QtBot, panel: ListPanel) -> None:
    panel.columns.show_column([one.name for one in panel.model.columns].index("funding_total"), True)
    qtbot.waitUntil(lambda: "2.000.000.000" in panel.foot.text.text())
    assert panel.foot.text.text().startswith("Tổng số 4 mục")
    panel.table.selectRow(0)
    model = panel.table.selectionModel()
    model.select(panel.model.index(2, 0), model.SelectionFlag.Select | model.SelectionFlag.Rows)
    qtbot.waitUntil(lambda: panel.foot.text.text().startswith("Đang chọn 2 mục"))
    assert "500.000.000" in panel.foot.text.text()


def test_a_hit_out_of_sight_is_named(qtbot: QtBot, panel: ListPanel) -> None:
    _read(qtbot, panel, lambda: panel.search("phong chay"))
    assert _titles(panel) == [TASKS[3][0]]
    panel.table.selectRow(0)
    qtbot.waitUntil(lambda: panel.foot.text.text().endswith("tìm thấy trong: Ghi chú"))


# -- statistics ----------------------------------------------------------------------------------


def test_a_column_tells_what_it_holds_and_enter_lists_a_value(qtbot: QtBot, panel: ListPanel) -> None:
    panel.open_statistics("leader")
    qtbot.waitUntil(lambda: panel.statistics.panel is not None)
    shown = panel.statistics.panel
    assert shown is not None
    assert [line.text() for line in shown.lines] == [
        "Đã điền: 4 trong 4 mục (100 %), để trống: 0", "3 giá trị khác nhau"
    ]  # fmt: skip
    assert shown.list.item(0).text() == "Nguyễn Văn An"
    _read(qtbot, panel, lambda: shown.list.itemActivated.emit(shown.list.item(0)))
    assert _titles(panel) == [TASKS[0][0], TASKS[2][0]]


def test_money_has_least_most_and_sum(qtbot: QtBot, panel: ListPanel) -> None:
    panel.open_statistics("funding_total")
    qtbot.waitUntil(lambda: panel.statistics.panel is not None)
    assert panel.statistics.panel is not None
    assert [line.text() for line in panel.statistics.panel.lines] == [
        "Đã điền: 3 trong 4 mục (75 %), để trống: 1", "3 giá trị khác nhau",
        "Từ 200.000.000 đến 1.500.000.000", "Tổng: 2.000.000.000",
    ]  # fmt: skip
    panel.statistics.panel.close()


# -- marks ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("words", "text", "found"),
    [
        ("ky thuat", "Giám định kỹ thuật", ["kỹ", "thuật"]),
        ("de an 06", "Đề án 06; đề xuất", ["Đề", "án", "06", "đề"]),
        ("“hinh su”", "sự hình, hình  sự", ["hình  sự"]),
        ("thu", "thuật, luật thu", ["thuật", "thu"]),
        ("thu ", "Vô can", []),
        ("𝕏", "ß 𝕏 ﬁ", ["𝕏"]),
        ("", "gì", []),
    ],
)
def test_words_are_marked_without_their_accents(desk: Desk, words: str, text: str, found: list[str]) -> None:
    pattern = desk.catalogue.marks(words)
    assert [text[first:last] for first, last in spans(text, pattern)] == found


def test_marks_are_painted_over_the_hit_alone_and_quickly(qtbot: QtBot, panel: ListPanel) -> None:
    _read(qtbot, panel, lambda: panel.search("hinh"))
    index = panel.model.index(0, 1)
    option = QStyleOptionViewItem()
    option.initFrom(panel.table)
    option.rect = panel.table.visualRect(index)
    option.widget = panel.table
    image = QImage(option.rect.right() + 1, option.rect.bottom() + 1, QImage.Format.Format_ARGB32)
    image.fill(Qt.GlobalColor.white)
    painter = QPainter(image)
    panel.marks.paint(painter, option, index)
    painter.end()
    line = option.rect.center().y() + 7
    colours = [image.pixelColor(x, line) for x in range(image.width())]
    marked = [x for x, colour in enumerate(colours) if colour.red() > 220 and colour.blue() < 200]
    text, metrics = TASKS[1][0], panel.table.fontMetrics()
    wide = metrics.horizontalAdvance("hình")
    assert 0.5 * wide < len(marked) < 1.6 * wide
    at = metrics.horizontalAdvance(text[: text.index("hình")])
    assert abs(marked[0] - option.rect.left() - at) < 24  # the cell's padding
    painter = QPainter(image)
    took = []
    for _ in range(50):
        begun = time.perf_counter()
        panel.marks.paint(painter, option, index)
        took.append(time.perf_counter() - begun)
    painter.end()
    assert min(took) < 0.001  # a tenth of a millisecond on a free machine


# -- choosing and copying ------------------------------------------------------------------------


def test_everything_chosen_is_painted_without_asking_every_row(desk: Desk, qtbot: QtBot) -> None:
    view = TableView()
    qtbot.addWidget(view)
    model = PagedModel(columns_of(desk.kinds["publication"]), lambda keys: {})
    model.set_keys(array("q", range(1_000_000)))
    view.setModel(model)
    view.show()
    begun = time.perf_counter()
    view.selectAll()
    view.repaint()
    view.horizontalHeader().viewport().repaint()
    assert view.chosen_count() == 1_000_000 and view.chosen_spans() == [(0, 999_999)]
    assert time.perf_counter() - begun < 1.0


def test_ranges_are_joined_and_keep_their_order(qtbot: QtBot, panel: ListPanel) -> None:
    model = panel.table.selectionModel()
    flags = model.SelectionFlag.Select | model.SelectionFlag.Rows
    for row in (3, 0, 1):
        model.select(panel.model.index(row, 0), flags)
    assert panel.table.chosen_spans() == [(0, 1), (3, 3)]
    keys = panel.model.keys
    assert panel.chosen_keys() == [keys[0], keys[1], keys[3]] and panel.chosen_keys(2) == [keys[0], keys[1]]


def test_copying_takes_the_columns_seen_as_text_and_table(
    qtbot: QtBot, panel: ListPanel, said: list[Any]
) -> None:
    panel.columns.show_only(("title", "funding_total"))
    panel.table.selectAll()
    with qtbot.waitSignal(panel.table.copied):
        qtbot.keyClick(panel.table, Qt.Key.Key_C, CONTROL)
    data = QGuiApplication.clipboard().mimeData()
    assert data.text().split("\n")[1] == "Ứng dụng dữ liệu dân cư\t300000000"
    assert "<table" in data.html() and said[-1].text == "Đã chép 4 dòng kèm tiêu đề"


def test_a_refresh_that_changes_nothing_keeps_choice_and_place(qtbot: QtBot, panel: ListPanel) -> None:
    panel.table.selectAll()
    reset: list[int] = []
    panel.model.modelReset.connect(lambda: reset.append(1))
    _read(qtbot, panel, panel.read)
    assert not reset and panel.table.chosen_count() == 4


def test_a_field_that_no_list_shows_can_be_made_a_column(qtbot: QtBot, panel: ListPanel) -> None:
    names = [column.name for column in panel.model.columns]
    place = names.index("notes")
    assert panel.table.isColumnHidden(place) and panel.model.text(3, place) == ""
    panel.columns.show_column(place, True)
    assert panel.model.text(3, place) == "Phối hợp với phòng cháy"


# -- file and paper ------------------------------------------------------------------------------


def test_what_is_shown_is_exported_and_said(
    qtbot: QtBot, panel: ListPanel, tmp_path: Path, said: list[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    target = tmp_path / "Nhiệm vụ.csv"
    monkeypatch.setattr(choose, "save_file", lambda *_: target)
    _read(qtbot, panel, lambda: panel.sort_by("funding_total"))
    panel.columns.show_only(("funding_total", "title"))
    export_list(panel.place())
    qtbot.waitUntil(lambda: bool(said))
    lines = target.read_text(encoding="utf-8-sig").splitlines()
    assert lines[1:] == ["200000000,Đổi mới công tác kỹ thuật", "300000000,Ứng dụng dữ liệu dân cư",
                         "1500000000,Giám định kỹ thuật hình sự", ",An ninh mạng"]  # fmt: skip
    assert "4 dòng" in said[-1].text and said[-1].tone is Tone.DONE


def test_a_list_is_printed_to_a_file_that_is_opened(
    qtbot: QtBot, panel: ListPanel, tmp_path: Path, said: list[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[Path] = []
    monkeypatch.setattr(choose, "save_file", lambda *_: tmp_path / "a")
    monkeypatch.setattr("stdesk.ui.records.printing._open", opened.append)
    print_list(panel.place())
    qtbot.waitUntil(lambda: bool(opened), timeout=20_000)
    assert opened == [tmp_path / "a.pdf"] and opened[0].read_bytes().startswith(b"%PDF")
    monkeypatch.setattr(choose, "save_file", lambda *_: None)
    print_list(panel.place())
    export_list(panel.place())
    assert len(opened) == 1


# -- asking --------------------------------------------------------------------------------------


def test_a_question_that_is_overtaken_is_stopped_and_only_the_newest_answered(
    qtbot: QtBot, panel: ListPanel
) -> None:
    answers: list[int] = []
    panel.listed.connect(answers.append)
    panel.search("khong co")
    panel.reader._start()  # it is under way
    panel.search("an")
    _read(qtbot, panel, lambda: panel.search("an ninh"))
    assert answers == [1] and _titles(panel) == [TASKS[3][0]]

"""The figures page: every number beside what it was, its records, estimates, sums, copying."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QLineEdit
from pytestqt.qtbot import QtBot

from stdesk.clock import fixed_clock
from stdesk.domain.periods import parse_period
from stdesk.domain.records import State
from stdesk.errors import UserError
from stdesk.services.desk import Desk
from stdesk.services.figures import Part, behind, named, tables
from stdesk.services.reporting import Reporting
from stdesk.ui.reporting.figures_model import WHOLE, read_number
from stdesk.ui.reporting.figures_page import FiguresPage
from stdesk.ui.reporting.known import Known
from stdesk.ui.session import Session, Tone
from tests.ui.conftest import NOW
from tests.ui.filled import filled_desk

WAIT = 30_000
PERIOD = parse_period("2026")


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    with filled_desk(tmp_path / "kho") as opened:
        yield opened


@pytest.fixture
def page(qtbot: QtBot, session: Session) -> FiguresPage:
    made = FiguresPage(session)
    qtbot.addWidget(made)
    made.resize(1160, 720)
    made.show()
    qtbot.waitUntil(lambda: made.snapshot is not None and made._task is None, timeout=WAIT)
    return made


def at_table(page: FiguresPage, name: str) -> int:
    """Go to the table with this id."""
    (row,) = [at for at, one in enumerate(page.body.tables) if one.id == name]
    page.body.list.setCurrentRow(row)
    return row


def listed(qtbot: QtBot, page: FiguresPage) -> list[str]:
    """The titles of the records listed."""
    qtbot.waitUntil(lambda: page.body.behind.isVisible() and page.body._task is None, timeout=WAIT)
    return [one.title for one in page.body.behind.records]


def cell(page: FiguresPage, row: int, part: str) -> Any:
    """The cell of ``part`` in ``row``."""
    (column,) = [at for at, one in enumerate(page.body.model.columns) if one.part == part]
    return page.body.model.index(row, column)


def test_each_number_stands_beside_what_it_was(page: FiguresPage, desk: Desk) -> None:
    at_table(page, "publications_by_type")
    model = page.body.model
    assert [one.part for one in model.columns] == ["label", "this", "last", "difference", "mark", "estimate"]
    assert model.columns[2].title == "Năm 2025" and model.columns[5].title == "Ước đến 31/12"
    total = model.rowCount() - 1
    assert model.index(total, 0).data() == "Tổng số"
    checked = desk.readiness.check(PERIOD).reported
    this = sum(one.kind == "publication" for one in checked)
    last = sum(one.kind == "publication" for one in desk.readiness.check(parse_period("2025")).reported)
    assert [model.index(total, at).data() for at in (1, 2)] == [str(this), str(last)]
    assert model.index(total, 3).data() == f"{this - last:+d}"


def test_enter_lists_the_records_and_once_more_opens_one(
    qtbot: QtBot, page: FiguresPage, desk: Desk, session: Session
) -> None:
    at_table(page, "publications_by_type")
    view = page.body.view
    view.setFocus()
    view.setCurrentIndex(cell(page, page.body.model.rowCount() - 1, Part.THIS))
    qtbot.keyClick(view, Qt.Key.Key_Return)
    titles = listed(qtbot, page)
    expected = [one for one in desk.readiness.check(PERIOD).reported if one.kind == "publication"]
    assert sorted(titles) == sorted(str(one.get("title")) for one in expected)
    assert [one.number for one in page.body.behind.records] == sorted(one.number for one in expected)
    qtbot.keyClick(view, Qt.Key.Key_Return)
    assert page.body.behind.table.hasFocus()
    with qtbot.waitSignal(session.record_wanted) as wanted:
        qtbot.keyClick(page.body.behind.table, Qt.Key.Key_Return)
    assert wanted.args[:2] == ["publication", page.body.behind.records[0].id]
    assert page.step_back() and not page.body.behind.isVisible()  # Esc puts the list away
    assert not page.step_back()


def test_a_difference_lists_what_came_and_what_went(qtbot: QtBot, page: FiguresPage) -> None:
    at_table(page, "tasks_by_level")
    assert page.snapshot is not None
    rows = {one["figure"]: one for one in page.snapshot.comparison["rows"]}
    total = page.body.model.rowCount() - 1
    page.body.show_behind(cell(page, total, Part.DIFFERENCE))
    listed(qtbot, page)
    found = page.body.behind.records
    assert {one.id for one in found if one.came > 0} == set(rows["tasks.total"]["new"])
    assert {one.id for one in found if one.came < 0} == set(rows["tasks.total"]["gone"])
    assert all(one.title and one.number for one in found)  # also of those that are no longer reported
    page.body.show_behind(cell(page, total, Part.LAST))
    qtbot.waitUntil(lambda: len(page.body.behind.records) == rows["tasks.total"]["last"], timeout=WAIT)


def test_the_list_follows_the_cell_while_it_is_open(qtbot: QtBot, page: FiguresPage) -> None:
    at_table(page, "tasks_by_level")
    page.body.view.setFocus()
    last = page.body.model.rowCount() - 1
    page.body.show_behind(cell(page, last, Part.THIS))
    before = listed(qtbot, page)
    qtbot.keyClick(page.body.view, Qt.Key.Key_Down)
    qtbot.waitUntil(lambda: [one.title for one in page.body.behind.records] != before, timeout=WAIT)


def test_an_estimate_is_typed_in_place_and_taken_back(
    qtbot: QtBot, page: FiguresPage, desk: Desk, session: Session, said: list[Any]
) -> None:
    at_table(page, "publications_by_type")
    view, row = page.body.view, page.body.model.rowCount() - 1
    snapshot = page.snapshot
    view.setFocus()
    view.setCurrentIndex(cell(page, row, "estimate"))
    qtbot.keyClick(view, Qt.Key.Key_1)  # a digit begins it
    editor = view.findChild(QLineEdit)
    assert editor is not None and editor.text() == "1"
    qtbot.keyClicks(editor, ".250")
    qtbot.keyClick(editor, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: cell(page, row, "estimate").data() == "1.250", timeout=WAIT)
    assert desk.preparation.read(PERIOD).estimates == {"publications.total": 1250}
    assert said[-1].tone is Tone.DONE
    assert page._task is None and page.snapshot is snapshot  # nothing was counted anew for it
    session.undo()
    qtbot.waitUntil(lambda: cell(page, row, "estimate").data() is None, timeout=WAIT)
    view.setCurrentIndex(cell(page, row, "estimate"))
    page.body.model.setData(cell(page, row, "estimate"), "ba mươi")
    assert said[-1].tone is Tone.WARN and "ba mươi" in said[-1].text
    assert desk.preparation.read(PERIOD).estimates == {}


@pytest.mark.parametrize(
    ("typed", "unit", "number"),
    [
        ("120", "task", 120),
        ("1.250", "task", 1250),
        ("1,250", "task", 1250),
        ("1 250 000", "task", 1_250_000),
        ("1,5", "task", None),
        ("1.2500", "task", None),
        ("-3", "task", None),
        ("ba", "task", None),
        ("1,5 tỷ", "dong", 1_500_000_000),
        ("٣", "task", None),
    ],
)
def test_numbers_are_read_as_they_are_written_here(typed: str, unit: str, number: int | None) -> None:
    assert read_number(typed, unit) == number


def test_a_plan_asks_for_targets(qtbot: QtBot, page: FiguresPage) -> None:
    page.open_with({"period": "2027-KH"})
    qtbot.waitUntil(lambda: page.snapshot is not None and page._task is None, timeout=WAIT)
    if page.stack.currentIndex():
        assert page.body.model.columns[-1].title == "Chỉ tiêu"


def test_every_column_and_the_whole_table_can_be_seen_and_copied(page: FiguresPage) -> None:
    at_table(page, "tasks_by_level")
    body, view = page.body, page.body.view
    table = body.tables[body.list.currentRow()]
    money = next(at for at, unit in enumerate(table.units) if unit == "dong")
    body.chips[money].click()
    assert body.model.columns[1].title == table.columns[money]
    assert all(one.part != "estimate" for one in body.model.columns)  # those belong to the first column
    body.chips[WHOLE].click()
    assert [one.title for one in body.model.columns] == [table.head, *table.columns]
    view.selectAll()
    view.copy_cells()
    lines = [line.split("\t") for line in QApplication.clipboard().text().split("\n")]
    assert lines[0] == [table.head, *table.columns]
    assert lines[-1][0] == "Tổng số" and lines[-1][money + 1] == str(table.rows[-1].values[money])
    view.clearSelection()
    view.setCurrentIndex(body.model.index(len(table.rows) - 1, money + 1))
    view.copy_cells()
    assert QApplication.clipboard().text() == str(table.rows[-1].values[money])  # one cell alone: its number


def test_sums_are_told_with_their_sentence_and_what_is_off_comes_first(
    qtbot: QtBot, page: FiguresPage
) -> None:
    assert page.snapshot is not None
    page.body.list.setCurrentRow(len(page.body.tables))
    checks = page.snapshot.figures["checks"]
    sums = page.body.sums
    assert sums.model.rowCount() == len(checks)
    signs = [sums.model.index(at, 0).data() for at in range(len(checks))]
    wrong = sum(not one["ok"] for one in checks)
    assert signs == ["✗ Lệch"] * wrong + ["✓ Khớp"] * (len(checks) - wrong)
    assert sums.sentence.text()
    off = [one for one in checks if not one["ok"] and one.get("records")]
    if off:
        sums._open(0)
        assert len(listed(qtbot, page)) == len(off[0]["records"])


def test_another_page_can_ask_for_a_figure(qtbot: QtBot, page: FiguresPage) -> None:
    page.open_with({"period": "2026", "figure": "tasks.women"})
    assert page.body.model.figure(page.body.view.currentIndex()) == ("tasks.women", Part.THIS)
    listed(qtbot, page)


def test_an_empty_period_and_one_ahead_say_what_to_do(
    qtbot: QtBot, page: FiguresPage, session: Session
) -> None:
    page.open_with({"period": "1995"})
    qtbot.waitUntil(lambda: page.snapshot is not None and page._task is None, timeout=WAIT)
    assert page.stack.currentIndex() == 0
    assert page.empty.title.text().startswith("Chưa có mục nào thuộc năm 1995")
    assert page.empty.button is not None
    with qtbot.waitSignal(session.page_wanted) as wanted:
        page.empty.button.click()
    assert wanted.args[0] == "import"
    page.open_with({"period": "2035"})
    qtbot.waitUntil(lambda: page.snapshot is not None and page._task is None, timeout=WAIT)
    assert "01/01/2035" in page.empty.text.text() or "chưa bắt đầu" in page.note.text.text()


def test_what_cannot_be_gathered_is_said_with_a_way_on(
    qtbot: QtBot, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_args: Any) -> None:
        raise UserError("snapshot_damaged", version="")

    monkeypatch.setattr(Reporting, "draft", broken)
    page = FiguresPage(session)
    qtbot.addWidget(page)
    page.show()
    qtbot.waitUntil(lambda: page._task is None and "hỏng" in page.empty.text.text(), timeout=WAIT)
    monkeypatch.undo()
    assert page.empty.button is not None
    page.empty.button.click()
    qtbot.waitUntil(lambda: page.snapshot is not None, timeout=WAIT)


def test_stopping_says_so_and_counts_anew_when_asked(qtbot: QtBot, session: Session, said: list[Any]) -> None:
    page = FiguresPage(session)
    qtbot.addWidget(page)
    page.show()
    page.step_back()
    qtbot.waitUntil(lambda: page._task is None, timeout=WAIT)
    if page.snapshot is None:  # not stopped too late
        assert page.empty.button is not None and page.empty.button.text() == "Tính lại"
        page.empty.button.click()
    qtbot.waitUntil(lambda: page.snapshot is not None, timeout=WAIT)


def test_a_draft_gathered_elsewhere_is_not_gathered_again(qtbot: QtBot, page: FiguresPage) -> None:
    known = Known.of(page.session)
    held = known.draft("2026")
    assert held is not None and held.snapshot is page.snapshot
    other = FiguresPage(page.session)
    qtbot.addWidget(other)
    other.show()
    assert other.snapshot is held.snapshot and other._task is None


def test_a_change_is_counted_at_once_unless_counting_takes_long(
    qtbot: QtBot, page: FiguresPage, desk: Desk, session: Session
) -> None:
    before = page.snapshot
    one = next(one for one in desk.readiness.check(PERIOD).reported if one.kind == "publication")
    session.done(desk.catalogue.trash([one.id]))
    qtbot.waitUntil(lambda: page.snapshot is not before and page._task is None, timeout=WAIT)
    page._took = 60.0
    held = page.snapshot
    session.done(desk.catalogue.restore([one.id]))
    assert page.note.isVisible() and page._task is None and page.snapshot is held
    page.note.buttons[0].click()
    qtbot.waitUntil(lambda: page.snapshot is not held, timeout=WAIT)
    assert not page.note.isVisible()


def test_nothing_can_be_typed_into_a_library_open_for_reading(
    qtbot: QtBot, desk: Desk, tmp_path: Path
) -> None:
    from stdesk.ui.tasks import TaskRunner

    with Desk.open(desk.folder, clock=fixed_clock(NOW), read_only=True) as reading:
        runner = TaskRunner()
        session = Session(reading, runner)
        page = FiguresPage(session)
        qtbot.addWidget(page)
        page.show()
        qtbot.waitUntil(lambda: page.snapshot is not None and page._task is None, timeout=WAIT)
        at_table(page, "publications_by_type")
        index = cell(page, 0, "estimate")
        assert not index.flags() & Qt.ItemFlag.ItemIsEditable
        page.hide()
        runner.shutdown()


def test_a_record_gone_for_good_is_listed_as_gone(desk: Desk) -> None:
    snapshot = desk.reporting.draft(PERIOD)
    found = named(snapshot, ["no-such-id"], desk.kinds, lambda _ids: [])
    assert [(one.id, one.kind, one.title) for one in found] == [("no-such-id", "", "")]
    assert behind(snapshot, "no.such.figure", Part.THIS, desk.kinds, lambda _ids: []) == []


def test_tables_carry_the_numbers_of_the_snapshot(desk: Desk) -> None:
    desk.preparation.put_estimate(PERIOD, "tasks.total", 33)
    snapshot = desk.reporting.draft(PERIOD)
    for table in tables(snapshot):
        for row in table.rows:
            assert row.values == tuple(snapshot.figure(name) for name in row.figures)
            for value, beside in zip(row.values, row.compared, strict=bool(row.compared)):
                assert beside is None or value - beside.last == beside.difference
    (by_level,) = [one for one in tables(snapshot) if one.id == "tasks_by_level"]
    assert by_level.rows[-1].estimate == 33
    assert desk.catalogue.count("publication", State.TRASHED) == 0

"""A quarter of an hour at the desk by keyboard alone, as docs/walk-throughs/the-desk.md tells it.

Ten publications, three tasks, two trainings, with mistakes; a double merged and the merging undone;
the program closed and opened; everything is there.
"""

from __future__ import annotations

from collections.abc import Mapping

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication

from stdesk.domain.records import Record, State
from stdesk.ui.doubles.page import DoublesPage
from stdesk.ui.records.detail import Detail
from stdesk.ui.records.page import RecordsPage
from tests.ui.officer import CONTROL, Officer
from tests.ui.test_whole_way import begin_a_library

pytestmark = pytest.mark.qt_log_ignore("grabbing the keyboard")  # the offscreen platform and popups

JOURNAL = "Tạp chí Cảnh sát nhân dân"
PUBLICATIONS: tuple[dict[str, str], ...] = (
    {
        "document_type": "bai bao tap chi",
        "title": "Nhận diện thủ đoạn lừa đảo trên không gian mạng",
        "contributors": "Đại tá, TS Nguyễn Văn Bình; Thiếu tá, ThS Trần Thị Hoa",
        "department": "PA05",
        "container": JOURNAL,
        "issued": "3/2026",
        "issue": "3",
        "pages": "45-52",
        "issn": "0866-7462",
    },
    {
        "document_type": "bai bao tap chi",
        "title": "Đấu tranh với tội phạm ma túy trên tuyến biên giới",
        "contributors": "Lê Văn Tám",
        "department": "PC04",
        "container": JOURNAL,
        "issued": "tháng 5 2026",
    },
    {
        "document_type": "bai ky yeu",
        "title": "Ứng dụng trí tuệ nhân tạo trong giám định chữ viết",
        "contributors": "Thượng tá, TS Đỗ Thị Ánh",
        "department": "PC09",
        "issued": "20/06/2026",
    },
    {
        "document_type": "sach chuyen khao",
        "title": "Lý luận về phòng ngừa tội phạm",
        "contributors": "Đặng Hữu Phước",
        "department": "PV01",
        "publisher": "Nhà xuất bản Công an nhân dân",
        "issued": "2025",
    },
    {
        "document_type": "luan van thac si",
        "title": "Quản lý cư trú ở đô thị loại II",
        "contributors": "Phạm Thị Ước",
        "department": "PC06",
        "issued": "2026",
        "thesis_institution": "Học viện Cảnh sát nhân dân",
        "defended": "12/9/2026",
    },
    {
        "document_type": "ban tin",
        "title": "Bản tin khoa học quý I",
        "contributors": "Ban biên tập",
        "issued": "03/2026",
    },
    {
        "document_type": "to roi",
        "title": "Phòng cháy trong khu dân cư",
        "contributors": "Vũ Quốc Ân",
        "issued": "2026",
    },
    {
        "document_type": "giao trinh",
        "title": "Kỹ thuật hình sự",
        "contributors": "Hoàng Đình Ý",
        "issued": "2024",
    },
    {
        "document_type": "bao",
        "title": "Người giữ bình yên ở Đất Mũi",
        "contributors": "Ngô Lan",
        "issued": "19/8/2026",
    },
)
TASKS: tuple[dict[str, str], ...] = (
    {
        "code": "BH.2026.01",
        "title": "Nâng cao năng lực giám định kỹ thuật số",
        "level": "co so",
        "leader": "Trung tá, ThS Trần Văn Đức",
        "host": "PC09",
        "start": "01/2026",
        "end": "12/2026",
        "funding_total": "350 triệu",
    },
    {"code": "BH.2026.02", "title": "Phòng ngừa xâm hại trẻ em", "leader": "Lý Thị Ngọc", "start": "3/2026"},
    {"code": "BH.2025.07", "title": "Số hóa tàng thư căn cước", "leader": "Bùi Quang Huy", "start": "2025"},
)
TRAININGS: tuple[dict[str, str], ...] = (
    {
        "title": "Tập huấn khai thác dữ liệu dân cư",
        "organiser": "PC06",
        "start": "14/04/2026",
        "end": "16/04/2026",
        "place": "TP Cà Mau",
        "participants": "45",
        "women": "12",
    },
    {"title": "Bồi dưỡng sở hữu trí tuệ", "organiser": "PV01", "start": "6/2026", "participants": "30"},
)
DOUBLE = {
    "document_type": "bai ky yeu",
    "title": "ỨNG DỤNG TRÍ TUỆ NHÂN TẠO TRONG GIÁM ĐỊNH CHỮ VIẾT",
    "contributors": "Đỗ Thị Ánh",
    "department": "PC09",
    "issued": "2026",
    "pages": "101-110",
}


def test_a_quarter_of_an_hour_at_the_desk(officer: Officer) -> None:
    begin_a_library(officer)
    page = officer.go(Qt.Key.Key_2, RecordsPage)
    enter_the_publications(officer, page)
    officer.go(Qt.Key.Key_3, RecordsPage)
    enter_all(officer, TASKS)
    officer.go(Qt.Key.Key_4, RecordsPage)
    enter_all(officer, TRAININGS)
    assert officer.counts() == [9, 3, 2]
    officer.go(Qt.Key.Key_2, RecordsPage)
    enter_the_double(officer, page)
    assert officer.counts() == [10, 3, 2]
    trash_the_wrong_one_and_undo(officer, page)
    merge_and_undo(officer, page)
    before = every(officer)
    officer.leave()

    again = Officer(officer.qtbot, officer.app)
    again.start()
    try:
        assert again.counts() == [10, 3, 2] and every(again) == before
        find_everything(again)
        again.press(Qt.Key.Key_Escape)  # out of the search line, where Ctrl+Y belongs to what is typed
        again.press(Qt.Key.Key_Escape)
        again.press(Qt.Key.Key_Y, CONTROL)  # the merging undone before the program was closed
        again.wait(lambda: again.counts() == [9, 3, 2])
        again.press(Qt.Key.Key_Z, CONTROL)
        again.wait(lambda: again.counts() == [10, 3, 2])
        assert {one: values for one, (_, values) in every(again).items()} == {
            one: values for one, (_, values) in before.items()
        }
    finally:
        again.leave()


def every(officer: Officer) -> dict[str, tuple[State, Mapping[str, object]]]:
    """Everything in the library by id."""
    library = officer.desk.catalogue
    found = {}
    for kind in officer.desk.kinds:
        for number in range(1, 20):
            record = _numbered(officer, kind.name, number)
            if record is not None:
                found[record.id] = (record.state, dict(record.values))
    assert len(found) >= sum(library.count(kind.name) for kind in officer.desk.kinds)
    return found


def _numbered(officer: Officer, kind: str, number: int) -> Record | None:
    from stdesk.errors import UserError

    try:
        return officer.desk.catalogue.record(f"{kind}/{number}")
    except UserError:
        return None


def detail_of(officer: Officer) -> Detail:
    """The form beside the list, ready."""
    page = officer.page(RecordsPage)
    officer.wait(lambda: page.detail and page.pane_open)
    assert page.detail is not None
    return page.detail


def fill(officer: Officer, typed: Mapping[str, str]) -> Detail:
    """Ctrl+N, then every field in the order of the form."""
    officer.press(Qt.Key.Key_N, CONTROL)
    detail = detail_of(officer)
    officer.wait(lambda: detail.form.box_of(officer.focus))
    assert detail.record is None
    for name, text in typed.items():
        officer.to_field(detail.form, name)
        officer.write(text)
    officer.press(Qt.Key.Key_Tab)
    return detail


def save(officer: Officer, detail: Detail) -> Record:
    """Ctrl+S; the record as it was saved."""
    officer.press(Qt.Key.Key_S, CONTROL)
    officer.wait(lambda: detail.record and not detail.dirty)
    assert detail.record is not None
    return detail.record


def enter_all(officer: Officer, rows: tuple[dict[str, str], ...]) -> None:
    """One after the other, none with a mistake."""
    for row in rows:
        record = save(officer, fill(officer, row))
        assert record.get("title") == row["title"]


def enter_the_publications(officer: Officer, page: RecordsPage) -> None:
    """Nine, with the mistakes people make."""
    officer.wait(lambda: page.list.empty.isVisible())
    for number, row in enumerate(PUBLICATIONS, 1):
        if number == 1:
            a_day_that_is_not(officer, row)
        elif number == 4:
            a_year_mistyped_and_a_step_back(officer, row)
        elif number == 6:
            a_title_pasted_from_anywhere(officer, row)
        else:
            save(officer, fill(officer, row))
    assert officer.counts() == [9, 0, 0]
    first = officer.desk.catalogue.record("publication/1")
    assert first.get("issued") == "2026-03" and first.get("container") == JOURNAL
    people = first.get("contributors")
    assert [one["name"] for one in people] == ["Nguyễn Văn Bình", "Trần Thị Hoa"]
    assert (
        people[0]["degree"]
        and people[0]["rank"]
        and officer.desk.catalogue.record("publication/2").get("issued") == "2026-05"
    )


def a_day_that_is_not(officer: Officer, row: Mapping[str, str]) -> None:
    """31 February: kept as typed, refused by Ctrl+S, and one is led back to it."""
    detail = fill(officer, {**row, "issued": "31/02/2026"})
    officer.press(Qt.Key.Key_S, CONTROL)
    box = detail.form.boxes["issued"]
    officer.wait(lambda: detail.form.box_of(officer.focus) is box)
    assert officer.counts() == [0, 0, 0] and box.note.isVisible()
    officer.write(row["issued"])
    save(officer, detail)


def a_year_mistyped_and_a_step_back(officer: Officer, row: Mapping[str, str]) -> None:
    """Year 0225; Esc to the list in fright, and back: what was typed is still there."""
    detail = fill(officer, {**row, "issued": "0225"})
    assert detail.form.problems().keys() == {"issued"}
    officer.press(Qt.Key.Key_Escape)
    officer.press(Qt.Key.Key_Escape)
    page = officer.page(RecordsPage)
    officer.wait(lambda: not page.pane_open)
    officer.press(Qt.Key.Key_N, CONTROL)
    officer.wait(lambda: page.pane_open and detail.form.box_of(officer.focus))
    assert detail.form.typed().values["title"] == row["title"] and detail.form.problems()
    officer.to_field(detail.form, "issued")
    officer.write(row["issued"])
    save(officer, detail)


def a_title_pasted_from_anywhere(officer: Officer, row: Mapping[str, str]) -> None:
    """Line breaks, a NUL, a right-to-left mark and decomposed letters come along from the clipboard."""
    without = {name: text for name, text in row.items() if name != "title"}
    detail = fill(officer, {"document_type": without["document_type"]})
    officer.to_field(detail.form, "title")
    QGuiApplication.clipboard().setText("Bản tin\n khoa ho\u0323c\u200f quy\u0301 I")
    officer.press(Qt.Key.Key_V, CONTROL)
    for name in ("contributors", "issued"):
        officer.to_field(detail.form, name)
        officer.write(without[name])
    record = save(officer, detail)
    assert record.get("title") == row["title"]


def enter_the_double(officer: Officer, page: RecordsPage) -> None:
    """The same paper in capitals: said above the form while it is typed, saved all the same."""
    detail = fill(officer, DOUBLE)
    note = page.findChild(type(detail.doubles))
    assert note is not None
    officer.wait(lambda: detail.doubles.isVisible())
    save(officer, detail)


def trash_the_wrong_one_and_undo(officer: Officer, page: RecordsPage) -> None:
    """Del on the wrong row, Ctrl+Z."""
    officer.press(Qt.Key.Key_Escape)
    officer.press(Qt.Key.Key_Escape)
    officer.wait(lambda: officer.focus is page.list.table)
    officer.press(Qt.Key.Key_Home, CONTROL)
    officer.press(Qt.Key.Key_Delete)
    officer.wait(lambda: officer.counts() == [9, 3, 2])
    officer.press(Qt.Key.Key_Z, CONTROL)
    officer.wait(lambda: officer.counts() == [10, 3, 2])


def merge_and_undo(officer: Officer, page: RecordsPage) -> None:
    """Both found, Ctrl+A, Ctrl+M, one field from the second, merged; then Ctrl+Z: both are back as they were."""
    before = every(officer)
    officer.press(Qt.Key.Key_F3)
    officer.write("giam dinh chu viet")
    officer.wait(lambda: page.list.model.rowCount() == 2)
    officer.press(Qt.Key.Key_Return)
    officer.wait(lambda: officer.focus is page.list.table)
    officer.press(Qt.Key.Key_A, CONTROL)
    officer.press(Qt.Key.Key_M, CONTROL)
    doubles = officer.page(DoublesPage)
    officer.wait(lambda: doubles.compare.isVisible() and doubles.compare.merge_button.isEnabled())
    officer.to_button(doubles.compare.merge_button)
    officer.wait(lambda: officer.counts() == [9, 3, 2])
    kept = next(
        record for record in map(officer.desk.catalogue.record, before) if record.get("pages") == "101-110"
    )
    assert kept.get("issued") == "2026-06-20" and kept.state is State.COMPLETE
    officer.press(Qt.Key.Key_Z, CONTROL)
    officer.wait(lambda: officer.counts() == [10, 3, 2])
    assert every(officer) == before


def find_everything(officer: Officer) -> None:
    """Every title, typed without accents."""
    from stdesk.text import fold

    for digit, rows in (
        (Qt.Key.Key_2, (*PUBLICATIONS, DOUBLE)),
        (Qt.Key.Key_3, TASKS),
        (Qt.Key.Key_4, TRAININGS),
    ):
        page = officer.go(digit, RecordsPage)
        for row in rows:
            officer.press(Qt.Key.Key_F3)
            officer.write(fold(row["title"]))
            officer.wait(lambda page=page, row=row: _listed(page, fold(row["title"])))


def _listed(page: RecordsPage, folded: str) -> bool:
    from stdesk.text import fold

    rows = [page.list.model.row(at) for at in range(page.list.model.rowCount())]
    return bool(rows) and all(
        row is not None and fold(str(row.values.get("title"))) == folded for row in rows
    )

"""Lists taken elsewhere: what is seen, in its order, typed, harmless, without what is secret."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import openpyxl
import pypdfium2
import pytest

from stdesk.clock import fixed_clock
from stdesk.domain.records import State
from stdesk.errors import UserError
from stdesk.progress import Cancelled, Progress
from stdesk.services.catalogue import ListQuery
from stdesk.services.desk import Desk
from stdesk.services.release import LEAVE_OUT

COLUMNS = ("number", "title", "funding_total", "start", "leader", "state")


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    clock = fixed_clock(datetime(2026, 11, 2, 3, 0, tzinfo=UTC))
    with Desk.create(tmp_path / "kho", unit_code="A", unit_name="Công an tỉnh Minh Hải", clock=clock) as made:
        rows = (
            {
                "title": "=HYPERLINK(“x”) Đề tài & <b>một</b>", "funding_total": 1_250_000_000,
                "start": "2025-03-04", "leader": [{"name": "Nguyễn Văn Ân"}],
            },
            {"title": "Đề tài hai\nhai dòng", "start": "2025-03", "leader": [{"name": "Trần Thị Ý"}]},
        )  # fmt: skip
        for values in rows:
            made.catalogue.save("research_task", values)
        made.catalogue.save("research_task", {"title": "Ba"}, state=State.DRAFT)
        yield made


def _keys(desk: Desk) -> list[int]:
    return list(desk.catalogue.ids(ListQuery("research_task")))


def test_the_clipboard_holds_text_and_table_with_days_numbers_and_no_formula(desk: Desk) -> None:
    copied = desk.lists.copy("research_task", _keys(desk), COLUMNS)
    lines = [line.split("\t") for line in copied.text.split("\n")]
    assert copied.rows == 3 and len(lines) == 4
    assert lines[0][1:4] == ["Tên nhiệm vụ", lines[0][2], lines[0][3]]
    assert lines[1] == [
        "1", "'=HYPERLINK(“x”) Đề tài & <b>một</b>", "1250000000", "04/03/2025", "Nguyễn Văn Ân", "Hoàn chỉnh",
    ]  # fmt: skip
    assert lines[2][1] == "Đề tài hai hai dòng" and lines[2][3] == "03/2025"
    assert lines[3][2:] == ["", "", "", "Nháp"]
    assert "&lt;b&gt;một&lt;/b&gt;" in copied.table and "<b>" not in copied.table
    assert 'x:num="1250000000"' in copied.table and "'dd/mm/yyyy'\">04/03/2025</td>" in copied.table
    assert copied.table.count("<tr>") == 4


def test_a_workbook_has_the_columns_seen_in_their_order_with_types(desk: Desk, tmp_path: Path) -> None:
    target = tmp_path / "Danh sách Đề tài.xlsx"
    done = desk.lists.export("research_task", _keys(desk)[:2], ("title", "funding_total", "start"), target)
    assert done.written == 2
    sheet = openpyxl.load_workbook(target).active
    assert sheet is not None
    rows = list(sheet.iter_rows(values_only=True))
    assert rows[1] == ("=HYPERLINK(“x”) Đề tài & <b>một</b>", 1_250_000_000, datetime(2025, 3, 4))  # noqa: DTZ001
    assert sheet["A2"].data_type == "s" and rows[2][1:] == (None, "03/2025")


def test_a_csv_says_the_same(desk: Desk, tmp_path: Path) -> None:
    desk.lists.export("research_task", _keys(desk)[:1], ("title", "funding_total"), tmp_path / "a.csv")
    text = (tmp_path / "a.csv").read_text(encoding="utf-8-sig")
    assert text.splitlines()[1] == "'=HYPERLINK(“x”) Đề tài & <b>một</b>,1250000000"


def test_another_ending_is_refused_and_stopping_leaves_nothing(desk: Desk, tmp_path: Path) -> None:
    with pytest.raises(UserError):
        desk.lists.export("research_task", _keys(desk), COLUMNS, tmp_path / "a.doc")
    stopped = Progress()
    stopped.cancel()
    with pytest.raises(Cancelled):
        desk.lists.export("research_task", _keys(desk), COLUMNS, tmp_path / "a.xlsx", stopped)
    assert not list(tmp_path.glob("a.*"))


def test_what_is_secret_never_leaves_and_is_counted(desk: Desk, tmp_path: Path) -> None:
    desk.set_unit(secrecy_ceiling="mat")
    desk.catalogue.save("research_task", {"title": "Chuyên án X"}, secrecy="mat")
    copied = desk.lists.copy("research_task", _keys(desk), COLUMNS)
    assert (copied.rows, copied.left_out) == (3, 1)
    assert "Chuyên án" not in copied.text + copied.table
    keys = _keys(desk)
    for write, name in ((desk.lists.export, "a.csv"), (desk.lists.print, "a.pdf")):
        with pytest.raises(UserError) as asked:  # neither let out nor left out in silence
            write("research_task", keys, COLUMNS, tmp_path / name)
        assert asked.value.code == "register_number_wanted" and not (tmp_path / name).exists()
        assert write("research_task", keys, COLUMNS, tmp_path / name, register=LEAVE_OUT).left_out == 1


def test_paper_lies_across_and_repeats_its_headers(desk: Desk, tmp_path: Path) -> None:
    keys = _keys(desk) * 40
    printed = desk.lists.print(
        "research_task", keys, COLUMNS, tmp_path / "in" / "a.pdf", ("Năm: 2025", "In ngày 02/11/2026")
    )
    assert printed.rows == 120
    document = pypdfium2.PdfDocument(printed.path)
    pages = [page.get_textpage().get_text_bounded() for page in document]
    assert len(pages) > 2 and all(page.get_width() > page.get_height() for page in document)
    assert "NHIỆM VỤ KH&CN" in pages[0] and "In ngày 02/11/2026" in pages[0]
    assert all("Tên nhiệm vụ" in page for page in pages) and "1.250.000.000" in pages[0]
    document.close()


def test_an_empty_list_is_a_page_too(desk: Desk, tmp_path: Path) -> None:
    assert desk.lists.print("research_task", [], COLUMNS, tmp_path / "a.pdf").rows == 0

"""From a figure back to the rows of the lists, short enough for paper."""

from __future__ import annotations

from time import perf_counter
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from stdesk.domain.records import Record
from stdesk.reports.annexes import Table, build_annexes, rows_behind
from stdesk.reports.behind import places_of, rows_by_annex, shortened, spans
from stdesk.reports.forms import read_form
from stdesk.reports.snapshot import Snapshot
from tests.reports.samples import KINDS, publications, record, sample, tasks

TITLE = "Bảng đối chiếu số liệu với danh mục"


def a_book(number: int, **values: Any) -> Record:
    return record("publication", number, {"title": f"Sách {number}", "issued": "2026", **values})


def references(made: Snapshot) -> Table:
    blocks = build_annexes(made, KINDS, read_form(made.form), "")[0].blocks
    return next(one for one in blocks if isinstance(one, Table) and one.title == TITLE)


def test_rows_in_few_words() -> None:
    assert spans([]) == ""
    assert spans([1, 4, 5, 6, 7]) == "1, 4–7"
    assert spans([2, 3]) == "2, 3"
    assert shortened([1, 2, 3, 7], 6) == "1–3, 7"
    assert shortened(list(range(1, 400, 2)), 20) == "1, 3, 5, 7, 9, 11, … và 194 dòng khác, xem phụ lục Excel"
    assert shortened([123456789], 3) == "123456789"


@given(st.sets(st.integers(1, 3000), max_size=200))
def test_nothing_is_lost_in_spans(rows: set[int]) -> None:
    back: set[int] = set()
    for part in filter(None, spans(sorted(rows)).split(", ")):
        first, _, last = part.partition("–")
        back |= set(range(int(first), int(last or first) + 1))
    assert back == rows
    assert shortened(sorted(rows), 10_000) == spans(sorted(rows))


def test_the_numbers_are_those_of_the_list_not_of_the_register() -> None:
    books = [a_book(number, document_type="book" if number % 3 else "leaflet") for number in (2, 5, 6, 9, 11)]
    made = sample(*books)
    assert rows_behind(made, "publications_by_type.leaflet.total") == "3, 4"
    assert rows_behind(made, "publications.total") == "1–5"
    assert rows_behind(made, "no.such.figure") == ""


def test_deposits_lead_to_their_own_annex_when_still_owed() -> None:
    task = {"title": "T", "start": "2025", "accepted": "2026-03", "grade": "kha"}
    made = sample(
        record("research_task", 1, {**task, "deposit_state": "deposited"}),
        record("research_task", 2, task),
        a_book(1, document_type="masters_thesis", defended="2026-02"),
        library=[record("research_task", 9, {**task, "start": "2023", "accepted": "2025-03"})],
    )
    places = places_of(made)
    assert rows_by_annex(made, "deposits.done", places) == {"research_task": [1]}
    assert rows_by_annex(made, "deposits.owed", places) == {"deposits": [1, 2, 3]}
    assert rows_by_annex(made, "deposits.due", places) == {
        "research_task": [1, 2], "publication": [1], "deposits": [3],
    }  # fmt: skip
    assert rows_behind(made, "deposits.due") == "1; 1, 2; 3"  # in the order of the annexes


def test_on_paper_every_number_that_is_not_nothing_has_its_rows() -> None:
    made = sample(a_book(1, ownership="own"), a_book(2, ownership="collected"), a_book(3, ownership="own"))
    lines = {(row[0], row[1]): row[2] for row in references(made).rows}
    assert lines["1. Ấn phẩm, tài liệu khoa học và công nghệ", "II"] == "Trong kỳ (3): 1–3"
    assert lines["1. Ấn phẩm, tài liệu của đơn vị", "II"] == "Trong kỳ (2): 1, 3"
    made = sample()
    lines = {(row[0], row[1]): row[2] for row in references(made).rows}
    level = str(lines["2. Cấp bộ", "III"])
    assert level.startswith("Tổng số (8), Kinh phí được duyệt (đồng) (3.330.000.000): ")
    assert rows_behind(made, "tasks_by_level.ministry.total") in level
    assert f"Được nghiệm thu (6): {rows_behind(made, 'tasks_by_level.ministry.accepted')}" in level


def test_long_lists_are_cut_on_paper_and_whole_for_the_workbook() -> None:
    made = sample(*publications(1500))
    table = references(made)
    assert len(table.rows) <= 401
    assert max(len(str(row[2])) for row in table.rows) < 3_000
    assert any("dòng khác, xem phụ lục Excel" in str(row[2]) for row in table.rows)
    assert not any("…" in str(row[2]) for row in table.full)
    own = next(row for row in table.full if row[0] == "1. Ấn phẩm, tài liệu của đơn vị")
    assert own[2] == f"Trong kỳ ({made.figure('publications.own'):,}): ".replace(",", ".") + rows_behind(
        made, "publications.own"
    )


def test_many_departments_are_bounded_and_quick() -> None:
    made = sample(*(a_book(n, department=f"Đội {n}") for n in range(1, 1001)), *tasks(5))
    began = perf_counter()
    table = references(made)
    assert perf_counter() - began < 3  # quadratic would be minutes
    assert len(table.rows) == 401 and str(table.rows[-1][0]).startswith("… và ")
    assert len(table.full) > 1000

"""This year against last: differences, the records that make them, and what strikes."""

from __future__ import annotations

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from stdesk.domain.periods import parse_period
from stdesk.domain.records import Record
from stdesk.reports.annexes import Table, build_annexes
from stdesk.reports.comparison import FROZEN, LIBRARY, Last, compare
from stdesk.reports.figure_blocks import comparison_sentences
from stdesk.reports.forms import read_form
from stdesk.reports.snapshot import Snapshot
from tests.reports.samples import KINDS, publications, record, sample, sessions, tasks


def a_book(number: int, kind: str = "book", year: str = "2026") -> Record:
    return record("publication", number, {"title": f"Sách {number}", "issued": year, "document_type": kind})


def last(*records: Record, source: str = LIBRARY) -> Last:
    made = sample(*records, period=parse_period("2025"), empty=True)
    sha512 = made.sha512 if source == FROZEN else ""
    return Last("2025", "năm 2025", source, sha512, made.figures)


def rows(made: Snapshot) -> dict[str, dict[str, Any]]:
    return {one["figure"]: one for one in made.comparison["rows"]}


def printed(made: Snapshot) -> dict[str, Table]:
    blocks = build_annexes(made, KINDS, read_form(made.form), "")[0].blocks
    return {one.title: one for one in blocks if isinstance(one, Table)}


def test_the_records_that_make_the_difference() -> None:
    kept, gone, new = a_book(1), a_book(2, "leaflet"), a_book(3)
    made = sample(kept, new, last=last(kept, gone))
    found = rows(made)
    assert found["publications.total"] == {
        "figure": "publications.total", "this": 2, "last": 2, "difference": 0, "new": [new.id],
        "gone": [gone.id], "mark": "same",
    }  # fmt: skip
    assert found["publications_by_type.book.total"]["difference"] == 1
    assert found["publications_by_type.book.total"]["new"] == [new.id]
    assert "tasks.total" not in found  # nothing now, nothing then
    assert next(iter(found)) == "publications.total"  # the headline first


def test_what_fell_to_nothing_is_marked_even_when_its_row_is_gone() -> None:
    made = sample(
        a_book(1),
        last=last(a_book(1), *sessions(3), record("research_task", 1, {"title": "T", "start": "2024"})),
    )
    found = rows(made)
    assert found["tasks.total"]["mark"] == "zero" and found["tasks.total"]["difference"] == -1
    assert found["training.sessions"]["mark"] == "zero"
    assert len(found["training.sessions"]["gone"]) == 3
    leaflet = sample(a_book(1), last=last(a_book(1), a_book(2, "leaflet")))
    row = rows(leaflet)["publications_by_type.leaflet.total"]
    assert (row["mark"], row["this"], row["last"]) == ("zero", 0, 1)
    label = "Ấn phẩm, tài liệu theo loại: Tờ rơi, tờ gấp"
    assert (row["table"], row["label"]) == ("publications_by_type", label)
    table = next(one for title, one in printed(leaflet).items() if title.startswith("So sánh"))
    assert (label, 0, 1, -1, "Giảm về 0, cần xem lại") in table.rows
    assert "ấn phẩm, tài liệu theo loại: Tờ rơi, tờ gấp" in comparison_sentences(leaflet)[-1]


def test_on_paper_with_where_the_numbers_come_from() -> None:
    counted = printed(sample(a_book(1), a_book(3), last=last(a_book(1))))
    table = counted["So sánh với kỳ trước (năm 2025, đếm từ dữ liệu hiện có)"]
    assert [column.label for column in table.columns] == [
        "Số liệu", "Kỳ này", "Năm 2025", "Chênh lệch", "Ghi chú",
    ]  # fmt: skip
    lines = {row[0]: row[1:] for row in table.rows}
    assert lines["Ấn phẩm, tài liệu khoa học và công nghệ"] == (2, 1, 1, "")
    assert lines["Ấn phẩm, tài liệu theo loại: Sách"] == (2, 1, 1, "")
    frozen = printed(sample(a_book(1), last=last(a_book(2), source=FROZEN)))
    table = frozen["So sánh với kỳ trước (năm 2025, theo báo cáo đã chốt)"]
    assert {row[0]: row[-1] for row in table.rows}["Ấn phẩm, tài liệu khoa học và công nghệ"] == (
        "Đúng bằng kỳ trước, cần xem lại"
    )


def test_sentences_say_what_strikes() -> None:
    made = sample(*publications(12), last=last(*publications(9), *sessions(2)))
    said = comparison_sentences(made)
    assert said[0].startswith("So với năm 2025: ấn phẩm, tài liệu khoa học và công nghệ 12 (tăng 3); ")
    assert "lớp đào tạo, tập huấn, bồi dưỡng 0 (giảm 2)" in said[0]
    (fallen,) = [one for one in said if "giảm về 0" in one]
    assert "lớp đào tạo, tập huấn, bồi dưỡng" in fallen and fallen.endswith(".")
    assert [row[0] for row in printed(made)["Nhận xét so sánh"].rows] == list(said)


def test_without_a_period_before_nothing_is_said() -> None:
    made = sample(a_book(1))
    assert made.comparison == {} and comparison_sentences(made) == ()
    assert not [title for title in printed(made) if "So sánh" in title or "Nhận xét" in title]


def test_tables_that_arrange_the_same_records_anew_are_not_compared_twice() -> None:
    made = sample(*publications(20), *tasks(20), last=last(*publications(15), *tasks(10)))
    names = [one["figure"] for one in made.comparison["rows"]]
    assert len(names) == len(set(names))
    assert not [one for one in names if one.startswith(("tasks_04", "funding_03")) or "_and_field" in one]


@given(st.integers(0, 30), st.integers(0, 30), st.integers(0, 9))
@settings(max_examples=15, deadline=None)
def test_it_is_the_same_seen_from_the_other_side(now: int, then: int, seed: int) -> None:
    here = sample(*publications(now, seed), *tasks(then, seed), empty=True)
    there = sample(*publications(then, seed), *tasks(now, seed), empty=True)
    forth = {
        one["figure"]: one
        for one in compare(here.figures, Last("2025", "", LIBRARY, "", there.figures))["rows"]
    }
    for one in compare(there.figures, Last("2025", "", LIBRARY, "", here.figures))["rows"]:
        if other := forth.get(one["figure"]):
            assert one["difference"] == -other["difference"]
            assert (one["new"], one["gone"]) == (other["gone"], other["new"])
            assert one["this"] == other["last"]
            assert (one["mark"] == "same") == (other["mark"] == "same")

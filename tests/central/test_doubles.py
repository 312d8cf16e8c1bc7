"""The same work sent by two units is found, and works that only look alike are not."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stdesk.central.doubles import SAME_NUMBER, Row, compared, find_doubles, groups_of, keys_of
from stdesk.domain.kinds import all_kinds
from stdesk.progress import Cancelled, Progress

KINDS = all_kinds()
TITLE = "Nhận dạng khuôn mặt trong điều kiện thiếu sáng phục vụ điều tra hình sự"


def people(*names: str) -> tuple[dict[str, str], ...]:
    return tuple({"name": name, "role": "author"} for name in names)


def row(unit: str, id_: str = "1", kind: str = "publication", since: str = "", **values: Any) -> Row:
    title = values.setdefault("title", TITLE)
    return Row(unit, id_, kind, 1, title, compared(KINDS[kind], values), since)


def paper(unit: str, **values: Any) -> Row:
    said = {"document_type": "conference_paper", "issued": "2026-05", "contributors": people("Nguyễn Văn An")}
    return row(unit, **{**said, **values})


def told(*rows: Row, **more: Any) -> list[tuple[str, str, bool, str]]:
    return [(d.one.unit, d.other.unit, d.certain, d.why) for d in find_doubles(rows, KINDS, **more)]


def test_one_conference_paper_of_two_units_is_certain_whatever_case_and_accents() -> None:
    shouted = paper("PV01", title=TITLE.upper().replace("Đ", "D"), contributors=people("NGUYEN VAN AN"))
    assert told(paper("PC09"), shouted) == [("PC09", "PV01", True, "title_people")]


def test_the_letter_d_with_and_without_its_stroke_is_one() -> None:
    one = paper("PC09", title="Đấu tranh phòng, chống tội phạm trên không gian mạng")
    other = paper("PV01", title="Dau tranh phong chong toi pham tren khong gian mang")
    assert told(one, other) == [("PC09", "PV01", True, "title_people")]


@pytest.mark.parametrize("name", ["An Nguyễn Văn", "AN, Nguyen Van", "Văn An Nguyễn"])
def test_the_order_of_a_name_does_not_matter(name: str) -> None:
    assert told(paper("PC09"), paper("PV01", contributors=people(name)))[0][2] is True


def test_a_year_apart_is_the_same_paper_two_years_are_not() -> None:
    assert told(paper("PC09", issued="2025-12"), paper("PV01", issued="2026"))
    assert not told(paper("PC09", issued="2024-12"), paper("PV01", issued="2026"))


def test_a_thesis_is_not_the_book_made_of_it_nor_the_article() -> None:
    thesis = row(
        "T01", document_type="doctoral_thesis", defended="2026-03", contributors=people("Nguyễn Văn An")
    )
    book = paper("T02", document_type="monograph")
    article = paper("T03", document_type="journal_article")
    assert told(thesis, book) == []
    assert told(thesis, article) == []
    assert told(book, article) == []
    masters = row(
        "T04", document_type="masters_thesis", defended="2026-03", contributors=people("Nguyễn Văn An")
    )
    assert told(thesis, masters) == []


def test_an_article_told_as_a_conference_paper_is_worth_a_look() -> None:
    found = told(paper("PC09"), paper("PV01", document_type="journal_article"))
    assert found == [("PC09", "PV01", False, "title_differs")]


def test_one_doi_under_two_titles_is_worth_a_look() -> None:
    vietnamese = paper("PC09", doi="10.1234/ABC.5")
    english = paper("PV01", title="Face recognition in low light", doi="https://doi.org/10.1234/abc.5")
    assert told(vietnamese, english) == [("PC09", "PV01", False, SAME_NUMBER)]


def test_chapters_of_one_book_share_its_isbn_and_are_no_doubles() -> None:
    chapter: dict[str, Any] = {"document_type": "book_chapter", "isbn": "978-604-57-1234-5"}
    one = paper("PC09", title="Chương một về dữ liệu lớn", **chapter)
    other = paper("PV01", title="Chương hai về trí tuệ nhân tạo", **chapter)
    assert told(one, other) == []


def test_nearly_the_same_title_of_the_same_people_is_worth_a_look() -> None:
    assert told(paper("PC09"), paper("PV01", title=f"{TITLE} mới")) == [("PC09", "PV01", False, "near_title")]


def test_titles_that_differ_in_a_number_are_two_works() -> None:
    one = paper("PC09", title="Báo cáo chuyên đề về an ninh mạng đợt 1")
    other = paper("PV01", title="Báo cáo chuyên đề về an ninh mạng đợt 2")
    assert told(one, other) == []


def test_two_units_hold_a_session_of_the_same_name_each() -> None:
    said: dict[str, Any] = {
        "kind": "training_session",
        "title": "Tập huấn an toàn thông tin",
        "start": "2026-04-10",
    }
    apart = told(row("PC09", place="Hà Nội", **said), row("PV01", place="Hà Nội", **said))
    assert [one[2] for one in apart] in ([], [False])
    taught: dict[str, Any] = {**said, "place": "Hà Nội", "lecturers": ({"name": "Trần Thị Bình"},)}
    assert told(row("PC09", **taught), row("PV01", **taught))[0][2] is True


def test_a_task_that_two_units_carry_out_under_one_code_is_certain() -> None:
    task: dict[str, Any] = {"kind": "research_task", "code": "BX.2026.T07.12", "start": "2026-01"}
    one = row("PC09", leader=people("Lê Văn Cường"), **task)
    other = row("PV01", leader=people("Phạm Thị Dung"), **task)
    assert told(one, other) == [("PC09", "PV01", True, "identity")]


def test_doubles_within_a_unit_are_the_units_own_matter() -> None:
    assert told(paper("PC09", id_="1"), paper("PC09", id_="2")) == []


def test_three_units_with_one_paper_are_three_pairs_and_one_work() -> None:
    found = find_doubles([paper("A"), paper("B"), paper("C"), paper("A", id_="9", title="Khác hẳn")], KINDS)
    assert len(found) == 3
    assert groups_of(one.pair for one in found) == [(("A", "1"), ("B", "1"), ("C", "1"))]


def test_what_a_person_told_apart_is_not_told_again() -> None:
    pair = frozenset({("PC09", "1"), ("PV01", "1")})
    assert told(paper("PC09"), paper("PV01"), apart={pair}) == []


def test_the_one_the_centre_had_first_is_named_first() -> None:
    found = told(paper("A", since="2026-11-12T00:00:00Z"), paper("B", since="2026-11-01T00:00:00Z"))
    assert found[0][:2] == ("B", "A")


def test_asking_about_one_package_tells_only_of_its_records() -> None:
    rows = [paper("A"), paper("B"), paper("C", title="Một bài khác"), paper("D", title="Một bài khác")]
    assert told(*rows, about=[("C", "1")]) == [("C", "D", True, "same")]


def test_a_number_that_thousands_bear_says_nothing() -> None:
    rows = [paper(f"U{n}", title=f"Bài số {n}", doi="10.1000/xyz", contributors=()) for n in range(200)]
    assert find_doubles(rows, KINDS) == []


def test_odd_values_harm_nobody() -> None:
    odd = [
        Row("A", "1", "publication", 1, "", compared(KINDS["publication"], {"contributors": (1, None, {})})),
        Row("B", "1", "publication", 1, "", compared(KINDS["publication"], {"title": "\u200b", "doi": "x"})),
        Row("C", "1", "no_such_kind", 1, "", {}),
    ]
    assert find_doubles(odd, KINDS) == []


def test_it_can_be_stopped() -> None:
    progress = Progress()
    progress.cancel()
    with pytest.raises(Cancelled):
        find_doubles([paper("A"), paper("B")], KINDS, progress=progress)


@given(st.lists(st.tuples(st.sampled_from("ABC"), st.sampled_from("xyz")), max_size=12))
def test_doubles_do_not_hang_on_the_order_of_the_records(said: list[tuple[str, str]]) -> None:
    rows = [paper(unit, id_=str(n), title=f"{TITLE} {word}") for n, (unit, word) in enumerate(said)]
    there = {one.pair for one in find_doubles(rows, KINDS)}
    assert there == {one.pair for one in find_doubles(rows[::-1], KINDS)}
    for one in rows:
        for other in rows:
            same = one.title == other.title and one.unit != other.unit
            if same:
                assert frozenset({one.handle, other.handle}) in there


def test_doubles_share_a_key() -> None:
    one, other = (paper(unit).values for unit in ("A", "B"))
    kind = KINDS["publication"]
    assert set(keys_of(kind, one)) & set(keys_of(kind, other))

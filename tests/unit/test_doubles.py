"""What counts as the same work, and what only looks like it."""

from __future__ import annotations

import random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stdesk.domain.doubles import DoubleIndex, Match
from stdesk.domain.kinds import all_kinds

KINDS = all_kinds()
TITLE = "Đổi mới quản lý hành chính về trật tự xã hội"


def people(*names: str) -> tuple[dict[str, str], ...]:
    return tuple({"name": name} for name in names)


def paper(**more: Any) -> dict[str, Any]:
    values = {
        "title": TITLE,
        "contributors": people("Ngô Ngọc Khánh", "Phan Thanh Nam"),
        "issued": "2020",
        "document_type": "journal_article",
        "container": "Tạp chí Công an nhân dân",
    }
    return {name: value for name, value in {**values, **more}.items() if value is not None}


def matches(known: dict[str, Any], asked: dict[str, Any], kind: str = "publication") -> list[Match]:
    index = DoubleIndex(KINDS)
    index.add("known", kind, known)
    return index.find(kind, asked)


@pytest.mark.parametrize(
    "other",
    [
        {},
        {"title": TITLE.upper()},
        {"title": "Doi moi quan ly hanh chinh ve trat tu xa hoi."},
        {"department": "PC06"},
        {"issued": "2021-01-15"},
        {"issued": None},
        {"contributors": people("NGÔ NGỌC KHÁNH")},
        {"container": None},
        {"contributors": None},
    ],
)
def test_certain_doubles(other: dict[str, Any]) -> None:
    assert [one.certain for one in matches(paper(), paper(**other))] == [True]


@pytest.mark.parametrize(
    "other",
    [
        {"document_type": "task_report"},
        {"container": "Tạp chí Cảnh sát nhân dân"},
        {"issue": "4/2020", "contributors": people("Hồ An")},
        {"contributors": people("Ngô Ngọc Khánh", "Người Khác")},
        {"contributors": None, "issued": None, "document_type": None, "container": None},
    ],
)
def test_something_speaks_against_it(other: dict[str, Any]) -> None:
    assert [one.certain for one in matches(paper(issue="3/2020"), paper(**other))] == [False]


@pytest.mark.parametrize("other", [{"issued": "2022"}, {"title": "Một tên khác hẳn"}, {"title": None}])
def test_other_works(other: dict[str, Any]) -> None:
    assert matches(paper(), paper(**other)) == []


def test_nearly_the_same_title_by_the_same_person_is_a_hint() -> None:
    near = paper(title=TITLE + " hiện nay")
    assert [(one.certain, one.why) for one in matches(paper(), near)] == [(False, "near_title")]
    assert matches(paper(), {**near, "contributors": people("Hồ An")}) == []
    one, two = paper(title=TITLE + " giai đoạn 2020-2025"), paper(title=TITLE + " giai đoạn 2021-2026")
    assert matches(one, two) == []


def test_a_code_tells_tasks_apart_and_together() -> None:
    task = {"title": TITLE, "leader": people("Lê An"), "code": "CS.2024.01", "start": "2024"}
    same = {"title": TITLE.upper(), "leader": people("Lê Bình"), "code": "CS 2024 01", "start": "2025"}
    assert [one.why for one in matches(task, same, "research_task")] == ["identity"]
    other = {**task, "code": "CS.2025.01"}
    assert [one.certain for one in matches(task, other, "research_task")] == [False]


def test_courses_are_told_by_day_and_place() -> None:
    course = {
        "title": "Tập huấn chuyển đổi số",
        "start": "2026-03-02",
        "place": "Hội trường",
        "participants": 30,
    }
    assert [one.certain for one in matches(course, {**course, "participants": 31}, "training_session")] == [
        True
    ]
    assert matches(course, {**course, "start": "2026-05-02", "participants": 31}, "training_session") == []


def test_the_likest_comes_first_and_the_record_itself_is_left_out() -> None:
    index = DoubleIndex(KINDS)
    index.add("less", "publication", paper(department="PC01"))
    index.add("same", "publication", paper(department="PC02"))
    assert index.find("publication", paper(department="PC02"))[0] == Match("same", True, "same")
    assert [one.handle for one in index.find("publication", paper(department="PC02"), but="same")] == ["less"]


def test_a_handle_added_again_stands_for_its_new_values() -> None:
    index = DoubleIndex(KINDS)
    index.add("a", "publication", paper())
    index.add("a", "publication", paper(title="Tên mới của tài liệu này"))
    assert index.find("publication", paper()) == []
    assert len(index) == 1


def test_kinds_do_not_mix_and_records_without_a_title_match_only_when_equal() -> None:
    assert matches(paper(), {"title": TITLE, "leader": people("Ngô Ngọc Khánh")}, "publication") != []
    index = DoubleIndex(KINDS)
    index.add("a", "publication", paper())
    assert index.find("research_task", {"title": TITLE}) == []
    nameless = {"document_type": "book", "issued": "2020"}
    assert [one.why for one in matches(nameless, dict(nameless))] == ["same"]
    assert matches(nameless, {"document_type": "book", "issued": "2021"}) == []


@given(
    st.dictionaries(
        st.sampled_from(["title", "issued", "container", "isbn"]), st.sampled_from(["2020", "2021", "Ấn"])
    )
)
def test_every_record_is_its_own_double(values: dict[str, str]) -> None:
    if values.get("issued") == "Ấn":
        values["issued"] = "2020"
    found = matches(values, dict(values))
    assert bool(found) == bool(values)
    assert all(one.certain for one in found)


WORDS = st.sampled_from(["một", "hai", "ba", "bốn", "năm", "sáu", "bảy", "tám", "chín", "mười", "2024", "1"])
NAMES = st.lists(st.sampled_from(["Lê An", "Hồ Bình", "Vũ Cúc"]), max_size=2)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.lists(WORDS, min_size=4, max_size=11), NAMES), min_size=18, max_size=60))
def test_near_titles_are_found_as_by_comparing_everything_with_everything(
    works: list[tuple[list[str], list[str]]],
) -> None:
    index = DoubleIndex(KINDS)
    held = {
        place: {"title": " ".join(words), "contributors": people(*names)}
        for place, (words, names) in enumerate(works)
    }
    for place in list(held)[::2]:
        index.add(place, "publication", held[place])
    index.find("publication", held[0])  # what comes after a question is found too
    for place in list(held)[1::2]:
        index.add(place, "publication", held[place])
    for place, values in held.items():
        found = {
            one.handle for one in index.find("publication", values, but=place) if one.why == "near_title"
        }
        assert found == {other for other in held if other != place and _nearly(works[place], works[other])}


def _nearly(one: tuple[list[str], list[str]], other: tuple[list[str], list[str]]) -> bool:
    if one[0] == other[0] or len(one[0]) < 5 or not {*one[1]} & {*other[1]}:
        return False
    numbers = [[word for word in title if word.isdigit()] for title, _ in (one, other)]
    mine, theirs = {*one[0]}, {*other[0]}
    return numbers[0] == numbers[1] and len(mine & theirs) >= 0.8 * len(mine | theirs)


def test_what_a_person_told_apart_is_found_from_neither_side() -> None:
    index = DoubleIndex(KINDS)
    one = paper(distinct_from=("b",))
    index.add("a", "publication", one)
    index.add("b", "publication", paper())
    index.add("c", "publication", paper(title=TITLE + " hiện nay", distinct_from=("b",)))
    assert [m.handle for m in index.find("publication", one, but="a")] == ["c"]
    assert [m.handle for m in index.find("publication", paper(), but="b")] == []
    assert [m.handle for m in index.find("publication", paper())] == ["a", "b", "c"]
    assert [m.handle for m in index.begun("publication", {"title": TITLE[:20]}, but="b")] == []
    assert [m.handle for m in index.begun("publication", {"title": TITLE[:20]}, but="x")] == ["a", "b", "c"]


_LETTERS = str.maketrans("0123456789", "abcdeghikl")


def test_ten_thousand_works_of_one_person_are_compared_with_few() -> None:
    index = DoubleIndex(KINDS)
    chance = random.Random(7)
    words = [f"tiếng{place}x".translate(_LETTERS) for place in range(3_000)]
    common = [1 / (place + 1) for place in range(3_000)]  # as words of a language are
    titles = [" ".join(chance.choices(words, common, k=12)) for _ in range(10_000)]
    for place, title in enumerate(titles):
        index.add(place, "publication", {"title": title, "contributors": people("Lê An")})
    index.find("publication", {"title": titles[0], "contributors": people("Lê An")})
    (shelf,) = index._shelves.values()
    looked_at = [len(shelf.like(frozenset(title.split()))) for title in titles[::20]]
    assert sum(looked_at) < 50 * len(looked_at)  # of 10,000 each

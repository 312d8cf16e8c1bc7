"""Lists: the Vietnamese order of titles and people, filters, and pages."""

from __future__ import annotations

import pytest

from stdesk.domain.kinds import Kinds
from stdesk.domain.records import State
from stdesk.errors import UserError
from stdesk.progress import Cancelled, Progress
from stdesk.store.library import Library, ListQuery, Statistics
from tests.store.conftest import add


def shown(library: Library, field: str, query: ListQuery) -> list[object]:
    keys = library.ids(query)
    rows = library.rows(query.kind, keys)
    return [rows[key].values.get(field) for key in keys]


def stock(library: Library, field: str, values: list[object]) -> None:
    with library.work("imported") as work:
        for value in values:
            work.create("publication", {"notes": "x", field: value})


def test_titles_in_the_vietnamese_alphabet(library: Library) -> None:
    ordered = [
        "An",
        "Ánh",
        "Ăn mòn",
        "Ân",
        "Dũng",
        "Đại",
        "đề",
        "Em",
        "ma",
        "mà",
        "mả",
        "mã",
        "má",
        "mạ",
        "Ước",
    ]
    stock(library, "title", [*reversed(ordered), None])

    assert shown(library, "title", ListQuery("publication", sort=(("title", False),))) == [*ordered, None]
    assert shown(library, "title", ListQuery("publication", sort=(("title", True),))) == [
        *reversed(ordered),
        None,
    ]


def test_people_by_given_name(library: Library) -> None:
    ordered = ["Trần Thị An", "Lê Văn Bình", "Nguyễn Văn Dũng", "Bùi Đức", "Phạm An Đức", "Hoàng Ý"]
    stock(library, "contributors", [[{"name": name}] for name in reversed(ordered)])
    people = shown(library, "contributors", ListQuery("publication", sort=(("contributors", False),)))
    assert [one[0]["name"] for one in people] == ordered  # type: ignore[index]


def test_partial_dates_in_time_and_empty_ones_last(library: Library) -> None:
    stock(library, "issued", ["2025-03-04", None, "2025", "2024-12", "2025-03"])
    assert shown(library, "issued", ListQuery("publication", sort=(("issued", False),))) == [
        "2024-12",
        "2025",
        "2025-03",
        "2025-03-04",
        None,
    ]
    assert shown(library, "issued", ListQuery("publication", sort=(("issued", True),)))[-1] is None


def test_by_number_at_first_and_by_two_fields(library: Library) -> None:
    with library.work("imported") as work:
        for department, title in (("B", "x"), ("A", "y"), ("B", "w"), ("A", "z")):
            work.create("publication", {"department": department, "title": title})
    assert shown(library, "title", ListQuery("publication")) == ["x", "y", "w", "z"]
    assert shown(library, "title", ListQuery("publication", sort=(("number", True),))) == ["z", "w", "y", "x"]
    assert shown(
        library, "title", ListQuery("publication", sort=(("department", False), ("title", True)))
    ) == ["z", "y", "x", "w"]


@pytest.fixture
def mixed(library: Library) -> Library:
    with library.work("imported") as work:
        for values in (
            {
                "title": "1",
                "issued": "2026-03-04",
                "document_type": "journal_article",
                "keywords": ["AI", "mạng"],
            },
            {"title": "2", "issued": "2026", "department": "Phòng 3", "contributors": [{"name": "Lê Ước"}]},
            {"title": "3", "issued": "2025-12", "department": "Phòng 3"},
            {"title": "4", "defended": "2026-05", "department": "phòng 3"},
        ):
            work.create("publication", values)
        work.create("publication", {"title": "5", "issued": "2026"}, state=State.DRAFT)
        work.trash(work.create("publication", {"title": "6", "issued": "2026", "department": "Phòng 3"}).id)
    return library


@pytest.mark.parametrize(
    ("filters", "titles"),
    [
        ({"issued": ("2026",)}, ["1", "2", "5"]),
        ({"issued": ("2026-03",)}, ["1"]),
        ({"issued": ("2026-03", "2025")}, ["1", "3"]),
        ({"issued": ("",)}, ["4"]),
        ({"issued": ("", "2025")}, ["3", "4"]),
        ({"department": ("Phòng 3",)}, ["2", "3"]),
        ({"department": ("Phòng 3",), "issued": ("2026",)}, ["2"]),
        ({"document_type": ("journal_article",)}, ["1"]),
        ({"keywords": ("AI",)}, ["1"]),
        ({"contributors": ("Lê Ước",)}, ["2"]),
        ({"department": ("' OR 1=1 --",)}, []),
        ({"state": ("draft",)}, ["5"]),
        ({"department": ()}, ["1", "2", "3", "4", "5"]),
    ],
)
def test_filters(mixed: Library, filters: dict[str, tuple[str, ...]], titles: list[str]) -> None:
    assert shown(mixed, "title", ListQuery("publication", filters=filters)) == titles


def test_states_ids_year_and_words_together(mixed: Library) -> None:
    assert shown(mixed, "title", ListQuery("publication", states=(State.TRASHED,))) == ["6"]
    assert shown(mixed, "title", ListQuery("publication", words="phong 3", states=(State.TRASHED,))) == ["6"]
    assert shown(mixed, "title", ListQuery("publication", year="2026")) == ["1", "2", "4", "5"]
    chosen = frozenset(r.id for r in mixed.records() if r.get("title") in ("1", "3"))
    assert shown(mixed, "title", ListQuery("publication", ids=chosen)) == ["1", "3"]
    assert shown(mixed, "title", ListQuery("publication", ids=frozenset())) == []
    assert shown(mixed, "title", ListQuery("publication", words="phong", filters={"issued": ("2025",)})) == [
        "3"
    ]


def test_numbers_are_filtered_as_numbers(library: Library) -> None:
    add(library, "training_session", title="a", participants=30)
    for wanted, count in (("30", 1), ("3", 0), ("ba mươi", 0)):
        query = ListQuery("training_session", filters={"participants": (wanted,)})
        assert len(library.ids(query)) == count


def test_facets_count_what_filters_find(mixed: Library) -> None:
    assert mixed.facet("publication", "issued") == [("2026", 3), ("2025", 1)]
    assert mixed.facet("publication", "department") == [("Phòng 3", 2), ("phòng 3", 1)]
    assert mixed.facet("publication", "keywords") == [("AI", 1), ("mạng", 1)]
    assert mixed.facet("publication", "contributors") == [("Lê Ước", 1)]
    assert mixed.facet("publication", "state", tuple(State)) == [
        ("complete", 4),
        ("draft", 1),
        ("trashed", 1),
    ]
    assert len(mixed.facet("publication", "issued", limit=1)) == 1


@pytest.mark.parametrize(
    "query",
    [
        ListQuery("publication", sort=(("pk; DROP TABLE record", False),)),
        ListQuery("publication", sort=(("notes", False),)),
        ListQuery("publication", filters={'x" OR 1': ("a",)}),
    ],
)
def test_an_unknown_field_is_refused(library: Library, query: ListQuery) -> None:
    with pytest.raises(UserError) as refused:
        library.ids(query)
    assert refused.value.code == "unknown_field"


def test_rows_of_a_page(mixed: Library) -> None:
    keys = mixed.ids(ListQuery("publication"))
    rows = mixed.rows("publication", [*keys, 10**12], ("title", "keywords"))
    assert set(rows) == set(keys)
    first = rows[keys[0]]
    assert (first.number, first.version, first.state) == (1, 1, State.COMPLETE)
    assert first.values == {"title": "1", "keywords": ("AI", "mạng")}
    assert mixed.key_of(first.id) == keys[0]
    assert mixed.key_of("nobody") is None


def test_every_sortable_column_is_one_walk_along_an_index(library: Library, kinds: Kinds) -> None:
    for kind in kinds:
        for field in kind.fields:
            if field.sortable:
                for way in (False, True):
                    plan = library.explain(ListQuery(kind.name, sort=((field.name, way),)))
                    assert "COVERING INDEX" in plan and "TEMP B-TREE" not in plan, (kind.name, field.name)


def test_ranges_of_dates_and_numbers(library: Library) -> None:
    with library.work("imported") as work:
        for title, start, funding in (
            ("a", "2023", 100), ("b", "2024-12-31", 200), ("c", "2025-01", None), ("d", None, 300),
        ):  # fmt: skip
            work.create("research_task", {"title": title, "start": start, "funding_total": funding})

    def found(**filters: tuple[str, ...]) -> str:
        query = ListQuery("research_task", filters=filters)
        return "".join(str(one) for one in shown(library, "title", query))

    assert found(start=("2024..2025",)) == "bc"
    assert found(start=("..2024",)) == "ab" and found(start=("2025..",)) == "c"
    assert found(start=("..2023", "", "2025")) == "acd"
    assert found(funding_total=("150..250", "300")) == "bd" and found(funding_total=("..",)) == "abd"


@pytest.mark.parametrize("sort", [(), (("title", True),), (("department", False), ("issued", True))])
def test_words_found_often_or_seldom_are_listed_in_the_same_order(
    library: Library, sort: tuple[tuple[str, bool], ...]
) -> None:
    with library.work("imported") as work:
        for n in range(60):
            often = "chuyển đổi số" if n % 4 else "kỹ thuật"
            work.create(
                "publication", {"title": f"{often} {n % 7}", "department": f"PC0{n % 3}", "issued": "2025"}
            )
    everything = library.ids(ListQuery("publication", sort=sort))
    rows = library.rows("publication", everything)
    for words, part in (("chuyen", "chuyển"), ("k", "kỹ"), ("c", "chuyển"), ("ky thuat", "kỹ"), ("3", " 3")):
        wanted = [key for key in everything if part in str(rows[key].values["title"])]
        numbered = (
            [key for key in everything if str(rows[key].number).startswith("3")] if words == "3" else []
        )
        found = list(library.ids(ListQuery("publication", words=words, sort=sort)))
        assert found == [key for key in everything if key in {*wanted, *numbered}]


def test_drafts_are_counted_with_the_keys(library: Library) -> None:
    with library.work("imported") as work:
        work.create("publication", {"title": "a"}, state=State.DRAFT)
        work.create("publication", {"title": "b"})
    found = library.found(ListQuery("publication"))
    assert (len(found.keys), found.drafts) == (2, 1)
    assert library.found(ListQuery("training_session")).keys == library.ids(ListQuery("training_session"))


def test_a_list_is_stopped_in_the_middle_of_its_statement(library: Library) -> None:
    stock(library, "title", [f"Bài {n}" for n in range(3000)])
    stopped = Progress()
    stopped.cancel()
    with pytest.raises(Cancelled):
        library.found(ListQuery("publication", sort=(("title", False), ("issued", True))), stopped)
    with pytest.raises(Cancelled):
        library.statistics(ListQuery("publication"), "title", 10, stopped)
    assert len(library.ids(ListQuery("publication"))) == 3000  # and the connection is as good as before


def test_totals_are_exact_and_of_what_is_listed(library: Library) -> None:
    huge = 2**53
    with library.work("imported") as work:
        for n in range(5):
            work.create("research_task", {"title": f"t{n}", "funding_total": huge if n else None})
    totals = library.totals(ListQuery("research_task"), ["funding_total"])
    assert (totals.count, totals.sums) == (5, {"funding_total": 4 * huge})
    keys = library.ids(ListQuery("research_task"))
    assert library.totals_of("research_task", keys[:3], ["funding_total"]).sums == {"funding_total": 2 * huge}
    assert library.totals_of("research_task", [], ["funding_total"]).sums == {"funding_total": 0}
    assert library.totals(ListQuery("research_task", words="khong"), []).count == 0
    with pytest.raises(UserError):
        library.totals(ListQuery("research_task"), ["title"])


def test_statistics_of_texts_dates_people_and_numbers(mixed: Library) -> None:
    whole = mixed.count("publication")
    titles = mixed.statistics(ListQuery("publication"), "title", 3)
    assert titles.filled + titles.empty == whole and len(titles.usual) == 3 and titles.distinct >= 3
    issued = mixed.statistics(ListQuery("publication"), "issued", 10)
    assert issued.usual == tuple(mixed.facet("publication", "issued"))
    assert issued.least is not None and issued.most is not None and issued.least <= issued.most
    assert issued.total is None
    people = mixed.statistics(ListQuery("publication"), "contributors", 10)
    assert people.usual == tuple(mixed.facet("publication", "contributors")) and people.least is None
    number = mixed.statistics(ListQuery("publication"), "number", 1)
    assert (number.least, number.distinct) == (1, whole)
    assert mixed.statistics(ListQuery("publication", words="khongco"), "title", 5) == Statistics(0, 0, 0, ())
    with pytest.raises(UserError):
        mixed.statistics(ListQuery("publication"), "nonsense", 5)


def test_a_field_called_as_a_column_of_json_each_is_counted(library: Library) -> None:
    with library.work("imported") as work:
        work.create("research_task", {"title": "a", "type": "research_project", "tags": ["x", "y"]})
        work.create("research_task", {"title": "b", "tags": ["x"]})
    query = ListQuery("research_task", filters={"type": ("",)})
    assert library.values(query, "tags") == [("x", 1)]
    assert library.values(ListQuery("research_task"), "type")[0][1] == 1

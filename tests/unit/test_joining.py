"""Which value is proposed when several records are made one."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stdesk.domain.fields import Field, FieldType
from stdesk.domain.joining import differ, proposed
from stdesk.i18n import Text


def of(kind: FieldType, *values: Any, name: str = "x") -> Any:
    return proposed(Field(name, kind, Text("x", "x"), "s"), values)


T = FieldType


@pytest.mark.parametrize(
    ("kind", "values", "wanted"),
    [
        (T.TEXT, (None, "", "a"), "a"),
        (T.TEXT, (None, None), None),
        (T.TEXT, ("TC CAND", "Tạp chí Công an nhân dân"), "Tạp chí Công an nhân dân"),
        (T.TEXT, ("ĐỀ ÁN 06", "Đề án 06"), "Đề án 06"),
        (T.TEXT, ("De an 06", "Đề án 06"), "Đề án 06"),
        (T.TEXT, ("Đề án 06", "DE AN 06"), "Đề án 06"),
        (T.TEXT, ("Đề án 06", "Đề án 06."), "Đề án 06"),  # a full stop says nothing more
        (T.TEXT, ("46", "46-51"), "46-51"),
        (T.LONG_TEXT, ("ngắn", "dài hơn"), "dài hơn"),
        (T.DATE, ("2026", "2026-03"), "2026-03"),
        (T.DATE, ("2026", "2026-03", "2026-03-05"), "2026-03-05"),
        (T.DATE, ("2026-03", "2026"), "2026-03"),
        (T.DATE, ("2025", "2026-03"), "2025"),
        (T.MONEY, (None, 5, 9), 5),
        (T.MONEY, (0, 9), 0),
        (T.INTEGER, (3, 4), 3),
        (T.CHOICE, (None, "b", "a"), "b"),
        (T.CLASS, (("old:1",), ("old:1", "new:2")), ("old:1", "new:2")),
        (T.TAGS, (("Quý I",), ("quý i", "mới")), ("Quý I", "mới")),
        (T.LINKS, (("a", "b"), ("b", "c")), ("a", "b", "c")),
        (T.ROWS, (({"a": 1},), ({"a": 1, "b": 2},)), ({"a": 1, "b": 2},)),
        (T.ROWS, (({"a": 1}, {"a": 2}), ({"a": 1, "b": 2},)), ({"a": 1}, {"a": 2})),
        (T.FILES, (({"file": "x", "name": "a"},), ({"file": "x", "name": "b"},)), ({"file": "x", "name": "a"},)),
        (T.FILES, (({"name": "a"},), ({"name": "b"},)), ({"name": "a"}, {"name": "b"})),
    ],
)  # fmt: skip
def test_the_more_precise_wins_and_nothing_listed_is_lost(
    kind: T, values: tuple[Any, ...], wanted: Any
) -> None:
    assert of(kind, *values) == wanted


def test_notes_are_joined_line_by_line() -> None:
    joined = of(T.LONG_TEXT, "Tủ 3\n\nMượn", None, "Mượn\nTrả 5/3", name="notes")
    assert joined == "Tủ 3\n\nMượn\nTrả 5/3"


def test_people_are_the_longer_list_with_what_others_know_of_them() -> None:
    short = ({"name": "NGUYỄN VĂN A", "rank": "major", "unit": "PC01"},)
    long = ({"name": "Nguyễn Văn A", "rank": "captain"}, {"name": "Lê B"})
    assert of(T.PEOPLE, short, long) == (
        {"name": "Nguyễn Văn A", "rank": "captain", "unit": "PC01"},
        {"name": "Lê B"},
    )
    namesakes = ({"name": "Lê B", "unit": "x"}, {"name": "Lê B"}, {"name": "Lê C"})
    assert of(T.PEOPLE, short, namesakes) == namesakes


def test_an_empty_value_contradicts_nothing() -> None:
    assert not differ((None, "a", "", "a"))
    assert not differ((None, ()))
    assert differ((None, "a", "b"))


VALUES = {
    T.TEXT: st.none() | st.text(min_size=1, max_size=8),
    T.DATE: st.none() | st.sampled_from(["2025", "2025-03", "2025-03-04", "2026"]),
    T.TAGS: st.none() | st.lists(st.text(min_size=1, max_size=3), min_size=1, max_size=4).map(tuple),
    T.PEOPLE: st.none()
    | st.lists(st.fixed_dictionaries({"name": st.sampled_from(["A", "a", "B", "C"])}), min_size=1).map(tuple),
}


@pytest.mark.parametrize("kind", list(VALUES))
@given(data=st.data())
def test_joining_with_oneself_or_nothing_changes_nothing(kind: T, data: st.DataObject) -> None:
    value: Any = data.draw(VALUES[kind])
    if kind is T.TAGS and value is not None:
        value = tuple({one.casefold(): one for one in reversed(value)}.values())
    for values in ((value,), (value, value), (value, None), (None, value)):
        assert of(kind, *values) == value
    other = data.draw(VALUES[kind])
    joined = of(kind, value, other)
    assert of(kind, joined, value, other) == joined

"""One change to many records: seen first, done as one act, taken back as one."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stdesk.clock import fixed_clock
from stdesk.domain.kinds import Kinds, all_kinds
from stdesk.domain.records import State
from stdesk.errors import UserError
from stdesk.i18n import message
from stdesk.progress import Cancelled, Progress
from stdesk.services.bulk import (
    MOST_LINES,
    AddTags,
    Change,
    RemoveTags,
    ReplaceText,
    SetField,
    SetFields,
    SetState,
    common_start,
)
from stdesk.services.bulk_changes import changed, literal, replaceable, replaced
from stdesk.services.catalogue import ListQuery
from stdesk.services.desk import Desk
from tests.helpers.toy import TOY

NOW = datetime(2026, 11, 2, 3, 0, tzinfo=UTC)


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    kinds = Kinds(*all_kinds(), TOY)
    with Desk.create(
        tmp_path / "kho", unit_code="CAT-MH", unit_name="Công an", clock=fixed_clock(NOW), kinds=kinds
    ) as made:
        yield made


def add(desk: Desk, title: str, kind: str = "publication", **values: Any) -> str:
    return desk.catalogue.save(kind, {"title": title, **values}).record.id


def value(desk: Desk, record_id: str, field: str) -> Any:
    return desk.catalogue.record(record_id).get(field)


def acts(desk: Desk) -> int:
    return len(desk.catalogue.history())


# -- one value for many ----------------------------------------------------------------------


def test_a_field_is_set_on_many_as_one_act_and_one_undo(desk: Desk) -> None:
    ids = [add(desk, "Một", department="PV01"), add(desk, "Hai", department="PC09"), add(desk, "Ba")]
    other = add(desk, "Không chọn", department="PV01")
    before = acts(desk)
    seen = desk.bulk.preview("publication", ids, SetField("department", "PC09"))
    assert [(line.number, line.before, line.after) for line in seen.lines] == [
        (1, "PV01", "PC09"),
        (3, "", "PC09"),
    ]
    assert (seen.changed, seen.same, seen.refused) == (2, 1, 0)
    assert acts(desk) == before  # looking writes nothing

    changes = desk.bulk.apply("publication", ids, SetField("department", "PC09"))
    assert acts(desk) == before + 1
    assert changes.ids == {ids[0], ids[2]}
    assert message(f"did_{changes.label}", **changes.params) == "Đã sửa “Đơn vị” của 2 mục"
    assert [value(desk, one, "department") for one in (*ids, other)] == ["PC09", "PC09", "PC09", "PV01"]

    desk.catalogue.undo()
    assert [value(desk, one, "department") for one in ids] == ["PV01", "PC09", None]
    desk.catalogue.redo()
    assert [value(desk, one, "department") for one in ids] == ["PC09"] * 3


def test_where_nothing_differs_there_is_no_act(desk: Desk) -> None:
    ids = [add(desk, "Một", department="PV01")]
    before = acts(desk)
    assert desk.bulk.apply("publication", ids, SetField("department", " PV01 ")).action == 0
    assert acts(desk) == before


def test_a_deposit_fills_several_fields_and_says_each(desk: Desk) -> None:
    one = add(desk, "Một", deposited="2025")
    change = SetFields(
        {"deposit_state": "deposited", "deposited": "2026-04-01", "deposit_reference": "12/CV"}
    )
    (line,) = desk.bulk.preview("publication", [one], change).lines
    assert line.before == "Nộp lưu V04: –  ·  Ngày nộp: 2025  ·  Công văn, biên bản nộp: –"
    assert "Ngày nộp: 01/04/2026" in line.after
    changes = desk.bulk.apply("publication", [one], change)
    assert desk.catalogue.record(one).values.items() >= {"deposited": "2026-04-01"}.items()
    assert "Nộp lưu V04, Ngày nộp" in message(f"did_{changes.label}", **changes.params)


def test_a_value_that_is_none_of_its_field_is_refused_before_anything(desk: Desk) -> None:
    one = add(desk, "Một")
    for change in (SetField("issued", "31/02/2025"), SetFields({"language": "khong-co"})):
        with pytest.raises(UserError) as refused:
            desk.bulk.apply("publication", [one], change)
        assert refused.value.code == "bad_value"


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (SetField("khong_co", "x"), "unknown_field"),
        (SetFields({}), "bulk_no_fields"),
        (ReplaceText((), "a", "b"), "bulk_no_fields"),
        (ReplaceText(("title",), "", "b"), "bulk_nothing_to_find"),
        (ReplaceText(("title",), "\u200e", "b"), "bulk_nothing_to_find"),
        (AddTags("tags", (" ",)), "bulk_no_tags"),
    ],
)
def test_what_cannot_be_done_to_any_is_said_at_once(desk: Desk, change: Change, code: str) -> None:
    with pytest.raises(UserError) as refused:
        desk.bulk.preview("publication", [add(desk, "Một")], change)
    assert refused.value.code == code


# -- what is left as it is -------------------------------------------------------------------


def test_a_record_above_the_ceiling_is_refused_alone(desk: Desk) -> None:
    plain = add(desk, "Một")
    stub = desk.catalogue.save("publication", {"issued": "2025"}, secrecy="mat").record.id
    seen = desk.bulk.preview("publication", [plain, stub], SetField("department", "PC09"))
    assert (seen.changed, seen.refused) == (1, 1)
    assert seen.lines[1].refused == message("bulk_above_ceiling")
    desk.bulk.apply("publication", [plain, stub], SetField("department", "PC09"))
    assert value(desk, plain, "department") == "PC09"
    assert value(desk, stub, "department") is None
    desk.bulk.apply(
        "publication", [plain, stub], SetField("deposit_state", "deposited")
    )  # where the paper lies
    assert value(desk, stub, "deposit_state") == "deposited"


def test_trash_and_records_that_are_gone_are_counted_apart(desk: Desk) -> None:
    live, trashed, undone = add(desk, "Một"), add(desk, "Hai"), add(desk, "Ba")
    desk.catalogue.undo()
    desk.catalogue.trash([trashed])
    seen = desk.bulk.preview("publication", [live, trashed, undone, "khong-co"], SetState(State.DRAFT))
    assert (seen.changed, seen.refused, seen.gone) == (1, 1, 2)
    desk.bulk.apply("publication", [live, trashed], SetState(State.DRAFT))
    assert desk.catalogue.record(live).state is State.DRAFT
    assert desk.catalogue.record(trashed).state is State.TRASHED


def test_a_text_that_would_become_too_long_is_refused_alone(desk: Desk) -> None:
    long, short = add(desk, "a" * 10_000), add(desk, "a")
    seen = desk.bulk.preview("publication", [long, short], ReplaceText(("title",), "a", "b" * 50))
    assert (seen.changed, seen.refused) == (1, 1)
    desk.bulk.apply("publication", [long, short], ReplaceText(("title",), "a", "b" * 50))
    assert value(desk, long, "title") == "a" * 10_000
    assert value(desk, short, "title") == "b" * 50


def test_stopped_in_the_middle_nothing_is_changed(desk: Desk) -> None:
    ids = [add(desk, f"Bài {n}") for n in range(30)]
    before = acts(desk)

    class StopsAtTen(Progress):
        def step(self, n: int = 1) -> None:
            super().step(n)
            if self.done == 10:
                self.cancel()

    with pytest.raises(Cancelled):
        desk.bulk.apply("publication", ids, SetField("department", "PC09"), StopsAtTen())
    assert acts(desk) == before
    assert not any(value(desk, one, "department") for one in ids)


def test_a_preview_of_many_is_short_and_its_counts_are_whole(desk: Desk, tmp_path: Path) -> None:
    del tmp_path
    ids = [add(desk, f"{'dài ' * 2_000}{n}", department="PC09") for n in range(MOST_LINES + 20)]
    seen = desk.bulk.preview("publication", ids, ReplaceText(("title",), "dài", "ngắn"))
    assert len(seen.lines) == MOST_LINES
    assert seen.changed == MOST_LINES + 20
    assert max(len(line.after) for line in seen.lines) < 300


# -- replacing -------------------------------------------------------------------------------


def test_text_is_replaced_in_texts_tags_people_and_cells(desk: Desk) -> None:
    one = add(
        desk,
        "Giải pháp PC45",
        kind="toy_award",
        words=("PC45", "khác"),
        winners=({"name": "Nguyễn Văn A", "unit": "Phòng PC45", "role": "author"},),
        notes="PC45\npc45 và PC450",
    )
    fields = tuple(field.name for field in replaceable(TOY))
    assert {"title", "words", "winners", "notes"} <= set(fields)
    assert "money" not in fields  # its cells are codes and amounts
    desk.bulk.apply(
        "toy_award", [one], ReplaceText(fields, "PC45", "PC02", match_case=True, whole_words=True)
    )
    record = desk.catalogue.record(one)
    assert record.get("title") == "Giải pháp PC02"
    assert record.get("words") == ("PC02", "khác")
    assert record.get("winners")[0] == {"name": "Nguyễn Văn A", "unit": "Phòng PC02", "role": "author"}
    assert record.get("notes") == "PC02\npc45 và PC450"


@pytest.mark.parametrize(
    ("text", "find", "new", "options", "result"),
    [
        ("Đại học đại Học", "đại học", "ĐH", {}, "ĐH ĐH"),
        ("Đại học đại Học", "đại học", "ĐH", {"match_case": True}, "Đại học đại Học"),
        ("dai hoc", "đại", "x", {}, "dai hoc"),  # accents count
        ("đ", "d", "x", {}, "đ"),
        ("toàn an ninh", "an", "x", {"whole_words": True}, "toàn x ninh"),
        ("a.b", ".", "-", {}, "a-b"),  # no pattern
        ("a\\1b", "\\1", "$0", {}, "a$0b"),
        ("học", unicodedata.normalize("NFD", "học"), "day", {}, "day"),
        ("học", "\u202eh\u200eọc", "day", {}, "day"),
        ("Văn  A", " A", " B", {}, "Văn  B"),
        ("e\u0316", "e", "x", {}, "e\u0316"),  # a letter and its mark are one
        ("tổ 😀 tổ", "😀", "", {}, "tổ  tổ"),
    ],
)
def test_replacing_is_exact(text: str, find: str, new: str, options: dict[str, bool], result: str) -> None:
    assert replaced(text, ReplaceText(("title",), find, new, **options)) == result


def test_tags_that_become_the_same_or_empty_are_joined(desk: Desk) -> None:
    one = add(desk, "Một", tags=("ma túy", "ma tuý", "bỏ"))
    desk.bulk.apply("publication", [one], ReplaceText(("tags",), "tuý", "túy"))
    desk.bulk.apply("publication", [one], ReplaceText(("tags",), "bỏ", ""))
    assert value(desk, one, "tags") == ("ma túy",)


def test_tags_are_added_behind_and_taken_out_whatever_their_case(desk: Desk) -> None:
    one, two = add(desk, "Một", tags=("Rà soát", "2025")), add(desk, "Hai")
    desk.bulk.apply("publication", [one, two], AddTags("tags", ("rà soát", "gấp")))
    assert value(desk, one, "tags") == ("Rà soát", "2025", "gấp")
    assert value(desk, two, "tags") == ("rà soát", "gấp")
    desk.bulk.apply("publication", [one, two], RemoveTags("tags", ("RÀ SOÁT", "gấp")))
    assert value(desk, one, "tags") == ("2025",)
    assert value(desk, two, "tags") is None


@given(st.text(max_size=60), st.text(min_size=1, max_size=4), st.text(max_size=4))
def test_replacing_never_leaves_what_was_found_and_changes_nothing_else(
    text: str, find: str, new: str
) -> None:
    record = {"notes": unicodedata.normalize("NFC", text)}
    change = ReplaceText(("notes",), find, new, match_case=True)
    found = changed(all_kinds()["publication"], record, change)
    if not literal(find) or literal(find) not in record["notes"]:
        assert replaced(record["notes"], change) == record["notes"]
    assert set(found) <= {"notes"}


@given(st.text(max_size=40), st.text(max_size=40))
def test_common_start_is_the_longest(one: str, other: str) -> None:
    n = common_start(one, other)
    assert one[:n] == other[:n]
    assert n == min(len(one), len(other)) or one[n] != other[n]


def test_ten_thousand_are_looked_at_in_their_order(desk: Desk) -> None:
    ids = [add(desk, f"Bài {n}") for n in range(40)]
    lines = desk.bulk.preview("publication", list(reversed(ids)), SetState(State.DRAFT)).lines
    assert [line.number for line in lines] == list(range(1, 41))
    assert (lines[0].before, lines[0].after) == ("Hoàn chỉnh", "Nháp")
    assert not list(desk.catalogue.ids(ListQuery("publication", states=(State.DRAFT,))))

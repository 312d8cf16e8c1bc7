"""Doubles: seen while typing, found, compared, merged, told apart; and links that follow."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event
from sqlcipher3 import dbapi2 as sqlcipher

from stdesk.clock import Clock
from stdesk.domain.kinds import Kinds, all_kinds
from stdesk.domain.periods import parse_period
from stdesk.domain.records import Record, State
from stdesk.errors import UserError
from stdesk.i18n import message
from stdesk.progress import Cancelled, Progress
from stdesk.services.desk import Desk
from stdesk.store import rows
from tests.helpers.toy import TOY

TITLE = "Đổi mới quản lý hành chính về trật tự xã hội ở xã Tân Phú"
PAPER = {
    "document_type": "journal_article",
    "title": TITLE,
    "contributors": [{"name": "Ngô Ngọc Khánh"}, {"name": "Phan Thanh Nam"}],
    "container": "Tạp chí Công an nhân dân",
    "issued": "2026",
}


@pytest.fixture
def desk(tmp_path: Path, clock: Clock) -> Iterator[Desk]:
    kinds = Kinds(*all_kinds(), TOY)
    with Desk.create(tmp_path / "kho", unit_code="X", unit_name="Y", clock=clock, kinds=kinds) as made:
        yield made


def add(desk: Desk, _kind: str = "publication", _state: State = State.COMPLETE, **values: Any) -> str:
    given = {**PAPER, **values} if _kind == "publication" else values
    return desk.catalogue.save(_kind, given, state=_state).record.id


def whole(desk: Desk) -> dict[str, tuple[Any, ...]]:
    """Everything that undo must bring back: all but versions and times."""
    found = {}
    for kind in desk.kinds:
        for record in desk._library.records(kind.name, tuple(State)):
            found[record.id] = (record.kind, record.number, record.state, record.secrecy, dict(record.values))
    return found


def why(desk: Desk, values: dict[str, Any], kind: str = "publication", **more: Any) -> list[tuple[str, str]]:
    return [(one.id, one.why) for one in desk.merging.while_typing(kind, values, **more)]


# -- while typing


def test_a_title_is_known_from_its_third_word_with_accents_or_without(desk: Desk) -> None:
    one = add(desk)
    add(desk, title="Quản lý đổi mới hành chính")
    assert why(desk, {"title": "Đổi mới"}) == []
    for typed in ("Đổi mới quản", "doi moi quan ly", "ĐỔI MỚI QUẢN LÝ HÀNH CHÍNH VỀ tr", TITLE[:-1]):
        assert why(desk, {"title": typed}) == [(one, "begun_title")], typed
    (likely,) = desk.merging.while_typing("publication", {"title": TITLE.lower()})
    assert (likely.why, likely.certain, likely.number) == ("title_other_people", False, 1)
    assert (likely.title, likely.people, likely.date) == (TITLE, "Ngô Ngọc Khánh; Phan Thanh Nam", "2026")


def test_it_looks_across_document_types_and_years_apart(desk: Desk) -> None:
    one = add(desk)
    people = PAPER["contributors"]
    typed = {"title": TITLE, "contributors": people, "document_type": "task_report"}
    assert why(desk, {**typed, "issued": "2027-01"}) == [(one, "title_differs")]
    assert why(desk, {**typed, "issued": "2028"}) == []
    (likely,) = desk.merging.while_typing("publication", {**typed, "document_type": None})
    assert likely.certain and likely.why == "title_people"


def test_a_title_with_a_word_changed_is_known_by_its_people(desk: Desk) -> None:
    one = add(desk, title=TITLE + " (đợt 1)")
    people = [{"name": "PHAN THANH NAM"}]
    near = TITLE.replace("Đổi mới", "Tăng cường") + " đợt 1"
    assert why(desk, {"title": near.replace("Tăng", "Đổi"), "contributors": people}) == [(one, "near_title")]
    assert why(desk, {"title": near.replace("Tăng", "Đổi"), "contributors": [{"name": "Hồ An"}]}) == []
    assert why(desk, {"title": near.replace("đợt 1", "đợt 2"), "contributors": people}) == []


def test_an_identifier_is_known_however_it_is_written(desk: Desk) -> None:
    book = add(desk, title="Sách hay", isbn="978-604-72-1234-5")
    for isbn in ("978-604-72-1234-5", "9786047212345", "978 604 72 1234 5"):
        found = why(desk, {"title": "Tên khác hẳn", "isbn": isbn})
        assert found == [(book, "same_number")], isbn
    task = add(desk, "research_task", title="Đề tài", code="BCA.2024.MH.29")
    assert why(desk, {"code": "BCA.2024.MH.29"}, "research_task") == [(task, "same_number")]


def test_the_record_itself_the_trash_stubs_and_those_told_apart_are_left_out(desk: Desk) -> None:
    one, other, third = add(desk), add(desk), add(desk)
    typed = dict(desk.catalogue.record(one).values)
    assert {found for found, _ in why(desk, typed, record_id=one)} == {other, third}
    desk.merging.mark_distinct([one, other])
    assert why(desk, typed, record_id=one) == [(third, "same")]
    assert why(desk, {"title": TITLE[:30]}, record_id=other) == [(third, "begun_title")]
    assert len(why(desk, typed)) == 3  # a new record is told apart from none
    desk.catalogue.trash([third])
    assert why(desk, typed, record_id=one) == []
    desk.catalogue.save("publication", {"issued": "2026"}, secrecy="mat")
    assert why(desk, {"issued": "2026"}) == []


def test_openings_that_many_titles_share_say_nothing(desk: Desk) -> None:
    for place in range(20):
        add(desk, title=f"Báo cáo tổng kết công tác năm ở xã thứ {place}")
    assert why(desk, {"title": "Báo cáo tổng kết"}) == []
    assert len(why(desk, {"title": "Báo cáo tổng kết công tác năm ở xã thứ 7"})) == 1


@pytest.mark.parametrize(
    "title",
    [
        "",
        "   ",
        '" OR title : *',
        "a" * 10_000,
        "từ " * 3_000,
        "\x00\ud83d\u202e",
        "^ * ( ) NEAR AND NOT",
        "1 2 3",
    ],
)
def test_whatever_is_typed_is_only_words(desk: Desk, title: str) -> None:
    add(desk)
    people = [{"name": title[:300]}, {}, {"name": "Ngô Ngọc Khánh"}]
    assert why(desk, {"title": title, "contributors": people, "isbn": title[:50], "doi": '"'}) == []


def test_a_kind_described_elsewhere_is_known_too(desk: Desk) -> None:
    one = add(desk, "toy_award", title="Bằng khen của Bộ trưởng", given="2026")
    other = add(desk, "toy_award", title="Bằng khen của Bộ trưởng", given="2026-05")
    assert {found for found, _ in why(desk, {"title": "Bang khen cua"}, "toy_award")} == {one, other}
    assert desk.merging.mark_distinct([one, other]).action == 0  # it has no field to remember that in
    changes = desk.merging.merge([one, other])
    assert changes.ids == {one, other}
    assert desk.catalogue.count("toy_award") == 1


# -- the whole library


def test_pairs_are_told_once_the_gravest_first(desk: Desk) -> None:
    report = add(desk, document_type="task_report", container=None)
    one = add(desk, pages="1-9")
    same = add(desk, _state=State.DRAFT, title=TITLE.upper())
    add(desk, title="Một tài liệu hoàn toàn khác với mọi tài liệu kia")
    pairs = desk.merging.pairs("publication")
    shown = [(pair.one.id, pair.other.id, pair.certain, pair.why) for pair in pairs]
    assert shown[0] == (one, same, True, "title_people")
    assert {frozenset(pair[:2]) for pair in shown[1:]} == {
        frozenset((report, one)),
        frozenset((report, same)),
    }
    assert not any(certain for *_, certain, _ in shown[1:])
    for pair in pairs:
        assert message(f"double_{pair.why}") != f"double_{pair.why}"
    desk.merging.mark_distinct([report, same])
    assert len(desk.merging.pairs("publication")) == 2
    stopped = Progress()
    stopped.cancel()
    with pytest.raises(Cancelled):
        desk.merging.pairs("publication", stopped)


def test_what_was_told_apart_is_no_finding_any_more(desk: Desk) -> None:
    one, other = add(desk), add(desk)

    def doubled() -> bool:
        return any(f.rule == "double_record" for f in desk.readiness.check(parse_period("2026")).findings)

    assert doubled()
    changes = desk.merging.mark_distinct([one, other])
    assert not doubled()
    assert message(f"did_{changes.label}", **changes.params).startswith("Đã ghi nhớ 2 mục không trùng nhau")
    desk.catalogue.undo()
    assert doubled()
    desk.catalogue.redo()
    assert not doubled()
    assert desk.catalogue.record(one).get("distinct_from") == (other,)
    assert desk.merging.mark_distinct([one, other]).action == 0  # it is known


# -- merging


def full(desk: Desk) -> tuple[str, str, str]:
    """Three that are one work, each with something that the others have not."""
    minutes = {"name": "bb.pdf", "file": "ab" * 20, "size": 3}
    khanh, nam = "Ngô Ngọc Khánh", {"name": "Phan Thanh Nam"}
    files = [{**minutes, "name": "khac.pdf"}, {"name": "anh.png", "file": "cd" * 20, "size": 9}]
    one = add(
        desk,
        _state=State.DRAFT,
        abstract="Ngắn",
        tags=["Nháp"],
        notes="Xem lại\nTủ 3",
        attachments=[minutes],
    )
    two = add(
        desk,
        issued="2026-03",
        department="PV01",
        tags=["nháp", "quý I"],
        abstract="Dài hơn nhiều",
        contributors=[{"name": khanh.upper(), "rank": "major"}, nam, {"name": "Hồ An"}],
        pages="1-9",
    )
    three = add(
        desk,
        title=TITLE.upper(),
        volume="7",
        notes="Tủ 3\nMượn",
        contributors=[{"name": khanh, "degree": "doctor"}],
        attachments=files,
    )
    return one, two, three


def test_the_comparison_proposes_what_loses_nothing(desk: Desk) -> None:
    one, two, three = full(desk)
    comparison = desk.merging.compare([one, two, three])
    assert [record.id for record in comparison.records] == [two, three, one]  # complete, then more filled
    lines = {line.field: line for line in comparison.lines}
    assert lines["title"].chosen == TITLE  # not in capitals
    assert lines["title"].differs and not lines["container"].differs
    assert lines["issued"].chosen == "2026-03"
    assert lines["volume"].values == (None, "7", None)
    assert (lines["volume"].chosen, lines["volume"].differs) == ("7", False)
    assert lines["abstract"].chosen == "Dài hơn nhiều"
    assert lines["tags"].chosen == ("nháp", "quý I")
    assert lines["notes"].chosen == "Tủ 3\nMượn\nXem lại"
    assert lines["contributors"].chosen == (
        {"name": "NGÔ NGỌC KHÁNH", "rank": "major", "degree": "doctor"},
        {"name": "Phan Thanh Nam"},
        {"name": "Hồ An"},
    )
    assert [item["file"] for item in lines["attachments"].chosen] == ["ab" * 20, "cd" * 20]
    assert "distinct_from" not in lines and "isbn" not in lines


def test_a_merge_is_one_act_undone_and_done_again_across_restarts(
    desk: Desk, tmp_path: Path, clock: Clock
) -> None:
    one, two, three = full(desk)
    before = whole(desk)
    acts = len(desk.catalogue.history())
    changes = desk.merging.merge([one, two, three], {"pages": "1-10", "abstract": None})
    assert changes.ids == {one, two, three}
    assert message(f"did_{changes.label}", **changes.params) == f"Đã gộp 2 mục vào “{TITLE}”"
    kept = desk.catalogue.record(one)
    assert (kept.state, kept.number) == (State.COMPLETE, 1)
    assert (kept.get("pages"), kept.get("abstract"), kept.get("issued")) == ("1-10", None, "2026-03")
    assert [desk.catalogue.record(other).state for other in (two, three)] == [State.TRASHED] * 2
    assert [hit.id for hit in desk.catalogue.find("doi moi quan ly")] == [one]
    assert len(desk.catalogue.history()) == acts + 1
    after = whole(desk)
    desk.catalogue.undo()
    assert whole(desk) == before
    desk.close()
    with Desk.open(tmp_path / "kho", clock=clock, kinds=desk.kinds) as again:
        again.catalogue.redo()
        assert whole(again) == after
    with Desk.open(tmp_path / "kho", clock=clock, kinds=desk.kinds) as again:
        again.catalogue.undo()
        assert whole(again) == before


def test_links_of_every_kind_follow_to_the_kept_one(desk: Desk) -> None:
    task, double = (add(desk, "research_task", title="Đề tài X") for _ in range(2))
    paper = add(desk, related_tasks=[double, "0192-khong-co"])
    both = add(desk, related_tasks=[task, double])
    trashed = add(desk, related_tasks=[double])
    desk.catalogue.trash([trashed])
    award = add(desk, "toy_award", title="Giấy khen", works=[double])
    apart = add(desk, "research_task", title="Đề tài X", notes="khác")
    desk.merging.mark_distinct([double, apart])
    changes = desk.merging.merge([task, double])
    assert changes.ids == {task, double, paper, both, trashed, award, apart}
    assert desk.catalogue.record(paper).get("related_tasks") == (task, "0192-khong-co")
    assert desk.catalogue.record(both).get("related_tasks") == (task,)
    assert desk.catalogue.record(trashed).get("related_tasks") == (task,)
    assert desk.catalogue.record(award).get("works") == (task,)
    assert desk.catalogue.record(apart).get("distinct_from") == (task,)
    assert desk.catalogue.record(task).get("distinct_from") == (apart,)
    assert [hit.id for hit in desk.catalogue.linking_to(task)] == [paper, both, award]
    assert desk.catalogue.linking_to(double) == []
    desk.catalogue.undo()
    assert [hit.id for hit in desk.catalogue.linking_to(double)] == [paper, both, award]


def test_one_taken_back_out_of_the_trash_names_what_is_there(desk: Desk) -> None:
    one, two, three = add(desk), add(desk), add(desk)
    desk.merging.mark_distinct([two, three])
    desk.merging.merge([one, two, three])
    desk.catalogue.restore([two])
    assert desk.catalogue.record(two).get("distinct_from") == (one,)
    assert desk.catalogue.record(one).get("distinct_from") is None


def test_records_that_name_each_other_never_name_themselves(desk: Desk) -> None:
    award = add(desk, "toy_award", title="A")
    other = add(desk, "toy_award", title="A", works=[award, "x"])
    desk.catalogue.save("toy_award", {"works": [other]}, record_id=award)
    desk.merging.mark_distinct([award, other])
    desk.merging.merge([award, other], {"works": [other, "y"]})
    assert desk.catalogue.record(award).get("works") == ("y",)


def test_what_cannot_be_merged_is_told_in_a_sentence_and_left_alone(desk: Desk) -> None:
    one, other, third = add(desk), add(desk), add(desk)
    task = add(desk, "research_task", title=TITLE)
    stub = desk.catalogue.save("publication", {"issued": "2026"}, secrecy="mat").record.id
    desk.catalogue.trash([third])
    before = whole(desk)
    for ids, code in (
        ([one], "merge_too_few"),
        ([one, one], "merge_too_few"),
        ([one, task], "merge_kinds"),
        ([one, third], "merge_trashed"),
        ([one, stub], "merge_above_ceiling"),
        ([one, "0192-khong-co"], "record_unknown"),
    ):
        for act in (desk.merging.merge, desk.merging.compare, lambda ids: desk.merging.merge_many([ids])):
            with pytest.raises(UserError) as refused:
                act(ids)
            assert refused.value.code == code
            assert str(refused.value) != code
    assert whole(desk) == before
    desk.set_unit(secrecy_ceiling="mat")
    desk.catalogue.save("publication", {}, record_id=other, secrecy="mat")
    with pytest.raises(UserError) as refused:
        desk.merging.merge([one, other])
    assert refused.value.code == "merge_secrecy"
    desk.catalogue.save("publication", {}, record_id=one, secrecy="mat")
    desk.merging.merge([one, other])
    assert desk.catalogue.record(one).secrecy == "mat"


def test_a_record_changed_meanwhile_stops_the_merge(desk: Desk) -> None:
    one, other = add(desk), add(desk)
    seen = {record.id: record.version for record in desk.catalogue.records([one, other])}
    desk.catalogue.save("publication", {"pages": "5"}, record_id=other)
    before = whole(desk)
    with pytest.raises(UserError) as refused:
        desk.merging.merge([one, other], versions=seen)
    assert refused.value.code == "changed_meanwhile"
    assert whole(desk) == before
    with pytest.raises(UserError) as refused:
        desk.merging.merge([one, other], {"issued": "31/02/2026"})
    assert refused.value.code == "bad_value"
    assert whole(desk) == before


def test_many_groups_are_one_act_and_groups_that_meet_are_one(desk: Desk) -> None:
    ids = [add(desk, title=f"Công trình {place // 4}", pages=str(place)) for place in range(12)]
    paper = add(desk, title="Khác", related_tasks=[ids[3], ids[5]])
    before = whole(desk)
    groups = [ids[0:2], ids[4:8], [ids[2], ids[3]], [ids[1], ids[2]], [ids[8], ids[11]]]
    stopped = Progress()
    stopped.cancel()
    with pytest.raises(Cancelled):
        desk.merging.merge_many(groups, stopped)
    with pytest.raises(UserError):
        desk.merging.merge_many([*groups, [ids[9], "0192"]])
    assert whole(desk) == before
    changes = desk.merging.merge_many(groups)
    live = [record.id for record in desk._library.records("publication")]
    assert live == [ids[0], ids[4], ids[8], ids[9], ids[10], paper]
    assert desk.catalogue.record(paper).get("related_tasks") == (ids[0], ids[4])
    assert message(f"did_{changes.label}", **changes.params) == "Đã gộp 7 mục trùng vào 3 mục được giữ lại"
    desk.catalogue.undo()
    assert whole(desk) == before


class _Failing:
    """Lets the ``nth`` writing statement of the library fail, as a disk that gives out does.

    Statements go to the database through SQLAlchemy, or where many are written straight to the driver.
    """

    def __init__(self, desk: Desk, nth: int) -> None:
        self._engine = desk._library._context.engine
        self._patch = pytest.MonkeyPatch()
        self.left = nth

    def __call__(self, _connection: Any, _cursor: Any, statement: str, *_more: Any) -> None:
        if statement.lstrip().split(" ", 1)[0] in ("INSERT", "UPDATE", "DELETE"):
            self.left -= 1
            if self.left == 0:
                error = sqlcipher.OperationalError("disk I/O error")
                error.sqlite_errorcode = 10
                raise error

    def __enter__(self) -> _Failing:
        event.listen(self._engine, "before_cursor_execute", self)
        really = rows.raw
        self._patch.setattr(rows, "raw", lambda connection: _Driver(really(connection), self))
        return self

    def __exit__(self, *_error: object) -> None:
        event.remove(self._engine, "before_cursor_execute", self)
        self._patch.undo()


class _Driver:
    """The driver's connection, each of whose statements the fault hears of first."""

    def __init__(self, connection: Any, fault: _Failing) -> None:
        self._connection = connection
        self._fault = fault

    def execute(self, statement: str, *parameters: Any) -> Any:
        self._fault(None, None, statement)
        return self._connection.execute(statement, *parameters)

    def executemany(self, statement: str, *parameters: Any) -> Any:
        self._fault(None, None, statement)
        return self._connection.executemany(statement, *parameters)


def test_a_disk_that_fails_at_any_write_of_a_merge_leaves_what_was(desk: Desk) -> None:
    one, two, three = full(desk)
    add(desk, "toy_award", title="Giấy khen", works=[two, three])
    before, acts = whole(desk), len(desk.catalogue.history())
    for nth in range(1, 60):
        with _Failing(desk, nth) as fault:
            try:
                desk.merging.merge([one, two, three])
            except UserError as error:
                assert error.code in ("library_io_failed", "library_disk_full")
        if fault.left > 0:
            break
        assert whole(desk) == before, nth
        assert len(desk.catalogue.history()) == acts
        assert len(desk.catalogue.find("doi moi quan ly")) == 3
    assert nth >= 10  # it did fail at every one of them, and then went through
    assert desk.catalogue.record(two).state is State.TRASHED
    desk.catalogue.undo()
    assert whole(desk) == before


# -- links and older values


def test_links_are_seen_from_both_ends(desk: Desk) -> None:
    task = add(desk, "research_task", title="Đề tài", leader=[{"name": "Lê An"}], start="2025-02")
    gone = "0192aaaa-0000-7000-8000-000000000000"
    paper = add(desk, related_tasks=[task, gone])
    (hit,) = desk.catalogue.linking_to(task)
    assert (hit.id, hit.kind, hit.title, hit.people) == (
        paper,
        "publication",
        TITLE,
        "Ngô Ngọc Khánh; Phan Thanh Nam",
    )
    ((field, other),) = desk.catalogue.linked_from(desk.catalogue.record(paper))
    assert (field, other.id, other.people, other.date) == ("related_tasks", task, "Lê An", "2025-02")
    assert desk.catalogue.linking_to(gone)[0].id == paper
    assert desk.catalogue.linking_to(task[:-1]) == desk.catalogue.linking_to('"') == []
    desk.merging.mark_distinct([paper, add(desk)])
    assert len(desk.catalogue.linking_to(paper)) == 0  # the program's own notes are no links
    desk.catalogue.trash([task])
    assert len(desk.catalogue.linked_from(desk.catalogue.record(paper))) == 1
    desk.catalogue.trash([paper])
    assert desk.catalogue.linking_to(task) == []


def test_many_links_are_read_in_one_walk(desk: Desk) -> None:
    tasks = [add(desk, "research_task", title=f"Đề tài {place}") for place in range(6)]
    papers = [add(desk, title=f"Bài {place}", related_tasks=[tasks[place]]) for place in range(6)]
    found = desk._library.linking(tasks[:5])
    assert [record.id for record in found] == papers[:5]
    assert [record.id for record in desk._library.linking(tasks[:2])] == papers[:2]
    assert [record.id for record in desk.catalogue.records([papers[3], "không có", tasks[0], papers[3]])] == [
        papers[3],
        tasks[0],
    ]


def test_a_field_is_put_back_to_a_value_it_had(desk: Desk) -> None:
    one = add(desk, pages="1-9")
    desk.catalogue.save("publication", {"pages": None, "title": "Tên sai"}, record_id=one)
    seen = desk.catalogue.record(one).version
    saved = desk.catalogue.restore_field(one, "title", TITLE, seen)
    told = message(f"did_{saved.changes.label}", **saved.changes.params)
    assert told == "Đã lấy lại giá trị cũ của “Tên tài liệu” trong “Tên sai”"
    assert (saved.record.get("title"), saved.record.get("pages")) == (TITLE, None)
    with pytest.raises(UserError) as refused:
        desk.catalogue.restore_field(one, "pages", "1-9", seen)
    assert refused.value.code == "changed_meanwhile"
    desk.catalogue.restore_field(one, "pages", "1-9")
    desk.catalogue.undo()
    desk.catalogue.undo()
    assert desk.catalogue.record(one).get("title") == "Tên sai"
    for field in ("state", "không có"):
        with pytest.raises(UserError) as refused:
            desk.catalogue.restore_field(one, field, "draft")
        assert refused.value.code == "unknown_field"


def test_nobody_sees_the_programs_own_notes(desk: Desk, tmp_path: Path) -> None:
    one, other = add(desk), add(desk)
    desk.merging.mark_distinct([one, other])
    for suffix in ("xlsx", "csv", "jsonl", "bib"):
        desk.catalogue.export("publication", tmp_path / f"ra.{suffix}")
    for text in ("csv", "jsonl", "bib"):
        written = (tmp_path / f"ra.{text}").read_text(encoding="utf-8-sig")
        assert "distinct" not in written and "Không trùng" not in written
    entry = desk.catalogue.history(one)[0]
    assert (entry.label, entry.changes) == ("marked_distinct", ())
    snapshot = desk.reporting.draft(parse_period("2026")).to_bytes()
    assert b"distinct_from" not in snapshot


def test_a_record_is_what_the_person_saw(desk: Desk) -> None:
    record: Record = desk.catalogue.record(add(desk))
    assert desk.catalogue.records([record.id]) == [record]
    assert desk.catalogue.records([]) == []

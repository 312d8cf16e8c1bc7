"""Headers to fields: the most specific wins, nothing is given twice, a person has the last word."""

from __future__ import annotations

import itertools
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stdesk.domain.fields import FieldType
from stdesk.domain.kinds import all_kinds
from stdesk.errors import Exit, UserError
from stdesk.exchange.layout import Table
from stdesk.exchange.mapping import RememberedMapping, fingerprint, map_table, mapping_from_json, read_mapping
from stdesk.exchange.matching import best_assignment
from stdesk.exchange.sheets import Row

KINDS = all_kinds()


def table(*headers: str, rows: tuple[tuple[Any, ...], ...] = ()) -> Table:
    body = tuple(Row(number, line) for number, line in enumerate(rows, 2))
    return Table((), (1,), tuple((header,) if header else () for header in headers), body, ())


def mapped(*headers: str, kind: str = "", rows: tuple[tuple[Any, ...], ...] = ()) -> dict[str, str]:
    found = map_table(table(*headers, rows=rows), KINDS, kind=kind)
    return {column.header: column.target for column in found.columns}


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        ("research_task", {"Tên đề tài": "title", "Đơn vị chủ trì": "host", "Đơn vị": ""}),
        (
            "research_task",
            {"Đề tài": "title", "Tổng kinh phí": "funding_total", "NSNN": "funding.state_budget"},
        ),
        ("research_task", {"Tên NV": "title", "Loại": "type", "Xếp loại": "grade"}),
        ("publication", {"Tên bài": "title", "Số": "issue", "Số trang": "pages"}),
        ("publication", {"Nhan đề": "title", "Nơi công bố": "container", "Nhà xuất bản": "publisher"}),
        ("training_session", {"Lớp": "title", "Số HV": "participants", "SL học viên nữ": "women"}),
        ("research_task", {"Tên ĐT": "title", "CN đề tài": "leader", "KP (tr.đ)": "funding_total"}),
        ("research_task", {"Tên đề tài KH&CN": "title", "Cấp QL": "", "Ngày NT": "accepted"}),
    ],
)
def test_headers_side_by_side(kind: str, expected: dict[str, str]) -> None:
    assert mapped(*expected, kind=kind) == expected


def test_contents_decide_where_a_header_says_two_things() -> None:
    graded = ((1, "Một đề tài nào đó", "Lê An", "Khá"), (2, "Một đề tài khác", "Lê An", "XS"))
    typed = ((1, "Một đề tài nào đó", "Lê An", "Sáng kiến"), (2, "Một đề tài khác", "Lê An", "Đề án"))
    headers = ("STT", "Tên đề tài", "Chủ nhiệm", "Loại")
    assert mapped(*headers, rows=graded)["Loại"] == "grade"
    assert mapped(*headers, rows=typed)["Loại"] == "type"


def test_every_label_of_every_field_finds_its_own_field() -> None:
    for kind in KINDS:
        fields = [f for f in kind.shown if not f.columns and f.type not in (FieldType.FILES, FieldType.LINKS)]
        for label in ("vi", "en"):
            headers = [getattr(field.label, label) for field in fields]
            assert len(set(headers)) == len(headers)
            found = map_table(table(*headers), KINDS, kind=kind.name)
            got = {column.header: column.target for column in found.columns}
            assert got == {getattr(field.label, label): field.name for field in fields}


def test_a_target_is_never_given_twice() -> None:
    found = mapped("Tên đề tài", "Tên nhiệm vụ", "Tên", "Chủ nhiệm", "Chủ nhiệm đề tài", kind="research_task")
    given_ = [target for target in found.values() if target]
    assert len(given_) == len(set(given_))


def test_nothing_to_go_by_is_no_kind() -> None:
    found = map_table(table("Biển số", "Số km", "Lít"), KINDS)
    assert (found.kind, {column.target for column in found.columns}) == ("", {""})


def test_a_person_has_the_last_word() -> None:
    lines = table("Tên đề tài", "Chủ nhiệm", "Đơn vị")
    found = map_table(lines, KINDS, kind="research_task", columns={2: "partners", 1: ""})
    assert [column.target for column in found.columns] == ["title", "", "partners"]
    assert all(column.certain for column in found.columns[1:])


def test_remembered_by_headers_whatever_their_accents_and_case() -> None:
    kept = RememberedMapping("research_task", {"Cột lạ": "objectives", "Tên đề tài": "title"})
    found = map_table(table("TEN DE TAI", "COT LA"), KINDS, remembered=kept)
    assert [column.target for column in found.columns] == ["title", "objectives"]
    assert fingerprint(table("TEN DE TAI", "Cot la")) == fingerprint(table("Tên đề tài", "Cột lạ"))
    assert fingerprint(table("Tên đề tài")) != fingerprint(table("Tên đề tài", "Cột lạ"))
    assert RememberedMapping.from_json(json.loads(json.dumps(kept.to_json()))) == kept


@pytest.mark.parametrize(
    "text",
    [
        "", "{", "[]", '{"columns": []}', '{"kind": "xe", "columns": {}}', '{"kind": 3, "columns": {}}',
        '{"kind": "publication", "columns": {"A": "leader"}}', '{"kind": "publication", "columns": {"A": 5}}',
        '{"kind": "publication", "columns": {"A": "title", "B": "title"}}', '"' + "x" * 50, "[" * 100_000,
    ],
)  # fmt: skip
def test_a_wrong_mapping_file_is_one_sentence(tmp_path: Path, text: str) -> None:
    path = tmp_path / "ghép.json"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(UserError) as caught:
        read_mapping(path, KINDS)
    assert caught.value.exit_code == Exit.USAGE
    assert "ghép.json" in str(caught.value)


def test_a_good_mapping_file(tmp_path: Path) -> None:
    path = tmp_path / "ghép.json"
    path.write_text(
        '\ufeff{"kind": "training_session", "columns": {"Khi nào": "start..end", "Bỏ": ""}}', encoding="utf-8"
    )
    assert read_mapping(path, KINDS).columns == {"Khi nào": "start..end", "Bỏ": ""}
    with pytest.raises(UserError):
        read_mapping(tmp_path / "không có.json", KINDS)
    assert mapping_from_json({"columns": {"A": "lecturers"}}, KINDS).kind == ""


_SCORES = st.lists(st.dictionaries(st.sampled_from("abcd"), st.floats(0.5, 1.5), max_size=4), max_size=4)


@given(_SCORES)
def test_the_assignment_is_the_best_there_is(wanted: list[dict[str, float]]) -> None:
    def worth(choice: tuple[str, ...]) -> float:
        used = [target for target in choice if target]
        if len(used) != len(set(used)):
            return -1
        return sum(wanted[at][target] for at, target in enumerate(choice) if target)

    best = max(map(worth, itertools.product(*[[*scores, ""] for scores in wanted])), default=0)
    assert worth(tuple(best_assignment(wanted))) == pytest.approx(best)

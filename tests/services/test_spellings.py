"""Names that are written differently, found and made one."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from stdesk.clock import fixed_clock
from stdesk.i18n import message
from stdesk.progress import Cancelled, Progress
from stdesk.services.desk import Desk

NOW = datetime(2026, 11, 2, 3, 0, tzinfo=UTC)


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    with Desk.create(
        tmp_path / "kho", unit_code="CAT-MH", unit_name="Công an", clock=fixed_clock(NOW)
    ) as made:
        yield made


def add(desk: Desk, *names: str, **values: Any) -> str:
    people = [{"name": name} for name in names]
    return desk.catalogue.save("publication", {"title": "Bài", "contributors": people, **values}).record.id


def names(desk: Desk, record_id: str) -> list[str]:
    return [one["name"] for one in desk.catalogue.record(record_id).get("contributors")]


def test_what_differs_in_accents_case_blanks_and_rank_is_one_person(desk: Desk) -> None:
    for name in ("Nguyễn Văn A", "Nguyễn Văn A", "NGUYỄN VĂN A", "Nguyen Van A", "Đại tá, TS. Nguyễn Văn A"):
        add(desk, name, "Lê Thị B")
    (cluster,) = desk.spellings.clusters("publication", "contributors")
    assert cluster.proposed == "Nguyễn Văn A"
    assert not cluster.doubtful
    assert dict(cluster.spellings) == {
        "Nguyễn Văn A": 2,
        "NGUYỄN VĂN A": 1,
        "Nguyen Van A": 1,
        "Đại tá, TS. Nguyễn Văn A": 1,
    }
    assert cluster.spellings[0] == ("Nguyễn Văn A", 2)


def test_other_accents_may_be_another_person(desk: Desk) -> None:
    for name in ("Trần Văn Tú", "Trần Văn Tư", "Tran Van Tu"):
        add(desk, name)
    (cluster,) = desk.spellings.clusters("publication", "contributors")
    assert cluster.doubtful
    assert len(cluster.spellings) == 3


def test_the_place_of_the_tone_mark_is_no_doubt(desk: Desk) -> None:
    add(desk, "Nguyễn Thị Hòa")
    add(desk, "Nguyễn Thị Hoà")
    (cluster,) = desk.spellings.clusters("publication", "contributors")
    assert not cluster.doubtful


def test_abbreviations_and_another_order_are_not_guessed(desk: Desk) -> None:
    add(desk, "Nguyễn Văn A", container="Tạp chí KHCN")
    add(desk, "Văn A Nguyễn", container="Tạp chí khoa học và công nghệ")
    assert desk.spellings.clusters("publication", "contributors") == []
    assert desk.spellings.clusters("publication", "container") == []


def test_unifying_is_one_act_that_keeps_rank_and_order(desk: Desk) -> None:
    first = add(desk, "Lê Thị B", "Đại tá, TS Nguyễn Văn A")
    second = add(desk, "NGUYỄN VĂN A")
    third = add(desk, "Lê Thị B")
    before = len(desk.catalogue.history())
    changes = desk.spellings.unify(
        "publication", "contributors", ["Đại tá, TS Nguyễn Văn A", "NGUYỄN VĂN A"], "Nguyễn Văn A"
    )
    assert (
        message(f"did_{changes.label}", **changes.params) == "Đã thống nhất cách viết ở “Tác giả” của 2 mục"
    )
    assert changes.ids == {first, second}
    assert len(desk.catalogue.history()) == before + 1
    kept = desk.catalogue.record(first).get("contributors")
    assert kept[0] == {"name": "Lê Thị B"}
    assert kept[1] == {"name": "Nguyễn Văn A", "rank": "colonel", "degree": "doctor"}
    assert names(desk, second) == ["Nguyễn Văn A"]
    assert names(desk, third) == ["Lê Thị B"]
    desk.catalogue.undo()
    assert names(desk, first) == ["Lê Thị B", "Đại tá, TS Nguyễn Văn A"]
    assert names(desk, second) == ["NGUYỄN VĂN A"]


def test_a_rank_already_known_is_not_overwritten(desk: Desk) -> None:
    one = desk.catalogue.save(
        "publication", {"title": "Bài", "contributors": [{"name": "Đại tá Nguyễn Văn A", "rank": "major"}]}
    ).record.id
    desk.spellings.unify("publication", "contributors", ["Đại tá Nguyễn Văn A"], "Nguyễn Văn A")
    assert desk.catalogue.record(one).get("contributors")[0]["rank"] == "major"


def test_several_groups_are_one_act(desk: Desk) -> None:
    one = add(desk, "A B", department="pc09")
    two = add(desk, "A B", department="Phòng  PV01.")
    desk.spellings.unify_many(
        "publication", "department", {"PC09": ["pc09"], "Phòng PV01": ["Phòng PV01."], "": ["x"]}
    )
    assert desk.catalogue.record(one).get("department") == "PC09"
    assert desk.catalogue.record(two).get("department") == "Phòng PV01"
    desk.catalogue.undo()
    assert desk.catalogue.record(one).get("department") == "pc09"


def test_tags_that_become_one_are_joined(desk: Desk) -> None:
    one = add(desk, "A B", keywords=("Ma túy", "ma tuy", "khác"))
    (cluster,) = desk.spellings.clusters("publication", "keywords")
    desk.spellings.unify("publication", "keywords", [text for text, _ in cluster.spellings], cluster.proposed)
    assert desk.catalogue.record(one).get("keywords") == ("Ma túy", "khác")


def test_hostile_names_are_only_names(desk: Desk) -> None:
    long = "Đ" * 10_000
    for name in (
        long,
        long.lower(),
        "\u202eNguyễn Đ\u200e",
        unicodedata.normalize("NFD", "NGUYỄN Đ"),
        "'; --",
        "%",
    ):
        add(desk, name)
    found = desk.spellings.clusters("publication", "contributors")
    assert sorted(len(one.spellings) for one in found) == [2, 2]
    desk.spellings.unify("publication", "contributors", [text for text, _ in found[0].spellings], "Đ %_' \\1")
    assert desk.spellings.clusters("publication", "contributors") == found[1:]


def test_nothing_to_unify_is_no_act(desk: Desk) -> None:
    add(desk, "A B")
    before = len(desk.catalogue.history())
    assert desk.spellings.unify("publication", "contributors", ["A B"], "A B").action == 0
    assert desk.spellings.unify("publication", "contributors", ["Không có"], "A B").action == 0
    assert len(desk.catalogue.history()) == before


def test_stopped_nothing_is_changed(desk: Desk) -> None:
    one = add(desk, "a b")
    stopped = Progress()
    stopped.cancel()
    with pytest.raises(Cancelled):
        desk.spellings.unify_many("publication", "contributors", {"A B": ["a b"]}, stopped)
    assert names(desk, one) == ["a b"]


def test_every_kind_offers_its_people_and_what_repeats(desk: Desk) -> None:
    fields = [field.name for field in desk.spellings.fields("publication")]
    assert {"contributors", "supervisors", "container", "department", "publisher"} <= set(fields)
    assert not {"title", "abstract", "isbn"} & set(fields)
    for kind in desk.kinds:
        for field in desk.spellings.fields(kind.name):
            assert desk.spellings.clusters(kind.name, field.name) == []

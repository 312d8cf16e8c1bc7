"""Records come back as they were given, and an act is whole or nothing."""

from __future__ import annotations

from typing import Any

import pytest

from stdesk.domain.fields import FieldType
from stdesk.domain.kinds import Kinds
from stdesk.domain.records import State
from stdesk.errors import UserError
from stdesk.store.library import Library
from tests.store.conftest import Open, add

_SAMPLES = {
    FieldType.TEXT: 'Đề án "06" – dân cư',
    FieldType.LONG_TEXT: "Dòng một\nDòng hai; '--",
    FieldType.INTEGER: 0,
    FieldType.NUMBER: 2.5,
    FieldType.MONEY: 2**53,
    FieldType.DATE: "2025-03",
    FieldType.TAGS: ("dữ liệu", "AI"),
    FieldType.LINKS: ("01923456-7890-7abc-8def-0123456789ab",),
    FieldType.CLASS: ("QD12/2008:50502",),
    FieldType.PEOPLE: ({"name": "Y Moan Niê", "unit": "Phòng 3"}, {"name": "K'Brế"}),
    FieldType.FILES: ({"name": "bài.pdf", "size": 3},),
}


@pytest.mark.parametrize("kind", ["publication", "research_task", "training_session"])
def test_every_type_of_field_survives_a_restart(
    library: Library, reopened: Open, kinds: Kinds, kind: str
) -> None:
    values: dict[str, Any] = {f.name: _SAMPLES[f.type] for f in kinds[kind].fields if f.type in _SAMPLES}
    record_id = add(library, kind, **values)

    record = reopened().get(record_id)

    for field in kinds[kind].of_type(FieldType.PEOPLE):
        values[field.name] = values[field.name][:1] if field.single else values[field.name]
    assert record is not None
    assert dict(record.values) == values
    assert (record.number, record.version, record.state) == (1, 1, State.COMPLETE)
    assert (record.created_by, record.changed_by) == ("Lan", "Lan")


def test_a_failed_act_leaves_nothing(library: Library) -> None:
    kept = add(library, title="Cũ")
    with pytest.raises(ZeroDivisionError), library.work("imported") as work:
        for place in range(1500):  # more than is held in memory
            work.create("publication", {"title": f"Mới {place}"})
        work.update(kept, {"title": "Đổi"})
        raise ZeroDivisionError

    assert [record.get("title") for record in library.records()] == ["Cũ"]
    assert library.search("moi") == []
    assert [entry.label for entry in library.history()] == ["created"]


def test_reading_inside_an_act_sees_what_it_wrote(library: Library) -> None:
    with library.work("imported") as work:
        made = work.create("publication", {"title": "Mới"})
        assert library.get(made.id) == made
        assert [hit.id for hit in library.search("moi")] == [made.id]
        assert work.update(made.id, {"title": "Khác"}).version == 2
        assert [record.get("title") for record in library.records("publication")] == ["Khác"]


def test_saving_over_someone_elses_save_is_refused(library: Library) -> None:
    record_id = add(library, title="Một")
    with library.work("saved") as work:
        work.update(record_id, {"title": "Hai"}, version=1)
    with pytest.raises(UserError, match="Hai") as refused, library.work("saved") as work:
        work.update(record_id, {"title": "Ba"}, version=1)

    assert refused.value.code == "changed_meanwhile"
    found = library.get(record_id)
    assert found is not None and found.get("title") == "Hai"


def test_saving_the_same_is_no_act(library: Library) -> None:
    record_id = add(library, title="Một", notes="x")
    with library.work("saved") as work:
        same = work.update(record_id, {"title": " Một ", "abstract": None}, version=1)

    assert same.version == 1
    assert work.changes.action == 0
    assert len(library.history()) == 1


def test_changes_name_what_views_must_refresh(library: Library) -> None:
    first = add(library, title="Một")
    with library.work("saved", count=2) as work:
        second = work.create("research_task", {"title": "Hai"}).id
        work.trash(first)

    assert work.changes.ids == {first, second}
    assert work.changes.kinds == {"publication", "research_task"}
    assert work.changes.params == {"count": 2}


def test_numbers_run_by_kind_and_are_never_used_again(library: Library, reopened: Open) -> None:
    add(library, title="Một")
    second = add(library, title="Hai")
    add(library, "research_task", title="Nhiệm vụ")
    library.undo()
    library.undo()
    assert library.get(second) is None

    again = reopened()
    third = again.get(add(again, title="Ba"))

    assert third is not None and third.number == 3
    assert again.by_number("publication", 3) == third
    assert again.by_number("publication", 2) is None
    assert again.by_number("publication", 99) is None


def test_trash_and_back_keeps_the_state(library: Library, reopened: Open) -> None:
    with library.work("created") as work:
        draft = work.create("publication", {"title": "Nháp"}, state=State.DRAFT).id
        done = work.create("publication", {"title": "Xong"}).id
    with library.work("trashed") as work:
        work.trash(draft)
        work.trash(done)
        work.trash(done)
    assert library.count("publication") == 0
    assert list(library.records()) == []
    assert len(list(library.records(states=[State.TRASHED]))) == 2

    again = reopened()
    with again.work("untrashed") as work:
        work.untrash(draft)
        work.untrash(done)

    assert {r.get("title"): r.state for r in again.records()} == {
        "Nháp": State.DRAFT,
        "Xong": State.COMPLETE,
    }
    assert again.count("publication", [State.DRAFT]) == 1


@pytest.mark.parametrize("name", ["update", "trash", "untrash"])
def test_a_record_that_never_was_is_gone(library: Library, name: str) -> None:
    with pytest.raises(UserError) as refused, library.work("saved") as work:
        getattr(work, name)("x' OR 1=1 --", *([{}] if name == "update" else []))
    assert refused.value.code == "record_gone"


def test_an_id_can_be_given_once(library: Library) -> None:
    known = "01923456-7890-7abc-8def-0123456789ab"
    with library.work("created") as work:
        assert work.create("publication", {"title": "Một"}, record_id=known).id == known
        with pytest.raises(UserError) as refused:
            work.create("publication", {"title": "Hai"}, record_id=known)
    assert refused.value.code == "record_exists"
    assert library.count("publication") == 1


def test_an_act_inside_an_act_is_a_bug(library: Library) -> None:
    with pytest.raises(RuntimeError), library.work("a"), library.work("b"):
        pass


def test_settings_survive_and_are_clean_text(library: Library, reopened: Open) -> None:
    library.settings.put(place="Ha\u0300 Nội", signer="Đại tá\r\nNguyễn Văn A")
    again = reopened()
    assert again.settings.get("place") == "H\u00e0 Nội"
    assert again.settings.get("signer") == "Đại tá\nNguyễn Văn A"
    assert again.settings.get("unit_name") == "Cục Cảnh sát giao thông"
    assert again.settings.get("none", "mặc định") == "mặc định"
    assert again.settings.all()["unit_code"] == "C08"

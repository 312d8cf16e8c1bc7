"""What was typed and is not saved: found again after a crash, no part of anything that counts."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from stdesk.domain.kinds import all_kinds
from stdesk.errors import UserError
from stdesk.services.desk import Desk
from stdesk.services.drafts import Draft
from stdesk.store.library import Library
from tests.store.conftest import Open, TickingClock, add

TYPED = {
    "title": "Đề án đang gõ dở \U0001f600 \u202e",
    "contributors": ({"name": "Lê Ước", "degree": "doctor"}, {"name": "Đỗ Thị Ân"}),
    "keywords": ("ma túy", "dữ liệu"),
    "abstract": None,
}


def test_a_draft_survives_a_restart_just_as_it_was_typed(library: Library, reopened: Open) -> None:
    texts = {"issued": "31/02/2026", "issn": "1859 - \x00\ud83d nửa chừng", "notes": "a" * 10_000}
    library.put_draft(Draft("publication", "", 0, TYPED, texts, "thuong"))
    (draft,) = reopened().drafts()
    assert draft.values == TYPED
    assert draft.texts == texts
    assert (draft.kind, draft.record_id, draft.version, draft.level) == ("publication", "", 0, "thuong")
    assert draft.at.startswith("2026-03-04T01:00")


def test_one_for_each_record_the_newest_first(library: Library) -> None:
    one = add(library, title="Một")
    library.put_draft(Draft("publication", one, 1, {"title": "Một, sửa"}))
    library.put_draft(Draft("publication", "", 0, {"title": "Mới"}))
    library.put_draft(Draft("research_task", "", 0, {"title": "Nhiệm vụ mới"}))
    library.put_draft(Draft("publication", one, 1, {"title": "Một, sửa nữa"}))
    assert [draft.values["title"] for draft in library.drafts()] == ["Một, sửa nữa", "Nhiệm vụ mới", "Mới"]
    assert [draft.record_id for draft in library.drafts("publication")] == [one, ""]
    library.drop_draft("publication", one)
    library.drop_draft("publication", one)
    library.drop_draft("training_session", "")
    assert [draft.values["title"] for draft in library.drafts()] == ["Nhiệm vụ mới", "Mới"]


def test_it_is_no_part_of_history_undo_or_records(library: Library) -> None:
    record = add(library, title="Đã lưu")
    acts = len(library.history())
    library.put_draft(Draft("publication", record, 1, {"title": "Chưa lưu"}))
    assert len(library.history()) == acts
    assert library.search("chua luu") == []
    library.undo()
    assert [draft.values for draft in library.drafts()] == [{"title": "Chưa lưu"}]
    library.redo()
    saved = library.get(record)
    assert saved is not None and saved.get("title") == "Đã lưu"


def test_above_the_ceiling_only_that_it_was_there_is_kept(library: Library, folder: Path) -> None:
    secret = "Chuyên án tối mật"
    library.put_draft(Draft("publication", "", 0, {"title": secret}, {"issued": secret}, "mat"))
    (draft,) = library.drafts()
    assert (draft.values, draft.texts, draft.level) == ({}, {}, "mat")
    library.close()
    assert secret.encode() not in (folder / "library.db").read_bytes()
    assert b"Chuy\\u00ean" not in (folder / "library.db").read_bytes()
    with sqlite3.connect(folder / "library.db") as other:
        for change in ("UPDATE draft SET content = '{}'", "UPDATE draft SET content = '{}', secrecy = '?'"):
            with pytest.raises(sqlite3.IntegrityError, match="above_ceiling"):
                other.execute(change)


def test_a_lowered_ceiling_and_a_classified_record_take_the_content_away(library: Library) -> None:
    library.settings.put(secrecy_ceiling="mat")
    library.put_draft(Draft("publication", "", 0, {"title": "Mật"}, level="mat"))
    library.put_draft(Draft("research_task", "", 0, {"title": "Thường"}))
    assert library.drafts("publication")[0].values == {"title": "Mật"}
    library.settings.put(secrecy_ceiling="thuong")
    assert [draft.values for draft in library.drafts()] == [{"title": "Thường"}, {}]

    record = add(library, title="Sẽ thành mật")
    library.put_draft(Draft("publication", record, 1, {"title": "Sẽ thành mật, sửa"}))
    with library.work("saved") as work:
        work.update(record, {"title": None}, secrecy="mat")
    assert [draft.record_id for draft in library.drafts()] == ["", ""]


@pytest.mark.parametrize(
    "content", ["{", "[]", "null", '{"values": 3, "texts": {}}', '{"values": {}}', "[" * 5000]
)
def test_a_spoilt_row_is_left_out_and_harms_nothing(
    library: Library, folder: Path, clock: TickingClock, content: str
) -> None:
    library.put_draft(Draft("publication", "", 0, {"title": "Tốt"}))
    library.put_draft(Draft("research_task", "", 0, {"title": "Hỏng"}))
    library.close()
    with sqlite3.connect(folder / "library.db") as other:
        other.execute("UPDATE draft SET content = ? WHERE kind = 'research_task'", (content,))
        row = ("loai_da_bo", "", 0, "thuong", '{"values": {}, "texts": {}}', "2026", "Lan")
        other.execute("INSERT INTO draft VALUES (?, ?, ?, ?, ?, ?, ?)", row)
        other.execute(  # bytes that are no text
            "INSERT INTO draft SELECT 'training_session', '', 0, 'thuong', CAST(x'ff7b' AS TEXT), '2026', ''"
        )
    with Library.open(folder, kinds=all_kinds(), clock=clock) as again:
        assert [draft.values for draft in again.drafts()] == [{"title": "Tốt"}]
        again.put_draft(Draft("research_task", "", 0, {"title": "Viết lại"}))
        assert len(again.drafts()) == 2


def test_a_field_that_is_no_more_is_left_out(library: Library) -> None:
    library.put_draft(Draft("publication", "", 0, {"title": "x", "mục_đã_bỏ": "y"}))
    assert library.drafts()[0].values == {"title": "x"}


def test_a_read_only_library_keeps_nothing_and_says_nothing(tmp_path: Path) -> None:
    with Desk.create(tmp_path / "kho", unit_code="X", unit_name="Y") as desk:
        desk.drafts.put(Draft("publication", "", 0, {"title": "Có sẵn"}))
    with Desk.open(tmp_path / "kho", read_only=True) as desk:
        desk.drafts.put(Draft("publication", "", 0, {"title": "Khác"}))
        desk.drafts.drop("publication", "")
        assert [draft.values for draft in desk.drafts.all("publication")] == [{"title": "Có sẵn"}]
        with pytest.raises(UserError):
            desk.catalogue.save("publication", {"title": "x"})

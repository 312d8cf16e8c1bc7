"""Above the ceiling only stubs: the database itself refuses more, and nothing of them is found or kept."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlcipher3 import dbapi2 as sqlite3

from stdesk.domain.kinds import Kinds
from stdesk.errors import UserError
from stdesk.store.library import Library, ListQuery
from tests.store.conftest import Open, add

STUB = {"document_type": "journal_article", "issued": "2026-02", "deposit_reference": "Tủ 3, ngăn 2"}


@pytest.fixture
def other(library: Library, folder: Path) -> Iterator[Any]:
    """Another program on the same file."""
    connection = sqlite3.connect(str(folder / "library.db"), isolation_level=None, timeout=5)
    yield connection
    connection.close()


def test_a_stub_is_taken_its_content_is_not(library: Library) -> None:
    with library.work("created") as work:
        stub = work.create("publication", STUB, secrecy="mat")
        with pytest.raises(UserError, match="Tên tài liệu") as refused:
            work.create("publication", {**STUB, "title": "Bí mật"}, secrecy="toi_mat")
    assert refused.value.code == "above_ceiling"
    assert dict(stub.values) == STUB


@pytest.mark.parametrize("level", ["mat", "toi_mat", "tuyet_mat", "", "THUONG", "lạ"])
def test_raw_sql_is_refused(library: Library, other: Any, kinds: Kinds, level: str) -> None:
    for kind in kinds:
        pk = library.key_of(add(library, kind.name, title="Thường"))
        with pytest.raises(sqlite3.IntegrityError, match="above_ceiling"):
            other.execute(f"UPDATE {kind.name} SET secrecy = ? WHERE pk = ?", (level, pk))
        with pytest.raises(sqlite3.IntegrityError, match="above_ceiling"):
            other.execute(
                f"INSERT OR REPLACE INTO {kind.name} (pk, number, version, state, secrecy, created_at, created_by, "
                "changed_at, changed_by, notes) VALUES (?, 1, 1, 'draft', ?, '', '', '', '', 'x')",
                (pk, level),
            )


def test_no_setting_is_the_lowest_ceiling(library: Library, other: Any) -> None:
    pk = library.key_of(add(library, title="Thường"))
    for spoil in ("DELETE FROM setting", "INSERT INTO setting VALUES ('secrecy_ceiling', 'lạ')"):
        other.execute(spoil)
        with pytest.raises(sqlite3.IntegrityError, match="above_ceiling"):
            other.execute("UPDATE publication SET secrecy = 'mat' WHERE pk = ?", (pk,))


def test_stubs_are_not_found_but_listed(library: Library) -> None:
    with library.work("created") as work:
        work.create("publication", STUB, secrecy="mat")
    assert library.search("tủ 3") == []
    assert library.search("1") == []
    assert len(library.ids(ListQuery("publication"))) == 1
    assert library.facet("publication", "secrecy") == [("mat", 1)]


def test_classifying_a_record_takes_its_content_out_of_everything(
    library: Library, reopened: Open, folder: Path
) -> None:
    words = "Chuyên án bí ẩn"
    with library.work("created", title=words) as work:
        record = work.create("publication", {**STUB, "title": words, "notes": words})
    with library.work("saved", title=words) as work:
        work.update(record.id, {"notes": f"{words} 2"})
    with library.work("saved", title=words) as work:
        work.update(record.id, {"title": None, "notes": None}, secrecy="mat")

    library = reopened()
    assert library.search("bi an") == []
    told = repr(library.history()) + repr(library.history(record.id))
    assert "bí ẩn" not in told
    library.undo()
    library.undo()
    found = library.get(record.id)
    assert found is not None and dict(found.values) == STUB


def test_the_ceiling_can_be_raised_and_not_lowered_over_content(library: Library) -> None:
    with library.work("created") as work:
        stub = work.create("publication", STUB, secrecy="mat").id
    library.settings.put(secrecy_ceiling="mat")
    assert [hit.id for hit in library.search("tủ 3")] == [stub]
    with library.work("created") as work:
        full = work.create("publication", {"title": "Được giữ"}, secrecy="mat").id
        with pytest.raises(UserError):
            work.create("publication", {"title": "Không"}, secrecy="toi_mat")

    with pytest.raises(UserError) as refused:
        library.settings.put(secrecy_ceiling="thuong")
    assert refused.value.code == "ceiling_in_use"
    assert library.settings.get("secrecy_ceiling") == "mat"

    with library.work("saved") as work:
        work.update(full, {"title": None})
    library.settings.put(secrecy_ceiling="thuong")
    assert library.search("tủ 3") == []
    assert "Được giữ" not in repr(library.history(full))
    assert [entry.label for entry in library.history()].count("ceiling_changed") == 2


def test_redo_cannot_bring_content_above_a_lowered_ceiling(library: Library) -> None:
    library.settings.put(secrecy_ceiling="mat")
    with library.work("created") as work:
        record_id = work.create("publication", {"title": "Bí mật"}, secrecy="mat").id
    library.undo()
    library.settings.put(secrecy_ceiling="thuong")
    library.redo()
    found = library.get(record_id)
    assert found is not None and not found.values


@pytest.mark.parametrize("level", ["", "rat_mat"])
def test_no_such_level(library: Library, level: str) -> None:
    with pytest.raises(UserError) as refused:
        library.settings.put(secrecy_ceiling=level)
    assert refused.value.code == "bad_level"
    with pytest.raises(UserError) as refused, library.work("created") as work:
        work.create("publication", {"title": "x"}, secrecy=level)
    assert refused.value.code == "bad_level"

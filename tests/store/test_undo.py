"""Undo and redo take whole acts, across restarts, and leave everything as it was."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from sqlcipher3 import dbapi2 as sqlite3

from stdesk.domain.records import Record, State
from stdesk.errors import UserError
from stdesk.progress import Cancelled, Progress
from stdesk.store.library import Library, ListQuery
from tests.store.conftest import Open, add


def content(library: Library) -> dict[str, tuple[object, ...]]:
    """All that a person sees of the records."""
    return {
        r.id: (r.number, r.state, r.secrecy, dict(r.values)) for r in library.records(states=tuple(State))
    }


def test_back_and_forth_over_restarts(library: Library, reopened: Open) -> None:
    states = [content(library)]
    first = add(library, title="Một", keywords=["a", "b"], issued="2025")
    states.append(content(library))
    with library.work("saved") as work:
        work.update(first, {"title": None, "issued": "2025-03", "notes": "x"}, state=State.DRAFT)
        work.create("research_task", {"title": "Hai", "funding": [{"source": "state_budget", "approved": 5}]})
    states.append(content(library))
    with library.work("trashed") as work:
        work.trash(first)
    states.append(content(library))

    for expected in (states[2], states[1], states[0]):
        library = reopened()
        library.undo()
        assert content(library) == expected
    with pytest.raises(UserError) as nothing:
        library.undo()
    assert nothing.value.code == "nothing_to_undo"
    for expected in states[1:]:
        library = reopened()
        library.redo()
        assert content(library) == expected
    with pytest.raises(UserError) as nothing:
        library.redo()
    assert nothing.value.code == "nothing_to_redo"


def test_search_and_lists_follow(library: Library) -> None:
    record_id = add(library, title="Giám định số khung")
    with library.work("saved") as work:
        work.update(record_id, {"title": "Vân tay"})

    library.undo()
    assert [hit.title for hit in library.search("giam dinh")] == ["Giám định số khung"]
    assert library.search("van tay") == []
    library.undo()
    assert library.search("giam dinh") == []
    assert list(library.ids(ListQuery("publication"))) == []
    library.redo()
    library.redo()
    assert [hit.title for hit in library.search("van tay")] == ["Vân tay"]


def test_a_new_act_ends_redo(library: Library, reopened: Open) -> None:
    add(library, title="Một")
    add(library, title="Hai")
    library.undo()
    redoable = library.redoable()
    assert redoable is not None and redoable.action == 2

    add(library, title="Ba")

    again = reopened()
    assert again.redoable() is None
    with pytest.raises(UserError):
        again.redo()
    again.undo()
    again.undo()
    assert content(again) == {}
    assert again.undoable() is None


def test_several_changes_of_one_record_in_one_act(library: Library) -> None:
    record_id = add(library, title="Một", notes="gốc")
    before = content(library)
    with library.work("saved") as work:
        work.update(record_id, {"title": "Hai"})
        work.update(record_id, {"title": "Ba", "notes": None})
        work.trash(record_id)
        work.untrash(record_id)
    after = content(library)

    library.undo()
    assert content(library) == before
    library.redo()
    assert content(library) == after
    assert next(iter(after.values()))[3] == {"title": "Ba"}


def test_a_record_made_and_changed_in_one_act_comes_back_as_it_ended(library: Library) -> None:
    with library.work("imported") as work:
        record_id = work.create("publication", {"title": "Một"}).id
        work.update(record_id, {"title": "Hai"})
    made = library.get(record_id)

    library.undo()
    library.redo()

    again = library.get(record_id)
    assert made is not None and again is not None
    assert (again.values, again.number) == (made.values, made.number)
    assert again.created_at == made.created_at
    assert again.version > made.version  # what was opened before is not saved over unseen


def test_a_whole_import_goes_and_comes(library: Library) -> None:
    old = add(library, title="Có sẵn")
    before = content(library)
    with library.work("imported", rows=2500) as work:
        for place in range(2500):
            work.create("publication", {"title": f"Tài liệu {place}", "issued": "2025"})
        work.update(old, {"notes": "gộp"})
    after = content(library)
    assert len(after) == 2501

    changes = library.undo()
    assert content(library) == before
    assert len(changes.ids) == 2501
    library.redo()
    assert content(library) == after


def test_a_record_changed_behind_the_history_stops_undo_whole(library: Library, folder: Path) -> None:
    with library.work("created") as work:
        first = work.create("publication", {"title": "Một"}).id
        work.create("publication", {"title": "Hai"})
    with sqlite3.connect(str(folder / "library.db")) as other:
        pk = other.execute("SELECT pk FROM record WHERE id = ?", (first,)).fetchone()[0]
        other.execute("UPDATE publication SET version = version + 1, title = 'Lạ' WHERE pk = ?", (pk,))
    other.close()
    before = content(library)

    with pytest.raises(UserError) as refused:
        library.undo()

    assert refused.value.code == "undo_conflict"
    assert content(library) == before
    assert len(library.history()) == 1


def test_history_says_who_when_what(library: Library) -> None:
    record_id = add(library, title="Một")
    with library.work("saved", title="Hai") as work:
        work.update(record_id, {"title": "Hai", "keywords": ["x"]}, state=State.DRAFT)
    library.undo()

    undone, saved, created = library.history(record_id)

    assert [e.kind_of for e in (undone, saved, created)] == ["undo", "act", "act"]
    assert (saved.by, saved.label, dict(saved.params), saved.undone) == (
        "Lan",
        "saved",
        {"title": "Hai"},
        True,
    )
    assert created.at < saved.at < undone.at and created.at.startswith("2026-03-04T01:00:")
    changed = {c.field: (c.before, c.after) for c in saved.changes}
    assert changed == {"title": ("Một", "Hai"), "keywords": (None, ("x",)), "state": ("complete", "draft")}
    assert {c.field: (c.before, c.after) for c in undone.changes} == {
        name: (after, before) for name, (before, after) in changed.items()
    }
    assert {(c.number, c.title, c.record) for c in saved.changes} == {(1, "Một", record_id)}
    assert [e.action for e in library.history(limit=2)] == [3, 2]
    assert library.history("nobody") == []


def test_history_of_a_record_that_is_gone_still_names_it(library: Library) -> None:
    record_id = add(library, title="Đã có tên")
    library.undo()
    entries = library.history(record_id)
    assert [e.kind_of for e in entries] == ["undo", "act"]
    assert {c.title for e in entries for c in e.changes} == {"Đã có tên"}


def test_redo_of_a_creation_does_not_meet_a_stranger(library: Library) -> None:
    first = add(library, title="Một")
    library.undo()
    with pytest.raises(UserError) as refused, library.work("created") as work:
        work.create("publication", {"title": "Khác"}, record_id=first)
    assert refused.value.code == "record_exists"
    library.redo()
    found = library.get(first)
    assert isinstance(found, Record) and found.get("title") == "Một"


def test_images_are_plain_json(library: Library, folder: Path) -> None:
    add(library, title="Đề án", contributors=[{"name": "Lê Ước"}])
    with sqlite3.connect(str(folder / "library.db")) as other:
        written = other.execute("SELECT after FROM change").fetchone()[0]
    other.close()
    assert json.loads(written)["values"] == {"title": "Đề án", "contributors": [{"name": "Lê Ước"}]}


class StopsAt(Progress):
    """Asked to stop when so many are done."""

    limit = 0

    def step(self, count: int = 1) -> None:
        super().step(count)
        if self.done >= self.limit:
            self.cancel()


def test_progress_counts_records_and_stopping_leaves_all_as_it_was(library: Library) -> None:
    old = [add(library, title=f"Có sẵn {n}") for n in range(3)]
    with library.work("imported", file="a.xlsx") as work:
        for place in range(2_500):
            work.create("publication", {"title": f"Tài liệu {place}", "notes": "gốc"})
        for one in old:
            work.update(one, {"title": None, "notes": "gộp"})
    before, lines = content(library), len(library.history())
    stopped = StopsAt()
    stopped.limit = 1_000
    with pytest.raises(Cancelled):
        library.undo(stopped)
    assert (content(library), len(library.history())) == (before, lines)
    assert len(library.search("tai lieu", limit=5_000)) == 2_500
    told = Progress()
    library.undo(told)
    assert (told.done, told.total) == (2_503, 2_503)
    assert "a.xlsx" in told.note
    library.redo(told)
    assert content(library) == before
    assert library.search("co san") == []


def test_many_changed_alike_and_not_alike_come_back(library: Library) -> None:
    """Equal changes go in one statement, each with its own values; empty ones become empty again."""
    with library.work("imported") as work:
        ids = [
            work.create("publication", {"title": f"Bài {n}", "notes": f"n{n}" if n % 2 else None}).id
            for n in range(1_200)
        ]
    before = content(library)
    with library.work("saved_many", n=len(ids)) as work:
        for n, one in enumerate(ids):
            work.update(one, {"notes": f"mới {n}", "volume": "5"} if n % 3 else {"title": f"Khác {n}"})
    after = content(library)
    library.undo()
    assert content(library) == before
    assert len(library.search("bai", limit=5_000)) == 1_200
    assert library.search("khac") == []
    library.redo()
    assert content(library) == after
    assert len(library.search("khac", limit=5_000)) == 400

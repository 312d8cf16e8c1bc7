"""The library as it was: whatever was done in whatever order, a copy equals what was there then."""

from __future__ import annotations

import hashlib
import shutil
import tempfile
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlcipher3 import dbapi2 as sqlite3

from stdesk.domain.kinds import all_kinds
from stdesk.domain.records import State
from stdesk.errors import UserError
from stdesk.progress import Cancelled, Progress
from stdesk.store import as_of
from stdesk.store.library import Draft, Library, ListQuery
from tests.store.conftest import TickingClock, add

DAY = date(2026, 3, 4)
KINDS = ("publication", "research_task")
WORDS = ("giám định", "đề án", "đề", "An", "ân", "")


def picture(library: Library) -> dict[str, Any]:
    """All that can be seen of a library."""
    entries = library.history(limit=10_000)
    reports = library.frozen()
    return {
        "records": {record.id: record for record in library.records(states=tuple(State))},
        "found": {
            word: sorted(hit.id for hit in library.search(word, limit=1_000)) for word in WORDS if word
        },
        "ordered": {
            kind: [
                library.rows(kind, [key])[key].id
                for key in library.ids(ListQuery(kind, sort=(("title", False), ("number", False))))
            ]
            for kind in KINDS
        },
        "settings": library.settings.all(),
        "history": [
            (one.action, one.at, one.by, one.label, dict(one.params), one.kind_of, one.undone, one.touched)
            for one in entries
        ],
        "of_acts": {one.action: library.act_changes(one.action, 1_000) for one in entries},
        "reports": [(one.period, one.submission, one.trial, one.sha512, one.reason) for one in reports],
        "read": [library.read_frozen(one) for one in reports],
        "signed": [[(one.name, one.sha512) for one in library.signed(report)] for report in reports],
        "undoable": library.undoable(),
        "redoable": library.redoable(),
    }


def as_it_was(library: Library, until: datetime, target: Path) -> Library:
    stamp = until.strftime("%Y-%m-%dT%H:%M:%SZ")
    copy = library.as_it_was(target, DAY, stamp, Progress())
    with sqlite3.connect(str(copy / "library.db")) as other:
        assert other.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        assert other.execute("PRAGMA foreign_key_check").fetchall() == []
    other.close()
    return Library.open(copy, kinds=all_kinds(), clock=TickingClock(), user="Lan")


class Actor:
    """Does things to a library; what it needs it takes from what is there."""

    def __init__(self, folder: Path) -> None:
        self.clock = TickingClock()
        self.library = Library.create(
            folder, kinds=all_kinds(), clock=self.clock, unit_code="X", unit_name="Y", user="Lan"
        )
        self.submissions = 0
        self.scan = folder / "inbox" / "scan.pdf"

    def some(self, pick: int) -> str | None:
        ids = sorted(record.id for record in self.library.records(states=tuple(State)))
        return ids[pick % len(ids)] if ids else None

    def create(self, pick: int, word: str) -> None:
        values = {"title": f"{word} {pick}", "keywords": [word], "notes": word or None}
        add(self.library, KINDS[pick % 2], **values)

    def change(self, pick: int, word: str) -> None:
        if one := self.some(pick):
            values: list[dict[str, Any]] = [
                {"title": word or None}, {"notes": word}, {"keywords": [word, "x"], "title": f"Bài {word}"}, {},
            ]  # fmt: skip
            with self.library.work("saved", title=word) as work:
                work.update(one, values[pick % 4], state=list(State)[pick % 2])
                work.update(one, {"notes": f"{word} lần nữa"})

    def trash(self, pick: int, word: str) -> None:
        if one := self.some(pick):
            with self.library.work("trashed", n=1, title=word) as work:
                (work.trash if self.library.get(one).state is not State.TRASHED else work.untrash)(one)  # type: ignore[union-attr]

    def take_in(self, pick: int, word: str) -> None:
        """An import or a merge: several made, several changed, one trashed, in one act."""
        with self.library.work("imported", file=word) as work:
            made = [work.create(KINDS[n % 2], {"title": f"{word} {n}"}).id for n in range(pick % 4 + 1)]
            work.update(made[0], {"notes": "gộp"})
            work.trash(made[-1])
            if one := self.some(pick):
                work.update(one, {"notes": word, "distinct_from": made[1:2]})

    def undo(self, _pick: int, _word: str) -> None:
        if self.library.undoable():
            self.library.undo()

    def redo(self, _pick: int, _word: str) -> None:
        if self.library.redoable():
            self.library.redo()

    def set(self, pick: int, word: str) -> None:
        self.library.settings.act("set_report_head", {f"report:2026:{pick % 3}": word}, period="2026")

    def freeze(self, pick: int, word: str) -> None:
        self.submissions += 1
        data = word.encode()
        self.library.save_frozen(
            "2026", self.submissions, bool(pick % 2), data, hashlib.sha512(data).hexdigest(), reason=word
        )

    def sign(self, pick: int, word: str) -> None:
        if reports := self.library.frozen():
            self.scan.write_bytes(f"{word}{pick}".encode())
            self.library.keep_signed(reports[pick % len(reports)], self.scan)

    def draft(self, _pick: int, word: str) -> None:
        self.library.put_draft(Draft("publication", "", 0, {"title": word}))


ACTS = ("create", "create", "change", "change", "trash", "take_in", "undo", "undo", "redo", "set", "freeze", "sign",
        "draft")  # fmt: skip
STEPS = st.lists(
    st.tuples(st.sampled_from(ACTS), st.integers(0, 20), st.sampled_from(WORDS)), min_size=1, max_size=14
)


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(steps=STEPS, look=st.integers(0, 13))
def test_a_copy_equals_the_library_of_then(steps: list[tuple[str, int, str]], look: int) -> None:
    folder = Path(tempfile.mkdtemp(prefix="stdesk-as-of-"))
    try:
        actor = Actor(folder / "kho")
        with actor.library as library:
            actor.create(0, "đề án")  # so that there is a first act
            pictures = [(actor.clock.moment, picture(library))]
            for name, pick, word in steps:
                getattr(actor, name)(pick, word)
                pictures.append((actor.clock.moment, picture(library)))
            now = picture(library)
            for at in {0, look % len(pictures), len(pictures) - 1}:
                moment, then = pictures[at]
                with as_it_was(library, moment, folder / f"copy-{at}") as copy:
                    assert picture(copy) == then
                    assert copy.drafts() == []
                assert not (folder / f"copy-{at}").exists()
            assert picture(library) == now
    finally:
        shutil.rmtree(folder)


@pytest.fixture
def later(library: Library, clock: TickingClock) -> Iterator[tuple[Library, datetime, str]]:
    """A library changed after a moment."""
    record = add(library, title="Một", issued="2025")
    moment = clock.moment
    clock.moment += timedelta(days=3)
    with library.work("saved") as work:
        work.update(record, {"title": "Hai"})
    yield library, moment, record


def test_attachments_are_read_where_the_library_has_them(
    library: Library, clock: TickingClock, tmp_path: Path
) -> None:
    source = tmp_path / "bien-ban.txt"
    source.write_text("Biên bản", encoding="utf-8")
    item = library.add_file(source)
    record = add(library, title="Có tệp", attachments=[item])
    moment = clock.moment
    with library.work("saved") as work:
        work.update(record, {"attachments": None})
    with as_it_was(library, moment, tmp_path / "copy") as copy:
        (held,) = copy.get(record).get("attachments")  # type: ignore[union-attr]
        assert copy.file_path(held["file"]).read_text(encoding="utf-8") == "Biên bản"
        assert copy.file_path(held["file"]).is_relative_to(library.folder)
        assert copy.file_names() == library.file_names()


def test_a_copy_refuses_every_writing(later: tuple[Library, datetime, str], tmp_path: Path) -> None:
    library, moment, record = later
    with as_it_was(library, moment, tmp_path / "copy") as copy:
        assert copy.read_only
        for act in (
            lambda: add(copy, title="x"),
            copy.undo,
            lambda: copy.settings.put(place="x"),
            lambda: copy.settings.act("set_report_head", {"report:2026:head": "x"}),
            lambda: copy.add_file(tmp_path / "copy" / as_of.MARK),
        ):
            with pytest.raises(UserError) as refused:
                act()
            assert refused.value.code == "as_of_read_only"
            assert "04/03/2026" in str(refused.value)
        assert copy.get(record).get("title") == "Một"  # type: ignore[union-attr]
    assert library.get(record).get("title") == "Hai"  # type: ignore[union-attr]


def test_before_the_first_act_there_is_nothing(later: tuple[Library, datetime, str], tmp_path: Path) -> None:
    library, moment, _ = later
    with pytest.raises(UserError) as refused:
        as_it_was(library, moment - timedelta(days=30), tmp_path / "copy")
    assert refused.value.code == "as_of_too_early"
    assert not (tmp_path / "copy").exists()


def test_what_was_classified_since_shows_nothing(
    library: Library, clock: TickingClock, tmp_path: Path
) -> None:
    record = add(library, title="Tên mật", notes="nội dung", issued="2025", document_type="journal_article")
    moment = clock.moment
    with library.work("saved") as work:
        work.update(record, {"title": None, "notes": None}, secrecy="mat")
    with as_it_was(library, moment, tmp_path / "copy") as copy:
        held = copy.get(record)
        assert held is not None
        assert (held.secrecy, held.get("title"), held.get("notes")) == ("mat", None, None)
        assert held.get("issued") == "2025"
        assert copy.search("mat") == [] and copy.search("nội dung") == []


def test_stopped_or_failed_it_leaves_nothing(
    later: tuple[Library, datetime, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    library, moment, _ = later
    stopped = Progress()
    stopped.cancel()
    with pytest.raises(Cancelled):
        library.as_it_was(tmp_path / "copy", DAY, moment.strftime("%Y-%m-%dT%H:%M:%SZ"), stopped)
    assert not (tmp_path / "copy").exists()

    def full(*_arguments: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(as_of, "_revert", full)
    with pytest.raises(UserError) as refused:
        as_it_was(library, moment, tmp_path / "copy")
    assert refused.value.code == "disk_full"
    assert not (tmp_path / "copy").exists()


def test_a_copy_left_behind_is_swept_and_one_in_use_is_not(
    later: tuple[Library, datetime, str], tmp_path: Path
) -> None:
    library, moment, _ = later
    shelf = tmp_path / "as-of"
    with as_it_was(library, moment, shelf / "used") as copy:
        library.as_it_was(shelf / "left", DAY, moment.strftime("%Y-%m-%dT%H:%M:%SZ"), Progress())
        (shelf / "not-mine").mkdir()
        (shelf / "not-mine" / "library.db").write_text("x")
        as_of.sweep(shelf)
        assert sorted(one.name for one in shelf.iterdir()) == ["not-mine", "used"]
        assert copy.count("publication") == 1
    as_of.discard(shelf / "not-mine")
    assert [one.name for one in shelf.iterdir()] == ["not-mine"]


def test_the_same_second_belongs_to_what_was_done_in_it(
    library: Library, clock: TickingClock, tmp_path: Path
) -> None:
    add(library, title="Một")
    moment = clock.moment.astimezone(UTC)
    with as_it_was(library, moment + timedelta(milliseconds=900), tmp_path / "copy") as copy:
        assert copy.count("publication") == 1

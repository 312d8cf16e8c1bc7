"""A password put on a library and taken off: whole or not at all, whatever stops it, and nothing readable left."""

from __future__ import annotations

import hashlib
import os
import random
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from stdesk.domain.kinds import Kinds, all_kinds
from stdesk.domain.records import State
from stdesk.errors import UserError
from stdesk.progress import Cancelled, Progress
from stdesk.store import conversion, engine, files, leftovers, locking, opening, sealed, swap, vault
from stdesk.store.library import Draft, Library
from stdesk.store.vault import new_recovery_code
from tests.store.conftest import TickingClock

PASSWORD = "Mật khẩu của Lan"
SNAPSHOT = '{"period":"2026","title":"CHIMYEN bí mật"}'.encode()
ATTACHED = b"%PDF-1.4\n" + b"CHIMYEN trong tep dinh kem " * 4_000
SIGNED, FORGOTTEN = b"CHIMYEN ban ky", b"CHIMYEN tep khong ai nhac"


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A library with everything in it that a conversion has to bring along."""
    top = tmp_path_factory.mktemp("mau")
    for name, content in (("a.pdf", ATTACHED), ("ky.pdf", SIGNED), ("le.txt", FORGOTTEN)):
        (top / name).write_bytes(content)
    with Library.create(
        top / "Kho số 1 #a?b",
        kinds=all_kinds(), clock=TickingClock(), unit_code="C08", unit_name="Cục CHIMYEN", user="Lan",
    ) as made:  # fmt: skip
        item = made.add_file(top / "a.pdf")
        made.add_file(top / "le.txt")
        with made.work("created") as work:
            for n in range(40):
                title = f"Giải pháp số {n} về an toàn đường thủy CHIMYEN"
                work.create("publication", {"title": title, "attachments": (item,) if n == 0 else ()})
            work.create("research_task", {"title": "Đề tài CHIMYEN"})
        gone = next(made.records("publication")).id
        with made.work("trashed") as work:
            work.trash(gone)
        made.undo()
        made.put_draft(Draft("publication", "", 0, {"title": "Bản nháp CHIMYEN"}))
        report = made.save_frozen("2026", 1, False, SNAPSHOT, hashlib.sha512(SNAPSHOT).hexdigest())
        made.keep_signed(report, top / "ky.pdf")
    return top / "Kho số 1 #a?b"


@pytest.fixture(scope="module")
def before(template: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What is in it."""
    with opened(shutil.copytree(template, tmp_path_factory.mktemp("goc") / "Kho")) as library:
        return content_of(library)


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(vault, "OPS", 1)
    monkeypatch.setattr(vault, "MEMORY", 8192)


@pytest.fixture
def folder(template: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(template, tmp_path / template.name))


def opened(folder: Path, secret: str = "", **more: Any) -> Library:
    return Library.open(folder, kinds=all_kinds(), clock=TickingClock(), user="Lan", secret=secret, **more)


def lock(folder: Path, kinds: Kinds | None = None, progress: Progress | None = None) -> locking.Converted:
    return locking.lock(
        folder, kinds or all_kinds(), TickingClock(), "Lan", PASSWORD, "", progress or Progress()
    )


def unlock(folder: Path, secret: str = PASSWORD) -> locking.Converted:
    return locking.unlock(folder, all_kinds(), TickingClock(), "Lan", secret, Progress())


def content_of(library: Library) -> dict[str, Any]:
    """All that a person has in it, read and searched."""
    (report,) = library.frozen()
    (copy,) = library.signed(report)
    library.check_signed(copy)
    records = [record for kind in library.kinds.names for record in library.records(kind, tuple(State))]
    (use,) = [use for use in library.file_uses() if not use.trashed]
    return {
        "records": records,
        "found": [hit.title for hit in library.search("an toan duong thuy", limit=100)],
        "drafts": [(one.kind, one.values) for one in library.drafts()],
        "history": [
            (one.label, one.at, one.by) for one in reversed(library.history()) if "locked" not in one.label
        ],
        "snapshot": library.read_frozen(report),
        "attached": library.file_bytes(use.file),
        "hash": library.file_hash(use.file) == use.sha512,
        "size": library.file_size(use.file),
        "signed": library.file_bytes(copy.file),
        "files": len(library.file_names()),
        "settings": {key: value for key, value in library.settings.all().items()},
    }


def canaries(*tops: Path) -> list[str]:
    """Files below ``tops`` in which a word of the library can be read, in any usual coding."""
    words = ["CHIMYEN", "đường thủy", "duong thuy", "Bản nháp"]
    wanted = [
        word.encode(code) for word in words for code in ("utf-8", "utf-16-le", "utf-16-be", "utf-32-le")
    ]
    wanted += [ATTACHED[at : at + 12] for at in range(9, 40)] + [b"SQLite format 3"]
    found = []
    for top in tops:
        for path in top.rglob("*"):
            if path.is_file() and any(one in path.read_bytes() for one in wanted):
                found.append(str(path.relative_to(top)))
    return found


def refusal(call: Callable[[], object]) -> str:
    with pytest.raises(UserError) as refused:
        call()
    return refused.value.code


def test_there_and_back_everything_is_as_it_was(folder: Path, before: dict[str, Any]) -> None:
    assert before["attached"] == ATTACHED and len(before["found"]) == 40 and canaries(folder)
    made = lock(folder)
    assert (made.damaged, made.still_plain, made.left) == ((), (), False) and made.vault is not None
    assert made.files == 4 and made.size == len(ATTACHED) + len(SIGNED) + len(FORGOTTEN) + len(SNAPSHOT)
    assert canaries(folder) == []
    assert not (folder / "kept").exists() and not (folder / "swap").exists()
    with opened(folder, PASSWORD) as library:
        assert library.locked and content_of(library) == before
        assert library.history()[0].label == "library_locked_by"
        unnamed = [file for file in library.file_names() if file.startswith("~")]
        assert [library.file_bytes(file) for file in unnamed] == [FORGOTTEN]
    unlock(folder)
    with opened(folder) as library:
        assert not library.locked and content_of(library) == before
        assert hashlib.sha512(FORGOTTEN).hexdigest()[:40] in library.file_names()
    assert not (folder / "library.key").exists()
    assert not (folder / "kept").exists()


def test_the_schema_comes_along_to_the_last_trigger(folder: Path) -> None:
    sql = "SELECT type, name, sql FROM sqlite_master ORDER BY type, name"
    strict = "SELECT name, type, wr, strict FROM pragma_table_list WHERE schema = 'main' ORDER BY name"
    pragmas = ("user_version", "application_id", "page_size", "encoding", "auto_vacuum")

    def described(library: Library) -> list[Any]:
        with library._context.reading() as connection:
            run = connection.exec_driver_sql
            return [
                run(sql).all(),
                run(strict).all(),
                [str(run(f"PRAGMA {name}").scalar_one()) for name in pragmas],
            ]

    with opened(folder) as library:
        before = described(library)
    lock(folder)
    with opened(folder, PASSWORD) as library:
        assert described(library) == before
        with pytest.raises(Exception, match="append_only"), library._context.writing() as connection:
            connection.exec_driver_sql("DELETE FROM chain")


def test_a_locked_library_asks_and_tells_wrong_from_damaged(folder: Path, tmp_path: Path) -> None:
    code = new_recovery_code()
    locking.lock(folder, all_kinds(), TickingClock(), "Lan", PASSWORD, code, Progress())
    assert refusal(lambda: opened(folder)) == "library_wants_password"
    assert refusal(lambda: opened(folder, "khác")) == "password_wrong"
    assert refusal(lambda: opened(folder, "khác", read_only=True)) == "password_wrong"
    with opened(folder, code) as library:
        held = library.vault
        with opened(folder, vault=held, read_only=True) as second:
            assert second.locked
    locking.change_password(folder, PASSWORD, "Mới")
    assert refusal(lambda: opened(folder, PASSWORD)) == "password_wrong"
    other = new_recovery_code()
    locking.new_recovery(folder, "Mới", other)
    assert refusal(lambda: opened(folder, code)) == "password_wrong"
    opened(folder, other).close()

    key = (folder / "library.key").read_bytes()
    (folder / "library.key").unlink()
    assert refusal(lambda: opened(folder, "Mới")) == "key_file_missing"
    (folder / "library.key").write_bytes(key[:-30])
    assert refusal(lambda: opened(folder, "Mới")) == "key_file_damaged"
    (folder / "library.key").write_bytes(key)
    raw = bytearray((folder / "library.db").read_bytes())
    raw[100] ^= 1
    (folder / "library.db").write_bytes(raw)
    assert refusal(lambda: opened(folder, "Mới")) == "library_damaged"


def test_what_makes_no_sense_is_refused(folder: Path) -> None:
    assert refusal(lambda: unlock(folder)) == "locking_not_locked"
    assert refusal(lambda: locking.change_password(folder, "a", "b")) == "locking_not_locked"
    lock(folder)
    assert refusal(lambda: unlock(folder, "khác")) == "password_wrong"
    with opened(folder, PASSWORD):
        assert refusal(lambda: unlock(folder)) == "library_locked"
    assert canaries(folder) == []


def test_a_library_that_is_open_is_not_converted(folder: Path) -> None:
    before = (folder / "library.db").read_bytes()
    with opened(folder):
        assert refusal(lambda: lock(folder)) == "library_locked"
    with opened(folder, read_only=True) as reader:
        next(iter(reader.records("publication")))
        assert refusal(lambda: lock(folder)) in ("library_busy", "library_locked")
    opened(folder).close()
    assert not (folder / "library.key").exists() and len(before)


class Killed(BaseException):
    """The program is no longer there."""


STEPS = [
    (locking, "_make_database"), (conversion, "compare"), (conversion, "_check_sound"), (locking, "_make_files"),
    (locking, "_copy"), (locking, "_make_snapshots"), (locking, "_write_down"), (locking, "_check_closed"),
    (vault.KeyFile, "write"), (swap, "commit"), (swap, "_carry_out"), (leftovers, "sweep"),
]  # fmt: skip
_AFTER = {"_carry_out", "sweep"}  # by then it was decided


@pytest.mark.parametrize(
    ("place", "name", "late"),
    [*((*step, False) for step in STEPS), (swap, "commit", True), (leftovers, "sweep", True)],
    ids=[*(f"before {name}" for _, name in STEPS), "after commit", "after sweep"],
)
def test_killed_at_any_step_it_is_the_old_library_or_the_new_one(
    folder: Path, before: dict[str, Any], monkeypatch: pytest.MonkeyPatch, place: Any, name: str, late: bool
) -> None:
    step = getattr(place, name)

    def killed(*args: Any, **more: Any) -> Any:
        if name == "sweep" and not (folder / "kept").exists():
            return step(*args, **more)  # an opening; the end is meant
        if late:
            step(*args, **more)
        raise Killed

    with monkeypatch.context() as patched:
        patched.setattr(place, name, killed)
        patched.setattr(swap, "discard", lambda _folder: None)  # a killed program tidies nothing up
        if name == "_carry_out":
            patched.setattr(swap, "_take_back", lambda _folder: None)
        with pytest.raises(Killed):
            lock(folder)
    decided = name in _AFTER or (name == "commit" and late)
    with opened(folder, PASSWORD) as library:
        assert library.locked == decided
        assert content_of(library) == before
    assert not (folder / "swap").exists()
    assert bool(canaries(folder)) == (not decided)
    if name == "_check_closed":  # another time it is done
        lock(folder)
        with opened(folder, PASSWORD) as library:
            assert content_of(library) == before


@pytest.mark.parametrize("at", [1, 2, 4, 6, 7, 8])
def test_killed_between_two_moves_of_the_swap_the_next_opening_finishes(
    folder: Path, before: dict[str, Any], monkeypatch: pytest.MonkeyPatch, at: int
) -> None:
    moves, move = [0], swap._move

    def killed(*args: Any) -> None:
        moves[0] += 1
        if moves[0] == at:
            raise Killed
        move(*args)

    with monkeypatch.context() as patched:
        patched.setattr(swap, "_move", killed)
        try:
            lock(folder)
        except Killed:
            pass
        else:
            assert at > 6  # database, attachments and reports out and in, the key in: 7; more are to come
    with opened(folder, PASSWORD) as library:
        assert library.locked == (folder / "library.key").exists()
        assert content_of(library) == before
        assert bool(canaries(folder)) == (not library.locked)


def test_stopped_by_the_person_nothing_has_happened(folder: Path, before: dict[str, Any]) -> None:
    class Stopped(Progress):
        def step(self, count: int = 1) -> None:
            self.cancel()
            super().step(count)

    progress = Progress()
    progress.cancel()
    for one in (progress, Stopped()):
        with pytest.raises(Cancelled):
            lock(folder, progress=one)
        assert not (folder / "swap").exists() and not (folder / "library.key").exists()
    with opened(folder) as library:
        assert content_of(library) == before


def test_too_little_room_is_told_before_anything_is_made(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    usage = shutil.disk_usage(folder)
    monkeypatch.setattr(shutil, "disk_usage", lambda _path: usage._replace(free=40 << 20))
    with pytest.raises(UserError) as refused:
        lock(folder)
    assert refused.value.code == "locking_no_room"
    assert refused.value.params["free"] == 40 and refused.value.params["need"] > 64
    assert not (folder / "swap").exists()


@pytest.mark.parametrize("what", ["row", "file", "snapshot"])
def test_a_copy_that_is_not_the_same_is_not_believed(
    folder: Path, before: dict[str, Any], monkeypatch: pytest.MonkeyPatch, what: str
) -> None:
    compare, seal = conversion.compare, sealed.seal

    def spoilt_row(old: Any, new: Any, progress: Progress) -> int:
        new.execute("UPDATE setting SET value = value || ' ' WHERE key = 'unit_name'")
        return compare(old, new, progress)

    def spoilt_file(source: Any, out: Any, key: bytes, progress: Any = None) -> tuple[str, int]:
        digest, size = seal(source, out, key, progress)
        if (size == len(SNAPSHOT)) == (what == "snapshot"):
            out.seek(-3, os.SEEK_END)
            out.write(b"\0")
        return digest, size

    with monkeypatch.context() as patched:
        if what == "row":
            patched.setattr(conversion, "compare", spoilt_row)
        else:
            patched.setattr(sealed, "seal", spoilt_file)
        assert refusal(lambda: lock(folder)) == "locking_failed"
    with opened(folder) as library:
        assert not library.locked and content_of(library) == before
    assert not (folder / "swap").exists()


def test_damaged_files_come_along_as_they_are_and_are_named(folder: Path) -> None:
    with opened(folder) as library:
        (use,) = library.file_uses()
        library.file_path(use.file).write_bytes(b"0" + ATTACHED[1:])
    assert lock(folder).damaged == (use.file,)
    with opened(folder, PASSWORD) as library:
        assert library.file_bytes(use.file) == b"0" + ATTACHED[1:]
        assert library.file_hash(use.file) != use.sha512
        path = library.file_path(use.file)
        raw = bytearray(path.read_bytes())
        raw[300] ^= 1
        path.write_bytes(raw)
        assert refusal(lambda: library.file_hash(use.file)) == "attachment_changed"
    assert unlock(folder).damaged == (path.name,)
    with opened(folder) as library:
        assert refusal(lambda: library.open_file(use.file)) == "attachment_missing"
        assert path.name in library.file_names(), "nobody threw it away"


def test_the_file_of_another_attachment_under_its_name_is_found(folder: Path) -> None:
    lock(folder)
    with opened(folder, PASSWORD) as library:
        (use,) = library.file_uses()
        (unnamed,) = [file for file in library.file_names() if file.startswith("~")]
        shutil.copyfile(library.file_path(unnamed), library.file_path(use.file))
        assert refusal(lambda: library.file_bytes(use.file)) == "attachment_changed"


def test_what_stays_readable_beside_the_library_is_named(folder: Path) -> None:
    with opened(folder) as library:
        library.backup(folder / "backups" / "cu.db")
    (folder / "outbox" / "KHCN-C08-2026-L01.zip").write_bytes(b"PK\3\4 goi")
    (folder / "reports" / "2026-L01" / "bao-cao.docx").write_bytes(b"PK\3\4 bao cao")
    size = (folder / "backups" / "cu.db").stat().st_size
    made = lock(folder)
    assert [(one.area, one.files) for one in made.still_plain] == [
        ("backups", 1), ("outbox", 1), ("reports", 1),
    ]  # fmt: skip
    assert made.still_plain[0].size == size
    with opened(folder, PASSWORD) as library:
        (folder / "backups" / "cu.db").unlink()
        library.backup(folder / "backups" / "moi.db")
    assert [one.area for one in leftovers.readable(folder)] == ["outbox", "reports"], "new backups are locked"


def test_old_readable_copies_are_deleted_and_new_backups_stay(folder: Path) -> None:
    with opened(folder) as library:
        library.backups.write(folder / "backups", "manual")
        library.backup(folder / "backups" / "cu.db")
    (folder / "kept" / "20260101-restore").mkdir(parents=True)
    shutil.copyfile(folder / "library.db", folder / "kept" / "20260101-restore" / "library.db")
    with pytest.raises(ValueError, match="Kho"):
        leftovers.drop_old_copies(folder)
    areas = [one.area for one in lock(folder).still_plain]
    assert areas == ["backups", "kept"]
    with opened(folder, PASSWORD) as library:
        library.backups.write(folder / "backups", "manual")
        assert leftovers.drop_old_copies(folder) > 4
        assert leftovers.readable(folder) == () and canaries(folder) == []
        (left,) = library.backups.listed(folder / "backups")
        assert left.ok and left.locked


def test_adding_and_dropping_files_of_a_locked_library(folder: Path, tmp_path: Path) -> None:
    lock(folder)
    (tmp_path / "Biên bản.txt").write_text("CHIMYEN biên bản", encoding="utf-8")
    with opened(folder, PASSWORD) as library:
        there = library.stored_names()
        item = library.add_file(tmp_path / "Biên bản.txt")
        assert item["media_type"] == "text/plain" and item["sha512"][:40] == item["file"]
        assert library.open_file(item["file"]).read().decode() == "CHIMYEN biên bản"
        assert library.stored_names() - there == {library.stored_name(item["file"])} != {item["file"]}
        path = library.file_path(item["file"])
        path.write_bytes(path.read_bytes()[:-1])
        library.add_file(tmp_path / "Biên bản.txt")
        assert library.file_hash(item["file"]) == item["sha512"], "a damaged one is replaced"
        library.drop_file(item["file"])
        assert library.stored_names() == there
        for wrong in ("../../library.db", "~../../library", "x" * 40, "~", ""):
            assert refusal(lambda wrong=wrong: library.file_path(wrong)) == "attachment_unknown"  # type: ignore[misc]
        assert refusal(lambda: library.file_path("f" * 40)) == "attachment_missing"
    assert canaries(folder) == []


def flipped(folder: Path, times: int, seed: int, password: str = PASSWORD) -> int:
    """How many of ``times`` single flipped bits in the database are found, by opening it or by its check."""
    database, held = folder / "library.db", opening.unlock(folder, password)
    assert held is not None
    raw, chance, found = database.read_bytes(), random.Random(seed), 0
    spoilt = folder / "spoilt.db"
    for _ in range(times):
        place, bit = chance.randrange(len(raw)), chance.randrange(8)
        spoilt.write_bytes(raw[:place] + bytes([raw[place] ^ 1 << bit]) + raw[place + 1 :])
        one = engine.make_engine(spoilt, engine.FROZEN, held.database)
        try:
            with one.connect() as connection:
                found += bool(engine.cipher_faults(connection))
        except Exception:  # noqa: BLE001 - what opening refuses is found as well
            found += 1
        finally:
            one.dispose()
    spoilt.unlink()
    return found


def test_every_flipped_bit_of_the_database_is_found_and_every_page_named(
    folder: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    lock(folder)
    assert flipped(folder, 40, 20261122) == 40
    database = folder / "library.db"
    raw = bytearray(database.read_bytes())
    for page in (3, 7, 12):
        raw[(page - 1) * 4096 + 2_000] ^= 4
    database.write_bytes(raw)
    one = engine.make_engine(database, engine.FROZEN, opening.unlock(folder, PASSWORD).database)  # type: ignore[union-attr]
    with one.connect() as connection:
        faults = engine.cipher_faults(connection)
    one.dispose()
    assert [fault.rsplit(" ", 1)[-1] for fault in faults] == ["3", "7", "12"]
    assert capfd.readouterr().err == "", "SQLCipher keeps its talk to itself"


def test_names_on_the_disk_say_nothing_of_the_content(folder: Path) -> None:
    lock(folder)
    there = files.names(folder)
    known = {hashlib.sha512(one).hexdigest() for one in (ATTACHED, SIGNED, FORGOTTEN)}
    assert len(there) == 3 and not any(digest[:40] == name for digest in known for name in there)
    assert not any(digest[:12] in name for digest in known for name in there)

"""What the environment does to a library: locks, damage, full disks, read-only folders, kills."""

from __future__ import annotations

import errno
import json
import os
import random
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NoReturn

import pytest
from sqlcipher3 import dbapi2 as sqlcipher

from stdesk.domain.kinds import all_kinds
from stdesk.domain.records import State
from stdesk.errors import Exit, UserError
from stdesk.store import engine
from stdesk.store.library import Library, ListQuery
from tests.store.conftest import TickingClock, add

WRITER = """
import sys
from pathlib import Path
from stdesk.clock import system_clock
from stdesk.domain.kinds import all_kinds
from stdesk.store.library import Library
library = Library.open(Path(sys.argv[1]), kinds=all_kinds(), clock=system_clock, user="Minh")
print("open", flush=True)
sys.stdin.readline()
"""


def writer(folder: Path) -> subprocess.Popen[str]:
    """Another copy of the program, with the library open."""
    child = subprocess.Popen(
        [sys.executable, "-c", WRITER, str(folder)],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=Path(__file__).parents[2],
    )  # fmt: skip
    assert child.stdout is not None
    assert child.stdout.readline() == "open\n"
    return child


def finish(child: subprocess.Popen[str]) -> None:
    child.kill()
    child.communicate()


def opened(folder: Path, **more: Any) -> Library:
    return Library.open(folder, kinds=all_kinds(), clock=TickingClock(), user="Lan", **more)


def test_one_writer_at_a_time_and_readers_beside_it(library: Library, folder: Path) -> None:
    add(library, title="Có sẵn")
    library.close()
    child = writer(folder)
    try:
        with pytest.raises(UserError, match="Minh") as refused:
            opened(folder)
        assert (refused.value.code, refused.value.exit_code) == ("library_locked", Exit.ENVIRONMENT)
        with opened(folder, read_only=True) as reader:
            assert reader.count("publication") == 1
            with pytest.raises(UserError) as refused, reader.work("saved"):
                pass
            assert refused.value.code == "library_opened_read_only"
    finally:
        finish(child)
    with opened(folder) as after_the_crash:
        assert after_the_crash.count("publication") == 1


def test_twice_in_one_program_is_refused_too(library: Library, folder: Path) -> None:
    with pytest.raises(UserError, match="Lan") as refused:
        opened(folder)
    assert refused.value.code == "library_locked"
    add(library, title="Vẫn ghi được")
    library.close()
    opened(folder).close()


def test_a_lock_of_another_computer_is_respected(library: Library, folder: Path) -> None:
    library.close()
    note = {"host": "may-khac", "pid": 1, "user": "Bình", "since": "2026-03-04T01:00:00Z"}
    (folder / "library.lock").write_text(json.dumps(note), encoding="utf-8")
    with pytest.raises(UserError, match=r"Bình.*may-khac.*library\.lock") as refused:
        opened(folder)
    assert refused.value.code == "library_locked_elsewhere"
    opened(folder, read_only=True).close()
    for rubbish in ("", "{", "[]", "\x00" * 9000):
        (folder / "library.lock").write_text(rubbish, encoding="utf-8")
        opened(folder).close()


@pytest.mark.skipif(not hasattr(os, "fork"), reason="kills its own forks")
def test_twenty_kills_lose_nothing_that_was_acknowledged(library: Library, folder: Path) -> None:
    library.close()
    chance = random.Random(6)
    acknowledged: list[str] = []
    for _ in range(20):
        read, write = os.pipe()
        child = os.fork()
        if child == 0:
            _write_until_killed(folder, write)
        os.close(write)
        with os.fdopen(read) as told:
            acknowledged += [told.readline().strip() for _ in range(chance.randint(1, 4))]
            for _ in range(chance.randint(0, 100_000)):
                pass  # and now in the middle of one that is not
            os.kill(child, signal.SIGKILL)
            os.waitpid(child, 0)
            acknowledged += [line.strip() for line in told if line.endswith("\n")]
    with opened(folder) as again:
        records = {record.id: record for record in again.records()}
        assert len(acknowledged) >= 20
        assert {records[one].get("title") for one in acknowledged} == {"Đã sửa"}
        assert len(records) % 40 == 0  # imports are whole
        unsaved = len(records) // 40 - sum(record.get("title") == "Đã sửa" for record in records.values())
        assert len(again.search("bai", limit=10_000)) == len(records) // 40 * 39 + unsaved
        for _ in range(len(again.history(limit=10_000))):
            again.undo()
        assert again.count("publication") == 0
    with sqlite3.connect(folder / "library.db") as other:
        assert other.execute("PRAGMA integrity_check").fetchall() == [("ok",)]


def _write_until_killed(folder: Path, told: int) -> NoReturn:
    try:
        library = opened(folder)
        while True:
            with library.work("imported") as work:
                ids = [
                    work.create("publication", {"title": f"Bài {n}", "notes": "x" * 500}).id
                    for n in range(40)
                ]
            with library.work("saved") as work:
                work.update(ids[0], {"title": "Đã sửa"})
            os.write(told, f"{ids[0]}\n".encode())
    finally:
        os._exit(1)


@pytest.mark.parametrize("content", [b"", b"hello", b"PK\x03\x04" + b"\0" * 5000, b"SQLite format 3\0"])
def test_a_file_that_is_no_database(folder: Path, content: bytes) -> None:
    folder.mkdir()
    (folder / "library.db").write_bytes(content)
    for read_only in (False, True):
        with pytest.raises(UserError) as refused:
            opened(folder, read_only=read_only)
        assert refused.value.code in ("library_damaged", "not_a_library")
        assert refused.value.exit_code == Exit.ENVIRONMENT
    assert (folder / "library.db").read_bytes() == content


def test_a_database_of_another_program(folder: Path) -> None:
    folder.mkdir()
    with sqlite3.connect(folder / "library.db") as other:
        other.execute("CREATE TABLE places (url TEXT)")
    with pytest.raises(UserError) as refused:
        opened(folder)
    assert refused.value.code == "not_a_library"


def test_no_library_there(tmp_path: Path) -> None:
    for place in (tmp_path, tmp_path / "none", Path(__file__)):
        with pytest.raises(UserError) as refused:
            opened(place)
        assert refused.value.code == "not_a_library"
    assert list(tmp_path.iterdir()) == []


def test_creating_over_something(library: Library, folder: Path, tmp_path: Path) -> None:
    (tmp_path / "thesis.docx").write_bytes(b"x")
    for place, code in ((folder, "library_exists"), (tmp_path, "folder_not_empty")):
        with pytest.raises(UserError) as refused:
            Library.create(place, kinds=all_kinds(), clock=TickingClock(), unit_code="X", unit_name="Y")
        assert refused.value.code == code
    assert library.settings.get("unit_code") == "C08"


@pytest.mark.parametrize("seed", range(12))
def test_damage_is_told_in_a_sentence(library: Library, folder: Path, seed: int) -> None:
    with library.work("imported") as work:
        for place in range(300):
            work.create(
                "publication", {"title": f"Đề án {place}", "keywords": ["a", "b"], "notes": "x" * 300}
            )
    library.close()
    database, chance = folder / "library.db", random.Random(seed)
    content = bytearray(database.read_bytes())
    if seed < 2:
        content = content[: chance.randrange(1000, len(content))]
    for _ in range(8 if seed % 2 else 60):
        start = chance.randrange(100, len(content) - 200)
        content[start : start + 60] = chance.randbytes(60)
    database.write_bytes(content)

    seen: set[str] = set()
    for read_only in (True, False):
        try:
            with opened(folder, read_only=read_only) as damaged:
                for look in (
                    lambda it: list(it.records(states=tuple(State))),
                    lambda it: it.search("de an"),
                    lambda it: it.rows(
                        "publication", it.ids(ListQuery("publication", sort=(("title", False),)))
                    ),
                    lambda it: [it.history(hit.id) for hit in it.search("đề án")],
                    lambda it: it.facet("publication", "keywords"),
                    lambda it: it.backup(folder / "copy.db"),
                    lambda it: it.undo(),
                ):
                    try:
                        look(damaged)
                    except UserError as error:
                        seen.add(error.code)
        except UserError as error:
            seen.add(error.code)
    assert seen
    assert seen <= {
        "library_damaged", "backup_failed", "not_a_library", "library_newer", "library_cannot_open", "library_older",
        "undo_conflict", "backup_exists", "nothing_to_undo", "library_opened_read_only",
    }  # fmt: skip


@pytest.mark.parametrize("pages_left", [0, 3, 20, 60, 150])
def test_a_full_disk_leaves_what_was(
    library: Library, folder: Path, monkeypatch: pytest.MonkeyPatch, pages_left: int
) -> None:
    kept = add(library, title="Có sẵn")
    library.close()
    pages = (folder / "library.db").stat().st_size // 4096
    connect = sqlcipher.connect

    def limited(*args: Any, **more: Any) -> Any:
        connection = connect(*args, **more)
        connection.execute(f"PRAGMA max_page_count = {pages + pages_left}")
        return connection

    monkeypatch.setattr(sqlcipher, "connect", limited)
    with opened(folder) as full:
        with pytest.raises(UserError) as refused, full.work("imported") as work:
            for place in range(3000):
                work.create("publication", {"title": f"Bài {place}", "notes": "x" * 500})
        assert (refused.value.code, refused.value.exit_code) == ("library_disk_full", Exit.ENVIRONMENT)
        assert [record.id for record in full.records()] == [kept]
        assert [hit.id for hit in full.search("co san")] == [kept]
    monkeypatch.undo()
    with opened(folder) as again:
        add(again, title="Lại ghi được")
        assert again.by_number("publication", 2) is not None


@pytest.mark.parametrize("after", range(0, 12, 2))
def test_a_disk_that_fails_while_a_library_is_made(
    folder: Path, monkeypatch: pytest.MonkeyPatch, after: int
) -> None:
    calls = iter(range(10_000))
    mkdir = Path.mkdir

    def failing(self: Path, *args: Any, **more: Any) -> None:
        if next(calls) >= after:
            raise OSError(errno.ENOSPC, "No space left on device", str(self))
        mkdir(self, *args, **more)

    monkeypatch.setattr(Path, "mkdir", failing)
    try:
        Library.create(folder, kinds=all_kinds(), clock=TickingClock(), unit_code="X", unit_name="Y").close()
    except UserError as error:
        assert error.code == "disk_full"
    monkeypatch.undo()
    if not (folder / "library.db").exists():  # nothing half-made is in the way
        Library.create(folder, kinds=all_kinds(), clock=TickingClock(), unit_code="X", unit_name="Y").close()
    opened(folder).close()


@contextmanager
def no_longer_root(*folders: Path) -> Iterator[None]:
    """Read-only folders, and nobody who may write to them all the same."""
    if os.name == "nt":
        pytest.skip("folders have no such permission")
    modes = [(path, path.stat().st_mode) for top in folders for path in [*top.parents, top, *top.rglob("*")]]
    for path, mode in modes:
        inside = any(path == top or top in path.parents for top in folders)
        path.chmod((mode | 0o555) & ~0o222 if inside else mode | 0o555)
    was_root = os.geteuid() == 0
    try:
        if was_root:
            os.seteuid(65534)
        yield
    finally:
        if was_root:
            os.seteuid(0)
        for path, mode in modes:
            path.chmod(mode)


def test_a_read_only_folder(library: Library, folder: Path) -> None:
    record_id = add(library, title="Đề án")
    library.close()
    with no_longer_root(folder):
        with pytest.raises(UserError, match="chỉ cho đọc") as refused:
            opened(folder)
        assert refused.value.code == "library_read_only"
        with opened(folder, read_only=True) as reader:
            assert reader.get(record_id) is not None
            assert [hit.id for hit in reader.search("de an")] == [record_id]
            with pytest.raises(UserError):
                reader.settings.put(place="x")
            with pytest.raises(UserError):
                reader.undo()
        with pytest.raises(UserError):
            Library.create(
                folder / "new", kinds=all_kinds(), clock=TickingClock(), unit_code="X", unit_name="Y"
            )


def test_busy_is_a_sentence(library: Library, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    library.close()
    monkeypatch.setattr(engine, "BUSY_MS", 20)
    other = sqlcipher.connect(str(folder / "library.db"), isolation_level=None)
    with opened(folder) as ours:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(UserError) as refused:
            add(ours, title="x")
        assert refused.value.code == "library_busy"
        other.execute("ROLLBACK")
        add(ours, title="x")
    other.close()


def test_every_sentence_is_there_in_both_languages() -> None:
    from stdesk import i18n, resources

    for code, texts in resources.read_toml("messages", "store.toml").items():
        assert set(texts) == {"vi", "en"}, code
        assert i18n.message(code) != code


def test_reading_goes_on_while_others_write(library: Library) -> None:
    """The window reads in one thread while the executor writes in another."""
    seen: list[int] = []

    def read() -> None:
        seen.extend(len(list(library.records())) for _ in range(30))
        seen.append(len(library.search("bai", limit=1000)))

    def write(label: str) -> None:
        for _ in range(10):
            with library.work("imported") as work:
                for place in range(7):
                    work.create("publication", {"title": f"Bài {label} {place}"})

    with ThreadPoolExecutor(4) as pool:
        for done in [pool.submit(read), pool.submit(write, "a"), pool.submit(write, "b"), pool.submit(read)]:
            done.result()
    assert all(count % 7 == 0 for count in seen)  # never half an act
    assert library.count("publication") == 140
    assert [e.touched for e in library.history()] == [7] * 20

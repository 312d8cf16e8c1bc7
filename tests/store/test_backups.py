"""Backups: small, opened and counted, thinned out by rules, and mistrusted when they come from elsewhere."""

from __future__ import annotations

import errno
import hashlib
import json
import os
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stdesk.domain.kinds import Kinds
from stdesk.errors import Exit, UserError
from stdesk.progress import Cancelled, Progress
from stdesk.store import locking, vault
from stdesk.store.backups import checking, copying, manifest, pool, pruning, repository, restoring
from stdesk.store.backups.model import BackupInfo
from stdesk.store.backups.pruning import Policy
from stdesk.store.library import Library
from tests.store.conftest import Open, TickingClock, add


@pytest.fixture
def filled(library: Library, tmp_path: Path) -> Library:
    """Three records, one in the trash, one with an attachment; one frozen report."""
    source = tmp_path / "Biên bản.pdf"
    source.write_bytes(b"%PDF-1.7 " + bytes(range(256)) * 40)
    add(library, title="Đề án 06", attachments=[library.add_file(source)])
    add(library, title="Chuyên đề")
    gone = add(library, title="Bỏ đi")
    with library.work("trashed") as work:
        work.trash(gone)
    content = b'{"figures": {}}'
    library.save_frozen("2026", 1, False, content, hashlib.sha512(content).hexdigest())
    return library


def made(library: Library, place: Path | None = None, why: str = "manual") -> BackupInfo:
    return library.backups.write(place or library.backups.folder, why)


def tree(top: Path) -> set[str]:
    return {path.relative_to(top).as_posix() for path in top.rglob("*") if path.is_file()}


def test_a_backup_says_what_it_holds(filled: Library) -> None:
    info = made(filled)

    assert info.path.parent == filled.folder / "backups"
    assert (info.counts["publication"], info.counts["research_task"]) == (2, 0)
    assert info.tables["record"] == 3
    assert (info.sequence, info.why, info.by_hand, info.ok, info.locked) == (1, "manual", True, True, False)
    assert info.unit == "Cục Cảnh sát giao thông"
    assert len(info.library) == 32
    assert info.count == len(filled.history())
    assert len(info.head) == 128
    assert info.files == 2  # the attachment and the snapshot
    assert repository.listed(info.place) == [info]
    with sqlite3.connect(info.path / "library.db") as copy:
        assert copy.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        assert copy.execute("SELECT count(*) FROM publication").fetchone() == (3,)
    assert tree(info.path) == {"library.db", "backup.json", "files.txt"}
    assert checking.check(info, deep=True).ok


def test_attachments_take_no_room_on_the_same_disk(filled: Library) -> None:
    first, second = made(filled), made(filled)
    [name] = filled.file_names()
    pooled = first.place / "files" / name[:2] / name
    assert pooled.samefile(filled.folder / "files" / name[:2] / name)
    one, two = repository.listed(first.place, measured=True)
    assert (one.sequence, two.sequence) == (2, 1)
    assert one.own_size < 1.2 * (one.path / "library.db").stat().st_size
    assert second.size > second.files_size > 10_000


def test_elsewhere_attachments_are_copied_once_and_proved(
    filled: Library, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(*_: Any, **__: Any) -> None:
        raise OSError(errno.EPERM, "Operation not permitted")

    monkeypatch.setattr(os, "link", refused)
    place = tmp_path / "USB"
    first = made(filled, place)
    [name] = filled.file_names()
    pooled = place / "files" / name[:2] / name
    before = pooled.stat()
    assert before.st_nlink == 1
    assert not pooled.samefile(filled.folder / "files" / name[:2] / name)
    made(filled, place)
    assert pooled.stat().st_mtime_ns == before.st_mtime_ns
    assert checking.check(first, deep=True).ok

    pooled.write_bytes(b"x" * before.st_size)
    assert checking.check(first).ok  # its length is right
    assert checking.check(first, deep=True).problem == "backup_files_damaged"
    pooled.write_bytes(b"short")
    assert checking.check(first).problem == "backup_files_missing"
    assert checking.check(made(filled, place), deep=True).ok  # taken anew


def test_a_damaged_attachment_is_left_out_and_said(
    filled: Library, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pool.Pool, "_link", lambda *_: False)
    [name] = filled.file_names()
    path = filled.folder / "files" / name[:2] / name
    path.write_bytes(path.read_bytes()[::-1])
    info = made(filled, tmp_path / "USB")
    assert info.left_out == (f"files/{name[:2]}/{name}",)
    assert repository.listed(info.place) == [info]
    assert info.files == 1


def test_a_medium_that_gives_back_something_else_is_not_believed(
    filled: Library, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pool.Pool, "_link", lambda *_: False)
    monkeypatch.setattr(pool, "read_hash", lambda *_: "0" * 128)
    with pytest.raises(UserError) as refused:
        made(filled, tmp_path / "USB")
    assert refused.value.code == "backup_failed"
    assert tree(tmp_path / "USB") <= {"backups.lock"}


def test_one_that_does_not_hold_it_all_is_not_believed(
    filled: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    copy = copying.copy

    def spoilt(engine: Any, target: Path, *more: Any) -> copying.Facts:
        facts = copy(engine, target, *more)
        with sqlite3.connect(target) as other:
            other.execute("DELETE FROM setting")
        return facts

    monkeypatch.setattr(copying, "copy", spoilt)
    with pytest.raises(UserError) as refused:
        made(filled)
    assert refused.value.code == "backup_failed"
    assert repository.listed(filled.backups.folder) == []


def test_no_room_is_known_before(filled: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda _: shutil._ntuple_diskusage(10**9, 10**9, 1000))  # type: ignore[attr-defined]
    with pytest.raises(UserError, match="MB") as refused:
        made(filled)
    assert (refused.value.code, refused.value.exit_code) == ("backup_no_room", Exit.ENVIRONMENT)
    assert tree(filled.backups.folder) == {"backups.lock"}


def test_stopped_it_leaves_nothing(filled: Library) -> None:
    progress = Progress()
    progress.cancel()
    with pytest.raises(Cancelled):
        filled.backups.write(filled.backups.folder, "hourly", progress)
    assert tree(filled.backups.folder) <= {"backups.lock"}


def test_two_at_a_time_are_refused(filled: Library) -> None:
    place = filled.backups.folder
    with repository.held(filled._context, place), pytest.raises(UserError) as refused:
        made(filled)
    assert refused.value.code == "backup_running"


def test_another_frozen_report_of_the_same_length_is_not_taken_for_the_one_before(
    filled: Library,
) -> None:
    """Its name says nothing of its content: restored and frozen anew, or sealed with another key since."""
    made(filled)
    (snapshot,) = (filled.folder / "reports").rglob("snapshot.json")
    content = snapshot.read_bytes().replace(b"figures", b"numbers")
    snapshot.unlink()  # the backup has it by a hard link
    snapshot.write_bytes(content)
    (entry,) = [one for one in manifest.read_list(made(filled)) if one.where.startswith("reports/")]
    assert entry.name == hashlib.sha512(content).hexdigest()[:40]


def test_nothing_changed_is_seen(filled: Library) -> None:
    info = made(filled)
    assert filled.backups.is_present(info)
    filled.settings.put(**{"backup:every": "30"})
    assert filled.backups.is_present(info)
    filled.settings.put(place="Hà Nội")
    assert not filled.backups.is_present(info)
    info = made(filled)
    filled.undo()
    assert not filled.backups.is_present(info)


@contextmanager
def failing(at: int, code: int, lasting: bool) -> Iterator[list[str]]:
    """The ``at``-th call that changes the disk fails, or it and every later one."""
    done: list[str] = []

    def watched(name: str, call: Callable[..., Any]) -> Callable[..., Any]:
        def called(*args: Any, **more: Any) -> Any:
            done.append(name)
            if len(done) == at or (lasting and len(done) > at):
                raise OSError(code, os.strerror(code))
            return None if name == "fsync" else call(*args, **more)

        return called

    with pytest.MonkeyPatch.context() as patch:
        for name in ("rename", "replace", "fsync", "mkdir", "link", "open", "unlink"):
            patch.setattr(os, name, watched(name, getattr(os, name)))
        yield done


@pytest.mark.parametrize(("code", "lasting"), [(errno.ENOSPC, False), (errno.EIO, True)])
def test_refused_by_the_disk_at_any_call(filled: Library, tmp_path: Path, code: int, lasting: bool) -> None:
    """A pulled stick, a full one: a sentence, nothing half, and the next one works."""
    good = made(filled, tmp_path / "USB")
    for at in range(1, 100):
        add(filled, title=f"Thêm {at}")
        try:
            with failing(at, code, lasting) as calls:
                made(filled, tmp_path / "USB")
        except UserError as error:
            assert error.exit_code == Exit.ENVIRONMENT
            assert error.code in ("disk_full", "device_failed", "library_io_failed", "backup_failed")
            found = repository.listed(tmp_path / "USB")
            assert good in found  # or the one before, when it was made at all
        if len(calls) < at:
            break
    else:
        raise AssertionError("never ran to its end")
    found = repository.listed(tmp_path / "USB")
    assert len(found) >= 2
    assert all(checking.check(one, deep=True).ok for one in found)
    assert not list((tmp_path / "USB").rglob("*.part"))
    assert {one.parent for one in (tmp_path / "USB").rglob("library.db")} == {one.path for one in found}


def test_one_begun_and_never_finished_does_not_count(filled: Library) -> None:
    info = made(filled)
    begun = info.place / "20260101-000000-hourly"
    begun.mkdir()
    (begun / "library.db").write_bytes(b"half")
    (info.place / "của tôi").mkdir()
    assert repository.listed(info.place) == [info]
    made(filled)
    assert not begun.exists()
    assert (info.place / "của tôi").is_dir()  # other people's folders are left in peace


# -- thinning out


def infos(*moments: datetime, why: str = "hourly", size: int = 1) -> list[BackupInfo]:
    return [
        BackupInfo(Path(f"b{at}"), sequence=at + 1, made_at=f"{one:%Y-%m-%dT%H:%M:%SZ}", why=why, size=size)
        for at, one in enumerate(moments)
    ]


NOON = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)


def test_a_year_of_hourly_backups_is_thinned_out() -> None:
    found = infos(*(NOON - timedelta(hours=6 * at) for at in reversed(range(3 * 365 * 4))))
    kept = pruning.kept(found, Policy())
    stay = [one for one in found if one.path in kept]
    near = [one for one in stay if NOON - one.moment <= timedelta(hours=48)]
    assert len(near) == 9
    older = [one.moment.astimezone() for one in stay if NOON - one.moment > timedelta(hours=48)]
    days = sorted({one.date() for one in older}, reverse=True)
    assert len(days) == len(older)  # one of a day at most
    gaps = [(a - b).days for a, b in pairwise(days)]
    assert gaps[:11] == [1] * 11
    assert all(gap <= 7 for gap in gaps[:21])
    assert all(gap <= 31 for gap in gaps[:30])
    years = [day.year for day in days[31:]]  # and one of every year
    assert sorted(set(years), reverse=True) == years
    assert {2023, 2024, 2025} <= {day.year for day in days}


def test_what_a_person_made_stays() -> None:
    old = infos(NOON - timedelta(days=400), why="manual")
    found = [
        *old,
        *(
            BackupInfo(
                Path(f"h{at}"),
                sequence=at + 5,
                made_at=f"{NOON - timedelta(hours=9 - at):%Y-%m-%dT%H:%M:%SZ}",
                why="hourly",
            )
            for at in range(9)
        ),
    ]
    assert Path("b0") in pruning.kept(found, Policy())


def test_the_budget_takes_spare_ones_first_and_those_of_a_person_last() -> None:
    moments = [NOON - timedelta(days=day, hours=hour) for day in (30, 2, 1, 0) for hour in (3, 2)]
    found = infos(*moments)
    byhand = BackupInfo(Path("tay"), sequence=0, made_at="2026-01-01T00:00:00Z", why="manual")
    everything = [byhand, *found]
    cost = len
    going = pruning.over_budget(everything, cost, 5)
    assert [one.path.name for one in going] == ["b0", "b2", "b4", "b6"]
    going = pruning.over_budget(everything, cost, 2)
    assert [one.path.name for one in going][-3:] == ["b1", "b3", "b5"]
    going = pruning.over_budget(everything, cost, 1)
    assert going[-1] == byhand
    assert found[-1] not in pruning.over_budget(everything, cost, 0)


_moments = st.lists(
    st.tuples(
        st.integers(0, 5 * 365 * 24),  # hours since a beginning
        st.sampled_from(["hourly", "start", "import", "manual"]),
        st.booleans(),
    ),
    min_size=1, max_size=60,
)  # fmt: skip


@given(_moments, st.booleans(), st.integers(0, 60))
@settings(max_examples=60, deadline=None)
def test_rules_hold_for_any_clock(drawn: list[tuple[int, str, bool]], jumps: bool, most: int) -> None:
    start = datetime(2022, 1, 1, tzinfo=UTC)
    hours = drawn if jumps else sorted(drawn)
    found = [
        replace(infos(start + timedelta(hours=one), why=why)[0], path=Path(f"b{at}"), sequence=at, ok=ok)
        for at, (one, why, ok) in enumerate(hours)
    ]  # fmt: skip
    stay = pruning.kept(found, Policy())
    good = [one for one in found if one.ok]
    assert stay
    if good:
        newest = good[-1]
        assert newest.path in stay
        near = [one for one in good if abs(one.moment - newest.moment) <= timedelta(hours=48)]
        assert all(one.path in stay for one in near)
        days = sorted({one.moment.astimezone().date() for one in good if one not in near}, reverse=True)[:12]
        left = {one.moment.astimezone().date() for one in good if one.path in stay}
        assert set(days) <= left
        years = {one.moment.astimezone().year for one in good}
        assert len(years - {one.year for one in left}) == 0 or len(left) >= 31
        assert len([one for one in good if one.path in stay]) >= min(len(good), 6) - len(found) + len(good)
    else:
        assert len(stay) == len(found)
    assert all(one.path in stay for one in good if one.by_hand)
    going = pruning.over_budget(found, len, most)
    assert not good or good[-1] not in going
    assert len(found) - len(going) >= min(most, 1 if good else 0)
    assert len(found) - len(going) <= max(most, 1) or not good


def test_pruning_takes_files_last_and_only_those_nobody_names(
    filled: Library, tmp_path: Path, clock: TickingClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pool.Pool, "_link", lambda *_: False)
    place = tmp_path / "USB"
    found = [made(filled, place, "hourly")]
    [first] = filled.file_names()
    for _ in range(8):
        clock.moment += timedelta(days=60)
        add(filled, title="Sau")
        found.append(made(filled, place, "hourly"))
    (filled.folder / "files" / first[:2] / first).unlink()
    found.append(made(filled, place, "hourly"))
    assert found[-1].files == 1

    done = filled.backups.prune(place, Policy(least=1, days=2, weeks=1, months=1, budget=1 << 40))
    assert done.removed and not done.over and done.freed > 0
    left = repository.listed(place)
    assert left == [one for one in reversed(found) if one not in done.removed]
    assert {one.moment.year for one in left} == {one.moment.year for one in found}
    assert (place / "files" / first[:2] / first).is_file()
    assert all(checking.check(one, deep=True).ok for one in left)

    done = filled.backups.prune(place, Policy(budget=1))
    assert repository.listed(place) == [found[-1]]
    assert done.over > 0
    assert not (place / "files" / first[:2] / first).exists()
    assert checking.check(found[-1], deep=True).ok


# -- from elsewhere


def rewritten(info: BackupInfo, **more: Any) -> BackupInfo:
    path = info.path / "backup.json"
    path.write_text(json.dumps(json.loads(path.read_text(encoding="utf-8")) | more), encoding="utf-8")
    return manifest.read(info.path)


@pytest.mark.parametrize(
    "content",
    [
        b"", b"{", b"[]", b"null", b"\xff\xfe", b"[" * 200_000, b'{"format": 1}', b'{"format": 2}',
        b'{"format": 1, "x": "' + b"a" * (2 << 20) + b'"}',
    ],
)  # fmt: skip
def test_a_manifest_of_rubbish_is_a_sentence(filled: Library, content: bytes) -> None:
    info = made(filled)
    (info.path / "backup.json").write_bytes(content)
    [found] = repository.listed(info.place)
    assert (found.ok, found.problem) == (False, "backup_unreadable")
    again = made(filled)  # and is in nobody's way
    assert again.sequence == 1


@pytest.mark.parametrize(
    "more",
    [
        {"made_at": "gestern"}, {"made_at": "9999-12-31T23:59:59Z"}, {"why": "../x"}, {"sequence": -1},
        {"sequence": True}, {"counts": {"publication": "2"}}, {"counts": []}, {"library": "x"},
        {"left_out": ["../../etc/passwd"]}, {"head": "zz"}, {"size": 1 << 70}, {"unit": "a\nb"},
    ],
)  # fmt: skip
def test_a_manifest_that_lies_about_itself(filled: Library, more: dict[str, Any]) -> None:
    assert rewritten(made(filled), **more).problem == "backup_unreadable"


@pytest.mark.parametrize(
    "where",
    [
        "../library.db",
        "/etc/passwd",
        "files/../x",
        "files/ab/../../x",
        "C:\\x",
        "reports/../../x",
        "swap.json",
    ],
)
def test_a_list_of_files_leads_nowhere_else(
    filled: Library, kinds: Kinds, tmp_path: Path, where: str
) -> None:
    info = made(filled)
    content = f"5\t{'a' * 40}\t\t{where}\n".encode()
    (info.path / "files.txt").write_bytes(content)
    info = rewritten(info, list_sha512=hashlib.sha512(content).hexdigest())
    assert checking.check(info).problem == "backup_unreadable"
    with pytest.raises(UserError) as refused:
        restored(tmp_path / "mới", info, kinds)
    assert refused.value.code == "backup_unreadable"


def restored(folder: Path, info: BackupInfo, kinds: Kinds, **more: Any) -> restoring.Restored:
    request = restoring.Request(
        folder, info, kinds, TickingClock(), "Lan", "restored", {"handover:restored": "x"}, **more
    )
    return restoring.restore(request)


@pytest.mark.parametrize(
    ("sql", "code"),
    [
        ("CREATE TRIGGER evil AFTER INSERT ON action BEGIN DELETE FROM record; END", "backup_foreign"),
        ("CREATE VIEW evil AS SELECT * FROM setting", "backup_foreign"),
        ("CREATE VIRTUAL TABLE evil USING fts5(x)", "backup_foreign"),
        ("PRAGMA application_id = 7", "backup_foreign"),
        ("PRAGMA user_version = 99", "backup_newer"),
        ("PRAGMA user_version = 0", "backup_foreign"),
    ],
)
def test_a_database_that_is_not_ours_is_not_opened(
    filled: Library, kinds: Kinds, tmp_path: Path, sql: str, code: str
) -> None:
    info = made(filled)
    with sqlite3.connect(info.path / "library.db") as other:
        other.execute(sql)
    info = rewritten(info, sha512=pool.read_hash(info.path / "library.db"))
    with pytest.raises(UserError) as refused, checking.open_backup(info, kinds, TickingClock()):
        pass
    assert refused.value.code == code
    with pytest.raises(UserError) as refused:
        restored(tmp_path / "mới", info, kinds)
    assert refused.value.code == code
    assert not (tmp_path / "mới" / "library.db").exists()


@pytest.mark.parametrize(
    "content", [b"", b"hello", b"SQLite format 3\0" + b"\xff" * 8000, b"PK\x03\x04" * 2000]
)
def test_a_database_that_is_none(filled: Library, kinds: Kinds, content: bytes) -> None:
    info = made(filled)
    (info.path / "library.db").write_bytes(content)
    assert checking.check(info).problem == "backup_damaged"
    with pytest.raises(UserError) as refused, checking.open_backup(info, kinds, TickingClock()):
        pass
    assert refused.value.code in ("backup_damaged", "backup_foreign")


def test_links_are_not_followed(filled: Library, tmp_path: Path) -> None:
    info = made(filled)
    database = info.path / "library.db"
    database.rename(tmp_path / "elsewhere.db")
    database.symlink_to(tmp_path / "elsewhere.db")
    assert manifest.read(info.path).problem == "backup_incomplete"
    (info.place / "20260101-000000-hourly").symlink_to(info.path)
    assert len(repository.listed(info.place)) == 1


def test_a_flipped_bit_is_found(filled: Library) -> None:
    info = made(filled)
    content = bytearray((info.path / "library.db").read_bytes())
    content[len(content) // 2] ^= 4
    (info.path / "library.db").write_bytes(content)
    assert checking.check(info).problem == "backup_damaged"


# -- restoring


def test_restoring_swaps_and_keeps(filled: Library, folder: Path, kinds: Kinds, reopened: Open) -> None:
    info = made(filled)
    [name] = filled.file_names()
    later = add(filled, title="Làm sau")
    frozen = b'{"figures": {"1": 2}}'
    report = filled.save_frozen("2026-H1", 1, False, frozen, hashlib.sha512(frozen).hexdigest())
    filled.close()
    (folder / "files" / name[:2] / name).unlink()

    done = restored(folder, info, kinds)

    assert [(one.now, one.then) for one in done.counts if one.kind == "publication"] == [(3, 2)]
    assert (done.files, done.missing) == (1, ())
    assert done.kept is not None and done.kept.parent == folder / "kept"
    assert done.backup is not None and done.backup.why == "restore"
    assert not report.path.exists()  # its name may be given again
    assert (done.kept / "reports" / report.path.parent.name / "snapshot.json").read_bytes() == frozen
    library = reopened()
    assert library.get(later) is None
    assert library.count("publication") == 2
    assert library.file_names() == {name}
    newest = library.history()[0]
    assert (newest.label, newest.by) == ("restored", "Lan")
    assert newest.params["backup"] == info.path.name
    assert newest.params["head"] == info.head[:32]
    assert newest.params["count_before"] == info.count + 2
    assert library.settings.get("handover:restored") == "x"
    assert [one.period for one in library.frozen()] == ["2026"]

    library.close()
    restored(folder, done.backup, kinds)  # and there again
    library = reopened()
    assert library.get(later) is not None
    assert [one.period for one in library.frozen()] == ["2026", "2026-H1"]
    assert library.read_frozen(library.frozen()[1]) == frozen


def test_restoring_onto_a_new_computer(filled: Library, tmp_path: Path, kinds: Kinds) -> None:
    info = made(filled, tmp_path / "USB")
    shutil.move(tmp_path / "USB", tmp_path / "USB khác")
    info = manifest.read(tmp_path / "USB khác" / info.path.name)
    target = tmp_path / "Máy mới" / "Kho"
    done = restored(target, info, kinds)
    assert (done.kept, done.backup, done.files) == (None, None, 2)
    with Library.open(target, kinds=kinds, clock=TickingClock(), user="Bình") as library:
        assert library.count("publication") == 2
        [name] = library.file_names()
        assert library.file_path(name).stat().st_size == 9 + 256 * 40
        assert library.read_frozen(library.frozen()[0]) == b'{"figures": {}}'


def test_what_stands_in_the_way_is_told(filled: Library, folder: Path, tmp_path: Path, kinds: Kinds) -> None:
    info = made(filled)
    with pytest.raises(UserError) as refused:
        restored(folder, info, kinds)
    assert refused.value.code == "library_locked"
    (tmp_path / "Luận văn").mkdir()
    (tmp_path / "Luận văn" / "chuong1.docx").write_bytes(b"x")
    with pytest.raises(UserError) as refused:
        restored(tmp_path / "Luận văn", info, kinds)
    assert refused.value.code == "folder_not_empty"
    with Library.create(
        tmp_path / "Kho khác", kinds=kinds, clock=TickingClock(), unit_code="C02", unit_name="C02"
    ):
        pass
    with pytest.raises(UserError) as refused:
        restored(tmp_path / "Kho khác", info, kinds)
    assert refused.value.code == "backup_other_library"
    assert restored(tmp_path / "Kho khác", info, kinds, other=True).counts
    filled.close()
    (info.path / "library.db").write_bytes(b"SQLite format 3\0")
    with pytest.raises(UserError) as refused:
        restored(folder, info, kinds)
    assert refused.value.code in ("backup_damaged", "backup_foreign")
    with Library.open(folder, kinds=kinds, clock=TickingClock()) as library:
        assert library.count("publication") == 2


def test_a_damaged_library_can_be_put_back(
    filled: Library, folder: Path, kinds: Kinds, reopened: Open
) -> None:
    info = made(filled)
    filled.close()
    (folder / "library.db").write_bytes(b"\0" * 50_000)
    done = restored(folder, info, kinds)
    assert done.backup is None
    assert done.kept is not None
    assert (done.kept / "library.db").read_bytes() == b"\0" * 50_000
    assert reopened().count("publication") == 2


def test_an_older_backup_is_brought_up_to_date(folder: Path, tmp_path: Path, kinds: Kinds) -> None:
    golden = Path(__file__).parents[1] / "golden" / "db"
    for version in ("v1", "v4"):
        old = tmp_path / version
        shutil.copytree(golden / version, old)
        with Library.open(old, kinds=kinds, clock=TickingClock(), user="Lan") as library:
            [info] = repository.listed(library.backups.folder)
            counts = library.backups.counts()
        assert (info.why, info.schema) == ("migration", int(version[1:]))
        assert checking.check(info, deep=True).ok
        with checking.open_backup(info, kinds, TickingClock()) as then:
            assert then.backups.counts() == counts
        restored(tmp_path / f"{version} mới", info, kinds)
        with Library.open(tmp_path / f"{version} mới", kinds=kinds, clock=TickingClock()) as again:
            assert again.backups.counts() == counts


def test_restoring_stopped_anywhere_leaves_the_old_or_the_new(
    filled: Library, folder: Path, kinds: Kinds, tmp_path: Path
) -> None:
    info = made(filled)
    add(filled, title="Làm sau")
    made(filled)
    filled.close()
    seen = set()
    for at in range(1, 400, 11):
        target = tmp_path / f"{at}"
        shutil.copytree(folder, target)
        with failing(at, errno.EIO, lasting=True) as calls:
            try:
                restored(target, manifest.read(target / "backups" / info.path.name), kinds)
            except UserError as error:
                assert error.exit_code == Exit.ENVIRONMENT
        with Library.open(target, kinds=kinds, clock=TickingClock()) as library:
            seen.add(library.count("publication"))
            assert (library.history()[0].label == "restored") is (library.count("publication") == 2)
        assert not (target / "swap").exists()
        shutil.rmtree(target)
        if len(calls) < at:
            break
    assert seen == {2, 3}


# -- of a library with a password


def test_a_locked_library_gives_locked_backups(
    filled: Library, folder: Path, tmp_path: Path, kinds: Kinds, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(vault, "OPS", 1)
    monkeypatch.setattr(vault, "MEMORY", 8192)
    plain = made(filled)
    filled.close()
    locking.lock(folder, kinds, TickingClock(), "Lan", "mật khẩu 1", "", Progress())
    with Library.open(folder, kinds=kinds, clock=TickingClock(), secret="mật khẩu 1") as library:
        assert not library.backups.is_present(plain)
        info = made(library)
        assert library.backups.is_present(info)
        key = library.vault
        assert (info.locked, info.unit, info.files) == (True, "", 2)
        assert tree(info.path) == {"library.db", "library.key", "backup.json", "files.txt"}
        again = made(library)
        assert again.files == 2
    everything = b"".join(path.read_bytes() for path in info.path.iterdir())
    entries = manifest.read_list(info)
    everything += b"".join(checking.pool_path(info, one).read_bytes() for one in entries)
    for word in ("Chuyên đề", "giao thông", "Biên bản", "%PDF", "figures"):
        assert word.encode() not in everything
    assert checking.check(info, deep=True).ok  # without the key: by hashes
    assert checking.check(info, key, deep=True).ok
    with pytest.raises(UserError) as refused, checking.open_backup(info, kinds, TickingClock()):
        pass
    assert refused.value.code == "backup_wants_password"
    with pytest.raises(UserError) as refused:
        checking.unlock(info, "mật khẩu 2")
    assert refused.value.code == "password_wrong"
    with checking.open_backup(info, kinds, TickingClock(), "mật khẩu 1") as then:
        assert len(then.search("chuyen de")) == 1

    with pytest.raises(UserError) as refused:
        restored(folder, plain, kinds, secret="mật khẩu 1")
    assert refused.value.code == "backup_not_locked"
    locking.change_password(folder, "mật khẩu 1", "mật khẩu 2")
    restored(folder, info, kinds, secret="mật khẩu 2")  # the key is the same: the present password goes on
    with Library.open(folder, kinds=kinds, clock=TickingClock(), secret="mật khẩu 2") as library:
        assert library.count("publication") == 2
        assert library.read_frozen(library.frozen()[0]) == b'{"figures": {}}'
    restored(tmp_path / "mới", info, kinds, secret="mật khẩu 1")  # elsewhere it is the backup's own
    with Library.open(tmp_path / "mới", kinds=kinds, clock=TickingClock(), secret="mật khẩu 1") as library:
        [record] = [one for one in library.records("publication") if one.get("attachments")]
        [item] = record.get("attachments")  # type: ignore[misc, union-attr]
        with library.open_file(item["file"]) as stream:
            assert stream.read(8) == b"%PDF-1.7"


def test_a_locked_backup_put_onto_an_unlocked_library_leaves_nothing_readable_in_it(
    filled: Library, folder: Path, kinds: Kinds, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And the other way round nothing of the other key stays: each key has its own attachments."""
    monkeypatch.setattr(vault, "OPS", 1)
    monkeypatch.setattr(vault, "MEMORY", 8192)
    filled.close()
    locking.lock(folder, kinds, TickingClock(), "Lan", "mật khẩu 1", "", Progress())
    with Library.open(folder, kinds=kinds, clock=TickingClock(), secret="mật khẩu 1") as library:
        info = made(library)
    locking.unlock(folder, kinds, TickingClock(), "Lan", "mật khẩu 1", Progress())
    done = restored(folder, info, kinds, secret="mật khẩu 1")
    assert done.missing == () and done.kept is not None
    (readable,) = (done.kept / "files").glob("??/*")
    assert readable.read_bytes().startswith(b"%PDF")
    assert not [one for one in (folder / "files").rglob("*") if one.is_file() and b"%PDF" in one.read_bytes()]
    with Library.open(folder, kinds=kinds, clock=TickingClock(), secret="mật khẩu 1") as library:
        (use,) = library.file_uses()
        assert library.file_bytes(use.file).startswith(b"%PDF")


def test_a_flipped_bit_in_a_locked_backup_is_found(
    filled: Library, folder: Path, kinds: Kinds, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(vault, "OPS", 1)
    monkeypatch.setattr(vault, "MEMORY", 8192)
    filled.close()
    locking.lock(folder, kinds, TickingClock(), "Lan", "mật khẩu 1", "", Progress())
    with Library.open(folder, kinds=kinds, clock=TickingClock(), secret="mật khẩu 1") as library:
        info = made(library)
    [entry] = [one for one in manifest.read_list(info) if one.where.startswith("files/")]
    path = checking.pool_path(info, entry)
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.unlink()
    path.write_bytes(content)
    assert checking.check(info, deep=True).problem == "backup_files_damaged"


def test_a_stick_pulled_out_of_another_computer_is_not_locked_for_ever(
    filled: Library, tmp_path: Path, clock: TickingClock
) -> None:
    place = tmp_path / "USB"
    made(filled, place)
    note = {"host": "may-khac", "pid": 1, "user": "Bình", "since": "2026-03-04T01:00:00Z"}
    (place / "backups.lock").write_text(json.dumps(note), encoding="utf-8")
    os.utime(place / "backups.lock", (clock.moment.timestamp() - 3600,) * 2)
    with pytest.raises(UserError, match="Bình") as refused:
        made(filled, place)
    assert refused.value.code == "backup_running"
    clock.moment += timedelta(days=1)
    assert made(filled, place).ok

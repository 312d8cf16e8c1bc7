"""The doctor: a sound library is called sound, and whatever is done to one is found, told, mended or recovered."""

from __future__ import annotations

import shutil
from datetime import timedelta
from pathlib import Path

import pytest
from sqlcipher3 import dbapi2 as sqlcipher

from stdesk import paths
from stdesk.domain.kinds import all_kinds
from stdesk.errors import UserError
from stdesk.i18n import message
from stdesk.progress import Cancelled, Progress
from stdesk.services import doctor
from stdesk.services.backups import Backups
from stdesk.store import locking, places, scrub, vault
from stdesk.store.backups import repository
from stdesk.store.library import Library
from stdesk.store.roles import ADMINISTRATOR
from tests.helpers.damage import PAGE, flip_bits
from tests.store.conftest import TickingClock, add

PASSWORD = "Mật khẩu của Lan"


def later() -> TickingClock:
    """The clock of somebody who comes after all that the library knows."""
    clock = TickingClock()
    clock.moment += timedelta(hours=8)
    return clock


def fill(library: Library, scratch: Path) -> None:
    scratch.write_text("Biên bản nghiệm thu\n", encoding="utf-8")
    item = library.add_file(scratch)
    with library.work("imported", rows=60) as work:
        for number in range(60):
            values = {
                "title": f"Giám định số khung, số máy {number}",
                "abstract": f"Tóm tắt bài thứ {number}: " + "kỹ thuật hình sự " * 20,
                "contributors": [{"name": "Nguyễn Văn Ước"}, {"name": "Đỗ Thị Ân"}],
                "issued": "2026-03",
            }
            work.create("publication", values | ({"attachments": [item]} if number == 7 else {}))
            work.create("training_session", {"title": f"Lớp {number}", "participants": number})
    first = next(library.records("publication"))
    with library.work("saved") as work:
        work.update(first.id, {"title": "Giám định lại"})
    add(library, title="Nhầm")
    library.undo()
    library.settings.act("set_unit", {"place": "Hà Nội"})


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("doctor") / "Kho mẫu"
    with Library.create(
        folder, kinds=all_kinds(), clock=TickingClock(), unit_code="C09", unit_name="Viện", user="Lan"
    ) as library:
        fill(library, folder.parent / "biên bản.txt")
    return folder


@pytest.fixture
def folder(model: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(paths, "settings_folder", lambda: tmp_path / "settings")
    shutil.copytree(model, tmp_path / "Kho")
    return tmp_path / "Kho"


@pytest.fixture
def backed_up(folder: Path) -> Path:
    with Library.open(folder, kinds=all_kinds(), clock=TickingClock(), user="Lan") as library:
        repository.write(library._context, folder / "backups", "manual")
        with library.work("created") as work:
            work.create("publication", {"title": "Viết sau khi sao lưu"})
    return folder


def hurt(health: doctor.Health) -> list[str]:
    return [check.name for check in health.checks if check.state == "hurt"]


def sql(folder: Path, *statements: str) -> None:
    other = sqlcipher.connect(str(folder / "library.db"), isolation_level=None)
    for (name,) in other.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
        other.execute(f'DROP TRIGGER "{name}"')
    for statement in statements:
        other.execute(statement)
    other.close()
    (folder / "library.db-sums").unlink()


def full(folder: Path) -> doctor.Health:
    return doctor.examine(folder, doctor.FULL)


def test_a_sound_library_is_called_sound(folder: Path) -> None:
    before = {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    health = full(folder)
    assert hurt(health) == []
    assert {check.name: check.state for check in health.checks if check.state != "ok"} == {
        "backups": "unknown"
    }
    assert {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()} == before


def test_an_open_library_is_looked_at(folder: Path) -> None:
    with Library.open(folder, kinds=all_kinds(), clock=TickingClock(), user="Lan") as library:
        add(library, title="Chưa gấp vào tệp")
        look = doctor.Doctor(library, TickingClock())
        assert look.look("full").sound
        quick = look.look("quick")
        assert {check.name for check in quick.checks if check.state == "unknown"} >= {"records", "index"}
        assert look.went_back() == ()


@pytest.mark.parametrize(
    ("statement", "name", "said"),
    [
        ("UPDATE publication SET title = 'Sửa tay' WHERE number = 3", "records", "số 3"),
        ("UPDATE publication SET title__sort = 'zz' WHERE number = 3", "records", "title"),
        ("DELETE FROM training_session WHERE number = 5", "records", "5"),
        ("UPDATE publication SET version = 9 WHERE number = 3", "records", "version"),
        ("UPDATE setting SET value = 'Huế' WHERE key = 'place'", "settings", "place"),
        ("UPDATE action SET who = 'Khác' WHERE action = 1", "history", "thứ 1"),
        ("DELETE FROM publication__search WHERE rowid = 3", "index", "tìm kiếm"),
        ("DROP INDEX publication__by_title", "schema", "publication__by_title"),
        ("UPDATE change SET action = 77 WHERE action = 2", "references", "change"),
    ],
)
def test_what_a_hand_did_is_found_and_told(folder: Path, statement: str, name: str, said: str) -> None:
    sql(folder, statement)
    found = {check.name: check for check in full(folder).checks}
    assert found[name].state == "hurt"
    assert said.casefold() in " ".join(found[name].found).casefold()


def test_forty_flipped_bits(tmp_path: Path) -> None:
    """With our sums every one; without them more than SQLite itself finds. Nothing crashes."""
    with Library.create(
        tmp_path / "Kho", kinds=all_kinds(), clock=TickingClock(), unit_code="C09", unit_name="Viện"
    ) as library:
        for number in range(8):
            add(library, title=f"Giám định số khung, số máy {number}", abstract="kỹ thuật hình sự " * 20)
    rates = flip_bits(tmp_path / "Kho", 40, 26)
    assert rates.with_sums == 40
    assert rates.plain < rates.without


def test_a_flip_is_seen_at_the_next_opening_too(folder: Path) -> None:
    database = folder / "library.db"
    content = bytearray(database.read_bytes())
    content[-1] ^= 1
    database.write_bytes(content)
    for _ in range(2):
        with Library.open(folder, kinds=all_kinds(), clock=TickingClock(), user="Lan") as library:
            (said,) = doctor.Doctor(library, TickingClock()).went_back()
            assert "1 trang" in said


def test_every_cut_is_found(folder: Path) -> None:
    database, sums = folder / "library.db", (folder / "library.db-sums").read_bytes()
    content = database.read_bytes()
    pages = len(content) // PAGE
    for page in [0, 1, 2, pages // 2, pages - 2, pages - 1]:
        for beside in (sums, None):
            database.write_bytes(content[: page * PAGE])
            (folder / "library.db-sums").unlink(missing_ok=True)
            if beside is not None:
                (folder / "library.db-sums").write_bytes(beside)
            assert not doctor.examine(folder).sound, page


def test_pages_of_zeros_and_a_wiped_head_are_found(folder: Path) -> None:
    database, sums = folder / "library.db", folder / "library.db-sums"
    content, beside = database.read_bytes(), sums.read_bytes()
    for page in range(0, len(content) // PAGE, 23):
        database.write_bytes(content[: page * PAGE] + bytes(PAGE) + content[(page + 1) * PAGE :])
        sums.write_bytes(beside)
        assert "file" in hurt(doctor.examine(folder)), page
    database.write_bytes(bytes(100) + content[100:])
    sums.unlink()
    assert {"file", "pages"} <= set(hurt(doctor.examine(folder)))


def test_a_journal_that_is_gone_or_foreign_is_found(folder: Path, model: Path, tmp_path: Path) -> None:
    other = sqlcipher.connect(str(tmp_path / "other.db"), isolation_level=None)
    other.execute("PRAGMA journal_mode = WAL").fetchall()
    other.execute("CREATE TABLE a (b)")
    journal = (tmp_path / "other.db-wal").read_bytes()
    other.close()
    (folder / "library.db-wal").write_bytes(journal)
    assert "file" in hurt(doctor.examine(folder))
    (folder / "library.db-wal").unlink()
    (folder / "library.db-shm").unlink(missing_ok=True)
    (folder / "library.lock").write_text('{"pid": 1, "host": "x"}')
    assert "file" in hurt(doctor.examine(folder))


def test_stopped_it_stops(folder: Path) -> None:
    progress = Progress()
    progress.cancel()
    with pytest.raises(Cancelled):
        doctor.examine(folder, doctor.FULL, progress)


def test_index_records_and_settings_are_mended(folder: Path) -> None:
    sql(
        folder,
        "DELETE FROM publication__search WHERE rowid < 20",
        "UPDATE publication SET title = 'Sửa tay', title__sort = 'x' WHERE number = 3",
        "UPDATE setting SET value = 'Huế' WHERE key = 'place'",
    )
    names = [check.name for check in full(folder).mendable]
    assert {"index", "records", "settings"} <= set(names)
    health = doctor.mend(folder, names, user="Lan", clock=later())
    assert hurt(health) == []
    assert {check.name for check in health.checks if check.state == "mended"} >= {
        "index",
        "records",
        "settings",
    }
    with Library.open(folder, kinds=all_kinds(), clock=TickingClock(), user="Lan") as library:
        record = library.by_number("publication", 3)
        assert record is not None
        assert record.get("title") == "Giám định số khung, số máy 2"
        assert library.settings.get("place") == "Hà Nội"
        assert len(library.search("giám định", limit=100)) == 60
    (kept,) = (folder / "kept").iterdir()
    assert (kept / "library.db").is_file()


def test_a_broken_index_of_a_table_is_built_anew(folder: Path) -> None:
    with sqlcipher.connect(str(folder / "library.db"), isolation_level=None) as other:
        sql_text = "SELECT rootpage FROM sqlite_master WHERE name = 'publication__by_title'"
        page = other.execute(sql_text).fetchone()[0]
    other.close()
    content = bytearray((folder / "library.db").read_bytes())
    content[(page - 1) * PAGE : page * PAGE] = bytes(PAGE)
    (folder / "library.db").write_bytes(content)
    assert {"file", "pages"} <= set(hurt(full(folder)))
    assert hurt(doctor.mend(folder, ["pages"], user="Lan", clock=later())) == []


def test_mending_refuses_to_lose_anything(folder: Path) -> None:
    spoil_table(folder, "publication", leaf=True)
    sql_free = (folder / "library.db").read_bytes()
    with sqlcipher.connect(str(folder / "library.db"), isolation_level=None) as other:
        other.execute("DELETE FROM chain_head WHERE 0")
    other.close()
    spoil_table(folder, "change", leaf=True)
    before = (folder / "library.db").read_bytes()
    assert before != sql_free
    with pytest.raises(UserError, match="recover"):
        doctor.mend(folder, ["pages"], user="Lan", clock=later())
    assert (folder / "library.db").read_bytes() == before
    assert not (folder / "swap").exists()


def spoil_table(folder: Path, table: str, *, leaf: bool) -> None:
    """Fill a page of a table with noise: one of its leaves, or its root."""
    other = sqlcipher.connect(str(folder / "library.db"), isolation_level=None)
    root = other.execute("SELECT rootpage FROM sqlite_master WHERE name = ?", (table,)).fetchone()[0]
    other.close()
    content = bytearray((folder / "library.db").read_bytes())
    page = root
    if leaf and content[(root - 1) * PAGE] == 5:
        cell = int.from_bytes(content[(root - 1) * PAGE + 12 : (root - 1) * PAGE + 14], "big")
        page = int.from_bytes(content[(root - 1) * PAGE + cell : (root - 1) * PAGE + cell + 4], "big")
    content[(page - 1) * PAGE : page * PAGE] = b"\xa5" * PAGE
    (folder / "library.db").write_bytes(content)


def test_files_come_back_from_the_backup_and_strangers_are_put_aside(backed_up: Path) -> None:
    (file,) = [path for path in (backed_up / "files").glob("??/*") if path.is_file()]
    file.unlink()
    file.write_text("bị sửa")
    stray = backed_up / "files" / "ab" / ("ab" * 20)
    stray.parent.mkdir(exist_ok=True)
    stray.write_text("của ai?")
    health = full(backed_up)
    assert {"files", "orphans"} <= set(hurt(health))
    health = doctor.mend(backed_up, ["files", "orphans"], user="Lan", clock=later())
    assert hurt(health) == []
    assert file.read_text(encoding="utf-8") == "Biên bản nghiệm thu\n"
    kept = sorted(path.read_text() for path in (backed_up / "kept").rglob("*") if path.is_file())
    assert kept == ["bị sửa", "của ai?"]


def titles(folder: Path) -> set[str]:
    with Library.open(folder, kinds=all_kinds(), clock=TickingClock(), user="Lan") as library:
        return {str(record.get("title")) for record in library.records()}


def test_a_wiped_head_is_recovered_without_a_backup(folder: Path, tmp_path: Path) -> None:
    wanted = titles(folder)
    content = (folder / "library.db").read_bytes()
    (folder / "library.db").write_bytes(bytes(100) + content[100:])
    done = doctor.recover(folder, tmp_path / "Mới", user="Lan", clock=later())
    assert (done.records, done.backup, done.lost) == (120, "", ())
    assert titles(tmp_path / "Mới") == wanted
    assert (folder / "library.db").read_bytes() == bytes(100) + content[100:]
    assert hurt(full(tmp_path / "Mới")) == [], full(tmp_path / "Mới")


def test_a_hurt_table_comes_back_from_the_history(folder: Path, tmp_path: Path) -> None:
    wanted = titles(folder)
    spoil_table(folder, "publication", leaf=False)
    done = doctor.recover(folder, tmp_path / "Mới", user="Lan", clock=later())
    assert titles(tmp_path / "Mới") == wanted
    assert done.records == 120
    assert hurt(full(tmp_path / "Mới")) == [], full(tmp_path / "Mới")


def test_what_is_lost_is_named_and_the_rest_is_there(folder: Path, tmp_path: Path) -> None:
    wanted = titles(folder)
    spoil_table(folder, "change", leaf=True)
    spoil_table(folder, "publication", leaf=True)
    done = doctor.recover(folder, tmp_path / "Mới", user="Lan", clock=later())
    assert done.lost
    assert hurt(full(tmp_path / "Mới")) == [], full(tmp_path / "Mới")
    there = titles(tmp_path / "Mới")
    assert there < wanted
    assert len(there) > len(wanted) / 2


def test_a_backup_fills_what_cannot_be_read(backed_up: Path, tmp_path: Path) -> None:
    wanted = titles(backed_up)
    for table in ("change", "publication", "record"):
        spoil_table(backed_up, table, leaf=True)
    done = doctor.recover(backed_up, tmp_path / "Mới", user="Lan", clock=later())
    assert done.backup
    assert titles(tmp_path / "Mới") == wanted  # with what was written after the backup
    assert hurt(full(tmp_path / "Mới")) == [], full(tmp_path / "Mới")


def test_nothing_but_a_backup(backed_up: Path, tmp_path: Path) -> None:
    (backed_up / "library.db").write_bytes(b"\0" * 70_000)
    done = doctor.recover(backed_up, tmp_path / "Mới", user="Lan", clock=later())
    assert done.records == 120
    assert "Viết sau khi sao lưu" not in titles(tmp_path / "Mới")
    assert hurt(full(tmp_path / "Mới")) == [], full(tmp_path / "Mới")


def test_nothing_at_all(folder: Path, tmp_path: Path) -> None:
    (folder / "library.db").write_bytes(b"\0" * 70_000)
    with pytest.raises(UserError) as refused:
        doctor.recover(folder, tmp_path / "Mới", user="Lan", clock=later())
    assert refused.value.code == "nothing_to_recover"
    assert not (tmp_path / "Mới").exists()
    with pytest.raises(UserError) as refused:
        doctor.recover(folder, folder, user="Lan", clock=later())
    assert refused.value.code == "folder_not_empty"


@pytest.fixture
def locked(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(vault, "OPS", 1)
    monkeypatch.setattr(vault, "MEMORY", 8192)
    locking.lock(folder, all_kinds(), later(), "Lan", PASSWORD, "", Progress())
    with Library.open(folder, kinds=all_kinds(), clock=later(), user="Lan", secret=PASSWORD) as library:
        add(library, title="Viết khi đã khóa")
    return folder


def test_a_locked_library_is_looked_at_with_its_password(locked: Path) -> None:
    with pytest.raises(UserError) as refused:
        doctor.examine(locked)
    assert refused.value.code == "library_wants_password"
    assert hurt(doctor.examine(locked, doctor.FULL, secret=PASSWORD)) == []
    (file,) = [path for path in (locked / "files").glob("??/*") if path.is_file()]
    content = file.read_bytes()
    file.write_bytes(content[:-1] + bytes([content[-1] ^ 1]))
    assert hurt(doctor.examine(locked, doctor.FULL, secret=PASSWORD)) == ["files"]


def test_an_encrypted_page_that_was_changed_or_put_back_is_found(locked: Path) -> None:
    database, sums = locked / "library.db", locked / "library.db-sums"
    old, beside = database.read_bytes(), sums.read_bytes()
    for place in range(1_000, len(old), len(old) // 6):
        database.write_bytes(old[:place] + bytes([old[place] ^ 16]) + old[place + 1 :])
        sums.unlink(missing_ok=True)  # what the encryption finds by itself
        assert "pages" in hurt(doctor.examine(locked, secret=PASSWORD)), place
    database.write_bytes(old)
    sums.write_bytes(beside)
    with Library.open(locked, kinds=all_kinds(), clock=later(), user="Lan", secret=PASSWORD) as library:
        add(library, title="Sau đó")
    new = database.read_bytes()
    changed = [
        page for page in range(len(old) // PAGE) if old[page * PAGE :][:PAGE] != new[page * PAGE :][:PAGE]
    ]
    assert changed
    for page in changed:  # each page is genuine by itself; that it is an old one the sums tell
        here = page * PAGE
        database.write_bytes(new[:here] + old[here : here + PAGE] + new[here + PAGE :])
        assert "file" in hurt(doctor.examine(locked, secret=PASSWORD))


def test_a_locked_library_is_recovered_locked(locked: Path, tmp_path: Path) -> None:
    content = bytearray((locked / "library.db").read_bytes())
    content[len(content) // 2] ^= 1
    (locked / "library.db").write_bytes(content)
    doctor.recover(locked, tmp_path / "Mới", secret=PASSWORD, user="Lan", clock=later())
    assert b"SQLite format" not in (tmp_path / "Mới" / "library.db").read_bytes()[:16]
    with Library.open(
        tmp_path / "Mới", kinds=all_kinds(), clock=later(), user="Lan", secret=PASSWORD
    ) as library:
        assert library.count("publication") >= 60
    health = doctor.examine(tmp_path / "Mới", doctor.FULL, secret=PASSWORD)
    assert hurt(health) == []


def states(health: doctor.Health) -> dict[str, str]:
    return {check.name: check.state for check in health.checks}


def test_a_code_changed_behind_the_programs_back_is_told(folder: Path) -> None:
    with Library.open(folder, kinds=all_kinds(), clock=TickingClock(), user="Lan") as library:
        library.roles.put(ADMINISTRATOR, "Nguyễn Văn Trưởng", "mã quản trị 1")
    assert states(doctor.examine(folder, clock=later()))["roles"] == "ok"
    driver = sqlcipher.connect(str(folder / "library.db"))
    driver.execute("DROP TRIGGER role_code__fixed")
    driver.execute("UPDATE role_code SET verifier = 'khác'")
    driver.commit()
    driver.close()
    [check] = [one for one in doctor.examine(folder, clock=later()).checks if one.name == "roles"]
    assert (check.state, check.mend) == ("hurt", None) and "Nguyễn Văn Trưởng" in check.found[0]


def test_what_is_no_damage_is_noted(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        places, "look", lambda _folder: (places.PlaceWarning("clock_absurd", params={"now": "1/1/1980"}),)
    )
    with Library.open(folder, kinds=all_kinds(), clock=TickingClock()) as library:
        library.settings.put(**{scrub.DUE: "[]"})
    back = TickingClock()
    back.moment -= timedelta(days=3)
    health = doctor.examine(folder, clock=back)
    noted = {one.name: (one.state, one.said, one.found) for one in health.checks}
    assert noted["place"][0] == "unknown" and "1980" in noted["place"][1] and len(noted["place"][2]) == 1
    assert noted["beside"][:2] == ("unknown", message("doctor_wiping_owed"))
    assert not {"place", "beside"} & set(hurt(health))


def test_plain_copies_beside_a_locked_library_are_noted(
    backed_up: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(vault, "OPS", 1)
    monkeypatch.setattr(vault, "MEMORY", 1 << 13)
    locking.lock(backed_up, all_kinds(), later(), "Lan", PASSWORD, "", Progress())
    [check] = [
        one
        for one in doctor.examine(backed_up, secret=PASSWORD, clock=later()).checks
        if one.name == "beside"
    ]
    assert check.state == "unknown" and str(backed_up / "backups") in check.said


def test_after_going_back_the_library_is_sound(backed_up: Path, tmp_path: Path) -> None:
    [info] = repository.listed(backed_up / "backups")
    Backups.restore(backed_up, info, clock=later())
    health = doctor.examine(backed_up, doctor.FULL, clock=later())
    assert health.sound, [(one.name, one.found) for one in health.checks if one.state == "hurt"]

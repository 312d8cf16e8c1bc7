"""The ladder of migrations: it adds up to what the kinds ask for, and a step is whole or not at all."""

from __future__ import annotations

import shutil
import sqlite3
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import pytest

from stdesk.domain.fields import Field, FieldType, Section
from stdesk.domain.kinds import Kind, Kinds, all_kinds
from stdesk.domain.records import State
from stdesk.errors import UserError
from stdesk.i18n import Text
from stdesk.store import chain, migrations, opening, replay
from stdesk.store.backups import copying, repository
from stdesk.store.backups.model import BackupInfo
from stdesk.store.engine import READ_WRITE, make_engine, raw
from stdesk.store.library import Draft, Library, ListQuery, PackageRow
from tests.store import draft_migration
from tests.store.conftest import TickingClock, add

LATEST = migrations.latest()
TOY = Kind(
    name="toy",
    label=Text("Đồ chơi", "Toy"),
    plural=Text("Đồ chơi", "Toys"),
    sections=(Section("all", Text("Chung", "All")),),
    people="makers",
    begins=("made",),
    fields=(
        Field(
            "title", FieldType.TEXT, Text("Tên", "Name"), "all", sortable=True, searchable=True, list_width=9
        ),
        Field("order", FieldType.INTEGER, Text("Thứ tự", "Order"), "all", sortable=True),
        Field("makers", FieldType.PEOPLE, Text("Người làm", "Makers"), "all", sortable=True, searchable=True),
        Field("made", FieldType.DATE, Text("Ngày làm", "Made"), "all", sortable=True),
        Field("notes", FieldType.LONG_TEXT, Text("Ghi chú", "Notes"), "all"),
    ),
)


def test_the_ladder_gives_what_the_kinds_ask_for() -> None:
    have, want = draft_migration.ladder_schema(), draft_migration.wanted_schema()
    assert draft_migration.missing_statements() == [], (
        "write a migration: python -m tests.store.draft_migration"
    )
    assert have == want


def test_a_kind_without_a_migration_gets_its_tables(folder: Path, clock: TickingClock) -> None:
    kinds = Kinds(*all_kinds(), TOY)
    with Library.create(folder, kinds=kinds, clock=clock, unit_code="X", unit_name="Y") as library:
        add(library, "toy", title="Đèn ông sao", order=2, makers=[{"name": "Lê Ước"}], made="2026-09")
        library.undo()
        library.redo()
    with Library.open(folder, kinds=all_kinds(), clock=clock) as fewer:
        assert fewer.search("den ong sao") == []
        with pytest.raises(UserError) as refused:
            fewer.undo()
        assert refused.value.code == "undo_conflict"
    with Library.open(folder, kinds=kinds, clock=clock) as library:
        (hit,) = library.search("đèn")
        assert (hit.kind, hit.people, hit.date) == ("toy", "Lê Ước", "2026-09")
        assert len(library.ids(ListQuery("toy", sort=(("order", True), ("makers", False))))) == 1


def test_a_kind_met_later_gets_its_tables_on_opening(
    library: Library, folder: Path, clock: TickingClock
) -> None:
    library.close()
    more = Kinds(*all_kinds(), TOY)
    with pytest.raises(UserError) as refused:
        Library.open(folder, kinds=more, clock=clock, read_only=True)
    assert refused.value.code == "library_older"
    with Library.open(folder, kinds=more, clock=clock) as opened:
        add(opened, "toy", title="x")
        assert opened.count("toy") == 1


def test_a_field_may_not_bear_a_column_of_records(tmp_path: Path) -> None:
    clash = replace(TOY, fields=(*TOY.fields, Field("version", FieldType.TEXT, Text("a", "a"), "all")))
    with pytest.raises(ValueError, match="version"):
        Library.create(tmp_path, kinds=Kinds(clash), clock=TickingClock(), unit_code="X", unit_name="Y")


def second_step(*statements: str) -> SimpleNamespace:
    return SimpleNamespace(TITLE="second", STATEMENTS=statements)


def backups_of(folder: Path) -> list[BackupInfo]:
    return repository.listed(folder / "backups")


def test_without_a_backup_nothing_is_brought_up(
    tmp_path: Path, clock: TickingClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "library"
    shutil.copytree(GOLDEN / "v3", folder)
    with monkeypatch.context() as patch:
        patch.setattr(copying, "is_sound", lambda *_, **__: False)
        with pytest.raises(UserError) as refused:
            Library.open(folder, kinds=all_kinds(), clock=clock)
    assert refused.value.code == "backup_failed"
    with sqlite3.connect(folder / opening.DATABASE) as other:
        assert other.execute("PRAGMA user_version").fetchone() == (3,)
    assert backups_of(folder) == []
    Library.open(folder, kinds=all_kinds(), clock=clock).close()
    assert [one.schema for one in backups_of(folder)] == [3]


def test_an_older_library_is_backed_up_and_brought_up(
    library: Library, folder: Path, clock: TickingClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    record_id = add(library, title="Cũ")
    library.close()
    ladder = (
        *migrations.LADDER,
        second_step("CREATE TABLE extra (a TEXT)", "INSERT INTO extra VALUES ('x')"),
    )
    monkeypatch.setattr(migrations, "LADDER", ladder)
    monkeypatch.setattr(migrations.climb, "__kwdefaults__", {"ladder": ladder, "after": None})
    monkeypatch.setattr(migrations.latest, "__defaults__", (ladder,))

    with pytest.raises(UserError) as refused:
        Library.open(folder, kinds=all_kinds(), clock=clock, read_only=True)
    assert refused.value.code == "library_older"
    with Library.open(folder, kinds=all_kinds(), clock=clock) as opened:
        assert opened.get(record_id) is not None

    (copy,) = backups_of(folder)
    with sqlite3.connect(copy.path / opening.DATABASE) as other:
        assert other.execute("PRAGMA user_version").fetchone() == (LATEST,)
        assert other.execute("SELECT title FROM publication").fetchall() == [("Cũ",)]
    with sqlite3.connect(folder / opening.DATABASE) as other:
        assert other.execute("PRAGMA user_version").fetchone() == (LATEST + 1,)
        assert other.execute("SELECT a FROM extra").fetchall() == [("x",)]


@pytest.mark.parametrize("bad", ["CREATE TABLE extra (b)", "INSERT INTO nowhere VALUES (1)"])
def test_a_step_that_fails_leaves_the_step_before(library: Library, folder: Path, bad: str) -> None:
    library.close()
    engine = make_engine(folder / opening.DATABASE, READ_WRITE)
    ladder = (
        *migrations.LADDER,
        second_step("CREATE TABLE extra (a TEXT)", "UPDATE setting SET value = 'x'", bad),
    )
    with pytest.raises(Exception, match=r"extra|nowhere"):
        migrations.climb(engine, ladder=ladder)
    engine.dispose()
    with sqlite3.connect(folder / opening.DATABASE) as other:
        assert other.execute("PRAGMA user_version").fetchone() == (LATEST,)
        assert other.execute("SELECT name FROM sqlite_master WHERE name = 'extra'").fetchall() == []
        assert other.execute("SELECT value FROM setting WHERE key = 'unit_code'").fetchone() == ("C08",)


def test_a_newer_library_is_refused_with_a_sentence(
    library: Library, folder: Path, clock: TickingClock
) -> None:
    library.close()
    with sqlite3.connect(folder / opening.DATABASE) as other:
        other.execute("PRAGMA user_version = 99")
    for read_only in (False, True):
        with pytest.raises(UserError, match="99") as refused:
            Library.open(folder, kinds=all_kinds(), clock=clock, read_only=read_only)
        assert (refused.value.code, refused.value.exit_code) == ("library_newer", 3)


def test_what_is_searched_is_made_anew_when_its_recipe_changes(
    library: Library, folder: Path, clock: TickingClock
) -> None:
    add(library, title="Đề án")
    with library.work("created") as work:
        work.create("publication", {"issued": "2026", "deposit_reference": "Tủ 3"}, secrecy="mat")
    library.close()
    with sqlite3.connect(folder / opening.DATABASE) as other:
        other.execute("UPDATE setting SET value = 'older' WHERE key = 'derived:publication'")
        other.execute("UPDATE publication SET title__sort = 'zzz'")
    with Library.open(folder, kinds=all_kinds(), clock=clock) as opened:
        add(opened, title="Em")
        ordered = opened.ids(ListQuery("publication", sort=(("title", False),)))
        titles = [opened.rows("publication", ordered)[key].values.get("title") for key in ordered]
        assert titles == ["Đề án", "Em", None]
        assert [hit.title for hit in opened.search("de an")] == ["Đề án"]
        assert opened.search("tu 3") == []


def test_other_programs_can_read_the_file(library: Library, folder: Path) -> None:
    add(library, title="Đề án 06", contributors=[{"name": "Lê Ước"}])
    library.undo()
    library.redo()
    library.close()
    assert not (folder / "library.db-wal").exists()
    with sqlite3.connect(folder / opening.DATABASE) as other:
        assert other.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        assert other.execute("PRAGMA foreign_key_check").fetchall() == []
        assert other.execute("SELECT number, title FROM publication").fetchall() == [(1, "Đề án 06")]


GOLDEN = Path(__file__).parents[1] / "golden" / "db"


@pytest.mark.parametrize("version", sorted(path.name for path in GOLDEN.iterdir()))
@pytest.mark.parametrize("read_only", [False, True])
def test_a_library_of_every_version_opens_for_ever(
    version: str, read_only: bool, tmp_path: Path, clock: TickingClock
) -> None:
    folder = tmp_path / "library"
    shutil.copytree(GOLDEN / version, folder)
    if read_only and not version.startswith(f"v{migrations.latest()}"):
        pytest.skip("an older one must be brought up first")
    secret = "mật khẩu mẫu" if version.endswith("-locked") else ""
    with Library.open(folder, kinds=all_kinds(), clock=clock, read_only=read_only, secret=secret) as library:
        live = {(r.kind, r.number): r for r in library.records()}
        assert set(live) == {
            ("publication", 1),
            ("publication", 3),
            ("research_task", 1),
            ("training_session", 1),
            *([("training_session", 3)] if version >= "v5" else []),
        }
        first = live["publication", 1]
        assert first.get("contributors") == (
            {"name": "Nguyễn Văn Ước", "degree": "doctor"},
            {"name": "Đỗ Thị Ân"},
        )
        assert first.get("issued") == "2026-03"
        file = library.file_bytes(first.get("attachments")[0]["file"])
        assert file.decode() == "Biên bản nghiệm thu\n"
        task = live["research_task", 1]
        assert task.get("title") == "Nghiên cứu giám định số khung, số máy"
        assert task.get("funding") == ({"source": "state_budget", "year": 2025, "approved": 350_000_000},)
        assert live["publication", 3].secrecy == "mat"
        assert library.count("publication", [State.TRASHED]) == 1
        assert [hit.number for hit in library.search("đề án 06", "publication")] == [1]
        assert [entry.kind_of for entry in library.history()].count("undo") == (2 if version >= "v3" else 1)
        (report,) = library.frozen()
        assert library.read_frozen(report) == b'{"period":"2026"}'
        assert library.settings.get("place") == "Hà Nội"
        if version != "v1":
            (trashed,) = library.records("publication", [State.TRASHED])
            assert first.get("distinct_from") == (trashed.id,)
            (draft,) = library.drafts()
            assert (draft.kind, draft.record_id, draft.version) == ("training_session", "", 0)
            assert (draft.values, draft.texts) == ({"title": "Lớp đang ghi dở"}, {"start": "31/02/2026"})
        if version >= "v3":
            assert (report.reason, report.previous) == ("Bổ sung hai bài", "0" * 128)
            assert library.settings.get("report:2026:head") == '{"number": "12/BC"}'
            assert library.settings.get("report:2026:days", "none") == "none"
            (copy,) = library.signed(report)
            library.check_signed(copy)
            assert library.file_bytes(copy.file) == "%PDF-1.4\n% bản ký\n".encode()
        if version >= "v4":
            check_handed_in(library, first.id)
        if version >= "v5":
            assert live["training_session", 3].secrecy == "mat"
            assert "chuyên án" not in repr(library.history(live["training_session", 3].id))
        check_history(library)
        if not read_only:
            take_back_what_followed(library, version)
            for _ in range(3):
                library.undo()
            assert list(library.records(states=tuple(State))) == []


def check_history(library: Library) -> None:
    """The chain proves it, and records and settings are what it says."""
    with library._context.reading() as connection:
        assert chain.verify(connection) == []
        assert replay.replay(raw(connection), library.kinds) == []
        assert replay.replay_settings(raw(connection)) == []
        assert chain.head(connection).count == len(library.history())


def take_back_what_followed(library: Library, version: str) -> None:
    """Do again what was undone, and undo everything down to the first three acts."""
    library.redo()
    if version < "v3":
        assert library.count("training_session") == 2
        library.undo()
        return
    assert library.settings.get("report:2026:days") == "{}"
    library.undo()
    if version >= "v5":
        for _ in range(2):
            library.undo()
        assert library.count("training_session") == 1
    if version >= "v4":
        for left in (1, 0):
            library.undo()
            open_ones = library.answers.proposals("open")
            assert len(open_ones) == len(library.answers.proposals()) - left
        assert library.answers.central_ids() == {}
    for _ in range(2):
        library.undo()
    (report,) = library.frozen()
    assert library.signed(report) == []
    assert library.settings.get("report:2026:head") == ""


def check_handed_in(library: Library, record: str) -> None:
    """What the fourth schema brought."""
    own, roster = library.keys.own(), library.keys.roster()
    assert own is not None
    assert roster is not None
    assert (own.key_id, own.secret, own.public) == ("B" * 16, "bí mật", "công khai")
    assert [bool(one.retired_at) for one in library.keys.all()] == [True, False]
    assert (roster.version, roster.raw.decode()) == (3, "danh sách")
    (row,) = library.packages.listed()
    assert (row.line, row.sequence, row.fingerprint) == (library.packages.line(), 1, "a" * 128)
    assert (row.base_receipt, row.most, row.key_id) == ("tra-loi-0", 4096, "B" * 16)
    assert [one["reason"] for one in row.withdrawn] == ["Đã bỏ"]
    assert [(one.outcome, one.detail) for one in library.packages.sendings("2026")] == [
        ("failed", "USB bị rút ra"),
        ("done", ""),
    ]
    (answer,) = library.answers.of("a" * 128)
    assert (answer.status, answer.raw, answer.line) == ("returned", b"{}", row.line)
    said = [(one.proposal, one.state, one.reason) for one in library.answers.proposals()]
    assert said == [("p1", "accepted", ""), ("p2", "refused", "Không trùng")]
    assert library.answers.proposals()[0].other == {"nguồn": "ISSN"}
    assert library.answers.central_ids() == {record: "TW-1"}


def test_the_third_schema_is_brought_up(tmp_path: Path, clock: TickingClock) -> None:
    folder = tmp_path / "library"
    shutil.copytree(GOLDEN / "v3", folder)
    with Library.open(folder, kinds=all_kinds(), clock=clock, user="Lan") as library:
        assert library.keys.own() is None
        assert (library.packages.listed(), library.packages.sendings(), library.answers.listed()) == (
            [],
            [],
            [],
        )
        (report,) = library.frozen()
        row = PackageRow(
            report.sha512, "2026", 1, False, "KHCN-C09-2026-L01", "", library.packages.line(), 1, ""
        )
        library.packages.settle(library.packages.add(row), "a" * 128)
        library.undo()
        assert library.packages.of("a" * 128) is not None
    (copy,) = backups_of(folder)
    assert (copy.why, copy.schema, copy.deep) == ("migration", 3, True)


def test_the_second_schema_is_brought_up(tmp_path: Path, clock: TickingClock) -> None:
    folder = tmp_path / "library"
    shutil.copytree(GOLDEN / "v2", folder)
    with Library.open(folder, kinds=all_kinds(), clock=clock, user="Lan") as library:
        (report,) = library.frozen()
        assert (report.reason, report.previous) == ("", "")
        assert library.signed(report) == []
        library.settings.act("set_report_head", {"report:2026:head": "x"}, period="2026")
        library.undo()
        assert "report:2026:head" not in library.settings.all()
    (copy,) = backups_of(folder)
    assert (copy.why, copy.schema, copy.deep) == ("migration", 2, True)


def test_the_first_schema_is_brought_up_with_everything_in_it(tmp_path: Path, clock: TickingClock) -> None:
    folder = tmp_path / "library"
    shutil.copytree(GOLDEN / "v1", folder)
    with sqlite3.connect(folder / opening.DATABASE) as other:
        before = other.execute(
            "SELECT r.kind, r.number, c.version, c.before, c.after FROM change c "
            "JOIN record r ON r.pk = c.record ORDER BY c.rowid"
        ).fetchall()
    with Library.open(folder, kinds=all_kinds(), clock=clock) as library:
        held = {record.id: record for record in library.records(states=tuple(State))}
        assert len(held) == 5
        assert all(record.get("distinct_from") is None for record in held.values())
        assert library.drafts() == []
        one, other_one = (
            record.id for record in held.values() if record.number < 3 and record.kind == "publication"
        )
        with library.work("marked_distinct") as work:
            work.update(one, {"distinct_from": [other_one]})
        library.put_draft(Draft("publication", one, 2, {"title": "Đang sửa"}))
        with pytest.raises(UserError) as refused, library.work("created") as work:
            work.create("publication", {"distinct_from": [one]}, secrecy="mat")
        assert refused.value.code == "above_ceiling"
        library.undo()
        assert library.get(one).values == held[one].values  # type: ignore[union-attr]
    (copy,) = backups_of(folder)
    assert (copy.why, copy.schema, copy.deep) == ("migration", 1, True)
    with sqlite3.connect(folder / opening.DATABASE) as other:
        assert other.execute("PRAGMA user_version").fetchone() == (LATEST,)
        assert other.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        kept = other.execute(
            "SELECT r.kind, r.number, c.version, c.before, c.after FROM change c "
            "JOIN record r ON r.pk = c.record ORDER BY c.rowid"
        ).fetchall()
        assert kept[: len(before)] == before
        assert other.execute("SELECT title FROM publication WHERE number = 1").fetchone() is not None
        with pytest.raises(sqlite3.IntegrityError, match="above_ceiling"):  # the new column is guarded too
            other.execute(
                "UPDATE publication SET secrecy = 'mat', title = NULL, distinct_from = '[]' WHERE number = 3"
            )

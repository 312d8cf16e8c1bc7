"""Attachments, frozen reports and backups: copied, checked, never half there."""

from __future__ import annotations

import errno
import hashlib
import os
import sqlite3
from pathlib import Path
from typing import Any

import pytest

from stdesk import atomic
from stdesk.errors import Exit, UserError
from stdesk.progress import Cancelled, Progress
from stdesk.store.backups import copying
from stdesk.store.library import Library
from tests.store.conftest import Open, add


def digest(content: bytes) -> str:
    return hashlib.sha512(content).hexdigest()


def test_an_attachment_is_copied_by_content(library: Library, tmp_path: Path, reopened: Open) -> None:
    content = b"%PDF-1.7 " + bytes(range(256)) * 9000  # more than one block
    source = tmp_path / "Biên bản nghiệm thu.PDF"
    source.write_bytes(content)
    (tmp_path / "again").write_bytes(content)

    item = library.add_file(source)
    again = library.add_file(tmp_path / "again")

    assert item == {
        "name": "Biên bản nghiệm thu.PDF",
        "file": digest(content)[:40],
        "sha512": digest(content),
        "size": len(content),
        "media_type": "application/pdf",
    }
    assert again["file"] == item["file"]
    assert source.read_bytes() == content
    library = reopened()
    assert library.file_names() == {item["file"]}
    assert library.file_path(item["file"]).read_bytes() == content
    record = library.get(add(library, title="x", attachments=[item]))
    assert record is not None and record.get("attachments") == (item,)


@pytest.mark.parametrize("name", ["../../library.db", "", "a" * 40 + "/..", "A" * 40, "f" * 39])
def test_a_name_that_is_none_leads_nowhere(library: Library, name: str) -> None:
    with pytest.raises(UserError) as refused:
        library.file_path(name)
    assert refused.value.code == "attachment_unknown"


def test_a_missing_attachment_is_told(library: Library) -> None:
    with pytest.raises(UserError) as refused:
        library.file_path("f" * 40)
    assert refused.value.code == "attachment_missing"


def test_what_is_no_file_is_refused(library: Library, tmp_path: Path) -> None:
    with pytest.raises(UserError) as refused:
        library.add_file(tmp_path)
    assert refused.value.code == "not_a_file"
    with pytest.raises(UserError) as refused:
        library.add_file(tmp_path / "none.pdf")
    assert refused.value.code == "not_found"
    if hasattr(os, "mkfifo"):
        os.mkfifo(tmp_path / "pipe")
        with pytest.raises(UserError) as refused:
            library.add_file(tmp_path / "pipe")
        assert refused.value.code == "not_a_file"


@pytest.mark.parametrize("failing", ["fsync", "flush"])
def test_a_full_disk_leaves_no_part(
    library: Library, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, failing: str
) -> None:
    source = tmp_path / "a.pdf"
    source.write_bytes(b"x" * 100)

    def full(*_: Any) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(*((os, "fsync") if failing == "fsync" else (atomic, "flush")), full)
    with pytest.raises(UserError) as refused:
        library.add_file(source)
    assert (refused.value.code, refused.value.exit_code) == ("disk_full", Exit.ENVIRONMENT)
    monkeypatch.undo()
    assert [path for path in (library.folder / "files").rglob("*.part")] == []
    assert library.add_file(source)["size"] == 100


def test_stopping_leaves_no_part(library: Library, tmp_path: Path) -> None:
    class Impatient(Progress):
        def step(self, count: int = 1) -> None:
            self.cancel()
            super().step(count)

    source = tmp_path / "a.pdf"
    source.write_bytes(b"x" * 100)
    with pytest.raises(Cancelled):
        library.add_file(source, Impatient())
    assert list((library.folder / "files").rglob("*")) == []


def test_a_frozen_report_is_kept_for_ever(library: Library, reopened: Open) -> None:
    content = b'{"period":"2026"}'
    report = library.save_frozen("2026", 1, False, content, digest(content))

    with pytest.raises(UserError) as refused:
        library.save_frozen("2026", 1, False, content, digest(content))
    assert refused.value.code == "already_frozen"
    library.save_frozen("2026", 2, False, b"{}", digest(b"{}"))
    library.save_frozen("2026-H1", 1, False, b"{}", digest(b"{}"))
    assert library.undoable() is None  # a report is not taken back

    library = reopened()
    assert library.frozen("2026")[0] == report
    assert [(r.period, r.submission) for r in library.frozen()] == [("2026", 1), ("2026", 2), ("2026-H1", 1)]
    assert library.read_frozen(report) == content
    assert [entry.label for entry in library.history()] == ["froze_report"] * 3


def test_trials_may_repeat(library: Library) -> None:
    first = library.save_frozen("2026", 1, True, b"1", digest(b"1"))
    second = library.save_frozen("2026", 1, True, b"2", digest(b"2"))
    library.save_frozen("2026", 1, False, b"3", digest(b"3"))
    assert [library.read_frozen(one) for one in (first, second)] == [b"1", b"2"]
    assert [one.trial for one in library.frozen("2026")] == [True, True, False]


def test_a_changed_snapshot_is_told(library: Library) -> None:
    report = library.save_frozen("2026", 1, False, b"{}", digest(b"{}"))
    report.path.write_bytes(b"{ }")
    with pytest.raises(UserError) as refused:
        library.read_frozen(report)
    assert refused.value.code == "snapshot_changed"
    report.path.unlink()
    with pytest.raises(UserError) as refused:
        library.read_frozen(report)
    assert refused.value.code == "snapshot_missing"


def test_a_report_that_cannot_be_written_is_not_there(
    library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: Any) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(UserError) as refused:
        library.save_frozen("2026", 1, False, b"{}", digest(b"{}"))
    assert refused.value.code == "disk_full"
    monkeypatch.undo()
    assert library.frozen() == []
    assert library.save_frozen("2026", 1, False, b"{}", digest(b"{}")).submission == 1


def test_a_backup_is_whole_while_the_library_is_in_use(library: Library, tmp_path: Path) -> None:
    with library.work("imported") as work:
        for place in range(1200):
            work.create("publication", {"title": f"Bài {place}"})
    target = library.backup(tmp_path / "Bản sao" / "thư viện.db")
    add(library, title="Sau đó")

    with sqlite3.connect(target) as copy:
        assert copy.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        assert copy.execute("SELECT count(*) FROM publication").fetchone() == (1200,)
    assert [path.name for path in target.parent.iterdir()] == ["thư viện.db"]
    with pytest.raises(UserError) as refused:
        library.backup(target)
    assert refused.value.code == "backup_exists"


def test_a_backup_that_does_not_hold_it_all_is_not_believed(
    library: Library, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    copy = copying.copy

    def spoilt(engine: Any, part: Path, key: bytes | None) -> copying.Facts:
        expected = copy(engine, part, key)
        with sqlite3.connect(part) as other:
            other.execute("DELETE FROM setting")
        return expected

    monkeypatch.setattr(copying, "copy", spoilt)
    with pytest.raises(UserError) as refused:
        library.backup(tmp_path / "copy.db")
    assert refused.value.code == "backup_failed"
    assert not (tmp_path / "copy.db").exists()

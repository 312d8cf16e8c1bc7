"""Backing up and putting back, as other programs call it: answers, JSON shapes, exit codes."""

from __future__ import annotations

import json
import shutil
import sqlite3
from pathlib import Path
from typing import Any

import pytest

from stdesk.cli import run
from stdesk.services.desk import Desk
from tests.helpers.locked import PASSWORD, make_locked, stretch_little

Capture = pytest.CaptureFixture[str]


@pytest.fixture
def library(tmp_path: Path) -> Path:
    folder = tmp_path / "Kho số 1"
    assert run(["init", str(folder), "--unit-code", "CAT-MH", "--unit-name", "Công an tỉnh Minh Hải"]) == 0
    with Desk.open(folder) as desk:
        desk.catalogue.save("publication", {"title": "Sổ tay giám định", "issued": "2026-03"})
    return folder


def answer(capsys: Capture, *arguments: str, code: int = 0) -> Any:
    capsys.readouterr()
    assert run([*arguments, "--json"]) == code
    return json.loads(capsys.readouterr().out)


def titles(folder: Path) -> list[str]:
    with Desk.open(folder, read_only=True) as desk:
        return [hit.title for hit in desk.catalogue.find("so tay", None, 10)]


def rename(folder: Path, title: str) -> None:
    with Desk.open(folder) as desk:
        [hit] = desk.catalogue.find("so tay", None, 10)
        desk.catalogue.save("publication", {"title": title}, record_id=hit.id)


def test_backed_up_listed_and_put_back(library: Path, capsys: Capture) -> None:
    assert run(["backup", str(library), "--list"]) == 0
    made = answer(capsys, "backup", str(library))
    assert set(made) == {
        "path", "made_at", "why", "library", "unit", "schema", "locked", "head", "count", "files", "size", "own_size",
        "ok", "problem", "counts",
    }  # fmt: skip
    assert (made["why"], made["ok"], made["counts"]["publication"]) == ("manual", True, 1)
    assert Path(made["path"]).parent == library / "backups"
    [listed] = answer(capsys, "backup", str(library), "--list")
    assert {**listed, "own_size": 0} == made
    rename(library, "Sổ tay sai")

    done = answer(capsys, "restore", made["path"], str(library))
    assert set(done) == {"kept", "backup", "counts", "files", "missing"}
    assert done["counts"]["publication"] == {"before": 1, "after": 1}
    assert titles(library) == ["Sổ tay giám định"]
    assert Path(done["kept"]).parent == library / "kept"
    assert run(["restore", done["backup"], str(library)]) == 0
    said = capsys.readouterr().out
    assert "Đã khôi phục" in said and "kept" in said
    assert titles(library) == ["Sổ tay sai"]


def test_backed_up_while_the_window_is_open(library: Path, capsys: Capture) -> None:
    with Desk.open(library):
        assert run(["backup", str(library)]) == 0
        made = answer(capsys, "backup", str(library), "--list")
        assert run(["restore", made[0]["path"], str(library)]) == 3
        assert capsys.readouterr().err.count("\n") == 1


def test_one_file_as_before(library: Path, tmp_path: Path, capsys: Capture) -> None:
    target = tmp_path / "Bản sao" / "kho.db"
    assert run(["backup", str(library), "-o", str(target)]) == 0
    assert str(target) in capsys.readouterr().out
    with sqlite3.connect(target) as copy:
        assert copy.execute("SELECT title FROM publication").fetchall() == [("Sổ tay giám định",)]
    assert run(["backup", str(library), "-o", str(target)]) == 3
    assert answer(capsys, "backup", str(library), "-o", str(tmp_path / "hai.db")) == {
        "path": str(tmp_path / "hai.db")
    }


def test_another_folder_and_a_second_place(library: Path, tmp_path: Path, capsys: Capture) -> None:
    made = answer(capsys, "backup", str(library), "-o", str(tmp_path / "Ổ khác"))
    assert Path(made["path"]).parent == tmp_path / "Ổ khác"
    assert run(["backup", str(library), "--place", str(tmp_path / "USB")]) == 2
    (tmp_path / "USB").mkdir()
    first = answer(capsys, "backup", str(library), "--place", str(tmp_path / "USB"))
    again = answer(capsys, "backup", str(library), "--place", str(tmp_path / "USB"))
    assert first["path"] == again["path"]  # nothing changed
    assert [one["path"] for one in answer(capsys, "backup", str(library), "--list")] == [first["path"]]
    shutil.rmtree(library)
    assert run(["restore", first["path"], str(library)]) == 0
    assert titles(library) == ["Sổ tay giám định"]


def test_one_record_back(library: Path, capsys: Capture) -> None:
    made = answer(capsys, "backup", str(library))
    rename(library, "Sổ tay sai")
    assert answer(capsys, "restore", made["path"], str(library), "--record", "publication/1")["action"] > 0
    assert titles(library) == ["Sổ tay giám định"]
    assert run(["restore", made["path"], str(library), "--record", "publication/1"]) == 0
    assert run(["restore", made["path"], str(library), "--record", "publication/99"]) == 1
    assert "publication/99" in capsys.readouterr().err


def test_what_is_no_backup_of_this_library(library: Path, tmp_path: Path, capsys: Capture) -> None:
    assert run(["restore", str(tmp_path), str(library)]) == 3
    other = tmp_path / "khác"
    run(["init", str(other), "--unit-code", "X", "--unit-name", "Đơn vị X"])
    made = answer(capsys, "backup", str(other))
    assert run(["restore", made["path"], str(library)]) == 1
    assert "kho khác" in capsys.readouterr().err
    assert run(["restore", made["path"], str(library), "--other"]) == 0
    assert titles(library) == []
    (Path(made["path"]) / "backup.json").write_bytes(b"[]")
    assert run(["restore", made["path"], str(library)]) == 3
    [listed] = answer(capsys, "backup", str(other), "--list", code=1)
    assert listed["problem"] == "backup_unreadable"


def test_with_a_password(tmp_path: Path, capsys: Capture, monkeypatch: pytest.MonkeyPatch) -> None:
    stretch_little(monkeypatch)
    folder, _ = make_locked(tmp_path / "Kho khóa")
    secret, wrong = tmp_path / "mk.txt", tmp_path / "sai.txt"
    secret.write_text(PASSWORD, encoding="utf-8")
    wrong.write_text("khong phai", encoding="utf-8")
    made = answer(capsys, "backup", str(folder), "--password-file", str(secret))
    assert made["locked"]
    rename_to = ["restore", made["path"], str(folder), "--password-file"]
    assert run([*rename_to, str(wrong)]) == 3
    assert run([*rename_to, str(secret)]) == 0
    assert run(["restore", made["path"], str(tmp_path / "mới"), "--password-file", str(secret)]) == 0
    assert run(["find", str(tmp_path / "mới"), "so tay", "--password-file", str(secret)]) == 0


def test_a_backup_is_not_worked_in(library: Path, tmp_path: Path, capsys: Capture) -> None:
    """Whoever looks for a library.db finds those of the backups too."""
    made = Path(answer(capsys, "backup", str(library))["path"])
    before = {one.name: one.read_bytes() for one in made.iterdir()}
    inside, sheet = str(made), str(tmp_path / "to.pdf")
    for command in (
        ["undo", inside],
        ["restore", inside, inside],
        ["doctor", inside, "--mend"],
        ["password", inside, "--set", "-o", sheet],
    ):
        assert run(command) == 2
        assert "bản sao lưu" in capsys.readouterr().err
    assert run(["find", inside, "so tay"]) == 0, "reading it harms nothing"
    assert {one.name: one.read_bytes() for one in made.iterdir()} == before


def test_a_backup_from_before_the_present_password(
    tmp_path: Path, capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Locked, unlocked, locked again: the backup in between has another key and another password."""
    stretch_little(monkeypatch)
    folder, _ = make_locked(tmp_path / "Kho khóa")
    then, now = tmp_path / "truoc.txt", tmp_path / "nay.txt"
    then.write_text(PASSWORD, encoding="utf-8")
    now.write_text("mot mat khau khac han", encoding="utf-8")
    made = answer(capsys, "backup", str(folder), "--password-file", str(then))
    assert run(["password", str(folder), "--remove", "--password-file", str(then)]) == 0
    sheet = str(tmp_path / "to.pdf")
    assert run(["password", str(folder), "--set", "-o", sheet, "--new-password-file", str(now)]) == 0
    assert run(["doctor", str(folder), "--deep", "--password-file", str(now)]) == 0, "it is old, not damaged"
    put_back = ["restore", made["path"], str(folder), "--password-file", str(now)]
    assert run(put_back) == 3
    assert run([*put_back, "--backup-password-file", str(now)]) == 3
    assert run([*put_back, "--backup-password-file", str(then)]) == 0
    assert run(["find", str(folder), "so tay", "--password-file", str(then)]) == 0
    assert run(["doctor", str(folder), "--deep", "--password-file", str(then)]) == 0


def test_single_files_among_the_backups_are_named(library: Path, capsys: Capture) -> None:
    single = library / "backups" / "library-20260101.db"
    assert run(["backup", str(library), "-o", str(single)]) == 0
    capsys.readouterr()
    assert run(["backup", str(library), "--list"]) == 0
    assert str(single) in capsys.readouterr().out
    assert answer(capsys, "backup", str(library), "--list") == []

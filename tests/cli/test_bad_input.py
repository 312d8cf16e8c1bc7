"""Wrong use and hostile surroundings: one clear sentence, the right exit code, nothing half-done."""

from __future__ import annotations

import os
import re
import signal
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from stdesk.cli import run
from stdesk.services.sample import sample_workbook
from tests.helpers.workbooks import save

Capture = pytest.CaptureFixture[str]


def _sentence(capsys: Capture) -> str:
    err = capsys.readouterr().err
    assert err.count("\n") == 1, err
    assert "Traceback" not in err
    assert "{" not in err
    return err


@pytest.mark.parametrize(
    "words", [["bay"], ["check", "kho"], ["find"], ["import", "kho"], ["--language", "fr", "demo"]]
)
def test_wrong_use_is_exit_2(words: list[str], capsys: Capture) -> None:
    assert run(words) == 2
    assert "--help" in _sentence(capsys)


@pytest.mark.parametrize("period", ["2026-Q1", "hôm nay", "26", "0225", "2026-H3", "99999"])
def test_a_period_that_is_none(library: Path, capsys: Capture, period: str) -> None:
    assert run(["check", str(library), "--period", period]) == 2
    assert period in _sentence(capsys)


@pytest.mark.parametrize(
    "command", [["find", "LIB", "a"], ["check", "LIB", "--period", "2026"], ["undo", "LIB"]]
)
def test_a_folder_that_is_no_library(tmp_path: Path, capsys: Capture, command: list[str]) -> None:
    (tmp_path / "ảnh.txt").write_text("không phải kho")
    assert run([str(tmp_path) if word == "LIB" else word for word in command]) == 3
    assert str(tmp_path) in _sentence(capsys)
    assert [one.name for one in tmp_path.iterdir()] == ["ảnh.txt"]


def test_a_library_that_is_not_there(tmp_path: Path, capsys: Capture) -> None:
    assert run(["find", str(tmp_path / "chưa có"), "a"]) == 3
    assert "chưa có" in _sentence(capsys)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("danh sách.xlsx", b"%PDF-1.7 not a workbook"),
        ("danh sách.xls", b"\x00" * 4096),
        ("trống.xlsx", b""),
        ("ảnh.png", b"\x89PNG\r\n\x1a\n" + b"\x00" * 100),
    ],
)
def test_a_file_that_is_no_workbook(
    library: Path, capsys: Capture, tmp_path: Path, name: str, content: bytes
) -> None:
    file = tmp_path / name
    file.write_bytes(content)
    assert run(["import", str(library), str(file)]) in (1, 3)
    assert name in _sentence(capsys)


def test_a_truncated_workbook_changes_nothing(library: Path, capsys: Capture, tmp_path: Path) -> None:
    whole = sample_workbook().read_bytes()
    file = tmp_path / "cụt.xlsx"
    file.write_bytes(whole[: len(whole) // 2])
    assert run(["import", str(library), str(file)]) == 1
    assert "cụt.xlsx" in _sentence(capsys)
    assert run(["undo", str(library)]) == 0  # the last act is still the first import


def test_an_unknown_kind_names_the_known_ones(library: Path, capsys: Capture, tmp_path: Path) -> None:
    assert run(["export", str(library), "--kind", "bai_bao", "-o", str(tmp_path / "a.xlsx")]) == 2
    assert "research_task" in _sentence(capsys)


def test_an_unknown_format(library: Path, capsys: Capture, tmp_path: Path) -> None:
    assert run(["export", str(library), "--kind", "publication", "-o", str(tmp_path / "a.odt")]) == 2
    assert "odt" in _sentence(capsys)


def test_nothing_to_undo(tmp_path: Path, capsys: Capture) -> None:
    run(["init", str(tmp_path / "kho"), "--unit-code", "A", "--unit-name", "B"])
    capsys.readouterr()
    assert run(["undo", str(tmp_path / "kho")]) == 1
    _sentence(capsys)


def test_a_damaged_library(library: Path, capsys: Capture) -> None:
    (library / "library.db").write_bytes(b"x" * 8192)
    assert run(["find", str(library), "a"]) == 3
    _sentence(capsys)


def test_a_library_from_a_newer_program(library: Path, capsys: Capture) -> None:
    import sqlite3

    with sqlite3.connect(library / "library.db") as database:
        database.execute("PRAGMA user_version = 9999")
    database.close()
    assert run(["find", str(library), "a"]) == 3
    assert "mới hơn" in _sentence(capsys)


def test_a_library_held_by_another_copy(library: Path, capsys: Capture) -> None:
    from stdesk.services.desk import Desk

    with Desk.open(library):
        assert run(["undo", str(library)]) == 3
        _sentence(capsys)
        assert run(["find", str(library), "cong an"]) == 0  # reading is allowed meanwhile
    capsys.readouterr()
    assert run(["undo", str(library)]) == 0


@pytest.mark.skipif(
    os.name == "nt" or os.geteuid() == 0, reason="root may write anywhere; see the store's tests"
)
def test_a_folder_that_may_not_be_written(library: Path, tmp_path: Path, capsys: Capture) -> None:
    closed = tmp_path / "khóa"
    closed.mkdir()
    closed.chmod(stat.S_IRUSR | stat.S_IXUSR)
    assert run(["export", str(library), "--kind", "publication", "-o", str(closed / "a.xlsx")]) == 3
    assert str(closed) in _sentence(capsys)


def test_the_demo_never_clears_a_folder_of_somebody_else(tmp_path: Path, capsys: Capture) -> None:
    (tmp_path / "quan trọng.docx").write_text("giữ lại", encoding="utf-8")
    assert run(["demo", "--out", str(tmp_path)]) == 2
    _sentence(capsys)
    assert (tmp_path / "quan trọng.docx").read_text(encoding="utf-8") == "giữ lại"


@pytest.mark.skipif(os.name == "nt", reason="signals of Windows differ; Ctrl-C is tried by hand there")
def test_ctrl_c_in_the_middle_of_an_import(tmp_path: Path) -> None:
    """Stopped anywhere: exit 130, one sentence, and the library holds all of the import or nothing."""
    from bench.data import write_workbook

    book = tmp_path / "lớn.xlsx"
    write_workbook(book, 4000)
    library = tmp_path / "kho"
    assert run(["init", str(library), "--unit-code", "A", "--unit-name", "B"]) == 0
    ends = []
    for wait in (0.6, 1.5, 2.2):
        child = subprocess.Popen(
            [sys.executable, "-m", "stdesk", "import", str(library), str(book)],
            stderr=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            text=True,
        )
        with pytest.raises(subprocess.TimeoutExpired):
            child.wait(timeout=wait)
        child.send_signal(signal.SIGINT)
        _out, err = child.communicate(timeout=60)
        ends.append(child.returncode)
        assert "Traceback" not in err
        if child.returncode == 130:
            assert err.count("\n") == 1
        found = subprocess.run(
            [sys.executable, "-m", "stdesk", "find", str(library), "xã", "--limit", "9999", "--json"],
            capture_output=True,
            text=True,
            check=False,
        )
        assert len(re.findall(r'"id"', found.stdout)) in (0, 4000)
    assert 130 in ends


def test_a_workbook_with_nothing_to_take_says_so(library: Path, capsys: Capture, tmp_path: Path) -> None:
    path = save(tmp_path / "la.xlsx", [["foo", "bar", "baz"], ["1", "2", "3"]])
    assert run(["import", str(library), str(path)]) == 1
    said = capsys.readouterr()
    assert "la.xlsx" in said.err
    assert said.err.count("\n") == 1

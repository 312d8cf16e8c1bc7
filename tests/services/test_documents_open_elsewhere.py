"""Word or Excel has the file open that a document is to be written over: Windows refuses, nothing is lost."""

from __future__ import annotations

import errno
from pathlib import Path

import pytest

from stdesk import atomic
from stdesk.errors import Exit, UserError
from stdesk.services import documents


@pytest.fixture
def held(monkeypatch: pytest.MonkeyPatch) -> set[str]:
    """Names of files that another program holds: they can be read but not replaced."""
    names: set[str] = set()
    really = atomic._move

    def move(part: Path, target: Path, replace: object) -> None:
        if target.name in names:
            raise PermissionError(errno.EACCES, "The process cannot access the file", str(target))
        really(part, target, replace)  # type: ignore[arg-type]

    monkeypatch.setattr(atomic, "_move", move)
    return names


def test_a_file_open_in_word_is_named_and_kept(tmp_path: Path, held: set[str]) -> None:
    open_file = tmp_path / "bao-cao.docx"
    open_file.write_bytes(b"as Word has it")
    held.add("bao-cao.docx")
    with pytest.raises(UserError) as refused:
        documents.write({"bao-cao.pdf": b"new", "bao-cao.docx": b"new", "phu-luc.xlsx": b"new"}, tmp_path)
    assert refused.value.exit_code is Exit.ENVIRONMENT
    assert "bao-cao.docx" in str(refused.value) and str(tmp_path) in str(refused.value)
    assert open_file.read_bytes() == b"as Word has it"
    assert [one.name for one in tmp_path.iterdir()] == ["bao-cao.docx"]  # no half of a set, no temporary file


def test_once_it_is_closed_the_same_act_works(tmp_path: Path, held: set[str]) -> None:
    (tmp_path / "bao-cao.docx").write_bytes(b"old")
    held.add("bao-cao.docx")
    with pytest.raises(UserError):
        documents.write({"bao-cao.docx": b"new"}, tmp_path)
    held.clear()
    assert [one.read_bytes() for one in documents.write({"bao-cao.docx": b"new"}, tmp_path)] == [b"new"]

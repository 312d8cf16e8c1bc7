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


def test_what_was_replaced_before_the_refusal_is_as_it_was(tmp_path: Path, held: set[str]) -> None:
    """A new PDF beside the old Word file would be handed in as one set."""
    before = {"bao-cao.pdf": b"old pdf", "bao-cao.docx": b"old docx"}
    for name, content in before.items():
        (tmp_path / name).write_bytes(content)
    held.add("bao-cao.docx")
    with pytest.raises(UserError):
        documents.write({"bao-cao.pdf": b"new", "phu-luc.xlsx": b"new", "bao-cao.docx": b"new"}, tmp_path)
    assert {one.name: one.read_bytes() for one in tmp_path.iterdir()} == before


def test_a_file_where_the_folder_should_be(tmp_path: Path) -> None:
    target = tmp_path / "bao-cao.pdf"
    target.write_bytes(b"mine")
    with pytest.raises(UserError) as refused:
        documents.write({"bao-cao.pdf": b"new"}, target)
    assert (refused.value.code, refused.value.params["path"]) == ("not_a_folder", str(target))
    assert target.read_bytes() == b"mine"

"""A file is replaced whole or not at all, whatever fails."""

from __future__ import annotations

import errno
import os
from pathlib import Path

import pytest

from stdesk import atomic


def test_writes_whole_content(tmp_path: Path) -> None:
    target = tmp_path / "Báo cáo năm 2026.txt"
    atomic.write_bytes(target, "Công an".encode())
    assert target.read_text(encoding="utf-8") == "Công an"
    assert [one.name for one in tmp_path.iterdir()] == [target.name]


def test_a_failing_writer_leaves_the_old_file(tmp_path: Path) -> None:
    target = tmp_path / "a.txt"
    target.write_bytes(b"old")
    with pytest.raises(ZeroDivisionError), atomic.replacing(target) as out:
        out.write(b"half")
        raise ZeroDivisionError
    assert target.read_bytes() == b"old"
    assert [one.name for one in tmp_path.iterdir()] == ["a.txt"]


@pytest.mark.parametrize("code", [errno.ENOSPC, errno.EIO, errno.EROFS])
def test_a_failing_move_leaves_the_old_file(tmp_path: Path, code: int) -> None:
    target = tmp_path / "a.txt"
    target.write_bytes(b"old")

    def refuse(_from: Path, _to: Path) -> None:
        raise OSError(code, os.strerror(code))

    with pytest.raises(OSError, match=os.strerror(code)), atomic.replacing(target, replace=refuse) as out:
        out.write(b"new")
    assert target.read_bytes() == b"old"
    assert [one.name for one in tmp_path.iterdir()] == ["a.txt"]


@pytest.mark.parametrize("when", [1, 2, 3])
def test_a_failing_flush_is_never_silent(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, when: int) -> None:
    """File before the move, file after it (FAT32), folder: a folder that cannot be flushed is no failure."""
    target = tmp_path / "a.txt"
    target.write_bytes(b"old")
    calls = 0
    real = os.fsync

    def fsync(handle: int) -> None:
        nonlocal calls
        calls += 1
        if calls == when:
            raise OSError(errno.EIO, "Input/output error")
        real(handle)

    monkeypatch.setattr(os, "fsync", fsync)
    if when < 3:
        with pytest.raises(OSError, match="Input/output"):
            atomic.write_bytes(target, b"new")
    else:
        atomic.write_bytes(target, b"new")
    assert calls >= when
    assert target.read_bytes() == (b"old" if when == 1 else b"new")
    assert [one.name for one in tmp_path.iterdir()] == ["a.txt"]


def test_the_renamed_file_is_flushed_once_more(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """On FAT32 under Linux a renamed file has size 0 on the medium until this second flush."""
    order: list[str] = []
    monkeypatch.setattr(os, "fsync", lambda handle: order.append("fsync"))
    target = tmp_path / "a.txt"

    def move(source: Path, to: Path) -> None:
        order.append("move")
        os.replace(source, to)  # noqa: PTH105 - the very call under test

    with atomic.replacing(target, replace=move) as out:
        out.write(b"x")
    assert order[:3] == ["fsync", "move", "fsync"]

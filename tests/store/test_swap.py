"""One set of files for another: whatever stops it, the old set or the new one is there in the end."""

from __future__ import annotations

import errno
import json
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from stdesk.errors import Exit, UserError
from stdesk.store import swap

NAMES = ("library.db", "library.key", "files", "reports/2026.json")
OLD = {"library.db": "cũ", "library.db-wal": "nhật ký cũ", "files/ab/1": "tệp cũ", "reports/2026.json": "cũ"}
NEW = {"library.db": "mới", "library.key": "khóa", "files/cd/2": "tệp mới", "reports/2026.json": "mới"}
CALLS = ("rename", "replace", "fsync", "mkdir", "unlink", "open", "rmdir")


class Killed(BaseException):
    """The program is no longer there."""


def fill(top: Path, content: dict[str, str]) -> None:
    for name, text in content.items():
        (top / name).parent.mkdir(parents=True, exist_ok=True)
        (top / name).write_text(text, encoding="utf-8")


def held(top: Path) -> dict[str, str]:
    found = {
        path.relative_to(top).as_posix(): path.read_text(encoding="utf-8")
        for path in top.rglob("*")
        if path.is_file()
    }
    return {name: text for name, text in found.items() if not name.startswith(("kept/", "swap"))}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "Kho số 1"
    fill(made, OLD)
    fill(swap.prepare(made), NEW)
    return made


@contextmanager
def failing(at: int, make: Callable[[], BaseException], lasting: bool) -> Iterator[list[str]]:
    """The ``at``-th call that changes the disk fails, or it and every later one."""
    done: list[str] = []

    def watched(name: str, call: Callable[..., Any]) -> Callable[..., Any]:
        def made(*args: Any, **more: Any) -> Any:
            done.append(name)
            if len(done) == at or (lasting and len(done) > at):
                raise make()
            if name != "fsync":  # thousands of them: what they bring only a power cut shows
                return call(*args, **more)
            return None

        return made

    with pytest.MonkeyPatch.context() as patch:
        for name in CALLS:
            patch.setattr(os, name, watched(name, getattr(os, name)))
        yield done


def test_the_new_set_is_in_place_and_the_old_one_kept(folder: Path) -> None:
    kept = swap.commit(folder, NAMES, "20260304-restore")

    assert held(folder) == NEW
    assert held(kept) == OLD
    assert kept == folder / "kept" / "20260304-restore"
    assert not swap.pending(folder)
    assert sorted(path.name for path in folder.iterdir()) == [
        "files",
        "kept",
        "library.db",
        "library.key",
        "reports",
    ]
    assert not swap.finish(folder)


def test_a_name_without_a_new_file_is_taken_away(folder: Path) -> None:
    (folder / "swap" / "library.key").unlink()
    (folder / "library.key").write_text("khóa cũ", encoding="utf-8")
    kept = swap.commit(folder, NAMES, "unlock")
    assert not (folder / "library.key").exists()
    assert (kept / "library.key").read_text(encoding="utf-8") == "khóa cũ"


def test_nothing_kept_is_ever_written_over(folder: Path) -> None:
    first = swap.commit(folder, NAMES, "restore")
    fill(swap.prepare(folder), OLD | {"library.db": "lần ba"})
    second = swap.commit(folder, NAMES, "restore")
    assert (first.name, second.name) == ("restore", "restore-2")
    assert (held(first), held(second)) == (OLD, NEW)


def _stop(make: Callable[[], BaseException], lasting: bool, tmp_path: Path, step: int = 1) -> set[str]:
    """Stop at every call there is, in the swap and again while it is finished; what the states were."""
    seen: set[str] = set()
    for at in range(1, 200, step):
        folder = tmp_path / f"{at}" / "Kho"
        fill(folder, OLD)
        fill(swap.prepare(folder), NEW)
        with failing(at, make, lasting) as calls, pytest.raises((Killed, UserError)) as stopped:
            swap.commit(folder, NAMES, "restore")
            raise Killed
        if isinstance(stopped.value, UserError):
            assert stopped.value.exit_code == Exit.ENVIRONMENT
            assert stopped.value.code in ("disk_full", "device_failed")
        for again in range(1, 200, step):  # the finishing is stopped too, ever later, and at last is not
            with failing(again, make, lasting) as more:
                try:
                    swap.finish(folder)
                except (Killed, UserError):
                    continue
            if len(more) < again:
                break
        assert not swap.finish(folder)
        now, kept = held(folder), folder / "kept" / "restore"
        if now == NEW:
            seen.add("new")
            assert held(kept) == OLD
        else:
            seen.add("old")
            assert now == OLD
            assert not kept.exists() or not held(kept)
        assert not (folder / "swap").exists()
        if len(calls) < at:
            return seen
    raise AssertionError("never ran to its end")


def test_killed_after_any_step(tmp_path: Path) -> None:
    assert _stop(Killed, True, tmp_path) == {"old", "new"}


@pytest.mark.parametrize("lasting", [False, True])
def test_refused_by_the_disk_at_any_step(tmp_path: Path, lasting: bool) -> None:
    full = lambda: OSError(errno.ENOSPC, "No space left on device")  # noqa: E731
    assert _stop(full, lasting, tmp_path, 3) == {"old", "new"}


def test_a_swap_nobody_decided_is_swept(folder: Path) -> None:
    assert not swap.finish(folder)
    assert not (folder / "swap").exists()
    fill(swap.prepare(folder), NEW)
    (folder / "swap.json").write_bytes(b"")  # a power cut on a stick, before it was forced there
    assert not swap.finish(folder)
    assert held(folder) == OLD
    assert not (folder / "swap").exists() and not (folder / "swap.json").exists()


def test_a_file_left_under_both_names_by_a_stick_is_not_lost(folder: Path) -> None:
    plan = {"names": ["library.db"], "gone": [], "before": ["library.db"], "kept": "restore"}
    (folder / "swap.json").write_text(json.dumps(plan), encoding="utf-8")
    fill(folder / "kept" / "restore", {"library.db": "cũ"})
    (folder / "library.db").write_text("mới", encoding="utf-8")
    assert swap.finish(folder)
    assert (folder / "library.db").read_text(encoding="utf-8") == "mới"
    assert (folder / "kept" / "restore" / "library.db").read_text(encoding="utf-8") == "cũ"


@pytest.mark.parametrize(
    "note",
    [
        "{", "[]", '"x"', "{}", "[" * 100_000,
        '{"names": ["../library.db"], "gone": [], "before": [], "kept": "k"}',
        '{"names": ["/etc/passwd"], "gone": [], "before": [], "kept": "k"}',
        '{"names": ["C:\\\\Windows"], "gone": [], "before": [], "kept": "k"}',
        '{"names": ["kept/x"], "gone": [], "before": [], "kept": "k"}',
        '{"names": ["library.lock"], "gone": [], "before": [], "kept": "k"}',
        '{"names": ["library.db"], "gone": [], "before": [], "kept": "../k"}',
        '{"names": [1], "gone": [], "before": [], "kept": "k"}',
        '{"names": ["not there"], "gone": [], "before": [], "kept": "k"}',
    ],
)  # fmt: skip
def test_a_note_from_elsewhere_is_not_followed(folder: Path, note: str) -> None:
    (folder / "swap.json").write_text(note, encoding="utf-8")
    for call in (swap.finish, swap.prepare):
        with pytest.raises(UserError) as refused:
            call(folder)
        assert refused.value.code in ("swap_damaged", "swap_pending")
    assert held(folder) == OLD
    assert held(folder / "swap") == NEW


def test_a_link_in_the_way_is_not_followed(folder: Path, tmp_path: Path) -> None:
    fill(tmp_path / "elsewhere", {"thesis.docx": "x"})
    swap.discard(folder)
    (folder / "swap").symlink_to(tmp_path / "elsewhere")
    assert not swap.finish(folder)
    assert held(tmp_path / "elsewhere") == {"thesis.docx": "x"}
    assert not os.path.lexists(folder / "swap")

"""Two programs on one library: one writes, the other looks and knows who; a lock left behind is taken over."""

from __future__ import annotations

import ctypes
import os
import signal
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from stdesk import cli, processes
from stdesk.errors import UserError
from stdesk.services.desk import Desk
from stdesk.services.holders import holder_of
from stdesk.store.lock import Lock
from tests.helpers.racing import races

_HOLD = """
import sys, time
from pathlib import Path
from stdesk.services.desk import Desk
desk = Desk.open(Path(sys.argv[1]), user="Đồng chí Hà")
desk.catalogue.save("publication", {"title": "Do người kia ghi"})
print("open", flush=True)
sys.stdin.readline()
desk.catalogue.save("publication", {"title": "Ghi sau"})
print("saved", flush=True)
sys.stdin.readline()
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A library nobody has open."""
    Desk.create(tmp_path / "kho", unit_code="C", unit_name="N").close()
    return tmp_path / "kho"


def _held(folder: Path) -> subprocess.Popen[str]:
    child = subprocess.Popen(
        [sys.executable, "-c", _HOLD, str(folder)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert child.stdout is not None and child.stdout.readline() == "open\n"
    return child


def test_of_twenty_races_each_has_one_writer_at_most(folder: Path, tmp_path: Path) -> None:
    met = races(folder, tmp_path / "mark", 20)
    assert all(sorted(one).count("writes") == 1 for one in met)
    assert {word for one in met for word in one} <= {"writes", "library_locked"}
    with Desk.open(folder) as desk:
        assert desk.catalogue.count("publication") == 20


def test_the_second_looks_knows_who_holds_it_and_sees_what_is_saved(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    child = _held(folder)
    try:
        with pytest.raises(UserError) as refused:
            Desk.open(folder)
        assert refused.value.code == "library_locked" and "Đồng chí Hà" in str(refused.value)
        holder = holder_of(folder)
        assert holder is not None and "Đồng chí Hà" in holder.who and not holder.elsewhere
        assert str(child.pid) in holder.who and holder.since.count("/") == 2
        with Desk.open(folder, read_only=True) as desk:
            assert desk.read_only and desk.catalogue.count("publication") == 1
            with pytest.raises(UserError, match="chỉ"):
                desk.catalogue.save("publication", {"title": "Không được"})
            assert child.stdin is not None and child.stdout is not None
            child.stdin.write("\n")
            child.stdin.flush()
            assert child.stdout.readline() == "saved\n"
            assert desk.catalogue.count("publication") == 2
            out = ["-o", str(folder.parent / "x.csv")]
            for words in (["find", "ghi"], ["history", "x"], ["export", "--kind", "publication", *out]):
                assert cli.run([words[0], str(folder), *words[1:]]) in (0, 1)
            assert "Đồng chí Hà" not in capsys.readouterr().err
    finally:
        child.communicate("\n")
    assert holder_of(folder) is None  # given back
    Desk.open(folder).close()


@pytest.mark.skipif(os.name == "nt", reason="kills with a signal that Windows does not have")
def test_a_lock_left_by_a_killed_program_is_taken_over(folder: Path) -> None:
    child = _held(folder)
    child.send_signal(signal.SIGKILL)
    child.communicate()
    assert (folder / "library.lock").stat().st_size > 0  # its note is still there
    assert holder_of(folder) is None
    with Desk.open(folder) as desk:
        assert desk.catalogue.count("publication") == 1  # what was acknowledged


def test_who_holds_it_is_asked_without_taking_it(folder: Path) -> None:
    with Desk.open(folder, user="An"):
        assert [holder_of(folder) is not None for _ in range(3)] == [True] * 3
    lock = Lock.take(folder / "library.lock", user="Bình", at="2026-11-20T03:00:00Z")
    holder = holder_of(folder)
    assert holder is not None and holder.who.startswith("Bình (") and holder.since.endswith("20/11/2026")
    lock.release()
    assert holder_of(folder) is None and holder_of(folder / "không có") is None


def test_a_note_of_another_computer_or_of_rubbish(folder: Path) -> None:
    note = folder / "library.lock"
    note.write_text('{"host": "may-khac", "pid": 1, "user": "Chi", "since": "hôm qua"}', encoding="utf-8")
    holder = holder_of(folder)
    assert (
        holder is not None
        and holder.elsewhere
        and holder.who == "Chi (may-khac, 1)"
        and holder.since == "hôm qua"
    )
    for rubbish in (b"", b"{", b"[]", b"\xff\x00", b"null"):
        note.write_bytes(rubbish)
        assert holder_of(folder) is None


def test_whether_a_process_runs_is_asked_of_windows_without_a_signal() -> None:
    """Process 7 runs, 8 has ended, 9 is another person's, 10 is not there."""
    said = [0]

    def opened(_access: int, _inherit: bool, pid: int) -> int:
        said[0] = {9: 5}.get(pid, 87)
        return pid if pid in (7, 8) else 0

    def exit_code(handle: ctypes.c_void_p, code: Any) -> int:
        code._obj.value = 259 if handle.value == 7 else 0
        return 1

    closed: list[int] = []
    kernel = SimpleNamespace(
        OpenProcess=opened,
        GetExitCodeProcess=exit_code,
        CloseHandle=lambda handle: closed.append(handle.value),
    )
    asked = [processes.runs_on_windows(pid, kernel, lambda: said[0]) for pid in (7, 8, 9, 10)]
    assert asked == [True, False, True, False] and closed == [7, 8]


def test_whether_a_process_runs() -> None:
    assert processes.runs(os.getpid()) and not processes.runs(0) and not processes.runs(-1)
    child = subprocess.Popen([sys.executable, "-c", ""])
    child.wait()
    assert not processes.runs(child.pid)

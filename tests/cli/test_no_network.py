"""No socket that could leave this computer is opened in a day with the program, traced by the system."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.helpers import file_types

_ROOT = Path(__file__).resolve().parents[2]
_FAMILY = re.compile(r"\bsocket\((\w+)|\bconnect\(\d+, \{sa_family=(\w+)")
_OUTWARD = {"AF_INET", "AF_INET6", "AF_NETLINK", "AF_PACKET", "PF_INET", "PF_INET6"}


def families(trace: str) -> set[str]:
    """Families of the sockets that a trace of ``socket`` and ``connect`` names."""
    return {one or other for one, other in _FAMILY.findall(trace)}


def without_network() -> list[str]:
    """The words that take the network from a program, when the system lets us."""
    for words in (["unshare", "-n"], ["unshare", "-rn"]):
        if shutil.which("unshare") and not subprocess.run([*words, "true"], capture_output=True).returncode:
            return words
    return []


def traced_session(folder: Path, *options: str) -> tuple[subprocess.CompletedProcess[str], set[str]]:
    """Run the scripted session without a network, every process of it traced; its end, and the families."""
    if shutil.which("strace") is None:
        pytest.skip("strace is missing")
    trace = folder / "trace"
    (folder / "tmp").mkdir()
    done = subprocess.run(
        [
            *without_network(), "strace", "-f", "-qq", "--seccomp-bpf", "-e", "trace=socket,connect", "-e",
            "signal=none", "-o", str(trace), sys.executable, "-m", "tests.helpers.scripted_session",
            str(folder / "s"), *options,
        ],
        cwd=_ROOT,
        capture_output=True,
        text=True,
        env={**os.environ, "QT_QPA_PLATFORM": "offscreen", "XDG_CONFIG_HOME": str(folder / "settings"),
             "TMPDIR": str(folder / "tmp")},
    )  # fmt: skip
    if "ptrace" in done.stderr and "not permitted" in done.stderr:
        pytest.skip("tracing is not allowed here")
    return done, families(trace.read_text(encoding="utf-8", errors="replace"))


@pytest.fixture(scope="module")
def day(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, subprocess.CompletedProcess[str], set[str]]:
    """A short day: its folder, how it ended, the families of sockets."""
    if sys.platform != "linux":
        pytest.skip("traced with strace")
    folder = tmp_path_factory.mktemp("ngày")
    return folder, *traced_session(folder, "--short")


def test_a_short_day_opens_no_socket_outwards(
    day: tuple[Path, subprocess.CompletedProcess[str], set[str]],
) -> None:
    _, done, found = day
    assert done.returncode == 0, done.stderr[-2000:]
    assert not found & _OUTWARD
    assert found <= {"AF_UNIX"}


def test_every_file_a_day_leaves_is_named_in_the_document(
    day: tuple[Path, subprocess.CompletedProcess[str], set[str]],
) -> None:
    folder = day[0]
    assert file_types.unnamed(folder / "s" / "kho", "In the library's folder") == []
    assert file_types.unnamed(folder / "settings" / "STDesk", "In the person's settings folder") == []
    for out in (folder / "s" / "ra", folder / "s" / "ra" / "usb", folder / "s" / "ra" / "bao-cao"):
        left = [one for one in file_types.unnamed(out, "Where the person says") if "/" not in one]
        assert left == []
    known = {
        path.relative_to(folder / "tmp").parts[0] for path in (folder / "tmp").rglob("*") if path.is_file()
    }
    assert known == set()  # nothing is left in the temporary folder
    log = (folder / "settings" / "STDesk" / "stdesk.log").read_text(encoding="utf-8")
    assert "opened folder=" in log and "Ghi trong cửa sổ" not in log and " ERROR " not in log


def test_the_document_tells_of_each_file_once_and_whether_it_is_sealed() -> None:
    told = file_types.rows()
    assert len(told) > 40 and all(holds.strip() and sealed.strip() for _, holds, sealed in told)
    for heading, names in file_types.parts().items():
        assert len(names) == len(set(names)), heading
    assert file_types.unnamed(_ROOT / "docs", "Where the person says")  # it does not simply name everything


@pytest.mark.skipif(sys.platform != "linux", reason="traced with strace")
def test_the_trace_would_show_one(tmp_path: Path) -> None:
    """The method itself: a socket opened beside the program's own belt is seen."""
    if shutil.which("strace") is None:
        pytest.skip("strace is missing")
    code = "import socket; socket.socket(socket.AF_INET6, socket.SOCK_DGRAM).close(); socket.socket().close()"
    trace = tmp_path / "trace"
    words = [
        "strace",
        "-f",
        "-qq",
        "-e",
        "trace=socket,connect",
        "-o",
        str(trace),
        sys.executable,
        "-c",
        code,
    ]
    done = subprocess.run(words, capture_output=True, text=True)
    if done.returncode:
        pytest.skip("tracing is not allowed here")
    assert families(trace.read_text()) == {"AF_INET", "AF_INET6"}

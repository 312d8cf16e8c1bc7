"""The power goes at an exact moment, in QEMU: what was acknowledged is on the disk, and nothing is half there.

The guest works in a library on its own disk (Debian's kernel, ext4 or vfat, nothing written back by itself); at
a chosen moment the machine stands still and its disk is copied: that is what a power cut leaves. ``STDESK_CUTS``
(1,000) is shared among the file systems.
"""

from __future__ import annotations

import contextlib
import os
import queue
import random
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from stdesk.services.desk import Desk
from tests.helpers import handing
from tests.torture.faults.acts import CLOCK, state
from tests.torture.vm import kernel
from tests.torture.vm.machine import ROOT, Machine

pytestmark = [
    pytest.mark.torture,
    pytest.mark.skipif(bool(kernel.missing()), reason=kernel.missing()),
    pytest.mark.skipif(
        os.name == "nt" or not hasattr(os, "geteuid") or os.geteuid() != 0, reason="mounts images: needs root"
    ),
]

CUTS = int(os.environ.get("STDESK_CUTS", "1000"))
MB = 1 << 20
RUN = 60  # cuts of one machine: its library stays small


def make_disk(path: Path, folder: Path) -> Path:
    """A disk with a small library."""
    with path.open("wb") as image:
        image.truncate(96 * MB)
    _run("/usr/sbin/mkfs.ext4", "-q", "-F", str(path))
    with mounted(path, folder):
        handing.unit(folder / "kho", CLOCK, records=0).close()
        (folder / "ban-scan.pdf").write_bytes(b"%PDF-1.4\n" + bytes(range(256)) * 400)
    return path


@contextlib.contextmanager
def mounted(image: Path, folder: Path) -> Iterator[None]:
    """The disk as it starts again: its own journal is played back first."""
    folder.mkdir(exist_ok=True)
    _run("mount", "-o", "loop", str(image), str(folder))
    try:
        yield
    finally:
        _run("umount", str(folder))


def _run(*words: str) -> None:
    subprocess.run(words, check=True, capture_output=True)


def test_what_was_acknowledged_survives_a_power_cut(tmp_path: Path) -> None:
    first = kernel.prepare(ROOT / "out" / "torture" / "kernel")
    chance = random.Random(os.environ.get("STDESK_SEED", "6"))
    cuts, slowest = 0, 0.0
    while cuts < CUTS:
        disk = make_disk(tmp_path / "disk.img", tmp_path / "disk")
        with Machine(first, tmp_path, disk).start("keep", "25", mount="ext4") as machine:
            if not _is_open(machine):
                continue  # an emulated machine that does not start says nothing about ours
            told = {"saved": 0, "attached": 0, "undone": 0, "backed up": 0}
            for _ in range(min(RUN, CUTS - cuts)):
                _listen(machine, told, chance.uniform(0.02, 1.0))
                image = machine.copy_of_stick(tmp_path / "cut.img")
                with mounted(image, tmp_path / "look"):
                    slowest = max(slowest, _judge(tmp_path / "look", told))
                cuts += 1
        print(f"{cuts} cuts, the last with {told}, slowest opening {slowest:.2f} s", flush=True)
    assert cuts == CUTS
    assert slowest <= 5  # this machine emulates another one at the same time


def _is_open(machine: Machine) -> bool:
    try:
        machine.mark("open", within=150)
    except AssertionError as silent:
        print(str(silent)[-300:], flush=True)
        return False
    return True


def _listen(machine: Machine, told: dict[str, int], seconds: float) -> None:
    """Count what the guest says for ``seconds``; what it said before the cut is what counts."""
    deadline = time.monotonic() + seconds
    while (left := deadline - time.monotonic()) > 0:
        with contextlib.suppress(queue.Empty):
            said = machine._marks.get(timeout=left)
            assert said["what"] in told, said
            told[said["what"]] = said["number"]


def _judge(folder: Path, told: dict[str, int]) -> float:
    """Open the library as after the cut; how long the opening took, in seconds."""
    began = time.monotonic()
    Desk.open(folder / "kho", user="Lan", clock=CLOCK).close()
    took = time.monotonic() - began
    found = state(folder)
    saved = len(found["titles"])
    assert told["saved"] <= saved, (told, saved)
    numbers = sorted(int(title.split("số ")[1].split()[0]) for title in found["titles"])
    assert numbers == list(range(1, saved + 1))
    assert len(found["files"]) >= told["attached"] // 6
    assert len(found["found"]) == saved - found["trashed"]
    assert found["trashed"] <= 1
    return took

"""Real vfat and exFAT on an emulated USB stick: "done" means it is there, and a bad stick is found out.

Needs QEMU and a few of Debian's packages; nothing runs as the host's own kernel has neither file system.
"""

from __future__ import annotations

import contextlib
import os
import random
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from stdesk.package.verifier import verify_package
from tests.torture.vm import kernel
from tests.torture.vm.machine import ROOT, Machine, make_stick

pytestmark = [
    pytest.mark.torture,
    pytest.mark.skipif(bool(kernel.missing()), reason=kernel.missing()),
    pytest.mark.skipif(
        os.name == "nt" or not hasattr(os, "geteuid") or os.geteuid() != 0, reason="mounts images: needs root"
    ),
]

MB = 1 << 20
IMAGES = 100  # of each file system
PULLS = 50  # of each
LIES = 24  # of each
SYSTEMS = ("vfat", "exfat")


@pytest.fixture(scope="module")
def first() -> kernel.Kernel:
    """The kernel all machines of this module start with."""
    return kernel.prepare(ROOT / "out" / "torture" / "kernel")


@contextlib.contextmanager
def looked_at(image: Path, system: str, folder: Path, *names: str) -> Iterator[Path]:
    """The files on the stick as an image shows them, in a folder; of vfat only ``names`` when there are any."""
    folder.mkdir(exist_ok=True)
    if system == "vfat":
        wanted = [f"::{name}" for name in names] or ["::"]
        told = subprocess.run(
            ["mcopy", "-n", "-s", "-i", str(image), *wanted, str(folder)],
            env={**os.environ, "MTOOLS_SKIP_CHECK": "1"}, capture_output=True, check=False,
        )  # fmt: skip
        assert told.returncode == 0, told.stderr
        yield folder
        return
    loop = subprocess.run(
        ["losetup", "-r", "-f", "--show", str(image)], capture_output=True, text=True, check=True
    ).stdout.strip()
    try:
        subprocess.run(["mount.exfat-fuse", "-o", "ro", loop, str(folder)], check=True, capture_output=True)
        try:
            yield folder
        finally:
            subprocess.run(["umount", str(folder)], check=True)
    finally:
        subprocess.run(["losetup", "-d", loop], check=True)


def whole(folder: Path, *names: str) -> set[str]:
    """The packages in ``folder`` that verify, all or ``names``; whatever is called a package must."""
    found = set()
    for path in [folder / name for name in names] or folder.glob("*.zip"):
        verified = verify_package(path)
        assert verified.ok, (
            path.name,
            path.stat().st_size,
            [str(one.message) for one in verified.defects[:3]],
        )
        found.add(path.name)
    return found


@pytest.mark.parametrize("system", SYSTEMS)
def test_done_means_it_is_on_the_stick(system: str, first: kernel.Kernel, tmp_path: Path) -> None:
    stick = make_stick(tmp_path / "stick.img", system, 256 * MB)
    done: list[str] = []
    with Machine(first, tmp_path, stick).start("write", str(IMAGES), "200000", mount=system) as machine:
        for number in range(1, IMAGES + 1):
            said = machine.mark("written")
            assert said["came"] == "done", said
            done.append(said["name"])
            image = machine.copy_of_stick(tmp_path / "now.img")
            machine.tell(f"go{number}")
            with looked_at(image, system, tmp_path / f"look{number}", *done[-2:]) as folder:
                assert whole(folder, *done[-2:]) == set(done[-2:])
    with looked_at(image, system, tmp_path / "all") as folder:
        assert whole(folder) == set(done)
    assert len(done) == IMAGES


@pytest.mark.parametrize("system", SYSTEMS)
def test_a_stick_that_forgets_is_found_out_each_time(
    system: str, first: kernel.Kernel, tmp_path: Path
) -> None:
    stick = make_stick(tmp_path / "stick.img", system, 128 * MB)
    came = []
    with Machine(first, tmp_path, stick).start("drop", str(LIES), "2000000", system) as machine:
        while (said := machine.mark("dropped", "end", "trouble"))["what"] != "end":
            assert said["what"] == "dropped", said
            came.append((said["came"], said["late"], said["kept"]))
    assert len(came) == LIES
    assert {one for one, late, _ in came if not late} == {"refused"}
    assert not [one for one in came if one[0] != "refused" and not (one[0] == "done" and one[2])], came


@pytest.mark.parametrize("system", SYSTEMS)
def test_a_stick_pulled_out_is_told_at_once_and_never_done(
    system: str, first: kernel.Kernel, tmp_path: Path
) -> None:
    stick = make_stick(tmp_path / "stick.img", system, 512 * MB)
    chance = random.Random(7)
    told = []
    with Machine(first, tmp_path, stick, bytes_a_second=4 * MB).start(
        "pull", str(PULLS), "12000000", system
    ) as machine:
        for number in range(1, PULLS + 1):
            machine.mark("begins")
            wait = time.monotonic() + chance.uniform(0, 3)
            while time.monotonic() < wait:
                time.sleep(0.01)
            pulled = machine.pull_out()
            said = machine.mark("ended")
            told.append(time.monotonic() - pulled)
            assert said["came"] == "refused", said
            assert said["text"].strip()
            machine.put_in()
            machine.tell(f"go{number}")
        machine.mark("end")
    assert max(told) <= 5, told
    # Windows offers to check a stick that was pulled; what is there afterwards must not be half a package.
    subprocess.run([f"/usr/sbin/fsck.{system}", "-y", str(stick)], capture_output=True, check=False)
    with looked_at(stick, system, tmp_path / "look") as folder:
        whole(folder)


@pytest.mark.parametrize("system", SYSTEMS)
def test_a_stick_that_somebody_fills_in_the_middle(system: str, first: kernel.Kernel, tmp_path: Path) -> None:
    stick = make_stick(tmp_path / "stick.img", system, 72 * MB)
    with Machine(first, tmp_path, stick, bytes_a_second=8 * MB).start(
        "fill", "20000000", mount=system
    ) as machine:
        said = machine.mark("filled")
        assert said["came"] == "refused", said
        assert "package_no_room" in said["code"] or "full" in said["code"] or "disk" in said["code"], said
        assert machine.mark("left")["names"] == ["phim.mp4"]


@pytest.mark.parametrize("system", SYSTEMS)
def test_a_stick_that_is_too_small_is_told_before(system: str, first: kernel.Kernel, tmp_path: Path) -> None:
    stick = make_stick(tmp_path / "stick.img", system, 72 * MB)
    with Machine(first, tmp_path, stick).start("once", "90000000", mount=system) as machine:
        said = machine.mark("written")
        assert said["came"] == "refused", said
        assert machine.mark("left")["names"] == []


@pytest.mark.parametrize("system", SYSTEMS)
def test_a_stick_that_can_only_be_read(system: str, first: kernel.Kernel, tmp_path: Path) -> None:
    stick = make_stick(tmp_path / "stick.img", system, 72 * MB)
    with Machine(first, tmp_path, stick, read_only=True).start(
        "once", "200000", mount=f"{system} -r"
    ) as machine:
        said = machine.mark("written")
        assert said["came"] == "refused", said
        assert machine.mark("left")["names"] == []


def test_a_slow_stick_is_stopped_when_the_officer_says_so(first: kernel.Kernel, tmp_path: Path) -> None:
    stick = make_stick(tmp_path / "stick.img", "vfat", 128 * MB)
    with Machine(first, tmp_path, stick, bytes_a_second=1 * MB).start(
        "stop", "40000000", mount="vfat"
    ) as machine:
        said = machine.mark("stopped")
        assert said["came"] == "stopped", said
        assert said["after"] <= 2, said
        assert machine.mark("left")["names"] == []


@pytest.mark.parametrize(("system", "largest"), [("vfat", (4 << 30) - 1), ("exfat", None)])
def test_the_limit_of_a_file_is_known(
    system: str, largest: int | None, first: kernel.Kernel, tmp_path: Path
) -> None:
    stick = make_stick(tmp_path / "stick.img", system, 128 * MB)
    with Machine(first, tmp_path, stick).start("limits", mount=system) as machine:
        said = machine.mark("limits")
    assert said["largest"] == largest
    assert not said["read_only"]

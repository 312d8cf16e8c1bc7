"""What runs inside the machine: packages written to the stick at /mnt, each outcome marked on the serial line."""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

from stdesk.errors import UserError
from stdesk.package.content import PackageContent
from stdesk.package.verifier import verify_package
from stdesk.package.writer import write_package
from stdesk.progress import Cancelled, Progress
from tests.helpers import packages

STICK = Path("/mnt")
SHARE = Path("/media")
FILES = Path("/run/files")
DEVICE = "/dev/dm-0"  # no udev here that would make /dev/mapper/stick


def mark(what: str, **more: Any) -> None:
    """Tell the host."""
    sys.stdout.write(f"MARK {json.dumps({'what': what, **more})}\n")
    sys.stdout.flush()


def content(number: int, size: int) -> PackageContent:
    """A package of about ``size`` bytes, another one for each number."""
    FILES.mkdir(exist_ok=True)
    made = packages.content(FILES, submission=number)
    extra = packages.attachment(FILES, f"ban scan {number}.pdf", b"%PDF-1.4\n" + os.urandom(size), "019b-1")
    return replace(made, files=[*made.files, extra])


def attempt(one: PackageContent, progress: Progress | None = None) -> dict[str, Any]:
    """Write a package; what came of it."""
    began = time.monotonic()
    try:
        made = write_package(one, STICK, progress)
    except UserError as error:
        return {"came": "refused", "code": error.code, "text": str(error), "took": time.monotonic() - began}
    except Cancelled:
        return {"came": "stopped", "took": time.monotonic() - began}
    except BaseException as error:  # noqa: BLE001 - whatever else comes is what the test wants to see
        return {"came": "fault", "code": type(error).__name__, "text": str(error)[:200]}
    return {"came": "done", "name": made.path.name, "sha512": made.sha512, "took": time.monotonic() - began}


def write(count: int, size: int) -> None:
    """Packages one after the other; the host looks at the stick the moment each is done."""
    for number in range(1, count + 1):
        found = attempt(content(number, size))
        mark("written", **found)
        _spin(SHARE / f"go{number}")


def _spin(file: Path) -> None:
    """Wait without touching the stick."""
    deadline = time.monotonic() + 60
    while not file.exists() and time.monotonic() < deadline:
        time.sleep(0.05)


def drop(count: int, size: int, system: str) -> None:
    """Packages onto a device that takes writes and forgets them, from the first or from some moment on."""
    sectors = int(Path("/sys/block/sda/size").read_text())
    plain, losing = f"0 {sectors} linear /dev/sda 0", f"0 {sectors} flakey /dev/sda 0 0 60 1 drop_writes"
    _dm("create", "stick", "--table", plain)
    for number in range(1, count + 1):
        _run("mount", "-t", system, DEVICE, str(STICK))
        wait = 0.0 if number % 2 else 0.05 * (number % 8)
        timer = threading.Timer(wait, _turn, (losing,))
        one = content(number, size)
        if wait:
            timer.start()
        else:
            _turn(losing)
        found = attempt(one)
        timer.cancel()
        timer.join() if wait else None
        _turn(plain)
        mark("dropped", late=wait, kept=_kept(found, system), **found)
        _run("umount", "-l", str(STICK))
        _run(f"mkfs.{system}", DEVICE)


def _kept(found: dict[str, Any], system: str) -> bool | None:
    """Whether a package that was called done is there when the stick is put in again."""
    if found["came"] != "done":
        return None
    _run("umount", str(STICK))
    _run("mount", "-t", system, DEVICE, str(STICK))
    path = STICK / found["name"]
    return path.exists() and verify_package(path).ok


def _turn(table: str) -> None:
    for words in (
        ("suspend", "--nolockfs", "stick"),
        ("reload", "stick", "--table", table),
        ("resume", "stick"),
    ):
        _dm(*words)


def _dm(*words: str) -> None:
    _run("dmsetup", "--noudevsync", "--noudevrules", *words)


def _run(*words: str) -> None:
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    if done.returncode:
        mark("trouble", words=list(words), text=(done.stderr or done.stdout)[:300])


def pull(count: int, size: int, system: str) -> None:
    """Packages onto a stick that is pulled out somewhere in the middle."""
    for number in range(1, count + 1):
        _mount_any(system)
        one = content(number, size)
        mark("begins")
        found = attempt(one)
        mark("ended", **found)
        _run("umount", "-l", str(STICK))
        _spin(SHARE / f"go{number}")


def _mount_any(system: str) -> None:
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        for device in sorted(Path("/dev").glob("sd?")):
            told = subprocess.run(
                ["mount", "-t", system, str(device), str(STICK)], capture_output=True, check=False
            )
            if told.returncode == 0:
                return
        time.sleep(0.2)
    mark("trouble", text="the stick does not come back")


class _Filled(Progress):
    """Somebody else fills the stick the moment an eighth of the package is written."""

    full_from = 0

    def step(self, count: int = 1) -> None:
        super().step(count)
        if self.full_from and self.done >= self.full_from:
            self.full_from = 0
            with contextlib.suppress(OSError), (STICK / "phim.mp4").open("wb", buffering=0) as film:
                while True:
                    film.write(b"\0" * (1 << 20))


def fill(size: int) -> None:
    """Somebody else fills the stick while a package is being written."""
    one = content(1, size)
    progress = _Filled()
    progress.full_from = size // 8
    mark("filled", **attempt(one, progress))
    mark("left", names=sorted(one.name for one in STICK.iterdir()))


def once(size: int) -> None:
    """One package, and what lies on the stick afterwards."""
    mark("written", **attempt(content(1, size)))
    mark("left", names=sorted(one.name for one in STICK.iterdir()))


def stop(size: int) -> None:
    """The officer stops a package that is being written slowly."""
    progress = Progress()
    asked = []

    def ask() -> None:
        while not progress.done:
            time.sleep(0.05)
        time.sleep(1)
        asked.append(time.monotonic())
        progress.cancel()

    threading.Thread(target=ask, daemon=True).start()
    found = attempt(content(1, size), progress)
    mark("stopped", after=time.monotonic() - asked[0] if asked else None, **found)
    mark("left", names=sorted(one.name for one in STICK.iterdir()))


def limits() -> None:
    """What the program says of the stick."""
    from stdesk.package.medium import volume_of

    found = volume_of(STICK)
    mark(
        "limits", system=found.system, largest=found.largest_file, read_only=found.read_only, free=found.free
    )


def keep(every: int) -> None:
    """A person goes on working in the library on the disk; each act is told when it has returned.

    Args:
        every: so many saves from one backup to the next.
    """
    from stdesk.services.desk import Desk
    from tests.helpers import handing

    number = 0
    with Desk.open(STICK / "kho", user="Lan") as desk:
        mark("open")
        while True:
            number += 1
            record = handing.save(desk, number)
            mark("saved", number=number)
            if number % 6 == 0:
                item = desk.catalogue.attach(STICK / "ban-scan.pdf")
                desk.catalogue.save("publication", {"attachments": (item,)}, record_id=record)
                mark("attached", number=number)
            if number % 9 == 0:
                desk.catalogue.trash([record])
                desk.catalogue.undo()
                mark("undone", number=number)
            if number % every == 0:
                desk.backup()
                mark("backed up", number=number)


_MODES: dict[str, Callable[..., None]] = {
    "write": write, "drop": drop, "pull": pull, "fill": fill, "once": once, "stop": stop, "limits": limits,
    "keep": keep,
}  # fmt: skip


def main() -> None:
    """``guest.py MODE arguments``: numbers are numbers."""
    mode, *words = sys.argv[1:]
    _MODES[mode](*(int(word) if word.isdigit() else word for word in words))


if __name__ == "__main__":
    main()

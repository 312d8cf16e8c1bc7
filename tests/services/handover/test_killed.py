"""The program killed while it makes a package: the next call makes the very same one, and nothing is counted twice."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from stdesk.clock import Clock
from stdesk.errors import UserError
from stdesk.package.reader import open_package
from stdesk.services.desk import Desk
from stdesk.store.library import PackageRow
from tests.helpers import handing
from tests.helpers.handing import HALF, YEAR, freeze

pytestmark = pytest.mark.skipif(os.name == "nt", reason="kills with a signal that Windows does not have")

PACK = """
import os, signal, sys
from pathlib import Path
from stdesk.package import medium
from stdesk.services import placing
from stdesk.services.desk import Desk
from stdesk.services.reporting import Reporting
from stdesk.domain.periods import parse_period
from stdesk.store.packages import Packages
from stdesk.store.library import PackageRow
from tests.helpers import handing

def die(*_, **__):
    os.kill(os.getpid(), signal.SIGKILL)

Reporting.documents = lambda *_, **__: {"bao-cao.pdf": handing.DOCUMENT}
where = sys.argv[3]
if where == "before the file":
    placing.write_package = die
if where == "in the file":
    os.replace = die
    Path.rename = die
    medium.Placing._finish = die
if where == "between file and log":
    Packages.settle = die
with handing.with_keys(Desk.open(Path(sys.argv[1]), user="Lan")) as desk:
    handed = desk.handover.pack(parse_period("2026"), Path(sys.argv[2]))
    print(handed.fingerprint)
"""
PLACES = ("before the file", "in the file", "between file and log")


def killed(library: Path, usb: Path, where: str) -> None:
    """Pack in another program, which is killed ``where``."""
    done = subprocess.run(
        [sys.executable, "-c", PACK, str(library), str(usb), where],
        cwd=Path(__file__).parents[2], capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == -signal.SIGKILL, done.stderr


@pytest.mark.parametrize("where", PLACES)
def test_the_next_call_makes_the_same_package(desk: Desk, tmp_path: Path, clock: Clock, where: str) -> None:
    usb = tmp_path / "usb"
    freeze(desk)
    half = freeze(desk, HALF)
    desk._library.keys.own() or desk.__dict__["keys"].own()
    desk.close()
    killed(desk.folder, usb, where)
    whole = [one for one in usb.glob("*.zip")] if usb.exists() else []
    assert bool(whole) == (where == "between file and log")
    with handing.with_keys(Desk.open(desk.folder, user="Lan", clock=clock)) as again:
        (row,) = again._library.packages.listed()
        assert (row.sequence, row.done, again.handover.sendings()) == (1, False, [])
        # Whether it is on the stick nobody knows: nothing may follow it before it is made again.
        with pytest.raises(UserError, match=row.name) as refusal:
            again.handover.pack_report(half, tmp_path / "khác")
        assert refusal.value.code == "package_unfinished"
        assert again.handover.preview_report(half).unfinished == row.name

        before = {one: one.read_bytes() for one in whole}
        handed = again.handover.pack(YEAR, usb)
        assert (handed.sequence, handed.name) == (1, row.name)
        assert all(one.read_bytes() == raw for one, raw in before.items())
        assert again.handover.verify(handed.path).ok
        assert not list(usb.glob("*.part"))
        assert [one.outcome for one in again.handover.sendings()] == ["done"]
        second = again.handover.pack_report(half, tmp_path / "khác")
        with open_package(second.path) as package:
            assert (package.info.sequence, package.info.previous) == (2, handed.fingerprint)


def test_one_that_cannot_be_finished_is_left_behind_in_its_row(desk: Desk, tmp_path: Path) -> None:
    report, half = freeze(desk), freeze(desk, HALF)
    packages = desk._library.packages
    packages.add(PackageRow(report.sha512, "2026", 1, False, "KHCN-X-2026-L01", "", packages.line(), 1, ""))
    desk.handover.begin_again()
    assert desk.handover.pack_report(half, tmp_path / "usb").sequence == 1
    assert len(packages.lines()) == 2

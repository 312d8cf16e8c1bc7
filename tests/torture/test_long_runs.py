"""The long fault runs of ``make torture``; ``make test`` has a short slice of each."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from stdesk.errors import UserError
from stdesk.exchange.readers import read_workbook
from stdesk.package.verifier import verify_package
from stdesk.services.desk import Desk
from stdesk.services.sample import open_sample, sample_workbook
from tests.helpers import packages

pytestmark = pytest.mark.torture

KILLS = 100
PACKAGES = 2_000
WORKBOOKS = 1_500

_IMPORT_FOR_EVER = """
import sys
from pathlib import Path
from stdesk.services.desk import Desk
with Desk.open(Path(sys.argv[1])) as desk:
    plan = desk.intake.preview(Path(sys.argv[2]))
    print("ready", flush=True)
    while True:
        desk.intake.take(plan)
        desk.catalogue.undo()
        print("whole", flush=True)
"""


@pytest.mark.skipif(os.name == "nt", reason="kills with a signal that Windows does not have")
def test_imports_killed_at_any_moment_are_whole_or_not_there(tmp_path: Path) -> None:
    library = tmp_path / "kho"
    open_sample(library).close()
    chance = random.Random(11)
    rows = 171  # of the sample's 173, two are doubles
    for _ in range(KILLS):
        child = subprocess.Popen(
            [sys.executable, "-c", _IMPORT_FOR_EVER, str(library), str(sample_workbook())],
            stdout=subprocess.PIPE,
        )
        assert child.stdout is not None
        child.stdout.readline()
        with pytest.raises(subprocess.TimeoutExpired):
            child.wait(timeout=chance.uniform(0, 0.4))
        child.send_signal(signal.SIGKILL)
        child.communicate()
        with Desk.open(library) as desk:
            count = sum(desk.catalogue.count(kind.name) for kind in desk.kinds)
            assert count in (0, rows)
            if count:
                desk.catalogue.undo()


def test_no_changed_package_is_accepted(tmp_path: Path) -> None:
    good = packages.write_small(tmp_path)
    raw = good.read_bytes()
    target = tmp_path / "x" / good.name
    target.parent.mkdir()
    chance = random.Random(12)
    for turn in range(PACKAGES):
        mutated = bytearray(raw)
        for _ in range(chance.choice((1, 1, 2, 16))):
            place = chance.randrange(len(mutated))
            match turn % 4:
                case 0:
                    mutated[place] ^= 1 << chance.randrange(8)
                case 1:
                    del mutated[place : place + chance.randint(1, 300)]
                case 2:
                    mutated[place:place] = chance.randbytes(chance.randint(1, 300))
                case _:
                    start = chance.randrange(len(mutated))
                    mutated[place:place] = mutated[start : start + 200]
        if mutated != raw:
            target.write_bytes(mutated)
            assert not verify_package(target).ok, turn
    assert [one.name for one in target.parent.iterdir()] == [target.name]


def test_no_changed_workbook_crashes_or_hangs(tmp_path: Path) -> None:
    chance = random.Random(13)
    with zipfile.ZipFile(sample_workbook()) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    names = [name for name in parts if name.endswith((".xml", ".rels"))]
    path = tmp_path / "a.xlsx"
    answers = 0
    for _ in range(WORKBOOKS):
        name = chance.choice(names)
        changed = bytearray(parts[name])
        for _ in range(chance.choice((1, 1, 4, 40))):
            changed[chance.randrange(len(changed))] = chance.randrange(256)
        with zipfile.ZipFile(path, "w") as archive:
            for part, data in parts.items():
                archive.writestr(part, bytes(changed) if part == name else data)
        try:
            read_workbook(path)
        except UserError as error:
            assert "{" not in str(error)
        answers += 1
    assert answers == WORKBOOKS

"""2,000 spoilt packages, and the same over real bags unzipped: none accepted, none fatal, nothing written."""

from __future__ import annotations

import random
import tracemalloc
from pathlib import Path

import pytest

from stdesk.package.keys import PublicKey
from stdesk.package.verifier import verify_bag, verify_package
from tests.helpers import mutations, packages
from tests.helpers.mutations import KEYS, verify_signed

pytestmark = pytest.mark.torture


@pytest.fixture(scope="module")
def signed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A signed package."""
    return mutations.write_signed(tmp_path_factory.mktemp("signed"))


@pytest.mark.parametrize("block", range(10))
def test_two_thousand_spoilt_packages_are_refused(signed: Path, tmp_path: Path, block: int) -> None:
    raw, target = signed.read_bytes(), tmp_path / signed.name
    same = 0
    for number in range(block * 200, block * 200 + 200):
        chance = random.Random(10_000 + number)
        way, spoilt = mutations.spoil(raw, chance)
        if chance.random() < 0.3:
            way, spoilt = mutations.spoil(spoilt, chance, whole=False)
        target.write_bytes(spoilt)
        same += spoilt == raw
        assert verify_signed(target).ok == (spoilt == raw), (way, number)
    assert list(tmp_path.iterdir()) == [target]
    assert same < 20


def test_every_byte_of_the_unzipped_package_counts(signed: Path, tmp_path: Path) -> None:
    folder = packages.unzip(signed, tmp_path)
    keys: dict[str, PublicKey] = dict(KEYS)
    assert verify_bag(folder, keys=keys, must=True).ok
    chance = random.Random(7)
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    for path in files:
        raw = path.read_bytes()
        for at in chance.sample(range(len(raw)), min(25, len(raw))):
            path.write_bytes(raw[:at] + bytes([raw[at] ^ 1 << chance.randrange(8)]) + raw[at + 1 :])
            assert not verify_bag(folder, keys=keys, must=True).ok, (path, at)
        path.write_bytes(raw)
    assert verify_bag(folder, keys=keys, must=True).ok


def test_as_many_entries_as_there_may_be_take_no_more_than_150_mb(tmp_path: Path) -> None:
    target = tmp_path / f"{packages.NAME}.zip"
    mutations.write_many(target, 60_000)
    tracemalloc.start()
    verification = verify_package(target)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert {one.code for one in verification.defects} == {"file_missing"}
    assert peak < 150 << 20

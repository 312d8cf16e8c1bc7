"""A signed package spoilt in hundreds of ways: none accepted, none fatal, nothing written anywhere."""

from __future__ import annotations

import random
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.helpers import mutations
from tests.helpers.mutations import verify_signed


def test_the_package_itself_is_good(signed: Path) -> None:
    assert verify_signed(signed).ok


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(seed=st.integers(0, 1 << 40), times=st.integers(1, 3))
def test_a_spoilt_package_is_never_accepted(signed: Path, target: Path, seed: int, times: int) -> None:
    chance = random.Random(seed)
    raw = signed.read_bytes()
    for turn in range(times):
        _, raw = mutations.spoil(raw, chance, whole=turn == 0)
    target.write_bytes(raw)
    assert verify_signed(target).ok == (raw == signed.read_bytes())
    assert list(target.parent.iterdir()) == [target]


def test_each_way_of_spoiling_is_refused(signed: Path, target: Path) -> None:
    raw = signed.read_bytes()
    for number in range(150):
        way, spoilt = mutations.spoil(raw, random.Random(number))
        target.write_bytes(spoilt)
        verification = verify_signed(target)
        assert verification.ok == (spoilt == raw), (way, number)
        for one in verification.defects:
            assert one.message
            assert one.advice
    assert list(target.parent.iterdir()) == [target]

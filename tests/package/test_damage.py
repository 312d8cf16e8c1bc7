"""Damage at random and made on purpose: no byte of a package is free, and no input is slow or fatal."""

from __future__ import annotations

import itertools
import random
import time
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from stdesk.package import strict
from stdesk.package.verifier import Verification, verify_bag, verify_package
from tests.helpers import packages

NAME = packages.NAME


def _codes(verification: Verification) -> dict[str, list[str]]:
    """Code -> files, of a package that must not be accepted."""
    assert not verification.ok
    found: dict[str, list[str]] = {}
    for one in verification.defects:
        found.setdefault(one.code, []).append(one.file)
    return found


def _decision(names: Any) -> str:
    return next(name for name in names if "quyet-dinh" in name)


def test_cut_anywhere_it_is_refused_and_to_be_copied_again(good: Path, target: Path) -> None:
    raw = good.read_bytes()
    places = sorted(
        {*random.Random(1).sample(range(1, len(raw)), 80), *range(len(raw) - 30, len(raw)), 1, 4, 29, 30}
    )
    for place in places:
        target.write_bytes(raw[:place])
        verification = verify_package(target)
        assert not verification.ok
        first = verification.defects[0]
        assert first.code == "zip_cut", (place, first)
        assert "Chép lại gói" in first.advice
    assert len(places) >= 100


def test_a_cut_package_says_which_files_are_gone(good: Path, target: Path) -> None:
    raw = good.read_bytes()
    at = raw.index(b"%PDF-1.4\nQuy") + 50
    target.write_bytes(raw[:at])
    found = _codes(verify_package(target))
    assert found["file_truncated"] == [_decision(packages.members(good)).partition("/")[2]]
    assert "data/snapshot.json" in found["file_missing"]
    assert "data/bao-cao.pdf" not in found["file_missing"]


def test_every_single_bit_counts(good: Path, target: Path) -> None:
    raw = good.read_bytes()
    chance = random.Random(2)
    headers = [*range(60), *range(len(raw) - 250, len(raw))]
    for place in [*headers, *chance.choices(range(len(raw)), k=240)]:
        mutated = bytearray(raw)
        mutated[place] ^= 1 << chance.randrange(8)
        target.write_bytes(mutated)
        assert not verify_package(target).ok, place


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    cut=st.tuples(st.floats(0, 1), st.integers(0, 400)),
    put=st.one_of(
        st.binary(max_size=60),
        st.sampled_from([b"PK\x05\x06", b"PK\x01\x02", b"PK\x03\x04", b"\n", b"\0" * 50]),
    ),
)
def test_bytes_taken_out_or_put_in_never_crash_it(
    good: Path, target: Path, cut: tuple[float, int], put: bytes
) -> None:
    raw = good.read_bytes()
    at = int(cut[0] * len(raw))
    mutated = raw[:at] + put + raw[at + cut[1] :]
    target.write_bytes(mutated)
    assert verify_package(target).ok == (mutated == raw)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.binary(max_size=400), st.sampled_from([b"", b"PK\x03\x04", b"PK\x05\x06"]))
def test_rubbish_never_crashes_it(target: Path, raw: bytes, start: bytes) -> None:
    target.write_bytes(start + raw)
    assert not verify_package(target).ok


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    tag=st.sampled_from(["bag-info.txt", "manifest-sha512.txt", "data/datapackage.json", "data/files.jsonl"]),
    at=st.floats(0, 1),
    put=st.binary(min_size=1, max_size=30),
)
def test_a_sealed_lie_never_crashes_it(good: Path, target: Path, tag: str, at: float, put: bytes) -> None:
    def apply(bag: dict[str, bytes]) -> None:
        place = int(at * len(bag[tag]))
        bag[tag] = bag[tag][:place] + put + bag[tag][place + len(put) :]

    verify_package(packages.resealed(good, target, apply)).to_json()


def test_the_answer_is_always_in_the_same_order(good: Path, tmp_path: Path) -> None:
    folder = packages.unzip(good, tmp_path)
    for path in itertools.islice(sorted((folder / "data").rglob("*.*")), 5):
        path.write_bytes(b"?")
    first = verify_bag(folder)
    assert all(verify_bag(folder).defects == first.defects for _ in range(5))


@pytest.mark.parametrize(
    "line",
    [
        b'"' + b'\\"' * 500_000,
        b"[" * 41 + b'"' + b'\\"' * 500_000,
        b'{"id": "' + b"x" * (strict.MOST_LINE + 1) + b'"}',
        b'{"a":{"id":"' * 300_000,
    ],
)
def test_lines_made_to_be_slow_are_refused_fast(good: Path, target: Path, line: bytes) -> None:
    def apply(bag: dict[str, bytes]) -> None:
        bag["data/records/publication.jsonl"] = line + b"\n"

    packages.resealed(good, target, apply)
    begin = time.perf_counter()
    assert {"json", "json_limit"} & set(_codes(verify_package(target)))
    assert time.perf_counter() - begin < 5

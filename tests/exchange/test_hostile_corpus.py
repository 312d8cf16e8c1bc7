"""Files built to take memory or time, and spoilt ones, through every reader: one sentence, or read within bounds."""

from __future__ import annotations

import os
import random
from pathlib import Path

import pytest

from stdesk.exchange.matching import best_assignment
from tests.helpers.bounded import MEGABYTES, SECONDS, _outcome, read_hostile, run
from tests.helpers.hostile_files import FILES
from tests.helpers.reading import READERS

posix = pytest.mark.skipif(os.name == "nt", reason="limits and clocks of POSIX")
_SLICE = 3  # spoilt files of each reader; thousands in tests/torture
_LATER = {("pdf", "forms in forms")}  # two seconds until its memory is used up
# Whatever else becomes of these, they must not be taken for a good file.
_REFUSED = {
    ("xlsx", name)
    for name in (
        "billion laughs",
        "one long entity, often",
        "outside entity",
        "outside DTD",
        "ratio",
        "quoted overlap",
        "zip64 lie",
    )
} | {
    ("picture", "60,000 points wide"),
    ("scan", "60,000 points wide"),
    ("envelope", "endless number"),
    ("envelope", "nested"),
    ("mapping", "nested"),
    ("mapping", "long number"),
    ("remarks", "nested"),
    ("snapshot", "nested"),
    ("code", "QR that unpacks"),
    ("xlsx", "one string everywhere"),
}


@posix
@pytest.mark.parametrize("apart", [False, True])
def test_hostile_files_are_refused_or_read_within_bounds(apart: bool, tmp_path: Path) -> None:
    names = [one for one in FILES if READERS[one[0]].apart == apart and one not in _LATER]
    found = read_hostile(names, 1, tmp_path)
    assert len(found) == len(names), (names[len(found) - 1], found[-1])
    for name, (outcome, seconds, megabytes) in zip(names, found, strict=True):
        assert outcome in ("read", "refused"), name
        assert outcome == "refused" or name not in _REFUSED, name
        assert seconds < SECONDS, name
        assert megabytes <= MEGABYTES, name


@pytest.mark.parametrize("reader", [name for name, one in READERS.items() if not one.apart])
def test_a_few_spoilt_files_of_every_reader(reader: str, tmp_path: Path) -> None:
    how = READERS[reader]
    good = how.seeds(tmp_path)
    assert [_outcome(how, raw, tmp_path) for raw in good] == ["read"] * len(good), "the good ones are good"
    for seed in range(_SLICE):
        chance = random.Random(f"{reader} {seed}")
        raw = how.spoil(chance.choice(good), chance, good)
        assert _outcome(how, raw, tmp_path) in ("read", "refused"), seed


@posix
def test_a_few_spoilt_pictures_in_a_process_of_their_own(tmp_path: Path) -> None:
    told = run("picture", range(40), tmp_path)
    assert told.failures == {}
    assert told.counts.total() + len(told.died) == 40


def test_thousands_of_columns_that_want_the_same_are_soon_parted() -> None:
    wanted = [{"title": 1.0 + n / 10_000, "people": 0.9} for n in range(5_000)]
    chosen = best_assignment(wanted)
    assert (chosen[4_999], sorted(set(chosen)), chosen.count("people")) == (
        "title",
        ["", "people", "title"],
        1,
    )

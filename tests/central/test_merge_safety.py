"""Killed at any point, run twice, run side by side: the centre ends with the same, on both databases."""

from __future__ import annotations

import os
import signal
from collections import Counter
from pathlib import Path

import pytest

from stdesk.central.agency import Agency
from tests.central import processes
from tests.central.packages import Made, Time, Unit, publication

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="processes are forked")

POINTS: list[processes.Point] = [
    ("keeping.keep", "before", 1),
    ("keeping.keep", "after", 2),
    ("packages.lock", "after", 1),
    ("packages.put", "after", 1),
    ("packages.put", "after", 2),
    ("merge.stage", "after", 1),
    ("merge.merge", "after", 1),
    ("packages.advance", "before", 1),
    ("packages.advance", "after", 1),
    ("placing.follow", "before", 2),
    ("merge.merge", "after", 2),
    ("packages.advance", "after", 2),
]
BEFORE, FIRST, BOTH = set[int](), {1, 2, 3, 4, 5}, {1, 3, 4, 5}


def two_of(unit: Unit, folder: Path) -> list[Made]:
    """Two packages of a unit in their order, the second a delta."""
    lines = [publication(n, f"Bài {n}", unit=unit.code) for n in range(1, 6)]
    one = unit.pack(folder / "1", lines)
    gone = [{"id": lines[1]["id"], "kind": "publication", "number": 2, "reason": "Trùng"}]
    return [
        one,
        unit.pack(folder / "2", [publication(3, "Bài 3 sửa", unit=unit.code)], base=one, withdrawn=gone),
    ]


def three(unit: Unit, folder: Path) -> list[Made]:
    """A full one after those."""
    last = [publication(n, f"Lần 3, bài {n}", unit=unit.code) for n in (1, 4, 7)]
    return [*two_of(unit, folder), unit.pack(folder / "3", last)]


@pytest.fixture(scope="session")
def crowd(tmp_path_factory: pytest.TempPathFactory) -> list[tuple[Unit, list[Made]]]:
    """A unit for each point, with its first two packages; the same for both databases."""
    folder = tmp_path_factory.mktemp("crowd")
    units = [Unit(f"U{n:02}", f"Đơn vị {n}") for n in range(len(POINTS))]
    return [(unit, two_of(unit, folder / unit.code)) for unit in units]


def numbers(agency: Agency, unit: str) -> set[int]:
    """Of the records that count."""
    return {one.record.number for one in agency.records("2026", unit=unit)}


def test_killed_anywhere_and_done_again(
    agency: Agency, place: str, time: Time, crowd: list[tuple[Unit, list[Made]]]
) -> None:
    """For each point a unit: its second package comes, then its first, and the process is killed there."""
    for unit, _ in crowd:
        unit.register(agency)
    jobs = [(point, [two.path, one.path]) for point, (_, (one, two)) in zip(POINTS, crowd, strict=True)]
    assert processes.run(place, time(), jobs) == [signal.SIGKILL] * len(POINTS)
    seen = set()
    for unit, _ in crowd:
        merged = [row.order for row in agency.packages(unit=unit.code) if row.merged]
        assert (merged, numbers(agency, unit.code)) in (([], BEFORE), ([1], FIRST), ([1, 2], BOTH)), unit.code
        seen.add(len(merged))
    assert seen >= {0, 1}, "some before the first was in, some after"
    for unit, made in crowd:
        assert {agency.intake(package.path).outcome for package in made} <= {"merged", "again"}
        titles = {
            one.record.number: one.record.get("title") for one in agency.records("2026", unit=unit.code)
        }
        assert titles == {1: "Bài 1", 3: "Bài 3 sửa", 4: "Bài 4", 5: "Bài 5"}
        assert [row.order for row in agency.packages(unit=unit.code)] == [1, 2]
    named = Counter(
        (event.unit, event.package) for event in agency.events(most=9999) if event.outcome == "merged"
    )
    assert set(named.values()) == {1} and len(named) == 2 * len(POINTS), "each was merged once"


def test_what_waited_when_it_was_killed_is_merged_by_the_next_look(
    agency: Agency, place: str, time: Time, tmp_path: Path
) -> None:
    """Nobody brings the second package again: the next look at the inbox merges it all the same."""
    unit = Unit()
    unit.register(agency)
    one, two = two_of(unit, tmp_path)
    jobs = [(("placing.follow", "before", 2), [two.path, one.path])]
    assert processes.run(place, time(), jobs) == [signal.SIGKILL]
    assert numbers(agency, "PC09") == FIRST
    (tmp_path / "inbox").mkdir()
    assert agency.intake_folder(tmp_path / "inbox") == []
    assert numbers(agency, "PC09") == BOTH


def test_several_processes_on_the_same_packages(
    agency: Agency, place: str, time: Time, tmp_path: Path
) -> None:
    """Four processes take the packages of three units, each in an order of its own: each is merged once."""
    made = []
    for n in range(3):
        unit = Unit(f"U{n}", f"Đơn vị {n}")
        unit.register(agency)
        made += three(unit, tmp_path / unit.code)
    paths = [one.path for one in made]
    orders = [paths, paths[::-1], [*paths[4:], *paths[:4]], [*paths[2::-1], *paths[:2:-1]]]
    told = processes.run(place, time(), [(None, order) for order in orders])
    assert all(isinstance(one, list) and set(one) <= {"merged", "again", "waiting"} for one in told), told
    for n in range(3):
        assert [row.order for row in agency.packages(unit=f"U{n}")] == [1, 2, 3]
        assert numbers(agency, f"U{n}") == {1, 4, 7}
    merged = Counter(event.package for event in agency.events(most=9999) if event.outcome == "merged")
    assert set(merged.values()) == {1} and len(merged) == 9
    assert not list((agency.folder / "work").iterdir())
    assert len(list((agency.folder / "packages").rglob("*.zip"))) == 9

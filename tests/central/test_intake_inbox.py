"""A folder that packages are copied into: what is looked at, when, and how often."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from stdesk.central.agency import Agency
from stdesk.central.model import Taken
from stdesk.errors import Exit, UserError
from tests.central.packages import Time, Unit, publication, sealed


@pytest.fixture
def inbox(tmp_path: Path) -> Path:
    """An empty inbox."""
    (tmp_path / "inbox").mkdir()
    return tmp_path / "inbox"


@pytest.fixture
def unit(agency: Agency) -> Unit:
    """A registered unit."""
    made = Unit()
    made.register(agency)
    return made


def touch(path: Path, time: Time, seconds: int) -> None:
    """Let the file have been changed so many seconds ago."""
    moment = int(time().timestamp()) - seconds
    os.utime(path, (moment, moment))


def outcomes(taken: list[Taken]) -> list[tuple[str, str]]:
    """File and outcome of each."""
    return [(one.file, one.outcome) for one in taken]


def test_finished_files_are_taken_once_and_left_where_they_are(
    agency: Agency, unit: Unit, inbox: Path, tmp_path: Path, time: Time
) -> None:
    made = unit.pack(tmp_path / "1", [publication(1)])
    (inbox / "PC09" / "2026").mkdir(parents=True)
    placed = shutil.copy(made.path, inbox / "PC09" / "2026")
    touch(Path(placed), time, 60)
    (inbox / "ghi-chu.txt").write_text("không phải gói")
    (inbox / "KHCN-PC09-2026-L02.zip.part").write_bytes(made.path.read_bytes())
    assert outcomes(agency.intake_folder(inbox)) == [("KHCN-PC09-2026-L01.zip", "merged")]
    assert agency.intake_folder(inbox) == []
    assert Path(placed).read_bytes() == made.path.read_bytes()
    assert len(agency.events()) == len(agency.events(unit="PC09")), "a second look writes nothing"


def test_a_file_still_being_written_waits_until_it_is_at_rest(
    agency: Agency, unit: Unit, inbox: Path, tmp_path: Path, time: Time
) -> None:
    made = unit.pack(tmp_path / "1", [publication(1)])
    raw, target = made.path.read_bytes(), inbox / made.path.name
    target.write_bytes(raw[:1000])
    touch(target, time, 0)
    assert agency.intake_folder(inbox) == [], "just now: who knows whether that was all"
    target.write_bytes(raw[:2000])
    touch(target, time, 0)
    assert agency.intake_folder(inbox) == [], "it grew since the last look"
    target.write_bytes(raw)
    touch(target, time, 0)
    assert agency.intake_folder(inbox) == []
    assert outcomes(agency.intake_folder(inbox)) == [(target.name, "merged")]


def test_a_finished_mark_says_that_it_is_whole(
    agency: Agency, unit: Unit, inbox: Path, tmp_path: Path, time: Time
) -> None:
    made = unit.pack(tmp_path / "1", [publication(1)])
    shutil.copy(made.path, inbox)
    touch(inbox / made.path.name, time, 0)
    (inbox / f"{made.path.name}.ok").write_text("xong")
    assert outcomes(agency.intake_folder(inbox)) == [(made.path.name, "merged")]


def test_refused_ones_are_looked_at_again_when_asked(
    agency: Agency, inbox: Path, tmp_path: Path, time: Time
) -> None:
    unit = Unit()
    made = unit.pack(tmp_path / "1", [publication(1)])
    shutil.copy(made.path, inbox)
    touch(inbox / made.path.name, time, 60)
    assert outcomes(agency.intake_folder(inbox)) == [(made.path.name, "refused")]
    unit.register(agency)
    assert agency.intake_folder(inbox) == []
    assert outcomes(agency.intake_folder(inbox, again=True)) == [(made.path.name, "merged")]
    assert agency.intake_folder(inbox, again=True) == []


def test_a_whole_inbox_in_any_order_and_links_are_not_followed(
    agency: Agency, unit: Unit, inbox: Path, tmp_path: Path, time: Time
) -> None:
    made = [unit.pack(tmp_path / str(n), [publication(n)]) for n in (1, 2, 3)]
    for n, one in enumerate(made):
        target = inbox / str(9 - n) / one.path.name
        target.parent.mkdir()
        shutil.copy(one.path, target)
        touch(target, time, 60)
    (inbox / "la").symlink_to(tmp_path)
    found = agency.intake_folder(inbox)
    assert sorted(one.outcome for one in found) == ["merged", "waiting", "waiting"]
    assert [row.order for row in agency.packages()] == [1, 2, 3]


def test_a_sealed_package_is_taken_when_its_header_is_there(
    agency: Agency, unit: Unit, inbox: Path, tmp_path: Path, time: Time
) -> None:
    made = unit.pack(tmp_path / "1", [publication(1)])
    closed = sealed(made, inbox, agency, unit)
    touch(closed, time, 60)
    header = closed.with_name(f"{closed.name}.json")
    away = header.rename(tmp_path / "header")
    assert agency.intake_folder(inbox) == []
    away.rename(header)
    assert outcomes(agency.intake_folder(inbox)) == [(closed.name, "merged")]


def test_watching_tells_each_package_as_it_comes(
    agency: Agency, unit: Unit, inbox: Path, tmp_path: Path, time: Time
) -> None:
    made = [unit.pack(tmp_path / str(n), [publication(n)]) for n in (1, 2)]
    seen: list[str] = []
    left = list(made)

    def wait() -> bool:
        if not left:
            return False
        target = inbox / left.pop(0).path.name
        shutil.copy(next(one.path for one in made if one.path.name == target.name), target)
        touch(target, time, 60)
        return True

    agency.watch(inbox, lambda one: seen.append(one.outcome), wait)
    assert seen == ["merged", "merged"]


def test_an_inbox_that_is_not_there_is_an_error_of_the_machine(agency: Agency, tmp_path: Path) -> None:
    with pytest.raises(UserError) as refused:
        agency.intake_folder(tmp_path / "khong-co")
    assert refused.value.exit_code == Exit.ENVIRONMENT
    with pytest.raises(UserError) as refused:
        agency.intake(tmp_path / "khong-co.zip")
    assert refused.value.code == "not_found"

"""The library as it was on a day, asked for as a person asks for it."""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta, timezone
from pathlib import Path

import pytest

from stdesk.domain.periods import parse_period
from stdesk.errors import Exit, UserError
from stdesk.services.as_of import last_moment, make_as_of, open_as_of, place_for
from stdesk.services.desk import Desk

VIETNAM = timezone(timedelta(hours=7))


class Hand:
    """A clock set by hand."""

    def __init__(self) -> None:
        self.moment = datetime(2025, 11, 15, 9, 0, tzinfo=VIETNAM)

    def __call__(self) -> datetime:
        return self.moment

    def at(self, day: int, hour: int = 9, minute: int = 0) -> None:
        self.moment = datetime(2025, 11, day, hour, minute, tzinfo=VIETNAM)


@pytest.fixture
def clock() -> Hand:
    return Hand()


@pytest.fixture
def desk(tmp_path: Path, clock: Hand) -> Iterator[Desk]:
    with Desk.create(tmp_path / "kho", unit_code="C09", unit_name="Viện", user="Lan", clock=clock) as made:
        yield made


def titles(desk: Desk) -> set[str]:
    return {hit.title for hit in desk.catalogue.find("bai")}


def test_a_day_ends_at_midnight_in_vietnam(desk: Desk, clock: Hand) -> None:
    for day, hour, minute in ((15, 23, 59), (16, 0, 0), (16, 6, 30)):
        clock.at(day, hour, minute)
        desk.catalogue.save("publication", {"title": f"Bài {day} {hour}:{minute:02d}"})
    assert last_moment(date(2025, 11, 15)) == datetime(2025, 11, 15, 16, 59, 59, tzinfo=UTC)
    copy = make_as_of(desk.folder, date(2025, 11, 15), clock=clock)
    with open_as_of(copy) as past:
        assert titles(past) == {"Bài 15 23:59"}
        assert (past.as_of, past.today().isoformat()[:7], past.read_only) == (
            date(2025, 11, 15),
            "2025-11",
            True,
        )
    with open_as_of(make_as_of(desk.folder, date(2025, 11, 16), clock=clock)) as past:
        assert len(titles(past)) == 3
    moment = datetime(2025, 11, 16, 1, 0, tzinfo=VIETNAM)
    with open_as_of(make_as_of(desk.folder, moment, clock=clock)) as past:
        assert titles(past) == {"Bài 15 23:59", "Bài 16 0:00"}
    assert list((desk.folder / "as-of").iterdir()) == []


def test_what_was_prepared_and_frozen_is_as_it_was(desk: Desk, clock: Hand) -> None:
    period = parse_period("2025")
    desk.catalogue.save("publication", {"title": "Bài một", "issued": "2025-03"})
    desk.preparation.put_head(period, number="12/BC")
    frozen = desk.reporting.freeze(period, trial=True)
    clock.at(20)
    desk.preparation.put_head(period, number="99/BC")
    desk.reporting.freeze(period, trial=True)
    with open_as_of(make_as_of(desk.folder, date(2025, 11, 19), clock=clock)) as past:
        assert past.preparation.read(period).head == {"number": "12/BC"}
        (held,) = past.reporting.frozen(period)
        assert held == frozen
        assert past.reporting.read(held).head["number"] == "12/BC"
        with pytest.raises(UserError) as refused:
            past.preparation.put_head(period, number="1")
        assert refused.value.code == "as_of_read_only"
        with pytest.raises(UserError) as refused:
            past.reporting.freeze(period, trial=True)
        assert refused.value.code == "as_of_read_only"
    assert desk.preparation.read(period).head == {"number": "99/BC"}


def test_days_there_are_not(desk: Desk, clock: Hand) -> None:
    with pytest.raises(UserError) as refused:
        make_as_of(desk.folder, date(2025, 11, 15), clock=clock)
    assert refused.value.code == "as_of_too_early"
    desk.catalogue.save("publication", {"title": "Bài"})
    with pytest.raises(UserError) as refused:
        make_as_of(desk.folder, date(2025, 11, 16), clock=clock)
    assert (refused.value.code, refused.value.exit_code) == ("as_of_future", Exit.USAGE)
    with pytest.raises(UserError) as refused:
        make_as_of(desk.folder, date(2025, 11, 14), clock=clock)
    assert refused.value.code == "as_of_too_early"
    assert "15/11/2025" in str(refused.value)
    assert not list((desk.folder / "as-of").glob("*")) if (desk.folder / "as-of").exists() else True


def test_a_copy_is_not_copied(desk: Desk, clock: Hand) -> None:
    desk.catalogue.save("publication", {"title": "Bài"})
    copy = make_as_of(desk.folder, clock().date(), clock=clock)
    with open_as_of(copy) as past:
        with pytest.raises(UserError) as refused:
            make_as_of(past.folder, clock().date(), clock=clock)
        assert refused.value.code == "as_of_of_a_copy"
        with pytest.raises(UserError) as refused:
            open_as_of(desk.folder)
        assert refused.value.code == "not_a_library"


def test_a_copy_has_a_backup_and_a_list_of_its_own_time(desk: Desk, clock: Hand, tmp_path: Path) -> None:
    desk.catalogue.save("publication", {"title": "Bài"})
    with open_as_of(make_as_of(desk.folder, clock().date(), clock=clock)) as past:
        done = past.catalogue.export("publication", tmp_path / "then.jsonl")
        assert done.written == 1


def test_where_the_library_cannot_be_written_the_copy_lies_elsewhere(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "access", lambda *_arguments, **_more: False)
    assert not place_for(tmp_path, date(2025, 11, 15)).is_relative_to(tmp_path)

"""What all units sent, counted together: the sum of the units, each record behind it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest

from stdesk.central.figures import Consolidated, Gathered, Origin, consolidate, gather, unequal
from stdesk.central.model import MergedRecord
from stdesk.domain.kinds import all_kinds
from stdesk.domain.periods import parse_period
from stdesk.domain.records import Record
from stdesk.progress import Cancelled, Progress
from stdesk.reports.snapshot import count_figures
from tests.reports.samples import publications, record, sessions, tasks

KINDS = all_kinds()
PERIOD = parse_period("2026")
AT = "2026-11-20T02:00:00Z"
UNITS = {"PC09": "Phòng Kỹ thuật hình sự", "PV01": "Phòng Tham mưu", "T01": "Học viện An ninh nhân dân"}


def sent(unit: str, *records: Record) -> list[MergedRecord]:
    return [MergedRecord(unit, UNITS[unit], "2026", one, "ab" * 64) for one in records]


def everything() -> list[MergedRecord]:
    """Three units whose records have the same ids and numbers: each counts for itself."""
    return [
        one
        for place, unit in enumerate(UNITS, 1)
        for one in sent(unit, *publications(20, place), *tasks(12, place), *sessions(5, place))
    ]


@pytest.fixture(scope="module")
def counted() -> Consolidated:
    return consolidate(gather(everything(), KINDS, PERIOD), KINDS, AT)


def test_the_units_add_up_to_the_total(counted: Consolidated) -> None:
    assert unequal(counted) == {}
    assert counted.value("publications.total") == 60
    assert [counted.value("publications.total", unit) for unit in UNITS] == [20, 20, 20]


def test_a_unit_is_counted_as_it_counts_itself(counted: Consolidated) -> None:
    own = [*publications(20, 2), *tasks(12, 2), *sessions(5, 2)]
    alone = count_figures(period=PERIOD, unit={}, frozen_at=AT, records=own, kinds=KINDS)
    assert counted.by_unit["PV01"] == {name: one["value"] for name, one in alone["values"].items()}


def test_every_figure_that_counts_records_lists_as_many(counted: Consolidated) -> None:
    for name in ("publications.total", "tasks.total", "tasks.accepted", "training.sessions"):
        assert len(counted.behind(name)) == counted.value(name), name


def test_the_list_behind_a_figure_says_unit_number_and_title(counted: Consolidated) -> None:
    behind = counted.behind("tasks.total", "T01")
    own = tasks(12, 3)
    assert [(one.unit, one.number, one.title) for one in behind] == [
        ("T01", one.number, one.get("title")) for one in own if one.id in {it.id for it in behind}
    ]
    assert all(isinstance(one, Origin) and one.unit_name == UNITS["T01"] for one in behind)


def test_a_double_that_was_decided_is_counted_once() -> None:
    paper = publications(1)[0]
    both = [*sent("PC09", paper), *sent("PV01", paper)]
    group = [(("PC09", paper.id), ("PV01", paper.id))]
    twice = consolidate(gather(both, KINDS, PERIOD), KINDS, AT)
    once = consolidate(gather(both, KINDS, PERIOD, same=group), KINDS, AT)
    assert (twice.value("publications.total"), once.value("publications.total")) == (2, 1)
    assert [one.unit for one in once.behind("publications.total")] == ["PC09"]
    assert once.gathered.once == 1


def test_a_double_whose_first_is_not_here_still_counts() -> None:
    paper = publications(1)[0]
    group = [(("PC09", paper.id), ("PV01", paper.id))]
    alone = consolidate(gather(sent("PV01", paper), KINDS, PERIOD, same=group), KINDS, AT)
    assert alone.value("publications.total") == 1


def test_what_is_owed_from_an_earlier_year_is_counted_too() -> None:
    late = record(
        "research_task", 99,
        {"title": "Đề tài nghiệm thu năm trước", "start": "2023-01", "accepted": "2024-06-01", "level": "base"},
    )  # fmt: skip
    now = tasks(3)
    without = consolidate(gather(sent("PC09", *now), KINDS, PERIOD), KINDS, AT)
    shelf = sent("PC09", late, *now)
    counted = consolidate(gather(sent("PC09", *now), KINDS, PERIOD, elsewhere=shelf), KINDS, AT)
    assert counted.value("deposits.owed") == without.value("deposits.owed") + 1
    assert unequal(counted) == {}


def test_records_of_a_later_program_are_passed_over() -> None:
    strange = replace(publications(1)[0], kind="patent_family")
    assert gather(sent("PC09", strange), KINDS, PERIOD).records == ()


def test_records_are_numbered_anew_by_unit() -> None:
    gathered = gather(everything(), KINDS, PERIOD)
    assert isinstance(gathered, Gathered)
    papers = [one for one in gathered.records if one.kind == "publication"]
    assert [one.number for one in papers] == list(range(1, 61))
    assert [gathered.origins[one.id].unit for one in papers] == ["PC09"] * 20 + ["PV01"] * 20 + ["T01"] * 20
    assert len({one.id for one in gathered.records}) == len(gathered.records)


def test_nothing_sent_is_nothing_counted() -> None:
    nothing = consolidate(gather([], KINDS, PERIOD), KINDS, AT)
    assert nothing.value("publications.total") == 0 and nothing.behind("publications.total") == ()


def test_it_reads_what_it_is_given_once() -> None:
    def once() -> Iterator[MergedRecord]:
        yield from sent("PC09", *publications(2))

    assert len(gather(once(), KINDS, PERIOD).records) == 2


def test_it_can_be_stopped() -> None:
    progress = Progress()
    progress.cancel()
    with pytest.raises(Cancelled):
        gather(everything(), KINDS, PERIOD, progress=progress)

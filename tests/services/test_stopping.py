"""Checking and drafting stop wherever they are, count figures once, and never say more than all is done."""

from __future__ import annotations

import gc
import weakref
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from stdesk.clock import fixed_clock
from stdesk.domain.periods import parse_period
from stdesk.progress import Cancelled, Progress
from stdesk.services import reporting
from stdesk.services.desk import Desk

PERIOD = parse_period("2026")
CLOCK = fixed_clock(datetime(2026, 11, 14, 2, 0, tzinfo=UTC))


class Watched(Progress):
    """A progress that is stopped at its ``last`` look and keeps what it was told."""

    def __init__(self, last: int = 0) -> None:
        super().__init__()
        self.looks, self.last = 0, last
        self.told: list[tuple[int, int]] = []

    def check(self) -> None:
        self.looks += 1
        self.told.append((self.done, self.total))
        if self.looks == self.last:
            self.cancel()
        super().check()


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    with Desk.create(
        tmp_path / "kho", unit_code="C09", unit_name="Viện Khoa học hình sự", user="Lan", clock=CLOCK
    ) as made:
        for year in (2025, 2026):
            for n in range(6):
                made.catalogue.save("publication", article(year, n))
            made.catalogue.save(
                "research_task", {"title": f"Đề tài năm {year} về dấu vết", "start": f"{year}-02"}
            )
        yield made


def article(year: int, n: int) -> dict[str, Any]:
    return {
        "document_type": "journal_article",
        "title": f"Giám định dấu vết súng đạn, bài {n} năm {year}",
        "issued": f"{year}-03",
        "contributors": ({"name": "Nguyễn Văn Ước"},),
    }


def test_a_draft_stops_at_whatever_place_it_is_asked_to(desk: Desk) -> None:
    whole = Watched()
    snapshot = desk.reporting.draft(PERIOD, whole)
    assert whole.looks > 300, "records, rules, figures, comparison and findings all look"
    for last in range(1, whole.looks, whole.looks // 12):
        fresh = reporting.Reporting(
            desk._library, CLOCK, desk.readiness, desk.preparation, "Lan"
        )  # nothing counted before
        desk.__dict__["reporting"] = fresh
        progress = Watched(last)
        with pytest.raises(Cancelled):
            fresh.draft(PERIOD, progress)
        assert progress.looks == last, "not a step further"
        assert fresh.draft(PERIOD).to_bytes() == snapshot.to_bytes(), "and leaves nothing half counted"


def test_no_more_is_done_than_there_is_to_do(desk: Desk) -> None:
    stub = {"document_type": "book", "issued": "2026-03"}
    hidden = desk.catalogue.save("publication", stub, secrecy="mat").record
    desk.catalogue.trash([desk.catalogue.save("publication", article(2026, 8)).record.id])
    progress = Watched()
    checked = desk.readiness.check(PERIOD, progress)
    assert checked.left_out == 1
    assert hidden.id not in {one.id for one in checked.library}
    assert all(done <= total for done, total in progress.told if total)
    assert progress.done == progress.total > 0, "what is left out does not leave it short of the end"


def test_figures_are_counted_once_a_draft(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    counted = []
    count = reporting.count_figures

    def counting(**given: Any) -> Any:
        counted.append(given["period"].code)
        return count(**given)

    monkeypatch.setattr(reporting, "count_figures", counting)
    first = desk.reporting.draft(PERIOD)
    assert counted == ["2025", "2026"], "last year once, to compare with, and this year once"
    assert desk.reporting.draft(PERIOD).to_bytes() == first.to_bytes()
    assert counted == ["2025", "2026", "2026"], "last year is known while nothing was done"
    checked = desk.readiness.check(PERIOD)
    del counted[:]
    assert desk.reporting.figures_of(checked)["values"] == first.figures["values"]
    assert counted == []
    again = desk.readiness.again(checked, [checked.reported[0].id])
    desk.reporting.figures_of(again)
    assert counted == ["2026"], "other records: counted anew"


def test_figures_do_not_keep_every_record_in_memory(desk: Desk) -> None:
    checked = desk.readiness.check(PERIOD)
    stamp = weakref.ref(checked.stamp)
    del checked
    gc.collect()
    assert stamp() is None

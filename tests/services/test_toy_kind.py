"""A kind described in one file goes through store, list, search, workbook in and out, report and package."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from stdesk.clock import Clock
from stdesk.domain.kinds import Kinds, all_kinds
from stdesk.domain.periods import parse_period
from stdesk.domain.records import State
from stdesk.services.catalogue import ListQuery
from stdesk.services.desk import Desk
from stdesk.services.handover import verify
from tests.helpers.toy import TOY

KINDS = Kinds(*all_kinds(), TOY)
AWARD = {
    "title": "Bằng khen của Bộ trưởng",
    "given": "2026-03-04",
    "winners": [{"name": "Đỗ Thị Ánh", "rank": "major"}],
    "prize": 5_000_000,
    "scope": "domestic",
    "words": ["thi đua", "kỹ thuật hình sự"],
    "money": [{"source": "state_budget", "amount": 5_000_000}],
}


@pytest.fixture
def desk(tmp_path: Path, clock: Clock) -> Iterator[Desk]:
    with Desk.create(tmp_path / "kho", unit_code="A", unit_name="Đơn vị A", clock=clock, kinds=KINDS) as made:
        yield made


def test_saved_found_listed_and_undone_across_a_restart(desk: Desk, tmp_path: Path, clock: Clock) -> None:
    saved = desk.catalogue.save("toy_award", AWARD)
    assert [one.id for one in desk.catalogue.find("bang khen")] == [saved.record.id]
    keys = desk.catalogue.ids(ListQuery("toy_award", sort=(("title", False),)))
    row = desk.catalogue.rows("toy_award", keys)[keys[0]]
    assert row.values["title"] == "Bằng khen của Bộ trưởng"
    desk.close()
    with Desk.open(tmp_path / "kho", clock=clock, kinds=KINDS) as again:
        record = again.catalogue.record(saved.record.id)
        assert record.get("money") == ({"source": "state_budget", "amount": 5_000_000},)
        again.catalogue.undo()
        assert again.catalogue.count("toy_award") == 0
        again.catalogue.redo()
        assert again.catalogue.record(saved.record.id).values == record.values


def test_workbook_out_and_in_again_elsewhere(desk: Desk, tmp_path: Path, clock: Clock) -> None:
    desk.catalogue.save("toy_award", AWARD)
    book = tmp_path / "khen thưởng.xlsx"
    assert desk.catalogue.export("toy_award", book).written == 1
    with Desk.create(tmp_path / "kho 2", unit_code="B", unit_name="B", clock=clock, kinds=KINDS) as other:
        plan = other.intake.preview(book)
        (sheet,) = plan.sheets
        assert sheet.kind == "toy_award"
        other.intake.take(plan)
        (record,) = (other.catalogue.record(hit.id) for hit in other.catalogue.find("bang khen"))
        for name in ("title", "given", "prize", "scope", "winners", "words"):
            assert record.get(name) == desk.catalogue.record("toy_award/1").get(name), name


def test_in_the_form_list_columns_come_from_the_description() -> None:
    from stdesk.ui.tables.columns import columns_of

    names = [column.name for column in columns_of(TOY)]
    assert "title" in names


def test_reported_and_packaged(desk: Desk, tmp_path: Path) -> None:
    desk.catalogue.save("toy_award", AWARD)
    period = parse_period("2026")
    frozen = desk.reporting.freeze(period, trial=True)
    texts = desk.reporting.documents(desk.reporting.read(frozen), ["docx"])["bao-cao.docx"]
    (tmp_path / "b.docx").write_bytes(texts)
    with zipfile.ZipFile(tmp_path / "b.docx") as archive:
        assert "Bằng khen của Bộ trưởng" in archive.read("word/document.xml").decode()
    made = desk.handover.pack_report(frozen, tmp_path / "gói")
    assert verify(made.path).ok
    with zipfile.ZipFile(made.path) as archive:
        (name,) = (one for one in archive.namelist() if one.endswith("records/toy_award.jsonl"))
        assert json.loads(archive.read(name))["title"] == "Bằng khen của Bộ trưởng"
        (name,) = (one for one in archive.namelist() if one.endswith("datapackage.json"))
        tables = {one["name"] for one in json.loads(archive.read(name))["resources"]}
    assert any("toy_award" in one for one in tables)


def test_checked_like_any_other(desk: Desk) -> None:
    saved = desk.catalogue.save("toy_award", {"winners": [{"name": "Đỗ Thị Ánh"}], "title": "X"})
    findings = desk.readiness.check(parse_period("2026")).findings
    missing = [f for f in findings if f.record == saved.record.id and f.field == "given"]
    assert missing, "the date the description calls required is asked for"
    assert saved.record.state is State.COMPLETE

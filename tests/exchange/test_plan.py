"""The plan of an import: counts, doubles, nothing lost, the same file twice, corrections."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from stdesk import i18n, resources
from stdesk.domain.kinds import all_kinds
from stdesk.domain.records import Record, State, canonical_values
from stdesk.domain.values import show
from stdesk.errors import Exit, UserError
from stdesk.exchange.mapping import RememberedMapping, remember
from stdesk.exchange.plan import ImportPlan, SheetPlan, Verdict, plan_import, plan_to_json, replan
from stdesk.exchange.readers import read_workbook
from stdesk.exchange.sheets import Row, Sheet, Workbook
from stdesk.progress import Cancelled, Progress
from stdesk.text import fold

KINDS = all_kinds()
TODAY = date(2026, 11, 22)
SAMPLE = resources.path("samples", "so-lieu-don-vi-2026.xlsx")


@pytest.fixture(scope="module")
def workbook() -> Workbook:
    return read_workbook(SAMPLE)


@pytest.fixture(scope="module")
def sample(workbook: Workbook) -> ImportPlan:
    return plan_import(workbook, KINDS, today=TODAY)


def small(*lines: tuple[Any, ...], name: str = "S") -> Workbook:
    rows = tuple(Row(number, line) for number, line in enumerate(lines, 1))
    return Workbook(Path("a.xlsx"), (Sheet(name, rows),))


def records_of(plan: ImportPlan) -> list[Record]:
    """What the library holds after the plan was carried out."""
    found: dict[str, Record] = {}
    for sheet in plan.sheets:
        for row in sheet.rows:
            if row.verdict in (Verdict.TAKEN, Verdict.LOOK):
                key = f"{sheet.sheet}:{row.number}"
                state = State.COMPLETE if row.verdict is Verdict.TAKEN else State.DRAFT
                values = canonical_values(KINDS[sheet.kind], row.values)
                found[key] = Record(key, sheet.kind, len(found) + 1, 1, state, row.secrecy, values)
    return list(found.values())


def test_every_row_of_the_sample_is_accounted_for(sample: ImportPlan) -> None:
    assert [(one.kind, len(one.rows)) for one in sample.sheets] == [
        ("publication", 86), ("research_task", 46), ("training_session", 17), ("research_task", 24),
    ]  # fmt: skip
    assert sum(sample.count(verdict) for verdict in Verdict) == 173


def test_the_two_planted_doubles_and_no_others_are_merged(sample: ImportPlan) -> None:
    publications = sample.sheets[0]
    merged = {row.number: row.same_as_row for row in publications.rows if row.verdict is Verdict.MERGED}
    assert merged == {31: 10, 39: 18}
    assert sample.count(Verdict.MERGED) == 2
    kept = {row.number: row for row in publications.rows}
    assert "Cũng được khai ở dòng 31: Đơn vị PC06" in kept[10].values["notes"]
    assert kept[10].values["department"] == "PC09"
    assert kept[18].values["notes"] == "Cũng được khai ở dòng 39: Đơn vị PC06"


def test_people_of_the_sample_are_split_and_the_old_sheet_is_readable(sample: ImportPlan) -> None:
    for row in sample.sheets[0].rows:
        for person in row.values.get("contributors", ()):
            assert 2 <= len(person["name"].split()) <= 4
            assert not re.search(r"[,;\n.]|\bvà\b|\btá\b|\bsĩ\b", person["name"])
    row_20 = next(row for row in sample.sheets[0].rows if row.number == 20)
    assert [person["name"] for person in row_20.values["contributors"]] == [
        "Trần Thanh Bình", "Võ Quốc Đạt", "Bùi Công Bình",
    ]  # fmt: skip
    old = sample.sheets[3]
    assert any("Nâng cao hiệu quả" in row.values["title"] for row in old.rows)
    for row in old.rows:
        assert row.verdict is Verdict.TAKEN
        assert row.values["status"] == "accepted"
        assert "level" not in row.values
        assert "type" not in row.values


def test_nothing_of_the_sample_is_lost(workbook: Workbook, sample: ImportPlan) -> None:
    """Every word of every cell is found again in the row's values, notes or reasons."""
    for sheet, plan in zip(workbook.sheets, sample.sheets, strict=True):
        lines = {row.number: row for row in sheet.rows}
        for row in plan.rows:
            source = next((one for one in plan.rows if one.number == row.same_as_row), row)
            said = _said(plan, source.values) + " " + row.why
            for column in plan.columns:
                cells = lines[row.number].values
                cell = cells[column.index] if column.index < len(cells) else None
                if column.target != "#" and isinstance(cell, str):
                    missing = [word for word in _words(cell) if word not in said]
                    assert not missing, (plan.sheet, row.number, column.header, cell, missing)


_RANKS = {"ths": "master", "ts": "doctor", "pgs": "associate", "uy": "lieutenant"}


def _said(plan: SheetPlan, values: Mapping[str, Any]) -> str:
    kind = KINDS[plan.kind]
    shown = " ".join(show(kind.field(name), value) for name, value in values.items())
    raw = json.dumps(values, ensure_ascii=False, default=list)
    return fold(f"{shown} {raw}")


def _words(cell: str) -> list[str]:
    """The words that must be found again: not dates and amounts, separators, ranks and codes."""
    if any(map(str.isdigit, cell)) and not re.search(r"[^\W\d]{3}", cell):
        return []
    spared = {"va", "tu", "den", "thang", "trieu", "dong", "so", "d", "c", "x", "chua", "khong", "co", "da",
              "nop", "xs", "cap", "bo", "sxtn", "bao", "uy", "ths", "ts", "pgs", "thac", "si"}  # fmt: skip
    return [word for word in re.findall(r"[^\W\d_]+", fold(cell)) if word not in spared]


def test_the_same_file_again_changes_nothing(workbook: Workbook, sample: ImportPlan) -> None:
    again = plan_import(workbook, KINDS, today=TODAY, existing=records_of(sample))
    for sheet in again.sheets:
        assert sheet.count(Verdict.MERGED) == len(sheet.rows)
        assert all(row.values == {} and row.same_as_record for row in sheet.rows)


def test_a_row_fills_what_the_library_lacks_and_overwrites_nothing() -> None:
    head = ("Tên bài báo", "Tác giả", "Năm", "Trang", "Đơn vị", "Ghi chú")
    first = plan_import(
        small(head, ("Một bài về vân tay", "Lê An", 2025, None, "PC01", "cũ")), KINDS, today=TODAY
    )
    more = small(head, ("MỘT BÀI VỀ VÂN TAY", "Đại úy Lê An", 2025, "3-9", "PC02", "mới"))
    (row,) = plan_import(more, KINDS, today=TODAY, existing=records_of(first)).sheets[0].rows
    assert row.verdict is Verdict.MERGED
    assert row.values["pages"] == "3-9"
    assert row.values["contributors"] == ({"name": "Lê An", "rank": "captain"},)
    assert set(row.values) == {"pages", "contributors", "notes"}
    assert row.values["notes"].split("\n") == ["cũ", "mới", "Cũng được khai ở trang “S”, dòng 2: Đơn vị PC02"]


def test_doubles_across_sheets_name_the_sheet() -> None:
    lines = (
        Row(1, ("Tên đề tài", "Chủ nhiệm", "Năm nghiệm thu")),
        Row(2, ("Bản đồ số điểm nóng", "Lê An", 2020)),
    )
    book = Workbook(Path("a.xlsx"), (Sheet("Một", lines), Sheet("Hai", lines)))
    first, second = plan_import(book, KINDS, today=TODAY).sheets
    assert first.rows[0].verdict is Verdict.TAKEN
    assert (second.rows[0].verdict, second.rows[0].same_as_sheet) == (Verdict.MERGED, "Một")
    assert "Một" in second.rows[0].why


def test_articles_of_one_title_by_other_people_stay_two() -> None:
    book = small(
        ("Loại", "Tên bài", "Tác giả", "Năm"),
        ("Bài báo", "Công tác phòng cháy", "Lê An", 2025),
        ("Bài báo", "Công tác phòng cháy", "Hồ Bình", 2025),
        ("Báo cáo kết quả đề tài", "Công tác phòng cháy", "Lê An", 2025),
    )
    rows = plan_import(book, KINDS, today=TODAY).sheets[0].rows
    assert [row.verdict for row in rows] == [Verdict.TAKEN] * 3
    assert "dòng 2" in rows[1].why


def test_correcting_the_kind_and_a_column_without_reading_again() -> None:
    book = small(("STT", "Tên", "Đơn vị", "Nhóm"), (1, "Kỹ năng số cho cán bộ", "PX01", "An toàn mạng"))
    plan = plan_import(book, KINDS, today=TODAY, kind="publication")
    plan = replan(plan, "S", KINDS, today=TODAY, kind="training_session")
    assert plan.sheets[0].kind == "training_session"
    assert "Nhóm: An toàn mạng" in plan.sheets[0].rows[0].values["notes"]
    plan = replan(plan, "S", KINDS, today=TODAY, columns={3: "topic"})
    assert plan.sheets[0].kind == "training_session"
    assert plan.sheets[0].rows[0].values["topic"] == "An toàn mạng"
    known = dict([remember(plan.sheets[0])])
    later = plan_import(book, KINDS, today=TODAY, mappings=known)
    assert later.sheets[0].rows == plan.sheets[0].rows
    with pytest.raises(UserError):
        replan(plan, "không có", KINDS, today=TODAY)


def test_a_mapping_from_a_file_is_obeyed() -> None:
    book = small(("Gì", "Ai", "Khi nào"), ("Máy đo nồng độ cồn", "Lê An", "2025"))
    assert plan_import(book, KINDS, today=TODAY).sheets[0].kind == ""
    forced = RememberedMapping("research_task", {"Gì": "title", "Ai": "leader", "Khi nào": "accepted"})
    (row,) = plan_import(book, KINDS, today=TODAY, forced=forced).sheets[0].rows
    assert row.values["title"] == "Máy đo nồng độ cồn"
    assert row.values["accepted"] == "2025"


def test_wrong_use_and_being_stopped(workbook: Workbook) -> None:
    for sheet, kind in (("Không có", ""), ("", "xe_co")):
        with pytest.raises(UserError) as caught:
            plan_import(workbook, KINDS, today=TODAY, sheet=sheet, kind=kind)
        assert caught.value.exit_code == Exit.USAGE
    progress = Progress()
    progress.cancel()
    with pytest.raises(Cancelled):
        plan_import(workbook, KINDS, today=TODAY, progress=progress)


def test_doubts_of_the_reader_ask_for_a_look() -> None:
    book = small(("STT", "Tên đề tài", "Chủ nhiệm"), (1, "Một đề tài", "Lê An"), (2, "Hai đề tài", "Lê An"))
    sheet = book.sheets[0]
    rows = (
        sheet.rows[0],
        replace(sheet.rows[1], doubts=("legacy:TCVN3",)),
        replace(sheet.rows[2], doubts=("error_value",)),
    )
    plan = plan_import(replace(book, sheets=(replace(sheet, rows=rows),)), KINDS, today=TODAY).sheets[0]
    assert [row.verdict for row in plan.rows] == [Verdict.TAKEN, Verdict.LOOK]


def test_json_has_the_promised_shape(sample: ImportPlan) -> None:
    data = json.loads(json.dumps(plan_to_json(sample), ensure_ascii=False))
    for sheet in data["sheets"]:
        assert sheet["taken"] + sheet["merged"] + sheet["look"] + sheet["left_out"] == sheet["rows"]
        assert len(sheet["verdicts"]) == sheet["rows"]
        for one in sheet["verdicts"]:
            assert {"row", "verdict", "why"} <= set(one)
            assert one["verdict"] == "taken" or one["why"]
    assert data["sheets"][0]["columns"]["Tác giả"] == "contributors"


def test_reasons_speak_both_languages() -> None:
    for code, texts in resources.read_toml("messages", "exchange_plan.toml").items():
        assert set(texts) == {"vi", "en"}, code
        places = [set(re.findall(r"\{(\w+)\}", texts[language])) for language in i18n.LANGUAGES]
        assert places[0] == places[1], code

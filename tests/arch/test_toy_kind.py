"""A kind described in one place works in rules, schema, export and citation refusal without more code."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from pathlib import Path

import jsonschema
import openpyxl
import pytest

from stdesk.domain.kinds import Kinds, all_kinds
from stdesk.domain.periods import parse_period
from stdesk.domain.records import Record, State, canonical_values
from stdesk.domain.rules.catalogue import RULES, rules_for
from stdesk.domain.rules.core import Context, check_record, run_rules
from stdesk.errors import UserError
from stdesk.exchange.export import columns_of, export_records, suffixes
from stdesk.exchange.schema import data_dictionary, flatten, json_schema, table_schema
from tests.helpers.toy import TOY

KINDS = Kinds(*all_kinds(), TOY)
CONTEXT = Context(KINDS, parse_period("2026"), date(2026, 11, 1), {"unit_code": "X", "unit_name": "Y"})
ID = "01923456-7890-7abc-8def-0123456789ab"


def award(**values: object) -> Record:
    given = {
        "title": "Bằng khen của Bộ trưởng",
        "given": "2026-03-04",
        "winners": [{"name": "Đỗ Thị Ánh", "rank": "major"}],
        "shared": 2,
        "weight": 1.5,
        "prize": 5_000_000,
        "scope": "domestic",
        "scopes": ["domestic", "foreign"],
        "classes": ["QD12/2008:50502"],
        "words": ["thi đua"],
        "secret_words": ["riêng"],
        "notes": "Trao tại hội nghị tổng kết",
        "reason": "Một\nHai",
        "works": [ID],
        "papers": [{"name": "qđ.pdf", "file": "ab" * 20}],
        "money": [{"source": "state_budget", "amount": 3_000_000}, {"source": "other", "amount": 2_000_000}],
    }
    return Record(ID, TOY.name, 1, 1, State.COMPLETE, "thuong", canonical_values(TOY, {**given, **values}))


def test_rules_speak_of_it_without_knowing_it() -> None:
    bare = award(title=None, winners=[{"name": "Lê Hà"}, {"name": "Lê Hà"}], given="1926")
    found = {f.rule: f for rule in rules_for(TOY.name) for f in check_record(rule, bare, TOY, CONTEXT)}
    assert found["indispensable_field"].message.startswith("Chưa ghi “Hình thức”")
    assert found["date_very_old"].field == "given"
    assert found["named_twice"].field == "winners"
    assert list(run_rules(rules_for(TOY.name), [award(classes=None)], CONTEXT)) == []


def test_library_rules_count_it() -> None:
    twice = [award(), replace(award(), id="another", number=2)]
    assert any(f.rule == "double_record" for f in run_rules(RULES, twice, CONTEXT))
    unreported = [f.field for f in run_rules(RULES, [], CONTEXT) if f.rule == "nothing_to_report"]
    assert TOY.name in unreported


def test_its_line_fits_its_schema() -> None:
    line = json.loads(json.dumps(flatten(award(), TOY)))
    schema = json_schema(TOY)
    jsonschema.Draft202012Validator(schema).validate(line)
    assert "secret_words" not in line and "secret_words" not in json.dumps(table_schema(TOY))
    columns = {field["name"] for field in table_schema(TOY)["fields"]}
    assert columns - {"created_at", "changed_at"} == set(line)  # this record was never saved
    assert {row["name"] for row in data_dictionary(TOY)} == columns


@pytest.mark.parametrize("suffix", [".xlsx", ".csv", ".jsonl"])
def test_it_can_be_exported(suffix: str, tmp_path: Path) -> None:
    target = tmp_path / f"x{suffix}"
    assert export_records(TOY, [award()], target).written == 1
    if suffix == ".xlsx":
        header, row = openpyxl.load_workbook(target).active.iter_rows(values_only=True)
        cells = dict(zip(header, row, strict=True))
        assert (
            cells["Tiền thưởng (đồng)"] == 5_000_000
            and cells["Hệ số"] == 1.5
            and cells["Phạm vi"] == "Trong nước"
        )
        assert cells["Từ ngân sách"] == 3_000_000 and cells["Tệp"] == "qđ.pdf" and cells["Mã STDesk"] == ID
        assert [column.header for column in columns_of(TOY)] == list(header)[1:-1]
    else:
        assert "Đỗ Thị Ánh" in target.read_text(encoding="utf-8-sig")


def test_an_award_is_not_cited(tmp_path: Path) -> None:
    assert ".bib" not in suffixes(TOY)
    with pytest.raises(UserError):
        export_records(TOY, [award()], tmp_path / "x.bib")

"""The schema of a package's tables against records, in the two public languages it is said in."""

from __future__ import annotations

import json

import jsonschema
import pytest

from stdesk import i18n
from stdesk.domain.kinds import all_kinds
from stdesk.domain.records import Record, State
from stdesk.exchange.schema import SYSTEM_COLUMNS, data_dictionary, flatten, json_schema, table_schema

KINDS = all_kinds()
ID = "01923456-7890-7abc-8def-0123456789ab"

PUBLICATION = Record(
    ID, "publication", 12, 3, State.COMPLETE, "thuong",
    {
        "document_type": "journal_article",
        "title": "Nâng cao hiệu quả phòng ngừa",
        "contributors": ({"name": "Nguyễn Văn Hà", "rank": "colonel"}, {"name": "Đỗ Thị Ánh"}),
        "issued": "2026-03",
        "indexing": ("scopus_q1",),
        "field_codes": ("QD12/2008:50502",),
        "keywords": ("ma túy", "phòng ngừa"),
        "tags": ("riêng của đơn vị",),
        "related_tasks": ("01923456-7890-7abc-8def-000000000000",),
        "attachments": ({"name": "toàn văn.pdf", "file": "ab" * 20, "sha512": "cd" * 64, "size": 120},),
    },
    "2026-01-02T03:04:05Z", "Hà", "2026-02-02T03:04:05Z", "Hà",
)  # fmt: skip


@pytest.mark.parametrize("kind", list(KINDS), ids=lambda kind: kind.name)
def test_table_schema_names_every_column_once(kind: object) -> None:
    fields = table_schema(kind)["fields"]
    names = [field["name"] for field in fields]
    assert len(names) == len(set(names))
    assert tuple(names[: len(SYSTEM_COLUMNS)]) == SYSTEM_COLUMNS
    assert set(names) == set(SYSTEM_COLUMNS) | {f.name for f in kind.fields if f.packaged}
    assert table_schema(kind)["primaryKey"] == ["id"]
    # https://specs.frictionlessdata.io/table-schema/ names these among its types
    assert {field["type"] for field in fields} <= {"string", "integer", "number", "array"}
    assert all(field["title"] and field["title_en"] for field in fields)
    json.dumps(table_schema(kind))


def test_choices_are_listed_and_dates_may_be_partial() -> None:
    fields = {field["name"]: field for field in table_schema(KINDS["publication"])["fields"]}
    assert "journal_article" in fields["document_type"]["constraints"]["enum"]
    pattern = fields["issued"]["constraints"]["pattern"]
    for text, allowed in (
        ("2026", True),
        ("2026-03", True),
        ("2026-03-04", True),
        ("03/2026", False),
        ("26", False),
    ):
        assert (jsonschema.Draft202012Validator({"pattern": pattern}).is_valid(text)) is allowed
    assert (
        "đồng"
        in {f["name"]: f for f in table_schema(KINDS["research_task"])["fields"]}["funding_total"][
            "description"
        ]
    )


def test_a_flat_record_leaves_private_fields_at_home() -> None:
    line = flatten(PUBLICATION, KINDS["publication"])
    assert list(line)[:7] == ["id", "number", "version", "state", "secrecy", "created_at", "changed_at"]
    assert line["title"] == "Nâng cao hiệu quả phòng ngừa"
    assert line["contributors"] == [{"name": "Nguyễn Văn Hà", "rank": "colonel"}, {"name": "Đỗ Thị Ánh"}]
    assert "tags" not in line and "created_by" not in line and "kind" not in line and "notes" not in line


def test_the_named_list_of_a_class_never_travels() -> None:
    secret = Record(
        ID, "training_session", 1, 1, State.COMPLETE, "thuong", {"participant_list": ({"name": "Lê Hà"},)}
    )
    assert "Lê Hà" not in json.dumps(flatten(secret, KINDS["training_session"]), ensure_ascii=False)
    assert "participant_list" not in json.dumps(table_schema(KINDS["training_session"]))
    assert all(row["name"] != "participant_list" for row in data_dictionary(KINDS["training_session"]))


def test_a_flat_record_fits_the_json_schema_and_a_bent_one_does_not() -> None:
    schema = json_schema(KINDS["publication"])
    jsonschema.Draft202012Validator.check_schema(schema)
    check = jsonschema.Draft202012Validator(schema)
    line = flatten(PUBLICATION, KINDS["publication"])
    assert list(check.iter_errors(line)) == []
    for name, wrong in (
        ("id", "12"), ("state", "lost"), ("issued", "tháng 3"), ("document_type", "scroll"),
        ("keywords", "ma túy"),
        ("number", 0), ("field_codes", ["50502"]), ("contributors", [{"name": 7}]),
    ):  # fmt: skip
        assert not check.is_valid({**line, name: wrong}), name
    assert check.is_valid({**line, "a_field_of_later": 1})


def test_the_schema_speaks_the_same_whatever_the_screen_speaks() -> None:
    vietnamese = table_schema(KINDS["research_task"])
    i18n.use("en")
    try:
        assert table_schema(KINDS["research_task"]) == vietnamese
    finally:
        i18n.use("vi")


def test_the_dictionary_explains_every_column() -> None:
    rows = data_dictionary(KINDS["research_task"])
    assert [row["name"] for row in rows] == [
        f["name"] for f in table_schema(KINDS["research_task"])["fields"]
    ]
    grade = next(row for row in rows if row["name"] == "grade")
    assert (
        grade["vi"] == "Xếp loại"
        and grade["codes"] == "acceptance_grade"
        and "Danh mục" in grade["description"]
    )

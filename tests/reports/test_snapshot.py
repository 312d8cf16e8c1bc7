"""The frozen report: canonical, checked when read, nothing in it that may not leave."""

from __future__ import annotations

import hashlib
import json
import unicodedata
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from stdesk import resources
from stdesk.domain.records import State
from stdesk.errors import UserError
from stdesk.reports.snapshot import Snapshot, report_day
from tests.reports.samples import KINDS, UNIT, publications, record, sample, sessions, tasks

SCHEMA = Draft202012Validator(json.loads(resources.read_text("schema", "snapshot-2.json")))


def test_it_is_valid_canonical_and_comes_back_the_same() -> None:
    made = sample()
    data = made.to_bytes()
    plain = json.loads(data)
    SCHEMA.validate(plain)
    again = json.dumps(plain, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()
    assert data == again == Snapshot.from_bytes(data).to_bytes()
    assert made.sha512 == hashlib.sha512(data).hexdigest() == Snapshot.from_bytes(data).sha512
    assert unicodedata.is_normalized("NFC", data.decode())
    assert {kind: len(found) for kind, found in made.records.items()} == {
        "publication": 86,
        "research_task": 46,
        "training_session": 17,
    }


def test_an_empty_period_is_valid_too() -> None:
    made = sample(empty=True)
    SCHEMA.validate(json.loads(made.to_bytes()))
    assert made.figure("tasks.total") == 0


def test_the_order_records_come_in_does_not_matter() -> None:
    listed = [*publications(9), *tasks(5), *sessions(3)]
    assert sample(*listed).to_bytes() == sample(*reversed(listed)).to_bytes()


def test_decomposed_text_of_the_settings_is_composed() -> None:
    unit = {**UNIT, "unit_name": unicodedata.normalize("NFD", "Công an tỉnh Cà Mau")}
    assert sample(*tasks(1), unit=unit).to_bytes() == sample(*tasks(1)).to_bytes()


def test_what_may_not_leave_is_not_in_it() -> None:
    class_ = record(
        "training_session",
        1,
        {
            "title": "Tập huấn",
            "type": "training",
            "start": "2026-03",
            "participant_list": [{"name": "Người Được Cử Đi"}],
        },
    )
    secret = record("research_task", 7, {"title": "Tên không được lộ", "start": "2026"}, secrecy="mat")
    made = sample(class_, secret, left_out=2)
    text = made.to_bytes().decode()
    assert "Người Được Cử Đi" not in text and "Tên không được lộ" not in text
    assert "not for the report" not in text
    assert made.left_out == made.figure("left_out") == 3
    assert made.figure("tasks.total") == 0
    assert any("Có 3 hồ sơ" in one["text"] for one in made.narrative)


def test_the_day_of_a_report_is_the_day_in_vietnam() -> None:
    assert report_day(sample(*tasks(1)).moment).isoformat() == "2026-11-11"


@pytest.mark.parametrize(
    "change",
    [
        lambda d: d.pop("records"),
        lambda d: d.update(period={}),
        lambda d: d["period"].update(end="không phải ngày"),
        lambda d: d.update(trial="no"),
        lambda d: d.update(submission=True),
        lambda d: d.update(frozen_at="hôm qua"),
        lambda d: d.update(figures={"values": {"a": 1}}),
        lambda d: d["records"].update(publication=[{"kind": "x"}]),
        lambda d: d["records"].update(publication=["x"]),
        lambda d: d["unit"].update(unit_name=3),
        lambda d: d.update(narrative=[{}]),
        lambda d: d.update(version=0),
        lambda d: d.update(version="1"),
        lambda d: d.update(format="other"),
    ],
)
def test_a_damaged_one_is_refused_in_a_sentence(change: Any) -> None:
    plain = json.loads(sample(*tasks(1)).to_bytes())
    change(plain)
    with pytest.raises(UserError) as told:
        Snapshot.from_bytes(json.dumps(plain).encode())
    assert told.value.code == "snapshot_damaged"
    assert "bị hỏng" in str(told.value)


def test_a_newer_one_is_refused_with_what_to_do() -> None:
    plain = json.loads(sample(*tasks(1)).to_bytes())
    plain["version"] = 3
    with pytest.raises(UserError, match="mới hơn") as told:
        Snapshot.from_bytes(json.dumps(plain).encode())
    assert told.value.code == "snapshot_newer"


@given(st.binary(max_size=200))
def test_any_bytes_are_refused(data: bytes) -> None:
    with pytest.raises(UserError):
        Snapshot.from_bytes(data)


@given(st.integers(0, 5000), st.integers(1, 400))
@settings(max_examples=40)
def test_a_truncated_or_deeply_nested_one_is_refused(cut: int, deep: int) -> None:
    data = sample(*tasks(1)).to_bytes()
    for damaged in (data[: cut % len(data)], b"[" * deep * 1000):
        with pytest.raises(UserError):
            Snapshot.from_bytes(damaged)


def test_an_unknown_form_is_told() -> None:
    from stdesk.reports.document import build_document

    plain = json.loads(sample(*tasks(1)).to_bytes())
    plain["form"] = "../../etc/passwd"
    with pytest.raises(UserError) as told:
        build_document(Snapshot.from_bytes(json.dumps(plain).encode()), KINDS)
    assert told.value.code == "report_form_missing"


def test_drafts_do_not_owe_deposits() -> None:
    owed = {"title": "A", "start": "2026", "accepted": "2026-05", "grade": "dat"}
    made = sample(record("research_task", 1, owed), record("research_task", 2, owed, state=State.DRAFT))
    assert [one["number"] for one in made.deposits] == [1]

"""The published schemas describe what the program writes, and refuse what it refuses."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator, ValidationError

from stdesk import resources
from stdesk.package import answer, roster, seal
from stdesk.package.envelope import read_envelope, seal_envelope
from stdesk.package.keys import SecretKey
from stdesk.package.reader import open_package
from tests.helpers import mutations
from tests.helpers.mutations import KEY

CENTRE = SecretKey.from_seed(bytes([9]) * 32)
_UUIDS = [f"0192f0a4-0000-7abc-8def-00000000000{n}" for n in range(10)]


def _schema(name: str) -> Draft202012Validator:
    document = json.loads(resources.read_text("schema", f"{name}.json"))
    Draft202012Validator.check_schema(document)
    assert document["$id"] == f"urn:stdesk:{name}"
    return Draft202012Validator(document)


def _checked(raw: bytes, type_: str, name: str) -> dict[str, Any]:
    """The body of an envelope that both its own schema and the envelope's take."""
    _schema("envelope-1").validate(json.loads(raw))
    body = json.loads(read_envelope(raw, type_).text)
    _schema(name).validate(body)
    return dict(body)


def _refuses(name: str, body: dict[str, Any], **changes: Any) -> None:
    with pytest.raises(ValidationError):
        _schema(name).validate({**body, **changes})


def test_a_key_card_is_as_described() -> None:
    raw = roster.seal_card("CAT Đắk Lắk/PC09", "Phòng Kỹ thuật hình sự", "2026-11-05T01:30:00Z", KEY)
    body = _checked(raw, "key", "key-card-1")
    _refuses("key-card-1", body, public="x")
    _refuses("key-card-1", body, unit_code="")


def test_a_roster_is_as_described() -> None:
    lines = (roster.KeyLine(CENTRE.public.line, since="2026-01-01"),)
    made = roster.Roster(
        version=2,
        issued="2026-11-05T01:30:00Z",
        expires="2027-12-31",
        centre=roster.CentreInfo("Cục X", lines, ()),
        units=(roster.UnitKey("PC09", "Phòng PC09", KEY.public.line, revoked="2026-12-01"),),
    )
    body = _checked(roster.seal_roster(made, CENTRE), "roster", "roster-1")
    _refuses("roster-1", body, version=0)
    _refuses("roster-1", body, expires="")
    _refuses("roster-1", body, centre={"name": "x", "keys": []})


def test_a_header_is_as_described(tmp_path: Path) -> None:
    content = mutations.signed_content(tmp_path)
    said = seal.header_of(content.info)
    sums = {"fingerprint": "ab" * 64, "size": 10, "sha512": "cd" * 64, "name": "KHCN-PC09-2026-L01"}
    body = _checked(seal_envelope("header", {**said, **sums}, KEY, "x"), "header", "header-1")
    assert seal.header_in(read_envelope(seal_envelope("header", body, KEY, "x"), "header")).unit == "PC09"
    _refuses("header-1", body, size=0)
    _refuses("header-1", body, fingerprint="")


def _answer() -> answer.Answer:
    proposals = (
        answer.Proposal(_UUIDS[1], "correction", "publication", _UUIDS[2], 4, "title", "Đề án", "De an"),
        answer.Proposal(
            _UUIDS[3],
            "double",
            "publication",
            _UUIDS[2],
            other={"unit": "PA06", "kind": "publication", "id": _UUIDS[4]},
        ),
        answer.Proposal(_UUIDS[5], "central_id", "publication", _UUIDS[2], value="TW-00012"),
    )
    return answer.Answer(
        answer=_UUIDS[0],
        number=1,
        previous="",
        unit="PC09",
        period="2026",
        submission=1,
        fingerprint="ab" * 64,
        status="returned",
        at="2026-11-15T01:30:00Z",
        centre="Cục X",
        sequence=3,
        line=mutations.LINE,
        roster=2,
        counts={"publication": 2},
        lines=(answer.Line("publication", _UUIDS[2], 4, "title", "r-1", "thiếu nhan đề", "ghi đủ", "gấp"),),
        proposals=proposals,
    )


def test_an_answer_is_as_described_long_and_short() -> None:
    whole = _answer()
    raw = seal_envelope("answer", answer.to_body(whole), CENTRE, "x")
    body = _checked(raw, "answer", "answer-1")
    _refuses("answer-1", body, status="fine")
    _refuses("answer-1", body, proposals=[{**body["proposals"][0], "type": "other"}])
    _refuses(
        "answer-1", body, proposals=[{"proposal": _UUIDS[1], "type": "double", "kind": "event", "id": "1"}]
    )
    short = whole.shortened(read_envelope(raw, "answer").text)
    told = _checked(seal_envelope("answer", answer.to_body(short), CENTRE, "x"), "answer", "answer-1")
    _refuses("answer-1", told, lines=body["lines"])


def test_an_envelope_of_another_form_is_not_described() -> None:
    raw = roster.seal_card("PC09", "", "2026-11-05T01:30:00Z", KEY)
    outer = json.loads(raw)
    _refuses("envelope-1", outer, format="stdesk-envelope-2")
    _refuses("envelope-1", outer, more="x")
    _refuses(
        "envelope-1",
        outer,
        signature=outer["signature"].replace("trusted comment: stdesk", "trusted comment: x"),
    )


def test_rows_of_the_tables_are_as_described(tmp_path: Path) -> None:
    content = mutations.signed_content(tmp_path)
    gone = {"id": _UUIDS[6], "kind": "event", "number": 7, "reason": "trùng"}
    told = {"answer": _UUIDS[0], "number": 1, "status": "accepted", "period": "2026", "submission": 1}
    told |= {"fingerprint": "ab" * 64, "at": "2026-11-15T01:30:00Z"}
    info = replace(content.info, withdrawn=1)
    path = mutations.write_signed(tmp_path, replace(content, info=info, withdrawn=[gone], answers=[told]))
    with open_package(path) as package:
        rows = {
            "files-row-1": list(package.attachments()),
            "withdrawn-row-1": list(package.withdrawn()),
            "answers-row-1": list(package.answers()),
        }
    assert {name: len(found) for name, found in rows.items()} == {
        "files-row-1": 3,
        "withdrawn-row-1": 1,
        "answers-row-1": 1,
    }
    for name, found in rows.items():
        for row in found:
            _schema(name).validate(row)
    _refuses("files-row-1", rows["files-row-1"][0], path="../x")
    _refuses("withdrawn-row-1", rows["withdrawn-row-1"][0], kind="")
    _refuses("answers-row-1", rows["answers-row-1"][0], status="lost")

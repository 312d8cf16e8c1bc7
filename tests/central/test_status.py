"""Who has sent, who is late, what is missing; answers in their chain."""

from __future__ import annotations

import uuid
from datetime import date
from pathlib import Path

import pytest

from stdesk.central.agency import Agency
from stdesk.central.model import AnswerPlace, NewAnswer
from stdesk.clock import timestamp
from stdesk.domain.periods import parse_period
from stdesk.errors import UserError
from tests.central.packages import Made, Time, Unit, publication

YEAR = parse_period("2026")


def answer(agency: Agency, made: Made, status: str) -> AnswerPlace:
    """Give an answer; the place it was given."""
    places = []

    def make(place: AnswerPlace) -> NewAnswer:
        places.append(place)
        raw = f"{place.number}:{status}".encode()
        return NewAnswer(
            str(uuid.uuid4()), status, timestamp(agency.clock()), f"d{place.number}", raw, "Thượng tá A"
        )

    agency.answer(made.fingerprint, make)
    return places[0]


def test_who_has_sent_and_who_is_late(agency: Agency, tmp_path: Path, time: Time) -> None:
    units = {code: Unit(code, f"Đơn vị {code}") for code in ("A1", "B2", "C3", "D4", "E5")}
    for unit in units.values():
        unit.register(agency)
    agency.registry.change_unit("E5", expected=False)
    assert agency.intake(units["A1"].pack(tmp_path / "a", [publication(1)]).path).outcome == "merged"
    units["B2"].pack(tmp_path / "b1", [publication(1)])
    second = units["B2"].pack(tmp_path / "b2", [publication(2)])
    assert agency.intake(second.path).outcome == "waiting"
    time.pass_days(4)  # 16 November: two days after the last safe day
    assert agency.intake(units["C3"].pack(tmp_path / "c", [publication(1)]).path).outcome == "merged"
    found = {one.unit: (one.state, one.late, one.days_late, one.missing) for one in agency.status(YEAR)}
    assert found == {
        "A1": ("received", False, 0, ()),
        "B2": ("waiting", False, 0, (1,)),
        "C3": ("received", True, 2, ()),
        "D4": ("not_sent", True, 2, ()),
    }
    first = agency.status(YEAR)[0]
    assert first.due == date(2026, 11, 14) and first.sent_at == "2026-11-12T03:00:00Z"
    assert {one.state for one in agency.status(parse_period("2027"))} == {"not_sent"}
    assert not any(one.late for one in agency.status(parse_period("2027")))


def test_answers_are_numbered_chained_and_only_lower(agency: Agency, tmp_path: Path) -> None:
    unit = Unit()
    unit.register(agency)
    agency.checks = lambda records, snapshot, progress: []
    one, two = (unit.pack(tmp_path / str(n), [publication(n)]) for n in (1, 2))
    for made in (one, two):
        assert agency.intake(made.path).outcome == "merged"
    assert agency.package(one.fingerprint).state == "valid"
    first = answer(agency, one, "valid")
    assert (first.number, first.previous, first.last, first.roster) == (1, "", None, 0)
    agency.registry.roster()
    second = answer(agency, two, "accepted")
    assert (second.number, second.previous, second.roster) == (2, "d1", 1)
    third = answer(agency, one, "returned")
    assert (third.number, third.previous) == (3, "d2") and third.last is not None and third.last.number == 1
    for status in ("accepted", "valid", "received"):
        with pytest.raises(UserError) as refused:
            answer(agency, one, status)
        assert refused.value.code == "central_answer_not_raised"
    assert [(made.number, made.status) for made in agency.answers(unit="PC09")] == [
        (1, "valid"), (2, "accepted"), (3, "returned"),
    ]  # fmt: skip
    stands = agency.status(YEAR)[0]
    assert (stands.state, stands.package and stands.package.name) == ("accepted", two.path.stem)
    assert stands.answer is not None and stands.answer.number == 2
    assert agency.intake(two.path).answer == b"2:accepted", "the same package again has the same answer"


def test_what_did_not_pass_is_not_accepted(agency: Agency, tmp_path: Path) -> None:
    unit = Unit()
    unit.register(agency)
    agency.checks = lambda records, snapshot, progress: [
        {"severity": "error", "rule": "r", "error": "Thiếu ISSN"}
    ]
    made = unit.pack(tmp_path / "1", [publication(1)])
    assert agency.intake(made.path).outcome == "merged"
    row = agency.package(made.path.name)
    assert (row.state, row.findings[0]["error"]) == ("received", "Thiếu ISSN")
    with pytest.raises(UserError) as refused:
        answer(agency, made, "accepted")
    assert refused.value.code == "central_answer_not_valid"
    assert agency.answers() == ()
    answer(agency, made, "returned")
    assert agency.package(made.fingerprint[:12]).state == "returned"


def test_an_answer_that_fails_in_the_making_leaves_no_gap(agency: Agency, tmp_path: Path) -> None:
    unit = Unit()
    unit.register(agency)
    made = unit.pack(tmp_path / "1", [publication(1)])
    agency.intake(made.path)

    def fail(place: AnswerPlace) -> NewAnswer:
        raise UserError("disk_full", path="x", reason="")

    with pytest.raises(UserError):
        agency.answer(made.fingerprint, fail)
    assert answer(agency, made, "received").number == 1


def test_a_waiting_package_has_no_answer_yet(agency: Agency, tmp_path: Path) -> None:
    unit = Unit()
    unit.register(agency)
    unit.pack(tmp_path / "1", [publication(1)])
    made = unit.pack(tmp_path / "2", [publication(2)])
    agency.intake(made.path)
    with pytest.raises(UserError) as refused:
        answer(agency, made, "received")
    assert refused.value.code == "central_answer_quarantined"


def test_rules_that_break_on_a_signed_snapshot_do_not_stop_the_centre(agency: Agency, tmp_path: Path) -> None:
    unit = Unit()
    unit.register(agency)

    def broken(*_: object) -> list[dict[str, str]]:
        raise KeyError("period")

    agency.checks = broken
    taken = agency.intake(unit.pack(tmp_path / "1", [publication(1)]).path)
    assert taken.outcome == "merged" and taken.package is not None
    assert taken.package.state == "received" and "period" in taken.package.findings[0]["error"]


def test_packages_are_called_by_name_or_check_code(agency: Agency, tmp_path: Path) -> None:
    unit = Unit()
    unit.register(agency)
    made = unit.pack(tmp_path / "1", [publication(1)])
    agency.intake(made.path)
    for name in (made.fingerprint, made.fingerprint[:16].upper(), made.path.name, made.path.stem):
        assert agency.package(name).fingerprint == made.fingerprint
    for name in ("", "abc", "%", made.fingerprint[:11]):
        with pytest.raises(UserError) as refused:
            agency.package(name)
        assert refused.value.code == "central_no_package"

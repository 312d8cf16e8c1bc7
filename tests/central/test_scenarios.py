"""What units send in the order, and out of the order, in which things happen; on both databases.

Each scenario ends with what the centre holds, not with what a function returned alone.
"""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest

from stdesk.central.agency import Agency
from stdesk.domain.periods import parse_period
from stdesk.errors import UserError
from stdesk.package.keys import SecretKey
from tests.central.packages import Made, Time, Unit, publication, sealed, task

YEAR = parse_period("2026")


@pytest.fixture
def unit(agency: Agency) -> Unit:
    """A registered unit."""
    made = Unit()
    made.register(agency)
    return made


def titles(agency: Agency, period: str | None = "2026", unit: str | None = None) -> dict[int, str]:
    """Number -> title of the publications merged and not withdrawn."""
    found = agency.records(period, "publication", unit)
    return {one.record.number: str(one.record.get("title")) for one in found}


def outcome(agency: Agency, made: Made | Path) -> str:
    """What becomes of a package: outcome, and the code of the sentence if there is one."""
    taken = agency.intake(made if isinstance(made, Path) else made.path)
    if taken.code:
        assert taken.sentence not in ("", taken.code) and not set("{…") & set(taken.sentence), taken.sentence
    return f"{taken.outcome} {taken.code}".strip()


def holdings(agency: Agency) -> list[Any]:
    """Everything that counts: records with their values, packages with their states."""
    records = [
        (one.unit, one.period, one.record.id, dict(one.record.values), one.package, one.withdrawn)
        for period in ("2025", "2026", None)
        for one in agency.records(period, withdrawn=True)
    ]
    return [*records, *((one.fingerprint, one.state, one.order, one.why) for one in agency.packages())]


def test_a_full_report_is_merged_whole(agency: Agency, unit: Unit, tmp_path: Path) -> None:
    lines = [publication(1, "Giám định ADN"), publication(2, "Đề án 06")]
    made = unit.pack(tmp_path / "1", lines, [task(1)], files=[("Quyết định.pdf", b"%PDF-1.4 quyet dinh")])
    taken = agency.intake(made.path)
    assert (taken.outcome, taken.unit, taken.code) == ("merged", "PC09", "")
    assert taken.package is not None and taken.package.merged and taken.package.order == 1
    assert titles(agency) == {1: "Giám định ADN", 2: "Đề án 06"}
    first = next(iter(agency.records("2026", "publication")))
    assert first.record.get("contributors") == ({"name": "Trần Thị Bích", "role": "author"},)
    assert (first.record.id, first.package, first.unit_name) == (lines[0]["id"], made.fingerprint, unit.name)
    assert [one.record.kind for one in agency.records("2026", "research_task")] == ["research_task"]
    kept = taken.package.files[0]
    assert kept.read_bytes() == made.path.read_bytes() and made.path.exists(), "copied, not moved"


def test_the_same_again_changes_nothing(agency: Agency, unit: Unit, tmp_path: Path, time: Time) -> None:
    made = unit.pack(tmp_path / "1", [publication(1)])
    assert outcome(agency, made) == "merged"
    before = holdings(agency)
    time.pass_days(3)
    assert outcome(agency, made) == "again"
    renamed = tmp_path / "KHCN-PC09-2026-L01 (1).zip"
    shutil.copy(made.path, renamed)
    assert outcome(agency, renamed) == "again", "a name given by a file manager does no harm"
    assert holdings(agency) == before


def test_a_corrected_report_replaces_and_withdraws(agency: Agency, unit: Unit, tmp_path: Path) -> None:
    unit_lines = [publication(1, "Cũ"), publication(2, "Bỏ"), publication(3, "Rút có lý do")]
    assert outcome(agency, unit.pack(tmp_path / "1", unit_lines)) == "merged"
    gone = [
        {"id": unit_lines[2]["id"], "kind": "publication", "number": 3, "reason": "Trùng với đơn vị khác"}
    ]
    second = unit.pack(tmp_path / "2", [publication(1, "Mới"), publication(4, "Thêm")], withdrawn=gone)
    assert outcome(agency, second) == "merged"
    assert titles(agency) == {1: "Mới", 4: "Thêm"}
    taken_back = {
        one.record.number: one.reason for one in agency.records("2026", withdrawn=True) if one.withdrawn
    }
    assert taken_back == {2: "", 3: "Trùng với đơn vị khác"}
    third = unit.pack(
        tmp_path / "3", [publication(1, "Mới"), publication(2, "Lại có"), publication(4, "Thêm")]
    )
    assert outcome(agency, third) == "merged"
    assert titles(agency) == {1: "Mới", 2: "Lại có", 4: "Thêm"}, "what comes back is there again"


def test_a_delta_changes_what_it_carries_and_nothing_else(agency: Agency, unit: Unit, tmp_path: Path) -> None:
    lines = [publication(n, f"Bài {n}") for n in (1, 2, 3)]
    full = unit.pack(tmp_path / "1", lines)
    assert outcome(agency, full) == "merged"
    gone = [{"id": lines[1]["id"], "kind": "publication", "number": 2, "reason": "Nhập nhầm"}]
    delta = unit.pack(tmp_path / "2", [publication(3, "Bài 3 sửa")], base=full, withdrawn=gone)
    assert outcome(agency, delta) == "merged"
    assert titles(agency) == {1: "Bài 1", 3: "Bài 3 sửa"}


def test_a_delta_on_an_earlier_base_undoes_what_came_between(
    agency: Agency, unit: Unit, tmp_path: Path
) -> None:
    """Accepted L01, returned L02, then L03 as the difference from L01: L02's changes must not survive."""
    first = unit.pack(tmp_path / "1", [publication(1, "Bài 1"), publication(2, "Bài 2")])
    assert outcome(agency, first) == "merged"
    second = unit.pack(tmp_path / "2", [publication(1, "Bài 1 sai"), publication(9, "Của đơn vị khác")])
    assert outcome(agency, second) == "merged"
    third = unit.pack(tmp_path / "3", [publication(3, "Bài 3")], base=first)
    assert outcome(agency, third) == "merged"
    assert titles(agency) == {1: "Bài 1", 2: "Bài 2", 3: "Bài 3"}
    fourth = unit.pack(tmp_path / "4", [publication(2, "Bài 2 sửa")], base=third)
    assert outcome(agency, fourth) == "merged"
    fifth = unit.pack(tmp_path / "5", [], [task(1)], base=third)
    assert outcome(agency, fifth) == "merged"
    assert titles(agency) == {1: "Bài 1", 2: "Bài 2", 3: "Bài 3"}, "a base that is itself a delta"


def test_a_delta_without_its_base_is_returned_and_the_next_full_one_follows(
    agency: Agency, unit: Unit, tmp_path: Path
) -> None:
    stranger = Made(Path(), "cd" * 64, unit.pack(tmp_path / "x", [publication(7)], numbered=True).info)
    unit.sequence, unit.previous = 0, ""
    first = unit.pack(tmp_path / "1", [publication(1)])
    assert outcome(agency, first) == "merged"
    delta = unit.pack(tmp_path / "2", [publication(2)], base=stranger)
    assert outcome(agency, delta) == "returned central_base_unknown"
    assert titles(agency).keys() == {1}
    assert outcome(agency, delta) == "again central_base_unknown"
    assert outcome(agency, unit.pack(tmp_path / "3", [publication(2)])) == "merged"
    assert titles(agency).keys() == {2}


def test_out_of_order_everything_waits_and_merges_by_itself(
    agency: Agency, unit: Unit, tmp_path: Path
) -> None:
    one, two, three, four = (unit.pack(tmp_path / str(n), [publication(n)]) for n in (1, 2, 3, 4))
    assert outcome(agency, three) == "waiting central_waits"
    assert outcome(agency, three) == "waiting central_waits"
    assert outcome(agency, one) == "merged"
    status = agency.status(YEAR)[0]
    assert (status.state, status.missing) == ("received", (2,))
    assert outcome(agency, four) == "waiting central_waits"
    taken = agency.intake(two.path)
    assert taken.outcome == "merged"
    assert [row.fingerprint for row in taken.followed] == [three.fingerprint, four.fingerprint]
    assert titles(agency).keys() == {4}, "the last full report, in the unit's order"
    assert agency.status(YEAR)[0].missing == ()
    assert [row.order for row in agency.packages()] == [1, 2, 3, 4]


def test_an_older_full_report_after_a_newer_one_changes_nothing(
    agency: Agency, unit: Unit, tmp_path: Path
) -> None:
    one = unit.pack(tmp_path / "1", [publication(1, "Cũ")])
    two = unit.pack(tmp_path / "2", [publication(1, "Mới")])
    assert [outcome(agency, made) for made in (one, two)] == ["merged", "merged"]
    before = holdings(agency)
    assert outcome(agency, one) == "again"
    assert holdings(agency) == before
    late = unit.pack(tmp_path / "3", [publication(1, "Cũ hơn")], submission=1)
    assert outcome(agency, late) == "returned central_submission_older"
    other = unit.pack(tmp_path / "4", [publication(1, "Khác")], submission=2)
    assert outcome(agency, other) == "returned central_submission_taken"
    assert titles(agency) == {1: "Mới"}


def test_two_packages_at_one_place_are_a_fork(agency: Agency, unit: Unit, tmp_path: Path) -> None:
    first = unit.pack(tmp_path / "1", [publication(1, "Bài 1")])
    assert outcome(agency, first) == "merged"
    second = unit.pack(tmp_path / "2", [publication(1, "Máy A")])
    unit.sequence, unit.previous = 1, first.fingerprint
    other = unit.pack(tmp_path / "b", [publication(1, "Máy B")])
    assert outcome(agency, second) == "merged"
    assert outcome(agency, other) == "quarantined central_fork"
    assert outcome(agency, other) == "quarantined central_fork"
    assert titles(agency) == {1: "Máy A"}
    assert agency.status(YEAR)[0].blocked == (other.path.stem,)
    after_other = unit.pack(tmp_path / "c", [publication(1, "Máy B nữa")])
    assert outcome(agency, after_other) == "quarantined central_fork_previous"
    with pytest.raises(UserError) as refused:
        agency.adopt(other.fingerprint, " ")
    assert refused.value.code == "central_reason_missing"
    taken = agency.adopt(other.fingerprint, "Máy A đã hỏng, đơn vị xác nhận qua điện thoại")
    assert taken.outcome == "returned" and taken.code == "central_submission_taken"
    assert agency.adopt(after_other.fingerprint, "Đơn vị xác nhận").outcome == "merged"
    assert titles(agency) == {1: "Máy B nữa"}


def test_a_package_that_does_not_follow_the_last_one_is_kept_apart(
    agency: Agency, unit: Unit, tmp_path: Path
) -> None:
    assert outcome(agency, unit.pack(tmp_path / "1", [publication(1)])) == "merged"
    unit.previous = "ee" * 64
    assert outcome(agency, unit.pack(tmp_path / "2", [publication(2)])) == "quarantined central_fork_previous"
    assert titles(agency).keys() == {1}


def test_one_unit_cannot_speak_for_another(agency: Agency, unit: Unit, tmp_path: Path) -> None:
    other = Unit("PA05", "Phòng An ninh mạng")
    other.register(agency)
    forged = Unit("PA05", "Phòng An ninh mạng", key=unit.key)
    assert outcome(agency, forged.pack(tmp_path / "1", [publication(1)])) == "refused central_wrong_unit"
    stranger = Unit("PX01")
    assert outcome(agency, stranger.pack(tmp_path / "2", [publication(1)])) == "refused central_unknown_key"
    assert list(agency.records()) == [] and agency.packages() == ()
    log = agency.events(most=2)
    assert [event.code for event in log] == ["central_unknown_key", "central_wrong_unit"]
    assert all(event.sentence and event.file.endswith(".zip") for event in log)


def test_a_revoked_key_signs_nothing_any_more(agency: Agency, unit: Unit, tmp_path: Path) -> None:
    one = unit.pack(tmp_path / "1", [publication(1)])
    two = unit.pack(tmp_path / "2", [publication(2)])
    assert outcome(agency, two) == "waiting central_waits"
    agency.registry.revoke(unit.key.public.id, "Mất máy")
    assert outcome(agency, one) == "refused central_key_revoked"
    with pytest.raises(UserError) as refused:
        unit.register(agency)
    assert refused.value.code == "central_key_was_revoked"
    unit.key = SecretKey.generate()
    unit.register(agency)
    unit.sequence, unit.previous = 0, ""
    assert outcome(agency, unit.pack(tmp_path / "3", [publication(3)])) == "merged"
    assert titles(agency).keys() == {3}, "what waited under the revoked key never comes in"


def test_a_new_key_replaces_the_old_one_after_some_days(
    agency: Agency, unit: Unit, tmp_path: Path, time: Time
) -> None:
    old = unit.key
    first = unit.pack(tmp_path / "1", [publication(1)])
    unit.key = SecretKey.generate()
    unit.register(agency, words_checked=False)
    second = unit.pack(tmp_path / "2", [publication(2)])
    assert outcome(agency, first) == "merged"
    assert outcome(agency, second) == "refused central_key_unchecked"
    agency.registry.confirm(unit.key.public.id)
    assert outcome(agency, second) == "merged"
    new, unit.key = unit.key, old
    third = unit.pack(tmp_path / "3", [publication(3)])
    time.pass_days(29)
    assert outcome(agency, third) == "merged", "the old key still counts for a month"
    fourth = unit.pack(tmp_path / "4", [publication(4)])
    time.pass_days(2)
    assert outcome(agency, fourth) == "refused central_key_expired"
    unit.key, unit.sequence, unit.previous = new, 3, third.fingerprint
    assert outcome(agency, unit.pack(tmp_path / "5", [publication(5)])) == "merged"


def test_unsigned_trial_and_damaged_packages_are_refused(agency: Agency, unit: Unit, tmp_path: Path) -> None:
    trial = unit.pack(tmp_path / "t", [publication(1)], numbered=False, trial=True)
    assert outcome(agency, trial) == "refused central_trial"
    unsigned = unit.pack(tmp_path / "u", [publication(1)], signed=False)
    assert outcome(agency, unsigned) == "refused central_unsigned"
    unit.sequence, unit.previous = 0, ""
    good = unit.pack(tmp_path / "1", [publication(1, "Nguyên vẹn")])
    raw = bytearray(good.path.read_bytes())
    at = raw.index("Nguyên vẹn".encode())
    raw[at : at + 1] = b"n"
    damaged = tmp_path / "d" / good.path.name
    damaged.parent.mkdir()
    damaged.write_bytes(raw)
    assert outcome(agency, damaged) == "refused central_not_whole"
    damaged.write_bytes(raw[: len(raw) // 2])
    assert outcome(agency, damaged) == "refused central_not_whole"
    damaged.write_bytes(b"")
    assert outcome(agency, damaged) == "refused central_not_whole"
    assert agency.packages() == ()
    assert outcome(agency, good) == "merged"


def test_a_package_of_a_later_format_is_named_as_such(
    agency: Agency, unit: Unit, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from stdesk.package import layout

    with monkeypatch.context() as patched:
        patched.setattr(layout, "FORMAT", "2")
        made = unit.pack(tmp_path / "1", [publication(1)])
    assert outcome(agency, made) == "refused central_newer_format"


def test_more_secrecy_than_allowed_is_returned_and_not_kept(
    agency: Agency, unit: Unit, tmp_path: Path
) -> None:
    lines = [publication(1, secrecy="mat")]
    made = unit.pack(tmp_path / "1", lines, secrecy="mat")
    assert outcome(agency, made) == "returned central_secrecy"
    assert agency.package(made.fingerprint).files == ()
    assert not list((agency.folder / "packages").rglob("*.zip")), "nothing of it lies here"
    hidden = unit.pack(tmp_path / "2", lines)
    assert outcome(agency, hidden) == "returned central_record_secret"
    agency.registry.change_unit("PC09", secrecy="mat")
    assert outcome(agency, unit.pack(tmp_path / "3", lines, secrecy="mat")) == "merged"
    assert titles(agency).keys() == {1}


def test_a_restored_library_goes_on_in_a_new_line(agency: Agency, unit: Unit, tmp_path: Path) -> None:
    one = unit.pack(tmp_path / "1", [publication(1)])
    two = unit.pack(tmp_path / "2", [publication(2)])
    assert [outcome(agency, made) for made in (one, two)] == ["merged", "merged"]
    behind = Unit(key=unit.key, previous=one.fingerprint)
    assert outcome(agency, behind.pack(tmp_path / "b", [publication(8)], submission=8)) == (
        "quarantined central_line_behind"
    )
    restored = Unit(key=unit.key, previous=two.fingerprint)
    three = restored.pack(tmp_path / "3", [publication(3)], submission=3)
    four = restored.pack(tmp_path / "4", [publication(4)], submission=4)
    assert outcome(agency, four) == "waiting central_waits"
    taken = agency.intake(three.path)
    assert (taken.outcome, len(taken.followed)) == ("merged", 1)
    assert titles(agency).keys() == {4}
    old = unit.pack(tmp_path / "5", [publication(5)], submission=5)
    assert outcome(agency, old) == "quarantined central_old_line"
    assert titles(agency).keys() == {4}


def test_a_new_line_waits_for_the_package_it_follows(agency: Agency, unit: Unit, tmp_path: Path) -> None:
    one = unit.pack(tmp_path / "1", [publication(1)])
    two = unit.pack(tmp_path / "2", [publication(2)])
    restored = Unit(key=unit.key, previous=two.fingerprint)
    three = restored.pack(tmp_path / "3", [publication(3)], submission=3)
    assert outcome(agency, one) == "merged"
    assert outcome(agency, three) == "waiting central_waits_before"
    assert agency.intake(two.path).followed[0].fingerprint == three.fingerprint
    assert titles(agency).keys() == {3}


def test_bags_of_one_package_come_in_any_order(agency: Agency, unit: Unit, tmp_path: Path) -> None:
    files = [(f"tep-{n}.pdf", b"%PDF-1.4 " + bytes([65 + n]) * 60_000) for n in range(4)]
    made = unit.pack(tmp_path / "1", [publication(1)], files=files, most=160_000)
    assert len(made.paths) >= 2
    *others, last = reversed(made.paths)
    for path in others:
        assert outcome(agency, path) == "part central_part"
        assert outcome(agency, path) == "part central_part"
    assert titles(agency) == {}
    taken = agency.intake(last)
    assert taken.outcome == "merged" and taken.package is not None
    assert len(taken.package.files) == len(made.paths) and taken.package.name == "KHCN-PC09-2026-L01"
    assert [outcome(agency, path) for path in made.paths] == ["again"] * len(made.paths)
    assert titles(agency).keys() == {1}
    assert outcome(agency, unit.pack(tmp_path / "2", [publication(2)])) == "merged"


def test_a_sealed_package_is_opened_and_merged(agency: Agency, unit: Unit, tmp_path: Path) -> None:
    made = unit.pack(tmp_path / "1", [publication(1)])
    closed = sealed(made, tmp_path / "stick", agency, unit)
    assert outcome(agency, closed) == "merged"
    row = agency.package(made.fingerprint)
    assert row.sealed and row.files[0].read_bytes() == made.path.read_bytes()
    assert not list((agency.folder / "work").iterdir()), "nothing opened is left lying about"
    assert outcome(agency, closed) == "again"
    assert outcome(agency, made) == "again"


def test_a_sealed_package_is_refused_before_it_is_opened(
    agency: Agency, unit: Unit, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from stdesk.package import seal

    made = unit.pack(tmp_path / "1", [publication(1, secrecy="mat")], secrecy="mat")
    closed = sealed(made, tmp_path / "stick", agency, unit)

    def never(*_: object, **__: object) -> Path:
        raise AssertionError("opened")

    with monkeypatch.context() as patched:
        patched.setattr(seal, "open_sealed", never)
        assert outcome(agency, closed) == "refused central_secrecy"
        agency.registry.revoke(unit.key.public.id, "Lộ khoá")
        assert outcome(agency, closed) == "refused central_key_revoked"
        closed.with_name(closed.name + ".json").unlink()
        assert outcome(agency, closed) == "refused sealed_header_missing"


def test_a_sealed_file_that_was_changed_is_refused(agency: Agency, unit: Unit, tmp_path: Path) -> None:
    made = unit.pack(tmp_path / "1", [publication(1)])
    closed = sealed(made, tmp_path / "stick", agency, unit)
    raw = bytearray(closed.read_bytes())
    raw[-40] ^= 1
    closed.write_bytes(raw)
    assert outcome(agency, closed).startswith("refused sealed_")
    assert agency.packages() == ()


def test_the_report_of_last_year_stays_what_it_was(agency: Agency, unit: Unit, tmp_path: Path) -> None:
    """A task of two years: what is reported for 2026 does not rewrite what was reported for 2025."""
    then = unit.pack(
        tmp_path / "1", [publication(1, "Bài 1")], [task(1, "Đề tài", start="2025-03")], period="2025"
    )
    assert outcome(agency, then) == "merged"
    now = unit.pack(tmp_path / "2", [], [task(1, "Đề tài (đổi tên)", end="2026-08")])
    assert outcome(agency, now) == "merged"

    def named(period: str | None) -> dict[str, str]:
        return {one.record.kind: str(one.record.get("title")) for one in agency.records(period)}

    assert named("2025") == {"publication": "Bài 1", "research_task": "Đề tài"}
    assert named("2026") == {"research_task": "Đề tài (đổi tên)"}
    assert named(None) == {"publication": "Bài 1", "research_task": "Đề tài (đổi tên)"}
    again = unit.pack(tmp_path / "3", [], [task(2, "Đề tài khác")])
    assert outcome(agency, again) == "merged"
    assert named("2025") == {"publication": "Bài 1", "research_task": "Đề tài"}
    assert (
        named(None) == {"publication": "Bài 1", "research_task": "Đề tài khác"}
        or len(list(agency.records())) == 3
    )
    late = unit.pack(
        tmp_path / "4", [publication(1, "Bài 1 sửa")], [task(1, "Đề tài 2025 sửa")], period="2025"
    )
    assert outcome(agency, late) == "merged"
    assert named("2025") == {"publication": "Bài 1 sửa", "research_task": "Đề tài 2025 sửa"}
    assert named("2026") == {"research_task": "Đề tài khác"}


def test_units_do_not_touch_each_other(agency: Agency, unit: Unit, tmp_path: Path) -> None:
    """Two units may even use one record id: unit and id together are the key."""
    other = Unit("PA05", "Phòng An ninh mạng")
    other.register(agency)
    line = publication(1, "Của PC09")
    assert outcome(agency, unit.pack(tmp_path / "1", [line])) == "merged"
    assert outcome(agency, other.pack(tmp_path / "2", [line | {"title": "Của PA05"}])) == "merged"
    assert titles(agency, unit="PC09") == {1: "Của PC09"} and titles(agency, unit="PA05") == {1: "Của PA05"}
    assert outcome(agency, other.pack(tmp_path / "3", [publication(5, unit="PA05")])) == "merged"
    assert titles(agency, unit="PC09") == {1: "Của PC09"}


SENSELESS: dict[str, dict[str, Any]] = {
    "title": {"title": 5},
    "month 13": {"issued": "2026-13"},
    "people as text": {"contributors": "Trần Thị Bích"},
    "name as list": {"contributors": [{"name": ["x"]}]},
    "number": {"number": 2**70},
    "true as number": {"number": True},
    "nul": {"notes": "nul \x00 ở giữa"},
    "state": {"state": "trashed"},
    "level": {"secrecy": "tuyet_doi"},
}


def test_signed_packages_with_senseless_values_are_returned(
    agency: Agency, unit: Unit, tmp_path: Path
) -> None:
    """Signed is not the same as sane; and the unit's next package comes in all the same."""
    for name, values in SENSELESS.items():
        made = unit.pack(tmp_path / name, [publication(1), publication(2) | values], loose=True)
        assert outcome(agency, made) == "returned central_record", name
    assert list(agency.records()) == []
    twice = task(1, id=publication(1)["id"])
    assert (
        outcome(agency, unit.pack(tmp_path / "2x", [publication(1)], [twice]))
        == "returned central_record_twice"
    )
    assert outcome(agency, unit.pack(tmp_path / "z", [publication(1)])) == "merged"
    assert titles(agency).keys() == {1}

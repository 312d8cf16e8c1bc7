"""Units, their keys, the centre's own keys and rosters; opening the centre's database."""

from __future__ import annotations

import sqlite3
from datetime import date
from pathlib import Path

import pytest

from stdesk.central.agency import Agency
from stdesk.errors import Exit, UserError
from stdesk.package import roster
from stdesk.package.keys import SecretKey
from stdesk.package.words import fingerprint_words
from tests.central.packages import Time, Unit, publication


def refused(act: object, *args: object, **how: object) -> str:
    """The code with which ``act`` is refused."""
    with pytest.raises(UserError) as error:
        act(*args, **how)  # type: ignore[operator]
    assert str(error.value) != error.value.code
    return error.value.code


def test_a_unit_is_registered_by_its_card_and_the_words_of_its_key(agency: Agency) -> None:
    unit = Unit("CAT Đắk Lắk/PC09", "Phòng Kỹ thuật hình sự")
    words = " ".join(fingerprint_words(unit.key.public))
    other = " ".join(fingerprint_words(SecretKey.generate().public))
    assert refused(agency.registry.register, unit.card(), words=other) == "central_words_differ"
    assert agency.registry.units() == ()
    made = agency.registry.register(unit.card(), words=words.upper())
    assert (made.code, made.name, made.expected, made.secrecy) == (unit.code, unit.name, True, "thuong")
    key = made.keys[0]
    assert (key.id, key.checked, " ".join(key.words)) == (unit.key.public.id, True, words)
    assert agency.registry.register(unit.card(), words=words) == made, "twice is once"
    assert [event.outcome for event in agency.events(unit=unit.code)] == ["registered", "registered"]


def test_a_changed_card_and_a_stolen_key_are_refused(agency: Agency) -> None:
    unit = Unit()
    raw = unit.card()
    changed = raw.replace(b"PC09", b"PC10")
    assert refused(agency.registry.register, changed) in ("signature_wrong", "envelope_changed")
    unit.register(agency)
    thief = Unit("PA05", "Phòng An ninh mạng", key=unit.key)
    assert refused(thief.register, agency) == "central_key_other_unit"
    assert [one.code for one in agency.registry.units()] == ["PC09"], "nothing of it is left"
    assert refused(agency.registry.revoke, "00" * 8, "x") == "central_no_key"
    assert refused(agency.registry.unit, "PA05") == "central_unknown_unit"
    assert refused(agency.registry.change_unit, "PC09", secrecy="tuyet_doi") == "central_secrecy_unknown"


def test_units_take_one_roster_after_the_other(agency: Agency, time: Time) -> None:
    unit = Unit()
    unit.register(agency)
    first = agency.registry.roster(date(2027, 12, 31))
    words = " ".join(fingerprint_words(agency.registry.public()))
    taken = roster.check_first(first, words, time())
    assert (taken.version, taken.expires, taken.centre.name) == (1, "2027-12-31", "Cục V04")
    assert taken.unit_keys("PC09", date(2026, 11, 12)) == (unit.key.public,)
    assert taken.centre.recipients == agency.registry.recipients()
    old = agency.registry.public()
    agency.registry.rotate_centre_keys()
    assert agency.registry.public() == old, "until a roster names the new one"
    second = agency.registry.roster()
    assert roster.check_newer(first, second, time()).version == 2
    assert agency.registry.public() != old
    assert refused(roster.check_newer, second, first, time()) == "roster_older"
    time.pass_days(31)
    third = agency.registry.roster()
    assert roster.check_newer(second, third, time()).version == 3, (
        "signed by the new key, the old one has run out"
    )
    assert agency.registry.last_roster() == third
    assert len(agency.registry.identities()) == 2, "what was sealed for the old key is still opened"


def test_a_revoked_key_is_in_the_next_roster_as_revoked(agency: Agency, time: Time) -> None:
    unit = Unit()
    unit.register(agency)
    unchecked = Unit("PA05")
    unchecked.register(agency, words_checked=False)
    agency.registry.revoke(unit.key.public.id, "Mất máy")
    found = roster.read_roster(agency.registry.roster())[0]
    assert [(one.unit_code, one.revoked) for one in found.units] == [("PC09", "2026-11-12")]
    assert found.unit_keys("PC09", date(2026, 11, 12)) == ()


def test_a_centre_is_opened_again_as_it_was(agency: Agency, place: str, tmp_path: Path, time: Time) -> None:
    unit = Unit()
    unit.register(agency)
    agency.intake(unit.pack(tmp_path / "1", [publication(1)]).path)
    agency.put_setting("rotation_days", "10")
    agency.put_central_ids({("PC09", publication(1)["id"]): "V04-2026-000001"})
    agency.put_central_ids({})
    with Agency.open(place, clock=time) as again:
        assert (again.name, again.setting("rotation_days"), again.setting("x", "y")) == ("Cục V04", "10", "y")
        assert again.registry.units() == agency.registry.units() and again.folder == agency.folder
        assert again.registry.public() == agency.registry.public()
        found = again.record("PC09", publication(1)["id"])
        assert found is not None and found.central_id == "V04-2026-000001"
        assert again.record("PC09", "x") is None
    assert refused(Agency.create, place, "Hai") == "central_exists"
    agency.put_setting("schema_version", "99")
    assert refused(Agency.open, place) == "central_newer"


def test_the_same_title_of_two_units_is_found(agency: Agency, tmp_path: Path) -> None:
    mine, theirs = Unit(), Unit("PA05", "Phòng An ninh mạng")
    for unit in (mine, theirs):
        unit.register(agency)
    mine_lines = [publication(1, "Giám định ADN ở Đắk Lắk"), publication(2, "Chỉ của PC09"), publication(3)]
    agency.intake(mine.pack(tmp_path / "1", mine_lines).path)
    their_lines = [publication(7, "GIÁM ĐỊNH ADN Ở ĐẮK LẮK", unit="PA05"), publication(8, "Rút", unit="PA05")]
    agency.intake(theirs.pack(tmp_path / "2", [*their_lines, publication(3, unit="PA05")]).path)
    groups = [[(one.unit, one.record.number) for one in group] for group in agency.same_titles("2026")]
    assert sorted(groups) == [[("PA05", 3), ("PC09", 3)], [("PA05", 7), ("PC09", 1)]]
    assert list(agency.same_titles("2025")) == []
    agency.intake(theirs.pack(tmp_path / "3", their_lines[:1]).path)
    assert [len(group) for group in agency.same_titles()] == [2]


def test_places_that_are_no_centre_are_named(tmp_path: Path) -> None:
    assert refused(Agency.open, tmp_path) == "central_not_found"
    strange = tmp_path / "khac.db"
    with sqlite3.connect(strange) as other:
        other.execute("CREATE TABLE t (x)")
    other.close()
    assert refused(Agency.open, strange) == "central_not_found"
    for url in ("mysql://x/y", "postgresql://%%%", "http://a/b"):
        with pytest.raises(UserError) as error:
            Agency.open(url)
        assert error.value.code in ("central_bad_url", "central_unreachable")


def test_a_server_out_of_reach_is_a_sentence_without_the_password(tmp_path: Path) -> None:
    pytest.importorskip("psycopg")
    with pytest.raises(UserError) as error:
        Agency.open(f"postgresql://nguoi:bi-mat@/db?host={tmp_path}")
    assert (error.value.code, error.value.exit_code) == ("central_unreachable", Exit.ENVIRONMENT)
    assert "bi-mat" not in str(error.value)


def test_without_the_driver_a_sentence_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    assert refused(Agency.open, "postgresql://localhost/db") == "central_no_driver"

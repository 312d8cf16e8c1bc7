"""The centre's list of keys: newer ones only, from keys already trusted; everything else has its sentence."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stdesk.errors import UserError
from stdesk.package.envelope import canonical, read_envelope, seal_envelope
from stdesk.package.keys import PublicKey, SecretKey
from stdesk.package.roster import (
    CentreInfo,
    KeyLine,
    Roster,
    UnitKey,
    check_first,
    check_newer,
    read_card,
    read_roster,
    seal_card,
    seal_roster,
    signer_of,
)
from stdesk.package.seal_keys import new_identity, recipient_of
from stdesk.package.words import fingerprint_words
from tests.helpers.refusals import refusal

NOW = datetime(2026, 11, 20, 3, 0, tzinfo=UTC)
A, B, C, UNIT = (SecretKey.from_seed(bytes([n]) * 32) for n in (1, 2, 3, 4))
AGE = new_identity()


def roster(version: int = 1, *keys: KeyLine, **changes: Any) -> Roster:
    """A roster of the invented centre that names A unless told otherwise."""
    made = Roster(
        version=version,
        issued="2026-11-01T01:00:00Z",
        expires="2027-12-31",
        centre=CentreInfo("Cục V04", keys or (KeyLine(A.public.line),), (AGE.recipient,)),
        units=(UnitKey("PC09", "Phòng PC09, Công an tỉnh Đắk Lắk", UNIT.public.line, "2026-01-01"),),
    )
    return replace(made, **changes)


def words(key: SecretKey) -> str:
    """As they are read out."""
    return ", ".join(fingerprint_words(key.public))


FIRST = seal_roster(roster(), A)


def test_a_roster_comes_back_as_it_was() -> None:
    found, envelope = read_roster(FIRST)
    assert found == roster()
    assert signer_of(found, envelope) == A.public
    assert found.centre_keys(NOW.date()) == (A.public,)
    assert found.unit_keys("PC09", NOW.date()) == (UNIT.public,)
    assert found.unit_keys("PC08", NOW.date()) == ()
    assert recipient_of(AGE.identity) == AGE.recipient


# -- the first one


def test_the_first_is_taken_when_its_words_were_compared() -> None:
    assert check_first(FIRST, words(A).upper(), NOW) == roster()


def test_other_words_are_refused() -> None:
    assert refusal(check_first, FIRST, words(B), NOW) == "roster_words_differ"
    assert refusal(check_first, FIRST, "", NOW) == "words_count"


def test_a_forged_first_roster_shows_its_own_words() -> None:
    """Who makes a roster of their own cannot give it the centre's words."""
    forged = seal_roster(roster(1, KeyLine(B.public.line)), B)
    assert refusal(check_first, forged, words(A), NOW) == "roster_words_differ"


def test_a_first_roster_that_borrows_the_centres_key_is_refused() -> None:
    """It names the centre's key and says that key signed it."""
    posing = SecretKey(PublicKey(A.public.id, B.public.raw), B.seed)
    forged = seal_roster(roster(9), posing)
    assert refusal(check_first, forged, words(A), NOW) == "signature_wrong"


def test_a_roster_signed_by_a_key_it_does_not_name_is_refused() -> None:
    assert refusal(check_first, seal_roster(roster(), B), words(B), NOW) == "roster_signer_unnamed"


def test_a_first_roster_signed_by_a_revoked_key_is_refused() -> None:
    revoked = seal_roster(roster(1, KeyLine(A.public.line, revoked="2026-10-01"), KeyLine(B.public.line)), A)
    assert refusal(check_first, revoked, words(A), NOW) == "roster_signer_revoked"


# -- days


@pytest.mark.parametrize(("days", "good"), [(-1, True), (0, True), (1, False), (400, False)])
def test_it_counts_until_the_end_of_its_last_day(days: int, good: bool) -> None:
    now = datetime(2027, 12, 31, 23, 59, tzinfo=UTC) + timedelta(days=days)
    if good:
        assert check_first(FIRST, words(A), now).days_left(now) == -days
    else:
        assert refusal(check_first, FIRST, words(A), now) == "roster_expired"
        assert refusal(check_newer, FIRST, seal_roster(roster(2), A), now) == "roster_expired"


def test_one_from_the_future_is_refused_but_clocks_may_differ() -> None:
    early = NOW.replace(month=10)
    assert refusal(check_first, FIRST, words(A), early) == "roster_future"
    assert check_first(FIRST, words(A), datetime(2026, 10, 31, tzinfo=UTC))


def test_a_newer_one_may_follow_an_expired_one() -> None:
    later = datetime(2028, 2, 1, tzinfo=UTC)
    newer = seal_roster(roster(2, issued="2028-01-15T01:00:00Z", expires="2028-12-31"), A)
    assert check_newer(FIRST, newer, later).version == 2


# -- newer ones


def test_rollback_is_refused_and_the_same_again_is_fine() -> None:
    second = seal_roster(roster(2), A)
    assert check_newer(FIRST, second, NOW).version == 2
    assert check_newer(second, second, NOW).version == 2
    assert refusal(check_newer, second, FIRST, NOW) == "roster_older"


def test_two_with_one_number_are_a_fork() -> None:
    other = seal_roster(roster(1, expires="2028-12-31"), A)
    assert refusal(check_newer, FIRST, other, NOW) == "roster_fork"


def test_another_signer_is_refused_whatever_the_new_one_names() -> None:
    forged = seal_roster(roster(2, KeyLine(A.public.line), KeyLine(B.public.line)), B)
    assert refusal(check_newer, FIRST, forged, NOW) == "roster_signer_unknown"


def test_a_changed_one_is_refused() -> None:
    body = dict(read_envelope(seal_roster(roster(2), A), "roster").body)
    body["version"] = 3
    posing = SecretKey(PublicKey(A.public.id, B.public.raw), B.seed)
    assert refusal(check_newer, FIRST, seal_envelope("roster", body, posing, ""), NOW) == "signature_wrong"


def test_the_centre_changes_its_key_without_a_telephone_call() -> None:
    both = seal_roster(roster(2, KeyLine(A.public.line), KeyLine(B.public.line)), A)
    check_newer(FIRST, both, NOW)
    only_b = seal_roster(roster(3, KeyLine(A.public.line, revoked="2026-11-10"), KeyLine(B.public.line)), B)
    check_newer(both, only_b, NOW)
    assert read_roster(only_b)[0].centre_keys(NOW.date()) == (B.public,)
    late = seal_roster(roster(4), A)
    assert refusal(check_newer, only_b, late, NOW) == "roster_signer_revoked"
    assert refusal(check_newer, FIRST, only_b, NOW) == "roster_signer_unknown", "the one between was missed"


def test_a_key_that_has_ended_signs_nothing_issued_later() -> None:
    ended = seal_roster(roster(1, KeyLine(A.public.line, until="2026-11-05")), A)
    before = seal_roster(roster(2, issued="2026-11-04T01:00:00Z"), A)
    after = seal_roster(roster(2, issued="2026-11-06T01:00:00Z"), A)
    assert check_newer(ended, before, NOW)
    assert refusal(check_newer, ended, after, NOW) == "roster_signer_revoked"


@pytest.mark.parametrize(
    ("line", "day", "live"),
    [
        (KeyLine("", "2026-01-10"), date(2026, 1, 9), False),
        (KeyLine("", "2026-01-10"), date(2026, 1, 10), True),
        (KeyLine("", "", "2026-01-10"), date(2026, 1, 10), True),
        (KeyLine("", "", "2026-01-10"), date(2026, 1, 11), False),
        (KeyLine("", "", "", "2026-01-10"), date(2026, 1, 9), True),
        (KeyLine("", "", "", "2026-01-10"), date(2026, 1, 10), False),
    ],
)
def test_days_of_a_key(line: KeyLine, day: date, live: bool) -> None:
    assert line.live(day) is live


# -- malformed ones


@pytest.mark.parametrize(
    "changes",
    [
        {"version": 0}, {"version": True}, {"version": "1"}, {"version": 10**9}, {"issued": "hôm qua"},
        {"issued": "2026-13-01T00:00:00Z"}, {"expires": "31/12/2027"}, {"expires": "2027-02-30"}, {"expires": ""},
        {"centre": []}, {"centre": {"name": "", "keys": []}}, {"centre": {"name": "V04", "keys": []}},
        {"centre": {"name": "V04", "keys": [{"public": A.public.line}] * 2}},
        {"centre": {"name": "V\u202e04", "keys": [{"public": A.public.line}]}},
        {"centre": {"name": "V04", "keys": [{"public": A.public.line}], "recipients": "age1"}},
        {"units": 1}, {"units": [7]}, {"units": [{"unit_name": "x", "public": UNIT.public.line}]},
        {"units": [{"unit_code": "x", "public": UNIT.public.line, "since": "2026-1-1"}]},
    ],
)  # fmt: skip
def test_a_malformed_roster_has_its_sentence(changes: dict[str, Any]) -> None:
    body = {**read_envelope(FIRST, "roster").body, **changes}
    raw = seal_envelope("roster", body, A, "")
    assert refusal(read_roster, raw) == "roster_malformed"


def test_a_weak_key_or_a_false_recipient_in_it_is_refused() -> None:
    body = read_envelope(FIRST, "roster").body
    weak = PublicKey("0" * 16, bytes(32)).line
    raw = seal_envelope("roster", {**body, "centre": {"name": "V04", "keys": [{"public": weak}]}}, A, "")
    assert refusal(read_roster, raw) == "key_weak"
    centre = {**body["centre"], "recipients": ["age1notarecipient"]}
    assert (
        refusal(read_roster, seal_envelope("roster", {**body, "centre": centre}, A, ""))
        == "recipient_malformed"
    )


@given(st.dictionaries(st.sampled_from(["version", "issued", "expires", "centre", "units"]), st.none() | st.integers()
                       | st.text(max_size=5) | st.lists(st.integers(), max_size=2)))  # fmt: skip
def test_whatever_it_holds_is_no_crash(changes: dict[str, Any]) -> None:
    body = {**read_envelope(FIRST, "roster").body, **changes}
    try:
        canonical(body).decode()
        found, _ = read_roster(seal_envelope("roster", body, A, ""))
        assert found.version >= 1
    except UserError as error:
        assert error.code in ("roster_malformed", "key_malformed")


# -- key cards


def test_a_card_comes_back() -> None:
    raw = seal_card("PC09", "Phòng PC09, Công an tỉnh Đắk Lắk", "2026-11-01T01:00:00Z", UNIT)
    card = read_card(raw)
    assert (card.unit_code, card.key) == ("PC09", UNIT.public)
    assert card.unit_name == "Phòng PC09, Công an tỉnh Đắk Lắk"


def test_a_card_with_anothers_key_is_refused() -> None:
    body = {
        "unit_code": "PC09",
        "unit_name": "",
        "public": UNIT.public.line,
        "made_at": "2026-11-01T01:00:00Z",
    }
    assert refusal(read_card, seal_envelope("key", body, B, "")) == "envelope_unknown_key"
    posing = SecretKey(PublicKey(UNIT.public.id, B.public.raw), B.seed)
    assert refusal(read_card, seal_envelope("key", body, posing, "")) == "signature_wrong"
    assert refusal(read_card, seal_envelope("key", {**body, "made_at": "x"}, UNIT, "")) == "card_malformed"
    assert refusal(read_card, FIRST) == "envelope_other_type"

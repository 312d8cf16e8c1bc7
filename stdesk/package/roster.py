"""The centre's roster of keys, and a unit's key card: who may sign what, and until when.

A roster has a version and a last day and is signed by the centre. A unit takes its first one after
comparing the words of the signing key over the telephone; each later one must be newer and signed by a
key that the one before names (The Update Framework's rule for its root role), so that the centre can
change its keys without another telephone call, and nobody else can.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from stdesk.clock import local_time
from stdesk.errors import UserError
from stdesk.package import seal_keys
from stdesk.package.answer_body import Body
from stdesk.package.envelope import Envelope, read_envelope, seal_envelope
from stdesk.package.keys import PublicKey, SecretKey
from stdesk.package.words import fingerprint_words, same_words

ROSTER = "roster"
CARD = "key"
WARNING_DAYS = 30
"""A roster that expires within these many days is spoken of."""
MOST_KEYS, MOST_RECIPIENTS, MOST_UNITS = 50, 20, 5_000
MOST_ROSTER = 4 << 20  # bytes
_CLOCKS_DIFFER = timedelta(hours=48)
_MOST_NAME = 300


@dataclass(frozen=True, slots=True)
class KeyLine:
    """A key of the centre.

    Attributes:
        public: one line, as ``PublicKey.line``. since, until: days it signs on, inclusive; "" = open.
        revoked: since which day nothing signed with it counts; "" = it counts.
    """

    public: str
    since: str = ""
    until: str = ""
    revoked: str = ""

    @property
    def key(self) -> PublicKey:
        """The key itself."""
        return PublicKey.parse(self.public)

    def live(self, day: date) -> bool:
        """Whether it may sign on ``day``."""
        return _live(self.since, self.until, self.revoked, day)


@dataclass(frozen=True, slots=True)
class CentreInfo:
    """The centre: its name, its keys for signing, the age recipients packages are sealed for."""

    name: str
    keys: tuple[KeyLine, ...]
    recipients: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class UnitKey:
    """A key of a unit as the centre registered it; the days as in :class:`KeyLine`."""

    unit_code: str
    unit_name: str
    public: str
    since: str = ""
    until: str = ""
    revoked: str = ""

    @property
    def key(self) -> PublicKey:
        """The key itself."""
        return PublicKey.parse(self.public)

    def live(self, day: date) -> bool:
        """Whether it may sign on ``day``."""
        return _live(self.since, self.until, self.revoked, day)


@dataclass(frozen=True, slots=True)
class Roster:
    """Who may sign, as the centre says.

    Attributes:
        version: from 1, one more each time. issued: UTC. expires: the last day it counts, "2027-12-31".
    """

    version: int
    issued: str
    expires: str
    centre: CentreInfo
    units: tuple[UnitKey, ...] = ()

    def centre_keys(self, day: date) -> tuple[PublicKey, ...]:
        """The keys with which the centre may sign on ``day``."""
        return tuple(one.key for one in self.centre.keys if one.live(day))

    def unit_keys(self, unit_code: str, day: date) -> tuple[PublicKey, ...]:
        """The keys with which a unit may sign on ``day``."""
        return tuple(one.key for one in self.units if one.unit_code == unit_code and one.live(day))

    def days_left(self, now: datetime) -> int:
        """Days it still counts after today; below 0 it has expired."""
        return (date.fromisoformat(self.expires) - _day(now)).days

    @property
    def expires_shown(self) -> str:
        """Its last day as people read it here."""
        return f"{date.fromisoformat(self.expires):%d/%m/%Y}"


@dataclass(frozen=True, slots=True)
class KeyCard:
    """What a unit gives to the centre: its key, signed by that key itself."""

    unit_code: str
    unit_name: str
    key: PublicKey
    made_at: str


# -- the roster


def seal_roster(roster: Roster, key: SecretKey) -> bytes:
    """A roster as a file, signed by the centre. Raises ``roster_malformed`` for one no unit would take."""
    body = {
        "version": roster.version,
        "issued": roster.issued,
        "expires": roster.expires,
        "centre": {
            "name": roster.centre.name,
            "keys": [_days(one, public=one.public) for one in roster.centre.keys],
            "recipients": list(roster.centre.recipients),
        },
        "units": [
            _days(one, unit_code=one.unit_code, unit_name=one.unit_name, public=one.public)
            for one in roster.units
        ],
    }
    comment = f"{roster.centre.name}, version {roster.version}, valid until {roster.expires}"
    raw = seal_envelope(ROSTER, body, key, comment)
    read_roster(raw)
    return raw


def read_roster(raw: bytes) -> tuple[Roster, Envelope]:
    """A roster, not trusted yet, and its envelope. Raises ``roster_malformed``, ``envelope_…``."""
    envelope = read_envelope(raw, ROSTER, MOST_ROSTER)
    try:
        return _roster(Body("", envelope.body)), envelope
    except UserError as error:
        if error.code != "answer_malformed":
            raise
        raise UserError("roster_malformed", **error.params) from error


def check_first(raw: bytes, typed_words: str, now: datetime) -> Roster:
    """The first roster a unit takes, once its signing key's words were compared over the telephone.

    Raises:
        UserError: ``roster_words_differ``; ``words_…``; ``roster_signer_unnamed``; and what
            :func:`check_newer` raises about days.
    """
    roster, envelope = read_roster(raw)
    signer = signer_of(roster, envelope)
    if not same_words(signer, typed_words):
        raise UserError("roster_words_differ", words=" · ".join(fingerprint_words(signer)))
    envelope.verify([signer])
    _check_days(roster, now)
    if signer not in roster.centre_keys(_day(now)):
        raise UserError("roster_signer_revoked", key=signer.id)
    return roster


def check_newer(old: bytes, new: bytes, now: datetime) -> Roster:
    """The roster ``new`` that may follow ``old``, which was checked when it came. The same again is fine.

    Raises:
        UserError: ``roster_older`` (rollback); ``roster_fork`` (same version, other content);
            ``roster_signer_unknown`` / ``roster_signer_revoked`` (not a key that ``old`` trusts);
            ``roster_expired``; ``roster_future``; a wrong signature.
    """
    before, _ = read_roster(old)
    roster, envelope = read_roster(new)
    trusted = {one.key.id: one for one in before.centre.keys}
    signer = trusted.get(envelope.key_id)
    if signer is None:
        raise UserError("roster_signer_unknown", key=envelope.key_id)
    if signer.revoked or not signer.live(min(_day(now), _day(datetime.fromisoformat(roster.issued)))):
        raise UserError("roster_signer_revoked", key=envelope.key_id)
    envelope.verify([signer.key])
    if roster.version < before.version:
        raise UserError("roster_older", found=str(roster.version), known=str(before.version))
    if roster.version == before.version and new != old:
        raise UserError("roster_fork", version=str(roster.version))
    _check_days(roster, now)
    return roster


def signer_of(roster: Roster, envelope: Envelope) -> PublicKey:
    """The key that is said to have signed ``roster``, one it names itself. Raises ``roster_signer_unnamed``."""
    for one in roster.centre.keys:
        if one.key.id == envelope.key_id:
            return one.key
    raise UserError("roster_signer_unnamed", key=envelope.key_id)


# -- the key card


def seal_card(unit_code: str, unit_name: str, made_at: str, key: SecretKey) -> bytes:
    """A unit's key card as a file."""
    body = {"unit_code": unit_code, "unit_name": unit_name, "public": key.public.line, "made_at": made_at}
    return seal_envelope(CARD, body, key, f"{unit_code}, key {key.public.id}")


def read_card(raw: bytes) -> KeyCard:
    """A key card whose signature is its own key's; whose key it is, only the words on the telephone say.

    Raises:
        UserError: ``envelope_…``; ``signature_…``; ``card_malformed``; ``key_malformed``, ``key_weak``.
    """
    envelope = read_envelope(raw, CARD)
    body = Body("", envelope.body)
    try:
        key = PublicKey.parse(body.text("public", 100, absent=False))
        card = KeyCard(
            body.text("unit_code", 100, absent=False), body.text("unit_name", _MOST_NAME), key, body.moment("made_at")
        )  # fmt: skip
    except UserError as error:
        if error.code != "answer_malformed":
            raise
        raise UserError("card_malformed", **error.params) from error
    envelope.verify([key])
    return card


# -- reading


def _roster(body: Body) -> Roster:
    centre = body.child("centre")
    roster = Roster(
        version=body.integer("version", 1, 1_000_000),
        issued=body.moment("issued"),
        expires=_date(body, "expires", absent=False),
        centre=CentreInfo(
            name=centre.text("name", _MOST_NAME, absent=False),
            keys=tuple(KeyLine(_public(one), **_read_days(one)) for one in centre.items("keys", MOST_KEYS)),
            recipients=_recipients(centre),
        ),
        units=tuple(
            UnitKey(
                one.text("unit_code", 100, absent=False),
                one.text("unit_name", _MOST_NAME),
                _public(one),
                **_read_days(one),
            )
            for one in body.items("units", MOST_UNITS)
        ),
    )
    ids = [one.key.id for one in roster.centre.keys]
    if not ids or len(set(ids)) != len(ids):
        raise centre.refused("keys", "1 … n")
    return roster


def _public(body: Body) -> str:
    return PublicKey.parse(body.text("public", 100, absent=False)).line


def _recipients(centre: Body) -> tuple[str, ...]:
    found = centre.value("recipients") or []
    if not isinstance(found, list) or len(found) > MOST_RECIPIENTS:
        raise centre.refused("recipients", f"≤ {MOST_RECIPIENTS}")
    return tuple(seal_keys.check_recipient(str(one)) for one in found)


def _date(body: Body, name: str, *, absent: bool = True) -> str:
    value = body.text(name, 10, absent=absent)
    try:
        if value and date.fromisoformat(value).isoformat() != value:
            raise ValueError
    except ValueError as error:
        raise body.refused(name, "2027-12-31") from error
    return value


def _read_days(body: Body) -> dict[str, str]:
    return {name: _date(body, name) for name in ("since", "until", "revoked")}


def _days(one: KeyLine | UnitKey, **values: str) -> Mapping[str, Any]:
    return {**values, "since": one.since, "until": one.until, "revoked": one.revoked}


def _live(since: str, until: str, revoked: str, day: date) -> bool:
    shown = day.isoformat()
    return (
        (not since or since <= shown) and (not until or shown <= until) and (not revoked or shown < revoked)
    )


def _check_days(roster: Roster, now: datetime) -> None:
    if roster.days_left(now) < 0:
        raise UserError("roster_expired", version=str(roster.version), expires=roster.expires_shown)
    if datetime.fromisoformat(roster.issued) > now + _CLOCKS_DIFFER:
        raise UserError("roster_future", issued=local_time(roster.issued))


def _day(moment: datetime) -> date:
    """The day it is in UTC: the same on every computer for the same moment."""
    return moment.astimezone(UTC).date()

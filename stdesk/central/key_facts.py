"""What a person is shown of the centre's own keys and of the roster that lies with the units."""

from __future__ import annotations

from dataclasses import dataclass

from stdesk.central.agency import Agency
from stdesk.package.keys import PublicKey
from stdesk.package.roster import read_roster
from stdesk.package.words import fingerprint_words


@dataclass(frozen=True, slots=True)
class KeyFacts:
    """The centre's own key, and its last roster.

    Attributes:
        id, words: of the key it signs with now. since: UTC timestamp.
        next_id, next_words: of a newer key that the next roster will name; "" and none otherwise.
        version, issued, expires: of the last roster; 0 and "" before the first.
        behind: keys were compared, revoked or made since: the roster has to be written again.
    """

    id: str
    words: tuple[str, ...]
    since: str
    next_id: str = ""
    next_words: tuple[str, ...] = ()
    version: int = 0
    issued: str = ""
    expires: str = ""
    behind: bool = False


def key_facts(agency: Agency) -> KeyFacts:
    """Read them. Words are slow on purpose: not on the GUI thread."""
    registry = agency.registry
    own = registry.public()
    live = [one for one in registry.centre_keys() if one.use == "sign" and not one.revoked]
    newest = live[0] if live and live[0].id != own.id and not live[0].until else None
    since = next((one.since for one in live if one.id == own.id), "")
    raw = registry.last_roster()
    facts = KeyFacts(
        own.id, fingerprint_words(own), since, newest.id if newest else "",
        fingerprint_words(PublicKey.parse(newest.public)) if newest else (),
    )  # fmt: skip
    if raw is None:
        return facts
    roster = read_roster(raw)[0]
    named = {one.key.id: (one.until, one.revoked) for one in roster.units}
    now = {
        key.id: (key.until[:10], key.revoked[:10])
        for unit in registry.units()
        for key in unit.keys
        if key.checked
    }
    centre = {one.key.id: (one.until, one.revoked) for one in roster.centre.keys}
    centre_now = {
        one.id: (one.until[:10], one.revoked[:10]) for one in registry.centre_keys() if one.use == "sign"
    }
    return KeyFacts(
        facts.id, facts.words, facts.since, facts.next_id, facts.next_words, roster.version, roster.issued,
        roster.expires, named != now or centre != centre_now,
    )  # fmt: skip

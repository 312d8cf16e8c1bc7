"""What crosses the border of the centre's core: plain, frozen, free of SQL."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from stdesk.domain.records import Record
from stdesk.domain.secrecy import ORDINARY
from stdesk.package.keys import PublicKey
from stdesk.package.words import fingerprint_words

QUARANTINED, RECEIVED, VALID, ACCEPTED, RETURNED = (
    "quarantined", "received", "valid", "accepted", "returned",
)  # fmt: skip
"""Where a package stands. Quarantined: genuine, kept, not merged: it waits for one before it, or for a person."""

WAITS = frozenset({"central_waits", "central_waits_before"})
"""Reasons of a quarantine that ends by itself, when the missing package arrives."""

NOT_SENT, WAITING = "not_sent", "waiting"
"""Where a unit stands with a period before anything of it is merged: nothing came; it came and waits."""


@dataclass(frozen=True, slots=True)
class CentreKey:
    """A key of the centre's own.

    Attributes:
        id: 16 capital hex digits (``sign``) or the recipient itself (``age``).
        use: ``sign`` or ``age``. public: minisign's line of it, or the age recipient.
        since, until, revoked: UTC timestamps; "" = not yet.
    """

    id: str
    use: str
    public: str
    since: str
    until: str = ""
    revoked: str = ""


@dataclass(frozen=True, slots=True)
class RegisteredKey:
    """A unit's key as the centre knows it.

    Attributes:
        id: 16 capital hex digits. unit: the unit's code. public: minisign's line of it.
        since, until, revoked: UTC timestamps; "" = not yet. why: why it was revoked.
        checked: the words were compared with the unit; until then nothing signed with it is taken.
    """

    id: str
    unit: str
    public: str
    since: str
    until: str = ""
    revoked: str = ""
    why: str = ""
    checked: bool = False

    @property
    def words(self) -> tuple[str, ...]:
        """Its fingerprint as read over the telephone (slow on purpose: ask for one key, not for all)."""
        return fingerprint_words(PublicKey.parse(self.public))

    def good_at(self, moment: str) -> bool:
        """Whether a package signed with it is taken at the UTC timestamp ``moment``."""
        return self.checked and not self.revoked and (not self.until or moment <= self.until)


@dataclass(frozen=True, slots=True)
class RegisteredUnit:
    """A unit that sends packages.

    Attributes:
        code, name: as in its packages.
        secrecy: the highest level its packages may carry.
        expected: whether it owes reports: one that was dissolved does not.
        keys: newest first.
        head, head_name: fingerprint and name of its last package in order; "" before the first.
        sequence, line: of that package.
    """

    code: str
    name: str
    secrecy: str = ORDINARY
    expected: bool = True
    keys: tuple[RegisteredKey, ...] = ()
    head: str = ""
    head_name: str = ""
    sequence: int = 0
    line: str = ""


@dataclass(frozen=True, slots=True)
class PackageRow:
    """A package the centre keeps.

    Attributes:
        fingerprint: of its (first) bag. name: of the whole of it.
        unit, unit_name: the sender.
        line, sequence, previous: its place among the unit's packages.
        delta, base, base_receipt: see :class:`stdesk.package.content.PackageInfo`.
        state: see :data:`QUARANTINED` and its neighbours.
        merged: its records are in. A genuine package refused for its content is ``returned`` and not merged.
        why: code of the sentence for a quarantine or refusal, "" otherwise; why_params: its values.
        order: its number among the packages of its unit taken in order, from 1; 0 while quarantined.
        counts: kind -> records carried; withdrawn: records it took back.
        taken_at, merged_at: UTC timestamps.
        files: its ZIPs in the centre's folder, in the order of their parts; none of a refused one.
        findings: what the rules said, a mapping a line: ``severity`` ("error", "note", "hint"), ``rule``, ``kind``,
            ``id``, ``number``, ``field``, ``error``, ``advice``, ``note``.
        history: what it says of its library's history; answers echo it.
    """

    fingerprint: str
    name: str
    unit: str
    unit_name: str
    line: str
    sequence: int
    previous: str
    period: str
    submission: int
    delta: bool
    base: str
    base_receipt: str
    state: str
    merged: bool
    key: str
    created: str
    secrecy: str
    rule_set: str
    rule_hash: str
    snapshot_hash: str
    counts: Mapping[str, int]
    left_out: int = 0
    withdrawn: int = 0
    order: int = 0
    why: str = ""
    why_params: Mapping[str, Any] = field(default_factory=dict)
    taken_at: str = ""
    merged_at: str = ""
    sealed: bool = False
    files: tuple[Path, ...] = ()
    findings: tuple[Mapping[str, Any], ...] = ()
    history: str = ""


@dataclass(frozen=True, slots=True)
class Taken:
    """What became of a file that was given to the intake.

    Attributes:
        outcome: ``merged`` (now), ``again`` (had it already: nothing changed), ``waiting`` (genuine, kept, one
            before it is missing), ``part`` (a bag of several, the others are missing), ``quarantined`` (genuine,
            kept, a person has to decide), ``returned`` (genuine, refused for its content), ``refused``.
        file: its name.
        unit: code of the sender as far as it is known, "" otherwise.
        package: the package's row; ``None`` when it was refused or is not whole.
        code, sentence: why it was not merged, in the language in use; "" otherwise.
        followed: packages that had waited for this one and were merged after it.
        answer: the last answer to the package as it was sent; ``None`` when there is none.
    """

    outcome: str
    file: str
    unit: str = ""
    package: PackageRow | None = None
    code: str = ""
    sentence: str = ""
    followed: tuple[PackageRow, ...] = ()
    answer: bytes | None = None


@dataclass(frozen=True, slots=True)
class MergedRecord:
    """A record as a unit reported it.

    Attributes:
        unit, unit_name: whose. period: in which report it stands; "" when asked for whatever period.
        record: as the domain knows it; unknown fields of later programs are left out.
        package: fingerprint of the package that carried it last; asked for whatever period: that brought it as it is.
        withdrawn: no longer handed in; withdrawn_at: when; reason: the unit's words.
        central_id: the centre's own number for it, "" when it has none.
    """

    unit: str
    unit_name: str
    period: str
    record: Record
    package: str
    withdrawn: bool = False
    withdrawn_at: str = ""
    reason: str = ""
    central_id: str = ""


@dataclass(frozen=True, slots=True)
class AnswerPlace:
    """What an answer has to say of its place; handed to whoever writes it, while the unit is locked.

    Attributes:
        package: what is answered.
        number: of this answer among the unit's, from 1.
        previous: digest of the one before (:meth:`stdesk.package.answer.Answer.digest`); "" for the first.
        last: the last answer to the same package, ``None`` for its first.
        roster: version of the last key roster, 0 before the first.
    """

    package: PackageRow
    number: int
    previous: str
    last: StoredAnswer | None
    roster: int = 0


@dataclass(frozen=True, slots=True)
class NewAnswer:
    """A finished answer, to be kept.

    Attributes:
        answer: its UUID. status: one of the four. at: UTC timestamp.
        digest: of its body, for the chain. raw: the signed envelope as it is sent. by: who decided.
    """

    answer: str
    status: str
    at: str
    digest: str
    raw: bytes
    by: str = ""


@dataclass(frozen=True, slots=True)
class StoredAnswer:
    """An answer the centre gave; see :class:`NewAnswer`."""

    answer: str
    number: int
    previous: str
    fingerprint: str
    unit: str
    status: str
    at: str
    digest: str
    raw: bytes
    by: str = ""


@dataclass(frozen=True, slots=True)
class Event:
    """A line of the centre's log.

    Attributes:
        outcome: as :attr:`Taken.outcome`, or ``registered``, ``key``, ``revoked``, ``roster``, ``answer``, ``unit``.
        file: the name of the file it is about; code, sentence: what was said (Vietnamese).
    """

    number: int
    at: str
    outcome: str
    unit: str = ""
    package: str = ""
    fingerprint: str = ""
    file: str = ""
    code: str = ""
    sentence: str = ""


@dataclass(frozen=True, slots=True)
class UnitStatus:
    """Where a unit stands with a period.

    Attributes:
        state: :data:`NOT_SENT`, :data:`WAITING`, or the state of its newest merged package of the period.
        package: that package (or the newest waiting one); ``None`` when nothing came.
        sent_at: when the first package of the period came, UTC timestamp.
        due: the last safe day.
        late: it came after that day, or has not come although the day is over.
        days_late: by how many days, 0 when it is not late.
        missing: sequence numbers of packages that others wait for.
        blocked: packages that wait for a person's decision (forks).
        answer: the last answer to the package.
    """

    unit: str
    unit_name: str
    period: str
    state: str
    due: date
    late: bool
    days_late: int = 0
    package: PackageRow | None = None
    sent_at: str = ""
    missing: tuple[int, ...] = ()
    blocked: tuple[str, ...] = ()
    answer: StoredAnswer | None = None

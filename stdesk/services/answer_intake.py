"""Taking in an answer of the centre: everything that is wrong with it refused with its sentence, nothing twice."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from typing import Protocol

from stdesk.clock import Clock, local_time
from stdesk.errors import UserError
from stdesk.package.answer import ENVELOPE, MOST_BYTES, Answer, Proposal, from_body
from stdesk.package.envelope import Envelope, read_envelope
from stdesk.package.keys import PublicKey, SecretKey
from stdesk.package.roster import Roster
from stdesk.services import succession
from stdesk.store.library import AnswerRow, Library, PackageRow, ProposalRow

FILE, QR, CODE = "file", "qr", "code"
FUTURE = timedelta(hours=48)  # as far as two computers' clocks are allowed to differ
_SMALL = 1 << 18  # bytes of an answer of which many are kept in memory
_QR_KEY = "/qr"  # behind the key of a short form: the whole answer may still follow


class KeySource(Protocol):
    """Where the keys come from (:class:`stdesk.services.keys.Keys`)."""

    def roster(self) -> Roster | None:
        """The centre's newest list of keys."""

    def secret(self) -> SecretKey:
        """The unit's own key."""


@dataclass(frozen=True, slots=True)
class Read:
    """An answer as stored, read again.

    Attributes:
        answer: what it says. digest: what the next one must name; "" of a code. row: as it is kept.
    """

    answer: Answer
    digest: str
    row: AnswerRow


def take_envelope(library: Library, keys: KeySource, clock: Clock, raw: bytes) -> tuple[Read, bool]:
    """Check the envelope ``raw`` and keep it.

    Returns:
        the answer, and whether it is new here.

    Raises:
        UserError: why it is refused.
    """
    envelope = read_envelope(raw, ENVELOPE, most=MOST_BYTES)
    answer = _trusted(library, keys, clock, envelope)
    package = _package(library, answer)
    digest = answer.digest(envelope.text)
    known = read_all(library)
    if same := _same(answer, digest, known):
        return same, False
    _check_chain(answer, digest, known)
    row = AnswerRow(
        answer=answer.answer + _QR_KEY * answer.short,
        number=answer.number,
        status=answer.status,
        period=answer.period,
        submission=answer.submission,
        sequence=package.sequence,
        fingerprint=answer.fingerprint,
        at=answer.at,
        raw=raw,
        how=QR if answer.short else FILE,
        line=package.line,
    )
    library.answers.add(row, _new_proposals(library, answer))
    library.remember_witness(answer.history, answer.at, str(answer.number))
    return Read(answer, digest, library.answers.get(row.answer) or row), True


def read_all(library: Library, period: str | None = None) -> list[Read]:
    """The stored answers, one a number: the whole one where only the short one or the code came first."""
    best: dict[int, Read] = {}
    for row in library.answers.listed(period):
        held = best.get(row.number)
        if held is None or _rank(row) > _rank(held.row):
            best[row.number] = read_row(library, row)
    return [best[number] for number in sorted(best)]


def read_row(library: Library, row: AnswerRow) -> Read:
    """A stored answer; it was checked when it was taken in."""
    if row.how != CODE:
        return Read(*(_small if len(row.raw) < _SMALL else _large)(row.raw), row)
    package = library.packages.of(row.fingerprint)
    answer = Answer(
        answer=row.answer, number=row.number, previous="", unit=library.settings.get("unit_code"),
        period=row.period, submission=row.submission, fingerprint=row.fingerprint, status=row.status, at=row.at,
        centre="", sequence=row.sequence, line=row.line, delta=bool(package and package.delta), short=True,
    )  # fmt: skip
    return Read(answer, "", row)


def _parsed(raw: bytes) -> tuple[Answer, str]:
    """An answer and its digest. Both are always the same for the same bytes, so they are read once."""
    envelope = read_envelope(raw, ENVELOPE, most=MOST_BYTES)
    answer = from_body(envelope.body)
    return answer, answer.digest(envelope.text)


_small, _large = lru_cache(maxsize=512)(_parsed), lru_cache(maxsize=4)(_parsed)


def code_row(code: str, package: PackageRow, status: str, number: int, at: str) -> AnswerRow:
    """What is kept of an answer that came as a code: its day is the day it was typed."""
    return AnswerRow(
        answer=code, number=number, status=status, period=package.period, submission=package.submission,
        sequence=package.sequence, fingerprint=package.fingerprint, at=at, raw=code.encode(), how=CODE,
        line=package.line,
    )  # fmt: skip


def _rank(row: AnswerRow) -> int:
    return (CODE, QR, FILE).index(row.how)


# -- whose it is and whether it may be believed ----------------------------------------------------------


def _trusted(library: Library, keys: KeySource, clock: Clock, envelope: Envelope) -> Answer:
    roster = keys.roster()
    if roster is None:
        raise UserError("answer_no_roster")
    now = clock()
    if roster.days_left(now) < 0:
        on = f"{date.fromisoformat(roster.expires):%d/%m/%Y}"
        raise UserError("answer_roster_expired", version=str(roster.version), on=on)
    try:
        envelope.verify(signing_keys(roster, now, str(envelope.body.get("at"))))
    except UserError as error:
        newer = envelope.body.get("roster")
        if error.code == "envelope_unknown_key" and type(newer) is int and newer > roster.version:
            raise UserError("answer_newer_roster", theirs=str(newer), ours=str(roster.version)) from error
        raise
    answer = from_body(envelope.body)
    if answer.unit != library.settings.get("unit_code"):
        raise UserError("answer_other_unit", unit=answer.unit, ours=library.settings.get("unit_code"))
    if datetime.fromisoformat(answer.at) > now + FUTURE:
        raise UserError("answer_from_future", at=local_time(answer.at))
    return answer


def signing_keys(roster: Roster, now: datetime, at: str = "") -> list[PublicKey]:
    """The centre's keys that could sign at the time ``at`` (now, by default); none that was revoked since.

    Days are those of UTC, the same on every computer.
    """
    today = now.astimezone(UTC).date()
    try:
        day = datetime.fromisoformat(at).astimezone(UTC).date()
    except (ValueError, OverflowError):
        day = today
    keys = roster.centre.keys
    revoked = {one.public for one in keys if one.revoked and one.revoked <= today.isoformat()}
    return [one.key for one in keys if one.live(min(day, today)) and one.public not in revoked]


def _package(library: Library, answer: Answer) -> PackageRow:
    package = library.packages.of(answer.fingerprint)
    if package is None:  # made after the backup this library comes from? the next package must follow it
        named = succession.Named(answer.number, answer.line, answer.sequence, answer.fingerprint)
        succession.note_unknown(library, named)
        raise UserError("answer_unknown_package", package=answer.package)
    said = (answer.period, answer.submission, answer.delta)
    if said != (package.period, package.submission, package.delta):
        raise UserError("answer_other_package", package=answer.package, ours=package.name)
    if answer.sequence and (answer.line, answer.sequence) != (package.line, package.sequence):
        raise UserError("answer_other_package", package=answer.package, ours=package.name)
    return package


# -- numbers and the chain --------------------------------------------------------------------------------


def _same(answer: Answer, digest: str, known: Sequence[Read]) -> Read | None:
    """The answer of this number when it is here, at least as whole as the new one.

    Raises:
        UserError: ``answer_fork`` when another answer has this number.
    """
    held = next((one for one in known if one.answer.number == answer.number), None)
    if held is None:
        return None
    if held.row.how == CODE:
        agrees = (held.row.fingerprint, held.row.status) == (answer.fingerprint, answer.status)
    else:
        agrees = (held.answer.answer, held.digest) == (answer.answer, digest)
    if not agrees:
        raise UserError("answer_fork", number=str(answer.number), at=local_time(held.row.at))
    new_rank = (CODE, QR, FILE).index(QR if answer.short else FILE)
    return held if _rank(held.row) >= new_rank else None


def _check_chain(answer: Answer, digest: str, known: Sequence[Read]) -> None:
    """The answer follows the one before it, or fills a gap that the one behind it vouches for.

    Raises:
        UserError: ``answer_chain``, ``answer_older``.
    """
    by_number = {one.answer.number: one for one in known}
    before, behind = by_number.get(answer.number - 1), by_number.get(answer.number + 1)
    first = answer.number == 1
    if (first and answer.previous) or (not first and not answer.previous):
        raise UserError("answer_chain", number=str(answer.number))
    if before is not None and before.digest and before.digest != answer.previous:
        raise UserError("answer_chain", number=str(answer.number))
    vouched = behind is not None and behind.answer.previous == digest
    if behind is not None and behind.answer.previous and not vouched:
        raise UserError("answer_older", number=str(answer.number), newest=str(max(by_number)))
    # what was only read over the telephone names no other answer: it vouches for none and contradicts none
    newest = max((one.answer.number for one in known if one.row.how != CODE), default=0)
    is_new = answer.number > newest or answer.number in by_number
    if not is_new and not vouched:
        raise UserError("answer_older", number=str(answer.number), newest=str(max(by_number)))


def missing_numbers(library: Library) -> tuple[int, ...]:
    """Numbers up to the newest answer of which nothing is here.

    Those up to where a row of packages was begun anew are let be: they speak of packages that a restored
    library does not have, so that it could never take them in.
    """
    numbers = {one.number for one in library.answers.listed()}
    rows = library.packages.lines()
    first = rows[-1].answers + 1 if rows else 1
    return tuple(number for number in range(first, max(numbers, default=0)) if number not in numbers)


# -- proposals ----------------------------------------------------------------------------------------------


def _new_proposals(library: Library, answer: Answer) -> list[ProposalRow]:
    """Those not known yet: one that is sent again keeps what was decided about it."""
    known = {row.proposal for row in library.answers.proposals()}
    return [_proposal_row(answer, one) for one in answer.proposals if one.proposal not in known]


def _proposal_row(answer: Answer, one: Proposal) -> ProposalRow:
    other: Mapping[str, object] = dict(one.other)
    return ProposalRow(
        one.proposal, answer.answer, one.type, one.kind, one.id, one.number, one.field, one.value, one.old,
        other, one.text,
    )  # fmt: skip

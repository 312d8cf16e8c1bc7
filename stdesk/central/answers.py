"""What the centre answers: at once and by itself, then by a person.

*Received* and *valid* come from verification and rules alone. A person accepts what is valid, or returns it
with lines that say what is wrong. What was returned stays returned: the unit sends another package. The same
question asked again gives the answer that was given, byte for byte.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any
from uuid import NAMESPACE_OID, uuid5

from stdesk.central import proposals
from stdesk.central.agency import Agency
from stdesk.central.model import (
    ACCEPTED,
    QUARANTINED,
    RECEIVED,
    RETURNED,
    VALID,
    AnswerPlace,
    NewAnswer,
    PackageRow,
    StoredAnswer,
)
from stdesk.central.remarks import Remarks, read_remarks
from stdesk.central.rules import ERROR, checker
from stdesk.central.slip import slip
from stdesk.clock import timestamp
from stdesk.errors import Exit, UserError
from stdesk.i18n import fill, messages
from stdesk.ids import new_id
from stdesk.package.answer import (
    ENVELOPE,
    MOST_BYTES,
    MOST_LINES,
    MOST_PROPOSALS,
    STATUSES,
    Answer,
    Line,
    Proposal,
    answer_name,
    from_body,
    telephone_code,
    to_body,
    to_qr,
)  # fmt: skip
from stdesk.package.answer_body import MOST_COUNTS, is_name
from stdesk.package.envelope import canonical, read_envelope, seal_envelope
from stdesk.package.keys import PublicKey, shared_secret
from stdesk.progress import Progress

STEPS: Mapping[str, frozenset[str]] = {
    RECEIVED: frozenset({RETURNED}),
    VALID: frozenset({ACCEPTED, RETURNED}),
    ACCEPTED: frozenset({ACCEPTED, RETURNED}),
    RETURNED: frozenset({RETURNED}),
    QUARANTINED: frozenset(),
}
"""State of a package -> what a person may answer. A status is lowered, never raised beyond what rules gave."""

Proposing = Callable[[PackageRow], Sequence[Proposal]]
"""What is to be proposed with the answer to a package (:mod:`stdesk.central.proposals`)."""


@dataclass(frozen=True, slots=True)
class Given:
    """An answer that was given.

    Attributes:
        answer: what it says. raw: the signed envelope as it is sent. name: of its file.
        again: it had been given before; nothing changed.
    """

    answer: Answer
    raw: bytes
    name: str
    again: bool = False


def connect(agency: Agency) -> Agency:
    """Let ``agency`` run the rules on what comes and answer by itself; returns it."""
    agency.checks = checker(agency.kinds)
    agency.acknowledge = acknowledge
    return agency


def check_step(package: PackageRow, status: str) -> None:
    """Whether a person may answer ``status`` to a package as it stands.

    Raises:
        UserError: ``answer_status_unknown`` (exit 2); ``answer_by_itself``; ``central_answer_quarantined``;
            ``central_answer_not_valid``; ``central_answer_not_raised``.
    """
    if status not in STATUSES:
        raise UserError(
            "answer_status_unknown", Exit.USAGE, status=status[:40], known=f"{ACCEPTED}, {RETURNED}"
        )
    if package.state == QUARANTINED:
        raise UserError("central_answer_quarantined", package=package.name)
    if status in (RECEIVED, VALID):
        raise UserError("answer_by_itself", Exit.USAGE, status=status)
    if status not in STEPS[package.state]:
        raise UserError(
            "central_answer_not_valid" if package.state == RECEIVED else "central_answer_not_raised",
            package=package.name,
        )


def acknowledge(agency: Agency, package: PackageRow) -> bytes | None:
    """The answer a package gets at once: received, valid, or returned when it was refused for its content."""
    if package.state == QUARANTINED or package.state not in STATUSES:
        return None
    lines = tuple(_found(one) for one in package.findings if one.get("severity") == ERROR)
    if package.why:
        said = messages().get(package.why, {}).get("vi", package.why)
        lines = (Line(rule=package.why[:80], error=fill(said, package.why_params)[:2_000]), *lines)
    kept = _fitting(lines)
    note = _more(len(lines) - len(kept))
    return _keep(agency, package, package.state, kept, note, "", None, automatic=True).raw


def give(
    agency: Agency,
    package: PackageRow,
    status: str,
    *,
    lines: Sequence[Line] = (),
    note: str = "",
    by: str = "",
    propose: Proposing | None = None,
) -> Given:
    """Answer a package: accept it, or return it.

    Args:
        lines: what is wrong, one record a line; a return says at least something, here or in ``note``.
        by: who decided. propose: asked what to propose besides; what was proposed before is left out.

    Raises:
        UserError: see :func:`check_step`; ``answer_says_nothing``; ``answer_newer_there`` when the unit has sent a
            newer package of the period; ``answer_too_long``.
    """
    if status == RETURNED and not lines and not note.strip():
        raise UserError("answer_says_nothing", Exit.USAGE, package=package.name)
    if len(lines) > MOST_LINES:
        raise UserError("answer_too_long", count=len(lines), most=MOST_LINES)
    return _keep(agency, package, status, tuple(lines), note, by, propose)


def decide(
    agency: Agency, package: PackageRow, status: str, *, lines: Path | None = None, note: str = "", by: str = "",
    progress: Progress | None = None,
) -> Given:  # fmt: skip
    """:func:`give` as a person does it: lines from a file, proposals worked out.

    Args:
        lines: a workbook or JSON file (:mod:`stdesk.central.remarks`).

    Raises:
        UserError: see :func:`give` and :func:`stdesk.central.remarks.read_remarks`.
    """
    check_step(package, status)
    said = read_remarks(lines, agency, package, progress) if lines else Remarks()

    def propose(which: PackageRow) -> Sequence[Proposal]:
        if status == ACCEPTED:
            return [*said.corrections, *proposals.for_acceptance(agency, which, progress)]
        return [*said.corrections, *proposals.double_proposals(agency, which, progress)]

    return give(agency, package, status, lines=said.lines, note=note, by=by, propose=propose)


def last_given(agency: Agency, package: PackageRow) -> Given | None:
    """The last answer to a package as it was given; ``None`` when there is none."""
    found = agency.answers(package.fingerprint)
    if not found:
        return None
    answer = read(found[-1])
    return Given(answer, found[-1].raw, answer_name(answer), again=True)


def slip_of(agency: Agency, answer: Answer) -> bytes:
    """The slip to print and sign (:mod:`stdesk.central.slip`)."""
    name, code = agency.registry.unit(answer.unit).name, ""
    with suppress(UserError):  # the unit's key is known no more: the file and the QR code still say it
        code = code_of(agency, answer)
    return slip(answer, agency.kinds, unit_name=name, code=code, qr=qr_of(agency, answer))


def read(stored: StoredAnswer) -> Answer:
    """An answer that was given, as it was said."""
    return from_body(read_envelope(stored.raw, ENVELOPE, MOST_BYTES).body)


def code_of(agency: Agency, answer: Answer) -> str:
    """The twelve signs that say this answer over the telephone.

    Raises:
        UserError: ``central_no_key`` when the key the package was signed with is not registered any more.
    """
    package = agency.package(answer.fingerprint)
    for key in agency.registry.unit(package.unit).keys:
        if key.id == package.key:
            secret = shared_secret(agency.registry.signing(), PublicKey.parse(key.public))
            return telephone_code(secret, answer.unit, answer.fingerprint, answer.status, answer.number)
    raise UserError("central_no_key", key=package.key)


def qr_of(agency: Agency, answer: Answer) -> str:
    """What the QR code of the short form holds, signed on its own."""
    short = answer.shortened(canonical(to_body(answer)))
    return to_qr(seal_envelope(ENVELOPE, to_body(short), agency.registry.signing(), _comment(short)))


# -- within


class _SameError(Exception):
    """Asked again: the last answer says just this."""

    def __init__(self, last: StoredAnswer) -> None:
        super().__init__()
        self.last = last


@dataclass(frozen=True, slots=True)
class _Wanted:
    agency: Agency
    status: str
    lines: tuple[Line, ...]
    note: str
    by: str
    proposals: tuple[Proposal, ...]
    automatic: bool

    def make(self, place: AnswerPlace) -> NewAnswer:
        """The answer at its place in the chain."""
        package, moment = place.package, self.agency.clock()
        answer = Answer(
            answer=new_id(moment), number=place.number, previous=place.previous, unit=package.unit,
            period=package.period, submission=package.submission, fingerprint=package.fingerprint,
            status=self.status, at=timestamp(moment), centre=self.agency.name, sequence=package.sequence,
            line=package.line, delta=package.delta, roster=place.roster, counts=_counts(package), note=self.note,
            by=self.by, history=package.history, lines=self.lines,
            proposals=_new(self.agency, package, self.proposals),
        )  # fmt: skip
        body = to_body(answer)
        answer = from_body(body)
        if place.last is not None:
            if _says(read(place.last)) == _says(answer) and not answer.proposals:
                raise _SameError(place.last)
            if self.automatic:  # somebody was quicker
                raise _SameError(place.last)
        if not self.automatic:
            check_step(package, self.status)
            _check_newest(self.agency, package)
        raw = seal_envelope(ENVELOPE, body, self.agency.registry.signing(), _comment(answer))
        if len(raw) > MOST_BYTES:
            raise UserError("answer_too_long", count=len(self.lines), most=MOST_LINES)
        text = read_envelope(raw, ENVELOPE, MOST_BYTES).text
        return NewAnswer(answer.answer, self.status, answer.at, answer.digest(text), raw, self.by)


def _keep(
    agency: Agency, package: PackageRow, status: str, lines: tuple[Line, ...], note: str, by: str,
    propose: Proposing | None, *, automatic: bool = False,
) -> Given:  # fmt: skip
    proposed = _named(package, propose(package)) if propose else ()
    wanted = _Wanted(agency, status, lines, note, by, proposed, automatic)
    try:
        stored, again = agency.answer(package.fingerprint, wanted.make), False
    except _SameError as same:
        stored, again = same.last, True
    answer = read(stored)
    _hand_out(agency, answer)
    return Given(answer, stored.raw, answer_name(answer), again)


def _says(answer: Answer) -> tuple[Any, ...]:
    return answer.status, answer.lines, answer.note


def _named(package: PackageRow, proposed: Iterable[Proposal]) -> tuple[Proposal, ...]:
    return tuple(replace(one, proposal=proposal_id(package, one)) for one in proposed)


def _new(agency: Agency, package: PackageRow, proposed: Iterable[Proposal]) -> tuple[Proposal, ...]:
    """Those that no answer to the package held yet; what is beyond the limit comes when one asks again."""
    held = {one.proposal for stored in agency.answers(package.fingerprint) for one in read(stored).proposals}
    return tuple(one for one in proposed if one.proposal not in held)[:MOST_PROPOSALS]


def proposal_id(package: PackageRow, one: Proposal) -> str:
    """The UUID of a proposal: the same for the same proposal about the same package."""
    other = f"{one.other.get('unit', '')}/{one.other.get('id', '')}"
    said = "\n".join((package.fingerprint, one.type, one.kind, one.id, one.field, str(one.value), other))
    return str(uuid5(NAMESPACE_OID, said))


def _hand_out(agency: Agency, answer: Answer) -> None:
    """Keep the central ids an acceptance gave; done again when a stop lay between."""
    given = {(answer.unit, one.id): str(one.value) for one in answer.proposals if one.type == "central_id"}
    agency.put_central_ids(given)


def _check_newest(agency: Agency, package: PackageRow) -> None:
    newer = [
        one for one in agency.packages(package.period, package.unit)
        if one.order > package.order and one.merged
    ]  # fmt: skip
    if newer:
        raise UserError("answer_newer_there", package=package.name, newer=newer[-1].name)


def _found(one: Mapping[str, Any]) -> Line:
    return Line(
        str(one.get("kind", "")), str(one.get("id", "")), int(one.get("number", 0)), str(one.get("field", "")),
        str(one.get("rule", ""))[:80], str(one.get("error", ""))[:2_000], str(one.get("advice", ""))[:2_000],
        str(one.get("note", ""))[:2_000],
    )  # fmt: skip


def _fitting(lines: tuple[Line, ...]) -> tuple[Line, ...]:
    """As many lines as an answer takes: what a unit sends must never keep the centre from answering."""
    left = MOST_BYTES // 2
    for at, one in enumerate(lines[:MOST_LINES]):
        # the body is a text within a text: a quotation mark takes four bytes, a letter at most four
        left -= 4 * sum(len(text) for text in (one.error, one.advice, one.note)) + 400
        if left < 0:
            return lines[:at]
    return lines[:MOST_LINES]


def _counts(package: PackageRow) -> dict[str, int]:
    """What it carries; a kind that an answer cannot name goes unmentioned."""
    named = [kind for kind in sorted(package.counts) if is_name(kind)]
    return {kind: package.counts[kind] for kind in named[:MOST_COUNTS]}


def _more(count: int) -> str:
    return f"Còn {count} lỗi nữa không liệt kê." if count else ""


def _comment(answer: Answer) -> str:
    short = " short" if answer.short else ""
    return f"{answer.package} no. {answer.number}: {answer.status}{short}, {answer.at}"

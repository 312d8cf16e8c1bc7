"""What the centre answers to a package: one signed text, as a file, a QR code or a code over the telephone.

An answer is the body of an envelope of type ``answer`` (:mod:`stdesk.package.envelope`). Answers to a unit are numbered
from 1 and chained: each names the hash of the body before it. The short form, for one QR code, leaves out lines and
proposals, and names the hash of the whole one, so that the chain holds also where only the short form arrived.
"""

from __future__ import annotations

import dataclasses
import hashlib
import zlib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from stdesk import resources
from stdesk.errors import UserError
from stdesk.package import layout
from stdesk.package.answer_body import Body, cleaned
from stdesk.package.answer_code import Candidate, find_code, normalise, telephone_code

__all__ = [
    "ENVELOPE", "QR_MARK", "STATUSES", "Answer", "Candidate", "Deadline", "Line", "Proposal", "answer_name",
    "deadline_of", "find_code", "from_body", "from_qr", "normalise", "steps", "telephone_code", "to_body", "to_qr",
]  # fmt: skip

ENVELOPE = "answer"
FORMAT = 1
STATUSES = ("received", "valid", "accepted", "returned")
PROPOSALS = ("correction", "double", "central_id")
MOST_LINES = 20_000
MOST_PROPOSALS = 20_000
MOST_BYTES = 64 << 20  # of an answer file
MOST_QR = 4_296  # characters of the largest QR code (ISO/IEC 18004, version 40-L)
_MOST_SHORT = 64 << 10  # bytes of a short form, unpacked
QR_MARK = "STDESK1:"
_BASE45 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:"


@dataclass(frozen=True, slots=True)
class Line:
    """What is to be said of one record, or of the whole package (``kind`` and ``id`` "").

    Attributes:
        kind, id, number: the record, as the package names it; number 0: none.
        field: name of the field spoken of, or "". rule: id of the rule that failed, or "".
        error: mô tả lỗi. advice: hướng dẫn xử lý. note: ghi chú.
    """

    kind: str = ""
    id: str = ""
    number: int = 0
    field: str = ""
    rule: str = ""
    error: str = ""
    advice: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class Proposal:
    """What the centre proposes for one record; the unit accepts or refuses it.

    Attributes:
        proposal: UUID. type: ``correction`` (``field`` of the record should be ``value``, it was ``old``), ``double``
            (the record and ``other`` are the same thing) or ``central_id`` (``value``: the centre's number for it).
        kind, id, number: the unit's record.
        other: of a double: ``unit``, ``unit_name``, ``kind``, ``id``, ``number``, ``title`` of the other record.
        text: why.
    """

    proposal: str
    type: str
    kind: str
    id: str
    number: int = 0
    field: str = ""
    value: Any = None
    old: Any = None
    other: Mapping[str, Any] = dataclasses.field(default_factory=dict)
    text: str = ""


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer of the centre.

    Attributes:
        answer: UUID. number: of this unit's answers, from 1.
        previous: :attr:`digest` of the answer before it; "" for the first.
        unit, period, submission, sequence, line, fingerprint, delta: the package it answers; sequence 0 and line ""
            when it had none.
        status: received (it arrived whole), valid (it passed verification and rules), accepted (it counts),
            returned (to be corrected).
        at: when, UTC, ``2026-11-15T01:30:00Z``. centre: its name. roster: version of the centre's key roster.
        counts: kind -> records taken in.
        note: general remark. by: who decided.
        history: what the package said of the history of the library it came from; the centre is its witness.
        lines, proposals: see there; empty in the short form.
        short: whether lines and proposals were left out; full: SHA-512 of the body of the whole one.
    """

    answer: str
    number: int
    previous: str
    unit: str
    period: str
    submission: int
    fingerprint: str
    status: str
    at: str
    centre: str
    sequence: int = 0
    line: str = ""
    delta: bool = False
    roster: int = 0
    counts: Mapping[str, int] = dataclasses.field(default_factory=dict)
    note: str = ""
    by: str = ""
    lines: tuple[Line, ...] = ()
    proposals: tuple[Proposal, ...] = ()
    short: bool = False
    full: str = ""
    history: str = ""

    @property
    def package(self) -> str:
        """Name of the package it answers."""
        return layout.package_name(self.unit, self.period, self.submission, delta=self.delta)

    def shortened(self, body_text: bytes) -> Answer:
        """The short form of this answer, whose body stands as ``body_text`` in its envelope."""
        return replace(self, lines=(), proposals=(), short=True, full=hashlib.sha512(body_text).hexdigest())

    def digest(self, body_text: bytes) -> str:
        """What the next answer names as ``previous``: SHA-512, hex, of the body of the whole answer."""
        return self.full if self.short else hashlib.sha512(body_text).hexdigest()


def answer_name(answer: Answer) -> str:
    """The file name of an answer."""
    return f"TRA-LOI-{answer.package}-{answer.number}.json"


def to_body(answer: Answer) -> dict[str, Any]:
    """The body of the envelope; texts cleaned, what is empty left out.

    Raises:
        UserError: ``answer_malformed`` for what :func:`from_body` would refuse.
    """
    body: dict[str, Any] = {"format": FORMAT}
    for name in _HEAD:
        value = _tidied(name, getattr(answer, name))
        if value not in ("", 0, False) or name in _ALWAYS:
            body[name] = value
    if answer.counts:
        body["counts"] = dict(sorted(answer.counts.items()))
    if answer.lines:
        body["lines"] = [_filled(one, Line.__slots__) for one in answer.lines]
    if answer.proposals:
        body["proposals"] = [_proposal_body(one) for one in answer.proposals]
    from_body(body)
    return body


def from_body(body: Mapping[str, Any]) -> Answer:
    """The answer in the body of an envelope; unknown keys of later programs are passed over.

    Raises:
        UserError: ``answer_newer`` for a later format; ``answer_malformed`` with ``where`` and ``expected``.
    """
    if not isinstance(body, Mapping):
        raise UserError("answer_malformed", where="answer", expected="{…}")
    part = Body("", body)
    if part.integer("format", 1, 9_999) != FORMAT:
        raise UserError("answer_newer", found=str(body["format"]), expected=str(FORMAT))
    short = part.truth("short")
    lines, proposals = part.items("lines", MOST_LINES), part.items("proposals", MOST_PROPOSALS)
    if short and (lines or proposals):
        raise part.refused("short", "lines = [], proposals = []")
    return Answer(
        answer=part.uuid("answer"),
        number=part.integer("number", 1, 999_999_999),
        previous=part.digest("previous", absent=True),
        unit=part.text("unit", 200, absent=False),
        period=part.period("period"),
        submission=part.integer("submission", 1, 999_999),
        fingerprint=part.digest("fingerprint"),
        status=part.one_of("status", STATUSES),
        at=part.moment("at"),
        centre=part.text("centre", 300, absent=False),
        sequence=part.integer("sequence", 0, 999_999_999, absent=True),
        line=part.uuid("line", absent=True),
        delta=part.truth("delta"),
        roster=part.integer("roster", 0, 999_999_999, absent=True),
        counts=part.counts("counts"),
        note=part.text("note", 4_000, lines=True),
        by=part.text("by", 300),
        lines=tuple(_line(one) for one in lines),
        proposals=_proposals(proposals),
        short=short,
        full=part.digest("full", absent=not short),
        history=part.head("history"),
    )


_HEAD = (
    "answer", "number", "previous", "unit", "period", "submission", "sequence", "line", "fingerprint", "delta",
    "status", "at", "centre", "roster", "note", "by", "short", "full", "history",
)  # fmt: skip
_ALWAYS = frozenset({"number", "submission"})
_REMARKS = frozenset({"note", "error", "advice", "text"})  # of several lines


def _line(part: Body) -> Line:
    return Line(
        kind=part.name("kind"),
        id=part.text("id", 64),
        number=part.integer("number", 0, 999_999_999, absent=True),
        field=part.name("field"),
        rule=part.text("rule", 80),
        error=part.text("error", 2_000, lines=True),
        advice=part.text("advice", 2_000, lines=True),
        note=part.text("note", 2_000, lines=True),
    )


def _proposals(parts: list[Body]) -> tuple[Proposal, ...]:
    seen: set[str] = set()
    found = []
    for part in parts:
        one = _proposal(part)
        if one.proposal in seen:
            raise part.refused("proposal", "≠")
        seen.add(one.proposal)
        found.append(one)
    return tuple(found)


def _proposal(part: Body) -> Proposal:
    sort = part.one_of("type", PROPOSALS)
    other = part.child("other")
    plain = sort == "correction"
    value: Any = part.value("value") if plain else part.text("value", 200, absent=sort == "double")
    return Proposal(
        proposal=part.uuid("proposal"),
        type=sort,
        kind=part.name("kind", absent=False),
        id=part.text("id", 64, absent=False),
        number=part.integer("number", 0, 999_999_999, absent=True),
        field=part.name("field", absent=sort != "correction"),
        value=value or None if sort == "double" else value,
        old=part.value("old"),
        other=_other(other) if sort == "double" else {},
        text=part.text("text", 2_000, lines=True),
    )


def _other(part: Body) -> dict[str, Any]:
    other = {
        "unit": part.text("unit", 200, absent=False),
        "unit_name": part.text("unit_name", 500),
        "kind": part.name("kind", absent=False),
        "id": part.text("id", 64, absent=False),
        "number": part.integer("number", 0, 999_999_999, absent=True),
        "title": part.text("title", 2_000),
    }
    return {name: value for name, value in other.items() if value}


def _proposal_body(one: Proposal) -> dict[str, Any]:
    body = _filled(one, ("proposal", "type", "kind", "id", "number", "field", "text"))
    for name in ("value", "old"):
        if (value := cleaned(getattr(one, name))) not in (None, ""):
            body[name] = value
    if one.other:
        other = {name: _tidied(name, value) for name, value in one.other.items()}
        body["other"] = {name: value for name, value in other.items() if value not in (None, "", 0)}
    return body


def _filled(thing: object, names: tuple[str, ...]) -> dict[str, Any]:
    filled = {name: _tidied(name, getattr(thing, name)) for name in names}
    return {name: value for name, value in filled.items() if value not in ("", 0)}


def _tidied(name: str, value: Any) -> Any:
    """``value`` clean, on one line unless ``name`` is one of the remarks."""
    if isinstance(value, str):
        return cleaned(value) if name in _REMARKS else " ".join(cleaned(value).split())
    return value


# -- the QR code ---------------------------------------------------------------------------------------


def to_qr(raw: bytes) -> str:
    """What the QR code of a short answer's envelope holds: packed, in the QR code's own 45 characters (RFC 9285).

    Raises:
        UserError: ``answer_too_long_for_qr``.
    """
    text = QR_MARK + _base45(zlib.compress(raw, 9))
    if len(raw) > _MOST_SHORT or len(text) > MOST_QR:
        raise UserError("answer_too_long_for_qr")
    return text


def from_qr(text: str) -> bytes | None:
    """The envelope in a QR code; ``None`` for a code that is no answer's.

    Raises:
        UserError: ``answer_qr_damaged``.
    """
    if not text.startswith(QR_MARK):
        return None
    try:
        packed = _unbase45(text[len(QR_MARK) : MOST_QR])
        unpacker = zlib.decompressobj()
        raw = unpacker.decompress(packed, _MOST_SHORT)
    except (ValueError, zlib.error) as error:
        raise UserError("answer_qr_damaged") from error
    if not unpacker.eof or unpacker.unused_data:
        raise UserError("answer_qr_damaged")
    return raw


def _base45(data: bytes) -> str:
    found = []
    for at in range(0, len(data), 2):
        pair = data[at : at + 2]
        number = int.from_bytes(pair, "big")
        for _ in range(len(pair) + 1):
            number, rest = divmod(number, 45)
            found.append(_BASE45[rest])
    return "".join(found)


def _unbase45(text: str) -> bytes:
    found = bytearray()
    for at in range(0, len(text), 3):
        signs = text[at : at + 3]
        number = sum(_BASE45.index(sign) * 45**place for place, sign in enumerate(signs))
        if len(signs) == 1 or number >= 1 << 8 * (len(signs) - 1):
            raise ValueError(signs)
        found += number.to_bytes(len(signs) - 1, "big")
    return bytes(found)


# -- what comes next --------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Deadline:
    """The step that follows.

    Attributes:
        next: ``received``, ``valid``, ``accepted`` or ``corrected``. who: ``centre`` or ``unit``. on: its last day.
    """

    next: str
    who: str
    on: date


def steps() -> Mapping[str, Mapping[str, Any]]:
    """State -> ``next``, ``who``, ``days`` by default (``resources/answer_steps.toml``); none after ``accepted``."""
    return resources.read_toml("answer_steps.toml")


def deadline_of(state: str, day: date, days: Mapping[str, int] | None = None) -> Deadline | None:
    """What follows ``state`` (``sent`` or a status) reached on ``day``; ``None``: nothing more.

    Args:
        days: state -> days where the unit has set other ones.
    """
    step = steps().get(state)
    if step is None:
        return None
    allowed = (days or {}).get(state, int(step["days"]))
    return Deadline(str(step["next"]), str(step["who"]), day + timedelta(days=allowed))

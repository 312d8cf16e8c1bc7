"""The small signed header beside a sealed package: what came, before anything is opened (DESIGN §5)."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from stdesk.errors import UserError, from_os_error
from stdesk.package.answer_body import Body
from stdesk.package.content import PackageInfo
from stdesk.package.envelope import Envelope, read_envelope
from stdesk.package.layout import package_name
from stdesk.paths import open_plain

HEADER = "header"
HEADER_END = ".json"
MOST_HEADER = 64 << 10  # bytes


@dataclass(frozen=True, slots=True)
class Header:
    """What the outer header says (DESIGN §5); as true as its envelope's signature.

    Attributes:
        name: the package's. unit … base_receipt, secrecy, trial: as in its :class:`PackageInfo`.
        fingerprint: of the package inside. size, sha512: of the sealed file.
    """

    name: str
    unit: str
    period: str
    submission: int
    line: str
    sequence: int
    previous: str
    delta: bool
    base_receipt: str
    secrecy: str
    trial: bool
    part: int
    parts: int
    fingerprint: str
    size: int
    sha512: str


def header_of(info: PackageInfo) -> dict[str, Any]:
    """What :func:`seal` is told of a package; name, fingerprint, size and hash it finds itself."""
    return {
        "unit": info.unit_code,
        "period": info.period,
        "submission": info.submission,
        "line": info.line,
        "sequence": info.sequence,
        "previous": info.previous,
        "delta": info.delta,
        "base_receipt": info.base_receipt,
        "secrecy": info.secrecy,
        "trial": info.trial,
        "part": info.part,
        "parts": info.parts,
    }


def header_path_of(sealed: Path) -> Path:
    """Where the header of a sealed file lies."""
    return sealed.with_name(sealed.name + HEADER_END)


def read_header(path: Path) -> Envelope:
    """The header of a sealed file, not trusted yet; ``path`` is the sealed file or the header itself.

    Raises:
        UserError: ``sealed_header_missing``; ``envelope_…``.
    """
    place = path if path.name.endswith(HEADER_END) else header_path_of(path)
    try:
        with open_plain(place) as file:
            raw = file.read(MOST_HEADER + 1)
    except FileNotFoundError as error:
        raise UserError("sealed_header_missing", path=str(place)) from error
    except OSError as error:
        raise from_os_error(error, place) from error
    return read_envelope(raw, HEADER, MOST_HEADER)


def header_in(envelope: Envelope) -> Header:
    """What a header says. Raises ``sealed_header_malformed``."""
    body = Body("", envelope.body)
    try:
        found = Header(
            name=body.text("name", 100, absent=False),
            unit=body.text("unit", 200, absent=False),
            period=body.period("period"),
            submission=body.integer("submission", 1, 9_999),
            line=body.uuid("line", absent=True),
            sequence=body.integer("sequence", 0, 1_000_000),
            previous=body.digest("previous", absent=True),
            delta=body.truth("delta"),
            base_receipt=body.text("base_receipt", 100),
            secrecy=body.text("secrecy", 20, absent=False),
            trial=body.truth("trial"),
            part=body.integer("part", 1, 9_999),
            parts=body.integer("parts", 1, 9_999),
            fingerprint=body.digest("fingerprint"),
            size=body.integer("size", 1, 1 << 53),
            sha512=body.digest("sha512"),
        )
    except UserError as error:
        raise UserError("sealed_header_malformed", **error.params) from error
    part = found.part if found.parts > 1 else 0
    named = package_name(
        found.unit, found.period, found.submission, trial=found.trial, delta=found.delta, part=part
    )
    if named != found.name:
        raise UserError("sealed_header_malformed", where="name", expected=named)
    return found

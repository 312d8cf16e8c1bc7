"""Looking at a package that came from anywhere: whole or not, sealed or not, and who signed it.

A sealed package cannot be opened here; of it the outer sheet is shown, its signature is checked, and that the
sealed file is the one the sheet speaks of.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from stdesk.errors import UserError, from_os_error
from stdesk.i18n import message
from stdesk.package.defects import KINDS, Defect
from stdesk.package.groupcheck import verify_whole
from stdesk.package.keys import PublicKey
from stdesk.package.seal import HEADER_END, SEALED, Header, header_in, read_header
from stdesk.package.verifier import Depth, Verification
from stdesk.progress import Progress
from stdesk.services.desk import Desk

__all__ = ["Depth", "Fault", "Looked", "Signers", "look", "signers"]

_BLOCK = 1 << 20
_CAUSES = {
    "advice_copy_again": "cause_copied",
    "advice_original": "cause_edited",
    "advice_hostile": "cause_hostile",
    "advice_extra": "cause_added",
    "advice_rename": "cause_renamed",
    "advice_repacked": "cause_repacked",
    "advice_write_again": "cause_made",
    "advice_parts": "cause_parts",
}
GOOD, NONE, UNKNOWN, WRONG = "good", "none", "unknown_key", "wrong"


@dataclass(frozen=True, slots=True)
class Signers:
    """Keys this library knows, by their id, and whose they are."""

    keys: Mapping[str, PublicKey] = field(default_factory=dict)
    names: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing wrong: the file, what, what was expected and found, why probably, what to do."""

    file: str
    message: str
    expected: str
    found: str
    cause: str
    advice: str


@dataclass(frozen=True, slots=True)
class Looked:
    """The answer.

    Attributes:
        ok: nothing is wrong, as far as was looked.
        info: what the package, or the outer sheet of a sealed one, says of itself.
        sealed: it cannot be opened here.
        faults: in the order they were found.
        files, size: how much was read. fingerprint: of the package.
        signature: "good", "none", "unknown_key" or "wrong". key_id: of the key. signer: whose it is.
        parts: names of its bags when there are several.
        depth: how much was looked at.
    """

    ok: bool
    info: Mapping[str, Any]
    sealed: bool
    faults: tuple[Fault, ...]
    files: int
    size: int
    fingerprint: str
    signature: str
    key_id: str
    signer: str
    parts: tuple[str, ...]
    depth: Depth


def signers(desk: Desk) -> Signers:
    """The keys of the own unit and of those the centre's roster names."""
    keys = desk.handover.known_keys()
    roster = desk.keys.roster()
    names = {one.key.id: one.unit_name for one in roster.units} if roster is not None else {}
    own = desk.unit.get("unit_name", "")
    return Signers(keys, {key: names.get(key) or own for key in keys})


def look(path: Path, known: Signers, depth: Depth = Depth.FULL, progress: Progress | None = None) -> Looked:
    """Check what lies at ``path``: a package (ZIP), an unzipped one, or a sealed one.

    Raises:
        UserError: it cannot be opened at all (exit 3); a sealed one has no readable outer sheet.
        Cancelled: asked to stop.
    """
    progress = progress or Progress()
    if path.name.endswith((SEALED, f"{SEALED}{HEADER_END}")):
        return _sealed(path, known, depth, progress)
    return _open(verify_whole(path, progress, depth=depth, keys=known.keys), known)


def _open(found: Verification, known: Signers) -> Looked:
    signature = found.signature
    state = WRONG if signature.state == "missing" else signature.state
    return Looked(
        ok=found.ok,
        info=found.info or {},
        sealed=False,
        faults=tuple(_fault(one) for one in found.defects),
        files=found.checked_files,
        size=found.checked_bytes,
        fingerprint=found.fingerprint,
        signature=state,
        key_id=signature.key_id,
        signer=known.names.get(signature.key_id, "") if state == GOOD else "",
        parts=found.parts if len(found.parts) > 1 else (),
        depth=found.depth,
    )


def _fault(one: Defect) -> Fault:
    return Fault(one.file, one.message, one.expected, one.found, _cause(one.code), one.advice)


def _cause(code: str) -> str:
    """Why that happens, mostly; what is to be done is told by it."""
    cause = _CAUSES.get(KINDS[code][1], "")
    return message(cause) if cause else ""


def _sealed(path: Path, known: Signers, depth: Depth, progress: Progress) -> Looked:
    sheet = path if path.name.endswith(HEADER_END) else path.with_name(path.name + HEADER_END)
    file = sheet.with_name(sheet.name.removesuffix(HEADER_END))
    envelope = read_header(sheet)
    faults: list[Fault] = []
    state = GOOD
    try:
        envelope.verify(known.keys.values())
    except UserError as error:
        state = UNKNOWN if error.code == "envelope_unknown_key" else WRONG
        if state == WRONG:
            cause = message("cause_hostile")
            faults.append(Fault(sheet.name, str(error), "", "", cause, message("advice_hostile")))
    header = header_in(envelope) if state != WRONG else None  # what nobody signed is not even read
    size = _check_file(file, header, depth, progress, faults) if header is not None else 0
    return Looked(
        ok=not faults,
        info=_info(header) if header is not None else {},
        sealed=True,
        faults=tuple(faults),
        files=1,
        size=size,
        fingerprint=header.fingerprint if header is not None else "",
        signature=state,
        key_id=envelope.key_id,
        signer=known.names.get(envelope.key_id, "") if state == GOOD else "",
        parts=(),
        depth=depth,
    )


def _check_file(file: Path, header: Header, depth: Depth, progress: Progress, faults: list[Fault]) -> int:
    """Whether the sealed file is the one its outer sheet speaks of; bytes read."""

    def fault(code: str, expected: object, found: object, advice: str) -> None:
        told = message(code, file=file.name, expected=str(expected), found=str(found))
        cause = message(_CAUSES[advice])
        faults.append(Fault(file.name, told, str(expected), str(found), cause, message(advice)))

    try:
        size = file.stat().st_size
    except FileNotFoundError:
        fault("defect_file_missing", header.size, "", "advice_copy_again")
        return 0
    except OSError as error:
        raise from_os_error(error, file) from error
    if size != header.size:
        code = "defect_file_truncated" if size < header.size else "defect_file_longer"
        fault(code, header.size, size, "advice_copy_again")
    if depth is Depth.QUICK or size != header.size:
        return 0
    found = _sha512(file, size, progress)
    if found != header.sha512:
        fault("defect_file_changed", header.sha512, found, "advice_copy_again")
    return size


def _sha512(file: Path, size: int, progress: Progress) -> str:
    progress.start(size, message("package_checking"))
    digest = hashlib.sha512()
    try:
        with file.open("rb") as read:
            while block := read.read(_BLOCK):
                digest.update(block)
                progress.step(len(block))
    except OSError as error:
        raise from_os_error(error, file) from error
    return digest.hexdigest()


def _info(header: Header) -> dict[str, Any]:
    return {
        "unit_code": header.unit,
        "period": header.period,
        "submission": header.submission,
        "sequence": header.sequence,
        "secrecy": header.secrecy,
        "delta": header.delta,
        "trial": header.trial,
        "name": header.name,
        "part": header.part,
        "parts": header.parts,
    }

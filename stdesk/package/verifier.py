"""Checking a package, its ZIP or the unzipped bag: everything wrong with it, at once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from stdesk.errors import from_os_error
from stdesk.package import layout
from stdesk.package.bag import Bag, open_folder, open_zip
from stdesk.package.bagcheck import Depth, Wanted, check_bag
from stdesk.package.defects import Defect, Findings
from stdesk.package.sigcheck import Keys, Signature
from stdesk.progress import Progress

__all__ = ["Defect", "Depth", "Keys", "Signature", "Verification", "verify_bag", "verify_package"]


@dataclass(frozen=True, slots=True)
class Verification:
    """The answer.

    Attributes:
        ok: nothing is wrong, as far as ``depth`` looks.
        info: what ``bag-info.txt`` says, under the names of
            :class:`~stdesk.package.content.PackageInfo` and ``name``, ``oxum``, ``bag_size``,
            ``date``, ``format``, ``group``, ``bag_count``; ``None`` when it could not be read. Trust
            it only when ``ok``.
        defects: in the order of the checks.
        checked_files, checked_bytes: how much was read.
        fingerprint: SHA-512, hex, of ``tagmanifest-sha512.txt``: one value for the whole content;
            of several bags the first one's.
        signature: who signed it; a key nobody gave is no defect, unless one of them had to sign.
        depth: how much of it was read.
        parts: names of the bags, when it was checked together with the others of its group.
        notes: what is odd and no defect.
    """

    ok: bool
    info: Mapping[str, Any] | None
    defects: tuple[Defect, ...]
    checked_files: int
    checked_bytes: int
    fingerprint: str = ""
    signature: Signature = field(default_factory=Signature)
    depth: Depth = Depth.FULL
    parts: tuple[str, ...] = ()
    notes: tuple[Defect, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """As ``stdesk verify --json`` shows it (DESIGN §7)."""
        return {
            "ok": self.ok,
            "info": dict(self.info) if self.info is not None else None,
            "fingerprint": self.fingerprint,
            "checked": {"files": self.checked_files, "bytes": self.checked_bytes},
            "defects": [defect.to_json() for defect in self.defects],
            "signature": self.signature.to_json(),
            "depth": str(self.depth),
            "parts": list(self.parts),
            "notes": [note.to_json() for note in self.notes],
        }


def verify_package(
    path: Path,
    progress: Progress | None = None,
    *,
    depth: Depth = Depth.FULL,
    keys: Keys = None,
    must: bool = False,
    unit: str = "",
) -> Verification:
    """Check the package in the ZIP at ``path`` without unpacking anything.

    Time grows with the file's size and memory does not: nothing in it is compressed, and every
    count and text is limited before it is read. One bag of a group is checked alone
    (:func:`stdesk.package.groupcheck.verify_whole` looks at all of them).

    Args:
        depth: how much is read.
        keys: public keys by their id, to check the signature with.
        must: one of ``keys`` must have signed; no signature and an unknown key are defects then.
        unit: code of the only unit to be taken as its sender.

    Raises:
        UserError: the file cannot be opened at all (exit 3).
        Cancelled: asked to stop.
    """
    findings = Findings()
    try:
        bag = open_zip(path, findings)
    except OSError as error:
        raise from_os_error(error, path) from error
    return _verified(bag, findings, progress or Progress(), Wanted(depth, keys, must, unit))


def verify_bag(
    folder: Path,
    progress: Progress | None = None,
    *,
    depth: Depth = Depth.FULL,
    keys: Keys = None,
    must: bool = False,
    unit: str = "",
) -> Verification:
    """Check an unzipped package in the same way.

    Raises:
        UserError: the folder cannot be opened at all (exit 3).
        Cancelled: asked to stop.
    """
    findings = Findings()
    try:
        next(folder.iterdir(), None)
        bag = open_folder(folder, findings)
    except OSError as error:
        raise from_os_error(error, folder) from error
    return _verified(bag, findings, progress or Progress(), Wanted(depth, keys, must, unit))


def _verified(bag: Bag, findings: Findings, progress: Progress, wanted: Wanted) -> Verification:
    try:
        checked = check_bag(bag, findings, progress, wanted)
    except OSError as error:  # the medium gave up between two readings of a file
        findings.add(layout.shown(bag.file), "unreadable", found=error.strerror or "")
        return Verification(False, None, findings.listed(bag.file), 0, 0, depth=wanted.depth)
    defects = findings.listed(layout.shown(bag.file))
    return Verification(
        ok=not defects,
        info=checked.info,
        defects=defects,
        checked_files=checked.files,
        checked_bytes=checked.size,
        fingerprint=checked.fingerprint,
        signature=checked.signature,
        depth=wanted.depth,
    )

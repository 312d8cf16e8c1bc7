"""Checking a package, its ZIP or the unzipped bag: everything wrong with it, at once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from stdesk.errors import from_os_error
from stdesk.package import layout
from stdesk.package.bag import Bag, open_folder, open_zip
from stdesk.package.bagcheck import check_bag
from stdesk.package.defects import Defect, Findings
from stdesk.progress import Progress

__all__ = ["Defect", "Verification", "verify_bag", "verify_package"]


@dataclass(frozen=True, slots=True)
class Verification:
    """The answer.

    Attributes:
        ok: nothing is wrong.
        info: what ``bag-info.txt`` says, under the names of
            :class:`~stdesk.package.content.PackageInfo` and ``name``, ``oxum``, ``bag_size``,
            ``date``, ``format``; ``None`` when it could not be read. Trust it only when ``ok``.
        defects: in the order of the checks.
        checked_files, checked_bytes: how much was read.
        fingerprint: SHA-512, hex, of ``tagmanifest-sha512.txt``: one value for the whole content.
    """

    ok: bool
    info: Mapping[str, Any] | None
    defects: tuple[Defect, ...]
    checked_files: int
    checked_bytes: int
    fingerprint: str = ""

    def to_json(self) -> dict[str, Any]:
        """As ``stdesk verify --json`` shows it (DESIGN §7)."""
        return {
            "ok": self.ok,
            "info": dict(self.info) if self.info is not None else None,
            "fingerprint": self.fingerprint,
            "checked": {"files": self.checked_files, "bytes": self.checked_bytes},
            "defects": [defect.to_json() for defect in self.defects],
        }


def verify_package(path: Path, progress: Progress | None = None) -> Verification:
    """Check the package in the ZIP at ``path`` without unpacking anything.

    Time grows with the file's size and memory does not: nothing in it is compressed, and every
    count and text is limited before it is read.

    Raises:
        UserError: the file cannot be opened at all (exit 3).
        Cancelled: asked to stop.
    """
    findings = Findings()
    try:
        bag = open_zip(path, findings)
    except OSError as error:
        raise from_os_error(error, path) from error
    return _verified(bag, findings, progress or Progress())


def verify_bag(folder: Path, progress: Progress | None = None) -> Verification:
    """Check an unzipped bag in the same way.

    Raises:
        UserError: the folder cannot be opened at all (exit 3).
        Cancelled: asked to stop.
    """
    findings = Findings()
    try:
        next(folder.iterdir(), None)
    except OSError as error:
        raise from_os_error(error, folder) from error
    return _verified(open_folder(folder, findings), findings, progress or Progress())


def _verified(bag: Bag, findings: Findings, progress: Progress) -> Verification:
    try:
        checked = check_bag(bag, findings, progress)
    except OSError as error:  # the medium gave up between two readings of a file
        findings.add(layout.shown(bag.file), "unreadable", found=error.strerror or "")
        return Verification(False, None, findings.listed(bag.file), 0, 0)
    defects = findings.listed(layout.shown(bag.file))
    return Verification(not defects, checked.info, defects, checked.files, checked.size, checked.fingerprint)

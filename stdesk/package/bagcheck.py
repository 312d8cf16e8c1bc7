"""Whether a bag is complete, unchanged and agrees with itself: every defect, in one go.

The order of the checks is the order of the defects. A check whose ground is gone (no
manifest, an unreadable entry) is skipped rather than guessed at: the defect that took the
ground away is on the list already.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from stdesk import i18n
from stdesk.package import datacheck, layout, sigcheck, tags
from stdesk.package.bag import Bag, Measured, measure
from stdesk.package.defects import Findings
from stdesk.package.infocheck import check_info, check_oxum
from stdesk.package.sigcheck import Keys, Signature
from stdesk.progress import Progress
from stdesk.text import nfc

_MOST_TAG_BYTES = 32 << 20


class Depth(StrEnum):
    """How much of a package is read.

    ``quick``: structure, names, tag files, signature, presence and sizes: seconds whatever the size.
    ``complete``: besides, every line and document that programs read. ``full``: every byte.
    """

    QUICK = "quick"
    COMPLETE = "complete"
    FULL = "full"


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the caller asks for.

    Attributes:
        depth: see :class:`Depth`.
        keys: to check the signature with, by key id; ``None``: it is looked at only.
        must: whether one of ``keys`` must have signed it.
        unit: code of the only sender to be taken; "": any.
    """

    depth: Depth = Depth.FULL
    keys: Keys = None
    must: bool = False
    unit: str = ""


@dataclass(frozen=True, slots=True)
class Checked:
    """What the checks read besides defects; ``fingerprint`` is the tag manifest's SHA-512."""

    fingerprint: str
    info: Mapping[str, Any] | None
    files: int
    size: int
    signature: Signature = field(default_factory=Signature)


def check_bag(bag: Bag, findings: Findings, progress: Progress, wanted: Wanted) -> Checked:
    """Check everything the depth asks for; raises Cancelled only."""
    note = i18n.message("package_checking")
    reads = _READS[wanted.depth]
    progress.start(sum(one.size for path, one in bag.members.items() if reads(path)), note)
    found = measure(bag, findings, progress, reads)
    read = [one for one in found.values() if one.read]
    raw = {path: _tag_bytes(bag, path, findings) for path in layout.TAG_FILES}
    if not any(path in bag.members for path in layout.TAG_FILES) and findings.defects:
        return Checked("", None, len(read), sum(one.size for one in read))
    _check_declaration(raw[layout.BAGIT_TXT], findings)
    info = None
    if raw[layout.BAG_INFO] is not None:
        info = tags.parse_bag_info(raw[layout.BAG_INFO] or b"", findings)
    hashes = _listed(raw, found, findings)
    signature = _check_signature(bag, raw[layout.TAG_MANIFEST], info, wanted, findings)
    if info is not None:
        check_info(bag, info, wanted.unit, findings)
    if hashes is not None:
        data = datacheck.check_data(bag, found, hashes, info, findings, progress)
        _check_hashes(hashes, found, data.sizes, findings)
    if info is not None:
        check_oxum(info, found, findings)
    _check_types(found, findings)
    _check_crc(bag, found, findings)
    tag_manifest = found.get(layout.TAG_MANIFEST)
    return Checked(
        tag_manifest.sha512 if tag_manifest else "", info, len(read), sum(one.size for one in read), signature
    )


_QUICK = frozenset({*layout.TAG_FILES, layout.SIGNATURE, layout.DATAPACKAGE})
_TABLES = frozenset({*layout.OWN, layout.WITHDRAWN, layout.ANSWERS})
_READS: Mapping[Depth, Callable[[str], bool]] = {
    Depth.QUICK: lambda path: path in _QUICK,
    Depth.COMPLETE: lambda path: path in _QUICK or path in _TABLES or path.startswith(layout.RECORDS),
    Depth.FULL: lambda path: True,
}


def _check_signature(
    bag: Bag, signed: bytes | None, info: Mapping[str, Any] | None, wanted: Wanted, findings: Findings
) -> Signature:
    member = bag.members.get(layout.SIGNATURE)
    raw = None
    if member is not None:
        raw = _tag_bytes(bag, layout.SIGNATURE, findings, sigcheck.MOST_BYTES) or b""
    signature = sigcheck.check_signature(raw, signed, info, wanted.keys, findings)
    if wanted.must:
        sigcheck.check_known(signature, findings, layout.shown(bag.file))
    return signature


def _tag_bytes(bag: Bag, path: str, findings: Findings, most: int = _MOST_TAG_BYTES) -> bytes | None:
    member = bag.members.get(path)
    if member is None:
        return None
    try:
        raw = member.read(most)
    except OSError as error:
        findings.add(path, "unreadable", found=error.strerror or "")
        return None
    if raw is None:
        findings.add(path, "json_limit", most, member.size)
    return raw


def _check_declaration(raw: bytes | None, findings: Findings) -> None:
    if raw is None or raw == layout.BAGIT_BYTES:
        return
    if raw.startswith(b"\xef\xbb\xbf"):
        findings.add(layout.BAGIT_TXT, "bagit_bom", "UTF-8", "BOM")
    expected = layout.BAGIT_BYTES.decode().strip().replace("\n", " / ")
    findings.add(
        layout.BAGIT_TXT, "bagit_declaration", expected, layout.shown(raw[:80].decode("utf-8", "replace"))
    )


def _listed(
    raw: Mapping[str, bytes | None], found: dict[str, Measured], findings: Findings
) -> dict[str, str] | None:
    """Path -> hash of the payload; the tag files are compared with their own manifest here."""
    tag_raw, payload_raw = raw[layout.TAG_MANIFEST], raw[layout.MANIFEST]
    if tag_raw is not None:
        listed = tags.parse_manifest(tag_raw, layout.TAG_MANIFEST, findings)
        for path in layout.LISTED_TAG_FILES:
            if path not in listed:
                findings.add(layout.TAG_MANIFEST, "manifest_line", path)
        present = {path: one for path, one in found.items() if not path.startswith(layout.DATA)}
        for unlisted in (layout.TAG_MANIFEST, layout.SIGNATURE):
            present.pop(unlisted, None)
        _compare(listed, present, {}, findings)
    else:
        for path in layout.TAG_FILES:
            if path not in found:
                findings.add(path, "file_missing")
    if payload_raw is None:
        return None
    return tags.parse_manifest(payload_raw, layout.MANIFEST, findings)


def _check_hashes(
    hashes: dict[str, str], found: dict[str, Measured], sizes: Mapping[str, int], findings: Findings
) -> None:
    payload = {path: one for path, one in found.items() if path.startswith(layout.DATA)}
    _compare(hashes, payload, sizes, findings)


def _compare(
    listed: dict[str, str], present: dict[str, Measured], sizes: Mapping[str, int], findings: Findings
) -> None:
    """Missing, extra, renamed, cut, longer, changed; a renamed file is looked at all the same."""
    absent = {layout.collision_key(path): path for path in listed if path not in present}
    matched = {path: path for path in listed if path in present}
    extra = []
    for path in sorted(set(present) - set(listed)):
        meant = absent.pop(layout.collision_key(path), None)
        if meant:
            matched[meant] = path
            code = "name_decomposed" if nfc(path) == nfc(meant) else "file_renamed"
            findings.add(layout.shown(path), code, layout.shown(meant), layout.spelt(path))
        else:
            extra.append(path)
    for path in sorted(listed):
        if path not in matched:
            findings.add(layout.shown(path), "file_missing", listed[path])
        else:
            _compare_one(layout.shown(path), listed[path], present[matched[path]], sizes.get(path), findings)
    for path in extra:
        if nfc(path) != path:
            findings.add(layout.shown(path), "name_decomposed", nfc(path), layout.spelt(path))
        findings.add(layout.shown(path), "file_extra")


def _compare_one(file: str, expected: str, one: Measured, size: int | None, findings: Findings) -> None:
    if (one.read and not one.sha512) or one.sha512 == expected:
        return
    if size is not None and one.size < size:
        findings.add(file, "file_truncated", size, one.size)
    elif size is not None and one.size > size:
        findings.add(file, "file_longer", size, one.size)
    elif one.read:
        findings.add(file, "file_changed", expected, one.sha512)


def _check_types(found: dict[str, Measured], findings: Findings) -> None:
    for path, one in found.items():
        file = layout.shown(path)
        if not path.startswith(layout.DATA) or path in _TABLES:
            continue
        kind = layout.extension(path)
        if kind not in layout.MEDIA_TYPES and not (path.startswith(layout.RECORDS) and kind == "jsonl"):
            findings.add(file, "type_refused", found=kind or "?")
        if one.head.startswith(layout.PROGRAM_STARTS):
            findings.add(file, "program", found=one.head[:4].hex(" "))
        if one.macros:
            findings.add(file, "macro")


def _check_crc(bag: Bag, found: dict[str, Measured], findings: Findings) -> None:
    """A wrong check sum is worth a line only where nothing else is wrong with the bytes."""
    told = {defect.file for defect in findings.defects}
    for path, one in found.items():
        if one.crc is not None and layout.shown(path) not in told:
            findings.add(layout.shown(path), "zip_crc", f"{bag.members[path].crc:08x}", f"{one.crc:08x}")

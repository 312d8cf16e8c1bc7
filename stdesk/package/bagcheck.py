"""Whether a bag is complete, unchanged and agrees with itself: every defect, in one go.

The order of the checks is the order of the defects. A check whose ground is gone (no
manifest, an unreadable entry) is skipped rather than guessed at: the defect that took the
ground away is on the list already.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from stdesk import i18n
from stdesk.package import datacheck, layout, tags
from stdesk.package.bag import Bag, Measured, measure
from stdesk.package.defects import Findings
from stdesk.progress import Progress
from stdesk.text import nfc

_MOST_TAG_BYTES = 32 << 20
_CHANGES_SIZE = ("file_missing", "file_extra", "file_truncated", "file_longer", "unreadable")


@dataclass(frozen=True, slots=True)
class Checked:
    """What the checks read besides defects; ``fingerprint`` is the tag manifest's SHA-512."""

    fingerprint: str
    info: Mapping[str, Any] | None
    files: int
    size: int


def check_bag(bag: Bag, findings: Findings, progress: Progress) -> Checked:
    """Check everything; raises Cancelled only."""
    note = i18n.message("package_checking")
    progress.start(sum(member.size for member in bag.members.values()), note)
    found = measure(bag, findings, progress)
    raw = {path: _tag_bytes(bag, path, findings) for path in layout.TAG_FILES}
    if not any(path in bag.members for path in layout.TAG_FILES) and findings.defects:
        return Checked("", None, len(found), sum(one.size for one in found.values()))
    _check_declaration(raw[layout.BAGIT_TXT], findings)
    info = None
    if raw[layout.BAG_INFO] is not None:
        info = tags.parse_bag_info(raw[layout.BAG_INFO] or b"", findings)
    hashes = _listed(raw, found, findings)
    _check_names(bag, info, findings)
    if hashes is not None:
        data = datacheck.check_data(bag, found, hashes, info, findings, progress)
        _check_hashes(hashes, found, data.sizes, findings)
    if info is not None:
        _check_oxum(info, found, findings)
    _check_types(found, findings)
    _check_crc(bag, found, findings)
    tag_manifest = found.get(layout.TAG_MANIFEST)
    return Checked(
        tag_manifest.sha512 if tag_manifest else "", info, len(found), sum(one.size for one in found.values())
    )


def _tag_bytes(bag: Bag, path: str, findings: Findings) -> bytes | None:
    member = bag.members.get(path)
    if member is None:
        return None
    try:
        raw = member.read(_MOST_TAG_BYTES)
    except OSError as error:
        findings.add(path, "unreadable", found=error.strerror or "")
        return None
    if raw is None:
        findings.add(path, "json_limit", _MOST_TAG_BYTES, member.size)
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
        present.pop(layout.TAG_MANIFEST, None)
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
    if not one.sha512 or one.sha512 == expected:
        return
    if size is not None and one.size < size:
        findings.add(file, "file_truncated", size, one.size)
    elif size is not None and one.size > size:
        findings.add(file, "file_longer", size, one.size)
    else:
        findings.add(file, "file_changed", expected, one.sha512)


def _check_names(bag: Bag, info: Mapping[str, Any] | None, findings: Findings) -> None:
    inside = (info or {}).get("name")
    if not info or not isinstance(inside, str):
        return
    if inside != bag.name:
        findings.add(bag.file, "package_renamed", layout.shown(inside), layout.shown(bag.name))
    if info.get("format", layout.FORMAT) != layout.FORMAT:
        findings.add(layout.BAG_INFO, "format_newer", layout.FORMAT, info["format"])
    made_of = ("unit_code", "period", "submission", "trial")
    if all(key in info for key in made_of):
        unit, period, submission, trial = (info[key] for key in made_of)
        right = layout.package_name(unit, period, submission, trial=trial)
        if right != inside:
            findings.add(layout.BAG_INFO, "info_value", f"External-Identifier: {right}", layout.shown(inside))


def _check_oxum(info: Mapping[str, Any], found: dict[str, Measured], findings: Findings) -> None:
    payload = [one for path, one in found.items() if path.startswith(layout.DATA)]
    size = sum(one.size for one in payload)
    follows = findings.has(*_CHANGES_SIZE)  # then it says nothing new
    if not follows and "oxum" in info and info["oxum"] != f"{size}.{len(payload)}":
        findings.add(layout.BAG_INFO, "oxum", info["oxum"], f"{size}.{len(payload)}")
    stated = int(str(info["oxum"]).partition(".")[0]) if "oxum" in info else size
    if info.get("bag_size", tags.human_size(stated)) != tags.human_size(stated):
        findings.add(layout.BAG_INFO, "info_value", f"Bag-Size: {tags.human_size(stated)}", info["bag_size"])


def _check_types(found: dict[str, Measured], findings: Findings) -> None:
    for path, one in found.items():
        file = layout.shown(path)
        if not path.startswith(layout.DATA) or path in layout.OWN:
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

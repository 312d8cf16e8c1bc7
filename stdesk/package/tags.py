"""The bag's tag files as text: ``bag-info.txt`` and the manifests (RFC 8493 §2.1.3, §2.2)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from stdesk.package import layout
from stdesk.package.content import PackageInfo
from stdesk.package.defects import Findings
from stdesk.text import clean, nfc

# label -> (key of the information, may be absent)
_LABELS = {
    "Source-Organization": ("unit_name", False),
    "External-Identifier": ("name", False),
    "Bagging-Date": ("date", False),
    "Bag-Software-Agent": ("program", False),
    "Bag-Size": ("bag_size", False),
    "Payload-Oxum": ("oxum", False),
    "STDesk-Format": ("format", False),
    "STDesk-Unit-Code": ("unit_code", False),
    "STDesk-Period": ("period", False),
    "STDesk-Submission": ("submission", False),
    "STDesk-Delta": ("delta", False),
    "STDesk-Base-Receipt": ("base_receipt", True),
    "STDesk-Trial": ("trial", False),
    "STDesk-Created": ("created", False),
    "STDesk-Secrecy": ("secrecy", False),
    "STDesk-Left-Out": ("left_out", False),
    "STDesk-Rule-Set": ("rule_set", False),
    "STDesk-Rule-Hash": ("rule_hash", False),
    "STDesk-Snapshot-SHA512": ("snapshot_hash", False),
    "STDesk-Base-Fingerprint": ("base", True),
    "STDesk-Line": ("line", True),
    "STDesk-Sequence": ("sequence", True),
    "STDesk-Previous": ("previous", True),
    "STDesk-Withdrawn": ("withdrawn", True),
    "STDesk-Key": ("key", True),
    "STDesk-History": ("history", True),
    "Bag-Group-Identifier": ("group", True),
    "Bag-Count": ("bag_count", True),
}
_COUNT = "STDesk-Count-"
_SHAPES = {
    "oxum": re.compile(r"(0|[1-9]\d{0,18})\.(0|[1-9]\d{0,9})"),
    "date": re.compile(r"\d{4}-\d\d-\d\d"),
    "created": re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ"),
    "period": re.compile(r"\d{4}(-H[12]|-KH|-\d{4})?|\d{8}-\d{8}"),
    "submission": re.compile(r"[1-9]\d{0,5}"),
    "left_out": re.compile(r"0|[1-9]\d{0,8}"),
    "count": re.compile(r"0|[1-9]\d{0,8}"),
    "delta": re.compile("yes|no"),
    "trial": re.compile("yes|no"),
    "snapshot_hash": re.compile("[0-9a-f]{128}"),
    "base": re.compile("[0-9a-f]{128}"),
    "previous": re.compile("[0-9a-f]{128}"),
    "line": re.compile("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"),
    "sequence": re.compile(r"[1-9]\d{0,8}"),
    "withdrawn": re.compile(r"[1-9]\d{0,8}"),
    "key": re.compile("[0-9A-F]{16}"),
    "history": re.compile("[1-9][0-9]{0,9} [0-9a-f]{32}"),
    "bag_count": re.compile(r"([1-9]\d{0,2}) of ([1-9]\d{0,2})"),
    "format": re.compile(r"[1-9]\d{0,3}"),
}
_ABSENT: Mapping[str, Any] = {
    "base_receipt": "", "base": "", "line": "", "sequence": 0, "previous": "", "withdrawn": 0, "key": "",
    "history": "",
    "group": "", "bag_count": "",
}  # fmt: skip
_NUMBERS = frozenset({"submission", "left_out", "sequence", "withdrawn"})
_ANSWERS = frozenset({"delta", "trial"})
_INFO_LINE = re.compile(r"([A-Za-z][A-Za-z0-9_-]{0,80}): (\S(?:.{0,2000}\S)?)")
_ODD = re.compile("[\x00-\x1f\x7f-\x9f\u00ad\u200b\u200e\u200f\u2028-\u202e\u2060-\u2069\ufeff]")
_MANIFEST_LINE = re.compile(r"([0-9a-f]{128})  (\S.*)")
_BOM = b"\xef\xbb\xbf"


def bag_info(info: PackageInfo, name: str, payload_bytes: int, payload_files: int) -> bytes:
    """The bytes of ``bag-info.txt``."""
    known: dict[str, object] = {
        "unit_name": info.unit_name,
        "name": name,
        "date": info.created[:10],
        "program": info.program,
        "bag_size": human_size(payload_bytes),
        "oxum": f"{payload_bytes}.{payload_files}",
        "format": layout.FORMAT,
        "unit_code": info.unit_code,
        "period": info.period,
        "submission": info.submission,
        "delta": "yes" if info.delta else "no",
        "base_receipt": info.base_receipt,
        "trial": "yes" if info.trial else "no",
        "created": info.created,
        "secrecy": info.secrecy,
        "left_out": info.left_out,
        "rule_set": info.rule_set,
        "rule_hash": info.rule_hash,
        "snapshot_hash": info.snapshot_hash,
        "base": info.base,
        "line": info.line,
        "sequence": info.sequence or "",
        "previous": info.previous,
        "withdrawn": info.withdrawn or "",
        "key": info.key,
        "history": info.history,
        "group": layout.group_name(name) if info.parts > 1 else "",
        "bag_count": f"{info.part} of {info.parts}" if info.parts > 1 else "",
    }
    pairs = [(label, clean(str(known[key]))) for label, (key, _) in _LABELS.items()]
    pairs += [(_COUNT + kind, str(info.counts[kind])) for kind in sorted(info.counts)]
    return "".join(f"{label}: {value}\n" for label, value in pairs if value).encode()


def parse_bag_info(raw: bytes, findings: Findings) -> dict[str, Any]:
    """What ``bag-info.txt`` says, under the names of :class:`PackageInfo` and a few more.

    Keys besides: ``name``, ``oxum``, ``bag_size``, ``date``, ``format``. Anything malformed,
    unknown, doubled or absent is noted in ``findings`` and left out.
    """
    info: dict[str, Any] = {}
    counts: dict[str, int] = {}
    for number, line in _lines(raw, layout.BAG_INFO, findings, "info_line"):
        found = _INFO_LINE.fullmatch(line)
        label, value = (found[1], found[2]) if found else ("", "")
        kind = label.removeprefix(_COUNT) if label.startswith(_COUNT) else ""
        key = "count" if kind else _LABELS.get(label, ("", False))[0]
        shape = _SHAPES.get(key)
        twice = key in info or kind in counts
        if not key or twice or (shape and not shape.fullmatch(value)) or _ODD.search(value):
            findings.add(
                layout.BAG_INFO, "info_line", f"{label or 'Label'}: …", f"{number}: {layout.shown(line)}"
            )
        elif kind:
            counts[kind] = int(value)
        else:
            info[key] = int(value) if key in _NUMBERS else value == "yes" if key in _ANSWERS else value
    for label, (key, optional) in _LABELS.items():
        if key not in info and not optional:
            findings.add(layout.BAG_INFO, "info_missing", label)
    return {**_ABSENT, **info, "counts": counts}


def label_of(key: str) -> str:
    """The label in ``bag-info.txt`` of a piece of information: "sequence" is ``STDesk-Sequence``."""
    return next(label for label, (own, _) in _LABELS.items() if own == key)


def signed_comment(said: Mapping[str, Any]) -> str:
    """The trusted comment of the signature: who handed in what, for a person who runs ``minisign -V``.

    Args:
        said: ``name``, ``unit_code``, ``period``, ``submission``, ``counts``, as in
            :func:`parse_bag_info`. The verifier makes it anew from ``bag-info.txt`` and compares.
    """
    counts = ", ".join(f"{kind} {said['counts'][kind]}" for kind in sorted(said["counts"]))
    facts = [f"STDesk package {layout.FORMAT}", said["name"], f"unit {said['unit_code']}"]
    facts += [f"period {said['period']}", f"submission {said['submission']}", counts or "no records"]
    return clean("; ".join(facts))


def manifest(hashes: Mapping[str, str]) -> bytes:
    """The bytes of a manifest over path -> SHA-512, sorted by path."""
    return "".join(f"{hashes[path]}  {path}\n" for path in sorted(hashes)).encode()


def parse_manifest(raw: bytes, file: str, findings: Findings) -> dict[str, str]:
    """Path -> SHA-512 of the lines that are right; the others are noted.

    ``data/`` and nothing else belongs in the payload manifest. Lines are as the writer makes
    them (small hex, two blanks, sorted), so that no byte of a manifest is free.
    """
    hashes: dict[str, str] = {}
    payload = file == layout.MANIFEST
    for number, line in _lines(raw, file, findings, "manifest_line"):
        found = _MANIFEST_LINE.fullmatch(line)
        if not found:
            findings.add(file, "manifest_line", "<sha512>  <path>", f"{number}: {layout.shown(line)}")
            continue
        path = found[2]
        if path in hashes:
            findings.add(file, "manifest_twice", found=f"{number}: {layout.shown(path)}")
            continue
        problem = layout.path_problem(path)
        if problem == "name_decomposed":
            findings.add(file, problem, nfc(path), layout.spelt(path))
        if problem in (None, "name_decomposed") and path.startswith(layout.DATA) is payload:
            hashes[path] = found[1]
        else:
            findings.add(file, "manifest_path", "data/…" if payload else "bag-info.txt …", layout.shown(path))
    if list(hashes) != sorted(hashes):
        findings.add(file, "manifest_line", "a < b < c", "b < a")
    return hashes


def human_size(count: int) -> str:
    """A size for people, decimal comma, as in the reports: "12,3 MB"."""
    size = float(count)
    units = ["B", "KB", "MB", "GB"]
    while size >= 1000 and len(units) > 1:
        size /= 1000
        del units[0]
    return f"{count} B" if units[0] == "B" else f"{size:.1f} {units[0]}".replace(".", ",")


def _lines(raw: bytes, file: str, findings: Findings, code: str) -> list[tuple[int, str]]:
    """Numbered lines; a mark at the start, odd line ends and bad UTF-8 are noted."""
    if raw.startswith(_BOM):
        findings.add(file, "bagit_bom", "UTF-8", "BOM")
        raw = raw[len(_BOM) :]
    lines: list[tuple[int, str]] = []
    if raw and not raw.endswith(b"\n"):
        findings.add(file, code, "LF", "EOF")
    for number, line in enumerate(raw.removesuffix(b"\n").split(b"\n") if raw else (), 1):
        try:
            text = line.decode()
        except UnicodeDecodeError:
            findings.add(file, code, "UTF-8", f"{number}: {layout.shown(line.decode('utf-8', 'replace'))}")
            continue
        if "\r" in text:
            findings.add(file, code, "LF", f"{number}: CR")
            text = text.replace("\r", "")
        lines.append((number, text))
    return lines

"""The data inside a bag: JSON within bounds, and tables, descriptor and counts that agree."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from html.parser import HTMLParser
from itertools import islice
from typing import Any

from stdesk.package import layout
from stdesk.package.bag import Bag, Measured, Member
from stdesk.package.defects import Findings
from stdesk.progress import Progress

MOST_LINE = 4 << 20  # bytes of one record
MOST_DOCUMENT = 64 << 20  # bytes of snapshot.json
MOST_DESCRIPTOR = 32 << 20
MOST_PAGE = 16 << 20
MOST_DEPTH = 40  # brackets inside brackets; more would exhaust the parser's stack
MOST_VALUES = 1_500_000  # in one document; each costs far more memory than its bytes
MOST_RECORDS = 2_000_000  # lines of one table
_BRACKETS = re.compile(rb'"(?:[^"\\]|\\.)*+(?:"|\\?\Z)|[\[{]|[\]}]', re.DOTALL)  # never goes back: linear
_TAGS = frozenset(
    {"html", "head", "meta", "title", "style", "body", "h1", "h2", "p", "table", "thead", "tbody", "tr", "th"}
    | {"td", "ol", "ul", "li", "code", "strong", "em", "span", "div", "footer", "a", "br"}
)
_ATTRIBUTES = frozenset({"lang", "charset", "class", "name", "content", "http-equiv", "href"})
_STYLE_FETCHES = re.compile(r"url\s*\(|@import|expression\s*\(|\\", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Data:
    """Sizes the descriptor gives, by path in the bag; empty when it cannot be trusted."""

    sizes: Mapping[str, int]


def check_data(
    bag: Bag,
    found: Mapping[str, Measured],
    hashes: Mapping[str, str],
    info: Mapping[str, Any] | None,
    findings: Findings,
    progress: Progress,
) -> Data:
    """Look inside the files that programs read. Changed ones are left to the hashes."""

    def sound(path: str) -> Member | None:
        """The member, if it is the one the manifest means: else its content proves nothing."""
        return bag.members.get(path) if path in found and found[path].sha512 == hashes.get(path) else None

    for path in sorted(layout.OWN):
        if path not in hashes:
            findings.add(path, "file_missing")
    sizes = _check_descriptor(sound(layout.DATAPACKAGE), found, hashes, findings)
    _check_snapshot(sound(layout.SNAPSHOT), hashes, info, findings)
    _check_counts(sound, hashes, info, findings, progress)
    _check_files_table(sound(layout.FILES_TABLE), hashes, findings, progress)
    page = sound(layout.README)
    if page:
        _check_page(page, findings)
    return Data(sizes)


def _check_descriptor(
    member: Member | None, found: Mapping[str, Measured], hashes: Mapping[str, str], findings: Findings
) -> dict[str, int]:
    file = layout.DATAPACKAGE
    document = _document(member, MOST_DESCRIPTOR, findings) if member else None
    listed = document.get("resources") if isinstance(document, dict) else None
    if not isinstance(listed, list):
        if member:
            findings.add(file, "description", "resources: […]", type(listed).__name__)
        return {}
    sizes: dict[str, int] = {}
    for one in listed:
        path, size, digest = (
            (one.get(key) for key in ("path", "bytes", "hash")) if isinstance(one, dict) else ("",) * 3
        )
        full = f"{layout.DATA}{path}"
        listed_hash = hashes.get(full, "?")
        lies = full in found and found[full].sha512 == listed_hash and found[full].size != size
        if type(size) is not int or digest != f"sha512:{listed_hash}" or full in sizes or lies:
            findings.add(
                file,
                "description",
                f"sha512:{listed_hash}",
                f"{layout.shown(str(path))}: {layout.shown(str(digest))}",
            )
        else:
            sizes[full] = size
    for path in sorted(set(hashes) - set(sizes) - {file}):
        findings.add(file, "description", layout.shown(path))
    return sizes


def _check_snapshot(
    member: Member | None, hashes: Mapping[str, str], info: Mapping[str, Any] | None, findings: Findings
) -> None:
    stated = (info or {}).get("snapshot_hash")
    listed = hashes.get(layout.SNAPSHOT)
    if stated and listed and stated != listed:
        findings.add(layout.SNAPSHOT, "snapshot_hash", stated, listed)
    if not member:
        return
    document = _document(member, MOST_DOCUMENT, findings)
    if document is not None and not isinstance(document, dict):
        findings.add(layout.SNAPSHOT, "json", "{…}", type(document).__name__)
    elif isinstance(document, dict) and info:
        _check_snapshot_counts(document, info, findings)


def _check_snapshot_counts(document: Mapping[str, Any], info: Mapping[str, Any], findings: Findings) -> None:
    """The snapshot has its records by kind; a delta carries fewer of them, never more."""
    records, counts = document.get("records"), info["counts"]
    if not isinstance(records, dict):
        return
    for kind in sorted({*counts, *records}):
        frozen, carried = records.get(kind, ()), counts.get(kind, 0)
        length = len(frozen) if isinstance(frozen, list | tuple) else 0
        if length < carried or (length > carried and not info.get("delta")):
            findings.add(
                layout.BAG_INFO, "count", f"{layout.SNAPSHOT}: {layout.shown(kind)}: {length}", carried
            )


def _check_counts(
    sound: Callable[[str], Member | None],
    hashes: Mapping[str, str],
    info: Mapping[str, Any] | None,
    findings: Findings,
    progress: Progress,
) -> None:
    counts = dict(info["counts"]) if info else {}
    for path in sorted(hashes):
        if not path.startswith(layout.RECORDS):
            continue
        kind = path.removeprefix(layout.RECORDS).removesuffix(".jsonl")
        stated = counts.pop(kind, None)
        member = sound(path)
        if member is None:
            continue
        count = _count_records(member, findings, progress)
        if info and stated != count:
            findings.add(
                layout.BAG_INFO, "count", f"{layout.shown(path)}: {count}", "" if stated is None else stated
            )
    for kind, count in sorted(counts.items()):
        findings.add(layout.BAG_INFO, "count", f"{layout.RECORDS}{kind}.jsonl: {count}", "")


def _count_records(member: Member, findings: Findings, progress: Progress) -> int:
    """Lines of the table; each must be an object with an id of its own, within bounds, NFC."""
    file = layout.shown(member.path)
    ids: set[str] = set()
    count = 0
    for count, line in enumerate(_lines(member), 1):
        progress.check()
        if count > MOST_RECORDS:
            findings.add(file, "json_limit", MOST_RECORDS, f"> {MOST_RECORDS}")
            break
        record = _parsed(line, file, f"{count}: ", findings)
        if record is None:
            continue
        own = record.get("id") if isinstance(record, dict) else None
        if not isinstance(own, str) or not own:
            findings.add(file, "record", '"id"', f"{count}: …")
        elif own in ids:
            findings.add(file, "record", '"id" ×1', f"{count}: {layout.shown(own)}")
        else:
            ids.add(own)
    return count


def _check_files_table(
    member: Member | None, hashes: Mapping[str, str], findings: Findings, progress: Progress
) -> None:
    if not member:
        return
    left = {path for path in hashes if path.startswith(layout.FILES)}
    for number, line in enumerate(islice(_lines(member), MOST_RECORDS), 1):
        progress.check()
        row = _parsed(line, layout.FILES_TABLE, f"{number}: ", findings)
        path = f"{layout.DATA}{row.get('path')}" if isinstance(row, dict) else ""
        if not isinstance(row, dict) or row.get("sha512") != hashes.get(path) or path not in hashes:
            findings.add(
                layout.FILES_TABLE, "files_table", hashes.get(path, ""), f"{number}: {layout.shown(path)}"
            )
        left.discard(path)
    for path in sorted(left):
        findings.add(layout.FILES_TABLE, "files_table", layout.shown(path))


def _lines(member: Member) -> Iterator[bytes]:
    """Lines without their end; one that is too long comes cut, for the check to refuse."""
    rest = b""
    for chunk in member.chunks():
        *whole, rest = (rest + chunk).split(b"\n")
        yield from whole
        if len(rest) > MOST_LINE:
            yield rest
            return
    if rest:
        yield rest


def _document(member: Member, most: int, findings: Findings) -> Any:
    raw = member.read(most)
    if raw is None:
        findings.add(member.path, "json_limit", most, member.size)
        return None
    return _parsed(raw, member.path, "", findings, most)


def _parsed(raw: bytes, file: str, where: str, findings: Findings, most: int = MOST_LINE) -> Any:
    """The value, or ``None`` after noting why it is none that may be read."""
    if len(raw) > most:
        findings.add(file, "json_limit", f"{most} bytes", f"{where}> {most}")
        return None
    if raw.count(b",") > MOST_VALUES:
        findings.add(file, "json_limit", MOST_VALUES, f"{where}> {MOST_VALUES}")
        return None
    if _too_deep(raw):
        findings.add(file, "json_limit", f"{MOST_DEPTH} [[…]]", f"{where}> {MOST_DEPTH}")
        return None
    try:
        text = raw.decode()
        value = json.loads(text, object_pairs_hook=_object, parse_constant=_refuse)
        if b"\\u" in raw:  # an escape may hide half a surrogate pair
            json.dumps(value, ensure_ascii=False).encode()
    except (ValueError, RecursionError) as error:
        findings.add(file, "json", found=f"{where}{layout.shown(str(error))}")
        return None
    if not unicodedata.is_normalized("NFC", text):
        findings.add(file, "json", "NFC", f"{where}NFD")
    return value


def _too_deep(raw: bytes) -> bool:
    if raw.count(b"[") + raw.count(b"{") <= MOST_DEPTH:
        return False
    depth = 0
    for found in _BRACKETS.finditer(raw):
        sign = found[0]
        if sign in (b"[", b"{"):
            depth += 1
            if depth > MOST_DEPTH:
                return True
        elif sign in (b"]", b"}"):
            depth -= 1
    return False


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    value = dict(pairs)
    if len(value) != len(pairs):
        raise ValueError("duplicate key")
    return value


def _refuse(constant: str) -> Any:
    raise ValueError(constant)


class _Page(HTMLParser):
    """Finds whatever could run or fetch something."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.active: list[str] = []
        self._style = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._style = tag == "style"
        if tag not in _TAGS:
            self.active.append(tag)
        for name, value in attrs:
            if name not in _ATTRIBUTES or (name == "href" and _leads_away(value or "")):
                self.active.append(f"{tag} {name}={value}")
            if name == "http-equiv" and (value or "").lower() != "content-security-policy":
                self.active.append(f"{tag} {name}={value}")

    def handle_endtag(self, tag: str) -> None:
        self._style = False

    def handle_data(self, data: str) -> None:
        if self._style and _STYLE_FETCHES.search(data):
            self.active.append("style")


def _leads_away(link: str) -> bool:
    return layout.path_problem(link) is not None


def _check_page(member: Member, findings: Findings) -> None:
    raw = member.read(MOST_PAGE)
    if raw is None:
        findings.add(member.path, "json_limit", MOST_PAGE, member.size)
        return
    page = _Page()
    page.feed(raw.decode("utf-8", "replace"))
    page.close()
    for one in dict.fromkeys(page.active):
        findings.add(member.path, "readme_active", found=layout.shown(one))

"""The data inside a bag: JSON within bounds, and tables, descriptor and counts that agree."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from html.parser import HTMLParser
from typing import Any

from stdesk.package import layout, strict
from stdesk.package.bag import Bag, Measured, Member
from stdesk.package.defects import Findings
from stdesk.package.schemacheck import Columns, columns_of
from stdesk.package.tablecheck import check_answers, check_files_table, check_records
from stdesk.progress import Progress

MOST_DOCUMENT = 64 << 20  # bytes of snapshot.json
MOST_DESCRIPTOR = 32 << 20
MOST_PAGE = 16 << 20
_TAGS = frozenset(
    {"html", "head", "meta", "title", "style", "body", "h1", "h2", "p", "table", "thead", "tbody", "tr", "th"}
    | {"td", "ol", "ul", "li", "code", "strong", "em", "span", "div", "footer", "a", "br"}
)
_ATTRIBUTES = frozenset({"lang", "charset", "class", "name", "content", "http-equiv", "href"})
_STYLE_FETCHES = re.compile(r"url\s*\(|@import|expression\s*\(|\\", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Data:
    """What the descriptor gives, by path in the bag; empty when it cannot be trusted.

    Attributes:
        sizes: in bytes, of every file.
        columns: what the schema of a table asks.
    """

    sizes: Mapping[str, int]
    columns: Mapping[str, Columns]


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
    data = _check_descriptor(sound(layout.DATAPACKAGE), found, hashes, findings)
    _check_snapshot(sound(layout.SNAPSHOT), hashes, info, findings)
    check_records(sound, hashes, data.columns, info, findings, progress)
    check_answers(sound(layout.ANSWERS), findings, progress)
    part, _ = layout.part_of((info or {}).get("bag_count", ""))
    check_files_table(sound(layout.FILES_TABLE), hashes, part, findings, progress)
    page = sound(layout.README)
    if page:
        _check_page(page, findings)
    return data


def _check_descriptor(
    member: Member | None, found: Mapping[str, Measured], hashes: Mapping[str, str], findings: Findings
) -> Data:
    file = layout.DATAPACKAGE
    document = _document(member, MOST_DESCRIPTOR, findings) if member else None
    listed = document.get("resources") if isinstance(document, dict) else None
    if not isinstance(listed, list):
        if member:
            findings.add(file, "description", "resources: […]", type(listed).__name__)
        return Data({}, {})
    sizes: dict[str, int] = {}
    columns: dict[str, Columns] = {}
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
            if tests := columns_of(one.get("schema")):
                columns[full] = tests
    for path in sorted(set(hashes) - set(sizes) - {file}):
        findings.add(file, "description", layout.shown(path))
    return Data(sizes, columns)


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
    """The snapshot has its records by kind; a delta and a bag of several carry fewer, never more."""
    records, counts = document.get("records"), info["counts"]
    some = info.get("delta") or info.get("bag_count")
    if not isinstance(records, dict):
        return
    for kind in sorted({*counts, *records}):
        frozen, carried = records.get(kind, ()), counts.get(kind, 0)
        length = len(frozen) if isinstance(frozen, list | tuple) else 0
        if length < carried or (length > carried and not some):
            findings.add(
                layout.BAG_INFO, "count", f"{layout.SNAPSHOT}: {layout.shown(kind)}: {length}", carried
            )


def _document(member: Member, most: int, findings: Findings) -> Any:
    raw = member.read(most)
    if raw is None:
        findings.add(member.path, "json_limit", most, member.size)
        return None
    try:
        return strict.parse(raw, most)
    except strict.NotStrictError as error:
        findings.add(member.path, error.code, error.expected, error.found)
        return None


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

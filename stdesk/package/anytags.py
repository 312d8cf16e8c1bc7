"""Tag files of any BagIt bag as text: declaration, manifests, bag-info, fetch list (RFC 8493 and 0.93-0.97).

Facts. Versions before 1.0 left much open and old tools differ: a manifest made by md5sum has `` *``
before the name, some have ``./``, some comments. Version 1.0 asks for one line a file in *every*
manifest and percent-encodes CR, LF and % in names; earlier ones encode CR and LF only.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Mapping
from dataclasses import dataclass

from stdesk.package import layout
from stdesk.package.defects import Findings

OLDEST, NEWEST = (0, 93), (1, 0)
VERSIONS = "0.93-0.97, 1.0"
_KNOWN = frozenset({*((0, minor) for minor in range(93, 98)), (1, 0)})
_DECLARATION = re.compile(r"BagIt-Version: (\d{1,3})\.(\d{1,3})\nTag-File-Character-Encoding: (\S{1,40})\n?")
_LINE_END = re.compile(r"\r\n|\r|\n")
_ENTRY = re.compile(r"([0-9A-Fa-f]+)[ \t]+(\*?)(.+)")
_FETCH = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*:\S+)[ \t]+(-|\d{1,19})[ \t]+(\S.*)")
_LABEL = re.compile(r"([^\s:](?:[^:]*[^\s:])?):[ \t]?(.*)")
_LOOSE_LABEL = re.compile(r"([^\s:](?:[^:]*[^\s:])?)\s*:(.*)")
_OUTSIDE = re.compile(r"[/\\~]|[A-Za-z]:[/\\]|file:", re.IGNORECASE)
_NOT_CHARSETS = frozenset({"idna", "punycode", "unicode-escape", "raw-unicode-escape", "undefined", "utf-7"})


@dataclass(frozen=True, slots=True)
class Declaration:
    """What ``bagit.txt`` says: version as two numbers, encoding of the other tag files."""

    version: tuple[int, int]
    encoding: str

    @property
    def strict(self) -> bool:
        """Whether the rules of version 1.0 hold."""
        return self.version >= NEWEST


def declaration(raw: bytes, findings: Findings) -> Declaration | None:
    """The declaration, or ``None`` when the rest of the bag cannot be read by it."""
    file = layout.BAGIT_TXT
    if raw.startswith((codecs.BOM_UTF8, codecs.BOM_UTF16_BE, codecs.BOM_UTF16_LE)):
        findings.add(file, "bagit_bom", "UTF-8", raw[:3].hex(" "))
        raw = raw.removeprefix(codecs.BOM_UTF8)
    text = _LINE_END.sub("\n", raw[:1000].decode("utf-8", "replace"))
    found = _DECLARATION.fullmatch(text)
    if not found:
        expected = "BagIt-Version: M.N / Tag-File-Character-Encoding: UTF-8"
        findings.add(file, "bagit_declaration", expected, layout.shown(text[:80]))
        return None
    version = (int(found[1]), int(found[2]))
    if version not in _KNOWN:
        findings.add(file, "bag_version", VERSIONS, f"{found[1]}.{found[2]}")
        return None
    try:
        codec = codecs.lookup(found[3])
        "".encode(codec.name)
    except (LookupError, ValueError):
        codec = None
    if codec is None or codec.name.replace("_", "-") in _NOT_CHARSETS:
        findings.add(file, "bag_encoding", "UTF-8", layout.shown(found[3]))
        return None
    return Declaration(version, codec.name)


def text_of(raw: bytes, file: str, encoding: str, findings: Findings) -> str | None:
    """A tag file's text; a byte order mark is passed over, what cannot be decoded is noted."""
    try:
        text = raw.decode(encoding)
    except (UnicodeError, ValueError) as error:
        findings.add(file, "bag_encoding", encoding.upper(), layout.shown(str(error)))
        return None
    return text.removeprefix("\ufeff")


def manifest(
    text: str, file: str, declared: Declaration, findings: Findings, notes: Findings
) -> dict[str, str]:
    """Path -> checksum in small letters, of the lines that are right."""
    payload = file.startswith("manifest-")
    listed: dict[str, str] = {}
    for number, line in _lines(text):
        if line.startswith("#") and not declared.strict:
            notes.add(file, "bag_line", "<checksum>  <path>", f"{number}: {layout.shown(line)}")
            continue
        found = _ENTRY.fullmatch(line)
        if not found:
            findings.add(file, "bag_line", "<checksum>  <path>", f"{number}: {layout.shown(line)}")
            continue
        path = plain_path(found[3], declared, file, notes)
        if path is None or (payload and not path.startswith(layout.DATA)):
            wanted = "data/…" if payload else "bag-info.txt …"
            findings.add(file, "manifest_path", wanted, layout.shown(found[3]))
            continue
        checksum = found[1].lower()
        if path in listed:
            harmless = listed[path] == checksum and not declared.strict
            told = notes if harmless else findings
            told.add(file, "manifest_twice", found=f"{number}: {layout.shown(path)}")
        listed.setdefault(path, checksum)
    return listed


def plain_path(written: str, declared: Declaration, file: str, notes: Findings) -> str | None:
    """The path meant by one in a manifest or fetch list; ``None`` for one that leads out of the bag."""
    path = written
    while path.startswith("./"):
        path = path[2:]
    path = _percent(path, declared, file, notes)
    segments = path.split("/")
    if _OUTSIDE.match(path) or "\0" in path or any(one in ("", ".", "..") for one in segments):
        return None
    return path


def _percent(path: str, declared: Declaration, file: str, notes: Findings) -> str:
    codes = {"%0A": "\n", "%0D": "\r"} | ({"%25": "%"} if declared.strict else {})
    decoded = re.sub("%(0[AaDd]|25)", lambda found: codes.get(found[0].upper(), found[0]), path)
    if declared.strict and re.search("%(?!0[AaDd]|25)", path):
        notes.add(file, "manifest_path", "%25", layout.shown(path))  # should have been encoded
    return decoded


def bag_info(text: str, file: str, declared: Declaration, findings: Findings) -> list[tuple[str, str]]:
    """Label and value of every element, in order; a label may come again."""
    pairs: list[tuple[str, str]] = []
    shape = _LABEL if declared.strict else _LOOSE_LABEL
    for number, line in _lines(text):
        if line[0] in " \t":
            if pairs:
                label, value = pairs[-1]
                pairs[-1] = (label, f"{value} {line.strip()}")
                continue
            findings.add(file, "bag_line", "Label: value", f"{number}: {layout.shown(line)}")
            continue
        found = shape.fullmatch(line)
        if found:
            pairs.append((found[1], found[2].strip()))
        else:
            findings.add(file, "bag_line", "Label: value", f"{number}: {layout.shown(line)}")
    return pairs


def fetch_list(text: str, declared: Declaration, findings: Findings, notes: Findings) -> Mapping[str, str]:
    """Path -> where it is to be fetched from."""
    listed: dict[str, str] = {}
    for number, line in _lines(text):
        found = _FETCH.fullmatch(line)
        path = plain_path(found[3], declared, "fetch.txt", notes) if found else None
        if not found or path is None or not path.startswith(layout.DATA):
            findings.add("fetch.txt", "fetch_line", "URL LENGTH data/…", f"{number}: {layout.shown(line)}")
        else:
            listed[path] = found[1]
    return listed


def _lines(text: str) -> list[tuple[int, str]]:
    """Numbered lines that are not blank; LF, CR and CRLF end a line, nothing else does."""
    return [(number, line) for number, line in enumerate(_LINE_END.split(text), 1) if line.strip(" \t")]

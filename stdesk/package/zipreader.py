"""A strict reader for the package's ZIP: the whole file accounted for, byte by byte.

``zipfile`` takes what it can make sense of: data before the archive, entries that overlap,
a directory that tells another story than the local headers, compressed bombs. Here every
header is built anew from the values read (:mod:`stdesk.package.zipformat`) and must be equal,
and entries must follow each other without gap from the first byte to the directory. Nothing
is decompressed, nothing is written, and a name is never used as a path.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from struct import Struct
from typing import BinaryIO

from stdesk.package import layout
from stdesk.package import zipformat as z
from stdesk.package.defects import Findings

MOST_ENTRIES = 60_000
MOST_DIRECTORY = 32 << 20  # bytes
_MOST_HEADERS = 6
_AGE = b"age-encryption.org/v1"  # how every sealed file begins
_TAIL = 0xFFFF + z.END.size
_ENCRYPTED = 0x0001 | 0x0040 | 0x2000  # ordinary, strong, masked headers
_LOCAL_TAIL = ["flags", "method", "time", "date", "crc", "packed-size", "size", "name-length", "extra-length"]
_LOCAL_FIELDS = ["signature", "version", *_LOCAL_TAIL]
_CENTRAL_END = ["comment-length", "disk", "internal-attributes", "external-attributes", "offset"]
_CENTRAL_FIELDS = ["signature", "version-made", "version", *_LOCAL_TAIL, *_CENTRAL_END]


@dataclass(frozen=True, slots=True)
class Entry:
    """An entry whose bytes can be read.

    Attributes:
        name: as it stands, not yet judged.
        start: where its bytes begin.
        size: how many there should be.
        crc: the check sum the archive gives for them.
    """

    name: str
    start: int
    size: int
    crc: int


@dataclass(frozen=True, slots=True)
class _Central:
    """A line of the directory."""

    raw: bytes
    name: bytes
    flags: int
    method: int
    crc: int
    packed: int
    size: int
    offset: int
    attributes: int


def read_entries(source: BinaryIO, package: str, findings: Findings) -> list[Entry]:
    """The entries in the order they lie; whatever is wrong is noted under ``package``.

    When the end of the archive is missing, the entries are found by walking from the start,
    so that what is whole and where it was cut can still be said.
    """
    size = source.seek(0, os.SEEK_END)
    if size == 0:
        findings.add(package, "zip_empty", found="0")
        return []
    place = _find_end(source, size, package, findings)
    if place is None:
        return _walk(source, size, package, findings)
    begin, count, end = place
    if count > MOST_ENTRIES or end - begin > MOST_DIRECTORY:
        findings.add(package, "zip_too_many", MOST_ENTRIES, count)
        return []
    source.seek(begin)
    lines = _directory(source.read(end - begin), count, package, findings)
    if lines is None:
        return _walk(source, size, package, findings, directory_known_bad=True)
    return _checked(source, lines, begin, package, findings)


def _find_end(source: BinaryIO, size: int, package: str, findings: Findings) -> tuple[int, int, int] | None:
    """Directory's begin, number of entries and directory's end, if they fit each other."""
    source.seek(max(0, size - _TAIL))
    tail = source.read(_TAIL)
    at = tail.rfind(z.END_SIGN)
    while at >= 0:
        position = size - len(tail) + at
        place = _end_at(source, tail[at : at + z.END.size], position)
        if place:
            stated = z.end_records(place[1], place[2] - place[0], place[0])
            after = place[2] + len(stated)
            source.seek(place[2])
            if source.read(len(stated)) != stated:
                findings.add(package, "zip_directory")
            if after != size:
                findings.add(package, "zip_trailing", after, size)
            return place
        at = tail.rfind(z.END_SIGN, 0, at)
    return None


def _end_at(source: BinaryIO, record: bytes, position: int) -> tuple[int, int, int] | None:
    """The end record at ``position``, unless it belongs to a document inside the package."""
    if len(record) < z.END.size:
        return None
    _, _, _, _, count, length, begin, _ = z.END.unpack(record)
    end = position
    if count == 0xFFFF or 0xFFFFFFFF in (length, begin):
        source.seek(max(0, position - z.LOCATOR_64.size - z.END_64.size))
        wide = source.read(z.END_64.size)
        if len(wide) == z.END_64.size and wide.startswith(z.END_64_SIGN):
            *_, count, length, begin = z.END_64.unpack(wide)
            end = position - z.LOCATOR_64.size - z.END_64.size
    if begin + length != end or end < 0:
        return None
    source.seek(begin)
    opening = source.read(4)
    return (begin, count, end) if opening == z.CENTRAL_SIGN or (not length and not count) else None


def _directory(raw: bytes, count: int, package: str, findings: Findings) -> list[_Central] | None:
    """The lines of the directory; ``None`` when it cannot be told where one ends."""
    lines: list[_Central] = []
    at = 0
    while at < len(raw):
        line = _central_at(raw, at)
        if line is None or len(lines) >= MOST_ENTRIES:
            findings.add(package, "zip_directory", count, len(lines))
            return None
        lines.append(line)
        at += len(line.raw)
    if len(lines) != count:
        findings.add(package, "zip_directory", count, len(lines))
    return lines


def _central_at(raw: bytes, at: int) -> _Central | None:
    if len(raw) - at < z.CENTRAL.size or raw[at : at + 4] != z.CENTRAL_SIGN:
        return None
    values = dict(zip(_CENTRAL_FIELDS, z.CENTRAL.unpack_from(raw, at), strict=True))
    name_end = at + z.CENTRAL.size + values["name-length"]
    extra_end = name_end + values["extra-length"]
    end = extra_end + values["comment-length"]
    if end > len(raw):
        return None
    kept = (values["size"], values["packed-size"], values["offset"])
    size, packed, offset = _wide(raw[name_end:extra_end], *kept)
    return _Central(
        raw=raw[at:end],
        name=raw[at + z.CENTRAL.size : name_end],
        flags=values["flags"],
        method=values["method"],
        crc=values["crc"],
        packed=packed,
        size=size,
        offset=offset,
        attributes=values["external-attributes"],
    )


def _wide(extra: bytes, *values: int) -> tuple[int, ...]:
    """Replace saturated 32-bit values by those of the zip64 field (APPNOTE 4.5.3)."""
    if len(extra) < 4 or extra[:2] != b"\x01\x00":
        return values
    numbers = [int.from_bytes(extra[at : at + 8], "little") for at in range(4, len(extra) - 7, 8)]
    return tuple(numbers.pop(0) if value == 0xFFFFFFFF and numbers else value for value in values)


def _checked(
    source: BinaryIO, lines: list[_Central], begin: int, package: str, findings: Findings
) -> list[Entry]:
    entries: list[Entry] = []
    odd_headers = Findings()
    packed = 0
    position = 0
    for line in lines:
        name = _decoded(line.name, findings)
        file = layout.shown(name)
        if line.offset != position:
            findings.add(file, "zip_overlap" if line.offset < position else "zip_gap", position, line.offset)
        local = z.local_header(line.name, line.crc, line.size)
        end = line.offset + len(local) + line.packed
        if end > begin:
            findings.add(file, "zip_overlap", begin, end)
        if line.offset < position or end > begin:
            continue  # bytes are read for one entry only, so never more than the file has
        position = end
        if _odd(line, file, findings):
            continue
        if line.method or line.packed != line.size:
            packed += 1
            continue
        _compare_headers(source, line, local, file, odd_headers)
        entries.append(Entry(name, line.offset + len(local), line.size, line.crc))
    if packed:
        findings.add(package, "zip_packed", found=packed)
    if len(odd_headers.defects) > _MOST_HEADERS:  # written by another program: said once
        first = next(iter(odd_headers.defects))
        findings.add(package, "zip_header", first.expected, f"{first.found} ({len(entries)})")
    else:
        findings.extend(odd_headers.defects)
    if position < begin:
        findings.add(package, "zip_gap", position, begin)
    return entries


def _odd(line: _Central, file: str, findings: Findings) -> bool:
    """Whether the entry is none whose bytes may be looked at."""
    if line.flags & _ENCRYPTED:
        findings.add(file, "zip_encrypted")
        return True
    kind = line.attributes >> 16 & 0o170000
    if line.name.endswith(b"/") or kind not in (0, 0o100000) or line.attributes & 0x18:
        findings.add(file, "not_regular", oct(z.REGULAR_FILE >> 16), oct(line.attributes >> 16))
        return True
    return False


def _compare_headers(source: BinaryIO, line: _Central, local: bytes, file: str, findings: Findings) -> None:
    expected = z.central_header(line.name, line.crc, line.size, line.offset)
    if line.raw != expected:
        findings.add(file, "zip_header", *_difference(z.CENTRAL, _CENTRAL_FIELDS, expected, line.raw))
    source.seek(line.offset)
    found = source.read(len(local))
    if found != local:
        findings.add(file, "zip_local", *_difference(z.LOCAL, _LOCAL_FIELDS, local, found))


def _difference(shape: Struct, fields: list[str], expected: bytes, found: bytes) -> tuple[str, str]:
    """The first field that differs, as "field=value" of both sides."""
    if len(found) >= shape.size:
        for field, a, b in zip(fields, shape.unpack_from(expected), shape.unpack_from(found), strict=True):
            if a != b:
                return f"{field}={_value(a)}", f"{field}={_value(b)}"
    rest = (expected[shape.size :], found[shape.size :])
    return tuple(f"name={layout.shown(raw[:200].decode('utf-8', 'replace'))}" for raw in rest)  # type: ignore[return-value]


def _value(raw: int | bytes) -> str:
    return raw.hex() if isinstance(raw, bytes) else str(raw)


def _decoded(raw: bytes, findings: Findings) -> str:
    try:
        return raw.decode()
    except UnicodeDecodeError:
        name = raw.decode("utf-8", "backslashreplace").replace("\\", "\\\\")
        findings.add(layout.shown(name), "name_utf8", "UTF-8", raw[:60].hex(" "))
        return name


def _walk(
    source: BinaryIO, size: int, package: str, findings: Findings, *, directory_known_bad: bool = False
) -> list[Entry]:
    """Entries found from the start, and what the archive's end looks like."""
    entries = list(_locals(source, size))
    position = entries[-1].start + entries[-1].size if entries else 0
    source.seek(0)
    opening = source.read(4)
    if not entries and opening != z.LOCAL_SIGN[: len(opening)]:
        source.seek(0)
        code = "zip_sealed" if source.read(len(_AGE)) == _AGE else "zip_not"
        findings.add(package, code, "PK", layout.shown(opening.decode("latin-1")))
    elif not directory_known_bad:
        whole = _ends_here(source, min(position, size), size)
        findings.add(package, "zip_directory" if whole else "zip_cut", f"> {size}" if not whole else "", size)
    return entries


def _locals(source: BinaryIO, size: int) -> Iterator[Entry]:
    position = 0
    for _ in range(MOST_ENTRIES):
        source.seek(position)
        head = source.read(z.LOCAL.size)
        if len(head) < z.LOCAL.size or not head.startswith(z.LOCAL_SIGN):
            return
        values = z.LOCAL.unpack(head)
        name = source.read(values[9])
        extra = source.read(values[10])
        length, _ = _wide(extra, values[8], values[7])
        start = position + len(head) + values[9] + values[10]
        if values[3] or values[2] & _ENCRYPTED or start > size:
            return
        yield Entry(name.decode("utf-8", "backslashreplace"), start, length, values[6])
        position = start + length
        if position > size:  # cut here, or a lie; too far for seek(), perhaps
            return


def _ends_here(source: BinaryIO, position: int, size: int) -> bool:
    """Whether the directory and an end record, however wrong, follow at ``position``."""
    source.seek(position)
    if source.read(4) != z.CENTRAL_SIGN:
        return False
    source.seek(max(position, size - _TAIL))
    tail = source.read(_TAIL)
    return 0 <= tail.rfind(z.END_SIGN) <= len(tail) - z.END.size

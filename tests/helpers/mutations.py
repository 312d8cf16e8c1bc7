"""A signed package, and ways to spoil one that keep most of it plausible."""

from __future__ import annotations

import random
import struct
import zlib
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from stdesk.package import layout, tags, zipformat
from stdesk.package.content import PackageContent
from stdesk.package.defects import Findings
from stdesk.package.keys import PublicKey, SecretKey
from stdesk.package.verifier import Verification, verify_package
from stdesk.package.writer import write_package
from tests.helpers import packages

KEY = SecretKey.from_seed(bytes(range(32)))
KEYS: Mapping[str, PublicKey] = {KEY.public.id: KEY.public}
LINE = "0192f0a4-1111-7abc-8def-000000000001"


def signed_content(folder: Path, **changes: Any) -> PackageContent:
    """The small package's content, numbered, to be signed with :data:`KEY`."""
    library = folder / "files"
    library.mkdir(exist_ok=True)
    said = {"key": KEY.public.id, "line": LINE, "sequence": 3, "previous": "ab" * 64}
    return packages.content(library, **{**said, **changes})


def write_signed(folder: Path, content: PackageContent | None = None, **changes: Any) -> Path:
    """A signed package in ``folder``."""
    made = content or signed_content(folder, **changes)
    return write_package(replace(made, info=replace(made.info, key=KEY.public.id)), folder, key=KEY).path


def verify_signed(path: Path) -> Verification:
    """As the centre does: the unit's key must have signed it, and the unit is known."""
    return verify_package(path, keys=KEYS, must=True, unit="PC09")


def resigned(package: Path, target: Path, change: Callable[[dict[str, bytes]], None]) -> Path:
    """``package`` changed, its manifests and its signature made anew, as the owner of the key could."""

    def apply(bag: dict[str, bytes]) -> None:
        change(bag)
        bag.pop(layout.SIGNATURE, None)

    packages.resealed(package, target, apply)
    bag = {name.partition("/")[2]: raw for name, raw in packages.members(target).items()}
    said = tags.parse_bag_info(bag[layout.BAG_INFO], Findings())
    if {"name", "unit_code", "period", "submission"} <= set(said):
        text = KEY.sign(bag[layout.TAG_MANIFEST], tags.signed_comment(said))
        bag[layout.SIGNATURE] = text.encode()
    return packages.pack({f"{package.stem}/{path}": raw for path, raw in bag.items()}, target)


def write_many(target: Path, count: int) -> None:
    """A ZIP of ``count`` empty attachments and nothing else."""
    with target.open("wb") as out:
        directory = bytearray()
        for number in range(count):
            name = f"{packages.NAME}/data/files/{number:06d}.pdf".encode()
            directory += zipformat.central_header(name, 0, 0, out.tell())
            out.write(zipformat.local_header(name, 0, 0))
        out.write(bytes(directory) + zipformat.end_records(count, len(directory), out.tell()))


# -- spoiling


def spoil(raw: bytes, chance: random.Random, *, whole: bool = True) -> tuple[str, bytes]:
    """One mutation of a package's ZIP, drawn by ``chance``: what was done, and the bytes.

    Args:
        whole: the ZIP still is; where it was spoilt before, only its bytes can be.
    """
    name = chance.choice(sorted(_WAYS) if whole else [_flip.__name__, _spliced.__name__, _put_in.__name__])
    return name, _WAYS[name](raw or b"P", chance)


_END_LONG = (zipformat.END_SIGN, (12, 16))


def _flip(raw: bytes, chance: random.Random) -> bytes:
    at = chance.randrange(len(raw))
    return raw[:at] + bytes([raw[at] ^ 1 << chance.randrange(8)]) + raw[at + 1 :]


def _flip_header(raw: bytes, chance: random.Random) -> bytes:
    """A bit in a local header, a line of the directory or the end record."""
    sign = chance.choice([zipformat.LOCAL_SIGN, zipformat.CENTRAL_SIGN, zipformat.END_SIGN])
    at = _found(raw, sign, chance) + chance.randrange(46)
    return _flip(raw, chance) if at >= len(raw) else _at(raw, at, bytes([raw[at] ^ 1 << chance.randrange(8)]))


def _field(raw: bytes, chance: random.Random) -> bytes:
    """A number of a header set to one that programs stumble over."""
    sign, fields = chance.choice(
        [(zipformat.LOCAL_SIGN, (14, 18, 22)), (zipformat.CENTRAL_SIGN, (16, 20, 24, 38, 42)), _END_LONG]
    )
    value = chance.choice(
        [0, 1, 0x7FFFFFFF, 0xFFFFFFFE, 0xFFFFFFFF, len(raw), len(raw) // 2, chance.randrange(len(raw))]
    )
    return _at(raw, _found(raw, sign, chance) + chance.choice(fields), struct.pack("<L", value))


def _short_field(raw: bytes, chance: random.Random) -> bytes:
    sign, fields = chance.choice(
        [
            (zipformat.LOCAL_SIGN, (4, 6, 8, 10, 12, 26, 28)),
            (zipformat.CENTRAL_SIGN, (4, 6, 8, 10, 28, 30, 32, 34, 36)),
            (zipformat.END_SIGN, (4, 6, 8, 10, 20)),
        ]
    )
    value = struct.pack("<H", chance.choice([0, 1, 2, 8, 0x7FFF, 0xFFFF]))
    return _at(raw, _found(raw, sign, chance) + chance.choice(fields), value)


def _cut(raw: bytes, chance: random.Random) -> bytes:
    return raw[: chance.randrange(len(raw))]


def _taken_out(raw: bytes, chance: random.Random) -> bytes:
    at = chance.randrange(len(raw))
    return raw[:at] + raw[at + chance.randrange(1, 300) :]


def _put_in(raw: bytes, chance: random.Random) -> bytes:
    at = chance.choice([0, len(raw), chance.randrange(len(raw))])
    return raw[:at] + chance.randbytes(chance.randrange(1, 100)) + raw[at:]


def _spliced(raw: bytes, chance: random.Random) -> bytes:
    """A stretch of the file over another."""
    size, a, b = chance.randrange(1, 400), chance.randrange(len(raw)), chance.randrange(len(raw))
    return _at(raw, b, raw[a : a + size])


def _packed_again(raw: bytes, chance: random.Random) -> bytes:
    """Entries changed in some way and the ZIP written anew without a fault."""
    entries = _entries(raw)
    name, content = entries[chance.randrange(len(entries))]
    at = next(n for n, one in enumerate(entries) if one[0] == name)
    other = entries[chance.randrange(len(entries))]
    change = chance.randrange(9)
    if change == 0:
        del entries[at]
    elif change == 1:
        entries[at] = (name, content + b"\n")
    elif change == 2:
        entries.insert(at, (name, other[1]))
    elif change == 3:
        entries[at] = (other[0], content)
    elif change == 4:
        entries[at] = (name.replace(b"/", b"/../", 1), content)
    elif change == 5:
        entries[at] = (name.upper(), content)
    elif change == 6:
        entries[at] = (name, other[1] + b" ")
    elif change == 7:
        entries.append(
            (b"KHCN-PC09-2026-L01/" + chance.choice([b"them.txt", b"fetch.txt", b"data/x.pdf"]), b"x")
        )
    else:
        entries[at] = (name, bytes(reversed(content)) + b"x")
    return zipped(entries)


def _signature_changed(raw: bytes, chance: random.Random) -> bytes:
    """A letter of the signature's file, the ZIP whole around it."""
    return _member_changed(raw, layout.SIGNATURE, chance)


def _tag_file_changed(raw: bytes, chance: random.Random) -> bytes:
    return _member_changed(raw, chance.choice(layout.TAG_FILES), chance)


def _sealed_anew(raw: bytes, chance: random.Random) -> bytes:
    """A payload file changed and all hashes made right again; only the signature can tell."""
    bag = {name.decode().partition("/")[2]: content for name, content in _entries(raw)}
    path = chance.choice(sorted(one for one in bag if one.startswith("data/records/") or one.endswith("pdf")))
    at = chance.randrange(len(bag[path]))
    bag[path] = _at(bag[path], at, b" " if bag[path][at] != 32 else b"x")
    packages.remade(bag)
    return zipped([(f"{packages.NAME}/{path}".encode(), content) for path, content in bag.items()])


def _unsigned(raw: bytes, chance: random.Random) -> bytes:
    """Signature and the line that names the key taken away, all hashes made right again."""
    bag = {name.decode().partition("/")[2]: content for name, content in _entries(raw)}
    del bag[layout.SIGNATURE]
    if chance.random() < 0.7:
        lines = bag[layout.BAG_INFO].splitlines(keepends=True)
        bag[layout.BAG_INFO] = b"".join(line for line in lines if not line.startswith(b"STDesk-Key"))
    packages.remade(bag)
    return zipped([(f"{packages.NAME}/{path}".encode(), content) for path, content in bag.items()])


_WAYS: Mapping[str, Callable[[bytes, random.Random], bytes]] = {
    way.__name__: way
    for way in (
        _flip, _flip_header, _field, _short_field, _cut, _taken_out, _put_in, _spliced, _packed_again,
        _signature_changed, _tag_file_changed, _sealed_anew, _unsigned,
    )
}  # fmt: skip


def _member_changed(raw: bytes, path: str, chance: random.Random) -> bytes:
    entries = _entries(raw)
    at = next(n for n, one in enumerate(entries) if one[0].endswith(f"/{path}".encode()))
    name, content = entries[at]
    place = chance.randrange(len(content))
    letter = chance.choice([b"\n", b" ", b"A", b"=", b"\r", b"\x00", b"\xff", b""])
    entries[at] = (name, content[:place] + letter + content[place + 1 :])
    return zipped(entries)


def _entries(raw: bytes) -> list[tuple[bytes, bytes]]:
    """Name and bytes of every entry of a package that is whole."""
    found, at = [], 0
    while raw[at : at + 4] == zipformat.LOCAL_SIGN:
        values = zipformat.LOCAL.unpack_from(raw, at)
        begin = at + zipformat.LOCAL.size + values[9] + values[10]
        found.append((raw[at + zipformat.LOCAL.size :][: values[9]], raw[begin : begin + values[8]]))
        at = begin + values[8]
    return found


def zipped(entries: list[tuple[bytes, bytes]]) -> bytes:
    """A ZIP in the package's own way of writing, of names that may be any bytes."""
    body, directory = bytearray(), bytearray()
    for name, content in entries:
        crc = zlib.crc32(content)
        directory += zipformat.central_header(name, crc, len(content), len(body))
        body += zipformat.local_header(name, crc, len(content)) + content
    return bytes(body + directory) + zipformat.end_records(len(entries), len(directory), len(body))


def _found(raw: bytes, sign: bytes, chance: random.Random) -> int:
    """Where one of the records with this signature begins."""
    places, at = [], raw.find(sign)
    while at >= 0:
        places.append(at)
        at = raw.find(sign, at + 1)
    return chance.choice(places)


def _at(raw: bytes, place: int, put: bytes) -> bytes:
    return raw[:place] + put + raw[place + len(put) :]

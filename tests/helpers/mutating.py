"""Spoiling files of any format by chance, so that much of them stays plausible; the same seed spoils the same way."""

from __future__ import annotations

import io
import json
import random
import re
import struct
import zipfile
from collections.abc import Callable
from typing import Any

# What parsers stumble over, whatever the format.
TOKENS = (
    b"",
    b"\x00",
    b"\xff",
    b"\xef\xbb\xbf",
    b"\xff\xfe",
    b"\xc0\xaf",
    b"\xed\xa0\x80",
    b"\n",
    b"\r\n",
    b"\t",
    b'"',
    b"'",
    b"\\",
    b"0",
    b"-1",
    b"1e999",
    b"-0.0",
    b"NaN",
    b"Infinity",
    b"9" * 400,
    b"9" * 5_000,
    b"4294967296",
    b"2147483648",
    b"65536",
    b"\\ud800",
    b"\\u0000",
    b"[" * 200,
    b'{"a":' * 200,
    b"(" * 300,
    b"{" * 300,
    b"<" * 300,
    b"<a>" * 300,
    b"]]>",
    b"<![CDATA[",
    b"<!--",
    b'<!DOCTYPE x [<!ENTITY a "b">]>',
    b"&a;",
    b"&#x0;",
    b"&#xD800;",
    b"&#1114112;",
    b"=1+1",
    b"@SUM(1)",
    b"\xe2\x80\xae",
    b"e\xcc\x81" * 50,
    b"\xcc\x81" * 200,
    b"a" * 3_000,
    b" " * 3_000,
    b",;\t|" * 200,
    b"1/1/0000",
    b"31/02/2025",
    b"nguoi " * 100,
    b"50 (n\xe1\xbb\xaf: 12)",
    b"../../x",
    b"C:\\x",
    b"CON",
    b"PK\x03\x04",
    b"PK\x05\x06",
    b"%PDF-",
    b"endobj",
    b"stream\n",
)
_NUMBERS = (0, 1, 2, 0x7F, 0x80, 0xFF, 0x7FFF, 0x8000, 0xFFFF, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFE, 0xFFFFFFFF)
_XML_TAG = re.compile(rb"<[^<>]{1,200}>")
_LONGEST = 3 << 20  # bytes of a spoilt file


def spoil(raw: bytes, chance: random.Random, others: list[bytes] | None = None) -> bytes:
    """``raw`` spoilt in one to four places."""
    for _ in range(chance.choice((1, 1, 1, 2, 4))):
        raw = chance.choice(_WAYS)(raw or b"x", chance, others or [raw])
    return raw[:_LONGEST]


def _flip(raw: bytes, chance: random.Random, _others: list[bytes]) -> bytes:
    made = bytearray(raw)
    for _ in range(chance.choice((1, 1, 2, 8, 40))):
        made[chance.randrange(len(made))] ^= 1 << chance.randrange(8)
    return bytes(made)


def _cut(raw: bytes, chance: random.Random, _others: list[bytes]) -> bytes:
    return raw[: chance.randrange(len(raw))]


def _taken_out(raw: bytes, chance: random.Random, _others: list[bytes]) -> bytes:
    at = chance.randrange(len(raw))
    return raw[:at] + raw[at + chance.choice((1, 2, 20, 300)) :]


def _put_in(raw: bytes, chance: random.Random, _others: list[bytes]) -> bytes:
    at = chance.randrange(len(raw) + 1)
    return raw[:at] + chance.choice(TOKENS) + raw[at:]


def _put_over(raw: bytes, chance: random.Random, _others: list[bytes]) -> bytes:
    token, at = chance.choice(TOKENS), chance.randrange(len(raw))
    return raw[:at] + token + raw[at + len(token) :]


def _numbered(raw: bytes, chance: random.Random, _others: list[bytes]) -> bytes:
    """A binary number set to one that programs stumble over."""
    form = chance.choice(("<H", ">H", "<I", ">I"))
    value = struct.pack(form, chance.choice(_NUMBERS) & (0xFFFF if form[1] == "H" else 0xFFFFFFFF))
    at = chance.randrange(len(raw))
    return raw[:at] + value + raw[at + len(value) :]


def _spliced(raw: bytes, chance: random.Random, others: list[bytes]) -> bytes:
    other = chance.choice(others)
    a, b, c = chance.randrange(len(raw)), chance.randrange(len(other) or 1), chance.choice((20, 300, 5_000))
    return raw[:a] + other[b : b + c] + raw[a + chance.choice((0, c)) :]


def _repeated(raw: bytes, chance: random.Random, _others: list[bytes]) -> bytes:
    at, size = chance.randrange(len(raw)), chance.choice((1, 3, 20, 200))
    return raw[:at] + raw[at : at + size] * chance.choice((2, 50, 2_000)) + raw[at:]


def _tags_swapped(raw: bytes, chance: random.Random, others: list[bytes]) -> bytes:
    """Two tags of an XML or HTML text in each other's place; of anything else two stretches."""
    tags = list(_XML_TAG.finditer(raw[: 1 << 18]))
    if len(tags) < 2:
        return _spliced(raw, chance, others)
    one, two = sorted(chance.sample(tags, 2), key=lambda tag: tag.start())
    return raw[: one.start()] + two[0] + raw[one.end() : two.start()] + one[0] + raw[two.end() :]


_WAYS: tuple[Callable[[bytes, random.Random, list[bytes]], bytes], ...] = (
    _flip,
    _flip,
    _cut,
    _taken_out,
    _put_in,
    _put_in,
    _put_over,
    _numbered,
    _spliced,
    _repeated,
    _tags_swapped,
)


def spoil_zip(raw: bytes, chance: random.Random, others: list[bytes]) -> bytes:
    """A ZIP with a part spoilt behind its check sums; one time in five the ZIP itself."""
    if chance.random() < 0.2:
        return spoil(raw, chance, others)
    with zipfile.ZipFile(io.BytesIO(raw)) as archive:
        parts = {one.filename: archive.read(one) for one in archive.infolist()}
    names = sorted(parts)
    for _ in range(chance.choice((1, 1, 2))):
        name = chance.choice(names)
        other = parts[chance.choice(names)]
        parts[name] = other if chance.random() < 0.05 else spoil(parts[name], chance, [other, parts[name]])
    if chance.random() < 0.1:
        parts.pop(chance.choice(names), None)
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return out.getvalue()


# -- JSON

_VALUES: tuple[Any, ...] = (
    None,
    True,
    False,
    0,
    -1,
    1,
    2**31,
    2**53 + 1,
    2**64,
    -(2**63),
    0.5,
    1e300,
    "",
    " ",
    "x",
    "\x00",
    "\u202e",
    "e\u0301",
    "0" * 300,
    "9" * 300,
    "2026-02-30",
    "9999-12-31",
    "0000-00-00",
    "2026-11-19T02:00:00Z",
    "../x",
    "ab" * 64,
    [],
    {},
    [[]],
    [None],
    {"": ""},
    "a" * 30_000,
    ["x"] * 3_000,
    {str(n): n for n in range(600)},
)


def spoil_value(value: Any, chance: random.Random) -> Any:
    """A JSON value with one to three of its parts replaced, taken out, doubled or put elsewhere."""
    made = json.loads(json.dumps(value))
    for _ in range(chance.choice((1, 1, 2, 3))):
        holder, key = _anywhere(made, chance)
        if holder is None:
            return chance.choice(_VALUES)
        _change(holder, key, made, chance)
    return made


def _anywhere(value: Any, chance: random.Random) -> tuple[Any, Any]:
    """A list or object somewhere in ``value`` and a key of it."""
    found = []
    waiting = [value]
    while waiting and len(found) < 5_000:
        one = waiting.pop()
        keys = list(one) if isinstance(one, dict) else list(range(len(one))) if isinstance(one, list) else []
        found += [(one, key) for key in keys]
        waiting += [one[key] for key in keys]
    return chance.choice(found) if found else (None, None)


def _change(holder: Any, key: Any, whole: Any, chance: random.Random) -> None:
    way = chance.randrange(7)
    if way == 0:
        del holder[key]
    elif way == 1 and isinstance(holder, dict):
        holder[chance.choice(("", "x", "kind", "a" * 300, "\u202e"))] = holder.pop(key)
    elif way == 2:
        other, place = _anywhere(whole, chance)
        holder[key] = json.loads(json.dumps(other[place])) if other is not None else 0
    elif way == 3:
        for _ in range(chance.choice((3, 30, 60))):
            holder[key] = [holder[key]]
    elif way == 4 and isinstance(holder[key], str):
        text = spoil(holder[key].encode() or b"x", chance).decode("utf-8", "replace")
        holder[key] = text[:50_000]
    else:
        holder[key] = json.loads(json.dumps(chance.choice(_VALUES)))

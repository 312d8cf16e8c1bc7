"""JSON that nobody can argue about, read within bounds whatever the bytes are (RFC 8259, I-JSON).

Two programs must never read two things in one text: no key twice, no NaN, no number beyond all
numbers, no half surrogate pair, text in NFC; and no text may be slow or large to read beyond its
bytes: length, depth and number of values are limited before the parser sees it.
"""

from __future__ import annotations

import json
import math
import re
import unicodedata
from collections.abc import Iterable, Iterator
from typing import Any

from stdesk.package.layout import shown

MOST_LINE = 4 << 20  # bytes of one record
MOST_DEPTH = 40  # brackets inside brackets; more would exhaust the parser's stack
MOST_VALUES = 1_500_000  # in one document; each costs far more memory than its bytes
_BRACKETS = re.compile(rb'"(?:[^"\\]|\\.)*+(?:"|\\?\Z)|[\[{]|[\]}]', re.DOTALL)  # never goes back: linear


class NotStrictError(ValueError):
    """Why a text is none that may be read.

    Attributes:
        code: kind of defect, "json" or "json_limit".
        expected, found: for the defect's sentence.
    """

    def __init__(self, code: str, expected: object, found: object) -> None:
        super().__init__(f"{code}: {expected} {found}")
        self.code, self.expected, self.found = code, str(expected), str(found)


def parse(raw: bytes, most: int = MOST_LINE) -> Any:
    """The value of ``raw``, of at most ``most`` bytes; raises :class:`NotStrictError`."""
    if len(raw) > most:
        raise NotStrictError("json_limit", f"{most} bytes", f"> {most}")
    if raw.count(b",") > MOST_VALUES:
        raise NotStrictError("json_limit", MOST_VALUES, f"> {MOST_VALUES}")
    if _too_deep(raw):
        raise NotStrictError("json_limit", f"{MOST_DEPTH} [[…]]", f"> {MOST_DEPTH}")
    try:
        text = raw.decode()
        value = json.loads(text, object_pairs_hook=_object, parse_constant=_refuse, parse_float=_finite)
        if b"\\u" in raw:  # an escape may hide half a surrogate pair
            json.dumps(value, ensure_ascii=False).encode()
    except (ValueError, RecursionError) as error:
        raise NotStrictError("json", "", shown(str(error))) from error
    if not unicodedata.is_normalized("NFC", text):
        raise NotStrictError("json", "NFC", "NFD")
    return value


def lines(chunks: Iterable[bytes]) -> Iterator[bytes]:
    """Lines without their LF; one that is too long comes cut, for :func:`parse` to refuse."""
    rest = b""
    for chunk in chunks:
        *whole, rest = (rest + chunk).split(b"\n")
        yield from whole
        if len(rest) > MOST_LINE:
            yield rest
            return
    if rest:
        yield rest


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


def _finite(text: str) -> float:
    """A number that others read as the same: ``1e999`` is endless here and an error there."""
    number = float(text)
    if not math.isfinite(number):
        raise ValueError(shown(text[:60]))
    return number


def _refuse(constant: str) -> Any:
    raise ValueError(constant)

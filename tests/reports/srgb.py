"""Builds the colour profile that the PDF carries, from the published constants of sRGB alone."""

from __future__ import annotations

import struct

_POINTS = 1024
_D50 = (0.9642, 1.0, 0.8249)
_RED = (0.4360747, 0.2225045, 0.0139322)  # sRGB's primaries, adapted to D50 by Bradford's matrix
_GREEN = (0.3850649, 0.7168786, 0.0971045)
_BLUE = (0.1430804, 0.0606169, 0.7141733)
_MADE = (2026, 1, 1, 0, 0, 0)


def profile() -> bytes:
    """A display profile of ICC version 2.1: three primaries, one curve."""
    curve = _curve()
    texts = {
        b"desc": _description("sRGB IEC61966-2.1"),
        b"cprt": b"text\0\0\0\0"
        + b"Made for STDesk from the constants of IEC 61966-2-1. No rights reserved (CC0).\0",
        b"wtpt": _xyz(_D50),
        b"rXYZ": _xyz(_RED),
        b"gXYZ": _xyz(_GREEN),
        b"bXYZ": _xyz(_BLUE),
        b"rTRC": curve,
    }
    at = 128 + 4 + 12 * (len(texts) + 2)
    table, data = [], b""
    for name, body in texts.items():
        table.append((name, at + len(data), len(body)))
        data += body + b"\0" * (-len(body) % 4)
    shared = table[-1]
    table += [(name, *shared[1:]) for name in (b"gTRC", b"bTRC")]
    listed = struct.pack(">I", len(table)) + b"".join(struct.pack(">4sII", *one) for one in table)
    size = at + len(data)
    return _head(size) + listed + data


def _head(size: int) -> bytes:
    made = struct.pack(">6H", *_MADE)
    start = struct.pack(">I4sI4s4s4s", size, b"\0\0\0\0", 0x02100000, b"mntr", b"RGB ", b"XYZ ")
    rest = b"acsp" + b"\0" * 12 + b"\0" * 8 + b"\0" * 4 + b"".join(_fixed(one) for one in _D50)
    return (start + made + rest).ljust(128, b"\0")


def _fixed(value: float) -> bytes:
    return struct.pack(">i", round(value * 65536))


def _xyz(values: tuple[float, float, float]) -> bytes:
    return b"XYZ \0\0\0\0" + b"".join(_fixed(one) for one in values)


def _description(text: str) -> bytes:
    plain = text.encode("ascii") + b"\0"
    return b"desc\0\0\0\0" + struct.pack(">I", len(plain)) + plain + b"\0" * (4 + 4 + 2 + 1 + 67)


def _curve() -> bytes:
    values = []
    for place in range(_POINTS):
        share = place / (_POINTS - 1)
        light = share / 12.92 if share <= 0.04045 else ((share + 0.055) / 1.055) ** 2.4
        values.append(round(light * 65535))
    return b"curv\0\0\0\0" + struct.pack(">I", _POINTS) + struct.pack(f">{_POINTS}H", *values)

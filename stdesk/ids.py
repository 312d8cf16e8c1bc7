"""Identifiers that never change and sort by the time they were made."""

from __future__ import annotations

import secrets
from datetime import datetime
from uuid import UUID


def new_id(moment: datetime, random_bits: int | None = None) -> str:
    """A UUID version 7 (RFC 9562 §5.7) for ``moment``.

    Args:
        moment: when the thing was made; its milliseconds are the leading 48 bits.
        random_bits: 74 bits for tests; drawn from the system otherwise.
    """
    milliseconds = int(moment.timestamp() * 1000)
    rest = secrets.randbits(74) if random_bits is None else random_bits
    value = (milliseconds & (1 << 48) - 1) << 80
    value |= 0x7 << 76 | (rest >> 62 & 0xFFF) << 64
    value |= 0b10 << 62 | rest & (1 << 62) - 1
    return str(UUID(int=value))

"""Secrecy levels: what a library may hold. The program never decides a level."""

from __future__ import annotations

from collections.abc import Iterable

from stdesk.domain.fields import Values

ORDINARY = "thuong"
LEVELS = (ORDINARY, "mat", "toi_mat", "tuyet_mat")  # codes of the list ``secrecy``, rising

STUB_FIELDS = frozenset({"document_type", "type", "issued", "start", "deposit_state", "deposit_reference"})
"""All that a record above the ceiling may hold: kind, date, where the paper lies (DESIGN §3)."""


def is_above(level: str, ceiling: str) -> bool:
    """Whether ``level`` lies above ``ceiling``; an unknown level counts as the highest."""
    return level != ORDINARY and _height(level) > _height(ceiling)


def highest(levels: Iterable[str]) -> str:
    """The highest of ``levels``; ordinary when there is none. An unknown one counts as the highest."""
    return max(levels, key=_height, default=ORDINARY)


def _height(level: str) -> int:
    return LEVELS.index(level) if level in LEVELS else len(LEVELS)


def forbidden_in_stub(values: Values) -> list[str]:
    """The filled fields that a record above the ceiling may not hold."""
    return sorted(name for name, value in values.items() if value is not None and name not in STUB_FIELDS)

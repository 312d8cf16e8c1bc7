"""Who has a library open for writing."""

from __future__ import annotations

from pathlib import Path

from stdesk.store.lock import Holder, holder

__all__ = ["Holder", "holder_of"]

_LOCK = "library.lock"


def holder_of(folder: Path) -> Holder | None:
    """Who holds the library in ``folder``; ``None`` when nobody does."""
    return holder(folder / _LOCK)

"""Where a library lies and what is to be said of it, for the window and the command line."""

from __future__ import annotations

from pathlib import Path

from stdesk.store import places
from stdesk.store.places import PlaceWarning, is_told, put_told

__all__ = ["PlaceWarning", "allow", "is_told", "look", "put_told"]


def look(folder: Path) -> tuple[PlaceWarning, ...]:
    """What is to be said of ``folder`` as a library's place; the gravest first."""
    return places.look(folder)


def allow(folder: Path) -> None:
    """Let a library be opened in ``folder`` from now on, on this computer; ``OSError`` when it cannot be kept."""
    places.allow(folder)

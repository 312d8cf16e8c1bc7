"""Where the person was in the window, to go back there after the program stopped suddenly.

Pages and ids only, never a title or a word searched for. For a library without a password it is kept
among this computer's settings; for one with a password inside the library, and nowhere else.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
from contextlib import suppress
from pathlib import Path
from typing import Any

from stdesk import atomic, paths
from stdesk.store.library import Library

_FILE, _SETTING = "where.json", "window:where"
_LARGEST, _MOST = 100_000, 20
_PLAIN = re.compile(r"[A-Za-z0-9_:.\-]{0,64}")
Spot = tuple[str, Any]


class Whereabouts:
    """The place kept of one library."""

    def __init__(self, library: Library) -> None:
        self._library = library
        self._locked = bool(getattr(library, "locked", False))
        self._key = hashlib.sha256(os.path.normcase(library.folder).encode()).hexdigest()[:24]

    def keep(self, spot: Spot | None) -> None:
        """Keep a page and what leads back to what it shows; ``None`` forgets it.

        Raises:
            OSError, UserError: it cannot be written; nothing depends on it.
        """
        plain = to_text(spot) if spot is not None else ""
        if self._library.read_only:
            return
        if self._locked:
            if self._library.settings.get(_SETTING) != plain:
                self._library.settings.put(**{_SETTING: plain})
            return
        kept = {name: one for name, one in _read().items() if name != self._key}
        if plain:
            kept = {**dict(list(kept.items())[1 - _MOST :]), self._key: plain}
        target = paths.settings_folder() / _FILE
        if kept or target.exists():
            target.parent.mkdir(parents=True, exist_ok=True)
            atomic.write_bytes(target, json.dumps(kept, indent=1).encode())

    def kept(self) -> Spot | None:
        """What was kept last; ``None`` when nothing was, or it cannot be read."""
        text = self._library.settings.get(_SETTING) if self._locked else _read().get(self._key, "")
        return from_text(text)


def to_text(spot: Spot) -> str:
    """A spot as text; of its second half only what is an id, a code or a name of ours."""
    page, place = spot
    return json.dumps({"page": page, "place": _packed(place)}) if _PLAIN.fullmatch(page) else ""


def from_text(text: str) -> Spot | None:
    """The spot of :func:`to_text`; ``None`` for anything else."""
    with suppress(ValueError, TypeError, KeyError):
        found = json.loads(text)
        if _PLAIN.fullmatch(found["page"]) and found["page"]:
            return found["page"], _unpacked(found["place"])
    return None


def _packed(place: Any) -> Any:
    if isinstance(place, str):
        return place if _PLAIN.fullmatch(place) else None
    parts = list(place.values()) if isinstance(place, dict) else place
    if not isinstance(place, tuple | dict) or not all(
        isinstance(one, str) and _PLAIN.fullmatch(one) for one in parts
    ):
        return None
    return {"by_name": place} if isinstance(place, dict) else {"in_order": list(place)}


def _unpacked(place: Any) -> Any:
    if isinstance(place, dict):
        return tuple(place["in_order"]) if "in_order" in place else dict(place["by_name"])
    return place if isinstance(place, str) else None


def _read() -> dict[str, str]:
    file: Path = paths.settings_folder() / _FILE
    with suppress(OSError, ValueError):
        if file.stat().st_size <= _LARGEST:
            found = json.loads(file.read_text(encoding="ascii"))
            if isinstance(found, dict):
                return {name: one for name, one in found.items() if isinstance(one, str)}
    return {}

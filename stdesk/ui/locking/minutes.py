"""After how long alone a library with a password locks itself; kept on this computer, for every library."""

from __future__ import annotations

from stdesk.services import locking
from stdesk.ui.widgets import remembered

_KEY = "lock:minutes"


def minutes() -> int:
    """Minutes; 0 = never."""
    kept = remembered.opened().get(_KEY)
    return int(kept) if kept.isdecimal() and int(kept) in locking.MINUTES else locking.DEFAULT_MINUTES


def keep_minutes(chosen: int) -> None:
    """Keep them."""
    remembered.opened().put(**{_KEY: str(chosen)})

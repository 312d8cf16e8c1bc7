"""The library as it was on a day: a read-only copy, worked out from the history."""

from __future__ import annotations

import os
import secrets
import tempfile
from datetime import UTC, date, datetime, time, timedelta, timezone
from pathlib import Path

from stdesk.clock import Clock, fixed_clock, system_clock, timestamp
from stdesk.domain.kinds import Kinds, all_kinds
from stdesk.errors import Exit, UserError
from stdesk.progress import Progress
from stdesk.services.desk import Desk
from stdesk.store.as_of import discard, read_mark, sweep
from stdesk.store.library import Library
from stdesk.store.vault import Vault

__all__ = ["Vault", "discard", "last_moment", "make_as_of", "open_as_of", "place_for"]

_VIETNAM = timezone(timedelta(hours=7))  # no summer time since 1975: a day is the day there
_FOLDER = "as-of"


def make_as_of(
    library: Path,
    day: date | datetime,
    target: Path | None = None,
    progress: Progress | None = None,
    *,
    clock: Clock = system_clock,
    kinds: Kinds | None = None,
    vault: Vault | None = None,
    secret: str = "",
) -> Path:
    """Make a copy of the library in the folder ``library`` as it was; the library may be open.

    Args:
        day: the end of this day in Vietnam, or this very moment (with its time zone).
        target: a folder that is not there yet; by default :func:`place_for`.
        vault, secret: of a locked library, as ``Desk.open`` takes them; the copy is encrypted too.

    Returns:
        the folder of the copy, to be opened like a library. It is taken away when it is closed.

    Raises:
        UserError: ``as_of_future`` for a day to come; ``as_of_too_early`` before the first act; what the
            disk refused. Cancelled: it was stopped.
    """
    now, moment = clock(), last_moment(day)
    shown = moment.astimezone(_VIETNAM).date()
    if shown > now.astimezone(_VIETNAM).date():
        raise UserError("as_of_future", Exit.USAGE, day=f"{shown:%d/%m/%Y}")
    if (already := read_mark(library)) is not None:
        raise UserError("as_of_of_a_copy", Exit.USAGE, path=str(already.library))
    with Library.open(
        library, kinds=kinds or all_kinds(), clock=clock, read_only=True, secret=secret, vault=vault
    ) as source:
        return source.as_it_was(
            target or place_for(library, shown), shown, timestamp(moment), progress or Progress()
        )


def last_moment(day: date | datetime) -> datetime:
    """The last second of ``day`` in Vietnam; a moment itself."""
    if isinstance(day, datetime):
        return day.astimezone(UTC)
    return datetime.combine(day, time(23, 59, 59), _VIETNAM).astimezone(UTC)


def place_for(library: Path, day: date) -> Path:
    """A new folder for a copy: inside the library, under the same protection, else where this computer
    keeps what is temporary. Copies left there by a program that was killed are taken away.
    """
    folder = library / _FOLDER
    if not os.access(library, os.W_OK):
        folder = Path(tempfile.gettempdir()) / "stdesk-as-of"
    sweep(folder)
    return folder / f"{day.isoformat()}-{secrets.token_hex(4)}"


def open_as_of(
    copy: Path, *, user: str = "", kinds: Kinds | None = None, vault: Vault | None = None, secret: str = ""
) -> Desk:
    """Open a copy, with the clock of that day: what was due then is due in it.

    Args:
        vault, secret: those of the library it was made from.

    Raises:
        UserError: ``not_a_library`` when it is no copy.
    """
    shown = read_mark(copy)
    if shown is None:
        raise UserError("not_a_library", Exit.ENVIRONMENT, path=str(copy))
    clock = fixed_clock(datetime.fromisoformat(shown.until.replace("Z", "+00:00")))
    return Desk.open(copy, user=user, clock=clock, kinds=kinds, secret=secret, vault=vault)

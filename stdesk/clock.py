"""The time, passed in: nothing below the entry points asks the system for it."""

from __future__ import annotations

import os
from collections.abc import Callable
from datetime import UTC, date, datetime

Clock = Callable[[], datetime]


def system_clock() -> datetime:
    """Now, in UTC. ``SOURCE_DATE_EPOCH`` fixes it, for builds that must be repeatable."""
    if epoch := os.environ.get("SOURCE_DATE_EPOCH"):
        return datetime.fromtimestamp(int(epoch), UTC)
    return datetime.now(UTC)


def fixed_clock(moment: datetime) -> Clock:
    """A clock that stands still at ``moment`` (which carries its time zone)."""
    return lambda: moment


def timestamp(moment: datetime) -> str:
    """``moment`` as stored everywhere: ISO 8601, UTC, whole seconds, ending in Z."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def local_date(moment: datetime) -> date:
    """The calendar day of ``moment`` where the program runs."""
    return moment.astimezone().date()


def local_time(stored: str) -> str:
    """A stored :func:`timestamp` as people read it here: "dd/MM/yyyy HH:mm" where the program runs."""
    return datetime.fromisoformat(stored).astimezone().strftime("%d/%m/%Y %H:%M")

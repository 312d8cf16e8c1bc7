"""Moments as people read them here."""

from __future__ import annotations

from datetime import datetime

from stdesk.clock import local_time


def shown_time(timestamp: str) -> str:
    """A stored UTC timestamp as local "dd/MM/yyyy HH:mm"."""
    return local_time(timestamp)


def shown_hour(timestamp: str) -> str:
    """A stored UTC timestamp as local "HH:mm", with the day before it when that is not today."""
    moment = datetime.fromisoformat(timestamp).astimezone()
    today = datetime.now().astimezone().date()
    return moment.strftime("%H:%M" if moment.date() == today else "%H:%M %d/%m/%Y")

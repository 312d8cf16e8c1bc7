"""Moments as people read them here."""

from __future__ import annotations

from datetime import datetime


def shown_time(timestamp: str) -> str:
    """A stored UTC timestamp as local "dd/MM/yyyy HH:mm"."""
    return datetime.fromisoformat(timestamp).astimezone().strftime("%d/%m/%Y %H:%M")

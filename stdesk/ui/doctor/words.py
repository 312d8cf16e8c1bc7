"""How a check stands, as word, picture and colour."""

from __future__ import annotations

from stdesk.i18n import tr
from stdesk.services.health import Health

Look = tuple[str, str, str]
"""A word, a picture, a colour of the theme."""


def state_look(state: str) -> Look:
    """A state of a check."""
    return {
        "ok": (tr("in order"), "check-circle", "green"),
        "mended": (tr("mended"), "check-circle", "blue"),
        "hurt": (tr("damaged"), "warning-circle", "red"),
    }.get(state, (tr("not looked at"), "question", "text_soft"))


def depth_words(health: Health) -> str:
    """How it was looked over."""
    return tr("closely") if health.depth == "full" else tr("quickly")

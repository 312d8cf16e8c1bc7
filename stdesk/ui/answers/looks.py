"""How the states of a report look: each with its own picture and colour."""

from __future__ import annotations

# state -> picture, tone. Only "accepted" is green and has the seal: passed verification must never look like it.
LOOKS = {
    "not_sent": ("circle-dashed", "text_soft"),
    "sent": ("upload-simple", "text_soft"),
    "received": ("tray", "blue"),
    "valid": ("shield-check", "blue"),
    "accepted": ("seal-check", "green"),
    "returned": ("arrow-bend-down-right", "red"),
}


def look_of(state: str, who: str, *, late: bool) -> tuple[str, str]:
    """Picture and tone of a state; one whose next step is late is red when the unit has to take it, else amber."""
    picture, tone = LOOKS[state]
    if late:
        tone = "amber" if who == "centre" else "red"
    return picture, tone

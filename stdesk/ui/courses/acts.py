"""Acts of a list that concern the life of its records."""

from __future__ import annotations

from stdesk.ui.records.acts import ActPlace


def open_acceptance(place: ActPlace) -> None:
    """Write down an acceptance of the chosen records."""
    place.session.page_wanted.emit("acceptance", {"kind": place.kind.name, "keys": place.keys})


def open_deposit(place: ActPlace) -> None:
    """Write down a deposit of the chosen records."""
    place.session.page_wanted.emit("deposit", {"kind": place.kind.name, "keys": place.keys})


def open_carry_over(place: ActPlace) -> None:
    """Carry what is unfinished over into the new year; what is chosen is ticked at first."""
    place.session.page_wanted.emit("carry", {"kind": place.kind.name, "keys": place.keys})

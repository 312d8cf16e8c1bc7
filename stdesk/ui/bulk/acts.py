"""What a list calls to change many records."""

from __future__ import annotations

from stdesk.ui.bulk.target import Target
from stdesk.ui.records.acts import ActPlace


def open_bulk(place: ActPlace) -> None:
    """Show the page on which the chosen records are changed."""
    place.session.page_wanted.emit("bulk", Target(place.kind.name, place.keys))

"""What the menu of a list does about files."""

from __future__ import annotations

from stdesk.ui.records.acts import ActPlace


def open_files(place: ActPlace) -> None:
    """Show the page of attachments for the kind of the list."""
    place.session.page_wanted.emit("files", place.kind.name)

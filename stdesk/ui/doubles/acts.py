"""What lists and forms call to find doubles and to merge."""

from __future__ import annotations

from collections.abc import Iterable

from stdesk.i18n import tr
from stdesk.ui.bulk.target import Target
from stdesk.ui.records.acts import ActPlace
from stdesk.ui.session import Session

MOST_COMPARED = 4


def find_doubles(place: ActPlace) -> None:
    """Show what may be in the library twice."""
    place.session.page_wanted.emit("doubles", Target(place.kind.name))


def merge_chosen(place: ActPlace) -> None:
    """Put the chosen records side by side."""
    if len(place.keys) > MOST_COMPARED:
        place.session.say(tr("Choose at most {n} records to merge at a time.", n=MOST_COMPARED))
        return
    place.session.page_wanted.emit("doubles", Target(place.kind.name, place.keys))


def compare(session: Session, kind: str, ids: Iterable[str]) -> None:
    """Put these records side by side, as the note above a form wants it."""
    session.page_wanted.emit("doubles", Target(kind, ids=tuple(ids)[:MOST_COMPARED]))

"""From a list into the grid."""

from __future__ import annotations

from array import array
from functools import partial

from stdesk.domain.records import State
from stdesk.i18n import ntr, tr
from stdesk.progress import Progress
from stdesk.services.catalogue import Catalogue, ListQuery
from stdesk.ui.records.acts import ActPlace
from stdesk.ui.session import Tone

MOST = 5_000  # rows opened at once


def open_grid(place: ActPlace) -> None:
    """Edit the chosen records as a table; everything listed when fewer than two are chosen."""
    session = place.session
    if place.query.states == (State.TRASHED,):
        session.say(tr("What lies in the trash is not edited. Take it out first."), Tone.WARN)
        return
    if len(place.keys) > 1:
        _opened(place, array("q", place.keys))
    else:
        work = partial(_keys, session.desk.catalogue, place.query)
        session.run(session, work, lambda keys: _opened(place, keys), beside=True)


def _keys(catalogue: Catalogue, query: ListQuery, _progress: Progress) -> array[int]:
    return catalogue.ids(query)


def _opened(place: ActPlace, keys: array[int]) -> None:
    arguments = {"kind": place.kind.name, "keys": keys[:MOST], "columns": place.columns}
    place.session.page_wanted.emit("grid", arguments)
    if len(keys) > MOST:
        place.session.say(
            ntr(
                "The table shows the first 5,000 of {n} records. Narrow the list to edit the others.",
                "The table shows the first 5,000 of {n} records. Narrow the list to edit the others.",
                len(keys),
            )
        )

"""What still holds the words of a record that was just put above the ceiling: told at once, and taken away.

The library's records are clean after the act (:mod:`stdesk.store.scrub`). Backups made before are copies of the
library as it was; reports frozen before carry the record, are no longer shown or packed, and stay as proof of
what was handed in.
"""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass

from stdesk.domain.records import Changes
from stdesk.domain.secrecy import ORDINARY, is_above
from stdesk.errors import UserError
from stdesk.i18n import message, ntr
from stdesk.progress import Progress
from stdesk.services import trace_texts
from stdesk.services.backups import BackupInfo, Backups
from stdesk.store.backups import repository
from stdesk.store.backups.pruning import Policy
from stdesk.store.history import HistoryEntry
from stdesk.store.library import FrozenReport, Library

__all__ = ["Left", "Traces"]

_MOST = 200  # records of one act looked at
_SHOWN = 6  # texts that are named one by one


@dataclass(frozen=True, slots=True)
class Left:
    """Where the words still are.

    Attributes:
        backups: made before, here and at the second place. reports: frozen with the record in them.
        texts: what people wrote and the centre sent, in words; see :mod:`stdesk.services.trace_texts`.
    """

    backups: tuple[BackupInfo, ...] = ()
    reports: tuple[FrozenReport, ...] = ()
    texts: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        """Whether there is anything."""
        return bool(self.backups or self.reports or self.texts)

    @property
    def said(self) -> str:
        """The sentence about it."""
        where = []
        if self.backups:
            where.append(ntr("{n} backup", "{n} backups", len(self.backups)))
        where += [
            message("traces_report", period=one.period, submission=str(one.submission))
            for one in self.reports
        ]
        where += self.texts[:_SHOWN]
        if (more := len(self.texts) - _SHOWN) > 0:
            where.append(ntr("{n} more place", "{n} more places", more))
        return message("traces_left", where=", ".join(where))


class Traces:
    """Looks after an act."""

    def __init__(self, library: Library, backups: Backups) -> None:
        self._library = library
        self._backups = backups

    def left(self, changes: Changes) -> Left:
        """What holds words of records that ``changes`` put above the ceiling; nothing for any other act."""
        ceiling = self._library.settings.get("secrecy_ceiling") or ORDINARY
        if not changes.action:
            return Left()
        ids = [
            one for one in sorted(changes.ids)[:_MOST] if self._was_classified(one, changes.action, ceiling)
        ]
        titles = self._library.take_forgotten(changes.action)
        if not ids:
            return Left()
        texts = trace_texts.places(self._library, ids, titles)
        return Left(tuple(self._made_before()), tuple(self._with(ids)), texts)

    def after_lowering(self) -> Left:
        """The same after the ceiling itself was lowered: every backup made before, and what holds a title."""
        texts = trace_texts.places(self._library, (), self._library.take_forgotten())
        return Left(tuple(self._made_before()), (), texts)

    def remove(self, left: Left, progress: Progress | None = None) -> int:
        """Make a backup of the library as it is now, then take away those of ``left``; returns how many.

        Raises:
            UserError: the new one could not be made; then nothing is taken away.
        """
        told = progress or Progress()
        made = self._backups.run("manual", told)
        newest = made or next(iter(self._backups.listed()), None)  # none was made: the newest is as it is now
        old = [one for one in left.backups if newest is None or one.path != newest.path]
        for one in told.each(old):
            repository.remove(one)
        for place in {one.path.parent for one in old}:  # the files that only they named go with it
            self._library.backups.prune(place, Policy(budget=self._backups.budget))
        return len(old)

    def _made_before(self) -> Iterable[BackupInfo]:
        yield from self._backups.listed()
        with suppress(
            UserError, OSError
        ):  # the second place may be away: what lies there is seen when it is back
            yield from self._backups.listed_there()

    def _was_classified(self, record_id: str, action: int, ceiling: str) -> bool:
        entries = self._library.history(record_id, limit=1)
        return bool(entries) and entries[0].action == action and _crossed(entries[0], ceiling)

    def _with(self, ids: Iterable[str]) -> Iterable[FrozenReport]:
        wanted = [one.encode() for one in ids]
        for report in self._library.frozen():
            with suppress(UserError):  # one that is damaged is the doctor's business
                raw = self._library.read_frozen(report)
                if not report.trial and any(one in raw for one in wanted):
                    yield report


def _crossed(entry: HistoryEntry, ceiling: str) -> bool:
    return any(
        one.field == "secrecy"
        and one.before is not None
        and not is_above(str(one.before), ceiling)
        and is_above(str(one.after), ceiling)
        for one in entry.changes
    )

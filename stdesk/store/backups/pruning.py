"""Which backups stay: all of two days, then one a day, a week, a month, a year, as far as the budget goes.

Order is that of :attr:`BackupInfo.sequence`; days are counted back from the newest backup's own date and by how
many there are, never from the present time: a clock that jumped must not wipe anything out.
"""

from __future__ import annotations

import contextlib
import shutil
from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

from stdesk.errors import UserError
from stdesk.store.backups import manifest, pool, repository
from stdesk.store.backups.model import BackupInfo, Pruned
from stdesk.store.context import Context
from stdesk.store.faults import told

BUDGET = 5 << 30  # bytes
SHARE = 0.2  # of the room there is
_KEPT = "kept"


@dataclass(frozen=True, slots=True)
class Policy:
    """How many backups stay.

    Attributes:
        all_of: every one this near to the newest. least: at least so many of the newest, however old.
        days, weeks, months: how many of each keep their newest; then every year does.
        budget: bytes that the place may take; 0: :func:`own_budget`.
    """

    all_of: timedelta = timedelta(hours=48)
    least: int = 6
    days: int = 12
    weeks: int = 10
    months: int = 9
    budget: int = 0


def own_budget(free: int, taken: int) -> int:
    """The budget when nobody set one: 5 GB, or a fifth of the room where that is less."""
    return min(BUDGET, int((free + taken) * SHARE))


def kept(found: Sequence[BackupInfo], policy: Policy) -> set[Path]:
    """Which backups the rules keep, whatever they take; ``found`` in any order.

    Those that are damaged fulfil no rule. They stay while there are few good ones, since something may still
    be got out of them.
    """
    ordered = sorted(found, key=_order, reverse=True)
    good = [one for one in ordered if one.ok]
    if not good:
        return {one.path for one in found}
    newest = good[0]
    stay = {one.path for one in ordered[: policy.least]} | {
        one.path for one in found if one.by_hand and one.ok
    }
    stay |= {one.path for one in ordered if _is_near(one, newest, policy.all_of)}
    older = [one for one in good if not _is_near(one, newest, policy.all_of)]
    if len(good) <= policy.days:
        stay |= {one.path for one in found if not one.ok}
    stay.add(newest.path)
    periods: list[tuple[Callable[[date], Hashable], int | None]] = [
        (lambda day: day, policy.days),
        (lambda day: day.isocalendar()[:2], policy.weeks),
        (lambda day: (day.year, day.month), policy.months),
        (lambda day: day.year, None),
    ]
    for period, most in periods:
        newest_of = _newest_of(older, period, most)
        stay |= {one.path for one in newest_of}
        if most is not None:
            last = min((_day(one) for one in newest_of), default=date.max)
            older = [one for one in older if _day(one) < last] if len(newest_of) == most else []
    return stay


def over_budget(
    found: Sequence[BackupInfo], costs: Callable[[Sequence[BackupInfo]], int], most: int
) -> list[BackupInfo]:
    """Which backups must go so that ``costs`` of the rest is at most ``most``, in the order in which they go.

    First those of which the same day has a newer one, the oldest first; then the oldest; then, oldest first,
    those made by hand. The newest good one never goes.
    """
    left = sorted(found, key=_order)
    newest = next((one for one in reversed(left) if one.ok), None)
    last_of_day = {_day(one): one.path for one in left if one.ok}
    spare = [one for one in left if not one.by_hand and last_of_day.get(_day(one)) != one.path]
    rest = [one for one in left if not one.by_hand and one not in spare]
    going: list[BackupInfo] = []
    for one in [*spare, *rest, *(one for one in left if one.by_hand)]:
        if costs(left) <= most:
            break
        if newest is not None and one.path != newest.path:
            left.remove(one)
            going.append(one)
    return going


def prune(context: Context, place: Path, policy: Policy) -> Pruned:
    """Take away what the rules do not keep, then what the budget has no room for, then files nobody names.

    Raises:
        UserError: ``backup_running``; what the disk refused.
    """
    with told(place), repository.held(context, place):
        found = repository.listed(place)
        own = [one for one in found if _is_own(one, found)]
        stay = kept(own, policy)
        going = [one for one in own if one.path not in stay]
        left = [one for one in own if one.path in stay]
        costs = _Costs(place, found)
        room = policy.budget or own_budget(shutil.disk_usage(place).free, costs(found))
        going += over_budget(left, costs, room)
        for one in going:
            repository.remove(one)
        left = [one for one in found if one not in going]
        freed = sum(costs.own(one) for one in going) + _sweep_pool(place, left)
        return Pruned(
            tuple(going), freed, tuple(one for one in going if one.by_hand), max(0, costs(left) - room)
        )


def sweep_kept(folder: Path, found: Sequence[BackupInfo], older_than: timedelta, now: str) -> list[Path]:
    """Take away what restoring replaced that long ago, once three good backups were made since; returns which.

    Args:
        folder: the library's. found: its backups. now: UTC timestamp.
    """
    gone: list[Path] = []
    limit = BackupInfo(folder, made_at=now).moment - older_than
    for one in sorted((folder / _KEPT).glob("*-restore*")):
        stamp = f"{one.name[:4]}-{one.name[4:6]}-{one.name[6:8]}T00:00:00Z"
        with contextlib.suppress(ValueError, OSError):
            moment = BackupInfo(one, made_at=stamp).moment
            since = [info for info in found if info.ok and info.moment > moment]
            if moment < limit and len(since) >= 3 and not one.is_symlink():
                shutil.rmtree(one)
                gone.append(one)
    return gone


class _Costs:
    """What backups take: their own files, and those of the pool that the library does not hold as well."""

    def __init__(self, place: Path, found: Iterable[BackupInfo]) -> None:
        self._own = {one.path: repository.folder_size(one.path) for one in found}
        self._names: dict[Path, set[str]] = {}
        alone = {name: size for name, (size, shared) in pool.sizes(place).items() if not shared}
        for one in found if alone else ():
            with contextlib.suppress(UserError):
                self._names[one.path] = manifest.read_names(one) & alone.keys()
        self._pool = alone

    def own(self, info: BackupInfo) -> int:
        """Bytes of its own folder."""
        return self._own.get(info.path, 0)

    def __call__(self, found: Sequence[BackupInfo]) -> int:
        named = set[str]().union(*(self._names.get(one.path, set()) for one in found))
        return sum(self.own(one) for one in found) + sum(self._pool[name] for name in named)


def _sweep_pool(place: Path, left: Sequence[BackupInfo]) -> int:
    named: set[str] = set()
    for one in left:
        try:
            named |= manifest.read_names(one)
        except UserError:
            return 0  # what it names nobody knows: nothing is taken away
    return pool.sweep(place, named)


def _newest_of(
    found: Sequence[BackupInfo], period: Callable[[date], Hashable], most: int | None
) -> list[BackupInfo]:
    """The newest of each of the ``most`` latest periods; ``found`` newest first."""
    newest: dict[Hashable, BackupInfo] = {}
    for one in found:
        newest.setdefault(period(_day(one)), one)
    latest = sorted(newest.values(), key=_day, reverse=True)
    return latest if most is None else latest[:most]


def _is_near(one: BackupInfo, newest: BackupInfo, span: timedelta) -> bool:
    return abs(newest.moment - one.moment) <= span


def _is_own(one: BackupInfo, found: Sequence[BackupInfo]) -> bool:
    """Of the library whose backups these are: in a folder shared by two nobody thins out the other's."""
    return one.library in ("", next((each.library for each in found if each.ok), ""))


def _order(one: BackupInfo) -> tuple[int, str, str]:
    return one.sequence, one.made_at, one.path.name


def _day(one: BackupInfo) -> date:
    return one.moment.astimezone().date()

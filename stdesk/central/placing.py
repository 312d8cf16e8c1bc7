"""A genuine package at its place: judged in its unit's order, merged or set aside, in one transaction with the unit
locked. Those that waited for it follow, each in a transaction of its own.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import chain as chained
from pathlib import Path
from typing import Any

from sqlalchemy import Connection

from stdesk import i18n
from stdesk.central import chain, content, events, merge, packages
from stdesk.central.arriving import RefusedError, check_key, registered_key
from stdesk.central.chain import Fit
from stdesk.central.context import Context
from stdesk.central.model import QUARANTINED, RECEIVED, RETURNED, VALID, WAITS, PackageRow, Taken
from stdesk.central.packages import Arrival, Sender
from stdesk.domain.periods import parse_period
from stdesk.domain.secrecy import is_above
from stdesk.errors import UserError
from stdesk.package.content import PackageInfo
from stdesk.package.layout import shown
from stdesk.package.reader import OpenPackage, open_package
from stdesk.progress import Progress

_CONTENT = frozenset(
    {"central_record", "central_record_secret", "central_record_twice", "central_base_unknown", "central_secrecy",
     "central_submission_older", "central_submission_taken", "central_period"}
)  # fmt: skip
"""Refusals of a genuine package for what it carries: noted as returned, and its place in the order is used."""


@dataclass(frozen=True, slots=True)
class Work:
    """One intake under way.

    Attributes:
        rules: whether any are run: without them nothing is valid by itself.
    """

    context: Context
    progress: Progress
    rules: bool


def enter(work: Work, arrival: Arrival, adopted: str = "") -> Taken:
    """Judge a whole package in its unit's order; merge it, and those that waited for it."""
    try:
        taken = _placed(work, arrival, adopted)
    except UserError as error:
        if error.code not in _CONTENT:
            raise
        taken = _returned(work, arrival, error, adopted)
    if taken.outcome in ("merged", "returned", "again", "waiting"):
        followed = follow(work, arrival.info.unit_code)
        if followed and taken.package and taken.package.state == QUARANTINED:
            taken = _again(work.context, taken)
        taken = replace(
            taken, followed=tuple(one for one in followed if one.fingerprint != arrival.fingerprint)
        )
    return taken


def _placed(work: Work, arrival: Arrival, adopted: str) -> Taken:
    """One transaction: the unit locked, the place judged, the records merged or the package set aside."""
    context, info = work.context, arrival.info
    with context.database.writing() as connection:
        sender = packages.lock(connection, info.unit_code)
        had = packages.find(context, connection, arrival.fingerprint)
        if had is not None and (had.state != QUARANTINED or not adopted):
            return _known(had, arrival)
        _recheck_key(context, connection, info)
        verdict = chain.NEXT if adopted else _verdict(connection, sender, info)
        if verdict.fit is not Fit.NEXT:
            return _set_aside(context, connection, sender, arrival, verdict)
        return _merged(work, connection, sender, arrival, adopted)


def _verdict(connection: Connection, sender: Sender, info: PackageInfo) -> chain.Verdict:
    known = {info.previous} if packages.was_taken(connection, sender, info.previous) else set()
    return chain.judge(info, sender.head, packages.lines(connection, sender), known)


def _known(had: PackageRow, arrival: Arrival) -> Taken:
    if had.state == QUARANTINED:
        outcome = "waiting" if had.why in WAITS else "quarantined"
        return told(outcome, arrival, had, had.why, had.why_params)
    return told("again", arrival, had, had.why, had.why_params)


def _set_aside(
    context: Context, connection: Connection, sender: Sender, arrival: Arrival, verdict: chain.Verdict
) -> Taken:
    said = dict(verdict.params or {})
    packages.put(connection, context, sender, arrival, state=QUARANTINED, why=verdict.code, why_params=said)
    outcome = "waiting" if verdict.fit is Fit.WAITS else "quarantined"
    note(context, connection, outcome, arrival, verdict.code, said)
    return told(outcome, arrival, packages.find(context, connection, arrival.fingerprint), verdict.code, said)


def _merged(work: Work, connection: Connection, sender: Sender, arrival: Arrival, adopted: str) -> Taken:
    context, info = work.context, arrival.info
    if is_above(info.secrecy, sender.secrecy):
        raise UserError("central_secrecy", found=info.secrecy, most=sender.secrecy)
    _check_period(info.period)
    last = packages.newest(context, connection, sender, info.period)
    _check_submission(info, last)
    state = RECEIVED if not work.rules or _blocks(arrival) else VALID
    values = {
        "state": state, "merged": True, "place": sender.taken + 1, "why": "", "why_params": {},
        "merged_at": context.now(), "adopted": bool(adopted),
    }  # fmt: skip
    row = packages.put(connection, context, sender, arrival, **values)
    place = {
        "unit": sender.row, "package": row, "period": info.period, "place": sender.taken + 1, "now": context.now(),
    }  # fmt: skip
    with open_package(paths(context, arrival)) as opened:
        gone = content.withdrawn(opened.withdrawn())
        rows: Any = _rows(context, opened, sender.secrecy)
        full = not info.delta
        if info.delta and (last is None or last.fingerprint != info.base):
            rows, full = _laid_over(context, connection, info, list(rows), gone, sender.secrecy), True
        merge.merge(connection, work.progress.each(content.once(rows)), gone, place, full=full)
    packages.advance(connection, sender, arrival)
    code, said = ("central_adopted", {"name": arrival.name, "reason": adopted}) if adopted else ("", {})
    note(context, connection, "merged", arrival, code, said)
    return told("merged", arrival, packages.find(context, connection, arrival.fingerprint))


def _laid_over(
    context: Context, connection: Connection, info: PackageInfo, rows: list[content.Row],
    gone: Mapping[str, str], level: str,
) -> list[content.Row]:  # fmt: skip
    """A delta whose base is not what was merged last of the period: base and delta together, as a whole report."""
    layers: list[tuple[list[content.Row], Any]] = [(rows, gone)]
    base, delta = info.base, True
    while delta:
        found = packages.find(context, connection, base)
        good = (
            found is not None and found.merged and (found.unit, found.period) == (info.unit_code, info.period)
        )
        if found is None or not good:
            raise UserError("central_base_unknown", base=info.base[:16])
        with open_package(list(found.files)) as opened:
            gone_then = list(content.withdrawn(opened.withdrawn()))
            layers.append((list(_rows(context, opened, level)), gone_then))
        base, delta = found.base, found.delta
    return content.newest(reversed(layers))


def _returned(work: Work, arrival: Arrival, error: UserError, adopted: str) -> Taken:
    """Note a genuine package that is refused for its content; its place is used, so that the next can follow."""
    context, info = work.context, arrival.info
    with context.database.writing() as connection:
        sender = packages.lock(connection, info.unit_code)
        had = packages.find(context, connection, arrival.fingerprint)
        if had is not None and had.state != QUARANTINED:
            return _known(had, arrival)
        verdict = chain.NEXT if adopted else _verdict(connection, sender, info)
        if verdict.fit is not Fit.NEXT:
            return _set_aside(context, connection, sender, arrival, verdict)
        said = {name: events.plain(str(value)) for name, value in error.params.items()}
        values = {
            "state": RETURNED, "merged": False, "place": sender.taken + 1, "why": error.code, "why_params": said,
            "adopted": bool(adopted),
        }  # fmt: skip
        packages.put(connection, context, sender, arrival, **values)
        packages.advance(connection, sender, arrival)
        note(context, connection, "returned", arrival, error.code, said)
        row = packages.find(context, connection, arrival.fingerprint)
    return told("returned", arrival, row, error.code, said)


def follow(work: Work, code: str) -> list[PackageRow]:
    """Merge the unit's waiting packages that are next now, each in a transaction of its own."""
    done: list[PackageRow] = []
    while (arrival := _due(work.context, code)) is not None:
        try:
            taken = _resumed(work, arrival)
        except RefusedError as error:  # its key was revoked while it waited
            _give_up(work.context, arrival, error)
            continue
        if taken is None or taken.package is None:
            break
        done.append(taken.package)
    return done


def _due(context: Context, code: str) -> Arrival | None:
    """The waiting package that is next; others are given the reason that holds now."""
    with context.database.writing() as connection:
        sender = packages.lock(connection, code)
        for row in packages.waiting(context, connection, sender):
            if row.why not in WAITS:
                continue
            arrival = packages.arrival_of(connection, row)
            verdict = _verdict(connection, sender, arrival.info)
            if verdict.fit is Fit.NEXT:
                return arrival
            if verdict.code != row.why or dict(verdict.params or {}) != dict(row.why_params):
                said = dict(verdict.params or {})
                packages.put(connection, context, sender, arrival, why=verdict.code, why_params=said)
                if verdict.fit is Fit.FORK:
                    note(context, connection, "quarantined", arrival, verdict.code, said)
    return None


def _resumed(work: Work, arrival: Arrival) -> Taken | None:
    """One transaction for a package that waited; ``None`` when another process was quicker."""
    context = work.context
    try:
        with context.database.writing() as connection:
            sender = packages.lock(connection, arrival.info.unit_code)
            had = packages.find(context, connection, arrival.fingerprint)
            if had is None or had.state != QUARANTINED:
                return None
            if _verdict(connection, sender, arrival.info).fit is not Fit.NEXT:
                return None
            _recheck_key(context, connection, arrival.info)
            return _merged(work, connection, sender, arrival, "")
    except UserError as error:
        if error.code not in _CONTENT:
            raise
        return _returned(work, arrival, error, "")


def _give_up(context: Context, arrival: Arrival, error: RefusedError) -> None:
    with context.database.writing() as connection:
        sender = packages.lock(connection, arrival.info.unit_code)
        packages.put(connection, context, sender, arrival, why=error.code, why_params=error.params)
        note(context, connection, "quarantined", arrival, error.code, error.params)


# -- small parts


def paths(context: Context, arrival: Arrival) -> list[Path]:
    """Where the package's ZIPs lie."""
    return [context.folder / one["file"] for one in arrival.files]


def _rows(context: Context, opened: OpenPackage, level: str) -> Iterator[content.Row]:
    return chained.from_iterable(
        content.rows(context.kinds, kind, content.read(opened, kind), level) for kind in opened.kinds()
    )


def _check_period(code: str) -> None:
    """A period that is none would be asked for by nobody, and its answer could not be printed."""
    try:
        parse_period(code)
    except UserError as error:
        raise UserError("central_period", period=shown(code)) from error


def _check_submission(info: PackageInfo, last: PackageRow | None) -> None:
    if last is None or info.submission > last.submission:
        return
    said: dict[str, Any] = {
        "submission": str(info.submission),
        "last": str(last.submission),
        "name": last.name,
    }
    if info.submission < last.submission:
        raise UserError("central_submission_older", **said)
    if info.snapshot_hash != last.snapshot_hash:
        raise UserError("central_submission_taken", **said)


def _recheck_key(context: Context, connection: Connection, info: PackageInfo) -> None:
    """The key again, now that nothing can come between: it may have been revoked meanwhile."""
    key = registered_key(connection, info.key)
    if key is None:
        raise RefusedError("central_unknown_key", key=info.key, unit_code=info.unit_code)
    check_key(key, info.unit_code, context.now())


def _blocks(arrival: Arrival) -> bool:
    return any(one.get("severity") == "error" for one in arrival.findings)


def _again(context: Context, taken: Taken) -> Taken:
    """The same with the package as it stands by now."""
    assert taken.package is not None
    with context.database.reading() as connection:
        row = packages.find(context, connection, taken.package.fingerprint)
    if row is None or row.state == QUARANTINED:
        return taken
    return replace(
        taken, outcome="merged" if row.merged else "returned", package=row, code=row.why, sentence=""
    )


def note(
    context: Context,
    connection: Connection,
    outcome: str,
    arrival: Arrival,
    code: str,
    params: Mapping[str, Any],
) -> None:
    """Write what became of a package into the log."""
    events.add(
        context, connection, outcome, unit=arrival.info.unit_code, package=arrival.name,
        fingerprint=arrival.fingerprint, file=shown(arrival.source), code=code, params=params,
    )  # fmt: skip


def told(
    outcome: str,
    arrival: Arrival,
    row: PackageRow | None,
    code: str = "",
    params: Mapping[str, Any] | None = None,
) -> Taken:
    """The same for whoever gave the file."""
    sentence = i18n.message(code, **(params or {})) if code else ""
    return Taken(outcome, shown(arrival.source), arrival.info.unit_code, row, code, sentence)

"""A package into the centre: received, judged in its unit's order, merged in one transaction.

Killed at any point it can simply be done again: before the transaction ends nothing of it counts, a copy that
was kept is found again under its own name, and a package that waits is merged by whoever comes next.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, TypeAlias

from sqlalchemy import delete, insert, select

from stdesk import i18n
from stdesk.central import content, events, keeping, packages, placing, tables
from stdesk.central.arriving import Bag, RefusedError, receive
from stdesk.central.context import Context
from stdesk.central.model import QUARANTINED, PackageRow, Taken
from stdesk.central.packages import Arrival
from stdesk.domain.records import Record
from stdesk.domain.secrecy import is_above
from stdesk.errors import Exit, UserError
from stdesk.package.layout import group_name, shown
from stdesk.package.reader import open_package
from stdesk.progress import Progress

Checker: TypeAlias = Callable[[Sequence[Record], Mapping[str, Any], Progress], Sequence[Mapping[str, Any]]]
"""Rules: given the records a package carries and its snapshot, the lines found; one whose ``severity`` is
"error" keeps it from being valid."""

Acknowledge: TypeAlias = Callable[[PackageRow], bytes | None]
"""The last answer to a package, made when there is none yet."""


@dataclass(frozen=True, slots=True)
class Intake:
    """What takes packages; see :class:`stdesk.central.agency.Agency` for its methods."""

    context: Context
    checks: Checker | None
    acknowledge: Acknowledge

    def take(self, path: Path, progress: Progress) -> Taken:
        """See :meth:`stdesk.central.agency.Agency.intake`."""
        try:
            with keeping.work_folder(self.context) as folder:
                bag = receive(self.context, path, folder, progress)
                taken = self._received(bag, path.name, progress)
        except RefusedError as error:
            return self._refused(path.name, error)
        return self._answered(taken)

    def settle(self, progress: Progress) -> None:
        """Merge what waits no longer, and answer: someone was stopped between a package and what follows it."""
        package, unit = tables.package, tables.unit
        joined = select(unit.c.code).join_from(package, unit, package.c.unit == unit.c.id)
        waiting = joined.where(package.c.state == QUARANTINED).distinct()
        answered = select(tables.answer.c.package)
        silent = select(package.c.fingerprint).where(package.c.place > 0, package.c.id.not_in(answered))
        with self.context.database.reading() as connection:
            codes = list(connection.execute(waiting).scalars())
        for code in codes:
            placing.follow(self._work(progress), code)
        with self.context.database.reading() as connection:
            found = [
                packages.find(self.context, connection, one) for one in connection.execute(silent).scalars()
            ]
        for row in found:
            if row is not None:
                self.acknowledge(row)

    def adopt(self, fingerprint: str, reason: str) -> Taken:
        """See :meth:`stdesk.central.agency.Agency.adopt`."""
        if not reason.strip():
            raise UserError("central_reason_missing", Exit.USAGE)
        with self.context.database.reading() as connection:
            row = packages.find(self.context, connection, fingerprint)
            if row is None or row.state != QUARANTINED:
                raise UserError("central_no_package", package=fingerprint[:16])
            arrival = packages.arrival_of(connection, row)
        if row.delta:
            raise UserError("central_adopt_full", package=row.name)
        try:
            taken = placing.enter(self._work(Progress()), arrival, reason.strip())
        except RefusedError as error:
            return self._refused(row.name, error)
        return self._answered(taken)

    def _work(self, progress: Progress) -> placing.Work:
        return placing.Work(self.context, progress, self.checks is not None)

    # -- one file

    def _received(self, bag: Bag, source: str, progress: Progress) -> Taken:
        """A genuine bag: had it already, one of several, or a package to be entered."""
        context, info = self.context, bag.info
        files: tuple[Mapping[str, str], ...] = ()
        if not is_above(
            info.secrecy, self._ceiling(info.unit_code)
        ):  # else noted, not kept: it may not lie here
            files = ({"fingerprint": bag.fingerprint, "file": keeping.keep(context, bag.copied)},)
        arrival = Arrival(info, bag.name, bag.fingerprint, files, bag.sealed, source)
        if info.parts > 1:
            found = self._gathered(arrival)
            if isinstance(found, Taken):
                return found
            arrival = found
        with context.database.reading() as connection:
            known = packages.find(context, connection, arrival.fingerprint)
        if known is None and arrival.files:
            arrival = replace(arrival, findings=self._checked(arrival, progress))
        return placing.enter(self._work(progress), arrival)

    def _gathered(self, arrival: Arrival) -> Taken | Arrival:
        """Note one bag of several; the whole package once the last is there."""
        context, info, table = self.context, arrival.info, tables.part
        name = group_name(arrival.name)
        with context.database.writing() as connection:
            sender = packages.lock(connection, info.unit_code)
            had = packages.at_place(context, connection, sender, info)
            if had is not None and packages.holds(connection, had, arrival.fingerprint):
                return placing.told("again", arrival, had)
            if not arrival.files:
                raise RefusedError(
                    "central_secrecy", unit=info.unit_code, found=info.secrecy, most=sender.secrecy
                )
            here = (
                table.c.unit == sender.row, table.c.name == name, table.c.line == info.line,
                table.c.sequence == info.sequence,
            )  # fmt: skip
            connection.execute(delete(table).where(*here, table.c.part == info.part))
            connection.execute(
                insert(table).values(
                    fingerprint=arrival.fingerprint, unit=sender.row, name=name, line=info.line, part=info.part,
                    sequence=info.sequence, parts=info.parts, file=arrival.files[0]["file"], taken_at=context.now(),
                )
            )  # fmt: skip
            rows = connection.execute(select(table).where(*here).order_by(table.c.part)).all()
            missing = [n for n in range(1, info.parts + 1) if n not in {row.part for row in rows}]
            if missing:
                said = {"name": name, "missing": ", ".join(map(str, missing)), "parts": str(info.parts)}
                placing.note(context, connection, "part", arrival, "central_part", said)
                sentence = i18n.message("central_part", **said)
                return Taken("part", shown(arrival.source), info.unit_code, None, "central_part", sentence)
            files = tuple({"fingerprint": row.fingerprint, "file": row.file} for row in rows)
        try:
            with open_package([context.folder / one["file"] for one in files]) as opened:
                whole = replace(opened.info, part=1, parts=len(files))
        except UserError as error:
            raise RefusedError(error.code, unit=info.unit_code, **error.params) from error
        return Arrival(whole, name, files[0]["fingerprint"], files, arrival.sealed, arrival.source)

    def _checked(self, arrival: Arrival, progress: Progress) -> tuple[Mapping[str, Any], ...]:
        """What the rules say. Content that cannot be read as records is refused at its place, not here."""
        if self.checks is None:
            return ()
        kinds = self.context.kinds
        records: list[Record] = []
        try:
            with open_package(placing.paths(self.context, arrival)) as opened:
                for kind in opened.kinds():
                    lines = progress.each(opened.records(kind) if kind in kinds else ())
                    shaped = content.shaped(kinds, kind, lines, arrival.info.secrecy)
                    records += [content.to_record(kinds[kind], line) for line in shaped]
                snapshot = opened.snapshot()
            found = [_plain(one) for one in self.checks(records, snapshot, progress)]
            return (*_of_period(snapshot, arrival.info.period), *found)
        except (UserError, KeyError, TypeError, ValueError, AttributeError) as error:
            # signed is not the same as sane: a snapshot of any shape must not stop the centre
            said = i18n.fill(i18n.messages()["central_unchecked"]["vi"], {"why": str(error)[:200]})
            return ({"severity": "error", "rule": "", "error": said},)

    # -- small parts

    def _answered(self, taken: Taken) -> Taken:
        for one in taken.followed:
            self.acknowledge(one)
        row = taken.package
        if row is None or row.state == QUARANTINED:
            return taken
        return replace(taken, answer=self.acknowledge(row))

    def _refused(self, source: str, error: RefusedError) -> Taken:
        name = shown(source)
        with self.context.database.writing() as connection:
            events.add(
                self.context,
                connection,
                "refused",
                unit=error.unit,
                file=name,
                code=error.code,
                params=error.params,
            )
        return Taken("refused", name, error.unit, None, error.code, i18n.message(error.code, **error.params))

    def _ceiling(self, code: str) -> str:
        wanted = select(tables.unit.c.secrecy).where(tables.unit.c.code == code)
        with self.context.database.reading() as connection:
            return str(connection.execute(wanted).scalar())


def _plain(finding: Mapping[str, Any]) -> Mapping[str, Any]:
    """A finding as any database takes it: it may quote what the package holds."""
    return {name: events.plain(one) if isinstance(one, str) else one for name, one in finding.items()}


def _of_period(snapshot: Mapping[str, Any], period: str) -> tuple[Mapping[str, Any], ...]:
    """That the report inside is of another period than its package says."""
    code = str(snapshot["period"]["code"])
    if code == period:
        return ()
    said = {"found": shown(code), "period": period}
    error = i18n.fill(i18n.messages()["central_other_period"]["vi"], said)
    return ({"severity": "error", "rule": "snapshot", "error": error},)

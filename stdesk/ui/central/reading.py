"""What the pages show and do, as plain functions away from the window."""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from stdesk.central import answers, decisions, proposals, remarks, report
from stdesk.central.agency import Agency
from stdesk.central.answered import Answered, answered
from stdesk.central.answers import Given
from stdesk.central.doubles import Double
from stdesk.central.figures import Consolidated
from stdesk.central.model import Event, PackageRow, RegisteredUnit, Taken, UnitStatus
from stdesk.clock import local_date
from stdesk.domain.periods import Period, parse_period
from stdesk.domain.records import Record
from stdesk.errors import UserError, from_os_error
from stdesk.progress import Progress
from stdesk.services.documents import write

_DEEPEST = 3  # folders within the one chosen
_MOST_FILES = 5_000


@dataclass(frozen=True, slots=True)
class Overview:
    """Who has sent.

    Attributes:
        periods: to choose from. statuses: of every unit that owes a report or sent one.
        registered: how many units there are at all.
    """

    period: Period
    periods: tuple[Period, ...]
    statuses: tuple[UnitStatus, ...]
    registered: int


@dataclass(frozen=True, slots=True)
class UnitSeen:
    """A unit and everything it sent, newest first."""

    unit: RegisteredUnit
    packages: tuple[PackageRow, ...]


@dataclass(frozen=True, slots=True)
class PackageSeen:
    """A package with what others say about it.

    Attributes:
        doubles: its records that other units sent too. same: the pairs decided to be one work.
        answers: given to it, newest first. titles: record id -> title.
    """

    package: PackageRow
    doubles: tuple[Double, ...]
    same: frozenset[frozenset[tuple[str, str]]]
    answers: tuple[Answered, ...]
    titles: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class DoublesSeen:
    """Works that two units sent.

    Attributes:
        pairs: decided ones too. names: unit code -> name.
        same, apart: what was decided.
    """

    periods: tuple[Period, ...]
    pairs: tuple[Double, ...]
    names: Mapping[str, str]
    same: frozenset[frozenset[tuple[str, str]]]
    apart: frozenset[frozenset[tuple[str, str]]]

    def verdict(self, one: Double) -> str:
        """What was decided of a pair; "" = nothing yet."""
        if one.pair in self.same:
            return decisions.SAME
        return decisions.APART if one.pair in self.apart else ""


@dataclass(frozen=True, slots=True)
class FiguresSeen:
    """Figures of all units, and the periods to choose from."""

    periods: tuple[Period, ...]
    counted: Consolidated


# -- reading


def overview(agency: Agency, code: str, _progress: Progress) -> Overview:
    """Who has sent for a period."""
    period = parse_period(code)
    found = periods_of(agency, code)
    return Overview(period, found, agency.status(period), len(agency.registry.units()))


def periods_of(agency: Agency, code: str) -> tuple[Period, ...]:
    """Periods to choose from: those packages came for, this year's, and ``code``."""
    year = local_date(agency.clock()).year
    codes = {one.period for one in agency.packages()} | {code, str(year), f"{year}-H1", f"{year + 1}-KH"}
    found = []
    for one in codes:
        with suppress(UserError):
            found.append(parse_period(one))
    return tuple(sorted(found, key=lambda one: (one.end, one.code), reverse=True))


def unit_seen(agency: Agency, code: str, _progress: Progress) -> UnitSeen:
    """A unit and its packages."""
    found = agency.packages(unit=code)
    newest = sorted(found, key=lambda one: (one.taken_at, one.sequence), reverse=True)
    return UnitSeen(agency.registry.unit(code), tuple(newest))


def package_seen(agency: Agency, fingerprint: str, progress: Progress) -> PackageSeen:
    """A package, its doubles, its answers."""
    package = agency.package(fingerprint)
    twice: tuple[Double, ...] = ()
    titles: dict[str, str] = {}
    if package.merged:
        twice = tuple(proposals.doubles_of(agency, package.period, unit=package.unit, progress=progress))
        for one in progress.each(agency.records(package.period, unit=package.unit, withdrawn=True)):
            kind = one.record.kind
            if kind in agency.kinds:
                titles[one.record.id] = str(one.record.get(agency.kinds[kind].title) or "")
    same = _decided(agency, decisions.SAME)
    return PackageSeen(package, twice, same, answered(agency, fingerprint), titles)


def doubles_seen(agency: Agency, period: str, unit: str, progress: Progress) -> DoublesSeen:
    """Works that two units sent in a period; of ``unit`` alone when it is given."""
    found = proposals.doubles_of(agency, period, unit=unit, with_decided=True, progress=progress)
    names = {one.code: one.name for one in agency.registry.units()}
    same, apart = (_decided(agency, one) for one in (decisions.SAME, decisions.APART))
    return DoublesSeen(periods_of(agency, period), tuple(found), names, same, apart)


def _decided(agency: Agency, verdict: str) -> frozenset[frozenset[tuple[str, str]]]:
    return frozenset(frozenset(pair) for pair in agency.decided(verdict))


def sides(agency: Agency, one: Double, _progress: Progress) -> tuple[Record | None, Record | None]:
    """The two records of a pair as they were reported last."""
    found = [agency.record(*row.handle) for row in (one.one, one.other)]
    return found[0].record if found[0] else None, found[1].record if found[1] else None


def decide_double(agency: Agency, one: Double, verdict: str, _progress: Progress) -> str:
    """Keep what a person said of a pair."""
    agency.decide_doubles([(one.one.handle, one.other.handle)], verdict)
    return verdict


def figures_seen(agency: Agency, period: str, states: Sequence[str], progress: Progress) -> FiguresSeen:
    """The figures of all units."""
    counted = report.figures_of(agency, parse_period(period), tuple(states), progress=progress)
    return FiguresSeen(periods_of(agency, period), counted)


def write_report(
    agency: Agency, period: str, states: Sequence[str], folder: Path, progress: Progress
) -> list[Path]:
    """The report of all units in every format, as files in ``folder``."""
    made, _ = report.make(agency, parse_period(period), tuple(states), progress=progress)
    return write(made, folder)


def events(agency: Agency, _progress: Progress) -> tuple[Event, ...]:
    """The log, newest first."""
    return agency.events()


# -- packages in


def packages_in(chosen: Sequence[Path]) -> list[Path]:
    """The packages meant by files and folders: ZIPs and sealed files, in folders by name.

    Every file is looked at, also one that was looked at before: a person who plugs a stick in again is told so.

    Raises:
        UserError: a folder cannot be read.
    """
    found: list[Path] = []
    for path in chosen:
        found += sorted(_below(path)) if path.is_dir() else [path]
    return list(dict.fromkeys(found))[:_MOST_FILES]


def _below(folder: Path) -> list[Path]:
    found: list[Path] = []
    base = len(folder.parts)

    def refused(error: OSError) -> None:
        if Path(error.filename or "") == folder:
            raise from_os_error(error, folder) from error

    for here, folders, names in os.walk(folder, onerror=refused):
        if len(Path(here).parts) - base >= _DEEPEST or len(found) > _MOST_FILES:
            folders.clear()
        folders[:] = [one for one in folders if not one.startswith((".", "$"))]
        ends = (".zip", ".zip.age")
        found += [Path(here, one) for one in names if one.lower().endswith(ends) and not one.startswith(".")]
    return found


def take(agency: Agency, chosen: Sequence[Path], taken: list[Taken], progress: Progress) -> int:
    """Take every package of ``chosen``; each result is put into ``taken`` as soon as it is there.

    Returns how many there were.
    """
    paths = packages_in(chosen)
    for path in paths:
        progress.check()
        taken.append(agency.intake(path, progress))
    return len(paths)


def adopt(agency: Agency, fingerprint: str, reason: str, _progress: Progress) -> Taken:
    """A person decides that a package set aside is the unit's newest."""
    return agency.adopt(fingerprint, reason)


# -- answers out


def decide(
    agency: Agency,
    fingerprint: str,
    status: str,
    said: Sequence[Mapping[str, str]] | Path,
    note: str,
    by: str,
    progress: Progress,
) -> Given:
    """Accept or return a package.

    Args:
        said: lines as they were typed, named as in :mod:`stdesk.central.remarks`, or a workbook.
    """
    package = agency.package(fingerprint)
    if isinstance(said, Path) or not said:
        lines = said if isinstance(said, Path) else None
        return answers.decide(agency, package, status, lines=lines, note=note, by=by, progress=progress)
    with tempfile.TemporaryDirectory(prefix="stdesk-") as folder:  # private, and gone at once
        file = Path(folder, "lines.json")
        file.write_text(json.dumps(list(said), ensure_ascii=False), encoding="utf-8")
        return answers.decide(agency, package, status, lines=file, note=note, by=by, progress=progress)


def lines_in(agency: Agency, fingerprint: str, path: Path, progress: Progress) -> remarks.Remarks:
    """What a workbook says about a package."""
    return remarks.read_remarks(path, agency, agency.package(fingerprint), progress)


def write_lines(agency: Agency, fingerprint: str, path: Path, progress: Progress) -> Path:
    """A workbook of what the rules found, to be completed."""
    remarks.write_remarks(agency.package(fingerprint), agency.kinds, path, progress)
    return path


def put_answers(agency: Agency, given: Sequence[Given], folder: Path, progress: Progress) -> list[Path]:
    """Answers and their slips as files in ``folder``."""
    made: dict[str, bytes] = {}
    for one in progress.each(given):
        made[one.name] = one.raw
        made[one.name.removesuffix(".json") + ".pdf"] = answers.slip_of(agency, one.answer)
    return write(made, folder)


def put_last_answers(
    agency: Agency, fingerprints: Sequence[str], folder: Path, progress: Progress
) -> list[Path]:
    """The last answer to each of these packages, as files."""
    found = [answers.last_given(agency, agency.package(one)) for one in progress.each(fingerprints)]
    return put_answers(agency, [one for one in found if one is not None], folder, progress)


def slip(agency: Agency, given: Given, _progress: Progress) -> bytes:
    """The slip to print."""
    return answers.slip_of(agency, given.answer)

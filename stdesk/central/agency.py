"""The central agency at work: everything its command line and its window ask for, free of SQL.

``Agency.open(place)`` is all there is to it: ``registry`` knows units and keys, :meth:`Agency.intake` takes a
package, :meth:`Agency.records` reads what was merged, :meth:`Agency.answer` keeps an answer in its chain.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from pathlib import Path
from types import TracebackType
from typing import Any

from stdesk.central import answering, database, decisions, events, inbox, reading, status
from stdesk.central.context import Context
from stdesk.central.intake import Checker, Intake
from stdesk.central.model import (
    AnswerPlace,
    Event,
    MergedRecord,
    NewAnswer,
    PackageRow,
    StoredAnswer,
    Taken,
    UnitStatus,
)  # fmt: skip
from stdesk.central.registry import Registry
from stdesk.clock import Clock, system_clock
from stdesk.domain.kinds import Kinds, all_kinds
from stdesk.domain.periods import Period
from stdesk.errors import Exit, UserError, from_os_error
from stdesk.progress import Progress
from stdesk.text import clean

_MOST_NAME = 300  # characters of the centre's name in a roster


class Agency:
    """An open centre.

    Attributes:
        registry: units, their keys, the centre's keys, the roster.
        kinds, clock: as everywhere.
        folder: where packages are kept.
        checks: the rules a package is put to before it is merged; ``None`` = none are run, nothing is valid by itself.
        acknowledge: called after a package was merged or returned by itself, in no transaction: may write the
            automatic answer (with :meth:`answer`) and return its envelope. Called again for the same package
            as long as there is no answer, so that a stop in between loses none.

    :func:`stdesk.central.answers.connect` sets the last two as the program uses them.
    """

    def __init__(self, context: Context) -> None:
        self._context = context
        self.registry = Registry(context)
        self.checks: Checker | None = None
        self.acknowledge: Callable[[Agency, PackageRow], bytes | None] | None = None

    # -- making, opening, closing

    @classmethod
    def create(
        cls, place: str | Path, name: str, *, folder: Path | None = None, clock: Clock = system_clock,
        kinds: Kinds | None = None,
    ) -> Agency:  # fmt: skip
        """Make a centre called ``name`` and open it; its keys are made too.

        Args:
            place: "postgresql://…" of an empty database, or a folder or file for SQLite.
            folder: where packages are kept; beside the SQLite file, or in the person's data folder, by default.

        Raises:
            UserError: ``central_exists``; ``central_name``; what :func:`stdesk.central.database.connect` says.
        """
        name = clean(name)
        if not 0 < len(name) <= _MOST_NAME:
            raise UserError("central_name", Exit.USAGE, most=_MOST_NAME)
        folder = (folder or database.default_folder(place)).absolute()
        opened = database.connect(place, new=True)
        try:
            folder.mkdir(parents=True, exist_ok=True)
            database.create_tables(opened, name, folder)
            agency = cls(Context.of(opened, kinds or all_kinds(), clock))
            agency.registry.make_centre_keys()
        except OSError as error:
            opened.close()
            raise from_os_error(error, folder) from error
        except BaseException:
            opened.close()
            raise
        return agency

    @classmethod
    def open(cls, place: str | Path, *, clock: Clock = system_clock, kinds: Kinds | None = None) -> Agency:
        """Open the centre at ``place``.

        Raises:
            UserError: ``central_not_found``, ``central_newer``, ``central_unreachable``, ``central_no_driver``.
        """
        opened = database.connect(place)
        try:
            database.check_version(opened)
            return cls(Context.of(opened, kinds or all_kinds(), clock))
        except BaseException:
            opened.close()
            raise

    def close(self) -> None:
        """Give the database back."""
        self._context.database.close()

    def __enter__(self) -> Agency:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    @property
    def name(self) -> str:
        """The centre's name, as it stands in its answers."""
        return self._context.setting("name")

    @property
    def kinds(self) -> Kinds:
        """The kinds of record this program knows."""
        return self._context.kinds

    @property
    def clock(self) -> Clock:
        """The time."""
        return self._context.clock

    @property
    def folder(self) -> Path:
        """Where packages are kept."""
        return self._context.folder

    def setting(self, name: str, default: str = "") -> str:
        """A setting of the centre."""
        return self._context.setting(name, default)

    def put_setting(self, name: str, value: str) -> None:
        """Keep a setting of the centre ("name", "rotation_days", …)."""
        self._context.put_setting(name, value)

    # -- packages in

    def intake(self, path: Path, progress: Progress | None = None) -> Taken:
        """Take the package at ``path``: a ZIP, a sealed ``….zip.age`` (its header beside it), one bag of several.

        The file is copied, never moved. Verified whole and signed by the unit, it is merged in one transaction
        when it is next in the unit's order; see :class:`Taken` for everything else. The same package again
        changes nothing and gives the same answer. May be stopped and repeated at any time.

        Raises:
            UserError: only what stands in the way of looking at all: a file that cannot be read (exit 3),
                no room, the database out of reach. A refusal is no exception but an outcome.
            Cancelled.
        """
        return self._intake().take(path, progress or Progress())

    def intake_folder(
        self, folder: Path, progress: Progress | None = None, *, again: bool = False
    ) -> list[Taken]:
        """Take every finished package in ``folder`` and below that was not looked at before.

        Args:
            again: look again at those that were refused.
        """
        progress = progress or Progress()
        self._intake().settle(progress)
        return inbox.take_folder(self._context, folder, self.intake, progress, again=again)

    def watch(
        self,
        folder: Path,
        seen: Callable[[Taken], None],
        wait: Callable[[], bool],
        progress: Progress | None = None,
    ) -> None:
        """Take packages from ``folder`` as they come, until ``wait()`` (called between two looks) says no more."""
        progress = progress or Progress()
        while True:
            for one in self.intake_folder(folder, progress):
                seen(one)
            if not wait():
                return

    def adopt(self, fingerprint: str, reason: str) -> Taken:
        """Take a quarantined full package as the unit's newest although its place is wrong: a person decided.

        For a unit whose medium was lost for good, or that was restored from an old backup.

        Raises:
            UserError: ``central_no_package``; ``central_adopt_full`` for a delta; ``central_reason_missing``.
        """
        return self._intake().adopt(fingerprint, reason)

    def _intake(self) -> Intake:
        return Intake(self._context, self.checks, self._acknowledged)

    def _acknowledged(self, row: PackageRow) -> bytes | None:
        last = answering.last(self._context, row.fingerprint)
        if last is not None:
            return last.raw
        return self.acknowledge(self, row) if self.acknowledge else None

    # -- what is there

    def packages(
        self, period: str | None = None, unit: str | None = None, states: Collection[str] | None = None
    ) -> tuple[PackageRow, ...]:
        """Packages kept, by unit and order; those that wait last."""
        return reading.packages(self._context, period, unit, states)

    def package(self, which: str) -> PackageRow:
        """The package called by its fingerprint (or the first 12 or more of its digits) or its name.

        Raises:
            UserError: ``central_no_package``.
        """
        return reading.package(self._context, which)

    def records(
        self,
        period: str | None = None,
        kind: str | None = None,
        unit: str | None = None,
        *,
        withdrawn: bool = False,
        states: Collection[str] | None = None,
    ) -> Iterator[MergedRecord]:
        """Merged records by unit, kind and number.

        Args:
            period: as they were reported for it; ``None``: each record once, as it was reported last.
            withdrawn: those that were withdrawn too.
            states: only of packages in these states ("accepted").
        """
        return reading.records(self._context, period, kind, unit, withdrawn, states)

    def record(self, unit: str, record: str) -> MergedRecord | None:
        """One record of a unit as it was reported last."""
        return reading.record(self._context, unit, record)

    def same_titles(self, period: str | None = None) -> Iterator[tuple[MergedRecord, ...]]:
        """Groups of records of several units that have one kind and one folded title."""
        return reading.same_titles(self._context, period)

    def put_central_ids(self, ids: Mapping[tuple[str, str], str]) -> None:
        """Give records, called by (unit code, record id), the centre's own numbers."""
        reading.put_central_ids(self._context, ids)

    def status(self, period: Period) -> tuple[UnitStatus, ...]:
        """Where every unit stands with ``period``, units by code; those that owe no reports only if they sent."""
        return status.of_period(self._context, period)

    def events(self, *, most: int = 500, unit: str | None = None) -> tuple[Event, ...]:
        """The log, newest first."""
        return events.listed(self._context, most, unit)

    # -- answers out

    def answer(self, fingerprint: str, make: Callable[[AnswerPlace], NewAnswer]) -> StoredAnswer:
        """Keep an answer to a package: ``make`` is given its place in the chain and writes it.

        One transaction with the unit locked: numbers have no gaps, also when two answer at once. The package's
        state becomes the answer's status.

        Raises:
            UserError: ``central_no_package``; ``central_answer_quarantined``; ``central_answer_not_valid``
                (accepting what did not pass); ``central_answer_not_raised`` (a status is lowered, never raised
                again); whatever ``make`` raises. Nothing is kept then.
        """
        return answering.keep(self._context, fingerprint, make)

    def answers(self, fingerprint: str | None = None, unit: str | None = None) -> tuple[StoredAnswer, ...]:
        """Answers given, oldest first."""
        return answering.listed(self._context, fingerprint, unit)

    def log(self, outcome: str, code: str, **params: Any) -> None:
        """Write a line into the centre's log; ``code`` is of a sentence in ``resources/messages``."""
        with self._context.database.writing() as connection:
            events.add(self._context, connection, outcome, code=code, params=params)

    # -- doubles of several units

    def decide_doubles(self, pairs: Iterable[decisions.Pair], verdict: str, by: str = "") -> int:
        """Keep what a person decided of pairs of records, each called by (unit code, record id).

        Args:
            verdict: ``same``, ``apart``, or "" to take a decision back.

        Raises:
            UserError: ``central_verdict_unknown`` (exit 2).
        """
        return decisions.decide(self._context, pairs, verdict, by)

    def decided(self, verdict: str) -> tuple[decisions.Pair, ...]:
        """The pairs of which ``verdict`` was decided, sorted."""
        return decisions.decided(self._context, verdict)

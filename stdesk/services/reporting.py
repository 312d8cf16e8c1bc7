"""Freezing a period, and the documents made from what was frozen."""

from __future__ import annotations

import weakref
from collections.abc import Collection, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from stdesk import __version__
from stdesk.clock import Clock, timestamp
from stdesk.domain.periods import Period, before, belongs
from stdesk.domain.records import Changes, Record, State
from stdesk.domain.secrecy import ORDINARY, is_above
from stdesk.errors import Exit, UserError
from stdesk.progress import Progress
from stdesk.reports.comparison import FROZEN, LIBRARY, Last
from stdesk.reports.figures import with_explained
from stdesk.reports.snapshot import Snapshot, count_figures, make_snapshot, report_day
from stdesk.services import documents
from stdesk.services.copies import Copies
from stdesk.services.documents import DOCUMENT_NAMES, MAIN_DOCUMENTS
from stdesk.services.preparation import Preparation
from stdesk.services.readiness import Checked, Readiness, Stamp
from stdesk.services.release import REPORT, Releases
from stdesk.services.since import Changed, Item, Since
from stdesk.store.library import FrozenReport, Library, SignedCopy

if TYPE_CHECKING:
    from stdesk.reports.letters import PackageFacts

__all__ = [
    "DOCUMENT_NAMES",
    "MAIN_DOCUMENTS",
    "FrozenReport",
    "Item",
    "Last",
    "Reporting",
    "SignedCopy",
    "Since",
]

_DAMAGED = ("snapshot_missing", "snapshot_changed", "snapshot_damaged", "snapshot_newer")


@dataclass(frozen=True, slots=True)
class _Held:
    """Figures counted of what was checked, which they do not keep alive: those are all records of a library."""

    stamp: weakref.ref[Stamp]
    figures: Mapping[str, Any]
    last: Last | None

    def is_of(self, checked: Checked) -> bool:
        return self.stamp() is checked.stamp


class Reporting:
    """Reports of an open library."""

    def __init__(
        self, library: Library, clock: Clock, readiness: Readiness, preparation: Preparation, user: str,
        copies: Copies | None = None,
    ) -> None:  # fmt: skip
        self._library = library
        self._copies = copies or Copies()
        self._clock = clock
        self._readiness = readiness
        self._preparation = preparation
        self._user = user
        self._counted: tuple[object, Last | None] = (None, None)
        self._figures: _Held | None = None
        self._changes = Changed(library)

    # -- freezing ----------------------------------------------------------------------------

    def draft(self, period: Period, progress: Progress | None = None) -> Snapshot:
        """The report as it would be frozen now, marked as a trial; nothing is kept."""
        return self._snapshot(self._readiness.check(period, progress), trial=True, progress=progress)

    def freeze(
        self, period: Period, *, trial: bool = False, progress: Progress | None = None
    ) -> FrozenReport:
        """Freeze ``period``: one snapshot that everything that leaves is made from.

        Raises:
            UserError: ``freeze_blocked`` while something blocks or wants a reason, ``reopen_first`` when there
                is a submission that was not opened again, ``period_not_begun`` for a report of what has not
                begun, ``period_empty`` when there is nothing to report (none of these for a trial).
        """
        if not trial:
            self._check_time(period)
        checked = self._readiness.check(period, progress)
        if not trial:
            self._check_ready(checked)
        snapshot = self._snapshot(checked, trial=trial, progress=progress)
        return self._library.save_frozen(
            period.code, snapshot.submission, trial, snapshot.to_bytes(), snapshot.sha512,
            reason=snapshot.reopened, previous=snapshot.previous,
        )  # fmt: skip

    def reopen(self, period: Period, reason: str) -> Changes | None:
        """Open the newest submission of ``period`` again, so that the next one can be frozen.

        Returns:
            what was done; ``None`` when nothing was submitted yet, so that there is nothing to open.

        Raises:
            UserError: ``reopen_reason_missing`` without a reason.
        """
        newest = self._newest(period)
        return self._preparation.reopen(period, newest.submission + 1, reason) if newest else None

    def _check_time(self, period: Period) -> None:
        if not period.is_plan and period.start > report_day(self._clock()):
            raise UserError("period_not_begun", period=str(period.name), start=f"{period.start:%d/%m/%Y}")
        newest = self._newest(period)
        if newest and not self._preparation.read(period).reopened.get(newest.submission + 1):
            raise UserError("reopen_first", period=str(period.label), submission=str(newest.submission))

    def _check_ready(self, checked: Checked) -> None:
        period = checked.period
        prepared = self._preparation.read(period)
        planned = period.is_plan and (prepared.estimates or prepared.texts)
        if not checked.reported and not planned:
            raise UserError("period_empty", period=str(period.label))
        if checked.open:
            first = checked.open[0]
            raise UserError("freeze_blocked", n=len(checked.open), message=first.message, period=period.code)

    # -- what was frozen ---------------------------------------------------------------------

    def frozen(self, period: Period | None = None) -> list[FrozenReport]:
        """The frozen reports, oldest first, trials among them."""
        return self._library.frozen(period.code if period else None)

    def latest(self, period: Period, *, trial: bool = False) -> FrozenReport:
        """The newest frozen report of ``period``.

        Raises:
            UserError: ``not_frozen`` when there is none.
        """
        found = [one for one in self.frozen(period) if one.trial == trial]
        if not found:
            raise UserError("not_frozen", period=str(period.label), name=period.code)
        return found[-1]

    def read(self, report: FrozenReport) -> Snapshot:
        """The snapshot of a frozen report, its hash checked."""
        return Snapshot.from_bytes(self._library.read_frozen(report))

    def since(self, period: Period, progress: Progress | None = None) -> Since | None:
        """What is new, changed or gone since the newest submission of ``period``: work for the next one.

        What counts is what is handed in: a record saved without any difference has not changed.

        Returns:
            ``None`` when nothing was submitted yet.
        """
        report = self._newest(period)
        return self._changes.since(period, report, progress) if report is not None else None

    def keep_signed(self, report: FrozenReport, path: Path, progress: Progress | None = None) -> SignedCopy:
        """Take in the signed, stamped copy of a submission: any file, byte for byte. The same one again is nothing.

        Raises:
            UserError: ``signed_of_trial``; ``not_a_file``; ``attachment_empty``, ``attachment_too_big``; what
                the disk refused. Cancelled: it was stopped; nothing is left behind.
        """
        if report.trial:
            period = self._preparation.period(report.period)
            raise UserError("signed_of_trial", period=str(period.label))
        return self._library.keep_signed(report, path, progress)

    def signed(self, report: FrozenReport) -> list[SignedCopy]:
        """The signed copies of ``report``, oldest first; their content is checked by :meth:`check_signed`."""
        return self._library.signed(report)

    def check_signed(
        self, copy: SignedCopy, progress: Progress | None = None, *, plain: bool = False
    ) -> Path:
        """Where a signed copy can be opened by another program, its content checked; only to be read.

        Args:
            plain: of a locked library: that a readable copy lies on this computer until STDesk is closed
                was accepted.

        Raises:
            UserError: ``signed_copy_missing``; ``signed_copy_changed``; ``attachment_plain_copy``.
        """
        self._library.check_signed(copy, progress)
        if not self._library.locked:
            return copy.path
        if not plain:
            raise UserError("attachment_plain_copy", name=copy.name)
        with self._library.open_file(copy.file) as content:
            return self._copies.make(copy.name, content)

    def _newest(self, period: Period) -> FrozenReport | None:
        return next((one for one in reversed(self.frozen(period)) if not one.trial), None)

    # -- last year ---------------------------------------------------------------------------

    def base(self, period: Period) -> Snapshot | None:
        """What was handed in for the period that ``period`` is compared with; ``None`` when nothing was.

        A snapshot that is missing or is not what was frozen is not compared with.
        """
        earlier = self._earlier(period)
        report = self._newest(earlier) if earlier else None
        if report is not None:
            try:
                return self.read(report)
            except UserError as error:
                if error.code not in _DAMAGED:
                    raise
        return None

    def last(self, period: Period, progress: Progress | None = None) -> Last | None:
        """The figures ``period`` is compared with: as handed in, else counted from what the library holds today.

        Returns:
            ``None`` when there is nothing of that earlier period.
        """
        ceiling = self._library.settings.get("secrecy_ceiling") or ORDINARY
        progress = progress or Progress()
        records = []
        if self.base(period) is None:
            for record in progress.each(self._library.records(states=[State.COMPLETE])):
                if not is_above(record.secrecy, ceiling):
                    records.append(record)
        return self._last(period, records, progress)

    def _last(
        self, period: Period, library: Sequence[Record], progress: Progress | None = None
    ) -> Last | None:
        handed_in = self.base(period)
        if handed_in is not None:
            told = handed_in.period
            return Last(told["code"], told["label"], FROZEN, handed_in.sha512, handed_in.figures)
        earlier = self._earlier(period)
        return self._count(earlier, library, progress or Progress()) if earlier else None

    def _count(self, earlier: Period, library: Sequence[Record], progress: Progress) -> Last | None:
        """The figures of an earlier period, counted anew only when something was done since."""
        unit, now = self._unit(), self._clock()
        newest = self._library.history(limit=1)
        state = (earlier, newest[0].action if newest else 0, tuple(sorted(unit.items())), report_day(now))
        if self._counted[0] == state:
            return self._counted[1]
        kinds = self._library.kinds
        records = [one for one in progress.each(library) if belongs(kinds[one.kind], one, earlier)]
        last = None
        if records:
            counted = count_figures(
                period=earlier, unit=unit, frozen_at=timestamp(now), records=records, library=library,
                kinds=kinds, progress=progress,
            )  # fmt: skip
            last = Last(earlier.code, earlier.label.vi, LIBRARY, "", counted)
        self._counted = (state, last)
        return last

    def _earlier(self, period: Period) -> Period | None:
        with suppress(UserError):  # before the first year there is
            return self._preparation.period(before(period).code)
        return None

    # -- documents ---------------------------------------------------------------------------

    def documents(
        self,
        snapshot: Snapshot,
        formats: Collection[str] = MAIN_DOCUMENTS,
        progress: Progress | None = None,
        *,
        package: PackageFacts | None = None,
    ) -> dict[str, bytes]:
        """File name -> content of documents (:data:`DOCUMENT_NAMES`), from the snapshot alone.

        Args:
            package: what the delivery note says of the package; without it there are lines to fill in.

        Raises:
            UserError: ``report_holds_secret`` when a record in it was put above the ceiling since.
        """
        Releases(self._library).check_frozen(snapshot)
        kinds = self._library.kinds
        return {
            DOCUMENT_NAMES[one]: documents.render(one, snapshot, kinds, package, progress) for one in formats
        }

    def first_pages(self, snapshot: Snapshot) -> bytes:
        """The report as PDF without its annexes, for a quick first look. Raises ``report_holds_secret``."""
        Releases(self._library).check_frozen(snapshot)
        return documents.first_pages(snapshot, self._library.kinds)

    def write(
        self,
        snapshot: Snapshot,
        folder: Path,
        formats: Collection[str] = MAIN_DOCUMENTS,
        progress: Progress | None = None,
        *,
        package: PackageFacts | None = None,
        register: str | None = None,
    ) -> list[Path]:
        """Write documents of the report into ``folder``, all or none; returns where they lie.

        Args:
            register: number under which a report with something above ordinary secrecy leaves.

        Raises:
            UserError: ``register_number_wanted``; ``report_holds_secret``; ``format_unknown``; what the
                disk refused.
        """
        unknown = set(formats) - set(DOCUMENT_NAMES)
        if unknown or not formats:
            raise UserError(
                "format_unknown",
                Exit.USAGE,
                format=", ".join(sorted(unknown)),
                known=", ".join(DOCUMENT_NAMES),
            )
        made = self.documents(snapshot, formats, progress, package=package)
        self.let_go(snapshot, register, str(folder))
        return documents.write(made, folder)

    def let_go(self, snapshot: Snapshot, register: str | None, where: str) -> Changes:
        """Write down that a paper leaves, when something of it is above ordinary. Raises ``register_number_wanted``."""
        releases = Releases(self._library)
        return releases.register(register or None, REPORT, where, releases.of_snapshot(snapshot.records))

    # -- within ------------------------------------------------------------------------------

    def figures_of(self, checked: Checked, progress: Progress | None = None) -> Mapping[str, Any]:
        """The figures of what was checked; kept for the snapshot that is made of the same.

        Raises:
            Cancelled: ``progress`` was asked to stop.
        """
        return self._held(checked, progress).figures

    def _held(self, checked: Checked, progress: Progress | None) -> _Held:
        held = self._figures
        if held is None or not held.is_of(checked):
            last = self._last(checked.period, checked.library, progress)
            counted = count_figures(
                period=checked.period,
                unit=self._unit(),
                frozen_at=timestamp(self._clock()),
                records=checked.reported,
                library=checked.library,
                kinds=self._library.kinds,
                left_out=checked.left_out,
                last=last,
                progress=progress,
            )
            explained = sum(one.key in checked.reasons for one in checked.findings) if checked.reasons else 0
            held = _Held(weakref.ref(checked.stamp), with_explained(counted, explained), last)
            self._figures = held
        return held

    def _snapshot(self, checked: Checked, *, trial: bool, progress: Progress | None = None) -> Snapshot:
        period = checked.period
        newest = self._newest(period)
        held = self._held(checked, progress)
        return make_snapshot(
            counted=held.figures,
            period=period,
            submission=newest.submission + 1 if newest else 1,
            trial=trial,
            unit=self._unit(),
            frozen_at=timestamp(self._clock()),
            frozen_by=self._user,
            program=f"STDesk {__version__}",
            rule_hash=self._readiness.rule_set_hash(),
            records=checked.reported,
            library=checked.library,
            findings=checked.findings,
            reasons=checked.reasons,
            kinds=self._library.kinds,
            left_out=checked.left_out,
            prepared=self._preparation.read(period),
            last=held.last,
            previous=newest.sha512 if newest else "",
            progress=progress,
        )

    def _unit(self) -> Mapping[str, str]:
        private = ("mapping:", "reasons:", "views:", "report:")
        return {k: v for k, v in self._library.settings.all().items() if not k.startswith(private)}

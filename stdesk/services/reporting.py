"""Freezing a period, and the documents made from what was frozen."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from contextlib import suppress
from pathlib import Path

from stdesk import __version__, atomic
from stdesk.clock import Clock, timestamp
from stdesk.domain.kinds import Kinds
from stdesk.domain.periods import Period
from stdesk.errors import Exit, UserError, from_os_error
from stdesk.progress import Progress
from stdesk.reports.snapshot import Snapshot, make_snapshot
from stdesk.services.preparation import Preparation
from stdesk.services.readiness import Checked, Readiness
from stdesk.store.library import FrozenReport, Library

__all__ = ["DOCUMENT_NAMES", "FrozenReport", "Reporting"]

DOCUMENT_NAMES = {"pdf": "bao-cao.pdf", "docx": "bao-cao.docx", "xlsx": "phu-luc.xlsx"}

Render = Callable[[Snapshot, Kinds, Progress | None], bytes]


class Reporting:
    """Reports of an open library."""

    def __init__(
        self, library: Library, clock: Clock, readiness: Readiness, preparation: Preparation, user: str
    ) -> None:
        self._library = library
        self._clock = clock
        self._readiness = readiness
        self._preparation = preparation
        self._user = user

    def draft(self, period: Period, progress: Progress | None = None) -> Snapshot:
        """The report as it would be frozen now, marked as a trial; nothing is kept."""
        return self._snapshot(
            self._readiness.check(period, progress), submission=self._next(period), trial=True
        )

    def freeze(
        self, period: Period, *, trial: bool = False, progress: Progress | None = None
    ) -> FrozenReport:
        """Freeze ``period``: one snapshot that everything that leaves is made from.

        Raises:
            UserError: ``freeze_blocked`` while something blocks or wants a reason (not for a
                trial); ``period_empty`` when there is nothing to report.
        """
        checked = self._readiness.check(period, progress)
        if not checked.reported and not trial:
            raise UserError("period_empty", period=str(period.label))
        if checked.open and not trial:
            first = checked.open[0]
            raise UserError("freeze_blocked", n=len(checked.open), message=first.message, period=period.code)
        snapshot = self._snapshot(checked, submission=self._next(period), trial=trial)
        data = snapshot.to_bytes()
        return self._library.save_frozen(period.code, snapshot.submission, trial, data, snapshot.sha512)

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

    def documents(
        self,
        snapshot: Snapshot,
        formats: Collection[str] = tuple(DOCUMENT_NAMES),
        progress: Progress | None = None,
    ) -> dict[str, bytes]:
        """File name -> content of the report's documents, from the snapshot alone."""
        return {
            DOCUMENT_NAMES[one]: _renderer(one)(snapshot, self._library.kinds, progress) for one in formats
        }

    def write(
        self,
        snapshot: Snapshot,
        folder: Path,
        formats: Collection[str] = tuple(DOCUMENT_NAMES),
        progress: Progress | None = None,
    ) -> list[Path]:
        """Write the report's documents into ``folder``, all or none; returns where they lie."""
        unknown = set(formats) - set(DOCUMENT_NAMES)
        if unknown:
            raise UserError("format_unknown", Exit.USAGE, format=", ".join(sorted(unknown)))
        made = self.documents(snapshot, formats, progress)
        written: list[Path] = []
        new: list[Path] = []
        for name, content in made.items():
            target = folder / name
            fresh = not target.exists()
            try:
                folder.mkdir(parents=True, exist_ok=True)
                atomic.write_bytes(target, content)
            except BaseException as error:
                for one in new:  # a set of documents that is not whole would be taken for one
                    with suppress(OSError):
                        one.unlink()
                if isinstance(error, OSError):
                    raise from_os_error(error, target) from error
                raise
            new += [target] if fresh else []
            written.append(target)
        return written

    def _next(self, period: Period) -> int:
        done = [one.submission for one in self.frozen(period) if not one.trial]
        return max(done, default=0) + 1

    def _snapshot(self, checked: Checked, *, submission: int, trial: bool) -> Snapshot:
        return make_snapshot(
            period=checked.period,
            submission=submission,
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
            prepared=self._preparation.read(checked.period),
        )

    def _unit(self) -> Mapping[str, str]:
        private = ("mapping:", "reasons:", "views:", "report:")
        return {k: v for k, v in self._library.settings.all().items() if not k.startswith(private)}


def _renderer(form: str) -> Render:
    """Imported when needed: each brings a heavy library."""
    if form == "pdf":
        from stdesk.reports.pdf import render_pdf

        return render_pdf
    if form == "docx":
        from stdesk.reports.docx import render_docx

        return render_docx
    from stdesk.reports.xlsx import render_xlsx

    return render_xlsx

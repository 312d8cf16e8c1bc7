"""The data package for the centre: numbered, signed, sealed, written, verified, and every try remembered."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from stdesk import logs
from stdesk.clock import Clock, timestamp
from stdesk.domain.periods import Period
from stdesk.errors import UserError, from_os_error
from stdesk.i18n import message
from stdesk.package import medium
from stdesk.package.groupcheck import verify_whole
from stdesk.package.keys import PublicKey, SecretKey
from stdesk.package.roster import read_roster
from stdesk.package.verifier import Defect, Depth, Verification
from stdesk.package.writer import WrittenPackage
from stdesk.progress import Cancelled, Progress
from stdesk.services import succession
from stdesk.services.delta import Delta, Withdrawn
from stdesk.services.packing import Base, Carried, Frozen, Packing, withdrawn_line
from stdesk.services.placing import Handed, Shape, place
from stdesk.services.release import PACKAGE, Releases
from stdesk.services.reporting import FrozenReport, Reporting
from stdesk.services.roles import Roles
from stdesk.store.library import Library, PackageRow, SendingRow

__all__ = [
    "Base", "Carried", "Defect", "Depth", "Handed", "Handover", "PackageRow", "Preview", "SendingRow",
    "Verification", "Withdrawn", "WrittenPackage", "verify",
]  # fmt: skip

DONE, FAILED, STOPPED = "done", "failed", "stopped"
_NO_BASE = ("snapshot_missing", "snapshot_changed", "snapshot_damaged", "snapshot_newer")


class _Own(Protocol):
    @property
    def id(self) -> str: ...


class KeySource(Protocol):
    """Where keys come from (:class:`stdesk.services.keys.Keys`)."""

    def own(self) -> _Own:
        """The unit's own key, made at first use."""

    def secret(self) -> SecretKey:
        """The same, to sign with."""

    def recipients(self) -> Sequence[str]:
        """For whom packages are sealed (age); empty while nobody is known."""


@dataclass(frozen=True, slots=True)
class Preview:
    """What a package of a frozen report would carry.

    Attributes:
        report: it. made: its package when there is one already; the same would be made again.
        full, delta: what either would carry; ``delta`` ``None`` when there is no accepted base.
        base: the package a delta starts from. added, changed, withdrawn: of the delta.
        by_default: a delta is made unless something else is asked for.
        names: of the full package and of the delta.
        unfinished: name of the package that has to be made again first; "" for none.
    """

    report: FrozenReport
    made: PackageRow | None
    full: Carried
    delta: Carried | None
    base: Base | None
    added: int
    changed: int
    withdrawn: tuple[Withdrawn, ...]
    by_default: bool
    names: tuple[str, str]
    unfinished: str = ""


@dataclass(slots=True)
class _Try:
    """One try under way: what the log will say of it."""

    report: FrozenReport
    folder: Path
    name: str
    delta: bool
    sealed: bool
    medium: str
    row: PackageRow | None
    new: bool


class Handover:
    """Packages of an open library."""

    def __init__(
        self, library: Library, reporting: Reporting, keys: Callable[[], KeySource], clock: Clock, user: str
    ) -> None:
        self._library = library
        self._reporting = reporting
        self._keys = keys
        self._clock = clock
        self._user = user
        self._packing = Packing(library, reporting)

    # -- making -----------------------------------------------------------------------------------

    def pack(
        self,
        period: Period,
        folder: Path,
        *,
        trial: bool = False,
        delta: bool | None = None,
        seal: bool | None = None,
        most: int | None = None,
        recipients: Sequence[str] = (),
        keep_partial: bool = False,
        progress: Progress | None = None,
        register: str | None = None,
    ) -> Handed:
        """Make the package of the newest frozen report of ``period`` in ``folder``; see :meth:`pack_report`.

        Raises:
            UserError: ``not_frozen``; what :meth:`pack_report` raises.
        """
        report = self._reporting.latest(period, trial=trial)
        return self.pack_report(
            report, folder, delta=delta, seal=seal, most=most, recipients=recipients,
            keep_partial=keep_partial, progress=progress, register=register,
        )  # fmt: skip

    def pack_report(
        self,
        report: FrozenReport,
        folder: Path,
        *,
        delta: bool | None = None,
        seal: bool | None = None,
        most: int | None = None,
        recipients: Sequence[str] = (),
        keep_partial: bool = False,
        progress: Progress | None = None,
        register: str | None = None,
    ) -> Handed:
        """Make the package of a frozen report in ``folder``: numbered, signed, written, read back.

        There is one package for a report, or one full and one delta. Made again it is the same, byte for byte;
        only sealing differs, since nobody can seal the same twice. A try that fails or is stopped leaves
        nothing but its line in :meth:`sendings`. A trial has no number.

        Args:
            delta: only what changed since the accepted package; ``None``: as it was made before, else a
                delta when there is a base.
            seal: encrypt; ``None``: when somebody is known for whom.
            most: bytes one file may have; ``None`` asks the medium.
            recipients: for whom it is sealed beside those of the centre's roster (age).
            keep_partial: stopped, leave ``NAME.zip.part`` in ``folder``: the next try goes on with it.
            register: number under which a report with something above ordinary secrecy leaves.

        Raises:
            UserError: ``register_number_wanted``, ``approval_missing``, ``report_holds_secret``;
                ``delta_no_base``; ``package_accepted``, ``package_older_submission``,
                ``package_unfinished`` for a package that may not be made (again); ``package_remade_differs``,
                ``package_key_gone`` when it cannot be made as it was; ``seal_nobody``; what writing refuses.
            Cancelled: it was stopped.
        """
        progress = progress or Progress()
        volume = medium.volume_of(folder)
        readers = self._readers(seal, recipients)
        limit = volume.largest_file if most is None else most
        frozen = self._packing.read(report)
        releases = Releases(self._library)
        carried = releases.of_snapshot(frozen.snapshot.records)
        releases.check(register or None, carried)
        Roles(self._library, self._clock).check_approved(report)
        row, new, way = (None, False, None) if report.trial else self._row(frozen, delta, limit)
        name = row.name if row else frozen.name(delta=False)
        sent = _Try(report, folder, name, row is not None and row.delta, bool(readers),
                    volume.name or volume.system, row, new)  # fmt: skip
        with self._remembered(sent):
            key = self._secret(row.key_id if row else None)
            content = self._packing.content(frozen, row, key.public.id if key else "", progress, way)
            shape = Shape(content, key, (row.most if row else limit) or None, tuple(readers),
                          row.fingerprint if row else "", name, keep_partial)  # fmt: skip
            releases.register(register or None, PACKAGE, str(folder), carried)
            handed = place(shape, folder, self._library.folder, progress)
            self._done(sent, handed)
        logs.note("package", trial=report.trial, sealed=bool(readers))
        return handed

    def begin_again(self, reason: str = succession.BEGUN_AGAIN) -> None:
        """Begin a new row of packages, after a restore or when one that was interrupted cannot be finished."""
        succession.begin_line(self._library, reason)

    def _row(
        self, frozen: Frozen, delta: bool | None, limit: int | None
    ) -> tuple[PackageRow, bool, Delta | None]:
        """The package's line in the library, whether it is new, and of a new delta what it carries."""
        report = frozen.report
        made = self._made(report, delta)
        if made is not None and (made.done or not self._library.read_only):
            return made, False, None
        self._library.check_writable()
        self._check_may(report)
        base, way = self._way(frozen, delta)
        stands = succession.next_place(self._library)
        withdrawn = self._packing.with_reasons(way.withdrawn) if way else ()
        row = PackageRow(
            report.sha512,
            report.period,
            report.submission,
            way is not None,
            frozen.name(way is not None),
            "",
            stands.line,
            stands.sequence,
            stands.previous,
            base=base.row.fingerprint if base else "",
            base_receipt=base.receipt if base else "",
            withdrawn=tuple(withdrawn_line(one) for one in withdrawn),
            answers_upto=len(self._library.answers.taken()),
            key_id=self._keys().own().id,
            most=limit or 0,
        )
        return self._library.packages.add(row), True, way

    def _made(self, report: FrozenReport, delta: bool | None) -> PackageRow | None:
        """The package of ``report`` that is there already, of the kind asked for; the newest when any will do."""
        found = [self._library.packages.find(report, one) for one in (False, True) if delta in (None, one)]
        rows = [one for one in found if one is not None]
        return max(rows, key=lambda one: one.key, default=None)

    def _check_may(self, report: FrozenReport) -> None:
        """A package that is not there yet may be made only of what is still being handed in."""
        for row in self._library.packages.listed():
            if row.period != report.period:
                continue
            if row.submission > report.submission:
                raise UserError("package_older_submission", newer=str(row.submission), name=row.name)
            if row.submission == report.submission and self._packing.accepted(row):
                raise UserError("package_accepted", name=row.name)

    def _way(self, frozen: Frozen, delta: bool | None) -> tuple[Base | None, Delta | None]:
        report = frozen.report
        base = None if delta is False else self._packing.base(report.period, report.submission)
        if base is None:
            if delta:
                raise UserError("delta_no_base")
            return None, None
        try:
            return base, self._packing.delta(frozen, base.row.fingerprint)
        except UserError as error:
            if delta or error.code not in _NO_BASE:
                raise
            return None, None  # what was handed in then is damaged here: everything goes along

    def _readers(self, seal: bool | None, recipients: Sequence[str]) -> list[str]:
        if seal is False:
            return []
        known = list(dict.fromkeys([*self._keys().recipients(), *recipients]))
        if seal and not known:
            raise UserError("seal_nobody")
        return known

    def _secret(self, key_id: str | None) -> SecretKey | None:
        """The key to sign with: of a package its own, of a trial the present one if there is one."""
        if key_id is None:
            held = self._library.keys.own()
            return self._keys().secret() if held or not self._library.read_only else None
        stored = self._library.keys.find(key_id) if key_id else None
        if key_id and (stored is None or not stored.secret):
            raise UserError("package_key_gone", key=key_id)
        return SecretKey.parse(stored.secret) if stored else None

    # -- remembering ------------------------------------------------------------------------------

    @contextmanager
    def _remembered(self, sent: _Try) -> Iterator[None]:
        """Note how a try that does not get through ended, and forget the package it was to make."""
        try:
            yield
        except BaseException as error:
            outcome, detail = _ended(error, sent.folder)
            with suppress(UserError):  # what happened is what the person must hear of
                if sent.row is not None and sent.new:
                    self._library.packages.drop(sent.row)
                if not self._library.read_only:
                    self._library.packages.log(self._sending(sent, None, outcome, detail))
            raise

    def _done(self, sent: _Try, handed: Handed) -> None:
        if self._library.read_only:
            return
        sending = self._sending(sent, handed, DONE, "")
        if sent.row is not None:
            self._library.packages.settle(sent.row, handed.fingerprint, sending)
        else:
            self._library.packages.log(sending)

    def _sending(self, sent: _Try, handed: Handed | None, outcome: str, detail: str) -> SendingRow:
        report = sent.report
        return SendingRow(
            sent.name, report.period, report.submission, report.trial, timestamp(self._clock()), self._user,
            str(sent.folder), sent.medium, sent.sealed, handed.size if handed else 0,
            handed.sha512 if handed else "", outcome, detail,
            handed.fingerprint if handed else sent.row.fingerprint if sent.row else "", sent.delta,
        )  # fmt: skip

    def sendings(self, period: Period | None = None) -> list[SendingRow]:
        """Every try to make a package, also those that failed or were stopped, oldest first."""
        return self._library.packages.sendings(period.code if period else None)

    # -- looking ahead ----------------------------------------------------------------------------

    def base_of(self, period: Period, report: FrozenReport | None = None) -> Base | None:
        """The package a delta of ``report`` (by default of a next submission) starts from."""
        return self._packing.base(period.code, report.submission if report else 1 << 30)

    def preview(self, period: Period, *, trial: bool = False) -> Preview:
        """What a package of the newest frozen report of ``period`` would carry. Raises ``not_frozen``."""
        return self.preview_report(self._reporting.latest(period, trial=trial))

    def preview_report(self, report: FrozenReport) -> Preview:
        """The same for a frozen report already chosen."""
        frozen = self._packing.read(report)
        made = None if report.trial else self._made(report, None)
        base: Base | None = None
        way: Delta | None = None
        if not report.trial:
            base, way = self._way(frozen, None)
        withdrawn = self._packing.with_reasons(way.withdrawn) if way else ()
        last = self._library.packages.last()
        unfinished = last.name if last and not last.done and last != made else ""
        return Preview(
            report,
            made,
            self._packing.carried(frozen, frozen.snapshot.records),
            self._packing.carried(frozen, way.records, way.held) if way else None,
            base if way else None,
            way.added if way else 0,
            way.changed if way else 0,
            withdrawn,
            made.delta if made else way is not None,
            (frozen.name(delta=False), frozen.name(delta=True)),
            unfinished,
        )

    # -- verifying --------------------------------------------------------------------------------

    def verify(self, path: Path, depth: Depth = Depth.FULL, progress: Progress | None = None) -> Verification:
        """Verify a package with the keys this library knows: its own, and those of the centre's roster."""
        return verify(path, progress, depth=depth, keys=self.known_keys())

    def known_keys(self) -> dict[str, PublicKey]:
        """Key id -> key, of every own key, retired ones too, and of the units in the centre's roster."""
        found: dict[str, PublicKey] = {}
        roster = self._library.keys.roster()
        if roster is not None:
            with suppress(UserError):  # one that can no longer be read tells nothing
                found = {one.key.id: one.key for one in read_roster(roster.raw)[0].units}
        for own in self._library.keys.all():
            with suppress(UserError):
                found[own.key_id] = PublicKey.parse(own.public)
        return found


def verify(
    path: Path,
    progress: Progress | None = None,
    *,
    depth: Depth = Depth.FULL,
    keys: dict[str, PublicKey] | None = None,
) -> Verification:
    """Verify a package (ZIP) or an unzipped bag (folder), with the other bags of its group; every defect at once."""
    return verify_whole(path, progress, depth=depth, keys=keys)


def _ended(error: BaseException, folder: Path) -> tuple[str, str]:
    """How a try ended, and the sentence about it."""
    if isinstance(error, Cancelled | KeyboardInterrupt):
        return STOPPED, message("sending_stopped")
    if isinstance(error, UserError):
        return FAILED, str(error)
    if isinstance(error, OSError):
        return FAILED, str(from_os_error(error, error.filename or folder))
    return FAILED, message("sending_broke")

"""What the report page has done off the GUI thread."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from PySide6.QtPrintSupport import QPrinter

from stdesk import atomic
from stdesk.domain.kinds import Kinds
from stdesk.domain.periods import Period
from stdesk.domain.records import Changes
from stdesk.errors import UserError, from_os_error
from stdesk.i18n import ntr, tr
from stdesk.progress import Progress
from stdesk.services.desk import Desk
from stdesk.services.figures import Snapshot
from stdesk.services.reporting import DOCUMENT_NAMES, FrozenReport, SignedCopy, Since
from stdesk.services.roles import LEADER, Approval
from stdesk.ui.reporting.known import Drafted, gather
from stdesk.ui.reporting.pdf_pages import page_sizes
from stdesk.ui.reporting.printing import print_pdf
from stdesk.ui.roles.approve import Approving

_TRIES = 1000
REPORT, LETTER, NOTE = "pdf", "letter-pdf", "note-pdf"
"""What can be looked at, as :data:`DOCUMENT_NAMES` calls it."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is to be looked at, printed or saved.

    Attributes:
        code: of the period.
        report: the frozen report; ``None`` for the figures as they are now.
        document: :data:`REPORT`, :data:`LETTER` or :data:`NOTE`.
    """

    code: str
    report: FrozenReport | None
    document: str = REPORT


@dataclass(frozen=True, slots=True)
class Shown:
    """A document made ready for the screen.

    Attributes:
        wanted: what it is.
        snapshot: what it was made from.
        drafted: how long that took, when it was gathered for this.
        pdf, sizes: the document and its pages in points.
        whole: every page is there; otherwise the annexes are still to come.
    """

    wanted: Wanted
    snapshot: Snapshot
    drafted: Drafted | None
    pdf: bytes
    sizes: list[tuple[float, float]]
    whole: bool

    @property
    def report(self) -> FrozenReport | None:
        """The frozen report it is."""
        return self.wanted.report

    @property
    def trial(self) -> bool:
        """Its pages are marked THỬ."""
        return self.snapshot.trial


@dataclass(frozen=True, slots=True)
class PeriodState:
    """What is frozen of a period.

    Attributes:
        period: with the unit's own days.
        reports: newest first, trials among them.
        reopened: submission -> the reason why the one before was opened again.
        signed: hash of a report -> its signed copies.
        approvals: hash of a report -> the leaders' approvals. leaders: names of those with a code.
        approval_needed: no package is made of a report that nobody approved.
        lock: what to say before the newest submission is opened again; "" unless the centre accepted it.
    """

    period: Period
    reports: tuple[FrozenReport, ...]
    reopened: Mapping[int, str] = field(default_factory=dict)
    signed: Mapping[str, Sequence[SignedCopy]] = field(default_factory=dict)
    lock: str = ""
    approvals: Mapping[str, Sequence[Approval]] = field(default_factory=dict)
    leaders: tuple[str, ...] = ()
    approval_needed: bool = False

    @property
    def real(self) -> FrozenReport | None:
        """The newest submission."""
        return next((one for one in self.reports if not one.trial), None)

    @property
    def next(self) -> int:
        """Number of the submission that would be frozen now."""
        return max((one.submission for one in self.reports if not one.trial), default=0) + 1


def read_state(desk: Desk, code: str, progress: Progress) -> PeriodState:
    """What is frozen of the period ``code``."""
    progress.check()
    period = desk.preparation.period(code)
    reports = tuple(reversed(desk.reporting.frozen(period)))
    signed = {one.sha512: tuple(desk.reporting.signed(one)) for one in reports}
    lock = desk.answers.lock(period)
    approvals = {one.sha512: tuple(desk.roles.approvals(one)) for one in reports if not one.trial}
    known = desk.roles.known()
    leaders = tuple(one.name for one in known.holders if one.role == LEADER and one.sound)
    return PeriodState(
        period, reports, desk.preparation.read(period).reopened, signed, lock, approvals, leaders,
        known.approval_needed,
    )  # fmt: skip


def read_since(desk: Desk, code: str, progress: Progress) -> Since | None:
    """What changed since the newest submission of ``code``."""
    return desk.reporting.since(desk.preparation.period(code), progress)


def snapshot_of(
    desk: Desk, wanted: Wanted, held: Drafted | None, progress: Progress
) -> tuple[Snapshot, Drafted | None]:
    """The snapshot of ``wanted``: the frozen one, the draft that is ``held``, or a new draft."""
    if wanted.report is not None:
        progress.start(0, tr("Reading the frozen report"))
        return desk.reporting.read(wanted.report), None
    if held is not None:
        return held.snapshot, None
    progress.start(0, tr("Gathering the figures"))
    drafted = gather(desk, wanted.code, progress)
    return drafted.snapshot, drafted


def look_first(desk: Desk, wanted: Wanted, held: Drafted | None, progress: Progress) -> Shown:
    """The first pages, quickly; a letter or a note is whole at once."""
    snapshot, drafted = snapshot_of(desk, wanted, held, progress)
    progress.start(0, tr("Setting the pages"))
    if wanted.document != REPORT:
        pdf, whole = _document(desk, snapshot, wanted.document, progress), True
    else:
        pdf, whole = desk.reporting.first_pages(snapshot), False
    return Shown(wanted, snapshot, drafted, pdf, page_sizes(pdf), whole)


def look_whole(desk: Desk, wanted: Wanted, snapshot: Snapshot, progress: Progress) -> Shown:
    """Every page of the report."""
    progress.start(0, tr("Setting the annexes"))
    pdf = _document(desk, snapshot, wanted.document, progress)
    return Shown(wanted, snapshot, None, pdf, page_sizes(pdf), whole=True)


def make_whole(desk: Desk, wanted: Wanted, held: Drafted | None, progress: Progress) -> Shown:
    """Every page at once, to be printed without having been looked at."""
    snapshot, drafted = snapshot_of(desk, wanted, held, progress)
    progress.start(0, tr("Setting the pages"))
    pdf = _document(desk, snapshot, wanted.document, progress)
    return Shown(wanted, snapshot, drafted, pdf, page_sizes(pdf), whole=True)


def _document(desk: Desk, snapshot: Snapshot, form: str, progress: Progress) -> bytes:
    return desk.reporting.documents(snapshot, (form,), progress)[DOCUMENT_NAMES[form]]


def print_document(
    desk: Desk, shown: Shown, printer: QPrinter, progress: Progress, *, register: str | None = None
) -> int:
    """Print what is shown; what is above ordinary secrecy under the number ``register``."""
    desk.reporting.let_go(shown.snapshot, register, printer.outputFileName() or printer.printerName())
    return print_pdf(shown.pdf, printer, progress)


def freeze(desk: Desk, code: str, trial: bool, progress: Progress) -> FrozenReport:
    """Freeze the period ``code``."""
    progress.start(0, tr("Checking and freezing the figures"))
    return desk.reporting.freeze(desk.preparation.period(code), trial=trial, progress=progress)


def reopen(desk: Desk, code: str, reason: str, _progress: Progress) -> Changes | None:
    """Open the newest submission again for ``reason``."""
    return desk.reporting.reopen(desk.preparation.period(code), reason)


def keep_signed(desk: Desk, report: FrozenReport, path: Path, progress: Progress) -> SignedCopy:
    """Keep a signed, stamped copy with its report."""
    progress.start(0, tr("Keeping {file}", file=path.name))
    return desk.reporting.keep_signed(report, path, progress)


def approve(desk: Desk, typed: Approving, progress: Progress) -> Changes:
    """Write down that a leader approved a frozen report."""
    progress.check()
    return desk.roles.approve(typed.report, typed.name, typed.code, typed.note)


def check_signed(desk: Desk, copy: SignedCopy, plain: bool, progress: Progress) -> Path:
    """Where a signed copy can be opened, its content checked; of a locked library a readable copy, if ``plain``."""
    progress.start(0, tr("Checking {file}", file=copy.name))
    return desk.reporting.check_signed(copy, progress, plain=plain)


def save_documents(
    desk: Desk,
    wanted: Wanted,
    held: Drafted | None,
    formats: Sequence[str],
    folder: Path,
    progress: Progress,
    *,
    register: str | None = None,
) -> list[Path]:
    """Write documents into a folder of their own inside ``folder``.

    Args:
        register: the number under which what is above ordinary secrecy leaves.
    """
    snapshot, _ = snapshot_of(desk, wanted, held, progress)
    progress.start(0, tr("Making the documents"))
    target = _free(folder / folder_name(snapshot))
    return desk.reporting.write(snapshot, target, formats, progress=progress, register=register)


def write_for_word(
    desk: Desk, wanted: Wanted, held: Drafted | None, folder: Path, progress: Progress,
    *, register: str | None = None,
) -> Path:  # fmt: skip
    """Write the Word file for the person to go on with, and say where it lies.

    A file that is there already is never written over: when it is the very same it is taken, otherwise
    (the person edited it, or Word has it open) a new one gets a number behind its name.
    """
    snapshot, _ = snapshot_of(desk, wanted, held, progress)
    form = {REPORT: "docx", LETTER: "letter", NOTE: "note"}[wanted.document]
    progress.start(0, tr("Making the Word file"))
    content = _document(desk, snapshot, form, progress)
    desk.reporting.let_go(snapshot, register, DOCUMENT_NAMES[form])
    named = folder / folder_name(snapshot) / DOCUMENT_NAMES[form]
    for n in range(1, _TRIES):
        target = named if n == 1 else named.with_name(f"{named.stem}-{n}{named.suffix}")
        if not target.exists():
            try:
                target.parent.mkdir(parents=True, exist_ok=True)
                atomic.write_bytes(target, content)
            except OSError as error:
                raise from_os_error(error, target) from error
            return target
        with suppress(OSError):  # Word keeps it to itself: take the next name
            if target.read_bytes() == content:
                return target
    raise UserError("report_folder_full", folder=str(named.parent))


def folder_name(snapshot: Snapshot) -> str:
    """The folder of a report's documents: "Bao-cao-2026-lan-1"."""
    trial = "-THU" if snapshot.trial else ""
    return f"Bao-cao-{snapshot.period['code']}-lan-{snapshot.submission}{trial}"


def counted(snapshot: Snapshot, kinds: Kinds) -> str:
    """How many records of each kind a report is about: "12 ấn phẩm, 3 nhiệm vụ"."""
    parts = [
        f"{str(kinds[kind].plural).lower() if kind in kinds else kind}: {len(found)}"
        for kind, found in snapshot.records.items()
        if found
    ]
    if snapshot.left_out:
        parts.append(ntr("{n} secret item stays out", "{n} secret items stay out", snapshot.left_out))
    return "; ".join(parts)


def _free(wanted: Path) -> Path:
    """``wanted``, or with a number behind it when there is one already: nobody's edits are overwritten."""
    tries = (wanted if n == 1 else wanted.with_name(f"{wanted.name}-{n}") for n in range(1, _TRIES))
    return next((one for one in tries if not one.exists()), wanted)

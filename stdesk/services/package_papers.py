"""What is printed with a package: the delivery note in two copies, and the label of the stick.

Both say what was really written. They can be made again at any time from the log of sendings; then the list of
the files inside is left to the package's own manifest.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from stdesk.clock import local_date
from stdesk.domain.periods import parse_period
from stdesk.errors import UserError
from stdesk.progress import Progress
from stdesk.reports import pdf
from stdesk.reports.labels import A6, ON_SHEET, SHEET, LabelFacts, Size, render_labels
from stdesk.reports.letters import FileFacts, PackageFacts, build_note, receiver_of
from stdesk.reports.paper_head import marks_of, on_paper
from stdesk.services.desk import Desk
from stdesk.services.handover import SendingRow
from stdesk.services.reporting import FrozenReport

__all__ = [
    "A6",
    "ON_SHEET",
    "SHEET",
    "FileFacts",
    "PackageFacts",
    "Size",
    "Written",
    "facts_of_report",
    "facts_of_sending",
    "label",
    "label_name",
    "note",
    "note_name",
]

COPIES = ("Bản 1: bên giao giữ", "Bản 2: bên nhận giữ")


@dataclass(frozen=True, slots=True)
class Written:
    """A package that stands on a medium.

    Attributes:
        period, submission, trial: of its report.
        at: when it was written, UTC.
        facts: of its files.
        name: of the package, without extension.
        report: SHA-512 of the frozen report; "" takes the newest of that number.
    """

    period: str
    submission: int
    trial: bool
    at: str
    facts: PackageFacts
    name: str
    report: str = ""


def note(desk: Desk, written: Written, progress: Progress | None = None) -> bytes:
    """The delivery note as PDF, a copy for each side.

    Raises:
        UserError: ``not_frozen`` when the report is not in this library.
    """
    snapshot = desk.reporting.read(_report(desk, written))
    return pdf.render(build_note(snapshot, desk.kinds, written.facts), progress, copies=COPIES)


def label(
    desk: Desk, written: Written, size: Size = SHEET, *, first: int = 1, progress: Progress | None = None
) -> bytes:
    """The label as PDF.

    Args:
        first: on which label of a sheet, from 1.

    Raises:
        UserError: ``label_first``; ``not_frozen`` when the report is not in this library.
    """
    snapshot = desk.reporting.read(_report(desk, written))
    if progress:
        progress.check()
    settings = on_paper(snapshot)
    facts = written.facts
    main = facts.parts[0] if facts.parts else FileFacts(facts.name, facts.size, facts.sha512)
    one = LabelFacts(
        unit=settings.get("unit_name", ""),
        period=snapshot.period["label"],
        submission=written.submission,
        file=main.name,
        size=facts.size,
        sha512=main.sha512,
        day=_day(written.at),
        secrecy=marks_of(settings).secrecy,
        trial=written.trial,
        sealed=facts.sealed,
        receiver=receiver_of(snapshot),
        medium=settings.get("medium", ""),
        others=max(len(facts.parts) - 1, 0),
    )
    return render_labels([one], size, first=first)


def facts_of_sending(row: SendingRow) -> PackageFacts:
    """What the log of sendings knows of a package that was written."""
    ending = ".zip.age" if row.sealed else ".zip"
    return PackageFacts(f"{row.name}{ending}", row.size, row.sha512, sealed=row.sealed)


def facts_of_report(desk: Desk, report: FrozenReport) -> PackageFacts | None:
    """The newest package of ``report`` that was written; ``None`` before the first."""
    wanted = (report.submission, report.trial)
    for row in reversed(desk.handover.sendings(parse_period(report.period))):
        if row.outcome == "done" and (row.submission, row.trial) == wanted and row.at >= report.at:
            return facts_of_sending(row)
    return None


def note_name(written: Written) -> str:
    """What the file of the delivery note is called."""
    return f"phieu-giao-nhan-{written.name}.pdf"


def label_name(written: Written) -> str:
    """What the file of the label is called."""
    return f"nhan-{written.name}.pdf"


def _report(desk: Desk, written: Written) -> FrozenReport:
    period = parse_period(written.period)
    found = [
        one
        for one in desk.reporting.frozen(period)
        if (one.submission, one.trial) == (written.submission, written.trial)
        and written.report in ("", one.sha512)
    ]
    if not found:
        raise UserError("not_frozen", period=str(period.label), name=period.code)
    return found[-1]


def _day(at: str) -> date:
    return local_date(datetime.fromisoformat(at))

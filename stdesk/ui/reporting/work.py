"""What the report page has done off the GUI thread."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from stdesk.domain.periods import Period
from stdesk.i18n import tr
from stdesk.progress import Progress
from stdesk.services.desk import Desk
from stdesk.services.reporting import DOCUMENT_NAMES, FrozenReport
from stdesk.ui.reporting.pdf_pages import page_sizes

_TRIES = 1000


@dataclass(frozen=True, slots=True)
class Shown:
    """A report made ready for the screen.

    Attributes:
        report: the frozen report it is; ``None`` for a look at the figures as they are now.
        trial: its pages are marked THỬ.
        pdf, sizes: the document and its pages in points.
    """

    report: FrozenReport | None
    trial: bool
    pdf: bytes
    sizes: list[tuple[float, float]]


def frozen_reports(desk: Desk, period: Period, _progress: Progress) -> list[FrozenReport]:
    """The frozen reports of ``period``, newest first."""
    return list(reversed(desk.reporting.frozen(period)))


def look(desk: Desk, period: Period, report: FrozenReport | None, progress: Progress) -> Shown:
    """The PDF of ``report``, or of the figures as they are now."""
    if report is None:
        progress.start(0, tr("Gathering the figures"))
        snapshot = desk.reporting.draft(period, progress)
    else:
        snapshot = desk.reporting.read(report)
    progress.start(0, tr("Setting the pages"))
    pdf = desk.reporting.documents(snapshot, ("pdf",), progress)[DOCUMENT_NAMES["pdf"]]
    return Shown(report, snapshot.trial, pdf, page_sizes(pdf))


def freeze(desk: Desk, period: Period, trial: bool, progress: Progress) -> FrozenReport:
    """Freeze ``period``."""
    progress.start(0, tr("Checking and freezing the figures"))
    return desk.reporting.freeze(period, trial=trial, progress=progress)


def save_documents(
    desk: Desk, period: Period, report: FrozenReport | None, folder: Path, progress: Progress
) -> list[Path]:
    """Write PDF, Word and Excel into a folder of their own inside ``folder``."""
    progress.start(0, tr("Making PDF, Word and Excel"))
    snapshot = desk.reporting.read(report) if report else desk.reporting.draft(period, progress)
    name = f"Bao-cao-{snapshot.period['code']}-lan-{snapshot.submission}{'-THU' if snapshot.trial else ''}"
    return desk.reporting.write(snapshot, _free(folder / name), progress=progress)


def _free(wanted: Path) -> Path:
    """``wanted``, or with a number behind it when there is one already: nobody's edits are overwritten."""
    tries = (wanted if n == 1 else wanted.with_name(f"{wanted.name}-{n}") for n in range(1, _TRIES))
    return next((one for one in tries if not one.exists()), wanted)

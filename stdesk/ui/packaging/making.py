"""What the page asks of the desk, off the GUI thread: what a package would carry, and making it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from stdesk.clock import timestamp
from stdesk.i18n import message, tr
from stdesk.progress import Progress
from stdesk.services.desk import Desk
from stdesk.services.handover import Handed, Preview
from stdesk.services.package_papers import FileFacts, Written
from stdesk.services.reporting import FrozenReport
from stdesk.services.sealing import centre_of
from stdesk.ui.packaging.plan import Carried, Plan


@dataclass(frozen=True, slots=True)
class Wish:
    """What the officer chose; ``None`` leaves it to the desk.

    Attributes:
        delta: only what changed. seal: for the centre, which is called ``centre``.
        register: number under which what is above ordinary secrecy leaves.
    """

    delta: bool | None
    seal: bool | None
    centre: str = ""
    register: str | None = None


@dataclass(frozen=True, slots=True)
class Made:
    """A package that was written and read back.

    Attributes:
        paths: its files. codes: each with its size and check code.
        read_back: from the device itself. look_again: what to do where that was not possible; "" for nothing.
        written: for the papers. centre: for whom it is sealed.
    """

    paths: tuple[Path, ...]
    codes: tuple[FileFacts, ...]
    read_back: bool
    look_again: str
    written: Written
    centre: str

    @property
    def folder(self) -> Path:
        """Where it lies."""
        return self.paths[0].parent

    @property
    def files(self) -> list[tuple[Path, int]]:
        """Its files with their sizes."""
        return [(path, one.size) for path, one in zip(self.paths, self.codes, strict=True)]


def read_plan(desk: Desk, report: FrozenReport, progress: Progress) -> Plan:
    """What a package of ``report`` would carry, and for whom it can be sealed."""
    progress.check()
    seen = desk.handover.preview_report(report)
    return Plan(
        report=report,
        full=Carried(seen.full.records, seen.full.files, seen.full.size),
        delta=_delta(desk, seen),
        base=seen.base.row.submission if seen.base is not None else 0,
        names=seen.names,
        prefer_delta=seen.by_default,
        first=message("package_unfinished", name=seen.unfinished) if seen.unfinished else "",
        centre=centre_of(desk),
    )


def _delta(desk: Desk, seen: Preview) -> Carried | None:
    if seen.delta is None:
        return None
    kinds = {kind.name: str(kind.label) for kind in desk.kinds}
    named = []
    for one in seen.withdrawn:
        why = message(f"withdrawn_{one.reason}") if one.reason else ""
        title = one.title or tr("(no title shown)")
        named.append(f"{kinds.get(one.kind, one.kind)} {one.number}: {title}{f' – {why}' if why else ''}")
    carried = seen.delta
    return Carried(carried.records, carried.files, carried.size, seen.added, seen.changed, tuple(named))


def make(desk: Desk, report: FrozenReport, folder: Path, wish: Wish, progress: Progress) -> Made:
    """Write the package of ``report`` into ``folder`` and read it back.

    Raises:
        UserError, OSError: with what to do. Cancelled.
    """
    handed = desk.handover.pack_report(
        report, folder, delta=wish.delta, seal=wish.seal, keep_partial=True, progress=progress,
        register=wish.register,
    )  # fmt: skip
    return made_of(handed, report, wish.centre)


def made_of(handed: Handed, report: FrozenReport, centre: str) -> Made:
    """What the screen shows of a package that was handed over."""
    facts = handed.facts
    codes = facts.parts or (FileFacts(handed.path.name, handed.size, handed.sha512),)
    device = handed.read_back == "device"
    now = timestamp(datetime.now(UTC))
    return Made(
        paths=handed.paths,
        codes=codes,
        read_back=device,
        look_again="" if device else message("medium_look_again"),
        written=Written(
            report.period, report.submission, report.trial, now, facts, handed.name, report.sha512
        ),
        centre=centre,
    )

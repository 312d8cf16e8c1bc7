"""A list taken elsewhere as it is seen: to a file, or to paper through a PDF."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from PySide6.QtCore import QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QApplication, QWidget

from stdesk.domain.dates import show
from stdesk.i18n import ntr, tr
from stdesk.progress import Progress
from stdesk.services.catalogue import ListQuery
from stdesk.services.desk import Desk
from stdesk.services.lists import SUFFIXES, Printed
from stdesk.ui.choose import choose
from stdesk.ui.records.acts import ActPlace
from stdesk.ui.roles.register import RegisterStrip
from stdesk.ui.session import Message, Session, Tone
from stdesk.ui.tasks import Task
from stdesk.ui.widgets.progress_strip import ProgressStrip


@dataclass(frozen=True, slots=True)
class Taken:
    """What is taken: the chosen rows where more than one is chosen, else all that are listed."""

    query: ListQuery
    keys: tuple[int, ...]
    columns: tuple[str, ...]
    target: Path
    notes: tuple[str, ...] = ()

    def rows(self, desk: Desk) -> Sequence[int]:
        """Their keys, in the list's order."""
        return self.keys if len(self.keys) > 1 else desk.catalogue.ids(self.query)


@dataclass(frozen=True, slots=True)
class Written:
    """What was written, in words, and where."""

    path: Path
    text: str


def write_file(desk: Desk, taken: Taken, progress: Progress, *, register: str | None = None) -> Written:
    """Export the list; what is above ordinary secrecy under the number ``register``."""
    kind, rows = taken.query.kind, taken.rows(desk)
    done = desk.lists.export(kind, rows, taken.columns, taken.target, progress, register=register)
    return Written(taken.target, _said(done.written, done.left_out, done.shortened))


def write_paper(desk: Desk, taken: Taken, progress: Progress, *, register: str | None = None) -> Printed:
    """Make the PDF of the list; what is above ordinary secrecy under the number ``register``."""
    keys = taken.rows(desk)
    notes = [*taken.notes, ntr("{n} record", "{n} records", len(keys))]
    return desk.lists.print(
        taken.query.kind, keys, taken.columns, taken.target, notes, progress, register=register
    )


def export_list(place: ActPlace) -> None:
    """Write what the list shows to a workbook or a CSV file."""
    target = _ask(place, tr("Export the list"), SUFFIXES[0], tr("Excel workbook (*.xlsx);;CSV (*.csv)"))
    if target is None:
        return
    work = partial(write_file, place.session.desk, Taken(place.query, place.keys, place.columns, target))
    _run(place, work, partial(_exported, place.session), None)


def print_list(place: ActPlace) -> None:
    """Make a PDF of what the list shows and open it, ready to be printed."""
    target = _ask(place, tr("Print the list"), ".pdf", tr("PDF (*.pdf)"))
    if target is None:
        return
    session = place.session
    words: tuple[str, ...] = getattr(place, "words", ())
    day = tr("Printed on {day}", day=show(session.desk.today().isoformat()))
    notes = (*(("; ".join(words),) if words else ()), day)
    work = partial(write_paper, session.desk, Taken(place.query, place.keys, place.columns, target, notes))
    _run(place, work, partial(_printed, session), None)


def _run(
    place: ActPlace, work: Callable[..., Any], then: Callable[[Any], None], register: str | None
) -> None:
    """Do it; when it wants a register number, ask for one where the list shows that, and do it again."""
    session = place.session
    task = session.runner.run(session, partial(work, register=register), slow=True)
    task.finished.connect(then)
    task.failed.connect(partial(_failed, place, work, then))
    task.cancelled.connect(lambda: session.say(tr("Stopped. Nothing was changed.")))
    _follow(place, task)


def _failed(
    place: ActPlace, work: Callable[..., Any], then: Callable[[Any], None], error: BaseException
) -> None:
    strip = getattr(place, "register", None)
    again = partial(_run, place, work, then)
    if not (isinstance(strip, RegisterStrip) and strip.takes(error, again)):
        place.session.say_error(error)


def _ask(place: ActPlace, title: str, suffix: str, pattern: str) -> Path | None:
    day = place.session.desk.today().isoformat()
    target = choose.save_file(_window(), title, f"{place.kind.name}-{day}{suffix}", pattern)
    if target is None:
        return None
    return target if target.suffix else target.with_suffix(suffix)


def _window() -> QWidget:
    return QApplication.activeWindow() or QApplication.topLevelWidgets()[0]


def _follow(place: ActPlace, task: Task) -> None:
    strip = getattr(place, "strip", None)
    if isinstance(strip, ProgressStrip):
        strip.follow(task)


def _exported(session: Session, written: Written) -> None:
    folder = written.path.parent
    text = tr("Written to {path}: {what}", path=str(written.path), what=written.text)
    session.said.emit(Message(text, Tone.DONE, tr("Open the folder"), partial(_open, folder)))


def _printed(session: Session, printed: Printed) -> None:
    text = tr(
        "Ready to be printed, {path}: {what}",
        path=str(printed.path),
        what=_said(printed.rows, printed.left_out),
    )
    session.said.emit(Message(text, Tone.DONE, tr("Open again"), partial(_open, printed.path)))
    _open(printed.path)


def _said(rows: int, left_out: int, shortened: int = 0) -> str:
    parts = [ntr("{n} row", "{n} rows", rows)]
    if left_out:
        parts.append(ntr("{n} secret record left out", "{n} secret records left out", left_out))
    if shortened:
        parts.append(ntr("{n} long text shortened", "{n} long texts shortened", shortened))
    return ", ".join(parts)


def _open(path: Path) -> None:
    QDesktopServices.openUrl(QUrl.fromLocalFile(str(path)))

"""The list of findings to a file the person chooses."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from pathlib import Path

from PySide6.QtCore import QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QWidget

from stdesk.domain.rules.core import Finding
from stdesk.i18n import ntr, tr
from stdesk.progress import Progress
from stdesk.services.desk import Desk
from stdesk.services.readiness import Checked
from stdesk.ui.choose import choose
from stdesk.ui.session import Message, Session, Tone
from stdesk.ui.widgets.progress_strip import ProgressStrip


def export_findings(
    owner: QWidget, session: Session, checked: Checked, only: Sequence[Finding], strip: ProgressStrip
) -> None:
    """Ask for a file and write ``only`` these findings to it; the message offers to open it."""
    if not only:
        session.say(tr("There is nothing to write: the list is empty."), Tone.INFO)
        return
    proposed = f"can-sua-{checked.period.code}.xlsx"
    target = choose.save_file(owner.window(), tr("Write the findings to a file"), proposed, "Excel (*.xlsx)")
    if target is None:
        return
    if target.suffix.lower() != ".xlsx":
        target = target.with_name(f"{target.name}.xlsx")
    again = partial(_run, owner, session, checked, only, target, strip)
    again()


def _run(
    owner: QWidget,
    session: Session,
    checked: Checked,
    only: Sequence[Finding],
    target: Path,
    strip: ProgressStrip,
) -> None:
    work = partial(_write, session.desk, checked, tuple(only), target)
    again = partial(_run, owner, session, checked, only, target, strip)
    strip.follow(session.run(owner, work, partial(_told, session, target), slow=True, again=again))


def _write(
    desk: Desk, checked: Checked, only: Sequence[Finding], target: Path, progress: Progress
) -> tuple[int, int]:
    done = desk.findings.export(checked, target, progress, only=only)
    return done.written, done.left_out


def _told(session: Session, target: Path, done: tuple[int, int]) -> None:
    written, left_out = done
    text = ntr("{n} finding written to {file}", "{n} findings written to {file}", written, file=target.name)
    if left_out:
        text += "  ·  " + ntr("{n} secret item stays out", "{n} secret items stay out", left_out)
    session.said.emit(Message(text, Tone.DONE, tr("Open the file"), partial(_open, target)))


def _open(target: Path) -> None:
    QDesktopServices.openUrl(QUrl.fromLocalFile(str(target)))

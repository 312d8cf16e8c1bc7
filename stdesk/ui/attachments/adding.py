"""Files from the person's hands into the library: dropped, pasted, chosen."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from PySide6.QtCore import QMimeData, Qt
from PySide6.QtGui import QDropEvent, QImage
from PySide6.QtWidgets import QWidget

from stdesk.errors import from_os_error
from stdesk.i18n import ntr, tr
from stdesk.progress import Progress
from stdesk.services.attachments import Added, Attachments
from stdesk.services.guard import Guard, Warned
from stdesk.ui.session import Session, Tone
from stdesk.ui.tasks import Task

Items = list[dict[str, Any]]
_SAID = 2  # sentences of one kind in the message bar


def paths_in(data: QMimeData) -> list[Path]:
    """The files of this computer in a drag or on the clipboard."""
    return [Path(url.toLocalFile()) for url in data.urls() if url.isLocalFile()] if data.hasUrls() else []


def picture_in(data: QMimeData) -> QImage | None:
    """The picture on the clipboard, when there is one and no file."""
    picture = data.imageData() if data.hasImage() and not paths_in(data) else None
    return picture if isinstance(picture, QImage) and not picture.isNull() else None


def holds_files(data: QMimeData) -> bool:
    """Whether there is something to attach."""
    return bool(paths_in(data)) or data.hasImage()


def take_as_copy(event: QDropEvent) -> None:
    """Accept a drop so that the program it comes from never takes the original away."""
    copy = event.possibleActions() & Qt.DropAction.CopyAction
    event.setDropAction(Qt.DropAction.CopyAction if copy else Qt.DropAction.IgnoreAction)
    event.accept()


def add_from(
    session: Session, owner: QWidget, data: QMimeData, record_id: str, then: Callable[[Items], None]
) -> Task | None:
    """Take the files, or else the picture, of a drop or of the clipboard; ``None`` when there are none."""
    if paths := paths_in(data):
        return add_paths(session, owner, paths, record_id, then)
    picture = picture_in(data)
    if picture is None:
        session.say(tr("There is no file and no picture on the clipboard."))
        return None
    name = tr("Pasted picture {day}", day=session.desk.today().strftime("%d-%m-%Y"))
    work = partial(_add_picture, session.desk.attachments, picture, name, record_id)
    return session.run(owner, work, partial(_added, session, then))


def add_paths(
    session: Session, owner: QWidget, paths: Sequence[Path], record_id: str, then: Callable[[Items], None]
) -> Task:
    """Copy files into the library; ``then`` gets their items. What was refused or is held already is said."""
    work = partial(_add, session.desk.attachments, list(paths), record_id)
    return session.run(owner, work, partial(_added, session, then))


def _add(attachments: Attachments, paths: list[Path], record_id: str, progress: Progress) -> Added:
    return attachments.add(paths, progress, record_id=record_id)


def _add_picture(
    attachments: Attachments, picture: QImage, name: str, record_id: str, progress: Progress
) -> Added:
    with tempfile.TemporaryDirectory(prefix="stdesk-") as folder:
        path = Path(folder) / f"{name}.png"
        if not picture.save(str(path), "PNG"):  # type: ignore[call-overload]
            raise from_os_error(OSError(tr("the picture could not be written")), path)
        return attachments.add([path], progress, record_id=record_id)


def _added(session: Session, then: Callable[[Items], None], added: Added) -> None:
    then(list(added.items))
    parts = [one.why for one in added.refused[:_SAID]]
    left = len(added.refused) - _SAID
    if left > 0:
        parts.append(ntr("{n} more file was not taken.", "{n} more files were not taken.", left))
    for held in added.held[:_SAID]:
        use = held.uses[0]
        parts.append(
            tr(
                "“{name}” is attached to “{title}” (no. {n}) already.",
                name=held.name,
                title=use.title or "—",
                n=str(use.number),
            )
        )
    if parts:
        session.say(" ".join(parts), Tone.WARN)
    if added.items:
        task = session.runner.run(session, partial(_look, session.desk.guard, added.items), beside=True)
        task.finished.connect(partial(_warn, session, " ".join(parts)))


def _look(guard: Guard, items: Sequence[Mapping[str, Any]], progress: Progress) -> list[Warned]:
    return guard.look_files(items, progress)


def _warn(session: Session, before: str, found: list[Warned]) -> None:
    """Say what the first pages look like, after what was said of the files already."""
    if found:
        told = " ".join(f"{one.field}: {one.said}" for one in found[:_SAID])
        session.say(f"{before} {told}".strip(), Tone.WARN)


def new_items(before: Sequence[Any], items: Items) -> tuple[Any, ...]:
    """``before`` with those of ``items`` that are not in it yet."""
    known = {one.get("file") for one in before}
    added = []
    for item in items:
        if item["file"] not in known:
            known.add(item["file"])
            added.append(item)
    return (*before, *added)

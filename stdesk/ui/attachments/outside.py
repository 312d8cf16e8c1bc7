"""Files of the library opened by another program: of a locked library only after saying what that leaves."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject

from stdesk.errors import UserError
from stdesk.i18n import tr
from stdesk.progress import Progress
from stdesk.services.attachments import Attachments
from stdesk.ui.session import Message, Session, Tone
from stdesk.ui.tasks import Task

PLAIN = "attachment_plain_copy"


def open_copy(
    session: Session, owner: QObject, item: Mapping[str, Any], opened: Callable[[Path], None], *,
    plain: bool = False,
) -> Task:  # fmt: skip
    """Have a copy of an attachment made, then give its path to ``opened``.

    Of a locked library the message bar says first that the copy can be read, and offers to make it.
    """
    work = partial(_copy_out, session.desk.attachments, dict(item), plain)
    task = session.runner.run(owner, work, beside=True)
    task.finished.connect(opened)
    anyway = partial(open_copy, session, owner, item, opened, plain=True)
    task.failed.connect(partial(ask_or_say, session, anyway))
    return task


def ask_or_say(session: Session, anyway: Callable[[], object], error: BaseException) -> None:
    """Say ``error``; when it is that a readable copy would be made, offer ``anyway``."""
    if isinstance(error, UserError) and error.code == PLAIN:
        session.said.emit(Message(str(error), Tone.WARN, tr("Make a readable copy and open it"), anyway))
    else:
        session.say_error(error)


def _copy_out(attachments: Attachments, item: Mapping[str, Any], plain: bool, _progress: Progress) -> Path:
    return attachments.open_copy(item, plain=plain)

"""The documents made from a snapshot, each by its renderer, and written as a set."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import ExitStack, suppress
from pathlib import Path
from typing import TYPE_CHECKING

from stdesk import atomic
from stdesk.domain.kinds import Kinds
from stdesk.errors import Exit, UserError, from_os_error
from stdesk.progress import Progress
from stdesk.reports.snapshot import Snapshot

if TYPE_CHECKING:
    from stdesk.reports.document import Document
    from stdesk.reports.letters import PackageFacts

DOCUMENT_NAMES = {
    "pdf": "bao-cao.pdf",
    "docx": "bao-cao.docx",
    "xlsx": "phu-luc.xlsx",
    "letter": "cong-van.docx",
    "letter-pdf": "cong-van.pdf",
    "note": "phieu-giao-nhan.docx",
    "note-pdf": "phieu-giao-nhan.pdf",
}
"""What can be made of a snapshot: the report, its annexes, the covering letter, the delivery note."""

MAIN_DOCUMENTS = ("pdf", "docx", "xlsx")
"""What is made unless something else is asked for, and what a package carries."""


def render(
    form: str, snapshot: Snapshot, kinds: Kinds, package: PackageFacts | None, progress: Progress | None
) -> bytes:
    """One document of :data:`DOCUMENT_NAMES`; its renderer is imported now, since it brings a heavy library.

    Args:
        package: what the delivery note says of the package; without it there are lines to fill in.
    """
    if form == "xlsx":
        from stdesk.reports.xlsx import render_xlsx

        return render_xlsx(snapshot, kinds, progress)
    document = _document(form.partition("-")[0], snapshot, kinds, package)
    if form.endswith("pdf"):
        from stdesk.reports import pdf

        return pdf.render(document, progress)
    from stdesk.reports import docx

    return docx.render(document, progress)


def first_pages(snapshot: Snapshot, kinds: Kinds) -> bytes:
    """The report as PDF without its annexes."""
    from stdesk.reports import pdf
    from stdesk.reports.document import build_document

    return pdf.render(build_document(snapshot, kinds, annexes=False), annexes=False)


def _document(what: str, snapshot: Snapshot, kinds: Kinds, package: PackageFacts | None) -> Document:
    if what == "letter":
        from stdesk.reports.letters import build_letter

        return build_letter(snapshot, kinds, package)
    if what == "note":
        from stdesk.reports.letters import build_note

        return build_note(snapshot, kinds, package)
    from stdesk.reports.document import build_document

    return build_document(snapshot, kinds)


def write(made: Mapping[str, bytes], folder: Path) -> list[Path]:
    """Write ``made`` (file name -> content) into ``folder``, all or none; returns where they lie.

    A set of which some files are old and some new would be taken for a whole one: when a file cannot be
    replaced (Word has it open, the disk is full), those already replaced get their old content back.

    Raises:
        UserError: what the disk refused, naming the file.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except FileExistsError as error:
        raise UserError("not_a_folder", Exit.ENVIRONMENT, path=str(folder)) from error
    except OSError as error:
        raise from_os_error(error, folder) from error
    with ExitStack() as whole:
        for name, content in made.items():
            target = folder / name
            try:
                whole.callback(_put_back, target, _held(target))
                atomic.write_bytes(target, content)
            except PermissionError as error:
                if target.exists():
                    raise UserError("document_open", Exit.ENVIRONMENT, path=str(target)) from error
                raise from_os_error(error, target) from error
            except OSError as error:
                raise from_os_error(error, target) from error
        whole.pop_all()
    return [folder / name for name in made]


def _held(target: Path) -> bytes | None:
    """What lies at ``target`` before it is written over; ``None``: nothing."""
    try:
        return target.read_bytes()
    except FileNotFoundError:
        return None


def _put_back(target: Path, content: bytes | None) -> None:
    with suppress(OSError):
        if content is None:
            target.unlink(missing_ok=True)
        elif target.read_bytes() != content:  # the one that was refused is as it was
            atomic.write_bytes(target, content)

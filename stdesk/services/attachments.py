"""Files of records: taken in, looked at, found in folders, checked."""

from __future__ import annotations

import contextlib
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any, BinaryIO

from stdesk import text
from stdesk.domain import media
from stdesk.domain.fields import FieldType, Values
from stdesk.domain.kinds import Kind
from stdesk.domain.records import Changes, State
from stdesk.errors import UserError, from_os_error
from stdesk.exchange.first_page import Proposal, propose, read_first_page
from stdesk.exchange.foreign import Foreign, foreign
from stdesk.exchange.pdf_pages import DrawnPage, PdfPages, draw_page, look
from stdesk.exchange.pictures import Picture, read_picture
from stdesk.i18n import tr
from stdesk.progress import Progress
from stdesk.services.copies import Copies, safe_name
from stdesk.services.file_scan import Found, Scan, title_of_file
from stdesk.services.file_scan import find_copies as _find_copies
from stdesk.services.file_scan import scan as _scan
from stdesk.store.files import LARGEST, FileUse, kind_of
from stdesk.store.library import Library, Work

__all__ = [
    "LARGEST", "PDF", "Added", "Attachments", "Choice", "DrawnPage", "FileUse", "Foreign", "Found", "Held", "PdfPages",
    "Picture", "Proposal", "Proposed", "Refused", "Report", "Scan", "draw_page", "is_picture", "is_runnable", "look",
    "read_picture", "safe_name",
]  # fmt: skip

is_picture = media.is_picture
is_runnable = media.is_runnable
PDF, PLAIN = media.PDF, media.PLAIN


@dataclass(frozen=True, slots=True)
class Held:
    """A file whose very content records have already."""

    name: str
    uses: tuple[FileUse, ...]


@dataclass(frozen=True, slots=True)
class Refused:
    """A file that was not taken, and why in words."""

    name: str
    why: str


@dataclass(frozen=True, slots=True)
class Added:
    """Files taken into the library.

    Attributes:
        items: one for each, for a field of files.
        held: those that other records have too. refused: those not taken.
    """

    items: tuple[dict[str, Any], ...] = ()
    held: tuple[Held, ...] = ()
    refused: tuple[Refused, ...] = ()


@dataclass(frozen=True, slots=True)
class Proposed:
    """What a file's first page proposes, or why there is nothing to propose."""

    proposals: tuple[Proposal, ...] = ()
    problem: str = ""


@dataclass(frozen=True, slots=True)
class Choice:
    """A file to attach: to a record, or to a new draft that begins with ``values``."""

    path: Path
    record_id: str = ""
    values: Values | None = None


@dataclass(frozen=True, slots=True)
class Report:
    """The state of the attachments.

    Attributes:
        missing: named by a record, not on the disk.
        doubled: one file at several records that are not in the trash.
        unused: (file, bytes) on the disk that no record or report names; undo may still want them.
        changed: the content is not what it was when it was taken in.
        files, size: how many were looked at, and their bytes.
    """

    missing: tuple[FileUse, ...] = ()
    doubled: tuple[tuple[FileUse, ...], ...] = ()
    unused: tuple[tuple[str, int], ...] = ()
    changed: tuple[FileUse, ...] = ()
    files: int = 0
    size: int = 0


class Attachments:
    """The attachments of an open library."""

    def __init__(self, library: Library, today: Callable[[], date], copies: Copies | None = None) -> None:
        self._library = library
        self._today = today
        self._copies = copies or Copies()

    # -- taking in ---------------------------------------------------------------------------

    def add(self, paths: Sequence[Path], progress: Progress | None = None, *, record_id: str = "") -> Added:
        """Copy files into the library; the originals stay where they are.

        Args:
            paths: what was chosen or dropped.
            progress: how far, and the way to stop; what was copied before stays, used by nobody.
            record_id: the record they are for, which is not told that it has them.
        """
        told = progress or Progress()
        known = self._by_file()
        items: list[dict[str, Any]] = []
        held: list[Held] = []
        refused: list[Refused] = []
        for path in paths:
            told.check()
            try:
                item = self._library.add_file(path, told)
            except UserError as error:
                refused.append(Refused(text.clean(path.name), str(error)))
                continue
            items.append(item)
            if others := tuple(use for use in known[item["file"]] if use.record_id != record_id):
                held.append(Held(item["name"], others))
        return Added(tuple(items), tuple(held), tuple(refused))

    def _by_file(self) -> defaultdict[str, list[FileUse]]:
        found: defaultdict[str, list[FileUse]] = defaultdict(list)
        for use in self._library.file_uses():
            found[use.file].append(use)
        return found

    # -- looking -----------------------------------------------------------------------------

    def path_of(self, item: Mapping[str, Any]) -> Path:
        """Where the file of ``item`` lies; only to be read. Raises ``attachment_unknown``, ``attachment_missing``."""
        return self._library.file_path(str(item.get("file", "")))

    def open(self, item: Mapping[str, Any]) -> BinaryIO:
        """The content of the file of ``item`` as a stream that can be sought; the library may be locked.

        Raises:
            UserError: ``attachment_unknown``, ``attachment_missing``; while it is read, ``attachment_changed``.
        """
        return self._library.open_file(str(item.get("file", "")), str(item.get("name", "")))

    def source(self, item: Mapping[str, Any]) -> Foreign:
        """The file of ``item``, to be taken apart by the process that takes foreign files apart."""
        return Foreign(str(item.get("name", "")), partial(self.open, dict(item)))

    def media_type(self, item: Mapping[str, Any]) -> str:
        """What the file of ``item`` is, by its content now. Raises what :meth:`open` does."""
        return _kind_of(self.source(item))

    def proposals(
        self, kind: str, source: Mapping[str, Any] | Path, progress: Progress | None = None
    ) -> Proposed:
        """What the first page of a PDF says for the fields of ``kind``; other files propose nothing.

        Raises:
            UserError: the file is not there. Cancelled.
        """
        file = foreign(source) if isinstance(source, Path) else self.source(source)
        if _kind_of(file) != media.PDF:
            return Proposed()
        page = read_first_page(file, progress)
        proposals = propose(self._library.kinds[kind], page, file.name, today=self._today())
        return Proposed(tuple(proposals), page.problem)

    def open_copy(self, item: Mapping[str, Any], *, plain: bool = False) -> Path:
        """A read-only copy under the file's own name, to be opened by another program; gone when this one ends.

        Args:
            plain: of a locked library: that a readable copy lies on this computer until then was accepted.

        Raises:
            UserError: ``attachment_runs``; ``attachment_plain_copy`` of a locked library unless ``plain``;
                what :meth:`open` and the disk refuse.
        """
        name = str(item.get("name") or "tep")
        if is_runnable(name, self.media_type(item)):
            raise UserError("attachment_runs", name=name)
        if self._library.locked and not plain:
            raise UserError("attachment_plain_copy", name=name)
        with self.open(item) as content:
            return self._copies.make(name, content)

    # -- folders -----------------------------------------------------------------------------

    def scan_folder(self, folder: Path, kind: str, progress: Progress | None = None) -> Scan:
        """The files of a folder and its folders, each with the record of ``kind`` it seems to belong to.

        Raises:
            UserError: the folder cannot be read. Cancelled.
        """
        today = self._today()
        return _scan(self._library, folder, self._library.kinds[kind], today, progress or Progress())

    def attach_scanned(
        self, kind: str, choices: Sequence[Choice], progress: Progress | None = None
    ) -> Changes:
        """Attach files to records of ``kind``; those without one become drafts. One act, or nothing.

        Raises:
            UserError: a file or the disk refused: then nothing is attached, and no copy is left. Cancelled.
        """
        told = progress or Progress()
        described = self._library.kinds[kind]
        field = next(described.of_type(FieldType.FILES)).name
        there = self._library.stored_names()
        copied: list[dict[str, Any]] = []
        try:
            for choice in choices:
                copied.append(self._library.add_file(choice.path, told))
            with self._library.work("files_attached", n=len(choices)) as work:
                for choice, item in zip(choices, copied, strict=True):
                    told.check()
                    self._attach(work, described, field, choice, item)
        except BaseException:
            for item in copied:
                if self._library.stored_name(item["file"]) not in there:
                    self._library.drop_file(item["file"])
            raise
        return work.changes

    def _attach(self, work: Work, kind: Kind, field: str, choice: Choice, item: dict[str, Any]) -> None:
        if not choice.record_id:
            values = {kind.title: title_of_file(choice.path), **(choice.values or {}), field: (item,)}
            work.create(kind.name, values, state=State.DRAFT)
            return
        record = self._library.get(choice.record_id)
        if record is None:
            raise UserError("record_gone", id=choice.record_id)
        before = tuple(record.get(field) or ())
        if all(one.get("file") != item["file"] for one in before):
            work.update(record.id, {field: (*before, item)})

    # -- checking ----------------------------------------------------------------------------

    def check(self, progress: Progress | None = None) -> Report:
        """Read every attachment and say what is wrong. Raises Cancelled."""
        told = progress or Progress()
        by_file = self._by_file()
        there = self._library.file_names()
        sizes = {file: self._size(file) for file in there}
        told.start(sum(sizes.values()), tr("Reading the attachments"))
        missing: list[FileUse] = []
        changed: list[FileUse] = []
        doubled: list[tuple[FileUse, ...]] = []
        for file, uses in by_file.items():
            live = {use.record_id: use for use in uses if not use.trashed}
            if len(live) > 1:
                doubled.append(tuple(live.values()))
            if file not in there:
                missing += uses
            elif not self._is_sound(file, told):
                changed += uses
        named = by_file.keys() | self._library.signed_files()
        unused = tuple((file, sizes[file]) for file in sorted(there - named))
        return Report(tuple(missing), tuple(doubled), unused, tuple(changed), len(there), sum(sizes.values()))

    def _size(self, file: str) -> int:
        with contextlib.suppress(OSError, UserError):
            return self._library.file_size(file)
        return 0

    def _is_sound(self, file: str, progress: Progress) -> bool:
        """Whether the content is the one its name was made from."""
        try:
            return self._library.file_hash(file, progress).startswith(file)
        except UserError:
            return False  # it cannot be read: it is not what it was

    def find_missing(
        self, folder: Path, wanted: Sequence[FileUse], progress: Progress | None = None
    ) -> tuple[FileUse, ...]:
        """Look in ``folder`` for the very content of missing or changed files and copy it back.

        Returns what was found. No record changes, so there is nothing to undo.
        """
        told = progress or Progress()
        found = _find_copies(folder, {use.file: use.size for use in wanted}, told)
        for path in found.values():
            self._library.add_file(path, told)
        return tuple(use for use in wanted if use.file in found)


def _kind_of(file: Foreign) -> str:
    try:
        with file.open() as stream:
            return kind_of(stream, file.name)
    except OSError as error:
        raise from_os_error(error, file.name) from error

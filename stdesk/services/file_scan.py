"""Going through a folder of files: what each is, and which record it seems to belong to."""

from __future__ import annotations

import os
import re
import stat
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from stdesk import text
from stdesk.domain import identifiers, media
from stdesk.domain.kinds import Kind
from stdesk.errors import from_os_error
from stdesk.exchange.first_page import Proposal, propose, read_first_page
from stdesk.i18n import message, tr
from stdesk.progress import Progress
from stdesk.store.files import LARGEST, FileUse, hash_of, kind_of
from stdesk.store.library import Library

MOST_FILES = 3_000
_DEEPEST = 8  # folders inside one another
_MOST_ENTRIES = 60_000  # looked at, files of no interest included
_SKIPPED = frozenset({"thumbs.db", "desktop.ini", ".ds_store"})
_ENOUGH = 0.8  # of a title's words must stand in the name or on the page
_COMMON = 3_000  # records that share a word: it tells nothing
_NUMBER = re.compile(r"^(?:so|stt|no|ap|tl|nv|dt|th)?[ ._#-]*([0-9]{1,6})(?:[ ._)-]|$)")
_COPY_MARKS = re.compile(
    r"(?i)\s*(?:\([0-9]{1,3}\)|[-_ ]+(?:copy|ban sao|final|scan|signed|ky so|v[0-9]+))\s*$"
)


@dataclass(frozen=True, slots=True)
class Found:
    """One file of a folder.

    Attributes:
        path, size, media_type: what it is.
        record_id, number, title, why: the record it seems to belong to and the reason in words; "" = none.
        held_by: records that have this very content already.
        proposals: what its first page says. problem: why it says nothing, or why it cannot be taken.
        can_be_taken: False for empty, too large or unreadable files.
        title_field: the field that a proposed title is for.
    """

    path: Path
    size: int
    media_type: str = ""
    record_id: str = ""
    number: int = 0
    title: str = ""
    why: str = ""
    held_by: tuple[FileUse, ...] = ()
    proposals: tuple[Proposal, ...] = ()
    problem: str = ""
    can_be_taken: bool = True

    title_field: str = "title"

    @property
    def name(self) -> str:
        """The file's name, fit to be shown."""
        return text.clean(self.path.name)

    @property
    def own_title(self) -> str:
        """What a draft made from it is called when its first page says nothing."""
        return title_of_file(self.path)


@dataclass(frozen=True, slots=True)
class Scan:
    """A folder gone through.

    Attributes:
        files: in the order of their paths.
        unread: folders that could not be looked into.
        more: there were more files or deeper folders than are looked at.
    """

    folder: Path
    files: tuple[Found, ...] = ()
    unread: tuple[str, ...] = ()
    more: bool = False


@dataclass(slots=True)
class _Walk:
    """The ordinary files under a folder, bounded, links not followed."""

    progress: Progress
    unread: list[str] = field(default_factory=list)
    more: bool = False
    seen: int = 0

    def files(self, folder: Path, depth: int = 0) -> Iterator[tuple[Path, int]]:
        """Path and size of each file."""
        try:
            with os.scandir(folder) as entries:
                listed = sorted(entries, key=lambda one: one.name)
        except OSError as error:
            if not depth:
                raise from_os_error(error, folder) from error
            self.unread.append(str(folder))
            return
        folders: list[Path] = []
        for entry in listed:
            self.progress.check()
            self.seen += 1
            if self.seen > _MOST_ENTRIES:
                self.more = True
                return
            try:
                status = entry.stat(follow_symlinks=False)
            except OSError:
                self.unread.append(entry.path)
                continue
            if stat.S_ISDIR(status.st_mode):
                folders.append(Path(entry.path))
            elif stat.S_ISREG(status.st_mode) and entry.name.casefold() not in _SKIPPED:
                yield Path(entry.path), status.st_size
        for one in folders:
            if depth + 1 > _DEEPEST:
                self.more = True
            else:
                yield from self.files(one, depth + 1)


class _Titles:
    """The records of one kind by the words of their titles."""

    def __init__(self, titles: list[tuple[str, int, str]]) -> None:
        self._records = [
            (record, number, title, frozenset(text.words(title))) for record, number, title in titles
        ]
        self._places: dict[str, list[int]] = defaultdict(list)
        for at, (_, _, _, words) in enumerate(self._records):
            for word in words:
                self._places[word].append(at)
        self._numbers = {number: at for at, (_, number, _, _) in enumerate(self._records)}

    def like(self, said: str) -> tuple[str, int, str] | None:
        """The record whose title stands nearly whole in ``said``."""
        words = frozenset(text.words(said))
        counts: Counter[int] = Counter()
        for word in words:
            if len(places := self._places.get(word, ())) <= _COMMON:
                counts.update(places)
        best, weight = -1, 0.0
        for at, _ in counts.most_common(60):
            own = self._records[at][3]
            share = len(own & words) / len(own)
            if len(own) >= 3 and share >= _ENOUGH and share * len(own) > weight:
                best, weight = at, share * len(own)
        return self._records[best][:3] if best >= 0 else None

    def numbered(self, number: int, said: str) -> tuple[str, int, str] | None:
        """The record with this number of the unit, unless the name speaks of something else."""
        at = self._numbers.get(number)
        if at is None:
            return None
        words = {word for word in text.words(said) if not word.isdigit() and len(word) > 1}
        if words and len(words & self._records[at][3]) < min(3, len(words)):
            return None
        return self._records[at][:3]


def title_of_file(path: Path) -> str:
    """What a file is called, as a title: without ending, underscores and marks of copies."""
    stem = text.clean(path.stem.replace("_", " "))
    return _COPY_MARKS.sub("", stem) or text.clean(path.name) or "tep"


def scan(library: Library, folder: Path, kind: Kind, today: date, progress: Progress) -> Scan:
    """See :meth:`stdesk.services.attachments.Attachments.scan_folder`."""
    progress.start(0, tr("Listing the folder"))
    walk = _Walk(progress)
    listed: list[tuple[Path, int]] = []
    for one in walk.files(folder):
        if len(listed) == MOST_FILES:
            walk.more = True
            break
        listed.append(one)
    look = _Look(library, kind, today)
    progress.start(len(listed), tr("Reading the files"))
    files: list[Found] = []
    for path, size in listed:
        progress.note = text.clean(path.name)
        files.append(look.at(path, size, progress))
        progress.step()
    return Scan(folder, tuple(files), tuple(walk.unread), walk.more)


class _Look:
    """What is known of the library while a folder is gone through."""

    def __init__(self, library: Library, kind: Kind, today: date) -> None:
        self._library = library
        self._kind = kind
        self._today = today
        self._titles = _Titles(library.titles(kind.name))
        self._by_size: dict[int, list[FileUse]] = defaultdict(list)
        for use in library.file_uses():
            self._by_size[use.size].append(use)

    def at(self, path: Path, size: int, progress: Progress) -> Found:
        """One file."""
        if not size or size > LARGEST:
            code = "attachment_too_big" if size else "attachment_empty"
            megabytes = {"size": -(-size >> 20), "limit": LARGEST >> 20}
            problem = message(code, name=text.clean(path.name), **megabytes)
            return Found(path, size, problem=problem, can_be_taken=False)
        try:
            what = kind_of(path)
            held = self._held(path, size)
        except OSError as error:
            return Found(path, size, problem=str(from_os_error(error, path)), can_be_taken=False)
        proposals: tuple[Proposal, ...] = ()
        problem = ""
        match = self._by_name(path)
        if what == media.PDF and not held:
            page = read_first_page(path, progress)
            proposals = tuple(propose(self._kind, page, path.name, today=self._today))
            problem = page.problem
            match = self._by_page(proposals) or match
        if match is None:
            own = self._kind.title
            return Found(
                path, size, what, held_by=held, proposals=proposals, problem=problem, title_field=own
            )
        (record, number, title), why = match
        return Found(
            path, size, what, record, number, title, message(f"belongs_{why}"), held, proposals, problem,
            title_field=self._kind.title,
        )  # fmt: skip

    def _held(self, path: Path, size: int) -> tuple[FileUse, ...]:
        alike = self._by_size.get(size)
        if not alike:
            return ()
        file = hash_of(path)[:40]
        return tuple(use for use in alike if use.file == file)

    def _by_name(self, path: Path) -> tuple[tuple[str, int, str], str] | None:
        said = title_of_file(path)
        if found := self._identified({"doi": identifiers.normalise_doi(path.stem.replace("_", "/"))}):
            return found, "doi"
        if found := self._titles.like(said):
            return found, "title_name"
        number = _NUMBER.match(text.fold(said))
        if number and (found := self._titles.numbered(int(number[1]), said[number.end() :])):
            return found, "number"
        return None

    def _by_page(self, proposals: tuple[Proposal, ...]) -> tuple[tuple[str, int, str], str] | None:
        said = {one.field: one.value for one in proposals}
        known = {name: str(said[name]) for name in self._kind.identity if name in said}
        if found := self._identified(known):
            return found, "doi"
        title = said.get(self._kind.title)
        if title and (found := self._titles.like(str(title))):
            return found, "title_page"
        return None

    def _identified(self, known: Mapping[str, str]) -> tuple[str, int, str] | None:
        for name, value in known.items():
            if not value or name not in self._kind.by_name:
                continue
            for hit in self._library.search(value, self._kind.name, 5):
                record = self._library.get(hit.id)
                if record is not None and str(record.get(name) or "").casefold() == value.casefold():
                    return record.id, record.number, str(record.get(self._kind.title) or "")
        return None


def find_copies(folder: Path, wanted: Mapping[str, int], progress: Progress) -> dict[str, Path]:
    """Files under ``folder`` with the content of ``wanted`` (file -> bytes); file -> where it was found.

    Raises:
        UserError: the folder cannot be read. Cancelled.
    """
    sizes: dict[int, set[str]] = defaultdict(set)
    for file, size in wanted.items():
        sizes[size].add(file)
    found: dict[str, Path] = {}
    progress.start(0, tr("Listing the folder"))
    for path, size in _Walk(progress).files(folder):
        if size not in sizes or sizes[size] <= found.keys():
            continue
        progress.note = text.clean(path.name)
        try:
            file = hash_of(path, progress)[:40]
        except OSError:
            continue
        if file in sizes[size]:
            found.setdefault(file, path)
    return found

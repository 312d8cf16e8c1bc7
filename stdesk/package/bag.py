"""A bag to be checked, in its ZIP or unzipped: members by name, and their bytes."""

from __future__ import annotations

import hashlib
import os
import zlib
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from stdesk.package import layout
from stdesk.package.defects import Findings
from stdesk.package.parts import CHUNK
from stdesk.package.zipreader import MOST_ENTRIES, Entry, read_entries
from stdesk.paths import open_plain
from stdesk.progress import Progress

_MOST_DEPTH = 12
_BATCH = 1000


@dataclass(frozen=True, slots=True)
class Member:
    """A file of the bag.

    Attributes:
        path: inside the bag, as it stands.
        size: in bytes, as announced.
        file: what holds the bytes.
        start: where they begin in ``file``.
        crc: what the ZIP gives for them; ``None`` outside a ZIP.
    """

    path: str
    size: int
    file: Path
    start: int = 0
    crc: int | None = None

    def chunks(self) -> Iterator[bytes]:
        """The bytes; fewer than ``size`` when the file ends before."""
        left = self.size
        with self.file.open("rb", buffering=0) as source:
            source.seek(self.start)
            while left and (chunk := source.read(min(CHUNK, left))):
                left -= len(chunk)
                yield chunk

    def read(self, most: int) -> bytes | None:
        """All bytes, or ``None`` when there are more than ``most``."""
        return b"".join(self.chunks()) if self.size <= most else None


@dataclass(frozen=True, slots=True)
class Bag:
    """What was found.

    Attributes:
        file: how the package is called in defects: its own file or folder name.
        name: the name it should carry inside.
        members: path -> member, each path once.
    """

    file: str
    name: str
    members: dict[str, Member]


@dataclass(frozen=True, slots=True)
class Measured:
    """What reading a member gave.

    Attributes:
        sha512: hex; empty when the member ends early, could not be or was not to be read.
        size: bytes read, or announced when it was not to be read.
        head: the first eight.
        macros: an Office 97 file that carries some.
        crc: a check sum other than the ZIP gives; ``None`` when they agree.
        read: whether its bytes were read at all.
    """

    sha512: str
    size: int
    crc: int | None = None
    head: bytes = b""
    macros: bool = False
    read: bool = True


def open_zip(path: Path, findings: Findings) -> Bag:
    """The bag in the ZIP at ``path``; raises OSError when it cannot be opened."""
    with open_plain(path) as source:
        entries = read_entries(source, path.name, findings)
    tops = [entry.name.partition("/")[0] for entry in entries if "/" in entry.name]
    name = Counter(tops).most_common(1)[0][0] if tops else ""
    stem = path.name[:-4] if path.name.lower().endswith(".zip") else path.name
    if name and name != stem:
        findings.add(path.name, "package_renamed", f"{layout.shown(name)}.zip", layout.shown(path.name))
    members: dict[str, Member] = {}
    for entry in entries:
        _add_entry(members, entry, name, path, findings)
    _check_collisions(members, findings)
    return Bag(path.name, name or stem, members)


def _add_entry(members: dict[str, Member], entry: Entry, name: str, path: Path, findings: Findings) -> None:
    inside = entry.name.removeprefix(f"{name}/")
    problem = layout.path_problem(entry.name)
    if problem and problem != "name_decomposed":  # that is told beside the name it should be
        findings.add(layout.shown(entry.name), problem)
    elif inside == entry.name:
        findings.add(layout.shown(entry.name), "name_outside", f"{layout.shown(name)}/…")
    if inside in members:
        findings.add(layout.shown(inside), "name_twice")
        return
    members[inside] = Member(inside, entry.size, path, entry.start, entry.crc)


def open_folder(folder: Path, findings: Findings) -> Bag:
    """The unzipped bag at ``folder``; links are not followed, names are judged like a ZIP's."""
    members: dict[str, Member] = {}
    _scan(folder, "", members, findings)
    _check_collisions(members, findings)
    return Bag(folder.resolve().name, folder.resolve().name, members)


def _scan(folder: Path, prefix: str, members: dict[str, Member], findings: Findings) -> None:
    try:
        with os.scandir(folder) as listing:
            entries = sorted(listing, key=lambda entry: entry.name)
    except OSError as error:
        findings.add(layout.shown(prefix), "unreadable", found=error.strerror or "")
        return
    for entry in entries:
        path = prefix + entry.name
        if len(members) >= MOST_ENTRIES or path.count("/") > _MOST_DEPTH:
            findings.add(layout.shown(prefix), "zip_too_many", MOST_ENTRIES, f"> {MOST_ENTRIES}")
            return
        if entry.is_dir(follow_symlinks=False):
            _scan(Path(entry.path), f"{path}/", members, findings)
        elif not entry.is_file(follow_symlinks=False):
            findings.add(layout.shown(path), "not_regular", found="link" if entry.is_symlink() else "device")
        else:
            problem = layout.path_problem(path)
            if problem and problem != "name_decomposed":
                findings.add(layout.shown(path), problem)
            members[path] = Member(path, entry.stat(follow_symlinks=False).st_size, Path(entry.path))


def _check_collisions(members: dict[str, Member], findings: Findings) -> None:
    seen: dict[str, str] = {}
    for path in members:
        other = seen.setdefault(layout.collision_key(path), path)
        if other != path:
            findings.add(layout.shown(path), "name_collision", found=layout.shown(other))


def measure(
    bag: Bag, findings: Findings, progress: Progress, wanted: Callable[[str], bool] = lambda _: True
) -> dict[str, Measured]:
    """Read every wanted member once, several at a time (hashing frees the GIL), in 1-MiB chunks."""
    found = {path: Measured("", one.size, read=False) for path, one in bag.members.items()}
    members = [one for path, one in bag.members.items() if wanted(path)]
    workers = min(4, os.cpu_count() or 1)
    with ThreadPoolExecutor(workers) as pool:
        try:
            for begin in range(0, len(members), _BATCH):  # a call waiting costs a kilobyte
                batch = members[begin : begin + _BATCH]
                results = pool.map(lambda member: _measure(member, progress), batch)
                for member, (measured, defects) in zip(batch, results, strict=True):
                    found[member.path] = measured
                    findings.extend(defects.defects)
                    progress.step(measured.size)
        except BaseException:
            pool.shutdown(cancel_futures=True)
            raise
    return found


def _measure(member: Member, progress: Progress) -> tuple[Measured, Findings]:
    findings = Findings()
    file = layout.shown(member.path)
    digest, size, crc, macros = hashlib.sha512(), 0, 0, False
    head = tail = b""
    seek_macros = layout.extension(member.path) in layout.OFFICE_97
    try:
        for chunk in member.chunks():
            progress.check()
            digest.update(chunk)
            if member.crc is not None:
                crc = zlib.crc32(chunk, crc)
            head = head or chunk[:8]
            if seek_macros:
                macros = macros or layout.OFFICE_97_MACROS in tail + chunk
                tail = chunk[-len(layout.OFFICE_97_MACROS) :]
            size += len(chunk)
    except OSError as error:
        findings.add(file, "unreadable", found=error.strerror or "")
        return Measured("", size), findings
    if size < member.size:
        findings.add(file, "file_truncated", member.size, size)
        return Measured("", size), findings
    other = crc if member.crc is not None and crc != member.crc else None
    return Measured(digest.hexdigest(), size, other, head, macros), findings

"""Writing a package: one pass over every attachment, then proof that the device holds it.

Reading and check sums run ahead of the writing, flushing and the whole file's hash beside it.
Attachments are not hashed on the way in: their hashes are known, the manifest is made from them, and
every entry is hashed when it is read back from the device. Whatever differs then, the attachment
in the library or the copy on the medium, stops the package; one hashing proves both.

What a stopped run left in ``NAME.part`` is gone on with. There is no journal that could be wrong
or lost: each entry in it is proved by its own hash, and the first one that fails is where to go on.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import zlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

from stdesk import i18n
from stdesk.errors import Exit, UserError, from_os_error
from stdesk.package import group, layout, proof, zipformat
from stdesk.package.ahead import Trailing, ahead
from stdesk.package.content import PackageContent
from stdesk.package.medium import MARK, PART, Placing, check_room, harden, lies, told, write_mark
from stdesk.package.parts import Part, Signer, changed, file_hash, missing
from stdesk.package.readback import forget_cached
from stdesk.package.verifier import Depth, verify_package
from stdesk.progress import Progress

_KEPT = 8 << 20  # bytes of a file that are held at once, at most
_AHEAD = 4  # blocks, each of up to _KEPT bytes


@dataclass(frozen=True, slots=True)
class WrittenBag:
    """One ZIP that stands on the medium, proved.

    Attributes:
        path: where. size: in bytes. sha512: of the ZIP, hex, for a cover sheet and ``certutil``.
        fingerprint: SHA-512, hex, of its ``tagmanifest-sha512.txt``.
        entries: files in it.
        read_back: ``"device"``; or ``"cache"``: the system gave no way past its memory.
    """

    path: Path
    size: int
    sha512: str
    fingerprint: str
    entries: int
    read_back: str = field(compare=False)


@dataclass(frozen=True, slots=True)
class WrittenPackage:
    """A package that stands on the medium, proved.

    Attributes:
        path: its ZIP; of several bags the first.
        size: of all its ZIPs, in bytes.
        fingerprint: SHA-512, hex, of ``tagmanifest-sha512.txt`` (of the first bag). That file vouches
            for every other, so it stands for the whole content, in the ZIP and unzipped alike.
        entries: files in it.
        bags: each ZIP; mostly one.
        sha512: of the ZIP at ``path``, hex.
        read_back: see :class:`WrittenBag`; "device" when all of it was.
    """

    path: Path
    size: int
    fingerprint: str
    entries: int
    bags: tuple[WrittenBag, ...]
    sha512: str
    read_back: str = field(default="device", compare=False)

    @property
    def paths(self) -> tuple[Path, ...]:
        """All its ZIPs."""
        return tuple(bag.path for bag in self.bags)


def write_package(
    content: PackageContent,
    folder: Path,
    progress: Progress | None = None,
    *,
    key: Signer | None = None,
    most: int | None = None,
    keep_partial: bool = False,
) -> WrittenPackage:
    """Write ``content`` as a package into ``folder``, which must exist.

    The same content (and ``most``, where it matters) gives the same bytes, on any computer, at any
    time. A package of that name with the same bytes is left as it is; one with other bytes is never
    touched. Beside each ZIP stands ``NAME.zip.ok`` once it is proved.

    Args:
        key: signs it; ``content.info.key`` is its id.
        most: bytes one file may have, at least what the medium demands; more takes several bags.
        keep_partial: when stopped by the person, leave ``NAME.zip.part`` for the next time.

    Raises:
        UserError: ``package_exists``; ``package_no_room``; ``package_file_missing``,
            ``package_file_changed``, ``package_file_type`` naming the attachment and its record;
            ``package_part_too_large``, ``package_parts_small``; ``package_inconsistent``;
            ``package_unverified``; what the medium did (``medium_…``, exit 3).
            Nothing is left behind then, nor by Cancelled.
    """
    progress = progress or Progress()
    try:
        with os.scandir(folder):
            pass
    except OSError as error:
        raise from_os_error(error, folder) from error
    most = min((one for one in (most, check_room(folder, 0).volume.largest_file) if one), default=None)
    bags = group.divide(content, most, progress, key)
    runs = [_Run(bag.name, bag.parts, folder, progress, keep_partial) for bag in bags]
    try:
        _check_room(runs, folder)
        return _whole(_written(runs, keep_partial))
    except OSError as error:  # pulled out while nothing was being written: looking for a file fails too
        raise told(error, folder) from error


def _written(runs: Sequence[_Run], keep_partial: bool) -> list[WrittenBag]:
    """All of them, or none that was not there before."""
    new: list[_Run] = []
    try:
        written = []
        for run in runs:
            new.append(run)
            written.append(run.write())
    except BaseException:
        for run in new[:-1] if not keep_partial else ():
            run.remove()
        raise
    return written


def _whole(bags: Sequence[WrittenBag]) -> WrittenPackage:
    size, entries = sum(bag.size for bag in bags), sum(bag.entries for bag in bags)
    sure = "cache" if any(bag.read_back == "cache" for bag in bags) else "device"
    first = bags[0]
    return WrittenPackage(first.path, size, first.fingerprint, entries, tuple(bags), first.sha512, sure)


def _check_room(runs: Sequence[_Run], folder: Path) -> None:
    for run in runs:
        if run.target.exists() and run.target.stat().st_size != run.size:
            raise UserError("package_exists", path=str(run.target))
    missing_bytes = sum(run.size for run in runs if not run.target.exists())
    there = sum(run.partial() for run in runs)
    if missing_bytes:
        checked = check_room(folder, missing_bytes, there=there)
        if checked.problem:
            raise checked.problem


@dataclass(frozen=True, slots=True)
class _Block:
    """Bytes of the file in their order; the check sum where a part ends; ``late``: to be put into its header."""

    raw: tuple[bytes, ...]
    crc: int | None = None
    late: bool = False


class _Run:
    """The writing of one ZIP."""

    def __init__(
        self, name: str, parts: Sequence[Part], folder: Path, progress: Progress, keep: bool
    ) -> None:
        self.target = folder / f"{name}.zip"
        self.size = _zip_size(name, parts)
        self._name, self._parts, self._progress, self._keep = name, parts, progress, keep
        self._sums: list[int] = []
        self._new = False

    def partial(self) -> int:
        """Bytes of it that a run before left."""
        try:
            return min(self._part_file.stat().st_size, self.size)
        except OSError:
            return 0

    def remove(self) -> None:
        """Take back what this run put there."""
        if self._new:
            for path in (self.target.with_name(self.target.name + MARK), self.target):
                with contextlib.suppress(OSError):
                    path.unlink()

    def write(self) -> WrittenBag:
        """Write and prove it, or find that it is there already."""
        self._progress.start(self.size, i18n.message("package_writing"))
        sha512, how = self._present() if self.target.exists() else self._placed()
        parts = {part.path: part for part in self._parts}
        fingerprint = parts[layout.TAG_MANIFEST].sha512
        return WrittenBag(self.target, self.size, sha512, fingerprint, len(parts), how)

    @property
    def _part_file(self) -> Path:
        return self.target.with_name(self.target.name + PART)

    def _present(self) -> tuple[str, str]:
        """The same package was written before: proved again, not written again."""
        for block in ahead(_blocks(self._name, self._parts, self._progress), _AHEAD):
            if block.crc is not None:
                self._sums.append(block.crc)
        mark = self.target.with_name(self.target.name + MARK)
        try:
            harden(self.target)
            found = self._prove(self.target, Trailing())
            if not mark.exists():  # the program was killed before it was proved
                write_mark(self.target, self.size, found[0])
        except proof.DiffersError as error:
            raise UserError("package_exists", path=str(self.target)) from error
        except OSError as error:
            raise told(error, self.target.parent) from error
        return found

    def _placed(self) -> tuple[str, str]:
        at = self._resumed() if self.partial() else 0
        trailing = Trailing()
        try:
            with Placing(
                self.target,
                None,
                self._progress,
                keep=self._keep,
                at=at,
                prove=lambda path: self._proved(path, trailing),
            ) as out:
                self._write(out, trailing, at)
        finally:
            trailing.close()
        self._new = True
        return out.placed.sha512, out.placed.read_back

    def _write(self, out: Placing, trailing: Trailing, at: int) -> None:
        self._progress.step(at)
        place = at
        header = -1  # of the long part under way
        trailing.follow(self._part_file)
        for block in ahead(_blocks(self._name, self._parts[len(self._sums) :], self._progress), _AHEAD):
            if block.late and block.crc is not None:
                part = self._parts[len(self._sums)]
                out.patch(header, zipformat.local_header(self._path(part), block.crc, part.size))
                header = -1
            elif block.late:
                header = place
            for raw in block.raw:
                out.write(raw)
                place += len(raw)
                self._progress.step(len(raw))
            if block.crc is not None:
                self._sums.append(block.crc)
            trailing.allow(place if header < 0 else header)
        *_, closing = proof.pieces(self._name, self._parts, self._sums)
        out.write(closing.raw or b"")
        if os.name == "nt":  # there nobody may have a file open that gets another name
            trailing.close()

    def _path(self, part: Part) -> bytes:
        return f"{self._name}/{part.path}".encode()

    def _resumed(self) -> int:
        """Bytes of what lies in ``NAME.part`` that can stay: entries that are whole and right."""
        place = 0
        with contextlib.suppress(OSError):
            forget_cached(self._part_file)
            with self._part_file.open("rb") as file:
                for part in self._parts:
                    self._progress.check()
                    crc = _held(file, self._path(part), part, self._progress)
                    if crc is None:
                        break
                    self._sums.append(crc)
                    place = file.tell()
        return place

    def _proved(self, path: Path, trailing: Trailing) -> tuple[str, str]:
        trailing.close()
        try:
            sha512, how = self._prove(path, trailing)
        except proof.DiffersError as error:
            raise self._blame(path, error.paths) from error
        verification = verify_package(path, self._progress, depth=Depth.COMPLETE)
        if not verification.ok:
            first = verification.defects[0].message
            raise UserError("package_unverified", Exit.ENVIRONMENT, path=str(path), first=first)
        return sha512, how

    def _prove(self, path: Path, trailing: Trailing) -> tuple[str, str]:
        self._progress.start(self.size, i18n.message("package_checking"))
        expected = proof.pieces(self._name, self._parts, self._sums)
        return proof.prove(path, expected, trailing, self._progress)

    def _blame(self, path: Path, wrong: Sequence[str]) -> UserError:
        """The attachment that is not what was recorded, or else the medium."""
        for part in self._parts:
            if part.source and part.path in wrong:
                try:
                    if file_hash(part.source, self._progress) != part.sha512:
                        return changed(part.source)
                except OSError as error:
                    return missing(part.source, error)
                except UserError:
                    return changed(part.source)
        return lies(path, next((one for one in wrong if one), ""))


def _zip_size(name: str, parts: Sequence[Part]) -> int:
    """The exact size of the ZIP: nothing is compressed."""
    return sum(piece.size for piece in proof.pieces(name, parts, [0] * len(parts)))


def _held(file: BinaryIO, path: bytes, part: Part, progress: Progress) -> int | None:
    """The check sum of an entry that stands whole and right where ``file`` is; ``None`` when it does not."""
    expected = zipformat.local_header(path, 0, part.size)
    header = file.read(len(expected))
    crc = int.from_bytes(header[14:18], "little")  # APPNOTE 4.3.7
    if header != zipformat.local_header(path, crc, part.size):
        return None
    digest, left, found = hashlib.sha512(), part.size, 0
    while left and (chunk := file.read(min(left, 1 << 20))):
        progress.check()
        digest.update(chunk)
        found = zlib.crc32(chunk, found)
        left -= len(chunk)
    return crc if not left and found == crc and digest.hexdigest() == part.sha512 else None


def _blocks(name: str, parts: Sequence[Part], progress: Progress) -> Iterator[_Block]:
    """Headers and bytes of ``parts``; a long one's header gets its check sum when its end is known."""
    for part in parts:
        path = f"{name}/{part.path}".encode()
        crc = 0
        if part.size <= _KEPT:
            chunks = []
            for chunk in _checked_chunks(part, progress):
                crc = zlib.crc32(chunk, crc)
                chunks.append(chunk)
            yield _Block((zipformat.local_header(path, crc, part.size), *chunks), crc)
            continue
        yield _Block((zipformat.local_header(path, 0, part.size),), late=True)
        for chunk in _checked_chunks(part, progress):
            crc = zlib.crc32(chunk, crc)
            yield _Block((chunk,))
        yield _Block((), crc, late=True)


def _checked_chunks(part: Part, progress: Progress) -> Iterator[bytes]:
    """The bytes, exactly as many as were announced, of no refused kind; errors name the attachment."""
    left = part.size
    chunks = part.chunks()
    refused = _refused_kind(part)
    while True:
        progress.check()
        try:
            chunk = next(chunks, b"")
        except OSError as error:
            if part.source is None:
                raise
            raise missing(part.source, error) from error
        except UserError as error:  # an encrypted attachment that was changed
            raise (changed(part.source) if part.source else error) from error
        left -= len(chunk)
        if left < 0 or (not chunk and left):
            raise changed(part.source) if part.source else ValueError(part.path)
        if not chunk:
            return
        if refused(chunk):
            name, record = (part.source.name, part.source.record) if part.source else (part.path, "")
            raise UserError("package_file_type", name=name, record=record)
        yield chunk


def _refused_kind(part: Part) -> Callable[[bytes], bool]:
    """Looks at the chunks of a file in turn: a program, or an old Office file with macros."""
    if not part.path.startswith(layout.DATA) or part.path in layout.OWN:
        return lambda chunk: False
    seeks_macros = layout.extension(part.path) in layout.OFFICE_97
    tail = b""
    first = True

    def refused(chunk: bytes) -> bool:
        nonlocal tail, first
        program = first and chunk.startswith(layout.PROGRAM_STARTS)
        first = False
        macros = seeks_macros and layout.OFFICE_97_MACROS in tail + chunk
        tail = chunk[-len(layout.OFFICE_97_MACROS) :] if seeks_macros else b""
        return program or macros

    return refused

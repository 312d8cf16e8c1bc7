"""Writing a package: a pass over every file, read back and verified before it is called done.

Attachments are not hashed on the way in. Their hashes are known, the manifest is made from
them, and the whole file is hashed when it is read back from the medium: whatever differs then,
the attachment in the library or the copy on the medium, stops the package. One hashing pass
proves both, where two would cost twice the time; only on failure is the source looked at again
to say which of the two it was.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import zlib
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from stdesk import i18n
from stdesk.atomic import replacing
from stdesk.errors import Exit, UserError, from_os_error
from stdesk.package import layout, zipformat
from stdesk.package.content import PackageContent, PackageFile
from stdesk.package.parts import Part, changed, compose, file_hash, missing, read_file
from stdesk.package.verifier import Verification, verify_package
from stdesk.progress import Progress

_TYPE_DEFECTS = frozenset({"program", "macro", "type_refused"})
_KEPT = 8 << 20  # bytes of a file that are held at once, at most
_FLUSH_EVERY = 64 << 20
_SPARE = 1 << 20  # bytes left free on the medium for its own tables


@dataclass(frozen=True, slots=True)
class WrittenPackage:
    """A package that stands on the medium, verified.

    Attributes:
        path: where.
        size: of the ZIP, in bytes.
        fingerprint: SHA-512, hex, of ``tagmanifest-sha512.txt``. That file vouches for every other,
            so it stands for the whole content, in the ZIP and unzipped alike, and costs nothing.
        entries: files in it.
    """

    path: Path
    size: int
    fingerprint: str
    entries: int

    @property
    def sha512(self) -> str:
        """SHA-512, hex, of the ZIP, for a cover sheet and ``certutil``; reads the whole file."""
        return file_hash(self.path)


def write_package(content: PackageContent, folder: Path, progress: Progress | None = None) -> WrittenPackage:
    """Write ``content`` as a package into ``folder``, which must exist.

    The same content gives the same bytes, on any computer, at any time. A package of that name
    with the same bytes is left as it is; one with other bytes is never touched.

    Raises:
        UserError: ``package_exists``; ``package_no_room``; ``package_file_missing``,
            ``package_file_changed``, ``package_file_type`` naming the attachment and its record;
            ``package_inconsistent``; ``package_unverified``; what the system refused (exit 3).
            Nothing is left behind then, nor by Cancelled.
    """
    progress = progress or Progress()
    info = content.info
    name = layout.package_name(info.unit_code, info.period, info.submission, trial=info.trial)
    target = folder / f"{name}.zip"
    parts = compose(content, name, progress)
    size = _zip_size(name, parts)
    placed = _Placed()
    try:
        with _system_errors(folder):
            _check_place(target, size)
            with replacing(target, replace=placed.put) as out:
                progress.start(size, i18n.message("package_writing"))
                _write_entries(out, name, parts, progress)
        _read_back(target, parts, progress)
    except BaseException:
        if placed.new:
            with contextlib.suppress(OSError):
                target.unlink()
        raise
    fingerprint = next(part.sha512 for part in parts if part.path == layout.TAG_MANIFEST)
    return WrittenPackage(target, size, fingerprint, len(parts))


class _Placed:
    """Gives the finished file its name, unless another package has it."""

    def __init__(self) -> None:
        self.new = False

    def put(self, part: Path, target: Path) -> None:
        if not target.exists():
            part.rename(target)
            self.new = True
            return
        if not _same(part, target):
            raise UserError("package_exists", path=str(target))
        part.unlink()


def _same(one: Path, other: Path) -> bool:
    if one.stat().st_size != other.stat().st_size:
        return False
    return all(a == b for a, b in zip(read_file(one), read_file(other), strict=True))


def _zip_size(name: str, parts: Sequence[Part]) -> int:
    """The exact size of the ZIP: nothing is compressed."""
    offset = directory = 0
    for part in parts:
        path = f"{name}/{part.path}".encode()
        directory += len(zipformat.central_header(path, 0, part.size, offset))
        offset += len(zipformat.local_header(path, 0, part.size)) + part.size
    return offset + directory + len(zipformat.end_records(len(parts), directory, offset))


def _check_place(target: Path, size: int) -> None:
    if target.exists() and target.stat().st_size != size:
        raise UserError("package_exists", path=str(target))
    free = shutil.disk_usage(target.parent).free
    if free < size + _SPARE:
        needed = (size + _SPARE) // 1_000_000 + 1
        raise UserError(
            "package_no_room",
            Exit.ENVIRONMENT,
            path=str(target.parent),
            needed=needed,
            free=free // 1_000_000,
        )


class _Stream:
    """Writes to the medium and flushes now and then beside the writing (fsync frees the GIL).

    So a slow medium reports its errors early, and the last flush has little left to do.
    """

    def __init__(self, out: BinaryIO, beside: ThreadPoolExecutor) -> None:
        self._out = out
        self._beside = beside
        self._flushing: Future[None] | None = None
        self._unflushed = 0

    def write(self, raw: bytes) -> None:
        """Write ``raw``; an error of the flush before is raised by the next one."""
        self._out.write(raw)
        self._unflushed += len(raw)
        if self._unflushed >= _FLUSH_EVERY:
            self._unflushed = 0
            self._out.flush()
            self.settle()
            self._flushing = self._beside.submit(os.fsync, self._out.fileno())

    def settle(self) -> None:
        """Wait for the flush under way."""
        if self._flushing:
            self._flushing.result()


def _write_entries(out: BinaryIO, name: str, parts: Sequence[Part], progress: Progress) -> None:
    with ThreadPoolExecutor(1) as beside:
        stream = _Stream(out, beside)
        directory: list[bytes] = []
        offset = 0
        for part in parts:
            path = f"{name}/{part.path}".encode()
            crc = _write_entry(stream, path, part, progress)
            directory.append(zipformat.central_header(path, crc, part.size, offset))
            offset += len(zipformat.local_header(path, crc, part.size)) + part.size
        lines = b"".join(directory)
        stream.write(lines + zipformat.end_records(len(parts), len(lines), offset))
        stream.settle()


def _write_entry(stream: _Stream, path: bytes, part: Part, progress: Progress) -> int:
    """Header and bytes. The header wants the check sum first: a long file is read for it once more."""
    short = part.size <= _KEPT
    chunks: Iterable[bytes] = list(_checked_chunks(part)) if short else _checked_chunks(part)
    crc = 0
    for chunk in chunks:
        progress.check()
        crc = zlib.crc32(chunk, crc)
    stream.write(zipformat.local_header(path, crc, part.size))
    for chunk in chunks if short else _checked_chunks(part):
        stream.write(chunk)
        progress.step(len(chunk))
    return crc


def _checked_chunks(part: Part) -> Iterator[bytes]:
    """The bytes, exactly as many as were announced; errors of reading name the attachment."""
    left = part.size
    chunks = part.chunks()
    while True:
        try:
            chunk = next(chunks, b"")
        except OSError as error:
            if part.source is None:
                raise
            raise missing(part.source, error) from error
        left -= len(chunk)
        if left < 0 or (not chunk and left):
            raise _differs(part)
        if not chunk:
            return
        yield chunk


def _differs(part: Part) -> Exception:
    return changed(part.source) if part.source else ValueError(part.path)


def _read_back(target: Path, parts: Sequence[Part], progress: Progress) -> None:
    """Verify what the medium gives back."""
    _forget_cached(target)
    verification = verify_package(target, progress)
    if not verification.ok:
        _blame(target, verification, parts)


def _forget_cached(path: Path) -> None:
    """Read from the medium, not from memory, where the system lets a program ask for that.

    A worn-out stick takes every write and keeps none; reading it back from the cache proves
    nothing. The file was flushed before, so dropping its pages loses nothing.
    """
    if hasattr(os, "posix_fadvise"):
        with contextlib.suppress(OSError), path.open("rb") as file:
            os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)


def _blame(target: Path, verification: Verification, parts: Sequence[Part]) -> None:
    """Raise for the attachment that is not what was recorded, or else for the medium."""
    bad = {defect.file: defect.code for defect in verification.defects}
    for part in parts:
        if part.source and part.path in bad:
            _blame_attachment(part, part.source, bad[part.path])
    first = verification.defects[0]
    raise UserError("package_unverified", Exit.ENVIRONMENT, path=str(target), first=first.message)


def _blame_attachment(part: Part, file: PackageFile, code: str) -> None:
    if code in _TYPE_DEFECTS:
        raise UserError("package_file_type", name=file.name, record=file.record)
    try:
        found = file_hash(file.path)
    except OSError as error:
        raise missing(file, error) from error
    if found != part.sha512:
        raise changed(file)


@contextmanager
def _system_errors(folder: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise from_os_error(error, folder) from error

"""Putting a package where it is wanted: plain, or sealed from a private copy that goes away again."""

from __future__ import annotations

import shutil
import zipfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path

from stdesk.errors import UserError, from_os_error
from stdesk.package.content import PackageContent
from stdesk.package.keys import SecretKey
from stdesk.package.medium import MARK
from stdesk.package.reader import open_package
from stdesk.package.seal import Sealed, header_of, seal
from stdesk.package.words import fingerprint_words
from stdesk.package.writer import WrittenPackage, write_package
from stdesk.progress import Progress
from stdesk.reports.letters import FileFacts, PackageFacts

_SCRATCH = Path("outbox") / ".sealing"
_SEAL = 4_096  # age adds 16 bytes to every 64 KiB, and a header


@dataclass(frozen=True, slots=True)
class Shape:
    """How a package is to be made.

    Attributes:
        content: all of it. key: to sign with. most: bytes one file may have; ``None`` for no limit.
        readers: age recipients it is sealed for; none: not sealed.
        fingerprint: what it must come out as; "" the first time. name: of the package.
        keep_partial: what was written stays when it is stopped, for the next try to go on with.
    """

    content: PackageContent
    key: SecretKey | None
    most: int | None
    readers: tuple[str, ...]
    fingerprint: str
    name: str
    keep_partial: bool = False


@dataclass(frozen=True, slots=True)
class Handed:
    """A package that stands where it was wanted, read back.

    Attributes:
        paths: its files in order, of a sealed one ``….zip.age`` (its header lies beside each).
        name: of the package. fingerprint: of its content. size: bytes of all files.
        sha512: of its file, hex; of several files, of the first.
        sealed: encrypted. delta: only what changed. sequence: its number; 0 for a trial. parts: how many files.
        words: of the key it is signed with; empty for none.
        facts: what the delivery note and the label say of it.
        entries: files in it. read_back: "device", or "cache" where nothing better could be had.
        period, submission, trial: of its report.
    """

    paths: tuple[Path, ...]
    name: str
    fingerprint: str
    size: int
    sha512: str
    sealed: bool
    delta: bool
    sequence: int
    parts: int
    words: tuple[str, ...]
    facts: PackageFacts
    entries: int
    read_back: str
    period: str
    submission: int
    trial: bool

    @property
    def path(self) -> Path:
        """Its file, of several the first."""
        return self.paths[0]


def place(shape: Shape, folder: Path, library: Path, progress: Progress) -> Handed:
    """Make the package in ``folder``.

    Raises:
        UserError: ``package_remade_differs`` when it does not come out as it was; what writing and sealing refuse.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise from_os_error(error, folder) from error
    if not shape.readers:
        written = _written(shape, folder, progress)
        return _handed(shape, written, _facts_of(written.paths), ())
    with _scratch(library) as private:
        written = _written(shape, private, progress)
        sealed = _sealed(shape, written.paths, folder, progress)
        return _handed(shape, written, _facts_of(written.paths), sealed)


def _written(shape: Shape, folder: Path, progress: Progress) -> WrittenPackage:
    before = {one.name for one in folder.iterdir()}
    most = shape.most - shape.most // _SEAL - _SEAL if shape.most else None
    written = write_package(
        shape.content, folder, progress, key=shape.key, most=most, keep_partial=shape.keep_partial
    )
    if shape.fingerprint not in ("", written.fingerprint):
        for path in written.paths:
            if path.name not in before:
                for one in (path.with_name(path.name + MARK), path):
                    with suppress(OSError):
                        one.unlink()
        raise UserError("package_remade_differs", name=shape.name)
    return written


def _sealed(shape: Shape, paths: Sequence[Path], folder: Path, progress: Progress) -> tuple[Sealed, ...]:
    if shape.key is None:
        raise UserError("seal_unsigned")
    info, done = shape.content.info, []
    for part, path in enumerate(paths, 1):
        header = header_of(replace(info, part=part, parts=len(paths)))
        done.append(seal(path, folder, shape.readers, header, shape.key, progress))
    return tuple(done)


@contextmanager
def _scratch(library: Path) -> Iterator[Path]:
    """A private folder in the library; what a killed program left there goes first."""
    folder = library / _SCRATCH
    shutil.rmtree(folder, ignore_errors=True)
    try:
        folder.mkdir(parents=True)
        folder.chmod(0o700)
    except OSError as error:
        raise from_os_error(error, folder) from error
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _handed(
    shape: Shape, written: WrittenPackage, facts: tuple[FileFacts, ...], sealed: Sequence[Sealed]
) -> Handed:
    info = shape.content.info
    paths = tuple(one.path for one in sealed) or written.paths
    parts = _parts(written, sealed)
    size = sum(one.size for one in parts)
    words = fingerprint_words(shape.key.public) if shape.key else ()
    told = PackageFacts(
        paths[0].name if len(parts) == 1 else shape.name, size, parts[0].sha512, facts, bool(sealed), ", ".join(words),
        parts if len(parts) > 1 else (),
    )  # fmt: skip
    return Handed(
        paths, shape.name, written.fingerprint, size, parts[0].sha512, bool(sealed), info.delta, info.sequence,
        len(paths), words, told, written.entries, written.read_back, info.period, info.submission, info.trial,
    )  # fmt: skip


def _parts(written: WrittenPackage, sealed: Sequence[Sealed]) -> tuple[FileFacts, ...]:
    if sealed:
        return tuple(FileFacts(one.path.name, one.size, one.sha512) for one in sealed)
    return tuple(FileFacts(one.path.name, one.size, one.sha512) for one in written.bags)


def _facts_of(paths: Sequence[Path]) -> tuple[FileFacts, ...]:
    """What lies in the payload, for the delivery note."""
    sizes: dict[str, int] = {}
    for path in paths:
        with zipfile.ZipFile(path) as archive:
            sizes |= {one.filename.partition("/")[2]: one.file_size for one in archive.infolist()}
    with open_package(paths) as package:
        return tuple(FileFacts(one, sizes.get(one, 0), package.sha512(one)) for one in package.paths())

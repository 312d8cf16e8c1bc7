"""Sealing a package for the centre's eyes (age v1), and opening it again.

Beside ``NAME.zip.age`` lies ``NAME.zip.age.json``, an envelope of type "header" signed by the unit: anyone can
see from it what came, and refuse it before it is opened. Both directions stream; memory stays flat.

Opening: age lets plain text out before it finds that the file is cut, so it goes into a file that nobody else
may read, and that file gets its name only when size, SHA-512, signature, age and the fingerprint inside agree.
"""

from __future__ import annotations

import hashlib
import os
import secrets
import shutil
import tempfile
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

import pyrage

from stdesk.errors import Exit, UserError, from_os_error
from stdesk.i18n import message
from stdesk.package import layout, zipreader
from stdesk.package.defects import Findings
from stdesk.package.envelope import seal_envelope
from stdesk.package.keys import PublicKey, SecretKey
from stdesk.package.medium import Placing, place_file
from stdesk.package.seal_header import (
    HEADER,
    HEADER_END,
    Header,
    header_in,
    header_of,
    header_path_of,
    read_header,
)
from stdesk.package.seal_keys import read_identity, read_recipient
from stdesk.paths import open_plain
from stdesk.progress import Progress

__all__ = [
    "HEADER_END",
    "SEALED",
    "Header",
    "Sealed",
    "header_in",
    "header_of",
    "header_path_of",
    "open_sealed",
    "read_header",
    "seal",
]

SEALED = ".age"
_MOST_TAG = 64 << 10
_BLOCK = 1 << 20
_OPEN_TO_OTHERS = 0o077


@dataclass(frozen=True, slots=True)
class Sealed:
    """A sealed package as it was written.

    Attributes:
        path: ``….zip.age``. header_path: ``….zip.age.json``. size, sha512: of the sealed file.
        fingerprint: of the package inside.
    """

    path: Path
    header_path: Path
    size: int
    sha512: str
    fingerprint: str


# -- sealing


def seal(
    zip_path: Path,
    folder: Path,
    recipients: Sequence[str],
    header: Mapping[str, Any],
    key: SecretKey,
    progress: Progress | None = None,
) -> Sealed:
    """Seal ``zip_path`` for ``recipients`` into ``folder``; the signed header comes last.

    A sealed file without header is half of one and is written anew. Sealed already from the same
    package: that one is given back, so that what was handed over does not change.

    Raises:
        UserError: ``seal_nobody``; ``recipient_malformed``; ``sealed_exists``; ``sealed_inside`` for
            a file that is no package; what the disk refused.
    """
    progress = progress or Progress()
    if not recipients:
        raise UserError("seal_nobody")
    readers = [read_recipient(one) for one in recipients]
    target = folder / f"{zip_path.name}{SEALED}"
    header_path = header_path_of(target)
    try:
        with zip_path.open("rb") as source:
            inner = _fingerprint(source, zip_path)
            if header_path.exists():
                return _again(target, key.public, inner, progress)
            target.unlink(missing_ok=True)  # half of one: its header was never written
            size = source.seek(0, os.SEEK_END)
            source.seek(0)
            most = _sealed_size(size, len(readers))
            with Placing(target, most, progress) as out:
                progress.start(size, message("package_sealing"))
                read, written = _Source(source, progress, hashed=False), _Sink(out.write, most)
                _piped(lambda: pyrage.encrypt_io(read, written, readers), read, written)
    except OSError as error:
        raise from_os_error(error, target) from error
    placed = out.placed
    name = zip_path.name.removesuffix(".zip")
    body = {**header, "name": name, "fingerprint": inner, "size": placed.size, "sha512": placed.sha512}
    comment = f"{name}, sequence {header.get('sequence', 0)}, {placed.size} bytes"
    raw = seal_envelope(HEADER, body, key, comment)
    place_file(header_path, [raw], len(raw), progress, mark=False)
    return Sealed(target, header_path, placed.size, placed.sha512, inner)


def _sealed_size(size: int, readers: int) -> int:
    """At most: a stanza for each reader, 16 bytes to each 64 KiB (age v1, "Payload")."""
    return size + 16 * (size // 65_536 + 1) + 200 * (readers + 2)


def _again(target: Path, key: PublicKey, inner: str, progress: Progress) -> Sealed:
    try:
        envelope = read_header(target)
        envelope.verify([key])
        header = header_in(envelope)
        same = header.fingerprint == inner and _hash(target, progress) == (header.size, header.sha512)
    except UserError:
        same = False
    if not same:
        raise UserError("sealed_exists", path=str(target))
    return Sealed(target, header_path_of(target), header.size, header.sha512, inner)


# -- opening


def open_sealed(
    path: Path,
    identities: Sequence[str],
    folder: Path,
    progress: Progress | None = None,
    *,
    keys: Iterable[PublicKey],
) -> Path:
    """Open a sealed package in a folder that nobody else can read.

    Args:
        identities: age's secret keys, any of which may open it.
        folder: made with mode 0700; when it is there and open to others, a new one inside it is used.
        keys: with one of which the header must be signed.

    Returns:
        the ZIP, mode 0600. There is none after an error.

    Raises:
        UserError: what :func:`read_header` and ``Envelope.verify`` raise; ``sealed_renamed``,
            ``sealed_size``, ``sealed_changed``, ``sealed_no_key``, ``sealed_damaged``,
            ``sealed_inside``; no room; what the disk refused.
    """
    progress = progress or Progress()
    envelope = read_header(path)
    envelope.verify(keys)
    header = header_in(envelope)
    openers = [read_identity(one) for one in identities]
    if path.name != f"{header.name}.zip{SEALED}":
        raise UserError(
            "sealed_renamed", found=layout.shown(path.name), expected=f"{header.name}.zip{SEALED}"
        )
    try:
        place = _private(folder)
        with open_plain(path) as source:
            _check_size(path, source, header, place)
            with _kept(place / f"{header.name}.zip") as plain:
                _open(source, plain, openers, header, path, progress)
        return place / f"{header.name}.zip"
    except OSError as error:
        raise from_os_error(error, path) from error


def _open(
    source: BinaryIO, plain: BinaryIO, openers: list[Any], header: Header, path: Path, progress: Progress
) -> None:
    progress.start(header.size, message("package_opening"))
    sealed, sink = _Source(source, progress), _Sink(plain.write, header.size)
    failed: UserError | None = None
    try:
        _piped(lambda: pyrage.decrypt_io(sealed, sink, openers), sealed, sink)
    except pyrage.DecryptError as error:
        failed = UserError("sealed_no_key" if "matching" in str(error) else "sealed_damaged", path=str(path))
    except _AgeError:
        failed = UserError("sealed_damaged", path=str(path))
    # to its end, whatever age thought of it: what the header says comes first
    if sealed.rest() != (header.size, header.sha512):
        raise UserError("sealed_changed", path=str(path))
    if failed is not None:
        raise failed
    if _fingerprint(plain, path) != header.fingerprint:
        raise UserError("sealed_inside", path=str(path))


def _check_size(path: Path, source: BinaryIO, header: Header, place: Path) -> None:
    size = os.fstat(source.fileno()).st_size
    if size != header.size:
        raise UserError("sealed_size", path=str(path), found=size, expected=header.size)
    free = shutil.disk_usage(place).free
    if free < header.size:
        needed = -(-header.size // 1_000_000)
        raise UserError(
            "package_no_room", Exit.ENVIRONMENT, path=str(place), needed=needed, free=free // 1_000_000
        )


def _private(folder: Path) -> Path:
    with suppress(FileExistsError):
        folder.mkdir(mode=0o700, parents=True)
    if os.name == "nt" or not folder.stat().st_mode & _OPEN_TO_OTHERS:
        return folder
    return Path(tempfile.mkdtemp(prefix=".stdesk-", dir=folder))


@contextmanager
def _kept(target: Path) -> Any:
    """A new file, mode 0600, that becomes ``target`` when the block ends well, and is gone otherwise."""
    part = target.with_name(f".{secrets.token_hex(8)}.part")
    flags = os.O_RDWR | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)
    try:
        with os.fdopen(os.open(part, flags, 0o600), "w+b") as out:
            yield out
            out.flush()
            os.fsync(out.fileno())
        part.replace(target)
    except BaseException:
        with suppress(OSError):
            part.unlink()
        raise


# -- pyrage's streams


class _AgeError(Exception):
    """What pyrage raises as an OSError although no file failed: age's own authentication."""


class _Kept:
    """What stopped a stream of ours: pyrage turns exceptions into texts of its own."""

    error: BaseException | None = None


class _Source(_Kept):
    """A file to be read, counted and hashed on the way.

    Attributes:
        size: bytes read.
    """

    def __init__(self, file: BinaryIO, progress: Progress, *, hashed: bool = True) -> None:
        self._file = file
        self._progress = progress
        self._digest = hashlib.sha512() if hashed else None
        self.size = 0

    def read(self, size: int = -1) -> bytes:
        """The next bytes."""
        try:
            data = self._file.read(size)
            if self._digest is not None:
                self._digest.update(data)
            self.size += len(data)
            self._progress.step(len(data))
        except BaseException as error:
            self.error = error
            raise
        return data

    def rest(self) -> tuple[int, str]:
        """Read on to the end; size and SHA-512 of all of it."""
        while self.read(_BLOCK):
            pass
        return self.size, self._digest.hexdigest() if self._digest is not None else ""


class _Sink(_Kept):
    """A file to be written, of at most ``most`` bytes."""

    def __init__(self, write: Callable[[bytes], object], most: int) -> None:
        self._write = write
        self._left = most

    def write(self, data: bytes) -> int:
        """Write ``data``."""
        try:
            self._left -= len(data)
            if self._left < 0:
                raise UserError("sealed_inside", path="…")
            self._write(data)
        except BaseException as error:
            self.error = error
            raise
        return len(data)

    def flush(self) -> None:
        """Nothing: whoever opened the file does it."""


def _piped(act: Callable[[], None], *pipes: _Kept) -> None:
    try:
        act()
    except BaseException as error:
        for pipe in pipes:
            if pipe.error is not None:
                raise pipe.error from None
        if isinstance(error, OSError):
            raise _AgeError(str(error)) from error
        raise


# -- what is inside


def _fingerprint(source: BinaryIO, path: Path) -> str:
    """SHA-512 of the tag manifest within a package's ZIP. Raises ``sealed_inside``."""
    entries = zipreader.read_entries(source, path.name, Findings())
    found = [
        one for one in entries if one.name.count("/") == 1 and one.name.endswith(f"/{layout.TAG_MANIFEST}")
    ]
    if len(found) != 1 or found[0].size > _MOST_TAG:
        raise UserError("sealed_inside", path=str(path))
    source.seek(found[0].start)
    return hashlib.sha512(source.read(found[0].size)).hexdigest()


def _hash(path: Path, progress: Progress) -> tuple[int, str]:
    with path.open("rb") as file:
        progress.start(os.fstat(file.fileno()).st_size, message("package_checking"))
        return _Source(file, progress).rest()

"""Proof that a device holds a package exactly as it was composed: every byte, read past the cache.

Headers and directory are compared with what they must be; every entry's SHA-512 with the manifest's.
So one reading proves the attachments in the library and the copy on the medium, and gives the
SHA-512 of the whole file besides.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from stdesk.package import zipformat
from stdesk.package.ahead import Trailing
from stdesk.package.parts import Part
from stdesk.package.readback import read_blocks
from stdesk.progress import Progress

_INLINE = 1 << 16  # bytes that are hashed sooner than handed over
_WORKERS = 2


class DiffersError(Exception):
    """The device holds something else; ``paths``: entries concerned, "" for the ZIP's own headers."""

    def __init__(self, paths: Sequence[str]) -> None:
        super().__init__(paths)
        self.paths = tuple(dict.fromkeys(paths))


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of the file: its length and either its bytes or their hash, and the entry it is of."""

    size: int
    path: str
    raw: bytes | None = None
    sha512: str = ""


def pieces(name: str, parts: Sequence[Part], sums: Sequence[int]) -> Iterator[Piece]:
    """The whole file of the package ``name``, whose entries have the check sums ``sums``."""
    offset = 0
    directory: list[bytes] = []
    for part, crc in zip(parts, sums, strict=True):
        path = f"{name}/{part.path}".encode()
        header = zipformat.local_header(path, crc, part.size)
        directory.append(zipformat.central_header(path, crc, part.size, offset))
        offset += len(header) + part.size
        yield Piece(len(header), "", raw=header)
        yield Piece(part.size, part.path, sha512=part.sha512)
    lines = b"".join(directory)
    closing = lines + zipformat.end_records(len(parts), len(lines), offset)
    yield Piece(len(closing), "", raw=closing)


def prove(file: Path, expected: Iterator[Piece], trailing: Trailing, progress: Progress) -> tuple[str, str]:
    """SHA-512 of ``file`` and how it was read, when it is what is ``expected``.

    Args:
        trailing: what is already known of the whole file's hash.

    Raises:
        DiffersError; OSError: the device failed; Cancelled.
    """
    with ExitStack() as stack:
        whole, *hashers = [stack.enter_context(ThreadPoolExecutor(1)) for _ in range(1 + _WORKERS)]
        proof = _Proof(expected, trailing, whole, hashers, progress)
        how = read_blocks(file, proof.use, progress)
        proof.end()
    if proof.wrong:
        raise DiffersError(proof.wrong)
    return trailing.digest.hexdigest(), how


class _Proof:
    """Takes the blocks apart along the pieces, and hands each to the thread that hashes its entry."""

    def __init__(
        self,
        expected: Iterator[Piece],
        trailing: Trailing,
        whole: ThreadPoolExecutor,
        hashers: Sequence[ThreadPoolExecutor],
        progress: Progress,
    ) -> None:
        self._expected, self._trailing, self._progress = expected, trailing, progress
        self._whole, self._hashers = whole, hashers
        self._turn = 0
        self._piece: Piece | None = None
        self._done = 0
        self._digest = hashlib.sha512()
        self.wrong: list[str] = []
        self._next()

    def use(self, place: int, block: memoryview) -> list[Future[Any]]:
        """See :data:`stdesk.package.readback.Use`."""
        self._progress.step(len(block))
        new = block[max(0, self._trailing.upto - place) :]
        works: list[Future[Any]] = [self._whole.submit(self._trailing.digest.update, new)] if new else []
        while block and self._piece:
            count = min(len(block), self._piece.size - self._done)
            works += self._take(block[:count], self._piece)
            block = block[count:]
            self._done += count
            if self._done == self._piece.size:
                works += self._close(self._piece)
        if block:
            self.wrong.append("")  # more than there should be
        return works

    def end(self) -> None:
        """There are no more blocks."""
        if self._piece:
            self.wrong.append(self._piece.path)

    def _take(self, raw: memoryview, piece: Piece) -> list[Future[Any]]:
        if piece.raw is not None:
            if raw != piece.raw[self._done : self._done + len(raw)]:
                self.wrong.append(piece.path)
            return []
        if piece.size <= _INLINE:
            self._digest.update(raw)
            return []
        return [self._hashers[self._turn].submit(self._digest.update, raw)]

    def _close(self, piece: Piece) -> list[Future[Any]]:
        works: list[Future[Any]] = []
        if piece.raw is None and piece.size <= _INLINE:
            self._judge(self._digest, piece)
        elif piece.raw is None:
            works.append(self._hashers[self._turn].submit(self._judge, self._digest, piece))
            self._turn = (self._turn + 1) % len(self._hashers)
        self._next()
        return works

    def _judge(self, digest: Any, piece: Piece) -> None:
        if digest.hexdigest() != piece.sha512:
            self.wrong.append(piece.path)

    def _next(self) -> None:
        """Go to the next piece; empty entries are judged at once."""
        for piece in self._expected:
            self._piece, self._done = piece, 0
            if piece.raw is None:
                self._digest = hashlib.sha512()
            if piece.size:
                return
            if piece.raw is None:
                self._judge(self._digest, piece)
        self._piece = None

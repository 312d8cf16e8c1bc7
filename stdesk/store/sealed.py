"""One file, encrypted: libsodium's secretstream (XChaCha20-Poly1305) in chunks of 64 KiB.

``STDESK-SEALED-1\\n`` (16 bytes), the stream's header (24), then the chunks, each 17 bytes longer than what
it holds; the last one says that it is the last. A flipped bit, a chunk left out, moved or added, a cut at
any place, and another file's content under this name are all found while reading, before a byte of the
spoilt chunk is given out.
"""

from __future__ import annotations

import hashlib
import io
import os
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from nacl.bindings import (
    crypto_secretstream_xchacha20poly1305_ABYTES,
    crypto_secretstream_xchacha20poly1305_HEADERBYTES,
    crypto_secretstream_xchacha20poly1305_init_pull,
    crypto_secretstream_xchacha20poly1305_init_push,
    crypto_secretstream_xchacha20poly1305_pull,
    crypto_secretstream_xchacha20poly1305_push,
    crypto_secretstream_xchacha20poly1305_state,
    crypto_secretstream_xchacha20poly1305_TAG_FINAL,
    crypto_secretstream_xchacha20poly1305_TAG_MESSAGE,
)
from nacl.exceptions import CryptoError

from stdesk.errors import Exit, UserError
from stdesk.progress import Progress

MAGIC = b"STDESK-SEALED-1\n"
CHUNK = 64 << 10  # bytes of content
_HEADER: int = crypto_secretstream_xchacha20poly1305_HEADERBYTES
_MORE: int = crypto_secretstream_xchacha20poly1305_ABYTES
_LAST: int = crypto_secretstream_xchacha20poly1305_TAG_FINAL
_ONE_OF_MANY: int = crypto_secretstream_xchacha20poly1305_TAG_MESSAGE
_START = len(MAGIC) + _HEADER


def seal(source: BinaryIO, out: BinaryIO, key: bytes, progress: Progress | None = None) -> tuple[str, int]:
    """Write ``source``, encrypted, to ``out``; returns SHA-512 (hexadecimal) and size of what was read.

    Args:
        key: 32 bytes, for this file alone (:meth:`stdesk.store.vault.Vault.file_key`).

    Raises:
        OSError: what the disk refused. Cancelled: asked to stop.
    """
    state = crypto_secretstream_xchacha20poly1305_state()
    out.write(MAGIC + crypto_secretstream_xchacha20poly1305_init_push(state, key))
    digest, size = hashlib.sha512(), 0
    block = _full(source)
    while True:
        after = _full(source) if len(block) == CHUNK else b""
        tag = _ONE_OF_MANY if after else _LAST
        out.write(crypto_secretstream_xchacha20poly1305_push(state, block, MAGIC, tag))
        digest.update(block)
        size += len(block)
        if progress is not None:
            progress.step(len(block))
        if not after:
            return digest.hexdigest(), size
        block = after


def unseal(source: BinaryIO, key: bytes, name: str = "") -> Iterator[bytes]:
    """The content of the sealed ``source``, read from its beginning, chunk by chunk; errors call it ``name``.

    Raises:
        UserError: ``attachment_changed`` when it is not what was sealed with ``key``; chunks given out
            before that are as they were. OSError: what the disk refused.
    """
    name = name or _name_of(source)
    state = crypto_secretstream_xchacha20poly1305_state()
    if source.read(len(MAGIC)) != MAGIC:
        raise _changed(name)
    header = source.read(_HEADER)
    if len(header) != _HEADER:
        raise _changed(name)
    crypto_secretstream_xchacha20poly1305_init_pull(state, header, key)
    while True:
        block = _full(source, CHUNK + _MORE)
        try:
            content, tag = crypto_secretstream_xchacha20poly1305_pull(state, block, MAGIC)
        except (CryptoError, ValueError) as error:  # ValueError: shorter than any chunk
            raise _changed(name) from error
        if tag == _LAST:
            if source.read(1):
                raise _changed(name)
            yield content
            return
        if tag != _ONE_OF_MANY or len(content) != CHUNK:
            raise _changed(name)
        yield content


def open_sealed(path: Path, key: bytes, name: str = "") -> BinaryIO:
    """The content of the sealed file at ``path`` as a stream: read, sought, held a chunk at a time.

    Going back begins from the front again, unseen. Reading raises ``attachment_changed`` (UserError),
    which calls the file ``name``.

    Raises:
        OSError: what the disk refused.
    """
    return io.BufferedReader(_Content(path.open("rb"), key, name), CHUNK)


def content_size(size: int) -> int:
    """How many bytes a sealed file of ``size`` bytes holds; 0 when it cannot be one."""
    body = size - _START
    chunks = -(-body // (CHUNK + _MORE))
    return max(0, body - chunks * _MORE)


def is_sealed(path: Path) -> bool:
    """Whether the file at ``path`` begins like a sealed one. Raises OSError."""
    with path.open("rb") as file:
        return file.read(len(MAGIC)) == MAGIC


class _Content(io.RawIOBase):
    def __init__(self, file: BinaryIO, key: bytes, name: str) -> None:
        self._file, self._key, self._called = file, key, name
        self._size = content_size(os.fstat(file.fileno()).st_size)
        self._at = 0
        self._rewind()

    def _rewind(self) -> None:
        self._file.seek(0)
        self._chunks = unseal(self._file, self._key, self._called)
        self._held, self._begins = b"", 0  # the chunk at hand, and where it begins

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._at

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        base = {os.SEEK_SET: 0, os.SEEK_CUR: self._at, os.SEEK_END: self._size}[whence]
        if base + offset < 0:
            raise OSError(22, "negative seek position")
        self._at = base + offset
        return self._at

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        if not len(buffer):
            return 0
        if self._at < self._begins:
            self._rewind()
        while self._at >= self._begins + len(self._held):
            content = next(self._chunks, None)
            if content is None:
                return 0
            self._begins += len(self._held)
            self._held = content
        start = self._at - self._begins
        part = self._held[start : start + len(buffer)]
        buffer[: len(part)] = part
        self._at += len(part)
        return len(part)

    def close(self) -> None:
        self._file.close()
        self._held = b""
        super().close()


def _full(source: BinaryIO, size: int = CHUNK) -> bytes:
    """``size`` bytes, fewer only at the end: a stream may give less than was asked for."""
    block = source.read(size)
    while len(block) < size and (more := source.read(size - len(block))):
        block += more
    return block


def _name_of(source: BinaryIO) -> str:
    return Path(str(getattr(source, "name", ""))).name


def _changed(name: str) -> UserError:
    return UserError("attachment_changed", Exit.ENVIRONMENT, file=name)

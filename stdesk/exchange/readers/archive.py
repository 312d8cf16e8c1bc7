"""ZIP containers and XML parts of workbooks, opened without trusting them.

ZIP: no more parts, bytes or compression than a workbook needs, no two parts on the same bytes
(CVE-2024-0450), no name twice. XML: no document type at all, so no entity can be declared;
neither OOXML (ECMA-376 part 2) nor OpenDocument allows one in a package.
"""

from __future__ import annotations

import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import IO, Any, Protocol
from xml.parsers import expat

from stdesk.exchange.readers import limits
from stdesk.progress import Progress

CHUNK_BYTES = 1 << 18
# expat before 2.6 reads an unfinished tag or comment again with every piece (CVE-2023-52425), and
# no honest one is longer than some kilobytes.
_LONGEST_TAG_BYTES = 4 << 20
_PLAIN_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
_ENCRYPTED = 0x1


class ForbiddenXmlError(ValueError):
    """A part declares a document type, or holds a tag of megabytes."""


class Archive:
    """A checked ZIP file whose parts are found by name, whatever their case and slashes.

    Raises:
        zipfile.BadZipFile, OSError: no ZIP, or unreadable.
        UserError: ``workbook_unsafe``, ``workbook_too_big``.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._zip = zipfile.ZipFile(path)
        try:
            self._parts = self._checked()
        except BaseException:
            self._zip.close()
            raise

    def __enter__(self) -> Archive:
        return self

    def __exit__(self, *_exc: object) -> None:
        self._zip.close()

    def _checked(self) -> dict[str, zipfile.ZipInfo]:
        members = self._zip.infolist()
        if len(members) > limits.MAX_PARTS:
            raise limits.too_big(self.path)
        if sum(member.file_size for member in members) > limits.MAX_UNPACKED_BYTES:
            raise limits.too_big(self.path)
        end = 0
        for member in sorted(members, key=lambda m: m.header_offset):
            if member.header_offset < end or _is_bomb(member):
                raise limits.unsafe(self.path)
            end = member.header_offset + member.compress_size
            if member.compress_type not in _PLAIN_METHODS or member.flag_bits & _ENCRYPTED:
                raise limits.unsafe(self.path)
        parts = {_key(member.filename): member for member in members}
        if len(parts) != len(members):
            raise limits.unsafe(self.path)
        return parts

    def has(self, name: str) -> bool:
        """Whether there is a part ``name``."""
        return _key(name) in self._parts

    def names(self) -> Iterator[str]:
        """Names of the parts, in lower case with slashes."""
        return iter(self._parts)

    def open(self, name: str) -> IO[bytes]:
        """The part ``name`` as a stream; KeyError when there is none."""
        return self._zip.open(self._parts[_key(name)])

    def size(self, name: str) -> int:
        """Bytes of the part ``name`` when unpacked."""
        return self._parts[_key(name)].file_size

    def read_small(self, name: str) -> bytes:
        """A part that is small in every honest file."""
        if self.size(name) > limits.MAX_SMALL_PART_BYTES:
            raise limits.too_big(self.path)
        with self.open(name) as stream:
            return stream.read()


def _key(name: str) -> str:
    return name.replace("\\", "/").lstrip("/").lower()


def _is_bomb(member: zipfile.ZipInfo) -> bool:
    if member.file_size <= limits.RATIO_FREE_BYTES:
        return False
    return member.file_size > limits.MAX_RATIO * max(member.compress_size, 1)


class Handler(Protocol):
    """What a reader of one XML part offers."""

    def start(self, name: str, attributes: dict[str, str]) -> None: ...
    def end(self, name: str) -> None: ...
    def text(self, data: str) -> None: ...


def parse(
    stream: IO[bytes],
    handler: Handler,
    progress: Progress | None = None,
    squeeze: Callable[[bytes], bytes] | None = None,
) -> None:
    """Feed an XML part to ``handler`` piece by piece; names come as ``namespace local``.

    Args:
        squeeze: takes out of each piece what ``handler`` would pass over.

    Raises:
        ForbiddenXmlError: a document type is declared, or a tag has no end.
        expat.ExpatError: not well-formed.
    """
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.buffer_text = True
    parser.buffer_size = 1 << 16
    parser.StartDoctypeDeclHandler = _refuse
    parser.EntityDeclHandler = _refuse
    parser.StartElementHandler = handler.start
    parser.EndElementHandler = handler.end
    parser.CharacterDataHandler = handler.text
    fed = 0
    while chunk := stream.read(CHUNK_BYTES):
        if progress is not None:
            progress.check()
        piece = squeeze(chunk) if squeeze else chunk
        parser.Parse(piece, False)
        fed += len(piece)
        if fed - parser.CurrentByteIndex > _LONGEST_TAG_BYTES:
            raise ForbiddenXmlError
    parser.Parse(b"", True)


def _refuse(*_declared: Any) -> None:
    raise ForbiddenXmlError

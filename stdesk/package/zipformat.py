"""The one way a package's ZIP is written, byte by byte (PKWARE APPNOTE 6.3.10).

Writer and reader share these functions: the reader builds the header it expects and compares.
So no byte of an accepted package is free, and two programs can never see two different
archives in one. Entries are STORED only: what deflate makes depends on the version of the
library, while a package must come out the same in ten years; PDF, DOCX and pictures are
compressed already; and what is not compressed cannot be a bomb.
"""

from __future__ import annotations

from struct import Struct

LOCAL = Struct("<4s5H3L2H")
CENTRAL = Struct("<4s6H3L5H2L")
END = Struct("<4s4H2LH")
END_64 = Struct("<4sQ2H2L4Q")
LOCATOR_64 = Struct("<4sLQL")
LOCAL_SIGN, CENTRAL_SIGN, END_SIGN = b"PK\x03\x04", b"PK\x01\x02", b"PK\x05\x06"
END_64_SIGN, LOCATOR_64_SIGN = b"PK\x06\x06", b"PK\x06\x07"

FLAGS = 0x0800  # names are UTF-8
TIME, DATE = 0, 0x21  # 1980-01-01 00:00, the earliest there is
UNIX = 3 << 8
REGULAR_FILE = 0o100644 << 16
VERSION, VERSION_64 = 20, 45

LIMIT_32 = 0xFFFFFFFF  # from here on zip64 (a test lowers it)
LIMIT_16 = 0xFFFF


def local_header(name: bytes, crc: int, size: int) -> bytes:
    """The header before an entry's bytes."""
    big = size >= LIMIT_32
    extra = Struct("<2H2Q").pack(1, 16, size, size) if big else b""
    kept = 0xFFFFFFFF if big else size
    version = VERSION_64 if big else VERSION
    head = LOCAL.pack(LOCAL_SIGN, version, FLAGS, 0, TIME, DATE, crc, kept, kept, len(name), len(extra))
    return head + name + extra


def central_header(name: bytes, crc: int, size: int, offset: int) -> bytes:
    """An entry's line in the directory at the end."""
    wide = [size, size] if size >= LIMIT_32 else []
    kept = 0xFFFFFFFF if wide else size
    place = offset
    if offset >= LIMIT_32:
        wide.append(offset)
        place = 0xFFFFFFFF
    extra = Struct(f"<2H{len(wide)}Q").pack(1, 8 * len(wide), *wide) if wide else b""
    version = VERSION_64 if wide else VERSION
    head = CENTRAL.pack(
        CENTRAL_SIGN,
        UNIX | version,
        version,
        FLAGS,
        0,
        TIME,
        DATE,
        crc,
        kept,
        kept,
        len(name),
        len(extra),
        0,
        0,
        0,
        REGULAR_FILE,
        place,
    )
    return head + name + extra


def end_records(count: int, size: int, offset: int) -> bytes:
    """What closes the archive: the directory's place, no comment."""
    wide = b""
    if count >= LIMIT_16 or size >= LIMIT_32 or offset >= LIMIT_32:
        wide = END_64.pack(
            END_64_SIGN, 44, UNIX | VERSION_64, VERSION_64, 0, 0, count, count, size, offset
        ) + LOCATOR_64.pack(LOCATOR_64_SIGN, 0, offset + size, 1)
        count = count if count < LIMIT_16 else 0xFFFF
        size = size if size < LIMIT_32 else 0xFFFFFFFF
        offset = offset if offset < LIMIT_32 else 0xFFFFFFFF
    return wide + END.pack(END_SIGN, 0, 0, count, count, size, offset, 0)

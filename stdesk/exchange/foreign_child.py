"""The other process: the only place where a PDF, picture or scan that somebody else made is taken apart.

Its standard input is the file. ``text`` answers with the text of a PDF's first pages, ``look`` with the sizes of
its pages, ``draw PAGE WIDTH`` with the picture of one page (:mod:`stdesk.exchange.pdf_child`); ``picture SIDE``
with a picture no larger than SIDE (:mod:`stdesk.exchange.picture_child`); ``codes PAGE`` with the QR codes of a
scan's pages from PAGE on (:mod:`stdesk.exchange.scan_child`): a line of JSON, then bytes.

Whatever the file does to PDFium or a decoder happens to this process, which has little memory, little time, and
may not write a byte to any file nor start another program. Nothing inside the file is run: PDFium is built
without JavaScript and forms here, and none of the decoders knows anything that could be run.
"""

from __future__ import annotations

import io
import json
import os
import stat
import sys
from collections.abc import Callable, Mapping
from typing import Any, BinaryIO, TypeAlias

MEMORY = 480 << 20  # bytes of its own, where the system can hold a process to it
SECONDS = 10  # of work
MOST_CONTENT = 200 << 20  # bytes taken into memory whole
_ADDRESSES = 1 << 30  # libraries and what they set aside included
UNREADABLE, LOCKED = 1, 3  # what the process returns
Answer: TypeAlias = tuple[dict[str, Any], bytes]


def main(arguments: list[str]) -> int:
    """Do what ``arguments`` say with the standard input; 0 = done, 1 = not to be read, 3 = locked by a password."""
    bind_hands()
    what, *more = arguments
    try:
        told, tail = acts()[what](_content(), [int(one) for one in more])
    except Exception as error:  # noqa: BLE001 - decoders raise anything over damaged files
        return LOCKED if "assword" in str(error) else UNREADABLE
    out = sys.stdout.buffer
    out.write(json.dumps(told, ensure_ascii=True).encode() + b"\n")
    out.write(tail)
    out.flush()
    return 0


def acts() -> Mapping[str, Callable[[BinaryIO, list[int]], Answer]]:
    """What can be asked for."""
    from stdesk.exchange import pdf_child, picture_child, scan_child

    return {
        "text": pdf_child.text, "look": pdf_child.look, "draw": pdf_child.draw,
        "picture": picture_child.picture, "codes": scan_child.codes,
    }  # fmt: skip


def _content() -> BinaryIO:
    """The file: as it lies on the disk when it was handed over like that, else in memory."""
    if stat.S_ISREG(os.fstat(0).st_mode):
        return open(0, "rb", closefd=False)
    with open(0, "rb", closefd=False) as source:
        content = source.read(MOST_CONTENT + 1)
    if len(content) > MOST_CONTENT:
        raise ValueError("too large")
    return io.BytesIO(content)


def bind_hands(memory: int = MEMORY, seconds: int = SECONDS) -> None:
    """Take from this process what it does not need: memory, time, writing, other programs."""
    if sys.platform == "win32":
        from stdesk.exchange import windows_job

        windows_job.bind(memory, seconds)
        return
    import resource

    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
    if sys.platform == "linux":
        resource.setrlimit(resource.RLIMIT_AS, (_ADDRESSES, _ADDRESSES))
        resource.setrlimit(resource.RLIMIT_DATA, (memory, memory))
        resource.setrlimit(resource.RLIMIT_NPROC, (0, 0))

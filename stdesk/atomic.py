"""Writing files so that a reader finds the old one or the new one, never half of one.

On FAT32 under Linux the usual temp-fsync-rename leaves a file of size 0 on the medium until
the renamed file is opened and flushed once more, hence the second fsync; exFAT, ext4 and NTFS
are right either way.
"""

from __future__ import annotations

import contextlib
import os
import secrets
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, TypeVar

_T = TypeVar("_T")
_RETRIES, _PAUSE_S = 5, 0.1  # Windows: a virus scanner may hold a fresh file for a moment


@contextmanager
def replacing(target: Path, *, replace: Callable[[Path, Path], None] = os.replace) -> Iterator[BinaryIO]:
    """A binary file that becomes ``target`` when the block ends well, and vanishes otherwise.

    Args:
        target: the final name; its folder must exist.
        replace: the move, passed in so that its failure can be tested.

    Raises:
        OSError: whatever the system refused; ``target`` is then as it was.
    """
    part = target.with_name(f".{target.name[:40]}.{secrets.token_hex(4)}.part")
    try:
        with part.open("xb") as out:
            yield out
            out.flush()
            os.fsync(out.fileno())
        _move(part, target, replace)
    except BaseException:
        with contextlib.suppress(OSError):
            patiently(part.unlink)
        raise
    flush(target)


def write_bytes(target: Path, content: bytes) -> None:
    """Put ``content`` at ``target``, whole or not at all."""
    with replacing(target) as out:
        out.write(content)


def flush(target: Path) -> None:
    """Force a file that stands under its final name, and its folder, to the medium."""
    with patiently(lambda: target.open("rb+")) as final:
        os.fsync(final.fileno())
    flush_folder(target.parent)


def flush_folder(folder: Path) -> None:
    """Force a folder's entries to the medium, where the system can (not on Windows)."""
    if os.name == "nt":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        with contextlib.suppress(OSError):  # EINVAL on file systems that cannot
            os.fsync(handle)
    finally:
        os.close(handle)


def patiently(act: Callable[[], _T]) -> _T:
    """What ``act`` gives; on Windows tried again while another program holds the file for a moment.

    Raises:
        OSError: what the system refused, the last time.
    """
    for left in reversed(range(_RETRIES)):
        try:
            return act()
        except PermissionError:
            if not left or os.name != "nt":
                raise
            time.sleep(_PAUSE_S)
    raise AssertionError("a last try gives or raises")


def _move(part: Path, target: Path, replace: Callable[[Path, Path], None]) -> None:
    patiently(lambda: replace(part, target))

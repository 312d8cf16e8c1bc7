"""Putting a file on a medium so that it is there, whole, when the program says so.

One protocol for every file that leaves: room is asked for; the bytes go to ``NAME.part`` and are
flushed again and again beside the writing, so that a slow medium shows its progress and a failing
one its errors early; the file is flushed, given its name (one that is new: nothing is replaced),
opened and flushed once more (on FAT32 under Linux a renamed file is 0 bytes long until then), the
folder and the volume are flushed; what the device holds is read back and compared; and only then
``NAME.ok`` says that it is finished. Whatever fails before leaves nothing under the final name.
"""

from __future__ import annotations

import contextlib
import errno
import hashlib
import os
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor, wait
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from stdesk import i18n
from stdesk.atomic import flush_folder
from stdesk.errors import Exit, UserError, from_os_error
from stdesk.package.flushing import close_after, give_name, harden, timed_flush
from stdesk.package.readback import CACHE, DEVICE, sha512_of
from stdesk.package.volumes import Ejected, Volume, eject, largest_file, volume_of, volumes
from stdesk.progress import Cancelled, Progress

__all__ = [
    "CACHE", "DEVICE", "Checked", "Ejected", "Placed", "Placing", "Volume",
    "check_room", "eject", "harden", "largest_file", "place_file", "volume_of", "volumes", "write_mark",
]  # fmt: skip

PART, MARK = ".part", ".ok"
BLOCK = 1 << 20
FLUSH_LEAST, FLUSH_MOST = 1 << 20, 32 << 20  # bytes between two flushes: as much as goes in half a second
_FLUSH_SECONDS = 0.5
_SPARE = 1 << 20  # bytes left free for the medium's own tables
_LOOK = 0.1  # seconds between two looks whether to stop
_GONE = frozenset(
    {errno.EIO, errno.ENODEV, errno.ENXIO, errno.ENOENT, errno.ESTALE, errno.ENOTCONN, errno.EROFS}
)
_SENTENCES = {
    errno.ENOSPC: "medium_full", errno.EDQUOT: "medium_full",
    errno.EROFS: "medium_read_only",
    errno.EIO: "medium_failing",
    errno.ENODEV: "medium_gone", errno.ENXIO: "medium_gone", errno.ENOTCONN: "medium_gone",
    errno.EFBIG: "medium_file_limit",
    errno.EACCES: "medium_denied", errno.EPERM: "medium_denied",
    errno.EEXIST: "medium_name_taken",
}  # fmt: skip
# Windows says it more exactly in its own numbers (winerror.h).
_WINDOWS = {
    19: "medium_read_only", 39: "medium_full", 112: "medium_full", 223: "medium_file_limit",
    21: "medium_gone", 55: "medium_gone", 433: "medium_gone", 1167: "medium_gone",
    23: "medium_failing", 1117: "medium_failing",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Checked:
    """Whether something can go to a volume.

    Attributes:
        volume: where.
        needed: bytes that must be free: the size, a tenth more, and room for tables.
        fits: there is nothing against it, but perhaps that it takes several files.
        most: bytes one file may have, where the size is more than that; ``None``: it fits one.
        problem: the sentence when it does not fit.
    """

    volume: Volume
    needed: int
    fits: bool
    most: int | None
    problem: UserError | None


@dataclass(frozen=True, slots=True)
class Placed:
    """A file that is on its medium.

    Attributes:
        path, size: the file. sha512: hex, of what was read back.
        read_back: ``"device"``, or ``"cache"`` where the system gave no way past its memory.
    """

    path: Path
    size: int
    sha512: str
    read_back: str


def check_room(folder: Path, size: int, *, there: int = 0) -> Checked:
    """Whether ``size`` bytes can be written below ``folder``; ``there`` of them are already."""
    volume = volume_of(folder)
    needed = size + size // 10 + _SPARE - there
    problem = None
    if volume.read_only:
        problem = UserError("medium_read_only", Exit.ENVIRONMENT, path=str(folder))
    elif volume.free < needed:
        counted = {"needed": needed // 1_000_000 + 1, "free": volume.free // 1_000_000}
        problem = UserError("package_no_room", Exit.ENVIRONMENT, path=str(folder), **counted)
    most = volume.largest_file if volume.largest_file is not None and size > volume.largest_file else None
    return Checked(volume, needed, problem is None, most, problem)


def place_file(
    target: Path,
    chunks: Iterable[bytes],
    size: int,
    progress: Progress | None = None,
    *,
    mark: bool = True,
) -> Placed:
    """Put ``chunks`` at ``target``, whose folder must exist, by the protocol of this module.

    Args:
        target: a name that is not taken.
        size: in bytes, or a little more when it is not known to the byte; room is asked for by it.
        mark: whether ``NAME.ok`` is written.

    Raises:
        UserError: ``package_no_room``, ``medium_…`` (exit 3); nothing is left then, nor by
            Cancelled or whatever ``chunks`` raises.
    """
    with Placing(target, size, progress, mark=mark) as out:
        out.progress.start(size, i18n.message("medium_writing", name=target.name))
        for chunk in chunks:
            out.write(chunk)
            out.progress.step(len(chunk))
    return out.placed


class Placing:
    """The protocol as a block: ``with Placing(target, size) as out: out.write(...)``; then ``out.placed``.

    Args:
        target: see :func:`place_file`.
        size: see :func:`place_file`; ``None``: room was asked for.
        keep: leave ``NAME.part`` when the person stops it.
        at: go on behind this many bytes of the ``NAME.part`` that is there.
        prove: reads ``target`` back and returns its SHA-512 and how it was read, or raises; instead
            of the comparison with what was written (which :meth:`patch` rules out).
    """

    def __init__(
        self,
        target: Path,
        size: int | None,
        progress: Progress | None = None,
        *,
        keep: bool = False,
        mark: bool = True,
        at: int = 0,
        prove: Callable[[Path], tuple[str, str]] | None = None,
    ) -> None:
        """Nothing is touched before the block is entered."""
        self.target = target
        self.progress = progress or Progress()
        self._part = target.with_name(target.name + PART)
        self._mark = target.with_name(target.name + MARK)
        self._size, self._keep, self._marked, self._at, self._prove = size, keep, mark, at, prove
        self._digest = hashlib.sha512()
        self._written = at
        self._step = FLUSH_LEAST
        self._unflushed = 0
        self._flushing: Future[float] | None = None
        self._handle = -1
        self._made: list[Path] = []
        self._reached = False
        self._node = ""
        self._device = 0
        self.placed: Placed

    def __enter__(self) -> Self:
        """Ask for room and open ``NAME.part``."""
        with self._sentences():
            self._device = self.target.parent.stat().st_dev
            node = volume_of(self.target.parent).device
            self._node = node if node and Path(node).exists() else ""
            self._reached = True
            if os.path.lexists(self.target):
                raise UserError("medium_name_taken", path=str(self.target))
            if self._size is not None:
                self._check_room(self._size)
            with contextlib.suppress(FileNotFoundError):
                self._mark.unlink()  # of a file that is no longer there
            if not self._at:
                with contextlib.suppress(FileNotFoundError):
                    self._part.unlink()
            flags = os.O_RDWR | getattr(os, "O_BINARY", 0) | (0 if self._at else os.O_CREAT | os.O_EXCL)
            self._handle = os.open(self._part, flags, 0o644)
            self._made.append(self._part)
            if self._at:
                os.ftruncate(self._handle, self._at)
                os.lseek(self._handle, self._at, os.SEEK_SET)
        self._beside = ThreadPoolExecutor(1, "flush")
        return self

    def _check_room(self, size: int) -> None:
        checked = check_room(self.target.parent, size)
        if checked.problem:
            raise checked.problem
        if checked.most is not None:
            raise UserError("medium_file_limit", Exit.ENVIRONMENT, path=str(self.target.parent))

    def write(self, raw: bytes | memoryview) -> int:
        """Write ``raw``; an error of a flush under way is raised by the next call."""
        view = memoryview(raw)
        if not self._prove:
            self._digest.update(view)
        with self._sentences():
            for start in range(0, len(view), BLOCK):
                self._write_all(view[start : start + BLOCK])
        return len(view)

    def patch(self, place: int, raw: bytes) -> None:
        """Write ``raw`` over what lies at ``place``; only with a ``prove`` of one's own."""
        with self._sentences():
            here = os.lseek(self._handle, 0, os.SEEK_CUR)
            os.lseek(self._handle, place, os.SEEK_SET)
            os.write(self._handle, raw)
            os.lseek(self._handle, here, os.SEEK_SET)

    def _write_all(self, view: memoryview) -> None:
        while view:
            count = os.write(self._handle, view)
            view = view[count:]
            self._written += count
            self._unflushed += count
            if self._unflushed >= self._step:
                self._unflushed = 0
                self._settle()
                self._flushing = self._beside.submit(timed_flush, self._handle)

    def _settle(self) -> None:
        """Wait for the flush under way, and take its pace for the next."""
        if self._flushing:
            took = self._patiently(self._flushing)
            fitting = int(self._step * _FLUSH_SECONDS / max(took, 1e-3))
            self._step = min(max(fitting, self._step // 4, FLUSH_LEAST), 4 * self._step, FLUSH_MOST)
            self._flushing = None

    def _patiently(self, work: Future[Any]) -> Any:
        """What ``work`` gives; a wish to stop is heard meanwhile."""
        while not work.done():
            self.progress.check()
            wait((work,), _LOOK)
        return work.result()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Finish, or leave nothing behind."""
        try:
            if error is None:
                with self._sentences():
                    self._finish()
        except BaseException as failure:
            self._leave_nothing(keep=self._keep and isinstance(failure, Cancelled))
            raise
        finally:
            self._beside.shutdown(wait=False)
        if error is not None:
            self._leave_nothing(keep=self._keep and isinstance(error, Cancelled))

    def _finish(self) -> None:
        self._settle()
        self._say("medium_settling")
        self._patiently(self._beside.submit(os.fsync, self._handle))
        self.progress.check()
        handle, self._handle = self._handle, -1
        os.close(handle)
        if os.path.lexists(self.target):
            raise UserError("medium_name_taken", path=str(self.target))
        give_name(self._part, self.target)
        self._made.append(self.target)
        self._patiently(self._beside.submit(harden, self.target))
        sha512, how = self._proven()
        if self.target not in self.target.parent.iterdir():
            raise OSError(errno.ENODEV, os.strerror(errno.ENODEV))
        if self._marked:
            self._made.append(self._mark)
            write_mark(self.target, self._written, sha512)
        self.placed = Placed(self.target, self._written, sha512, how)

    def _proven(self) -> tuple[str, str]:
        if self._prove:
            return self._prove(self.target)
        self.progress.start(self._written, i18n.message("medium_reading_back"))
        sha512, size, how = sha512_of(self.target, self.progress)
        if (sha512, size) != (self._digest.hexdigest(), self._written):
            raise lies(self.target)
        return sha512, how

    def _say(self, code: str) -> None:
        self.progress.note = i18n.message(code, name=self.target.name)

    def _leave_nothing(self, *, keep: bool) -> None:
        """Close and remove what was made; the medium may be gone, so nothing here can fail."""
        if self._handle >= 0:
            close_after(self._flushing, self._handle)
            self._handle = -1
        for path in reversed(self._made):
            if path != self._part or not keep:
                with contextlib.suppress(OSError):
                    path.unlink()
        with contextlib.suppress(OSError):
            flush_folder(self.target.parent)

    @contextmanager
    def _sentences(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            raise self._told(error) from error

    def _told(self, error: OSError) -> UserError:
        """The sentence for what the system said; a stick that was pulled out says it in many ways."""
        folder = self.target.parent
        if not self._reached:
            return from_os_error(error, folder)
        if error.errno in _GONE and self._vanished():
            return UserError("medium_gone", Exit.ENVIRONMENT, path=str(folder))
        return told(error, folder)

    def _vanished(self) -> bool:
        """The folder is gone or another one; or empty, though something was put into it."""
        folder = self.target.parent
        if self._node and not Path(self._node).exists():
            return True
        try:
            return folder.stat().st_dev != self._device or (bool(self._made) and not any(folder.iterdir()))
        except OSError:
            return True


def write_mark(target: Path, size: int, sha512: str) -> None:
    """``NAME.ok``: ``target`` is finished. ``sha512sum -c`` takes it; the size stands in a remark."""
    text = f"# {size}\n{sha512}  {target.name}\n".encode()
    with Placing(target.with_name(target.name + MARK), None, mark=False) as out:
        out.write(text)


def told(error: OSError, folder: Path) -> UserError:
    """The sentence for what a medium refused; what is no matter of media is told as everywhere."""
    code = _WINDOWS.get(getattr(error, "winerror", None) or 0) or _SENTENCES.get(error.errno or 0)
    if code is None:
        return from_os_error(error, folder)
    return UserError(code, Exit.ENVIRONMENT, path=str(folder), reason=error.strerror or "")


def lies(target: Path, file: str = "") -> UserError:
    """The sentence for a medium that does not hold what was written to it."""
    return UserError("medium_lies", Exit.ENVIRONMENT, path=str(target.parent), file=file or target.name)

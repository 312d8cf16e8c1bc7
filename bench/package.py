"""A package of 1,000 attachments against bagit-python and zipfile, and against the bare limit.

``python -m bench.package MODE FOLDER`` measures one of:

    ours        write, flush, read back past the cache, prove; the whole file's SHA-512
    peer        copytree, bagit.make_bag, zipfile (stored), flush: what one would do by hand
    peer_same   that, and what ours gives besides: the ZIP's SHA-512, and every entry read back
                from the device and compared with the manifest
    hashing     SHA-512 of the attachments by two threads, nothing else
    copying     the attachments copied into one flushed file, nothing else
    verify      ours, of the package that ``keep`` made
    peer_verify unzip and bagit's validate
"""

from __future__ import annotations

import hashlib
import os
import random
import shutil
import sys
import tempfile
import time
import zipfile
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from bench.measure import report, timed
from stdesk.progress import Progress

FILES = 1000
_KEPT = "package"


def make(folder: Path, size: int = 1_000_000, files: int = FILES) -> Path:
    """``files`` files of ``size`` bytes that do not compress, named as the library names them."""
    if (folder / "ready").exists():
        return folder
    shutil.rmtree(folder, ignore_errors=True)
    (folder / "files").mkdir(parents=True)
    chance = random.Random(1)
    for n in range(files):
        place = folder / "files" / f"{n}"
        digest = hashlib.sha512()
        with place.open("wb") as out:
            head = b"%PDF-1.4\n"
            left = size - len(head)
            for piece in (
                head,
                *(chance.randbytes(min(1 << 24, left - at)) for at in range(0, left, 1 << 24)),
            ):
                digest.update(piece)
                out.write(piece)
        place.rename(place.with_name(f"{digest.hexdigest()}.pdf"))
    (folder / "ready").touch()
    return folder


class _Stretches(Progress):
    """Notes when each stretch of the work began."""

    def start(self, total: int, note: str = "") -> None:
        """As ever, and the time."""
        super().start(total, note)
        self.__dict__.setdefault("begun", []).append(time.perf_counter())


def _ours(folder: Path, out: Path) -> dict[str, float]:
    from dataclasses import replace

    from stdesk.package.content import PackageFile
    from stdesk.package.writer import write_package
    from tests.helpers.packages import content

    files = tuple(
        PackageFile(name=f"tệp {n}.pdf", sha512=one.stem, size=one.stat().st_size, path=one, record=f"r{n}")
        for n, one in enumerate(sorted((folder / "files").iterdir()))
    )
    (out / "small").mkdir(parents=True)
    (out / "made").mkdir()
    progress = _Stretches()
    written = write_package(replace(content(out / "small"), files=files), out / "made", progress)
    begun = [*progress.__dict__["begun"], time.perf_counter()]
    return {"size": written.size, "writing": begun[1] - begun[0], "proving": begun[2] - begun[1]}


def ours(folder: Path) -> Any:
    """See the module."""
    with tempfile.TemporaryDirectory(dir=folder) as out:
        return _ours(folder, Path(out))


def keep(folder: Path) -> Any:
    """Make the package that ``verify`` looks at, and the peer's."""
    shutil.rmtree(folder / _KEPT, ignore_errors=True)
    _ours(folder, folder / _KEPT)
    return _peer(folder, folder / _KEPT)


def _peer(folder: Path, out: Path) -> int:
    import bagit

    bag = out / "bag"
    shutil.copytree(folder / "files", bag)
    bagit.make_bag(str(bag), checksums=["sha512"])
    target = out / "bag.zip"
    with zipfile.ZipFile(target, "w", zipfile.ZIP_STORED) as archive:
        for one in sorted(bag.rglob("*")):
            archive.write(one, one.relative_to(out))
    with target.open("rb") as written:
        os.fsync(written.fileno())
    shutil.rmtree(bag)
    return target.stat().st_size


def peer(folder: Path) -> int:
    """See the module."""
    with tempfile.TemporaryDirectory(dir=folder) as out:
        return _peer(folder, Path(out))


def peer_same(folder: Path) -> bool:
    """See the module."""
    with tempfile.TemporaryDirectory(dir=folder) as out:
        _peer(folder, Path(out))
        target = Path(out) / "bag.zip"
        _forget(target)
        with target.open("rb") as written:
            hashlib.file_digest(written, "sha512")
        _forget(target)
        with zipfile.ZipFile(target) as archive:
            lines = archive.read("bag/manifest-sha512.txt").decode().splitlines()
            for line in lines:
                sha512, path = line.split(maxsplit=1)
                with archive.open(f"bag/{path}") as entry:
                    if hashlib.file_digest(entry, "sha512").hexdigest() != sha512:  # type: ignore[arg-type]
                        return False
        return True


def hashing(folder: Path) -> int:
    """See the module."""

    def one(path: Path) -> int:
        with path.open("rb", buffering=0) as file:
            hashlib.file_digest(file, "sha512")
        return 1

    with ThreadPoolExecutor(2) as pool:
        return sum(pool.map(one, sorted((folder / "files").iterdir())))


def copying(folder: Path) -> int:
    """See the module."""
    with tempfile.TemporaryDirectory(dir=folder) as out:
        target = Path(out) / "copy"
        with target.open("wb", buffering=0) as written:
            for one in sorted((folder / "files").iterdir()):
                with one.open("rb", buffering=0) as source:
                    shutil.copyfileobj(source, written, 1 << 20)
            os.fsync(written.fileno())
        return target.stat().st_size


def verify(folder: Path) -> bool:
    """See the module."""
    from stdesk.package.verifier import verify_package

    package = next((folder / _KEPT / "made").glob("*.zip"))
    _forget(package)
    return verify_package(package).ok


def peer_verify(folder: Path) -> bool:
    """See the module."""
    import bagit

    target = folder / _KEPT / "bag.zip"
    _forget(target)
    with tempfile.TemporaryDirectory(dir=folder) as out:
        with zipfile.ZipFile(target) as archive:
            archive.extractall(out)
        bagit.Bag(str(Path(out) / "bag")).validate()
        return True


def _forget(path: Path) -> None:
    with path.open("rb") as file:
        os.fsync(file.fileno())
        os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)


MODES: dict[str, Callable[[Path], Any]] = {
    one.__name__: one for one in (ours, keep, peer, peer_same, hashing, copying, verify, peer_verify)
}

if __name__ == "__main__":
    report(timed(lambda: MODES[sys.argv[1]](Path(sys.argv[2]))))

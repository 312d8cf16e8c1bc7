"""A package of 1 GB in 1,000 attachments against bagit-python and zipfile for the same files."""

from __future__ import annotations

import hashlib
import os
import random
import shutil
import sys
import tempfile
import zipfile
from pathlib import Path

from bench.measure import report, timed

FILES, SIZE = 1000, 1_000_000


def make(folder: Path) -> Path:
    """1,000 files of 1 MB that do not compress, under the names of the library's attachments."""
    if (folder / "ready").exists():
        return folder
    shutil.rmtree(folder, ignore_errors=True)
    (folder / "files").mkdir(parents=True)
    chance = random.Random(1)
    for _ in range(FILES):
        content = b"%PDF-1.4\n" + chance.randbytes(SIZE - 9)
        (folder / "files" / f"{hashlib.sha512(content).hexdigest()}.pdf").write_bytes(content)
    (folder / "ready").touch()
    return folder


def _ours(folder: Path) -> int:
    from dataclasses import replace

    from stdesk.package.content import PackageFile
    from stdesk.package.writer import write_package
    from tests.helpers.packages import content

    files = tuple(
        PackageFile(name=f"tệp {n}.pdf", sha512=one.stem, size=SIZE, path=one, record=f"r{n}")
        for n, one in enumerate(sorted((folder / "files").iterdir()))
    )
    with tempfile.TemporaryDirectory(dir=folder) as out:
        (Path(out) / "made").mkdir()
        return write_package(replace(content(Path(out)), files=files), Path(out) / "made").size


def _peer(folder: Path) -> int:
    """What a unit's IT officer would do: copy, bag, zip (stored), and flush it to the medium."""
    import bagit

    with tempfile.TemporaryDirectory(dir=folder) as out:
        bag = Path(out) / "bag"
        shutil.copytree(folder / "files", bag)
        bagit.make_bag(str(bag), checksums=["sha512"])
        target = Path(out) / "bag.zip"
        with zipfile.ZipFile(target, "w", zipfile.ZIP_STORED) as archive:
            for one in sorted(bag.rglob("*")):
                archive.write(one, one.relative_to(out))
        with target.open("rb") as written:
            os.fsync(written.fileno())
        return target.stat().st_size


def _peer_bare(folder: Path) -> int:
    """The same without copying or flushing: the files bagged where they lie, then zipped."""
    import bagit

    with tempfile.TemporaryDirectory(dir=folder) as out:
        bag = Path(out) / "bag"
        bag.mkdir()
        for one in (folder / "files").iterdir():
            os.link(one, bag / one.name)
        bagit.make_bag(str(bag), checksums=["sha512"])
        target = Path(out) / "bag.zip"
        with zipfile.ZipFile(target, "w", zipfile.ZIP_STORED) as archive:
            for one in sorted(bag.rglob("*")):
                archive.write(one, one.relative_to(out))
        return target.stat().st_size


if __name__ == "__main__":
    works = {"ours": _ours, "peer": _peer, "peer_bare": _peer_bare}
    report(timed(lambda: works[sys.argv[1]](Path(sys.argv[2]))))

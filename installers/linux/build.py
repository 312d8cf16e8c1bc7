"""The Linux archive: one folder with the program, its libraries for each supported Python, and a launcher."""

from __future__ import annotations

import gzip
import shutil
import tarfile
from collections.abc import Callable
from pathlib import Path

from installers import sbom, sources
from installers.icon import ICON
from installers.tree import FIXED_TIME, HERE, files_of, fresh, no_networking_qt, settle, unpack_wheels

#: Their compiled modules lie side by side in one folder: each carries its Python's name.
PYTHONS = ("3.11", "3.12", "3.13")
#: What is carried besides the libraries, with whether it can be run.
PARTS = {
    "stdesk": True, "add-to-menu.sh": True, "start.py": False, "stdesk.desktop": False, "DOC-TRUOC.txt": False,
}  # fmt: skip


def build(work: Path, output: Path, say: Callable[[str], None]) -> Path:
    """Make ``STDesk-<version>-linux-x86_64.tar.gz`` in ``output``; ``work`` holds downloads and the folder.

    Raises:
        BuildError: a download failed or the libraries do not fit together.
    """
    version = sources.version()
    tree = fresh(work / "tree") / f"STDesk-{version}"
    wheels = [sources.program_wheel(work / "program")]
    for python in PYTHONS:
        wheels += sources.linux_wheels(work / f"wheels-{python}", python)
    unpack_wheels(wheels, tree / "lib")
    shutil.rmtree(tree / "lib" / "bin", ignore_errors=True)
    no_networking_qt(tree)
    listed = sbom.write(tree, wheels, version, "linux-x86_64")
    shutil.copyfile(listed, output / f"{tree.name}-linux-x86_64.cdx.json")
    for name in PARTS:
        shutil.copyfile(HERE / "linux" / name, tree / name)
    shutil.copyfile(ICON, tree / "stdesk.svg")
    size = settle(tree)
    say(f"Linux: {len(files_of(tree))} files, {size // 2**20} MB unpacked; compressing")
    target = output / f"{tree.name}-linux-x86_64.tar.gz"
    made = work / target.name
    _archive(tree, made)
    return made.replace(target)  # only whole files reach the output


def _archive(tree: Path, target: Path) -> None:
    """The same folder gives the same bytes: order, times, owners and modes are fixed."""
    with (
        target.open("wb") as raw,
        gzip.GzipFile(filename="", mode="wb", fileobj=raw, mtime=0, compresslevel=9) as packed,
        tarfile.open(fileobj=packed, mode="w", format=tarfile.PAX_FORMAT) as archive,
    ):
        for path in files_of(tree):
            entry = tarfile.TarInfo(f"{tree.name}/{path.as_posix()}")
            entry.size = (tree / path).stat().st_size
            entry.mtime = FIXED_TIME
            entry.mode = 0o755 if PARTS.get(path.as_posix()) else 0o644
            with (tree / path).open("rb") as content:
                archive.addfile(entry, content)

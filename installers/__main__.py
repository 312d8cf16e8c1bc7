"""``python -m installers [windows] [linux]``: make what is handed to a unit, in ``dist/``."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

from installers import sources
from installers.linux import build as linux
from installers.tree import PROJECT, BuildError
from installers.windows import build as windows

_WORK = PROJECT / "build" / "installers"
_OUTPUT = PROJECT / "dist"
_MAKERS = {"linux": linux.build, "windows": windows.build}


def _say(sentence: str) -> None:
    sys.stdout.write(f"{sentence}\n")
    sys.stdout.flush()


def _tools(names: list[str]) -> None:
    """See to makensis (needed) and osslsigncode (better); installed when we may, named otherwise."""
    if "windows" not in names:
        return
    wanted = {"makensis": "nsis", "osslsigncode": "osslsigncode"}
    missing = [package for tool, package in wanted.items() if shutil.which(tool) is None]
    if missing and os.geteuid() == 0 and shutil.which("apt-get"):
        _say(f"Installing {' '.join(missing)}")
        quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
        for command in (["update", "-qq"], ["install", "-y", "-qq", "--no-install-recommends", *missing]):
            subprocess.run(["apt-get", *command], env=quiet, stdout=subprocess.DEVNULL, check=False)
    if shutil.which("makensis") is None:
        raise BuildError(
            "The Windows installer needs makensis: sudo apt-get install nsis osslsigncode\n"
            "(the Linux archive alone: python -m installers linux)"
        )


def _describe(path: Path) -> str:
    with path.open("rb") as content:
        digest = hashlib.file_digest(content, "sha256").hexdigest()
    _say(f"{path.relative_to(PROJECT)}: {path.stat().st_size / 1e6:.1f} MB, SHA-256 {digest}")
    return f"{digest}  {path.name}\n"


def main(arguments: list[str]) -> int:
    """Make the named installers (both when none is named); 0 done, 2 wrong use, 3 something is missing."""
    names = arguments or list(_MAKERS)
    if unknown := [name for name in names if name not in _MAKERS]:
        _say(f"Not something to make: {unknown[0]} (there are {', '.join(_MAKERS)})")
        return 2
    started = time.monotonic()
    _OUTPUT.mkdir(exist_ok=True)
    try:
        _tools(names)
        _say(f"STDesk {sources.version()}")
        for name in names:
            _MAKERS[name](_WORK / name, _OUTPUT, _say)
    except BuildError as error:
        _say(f"installers: {error}")
        return 3
    made = sorted(_OUTPUT.glob(f"STDesk-{sources.version()}-*"))
    sums = "".join(_describe(path) for path in made)
    (_OUTPUT / "SHA256SUMS").write_text(sums, encoding="utf-8")
    _say(f"Done in {time.monotonic() - started:.0f} s")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

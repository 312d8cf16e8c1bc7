"""Folders that are packed: wheels unpacked into them, trimmed, listed in one order with one time."""

from __future__ import annotations

import fnmatch
import os
import shutil
import tomllib
import zipfile
from collections.abc import Iterable, Sequence
from pathlib import Path, PurePosixPath

#: Every packed file carries this time (2026-01-01 00:00 UTC), so that two builds are the same bytes.
FIXED_TIME = 1_767_225_600
HERE = Path(__file__).resolve().parent
PROJECT = HERE.parent


class BuildError(Exception):
    """Something the person who builds has to mend; the text says what."""


def trim_rules() -> dict[str, dict[str, list[str]]]:
    """The patterns of ``trim.toml``."""
    return tomllib.loads((HERE / "trim.toml").read_text(encoding="utf-8"))


def fresh(folder: Path) -> Path:
    """``folder``, empty."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    return folder


def matches(name: str, patterns: Iterable[str]) -> bool:
    """Whether a path with forward slashes fits one of the patterns."""
    return any(fnmatch.fnmatchcase(name, pattern) for pattern in patterns)


def unpack_wheels(wheels: Sequence[Path], target: Path) -> None:
    """Lay the wheels out in ``target`` as an installer would, scripts left out, trimmed.

    Wheels of one version for several Pythons may be given: their compiled modules carry the Python's
    name and lie side by side.

    Raises:
        BuildError: a path leaves ``target``, or two wheels disagree on a module written in Python.
    """
    rules = trim_rules()
    for wheel in sorted(wheels):
        with zipfile.ZipFile(wheel) as archive:
            for entry in archive.infolist():
                name = _installed_name(entry.filename)
                if entry.is_dir() or name is None or not _wanted(name, rules):
                    continue
                _place(target, name, archive.read(entry), wheel)


def _installed_name(name: str) -> str | None:
    """Where a wheel's file belongs below site-packages; None for scripts, headers and data."""
    head, _, rest = name.partition("/")
    if not head.endswith(".data"):
        return name
    scheme, _, inner = rest.partition("/")
    return inner if scheme in ("purelib", "platlib") else None


def _wanted(name: str, rules: dict[str, dict[str, list[str]]]) -> bool:
    if matches(name, rules["drop"]["libraries"]):
        return False
    keep = rules["keep"].get(name.partition("/")[0])
    return keep is None or matches(name, keep)


def _place(target: Path, name: str, content: bytes, wheel: Path) -> None:
    path = inside(target, name)
    if path.exists():
        if path.read_bytes() != content and not name.endswith(".dist-info/WHEEL"):
            raise BuildError(f"{wheel.name}: {name} is there already with another content")
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)


def inside(target: Path, name: str) -> Path:
    """The place of an archive's member below ``target``.

    Raises:
        BuildError: the name is absolute or climbs out.
    """
    pure = PurePosixPath(name)
    if pure.is_absolute() or ".." in pure.parts or "\\" in name or ":" in name:
        raise BuildError(f"A name that leaves the folder: {name}")
    return target / pure


def files_of(folder: Path) -> list[Path]:
    """Every file below, relative, in one order on every machine."""
    found = (path.relative_to(folder) for path in folder.rglob("*") if path.is_file())
    return sorted(found, key=lambda path: path.as_posix())


def settle(folder: Path) -> int:
    """Give everything below the fixed time; returns the bytes of all files."""
    total = 0
    for path in sorted(folder.rglob("*"), reverse=True):
        if path.is_file():
            total += path.stat().st_size
        os.utime(path, (FIXED_TIME, FIXED_TIME))
    return total


def no_networking_qt(folder: Path) -> None:
    """The program opens no socket: Qt's own networking is not even carried.

    Raises:
        BuildError: a QtNetwork or QML file was left by the trimming.
    """
    left = [path.as_posix() for path in files_of(folder) if "PySide6" in path.parts]
    words = ("network", "qml", "quick", "/tls/", "websockets", "webengine")
    unwanted = [name for name in left if any(word in name.lower() for word in words)]
    if unwanted:
        raise BuildError(f"trim.toml leaves {unwanted[0]}")

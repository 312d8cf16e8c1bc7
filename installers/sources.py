"""What the packed folders are made of: downloads pinned by hash, and the program's own wheel."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

from installers.tree import FIXED_TIME, PROJECT, BuildError, fresh

RUNTIME = PROJECT / "requirements" / "runtime.txt"
#: C libraries a manylinux wheel may ask for: up to that of Debian 12, whose 2.36 runs all of them.
_GLIBC = ["manylinux1_x86_64", "manylinux2010_x86_64", "manylinux2014_x86_64"] + [
    f"manylinux_2_{minor}_x86_64" for minor in range(5, 37)
]


def version() -> str:
    """The program's version, from the package itself."""
    text = (PROJECT / "stdesk" / "__init__.py").read_text(encoding="utf-8")
    found = re.search(r'^__version__ = "(\d+\.\d+\.\d+[^"]*)"$', text, re.MULTILINE)
    if not found:
        raise BuildError("stdesk/__init__.py names no version")
    return found.group(1)


def run(command: list[str | Path], folder: Path = PROJECT, **environment: str) -> None:
    """Run a tool quietly in ``folder``; what it said is shown only when it failed.

    Raises:
        BuildError: it ended with another code than 0.
    """
    done = subprocess.run(
        command, cwd=folder, env={**os.environ, **environment}, capture_output=True, text=True, check=False
    )
    if done.returncode:
        said = "\n".join((done.stdout + done.stderr).splitlines()[-15:])
        raise BuildError(f"{' '.join(map(str, command[:4]))} … ended with {done.returncode}:\n{said}")


def windows_wheels(folder: Path, python: str) -> list[Path]:
    """The libraries for 64-bit Windows and one Python ("3.13")."""
    return _wheels(folder, python, ["win_amd64"])


def linux_wheels(folder: Path, python: str) -> list[Path]:
    """The libraries for 64-bit Linux and one Python."""
    return _wheels(folder, python, _GLIBC)


def _wheels(folder: Path, python: str, platforms: list[str]) -> list[Path]:
    # --no-deps: the lock is complete (a test says so), and pip would judge markers by this machine.
    command: list[str | Path] = [
        *_pip_download(folder), "--no-deps", "--only-binary=:all:", "--implementation", "cp",
        "--python-version", python,
    ]  # fmt: skip
    for abi in (f"cp{python.replace('.', '')}", "abi3", "none"):
        command += ["--abi", abi]
    for platform in platforms:
        command += ["--platform", platform]
    run([*command, "-r", RUNTIME])
    return sorted(folder.glob("*.whl"))


def pinned(requirements: Path, folder: Path, *, source: bool = False) -> list[Path]:
    """Download what a requirements file names, as wheels or, with ``source``, as source archives.

    A source archive's metadata is made by its own set-up script: it runs with the build tools of
    ``build-tools.txt`` (pinned as well), not with whatever the index offers today.
    """
    if not source:
        run([*_pip_download(folder), "--no-deps", "--only-binary=:all:", "-r", requirements])
        return sorted(folder.iterdir())
    tools = fresh(folder.with_name("build-tools"))
    for wheel in pinned(requirements.with_name("build-tools.txt"), folder.with_name("build-tools-wheels")):
        with zipfile.ZipFile(wheel) as archive:
            archive.extractall(tools)
    run(
        [
            *_pip_download(folder),
            "--no-deps",
            "--no-binary=:all:",
            "--no-build-isolation",
            "-r",
            requirements,
        ],
        PYTHONPATH=str(tools),
    )
    return sorted(folder.iterdir())


def _pip_download(folder: Path) -> list[str | Path]:
    fresh(folder)
    return [
        sys.executable, "-m", "pip", "download", "--quiet", "--disable-pip-version-check", "--require-hashes",
        "--dest", folder,
    ]  # fmt: skip


def program_wheel(folder: Path) -> Path:
    """The program and its resources, exactly as ``pip install`` would see them.

    Built from a copy that holds only what belongs in it, so that nothing lying about in a working
    tree can slip in.
    """
    copy = fresh(folder / "source")
    for name in ("pyproject.toml", "README.md"):
        shutil.copy2(PROJECT / name, copy / name)
    for name in ("stdesk", "resources"):
        shutil.copytree(
            PROJECT / name, copy / name, ignore=shutil.ignore_patterns("__pycache__", "*.pyc", ".*")
        )
    target = fresh(folder / "wheel")
    run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", target],
        copy,
        SOURCE_DATE_EPOCH=str(FIXED_TIME),
    )
    return next(iter(target.glob("*.whl")))

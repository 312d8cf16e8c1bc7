"""The Windows installer, made on Linux."""

from __future__ import annotations

import re
import shutil
import time
from collections.abc import Callable
from pathlib import Path

from installers import icon, sbom, sources
from installers.tree import (
    FIXED_TIME,
    HERE,
    BuildError,
    files_of,
    fresh,
    no_networking_qt,
    settle,
    unpack_wheels,
)
from installers.windows import interpreter

#: Windows' limit of 260 characters less the folder of a person with a long name.
_LONGEST_PATH = 160


def build(work: Path, output: Path, say: Callable[[str], None]) -> Path:
    """Make ``STDesk-<version>-setup.exe`` in ``output``; ``work`` holds downloads and the tree.

    Raises:
        BuildError: a download, a signature or the compiler of the installer failed.
    """
    version = sources.version()
    tree = lay_out(fresh(work / "tree"), work, say)
    shutil.copyfile(tree / sbom.NAME, output / f"STDesk-{version}-win_amd64.cdx.json")
    beside = fresh(work / "beside")
    shutil.copyfile(HERE / "windows" / "stdesk.cmd", beside / "stdesk.cmd")
    icon.write_icon(beside / "stdesk.ico")
    settle(beside)
    files = work / "files.nsh"
    files.write_text(file_list(tree), encoding="utf-8")
    kilobytes = settle(tree) // 1024
    say(f"Windows: {len(files_of(tree))} files, {kilobytes // 1024} MB unpacked; compressing")
    target = output / f"STDesk-{version}-setup.exe"
    made = work / target.name
    numeric = ".".join([*re.findall(r"\d+", version)[:3], "0"])
    values = {
        "VERSION": version, "NUMERIC_VERSION": numeric, "TREE": tree, "ICON": beside / "stdesk.ico",
        "COMMAND": beside / "stdesk.cmd", "FILES": files, "OUTPUT": made, "KILOBYTES": kilobytes,
    }  # fmt: skip
    script = HERE / "windows" / "stdesk.nsi"
    sources.run(
        ["makensis", "-V2", "-WX", "-INPUTCHARSET", "UTF8", *[f"-D{key}={value}" for key, value in values.items()],
         script],
        SOURCE_DATE_EPOCH=str(FIXED_TIME),
    )  # fmt: skip
    return made.replace(target)  # only whole files reach the output


def lay_out(tree: Path, work: Path, say: Callable[[str], None]) -> Path:
    """The program's folder as it will lie on the person's computer."""
    started = time.monotonic()
    say(f"Windows: interpreter checked: {interpreter.lay_out(tree, work)}")
    wheels = sources.windows_wheels(work / "wheels", interpreter.PYTHON)
    packages = tree / "Lib" / "site-packages"
    unpack_wheels([*wheels, sources.program_wheel(work / "program")], packages)
    shutil.copyfile(HERE / "windows" / "start.pyw", tree / "start.pyw")
    no_networking_qt(tree)
    sbom.write(tree, wheels, sources.version(), "win_amd64", [sbom.interpreter(tree)])
    longest = max(files_of(tree), key=lambda path: len(str(path)))
    if len(str(longest)) > _LONGEST_PATH:
        raise BuildError(f"Too long a path for Windows: {longest}")
    shutil.rmtree(packages / "bin", ignore_errors=True)
    say(f"Windows: {len(wheels)} libraries unpacked ({time.monotonic() - started:.0f} s)")
    return tree


def file_list(tree: Path) -> str:
    """NSIS macros that write and remove exactly the files of ``tree``, each by name, in a fixed order."""
    write, remove = [], []
    folders: dict[Path, bool] = {}
    current = None
    for path in files_of(tree):
        folder = _windows(path.parent)
        if folder != current:
            write.append(f'  SetOutPath "$INSTDIR\\{folder}"')
            current = folder
        write.append(f'  File "${{TREE}}/{path.as_posix().replace("$", "$$")}"')
        remove.append(f'  Delete "$INSTDIR\\{folder}\\{path.name.replace("$", "$$")}"')
        for parent in [path.parent, *path.parent.parents]:
            folders[parent] = folders.get(parent, False) or (parent == path.parent and path.suffix == ".py")
    for parent in sorted(folders, key=lambda one: (len(one.parts), one.as_posix()), reverse=True):
        if folders[parent]:
            remove.append(f'  RMDir /r "$INSTDIR\\{_windows(parent)}\\__pycache__"')
        remove.append(f'  RMDir "$INSTDIR\\{_windows(parent)}"')
    return "\n".join(
        ["!macro InstallFiles", *write, "!macroend", "!macro RemoveFiles", *remove, "!macroend", ""]
    )


def _windows(folder: Path) -> str:
    return "\\".join(["runtime", *folder.parts]).replace("$", "$$")

"""Starting the program anew, as it was started, and telling it where to go on."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

_VARIABLE = "STDESK_REOPEN"  # folder of the library to go on with, where the person was
_ALONE = 0x00000008 | 0x00000200  # Windows: DETACHED_PROCESS, CREATE_NEW_PROCESS_GROUP


def command() -> list[str]:
    """The words this process was started with, the interpreter first."""
    words = list(getattr(sys, "orig_argv", []) or [sys.executable, "-m", "stdesk", *sys.argv[1:]])
    return [sys.executable or words[0], *words[1:]]


def start(library: Path | None) -> bool:
    """Start the program once more, beside this process, which is about to end.

    Args:
        library: opened there, at the place the person was at; ``None``: as it was started.

    Returns:
        whether the system did so.
    """
    surroundings = {**os.environ, _VARIABLE: str(library) if library is not None else ""}
    try:
        subprocess.Popen(
            command(),
            env=surroundings,
            stdin=subprocess.DEVNULL,
            close_fds=True,
            creationflags=_ALONE if os.name == "nt" else 0,
            start_new_session=os.name != "nt",
        )
    except OSError:
        return False
    return True


def wanted() -> Path | None:
    """The library this process was started anew for; asked once."""
    text = os.environ.pop(_VARIABLE, "")
    return Path(text) if text else None

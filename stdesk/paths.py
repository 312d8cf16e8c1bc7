"""Where things lie on the person's computer, and opening what a stranger's medium holds."""

from __future__ import annotations

import errno
import os
import stat
from pathlib import Path
from typing import BinaryIO

import platformdirs

_APP = "STDesk"


def settings_folder() -> Path:
    """Window state and the list of libraries opened lately; nothing of a record."""
    return Path(platformdirs.user_config_dir(_APP, appauthor=False))


def default_library() -> Path:
    """Where a first library is proposed: the person's documents."""
    return Path(platformdirs.user_documents_dir()) / "STDesk"


def centre_folder() -> Path:
    """Where the central agency's side keeps packages when its database is a server."""
    return Path(platformdirs.user_data_dir(_APP, appauthor=False)) / "central"


def open_plain(path: Path) -> BinaryIO:
    """A file to be read that came from elsewhere; what only looks like one is not waited for.

    Opening a named pipe waits until somebody writes, and a device may never end.

    Raises:
        OSError: what the system refused; EISDIR for a folder, ESPIPE for a pipe, socket or device.
    """
    flags = os.O_RDONLY
    for name in ("O_BINARY", "O_CLOEXEC", "O_NONBLOCK"):
        flags |= getattr(os, name, 0)
    handle = os.open(path, flags)
    mode = os.fstat(handle).st_mode
    if not stat.S_ISREG(mode):
        os.close(handle)
        code = errno.EISDIR if stat.S_ISDIR(mode) else errno.ESPIPE
        raise OSError(code, os.strerror(code), str(path))
    return os.fdopen(handle, "rb")

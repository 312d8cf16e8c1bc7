"""Steering the calls that fail (``shim.c``) from inside a process that has it preloaded."""

from __future__ import annotations

import ctypes
import os
import shutil
import subprocess
import sys
from pathlib import Path

SORTS = ("write", "pwrite64", "fsync", "fdatasync", "rename", "openat", "ftruncate", "unlink")
_SOURCE = Path(__file__).with_name("shim.c")


def missing() -> str:
    """Why calls cannot be made to fail here; "" when they can."""
    if sys.platform != "linux":
        return "calls are made to fail by LD_PRELOAD: Linux only"
    return "" if shutil.which("cc") else "needs a C compiler: apt-get install gcc"


def build(folder: Path) -> Path:
    """The library to be preloaded, made in ``folder``."""
    made = folder / "shim.so"
    words = ["cc", "-shared", "-fPIC", "-O1", "-o", str(made), str(_SOURCE), "-ldl"]
    subprocess.run(words, check=True, capture_output=True)
    return made


class Faults:
    """The calls of this process; made inside a process started with ``LD_PRELOAD``."""

    def __init__(self) -> None:
        self._library = ctypes.CDLL(os.environ["LD_PRELOAD"])
        self._library.fault_seen.restype = self._library.fault_fired.restype = ctypes.c_long

    def arm(self, sort: str, place: int, error: int, lasting: bool, folder: Path) -> None:
        """Let the ``place``-th call of ``sort`` below ``folder`` fail, and when ``lasting`` all after it."""
        self._library.fault_arm(
            SORTS.index(sort), ctypes.c_long(place), error, int(lasting), str(folder).encode()
        )

    def disarm(self) -> tuple[int, int]:
        """Let calls work again; how many came by, and how many failed."""
        self._library.fault_disarm()
        return self._library.fault_seen(), self._library.fault_fired()

"""Whether a process of this computer still runs."""

from __future__ import annotations

import ctypes
import os
import sys
from typing import Any

_MAY_ASK = 0x1000  # PROCESS_QUERY_LIMITED_INFORMATION
_STILL_ACTIVE = 259
_DENIED = 5  # ERROR_ACCESS_DENIED: it is there, another person's


def runs(pid: int) -> bool:
    """Whether the process ``pid`` runs; one that cannot be asked is taken to."""
    if pid <= 0:
        return False
    if sys.platform == "win32":
        return runs_on_windows(pid, ctypes.WinDLL("kernel32", use_last_error=True), ctypes.get_last_error)
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except (OSError, OverflowError):
        return True
    return True


def runs_on_windows(pid: int, kernel: Any, last_error: Any) -> bool:
    """The same by kernel32, where ``os.kill(pid, 0)`` would send a Ctrl-C instead of asking.

    Args:
        kernel: ``ctypes.WinDLL("kernel32")``, or what stands for it. last_error: ``ctypes.get_last_error``.
    """
    kernel.OpenProcess.restype = ctypes.c_void_p
    handle = kernel.OpenProcess(_MAY_ASK, False, pid)
    if not handle:
        return bool(last_error() == _DENIED)
    try:
        code = ctypes.c_uint32()
        asked = kernel.GetExitCodeProcess(ctypes.c_void_p(handle), ctypes.byref(code))
        return not asked or code.value == _STILL_ACTIVE
    finally:
        kernel.CloseHandle(ctypes.c_void_p(handle))

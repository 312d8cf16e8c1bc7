"""Windows' way to bound a process: a job object with little memory, little time and no second process.

The process puts itself into the job before it looks at a foreign file, and a job once entered cannot be left
(Microsoft, "Job Objects"). Structures as in ``winnt.h``, 64-bit Windows.
"""

from __future__ import annotations

import ctypes
from typing import Any

_PROCESS_TIME, _ACTIVE_PROCESS, _PROCESS_MEMORY, _DIE_QUIETLY = 0x2, 0x8, 0x100, 0x400
_EXTENDED_LIMITS, _UI_LIMITS = 9, 4  # JobObjectExtendedLimitInformation, JobObjectBasicUIRestrictions
_NO_UI = 0xFF  # handles, clipboard, system parameters, display, atoms, desktop, ending the session
_TICKS = 10_000_000  # of 100 ns in a second


class _Basic(ctypes.Structure):
    _fields_ = [
        ("process_time", ctypes.c_int64),
        ("job_time", ctypes.c_int64),
        ("flags", ctypes.c_uint32),
        ("least_set", ctypes.c_size_t),
        ("most_set", ctypes.c_size_t),
        ("active", ctypes.c_uint32),
        ("affinity", ctypes.c_size_t),
        ("priority", ctypes.c_uint32),
        ("scheduling", ctypes.c_uint32),
    ]


class Limits(ctypes.Structure):
    """JOBOBJECT_EXTENDED_LIMIT_INFORMATION."""

    _fields_ = [
        ("basic", _Basic),
        ("io", ctypes.c_uint64 * 6),
        ("process_memory", ctypes.c_size_t),
        ("job_memory", ctypes.c_size_t),
        ("peak_process", ctypes.c_size_t),
        ("peak_job", ctypes.c_size_t),
    ]


def limits(memory: int, seconds: int) -> Limits:
    """``memory`` bytes committed, ``seconds`` of work, one process; a crash shows no window."""
    made = Limits()
    made.basic.flags = _PROCESS_TIME | _ACTIVE_PROCESS | _PROCESS_MEMORY | _DIE_QUIETLY
    made.basic.process_time = seconds * _TICKS
    made.basic.active = 1
    made.process_memory = memory
    return made


def bind(memory: int, seconds: int, kernel: Any = None) -> None:
    """Put this process into a job with :func:`limits`. Raises OSError when Windows refuses.

    Args:
        kernel: ``kernel32``; a stand-in where there is none.
    """
    kernel = kernel or _kernel()
    job = kernel.CreateJobObjectW(None, None)
    if not job:
        raise OSError("no job object")
    bounds, unseen = limits(memory, seconds), ctypes.c_uint32(_NO_UI)
    kernel.SetInformationJobObject(job, _UI_LIMITS, ctypes.byref(unseen), ctypes.sizeof(unseen))
    if not kernel.SetInformationJobObject(job, _EXTENDED_LIMITS, ctypes.byref(bounds), ctypes.sizeof(bounds)):
        raise OSError("no limits")
    if not kernel.AssignProcessToJobObject(job, kernel.GetCurrentProcess()):
        raise OSError("not bound")


def _kernel() -> Any:
    kernel = ctypes.WinDLL("kernel32", use_last_error=True)  # type: ignore[attr-defined]
    handle, size, truth = ctypes.c_void_p, ctypes.c_uint32, ctypes.c_int
    kernel.CreateJobObjectW.argtypes, kernel.CreateJobObjectW.restype = [handle, ctypes.c_wchar_p], handle
    kernel.SetInformationJobObject.argtypes = [handle, ctypes.c_int, handle, size]
    kernel.SetInformationJobObject.restype = truth
    kernel.AssignProcessToJobObject.argtypes = [handle, handle]
    kernel.AssignProcessToJobObject.restype = truth
    kernel.GetCurrentProcess.restype = handle
    return kernel

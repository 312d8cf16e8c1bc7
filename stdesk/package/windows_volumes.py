"""Drives of Windows, asked through kernel32; importable anywhere, and tested with a stand-in."""

from __future__ import annotations

import ctypes
from dataclasses import dataclass
from typing import Any

_NO_DISK_DIALOG = 0x0001 | 0x8000  # SEM_FAILCRITICALERRORS, SEM_NOOPENFILEERRORBOX
_REMOVABLE, _FIXED = 2, 3  # GetDriveTypeW
_READ_ONLY_VOLUME = 0x00080000
_TEXT = 261  # characters, MAX_PATH + 1


@dataclass(frozen=True, slots=True)
class Drive:
    """A lettered drive with a medium in it; ``root`` is "E:\\\\", sizes are bytes."""

    root: str
    label: str
    system: str
    free: int
    total: int
    removable: bool
    read_only: bool


def drives(kernel: Any = None) -> list[Drive]:
    """Removable and fixed drives that answer; empty card readers and network drives do not count.

    Args:
        kernel: ``ctypes.windll.kernel32``, or what stands for it; asked for when ``None``.
    """
    kernel = kernel or getattr(getattr(ctypes, "windll", None), "kernel32", None)
    if kernel is None:
        return []
    before = ctypes.c_uint32()
    kernel.SetThreadErrorMode(_NO_DISK_DIALOG, ctypes.byref(before))
    try:
        letters = int(kernel.GetLogicalDrives())
        roots = [f"{chr(65 + n)}:\\" for n in range(26) if letters >> n & 1]
        return [drive for root in roots if (drive := _drive(kernel, root))]
    finally:
        kernel.SetThreadErrorMode(before.value, None)


def _drive(kernel: Any, root: str) -> Drive | None:
    kind = int(kernel.GetDriveTypeW(ctypes.c_wchar_p(root)))
    if kind not in (_REMOVABLE, _FIXED):
        return None
    label, system = ctypes.create_unicode_buffer(_TEXT), ctypes.create_unicode_buffer(_TEXT)
    flags = ctypes.c_uint32()
    asked = kernel.GetVolumeInformationW(
        ctypes.c_wchar_p(root), label, _TEXT, None, None, ctypes.byref(flags), system, _TEXT
    )
    free, total = ctypes.c_uint64(), ctypes.c_uint64()
    room = kernel.GetDiskFreeSpaceExW(ctypes.c_wchar_p(root), ctypes.byref(free), ctypes.byref(total), None)
    if not asked or not room:
        return None
    read_only = bool(flags.value & _READ_ONLY_VOLUME)
    removable = kind == _REMOVABLE
    return Drive(root, label.value, system.value, free.value, total.value, removable, read_only)

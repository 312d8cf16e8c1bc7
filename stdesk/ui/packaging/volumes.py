"""Where a package can be written: the media that look removable first."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from PySide6.QtCore import QStorageInfo

from stdesk.progress import Progress

_NOT_MEDIA = frozenset(
    {
        "autofs", "cgroup", "cgroup2", "configfs", "debugfs", "devpts", "devtmpfs", "efivarfs",
        "fusectl", "hugetlbfs", "mqueue", "overlay", "proc", "pstore", "ramfs", "securityfs",
        "squashfs", "sysfs", "tmpfs", "tracefs",
    }
)  # fmt: skip
_MOUNTS = ("/media", "/run/media", "/mnt", "/Volumes")
_WINDOWS_REMOVABLE = 2


@dataclass(frozen=True, slots=True)
class Volume:
    """A medium that is plugged in.

    Attributes:
        root: its folder, "E:/" or "/media/usb".
        name: its label, may be empty.
        system: its file system, "vfat".
        free, total: bytes.
        removable: it looks like a stick or a disk that is carried.
        read_only: nothing can be written to it.
    """

    root: Path
    name: str
    system: str
    free: int
    total: int
    removable: bool
    read_only: bool


def plugged_in(_progress: Progress) -> list[Volume]:
    """Every medium a package could go to, those that look removable first."""
    found = []
    for one in QStorageInfo.mountedVolumes():
        system = bytes(one.fileSystemType().data()).decode("ascii", "replace")
        if one.isValid() and one.isReady() and one.bytesTotal() > 0 and system not in _NOT_MEDIA:
            root = one.rootPath()
            found.append(
                Volume(
                    Path(root),
                    one.name(),
                    system,
                    one.bytesAvailable(),
                    one.bytesTotal(),
                    looks_removable(root),
                    one.isReadOnly(),
                )
            )
    return in_order(found)


def in_order(volumes: Iterable[Volume]) -> list[Volume]:
    """Removable first, then by root; the system's own folders are not offered."""
    offered = [one for one in volumes if one.removable or _is_drive(str(one.root))]
    return sorted(offered, key=lambda one: (not one.removable, str(one.root)))


def looks_removable(root: str) -> bool:
    """Whether a mounted root is likely something one carries; the system does not say for sure."""
    if sys.platform == "win32":
        return _windows_type(root) == _WINDOWS_REMOVABLE
    path = PurePosixPath(root)
    return any(PurePosixPath(mount) in path.parents for mount in _MOUNTS)


def _is_drive(root: str) -> bool:
    """A lettered drive: large sticks and USB disks call themselves fixed on Windows."""
    return len(root) <= 3 and root[1:2] == ":"


def _windows_type(root: str) -> int:
    import ctypes

    kernel = getattr(ctypes, "windll").kernel32  # noqa: B009 - there on Windows only
    return int(kernel.GetDriveTypeW(root.replace("/", "\\")))

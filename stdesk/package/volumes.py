"""Volumes: what is plugged in, how much it holds, how large a file may be, and letting it go.

Linux: ``/proc/self/mountinfo``, sysfs and udev's own notes, which anyone may read. Windows: four
calls of kernel32. Elsewhere only the folder in question is known. Nothing here raises: a volume
that cannot be asked is left out, or described by what is known of it.
"""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from stdesk import i18n
from stdesk.drives import Mount, block_folder, bytes_to_text, is_carried, mount_of, mounts
from stdesk.package import windows_volumes

FAT_LARGEST = (4 << 30) - 1  # the size field of a FAT directory entry has 32 bits
SYSTEMS = {
    "vfat": "FAT32", "msdos": "FAT32", "fat32": "FAT32", "fat": "FAT32", "fat16": "FAT32",
    "exfat": "exFAT", "fuse.exfat": "exFAT",
    "ntfs": "NTFS", "ntfs3": "NTFS", "fuse.ntfs-3g": "NTFS",
}  # fmt: skip
_CARRIED = ("/media", "/run/media", "/mnt", "/Volumes")
_NOT_MEDIA = frozenset(
    {
        "autofs", "binfmt_misc", "bpf", "cgroup", "cgroup2", "configfs", "debugfs", "devpts", "devtmpfs",
        "efivarfs", "fusectl", "fuse.gvfsd-fuse", "fuse.portal", "hugetlbfs", "mqueue", "nsfs", "overlay",
        "proc", "pstore", "ramfs", "rpc_pipefs", "securityfs", "squashfs", "sysfs", "tmpfs", "tracefs",
    }
)  # fmt: skip
_FAR = ("fuse", "nfs", "cifs", "smb", "9p", "virtiofs")
_HEX = re.compile(r"\\x([0-9a-f]{2})")
_PATIENCE = 20.0  # seconds a stick may take to be let go


@dataclass(frozen=True, slots=True)
class Volume:
    """A medium that is plugged in.

    Attributes:
        root: its folder, "E:/" or "/media/an/USB".
        name: its label; where it has none, the last part of its root; may be empty.
        system: its file system as people call it: "FAT32", "exFAT", "NTFS", else the system's word.
        free, total: bytes; 0 when it does not say.
        removable: one can carry it away: a stick, a card, a disk on a USB cable.
        read_only: nothing can be written to it.
        largest_file: bytes a file on it may have; ``None`` when nothing practical limits it.
        device: the system's name for it, "/dev/sdb1"; may be empty.
    """

    root: Path
    name: str
    system: str
    free: int
    total: int
    removable: bool
    read_only: bool
    largest_file: int | None
    device: str = ""


@dataclass(frozen=True, slots=True)
class Ejected:
    """Whether a volume was taken out of use, and the sentence for the person."""

    done: bool
    text: str


def volumes() -> list[Volume]:
    """Media a package could go to, removable ones first; folders of the system are not offered."""
    if sys.platform == "win32":
        found = _on_windows()
    else:
        seen = {mount.root: mount for mount in _mounts()}  # the last one on a folder is the one seen
        found = [one for mount in seen.values() if _offered(mount) and (one := _described(mount))]
    return sorted(found, key=lambda one: (not one.removable, str(one.root)))


def volume_of(folder: Path) -> Volume:
    """The volume ``folder`` lies on, or will once it is made."""
    place = Path(os.path.realpath(folder))
    while not os.path.lexists(place) and place != place.parent:  # never raises, unlike Path.exists
        place = place.parent
    if sys.platform == "win32":
        within = [one for one in _on_windows() if one.root.anchor.lower() == place.anchor.lower()]
        return within[0] if within else _unknown(place)
    mount = _mount_of(place)
    return (_described(mount) if mount else None) or _unknown(place)


def _mounts() -> list[Mount]:
    return mounts()


def _mount_of(place: Path) -> Mount | None:
    return mount_of(place, _mounts())


def reaches_device(path: Path) -> bool:
    """Whether reading past the cache of ``path``'s file system reads its device.

    A file system in user space (FUSE) reads through a cache of its own, one on the network through
    somebody else's.
    """
    mount = _mount_of(Path(os.path.realpath(path)))
    return mount is None or not mount.system.startswith(_FAR)


def eject(volume: Volume) -> Ejected:
    """Write out what is waiting, unmount where the system allows it, and say what to do now."""
    with contextlib.suppress(OSError, AttributeError):
        os.sync()
    where = volume.name or str(volume.root)
    asked = volume.removable and volume.device and sys.platform != "win32"  # never a disk of the system's
    done = bool(asked) and _let_go(volume)
    return Ejected(done, i18n.message("medium_ejected" if done else "medium_remove_safely", where=where))


def _let_go(volume: Volume) -> bool:
    if shutil.which("udisksctl"):
        asked = ("udisksctl", "unmount", "--no-user-interaction", "-b", volume.device)
        if _ran(*asked):
            _ran("udisksctl", "power-off", "--no-user-interaction", "-b", volume.device)  # a wish only
            return True
    return bool(shutil.which("umount")) and _ran("umount", "--", str(volume.root))


def _ran(*words: str) -> bool:
    try:
        done = subprocess.run(words, capture_output=True, stdin=subprocess.DEVNULL, timeout=_PATIENCE)
    except (OSError, subprocess.SubprocessError):
        return False
    return done.returncode == 0


def largest_file(system: str) -> int | None:
    """Bytes a file may have on a file system of that name."""
    return FAT_LARGEST if system == "FAT32" else None


def _offered(mount: Mount) -> bool:
    if mount.system in _NOT_MEDIA or not os.path.lexists(mount.root):
        return False
    return _is_carried(mount) or any(
        PurePosixPath(place) in PurePosixPath(mount.root).parents or mount.root == place for place in _CARRIED
    )


def _described(mount: Mount) -> Volume | None:
    try:
        room = os.statvfs(mount.root)
    except OSError:
        return None
    notes = _udev_notes(mount)
    label = _HEX.sub(lambda found: chr(int(found[1], 16)), notes.get("ID_FS_LABEL_ENC", ""))
    kind = notes.get("ID_FS_TYPE", mount.system) if mount.system == "fuseblk" else mount.system
    system = SYSTEMS.get(kind, kind)
    return Volume(
        root=Path(mount.root),
        name=bytes_to_text(label) or PurePosixPath(mount.root).name,
        system=system,
        free=room.f_bavail * room.f_frsize,
        total=room.f_blocks * room.f_frsize,
        removable=_is_carried(mount),
        read_only="ro" in mount.options or bool(room.f_flag & os.ST_RDONLY),
        largest_file=largest_file(system),
        device=mount.source if mount.source.startswith("/dev/") else "",
    )


def _is_carried(mount: Mount, sysfs: Path = Path("/sys")) -> bool:
    return is_carried(mount, sysfs)


def _udev_notes(mount: Mount) -> dict[str, str]:
    folder = block_folder(mount)
    if folder is None:
        return {}
    try:
        number = (folder / "dev").read_text(encoding="ascii").strip()
        lines = Path(f"/run/udev/data/b{number}").read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return {}
    return dict(line[2:].split("=", 1) for line in lines if line.startswith("E:") and "=" in line)


def _on_windows() -> list[Volume]:
    return [
        Volume(
            root=Path(drive.root),
            name=drive.label,
            system=SYSTEMS.get(drive.system.lower(), drive.system),
            free=drive.free,
            total=drive.total,
            removable=drive.removable,
            read_only=drive.read_only,
            largest_file=largest_file(SYSTEMS.get(drive.system.lower(), drive.system)),
            device=drive.root.rstrip("\\"),
        )
        for drive in windows_volumes.drives()
    ]


def _unknown(folder: Path) -> Volume:
    free = total = 0
    with contextlib.suppress(OSError):
        usage = shutil.disk_usage(folder)
        free, total = usage.free, usage.total
    return Volume(folder, folder.name, "", free, total, False, not os.access(folder, os.W_OK), None)

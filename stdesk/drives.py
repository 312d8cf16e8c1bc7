"""What a folder lies on: a disk of this computer, one that is carried about, one on the network.

Linux: ``/proc/self/mountinfo`` and sysfs, which anyone may read. Windows: ``GetDriveTypeW`` and the
shape of the path. Nothing here raises: what cannot be asked is called :attr:`Sort.FIXED`, since most are.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

_NETWORK = frozenset(
    {
        "nfs", "nfs4", "cifs", "smb2", "smb3", "smbfs", "ncpfs", "afs", "ceph", "glusterfs", "lustre", "gpfs",
        "ocfs2", "davfs", "fuse.sshfs", "fuse.davfs", "fuse.davfs2", "fuse.glusterfs", "fuse.rclone",
        "fuse.s3fs", "fuse.gvfsd-fuse", "fuse.curlftpfs", "fuse.smbnetfs", "fuse.ceph", "fuse.google-drive-ocamlfuse",
    }
)  # fmt: skip
_SHARED = frozenset({"9p", "virtiofs", "vboxsf", "fuse.vmhgfs-fuse", "drvfs", "prl_fs", "hgfs", "vmhgfs"})
_OCTAL = re.compile(r"\\([0-7]{3})")
_WINDOWS_REMOVABLE, _WINDOWS_REMOTE = 2, 4  # GetDriveTypeW


class Sort(StrEnum):
    """What a folder lies on."""

    FIXED = "fixed"
    REMOVABLE = "removable"  # a stick, a card, a disk on a USB cable
    NETWORK = "network"  # another computer's, reached over the network
    SHARED = "shared"  # a host's disk seen from a virtual machine


@dataclass(frozen=True, slots=True)
class Mount:
    """A line of mountinfo: where, options, type, source, "major:minor"."""

    root: str
    options: frozenset[str]
    system: str
    source: str
    number: str


@dataclass(frozen=True, slots=True)
class Drive:
    """What a folder lies on.

    Attributes:
        sort: of what sort. root: its own folder, "E:\\\\", "/media/an/USB", "\\\\\\\\server\\\\share".
        system: its file system in the system's word; may be empty.
    """

    sort: Sort
    root: str
    system: str = ""


def drive_of(folder: Path) -> Drive:
    """What ``folder`` lies on, or will once it is made."""
    if sys.platform == "win32":
        return windows_drive(str(folder.absolute()))
    place = Path(os.path.realpath(folder))
    while not os.path.lexists(place) and place != place.parent:  # never raises, unlike Path.exists
        place = place.parent
    mount = mount_of(place, mounts())
    if mount is None:
        return Drive(Sort.FIXED, str(place))
    return Drive(sort_of(mount), mount.root, mount.system)


def sort_of(mount: Mount, sysfs: Path = Path("/sys")) -> Sort:
    """Of what sort a mounted file system is."""
    if mount.system in _NETWORK:
        return Sort.NETWORK
    if mount.system in _SHARED:
        return Sort.SHARED
    return Sort.REMOVABLE if is_carried(mount, sysfs) else Sort.FIXED


def windows_drive(path: str, kernel: Any = None) -> Drive:
    """What an absolute path of Windows lies on: a share by its two strokes, a letter by asking the system.

    Args:
        kernel: ``ctypes.windll.kernel32``, or what stands for it; asked for when ``None``.
    """
    plain = path.replace("/", "\\")
    if plain.startswith("\\\\?\\UNC\\"):
        plain = "\\\\" + plain[8:]
    plain = plain.removeprefix("\\\\?\\")
    if plain.startswith("\\\\"):
        return Drive(Sort.NETWORK, "\\".join(plain.split("\\")[:4]))
    root = plain[:2] + "\\" if plain[1:2] == ":" else plain[:3]
    kernel = kernel or getattr(getattr(ctypes, "windll", None), "kernel32", None)
    if kernel is None:
        return Drive(Sort.FIXED, root)
    kind = int(kernel.GetDriveTypeW(ctypes.c_wchar_p(root)))
    sorts = {_WINDOWS_REMOVABLE: Sort.REMOVABLE, _WINDOWS_REMOTE: Sort.NETWORK}
    return Drive(sorts.get(kind, Sort.FIXED), root)


# -- mountinfo ------------------------------------------------------------------------------


def mounts() -> list[Mount]:
    """What is mounted, as this process sees it."""
    try:
        text = Path("/proc/self/mountinfo").read_text(encoding="utf-8", errors="surrogateescape")
    except OSError:
        return []
    return list(parse_mounts(text))


def mount_of(place: Path, found: list[Mount]) -> Mount | None:
    """The mount a place that is there lies on: the deepest, of those the last."""
    holding = [mount for mount in found if place.is_relative_to(mount.root)]
    best = max(enumerate(holding), key=lambda pair: (len(pair[1].root), pair[0]), default=None)
    return best[1] if best else None


def parse_mounts(text: str) -> Iterator[Mount]:
    """The lines of mountinfo, proc_pid_mountinfo(5); a line of another shape is passed over."""
    for line in text.splitlines():
        before, _, after = line.partition(" - ")
        left, right = before.split(" "), after.split(" ")
        if len(left) >= 6 and len(right) >= 3:
            options = frozenset(left[5].split(",")) | frozenset(right[2].split(","))
            yield Mount(_unescaped(left[4]), options, right[0], _unescaped(right[1]), left[2])


def _unescaped(text: str) -> str:
    """Blanks and the like stand as three octal digits; they are bytes, not characters."""
    raw = _OCTAL.sub(lambda found: chr(int(found[1], 8)), text)
    return raw if raw == text else bytes_to_text(raw)


def bytes_to_text(text: str) -> str:
    """Characters below 256 that stand for bytes of UTF-8, as the text they are."""
    raw = b"".join(
        c.encode("latin-1") if ord(c) < 256 else c.encode("utf-8", "surrogateescape") for c in text
    )
    try:
        return raw.decode()
    except UnicodeDecodeError:
        return text


# -- sysfs ----------------------------------------------------------------------------------


def block_folder(mount: Mount, sysfs: Path = Path("/sys")) -> Path | None:
    """The device in sysfs; a file system in user space has no number of its own but names its device."""
    places = [sysfs / "dev/block" / mount.number]
    if mount.source.startswith("/dev/"):
        places.append(sysfs / "class/block" / Path(os.path.realpath(mount.source)).name)
    return next((Path(os.path.realpath(place)) for place in places if place.exists()), None)


def is_carried(mount: Mount, sysfs: Path = Path("/sys")) -> bool:
    """The kernel calls the device or the disk it is a part of removable, or it hangs on USB."""
    folder = block_folder(mount, sysfs)
    if folder is None:
        return False
    below = [Path(os.path.realpath(one)) for one in sorted((folder / "slaves").glob("*"))]  # LUKS, LVM
    for one in [folder, *below]:
        if "/usb" in str(one) or "/mmc_host/" in str(one):
            return True
        for place in (one, one.parent):
            with contextlib.suppress(OSError):
                if (place / "removable").read_text(encoding="ascii").strip() == "1":
                    return True
    return False

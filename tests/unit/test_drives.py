"""What a folder lies on: disk, stick, network, a virtual machine's host."""

from __future__ import annotations

import ctypes
from pathlib import Path
from typing import Any

import pytest

from stdesk import drives
from stdesk.drives import Drive, Mount, Sort, drive_of, windows_drive


class _Kernel:
    """Of kernel32 what is asked: Z: is mapped to a share, E: a stick, D: a disc drive, the rest disks."""

    def GetDriveTypeW(self, root: Any) -> int:  # noqa: N802 - its own name
        assert isinstance(root, ctypes.c_wchar_p) and root.value is not None
        return {"Z": 4, "E": 2, "D": 5}.get(root.value[0].upper(), 3)


@pytest.mark.parametrize(
    ("path", "sort", "root"),
    [
        (r"C:\Users\An\Kho dữ liệu", Sort.FIXED, "C:\\"),
        (r"Z:\Kho", Sort.NETWORK, "Z:\\"),
        ("z:/Kho", Sort.NETWORK, "z:\\"),
        (r"E:\Kho", Sort.REMOVABLE, "E:\\"),
        (r"D:\Kho", Sort.FIXED, "D:\\"),
        (r"\\may-chu\chung\Kho", Sort.NETWORK, r"\\may-chu\chung"),
        ("//may-chu/chung/Kho", Sort.NETWORK, r"\\may-chu\chung"),
        (r"\\?\UNC\may-chu\chung\Kho", Sort.NETWORK, r"\\may-chu\chung"),
        (r"\\?\C:\Kho", Sort.FIXED, "C:\\"),
        (r"\\?\Z:\Kho", Sort.NETWORK, "Z:\\"),
    ],
)
def test_a_path_of_windows_says_what_it_lies_on(path: str, sort: Sort, root: str) -> None:
    assert windows_drive(path, _Kernel()) == Drive(sort, root)


@pytest.mark.parametrize(
    ("system", "sort"),
    [
        ("ext4", Sort.FIXED),
        ("btrfs", Sort.FIXED),
        ("overlay", Sort.FIXED),
        ("tmpfs", Sort.FIXED),
        ("nfs", Sort.NETWORK),
        ("nfs4", Sort.NETWORK),
        ("cifs", Sort.NETWORK),
        ("smb3", Sort.NETWORK),
        ("fuse.sshfs", Sort.NETWORK),
        ("fuse.rclone", Sort.NETWORK),
        ("fuse.gvfsd-fuse", Sort.NETWORK),
        ("9p", Sort.SHARED),
        ("vboxsf", Sort.SHARED),
        ("fuse.vmhgfs-fuse", Sort.SHARED),
    ],
)
def test_the_deepest_mount_decides(
    system: str, sort: Sort, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = [
        Mount("/", frozenset(), "ext4", "/dev/vda", "0:0"),
        Mount(str(tmp_path.resolve()), frozenset({"rw"}), system, "x", "0:99"),
    ]
    monkeypatch.setattr(drives, "mounts", lambda: found)
    monkeypatch.setattr(drives.sys, "platform", "linux")
    made_later = tmp_path / "chưa có" / "Kho"
    assert drive_of(made_later) == Drive(sort, str(tmp_path.resolve()), system)


def test_a_disk_on_a_usb_cable_is_removable(tmp_path: Path) -> None:
    device = tmp_path / "devices" / "usb2" / "block" / "sdb" / "sdb1"
    device.mkdir(parents=True)
    (tmp_path / "dev" / "block").mkdir(parents=True)
    (tmp_path / "dev" / "block" / "8:17").symlink_to(device)
    mount = Mount("/media/an/USB", frozenset(), "exfat", "/dev/sdb1", "8:17")
    assert drives.sort_of(mount, tmp_path) is Sort.REMOVABLE
    assert drives.sort_of(Mount("/", frozenset(), "ext4", "/dev/sda1", "8:1"), tmp_path) is Sort.FIXED


def test_what_cannot_be_asked_counts_as_a_disk(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(drives, "mounts", list)
    monkeypatch.setattr(drives.sys, "platform", "linux")
    assert drive_of(tmp_path).sort is Sort.FIXED
    monkeypatch.delattr(drives.ctypes, "windll", raising=False)
    assert windows_drive(r"Z:\Kho").sort is Sort.FIXED

"""Media: what they are, whether they will do, and putting a file on one."""

from __future__ import annotations

import ctypes
import os
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from stdesk import i18n
from stdesk.drives import Mount, parse_mounts
from stdesk.errors import Exit, UserError
from stdesk.package import medium, readback, volumes, windows_volumes
from stdesk.package.medium import Placing, check_room, place_file, volume_of
from stdesk.package.volumes import Volume
from stdesk.progress import Progress
from stdesk.services import media

_STICK = Volume(
    Path("/media/an/USB"), "USB", "FAT32", 8 << 30, 16 << 30, True, False, (4 << 30) - 1, "/dev/sdb1"
)
_MOUNTS = (
    "22 1 254:0 / / rw,relatime shared:1 - ext4 /dev/vda rw,discard\n"
    r"40 22 8:17 / /media/an/USB\040c\341\273\247a\040An rw,nosuid shared:9 master:2 - vfat /dev/sdb1 rw,uid=1000"
    "\n"
    "41 22 0:51 / /media/an/NTFS ro,nosuid - fuseblk /dev/sdc1 rw,user_id=0\n"
    "42 22 0:22 / /proc rw - proc proc rw\n"
    "a broken line\n"
)


def test_mounts_are_read_with_blanks_and_accents_in_their_names() -> None:
    found = list(parse_mounts(_MOUNTS))
    assert [one.root for one in found] == ["/", "/media/an/USB của An", "/media/an/NTFS", "/proc"]
    assert [one.system for one in found] == ["ext4", "vfat", "fuseblk", "proc"]
    assert (found[1].source, found[1].number) == ("/dev/sdb1", "8:17")
    assert "ro" in found[2].options
    assert "ro" not in found[1].options


def _disk(sysfs: Path, number: str, place: str, removable: str) -> None:
    disk = sysfs / place
    (disk / "part1").mkdir(parents=True)
    (disk / "removable").write_text(removable + "\n")
    (sysfs / "dev/block").mkdir(parents=True, exist_ok=True)
    (sysfs / "dev/block" / number).symlink_to(disk / "part1")


@pytest.mark.parametrize(
    ("place", "removable", "carried"),
    [
        ("devices/pci0000:00/usb1/1-2/block/sdb", "1", True),
        ("devices/pci0000:00/usb1/1-2/block/sdc", "0", True),  # a disk on a cable calls itself fixed
        ("devices/platform/mmc_host/mmc0/block/mmcblk0", "0", True),
        ("devices/pci0000:00/ata3/block/sr0", "1", True),
        ("devices/pci0000:00/ata1/block/sda", "0", False),
    ],
)
def test_what_one_can_carry_away(tmp_path: Path, place: str, removable: str, carried: bool) -> None:
    _disk(tmp_path, "8:17", place, removable)
    mount = Mount("/media/x", frozenset(), "vfat", "/dev/nowhere1", "8:17")
    assert volumes._is_carried(mount, tmp_path) is carried


def test_an_encrypted_stick_is_a_stick(tmp_path: Path) -> None:
    _disk(tmp_path, "8:17", "devices/usb1/block/sdb", "1")
    mapped = tmp_path / "devices/virtual/block/dm-0"
    (mapped / "slaves").mkdir(parents=True)
    (mapped / "slaves/sdb1").symlink_to(tmp_path / "devices/usb1/block/sdb/part1")
    (tmp_path / "dev/block/253:0").symlink_to(mapped)
    assert volumes._is_carried(Mount("/media/x", frozenset(), "ext4", "/dev/mapper/x", "253:0"), tmp_path)


def test_unknown_devices_are_not_carried(tmp_path: Path) -> None:
    assert not volumes._is_carried(Mount("/srv", frozenset(), "nfs", "server:/srv", "0:99"), tmp_path)


@pytest.mark.parametrize(
    ("system", "shown", "largest"),
    [
        ("vfat", "FAT32", 4_294_967_295),
        ("msdos", "FAT32", 4_294_967_295),
        ("exfat", "exFAT", None),
        ("ntfs3", "NTFS", None),
        ("ext4", "ext4", None),
    ],
)
def test_file_systems_and_their_limit(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, system: str, shown: str, largest: int | None
) -> None:
    mount = Mount(str(tmp_path), frozenset({"rw"}), system, "/dev/sdz1", "8:999")
    monkeypatch.setattr(volumes, "_mounts", lambda: [Mount("/", frozenset(), "ext4", "", "0:0"), mount])
    found = volume_of(tmp_path / "chưa" / "có")
    assert (found.root, found.system, found.largest_file) == (tmp_path, shown, largest)
    assert found.total >= found.free > 0
    assert found.name == tmp_path.name
    assert not found.read_only


def test_mounted_below_media_is_offered_and_the_system_is_not(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "media/b").mkdir(parents=True)
    (tmp_path / "media/a").mkdir()
    monkeypatch.setattr(volumes, "_CARRIED", (str(tmp_path / "media"),))
    roots = [
        ("/", "ext4"),
        (str(tmp_path / "media/b"), "vfat"),
        (str(tmp_path / "media/a"), "vfat"),
        ("/proc", "proc"),
    ]
    roots.append((str(tmp_path / "media/gone"), "vfat"))
    mounts = [Mount(root, frozenset({"rw"}), system, "none", "0:0") for root, system in roots]
    monkeypatch.setattr(volumes, "_mounts", lambda: mounts)
    monkeypatch.setattr(volumes, "_is_carried", lambda mount: mount.root.endswith("/b"))
    found = media.volumes()
    assert [one.root.name for one in found] == ["b", "a"], "removable first"
    assert [one.removable for one in found] == [True, False]


def test_without_a_word_from_the_system_the_folder_is_described_all_the_same(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(volumes, "_mounts", list)
    found = media.volume_of(tmp_path)
    assert (found.root, found.system, found.largest_file) == (tmp_path, "", None)
    assert found.free == shutil.disk_usage(tmp_path).free


@pytest.mark.parametrize(
    ("system", "sure"),
    [("vfat", True), ("exfat", True), ("fuseblk", False), ("cifs", False), ("nfs4", False)],
)
def test_whether_a_reading_reaches_the_device(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, system: str, sure: bool
) -> None:
    """A file system in user space has a cache of its own below, which nothing passes."""
    monkeypatch.setattr(
        volumes, "_mounts", lambda: [Mount(str(tmp_path), frozenset({"rw"}), system, "x", "0:9")]
    )
    monkeypatch.setattr(readback, "_open_direct", lambda path: os.open(path, os.O_RDONLY))
    placed = place_file(tmp_path / "a", [b"x" * 9000], 9000, mark=False)
    assert placed.read_back == ("device" if sure else "cache")


def test_a_folder_nobody_may_look_into_is_no_error(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    def refused(*_: Any) -> Any:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(volumes, "_CARRIED", (str(tmp_path),))
    locked = tmp_path / "khoá"
    locked.mkdir()
    monkeypatch.setattr(volumes, "_mounts", lambda: [Mount(str(locked), frozenset(), "vfat", "x", "0:9")])
    monkeypatch.setattr(os, "statvfs", refused)
    assert media.volumes() == []
    assert media.volume_of(locked / "a").root == locked


class _Kernel:
    """kernel32 with a fixed disk C:, a FAT32 stick E:, an empty reader F:, a share Z:."""

    said = ("", "")

    def SetThreadErrorMode(self, *_: Any) -> int:  # noqa: N802 - its name in Windows
        return 1

    def GetLogicalDrives(self) -> int:  # noqa: N802
        return 1 << 2 | 1 << 4 | 1 << 5 | 1 << 25

    def GetDriveTypeW(self, root: Any) -> int:  # noqa: N802
        return {"C": 3, "E": 2, "F": 2, "Z": 4}[root.value[0]]

    def GetVolumeInformationW(self, root: Any, *rest: Any) -> int:  # noqa: N802
        label, _, _, _, flags, system, _ = rest
        if root.value[0] == "F":
            return 0
        label.value, system.value = {"C": ("Windows", "NTFS"), "E": ("ĐỘI 3", "FAT32")}[root.value[0]]
        flags._obj.value = 0x80000 if root.value[0] == "E" else 0
        return 1

    def GetDiskFreeSpaceExW(self, root: Any, free: Any, total: Any, _: Any) -> int:  # noqa: N802
        free._obj.value, total._obj.value = 5 << 30, 16 << 30
        return 1


def test_drives_of_windows(monkeypatch: pytest.MonkeyPatch) -> None:
    drives = windows_volumes.drives(_Kernel())
    assert [(one.root, one.label, one.system) for one in drives] == [
        ("C:\\", "Windows", "NTFS"),
        ("E:\\", "ĐỘI 3", "FAT32"),
    ]
    assert [(one.removable, one.read_only) for one in drives] == [(False, False), (True, True)]
    monkeypatch.setattr(windows_volumes, "drives", lambda: drives)
    monkeypatch.setattr("stdesk.package.volumes.sys.platform", "win32")
    stick = volumes.volumes()[0]
    assert (stick.name, stick.removable, stick.largest_file) == ("ĐỘI 3", True, 4_294_967_295)
    assert stick.free == 5 << 30


def test_elsewhere_there_are_no_drives() -> None:
    assert windows_volumes.drives() == [] or os.name == "nt"


def test_room_is_asked_for_with_a_tenth_more(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(medium, "volume_of", lambda _: replace(_STICK, free=111_000_000))
    assert check_room(tmp_path, 99_000_000).fits  # 108.9 MB and 1 MiB
    refused = media.check(tmp_path, 100_000_000)
    assert not refused.fits
    assert refused.problem is not None
    assert refused.problem.code == "package_no_room"
    assert "112 MB" in str(refused.problem)
    assert "111 MB" in str(refused.problem)
    assert check_room(tmp_path, 100_000_000, there=5_000_000).fits


def test_a_limit_of_the_file_system_is_no_refusal_but_takes_several_files(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(medium, "volume_of", lambda _: _STICK)
    checked = check_room(tmp_path, 5 << 30)
    assert (checked.fits, checked.most) == (True, (4 << 30) - 1)
    assert check_room(tmp_path, (4 << 30) - 1).most is None
    with pytest.raises(UserError) as caught:
        place_file(tmp_path / "to.bin", [b""], 5 << 30)
    assert caught.value.code == "medium_file_limit"


def test_a_locked_medium_is_said_before(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(medium, "volume_of", lambda _: replace(_STICK, read_only=True))
    checked = check_room(tmp_path, 1)
    assert checked.problem is not None
    assert (checked.fits, checked.problem.code) == (False, "medium_read_only")


def test_a_file_is_placed_and_marked_so_that_common_tools_can_check_it(tmp_path: Path) -> None:
    chunks = [os.urandom(700_001) for _ in range(5)]
    progress = Progress()
    placed = place_file(tmp_path / "TRẢ LỜI.json", chunks, 3_500_005, progress)
    assert placed.path.read_bytes() == b"".join(chunks)
    assert placed.size == 3_500_005
    assert placed.read_back in ("device", "cache")
    assert sorted(one.name for one in tmp_path.iterdir()) == ["TRẢ LỜI.json", "TRẢ LỜI.json.ok"]
    done = subprocess.run(
        ["sha512sum", "--strict", "-c", "TRẢ LỜI.json.ok"], cwd=tmp_path, capture_output=True, check=False
    )
    assert done.returncode == 0
    assert (tmp_path / "TRẢ LỜI.json.ok").read_text(encoding="utf-8").startswith("# 3500005\n")
    assert progress.done == progress.total == 3_500_005


def test_small_and_empty_files_are_placed_too(tmp_path: Path) -> None:
    assert place_file(tmp_path / "a", [b"x"], 1, mark=False).size == 1
    assert place_file(tmp_path / "b", [], 0, mark=False).size == 0
    assert sorted(one.name for one in tmp_path.iterdir()) == ["a", "b"]


def test_nothing_is_ever_replaced(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"mine")
    with pytest.raises(UserError) as caught:
        place_file(tmp_path / "a", [b"other"], 5)
    assert (caught.value.code, caught.value.exit_code) == ("medium_name_taken", Exit.NO)
    assert (tmp_path / "a").read_bytes() == b"mine"

    def then_it_appears() -> Iterator[bytes]:
        yield b"other"
        (tmp_path / "b").write_bytes(b"mine")

    with pytest.raises(UserError) as caught:
        place_file(tmp_path / "b", then_it_appears(), 5)
    assert caught.value.code == "medium_name_taken"
    assert {one.name: one.read_bytes() for one in tmp_path.iterdir()} == {"a": b"mine", "b": b"mine"}


def test_the_mark_of_a_file_that_is_gone_does_not_speak_for_the_new_one(tmp_path: Path) -> None:
    (tmp_path / "a.ok").write_text("# 4\n")
    (tmp_path / "a.part").write_bytes(b"old half")

    def fail() -> Iterator[bytes]:
        yield b"new"
        raise RuntimeError

    with pytest.raises(RuntimeError):
        place_file(tmp_path / "a", fail(), 5)
    assert list(tmp_path.iterdir()) == []


def test_where_the_cache_cannot_be_passed_it_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(readback, "_open_direct", lambda _: None)
    assert place_file(tmp_path / "a", [b"x" * 5000], 5000).read_back == "cache"
    assert "rút USB ra, cắm lại" in i18n.message("medium_look_again")


def test_a_file_system_that_refuses_to_read_past_its_cache(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It opens well, and the first reading gives EINVAL (some in user space)."""
    folder = os.open(tmp_path, os.O_RDONLY)  # reading it raises
    monkeypatch.setattr(readback, "_open_direct", lambda _: os.dup(folder))
    monkeypatch.setattr("stdesk.package.readback.io.FileIO", _Refusing)
    placed = place_file(tmp_path / "a", [b"x" * 5000], 5000, mark=False)
    os.close(folder)
    assert (placed.read_back, placed.path.read_bytes()) == ("cache", b"x" * 5000)


class _Refusing:
    def __init__(self, handle: int, _mode: str) -> None:
        self._handle = handle

    def readinto(self, _buffer: Any) -> int:
        raise OSError(22, "Invalid argument")

    def close(self) -> None:
        os.close(self._handle)


def test_unbuffered_reading_is_asked_of_windows(tmp_path: Path) -> None:
    asked: list[Any] = []

    class Create:
        restype: Any = None
        argtypes: Any = None

        def __call__(self, *words: Any) -> int | None:
            asked.extend(words)
            return ctypes.c_void_p(-1).value

    kernel = type("Kernel", (), {"CreateFileW": Create()})()
    assert readback.open_unbuffered(kernel, tmp_path / "a") is None
    assert asked == [str(tmp_path / "a"), 0x80000000, 1, None, 3, 0x20000000, None]


@pytest.mark.parametrize(
    ("number", "code"),
    [
        (112, "medium_full"),
        (19, "medium_read_only"),
        (1167, "medium_gone"),
        (1117, "medium_failing"),
        (223, "medium_file_limit"),
    ],
)
def test_what_windows_says_is_understood(tmp_path: Path, number: int, code: str) -> None:
    error = OSError(22, "Invalid argument")
    error.winerror = number  # type: ignore[attr-defined]
    assert medium.told(error, tmp_path).code == code


def test_going_on_behind_what_is_there(tmp_path: Path) -> None:
    (tmp_path / "a.part").write_bytes(b"0123456789xxxx")

    def prove(path: Path) -> tuple[str, str]:
        assert path.read_bytes() == b"0123456789abc"
        return "ab" * 64, "device"

    with Placing(tmp_path / "a", None, at=10, prove=prove) as out:
        out.write(b"abc")
    assert (out.placed.size, out.placed.sha512) == (13, "ab" * 64)


def _program(folder: Path, name: str, code: int) -> None:
    place = folder / name
    place.write_text(f'#!/bin/sh\necho "$(basename $0) $*" >> {folder}/log\nexit {code}\n')
    place.chmod(0o755)


_QUIET = "--no-user-interaction -b /dev/sdb1"


@pytest.mark.parametrize(
    ("udisks", "umount", "done", "log"),
    [
        (0, 1, True, [f"udisksctl unmount {_QUIET}", f"udisksctl power-off {_QUIET}"]),
        (1, 0, True, [f"udisksctl unmount {_QUIET}", "umount -- /media/an/USB"]),
        (None, 0, True, ["umount -- /media/an/USB"]),
        (None, 1, False, ["umount -- /media/an/USB"]),
        (None, None, False, []),
    ],
)  # fmt: skip
def test_letting_go(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    udisks: int | None,
    umount: int | None,
    done: bool,
    log: list[str],
) -> None:
    for name in ("basename", "sh"):
        (tmp_path / name).symlink_to(shutil.which(name) or "/bin/sh")
    for name, code in (("udisksctl", udisks), ("umount", umount)):
        if code is not None:
            _program(tmp_path, name, code)
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(os, "sync", lambda: None)
    answer = media.eject(_STICK)
    assert answer.done is done
    assert ("Có thể rút ra" if done else "Rút phần cứng an toàn") in answer.text
    assert "USB" in answer.text
    written = (tmp_path / "log").read_text().splitlines() if log else []
    assert written == log


def test_a_disk_of_the_system_is_never_taken_out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _program(tmp_path, "umount", 0)
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(os, "sync", lambda: None)
    assert not media.eject(replace(_STICK, removable=False)).done
    assert not (tmp_path / "log").exists()

"""The kernel and first file system of the machine, from Debian's own packages, made once and kept."""

from __future__ import annotations

import gzip
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

_MODULES = (
    "virtio", "virtio_ring", "virtio_pci", "virtio_blk", "9pnet", "9pnet_virtio", "9p", "dm-mod",
    "dm-flakey", "fat", "vfat", "exfat", "nls_cp437", "nls_ascii", "nls_utf8", "nls_iso8859-1", "usbcore",
    "xhci-hcd", "xhci-pci", "scsi_mod", "sd_mod", "usb-storage", "crc32c_generic", "jbd2", "mbcache", "ext4",
)  # fmt: skip
_TOOLS = {
    "qemu-system-x86_64": "qemu-system-x86",
    "busybox": "busybox-static",
    "cpio": "cpio",
    "depmod": "kmod",
    "dmsetup": "dmsetup",
    "mkfs.vfat": "dosfstools",
    "mkfs.exfat": "exfatprogs",
    "mcopy": "mtools",
    "mount.exfat-fuse": "exfat-fuse",
}
_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"


@dataclass(frozen=True, slots=True)
class Kernel:
    """What the machine starts with."""

    image: Path
    first_files: Path


def missing() -> str:
    """The Debian packages that are wanted and not there, as a sentence; "" when nothing is."""
    names = sorted({package for tool, package in _TOOLS.items() if shutil.which(tool, path=_PATH) is None})
    return f"needs {' '.join(names)}: apt-get install {' '.join(names)}" if names else ""


def prepare(folder: Path) -> Kernel:
    """The kernel in ``folder``, fetched and unpacked when it is not there yet."""
    made = Kernel(folder / "vmlinuz", folder / f"first-files-{len(_MODULES)}.gz")
    if not made.first_files.exists():
        folder.mkdir(parents=True, exist_ok=True)
        unpacked = _fetch(folder)
        release = next((unpacked / "lib/modules").iterdir()).name
        subprocess.run(["depmod", "-b", str(unpacked), release], check=True, env={"PATH": _PATH})
        shutil.copy(next((unpacked / "boot").glob("vmlinuz-*")), made.image)
        _pack(folder / "first", unpacked, release, made.first_files)
    return made


def _fetch(folder: Path) -> Path:
    named = subprocess.run(
        ["apt-cache", "depends", "linux-image-amd64"], check=True, capture_output=True, text=True
    ).stdout
    package = next(line.split()[-1] for line in named.splitlines() if "Depends: linux-image-" in line)
    subprocess.run(["apt-get", "download", "-qq", package], check=True, cwd=folder, capture_output=True)
    unpacked = folder / "unpacked"
    subprocess.run(["dpkg-deb", "-x", str(next(folder.glob("linux-image-*.deb"))), str(unpacked)], check=True)
    return unpacked


def _pack(root: Path, unpacked: Path, release: str, target: Path) -> None:
    for name in ("bin", "mods", "proc", "sys", "dev", "host", "tmp"):
        (root / name).mkdir(parents=True, exist_ok=True)
    shutil.copy(shutil.which("busybox", path=_PATH) or "", root / "bin/busybox")
    shutil.copy(Path(__file__).with_name("init"), root / "init")
    (root / "init").chmod(0o755)
    for place, module in enumerate(_in_order(unpacked, release), 100):
        shutil.copy(module, root / "mods" / f"{place}-{Path(module).name}")
    names = "\n".join(str(one.relative_to(root)) for one in sorted(root.rglob("*"))).encode()
    packed = subprocess.run(
        ["cpio", "-o", "-H", "newc", "--quiet"], input=names, cwd=root, check=True, capture_output=True
    ).stdout
    part = target.with_suffix(".part")
    part.write_bytes(gzip.compress(packed, 1))
    part.rename(target)


def _in_order(unpacked: Path, release: str) -> list[str]:
    """Each module behind those it stands on."""
    found: dict[str, None] = {}
    for module in _MODULES:
        told = subprocess.run(
            ["modprobe", "-d", str(unpacked), "-S", release, "--show-depends", module],
            capture_output=True, text=True, check=False, env={"PATH": _PATH},
        ).stdout  # fmt: skip
        found.update(
            dict.fromkeys(line.split()[1] for line in told.splitlines() if line.startswith("insmod"))
        )
    return list(found)

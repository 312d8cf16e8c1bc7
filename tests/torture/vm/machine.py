"""A machine in QEMU with a stick that can be pulled out, throttled, and looked at in the middle of a write."""

from __future__ import annotations

import json
import platform
import queue
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from tests.torture.vm.kernel import Kernel

ROOT = Path(__file__).parents[3]
_PORT = "usbstick"


class Machine:
    """Started with a stick (an image file); what the guest marks is read from its serial line."""

    def __init__(
        self, kernel: Kernel, folder: Path, stick: Path, *, read_only: bool = False, bytes_a_second: int = 0
    ) -> None:
        self.kernel, self.folder, self.stick = kernel, folder, stick
        self.read_only, self.bytes_a_second = read_only, bytes_a_second
        self.share = folder / "share"
        self.log: list[str] = []
        self._marks: queue.Queue[dict[str, Any]] = queue.Queue()
        self._process: subprocess.Popen[bytes] | None = None

    def start(self, *arguments: str, mount: str = "") -> Self:
        """Boot, and run ``guest.py`` with ``arguments`` in the host's own file system.

        Args:
            mount: file system the stick is mounted as before; "" leaves that to the guest.
        """
        self.share.mkdir(parents=True, exist_ok=True)
        words = " ".join(
            f"'{one}'" for one in (sys.executable, "-B", "-m", "tests.torture.vm.guest", *arguments)
        )
        mounting = f"mount -t {mount} {options(mount)} /dev/sda /host/mnt\n" if mount else ""
        (self.share / "guest.sh").write_text(
            "for i in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15; do [ -b /dev/sda ] && break; sleep 1; done\n"
            f"hostname '{platform.node()}'\n"  # it is the same computer that starts again after the cut
            f"{mounting}export PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin TMPDIR=/run\n"
            f"exec /bin/chroot /host sh -c \"cd '{ROOT}' && PYTHONPATH='{ROOT}' {words}\"\n"
        )
        control = self.folder / "control"
        drive = {
            "driver": "raw", "node-name": "stick", "read-only": self.read_only,
            "file": {"driver": "file", "filename": str(self.stick), "cache": {"direct": False}},
        }  # fmt: skip
        throttle = []
        if self.bytes_a_second:
            throttle = ["-object", json.dumps({
                "qom-type": "throttle-group", "id": "slow", "limits": {"bps-write": self.bytes_a_second},
            })]  # fmt: skip
            drive = {"driver": "throttle", "node-name": "slow-stick", "throttle-group": "slow", "file": drive}
        self._device = {"driver": "usb-storage", "drive": drive["node-name"], "id": _PORT, "removable": True}
        command = [
            "qemu-system-x86_64", "-accel", "tcg", "-cpu", "max", "-m", "1536", "-smp", "1", "-display", "none",
            "-no-reboot", "-nodefaults", "-serial", "stdio", "-kernel", str(self.kernel.image),
            "-initrd", str(self.kernel.first_files), "-append", "console=ttyS0 loglevel=3 panic=-1 tsc=reliable",
            "-virtfs", "local,path=/,mount_tag=host,security_model=none,readonly=on,multidevs=remap",
            "-virtfs", f"local,path={self.share},mount_tag=share,security_model=none,multidevs=remap",
            "-device", "qemu-xhci", *throttle, "-blockdev", json.dumps(drive),
            "-device", json.dumps(self._device), "-qmp", f"unix:{control},server=on,wait=off",
        ]  # fmt: skip
        self._process = subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
        )
        threading.Thread(target=self._listen, daemon=True).start()
        self._connect(control)
        return self

    def _listen(self) -> None:
        assert self._process is not None and self._process.stdout is not None
        for raw in self._process.stdout:
            line = raw.decode("utf-8", "replace").strip()
            self.log.append(line)
            if "MARK " in line:
                self._marks.put(json.loads(line.partition("MARK ")[2]))
        self._marks.put({"what": "off"})

    def _connect(self, control: Path) -> None:
        deadline = time.monotonic() + 20
        while True:
            link = socket.socket(socket.AF_UNIX)
            try:
                link.connect(str(control))
                break
            except OSError:
                link.close()
                if time.monotonic() > deadline:
                    raise RuntimeError("\n".join(self.log[-20:])) from None
                threading.Event().wait(0.1)
        self._socket, self._link = link, link.makefile("rw")
        self._link.readline()
        self.ask("qmp_capabilities")

    def ask(self, command: str, **arguments: Any) -> Any:
        """A command to the machine itself; what it returns."""
        self._link.write(json.dumps({"execute": command, "arguments": arguments}) + "\n")
        self._link.flush()
        while True:
            said = json.loads(self._link.readline())
            if "error" in said:
                raise RuntimeError(f"{command}: {said['error']}")
            if "return" in said:
                return said["return"]

    def mark(self, *wanted: str, within: float = 240) -> dict[str, Any]:
        """The next thing the guest marks; fails when it is none of ``wanted`` or does not come."""
        try:
            found = self._marks.get(timeout=within)
        except queue.Empty:
            raise AssertionError("the guest is silent:\n" + "\n".join(self.log[-40:])) from None
        assert not wanted or found["what"] in wanted, "\n".join([str(found), *self.log[-40:]])
        return found

    def copy_of_stick(self, target: Path) -> Path:
        """What lies on the stick at this very moment, as after a power cut."""
        self.ask("stop")
        try:
            subprocess.run(["cp", "--sparse=always", str(self.stick), str(target)], check=True)
        finally:
            self.ask("cont")
        return target

    def tell(self, name: str) -> None:
        """Lay a file into the shared folder, which the guest may wait for."""
        (self.share / name).touch()

    def pull_out(self) -> float:
        """Pull the stick; returns when, on the clock of :func:`time.monotonic`."""
        self.ask("device_del", id=_PORT)
        return time.monotonic()

    def put_in(self) -> None:
        """Put the stick in again."""
        deadline = time.monotonic() + 20
        while True:  # the one that was pulled is let go of a little later
            try:
                self.ask("device_add", **self._device)
                return
            except RuntimeError:
                if time.monotonic() > deadline:
                    raise
                threading.Event().wait(0.1)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._process is not None:
            self._link.close()
            self._socket.close()
            self._process.kill()
            self._process.wait()
            if self._process.stdout is not None:
                self._process.stdout.close()


def options(system: str) -> str:
    """How a desktop mounts it."""
    return {"vfat": "-o utf8", "exfat": "-o iocharset=utf8"}.get(system, "")


def make_stick(path: Path, system: str, size: int) -> Path:
    """An image of ``size`` bytes with an empty file system."""
    with path.open("wb") as image:
        image.truncate(size)
    flag = ["-F", "32"] if system == "vfat" and size >= 64 << 20 else []
    subprocess.run([f"/usr/sbin/mkfs.{system}", *flag, str(path)], check=True, capture_output=True)
    return path

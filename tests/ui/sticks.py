"""USB sticks that are folders: plugged in, pulled out, full, locked, small, liars."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from stdesk.package import flushing, medium
from stdesk.package.volumes import FAT_LARGEST, Ejected, Volume

GB = 10**9


class Sticks:
    """What is plugged in; the program's own protocol writes to it, flushes it and reads it back."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, folder: Path) -> None:
        self._patch = monkeypatch
        self._folder = folder
        self._real = medium.volume_of
        self._harden = flushing.harden
        self.plugged: dict[Path, Volume] = {}
        self.ejected: list[str] = []
        self.refuses = False  # to be ejected
        monkeypatch.setattr(medium, "volumes", lambda: list(self.plugged.values()))
        monkeypatch.setattr(medium, "volume_of", self._of)
        monkeypatch.setattr(medium, "eject", self._eject)

    def plug(
        self,
        name: str = "USB KHCN",
        *,
        free: int = 12 * GB,
        total: int = 16 * GB,
        system: str = "FAT32",
        read_only: bool = False,
        largest: int | None = FAT_LARGEST,
    ) -> Path:
        """Plug one in; returns its folder."""
        root = self._folder / name.replace(" ", "-")
        root.mkdir(parents=True, exist_ok=True)
        self.plugged[root] = Volume(root, name, system, free, total, True, read_only, largest)
        return root

    def change(self, root: Path, **values: object) -> None:
        """Something about it is different now: files were deleted from it, the lock was moved."""
        self.plugged[root] = replace(self.plugged[root], **values)  # type: ignore[arg-type]

    def pull(self, root: Path) -> None:
        """Pull it out, whatever is going on."""
        self.plugged.pop(root, None)
        shutil.rmtree(root, ignore_errors=True)

    def lie(self) -> None:
        """What is written arrives otherwise, and nobody is told."""

        def other(path: Path) -> None:
            self._harden(path)
            with path.open("r+b") as file:
                file.seek(path.stat().st_size // 2)
                file.write(b"\xff" * 64)

        self._patch.setattr(medium, "harden", other)

    def be_honest(self) -> None:
        """Write as other sticks do."""
        self._patch.setattr(medium, "harden", self._harden)

    def _of(self, folder: Path) -> Volume:
        for root, one in self.plugged.items():
            if folder == root or root in folder.parents:
                return one
        return self._real(folder)

    def _eject(self, volume: Volume) -> Ejected:
        self.ejected.append(volume.name)
        if self.refuses:
            return Ejected(False, "Còn chương trình đang mở tệp trên USB.")
        self.plugged.pop(volume.root, None)
        return Ejected(True, f"Đã ngắt {volume.name}. Có thể rút ra.")

"""Start STDesk from the folder this file lies in; the launcher ``stdesk`` beside it picks the Python."""

from __future__ import annotations

import ctypes
import os
import sys
from pathlib import Path

#: What Qt asks of the system, with the package of Debian and Ubuntu that has it.
_ALWAYS = {"libEGL.so.1": "libegl1", "libGL.so.1": "libgl1", "libxkbcommon.so.0": "libxkbcommon0",
           "libdbus-1.so.3": "libdbus-1-3", "libfontconfig.so.1": "libfontconfig1",
           "libglib-2.0.so.0": "libglib2.0-0"}  # fmt: skip
_UNDER_X = {"libxcb-cursor.so.0": "libxcb-cursor0", "libxcb-icccm.so.4": "libxcb-icccm4",
            "libxcb-image.so.0": "libxcb-image0", "libxcb-keysyms.so.1": "libxcb-keysyms1",
            "libxcb-randr.so.0": "libxcb-randr0", "libxcb-render-util.so.0": "libxcb-render-util0",
            "libxcb-shape.so.0": "libxcb-shape0", "libxcb-xkb.so.1": "libxcb-xkb1",
            "libxkbcommon-x11.so.0": "libxkbcommon-x11-0"}  # fmt: skip


def _missing() -> list[str]:
    wanted = _ALWAYS | (_UNDER_X if os.environ.get("DISPLAY") else {})
    packages = []
    for library, package in wanted.items():
        try:
            ctypes.CDLL(library)
        except OSError:
            packages.append(package)
    return packages


def _start() -> int:
    sys.path.insert(0, str(Path(__file__).resolve().parent / "lib"))
    opens_window = len(sys.argv) == 1 or sys.argv[1] == "--library"
    if opens_window and (packages := _missing()):
        sys.stderr.write(
            "stdesk: máy còn thiếu thư viện để mở cửa sổ (libraries for the window are missing). Hãy chạy (run):\n"
            f"  sudo apt-get install {' '.join(packages)}\n"
        )
        return 3
    from stdesk.__main__ import main

    return main()


if __name__ == "__main__":
    sys.exit(_start())

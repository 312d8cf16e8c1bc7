"""What the Start menu opens: the window, without a console.

Windows gives such a program no standard streams. What would be written there is kept in a file without a
name, so that a start that fails is told in a box and not lost.
"""

from __future__ import annotations

import ctypes
import sys
import tempfile

_MB_ICONERROR = 0x10


def _start() -> int:
    # The taskbar shows the window as STDesk's own, not as one of Python's.
    ctypes.windll.shell32.SetCurrentProcessExplicitAppUserModelID("STDesk")
    with tempfile.TemporaryFile("w+", encoding="utf-8") as said:
        sys.stdout = sys.stderr = said
        from stdesk.__main__ import main

        code = main()
        said.flush()
        said.seek(0)
        text = said.read()[-2000:].strip()
    sys.stdout = sys.stderr = None
    if code and text:
        ctypes.windll.user32.MessageBoxW(None, text, "STDesk", _MB_ICONERROR)
    return code


if __name__ == "__main__":
    sys.exit(_start())
